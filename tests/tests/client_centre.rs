//! A morning at the centre in the terminal client at 80x24, in both languages: what waits on its work list is
//! accepted, registered, sent out by the proposal and whistled for, each in a few keys.

use gridwhistle_e2e::{Cast, Database, Desk, Server};
use serde_json::{Value, json};
use uuid::Uuid;

const MATTER: &str = "污水井盖异常";
/// The unit that the duties name for it.
const LEAD: &str = "赣榆区市政公用设施管护中心";

/// What the screens say in a language.
struct Words {
    lang: &'static str,
    done: &'static str,
    accept: &'static str,
    register: &'static str,
    dispatch: &'static str,
    approve: &'static str,
    issue: &'static str,
    /// The queues, by number and name.
    queues: [&'static str; 4],
    /// The last queue, to which only the key 0 goes on.
    appeals: &'static str,
    condition: &'static str,
    /// How far the called unit is.
    called: &'static str,
}

const CHINESE: Words = Words {
    lang: "zh-CN",
    done: "已完成：",
    accept: "受理",
    register: "立案",
    dispatch: "派遣",
    approve: "同意吹哨",
    issue: "派哨",
    queues: [" 2 审哨", " 3 受理", " 4 立案", " 5 派遣"],
    appeals: "申诉 (按剩余时间)",
    condition: "▸立案条件",
    called: "主办 [待签收]",
};

const ENGLISH: Words = Words {
    lang: "en",
    done: "Done: ",
    accept: "accept",
    register: "register",
    dispatch: "dispatch",
    approve: "approve whistle",
    issue: "issue whistle",
    queues: [" 2 Approve", " 3 Accept", " 4 Register", " 5 Dispatch"],
    appeals: "Appeals (by time left)",
    condition: "▸Condition",
    called: "lead [to sign]",
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_work_list_is_worked_off_in_a_few_keys() -> anyhow::Result<()> {
    for words in [&CHINESE, &ENGLISH] {
        let mut server = Server::town(Database::sqlite()).start().await?;
        let Some(registrar) = Desk::speaking(&server, "registrar", words.lang)? else {
            return Ok(());
        };
        let Some(dispatcher) = Desk::speaking(&server, "dispatcher", words.lang)? else {
            return Ok(());
        };
        let cast = Cast::of(&server)?;
        // One is simply to be sent out; for the other the worker blows.
        file(&cast, Value::Null).await?;
        accept_and_register(&registrar, words).await?;
        send_out(&dispatcher, words).await?;
        file(&cast, json!({"kind": "daily", "reason": "涉及多个部门"})).await?;
        accept_and_register(&registrar, words).await?;
        whistle(&dispatcher, words).await?;
        empty(&registrar, words).await?;
        server.stop().await?;
        server.run("check", &[]).await?;
        server.assert_log_clean()?;
    }
    Ok(())
}

/// Six keys for two decisions: the case opens at what its queue waits for, the form at what is missing.
async fn accept_and_register(registrar: &Desk, words: &Words) -> anyhow::Result<()> {
    let [_, accept, register, _] = words.queues;
    waits(registrar, accept, 1).await?;
    registrar.keys(&["3", "Enter"])?;
    registrar.look_for(MATTER).await?;
    registrar.keys(&["Enter"])?;
    offered(registrar, words.accept).await?;
    registrar.keys(&["Enter"])?;
    done(registrar, words, words.accept).await?;
    offered(registrar, words.register).await?;
    registrar.keys(&["Enter"])?;
    // The conditions come from the server: before they do there is nothing to choose.
    registrar
        .wait_until("the conditions, none chosen", |screen| {
            screen.contains(words.condition) && screen.contains("-/3")
        })
        .await?;
    registrar.keys(&["1", "F9"])?;
    done(registrar, words, words.register).await?;
    registrar.keys(&["Escape"])?;
    waits(registrar, accept, 0).await?;
    waits(registrar, register, 0).await
}

/// The proposal stands in the form with its reasons; F9 sends it.
async fn send_out(dispatcher: &Desk, words: &Words) -> anyhow::Result<()> {
    let [.., dispatch] = words.queues;
    waits(dispatcher, dispatch, 1).await?;
    dispatcher.keys(&["5", "Enter"])?;
    dispatcher.look_for(MATTER).await?;
    dispatcher.keys(&["Enter"])?;
    offered(dispatcher, words.dispatch).await?;
    dispatcher.keys(&["Enter"])?;
    proposed(dispatcher).await?;
    dispatcher.keys(&["F9"])?;
    done(dispatcher, words, words.dispatch).await?;
    called(dispatcher, words).await
}

async fn whistle(dispatcher: &Desk, words: &Words) -> anyhow::Result<()> {
    let [approve, .., dispatch] = words.queues;
    waits(dispatcher, approve, 1).await?;
    dispatcher.keys(&["2", "Enter"])?;
    dispatcher.look_for(MATTER).await?;
    dispatcher.keys(&["Enter"])?;
    offered(dispatcher, words.approve).await?;
    dispatcher.keys(&["Enter"])?;
    done(dispatcher, words, words.approve).await?;
    // What was approved is to be issued: the units of the proposal, at the place of the case.
    dispatcher
        .wait_until("the whistle to be issued by 2", |screen| {
            chosen_by(screen, 2, words.issue)
        })
        .await?;
    dispatcher.keys(&["2"])?;
    proposed(dispatcher).await?;
    dispatcher.keys(&["F9"])?;
    done(dispatcher, words, words.issue).await?;
    called(dispatcher, words).await?;
    waits(dispatcher, approve, 0).await?;
    waits(dispatcher, dispatch, 0).await
}

/// All is done: the queues say so, and the last of them is reached by keys alone.
async fn empty(registrar: &Desk, words: &Words) -> anyhow::Result<()> {
    registrar.keys(&["0"; 5])?;
    let screen = registrar.wait_for(words.appeals).await?;
    anyhow::ensure!(!screen.contains(MATTER), "nothing waits there: {screen}");
    registrar.keys(&["F10", "F10"])?;
    anyhow::ensure!(registrar.wait_for_exit().await? == 0);
    Ok(())
}

/// Waits until a queue holds so many cases, none of them overdue.
async fn waits(desk: &Desk, queue: &str, cases: usize) -> anyhow::Result<()> {
    let count = format!("{cases}/0");
    desk.look_until(&format!("{queue} {count}"), |screen| {
        let mut lines = screen.lines().filter_map(|line| line.split('│').next());
        lines.any(|left| left.starts_with(queue) && left.trim_end().ends_with(&count))
    })
    .await
    .map(drop)
}

/// Waits until the open case offers an action, which is chosen then: its queue waits for it.
async fn offered(desk: &Desk, action: &str) -> anyhow::Result<()> {
    desk.wait_until(&format!("{action} to be offered"), |screen| {
        (1..=9).any(|number| chosen_by(screen, number, action))
    })
    .await
    .map(drop)
}

/// Whether the key of that number takes this action.
fn chosen_by(screen: &str, number: usize, action: &str) -> bool {
    let wanted = format!("{number} {action}");
    let mut offers = screen.lines().filter_map(|line| line.rsplit_once('│'));
    offers.any(|(_, offer)| offer.trim() == wanted)
}

async fn done(desk: &Desk, words: &Words, action: &str) -> anyhow::Result<()> {
    desk.wait_for(&format!("{}{action}", words.done))
        .await
        .map(drop)
}

/// Waits for the proposal, with which the form is complete.
async fn proposed(desk: &Desk) -> anyhow::Result<()> {
    desk.wait_until("the proposed unit with its reason", |screen| {
        screen.contains(&format!("{LEAD}:")) && screen.contains(&format!("{LEAD} ▾"))
    })
    .await
    .map(drop)
}

/// The called unit stands some pages down; back to the list then.
async fn called(desk: &Desk, words: &Words) -> anyhow::Result<()> {
    desk.keys(&["PageDown"])?;
    let screen = desk.wait_for(words.called).await?;
    anyhow::ensure!(screen.contains(LEAD), "another unit leads: {screen}");
    desk.keys(&["Escape"])
}

async fn file(cast: &Cast, whistle: Value) -> anyhow::Result<()> {
    let mut report = json!({
        "source": "patrol",
        "text": "东大街12号井盖破损",
        "matter": "event-01002",
        "place": {"lon": 119.105, "lat": 34.835, "address": "东大街12号"},
    });
    if !whistle.is_null() {
        report["whistle"] = whistle;
    }
    let worker = cast.holder("grid_worker").await?;
    let filed = worker
        .post("/api/v1/cases")
        .key(&Uuid::new_v4().to_string());
    filed.json(&report).send().await?.expect(201)?;
    Ok(())
}
