//! Reads a table's list of columns: which there are, and where each one's bytes lie.
//!
//! It does not open a column: `caps` walks what is inside, with a limit in hand.

use super::{ChunkError, cursor::Cursor};

/// More columns than any table of automerge has (the largest has sixteen), with room for those a later version adds.
const MOST_COLUMNS: u64 = 64;

/// What a column's rows are, from the lowest three bits of its specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    Group,
    Actor,
    Integer,
    Delta,
    Boolean,
    String,
    ValueMeta,
    Value,
}

/// A column's specification as it is written: the id from bit four, one bit for deflate, three bits for the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ColumnSpec(u32);

impl ColumnSpec {
    pub(crate) fn id(self) -> u32 {
        self.0 >> 4
    }

    pub(crate) fn is_deflated(self) -> bool {
        self.0 & 0b1000 != 0
    }

    pub(crate) fn kind(self) -> ColumnKind {
        match self.0 & 0b111 {
            0 => ColumnKind::Group,
            1 => ColumnKind::Actor,
            2 => ColumnKind::Integer,
            3 => ColumnKind::Delta,
            4 => ColumnKind::Boolean,
            5 => ColumnKind::String,
            6 => ColumnKind::ValueMeta,
            _ => ColumnKind::Value,
        }
    }

    /// What columns are ordered by: the specification without the bit for deflate.
    fn order(self) -> u32 {
        self.0 & !0b1000
    }
}

/// A column and its bytes, deflated where its specification says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column<'a> {
    pub(crate) spec: ColumnSpec,
    pub(crate) data: &'a [u8],
}

/// The list of columns that stands before the bytes of a table.
#[derive(Debug)]
pub(crate) struct Layout(Vec<(ColumnSpec, u64)>);

impl Layout {
    /// Reads the list. Columns stand in strictly rising order, each at most once.
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ChunkError> {
        let malformed = ChunkError::Malformed {
            part: "the list of columns",
        };
        let count = cursor.uleb()?;
        if count > MOST_COLUMNS {
            return Err(malformed);
        }
        let mut columns: Vec<(ColumnSpec, u64)> = Vec::new();
        for _ in 0..count {
            let spec = u32::try_from(cursor.uleb()?)
                .map(ColumnSpec)
                .map_err(|_| malformed.clone())?;
            if columns.last().is_some_and(|(before, _)| before.order() >= spec.order()) {
                return Err(malformed);
            }
            columns.push((spec, cursor.uleb()?));
        }
        Ok(Self(columns))
    }

    /// Takes the columns' bytes, which lie one after the other.
    pub(crate) fn take<'a>(self, cursor: &mut Cursor<'a>) -> Result<Vec<Column<'a>>, ChunkError> {
        self.0
            .into_iter()
            .map(|(spec, length)| {
                Ok(Column {
                    spec,
                    data: cursor.take(length)?,
                })
            })
            .collect()
    }
}
