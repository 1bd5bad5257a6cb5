//! What tells a row from every other, and the ids its case and notes get from that.
//!
//! Frozen: with other ids a second run makes every case a second time. It does not know which ids are taken.

use feltbog_casebook::{Birth, Kind};
use feltbog_ids::DocId;
use uuid::Uuid;

use super::{
    plan::{Plan, names},
    refusal::Refusal,
};

/// What stands between the words of several columns.
const DIVIDER: &str = "/";

/// What tells a row from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Equal only where every column is.
    pub key: String,
    /// As people see it.
    pub shown: String,
}

impl Identity {
    /// Reads the columns the mapping names; every one must say something.
    pub fn read(plan: &Plan, cells: &[String]) -> Result<Self, Refusal> {
        let words = plan.id.iter().filter_map(|column| plan.said(cells, column));
        let words: Vec<_> = words.collect();
        if words.len() < plan.id.len() {
            return Err(Refusal::NoId {
                columns: names(&plan.id),
            });
        }
        Ok(Self::of(&words))
    }

    /// Where words of several columns hold the divider, their lengths say where each ends: `a/b` with `c` is not `a` with
    /// `b/c`. Such a key has more dividers than one without, so the two kinds never meet.
    fn of(words: &[&str]) -> Self {
        let shown = words.join(DIVIDER);
        let plain = words.len() == 1 || words.iter().all(|word| !word.contains(DIVIDER));
        let key = if plain {
            shown.clone()
        } else {
            let measured: Vec<_> = words.iter().map(|word| format!("{}:{word}", word.len())).collect();
            measured.join(DIVIDER)
        };
        Self { key, shown }
    }
}

/// The id of a document is made from the workspace's random id, the mapping's name and the row's key, so that a second
/// run finds what the first one made, and two installations never make the same.
pub fn birth(plan: &Plan, kind: Kind, key: &str, parent: Option<DocId>) -> Birth {
    let mapping = Uuid::new_v5(
        &plan.destination.workspace.uuid(),
        format!("import:{}", plan.mapping.name).as_bytes(),
    );
    let id = DocId::from(Uuid::new_v5(&mapping, key.as_bytes()));
    Birth {
        workspace: plan.destination.workspace,
        kind,
        id,
        parent,
    }
}
