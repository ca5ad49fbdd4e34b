use super::super::{FORMATS, Format};
use super::*;
use crate::Reference;

/// What ships, stored.
async fn shipped() -> (Store, Reference, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder.path().join("store.db"));
    let store = Store::open(&url, Durability::Off).await.unwrap();
    let now = gridwhistle_domain::clock::Timestamp::parse("2026-07-15T09:00:00+08:00").unwrap();
    bundle::put(&store, &ganyu(), &ListNote::unexplained(now))
        .await
        .unwrap();
    let reference = Reference::load(&store, now).await.unwrap();
    (store, reference, folder)
}

#[tokio::test]
async fn reads_back_as_it_was_entry_by_entry() {
    let (store, reference, _folder) = shipped().await;
    for format in &FORMATS {
        let entries: Vec<(String, serde_json::Value)> =
            store.list_entries(format.list).await.unwrap();
        let rows = entries
            .iter()
            .flat_map(|(_, entry)| format.rows(entry).unwrap());
        let mut read = format.read(&format.write(rows), &reference).unwrap();
        read.sort_by(|(a, _), (b, _)| a.cmp(b));
        assert_eq!(read, entries, "{}", format.list);
    }
}

#[tokio::test]
async fn names_nothing_that_other_lists_do_not_have() {
    let (_store, reference, _folder) = shipped().await;
    let read = |list: &str, text: &str| {
        let format = FORMATS.iter().find(|format| format.list == list).unwrap();
        faults(format.read(text, &reference))
    };
    let text = || "320707-zz".to_owned();
    let certificate = "number,officer,unit,field,valid_from,valid_to,course\n\
        A-1,陈刚,320707-zz,urban,2026-01-01,2027-01-01,issued 2026-01-01\n";
    assert_eq!(
        read("certificate", certificate),
        [field(2, 3, "unit", Wrong::UnknownUnit { text: text() })]
    );
    let duty = "kind,code_prefix,role,function,text,valid_from,valid_to\n\n\
        event,06,lead,witchcraft,巡查,2026-01-01,\n";
    let text = "witchcraft".to_owned();
    assert_eq!(
        read("duty", duty),
        [field(3, 4, "function", Wrong::UnknownFunction { text })]
    );
    let condition = "condition,step,name,name_en,self_handle,amount,unit,standard,standard_en\n\
        event-98765/1,1,甲,A,no,1,working_days,乙,B\n";
    let text = "event-98765/1".to_owned();
    assert_eq!(
        read("condition", condition),
        [field(2, 1, "condition", Wrong::UnknownMatter { text })]
    );
}

#[tokio::test]
async fn of_rulings_calls_nobody_to_assist_who_does_not_exist() {
    let (_store, reference, _folder) = shipped().await;
    let rulings = Format::by_list("ruling").unwrap();
    let header = rulings.header.join(",");
    let read = |rows: &str| faults(rulings.read(&format!("{header}\n{rows}"), &reference));
    let ruling = |id: &str, assists: &str| {
        format!(
            "{id},event,06010,320707101000,320707101-zf,{assists},由执法局主办,32070720260907000001,320707000000,2026-09-07,,\n"
        )
    };
    // Units by their codes and by what they do, several of them, or none.
    let sound = ruling("0190-1", "police 320707101-hw") + &ruling("0190-2", "");
    assert_eq!(read(&sound), []);
    // Each of those who assist is looked for, not the first alone.
    let unknown = ruling("0190-3", "police 320707101-zz") + &ruling("0190-4", "witchcraft");
    assert_eq!(
        read(&format!("{sound}\n{unknown}")),
        [
            field(
                5,
                6,
                "assists",
                Wrong::UnknownUnit {
                    text: "320707101-zz".to_owned()
                }
            ),
            field(
                6,
                6,
                "assists",
                Wrong::UnknownFunction {
                    text: "witchcraft".to_owned()
                }
            ),
        ]
    );
}
