//! Why the store did not do what it was asked, by what the caller can do about it.
//!
//! What a device is told is another matter: `protocol::ServerProblem` and `protocol::Reason`.

use feltbog_casebook::BookError;
use rusqlite::{ErrorCode, ffi::SQLITE_IOERR_SHMSIZE};

/// What went wrong in the store. Whatever was asked was not done, not even in part.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no database here, or it is of an older version.
    #[error("the database is not set up for this version: run `feltbog-server migrate`")]
    NotMigrated,
    /// A newer version has been here.
    #[error("the database was written by a newer version ({found}): install that version")]
    NewerFile {
        /// Its schema version.
        found: i64,
    },
    /// The database is here and its key is not.
    #[error("the key file beside the database is missing or not 32 bytes: put it back from the backup")]
    Key,
    /// No such workspace, person, unit, account or document.
    #[error("there is no such {0}")]
    NoSuch(&'static str),
    /// The name is in use.
    #[error("that {0} is taken already")]
    Taken(&'static str),
    /// This hand may not make that.
    #[error("a document of that kind may not be made by this hand")]
    MayNotCreate,
    /// A CPR number whose month says that its person is invented.
    #[error(
        "the CPR number is an invented one (month + 80): only a workspace with `invented_people = true` takes those"
    )]
    InventedCpr,
    /// A type that is the name of something else, or two words.
    #[error("a case type is one word, and neither `org`, `news` nor `part`")]
    CaseType,
    /// A unit's place in the tree is set once.
    #[error("a unit that has its place in the tree cannot be put elsewhere yet: make a new unit")]
    UnitMoves,
    /// The document would be larger than any device opens.
    #[error("the document would be too large: split it")]
    TooLarge,
    /// A word that should have been an id, a role or a time zone.
    #[error("{0}")]
    Word(String),
    /// The document cannot be opened or written.
    #[error(transparent)]
    Book(#[from] BookError),
    /// The disk refused.
    #[error("the disk refused: {0}")]
    Disk(#[from] std::io::Error),
    /// The disk is full.
    #[error("the disk is full: make room; devices keep what they have and send it again")]
    DiskFull,
    /// A part of the database cannot be read.
    #[error("a part of the database cannot be read, and nothing was written over it: put it back from the backup")]
    Damaged,
    /// The document was erased after this copy of the database was made.
    #[error("the document was erased after this copy of the database was made, and its key is destroyed")]
    Erased,
    /// The database is here and the keys of its documents are not.
    #[error(
        "feltbog-keys.db is missing, and without it no document can be read: put its newest copy back beside the database"
    )]
    KeysMissing,
    /// Keys of documents that are in the database are not in the key file.
    #[error(
        "feltbog-keys.db is older than the database: put its newest copy back, or a copy of the database of before that"
    )]
    KeysOlder,
    /// The key file is of another workspace.
    #[error("feltbog-keys.db belongs to another database: put the newest copy of this one's beside it")]
    KeysForeign,
    /// Erased, and still in the files: somebody reads them.
    #[error("what was erased may still lie in the files, which somebody reads: run `feltbog-server admin epoch sweep`")]
    Unswept,
    /// The database refused.
    #[error("the database refused: {0}")]
    Sql(#[source] rusqlite::Error),
}

impl StoreError {
    /// What was asked for lies here and cannot be read; everything else may be.
    pub(crate) fn is_unreadable(&self) -> bool {
        matches!(self, Self::Damaged | Self::Erased)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let extended = error.sqlite_error().map(|error| error.extended_code);
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            // The file beside it that processes share could not be made larger.
            _ if extended == Some(SQLITE_IOERR_SHMSIZE) => Self::DiskFull,
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged,
            _ => Self::Sql(error),
        }
    }
}
