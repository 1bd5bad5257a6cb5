//! Walks the runs of one column: how many rows they stand for, and what those rows add up to, without unrolling any.
//!
//! It does not compare columns with each other: that is the table's.

use std::ops::RangeInclusive;

use super::{CapError, table::Bounds, tape::Tape};
use crate::chunk::{ChunkError, column::ColumnKind};

/// What the runs of a column come to.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Walked {
    /// Rows the column stands for; of a raw value column, its bytes.
    pub(super) rows: u64,
    /// Of a group: members of all rows. Of value metadata: bytes of all values.
    pub(super) total: u64,
    /// Bytes of text that exist only when repeated runs are unrolled.
    pub(super) repeated: u64,
    /// The largest number a delta column reaches.
    pub(super) top: i64,
}

/// One column's walk: where it stands and what it may not pass.
pub(super) struct Walk<'t, 'a> {
    tape: &'t mut Tape<'a>,
    kind: ColumnKind,
    bounds: &'t Bounds,
    numbers: Numbers,
    running: i64,
    so_far: Walked,
}

/// What a delta column may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Counters and indices: automerge keeps them in 32 bits.
    Counters,
    /// Times, as [`TIMES`] has them.
    Times,
}

/// Times between which differences fit in 64 bits: automerge subtracts them unchecked.
pub(super) const TIMES: RangeInclusive<i64> = i64::MIN / 2..=i64::MAX / 2;

impl<'t, 'a> Walk<'t, 'a> {
    pub(super) fn new(tape: &'t mut Tape<'a>, kind: ColumnKind, numbers: Numbers, bounds: &'t Bounds) -> Self {
        Self {
            tape,
            kind,
            bounds,
            numbers,
            running: 0,
            so_far: Walked::default(),
        }
    }

    /// Walks to the end of the column.
    pub(super) fn finish(mut self) -> Result<Walked, CapError> {
        match self.kind {
            ColumnKind::Value => self.so_far.rows = self.tape.skip_rest()?,
            ColumnKind::Boolean => self.booleans()?,
            _ => self.runs()?,
        }
        Ok(self.so_far)
    }

    /// Counts of false and true in turn. Only the first may be zero.
    fn booleans(&mut self) -> Result<(), CapError> {
        let mut first = true;
        while !self.tape.is_done()? {
            let count = self.tape.uleb()?;
            if count == 0 && !first {
                return Err(wrong_run());
            }
            self.count(count)?;
            first = false;
        }
        Ok(())
    }

    /// A positive count repeats one value, a negative one lists so many, zero and a count leaves so many out.
    fn runs(&mut self) -> Result<(), CapError> {
        while !self.tape.is_done()? {
            let head = self.tape.sleb()?;
            let count = if head == 0 {
                self.tape.uleb()?
            } else {
                head.unsigned_abs()
            };
            if count == 0 {
                return Err(wrong_run());
            }
            self.count(count)?;
            match head {
                0 => {}
                1.. => self.value(count)?,
                _ => {
                    for _ in 0..count {
                        self.value(1)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, count: u64) -> Result<(), CapError> {
        self.so_far.rows = self.bounds.rows.add(self.so_far.rows, count)?;
        Ok(())
    }

    /// Reads one value that `count` rows share.
    fn value(&mut self, count: u64) -> Result<(), CapError> {
        match self.kind {
            ColumnKind::Actor => self.number_below(self.bounds.actors),
            ColumnKind::Integer => self.number_below(1 << 32),
            ColumnKind::Group => self.members(count),
            ColumnKind::ValueMeta => self.value_length(count),
            ColumnKind::String => self.text(count),
            ColumnKind::Delta => self.delta(count),
            // These two are not made of runs: `finish` has walked them in their own way.
            ColumnKind::Boolean | ColumnKind::Value => Ok(()),
        }
    }

    fn number_below(&mut self, end: u64) -> Result<(), CapError> {
        if self.tape.uleb()? < end {
            Ok(())
        } else {
            Err(out_of_range())
        }
    }

    fn members(&mut self, count: u64) -> Result<(), CapError> {
        let members = self.tape.uleb()?.saturating_mul(count);
        self.so_far.total = self.bounds.members.add(self.so_far.total, members)?;
        Ok(())
    }

    /// The upper bits of value metadata are the value's length in the column that follows.
    fn value_length(&mut self, count: u64) -> Result<(), CapError> {
        let length = (self.tape.uleb()? >> 4).checked_mul(count);
        let total = length.and_then(|length| self.so_far.total.checked_add(length));
        self.so_far.total = total.ok_or_else(out_of_range)?;
        Ok(())
    }

    fn text(&mut self, count: u64) -> Result<(), CapError> {
        let length = self.tape.uleb()?;
        self.tape.skip(length)?;
        let repeats = length.saturating_mul(count.saturating_sub(1));
        self.so_far.repeated = self.bounds.repeated.add(self.so_far.repeated, repeats)?;
        Ok(())
    }

    /// The rows of one run rise or fall evenly, so its first and last tell its extremes.
    fn delta(&mut self, count: u64) -> Result<(), CapError> {
        let step = self.tape.sleb()?;
        let first = self.running.checked_add(step);
        let last = i64::try_from(count)
            .ok()
            .and_then(|count| step.checked_mul(count))
            .and_then(|distance| self.running.checked_add(distance));
        let (Some(first), Some(last)) = (first, last) else {
            return Err(out_of_range());
        };
        let allowed = match self.numbers {
            Numbers::Counters => 0..=i64::from(u32::MAX),
            Numbers::Times => TIMES,
        };
        if !(allowed.contains(&first) && allowed.contains(&last)) {
            return Err(out_of_range());
        }
        self.running = last;
        self.so_far.top = self.so_far.top.max(first).max(last);
        Ok(())
    }
}

fn wrong_run() -> CapError {
    ChunkError::Malformed {
        part: "the length of a run",
    }
    .into()
}

fn out_of_range() -> CapError {
    ChunkError::Malformed {
        part: "a number in a column",
    }
    .into()
}
