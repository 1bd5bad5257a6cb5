//! Pull: a feed in order, bodies by need.
//!
//! A page says what changed and carries its own cursor; it does not carry whole bodies. What a device lacks is plain
//! from its own file, so bodies need no cursor.

use feltbog_ids::{ChangeHash, Cursor, DigestOf, DocId, Instant, Position, ScopeId};
use minicbor::{Decode, Encode};

/// Asks for the next page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct FeedRequest {
    /// As the last page gave it; none the first time, and after the server named another generation.
    #[n(0)]
    pub cursor: Option<Cursor>,
    /// Scopes not filled yet, as the last page gave them, and scopes to be filled anew.
    #[n(1)]
    pub filling: Vec<Filling>,
    /// Said when it has come to hold: of everything that left this device up to here not a byte is left on it.
    #[n(2)]
    pub erased: Option<Cursor>,
}

/// A scope and how far it has been filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Filling {
    /// The scope.
    #[n(0)]
    pub scope: ScopeId,
    /// Everything in it up to here has been sent.
    #[n(1)]
    pub upto: Position,
}

/// One page. Stored together with its cursor, in one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct FeedPage {
    /// Scopes this person no longer has.
    #[n(0)]
    pub lost: Vec<ScopeId>,
    /// Documents that left every scope of this person since the cursor.
    #[n(1)]
    pub left: Vec<DocId>,
    /// Documents that are new or changed, in order of position.
    #[n(2)]
    pub entries: Vec<Entry>,
    /// What to send next time.
    #[n(3)]
    pub cursor: Cursor,
    /// Scopes still filling, to send next time.
    #[n(4)]
    pub filling: Vec<Filling>,
    /// Present on the last page: what each scope should now hold.
    #[n(5)]
    pub closing: Option<Closing>,
    /// The server's clock.
    #[n(6)]
    pub server_time: Instant,
    /// Of the scopes this person holds those that end by the clock, on every page. The device takes them off at that
    /// time by itself, and asks for them again from their start. A server that says none has none to say.
    #[cbor(n(7), default)]
    pub ends: Vec<ScopeEnd>,
    /// Documents that belong on this page and that the server cannot read of its own database; none from a server that
    /// reads all of it, or does not say. What a device holds of them stays.
    #[n(8)]
    pub unread: Option<Vec<Unread>>,
}

/// A document the server cannot read of its own database.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Unread {
    /// The document.
    #[n(0)]
    pub doc: DocId,
    /// Those of the person's scopes that hold it: of them nothing can be compared while this lasts.
    #[n(1)]
    pub scopes: Vec<ScopeId>,
}

/// A scope that ends by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ScopeEnd {
    /// The scope.
    #[n(0)]
    pub scope: ScopeId,
    /// When, by the server's clock: the latest end of the roles that open it.
    #[n(1)]
    pub until: Instant,
}

/// One document in the feed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// The document.
    #[n(0)]
    pub doc: DocId,
    /// Its kind; a word unknown here is kept.
    #[n(1)]
    pub kind: String,
    /// Its parent.
    #[n(2)]
    pub parent: Option<DocId>,
    /// Those of the person's scopes that hold it now, all of them.
    #[n(3)]
    pub scopes: Vec<ScopeId>,
    /// Its version, sorted.
    #[n(4)]
    pub heads: Vec<ChangeHash>,
    /// Bytes of its body.
    #[n(5)]
    pub size: u32,
    /// Where it stands in the log.
    #[n(6)]
    pub position: Position,
    /// Version of the projection's making.
    #[n(7)]
    pub projection_version: u32,
    /// The projection.
    #[cbor(n(8), with = "minicbor::bytes")]
    pub projection: Vec<u8>,
    /// Everything since the cursor, when that is small.
    #[n(9)]
    pub changes: Vec<minicbor::bytes::ByteVec>,
    /// When the server received the latest change.
    #[n(10)]
    pub received: Instant,
    /// When its epoch began; none in its first. Of another epoch than the one that is here nothing fits: what is here was
    /// erased.
    #[n(11)]
    pub epoch: Option<Instant>,
}

/// Ends a pull: what should now be equal.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Closing {
    /// The log's end when this was computed.
    #[n(0)]
    pub position: Position,
    /// Every scope of this person.
    #[n(1)]
    pub scopes: Vec<ScopeState>,
}

/// What a scope holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ScopeState {
    /// The scope.
    #[n(0)]
    pub scope: ScopeId,
    /// How many documents.
    #[n(1)]
    pub count: u32,
    /// Exclusive or of the digests of (document, heads).
    #[n(2)]
    pub digest: DigestOf,
    /// True where this person may only read what it holds; none where they may write notes, or from a server that does
    /// not say.
    #[n(5)]
    pub reads_only: Option<bool>,
}

/// Asks for bodies, at most `MAX_WANTS`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct BodiesRequest {
    /// Which, and what of each is here.
    #[n(0)]
    pub wants: Vec<Want>,
}

/// One document wanted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Want {
    /// The document.
    #[n(0)]
    pub doc: DocId,
    /// The version of the base that is here; empty for nothing.
    #[n(1)]
    pub have: Vec<ChangeHash>,
}

/// The bodies that fit one answer; those left out are asked for again. One the person may not read is left out alike.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct BodiesReply {
    /// The bodies.
    #[n(0)]
    pub bodies: Vec<Body>,
    /// Documents that will not come: no right or no such document, never told apart.
    #[n(1)]
    pub absent: Vec<DocId>,
    /// Documents that come when the server's database was mended: it cannot read them. None from a server that reads all
    /// that was asked for, or does not say.
    #[n(4)]
    pub unread: Option<Vec<DocId>>,
}

/// One body.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Body {
    /// The document.
    #[n(0)]
    pub doc: DocId,
    /// Its version with these bytes: a claim until the document is opened.
    #[n(1)]
    pub heads: Vec<ChangeHash>,
    /// True for a whole snapshot, which replaces the base; false for changes to append to it.
    #[n(2)]
    pub whole: bool,
    /// Chunks of the document.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub bytes: Vec<u8>,
    /// The epoch they are of, as in the entry.
    #[n(4)]
    pub epoch: Option<Instant>,
}
