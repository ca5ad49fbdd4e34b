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
        "320707190000,新镇,town,320707000000,,,320707191000,\n320707191000,新镇,town,320707000000,,,320707190000,",
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

/// A register by the names of its export and import, and a file of it.
const REGISTERS: [(&str, &str, &str); 5] = [
    (
        "power",
        "powers",
        "item,name,kind,town,valid_from,valid_to,course,evaluated_on,evaluation,note\n\
         CF-C001,对擅自搭建的处罚,penalty,320707100000,2024-07-01,,in_force 2024-07-01; suspended 2026-03-01,2026-06-18,fit,承接规范\n",
    ),
    (
        "requirement",
        "requirements",
        "kind,code_prefix,condition,function,power,field,valid_from,valid_to\n\
         event,06001,,urban_management,CF-C001,urban_management,2024-07-01,\n",
    ),
    (
        "certificate",
        "certificates",
        "number,officer,unit,field,valid_from,valid_to,course\n\
         GY-1,杨丽娟,320707100-zf,urban_management,2024-05-10,2031-05-10,issued 2024-05-10; renewed 2026-05-10\n",
    ),
    (
        "admission",
        "admissions",
        "department,kind,code_prefix,division,text,valid_from,valid_to,course\n\
         320707-cg,event,09021,320707000000,巡查下沉,2025-03-01,2030-03-01,applied 2025-01-06; reviewed 2025-01-20; approved 2025-02-18\n",
    ),
    (
        "level",
        "levels",
        "kind,code_prefix,condition,level,class,text,valid_from,valid_to\n\
         event,99991,,city,important,报市级统筹,2024-07-01,\n",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registers_come_in_and_go_out_as_files_and_are_kept_version_by_version()
-> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite()).start().await?;
    server.stop().await?;
    let folder = tempfile::tempdir()?;
    for (list, kind, text) in REGISTERS {
        let file = folder.path().join(format!("{list}.csv"));
        let path = file.display().to_string();
        write(&file, text)?;
        server.run("import", &[kind, &path]).await?;
        let first = server.run("export", &[list]).await?;
        let lines = |text: &str| text.lines().count();
        assert_eq!((lines(&first), lines(text)), (2, 2), "{first}");
        // What was exported is what stands.
        write(&file, &first)?;
        let again = server.run("import", &[kind, &path]).await?;
        assert!(again.contains(" 0 "), "{list}: {again}");
        // An empty list is another version; the one before is still told.
        let header = first.lines().next().context("no header")?;
        write(&file, &format!("{header}\n"))?;
        server.run("import", &[kind, &path]).await?;
        let versions = [("1", first.as_str()), ("2", header)];
        for (version, expected) in versions {
            let told = server.run("export", &[list, "--version", version]).await?;
            assert_eq!(told.trim_end(), expected.trim_end(), "{list} {version}");
        }
    }
    server.run("check", &[]).await?;
    server.assert_log_clean()
}

fn write(file: &std::path::Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(file, text).with_context(|| file.display().to_string())
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
