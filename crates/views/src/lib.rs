//! What the screen shows and what it asks: one `Command` in, one `Reply` out.
//!
//! Owns shapes only, free to change with the screen. It holds no words for people: the page says everything in the
//! reader's language, so a reply carries facts, and a problem is a case of an enum.

mod case;
mod command;
mod loose;
mod news;
mod note;
mod problem;
mod reply;
mod status;
mod sync;
mod today;
mod when;

pub use case::{
    CaseFilter, CaseListView, CaseRow, CaseSort, CaseState, CaseView, ConcurrentValue, FieldValue, FieldView, Show,
    SubjectView, TypeCount,
};
pub use command::Command;
pub use loose::{LooseListView, LooseRow};
pub use news::{NewsRow, NewsView, PostView};
pub use note::{DraftView, ItemState, NoteState, NoteView};
pub use problem::Problem;
pub use reply::{Changed, Reply};
pub use status::{
    ChipState, ChipView, Gate, Language, PersonView, SettingsView, Shape, ShiftEndedView, StatusView, Theme,
};
pub use sync::{CountsView, HandedRow, ParkedRow, Refusal, SyncView, WaitingKind, WaitingRow};
pub use today::{TaskRow, TodayView, VisitRow, VisitState};
pub use when::When;
