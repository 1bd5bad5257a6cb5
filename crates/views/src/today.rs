//! *I dag*: the day's visits and how old they are.
//!
//! It does not hold a visit's notes; those belong to the case page.

use feltbog_ids::DocId;
use serde::{Deserialize, Serialize};

use crate::{ItemState, When};

/// One task of a visit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct TaskRow {
    /// What was agreed.
    pub title: String,
    /// Ticked.
    pub done: bool,
}

/// How a visit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum VisitState {
    /// Planned.
    Planned,
    /// Done.
    Done,
    /// Partly done.
    Partly,
    /// Cancelled by the citizen.
    CancelledByCitizen,
    /// Cancelled by us.
    CancelledByUs,
    /// Moved to another time.
    Moved,
    /// Nobody opened.
    NoAnswer,
    /// A state of a newer version: shown as it is, not changed.
    Unknown,
}

/// One visit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VisitRow {
    /// The visit.
    pub id: DocId,
    /// Its case.
    pub case: DocId,
    /// Key of the case's type, which supplies the nouns (`helhedspleje`, `tilsyn_i_byrum`, `dagsnotater`).
    pub case_type: String,
    /// Planned start.
    pub start: When,
    /// Planned length in minutes.
    pub minutes: u32,
    /// What it is about, such as *Morgenpleje*.
    pub title: String,
    /// Citizen or place.
    pub subject: String,
    /// Address, empty when unknown.
    pub address: String,
    /// Tasks in order.
    pub tasks: Vec<TaskRow>,
    /// How it stands.
    pub state: VisitState,
    /// Names of those who go together, the reader left out.
    pub with: Vec<String>,
    /// The citizen's address is protected.
    pub protected: bool,
    /// The citizen is invented for a demonstration.
    pub invented: bool,
    /// Where the latest own change is.
    pub item: ItemState,
    /// Notes written at this visit.
    pub notes: u32,
}

/// The day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TodayView {
    /// The day shown, at its local midnight.
    pub day: When,
    /// When the plan was last fetched, complete.
    pub pulled: Option<When>,
    /// Own visits in order of time.
    pub visits: Vec<VisitRow>,
    /// News that need reading, newest first, at most three titles.
    pub news: Vec<crate::NewsRow>,
}
