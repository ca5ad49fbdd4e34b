//! `whistle boundaries` and `whistle locate`.

use std::io::{BufRead, IsTerminal, Read, Write};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::args::BoundariesVerb;
use super::output::{self, Shown};
use super::run::ask;
use super::verbs::usage;
use crate::api::Gateway;
use crate::i18n::Text;
use crate::model::boundaries::{Changed, NewBoundaries, Put, Puts};
use crate::model::failure::{Failure, Kind};
use crate::model::report;
use crate::model::request::{Answer, Request};

/// The largest file of a changeset in bytes: more than the server takes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The most points of one command.
const POINTS: usize = 1_000_000;

/// Does what is said about changes of boundaries.
pub async fn run(
    what: BoundariesVerb,
    gateway: &Rc<dyn Gateway>,
    words: &Text,
) -> Result<Shown, Failure> {
    match what {
        BoundariesVerb::List { limit } => {
            let puts = list(limit, gateway).await?;
            Ok(Answer::Changesets(puts).into())
        }
        BoundariesVerb::Show { version } => {
            let put = find(version, gateway, words).await?;
            Ok(ask(gateway, Request::Sides(Box::new(put))).await?.into())
        }
        BoundariesVerb::Change { file, dry_run, yes } => {
            change(&file, dry_run, yes, gateway, words).await
        }
    }
}

async fn list(limit: usize, gateway: &Rc<dyn Gateway>) -> Result<Puts, Failure> {
    let mut all = Puts::default();
    loop {
        let asked = Request::Changesets(all.next.take());
        let Answer::Changesets(page) = ask(gateway, asked).await? else {
            return Ok(all);
        };
        all.rows.extend(page.rows);
        all.next = page.next;
        if all.next.is_none() || all.rows.len() >= limit {
            all.rows.truncate(limit);
            return Ok(all);
        }
    }
}

/// The changeset that made this version: the first one below the next version.
async fn find(version: u32, gateway: &Rc<dyn Gateway>, words: &Text) -> Result<Put, Failure> {
    let cursor = version.checked_add(1).map(|next| next.to_string());
    let found = match ask(gateway, Request::Changesets(cursor)).await? {
        Answer::Changesets(page) => page.rows.into_iter().find(|put| put.version == version),
        _ => None,
    };
    found.ok_or_else(|| {
        let args = [("version", version.into())];
        Failure::new(Kind::NotFound, words.with("cli-no-changeset", &args))
    })
}

async fn change(
    file: &str,
    dry_run: bool,
    yes: bool,
    gateway: &Rc<dyn Gateway>,
    words: &Text,
) -> Result<Shown, Failure> {
    let body = body(&text(file)?, words)?;
    let by_itself = body.get("dry_run").and_then(Value::as_bool) == Some(true);
    let checked = put(body.clone(), None, true, gateway).await?;
    if dry_run || by_itself {
        return Ok(Answer::BoundariesChanged(checked).into());
    }
    if !yes {
        confirm(&checked, file, words)?;
    }
    let done = put(body, Some(checked.version), false, gateway).await?;
    Ok(Answer::BoundariesChanged(done).into())
}

/// Asks the server to check the boundaries, or to put them in force.
async fn put(
    body: Map<String, Value>,
    decided_on: Option<u32>,
    dry_run: bool,
    gateway: &Rc<dyn Gateway>,
) -> Result<Box<Changed>, Failure> {
    let new = NewBoundaries {
        body,
        dry_run,
        decided_on,
    };
    match ask(gateway, Request::ChangeBoundaries(new)).await? {
        Answer::BoundariesChanged(changed) => Ok(changed),
        _ => Err(Failure::new(Kind::Server, "boundary-changes")),
    }
}

/// What stands in a file, or comes from standard input.
fn text(file: &str) -> Result<String, Failure> {
    let local = |error: std::io::Error| Failure::new(Kind::Local, format!("{file}: {error}"));
    let mut text = String::new();
    let read = if file == "-" {
        let stdin = std::io::stdin().lock();
        stdin.take(LARGEST).read_to_string(&mut text)
    } else {
        let open = std::fs::File::open(file).map_err(local)?;
        open.take(LARGEST).read_to_string(&mut text)
    };
    read.map_err(local)?;
    Ok(text)
}

/// The changeset of a file; what is no object in JSON is told with its place.
fn body(text: &str, words: &Text) -> Result<Map<String, Value>, Failure> {
    let wrong = |detail: String| {
        let args = [("detail", detail.into())];
        usage(words.with("cli-no-json", &args))
    };
    match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(wrong("{ … }".to_owned())),
        Err(error) => Err(wrong(error.to_string())),
    }
}

/// Tells what would be done, and asks whether it shall be. Without a terminal `--yes` says so.
fn confirm(checked: &Changed, file: &str, words: &Text) -> Result<(), Failure> {
    let stdin = std::io::stdin();
    if file == "-" || !stdin.is_terminal() {
        return Err(usage(words.get("cli-say-yes")));
    }
    let local = |error: std::io::Error| Failure::new(Kind::Local, error.to_string());
    let mut err = std::io::stderr().lock();
    output::changed(&mut err, checked, words).map_err(local)?;
    write!(err, "{} ", words.get("cli-confirm-boundaries")).map_err(local)?;
    err.flush().map_err(local)?;
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer).map_err(local)?;
    if is_yes(&answer) {
        return Ok(());
    }
    Err(Failure::new(Kind::Local, words.get("cli-not-confirmed")))
}

/// Only a plain yes is one.
fn is_yes(answer: &str) -> bool {
    matches!(
        answer.trim().to_lowercase().as_str(),
        "y" | "yes" | "是" | "确认"
    )
}

/// In which grids points lie, of the command line or of standard input.
pub async fn locate(
    given: &[String],
    crs: String,
    gateway: &Rc<dyn Gateway>,
    words: &Text,
) -> Result<Shown, Failure> {
    let points = if given.is_empty() || given == ["-"] {
        let lines = std::io::stdin().lock().lines();
        let lines =
            lines.map(|line| line.map_err(|error| Failure::new(Kind::Local, error.to_string())));
        points(lines, words)?
    } else {
        points(given.iter().cloned().map(Ok), words)?
    };
    let asked = Request::Locate { points, crs };
    Ok(ask(gateway, asked).await?.into())
}

/// Points, one a line; empty lines are passed over. The first that is none is told with its number.
fn points(
    lines: impl Iterator<Item = Result<String, Failure>>,
    words: &Text,
) -> Result<Vec<[f64; 2]>, Failure> {
    let mut points = Vec::new();
    for (n, line) in (1u64..).zip(lines) {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let Some(point) = report::position(line.trim()) else {
            let shown = crate::text::truncate(&crate::text::clean(&line), 60);
            let args = [("n", n.into()), ("line", shown.into())];
            return Err(usage(words.with("cli-no-point", &args)));
        };
        points.push(point);
        if points.len() > POINTS {
            let args = [("most", POINTS.into())];
            return Err(usage(words.with("cli-too-many-points", &args)));
        }
    }
    if points.is_empty() {
        return Err(usage(words.get("fault-position")));
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::pin::Pin;

    use super::*;
    use crate::api::{Ear, Listening, Pending};
    use crate::cli::Exit;
    use crate::i18n::Lang;
    use crate::model::sample;
    use crate::model::session::Session;

    /// Answers as the sample town does, and keeps what was asked.
    #[derive(Default)]
    struct Town {
        asked: RefCell<Vec<Request>>,
    }

    impl Gateway for Town {
        fn call(self: Rc<Self>, request: Request) -> Pending {
            let answer = sample::answer(&request);
            self.asked.borrow_mut().push(request);
            Box::pin(async move { Ok(answer) })
        }

        fn listen(self: Rc<Self>, _: Ear) -> Pin<Box<dyn Future<Output = Listening>>> {
            Box::pin(async { Listening::GiveUp })
        }

        fn speak(&self, _: Lang) {}

        fn hold(&self, _: Option<Session>) {}
    }

    fn done<T>(work: impl Future<Output = T>) -> T {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.build().unwrap().block_on(work)
    }

    /// A file with a changeset, in a folder that goes with the first value.
    fn file(text: &str) -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("change.json");
        std::fs::write(&path, text).unwrap();
        (folder, path.to_str().unwrap().to_owned())
    }

    /// The changes that were asked for, each with whether it was only a check and the version decided on.
    fn puts(town: &Town) -> Vec<(bool, Option<u32>)> {
        let asked = town.asked.borrow();
        let puts = asked.iter().filter_map(|request| match request {
            Request::ChangeBoundaries(new) => Some((new.dry_run, new.decided_on)),
            _ => None,
        });
        puts.collect()
    }

    fn changing(text: &str, dry_run: bool, yes: bool) -> (Rc<Town>, Result<Shown, Failure>) {
        let words = Text::new(Lang::English);
        let town = Rc::new(Town::default());
        let gateway: Rc<dyn Gateway> = town.clone();
        let (_folder, path) = file(text);
        let result = done(change(&path, dry_run, yes, &gateway, &words));
        (town, result)
    }

    #[test]
    fn a_change_is_put_on_the_version_on_which_it_was_checked() {
        let (town, result) = changing(r#"{"reason": "r", "changes": []}"#, false, true);
        assert!(result.is_ok());
        assert_eq!(puts(&town), [(true, None), (false, Some(2))]);
    }

    #[test]
    fn a_dry_run_puts_nothing_in_force_whoever_asks_for_it() {
        for (text, flag) in [
            (r#"{"reason": "r"}"#, true),
            (r#"{"reason": "r", "dry_run": true}"#, false),
        ] {
            let (town, result) = changing(text, flag, !flag);
            assert!(result.is_ok());
            assert_eq!(puts(&town), [(true, None)]);
        }
    }

    #[test]
    fn what_is_no_changeset_is_never_sent() {
        for text in ["", "[]", "{", "7"] {
            let (town, result) = changing(text, false, true);
            let failure = result.err().unwrap();
            assert_eq!(Exit::of(&failure), Exit::Usage, "{text:?}");
            assert!(town.asked.borrow().is_empty());
        }
    }

    #[test]
    fn only_a_plain_yes_confirms() {
        for yes in ["y\n", "Yes", " 是 "] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "n", "yeah", "不是"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }

    #[test]
    fn a_changeset_is_found_by_its_version_and_one_that_is_not_there_is_told() {
        let words = Text::new(Lang::English);
        let town = Rc::new(Town::default());
        let gateway: Rc<dyn Gateway> = town.clone();
        let found = done(find(2, &gateway, &words)).unwrap();
        assert_eq!(found.version, 2);
        let asked = Request::Changesets(Some("3".into()));
        assert_eq!(*town.asked.borrow(), [asked]);
        let failure = done(find(9, &gateway, &words)).err().unwrap();
        assert_eq!(Exit::of(&failure), Exit::NotFound);
    }

    #[test]
    fn points_are_read_line_by_line_and_the_first_that_is_none_is_told() {
        let words = Text::new(Lang::English);
        let read = |lines: &[&str]| {
            let lines: Vec<_> = lines.iter().map(|l| Ok((*l).to_owned())).collect();
            points(lines.into_iter(), &words)
        };
        let found = read(&["119.1,34.9", "", " 119.2 34.8 "]).unwrap();
        assert_eq!(found, [[119.1, 34.9], [119.2, 34.8]]);
        for wrong in [
            &["119.1,34.9", "north"][..],
            &["119.1"],
            &["200,10"],
            &[""],
            &[],
        ] {
            let failure = read(wrong).err().unwrap();
            assert_eq!(Exit::of(&failure), Exit::Usage, "{wrong:?}");
        }
        let told = read(&["119.1,34.9", "", "north"]).err().unwrap().detail;
        assert!(told.contains('3') && told.contains("north"), "{told}");
    }
}
