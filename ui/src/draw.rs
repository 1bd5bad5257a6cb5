//! Draws ids for what the page makes: notes and deeds. The dice are the browser's own (`crypto.getRandomValues`).
//!
//! It draws nothing for looking: a command that only looks carries no id.

use feltbog_ids::{CommandId, DocId};
use uuid::Uuid;

/// An id for a deed.
pub fn command_id() -> CommandId {
    Uuid::new_v4().into()
}

/// An id for a new note.
pub fn note_id() -> DocId {
    Uuid::new_v4().into()
}
