//! Chance that a seed repeats.

/// A small generator (Steele, Lea, Flood: SplitMix64).
#[derive(Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// Returns a number below `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    /// Passes a random moment of up to `spins` turns.
    pub fn pass_a_moment(&mut self, spins: u64) {
        for _ in 0..self.roll(spins) {
            std::hint::spin_loop();
        }
    }
}

/// A number from the environment, or `default`: HADIR_SEED repeats a run's choices, HADIR_KILLS takes more or fewer kills.
#[must_use]
pub fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}
