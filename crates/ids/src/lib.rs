//! Newtypes for what every room names: documents, people, hashes, actors, places in a log, instants.
//!
//! Owns how each is parsed and printed. It does not draw them: the dice are passed in by whoever needs a new one.

mod actor;
mod hash;
mod named;
mod place;
mod time;

pub use actor::ActorId;
pub use hash::{ChangeHash, DigestOf};
pub use named::{CommandId, DocId, EnrolmentId, PersonId, ScopeId, ShiftId, UnitId, WorkspaceId};
pub use place::{Cursor, Generation, Position};
pub use time::{Instant, Span};

/// Why a word from outside is not an id. Says what was expected, never the word itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseIdError {
    /// The word is not a UUID.
    #[error("expected a UUID such as 018f3c1e-7b5a-7cc2-9b1e-0c6a4d1e2f30")]
    Uuid,
    /// The word is not the hexadecimal form of so many bytes.
    #[error("expected {bytes} bytes in hexadecimal")]
    Hex {
        /// How many bytes the id has.
        bytes: usize,
    },
    /// The word is not a cursor as the server wrote it.
    #[error("expected a cursor as the server gave it")]
    Cursor,
}
