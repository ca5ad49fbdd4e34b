#![allow(clippy::unwrap_used)]

use super::{Configuration, ConfigurationRule};
use crate::case::{Settings, SettingsChange};
use crate::clock::{Date, Limit};
use crate::matter::{Catalogue, Matter, MatterKey, MatterKind};
use crate::routing::{PRESETS, WhistleKind, preset};

fn catalogue() -> Catalogue {
    let matter = Matter {
        catalogue: "本地".to_owned(),
        key: MatterKey::new(MatterKind::Event, "99989").unwrap(),
        major_code: "99".to_owned(),
        major_name: "本地".to_owned(),
        name: "邻里纠纷".to_owned(),
        valid_from: Date::from_ymd(2020, 1, 1).unwrap(),
        valid_to: None,
    };
    Catalogue::new([matter], [])
}

fn own() -> WhistleKind {
    WhistleKind {
        id: "flood".to_owned(),
        name_zh: "防汛哨".to_owned(),
        name_en: "Flood whistle".to_owned(),
        may_blow: vec!["grid_worker".to_owned()],
        approved_by: Vec::new(),
        sign: Limit::emergency_minutes(5),
        contact: None,
        check_in: Limit::emergency_minutes(20),
        finish: None,
        round_the_clock: true,
        sets_place: Vec::new(),
        meeting_required: false,
        nobody_leaves_early: false,
        unsigned_ladder_minutes: vec![5, 10],
    }
}

fn with(change: impl FnOnce(&mut WhistleKind)) -> Vec<(String, ConfigurationRule)> {
    let mut kind = own();
    change(&mut kind);
    faults(&Configuration {
        kinds: vec![kind],
        ..Configuration::default()
    })
}

fn faults(configuration: &Configuration) -> Vec<(String, ConfigurationRule)> {
    let found = configuration.faults(&catalogue());
    found.into_iter().map(|f| (f.pointer, f.rule)).collect()
}

fn only(pointer: &str, rule: ConfigurationRule) -> Vec<(String, ConfigurationRule)> {
    vec![(pointer.to_owned(), rule)]
}

fn posts(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[test]
fn every_preset_can_be_put_in_force_also_as_own_kinds() {
    assert_eq!(faults(&Configuration::default()), []);
    for name in PRESETS {
        let kinds = preset(name).unwrap();
        assert_eq!(
            faults(&Configuration {
                preset: Some(name.to_owned()),
                ..Configuration::default()
            }),
            [],
            "{name}"
        );
        assert_eq!(
            faults(&Configuration {
                kinds,
                ..Configuration::default()
            }),
            [],
            "{name}"
        );
    }
    assert_eq!(with(|_| {}), []);
}

#[test]
fn an_own_kind_stands_in_the_place_of_the_presets_and_others_come_after() {
    let emergency = WhistleKind {
        id: "emergency".to_owned(),
        ..own()
    };
    let configuration = Configuration {
        preset: Some("default".to_owned()),
        kinds: vec![own(), emergency.clone()],
        settings: SettingsChange::default(),
    };
    let kinds = configuration.own_kinds().unwrap();
    let ids: Vec<&str> = kinds.iter().map(|kind| kind.id.as_str()).collect();
    assert_eq!(ids, ["daily", "tough", "emergency", "flood"]);
    assert_eq!(kinds[2], emergency);
    let alone = Configuration {
        preset: None,
        ..configuration
    };
    assert_eq!(alone.own_kinds().unwrap(), [own(), emergency]);
    assert_eq!(Configuration::default().own_kinds(), None);
}

#[test]
fn what_a_place_does_not_set_holds_as_above() {
    let change = SettingsChange {
        on_spot_m: Some(150.0),
        accept: Some(Limit::working_minutes(30)),
        county_units_via_centre: Some(true),
        confidential_matters: Some(vec!["event-99989".to_owned()]),
        ..SettingsChange::default()
    };
    let here = change.over(&Settings::default());
    assert_eq!(
        here,
        Settings {
            on_spot_m: 150.0,
            accept: Limit::working_minutes(30),
            county_units_via_centre: true,
            confidential_matters: vec![MatterKey::new(MatterKind::Event, "99989").unwrap()],
            ..Settings::default()
        }
    );
    assert_eq!(SettingsChange::default().over(&here), here);
    assert_eq!(SettingsChange::of(&here).over(&Settings::default()), here);
}

#[test]
fn each_rule_that_is_broken_is_named_with_its_place() {
    use ConfigurationRule as R;
    let unknown = Configuration {
        preset: Some("nowhere".to_owned()),
        ..Configuration::default()
    };
    assert_eq!(faults(&unknown), only("/preset", R::UnknownPreset));
    let twice = Configuration {
        kinds: vec![own(), own()],
        ..Configuration::default()
    };
    assert_eq!(faults(&twice), only("/kinds/1/id", R::KindTwice));
    let many = Configuration {
        kinds: (0..21)
            .map(|i| WhistleKind {
                id: format!("flood_{i}"),
                ..own()
            })
            .collect(),
        ..Configuration::default()
    };
    assert_eq!(faults(&many), only("/kinds", R::TooManyKinds));

    assert_eq!(
        with(|k| k.id = "Flood 1".to_owned()),
        only("/kinds/0/id", R::KindId)
    );
    assert_eq!(
        with(|k| k.name_zh = " ".to_owned()),
        only("/kinds/0/name_zh", R::KindName)
    );
    assert_eq!(
        with(|k| k.may_blow = Vec::new()),
        only("/kinds/0/may_blow", R::NobodyBlows)
    );
    assert_eq!(
        with(|k| k.approved_by = posts(&["town_head", "mayor"])),
        only("/kinds/0/approved_by/1", R::UnknownPost)
    );
    assert_eq!(
        with(|k| k.may_blow = posts(&["unit_officer"])),
        only("/kinds/0/may_blow/0", R::PostOutOfPlace)
    );
    assert_eq!(
        with(|k| k.sets_place = posts(&["town_head"])),
        only("/kinds/0/sets_place", R::NobodySetsPlace)
    );
    assert_eq!(
        with(|k| k.sign = Limit::emergency_minutes(0)),
        only("/kinds/0/sign/amount", R::LimitOutOfRange)
    );
    assert_eq!(
        with(|k| k.check_in = Limit::working_days(365_000)),
        only("/kinds/0/check_in/amount", R::LimitOutOfRange)
    );
    assert_eq!(
        with(|k| k.finish = Some(Limit::emergency_minutes(19))),
        only("/kinds/0/finish", R::FinishBeforeCheckIn)
    );
    let ladder = |minutes: &[u32]| {
        let minutes = minutes.to_vec();
        with(move |k| k.unsigned_ladder_minutes = minutes)
    };
    assert_eq!(
        ladder(&[10, 10, 20]),
        only("/kinds/0/unsigned_ladder_minutes/1", R::LadderNotAscending)
    );
    assert_eq!(
        ladder(&[0]),
        only("/kinds/0/unsigned_ladder_minutes/0", R::LadderNotAscending)
    );
    assert_eq!(
        ladder(&[1, 2, 3, 4]),
        only("/kinds/0/unsigned_ladder_minutes", R::LadderTooLong)
    );
}

#[test]
fn the_signature_is_never_due_after_the_check_in() {
    let rule = ConfigurationRule::SignAfterCheckIn;
    assert_eq!(
        with(|k| k.sign = Limit::emergency_minutes(21)),
        only("/kinds/0/sign", rule)
    );
    // By day an hour of work is over within two round the clock, at night it is not.
    let at_night = with(|k| {
        k.sign = Limit::working_hours(1);
        k.check_in = Limit::emergency_hours(2);
    });
    assert_eq!(at_night, only("/kinds/0/sign", rule));
    let by_days = with(|k| {
        k.sign = Limit::working_hours(1);
        k.check_in = Limit::working_days(1);
    });
    assert_eq!(by_days, []);
}

#[test]
fn settings_are_held_to_what_a_place_can_mean() {
    let settings = SettingsChange {
        accept: Some(Limit::working_minutes(0)),
        on_spot_m: Some(f64::NAN),
        reopen_days: Some(365_000),
        extensions: Some(21),
        confidential_matters: Some(vec!["event-99989".to_owned(), "event-00000".to_owned()]),
        ..SettingsChange::default()
    };
    let found = faults(&Configuration {
        settings,
        ..Configuration::default()
    });
    let rules: Vec<(&str, ConfigurationRule)> = found
        .iter()
        .map(|(pointer, rule)| (pointer.as_str(), *rule))
        .collect();
    assert_eq!(
        rules,
        [
            (
                "/settings/accept/amount",
                ConfigurationRule::LimitOutOfRange
            ),
            ("/settings/on_spot_m", ConfigurationRule::FigureOutOfRange),
            ("/settings/reopen_days", ConfigurationRule::FigureOutOfRange),
            ("/settings/extensions", ConfigurationRule::FigureOutOfRange),
            (
                "/settings/confidential_matters/1",
                ConfigurationRule::UnknownMatter
            ),
        ]
    );
}

#[test]
fn a_document_with_a_field_that_nobody_knows_is_not_read() {
    for text in [
        r#"{"presets": "default"}"#,
        r#"{"settings": {"on_spot": 3}}"#,
        r#"{"kinds": [{"id": "x"}]}"#,
    ] {
        assert!(
            serde_json::from_str::<Configuration>(text).is_err(),
            "{text}"
        );
    }
    let read: Configuration = serde_json::from_str(r#"{"preset": "pinggu"}"#).unwrap();
    assert_eq!(read.preset.as_deref(), Some("pinggu"));
    assert_eq!(
        serde_json::to_string(&Configuration::default()).unwrap(),
        r#"{"settings":{}}"#
    );
}
