//! Minutes to check-in, kept as counts in cells so that a million of them need no more room.

use std::collections::BTreeMap;

/// Up to here every minute has its own cell.
const EXACT: i64 = 1_440;
/// From [`EXACT`] on.
const CELL: i64 = 15;
/// 7 days: one cell for all that took longer.
const OVERFLOW: i64 = 7 * 1_440;

/// Counts of whole minutes by the lower edge of their cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Minutes {
    cells: BTreeMap<i64, u64>,
}

impl Minutes {
    pub(super) const fn new() -> Self {
        Self {
            cells: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, minutes: i64) {
        *self.cells.entry(lower_edge(minutes)).or_default() += 1;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (edge, count) in &other.cells {
            *self.cells.entry(*edge).or_default() += count;
        }
    }

    /// The nearest rank: the smallest value that at least `percent` of all do not exceed. `None`
    /// when there is nothing.
    pub(super) fn percentile(&self, percent: u64) -> Option<i64> {
        let all: u64 = self.cells.values().sum();
        let rank = (all * percent).div_ceil(100);
        let mut seen = 0;
        self.cells
            .iter()
            .find(|(_, count)| {
                seen += **count;
                seen >= rank
            })
            .map(|(edge, _)| *edge)
    }
}

fn lower_edge(minutes: i64) -> i64 {
    match minutes {
        ..=0 => 0,
        1..EXACT => minutes,
        EXACT..OVERFLOW => EXACT + (minutes - EXACT) / CELL * CELL,
        OVERFLOW.. => OVERFLOW,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_exact_for_a_day_then_in_quarters_of_an_hour_then_a_week() {
        for (minutes, edge) in [
            (0, 0),
            (1, 1),
            (1_439, 1_439),
            (1_440, 1_440),
            (1_454, 1_440),
            (1_455, 1_455),
            (10_079, 10_065),
            (10_080, 10_080),
            (999_999, 10_080),
        ] {
            assert_eq!(lower_edge(minutes), edge, "{minutes}");
        }
    }

    #[test]
    fn a_percentile_is_the_value_at_the_nearest_rank() {
        let mut minutes = Minutes::new();
        assert_eq!(minutes.percentile(50), None);
        for m in [15, 20, 35, 40, 50] {
            minutes.add(m);
        }
        assert_eq!(minutes.percentile(50), Some(35));
        assert_eq!(minutes.percentile(90), Some(50));
        assert_eq!(minutes.percentile(40), Some(20));
        assert_eq!(minutes.percentile(41), Some(35));
        minutes.add(60);
        assert_eq!(minutes.percentile(50), Some(35));
    }
}
