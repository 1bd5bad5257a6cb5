//! The digest of a document at a version, of which a scope's rolling digest is made, and the fingerprint by which a repair
//! finds the documents that differ.
//!
//! Frozen: both ends compute them. It does not know what lies in a scope.

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

/// First eight bytes of SHA-256 over the key of one repair and the document's digest.
pub fn member_print(key: &[u8; 16], doc: DocId, heads: &[ChangeHash]) -> [u8; 8] {
    let mut sha = Sha256::new();
    sha.update(key);
    sha.update(member_digest(doc, heads).0);
    let mut short = [0; 8];
    short.copy_from_slice(&sha.finalize()[..8]);
    short
}
