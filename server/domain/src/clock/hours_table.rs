//! Which hours hold when: by season of the year, and for a while by itself.

use serde::{Deserialize, Serialize};

use super::{Date, Hours, HoursError};

/// Hours that hold every year from a day (month, day) until the next season begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    pub from: (u32, u32),
    pub hours: Hours,
}

/// Other hours for a while, such as in a flood or a heat wave, whatever the season.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spell {
    pub from: Date,
    /// The first day on which they no longer hold.
    pub to: Date,
    pub hours: Hours,
}

impl Season {
    /// Whether its day is one of the year.
    pub fn check(&self) -> Result<(), HoursError> {
        const LEAP_YEAR: i32 = 2024;
        let (month, day) = self.from;
        match Date::from_ymd(LEAP_YEAR, month, day) {
            Some(_) => Ok(()),
            None => Err(HoursError::NotADay(month, day)),
        }
    }
}

impl Spell {
    /// Whether it holds on a day at all.
    pub fn check(&self) -> Result<(), HoursError> {
        if self.from < self.to {
            Ok(())
        } else {
            Err(HoursError::NoDays(self.from, self.to))
        }
    }
}

/// The hours of a division or centre: by season of the year, and other ones for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct HoursTable {
    /// In the order of the year, never empty.
    seasons: Vec<Season>,
    /// In order and disjoint.
    spells: Vec<Spell>,
}

impl HoursTable {
    /// A table from seasons in any order; the last one of the year lasts into the next year.
    pub fn new(mut seasons: Vec<Season>) -> Result<Self, HoursError> {
        seasons.sort_by_key(|season| season.from);
        if seasons.is_empty() {
            return Err(HoursError::NoSeason);
        }
        seasons.iter().try_for_each(Season::check)?;
        if let Some(pair) = seasons.windows(2).find(|pair| pair[0].from == pair[1].from) {
            return Err(HoursError::SeasonTwice(pair[0].from.0, pair[0].from.1));
        }
        Ok(Self {
            seasons,
            spells: Vec::new(),
        })
    }

    /// The same hours all year.
    pub fn all_year(hours: Hours) -> Self {
        let from = (1, 1);
        Self {
            seasons: vec![Season { from, hours }],
            spells: Vec::new(),
        }
    }

    /// The same seasons, with other hours for a while laid over them and over what was laid over them
    /// before. Spells given together may come in any order and touch, but hold on different days.
    pub fn with_spells(mut self, mut over: Vec<Spell>) -> Result<Self, HoursError> {
        over.sort_by_key(|spell| spell.from);
        over.iter().try_for_each(Spell::check)?;
        if let Some(pair) = over.windows(2).find(|pair| pair[0].to > pair[1].from) {
            return Err(HoursError::SpellsOverlap(pair[1].from));
        }
        let mut under = std::mem::take(&mut self.spells);
        for spell in &over {
            under = under.into_iter().flat_map(|u| without(u, spell)).collect();
        }
        self.spells = under;
        self.spells.extend(over);
        self.spells.sort_by_key(|spell| spell.from);
        Ok(self)
    }

    pub fn seasons(&self) -> &[Season] {
        &self.seasons
    }

    /// In order and disjoint.
    pub fn spells(&self) -> &[Spell] {
        &self.spells
    }

    pub fn hours_on(&self, date: Date) -> &Hours {
        if let Some(spell) = self.spell_from(date).filter(|spell| spell.from <= date) {
            return &spell.hours;
        }
        match self.seasons.as_slice() {
            [only] => &only.hours,
            seasons => {
                let (_, month, day) = date.ymd();
                let begun = seasons.partition_point(|season| season.from <= (month, day));
                // Before the first season of a year the last one of the year before still lasts.
                let current = begun.checked_sub(1).unwrap_or(seasons.len() - 1);
                &seasons[current].hours
            }
        }
    }

    /// The first day after `date` from which other hours may hold, if there ever are any.
    pub(super) fn next_change(&self, date: Date) -> Option<Date> {
        let spell = self.spell_from(date).map(|spell| {
            if spell.from > date {
                spell.from
            } else {
                spell.to
            }
        });
        match (spell, self.next_season(date)) {
            (Some(spell), Some(season)) => Some(spell.min(season)),
            (spell, season) => spell.or(season),
        }
    }

    /// The spell of that day, or else the next one.
    fn spell_from(&self, date: Date) -> Option<&Spell> {
        let past = self.spells.partition_point(|spell| spell.to <= date);
        self.spells.get(past)
    }

    /// The first day after `date` on which another season begins, if there is more than one.
    fn next_season(&self, date: Date) -> Option<Date> {
        if self.seasons.len() < 2 {
            return None;
        }
        let (year, month, day) = date.ymd();
        let next = self
            .seasons
            .iter()
            .find(|season| season.from > (month, day));
        match next {
            Some(season) => first_day(year, season.from),
            None => first_day(year + 1, self.seasons[0].from),
        }
    }
}

/// What is left of a spell beside another one that is laid over it.
fn without(spell: Spell, over: &Spell) -> impl Iterator<Item = Spell> {
    let before = Spell {
        to: spell.to.min(over.from),
        ..spell.clone()
    };
    let after = Spell {
        from: spell.from.max(over.to),
        ..spell
    };
    // Of a spell that lies wholly on one side the other piece is empty.
    [before, after]
        .into_iter()
        .filter(|piece| piece.from < piece.to)
}

/// A season from 29 February begins on 1 March in the years that have none.
fn first_day(year: i32, (month, day): (u32, u32)) -> Option<Date> {
    Date::from_ymd(year, month, day).or_else(|| Date::from_ymd(year, month + 1, 1))
}

impl Default for HoursTable {
    /// 08:00–12:00 and 14:00–18:00 all year.
    fn default() -> Self {
        Self::all_year(Hours::default())
    }
}

/// What a table is in JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    seasons: Vec<Season>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    spells: Vec<Spell>,
}

impl TryFrom<Unchecked> for HoursTable {
    type Error = HoursError;

    fn try_from(table: Unchecked) -> Result<Self, HoursError> {
        Self::new(table.seasons)?.with_spells(table.spells)
    }
}

impl From<HoursTable> for Unchecked {
    fn from(table: HoursTable) -> Self {
        Self {
            seasons: table.seasons,
            spells: table.spells,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn seasons_begin_once_on_days_that_exist() {
        let season = |from| Season {
            from,
            hours: Hours::default(),
        };
        assert_eq!(HoursTable::new(vec![]), Err(HoursError::NoSeason));
        let no_day = HoursTable::new(vec![season((4, 31))]);
        assert_eq!(no_day, Err(HoursError::NotADay(4, 31)));
        let twice = HoursTable::new(vec![season((5, 1)), season((10, 1)), season((5, 1))]);
        assert_eq!(twice, Err(HoursError::SeasonTwice(5, 1)));
    }

    #[test]
    fn the_last_season_lasts_into_the_new_year() {
        let season = |from, close| Season {
            from,
            hours: Hours::new(vec![(480, close)]).unwrap(),
        };
        let table = HoursTable::new(vec![season((10, 1), 1050), season((2, 29), 1110)]).unwrap();
        let close = |text| table.hours_on(Date::parse(text).unwrap()).close();
        assert_eq!(close("2026-01-01"), 1050);
        assert_eq!(close("2026-02-28"), 1050);
        assert_eq!(close("2026-03-01"), 1110);
        assert_eq!(close("2024-02-29"), 1110);
        assert_eq!(close("2026-09-30"), 1110);
        assert_eq!(close("2026-10-01"), 1050);
        let next = |text| {
            table
                .next_change(Date::parse(text).unwrap())
                .unwrap()
                .to_string()
        };
        assert_eq!(next("2026-10-01"), "2027-03-01");
        assert_eq!(next("2026-02-28"), "2026-03-01");
        assert_eq!(next("2026-03-01"), "2026-10-01");
    }

    fn spell(from: &str, to: &str, close: u32) -> Spell {
        Spell {
            from: Date::parse(from).unwrap(),
            to: Date::parse(to).unwrap(),
            hours: Hours::new(vec![(480, close)]).unwrap(),
        }
    }

    fn close(table: &HoursTable, day: &str) -> u32 {
        table.hours_on(Date::parse(day).unwrap()).close()
    }

    #[test]
    fn other_hours_hold_for_a_while_whatever_the_season() {
        let flood = spell("2026-07-10", "2026-07-13", 1320);
        let table = HoursTable::default().with_spells(vec![flood]).unwrap();
        let closes = ["2026-07-09", "2026-07-10", "2026-07-12", "2026-07-13"];
        assert_eq!(
            closes.map(|day| close(&table, day)),
            [1080, 1320, 1320, 1080]
        );
        let next = |day| table.next_change(Date::parse(day).unwrap());
        assert_eq!(next("2026-07-01"), Date::parse("2026-07-10").ok());
        assert_eq!(next("2026-07-10"), Date::parse("2026-07-13").ok());
        assert_eq!(next("2026-07-13"), None);
    }

    #[test]
    fn other_hours_end_after_they_begin_and_never_stand_twice_for_a_day() {
        let with = |spells| HoursTable::default().with_spells(spells);
        let day = |text| Date::parse(text).unwrap();
        let none = with(vec![spell("2026-07-10", "2026-07-10", 1320)]);
        assert_eq!(
            none,
            Err(HoursError::NoDays(day("2026-07-10"), day("2026-07-10")))
        );
        let (flood, heat) = (
            spell("2026-07-10", "2026-07-13", 1320),
            spell("2026-07-12", "2026-08-01", 900),
        );
        let both = with(vec![heat, flood.clone()]);
        assert_eq!(both, Err(HoursError::SpellsOverlap(day("2026-07-12"))));
        assert!(with(vec![spell("2026-07-13", "2026-08-01", 900), flood]).is_ok());
    }

    #[test]
    fn what_is_laid_over_hides_what_lies_under_on_its_own_days_only() {
        let county = spell("2026-07-10", "2026-07-20", 1320);
        let town = spell("2026-07-12", "2026-07-14", 900);
        let table = HoursTable::default().with_spells(vec![county]).unwrap();
        let table = table.with_spells(vec![town]).unwrap();
        let days = [
            "2026-07-11",
            "2026-07-12",
            "2026-07-13",
            "2026-07-14",
            "2026-07-20",
        ];
        assert_eq!(
            days.map(|day| close(&table, day)),
            [1320, 900, 900, 1320, 1080]
        );
        assert_eq!(table.spells().len(), 3);
        let text = serde_json::to_string(&table).unwrap();
        assert_eq!(serde_json::from_str::<HoursTable>(&text).unwrap(), table);
    }
}
