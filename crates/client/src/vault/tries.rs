//! Wrong PINs in a row, kept on the disk, and the waits they cause.
//!
//! It does not erase anything: until unsent work is sealed elsewhere, the tenth wrong try waits like the ninth.

use std::io;
use std::path::Path;

use feltbog_ids::{Instant, Span};
use serde::{Deserialize, Serialize};

use super::VaultError;
use crate::disk;

/// Wrong tries before waiting begins: the fifth one waits.
const FREE: u32 = 5;

/// The first wait, in seconds; each further one is twice as long.
const FIRST_WAIT: u32 = 30;

/// The longest wait, in seconds: long enough to stop guessing, short enough to come back after lunch.
const LONGEST_WAIT: u32 = 3_600;

/// Tries since the last right PIN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries {
    count: u32,
    last: i64,
}

impl Tries {
    /// Reads the count. A file that is there and cannot be read was meddled with, and counts as the worst.
    pub fn read(path: &Path, now: Instant) -> io::Result<Self> {
        let Some(bytes) = disk::read_if_there(path)? else {
            return Ok(Self::default());
        };
        Ok(serde_json::from_slice(&bytes).unwrap_or(Self {
            count: 2 * FREE,
            last: now.0,
        }))
    }

    /// Puts the count on the disk, through to the platter.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        disk::write_whole(path, &serde_json::to_vec(self).expect("two numbers are always JSON"))
    }

    /// One try more.
    pub fn one_more(self, now: Instant) -> Self {
        Self {
            count: self.count.saturating_add(1),
            last: now.0,
        }
    }

    /// Seconds still to wait, if any. A clock turned back makes nobody wait longer than the wait itself.
    pub fn wait(self, now: Instant) -> Option<u32> {
        let wait = self.full_wait()?;
        let until = Instant(self.last) + Span::seconds(i64::from(wait));
        let left = u32::try_from((until - now).0.max(0).unsigned_abs().div_ceil(1_000_000)).unwrap_or(u32::MAX);
        (left > 0).then_some(left.min(wait))
    }

    /// What to tell a person whose try was wrong.
    pub fn refusal(self, now: Instant) -> VaultError {
        match self.wait(now) {
            Some(seconds) => VaultError::Wait { seconds },
            None => VaultError::WrongPin {
                left: FREE.saturating_sub(self.count),
            },
        }
    }

    fn full_wait(self) -> Option<u32> {
        let over = self.count.checked_sub(FREE)?;
        Some(
            FIRST_WAIT
                .checked_shl(over.min(16))
                .unwrap_or(LONGEST_WAIT)
                .min(LONGEST_WAIT),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Tries;
    use feltbog_ids::Instant;

    #[test]
    fn waits_begin_at_the_fifth_wrong_try_and_double_up_to_an_hour() {
        let wait = |count| Tries { count, last: 0 }.wait(Instant(0));
        assert_eq!([0, 4, 5, 6, 7].map(wait), [None, None, Some(30), Some(60), Some(120)]);
        assert_eq!(
            [11, 12, 40, u32::MAX].map(wait),
            [Some(1920), Some(3600), Some(3600), Some(3600)]
        );
    }

    #[test]
    fn a_wait_passes_and_a_clock_turned_back_does_not_lengthen_it() {
        let tries = Tries {
            count: 5,
            last: 1_000_000_000,
        };
        assert_eq!(tries.wait(Instant(1_000_000_000 + 29_500_000)), Some(1));
        assert_eq!(tries.wait(Instant(1_000_000_000 + 30_000_000)), None);
        assert_eq!(tries.wait(Instant(0)), Some(30));
    }
}
