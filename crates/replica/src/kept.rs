//! What a keeping carries, as the page sent it.
//!
//! Only the shape; writing does the work.

use feltbog_ids::{ChangeHash, CommandId, DocId};

/// A draft to keep. The fields mean what they mean in `Command::KeepDraft`.
#[derive(Clone, Debug)]
pub struct KeepDraft {
    /// Drawn by the page for this keeping.
    pub id: CommandId,
    /// The note; new ones are made.
    pub note: DocId,
    /// The case.
    pub case: DocId,
    /// The visit.
    pub visit: Option<DocId>,
    /// The version the text was typed on.
    pub heads: Vec<ChangeHash>,
    /// The text at those heads.
    pub before: String,
    /// The text as it now stands.
    pub after: String,
}
