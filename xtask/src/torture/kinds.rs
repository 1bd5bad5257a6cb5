//! What can be under way when a program is killed, and how often each was hit.
//! It does not find out what is under way: the road and the typist do.

use std::collections::BTreeMap;
use std::fmt;

/// What was under way at a kill. One kill may hit several.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// A command that writes was sent to a device and not answered.
    Write,
    /// Changes were sent to the server and not answered.
    Push,
    /// The server's receipts were on their way, or being taken in.
    Receipt,
    /// A page or bodies were asked for, on their way, or being taken in.
    Pull,
    /// The same on a device that has never fetched all.
    FirstSync,
    /// A device that had been killed was being opened with its PIN.
    Opening,
    /// The server's log was being compacted.
    Compaction,
}

/// What is hit on either side.
pub const BOTH_SIDES: [Kind; 5] = [Kind::Write, Kind::Push, Kind::Receipt, Kind::Pull, Kind::FirstSync];

/// What is hit where the server is killed.
pub const SERVER_SIDE: [Kind; 6] = [
    Kind::Write,
    Kind::Push,
    Kind::Receipt,
    Kind::Pull,
    Kind::FirstSync,
    Kind::Compaction,
];

/// How often each was hit.
pub struct Kills {
    aims: &'static [Kind],
    all: usize,
    amid_nothing: usize,
    of: BTreeMap<Kind, usize>,
}

impl Kills {
    /// None yet, of kinds that are aimed at.
    pub fn aimed_at(aims: &'static [Kind]) -> Self {
        Self {
            aims,
            all: 0,
            amid_nothing: 0,
            of: BTreeMap::new(),
        }
    }

    /// Counts one kill and everything that was under way.
    pub fn count(&mut self, under_way: &[Kind]) {
        self.all += 1;
        self.amid_nothing += usize::from(under_way.is_empty());
        for kind in under_way {
            *self.of.entry(*kind).or_default() += 1;
        }
    }

    /// How often this kind was hit.
    pub fn of(&self, kind: Kind) -> usize {
        self.of.get(&kind).copied().unwrap_or_default()
    }

    /// Whether a kind that is aimed at was never hit.
    pub fn misses_one(&self) -> bool {
        self.of(self.least()) == 0
    }

    /// The kind that was hit least of those aimed at: the first of several.
    pub fn least(&self) -> Kind {
        let aims = self.aims.iter().copied();
        aims.min_by_key(|kind| self.of(*kind)).expect("something is aimed at")
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Write => "a write",
            Self::Push => "a push",
            Self::Receipt => "receipts",
            Self::Pull => "a pull",
            Self::FirstSync => "a first sync",
            Self::Opening => "an opening",
            Self::Compaction => "a compaction",
        })
    }
}

impl fmt::Display for Kills {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} kills; under way:", self.all)?;
        for (kind, times) in &self.of {
            write!(f, " {kind} {times},")?;
        }
        write!(f, " nothing {}", self.amid_nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::{BOTH_SIDES, Kills, Kind};

    #[test]
    fn a_kill_may_hit_several_and_what_was_hit_least_comes_next() {
        let mut kills = Kills::aimed_at(&BOTH_SIDES);
        kills.count(&[Kind::Write, Kind::Push]);
        kills.count(&[]);
        kills.count(&[Kind::Write]);
        assert_eq!((kills.least(), kills.misses_one()), (Kind::Receipt, true));
        assert_eq!(kills.to_string(), "3 kills; under way: a write 2, a push 1, nothing 1");
    }
}
