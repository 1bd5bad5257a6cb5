//! The door: how often a name or an address may try to come in.
//!
//! Counted in memory alone: a restart forgives. It checks no password.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use feltbog_ids::{Instant, Span};
use feltbog_protocol::ServerProblem;

/// Tries at once, and the seconds after which one more is given.
#[derive(Clone, Copy)]
struct Rule {
    burst: i64,
    every: Span,
}

/// A name: ten tries, then one in thirty seconds.
const NAME: Rule = Rule {
    burst: 10,
    every: Span::seconds(30),
};
/// An address, behind which a whole office may sit: a hundred tries, then one a second.
const ADDRESS: Rule = Rule {
    burst: 100,
    every: Span::seconds(1),
};

/// Names and addresses remembered before those are dropped that have all their tries back.
const REMEMBERED: usize = 20_000;

/// Who tried lately. What is kept is when all their tries will be theirs again.
#[derive(Default)]
pub(crate) struct Door {
    full_again: Mutex<HashMap<String, Instant>>,
}

impl Door {
    /// Counts one try, unless there were too many.
    pub(crate) fn knock(&self, user: &str, address: &str, now: Instant) -> Result<(), ServerProblem> {
        let mut book = self.full_again.lock().unwrap_or_else(PoisonError::into_inner);
        if book.len() > REMEMBERED {
            book.retain(|_, full| *full > now);
        }
        let keys = [(address_key(address), ADDRESS), (name_key(user), NAME)];
        for (key, rule) in &keys {
            wait(book.get(key).copied(), *rule, now)?;
        }
        for (key, rule) in keys {
            let full = book.entry(key).or_insert(now);
            *full = (*full).max(now) + rule.every;
        }
        Ok(())
    }

    /// Forgives a name that came in.
    pub(crate) fn welcome(&self, user: &str) {
        self.full_again
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&name_key(user));
    }
}

fn wait(full: Option<Instant>, rule: Rule, now: Instant) -> Result<(), ServerProblem> {
    let used = full.map_or(Span(0), |full| full - now);
    let over = used.0 - rule.every.0 * (rule.burst - 1);
    if over <= 0 {
        return Ok(());
    }
    let seconds = u32::try_from(over.div_euclid(Span::seconds(1).0) + 1).unwrap_or(u32::MAX);
    Err(ServerProblem::TooManyTries { seconds })
}

fn name_key(user: &str) -> String {
    format!("name {}", user.trim().to_lowercase())
}

fn address_key(address: &str) -> String {
    format!("address {address}")
}
