//! What bytes from outside may cost, counted before automerge sees them: it has no limits of its own.
//!
//! A valid file of 200 KB can inflate to hundreds of megabytes, and a change of a hundred bytes can stand for ten million operations,
//! so every column is walked here run by run. It does not judge what the operations do, and a document's heads stay a claim.

mod runs;
mod table;
mod tape;

use std::{collections::BTreeSet, fmt, io::Read};

use feltbog_ids::ChangeHash;
use flate2::bufread::DeflateDecoder;

use self::{
    runs::TIMES,
    table::{Bounds, Counted, Room, Table},
};
use crate::chunk::{
    ChangeHeader, ChangeParts, Chunk, ChunkError, ChunkKind, DocumentParts, change_parts, column::Column,
    cursor::Cursor, document_parts, only,
};

/// How much of each there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes as they arrive.
    pub bytes: u64,
    /// Bytes that are not in what arrived: inflated columns, inflated changes, text that runs repeat.
    pub inflated: u64,
    /// Operations, and as many predecessors or successors of operations.
    pub ops: u64,
    /// Different actors.
    pub actors: u64,
    /// Dependencies of all changes together, and the heads of a document.
    pub deps: u64,
    /// Changes.
    pub changes: u64,
}

/// One change as it is sent: a long note is some ten thousand operations.
pub const CHANGE_LIMITS: Limits = Limits {
    bytes: 1 << 20,
    inflated: 4 << 20,
    ops: 50_000,
    actors: 64,
    deps: 256,
    changes: 1,
};

/// One stored body: a snapshot and the changes after it.
pub const BODY_LIMITS: Limits = Limits {
    bytes: 8 << 20,
    inflated: 12 << 20,
    ops: 400_000,
    actors: 4_096,
    deps: 60_000,
    changes: 20_000,
};

/// An actor is 24 bytes, automerge's concurrency prefix a few more. Longer ones only cost.
const ACTOR_BYTES: u64 = 64;

/// What there is too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cap {
    /// Bytes as they arrive.
    Bytes,
    /// Bytes that come out of the inflater or of repeated text.
    Inflated,
    /// Operations.
    Ops,
    /// Different actors.
    Actors,
    /// Bytes of one actor.
    ActorBytes,
    /// Dependencies or heads.
    Deps,
    /// Changes.
    Changes,
}

/// Why bytes are not given to automerge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CapError {
    /// Smaller pieces may pass: split the text or the import, or set the document aside.
    #[error("more than {limit} {what}: split it into smaller parts")]
    TooLarge {
        /// What there is too much of.
        what: Cap,
        /// How much there may be.
        limit: u64,
    },
    /// No size would help: keep the bytes aside.
    #[error(transparent)]
    Malformed(#[from] ChunkError),
}

/// What a stored body holds, counted without opening it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BodyFacts {
    /// The heads its documents name: a claim until automerge has loaded them.
    pub claimed_heads: Vec<ChangeHash>,
    /// The changes that stand beside the documents, in the order of the bytes. They may also be inside one.
    pub loose: Vec<ChangeHeader>,
    /// Changes in documents and beside them.
    pub changes: u64,
    /// Operations of all of them.
    pub ops: u64,
    /// Bytes that were not in the body: see [`Limits::inflated`].
    pub inflated: u64,
}

/// Checks exactly one uncompressed change against [`CHANGE_LIMITS`] and gives its header, computed from the bytes.
pub fn check_change(bytes: &[u8]) -> Result<ChangeHeader, CapError> {
    let mut tally = Tally::new(CHANGE_LIMITS);
    tally.admit(Cap::Bytes, bytes.len() as u64)?;
    let parts = change_parts(only(bytes, ChunkKind::Change)?)?;
    tally.change(&parts)?;
    Ok(parts.header)
}

/// Checks a stored body, any number of chunks, against [`BODY_LIMITS`]; each change in it also against [`CHANGE_LIMITS`].
pub fn check_body(bytes: &[u8]) -> Result<BodyFacts, CapError> {
    let mut tally = Tally::new(BODY_LIMITS);
    tally.admit(Cap::Bytes, bytes.len() as u64)?;
    let mut facts = BodyFacts::default();
    let mut cursor = Cursor::new(bytes);
    if cursor.is_empty() {
        return Err(ChunkError::Malformed { part: "an empty body" }.into());
    }
    while !cursor.is_empty() {
        let chunk = Chunk::read(&mut cursor)?;
        match chunk.kind() {
            ChunkKind::Document => {
                let parts = document_parts(chunk)?;
                tally.document(&parts)?;
                facts.claimed_heads.extend(parts.heads.collect());
            }
            ChunkKind::Change => facts.loose.push(tally.loose_change(chunk)?),
            ChunkKind::Compressed => {
                let contents = tally.inflate(&chunk)?;
                facts.loose.push(tally.loose_change(chunk.inflated_to(&contents)?)?);
            }
        }
    }
    Ok(BodyFacts {
        changes: tally.changes,
        ops: tally.ops,
        inflated: tally.inflated,
        ..facts
    })
}

impl Limits {
    fn of(&self, what: Cap) -> u64 {
        match what {
            Cap::Bytes => self.bytes,
            Cap::Inflated => self.inflated,
            Cap::Ops => self.ops,
            Cap::Actors => self.actors,
            Cap::ActorBytes => ACTOR_BYTES,
            Cap::Deps => self.deps,
            Cap::Changes => self.changes,
        }
    }
}

impl fmt::Display for Cap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "bytes",
            Self::Inflated => "bytes once unpacked",
            Self::Ops => "operations",
            Self::Actors => "writers",
            Self::ActorBytes => "bytes in a writer's id",
            Self::Deps => "dependencies",
            Self::Changes => "changes",
        })
    }
}

/// What was counted so far, over all chunks.
struct Tally {
    limits: Limits,
    inflated: u64,
    ops: u64,
    members: u64,
    deps: u64,
    changes: u64,
    actors: BTreeSet<Vec<u8>>,
}

impl Tally {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            inflated: 0,
            ops: 0,
            members: 0,
            deps: 0,
            changes: 0,
            actors: BTreeSet::new(),
        }
    }

    /// Gives `count` back when there may be so many.
    fn admit(&self, what: Cap, count: u64) -> Result<u64, CapError> {
        let limit = self.limits.of(what);
        if count <= limit {
            Ok(count)
        } else {
            Err(CapError::TooLarge { what, limit })
        }
    }

    fn document(&mut self, parts: &DocumentParts<'_>) -> Result<(), CapError> {
        self.admit(Cap::Deps, parts.heads.len() as u64)?;
        self.actors(parts.actors)?;
        let changes = self.table(Table::Changes, &parts.changes, parts.actors.count)?;
        self.changes += changes.rows;
        self.deps += changes.members;
        let ops = self.table(Table::Ops, &parts.ops, parts.actors.count)?;
        self.ops += ops.rows;
        self.members += ops.members;
        Ok(())
    }

    /// A change inside a body: no larger than one that could have been sent.
    fn loose_change(&mut self, chunk: Chunk<'_>) -> Result<ChangeHeader, CapError> {
        let alone = Self::new(CHANGE_LIMITS);
        alone.admit(Cap::Bytes, chunk.contents().len() as u64)?;
        let parts = change_parts(chunk)?;
        alone.admit(Cap::Deps, parts.header.deps.len() as u64)?;
        self.change(&parts)?;
        Ok(parts.header)
    }

    fn change(&mut self, parts: &ChangeParts<'_>) -> Result<(), CapError> {
        let header = &parts.header;
        self.changes = self.admit(Cap::Changes, self.changes + 1)?;
        self.deps = self.admit(Cap::Deps, self.deps.saturating_add(header.deps.len() as u64))?;
        self.actors(std::iter::once(header.actor.as_slice()).chain(parts.others))?;
        let ops = self.table(Table::Ops, &parts.ops, parts.others.count.saturating_add(1))?;
        self.ops += ops.rows;
        self.members += ops.members;
        let last_op = header.start_op.saturating_add(ops.rows);
        if last_op > u64::from(u32::MAX) || header.seq > u64::from(u32::MAX) {
            return Err(ChunkError::Malformed {
                part: "a counter past 32 bits",
            }
            .into());
        }
        if !TIMES.contains(&header.time) {
            return Err(ChunkError::Malformed {
                part: "a time past every calendar",
            }
            .into());
        }
        Ok(())
    }

    fn actors<'a>(&mut self, actors: impl Iterator<Item = &'a [u8]>) -> Result<(), CapError> {
        for actor in actors {
            self.admit(Cap::ActorBytes, actor.len() as u64)?;
            if !self.actors.contains(actor) {
                self.admit(Cap::Actors, self.actors.len() as u64 + 1)?;
                self.actors.insert(actor.to_vec());
            }
        }
        Ok(())
    }

    /// Walks a table with the room that is left.
    fn table(&mut self, table: Table, columns: &[Column<'_>], actors: u64) -> Result<Counted, CapError> {
        let (rows, members) = match table {
            Table::Ops => (self.room(Cap::Ops, self.ops), self.room(Cap::Ops, self.members)),
            Table::Changes => (self.room(Cap::Changes, self.changes), self.room(Cap::Deps, self.deps)),
        };
        let repeated = self.room(Cap::Inflated, self.inflated);
        let counted = table::count(
            table,
            columns,
            &Bounds {
                rows,
                members,
                repeated,
                actors,
            },
        )?;
        self.inflated += counted.inflated;
        Ok(counted)
    }

    fn room(&self, what: Cap, used: u64) -> Room {
        let limit = self.limits.of(what);
        Room {
            what,
            most: limit.saturating_sub(used),
            limit,
        }
    }

    /// Inflates a compressed change, reading one byte more than it may have.
    fn inflate(&mut self, chunk: &Chunk<'_>) -> Result<Vec<u8>, CapError> {
        let most = CHANGE_LIMITS
            .bytes
            .min(self.limits.inflated.saturating_sub(self.inflated));
        let mut inflater = DeflateDecoder::new(chunk.contents());
        let mut contents = Vec::new();
        let read = inflater.by_ref().take(most + 1).read_to_end(&mut contents);
        read.map_err(|_| ChunkError::Malformed {
            part: "a compressed change",
        })?;
        if contents.len() as u64 > most {
            return Err(CapError::TooLarge {
                what: Cap::Inflated,
                limit: self.limits.inflated,
            });
        }
        if !inflater.get_ref().is_empty() {
            return Err(ChunkError::Malformed {
                part: "what follows a compressed change",
            }
            .into());
        }
        self.inflated += contents.len() as u64;
        Ok(contents)
    }
}
