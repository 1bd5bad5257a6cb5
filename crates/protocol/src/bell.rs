//! The doorbell where a stream of events does not come through: one question, one answer.
//!
//! It says that the log has moved for somebody, never what was written.

use feltbog_ids::Position;
use minicbor::{Decode, Encode};

/// Where the log stands for the one who asked. The place they named, when nothing of theirs moved for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct BellReply {
    /// The place.
    #[n(0)]
    pub position: Position,
}
