//! How ids and versions lie in the file: bytes, hashes one after another.
//!
//! It knows no table.

use std::collections::HashSet;

use feltbog_casebook::caps;
use feltbog_ids::ChangeHash;

/// A version as a column: hashes in ascending order, 32 bytes each.
pub(crate) fn heads_blob(heads: &[ChangeHash]) -> Vec<u8> {
    let mut sorted = heads.to_vec();
    sorted.sort_unstable();
    sorted.iter().flat_map(|hash| hash.0).collect()
}

/// A version from a column.
pub(crate) fn heads_of(blob: &[u8]) -> Vec<ChangeHash> {
    let hash = |chunk: &[u8]| chunk.try_into().ok().map(ChangeHash);
    blob.chunks_exact(32).filter_map(hash).collect()
}

/// The version after these changes are laid on one whose heads are known: no hash another depends on is a head. Where
/// something laid on was there already, the answer is not the true one, and the comparison with what was announced says so.
pub(crate) fn heads_after<'a>(
    heads: &[ChangeHash],
    laid: impl IntoIterator<Item = (ChangeHash, &'a [ChangeHash])> + Clone,
) -> Vec<ChangeHash> {
    let mut after: Vec<_> = heads.to_vec();
    after.extend(laid.clone().into_iter().map(|(hash, _)| hash));
    for (_, deps) in laid {
        after.retain(|hash| !deps.contains(hash));
    }
    after.sort_unstable();
    after.dedup();
    after
}

/// True when everything these changes build on is among them or is a head of the base.
pub(crate) fn builds_on(base_heads: &[ChangeHash], changes: &[u8]) -> bool {
    let Ok(facts) = caps::check_body(changes) else {
        return false;
    };
    let known: HashSet<_> = base_heads
        .iter()
        .chain(facts.loose.iter().map(|header| &header.hash))
        .collect();
    facts
        .loose
        .iter()
        .flat_map(|header| &header.deps)
        .all(|dep| known.contains(dep))
}
