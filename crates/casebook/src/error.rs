//! Why a document cannot be read or written, by what the caller can do.

use crate::{caps::CapError, chunk::ChunkError};

/// What went wrong with one document. It never concerns another.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// Over a limit: refuse it, keep nothing.
    #[error("the document is refused before it is opened: {0}")]
    Capped(#[from] CapError),
    /// Not a chunk of a document: refuse it.
    #[error("the bytes are no document: {0}")]
    Chunk(#[from] ChunkError),
    /// The merge engine refused or panicked: set the document aside with its bytes.
    #[error("the document cannot be opened; set it aside: {0}")]
    Unreadable(String),
    /// The first change is not a birth.
    #[error("the document does not begin with its birth")]
    NoBirth,
    /// A kind of a newer version: keep it, show it read-only.
    #[error("the document is of a kind this version does not know")]
    UnknownKind,
    /// It builds on changes that are not here: ask for them.
    #[error("the change builds on changes that are not here")]
    Needs(Vec<feltbog_ids::ChangeHash>),
    /// The heads named are not in this document: replay on the present ones.
    #[error("the version this was written on is not here")]
    UnknownHeads,
    /// The kind has no such limb.
    #[error("a document of this kind has no such place to write")]
    NoSuchPlace,
    /// The note is finished: write a new one.
    #[error("the note is finished; write a new note to correct it")]
    Finished,
}

impl From<automerge::AutomergeError> for BookError {
    fn from(error: automerge::AutomergeError) -> Self {
        Self::Unreadable(error.to_string())
    }
}
