//! The clock and the dice of a miniature world: both are set, neither is read from the machine.
//!
//! They decide nothing; who throws the dice does.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use feltbog_ids::{Instant, Span};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

/// 2026-11-24 12:00 in Copenhagen.
const NOON: i64 = 1_795_518_000_000_000;

/// A clock that stands until it is moved. Copies show the same time.
#[derive(Clone)]
pub struct Clock {
    shared: Arc<AtomicI64>,
    own: Arc<AtomicI64>,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            shared: Arc::new(AtomicI64::new(NOON)),
            own: Arc::default(),
        }
    }
}

impl Clock {
    /// What it shows.
    pub fn now(&self) -> Instant {
        Instant(self.shared.load(Ordering::SeqCst) + self.own.load(Ordering::SeqCst))
    }

    /// Lets time go by, for everybody.
    pub fn advance(&self, span: Span) {
        self.shared.fetch_add(span.0, Ordering::SeqCst);
    }

    /// A clock that goes with this one and may be set wrong by itself.
    pub fn another(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            own: Arc::default(),
        }
    }

    /// Sets this clock wrong by so much.
    pub fn set_wrong_by(&self, span: Span) {
        self.own.store(span.0, Ordering::SeqCst);
    }
}

/// Dice that throw the same for the same seed.
pub struct Chance(ChaCha20Rng);

impl Chance {
    /// Dice of a seed.
    pub fn of(seed: u64) -> Self {
        Self(ChaCha20Rng::seed_from_u64(seed))
    }

    /// A number below `end`, which is not zero.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u64() % end as u64).expect("it is below a usize")
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, often: usize) -> bool {
        self.below(100) < often
    }

    /// One of them; `items` is not empty.
    pub fn one<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Fresh bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}
