//! `docs/states.md` says what the code says: its tables are printed from the guards.

use std::fmt::Write;

use crate::access::Post;
use crate::case::{ActionKind, Stage, posts, posts_at, stages};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/states.md");
const BEGIN: &str = "<!-- printed from the code: begin -->\n";
const END: &str = "<!-- printed from the code: end -->\n";

/// The tables: every action with stages and posts, then for every stage who may do what.
fn tables() -> String {
    let mut text = String::from(
        "\n## Actions\n\n\
         | action | | works on | kind | stages of the case | posts |\n|---|---|---|---|---|---|\n",
    );
    for &action in ActionKind::ALL {
        let kind = if action.is_fact() { "fact" } else { "decision" };
        let at = if stages(action) == Stage::ALL {
            "any".to_owned()
        } else {
            listed(Stage::ALL.iter().filter(|s| stages(action).contains(s)))
        };
        let from = listed(Post::ALL.iter().filter(|p| posts(action).contains(p)));
        let (noun, chinese) = (action.noun(), action_in_chinese(action));
        writeln!(
            text,
            "| `{action}` | {chinese} | {noun} | {kind} | {at} | {from} |"
        )
        .unwrap();
    }
    text.push_str("\n## Stages\n");
    for &stage in Stage::ALL {
        let end = if stage.is_end() { ", an end" } else { "" };
        write!(text, "\n### `{stage}` {}{end}\n\n", stage_in_chinese(stage)).unwrap();
        text.push_str("| post | actions |\n|---|---|\n");
        for post in Post::ALL {
            let open: Vec<&ActionKind> = ActionKind::ALL
                .iter()
                .filter(|a| **a != ActionKind::Report)
                .filter(|a| posts_at(**a, stage).any(|open_to| open_to == *post))
                .collect();
            if !open.is_empty() {
                writeln!(text, "| {post} | {} |", listed(open)).unwrap();
            }
        }
    }
    text.push('\n');
    text
}

fn listed<T: ToString>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| name.to_string()).collect();
    names.join(", ")
}

/// To write the document anew after a change of the guards, run this test with `UPDATE_DOCS=1`.
#[test]
fn the_document_of_the_stages_says_what_the_code_says() {
    let document = std::fs::read_to_string(PATH).unwrap();
    let (before, rest) = document.split_once(BEGIN).unwrap();
    let (printed, after) = rest.split_once(END).unwrap();
    let tables = tables();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(PATH, format!("{before}{BEGIN}{tables}{END}{after}")).unwrap();
    } else {
        assert!(
            printed == tables,
            "docs/states.md is old: run this test with UPDATE_DOCS=1"
        );
    }
}

#[test]
fn the_ends_can_be_left_by_reopening_only() {
    for &stage in Stage::ALL.iter().filter(|stage| stage.is_end()) {
        for &action in ActionKind::ALL {
            let harmless = matches!(
                action,
                ActionKind::Report
                    | ActionKind::Rate
                    | ActionKind::Comment
                    | ActionKind::Attach
                    | ActionKind::Score
                    | ActionKind::RequestReopening
                    | ActionKind::RefuseReopening
                    | ActionKind::Claim
                    | ActionKind::Release
                    | ActionKind::Link
                    | ActionKind::Appeal
                    | ActionKind::DecideAppeal
                    | ActionKind::FollowUp
                    | ActionKind::RequestUnreasonable
                    | ActionKind::DecideUnreasonable
            );
            let reopens = stage == Stage::Closed && action == ActionKind::Reopen;
            assert!(
                !stages(action).contains(&stage) || harmless || reopens,
                "{action} at {stage}"
            );
        }
    }
}

#[test]
fn every_action_is_open_to_somebody_at_some_stage_and_none_to_who_only_looks_on() {
    for &action in ActionKind::ALL {
        assert!(
            !stages(action).is_empty() && !posts(action).is_empty(),
            "{action}"
        );
        for post in [Post::Supervisor, Post::Auditor, Post::Admin, Post::System] {
            assert!(!posts(action).contains(&post), "{action} from {post}");
        }
    }
}

const fn stage_in_chinese(stage: Stage) -> &'static str {
    match stage {
        Stage::Reported => "待受理",
        Stage::Confirming => "待核实",
        Stage::Accepted => "待立案",
        Stage::Registered => "待派遣",
        Stage::Assigned => "待签收",
        Stage::Handling => "处置中",
        Stage::Handled => "待核查",
        Stage::Verifying => "核查中",
        Stage::Verified => "待结案",
        Stage::Closed => "已结案",
        Stage::Declined => "不予受理",
        Stage::Unregistered => "不予立案",
        Stage::Voided => "已作废",
        Stage::Merged => "已并案",
    }
}

const fn action_in_chinese(action: ActionKind) -> &'static str {
    match action {
        ActionKind::Report => "上报",
        ActionKind::Accept => "受理",
        ActionKind::Decline => "不予受理",
        ActionKind::Register => "立案",
        ActionKind::ConfirmCondition => "确认立案条件",
        ActionKind::RefuseRegistration => "不予立案",
        ActionKind::Dispatch => "派遣",
        ActionKind::RequestWhistle => "请求吹哨",
        ActionKind::ApproveWhistle => "审哨",
        ActionKind::RefuseWhistle => "不予吹哨",
        ActionKind::IssueWhistle => "派哨",
        ActionKind::WithdrawWhistle => "撤哨",
        ActionKind::AddUnit => "增派",
        ActionKind::Sign => "签收",
        ActionKind::AssignHandler => "指定经办人",
        ActionKind::ContactBlower => "联系吹哨方",
        ActionKind::ContactResident => "联系诉求人",
        ActionKind::CheckIn => "报到",
        ActionKind::Leave => "离场",
        ActionKind::ReportDone => "提交办结",
        ActionKind::PushBack => "退回重办",
        ActionKind::Finish => "办结",
        ActionKind::CompleteStep => "完成步骤",
        ActionKind::RequestReturn => "申请退单",
        ActionKind::DecideReturn => "退单裁定",
        ActionKind::Excuse => "免除",
        ActionKind::Revoke => "撤派",
        ActionKind::ConfirmSolved => "确认解决",
        ActionKind::Veto => "否决",
        ActionKind::RequestVerification => "请求核查",
        ActionKind::Verify => "核查",
        ActionKind::Reply => "答复",
        ActionKind::Close => "结案",
        ActionKind::Score => "评哨",
        ActionKind::Rate => "评价",
        ActionKind::Reopen => "重办",
        ActionKind::Void => "作废",
        ActionKind::Comment => "备注",
        ActionKind::Attach => "补充附件",
        ActionKind::RequestConfirmation => "请求核实",
        ActionKind::Confirm => "核实",
        ActionKind::SendBack => "回退",
        ActionKind::ForceClose => "强制结案",
        ActionKind::RequestReopening => "申请重办",
        ActionKind::RefuseReopening => "不予重办",
        ActionKind::ConsentReply => "同意答复",
        ActionKind::Claim => "认领",
        ActionKind::Release => "取消认领",
        ActionKind::Merge => "并案",
        ActionKind::Link => "关联",
        ActionKind::RequestExtension => "申请延期",
        ActionKind::DecideExtension => "延期审批",
        ActionKind::RequestSuspension => "申请挂账",
        ActionKind::DecideSuspension => "挂账审批",
        ActionKind::Resume => "恢复",
        ActionKind::Supervise => "督办",
        ActionKind::AnswerSupervision => "督办回复",
        ActionKind::Escalate => "升级",
        ActionKind::Delegate => "下派",
        ActionKind::RequestRuling => "申请裁定",
        ActionKind::Rule => "裁定",
        ActionKind::Appeal => "超时申诉",
        ActionKind::DecideAppeal => "申诉裁定",
        ActionKind::RefuseAdmission => "准入拒收",
        ActionKind::FollowUp => "回访",
        ActionKind::RequestUnreasonable => "申请认定不合理诉求",
        ActionKind::DecideUnreasonable => "认定不合理诉求",
    }
}
