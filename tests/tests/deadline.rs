//! `gridwhistle deadline`: when would this be due, asked on any machine, by the shipped calendar or by that of a database.

use std::fs;

use anyhow::Context;
use gridwhistle_e2e::{Database, Server, binary};

/// What is answered in English, first the deadline; what is complained of, and the exit code.
async fn asked(arguments: &[&str]) -> anyhow::Result<(Vec<String>, String, Option<i32>)> {
    let output = tokio::process::Command::new(binary("gridwhistle")?)
        .args(["deadline", "--lang", "en"])
        .args(arguments)
        .output()
        .await?;
    let said = String::from_utf8(output.stdout)?;
    let complaint = String::from_utf8(output.stderr)?;
    let lines = said.lines().map(str::to_owned).collect();
    Ok((lines, complaint, output.status.code()))
}

async fn due(arguments: &[&str]) -> anyhow::Result<String> {
    let (lines, complaint, code) = asked(arguments).await?;
    anyhow::ensure!(code == Some(0), "{arguments:?}: {complaint}");
    lines.into_iter().next().context("no answer")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_end_when_the_field_says() -> anyhow::Result<()> {
    for (start, amount, unit, end) in [
        // Into a Saturday that is worked; over midnight; a Sunday that is worked; the National Day's week.
        ("2026-02-13T17:00", "4", "working_hours", "2026-02-14T11:00"),
        (
            "2026-03-03T23:30",
            "2",
            "emergency_hours",
            "2026-03-04T01:30",
        ),
        ("2026-09-18T09:00", "1", "working_days", "2026-09-20T18:00"),
        ("2026-09-30T09:00", "1", "working_days", "2026-10-08T18:00"),
        ("2026-09-07T09:00", "5", "working_days", "2026-09-14T18:00"),
    ] {
        let expected = format!("{end}:00+08:00");
        assert_eq!(
            due(&[start, amount, unit]).await?,
            expected,
            "{amount} {unit} from {start}"
        );
    }
    let pause = "2026-09-07T10:00/2026-09-08T10:00";
    let paused = ["2026-09-07T09:00", "4", "working_hours", "--pause", pause];
    assert_eq!(due(&paused).await?, "2026-09-08T15:00:00+08:00");
    let extended = ["2026-09-07T09:00", "5", "working_days", "--extensions", "1"];
    assert_eq!(due(&extended).await?, "2026-09-20T18:00:00+08:00");
    let eight = [
        "2026-09-07T15:00",
        "1",
        "working_days",
        "--day-rule",
        "eight_hours",
    ];
    assert_eq!(due(&eight).await?, "2026-09-08T15:00:00+08:00");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_beyond_the_published_calendar_is_provisional() -> anyhow::Result<()> {
    let (known, ..) = asked(&["2026-09-07T09:00", "5", "working_days"]).await?;
    let (beyond, ..) = asked(&["2027-02-10T09:00", "5", "working_days"]).await?;
    let provisional = |lines: &[String]| {
        lines
            .iter()
            .any(|line| line.contains("provisional") && line.contains("2026-12-31"))
    };
    assert_eq!((provisional(&known), provisional(&beyond)), (false, true));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_asked_is_refused_by_its_rule() -> anyhow::Result<()> {
    for (arguments, words) in [
        (
            &["2026-09-07T09:00", "0", "working_hours"][..],
            "A limit is 1 up to ten years",
        ),
        (
            &["2026-09-07T09:00", "365250", "calendar_days"],
            "A limit is 1 up to ten years",
        ),
        (
            &[
                "2026-09-07T09:00",
                "4",
                "working_hours",
                "--pause",
                "2026-09-07T08:00/2026-09-07T10:00",
            ],
            "pauses after its start",
        ),
        (
            &[
                "2026-09-07T09:00",
                "4",
                "working_hours",
                "--division",
                "320799000000",
            ],
            "There is no such division",
        ),
    ] {
        let (lines, complaint, code) = asked(arguments).await?;
        assert!(
            code.is_some_and(|code| code != 0) && lines.is_empty(),
            "{arguments:?}: {lines:?}"
        );
        assert!(complaint.contains(words), "{arguments:?}: {complaint}");
    }
    let (_, _, code) = asked(&["yesterday", "4", "working_hours"]).await?;
    assert_eq!(code, Some(2));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hours_of_a_division_and_of_a_use_come_from_the_database() -> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite()).start().await?;
    let file = server.data_dir().join("times.csv");
    fs::write(
        &file,
        "division,use,kind,from,to,value,reason\n\
         320707100000,work,season,01-01,,09:00-12:00 13:00-17:00,\n\
         320707100000,desk,season,01-01,,08:00-20:00,\n\
         320707100000,,days,2026-09-08,,off,台风\n",
    )?;
    server
        .run("import", &["working-times", &file.display().to_string()])
        .await?;
    let ask = async |more: &[&str]| {
        let question = ["2026-09-07T16:00", "4", "working_hours", "--lang", "en"];
        let told = server.run("deadline", &[&question, more].concat()).await?;
        told.lines().next().map(str::to_owned).context("no answer")
    };
    assert_eq!(ask(&[]).await?, "2026-09-08T10:00:00+08:00", "everybody's");
    let there = ["--division", "320707100002"];
    assert_eq!(
        ask(&there).await?,
        "2026-09-09T12:00:00+08:00",
        "the town's, for its village"
    );
    let desk = [&there[..], &["--use", "desk"]].concat();
    assert_eq!(ask(&desk).await?, "2026-09-07T20:00:00+08:00");
    server.stop().await?;
    server.assert_log_clean()
}
