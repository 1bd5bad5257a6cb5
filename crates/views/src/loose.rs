//! *Notater uden plads*: what people wrote without a right to, laid before their leader.
//!
//! It does not say where the words belong: the leader does.

use feltbog_ids::DocId;
use serde::{Deserialize, Serialize};

use crate::When;

/// One of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct LooseRow {
    /// Names it.
    pub id: DocId,
    /// Who wrote it.
    pub by: String,
    /// Their title.
    pub title: String,
    /// When, by the author's clock.
    pub written: When,
    /// When the server got it.
    pub received: When,
    /// The case it was written on, where that is known and on this device.
    pub case: Option<DocId>,
    /// Citizen or place of that case.
    pub subject: String,
    /// The words; only the first ones while `is_whole` is false.
    pub words: String,
    /// All the words are here.
    pub is_whole: bool,
    /// Its author had finished it.
    pub finished: bool,
}

/// The list, what came first on top.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq, Default)]
pub struct LooseListView {
    /// Those nobody has dealt with.
    pub rows: Vec<LooseRow>,
}
