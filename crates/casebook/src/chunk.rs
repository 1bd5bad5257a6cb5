//! The outer form of what automerge writes: chunks one after the other, and what stands in the head of each.
//!
//! It follows the automerge binary format specification (<https://automerge.org/automerge-binary-format-spec/>).
//! It does not open columns and it keeps no limits: ask `caps` first about bytes that came from outside.

pub(crate) mod column;
pub(crate) mod cursor;

use std::collections::BTreeSet;

use feltbog_ids::ChangeHash;
use sha2::{Digest, Sha256};

use self::{
    column::{Column, Layout},
    cursor::{Actors, Cursor, Hashes},
};

/// The four bytes every chunk starts with.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

/// Why bytes are not what automerge writes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    /// A part is cut short, out of order or does not fit with the rest. Keep the bytes aside; they cannot be read.
    #[error("the bytes are not an automerge chunk: {part} is wrong")]
    Malformed {
        /// What could not be read.
        part: &'static str,
    },
    /// The checksum is not that of the contents. Fetch them again.
    #[error("the bytes were damaged on the way: fetch them again")]
    Damaged,
    /// A kind of chunk that has no place here, such as a bundle, or a document where one change was asked for.
    #[error("this kind of chunk is not taken here")]
    Unwanted,
}

/// What a chunk holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkKind {
    /// Type 0: a whole document with its history.
    Document,
    /// Type 1: one change.
    Change,
    /// Type 2: one change, deflated. Allowed inside stored bodies only.
    Compressed,
}

/// One chunk, borrowed from the bytes it was found in.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'a> {
    kind: ChunkKind,
    checksum: [u8; 4],
    contents: &'a [u8],
    hash: [u8; 32],
}

/// What stands in the head of a change, computed from its bytes and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeHeader {
    /// SHA-256 of type 1, length and contents, whether the change lay deflated or not.
    pub hash: ChangeHash,
    /// The changes this one follows.
    pub deps: Vec<ChangeHash>,
    /// Who wrote it, as automerge has it: any number of bytes.
    pub actor: Vec<u8>,
    /// The actor's how manieth change it is, from one.
    pub seq: u64,
    /// The counter of the first operation, from one.
    pub start_op: u64,
    /// The writer's clock, in the unit the writer chose. Never a reason for anything.
    pub time: i64,
    /// How many bytes the message has.
    pub message_bytes: usize,
    /// How many further actors the operations name.
    pub other_actors: usize,
    /// How many bytes follow the columns. Nothing Feltbog writes has any.
    pub extra_bytes: usize,
}

/// A change with its parts still in place.
#[derive(Debug)]
pub(crate) struct ChangeParts<'a> {
    pub(crate) header: ChangeHeader,
    pub(crate) others: Actors<'a>,
    pub(crate) ops: Vec<Column<'a>>,
}

/// A document with its parts still in place.
#[derive(Debug)]
pub(crate) struct DocumentParts<'a> {
    pub(crate) actors: Actors<'a>,
    pub(crate) heads: Hashes<'a>,
    pub(crate) changes: Vec<Column<'a>>,
    pub(crate) ops: Vec<Column<'a>>,
}

/// All chunks of `bytes`, in order, checksums verified (of a compressed change: when it is inflated).
pub fn split(bytes: &[u8]) -> Result<Vec<Chunk<'_>>, ChunkError> {
    let mut cursor = Cursor::new(bytes);
    let mut chunks = Vec::new();
    while !cursor.is_empty() {
        chunks.push(Chunk::read(&mut cursor)?);
    }
    Ok(chunks)
}

/// The header of exactly one uncompressed change, with nothing before or after it.
pub fn change_header(bytes: &[u8]) -> Result<ChangeHeader, ChunkError> {
    Ok(change_parts(only(bytes, ChunkKind::Change)?)?.header)
}

/// The heads a document chunk names. A claim: only opening the document shows whether they are its own.
pub fn claimed_heads(bytes: &[u8]) -> Result<Vec<ChangeHash>, ChunkError> {
    Ok(document_parts(only(bytes, ChunkKind::Document)?)?.heads.collect())
}

/// The heads of a set of changes: those no other of them depends on, in rising order.
pub fn heads_of<'h>(headers: impl IntoIterator<Item = &'h ChangeHeader>) -> Vec<ChangeHash> {
    let mut heads = BTreeSet::new();
    let mut followed = BTreeSet::new();
    for header in headers {
        heads.insert(header.hash);
        followed.extend(header.deps.iter().copied());
    }
    heads.difference(&followed).copied().collect()
}

impl<'a> Chunk<'a> {
    /// What the chunk holds.
    pub fn kind(&self) -> ChunkKind {
        self.kind
    }

    /// The bytes after the chunk's own header: deflated, if it is a compressed change.
    pub fn contents(&self) -> &'a [u8] {
        self.contents
    }

    /// Reads the next chunk, and verifies its checksum unless that is over bytes which are still deflated.
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Result<Self, ChunkError> {
        if cursor.array()? != MAGIC {
            return Err(ChunkError::Malformed {
                part: "the start of a chunk",
            });
        }
        let checksum = cursor.array()?;
        let hashed = cursor.rest();
        let kind = match cursor.array()? {
            [0] => ChunkKind::Document,
            [1] => ChunkKind::Change,
            [2] => ChunkKind::Compressed,
            _ => return Err(ChunkError::Unwanted),
        };
        let contents = cursor.prefixed()?;
        let (hashed, _) = hashed.split_at(hashed.len() - cursor.rest().len());
        let hash = Sha256::digest(hashed).into();
        let chunk = Self {
            kind,
            checksum,
            contents,
            hash,
        };
        if kind == ChunkKind::Compressed {
            Ok(chunk)
        } else {
            chunk.verified(hash)
        }
    }

    /// The change a compressed chunk stands for, given its inflated contents. The checksum is over these.
    pub(crate) fn inflated_to<'b>(&self, contents: &'b [u8]) -> Result<Chunk<'b>, ChunkError> {
        let mut sha = Sha256::new_with_prefix([1]);
        let mut length = contents.len();
        while length >= 0x80 {
            sha.update([length as u8 | 0x80]);
            length >>= 7;
        }
        sha.update([length as u8]);
        sha.update(contents);
        let hash = sha.finalize().into();
        Chunk {
            kind: ChunkKind::Change,
            checksum: self.checksum,
            contents,
            hash,
        }
        .verified(hash)
    }

    fn verified(self, hash: [u8; 32]) -> Result<Self, ChunkError> {
        if hash.starts_with(&self.checksum) {
            Ok(self)
        } else {
            Err(ChunkError::Damaged)
        }
    }
}

/// The one chunk `bytes` consist of, which must be of `kind`.
pub(crate) fn only(bytes: &[u8], kind: ChunkKind) -> Result<Chunk<'_>, ChunkError> {
    let mut cursor = Cursor::new(bytes);
    let chunk = Chunk::read(&mut cursor)?;
    if !cursor.is_empty() {
        return Err(ChunkError::Malformed {
            part: "what follows the chunk",
        });
    }
    if chunk.kind != kind {
        return Err(ChunkError::Unwanted);
    }
    Ok(chunk)
}

/// Takes an uncompressed change apart, in the order the specification gives.
pub(crate) fn change_parts(chunk: Chunk<'_>) -> Result<ChangeParts<'_>, ChunkError> {
    let mut cursor = Cursor::new(chunk.contents);
    let deps = cursor.hashes()?.collect();
    let actor = cursor.prefixed()?;
    let seq = cursor.uleb()?;
    let start_op = cursor.uleb()?;
    let time = cursor.sleb()?;
    let message = cursor.prefixed()?;
    let others = cursor.actors()?;
    let ops = Layout::read(&mut cursor)?.take(&mut cursor)?;
    if ops.iter().any(|column| column.spec.is_deflated()) {
        return Err(ChunkError::Malformed {
            part: "a deflated column in a change",
        });
    }
    if seq == 0 || start_op == 0 || std::str::from_utf8(message).is_err() {
        return Err(ChunkError::Malformed {
            part: "the header of a change",
        });
    }
    let header = ChangeHeader {
        hash: ChangeHash(chunk.hash),
        deps,
        actor: actor.to_vec(),
        seq,
        start_op,
        time,
        message_bytes: message.len(),
        other_actors: others.count as usize,
        extra_bytes: cursor.rest().len(),
    };
    Ok(ChangeParts { header, others, ops })
}

/// Takes a document apart. The list of head indices at its end is missing from what old versions wrote.
pub(crate) fn document_parts(chunk: Chunk<'_>) -> Result<DocumentParts<'_>, ChunkError> {
    let mut cursor = Cursor::new(chunk.contents);
    let actors = cursor.actors()?;
    let heads = cursor.hashes()?;
    let changes = Layout::read(&mut cursor)?;
    let ops = Layout::read(&mut cursor)?;
    let changes = changes.take(&mut cursor)?;
    let ops = ops.take(&mut cursor)?;
    if !cursor.is_empty() {
        for _ in 0..heads.len() {
            cursor.uleb()?;
        }
    }
    if !cursor.is_empty() {
        return Err(ChunkError::Malformed {
            part: "what follows a document",
        });
    }
    Ok(DocumentParts {
        actors,
        heads,
        changes,
        ops,
    })
}
