//! Lists as files: what cannot be is refused with the words of its rule, and nothing changes.

use anyhow::{Context, bail};
use gridwhistle_e2e::{Database, Server};

/// A list by the names of its export and import, a line too many, and words of the rule in either language.
type Refused = (&'static str, &'static str, &'static str, [&'static str; 2]);

const REFUSED: [Refused; 6] = [
    (
        "duty",
        "duties",
        "event,06020,lead,urban_management,重复,2026-08-01,",
        ["overlaps the duty", "重叠"],
    ),
    (
        "duty",
        "duties",
        "event,88,assist,police,协助,2026-08-01,",
        ["nobody leads", "主体责任"],
    ),
    (
        "division",
        "divisions",
        "320707190000,新镇,town,320707000000,,,320707191000\n320707191000,新镇,town,320707000000,,,320707190000",
        ["cannot come from itself", "前身"],
    ),
    (
        "unit",
        "units",
        "320707999-xx,新站,stationed_body,water,320707999000,2026-08-01,",
        ["there is no division 320707999000", "320707999000"],
    ),
    (
        "condition",
        "conditions",
        "event-06020/3,1,情形,Case,no,0,working_days,清净,Cleared",
        ["a limit of 0", "时限不能是 0"],
    ),
    (
        "condition",
        "conditions",
        "event-06020/3,1,情形,Case,no,365250,calendar_days,清净,Cleared",
        ["a limit of 365250", "时限不能是 365250"],
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_breaks_a_rule_is_refused_by_it_and_the_list_stays_as_it_was()
-> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite()).start().await?;
    server.stop().await?;
    let folder = tempfile::tempdir()?;
    for (list, kind, line, words) in REFUSED {
        let before = server.run("export", &[list]).await?;
        let file = folder.path().join(format!("{list}.csv"));
        std::fs::write(&file, format!("{before}{line}\n"))?;
        let file = file.display().to_string();
        let refused = server.run("import", &[kind, &file]).await;
        let Err(refused) = refused else {
            bail!("{line} was imported");
        };
        let told = format!("{refused:#}");
        assert!(
            words.iter().any(|word| told.contains(word)),
            "{line}: {told}"
        );
        assert_eq!(server.run("export", &[list]).await?, before, "{list}");
        let another = server.run("export", &[list, "--version", "2"]).await;
        assert!(another.is_err(), "{list} has another version");
    }
    // What was exported is what stands: nothing changes when it is read again.
    for (list, kind) in [
        ("duty", "duties"),
        ("unit", "units"),
        ("condition", "conditions"),
    ] {
        let file = folder.path().join("again.csv");
        std::fs::write(&file, server.run("export", &[list]).await?)?;
        let again = server
            .run("import", &[kind, &file.display().to_string()])
            .await?;
        assert!(again.contains(" 0 "), "{list}: {again}");
        server
            .run("export", &[list, "--version", "1"])
            .await
            .context(list)?;
    }
    server.run("check", &[]).await?;
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rulings_and_configurations_go_out_and_come_back_as_files() -> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite()).start().await?;
    server.stop().await?;
    let folder = tempfile::tempdir()?;
    let header = "ruling,kind,code_prefix,division,lead,assists,text,case_number,centre,valid_from,valid_to,withdrawn_at";
    let row = "0190-1,event,06010,320707100000,320707100-sl,police 320707100-zf,由水利站主办,32070720260907000001,320707000000,2026-09-07,,2026-09-08T09:00:00.000001+08:00";
    let file = folder.path().join("rulings.csv").display().to_string();
    std::fs::write(&file, format!("{header}\n{row}\n"))?;
    server.run("import", &["rulings", &file]).await?;
    let told = server.run("export", &["ruling"]).await?;
    assert_eq!(told.trim_end(), format!("{header}\n{row}"));
    let unknown = row.replace("320707100-sl", "320707100-none");
    std::fs::write(&file, format!("{header}\n{unknown}\n"))?;
    assert!(server.run("import", &["rulings", &file]).await.is_err());
    assert_eq!(server.run("export", &["ruling"]).await?, told);

    let of = ["configuration", "--of", "320707100000"];
    let document = folder
        .path()
        .join("configuration.json")
        .display()
        .to_string();
    std::fs::write(
        &document,
        r#"{"division": "320707100000", "preset": "pinggu"}"#,
    )?;
    server.run("import", &["configuration", &document]).await?;
    let told = server.run("export", &of).await?;
    assert!(told.contains("pinggu"), "{told}");
    std::fs::write(&document, &told)?;
    server.run("import", &["configuration", &document]).await?;
    assert_eq!(server.run("export", &of).await?, told);
    server.run("check", &[]).await?;
    server.assert_log_clean()
}
