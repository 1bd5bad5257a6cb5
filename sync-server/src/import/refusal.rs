//! Why a row is refused, and what is remarked about a row that is not.
//!
//! It prints nothing: the report decides how many are listed.

use std::fmt;

/// Bytes a cell may have: a document's text is written in one change, and a change has a limit.
pub const LONGEST_CELL: usize = 32 * 1024;

/// Why a row becomes no case. The rest of the file goes on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More or fewer cells than the header.
    #[error("{found} columns where the header has {wanted}; a cell that holds the delimiter must stand in quotes")]
    Ragged {
        /// Cells in the row.
        found: usize,
        /// Cells in the header.
        wanted: usize,
    },
    /// A quote opens and does not close before the next one, or text follows a closing quote.
    #[error("a quote is opened and not closed rightly; double the quotes inside a quoted cell")]
    Quote,
    /// Bytes that are no text in the encoding the mapping names.
    #[error("{column} holds bytes that are no {encoding}; save the file as the mapping says, or say how it is saved")]
    Encoding {
        /// The column.
        column: String,
        /// The encoding.
        encoding: &'static str,
    },
    /// A NUL byte.
    #[error("{column} holds a NUL byte; take it out at the source")]
    Nul {
        /// The column.
        column: String,
    },
    /// A cell that is too long for a document.
    #[error("{column} has {bytes} bytes, more than {LONGEST_CELL}; shorten it at the source")]
    TooLong {
        /// The column.
        column: String,
        /// Bytes in the cell.
        bytes: usize,
    },
    /// Nothing tells this row from another.
    #[error("no id in {columns}; without one a second run would make the case twice")]
    NoId {
        /// The columns.
        columns: String,
    },
    /// The id stood in an earlier row.
    #[error("the id in {columns} stood already in row {first}; the first one counts")]
    DoubleId {
        /// The columns.
        columns: String,
        /// The earlier row.
        first: u64,
    },
    /// Nothing says what the row is about.
    #[error("no type in {column}")]
    NoType {
        /// The column.
        column: String,
    },
    /// No opening time.
    #[error("no opening time in {column}")]
    NoOpening {
        /// The column.
        column: String,
    },
    /// An opening time no format fits.
    #[error("the opening time {words:?} in {column} fits none of the formats in the mapping")]
    UnreadableOpening {
        /// The column.
        column: String,
        /// What stands there, shortened.
        words: String,
    },
}

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// The deadline.
    Due,
    /// The closing time.
    Closed,
    /// The address.
    Address,
    /// The position.
    Position,
    /// Open, paused or closed.
    State,
    /// A field of the mapping.
    Field,
    /// The time of a note.
    NoteTime,
}

/// Something in a row that was not as it should be, and did not keep the row out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// What it is about.
    pub about: About,
    /// The columns it stands in.
    pub columns: String,
    /// The words that could not be read; none where nothing stood there. They are kept as a field.
    pub words: Option<String>,
}

impl Warning {
    /// The same for every row with the same trouble, so that they can be counted.
    pub fn group(&self) -> String {
        let what = match self.about {
            About::Due => "due date",
            About::Closed => "closing time",
            About::Address => "address",
            About::Position => "coordinate",
            About::State => "state",
            About::Field => "value",
            About::NoteTime => "time of a note",
        };
        match self.words {
            None => format!("no {what} in {}", self.columns),
            Some(_) => format!("unreadable {what} in {}, kept as words", self.columns),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.group())?;
        match &self.words {
            Some(words) => write!(f, ": {:?}", shortened(words)),
            None => Ok(()),
        }
    }
}

/// So much of a cell as fits in a line of a report.
pub fn shortened(words: &str) -> String {
    let mut cut: String = words.chars().take(40).collect();
    if cut.len() < words.len() {
        cut.push('…');
    }
    cut
}
