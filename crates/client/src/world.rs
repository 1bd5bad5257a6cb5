//! The clock and the dice, passed in so that a simulation runs the real code.
//!
//! It sleeps for nobody, and gives no calendar.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

use feltbog_ids::Instant;
use feltbog_replica::Moment;

/// A clock and dice.
#[derive(Clone)]
pub struct World {
    /// The device's clock.
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    /// Random bytes, also for keys: seed it from the operating system outside tests.
    pub dice: Arc<Mutex<ChaCha20Rng>>,
}

impl World {
    /// The machine's clock, and dice seeded by the operating system.
    pub fn real() -> Result<Self, getrandom::Error> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        Ok(Self {
            clock: Arc::new(system_clock),
            dice: Arc::new(Mutex::new(ChaCha20Rng::from_seed(seed))),
        })
    }

    /// Now, by the device's clock.
    pub fn now(&self) -> Instant {
        (self.clock)()
    }

    /// So many random bytes.
    pub fn draw<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        // Dice that a thread dropped while throwing are still dice.
        self.dice
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(&mut bytes);
        bytes
    }

    /// Now, and a salt for an actor that may be needed.
    pub fn moment(&self) -> Moment {
        Moment {
            now: self.now(),
            salt: self.draw(),
        }
    }

    /// A number from 0 up to 1, for jitter.
    pub fn chance(&self) -> f64 {
        f64::from(u32::from_le_bytes(self.draw())) / (f64::from(u32::MAX) + 1.0)
    }
}

fn system_clock() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
