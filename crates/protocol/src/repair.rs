//! Repair: one question finds what of a scope lies otherwise on a device than on the server.
//!
//! It is asked only where the digests of a scope differ. It carries no body: what is announced by it is fetched as after
//! any page.

use feltbog_ids::{Cursor, Instant, ScopeId};
use minicbor::{Decode, Encode};

use crate::{Entry, ScopeState};

/// Bytes of one fingerprint. They stand one after the other, in no order.
pub const PRINT: usize = 8;

/// What a device holds of one scope.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RepairRequest {
    /// The scope.
    #[n(0)]
    pub scope: ScopeId,
    /// Drawn anew for each request: two documents whose fingerprints are equal by chance are told apart by the next one.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub key: [u8; 16],
    /// How far the feed was read: the answer is of this very state of the scope, or none.
    #[n(2)]
    pub cursor: Cursor,
    /// Fingerprints of (document, heads announced), eight bytes each.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub prints: Vec<u8>,
}

/// What the server found.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RepairReply {
    /// What became of the question.
    #[n(0)]
    pub found: Found,
    /// Documents the device lacks or has at another version, without changes.
    #[n(1)]
    pub entries: Vec<Entry>,
    /// Fingerprints of none of the scope's documents, eight bytes each. Told once all entries were.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub strangers: Vec<u8>,
    /// What the scope holds, counted from its documents.
    #[n(3)]
    pub state: ScopeState,
    /// Where the log stood.
    #[n(4)]
    pub cursor: Cursor,
    /// The server's clock.
    #[n(5)]
    pub server_time: Instant,
}

/// What became of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Found {
    /// Everything that differs is named.
    #[n(0)]
    All,
    /// More differs than one answer takes: to be asked again with what this one brought.
    #[n(1)]
    Part,
    /// Something moved in the scope since the cursor: the feed is to be read first.
    #[n(2)]
    Moved,
}
