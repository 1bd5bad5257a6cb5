//! Notes without a place: words for which their author had no right even when they wrote them.
//!
//! They travel with a push and go to a unit's leader. To send one asks for no right to any case, and the answer tells of
//! none.

use feltbog_ids::{CommandId, DocId, Instant};
use minicbor::{Decode, Encode};

use crate::Reason;

/// Words that have no place.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Loose {
    /// Names it, drawn by the device: sent twice, it is there once.
    #[n(0)]
    pub id: CommandId,
    /// The case it was written on. The server goes by it only where the author once held that case.
    #[n(1)]
    pub case: Option<DocId>,
    /// The note it was to be.
    #[n(2)]
    pub note: DocId,
    /// All its words; none where they are as they were sent before.
    #[n(3)]
    pub words: Option<String>,
    /// When it was last written in, by the author's clock.
    #[n(4)]
    pub at: Instant,
    /// Its author has finished it.
    #[n(5)]
    pub finished: bool,
    /// Rises with each keeping. An earlier one that arrives after a later one changes nothing.
    #[n(6)]
    pub edition: u32,
}

/// What became of one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Handed {
    /// Handed over, in this edition or a later one, and committed: a receipt.
    #[n(0)]
    Taken,
    /// Keep it and send it again later: so many came from this device lately, or the server cannot read for now what it
    /// holds of it.
    #[n(1)]
    Later,
    /// Not taken, and will not be.
    #[n(2)]
    Refused(#[n(0)] Reason),
}
