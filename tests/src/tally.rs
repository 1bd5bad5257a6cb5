//! How often each fault, each deed and each kind of answer occurred.
//!
//! It judges nothing; a run that asks for a name that never occurred fails by itself.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts by name. Copies count together.
#[derive(Clone, Default)]
pub struct Tally(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl Tally {
    /// One more of it.
    pub fn count(&self, name: &'static str) {
        self.add(name, 1);
    }

    /// So many more of it.
    pub fn add(&self, name: &'static str, many: u64) {
        *self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(name)
            .or_default() += many;
    }

    /// How often it occurred.
    pub fn of(&self, name: &str) -> u64 {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .copied()
            .unwrap_or(0)
    }

    /// Takes over what another counted.
    pub fn absorb(&self, other: &Self) {
        let counts = other.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        counts.into_iter().for_each(|(name, many)| self.add(name, many));
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts
            .iter()
            .try_for_each(|(name, many)| writeln!(f, "{many:>9}  {name}"))
    }
}
