//! What can go wrong in the notebook, by what the caller can do.
//!
//! It holds no text a person wrote and no id: those belong to the reply, not to an error.

use feltbog_casebook::{BookError, CalendarError};
use feltbog_views::Problem;

/// Why the notebook did not do what was asked. Whatever was written before still stands.
#[derive(Debug, thiserror::Error)]
pub enum ReplicaError {
    /// The key does not open the file, or the file is no notebook.
    #[error("the key does not open this file")]
    WrongKey,
    /// No such document on this device, or its body is still on its way.
    #[error("the document is not on this device; fetch first")]
    NotHere,
    /// Write a new note instead.
    #[error("the note is finished; write a new note to correct it")]
    NoteFinished,
    /// Write something first.
    #[error("the note has no words yet")]
    EmptyNote,
    /// The field cannot be set here, or not to this.
    #[error("the value does not fit the field")]
    BadValue,
    /// Write less.
    #[error("the text is larger than {limit} bytes; write less")]
    TooLarge {
        /// The largest text that can be kept.
        limit: u64,
    },
    /// Make room; nothing that was kept is lost.
    #[error("the disk is full; make room and try again")]
    DiskFull,
    /// The document is set aside; the others go on.
    #[error("the document cannot be read; it is set aside")]
    Unreadable(#[source] BookError),
    /// Update the app.
    #[error("the file was written by a newer version; update the app")]
    NewerFile,
    /// The file, or its twin beside it, cannot be made or written.
    #[error("the file or its twin beside it cannot be written")]
    File(#[source] std::io::Error),
    /// The time zone of the workspace, or the date asked for, is none.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// What is stored is not what this version stores.
    #[error("the file holds something this version cannot read")]
    Stored(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database refused.
    #[error("the database refused")]
    Sql(#[source] rusqlite::Error),
}

impl ReplicaError {
    /// The case the page puts into words.
    pub fn problem(&self) -> Problem {
        match self {
            Self::WrongKey => Problem::Locked,
            Self::NotHere => Problem::NotHere,
            Self::NoteFinished => Problem::NoteFinished,
            Self::EmptyNote => Problem::EmptyNote,
            Self::BadValue | Self::Calendar(_) => Problem::BadValue,
            Self::TooLarge { limit } => Problem::TooLarge { limit: *limit },
            Self::DiskFull => Problem::DiskFull,
            Self::Unreadable(_) => Problem::Unreadable,
            Self::NewerFile | Self::File(_) | Self::Stored(_) | Self::Sql(_) => Problem::Unexpected,
        }
    }
}

impl From<&ReplicaError> for Problem {
    fn from(error: &ReplicaError) -> Self {
        error.problem()
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

impl From<serde_json::Error> for ReplicaError {
    fn from(error: serde_json::Error) -> Self {
        Self::Stored(Box::new(error))
    }
}

impl From<minicbor::decode::Error> for ReplicaError {
    fn from(error: minicbor::decode::Error) -> Self {
        Self::Stored(Box::new(error))
    }
}

impl From<feltbog_ids::ParseIdError> for ReplicaError {
    fn from(error: feltbog_ids::ParseIdError) -> Self {
        Self::Stored(Box::new(error))
    }
}
