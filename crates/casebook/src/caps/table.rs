//! Checks that the columns of one table agree: as many rows each, as many members as the groups say, as many bytes as the values need.
//!
//! It does not add tables up: the tally in `caps` does.

use super::{
    Cap, CapError,
    runs::{Numbers, Walk, Walked},
    tape::Tape,
};
use crate::chunk::{
    ChunkError,
    column::{Column, ColumnKind},
};

/// The change table's column of times, the only numbers that may be negative.
const TIME_COLUMN: u32 = 2;

/// How much of something there may still be, and the limit the error names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub(super) what: Cap,
    pub(super) most: u64,
    pub(super) limit: u64,
}

impl Room {
    /// `sum + more`, unless that is too much.
    pub(super) fn add(&self, sum: u64, more: u64) -> Result<u64, CapError> {
        let too_large = CapError::TooLarge {
            what: self.what,
            limit: self.limit,
        };
        sum.checked_add(more).filter(|sum| *sum <= self.most).ok_or(too_large)
    }
}

/// Which table it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Ops,
    Changes,
}

/// What a table may hold.
#[derive(Debug)]
pub(super) struct Bounds {
    pub(super) rows: Room,
    pub(super) members: Room,
    pub(super) repeated: Room,
    /// Actors the chunk names: indices stay below it.
    pub(super) actors: u64,
}

/// What a table holds.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) rows: u64,
    pub(super) members: u64,
    pub(super) inflated: u64,
    /// The largest number among the members of a group: of the change table, the furthest index a dependency names.
    furthest: Option<i64>,
}

/// Walks every column of a table. A column is empty or has a row for each row; automerge leaves out only whole columns.
pub(super) fn count(table: Table, columns: &[Column<'_>], bounds: &Bounds) -> Result<Counted, CapError> {
    let mut counted = Counted::default();
    let mut promises = Promises::default();
    for column in columns {
        let walked = walk(table, column, bounds, &mut counted)?;
        if column.spec.kind() == ColumnKind::Group {
            counted.members = bounds.members.add(counted.members, walked.total)?;
        }
        promises.hold(column, walked, &mut counted)?;
    }
    promises.values_are_there()?;
    let next_row = i64::try_from(counted.rows).map_err(|_| disagree())?;
    ensure(table == Table::Ops || counted.furthest.is_none_or(|furthest| furthest < next_row))?;
    Ok(counted)
}

/// What earlier columns say of later ones with the same id: how many members, how many bytes of values.
#[derive(Default)]
struct Promises {
    group: Option<(u32, u64)>,
    values: Option<(u32, u64)>,
}

impl Promises {
    fn hold(&mut self, column: &Column<'_>, walked: Walked, counted: &mut Counted) -> Result<(), CapError> {
        let (id, kind) = (column.spec.id(), column.spec.kind());
        if kind == ColumnKind::Value {
            return ensure(self.values.take() == Some((id, walked.rows)));
        }
        self.values_are_there()?;
        match self.group {
            Some((group, members)) if group == id => {
                ensure(walked.rows == 0 || walked.rows == members)?;
                if kind == ColumnKind::Delta && walked.rows > 0 {
                    counted.furthest = counted.furthest.max(Some(walked.top));
                }
            }
            _ => {
                ensure(walked.rows == 0 || counted.rows == 0 || walked.rows == counted.rows)?;
                counted.rows = counted.rows.max(walked.rows);
            }
        }
        match kind {
            ColumnKind::Group => self.group = Some((id, walked.total)),
            ColumnKind::ValueMeta => self.values = Some((id, walked.total)),
            _ => {}
        }
        Ok(())
    }

    /// Metadata without a column of values after it may only speak of empty ones.
    fn values_are_there(&mut self) -> Result<(), CapError> {
        ensure(self.values.take().is_none_or(|(_, bytes)| bytes == 0))
    }
}

fn walk(table: Table, column: &Column<'_>, bounds: &Bounds, counted: &mut Counted) -> Result<Walked, CapError> {
    let room = &bounds.repeated;
    let mut tape = Tape::new(column, room.most.saturating_sub(counted.inflated), room.limit);
    let is_time = table == Table::Changes && column.spec.id() == TIME_COLUMN;
    let numbers = if is_time { Numbers::Times } else { Numbers::Counters };
    let walked = Walk::new(&mut tape, column.spec.kind(), numbers, bounds).finish()?;
    let inflated = room.add(counted.inflated, tape.finish()?)?;
    counted.inflated = room.add(inflated, walked.repeated)?;
    Ok(walked)
}

fn ensure(agrees: bool) -> Result<(), CapError> {
    if agrees { Ok(()) } else { Err(disagree()) }
}

fn disagree() -> CapError {
    ChunkError::Malformed {
        part: "a column that does not fit the others",
    }
    .into()
}
