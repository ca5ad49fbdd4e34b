//! Randomness without a generator: hashes of places and codes.

/// Sixty-four bits that look random, the same for the same three numbers for ever (the finalizer of
/// `SplitMix64`, applied to one number after the other).
pub(super) fn hash(x: u64, y: u64, purpose: u64) -> u64 {
    let mix = |bits: u64| {
        let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    };
    let step = 0x9e37_79b9_7f4a_7c15;
    let first = mix(x.wrapping_add(purpose.wrapping_mul(step)));
    mix(first.wrapping_add(y).wrapping_add(step))
}

/// A hash as a number from 0 to before 1.
#[expect(clippy::cast_precision_loss, reason = "53 bits are kept, which fit")]
pub(super) fn unit(hash: u64) -> f64 {
    (hash >> 11) as f64 / (1_u64 << 53) as f64
}

/// Smooth noise from -1 to 1, whose hills are about 1 wide.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "corners of small whole numbers, whose bits are only hashed"
)]
pub(super) fn smooth(x: f64, y: f64, purpose: u64) -> f64 {
    let (left, low) = (x.floor(), y.floor());
    let corner = |east: i64, north: i64| {
        unit(hash(
            (left as i64 + east) as u64,
            (low as i64 + north) as u64,
            purpose,
        )) * 2.0
            - 1.0
    };
    let gently = |share: f64| share * share * (3.0 - 2.0 * share);
    let between = |share: f64, from: f64, to: f64| from + share * (to - from);
    let (east, north) = (gently(x - left), gently(y - low));
    between(
        north,
        between(east, corner(0, 0), corner(1, 0)),
        between(east, corner(0, 1), corner(1, 1)),
    )
}
