//! The dice of a torture: they throw the same for the same seed.
//! They do not make two runs alike: which instant is hit is the machine's to say.

use std::time::Duration;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Dice.
pub struct Chance(ChaCha20Rng);

impl Chance {
    /// Dice of a seed.
    pub fn of(seed: u64) -> Self {
        Self(ChaCha20Rng::seed_from_u64(seed))
    }

    /// Dice of their own for somebody, thrown from these.
    pub fn another(&mut self) -> Self {
        Self::of(self.0.next_u64())
    }

    /// A number below `end`, which is not zero.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u64() % end as u64).expect("it is below a usize")
    }

    /// From 0 to 1.
    pub fn share(&mut self) -> f64 {
        self.below(1_001) as f64 / 1_000.0
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, often: usize) -> bool {
        self.below(100) < often
    }

    /// One of them; `items` is not empty.
    pub fn one<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// A time up to so many milliseconds, in microseconds.
    pub fn up_to(&mut self, millis: usize) -> Duration {
        Duration::from_micros(self.below(millis * 1_000 + 1) as u64)
    }

    /// A fresh UUID of version 4.
    pub fn id(&mut self) -> String {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let all = hex::encode(bytes);
        let parts = [&all[..8], &all[8..12], &all[12..16], &all[16..20], &all[20..]];
        parts.join("-")
    }
}
