//! The digest of a document at a version: what a scope's rolling digest is made of.
//!
//! Frozen: both ends compute it, and a difference means a repair.

use feltbog_ids::{ChangeHash, DigestOf, DocId};
use sha2::{Digest, Sha256};

/// First sixteen bytes of SHA-256 over the document's id and its heads in ascending order.
pub fn member_digest(doc: DocId, heads: &[ChangeHash]) -> DigestOf {
    let mut sorted = heads.to_vec();
    sorted.sort_unstable();
    let mut sha = Sha256::new();
    sha.update(doc.as_bytes());
    for hash in sorted {
        sha.update(hash.0);
    }
    let mut short = [0; 16];
    short.copy_from_slice(&sha.finalize()[..16]);
    DigestOf(short)
}
