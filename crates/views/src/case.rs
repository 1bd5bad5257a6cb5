//! The list of cases and one case.
//!
//! Labels of the fixed fields belong to the page's language files; a field that an import made carries its own label.

use feltbog_ids::{ChangeHash, DocId};
use serde::{Deserialize, Serialize};

use crate::{ItemState, NoteView, VisitRow, When};

/// Which cases to show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Default, Eq)]
#[serde(deny_unknown_fields)]
pub struct CaseFilter {
    /// Only those assigned to the reader.
    #[serde(default)]
    pub mine: bool,
    /// Only those whose deadline has passed.
    #[serde(default)]
    pub overdue: bool,
    /// Only this type; none for all.
    #[serde(default)]
    pub case_type: Option<String>,
    /// Open, closed or both.
    #[serde(default)]
    pub show: Show,
}

/// Open or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[derive(Default)]
pub enum Show {
    /// Only open ones.
    #[default]
    Open,
    /// Only closed ones.
    Closed,
    /// All.
    All,
}

/// Order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[derive(Default)]
pub enum CaseSort {
    /// Nearest deadline first, those without one last.
    #[default]
    Deadline,
    /// By citizen or place, in Danish order (æ, ø, å last).
    Subject,
    /// By number.
    Number,
    /// Latest change first.
    Changed,
}

/// Open or closed, for every type alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Work goes on.
    Open,
    /// Paused.
    Paused,
    /// Closed.
    Closed,
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseRow {
    /// The case.
    pub id: DocId,
    /// Number, such as `2026-000123` or the source's own.
    pub number: String,
    /// Title.
    pub title: String,
    /// Citizen, resident, child or place.
    pub subject: String,
    /// Address, empty when unknown.
    pub address: String,
    /// Key of the type.
    pub case_type: String,
    /// Open, paused, closed.
    pub state: CaseState,
    /// The type's own word for the state, a key such as `i_gang`.
    pub step: String,
    /// Deadline.
    pub due: Option<When>,
    /// The deadline has passed and the case is open.
    pub overdue: bool,
    /// Name of the responsible unit.
    pub unit: String,
    /// Protected address.
    pub protected: bool,
    /// Invented for a demonstration.
    pub invented: bool,
    /// Where the latest own change is.
    pub item: ItemState,
}

/// How many cases of a type there are under the present search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct TypeCount {
    /// Key of the type.
    pub case_type: String,
    /// How many.
    pub count: u32,
}

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseListView {
    /// How many fit the search and the filter.
    pub total: u32,
    /// How many were skipped before the first row.
    pub offset: u32,
    /// The rows.
    pub rows: Vec<CaseRow>,
    /// Types present on this device, with counts that ignore the type filter.
    pub types: Vec<TypeCount>,
    /// Documents whose full text is not searchable yet.
    pub unindexed: u32,
    /// When last fetched, complete.
    pub pulled: Option<When>,
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum FieldValue {
    /// Words.
    Text(String),
    /// A number; its unit belongs to the field.
    Number(f64),
    /// A civil date such as `2026-11-24`.
    Date(String),
    /// Yes or no.
    Flag(bool),
}

/// A value that stands beside the current one because two people wrote at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConcurrentValue {
    /// The value; none where somebody cleared it.
    pub value: Option<FieldValue>,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Option<When>,
}

/// A field of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldView {
    /// Key, such as `mobilitet`.
    pub key: String,
    /// Label an import brought along; empty for fixed fields, which the page names.
    pub label: String,
    /// The current value.
    pub value: Option<FieldValue>,
    /// Who set it, when somebody did by hand.
    pub by: String,
    /// When it was set.
    pub at: Option<When>,
    /// Other values written at the same time. Not empty: a person should choose.
    pub others: Vec<ConcurrentValue>,
    /// The reader may set it here.
    pub settable: bool,
    /// Where the reader's latest change to it is.
    pub item: ItemState,
}

/// Whom or what the case is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct SubjectView {
    /// Name of the citizen, place or organisation.
    pub name: String,
    /// CPR number, masked (`148339-••••`); empty when there is none.
    pub cpr: String,
    /// Birthday computed from the number, if any.
    pub birthday: Option<String>,
    /// Protected address.
    pub protected: bool,
    /// Invented for a demonstration.
    pub invented: bool,
}

/// One case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseView {
    /// The case.
    pub id: DocId,
    /// Version shown.
    pub heads: Vec<ChangeHash>,
    /// The same facts as in the list.
    pub row: CaseRow,
    /// About whom or what.
    pub subject: SubjectView,
    /// When the case began.
    pub opened: Option<When>,
    /// Names of those assigned.
    pub people: Vec<String>,
    /// Fields in the type's order, then imported ones.
    pub fields: Vec<FieldView>,
    /// Visits, newest first, at most 60.
    pub visits: Vec<VisitRow>,
    /// Notes, newest first, at most 60.
    pub notes: Vec<NoteView>,
    /// How many notes there are in all.
    pub notes_total: u32,
    /// Notes on it that have no place and that the reader, as a leader, has to deal with.
    pub loose: u32,
    /// The reader may write notes and set fields.
    pub may_write: bool,
    /// True while the body is still on its way: only the row is known.
    pub arriving: bool,
    /// When last fetched, complete.
    pub pulled: Option<When>,
}
