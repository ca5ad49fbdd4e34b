//! Answers as JSON or as plain lines.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::exit::Exit;
use crate::i18n::Text;
use crate::model::boundaries::{Changed, Located, Put};
use crate::model::case::{Dossier, Target};
use crate::model::changeset::Changeset;
use crate::model::duty::{DutyBoard, Handover};
use crate::model::failure::Failure;
use crate::model::figures::Board;
use crate::model::list::Row;
use crate::model::map::Rates;
use crate::model::reference::{Preview, Standing};
use crate::model::request::Answer;
use crate::text::{clean, pad};
use crate::view::{figure_value, time};

/// What is printed.
pub struct Shown(Answer);

impl From<Answer> for Shown {
    fn from(answer: Answer) -> Self {
        Self(answer)
    }
}

/// The version of the JSON objects.
const SCHEMA: u32 = 1;

/// One object for each answer.
fn object(answer: &Answer) -> Value {
    let mut object = match answer {
        Answer::Session(session) => json!({
            "server": session.server, "username": session.username, "name": session.name,
            "posts": session.posts,
        }),
        Answer::LoggedOut => json!({"logged_out": true}),
        Answer::Page(page) => json!({"rows": page.rows, "next": page.next}),
        Answer::Pile(pile) => json!(pile),
        Answer::Case(dossier) => json!(dossier),
        Answer::Done(outcome) => json!(outcome),
        Answer::Board(board) => json!(board),
        Answer::Shares(shares) => json!({"shares": shares}),
        Answer::Series(series) => json!({"series": series}),
        Answer::Matters(matters) => json!({"matters": matters}),
        Answer::Grids(grids) => json!({"grids": grids}),
        Answer::Map(grids) => json!({"grids": grids}),
        Answer::Rates(rates) => json!(rates),
        Answer::Units(units) => json!({"units": units}),
        Answer::Kinds(kinds) => json!({"kinds": kinds}),
        Answer::Divisions(divisions) => json!({"divisions": divisions}),
        Answer::Register(entries) => json!({"entries": entries}),
        Answer::RegisterChanged => json!({"changed": true}),
        Answer::Changesets(puts) => json!({"changesets": puts.rows, "next": puts.next}),
        Answer::Sides(sides) => {
            let compared = sides.compared();
            json!({"changeset": sides.put, "tally": compared.tally, "steps": compared.steps})
        }
        Answer::BoundariesChanged(done) => {
            let compared = done.compared();
            json!({
                "dry_run": done.dry_run, "version": done.version, "changed": done.changed,
                "effective_from": done.effective_from, "lineage": done.lineage,
                "tally": compared.tally, "steps": compared.steps,
            })
        }
        Answer::Located(points) => json!({"points": points}),
        Answer::Proposal(proposal) => json!({"proposal": proposal}),
        Answer::Preview(preview) => json!(preview),
        Answer::Unread(unread) => json!(unread),
        Answer::Duty(board) => json!(board),
        Answer::Signed(handover) => json!(handover),
    };
    if let Value::Object(map) = &mut object {
        map.insert("schema".into(), json!(SCHEMA));
    }
    object
}

/// Prints the answer on standard output.
pub fn print(shown: &Shown, as_json: bool, words: &Text) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if as_json {
        serde_json::to_writer(&mut out, &object(&shown.0))?;
        writeln!(out)?;
    } else {
        plain(&mut out, &shown.0, words)?;
    }
    out.flush()
}

/// Tells a refusal: as JSON on standard output for programs, in words on standard error.
pub fn refuse(failure: &Failure, as_json: bool, words: &Text) {
    let said = words.with(failure.key(), &[("detail", clean(&failure.detail).into())]);
    if as_json {
        let object = json!({"schema": SCHEMA, "error": failure, "exit": Exit::of(failure) as u8});
        drop(writeln!(io::stdout(), "{object}"));
    }
    let mut err = io::stderr().lock();
    drop(writeln!(err, "{said}"));
    for (pointer, detail) in &failure.faults {
        drop(writeln!(err, "  {pointer}: {}", clean(detail)));
    }
}

#[expect(clippy::too_many_lines, reason = "one arm an answer, each a few lines")]
fn plain(out: &mut impl Write, answer: &Answer, words: &Text) -> io::Result<()> {
    match answer {
        Answer::Session(session) => {
            writeln!(
                out,
                "{} ({}) {}",
                session.name, session.username, session.server
            )?;
            for post in &session.posts {
                writeln!(
                    out,
                    "{} {} {}",
                    words.name("post", &post.post),
                    post.scope_name,
                    post.scope
                )?;
            }
            Ok(())
        }
        Answer::LoggedOut => writeln!(out, "{}", words.get("cli-logged-out")),
        Answer::Page(page) => page.rows.iter().try_for_each(|r| row(out, r, words)),
        Answer::Pile(pile) => pile.rows.iter().try_for_each(|r| row(out, r, words)),
        Answer::Case(case) => dossier(out, case, words),
        Answer::Done(outcome) => {
            writeln!(
                out,
                "{} {} {}",
                outcome.number,
                words.name("stage", &outcome.stage),
                outcome.case_id
            )?;
            if let Some(resident) = &outcome.resident {
                writeln!(
                    out,
                    "{} {}",
                    clean(&resident.name),
                    clean(&resident.telephone)
                )?;
            }
            match &outcome.rating_link {
                Some(link) => writeln!(out, "{link}"),
                None => Ok(()),
            }
        }
        Answer::Board(board) => figures(out, board, words),
        Answer::Shares(shares) | Answer::Rates(Rates { shares, .. }) => shares
            .iter()
            .try_for_each(|s| writeln!(out, "{}\t{}\t{}", s.code, s.name, figure_value(&s.figure))),
        Answer::Series(series) => series.iter().try_for_each(|v| match v {
            Some(v) => writeln!(out, "{v:.2}"),
            None => writeln!(out, "-"),
        }),
        Answer::Matters(matters) => matters
            .iter()
            .try_for_each(|m| writeln!(out, "{}\t{}\t{}", m.key.id(), m.key.name, m.class)),
        Answer::Grids(grids) => grids
            .iter()
            .try_for_each(|g| writeln!(out, "{}\t{}\t{}{}", g.code, g.name, g.town, g.village)),
        Answer::Map(grids) => grids
            .iter()
            .try_for_each(|g| writeln!(out, "{}\t{}\t{}", g.code, g.name, g.village)),
        Answer::Units(units) => units
            .iter()
            .try_for_each(|u| writeln!(out, "{}\t{}", u.code, u.name)),
        Answer::Kinds(kinds) => kinds
            .iter()
            .try_for_each(|k| writeln!(out, "{}\t{}", k.code, k.name)),
        Answer::Divisions(divisions) => divisions
            .iter()
            .try_for_each(|d| writeln!(out, "{}\t{}\t{}", d.code, d.name, d.level)),
        Answer::Duty(board) => duty(out, board, words),
        Answer::Signed(handover) => signed(out, handover, words),
        Answer::Unread(unread) => writeln!(out, "{}", unread.count),
        Answer::Register(entries) => entries.iter().try_for_each(|e| {
            writeln!(
                out,
                "{}\t{}\t{}\t{}\t{}\t{}\t{}",
                e.code, e.state, e.from, e.to, e.whose, e.title, e.note
            )
        }),
        Answer::RegisterChanged => writeln!(out, "{}", words.get("notice-register-changed")),
        Answer::Changesets(puts) => puts.rows.iter().try_for_each(|p| changeset(out, p, words)),
        Answer::Sides(sides) => {
            changeset(out, &sides.put, words)?;
            compared(out, &sides.compared(), words)
        }
        Answer::BoundariesChanged(done) => changed(out, done, words),
        Answer::Located(points) => points.iter().try_for_each(|at| located(out, at)),
        Answer::Preview(told) => preview(out, told, words),
        Answer::Proposal(proposal) => proposal.iter().try_for_each(|p| {
            writeln!(
                out,
                "{}\t{}\t{}\t{}\t{}",
                p.unit.id,
                p.unit.name,
                p.role,
                p.reason,
                match &p.standing {
                    Standing::Called => "",
                    Standing::Beside(place) => place,
                    Standing::LeftOut => "-",
                }
            )
        }),
    }
}

/// Tab-separated: version, from when it counts, when it was put, by whom, how many changes, why.
fn changeset(out: &mut impl Write, put: &Put, words: &Text) -> io::Result<()> {
    let by = match &put.by {
        Some(person) => {
            let post = words.name("post", &person.post);
            let unit = person.unit.as_deref().unwrap_or_default();
            format!("{} {post} {unit}", person.name)
        }
        None => words.get("boundaries-by-operator"),
    };
    writeln!(
        out,
        "{}\t{}\t{}\t{}\t{}\t{}",
        put.version,
        time::long(put.effective_from),
        time::long(put.at),
        clean(by.trim()),
        put.notes.len(),
        clean(&put.reason).replace(['\n', '\t'], " ")
    )
}

/// What a change of boundaries did, or would do; then a line a step.
pub fn changed(out: &mut impl Write, done: &Changed, words: &Text) -> io::Result<()> {
    let args = [
        ("version", done.version.into()),
        ("changed", done.changed.into()),
    ];
    let told = if done.dry_run {
        words.with("cli-boundaries-checked", &args)
    } else {
        words.with("cli-boundaries-put", &args)
    };
    writeln!(out, "{told}")?;
    // Of whole grids that are put as they stand the server tells no more than their number.
    if done.before.is_empty() && done.after.is_empty() {
        return Ok(());
    }
    compared(out, &done.compared(), words)
}

/// The tally, and tab-separated a line a grid: what was done, the step, `-` before or `+` after, code, hectares, name.
fn compared(out: &mut impl Write, change: &Changeset, words: &Text) -> io::Result<()> {
    writeln!(out, "{}", crate::view::tally(words, &change.tally))?;
    for (n, step) in (1u32..).zip(&change.steps) {
        let old = step.old.iter().map(|piece| ('-', piece));
        let new = step.new.iter().map(|piece| ('+', piece));
        let kind = words.name("boundary-change", &step.change);
        for (sign, piece) in old.chain(new) {
            let (code, area, name) = (&piece.code, piece.area_ha, &piece.name);
            writeln!(out, "{kind}\t{n}\t{sign}\t{code}\t{area:.2}\t{name}")?;
        }
    }
    Ok(())
}

/// Tab-separated: longitude, latitude, the grid's code; of a single point its name, village and town, or behind `-`
/// the nearest grid and how many metres away it is.
fn located(out: &mut impl Write, at: &Located) -> io::Result<()> {
    let [lon, lat] = at.point;
    write!(out, "{lon}\t{lat}\t{}", at.grid.as_deref().unwrap_or("-"))?;
    for told in [&at.name, &at.village, &at.town].into_iter().flatten() {
        write!(out, "\t{}", clean(told))?;
    }
    if let Some(near) = &at.nearest {
        let (name, metres) = (clean(&near.name), near.distance_m);
        write!(out, "\t{}\t{name}\t{metres:.0}", near.grid)?;
    }
    writeln!(out)
}

/// Tab-separated, a line a unit: place, role, unit, reasons; those who were left out with `-` before the role.
fn preview(out: &mut impl Write, preview: &Preview, words: &Text) -> io::Result<()> {
    for at in &preview.places {
        let called = at.lines.iter().map(|line| ("", line));
        let left_out = at.left_out.iter().map(|line| ("-", line));
        for (sign, line) in called.chain(left_out) {
            let unit = line.unit.as_ref();
            writeln!(
                out,
                "{}\t{sign}{}\t{}\t{}\t{}",
                clean(&at.place.name),
                words.name("role", &line.role),
                unit.map_or("", |unit| unit.id.as_str()),
                unit.map_or_else(String::new, |unit| clean(&unit.name)),
                clean(&line.reasons.join("; "))
            )?;
        }
    }
    Ok(())
}

/// A line a desk: code, name, leader, officer, telephone, until when.
fn duty(out: &mut impl Write, board: &DutyBoard, words: &Text) -> io::Result<()> {
    for on in &board.on {
        let desk = format!("{}\t{}", on.desk.id, clean(&on.desk.name));
        match &on.shift {
            Some(shift) => writeln!(
                out,
                "{desk}\t{}\t{}\t{}\t{}",
                clean(&shift.leader),
                clean(&shift.officer),
                clean(&shift.telephone),
                time::long(shift.to)
            )?,
            None => writeln!(out, "{desk}\t{}", words.get("duty-nobody"))?,
        }
    }
    board
        .handovers
        .iter()
        .try_for_each(|h| signed(out, h, words))
}

/// Tab-separated: id, who gave and when, who took and when, how many open cases, the note.
fn signed(out: &mut impl Write, handover: &Handover, words: &Text) -> io::Result<()> {
    let taken = match &handover.taken {
        Some(taken) => format!("{} {}", clean(&taken.name), time::long(taken.at)),
        None => words.get("duty-not-taken"),
    };
    writeln!(
        out,
        "{}\t{} {}\t{}\t{}\t{}",
        handover.id,
        clean(&handover.given.name),
        time::long(handover.given.at),
        taken.trim(),
        handover.items.len(),
        clean(&handover.note).replace(['\n', '\t'], " ")
    )
}

/// Tab-separated: id, number, stage, when due, what, where.
fn row(out: &mut impl Write, row: &Row, words: &Text) -> io::Result<()> {
    let due = row.deadline.map(time::long).unwrap_or_default();
    let stage = words.name(row.family, &row.stage);
    let title = clean(&row.title).replace(['\n', '\t'], " ");
    writeln!(
        out,
        "{}\t{}\t{stage}\t{due}\t{title}\t{}",
        row.case_id,
        row.number,
        clean(&row.place)
    )
}

fn dossier(out: &mut impl Write, dossier: &Dossier, words: &Text) -> io::Result<()> {
    let case = &dossier.case;
    writeln!(
        out,
        "{} [{}] {}",
        case.number,
        words.name("stage", &case.stage),
        clean(case.title())
    )?;
    writeln!(out, "{}", clean(&case.place.words()))?;
    writeln!(out, "{}", clean(&case.text))?;
    if let Some(deadline) = case.round.as_ref().and_then(|r| r.deadline) {
        writeln!(
            out,
            "{}: {}",
            words.name("clock", "handling"),
            time::long(deadline)
        )?;
    }
    for clock in &case.clocks {
        let due = clock.deadline.map(time::long).unwrap_or_default();
        let done = clock.stopped_at.map(time::long).unwrap_or_default();
        writeln!(out, "{}: {due} {done}", words.name("clock", &clock.name))?;
    }
    for whistle in &case.whistles {
        let stage = words.name("whistle-stage", &whistle.stage);
        writeln!(
            out,
            "{} [{stage}] {} {}",
            clean(&whistle.kind_name),
            clean(&whistle.reason),
            whistle.id
        )?;
    }
    for a in &case.assignments {
        let stage = words.name("assignment-stage", &a.stage);
        writeln!(
            out,
            "{} {} [{stage}] {}",
            clean(&a.unit.name),
            words.name("role", &a.role),
            a.id
        )?;
    }
    writeln!(out, "{}", words.get("heading-history"))?;
    for event in &dossier.events {
        let at = event.at.map(time::long).unwrap_or_default();
        writeln!(
            out,
            "  {at} {} {} {}",
            words.name("event", &event.kind),
            clean(&event.actor.name),
            clean(&event.note).replace('\n', " ")
        )?;
    }
    writeln!(out, "{}", words.get("actions-now"))?;
    for offer in dossier.offers.iter().filter(|o| o.allowed) {
        let target = match &offer.target {
            Target::Case => "",
            Target::Assignment(id) | Target::Whistle(id) => id,
        };
        writeln!(
            out,
            "  {} {} {target}",
            offer.action,
            words.name("action", &offer.action)
        )?;
    }
    Ok(())
}

fn figures(out: &mut impl Write, board: &Board, words: &Text) -> io::Result<()> {
    for figure in &board.figures {
        let part = match (figure.numerator, figure.denominator) {
            (Some(n), Some(d)) if !figure.count => format!("{n}/{d}"),
            _ => String::new(),
        };
        let name = pad(&words.name("indicator", &figure.indicator), 24);
        writeln!(out, "{name} {:>9} {part}", figure_value(figure))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::model::boundaries::Near;
    use crate::model::sample;

    fn told(answer: &Answer) -> String {
        let mut out = Vec::new();
        plain(&mut out, answer, &Text::new(Lang::English)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_check_tells_what_would_become_of_what_and_that_nothing_is_in_force() {
        let told = told(&Answer::BoundariesChanged(Box::new(sample::changed(true))));
        let lines: Vec<&str> = told.lines().collect();
        assert!(lines[0].contains("not in force"), "{told}");
        assert!(lines[1].contains("1 removed"), "{told}");
        let starts = [
            "Merged\t1\t-\t320707101201001\t",
            "Merged\t1\t-\t320707101201002\t",
            "Merged\t1\t+\t320707101201001\t",
        ];
        for (line, start) in lines[2..].iter().zip(starts) {
            assert!(line.starts_with(start), "{line}");
        }
        assert_eq!(lines.len(), 5);
    }

    #[test]
    fn a_changeset_in_json_has_its_steps_and_no_outlines() {
        let shown = object(&Answer::Sides(Box::new(sample::sides())));
        assert_eq!(shown["schema"], SCHEMA);
        assert_eq!(shown["changeset"]["version"], 3);
        assert_eq!(shown["steps"][0]["change"], "merge");
        assert_eq!(shown["steps"][0]["old"][1]["code"], "320707101201002");
        assert!(!shown.to_string().contains("outline"));
    }

    #[test]
    fn a_point_in_no_grid_is_a_line_with_the_nearest_one() {
        let point = Located {
            point: [119.5, 34.5],
            nearest: Some(Near {
                grid: "320707101201001".into(),
                name: "第一网格".into(),
                distance_m: 12.4,
            }),
            ..Located::default()
        };
        let within = Located {
            point: [119.1, 34.9],
            grid: Some("320707101201002".into()),
            ..Located::default()
        };
        let told = told(&Answer::Located(vec![point, within]));
        let expected = "119.5\t34.5\t-\t320707101201001\t第一网格\t12\n\
                        119.1\t34.9\t320707101201002\n";
        assert_eq!(told, expected);
    }
}
