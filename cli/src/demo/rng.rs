//! Chance for the demo, from its seed: the same seed plays the same day.

/// SplitMix64 (Steele, Lea, Flood 2014): small, seedable, good enough to deal roles; never used for keys.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// Starts from a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns 64 bits.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number from 0 to `end`, without `end`; 0 where `end` is 0.
    pub const fn below(&mut self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.next() % end }
    }

    /// Returns a number from `from` to `until`, without `until`.
    pub fn between(&mut self, from: i64, until: i64) -> i64 {
        let span = u64::try_from(until.saturating_sub(from)).unwrap_or(0);
        from.saturating_add(i64::try_from(self.below(span)).unwrap_or(0))
    }

    /// Returns a number from 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64")]
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Shuffles (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let with = usize::try_from(self.below(at as u64 + 1)).unwrap_or(0);
            items.swap(at, with);
        }
    }
}
