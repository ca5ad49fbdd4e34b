//! The whole story of a case in the terminal client at 80x24: by keys alone, each person at a desk
//! of their own. Only the resident has a telephone instead.

use anyhow::Context;
use gridwhistle_e2e::{Cast, Database, Desk, Server};
use serde_json::json;
use uuid::Uuid;

const RESIDENT: &str = "欧阳秀英";
const TELEPHONE: &str = "13851234567";
const TEXT: &str = "沿街井盖破损，多次劝导无效";
const MATTER: &str = "污水井盖异常";
/// The units that the whistle calls, with their leaders' accounts and the initials of their names.
const LEAD: (&str, &str) = ("other_leader", "赣榆区市政公用设施管护中心");
const ASSIST: (&str, &str) = ("unit_leader", "青口镇综合行政执法局");
const ASSIST_INITIALS: &str = "qkzzhxzzfj";
/// In the worker's first grid.
const POINT: &str = "119.105,34.835";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whistle_is_blown_answered_judged_and_rated_by_keys_alone() -> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite())
        .secret(RESIDENT)
        .secret(TELEPHONE)
        .start()
        .await?;
    let Some(worker) = Desk::unknown(&server)? else {
        return Ok(());
    };
    let supervisor = Desk::of(&server, "supervisor")?.context("tmux is gone")?;
    let before = supervisor.wait_for("满意率").await?;
    assert!(
        figure(&before, "满意率").starts_with('-'),
        "nobody has been asked yet: {before}"
    );

    log_in(&worker).await?;
    report_with_a_whistle(&worker).await?;
    let registrar = Desk::of(&server, "registrar")?.context("tmux is gone")?;
    accept_and_register(&registrar).await?;
    let dispatcher = Desk::of(&server, "dispatcher")?.context("tmux is gone")?;
    call_the_units(&dispatcher).await?;
    let lead = Desk::of(&server, LEAD.0)?.context("tmux is gone")?;
    let assist = Desk::of(&server, ASSIST.0)?.context("tmux is gone")?;
    for unit in [&lead, &assist] {
        come_to_the_scene(unit).await?;
    }
    // The lead finishes last, and is told for whom it waits.
    lead.keys(&["F7"])?;
    let waits = format!("其他单位尚未办结：{}", ASSIST.1);
    lead.wait_for(&waits).await?;
    lead.keys(&["Enter"])?;
    lead.wait_without(&waits).await?;
    finish(&assist, "现场已清理", "处置中").await?;
    lead.choose_form("答复").await?;
    lead.fill("井盖已更换").await?;
    lead.keys(&["F9"])?;
    lead.wait_for("已完成：答复").await?;
    finish(&lead, "已更换井盖", "待核查").await?;
    confirm_and_score(&worker).await?;
    let link = close(&registrar).await?;
    rate_by_telephone(&server, &link).await?;

    let after = supervisor
        .look_for("满意率          100.00%        1/1")
        .await?;
    assert_eq!(figure(&after, "响应率"), "100.00%        1/1");
    supervisor
        .in_english(
            &["Figures", "Satisfaction    100.00%        1/1"],
            "满意率          100.00%",
        )
        .await?;
    // Each figure opens to its cases.
    for _ in 0.."未回应的哨 超期 不满意 响应率 解决率".split(' ').count() {
        supervisor.keys(&["Down"])?;
    }
    supervisor.keys(&["Enter"])?;
    supervisor.wait_for(MATTER).await?;

    for desk in [worker, registrar, dispatcher, lead, assist, supervisor] {
        desk.keys(&["F10", "F10"])?;
        assert_eq!(desk.wait_for_exit().await?, 0, "left in good order");
    }
    server.stop().await?;
    server.run("check", &[]).await?;
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_verifies_what_a_unit_has_done() -> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite()).start().await?;
    let Some(worker) = Desk::of(&server, "grid_worker")? else {
        return Ok(());
    };
    let cast = Cast::of(&server)?;
    let filed = cast
        .holder("grid_worker")
        .await?
        .post("/api/v1/cases")
        .key(&Uuid::new_v4().to_string())
        .json(&json!({
            "source": "patrol",
            "text": TEXT,
            "matter": "event-06010",
            "place": {"lon": 119.105, "lat": 34.835},
        }))
        .send()
        .await?
        .expect(201)?
        .body;
    let id = filed["id"].as_str().context("a case without id")?;
    cast.act(id, "accept", json!({})).await?;
    let registration = json!({"matter": "event-06010", "condition": "event-06010/1"});
    cast.act(id, "register", registration).await?;
    let lead = json!({"units": [{"unit": "320707-sz", "role": "lead"}]});
    cast.act(id, "dispatch", lead).await?;
    cast.act(id, "sign", json!({})).await?;
    cast.act(id, "finish", json!({"result": "已更换井盖"}))
        .await?;

    // Sent back once: it is not done yet.
    worker.open_first("3 我的任务 1", "核查中").await?;
    worker.choose_form("核查").await?;
    worker.keys(&["Right", "Right"])?;
    worker.wait_for("(不通过)").await?;
    worker.next("说明").await?;
    worker.fill("井盖仍松动").await?;
    worker.submit("核查").await?;
    worker.wait_for("[处置中]").await?;

    cast.act(id, "sign", json!({})).await.ok();
    cast.act(id, "finish", json!({"result": "已加固"})).await?;
    worker.look_for("[核查中]").await?;
    worker.choose_form("核查").await?;
    worker.keys(&["1"])?;
    worker.wait_for("(通过)").await?;
    worker.submit("核查").await?;
    worker.wait_for("[待结案]").await?;
    server.stop().await?;
    server.run("check", &[]).await?;
    server.assert_log_clean()
}

/// At the first screen: the account and its password, the server stands there already.
async fn log_in(worker: &Desk) -> anyhow::Result<()> {
    worker.at_field("用户名").await?;
    worker.in_english(&["▸User name"], "请登录").await?;
    worker.fill("grid_worker").await?;
    worker.next("密码").await?;
    worker.text("canary of grid_worker")?;
    worker.wait_for("*********************").await?;
    worker.keys(&["Enter"])?;
    let home = worker.wait_for("我的任务").await?;
    assert!(!home.contains("canary"), "{home}");
    worker
        .in_english(&["grid worker", "My tasks"], "我的任务")
        .await
}

async fn report_with_a_whistle(worker: &Desk) -> anyhow::Result<()> {
    worker.keys(&["F2"])?;
    worker.at_field("事项").await?;
    worker.pick("wsjgyc", MATTER).await?;
    worker.at_field("内容").await?;
    worker.fill(TEXT).await?;
    worker.next("网格").await?;
    worker.next("坐标").await?;
    worker.fill(POINT).await?;
    worker.next("坐标系").await?;
    worker.next("地址").await?;
    worker.fill("东大街12号").await?;
    worker.next("来源").await?;
    worker.keys(&["Right"])?;
    worker.wait_for("< 群众反映 >").await?;
    worker.next("诉求人姓名").await?;
    worker.fill(RESIDENT).await?;
    worker.next("诉求人电话").await?;
    worker.fill(TELEPHONE).await?;
    worker.next("身份保密").await?;
    worker.next("照片").await?;
    worker.next("同时吹哨").await?;
    worker.keys(&["Space"])?;
    worker.wait_for("[x] 是").await?;
    worker
        .in_english(&["Report", "[x] yes", "Daily whistle"], "日常哨")
        .await?;
    worker.next("哨种").await?;
    worker.keys(&["Right"])?;
    worker.wait_for("(日常哨)").await?;
    worker.next("主办单位").await?;
    // The duties name the lead; another unit than the proposed one assists.
    worker.wait_for(LEAD.1).await?;
    worker.next("协办单位").await?;
    worker.keys(&["Enter"])?;
    worker.wait_for("拼音首字母").await?;
    worker.keys(&["Delete"])?;
    worker.at_field("理由").await?;
    worker.keys(&["Up"])?;
    worker.at_field("协办单位").await?;
    worker.pick(ASSIST_INITIALS, ASSIST.1).await?;
    worker.at_field("理由").await?;
    worker.fill("涉及多个部门").await?;
    worker.keys(&["F9"])?;
    worker.wait_for("已上报").await?;
    worker.wait_for("[待受理]").await?;
    let screen = worker.wait_for("日常哨 [待审哨]").await?;
    assert!(!screen.contains(RESIDENT), "not masked: {screen}");
    Ok(())
}

async fn accept_and_register(registrar: &Desk) -> anyhow::Result<()> {
    let screen = registrar.open_first("3 受理           1/0", MATTER).await?;
    assert!(screen.contains(TEXT), "{screen}");
    registrar.choose("受理").await?;
    registrar.done("受理").await?;
    registrar
        .in_english(
            &["You may now", "1 register", "Daily whistle"],
            "日常哨 [待审哨]",
        )
        .await?;
    registrar.choose_form("立案").await?;
    registrar.at_field("立案条件").await?;
    registrar.wait_for("-/3").await?;
    registrar.keys(&["Right"])?;
    registrar.wait_for("1/3").await?;
    registrar.submit("立案").await?;
    registrar.wait_for("[待派遣]").await?;
    Ok(())
}

async fn call_the_units(dispatcher: &Desk) -> anyhow::Result<()> {
    dispatcher
        .open_first("2 审哨           1/0", "日常哨")
        .await?;
    dispatcher.choose("同意吹哨").await?;
    dispatcher.done("同意吹哨").await?;
    dispatcher.wait_for("日常哨 [待派哨]").await?;
    dispatcher.choose_form("派哨").await?;
    for wished in [LEAD.1, ASSIST.1, "东大街12号"] {
        dispatcher.wait_for(wished).await?;
    }
    dispatcher.submit("派哨").await?;
    dispatcher.wait_for("[待签收]").await?;
    Ok(())
}

async fn come_to_the_scene(unit: &Desk) -> anyhow::Result<()> {
    unit.open_first("1 待签收 1", MATTER).await?;
    unit.choose("签收").await?;
    unit.done("签收").await?;
    unit.choose_form("联系吹哨方").await?;
    unit.fill("十分钟后到").await?;
    unit.submit("联系吹哨方").await?;
    unit.choose_form("报到").await?;
    unit.fill(POINT).await?;
    unit.submit_for_good("报到").await?;
    // What was done stands with its time in the facts, some pages down.
    unit.keys(&["Tab", "PageDown"])?;
    unit.wait_for("✓报到").await?;
    Ok(())
}

async fn finish(unit: &Desk, result: &str, stage: &str) -> anyhow::Result<()> {
    unit.choose_form("办结").await?;
    unit.fill(result).await?;
    unit.submit("办结").await?;
    unit.wait_for(&format!("[{stage}]")).await.map(drop)
}

async fn confirm_and_score(worker: &Desk) -> anyhow::Result<()> {
    // From the page of the report back to the tasks.
    worker.keys(&["Escape"])?;
    worker.open_first("3 我的任务 1", "待核查").await?;
    worker.choose_form("确认解决").await?;
    worker.fill(POINT).await?;
    worker.submit("确认解决").await?;
    worker.wait_for("[待结案]").await?;
    for judged in 1..=2 {
        worker.choose_form("评哨").await?;
        worker.keys(&["Right"])?;
        worker.next("响应速度").await?;
        worker.keys(&["5"])?;
        worker.wait_for("(5)").await?;
        worker.next("处置质量").await?;
        worker.keys(&["4"])?;
        worker.wait_for("(4)").await?;
        worker.keys(&["F9"])?;
        worker.wait_for("再按一次 Enter 确认").await?;
        worker.keys(&["Enter"])?;
        worker.wait_for("已完成：评哨").await?;
        // The score stands beside its unit, some pages down: only then is the other one left.
        worker.keys(&["Tab", "PageDown"])?;
        let scores = format!("{judged} scores");
        worker
            .wait_until(&scores, |screen| {
                screen.matches("评分 响应5").count() == judged
            })
            .await?;
        worker.keys(&["PageUp"])?;
    }
    Ok(())
}

/// Closes the case and returns the link that is shown for the resident.
async fn close(registrar: &Desk) -> anyhow::Result<String> {
    registrar.keys(&["Escape"])?;
    registrar.open_first("9 结案           1/0", MATTER).await?;
    registrar.choose_form("结案").await?;
    registrar.keys(&["Space"])?;
    registrar.wait_for("[x] 是").await?;
    registrar.keys(&["F9"])?;
    registrar.wait_for("再按一次 Enter 确认").await?;
    registrar.keys(&["Enter"])?;
    let screen = registrar.wait_for("群众评价").await?;
    let (_, link) = screen
        .split_once("http://")
        .context("no link beside the code")?;
    let link = link
        .split([' ', '│', '\n'])
        .next()
        .unwrap_or_default()
        .to_owned();
    let code = screen
        .lines()
        .filter(|line| line.matches(['█', '▄', '▀']).count() >= 20)
        .count();
    assert!(code >= 15, "no code to scan: {screen}");
    registrar.in_english(&["scan"], "群众评价").await?;
    registrar.keys(&["Enter"])?;
    registrar.wait_without("群众评价").await?;
    registrar.look_for("[已结案]").await?;
    Ok(link)
}

/// What the resident does: opens the page of the link in a browser without scripts, and sends it.
async fn rate_by_telephone(server: &Server, link: &str) -> anyhow::Result<()> {
    let (_, path) = link.split_once('/').context("a link without a path")?;
    let path = format!("/{path}");
    let telephone = server.api()?;
    let page = telephone
        .get(&path)
        .header("Accept-Language", "zh-CN")
        .send()
        .await?
        .expect(200)?;
    let html = page.body.as_str().unwrap_or_default();
    assert!(
        html.contains(MATTER) && html.contains("<form method=post>"),
        "{html}"
    );
    assert!(!html.contains("<script"), "{html}");
    let answers = "lang=zh&contacted=yes&solved=yes&satisfaction=very_satisfied";
    let send = || {
        telephone
            .post(&path)
            .bytes("application/x-www-form-urlencoded", answers)
            .send()
    };
    let thanks = send().await?.expect(200)?;
    assert!(
        thanks
            .body
            .as_str()
            .is_some_and(|html| html.contains("感谢"))
    );
    let again = send().await?.expect(410)?;
    assert!(
        again
            .body
            .as_str()
            .is_some_and(|html| html.contains("已使用"))
    );
    Ok(())
}

/// What stands beside the name of a figure on the dashboard.
fn figure(screen: &str, name: &str) -> String {
    screen
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(name))
        .and_then(|rest| rest.split('│').next())
        .unwrap_or_default()
        .trim()
        .to_owned()
}
