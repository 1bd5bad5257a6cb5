//! What the desk answers.
//!
//! One case per kind of screen. It does not say what to draw: only what is true.

use feltbog_ids::DocId;
use serde::{Deserialize, Serialize};

use crate::{
    CaseListView, CaseView, DraftView, FieldView, LooseListView, NewsView, PostView, Problem, SettingsView, StatusView,
    SyncView, TodayView,
};

/// The answer to a `Command`. As JSON: `{"is": "today", …}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Reply {
    /// Answers `Status`, `Enrol`, `Unlock`, `Lock`, `SignIn`, `SendNow`, `DismissParked`.
    Status(Box<StatusView>),
    /// Answers `Today`.
    Today(TodayView),
    /// Answers `Cases`.
    Cases(CaseListView),
    /// Answers `Case`.
    Case(Box<CaseView>),
    /// Answers `KeepDraft` and `FinishNote`.
    Draft(Box<DraftView>),
    /// Answers `SetField`: the field as it now stands, with every value that stands beside it.
    Field(FieldView),
    /// Answers `News`.
    News(NewsView),
    /// Answers `Post`.
    Post(Box<PostView>),
    /// Answers `SyncPage`.
    Sync(Box<SyncView>),
    /// Answers `LooseNotes` and `SettleLoose`.
    Loose(LooseListView),
    /// Answers `Settings` and `SetSettings`.
    Settings(SettingsView),
    /// It could not be done; nothing written was lost.
    Problem {
        /// Why, and with it what to do.
        problem: Problem,
    },
}

/// Pushed to the page when something changed behind it: ids only, so that it asks again for what it shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Default)]
pub struct Changed {
    /// Documents whose projection or state changed.
    pub docs: Vec<DocId>,
    /// True when the chip or the gate may say something else now.
    pub status: bool,
}
