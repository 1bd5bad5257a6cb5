//! *Sendt og hentet*: what waits, what failed, and why.
//!
//! It counts notes and fields, never changes.

use feltbog_ids::{CommandId, DocId};
use serde::{Deserialize, Serialize};

use crate::{ChipView, Problem, When};

/// What kind of thing waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WaitingKind {
    /// A note or words in one.
    Note,
    /// A field of a case.
    Field,
    /// Anything else.
    Other,
}

/// One thing that waits to be sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct WaitingRow {
    /// The document.
    pub doc: DocId,
    /// The case it belongs to, to open it.
    pub case: Option<DocId>,
    /// Citizen or place.
    pub subject: String,
    /// What it is.
    pub kind: WaitingKind,
    /// The field's key, for a field.
    pub key: Option<String>,
    /// Since when it waits.
    pub since: When,
}

/// Why the server did not take something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No right to the document, or no such document: the two are never told apart.
    NoRight,
    /// A document of that kind may not be made by this person there.
    MayNotCreate,
    /// Too large.
    TooLarge,
    /// It was not written by this device.
    Author,
    /// It cannot be read.
    Unreadable,
    /// It breaks a rule of the document, such as a finished note being altered.
    Rule,
    /// This person may see it and not change it.
    MayNotWrite,
    /// It builds on something that was refused.
    Builds,
    /// A colleague wrote it, the server lost it when it was put back from a copy, and their device has not sent it again.
    OnlyHere,
    /// The document arrived and cannot be read here; its bytes are kept.
    SetAside,
    /// The server cannot read the document in its own database; what lies here of it stays.
    ServerUnread,
    /// The notebook's file lacks something that was written last and had not been sent: it was damaged, or an old copy of
    /// it was put back.
    MayBeMissing,
    /// Another notebook lay on this device that nobody can open any more; it was laid aside.
    LeftBehind,
}

impl Refusal {
    /// Every reason.
    pub const ALL: [Self; 13] = [
        Self::NoRight,
        Self::MayNotCreate,
        Self::TooLarge,
        Self::Author,
        Self::Unreadable,
        Self::Rule,
        Self::MayNotWrite,
        Self::Builds,
        Self::OnlyHere,
        Self::SetAside,
        Self::ServerUnread,
        Self::MayBeMissing,
        Self::LeftBehind,
    ];

    /// Whether it stays on the list for as long as it is so, whatever the person does.
    pub const fn lasts(self) -> bool {
        matches!(self, Self::SetAside | Self::ServerUnread)
    }
}

/// One thing under *Kræver handling*.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct ParkedRow {
    /// Names the item.
    pub id: CommandId,
    /// The document it was meant for.
    pub doc: DocId,
    /// Citizen or place, when still known here.
    pub subject: String,
    /// What it is.
    pub kind: WaitingKind,
    /// Why it did not go.
    pub reason: Refusal,
    /// The words as they were written: they are kept until the person takes them off. Empty where no words are
    /// concerned.
    pub words: String,
    /// When they were written.
    pub at: When,
}

/// One note that was handed over to the unit's leader.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct HandedRow {
    /// Names the item; `DismissParked` takes it off.
    pub id: CommandId,
    /// When it was written.
    pub written: When,
    /// When the leader got it. Its words are not on this device any more.
    pub handed: When,
}

/// What the device holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq, Default)]
pub struct CountsView {
    /// Cases.
    pub cases: u32,
    /// Visits.
    pub visits: u32,
    /// Notes.
    pub notes: u32,
    /// News posts.
    pub posts: u32,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct SyncView {
    /// The chip, as everywhere.
    pub chip: ChipView,
    /// What waits, oldest first, at most 60.
    pub waiting: Vec<WaitingRow>,
    /// What needs the person, oldest first.
    pub parked: Vec<ParkedRow>,
    /// What was handed over to the unit's leader, latest first.
    pub handed: Vec<HandedRow>,
    /// When something of one's own last was receipted.
    pub sent: Option<When>,
    /// When the last pull was complete.
    pub pulled: Option<When>,
    /// What the device holds.
    pub counts: CountsView,
    /// What went wrong with the last try, if it still stands.
    pub problem: Option<Problem>,
}
