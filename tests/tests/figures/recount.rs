//! The figures, recounted from the rows of the event feed by what `docs/figures.md` says, and by
//! nothing else.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::terms::{
    Called, MINUTE, Row, called, cell, exempted, failed, finished, instant, is_to_be_dispatched,
    lead, maybe, percent, place, same_division, significant, wilson,
};

/// What a figure says, in the exact terms that the definitions give.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// In hundredths of a case, since weights make it no whole number.
    pub numerator: i64,
    pub denominator: i64,
    /// A count, hundredths of a percent, or the median.
    pub value: Option<i64>,
    pub p90: Option<i64>,
    /// Wilson's interval in hundredths of a percent.
    pub interval: Option<(i64, i64)>,
    pub excluded: BTreeMap<&'static str, i64>,
}

/// Whose figures, over what time.
#[derive(Debug, Clone)]
pub struct Question {
    /// Microseconds; from `begin` to before `end`.
    pub begin: i64,
    pub end: i64,
    /// Twelve digits.
    pub division: Option<String>,
    pub unit: Option<String>,
    /// Of a kind of whistle.
    pub kind: Option<String>,
    /// Of one command centre alone: twelve digits.
    pub centre: Option<String>,
}

/// All figures of the feed's rows.
pub fn recount(
    feed: &[Value],
    question: &Question,
) -> anyhow::Result<BTreeMap<&'static str, Figure>> {
    let mut cases: BTreeMap<&str, Vec<(u64, Row)>> = BTreeMap::new();
    for row in feed {
        let version = row["version"].as_u64().context("a row without version")?;
        let id = row["case_id"].as_str().context("a row without case_id")?;
        cases.entry(id).or_default().push((
            version,
            Row {
                version,
                kind: row["type"].as_str().context("a row without type")?,
                recorded: instant(&row["recorded_at"])?,
                occurred: instant(&row["occurred_at"])?,
                data: &row["data"],
                by_hand: row["actor"]["post"] != "system",
            },
        ));
    }
    let mut count = Count::new(question);
    for (id, mut rows) in cases {
        rows.sort_by_key(|(version, _)| *version);
        let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
        count.case(&rows).with_context(|| format!("case {id}"))?;
    }
    Ok(count.finish())
}

struct Count<'q> {
    question: &'q Question,
    figures: BTreeMap<&'static str, Figure>,
    minutes: Vec<i64>,
}

const ROUNDS: [&str; 6] = [
    "due",
    "closure_rate",
    "on_time_closure_rate",
    "overdue_open",
    "rework_rate",
    "extension_rate",
];

const ANSWERS: [&str; 4] = [
    "response_rate",
    "resolution_rate",
    "satisfaction_rate",
    "composite",
];

impl<'q> Count<'q> {
    fn new(question: &'q Question) -> Self {
        Self {
            question,
            figures: BTreeMap::new(),
            minutes: Vec::new(),
        }
    }

    fn figure(&mut self, name: &'static str) -> &mut Figure {
        self.figures.entry(name).or_default()
    }

    fn add(&mut self, name: &'static str, numerator: i64) {
        let figure = self.figure(name);
        figure.numerator += numerator;
        figure.denominator += 1;
    }

    fn apart(&mut self, names: &[&'static str], reason: &'static str) {
        for name in names {
            *self.figure(name).excluded.entry(reason).or_default() += 1;
        }
    }

    fn in_period(&self, at: i64) -> bool {
        (self.question.begin..self.question.end).contains(&at)
    }

    fn is_asked_for(&self, unit: Option<&str>) -> bool {
        self.question.kind.is_none() && self.is_unit_asked_for(unit)
    }

    fn is_unit_asked_for(&self, unit: Option<&str>) -> bool {
        self.question
            .unit
            .as_deref()
            .is_none_or(|asked| unit == Some(asked))
    }

    fn case(&mut self, rows: &[Row]) -> anyhow::Result<()> {
        if self.question.begin >= self.question.end {
            return Ok(());
        }
        let Some(reported) = rows.iter().find(|row| row.kind == "reported") else {
            bail!("no row tells of the report");
        };
        let place = place(reported.data, rows).context("the report has no place")?;
        if let Some(division) = &self.question.division
            && !place.starts_with(significant(division))
        {
            return Ok(());
        }
        if self.question.unit.is_none() {
            self.whistles(rows);
        }
        self.admissions(rows);
        let is_whole = self.question.unit.is_none() && self.question.kind.is_none();
        if is_whole && self.is_centre_asked_for(rows, |row| row.recorded < self.question.end) {
            self.apart_as_a_whole(rows);
        }
        let begins: Vec<usize> = rows
            .iter()
            .enumerate()
            .filter(|(_, row)| matches!(row.kind, "registered" | "reopened"))
            .map(|(index, _)| index)
            .collect();
        for (number, begin) in begins.iter().enumerate() {
            // A new round begins with a reopening, or where a registration was taken back.
            let end = begins.get(number + 1).copied().unwrap_or(rows.len());
            self.round(&rows[*begin..end], rows)?;
        }
        Ok(())
    }

    /// Whether the centre that is asked for had the case after the last of the transfers that lie before a moment, or
    /// stands in the place of the one that had it.
    fn is_centre_asked_for(&self, case: &[Row], lies_before: impl Fn(&Row) -> bool) -> bool {
        let Some(asked) = self.question.centre.as_deref() else {
            return true;
        };
        let last = case
            .iter()
            .rfind(|row| row.is_transfer() && lies_before(row));
        let reported = case.iter().find(|row| row.kind == "reported");
        let centre = match last {
            Some(row) => &row.data["to"],
            None => reported.map_or(&Value::Null, |row| &row.data["centre"]),
        };
        let mut centre = centre.as_str();
        for row in case.iter().filter(|row| row.kind == "rehomed") {
            let centres = row.data["centres"].as_array();
            let mut centres = centres.into_iter().flatten();
            if let Some(succeeded) = centres.find(|one| one["from"].as_str() == centre) {
                centre = succeeded["to"].as_str();
            }
        }
        centre.is_some_and(|code| same_division(code, asked))
    }

    /// Whether a whistle is of the kind that is asked for.
    fn is_kind_asked_for(&self, whistle: &Value, case: &[Row]) -> bool {
        let Some(kind) = &self.question.kind else {
            return true;
        };
        case.iter().any(|row| {
            row.kind == "whistle_requested"
                && row.data["whistle"] == *whistle
                && row.data["kind"] == kind.as_str()
        })
    }

    /// Whistles blown, refused, and taken back by somebody; they are no unit's.
    fn whistles(&mut self, rows: &[Row]) {
        for row in rows {
            let whistle = &row.data["whistle"];
            let blown = rows
                .iter()
                .find(|row| row.kind == "whistle_requested" && row.data["whistle"] == *whistle);
            let Some(blown) = blown.filter(|_| row.kind.starts_with("whistle_")) else {
                continue;
            };
            let before = |row: &Row| row.recorded <= blown.occurred;
            if !self.is_kind_asked_for(whistle, rows) || !self.is_centre_asked_for(rows, before) {
                continue;
            }
            match row.kind {
                "whistle_requested" if self.in_period(row.occurred) => {
                    self.add("whistles_blown", 100);
                    self.add("whistles_refused", 0);
                    self.add("whistles_withdrawn", 0);
                }
                "whistle_refused" if self.in_period(row.recorded) => {
                    self.figure("whistles_refused").numerator += 100;
                }
                "whistle_withdrawn" if row.by_hand && self.in_period(row.recorded) => {
                    self.figure("whistles_withdrawn").numerator += 100;
                }
                _ => {}
            }
        }
    }

    /// What towns refused to take from departments that were not admitted: the department's, where a unit is asked for.
    fn admissions(&mut self, rows: &[Row]) {
        for row in rows {
            if row.kind == "admission_refused"
                && self.in_period(row.recorded)
                && self.is_asked_for(row.data["department"].as_str())
                && self.is_centre_asked_for(rows, |before| before.version < row.version)
            {
                self.add("admissions_refused", 100);
            }
        }
    }

    /// Cases that stand beside the figures as a whole: settled by the worker himself, or merged.
    fn apart_as_a_whole(&mut self, rows: &[Row]) {
        let b = self.question.end;
        let first = |kind: &str| {
            let row = rows.iter().find(|row| row.kind == kind);
            row.map(|row| row.recorded).filter(|at| *at < b)
        };
        if let Some(at) = first("self_handled")
            && first("reopened_to_accepted").is_none()
        {
            if self.in_period(at) {
                self.apart(&ROUNDS, "self_handled");
            }
        } else if let Some(at) = first("merged")
            && self.in_period(at)
        {
            self.apart(&ROUNDS, "merged");
        }
    }

    fn round(&mut self, rows: &[Row], case: &[Row]) -> anyhow::Result<()> {
        let b = self.question.end;
        let called = called(rows)?;
        self.calls(&called, rows, case)?;
        let closed = rows.iter().find(|row| row.kind == "closed");
        let closed_before = closed.filter(|row| row.recorded < b);
        let clock = rows
            .iter()
            .rfind(|row| row.kind == "handling_clock" && row.recorded < b);
        let deadline = match clock {
            Some(row) => maybe(&row.data["deadline"])?,
            None => None,
        };
        let moment = match (closed_before.map(|row| row.recorded), deadline) {
            (Some(closed), Some(deadline)) => closed.min(deadline),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => b,
        };
        let owner = lead(&called, moment, b);
        let at_that_moment = |row: &Row| row.recorded <= moment && row.recorded < b;
        if !self.is_centre_asked_for(case, at_that_moment) {
            return Ok(());
        }
        if self.is_asked_for(owner) {
            self.judge((rows, case), &called, closed_before, clock, deadline)?;
        }
        if let Some(closed) = closed {
            // The feedback's owner is that of the round as it was closed, also when that lies
            // before the period.
            self.feedback(&closed.data["feedback"], owner, case)?;
            for asked in closed.data["merged_feedback"]
                .as_array()
                .into_iter()
                .flatten()
            {
                self.feedback(asked, owner, case)?;
            }
        }
        Ok(())
    }

    /// The first line that fits, of those under "Rounds".
    fn judge(
        &mut self,
        (rows, case): (&[Row], &[Row]),
        called: &[Called],
        closed: Option<&Row>,
        clock: Option<&Row>,
        deadline: Option<i64>,
    ) -> anyhow::Result<()> {
        let b = self.question.end;
        let begun = &rows[0];
        let sent_back = rows
            .iter()
            .any(|row| row.kind == "sent_back" && row.recorded < b);
        if begun.recorded >= b || sent_back {
            return Ok(());
        }
        let number = begun.data["round"]
            .as_i64()
            .context("a round without number")?;
        let has_failed = rows.iter().any(|row| failed(row, b));
        let rework = has_failed || number >= 2;
        let extended = rows
            .iter()
            .any(|row| row.kind == "extension_granted" && row.recorded < b);
        let extended = if extended { 100 } else { 0 };
        if let Some(closed) = closed {
            if self.in_period(closed.recorded) {
                if exempted(case, number, b) {
                    self.apart(&ROUNDS, "exempted");
                    self.apart(&["first_time_rate"], "exempted");
                    return Ok(());
                }
                let on_time = closed.data["on_time"] == true;
                for name in ["due", "closure_rate"] {
                    self.add(name, 100);
                }
                self.add("on_time_closure_rate", if on_time { 100 } else { 0 });
                self.add("overdue_open", 0);
                self.add("rework_rate", if rework { 100 } else { 0 });
                self.add("extension_rate", extended);
                let first = number == 1 && !has_failed;
                self.add("first_time_rate", if first { 100 } else { 0 });
            }
            return Ok(());
        }
        let void = rows
            .iter()
            .find(|row| row.kind == "voided" && row.recorded < b);
        if let Some(void) = void {
            if self.in_period(void.recorded) {
                self.apart(&ROUNDS, "voided");
            }
            return Ok(());
        }
        if rows
            .iter()
            .any(|row| row.kind == "merged" && row.recorded < b)
        {
            return Ok(());
        }
        if called.iter().all(|unit| unit.issued >= b) {
            let limit = rows.iter().rfind(|row| is_to_be_dispatched(row, b));
            let limit = limit.unwrap_or(begun);
            if instant(&limit.data["dispatch_by"])? < b {
                self.apart(&ROUNDS, "never_dispatched");
            }
            return Ok(());
        }
        if clock.is_none() {
            return Ok(());
        }
        let Some(deadline) = deadline else {
            let waits = rows
                .iter()
                .rfind(|row| {
                    row.recorded < b && matches!(row.kind, "suspension_granted" | "resumed")
                })
                .is_some_and(|row| row.kind == "suspension_granted");
            let reason = if waits {
                "suspended"
            } else {
                "awaiting_redispatch"
            };
            self.apart(&ROUNDS, reason);
            return Ok(());
        };
        if deadline >= b {
            return Ok(());
        }
        if finished(rows, called, b).is_some_and(|finished| finished <= deadline) {
            self.apart(&ROUNDS, "waiting_for_centre");
            return Ok(());
        }
        self.add("due", 100);
        self.add("closure_rate", 0);
        self.add("on_time_closure_rate", 0);
        self.add("overdue_open", 100);
        self.add("rework_rate", if rework { 100 } else { 0 });
        self.add("extension_rate", extended);
        Ok(())
    }

    fn calls(&mut self, called: &[Called], rows: &[Row], case: &[Row]) -> anyhow::Result<()> {
        let b = self.question.end;
        for unit in called {
            if !self.is_unit_asked_for(Some(unit.unit)) || unit.issued >= b {
                continue;
            }
            if !self.is_kind_asked_for(unit.whistle, case)
                || !self.is_centre_asked_for(case, |row| row.version < unit.version)
            {
                continue;
            }
            if self.in_period(unit.issued) {
                self.figure("return_rate").denominator += 1;
                let accurate = self.figure("accurate_dispatch_rate");
                accurate.denominator += 1;
                accurate.numerator += 100;
            }
            // No "before b" here: what a device recorded without a network counts in the period of
            // its limit, whenever it reached the server.
            let own =
                |row: &&Row, kind: &str| row.kind == kind && row.data["assignment"] == unit.id;
            let returned = rows.iter().find(|row| own(row, "return_accepted"));
            if returned.is_some_and(|row| self.in_period(row.recorded)) {
                self.figure("return_rate").numerator += 100;
                self.figure("accurate_dispatch_rate").numerator -= 100;
            }
            for (name, limit, kind) in [
                ("sign_in_time_rate", "sign_by", "signed"),
                ("contact_in_time_rate", "contact_by", "blower_contacted"),
                ("check_in_in_time_rate", "check_in_by", "checked_in"),
            ] {
                let Some(limit) = maybe(&unit.limits[limit])? else {
                    continue;
                };
                if !self.in_period(limit) {
                    continue;
                }
                let reason = [
                    ("return_accepted", "returned"),
                    ("revoked", "revoked"),
                    ("excused", "excused"),
                ]
                .into_iter()
                .find(|(kind, _)| {
                    rows.iter()
                        .any(|row| own(&row, kind) && row.recorded < limit)
                })
                .map(|(_, reason)| reason);
                let void = case
                    .iter()
                    .any(|row| row.kind == "voided" && row.recorded < limit);
                if let Some(reason) = reason.or(void.then_some("voided")) {
                    self.apart(&[name], reason);
                    continue;
                }
                let reached = rows.iter().find(|row| own(row, kind));
                let in_time = reached.is_some_and(|row| row.data["in_time"] == true);
                self.add(name, if in_time { 100 } else { 0 });
            }
            let arrived = rows.iter().find(|row| own(row, "checked_in"));
            if let Some(arrived) = arrived
                && !unit.limits["check_in_by"].is_null()
                && self.in_period(arrived.occurred)
            {
                if arrived.data["on_spot"] == true {
                    self.minutes
                        .push(cell((arrived.occurred - unit.issued).div_euclid(MINUTE)));
                } else {
                    self.apart(&["minutes_to_check_in"], "off_the_spot");
                }
            }
        }
        Ok(())
    }

    fn feedback(&mut self, asked: &Value, owner: Option<&str>, case: &[Row]) -> anyhow::Result<()> {
        if asked.is_null() || !self.is_asked_for(owner) {
            return Ok(());
        }
        let concluded = case
            .iter()
            .find(|row| row.kind == "feedback_concluded" && row.data["feedback"] == asked["id"]);
        if let Some(concluded) = concluded.filter(|row| row.recorded < self.question.end) {
            if self.in_period(concluded.recorded) {
                self.figure("follow_up_coverage").denominator += 1;
                let outcome = match concluded.data["outcome"].as_str() {
                    Some("refused") => "refused",
                    Some("unreachable") => "unreachable",
                    _ => "unreasonable",
                };
                self.apart(&ANSWERS, outcome);
            }
            return Ok(());
        }
        let rated = case
            .iter()
            .find(|row| row.kind == "rated" && row.data["feedback"] == asked["id"]);
        let Some(rated) = rated.filter(|row| row.recorded < self.question.end) else {
            if rated.is_none() && self.in_period(instant(&asked["expires_at"])?) {
                self.figure("follow_up_coverage").denominator += 1;
                self.apart(&ANSWERS, "expired");
            }
            return Ok(());
        };
        if !self.in_period(rated.recorded) {
            return Ok(());
        }
        let answer = &rated.data["answer"];
        let contacted = answer["contacted"] == true;
        let solved = answer["solved"] == "yes";
        let satisfied = matches!(
            answer["satisfaction"].as_str(),
            Some("very_satisfied" | "satisfied" | "basically_satisfied")
        );
        let share = |yes: bool, weight: i64| if yes { weight } else { 0 };
        self.add("response_rate", share(contacted, 100));
        self.add("resolution_rate", share(solved, 100));
        self.add("satisfaction_rate", share(satisfied, 100));
        self.add("follow_up_coverage", 100);
        self.add(
            "composite",
            share(contacted, 10) + share(solved, 50) + share(satisfied, 40),
        );
        Ok(())
    }

    fn finish(mut self) -> BTreeMap<&'static str, Figure> {
        self.minutes.sort_unstable();
        let n = self.minutes.len();
        let rank = |percent: usize| {
            (n * percent)
                .div_ceil(100)
                .checked_sub(1)
                .map(|index| self.minutes[index])
        };
        let (median, p90) = (rank(50), rank(90));
        for name in ROUNDS.into_iter().chain(ANSWERS).chain([
            "first_time_rate",
            "follow_up_coverage",
            "sign_in_time_rate",
            "contact_in_time_rate",
            "check_in_in_time_rate",
            "minutes_to_check_in",
            "return_rate",
            "accurate_dispatch_rate",
            "whistles_blown",
            "whistles_refused",
            "whistles_withdrawn",
            "admissions_refused",
        ]) {
            let figure = self.figures.entry(name).or_default();
            match name {
                "due" | "overdue_open" | "whistles_blown" | "whistles_refused"
                | "whistles_withdrawn" | "admissions_refused" => {
                    figure.value = Some(figure.numerator / 100);
                }
                "minutes_to_check_in" => {
                    let n = i64::try_from(n).unwrap_or(i64::MAX);
                    (figure.numerator, figure.denominator) = (n * 100, n);
                    (figure.value, figure.p90) = (median, p90);
                }
                _ => figure.value = percent(figure.numerator, figure.denominator),
            }
            if name == "satisfaction_rate" {
                figure.interval = wilson(figure.numerator, figure.denominator);
            }
        }
        self.figures
    }
}
