//! A small town for the tests: sessions, cases and answers as the server would give them.

#![allow(clippy::too_many_lines)]

mod boundaries;

use serde_json::json;

pub use boundaries::{changed, puts, sides};

use super::Time;
use super::boundaries::{Located, Puts, Sides};
use super::case::{
    Assignment, Case, Clock, Dossier, Event, Limit, MatterRef, Milestone, Named, Offer, Person,
    Place, Reporter, Round, Target, Whistle,
};
use super::duty::{DutyBoard, Handover, OnDuty, OpenItem, Shift, Signature};
use super::figures::{Board, Figure, Share};
use super::list::{Page, Pile, Progress, Row, Section, Shelf};
use super::map::{MapGrid, Rates};
use super::reference::{
    Condition, Division, Grid, Matter, Preview, Proposed, Standing, Unit, WhistleKind,
};
use super::registers::{Entry, Register, Step};
use super::request::{Answer, Outcome, Request};
use super::session::{Post, Session};

pub fn at(text: &str) -> Time {
    format!("2026-11-{text}:00+08:00").parse().unwrap()
}

/// The moment of all tests.
pub fn now() -> Time {
    at("23T10:00")
}

pub fn session(post: &str) -> Session {
    let (scope, scope_name, scope_kind) = match post {
        "grid_worker" => ("320707101201001", "西林子村第一网格", "grids"),
        "unit_leader" => ("jtys-zw", "交通运输局柘汪站", "unit"),
        "supervisor" => ("320707", "赣榆区", "division"),
        _ => ("320707101", "柘汪镇", "division"),
    };
    let may: &[&str] = match post {
        "grid_worker" => &["report", "request_whistle", "read_cases"],
        "registrar" => &[
            "report",
            "accept",
            "register",
            "verify",
            "close",
            "read_cases",
            "read_figures",
        ],
        "dispatcher" => &[
            "request_whistle",
            "approve_whistle",
            "dispatch",
            "hand_over",
            "read_cases",
            "read_figures",
            "read_lists",
            "read_notices",
            "read_roster",
        ],
        "village_leader" | "town_head" => &[
            "request_whistle",
            "approve_whistle",
            "read_cases",
            "read_figures",
        ],
        "auditor" => &["read_cases", "read_figures", "read_unmaskings"],
        "admin" => &[
            "keep_registers",
            "read_lists",
            "read_reference",
            "read_roster",
        ],
        "supervisor" => &["read_cases", "read_figures", "read_reference"],
        _ => &["read_cases", "read_figures"],
    };
    Session {
        server: "http://127.0.0.1:8080".into(),
        token: "secret".into(),
        username: format!("{post}1"),
        name: "王海燕".into(),
        posts: vec![Post {
            post: post.into(),
            scope: scope.into(),
            scope_name: scope_name.into(),
            scope_kind: scope_kind.into(),
        }],
        may: may.iter().map(|what| (*what).to_owned()).collect(),
    }
}

fn row(n: usize, title: &str, family: &'static str, stage: &str, due: Option<&str>) -> Row {
    Row {
        unread: None,
        case_id: format!("case-{n}"),
        number: format!("32070720261123{n:06}"),
        title: title.into(),
        place: "西林子村第一网格".into(),
        family,
        stage: stage.into(),
        due: due.map(|_| "handling".into()),
        deadline: due.map(at),
        at: Some(at("23T09:41")),
        emergency: false,
        note: String::new(),
        part: None,
        progress: None,
        awaited: Vec::new(),
    }
}

pub fn pile(section: Section) -> Pile {
    let rows = match section {
        Section::Emergencies => vec![Row {
            emergency: true,
            ..row(1, "道路塌陷", "whistle-stage", "issued", Some("23T10:12"))
        }],
        Section::MyWhistles => vec![
            row(
                2,
                "日常哨 违法建设",
                "whistle-stage",
                "requested",
                Some("23T11:00"),
            ),
            Row {
                progress: Some(Progress {
                    called: 2,
                    signed: 1,
                    arrived: 0,
                }),
                awaited: vec!["赣榆自来水公司".into()],
                ..row(
                    6,
                    "日常哨 供水管破裂",
                    "whistle-stage",
                    "issued",
                    Some("23T10:08"),
                )
            },
        ],
        Section::MyTasks => vec![
            row(3, "暴露垃圾", "stage", "verifying", Some("23T09:30")),
            row(4, "窨井盖缺失", "stage", "handled", Some("23T10:25")),
            row(
                5,
                "道路破损，雨后积水严重影响学生上下学通行",
                "stage",
                "handled",
                Some("25T12:00"),
            ),
        ],
        Section::ToAccept => (10..40)
            .map(|n| row(n, "占道经营", "stage", "reported", Some("23T10:05")))
            .collect(),
        Section::ToDispatch => vec![row(
            50,
            "供水管破裂",
            "stage",
            "registered",
            Some("23T10:09"),
        )],
        Section::ToSign => vec![
            row(
                60,
                "道路塌陷",
                "assignment-stage",
                "issued",
                Some("23T10:08"),
            ),
            row(
                61,
                "道路破损",
                "assignment-stage",
                "issued",
                Some("23T11:00"),
            ),
        ],
        Section::MyReports | Section::Overdue => {
            vec![row(70, "乱贴小广告", "stage", "closed", None)]
        }
        _ => Vec::new(),
    };
    let overdue = rows.iter().filter(|r| r.is_late(now())).count();
    Pile {
        total: rows.len(),
        overdue,
        rows,
        more: false,
    }
}

fn person(name: &str, post: &str) -> Person {
    Person {
        name: name.into(),
        post: post.into(),
        unit: None,
    }
}

fn named(id: &str, name: &str) -> Named {
    Named {
        id: id.into(),
        name: name.into(),
    }
}

pub fn dossier(id: &str) -> Dossier {
    let place = Place {
        lon: Some(119.123_456),
        lat: Some(34.912_345),
        grid: Some(named("320707101201001", "西林子村第一网格")),
        village: Some(named("320707101201", "西林子村")),
        town: Some(named("320707101", "柘汪镇")),
        county: Some(named("320707", "赣榆区")),
        unlocated: false,
        address: Some("村委会东侧路口".into()),
    };
    let case = Case {
        id: id.into(),
        number: "320707202611230000031".into(),
        version: 9,
        stage: "handling".into(),
        marks: vec!["emergency".into()],
        matter: Some(MatterRef {
            kind: "event".into(),
            code: "99998".into(),
            name: "道路塌陷".into(),
        }),
        condition: Some(named("c1", "道路塌陷，危及通行安全")),
        text: "村委会东侧路口路面塌陷，约两米见方，深一米，已用树枝围挡，需要交通、供水部门到场。"
            .into(),
        place,
        source: "patrol".into(),
        reporter: Some(Reporter {
            name: "张**".into(),
            telephone: "138****1234".into(),
        }),
        filed_by: person("王海燕", "grid_worker"),
        received_at: Some(at("23T09:40")),
        updated_at: Some(at("23T09:55")),
        round: Some(Round {
            number: 1,
            registered_at: Some(at("23T09:40")),
            limit: Some(Limit {
                amount: 2,
                unit: "emergency_hours".into(),
            }),
            standard: Some("现场围挡到位，警示标志齐全".into()),
            issued_at: Some(at("23T09:40")),
            deadline: Some(at("23T11:40")),
            ..Round::default()
        }),
        clocks: vec![Clock {
            name: "accept".into(),
            started_at: Some(at("23T09:40")),
            deadline: Some(at("23T09:55")),
            stopped_at: Some(at("23T09:41")),
        }],
        whistles: vec![Whistle {
            id: "whistle-1".into(),
            kind: "emergency".into(),
            kind_name: "应急哨".into(),
            stage: "on_scene".into(),
            blown_by: person("王海燕", "grid_worker"),
            reason: "塌陷在扩大".into(),
            meeting_place: Some("村委会门口".into()),
            meeting_point: None,
            requested_at: Some(at("23T09:40")),
            issued_at: Some(at("23T09:40")),
            ..Whistle::default()
        }],
        assignments: vec![
            Assignment {
                id: "assignment-1".into(),
                version: 3,
                whistle_id: Some("whistle-1".into()),
                unit: named("jtys-zw", "交通运输局柘汪站"),
                role: "lead".into(),
                stage: "arrived".into(),
                issued_at: Some(at("23T09:40")),
                sign: Milestone {
                    due: Some(at("23T09:50")),
                    at: Some(at("23T09:44")),
                    in_time: Some(true),
                },
                check_in: Milestone {
                    due: Some(at("23T10:10")),
                    at: Some(at("23T09:58")),
                    in_time: Some(true),
                },
                on_spot: Some(true),
                attempt: 1,
                ..Assignment::default()
            },
            Assignment {
                id: "assignment-2".into(),
                version: 1,
                whistle_id: Some("whistle-1".into()),
                unit: named("gs", "赣榆自来水公司"),
                role: "assist".into(),
                stage: "issued".into(),
                issued_at: Some(at("23T09:40")),
                sign: Milestone {
                    due: Some(at("23T09:50")),
                    ..Milestone::default()
                },
                check_in: Milestone {
                    due: Some(at("23T10:10")),
                    ..Milestone::default()
                },
                attempt: 1,
                ..Assignment::default()
            },
        ],
        attachments: vec!["photo-1".into()],
        feedback: None,
        merged_feedback: Vec::new(),
        rating_link: None,
        reply: None,
        said: crate::model::case::Said::default(),
        duplicates: Vec::new(),
        merged_into: None,
        absorbed: Vec::new(),
        links: Vec::new(),
        lapses: Vec::new(),
        handed_down_by: None,
        safety_call: None,
        admission_refusal: None,
    };
    let event = |kind: &str, time: &str, actor: Person, note: &str| Event {
        kind: kind.into(),
        at: Some(at(time)),
        actor,
        note: note.into(),
    };
    let offer = |action: &str, target: Target, allowed: bool, reason: Option<&str>| Offer {
        action: action.into(),
        target,
        allowed,
        reason: reason.map(Into::into),
        state: matches!(action, "score" | "verify" | "report_done").then(|| "\"9\"".into()),
        code: None,
    };
    Dossier {
        duty: duty().on,
        events: vec![
            event("reported", "23T09:40", person("王海燕", "grid_worker"), ""),
            event("whistle_issued", "23T09:40", person("", "system"), ""),
            event("signed", "23T09:44", person("李强", "unit_officer"), ""),
            event("checked_in", "23T09:58", person("李强", "unit_officer"), ""),
        ],
        offers: vec![
            offer(
                "report_done",
                Target::Assignment("assignment-1".into()),
                true,
                None,
            ),
            offer(
                "leave",
                Target::Assignment("assignment-1".into()),
                true,
                None,
            ),
            offer("verify", Target::Case, true, None),
            offer("request_whistle", Target::Case, true, None),
            offer("score", Target::Whistle("whistle-1".into()), true, None),
            offer("comment", Target::Case, true, None),
            offer("attach", Target::Case, true, None),
            offer(
                "close",
                Target::Case,
                false,
                Some("案件还在处置中，核查通过后才能结案。"),
            ),
            offer(
                "sign",
                Target::Assignment("assignment-2".into()),
                false,
                Some("只有被派单位可以签收。"),
            ),
        ],
        case,
    }
}

pub fn matters() -> Vec<Matter> {
    [
        ("event", "06010", "暴露垃圾", "市容环境"),
        ("component", "01001", "供水井盖", "市政公用设施"),
        ("event", "99998", "道路塌陷", "突发事件"),
    ]
    .into_iter()
    .map(|(kind, code, name, class)| Matter {
        key: MatterRef {
            kind: kind.into(),
            code: code.into(),
            name: name.into(),
        },
        class: class.into(),
        conditions: vec![
            Condition {
                id: format!("{code}-1"),
                name: format!("{name}，影响通行"),
                limit: None,
                self_handle: false,
            },
            Condition {
                id: format!("{code}-2"),
                name: "其他".into(),
                limit: None,
                self_handle: false,
            },
        ],
    })
    .collect()
}

pub fn units() -> Vec<Unit> {
    [
        ("jtys-zw", "交通运输局柘汪站"),
        ("gs", "赣榆自来水公司"),
        ("zfj", "综合行政执法局柘汪中队"),
    ]
    .into_iter()
    .map(|(code, name)| Unit {
        code: code.into(),
        name: name.into(),
        division: "柘汪镇".into(),
    })
    .collect()
}

fn figure(indicator: &str, value: Option<f64>, numerator: f64, denominator: i64) -> Figure {
    Figure {
        indicator: indicator.into(),
        value,
        count: denominator == 0 && value.is_some(),
        numerator: Some(numerator),
        denominator: (denominator > 0).then_some(denominator),
        interval: (indicator == "satisfaction_rate").then_some((96.01, 98.11)),
        exclusions: if indicator == "satisfaction_rate" {
            vec![("expired".into(), 31)]
        } else {
            Vec::new()
        },
        before: value.map(|v| v - 0.35),
    }
}

/// What a town of the plain would answer.
pub fn answer(request: &Request) -> Answer {
    match request {
        Request::Login { username, .. } => Answer::Session(session(username.trim_end_matches('1'))),
        Request::Logout => Answer::LoggedOut,
        Request::Me => Answer::Session(session("grid_worker")),
        Request::Section(section) => Answer::Pile(pile(*section)),
        Request::List { query, .. } if query.shelf == Shelf::Notices => {
            let told = |n: usize, text: &str, stage: &str| Row {
                place: String::new(),
                unread: (stage == "unread").then_some(7),
                ..row(n, text, "told", stage, None)
            };
            Answer::Page(Page {
                rows: vec![
                    told(
                        1,
                        "案件 32070720261123000001：有哨待审批（11-23 11:00）",
                        "unread",
                    ),
                    told(2, "案件 32070720261123000002：已结案", "read"),
                ],
                next: None,
            })
        }
        Request::List { cursor, .. } | Request::Behind { cursor, .. } => {
            let from = cursor
                .as_ref()
                .and_then(|c| c.parse::<usize>().ok())
                .unwrap_or(0);
            let rows = (from..from + 50)
                .map(|n| row(n, "占道经营", "stage", "handling", Some("24T10:05")))
                .collect();
            Answer::Page(Page {
                rows,
                next: (from < 150).then(|| (from + 50).to_string()),
            })
        }
        Request::Case(id) => Answer::Case(Box::new(dossier(id))),
        Request::Report(report) => Answer::Done(Outcome {
            case_id: report.draft.to_string(),
            number: "320707202611230000077".into(),
            stage: "reported".into(),
            rating_link: None,
            resident: None,
        }),
        Request::Act(act) => Answer::Done(Outcome {
            case_id: act.case_id.clone(),
            number: "320707202611230000031".into(),
            stage: "handling".into(),
            rating_link: (act.action == "close")
                .then(|| "http://127.0.0.1:8080/rate/abcdef".into()),
            resident: (act.action == super::action::UNMASK).then(|| Reporter {
                name: "张三丰".into(),
                telephone: "13812345678".into(),
            }),
        }),
        Request::Unread | Request::ReadNotice(_) | Request::ReadNotices(_) => {
            Answer::Unread(super::request::Unread::default())
        }
        Request::Board(_) => Answer::Board(Board {
            figures: vec![
                figure("due", Some(1053.0), 1053.0, 0),
                figure("closure_rate", Some(97.18), 1024.0, 1053),
                figure("on_time_closure_rate", Some(91.26), 961.0, 1053),
                figure("overdue_open", Some(29.0), 29.0, 0),
                figure("response_rate", Some(99.12), 900.0, 908),
                figure("resolution_rate", Some(96.48), 876.0, 908),
                figure("satisfaction_rate", Some(97.14), 882.0, 908),
                figure("rework_rate", None, 0.0, 0),
            ],
            as_of: Some(now()),
        }),
        Request::Shares { indicator, .. } => Answer::Shares(
            [
                ("320707101", "柘汪镇", 91.2),
                ("320707102", "石桥镇", 95.5),
                ("320707103", "金山镇", 98.9),
            ]
            .into_iter()
            .map(|(code, name, value)| Share {
                code: code.into(),
                name: name.into(),
                figure: figure(indicator, Some(value), 90.0, 100),
            })
            .collect(),
        ),
        Request::Series { .. } => Answer::Series(vec![
            Some(95.0),
            Some(96.0),
            None,
            Some(94.0),
            Some(97.0),
            Some(97.1),
        ]),
        Request::Matters => Answer::Matters(matters()),
        Request::Grids(_) => Answer::Grids(vec![Grid {
            code: "320707101201001".into(),
            name: "西林子村第一网格".into(),
            kind: "general".into(),
            village: "西林子村".into(),
            town: "柘汪镇".into(),
            lon: Some(119.12),
            lat: Some(34.91),
        }]),
        Request::Map(_) => Answer::Map(map_grids()),
        Request::Rates { indicator, .. } => Answer::Rates(rates(indicator)),
        Request::Units => Answer::Units(units()),
        Request::Duty => Answer::Duty(Box::new(duty())),
        Request::HandOver(_) | Request::TakeOver(_) => {
            Answer::Signed(Box::new(duty().handovers.swap_remove(0)))
        }
        Request::Kinds(_) => Answer::Kinds(
            [
                ("daily", "日常哨", false),
                ("tough", "攻坚哨", false),
                ("emergency", "应急哨", true),
            ]
            .into_iter()
            .map(|(code, name, emergency)| WhistleKind {
                code: code.into(),
                name: name.into(),
                emergency,
                meeting_required: false,
                approval: None,
                sign: None,
                check_in: None,
            })
            .collect(),
        ),
        Request::Divisions(code) => Answer::Divisions(if code.is_empty() {
            vec![
                Division {
                    code: "320707101".into(),
                    name: "柘汪镇".into(),
                    level: "town".into(),
                },
                Division {
                    code: "320707102".into(),
                    name: "石桥镇".into(),
                    level: "town".into(),
                },
            ]
        } else {
            vec![Division {
                code: format!("{code}201"),
                name: "西林子村".into(),
                level: "village".into(),
            }]
        }),
        Request::Register(register) => Answer::Register(register_entries(*register)),
        Request::ChangeRegister(_) => Answer::RegisterChanged,
        Request::Changesets(_) => Answer::Changesets(Puts {
            rows: puts(),
            next: None,
        }),
        Request::Sides(put) => Answer::Sides(Box::new(Sides {
            put: (**put).clone(),
            ..sides()
        })),
        Request::ChangeBoundaries(new) => Answer::BoundariesChanged(Box::new(changed(new.dry_run))),
        Request::Locate { points, .. } => Answer::Located(
            points
                .iter()
                .map(|point| Located {
                    point: *point,
                    grid: Some("320707101201001".into()),
                    ..Located::default()
                })
                .collect(),
        ),
        Request::Preview(_) => Answer::Preview(Preview::default()),
        Request::Proposal(_) => Answer::Proposal(vec![
            Proposed {
                unit: named("jtys-zw", "交通运输局柘汪站"),
                role: "lead".into(),
                reason: "主体责任：乡村道路养护".into(),
                standing: Standing::Called,
            },
            Proposed {
                unit: named("gs", "赣榆自来水公司"),
                role: "assist".into(),
                reason: "配合责任：供水管网".into(),
                standing: Standing::Called,
            },
            Proposed {
                unit: named("320707102-jt", "石桥镇交通运输站"),
                role: "lead".into(),
                reason: "主体责任：乡村道路养护".into(),
                standing: Standing::Beside("大沙村第2网格".into()),
            },
            Proposed {
                unit: named("zf", "柘汪镇综合行政执法局"),
                role: "assist".into(),
                reason: "持证人员不足两人".into(),
                standing: Standing::LeftOut,
            },
        ]),
    }
}

/// Twelve grids of two villages, four beside and three above each other, with crooked borders that they share.
pub fn map_grids() -> Vec<MapGrid> {
    let corner = |i: u32, j: u32| {
        let shift = |a: u32, b: u32| f64::from((i * a + j * b) % 5) / 5.0 - 0.4;
        [
            119.10 + (f64::from(i) + 0.4 * shift(7, 13)) * 0.01,
            34.90 + (f64::from(j) + 0.4 * shift(11, 5)) * 0.006,
        ]
    };
    let places = (0..3).flat_map(|j| (0..4).map(move |i| (i, j)));
    places
        .map(|(i, j)| {
            let number = j % 2 * 4 + i + 1;
            let (village, code) = if j < 2 {
                ("西林子村", 201)
            } else {
                ("大沙村", 202)
            };
            let outline = vec![
                corner(i, j),
                corner(i + 1, j),
                corner(i + 1, j + 1),
                corner(i, j + 1),
                corner(i, j),
            ];
            MapGrid {
                code: format!("320707101{code}{number:03}"),
                name: format!("{village}第{number}网格"),
                village: village.into(),
                schematic: true,
                label: Some([
                    119.10 + (f64::from(i) + 0.45) * 0.01,
                    34.90 + (f64::from(j) + 0.45) * 0.006,
                ]),
                outline: vec![outline],
            }
        })
        .collect()
}

/// A rate of each of them: one of too few cases, and one of none.
pub fn rates(indicator: &str) -> Rates {
    const NUMBERS: [(f64, i64); 12] = [
        (41.0, 42),
        (55.0, 60),
        (17.0, 18),
        (30.0, 41),
        (29.0, 32),
        (50.0, 51),
        (7.0, 8),
        (0.0, 0),
        (88.0, 90),
        (70.0, 84),
        (64.0, 64),
        (93.0, 96),
    ];
    let shares = map_grids().into_iter().zip(NUMBERS);
    Rates {
        as_of: Some(now()),
        shares: shares
            .map(|(grid, (part, of))| Share {
                code: grid.code,
                name: grid.name,
                figure: Figure {
                    indicator: indicator.into(),
                    value: (of > 0).then(|| part / f64::from(i32::try_from(of).unwrap()) * 100.0),
                    numerator: Some(part),
                    denominator: Some(of),
                    ..Figure::default()
                },
            })
            .collect(),
    }
}

/// The desk by day: the night has handed over, and nobody has taken over yet.
pub fn duty() -> DutyBoard {
    let at = |text: &str| super::Time::parse_from_rfc3339(text).unwrap();
    let shift = |from, to, leader: &str, officer: &str| Shift {
        from: at(from),
        to: at(to),
        leader: leader.into(),
        officer: officer.into(),
        telephone: "0518-86251234".into(),
    };
    let day = shift(
        "2026-11-23T08:00:00+08:00",
        "2026-11-23T18:00:00+08:00",
        "王建国",
        "李明",
    );
    let item = |number: &str, stage: &str, matter: &str, overdue| OpenItem {
        case_id: "case-1".into(),
        number: number.into(),
        stage: stage.into(),
        matter: matter.into(),
        due: Some(at("2026-11-23T10:30:00+08:00")),
        overdue,
    };
    let items = vec![
        item("320707202611230000001", "handling", "道路塌陷", true),
        item("320707202611230000002", "registered", "暴露垃圾", false),
    ];
    DutyBoard {
        on: vec![
            OnDuty {
                desk: named("320707101000", "柘汪镇"),
                shift: Some(day.clone()),
            },
            OnDuty {
                desk: named("320707000000", "赣榆区"),
                shift: None,
            },
        ],
        shifts: vec![day],
        handovers: vec![Handover {
            id: "01930000-0000-7000-8000-000000000001".into(),
            desk: named("320707101000", "柘汪镇"),
            note: "塌陷处夜间有人看守".into(),
            items: items.clone(),
            given: Signature {
                name: "赵强".into(),
                at: at("2026-11-23T07:55:00+08:00"),
            },
            taken: None,
        }],
        open: Some(items),
    }
}

/// A few lines of each register.
fn register_entries(register: Register) -> Vec<Entry> {
    let entry = |code: &str, title: &str, state: &str, to: &str, note: &str| Entry {
        code: code.into(),
        title: title.into(),
        whose: "柘汪镇综合行政执法局".into(),
        state: state.into(),
        last: state.into(),
        from: "2024-07-01".into(),
        to: to.into(),
        note: note.into(),
        ..Entry::default()
    };
    let step = |state: &str, on: &str| Step {
        state: state.into(),
        on: on.into(),
    };
    match register {
        Register::Powers => vec![
            Entry {
                course: vec![step("in_force", "2024-07-01")],
                evaluated: Some(step("fit", "2026-06-18")),
                ..entry(
                    "320707101.CF-C001.2024-07-01",
                    "CF-C001 对擅自搭建建（构）筑物的处罚",
                    "in_force",
                    "",
                    "承接规范",
                )
            },
            Entry {
                course: vec![
                    step("in_force", "2024-07-01"),
                    step("suspended", "2026-06-01"),
                ],
                ..entry(
                    "320707101.CF-C004.2024-07-01",
                    "CF-C004 对露天烧烤和油烟扰民的处罚",
                    "suspended",
                    "",
                    "",
                )
            },
        ],
        Register::Certificates => vec![Entry {
            course: vec![step("issued", "2024-05-10")],
            field: "urban_management".to_owned(),
            ..entry("GY-2024-0004", "杨丽娟", "issued", "2029-05-10", "")
        }],
        Register::Admissions => vec![Entry {
            course: vec![step("applied", "2026-09-10")],
            ..entry(
                "320707-yj.event-99977.320707.2026-10-01",
                "event-99977 小作坊安全生产检查下沉各镇",
                "applied",
                "2029-10-01",
                "",
            )
        }],
        Register::Refusals => vec![entry(
            "320707-hb 320707101000",
            "生态环境局",
            "refused_by_town",
            "2027-01-01",
            "2",
        )],
        Register::Shortages => vec![Entry {
            field: "urban_management".to_owned(),
            ..entry(
                "320707101-zf urban_management",
                "CF-C001 CF-C002",
                "short",
                "",
                "1/2 杨丽娟",
            )
        }],
    }
}

/// Values that fill a report whole.
pub fn report_values() -> serde_json::Map<String, serde_json::Value> {
    let value = json!({
        "matter": [{"id": "event-99998", "name": "道路塌陷"}],
        "text": "村委会东侧路口路面塌陷\n约两米见方",
        "position": "119.123456,34.912345",
        "source": "patrol",
    });
    match value {
        serde_json::Value::Object(map) => map,
        _ => serde_json::Map::new(),
    }
}
