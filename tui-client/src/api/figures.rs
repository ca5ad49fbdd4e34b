//! The figures, each with its terms.

use std::cmp::Ordering;

use gridwhistle_client::types;

use super::cases::map_case;
use super::fail::failure;
use super::server::Server;
use super::work::case_row;
use super::{maybe, time};
use crate::model::Time;
use crate::model::failure::Failure;
use crate::model::figures::{Board, Figure, Part, Range, Share};
use crate::model::list::{Page, Pile};
use crate::model::map::Rates;
use crate::runtime::now;

/// First day and the day after the last, in the time of China.
fn days((from, to): (Time, Time)) -> (String, String) {
    use chrono::{Days, NaiveTime};
    let end = to.date_naive();
    // A period that ends within a day holds that day.
    let end = if to.time() == NaiveTime::MIN {
        end
    } else {
        end.checked_add_days(Days::new(1)).unwrap_or(end)
    };
    (from.date_naive().to_string(), end.to_string())
}

/// What a supervisor reads first: the three rates, then how the work goes; the rest as it comes.
const FIRST: [&str; 7] = [
    "response_rate",
    "resolution_rate",
    "satisfaction_rate",
    "due",
    "closure_rate",
    "on_time_closure_rate",
    "overdue_open",
];

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|t| !t.is_empty())
}

/// Whose figures are asked for: only one of these.
#[derive(Default)]
struct Owner {
    division: Option<String>,
    grid: Option<String>,
    unit: Option<String>,
}

impl Owner {
    fn of(range: &Range) -> Self {
        match (&range.unit, some(&range.division)) {
            (Some(unit), _) => Self {
                unit: Some(unit.clone()),
                ..Self::default()
            },
            (None, Some(code)) if is_grid(&code) => Self {
                grid: Some(code),
                ..Self::default()
            },
            (None, division) => Self {
                division,
                ..Self::default()
            },
        }
    }
}

/// Whether a code is that of a grid: 15 digits.
pub(super) const fn is_grid(code: &str) -> bool {
    code.len() == 15
}

impl Server {
    async fn groups(
        &self,
        range: &Range,
        (from, to): (String, String),
        by: Option<String>,
    ) -> Result<types::FigurePage, Failure> {
        let Owner {
            division,
            grid,
            unit,
        } = Owner::of(range);
        let client = self.client()?;
        let call = maybe!(
            client.indicators().from(from).to(to),
            division = division,
            grid = grid,
            unit = unit,
            by = by
        );
        Ok(call.send().await.map_err(failure)?.into_inner())
    }

    /// All figures of a range, with those of the period before.
    pub async fn board(&self, range: &Range) -> Result<Board, Failure> {
        let now = now();
        let (page, before) = tokio::join!(
            self.groups(range, days(range.period.bounds(now)), None),
            self.groups(range, days(range.period.before(now)), None),
        );
        let page = page?;
        // A period before the first case has no figures, which is no reason to show none at all.
        let before = before
            .ok()
            .and_then(|p| p.groups.into_iter().next())
            .map(|g| g.figures)
            .unwrap_or_default();
        let value = |name: &str| {
            before
                .iter()
                .find(|f| f.indicator == name)
                .and_then(|f| f.value)
        };
        let as_of = Some(time(page.as_of));
        let figures = page
            .groups
            .into_iter()
            .next()
            .map(|g| g.figures)
            .unwrap_or_default();
        let mut figures: Vec<Figure> = figures
            .into_iter()
            .map(|f| {
                let before = value(&f.indicator);
                Figure {
                    before,
                    ..figure(f)
                }
            })
            .collect();
        figures.sort_by_key(|f| {
            FIRST
                .iter()
                .position(|n| *n == f.indicator)
                .unwrap_or(FIRST.len())
        });
        Ok(Board { figures, as_of })
    }

    /// How the parts of a range compare by one indicator, the worst first. Parts with nothing due
    /// are not ranked.
    pub async fn shares(
        &self,
        range: &Range,
        indicator: &str,
        by_unit: bool,
    ) -> Result<Vec<Share>, Failure> {
        let by = if by_unit {
            "unit"
        } else {
            below(&self.code_of(range)?)
        };
        let page = self
            .groups(range, days(range.period.bounds(now())), Some(by.to_owned()))
            .await?;
        let mut shares: Vec<Share> = each(page.groups, indicator)
            .filter(|s| s.figure.value.is_some())
            .collect();
        let more_is_worse = matches!(
            indicator,
            "overdue_open"
                | "rework_rate"
                | "extension_rate"
                | "return_rate"
                | "minutes_to_check_in"
        );
        shares.sort_by(|a, b| {
            let order = a
                .figure
                .value
                .partial_cmp(&b.figure.value)
                .unwrap_or(Ordering::Equal);
            if more_is_worse {
                order.reverse()
            } else {
                order
            }
        });
        Ok(shares)
    }

    /// An indicator of every grid of a range, also of those with nothing due.
    pub async fn rates(&self, range: &Range, indicator: &str) -> Result<Rates, Failure> {
        let by = Some("grid".to_owned());
        let page = self
            .groups(range, days(range.period.bounds(now())), by)
            .await?;
        Ok(Rates {
            as_of: Some(time(page.as_of)),
            shares: each(page.groups, indicator).collect(),
        })
    }

    /// The code of the division looked at: that of the range, or of the own post.
    fn code_of(&self, range: &Range) -> Result<String, Failure> {
        if !range.division.is_empty() {
            return Ok(range.division.clone());
        }
        let session = self.session()?;
        let division = session.posts.iter().find(|p| p.scope_kind == "division");
        Ok(division.map(|p| p.scope.clone()).unwrap_or_default())
    }

    /// The course of an indicator: by days, over more than a month by weeks.
    pub async fn series(
        &self,
        range: &Range,
        indicator: &str,
    ) -> Result<Vec<Option<f64>>, Failure> {
        let bounds = range.period.bounds(now());
        let each = if (bounds.1 - bounds.0).num_days() > 31 {
            "week"
        } else {
            "day"
        };
        let (from, to) = days(bounds);
        let Owner {
            division,
            grid,
            unit,
        } = Owner::of(range);
        let client = self.client()?;
        let call = client.indicator_series().from(from).to(to).each(each);
        let page = maybe!(call, division = division, grid = grid, unit = unit)
            .send()
            .await
            .map_err(failure)?
            .into_inner();
        Ok(page
            .groups
            .iter()
            .map(|g| {
                g.figures
                    .iter()
                    .find(|f| f.indicator == indicator)
                    .and_then(|f| f.value)
            })
            .collect())
    }

    /// The cases in a part of a figure.
    pub async fn behind(
        &self,
        range: &Range,
        indicator: &str,
        part: Part,
        cursor: Option<String>,
    ) -> Result<Page, Failure> {
        let (from, to) = days(range.period.bounds(now()));
        let Owner {
            division,
            grid,
            unit,
        } = Owner::of(range);
        let cursor = cursor.and_then(|c| uuid::Uuid::parse_str(&c).ok());
        let client = self.client()?;
        let call = client
            .indicator_cases()
            .name(indicator)
            .part(part.name())
            .from(from)
            .to(to)
            .limit(50u64);
        let call = maybe!(
            call,
            division = division,
            grid = grid,
            unit = unit,
            cursor = cursor
        );
        let page = call.send().await.map_err(failure)?.into_inner();
        let rows = page
            .items
            .into_iter()
            .map(|c| case_row(&map_case(c)))
            .collect();
        Ok(Page {
            rows,
            next: page.next,
        })
    }

    /// Cases of this month whose residents were not satisfied.
    pub async fn dissatisfied(&self) -> Result<Pile, Failure> {
        let range = Range {
            division: String::new(),
            unit: None,
            period: crate::model::figures::Period::ThisMonth,
        };
        let page = self
            .behind(&range, "satisfaction_rate", Part::Rest, None)
            .await?;
        Ok(Pile {
            total: page.rows.len(),
            overdue: 0,
            more: page.next.is_some(),
            rows: page.rows,
        })
    }
}

/// One indicator of each group.
fn each(groups: Vec<types::Group>, indicator: &str) -> impl Iterator<Item = Share> {
    groups.into_iter().filter_map(move |g| {
        let f = g.figures.into_iter().find(|f| f.indicator == indicator)?;
        let code = g.owner?;
        let name = g.owner_name.unwrap_or_else(|| code.clone());
        Some(Share {
            code,
            name,
            figure: figure(f),
        })
    })
}

/// The level below a division, by its code: 6 + 3 + 3 digits.
fn below(code: &str) -> &'static str {
    match (code.get(4..6), code.get(6..9), code.get(9..12)) {
        (_, _, Some(village)) if village != "000" => "grid",
        (_, Some(town), _) if town != "000" => "village",
        (Some("00"), ..) => "county",
        _ => "town",
    }
}

fn figure(f: types::Indicated) -> Figure {
    let count = matches!(
        f.indicator.as_str(),
        "due" | "overdue_open" | "minutes_to_check_in"
    );
    Figure {
        indicator: f.indicator,
        value: f.value,
        count,
        numerator: Some(f.numerator),
        denominator: i64::try_from(f.denominator).ok(),
        interval: f.interval.map(|i| (i.low, i.high)),
        exclusions: f
            .exclusions
            .into_iter()
            .filter(|e| e.count > 0)
            .map(|e| (e.reason, i64::try_from(e.count).unwrap_or(i64::MAX)))
            .collect(),
        before: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_month_holds_today() {
        let at = |t: &str| -> Time { t.parse().unwrap() };
        let running = days((
            at("2026-11-01T00:00:00+08:00"),
            at("2026-11-23T10:00:00+08:00"),
        ));
        assert_eq!(running, ("2026-11-01".into(), "2026-11-24".into()));
        let whole = days((
            at("2026-10-01T00:00:00+08:00"),
            at("2026-11-01T00:00:00+08:00"),
        ));
        assert_eq!(whole, ("2026-10-01".into(), "2026-11-01".into()));
    }

    #[test]
    fn the_level_below_is_read_from_the_code() {
        assert_eq!(below("320700000000"), "county");
        assert_eq!(below("320707000000"), "town");
        assert_eq!(below("320707101000"), "village");
        assert_eq!(below("320707101201"), "grid");
    }
}
