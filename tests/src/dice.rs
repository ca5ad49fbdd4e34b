//! Chance that is the same in every run.

/// A small generator of numbers: the same seed gives the same numbers on every machine.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The generator that begins with this seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// A number from the first to the second, both included.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        let numbers = i64::from(high) - i64::from(low) + 1;
        let place = (self.upper_half() * u64::try_from(numbers).unwrap_or(1)) >> 32;
        let number = i64::from(low) + i64::try_from(place).unwrap_or(0);
        i32::try_from(number).unwrap_or(low)
    }

    /// A place in a list of that length; 0 in an empty one.
    pub fn place(&mut self, length: usize) -> usize {
        let place = (self.upper_half() * length as u64) >> 32;
        usize::try_from(place).unwrap_or(0)
    }

    /// A number from 0 to 1, the latter not included.
    pub fn share(&mut self) -> f64 {
        let upper = u32::try_from(self.upper_half()).unwrap_or(0);
        f64::from(upper) / 4_294_967_296.0
    }

    /// The next number of the sequence, a linear congruence; its lower bits are less random than the upper 32.
    const fn upper_half(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_side_of_a_die_comes_up_and_no_other() {
        let mut dice = Dice::new(1);
        let mut seen = [0; 6];
        for _ in 0..600 {
            let side = dice.between(1, 6);
            assert!((1..=6).contains(&side));
            seen[usize::try_from(side - 1).unwrap_or(0)] += 1;
            assert!((0.0..1.0).contains(&dice.share()));
        }
        assert!(seen.iter().all(|times| *times > 50), "{seen:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_numbers_over_the_whole_range() {
        let numbers = |seed| {
            let mut dice = Dice::new(seed);
            [(); 20].map(|()| dice.between(i32::MIN, i32::MAX))
        };
        assert_eq!(numbers(7), numbers(7));
        assert_ne!(numbers(7), numbers(8));
    }
}
