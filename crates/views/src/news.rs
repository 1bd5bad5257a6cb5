//! News: the list and one post.
//!
//! Acknowledging is not here yet; a post that asks for it says so and offers no button.

use feltbog_ids::DocId;
use serde::{Deserialize, Serialize};

use crate::When;

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct NewsRow {
    /// The post.
    pub id: DocId,
    /// Title.
    pub title: String,
    /// The first sentence or so.
    pub excerpt: String,
    /// When it was published.
    pub published: When,
    /// Who published it.
    pub by: String,
    /// For whom: names of units.
    pub audience: Vec<String>,
    /// A *driftsbesked*: about operations now.
    pub urgent: bool,
    /// It asks to be read and understood.
    pub acknowledge: bool,
    /// Not opened on this device yet.
    pub unread: bool,
}

/// The list, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct NewsView {
    /// The rows.
    pub rows: Vec<NewsRow>,
    /// When last fetched, complete.
    pub pulled: Option<When>,
}

/// One post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct PostView {
    /// The same facts as in the list.
    pub row: NewsRow,
    /// The text, as Markdown.
    pub body: String,
    /// Shown until.
    pub until: Option<When>,
}
