//! A note on the screen.
//!
//! It does not say how texts are merged: the desk does that and returns what now stands.

use feltbog_ids::{ChangeHash, DocId};
use serde::{Deserialize, Serialize};

use crate::When;

/// Where an item is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Copy, Eq)]
#[serde(tag = "item", rename_all = "snake_case")]
pub enum ItemState {
    /// Nothing of the reader's own is in it.
    Received,
    /// Kept on this device alone so far.
    Kept,
    /// Receipted by the server.
    Sent {
        /// When the receipt came.
        at: When,
    },
    /// Handed over to the unit's leader: there was no right to it even as it was written.
    Handed {
        /// When the receipt came.
        at: When,
    },
    /// Refused; the words are under *Kræver handling*.
    NeedsHandling,
}

/// Draft or finished.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum NoteState {
    /// Still written in.
    Draft,
    /// Bound to its author and never changed after.
    Finished {
        /// Who finished it.
        by: String,
        /// Their title.
        title: String,
        /// Others whose words are in it.
        with: Vec<String>,
        /// When.
        at: When,
    },
}

/// One note.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct NoteView {
    /// The note.
    pub id: DocId,
    /// Its case.
    pub case: DocId,
    /// Its visit, when it was written at one.
    pub visit: Option<DocId>,
    /// Draft or finished.
    pub state: NoteState,
    /// The text: at the finishing heads once finished.
    pub text: String,
    /// The version of the text.
    pub heads: Vec<ChangeHash>,
    /// Everyone whose words are in it, in order of first word.
    pub authors: Vec<String>,
    /// When the first word was written.
    pub started: When,
    /// When the last word was written.
    pub changed: When,
    /// Received later than written by an hour or more: when the server got it.
    pub late: Option<When>,
    /// Where the reader's own words in it are.
    pub item: ItemState,
    /// The reader may write in it.
    pub may_write: bool,
    /// Words written by others at the same time as it was finished; not part of the finished text.
    pub additions: Vec<String>,
}

/// What stands after a keeping.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct DraftView {
    /// The note as it now stands, others' words merged in.
    pub note: NoteView,
    /// The version whose text is exactly what the page sent: what the next keeping is typed on if the person has gone
    /// on typing and has not taken `note.text` over. The one it came with, where the past of the note was erased since: no
    /// version says what the page says then, and what is typed on is told from the page's own text.
    pub typed: Vec<ChangeHash>,
}
