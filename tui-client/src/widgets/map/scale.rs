//! The bar that says how far things lie apart.

/// The earth's mean radius in metres.
pub const RADIUS: f64 = 6_371_008.8;

/// Metres of a degree of latitude, on a sphere of that radius.
pub const DEGREE: f64 = RADIUS * std::f64::consts::PI / 180.0;

/// A round length and the cells that it takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    pub cells: u16,
    pub metres: f64,
}

impl Bar {
    /// The longest of 1, 2 and 5 times a power of ten metres that takes no more cells than there is room for; absent
    /// where that would be less than two cells.
    pub fn within(room: u16, metres_per_cell: f64) -> Option<Self> {
        let most = metres_per_cell * f64::from(room);
        if !most.is_finite() || most <= 0.0 {
            return None;
        }
        let power = 10f64.powf(most.log10().floor());
        // A logarithm may lie just below a whole number.
        let round = [10.0, 5.0, 2.0, 1.0].map(|times| times * power);
        let metres = round.into_iter().find(|metres| *metres <= most)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to the room"
        )]
        let cells = (metres / metres_per_cell)
            .round()
            .clamp(0.0, f64::from(room)) as u16;
        (cells >= 2).then_some(Self { cells, metres })
    }

    /// `500 m` or `2 km`.
    pub fn label(&self) -> String {
        if self.metres >= 1_000.0 {
            format!("{:.0} km", self.metres / 1_000.0)
        } else if self.metres >= 1.0 {
            format!("{:.0} m", self.metres)
        } else {
            format!("{:.0} cm", self.metres * 100.0)
        }
    }

    /// The bar with its length, in signs that are one cell wide everywhere.
    pub fn drawn(&self) -> String {
        let line = "-".repeat(usize::from(self.cells.saturating_sub(2)));
        format!("|{line}| {}", self.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_bar_is_the_longest_round_length_that_has_room() {
        let told = |room, metres| Bar::within(room, metres).map(|bar| bar.drawn());
        assert_eq!(told(10, 100.0).as_deref(), Some("|--------| 1 km"));
        assert_eq!(told(10, 60.0).as_deref(), Some("|------| 500 m"));
        assert_eq!(told(12, 0.04).as_deref(), Some("|---| 20 cm"));
        assert_eq!(told(1, 100.0), None, "too short to be read");
        for odd in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(told(10, odd), None);
        }
    }

    proptest! {
        /// At any scale the bar has room and is true to half a cell.
        #[test]
        fn a_bar_is_true(room in 0u16..100, metres in 1e-3f64..1e6) {
            if let Some(bar) = Bar::within(room, metres) {
                prop_assert!(bar.cells <= room);
                let error = (f64::from(bar.cells) - bar.metres / metres).abs();
                prop_assert!(error <= 0.5 + 1e-9, "{error}");
            }
        }
    }
}
