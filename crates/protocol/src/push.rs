//! Push: changes go up, one answer comes back for each.
//!
//! It does not judge; the server does, in the order written here.

use feltbog_ids::{ChangeHash, Cursor, DocId, Generation, Instant, Position};
use minicbor::{Decode, Encode};

use crate::{Handed, Loose};

/// A batch of changes, at most `MAX_PUSH`, in the order they were written.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PushRequest {
    /// The changes.
    #[n(0)]
    pub items: Vec<PushItem>,
    /// Words without a place, judged after the changes; a server that does not know them answers none.
    #[cbor(n(1), skip_if = "Vec::is_empty")]
    pub loose: Vec<Loose>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PushItem {
    /// The document.
    #[n(0)]
    pub doc: DocId,
    /// Its kind, as its birth says.
    #[n(1)]
    pub kind: String,
    /// Its parent, as its birth says.
    #[n(2)]
    pub parent: Option<DocId>,
    /// The change's chunk, never compressed by itself.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub change: Vec<u8>,
    /// The cursor the device held when the change was written: the grants of that moment judge it.
    #[n(4)]
    pub made_on: Option<Cursor>,
}

/// One answer per item, in the order of the items.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PushReply {
    /// The answers.
    #[n(0)]
    pub answers: Vec<Answer>,
    /// The server's clock.
    #[n(1)]
    pub server_time: Instant,
    /// The life of the log that answered; none from a server that does not say. A device that knows another one takes
    /// no refusal from it: the server was put back, and lacks what the change builds on.
    #[n(2)]
    pub generation: Option<Generation>,
    /// One answer per loose item, in their order.
    #[cbor(n(3), skip_if = "Vec::is_empty")]
    pub handed: Vec<Handed>,
}

/// What became of one change.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Answer {
    /// Stored and committed: a receipt.
    #[n(0)]
    Stored(#[n(0)] Position),
    /// It was there already: a receipt too.
    #[n(1)]
    Known(#[n(0)] Position),
    /// It builds on changes the server lacks: send those first.
    #[n(2)]
    Needs(#[n(0)] Vec<ChangeHash>),
    /// Its parent is unknown or out of reach; the two are not told apart.
    #[n(3)]
    NeedsParent(#[n(0)] DocId),
    /// Not taken, and will not be: a copy of it that arrives later gets the same answer.
    #[n(4)]
    Refused(#[n(0)] Reason),
    /// Neither taken nor refused: the server cannot read what it has of the document. To be sent again another time, and
    /// nothing else waits for it.
    #[n(7)]
    Later,
}

/// Why a change is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Reason {
    /// No right to the document, or no such document: never told apart.
    #[n(0)]
    NoRight,
    /// A document of that kind may not be made by this person there.
    #[n(1)]
    MayNotCreate,
    /// Over a cap.
    #[n(2)]
    TooLarge,
    /// Not written by this enrolment.
    #[n(3)]
    Author,
    /// Cannot be read, or carries bytes beyond its end.
    #[n(4)]
    Unreadable,
    /// Breaks a rule of the document.
    #[n(5)]
    Rule,
    /// This person may read the document and not write that in it.
    #[n(6)]
    MayNotWrite,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::NoRight,
        Self::MayNotCreate,
        Self::TooLarge,
        Self::Author,
        Self::Unreadable,
        Self::Rule,
        Self::MayNotWrite,
    ];

    /// The word in logs and in the server's table of refusals.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoRight => "no right",
            Self::MayNotCreate => "may not create",
            Self::TooLarge => "too large",
            Self::Author => "author",
            Self::Unreadable => "unreadable",
            Self::Rule => "rule",
            Self::MayNotWrite => "may not write",
        }
    }

    /// The reason of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }
}
