//! How often each fault, each deed and each kind of answer occurred.
//!
//! It judges nothing; a run that asks for a name that never occurred fails by itself.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts by name. Copies count together.
#[derive(Clone)]
pub struct Tally(Arc<Mutex<BTreeMap<&'static str, u64>>>, bool);

impl Default for Tally {
    fn default() -> Self {
        Self(Arc::default(), std::env::var_os("FELTBOG_TRACE").is_some())
    }
}

impl Tally {
    /// One more of it.
    pub fn count(&self, name: &'static str) {
        self.tells(|| name.to_owned());
        self.add(name, 1);
    }

    /// Tells what happens as it happens, for whoever looks for the reason of a failure: `FELTBOG_TRACE=1`.
    pub fn tells(&self, what: impl FnOnce() -> String) {
        if self.1 {
            eprintln!("{}", what());
        }
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
