//! What can be written in a document: the few deeds every command, import and admin call comes down to.
//!
//! Owns their stored form, which an intent keeps so that it can be replayed. It does not apply them; the book does.

use feltbog_ids::{ChangeHash, Instant, PersonId};
use minicbor::{Decode, Encode};

/// A scalar in a document.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum Scalar {
    /// Cleared. Written rather than deleted, so that clearing and setting at once shows both.
    #[n(0)]
    Null,
    /// Yes or no.
    #[n(1)]
    Flag(#[n(0)] bool),
    /// A whole number, or an instant in microseconds.
    #[n(2)]
    Int(#[n(0)] i64),
    /// A number with a fraction.
    #[n(3)]
    Number(#[n(0)] f64),
    /// Words.
    #[n(4)]
    Text(#[n(0)] String),
    /// Bytes: ids and heads.
    #[n(5)]
    Bytes(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>),
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Scalar {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Scalar {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Instant> for Scalar {
    fn from(at: Instant) -> Self {
        Self::Int(at.0)
    }
}

/// One deed.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum Edit {
    /// Sets a scalar at the root, or in one of the document's maps.
    #[n(0)]
    Put {
        /// The map's key at the root; none for the root itself.
        #[n(0)]
        limb: Option<String>,
        /// The key.
        #[n(1)]
        key: String,
        /// The value.
        #[n(2)]
        value: Scalar,
    },
    /// Turns the text from what it was into what it is, for the person who typed it.
    #[n(1)]
    Type {
        /// The text at the heads it was typed on.
        #[n(0)]
        before: String,
        /// The text as it was left.
        #[n(1)]
        after: String,
    },
    /// Finishes a note: binds its author to the heads the change is written on.
    #[n(2)]
    Finish {
        /// Who finishes.
        #[n(0)]
        by: PersonId,
        /// When, by the author's clock.
        #[n(1)]
        at: Instant,
    },
}

impl Edit {
    /// Sets a scalar at the root.
    pub fn root(key: &str, value: impl Into<Scalar>) -> Self {
        Self::Put {
            limb: None,
            key: key.to_owned(),
            value: value.into(),
        }
    }

    /// Sets a scalar in one of the maps.
    pub fn within(limb: &str, key: &str, value: impl Into<Scalar>) -> Self {
        Self::Put {
            limb: Some(limb.to_owned()),
            key: key.to_owned(),
            value: value.into(),
        }
    }
}

/// Why something was written: kept beside the change until the server has it, so that it can be replayed on another
/// version or handed back in words.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Intent {
    /// The deeds, in order.
    #[n(0)]
    pub edits: Vec<Edit>,
    /// The version they were done on.
    #[n(1)]
    pub on: Vec<ChangeHash>,
    /// When, by the author's clock.
    #[n(2)]
    pub at: Instant,
}

impl Intent {
    /// The words a person would miss: what they typed, or the value they set.
    pub fn words(&self) -> String {
        let mut words = Vec::new();
        for edit in &self.edits {
            match edit {
                Edit::Type { after, .. } => words.push(after.clone()),
                Edit::Put {
                    value: Scalar::Text(text),
                    ..
                } => words.push(text.clone()),
                Edit::Put {
                    value: Scalar::Number(number),
                    ..
                } => words.push(number.to_string()),
                Edit::Put { .. } | Edit::Finish { .. } => {}
            }
        }
        words.join("\n")
    }
}
