//! Why the notebook could not do something, by what the caller can do.

use feltbog_casebook::BookError;
use feltbog_views::Problem;

/// What stood in the way. Nothing that was kept before is lost by any of these.
#[derive(Debug, thiserror::Error)]
pub enum ReplicaError {
    /// The key does not open the file.
    #[error("the key does not open this file")]
    WrongKey,
    /// The file was written by a newer version of the app.
    #[error("the file was written by a newer version; update the app")]
    NewerFile,
    /// No such document on this device.
    #[error("no such document on this device")]
    NotHere,
    /// The note is finished.
    #[error("the note is finished; write a new note to correct it")]
    NoteFinished,
    /// The note has no words.
    #[error("the note has no words yet")]
    EmptyNote,
    /// The value does not fit the field.
    #[error("the value does not fit the field")]
    BadValue,
    /// More than can be sent.
    #[error("the text is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The device's disk is full.
    #[error("the disk is full; make room and try again")]
    DiskFull,
    /// The document cannot be read; its bytes are kept.
    #[error("the document cannot be read; its bytes are kept")]
    Unreadable(#[source] BookError),
    /// The database failed.
    #[error("the file cannot be read or written")]
    Sql(#[source] rusqlite::Error),
    /// A stored value is not what this version writes.
    #[error("the file holds a value this version cannot read")]
    Stored(&'static str),
    /// The file or the one beside it cannot be reached.
    #[error("the file or the one beside it cannot be reached")]
    Io(#[source] std::io::Error),
}

impl ReplicaError {
    /// The case the page puts into words.
    pub fn problem(&self) -> Problem {
        match self {
            Self::NotHere => Problem::NotHere,
            Self::NoteFinished => Problem::NoteFinished,
            Self::EmptyNote => Problem::EmptyNote,
            Self::BadValue => Problem::BadValue,
            Self::TooLarge { limit } => Problem::TooLarge { limit: *limit },
            Self::DiskFull => Problem::DiskFull,
            Self::Unreadable(_) => Problem::Unreadable,
            Self::WrongKey | Self::NewerFile | Self::Sql(_) | Self::Stored(_) | Self::Io(_) => Problem::Unexpected,
        }
    }
}

impl From<rusqlite::Error> for ReplicaError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull,
            Some(rusqlite::ErrorCode::NotADatabase) => Self::WrongKey,
            _ => Self::Sql(error),
        }
    }
}

impl From<BookError> for ReplicaError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Finished => Self::NoteFinished,
            other => Self::Unreadable(other),
        }
    }
}
