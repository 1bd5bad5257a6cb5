//! The kinds of documents and the skeleton each is born with.
//!
//! Frozen for good: a skeleton decides the bytes of a birth, and two births with different skeletons cannot merge. It
//! does not say what the fields mean; the facts do.

use std::fmt;

use automerge::ObjType;

/// What a document is. A kind this version does not know is kept and shown read-only, and has no `Kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A unit of the organisation. Reference data: written on the server alone.
    Unit,
    /// A person with title and enrolments. Reference data.
    Person,
    /// A case.
    Case,
    /// A piece of a case with a narrower audience of its own.
    Part,
    /// A visit, planned or made, on a case.
    Visit,
    /// A note on a case.
    Note,
    /// A news post.
    Post,
    /// A note without a place: words handed over to a unit's leader. Made by the server alone.
    Loose,
}

/// A nested object of a skeleton: its key at the root and its type.
pub type Limb = (&'static str, ObjType);

impl Kind {
    /// Every kind, in the order of their first appearance.
    pub const ALL: [Self; 8] = [
        Self::Unit,
        Self::Person,
        Self::Case,
        Self::Part,
        Self::Visit,
        Self::Note,
        Self::Post,
        Self::Loose,
    ];

    /// The word on the wire and in the birth.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Person => "person",
            Self::Case => "case",
            Self::Part => "part",
            Self::Visit => "visit",
            Self::Note => "note",
            Self::Post => "post",
            Self::Loose => "loose",
        }
    }

    /// The kind of this word, if this version knows it.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Nested objects, in the order they are born. Everything added later is a scalar or a document of its own.
    pub const fn limbs(self) -> &'static [Limb] {
        match self {
            Self::Unit => &[("fields", ObjType::Map)],
            Self::Person => &[("enrolments", ObjType::Map), ("fields", ObjType::Map)],
            Self::Case => &[
                ("fields", ObjType::Map),
                ("people", ObjType::Map),
                ("units", ObjType::Map),
            ],
            Self::Part => &[
                ("fields", ObjType::Map),
                ("audience", ObjType::Map),
                ("text", ObjType::Text),
            ],
            Self::Visit => &[
                ("fields", ObjType::Map),
                ("people", ObjType::Map),
                ("tasks", ObjType::Map),
                ("ticks", ObjType::Map),
            ],
            Self::Note => &[("text", ObjType::Text), ("fields", ObjType::Map)],
            Self::Post => &[
                ("body", ObjType::Text),
                ("audience", ObjType::Map),
                ("fields", ObjType::Map),
            ],
            Self::Loose => &[("audience", ObjType::Map), ("fields", ObjType::Map)],
        }
    }

    /// The key of the collaborative text, for kinds that have one.
    pub const fn text_key(self) -> Option<&'static str> {
        match self {
            Self::Note | Self::Part => Some("text"),
            Self::Post => Some("body"),
            Self::Unit | Self::Person | Self::Case | Self::Visit | Self::Loose => None,
        }
    }

    /// True for kinds whose audience is their parent's and moves with it.
    pub const fn follows_parent(self) -> bool {
        matches!(self, Self::Visit | Self::Note)
    }

    /// True for kinds that cannot be born without a parent.
    pub const fn needs_parent(self) -> bool {
        matches!(self, Self::Visit | Self::Note | Self::Part)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
