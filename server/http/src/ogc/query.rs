//! What a request asks for. A parameter that an address does not know is refused, as the standard wants it, and every
//! fault is told at once.

use std::collections::BTreeSet;
use std::str::FromStr;

use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{DivisionCode, DivisionLevel};
use poem::Request;

use super::collections::Collection;
use super::crs::{Area, Crs};
use crate::messages::Message;
use crate::problem::Code;
use crate::refusal::{Fault, Place, Refusal};
use crate::schema;

/// How many features a page has unless said otherwise, and at most.
pub(super) const USUAL_ITEMS: usize = 100;
pub(super) const MOST_ITEMS: usize = 2_500;

/// The parameters of a request, of which those are taken out that the address knows.
pub(super) struct Parameters {
    given: Vec<(String, String)>,
    faults: Vec<Fault>,
}

/// Why a value cannot be taken.
enum Wrong {
    Schema(schema::Fault),
    Rule(&'static str, Message),
}

impl Parameters {
    /// # Errors
    /// 400 for a query that is no list of pairs.
    pub(super) fn of(request: &Request) -> Result<Self, Refusal> {
        let query = request.uri().query().unwrap_or_default();
        let given =
            serde_urlencoded::from_str(query).map_err(|_| Refusal::new(Code::BadRequest))?;
        Ok(Self {
            given,
            faults: Vec::new(),
        })
    }

    /// Takes `f`, the format: there is one.
    pub(super) fn format(&mut self) {
        self.read("f", |text| match text {
            "json" => Ok(()),
            _ => Err(not_one_of(["json"])),
        });
    }

    /// Takes a value of one of the field's types.
    pub(super) fn parsed<T: FromStr>(&mut self, name: &'static str) -> Option<T> {
        self.read(name, |text| text.parse().map_err(|_| unreadable()))
    }

    /// Takes the code of a division of a level.
    pub(super) fn division(
        &mut self,
        name: &'static str,
        level: DivisionLevel,
    ) -> Option<DivisionCode> {
        self.read(name, |text| {
            let code = DivisionCode::parse(text).ok();
            code.filter(|code| code.level() == level)
                .ok_or_else(unreadable)
        })
    }

    /// Takes a coordinate reference system, by its address.
    pub(super) fn crs(&mut self, name: &'static str) -> Crs {
        let known = |text: &str| Crs::named(text).ok_or_else(|| not_one_of(Crs::ALL.map(Crs::uri)));
        self.read(name, known).unwrap_or_default()
    }

    /// Refuses what was wrong and what is left over.
    ///
    /// # Errors
    /// 400 naming each parameter that is unknown, repeated or wrong.
    pub(super) fn finish(mut self) -> Result<(), Refusal> {
        // The names come from outside: they are told back, but not without end.
        let cut = |name: &String| name.chars().take(100).collect();
        let unknown: BTreeSet<String> = self.given.iter().map(|(name, _)| cut(name)).collect();
        for name in unknown.into_iter().take(schema::MAX_FAULTS) {
            let fault = &schema::Fault::UnknownParameter;
            self.faults
                .push(Fault::of_schema(Place::Parameter(name), fault));
        }
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Refusal::new(Code::InvalidParameter).faults(self.faults))
        }
    }

    fn read<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        let text = self.take(name)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.refuse(name, wrong);
                None
            }
        }
    }

    fn take(&mut self, name: &'static str) -> Option<String> {
        let mut values = Vec::new();
        self.given.retain(|(known, value)| {
            let own = known == name;
            if own {
                values.push(value.clone());
            }
            !own
        });
        if values.len() > 1 {
            self.refuse(name, Wrong::Schema(schema::Fault::RepeatedParameter));
            return None;
        }
        values.pop()
    }

    fn refuse(&mut self, name: &'static str, wrong: Wrong) {
        self.faults.push(match wrong {
            Wrong::Schema(fault) => Fault::of_schema(Place::Parameter(name.to_owned()), &fault),
            Wrong::Rule(code, detail) => Fault::parameter(name, code, detail),
        });
    }
}

fn unreadable() -> Wrong {
    Wrong::Rule("invalid", Message::new("parameter-unreadable"))
}

fn not_one_of<const N: usize>(allowed: [&str; N]) -> Wrong {
    Wrong::Schema(schema::Fault::NotOneOf {
        allowed: allowed.map(str::to_owned).into(),
    })
}

/// What every collection can be asked for.
#[derive(Debug)]
pub(super) struct Common {
    /// How many features at most.
    pub limit: usize,
    /// How many are passed over first, counted from where the cursor points.
    pub offset: usize,
    pub area: Option<Area>,
    pub period: Option<Period>,
    /// In which system the answer is.
    pub crs: Crs,
}

impl Common {
    /// Takes what is common out of the parameters; what is wrong is told by [`Parameters::finish`].
    pub(super) fn read(parameters: &mut Parameters, collection: Collection) -> Self {
        parameters.format();
        let most = collection.most_skipped();
        let limit = parameters.read("limit", limit);
        let offset = parameters.read("offset", |text| offset(text, most));
        let numbers = parameters.read("bbox", numbers);
        let bbox_crs = parameters.crs("bbox-crs");
        let area = numbers.and_then(|numbers| {
            let area = bbox_crs.area(numbers);
            if area.is_none() {
                parameters.refuse("bbox", no_bbox());
            }
            area
        });
        Self {
            limit: limit.unwrap_or(USUAL_ITEMS),
            offset: offset.unwrap_or_default(),
            area,
            period: parameters.read("datetime", Period::parse),
            crs: parameters.crs("crs"),
        }
    }
}

/// A whole number that is not negative, however large.
fn count(text: &str) -> Result<usize, Wrong> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Wrong::Schema(schema::Fault::WrongType {
            expected: "integer",
        }));
    }
    // What is more than can be counted is more than any limit.
    Ok(text.parse().unwrap_or(usize::MAX))
}

/// At least one; more than the maximum means the maximum.
fn limit(text: &str) -> Result<usize, Wrong> {
    match count(text)? {
        0 => Err(Wrong::Schema(schema::Fault::TooSmall {
            min: 1.0,
            exclusive: false,
        })),
        count => Ok(count.min(MOST_ITEMS)),
    }
}

fn offset(text: &str, most: u32) -> Result<usize, Wrong> {
    let count = count(text)?;
    if u32::try_from(count).is_ok_and(|count| count <= most) {
        Ok(count)
    } else {
        Err(Wrong::Schema(schema::Fault::TooLarge {
            max: most.into(),
            exclusive: false,
        }))
    }
}

fn no_bbox() -> Wrong {
    Wrong::Rule("not_a_bbox", Message::new("ogc-bbox"))
}

/// The four numbers of the plane of a box of four or six. Nothing here has a height, so that every height matches.
fn numbers(text: &str) -> Result<[f64; 4], Wrong> {
    let number = |part: &str| part.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    let numbers: Option<Vec<f64>> = text.split(',').map(number).collect();
    match numbers.as_deref() {
        Some(&[a, b, c, d]) => Ok([a, b, c, d]),
        Some(&[a, b, low, c, d, high]) if low <= high => Ok([a, b, c, d]),
        _ => Err(no_bbox()),
    }
}

/// A time from an instant to another, both included; an end that is not given is open.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

impl Period {
    fn parse(text: &str) -> Result<Self, Wrong> {
        let wrong = || Wrong::Rule("not_a_datetime", Message::new("ogc-datetime"));
        // The plus of an offset that was not escaped reads as a blank.
        let instant = |text: &str| Timestamp::parse(&text.replace(' ', "+")).map_err(|_| wrong());
        let end = |text: &str| match text {
            "" | ".." => Ok(None),
            text => instant(text).map(Some),
        };
        let Some((from, to)) = text.split_once('/') else {
            let at = Some(instant(text)?);
            return Ok(Self { from: at, to: at });
        };
        let (from, to) = (end(from)?, end(to)?);
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(wrong());
        }
        Ok(Self { from, to })
    }

    /// Whether it has a moment in common with what is valid from its first moment to before its last; an end that is
    /// not known is open.
    pub(super) fn meets(self, from: Option<Timestamp>, until: Option<Timestamp>) -> bool {
        let begins = from.zip(self.to).is_none_or(|(from, to)| from <= to);
        let lasts = until.zip(self.from).is_none_or(|(until, at)| at < until);
        begins && lasts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Parameters {
        let uri = format!("/ogc/collections/grids/items?{query}");
        let request = Request::builder().uri(uri.parse().unwrap()).finish();
        Parameters::of(&request).unwrap()
    }

    fn read(query: &str) -> Result<Common, Vec<String>> {
        let mut parameters = asked(query);
        let common = Common::read(&mut parameters, Collection::Grids);
        match parameters.finish() {
            Ok(()) => Ok(common),
            Err(refusal) => {
                let problem = refusal.problem(crate::messages::Lang::En, "");
                let errors = problem.errors.unwrap_or_default().into_iter();
                let name = |name: Option<String>| name.unwrap_or_default();
                Err(errors
                    .map(|e| format!("{}: {}", name(e.parameter), e.code))
                    .collect())
            }
        }
    }

    #[test]
    fn a_limit_is_a_whole_number_and_more_than_the_maximum_means_the_maximum() {
        assert_eq!(read("").unwrap().limit, USUAL_ITEMS);
        assert_eq!(read("limit=7").unwrap().limit, 7);
        for much in ["2501", "99999999999999999999999999"] {
            assert_eq!(read(&format!("limit={much}")).unwrap().limit, MOST_ITEMS);
        }
        assert_eq!(read("limit=0").unwrap_err(), ["limit: too_small"]);
        for wrong in ["", "unlimited", "-1", "1.5", "+1", "%EF%BC%91"] {
            assert_eq!(
                read(&format!("limit={wrong}")).unwrap_err(),
                ["limit: wrong_type"],
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_box_has_four_or_six_finite_numbers() {
        for right in [
            "1,2,3,4",
            "1,2,0,3,4,9",
            "1e1,%202%20,30,4",
            "177,65,-177,70",
        ] {
            assert!(read(&format!("bbox={right}")).unwrap().area.is_some());
        }
        for wrong in [
            "",
            "1",
            "1,2,3",
            "1,2,3,4,5",
            "1,2,3,4,5,6,7",
            "1,2,3,x",
            "1,2,3,NaN",
            "1,2,inf,4",
            "1,4,3,2",
            "1,2,9,3,4,0",
            "1,2,3,",
        ] {
            assert_eq!(
                read(&format!("bbox={wrong}")).unwrap_err(),
                ["bbox: not_a_bbox"],
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_time_is_an_instant_or_a_period_with_or_without_ends() {
        let at = |text| Timestamp::parse(text).ok();
        let noon = at("2026-03-01T12:00:00Z");
        let later = at("2026-03-02T12:00:00+08:00");
        for (text, from, to) in [
            ("2026-03-01T12:00:00Z", noon, noon),
            ("2026-03-01T20:00:00%2B08:00", noon, noon),
            ("2026-03-01T20:00:00+08:00", noon, noon),
            (
                "2026-03-01T12:00:00Z/2026-03-02T12:00:00%2B08:00",
                noon,
                later,
            ),
            ("../2026-03-01T12:00:00Z", None, noon),
            ("/2026-03-01T12:00:00Z", None, noon),
            ("2026-03-01T12:00:00Z/..", noon, None),
            ("2026-03-01T12:00:00Z/", noon, None),
            ("../..", None, None),
        ] {
            let period = read(&format!("datetime={text}")).unwrap().period;
            assert_eq!(period, Some(Period { from, to }), "{text}");
        }
        for wrong in [
            "",
            "yesterday",
            "2026-03-01",
            "2026-03-02T12:00:00Z/2026-03-01T12:00:00Z",
            "2026-03-01T12:00:00Z/2026-03-02T12:00:00Z/..",
            "2026-13-01T12:00:00Z",
        ] {
            assert_eq!(
                read(&format!("datetime={wrong}")).unwrap_err(),
                ["datetime: not_a_datetime"],
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_period_meets_what_is_valid_within_it() {
        let at = Timestamp::from_micros;
        let period = |from: Option<i64>, to: Option<i64>| Period {
            from: from.map(at),
            to: to.map(at),
        };
        let valid = (Some(at(10)), Some(at(20)));
        for (from, to, expected) in [
            (Some(5), Some(9), false),
            (Some(5), Some(10), true),
            (Some(19), None, true),
            (Some(20), None, false),
            (None, Some(10), true),
            (None, None, true),
        ] {
            assert_eq!(period(from, to).meets(valid.0, valid.1), expected);
            assert!(period(from, to).meets(None, None));
        }
    }

    #[test]
    fn what_nobody_knows_comes_twice_or_is_wrong_is_told_at_once() {
        let told =
            read("limit=1&limit=2&f=xyz&crs=EPSG:4326&colour=red&colour=blue&offset=1000001");
        assert_eq!(
            told.unwrap_err(),
            [
                "f: not_one_of",
                "limit: repeated_parameter",
                "offset: too_large",
                "crs: not_one_of",
                "colour: unknown_parameter",
            ]
        );
    }
}
