//! The local choices in the satisfaction figures.

/// What one whole case weighs: numerators are counted in hundred-thousandths, so that every
/// permitted weight is a whole number of them.
pub const WHOLE: i64 = 100_000;

/// How much "basically satisfied" counts, and how the three rates make one.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Weights {
    basically_satisfied: u16,
    response: u8,
    resolution: u8,
    satisfaction: u8,
}

/// Weights that no district can mean.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    #[error("{0} thousandths for \"basically satisfied\" is more than satisfied: give 0 to 1000")]
    MoreThanSatisfied(u16),
    #[error("the weights of response, resolution and satisfaction make {0} %: let them make 100 %")]
    NotWhole(u16),
}

impl Weights {
    /// `basically_satisfied` in thousandths; the weights of the three rates in percent.
    pub fn new(
        basically_satisfied: u16,
        response: u8,
        resolution: u8,
        satisfaction: u8,
    ) -> Result<Self, WeightsError> {
        if basically_satisfied > 1_000 {
            return Err(WeightsError::MoreThanSatisfied(basically_satisfied));
        }
        let sum = u16::from(response) + u16::from(resolution) + u16::from(satisfaction);
        if sum != 100 {
            return Err(WeightsError::NotWhole(sum));
        }
        Ok(Self {
            basically_satisfied,
            response,
            resolution,
            satisfaction,
        })
    }

    /// In units of [`WHOLE`].
    pub(super) const fn basically_satisfied(self) -> i64 {
        self.basically_satisfied as i64 * (WHOLE / 1_000)
    }

    /// The composite of an answer's three shares, in units of [`WHOLE`].
    pub(super) const fn composite(self, response: i64, resolution: i64, satisfaction: i64) -> i64 {
        // Shares are multiples of a thousandth of the whole: the division leaves no remainder.
        (self.response as i64 * response
            + self.resolution as i64 * resolution
            + self.satisfaction as i64 * satisfaction)
            / 100
    }
}

impl Default for Weights {
    /// 基本满意 counts fully; 10, 50 and 40 %.
    fn default() -> Self {
        Self {
            basically_satisfied: 1_000,
            response: 10,
            resolution: 50,
            satisfaction: 40,
        }
    }
}
