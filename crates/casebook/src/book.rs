//! An opened document: read, written in, merged.
//!
//! Owns every call into the merge engine. It keeps nothing on disk and draws no dice; whoever opens it passes the pen in.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{
    Automerge, Change, LoadOptions, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, TextEncoding, Value,
    transaction::{CommitOptions, Transactable, Transaction},
};
use feltbog_ids::{ActorId, ChangeHash, Instant};

use crate::{Birth, BookError, Edit, Scalar, caps};

/// What a change is written with.
#[derive(Clone, Copy, Debug)]
pub struct Pen {
    /// The actor of this replica or run.
    pub actor: ActorId,
    /// A fresh actor of the same enrolment, for writing on a version that lacks this actor's own later changes.
    pub spare: ActorId,
    /// The author's clock.
    pub time: Instant,
}

/// A change that was just written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its hash; also the only head of the version that was typed.
    pub hash: ChangeHash,
    /// Its chunk, never compressed.
    pub bytes: Vec<u8>,
    /// Who wrote it.
    pub actor: ActorId,
}

/// An opened document.
#[derive(Clone)]
pub struct Book {
    pub(crate) doc: Automerge,
    birth: Birth,
}

impl Book {
    /// A document with nothing but its birth.
    pub fn born(birth: Birth) -> Self {
        Self {
            doc: birth.document(),
            birth,
        }
    }

    /// Opens a body and changes that lie apart from it, in any order. Every cap is checked before the merge engine sees
    /// a byte, and a panic of the engine is an error of this document alone.
    pub fn open<'a>(body: &[u8], apart: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, BookError> {
        let mut bytes = body.to_vec();
        for change in apart {
            bytes.extend_from_slice(change);
        }
        caps::check_body(&bytes)?;
        let doc = guarded(|| {
            let options = LoadOptions::new().text_encoding(TextEncoding::UnicodeCodePoint);
            Automerge::load_with_options(&bytes, options)
        })?;
        Self::of(doc)
    }

    /// An engine's document that begins with its birth.
    pub(crate) fn of(doc: Automerge) -> Result<Self, BookError> {
        let birth = Birth::read(&doc)?;
        Ok(Self { doc, birth })
    }

    /// What it was born as.
    pub fn birth(&self) -> &Birth {
        &self.birth
    }

    /// The version, sorted.
    pub fn heads(&self) -> Vec<ChangeHash> {
        let mut heads: Vec<_> = self.doc.get_heads().iter().map(|hash| ChangeHash(hash.0)).collect();
        heads.sort_unstable();
        heads
    }

    /// True when every one of these changes is in the document.
    pub fn has(&self, hashes: &[ChangeHash]) -> bool {
        hashes
            .iter()
            .all(|hash| self.doc.get_change_meta_by_hash(&engine_hash(*hash)).is_some())
    }

    /// Reads several things of it. A panic of the merge engine on the way is an error of this document alone.
    pub fn read<T>(&self, look: impl FnOnce(&Self) -> T) -> Result<T, BookError> {
        guarded(|| Ok::<_, BookError>(look(self)))
    }

    /// The whole document as one body.
    pub fn save(&self) -> Vec<u8> {
        self.doc.save_nocompress()
    }

    /// Hash and chunk of every change that `have` does not reach, in an order that can be applied.
    pub fn changes_since(&self, have: &[ChangeHash]) -> Vec<(ChangeHash, Vec<u8>)> {
        let known: Vec<_> = have
            .iter()
            .filter(|hash| self.has(&[**hash]))
            .map(|hash| engine_hash(*hash))
            .collect();
        let changes = self.doc.get_changes(&known);
        changes
            .iter()
            .map(|change| (ChangeHash(change.hash().0), change.raw_bytes().to_vec()))
            .collect()
    }

    /// Takes in one change of somebody's. `Needs` names what it builds on that is not here; nothing is then changed.
    pub fn apply(&mut self, bytes: &[u8]) -> Result<ChangeHash, BookError> {
        let header = caps::check_change(bytes)?;
        let missing: Vec<_> = header.deps.iter().copied().filter(|hash| !self.has(&[*hash])).collect();
        if !missing.is_empty() {
            return Err(BookError::Needs(missing));
        }
        let mut next = self.doc.clone();
        guarded(|| {
            let change =
                Change::from_bytes(bytes.to_vec()).map_err(|error| BookError::Unreadable(error.to_string()))?;
            next.apply_changes([change]).map_err(BookError::from)
        })?;
        self.doc = next;
        Ok(header.hash)
    }

    /// Writes on the version `on` and merges. Nothing to write makes no change. After an error it is of no more use.
    pub fn write(&mut self, pen: &Pen, on: &[ChangeHash], edits: &[Edit]) -> Result<Option<Written>, BookError> {
        guarded(|| self.write_on(pen, on, edits))
    }

    fn write_on(&mut self, pen: &Pen, on: &[ChangeHash], edits: &[Edit]) -> Result<Option<Written>, BookError> {
        if !self.has(on) {
            return Err(BookError::UnknownHeads);
        }
        let mut sorted = on.to_vec();
        sorted.sort_unstable();
        if sorted.is_empty() || sorted == self.heads() {
            return write_here(&mut self.doc, pen.actor, pen.time, edits);
        }
        let heads: Vec<_> = sorted.iter().map(|hash| engine_hash(*hash)).collect();
        let mut past = self.doc.fork_at(&heads)?;
        let actor = if self.latest_of(pen.actor, &past) {
            pen.actor
        } else {
            pen.spare
        };
        let written = write_here(&mut past, actor, pen.time, edits)?;
        if written.is_some() {
            self.doc.merge(&mut past)?;
        }
        Ok(written)
    }

    /// True when `past` holds everything `actor` ever wrote here, so that its next sequence number is free.
    fn latest_of(&self, actor: ActorId, past: &Automerge) -> bool {
        let count = |doc: &Automerge| {
            let metas = doc.get_changes_meta(&[]);
            metas
                .iter()
                .filter(|meta| meta.actor.to_bytes() == actor.as_bytes())
                .count()
        };
        count(&self.doc) == count(past)
    }
}

/// Applies the edits to a document as it stands and returns the change, if there was anything to change.
fn write_here(
    doc: &mut Automerge,
    actor: ActorId,
    time: Instant,
    edits: &[Edit],
) -> Result<Option<Written>, BookError> {
    let kind = Birth::read(doc)?.kind;
    let text_key = kind.text_key();
    doc.set_actor(automerge::ActorId::from(actor.as_bytes().as_slice()));
    let heads = doc.get_heads();
    let mut tx = doc.transaction();
    for edit in edits {
        if let Err(error) = apply_edit(&mut tx, text_key, &heads, edit) {
            tx.rollback();
            return Err(error);
        }
    }
    let (hash, _) = tx.commit_with(CommitOptions::default().with_time(time.0));
    let Some(hash) = hash else { return Ok(None) };
    let changes = doc.get_changes(&heads);
    let change = changes
        .iter()
        .find(|change| change.hash() == hash)
        .ok_or(BookError::UnknownHeads)?;
    Ok(Some(Written {
        hash: ChangeHash(hash.0),
        bytes: change.raw_bytes().to_vec(),
        actor,
    }))
}

fn apply_edit(
    tx: &mut Transaction<'_>,
    text_key: Option<&str>,
    heads: &[automerge::ChangeHash],
    edit: &Edit,
) -> Result<(), BookError> {
    match edit {
        Edit::Put { limb, key, value } => {
            let object = match limb {
                None => ROOT,
                Some(limb) => limb_object(tx, limb, ObjType::Map)?,
            };
            put(tx, object, key, value)
        }
        Edit::Type { before, after } => {
            let text = limb_object(tx, text_key.ok_or(BookError::NoSuchPlace)?, ObjType::Text)?;
            type_into(tx, &text, before, after)
        }
        Edit::Finish { by, at } => {
            if tx.get(ROOT, "finished_at")?.is_some() {
                return Err(BookError::Finished);
            }
            let mut named: Vec<_> = heads.to_vec();
            named.sort_unstable_by_key(|hash| hash.0);
            let named = named.iter().flat_map(|hash| hash.0).collect();
            put(tx, ROOT, "finished_by", &Scalar::Bytes(by.as_bytes().to_vec()))?;
            put(tx, ROOT, "finished_heads", &Scalar::Bytes(named))?;
            put(tx, ROOT, "finished_at", &Scalar::from(*at))
        }
    }
}

/// Writes the value unless it already stands there alone: setting the same again is no change.
fn put(tx: &mut Transaction<'_>, object: ObjId, key: &str, value: &Scalar) -> Result<(), BookError> {
    let value = engine_scalar(value);
    let standing = tx.get_all(&object, key)?;
    let same = matches!(standing.as_slice(), [(Value::Scalar(old), _)] if **old == value);
    if !same {
        tx.put(&object, key, value)?;
    }
    Ok(())
}

/// Where the text is what it was typed on, the difference is plain. Where it is not, the two are merged as two people's
/// work on the same text, so that neither loses a word.
fn type_into(tx: &mut Transaction<'_>, text: &ObjId, before: &str, after: &str) -> Result<(), BookError> {
    let standing = tx.text(text)?;
    if standing == before {
        tx.update_text(text, after)?;
    } else {
        let merged = merge_texts(before, after, &standing)?;
        tx.update_text(text, &merged)?;
    }
    Ok(())
}

/// The text in which both went from `before`: one to `mine`, one to `theirs`.
pub(crate) fn merge_texts(before: &str, mine: &str, theirs: &str) -> Result<String, BookError> {
    let mut base = Automerge::new_with_encoding(TextEncoding::UnicodeCodePoint);
    base.set_actor(automerge::ActorId::from([0_u8; 1].as_slice()));
    let mut tx = base.transaction();
    let text = tx.put_object(ROOT, "text", ObjType::Text)?;
    tx.splice_text(&text, 0, 0, before)?;
    tx.commit();
    let branch = |actor: u8, to: &str| -> Result<Automerge, BookError> {
        let mut doc = base.fork().with_actor(automerge::ActorId::from([actor].as_slice()));
        let mut tx = doc.transaction();
        tx.update_text(&text, to)?;
        tx.commit();
        Ok(doc)
    };
    let mut left = branch(1, mine)?;
    let mut right = branch(2, theirs)?;
    left.merge(&mut right)?;
    Ok(left.text(&text)?)
}

pub(crate) fn limb_object(doc: &impl ReadDoc, key: &str, shape: ObjType) -> Result<ObjId, BookError> {
    match doc.get(ROOT, key)? {
        Some((Value::Object(found), id)) if found == shape => Ok(id),
        _ => Err(BookError::NoSuchPlace),
    }
}

pub(crate) fn engine_scalar(value: &Scalar) -> ScalarValue {
    match value {
        Scalar::Null => ScalarValue::Null,
        Scalar::Flag(flag) => ScalarValue::Boolean(*flag),
        Scalar::Int(number) => ScalarValue::Int(*number),
        Scalar::Number(number) => ScalarValue::F64(*number),
        Scalar::Text(text) => ScalarValue::Str(text.as_str().into()),
        Scalar::Bytes(bytes) => ScalarValue::Bytes(bytes.clone()),
    }
}

pub(crate) fn engine_hash(hash: ChangeHash) -> automerge::ChangeHash {
    automerge::ChangeHash(hash.0)
}

/// Runs a call into the merge engine; its panic becomes an error of this document.
fn guarded<T, E: Into<BookError>>(call: impl FnOnce() -> Result<T, E>) -> Result<T, BookError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(Into::into),
        Err(_) => Err(BookError::Unreadable("the merge engine gave up on it".to_owned())),
    }
}
