//! The first change of a document: canonical, so that whoever makes it makes the same bytes.
//!
//! Frozen by a test. It does not carry the schema or any fact; those are ordinary changes that follow.

use automerge::transaction::Transactable;
use automerge::{Automerge, ObjType, ROOT, ReadDoc, ScalarValue, TextEncoding, transaction::CommitOptions};
use feltbog_ids::{ActorId, ChangeHash, DocId, EnrolmentId, WorkspaceId};

use crate::{BookError, Kind};

/// What a birth says. It never changes in the life of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Birth {
    /// Where the document lives; it never leaves.
    pub workspace: WorkspaceId,
    /// What it is.
    pub kind: Kind,
    /// Which one.
    pub id: DocId,
    /// What it belongs to: the case of a visit, a note or a part.
    pub parent: Option<DocId>,
}

/// The version of what this app writes in a document. A document that says a higher one is of a newer app: it is shown,
/// and not written in, for what it means is not known here.
pub const SCHEMA: i64 = 1;

/// Root keys that the birth sets and no later change may touch.
pub(crate) const BORN: [&str; 4] = ["kind", "workspace", "id", "parent"];

/// The actor of every birth: no enrolment, no salt.
pub fn neutral_actor() -> ActorId {
    ActorId::new(EnrolmentId::from_bytes([0; 16]), [0; 8])
}

impl Birth {
    /// The document with nothing but its birth.
    pub(crate) fn document(&self) -> Automerge {
        let mut doc = Automerge::new_with_encoding(TextEncoding::UnicodeCodePoint);
        doc.set_actor(automerge::ActorId::from(neutral_actor().as_bytes().as_slice()));
        let mut tx = doc.transaction();
        self.fill(&mut tx)
            .expect("a new document takes every key of its skeleton");
        tx.commit_with(CommitOptions::default().with_time(0));
        doc
    }

    /// Operations 1 to 4 are the scalars, 5 and on the limbs; `limb_of` counts on that.
    fn fill(&self, tx: &mut impl Transactable) -> Result<(), automerge::AutomergeError> {
        tx.put(ROOT, "kind", self.kind.word())?;
        tx.put(ROOT, "workspace", self.workspace.as_bytes().to_vec())?;
        tx.put(ROOT, "id", self.id.as_bytes().to_vec())?;
        let parent = self
            .parent
            .map_or(ScalarValue::Null, |id| ScalarValue::Bytes(id.as_bytes().to_vec()));
        tx.put(ROOT, "parent", parent)?;
        for (key, shape) in self.kind.limbs() {
            tx.put_object(ROOT, *key, *shape)?;
        }
        Ok(())
    }

    /// The chunk of the first change.
    pub fn bytes(&self) -> Vec<u8> {
        let changes = self.document().get_changes(&[]);
        changes
            .first()
            .expect("a new document has its first change")
            .raw_bytes()
            .to_vec()
    }

    /// The hash of the first change.
    pub fn hash(&self) -> ChangeHash {
        let heads = self.document().get_heads();
        ChangeHash(heads.first().expect("a new document has one head").0)
    }

    /// Reads the birth out of a document.
    pub(crate) fn read(doc: &Automerge) -> Result<Self, BookError> {
        let word = match doc.get(ROOT, "kind")? {
            Some((value, _)) => value.as_str().ok_or(BookError::NoBirth)?.to_owned(),
            None => return Err(BookError::NoBirth),
        };
        let kind = Kind::parse(&word).ok_or(BookError::UnknownKind)?;
        Ok(Self {
            workspace: WorkspaceId::from_bytes(sixteen(doc, "workspace")?.ok_or(BookError::NoBirth)?),
            kind,
            id: DocId::from_bytes(sixteen(doc, "id")?.ok_or(BookError::NoBirth)?),
            parent: sixteen(doc, "parent")?.map(DocId::from_bytes),
        })
    }

    /// The name and type of the limb that operation `counter` of the birth made.
    pub(crate) fn limb_of(kind: Kind, counter: u64) -> Option<(&'static str, ObjType)> {
        let index = usize::try_from(counter.checked_sub(BORN.len() as u64 + 1)?).ok()?;
        kind.limbs().get(index).copied()
    }
}

/// Sixteen bytes at a root key; none where the key is null.
fn sixteen(doc: &Automerge, key: &str) -> Result<Option<[u8; 16]>, BookError> {
    let Some((value, _)) = doc.get(ROOT, key)? else {
        return Ok(None);
    };
    match value.into_scalar() {
        Ok(ScalarValue::Bytes(bytes)) => bytes.try_into().map(Some).map_err(|_| BookError::NoBirth),
        _ => Ok(None),
    }
}
