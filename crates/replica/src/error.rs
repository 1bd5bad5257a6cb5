//! Why the notebook could not do something, by what the caller can do.

use std::io;

use feltbog_casebook::BookError;
use feltbog_views::Problem;
use rusqlite::{ErrorCode, ffi::SQLITE_IOERR_SHMSIZE};

/// What stood in the way. Nothing that was kept before is lost by any of these.
#[derive(Debug, thiserror::Error)]
pub enum ReplicaError {
    /// The key does not open the file.
    #[error("the key does not open this file")]
    WrongKey,
    /// The file was written by a newer version of the app.
    #[error("the file was written by a newer version; update the app")]
    NewerFile,
    /// The document was written in by a newer version of the app, and is only shown.
    #[error("the document was written in by a newer version; update the app")]
    NewerDocument,
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
    /// A part of the file cannot be read. Other parts may be, and nothing was written over it.
    #[error("the file is damaged; it was not written to")]
    Damaged,
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
    Io(#[source] io::Error),
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
            Self::Io(error) if error.kind() == io::ErrorKind::StorageFull => Problem::DiskFull,
            // The vault gave the key, so it is the file that is not as it was.
            Self::WrongKey | Self::Damaged => Problem::Damaged,
            Self::NewerFile | Self::NewerDocument => Problem::NewerFile,
            Self::Sql(_) | Self::Stored(_) | Self::Io(_) => Problem::Unexpected,
        }
    }

    /// True when the disk or the file failed, and not what was asked: the same may go well another time.
    pub(crate) fn is_of_the_disk(&self) -> bool {
        matches!(
            self,
            Self::DiskFull | Self::Damaged | Self::WrongKey | Self::Sql(_) | Self::Io(_)
        )
    }
}

impl From<rusqlite::Error> for ReplicaError {
    fn from(error: rusqlite::Error) -> Self {
        let extended = error.sqlite_error().map(|error| error.extended_code);
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            // The file beside it that processes share could not be made larger.
            _ if extended == Some(SQLITE_IOERR_SHMSIZE) => Self::DiskFull,
            Some(ErrorCode::NotADatabase) => Self::WrongKey,
            // The second is what the pager says of a page that the cipher could not read (`CODEC1` in pager.c).
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::OutOfMemory) => Self::Damaged,
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
