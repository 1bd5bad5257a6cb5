//! Reading a document: scalars with everyone who wrote them, texts at a version, authors.
//!
//! It interprets nothing: what a key means is said in the facts.

use automerge::{ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value};
use feltbog_ids::{ActorId, ChangeHash, DocId, EnrolmentId, Instant};

use crate::{Book, BookError, Edit, SCHEMA, Scalar, birth::neutral_actor, book::engine_hash};

/// One value of a key, with the author and time its change carries.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The value.
    pub value: Scalar,
    /// Who wrote it: an enrolment.
    pub by: Option<EnrolmentId>,
    /// When, by the author's clock.
    pub at: Instant,
}

/// A value and where it was put: the map's key, none for the root, and the key.
type Put = (Option<&'static str>, String, Scalar);

/// One change as the document remembers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authored {
    /// Who wrote it.
    pub by: EnrolmentId,
    /// When, by the author's clock.
    pub at: Instant,
}

impl Book {
    /// The current value of a root key; `Null` counts as none.
    pub fn root(&self, key: &str) -> Option<Scalar> {
        self.current(&ROOT, key)
    }

    /// The current value of a key in one of the maps.
    pub fn within(&self, limb: &str, key: &str) -> Option<Scalar> {
        self.current(&self.limb(limb, ObjType::Map)?, key)
    }

    /// Every value that stands at a key, the current one first.
    pub fn all_said(&self, limb: &str, key: &str) -> Vec<Said> {
        let Some(object) = self.limb(limb, ObjType::Map) else {
            return Vec::new();
        };
        let Ok(mut values) = self.doc.get_all(&object, key) else {
            return Vec::new();
        };
        values.reverse();
        values
            .into_iter()
            .filter_map(|(value, id)| self.said((Some(limb), key), &value, &id))
            .collect()
    }

    /// The keys of a map whose value is not null, sorted.
    pub fn keys(&self, limb: &str) -> Vec<String> {
        let Some(object) = self.limb(limb, ObjType::Map) else {
            return Vec::new();
        };
        self.doc
            .keys(&object)
            .filter(|key| self.current(&object, key).is_some())
            .collect()
    }

    /// The keys of a map, those whose values were cleared among them.
    pub fn keys_ever(&self, limb: &str) -> Vec<String> {
        self.limb(limb, ObjType::Map)
            .map(|object| self.doc.keys(&object).collect())
            .unwrap_or_default()
    }

    /// The version an enrolment left with its latest change, if it wrote any.
    pub fn last_by(&self, enrolment: EnrolmentId) -> Option<ChangeHash> {
        let metas = self.doc.get_changes_meta(&[]);
        let is_theirs = |actor: &[u8]| ActorId::from_slice(actor).is_ok_and(|actor| actor.enrolment() == enrolment);
        let last = metas.iter().rev().find(|meta| is_theirs(meta.actor.to_bytes()));
        let last = last.map(|meta| ChangeHash(meta.hash.0));
        // What they wrote before an erasure stands in the change that carries everything.
        last.or_else(|| {
            self.record()
                .filter(|record| record.names(enrolment))
                .map(|record| record.change)
        })
    }

    /// Where a value of this enrolment's, other than null, stood at a version: the map's key, none for the root, and the
    /// key.
    pub fn said_by(&self, enrolment: EnrolmentId, on: &[ChangeHash]) -> Vec<(Option<&'static str>, String)> {
        let mut found: Vec<_> = self
            .values_at(enrolment, on)
            .into_iter()
            .map(|(limb, key, _)| (limb, key))
            .collect();
        found.dedup();
        found
    }

    /// Every value this enrolment ever put, other than null, oldest first, each once.
    pub fn all_put_by(&self, enrolment: EnrolmentId) -> Vec<Edit> {
        let metas = self.doc.get_changes_meta(&[]);
        let is_theirs = |actor: &[u8]| ActorId::from_slice(actor).is_ok_and(|actor| actor.enrolment() == enrolment);
        let mut values = Vec::new();
        for meta in metas.iter().filter(|meta| is_theirs(meta.actor.to_bytes())) {
            for value in self.put_by(enrolment, ChangeHash(meta.hash.0)) {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
        }
        values
    }

    /// What an enrolment put with one change, as it stood right after.
    pub fn put_by(&self, enrolment: EnrolmentId, change: ChangeHash) -> Vec<Edit> {
        let values = self.values_at(enrolment, &[change]).into_iter();
        let edits = values.map(|(limb, key, value)| Edit::Put {
            limb: limb.map(str::to_owned),
            key,
            value,
        });
        edits.collect()
    }

    /// Every value that stands in one of the maps, those that disagree among them, as it would be put.
    pub fn values_of(&self, limb: &str) -> Vec<Edit> {
        let put = |(key, value)| {
            let limb = Some(limb.to_owned());
            Edit::Put { limb, key, value }
        };
        let keys = self.keys_ever(limb).into_iter();
        let said = keys.flat_map(|key| {
            self.all_said(limb, &key)
                .into_iter()
                .map(move |said| (key.clone(), said.value))
        });
        said.filter(|(_, value)| *value != Scalar::Null).map(put).collect()
    }

    fn values_at(&self, enrolment: EnrolmentId, on: &[ChangeHash]) -> Vec<Put> {
        let heads: Vec<_> = on.iter().map(|hash| engine_hash(*hash)).collect();
        let maps = self.birth().kind.limbs().iter();
        let maps = maps.filter_map(|(limb, shape)| Some((Some(*limb), self.limb(limb, *shape)?)));
        let mut found = Vec::new();
        for (limb, object) in std::iter::once((None, ROOT)).chain(maps) {
            for key in self.doc.keys_at(&object, &heads) {
                let values = self.doc.get_all_at(&object, key.as_str(), &heads).unwrap_or_default();
                let place = (limb, key.as_str());
                let said = values.iter().filter_map(|(value, id)| self.said(place, value, id));
                let theirs = said.filter(|said| said.by == Some(enrolment) && said.value != Scalar::Null);
                found.extend(theirs.map(|said| (limb, key.clone(), said.value)));
            }
        }
        found
    }

    /// True for a document of a newer version, which this one only shows.
    pub fn is_newer(&self) -> bool {
        self.count("schema").is_some_and(|schema| schema > SCHEMA)
    }

    /// The collaborative text as it stands.
    pub fn text(&self) -> String {
        self.text_object()
            .and_then(|object| self.doc.text(&object).ok())
            .unwrap_or_default()
    }

    /// The collaborative text as it stood at a version.
    pub fn text_at(&self, heads: &[ChangeHash]) -> Result<String, BookError> {
        if !self.has(heads) {
            return Err(BookError::UnknownHeads);
        }
        let Some(object) = self.text_object() else {
            return Ok(String::new());
        };
        let heads: Vec<_> = heads.iter().map(|hash| engine_hash(*hash)).collect();
        Ok(self.doc.text_at(&object, &heads)?)
    }

    /// Who wrote which change when, in the order of their stamps; births left out. The order in which changes arrived is
    /// another on each device, so it may never show.
    pub fn history(&self) -> Vec<Authored> {
        self.history_without(&[])
    }

    /// The same of the finished version alone, once a note is finished: what came beside it is no part of it.
    pub fn standing_history(&self) -> Vec<Authored> {
        match self.finished_heads() {
            Some(heads) => {
                let heads: Vec<_> = heads.iter().map(|hash| engine_hash(*hash)).collect();
                let beside = self.doc.get_changes_meta(&heads);
                self.history_without(&beside.iter().map(|meta| meta.hash).collect::<Vec<_>>())
            }
            None => self.history(),
        }
    }

    fn history_without(&self, left_out: &[automerge::ChangeHash]) -> Vec<Authored> {
        let metas = self.doc.get_changes_meta(&[]);
        let (neutral, record) = (neutral_actor(), self.record());
        let mut history: Vec<_> = metas
            .iter()
            .filter(|meta| !left_out.contains(&meta.hash))
            .filter_map(|meta| {
                let actor = ActorId::from_slice(meta.actor.to_bytes()).ok()?;
                let is_carried = record.as_ref().is_some_and(|record| record.is_by(actor));
                (actor != neutral && !is_carried).then_some(Authored {
                    by: actor.enrolment(),
                    at: Instant(meta.timestamp),
                })
            })
            .collect();
        if let Some(record) = &record {
            history.extend(record.standing());
            history.extend(record.beside().filter(|_| left_out.is_empty()));
        }
        history.sort_unstable_by_key(|change| (change.at, change.by));
        history.dedup();
        history
    }

    /// The version a finished note was finished at, as its finish names it.
    pub fn finished_heads(&self) -> Option<Vec<ChangeHash>> {
        match self.root("finished_heads")? {
            Scalar::Bytes(bytes) if bytes.len() % 32 == 0 => {
                let hash = |chunk: &[u8]| chunk.try_into().ok().map(ChangeHash);
                bytes.chunks_exact(32).map(hash).collect()
            }
            _ => None,
        }
    }

    /// True when the document held a finish at this version.
    pub fn finished_at(&self, heads: &[ChangeHash]) -> bool {
        let heads: Vec<_> = heads.iter().map(|hash| engine_hash(*hash)).collect();
        matches!(self.doc.get_at(ROOT, "finished_at", &heads), Ok(Some(_)))
    }

    /// A text at the root.
    pub fn words(&self, key: &str) -> String {
        match self.root(key) {
            Some(Scalar::Text(text)) => text,
            _ => String::new(),
        }
    }

    /// An instant at the root.
    pub fn instant(&self, key: &str) -> Option<Instant> {
        match self.root(key) {
            Some(Scalar::Int(at)) => Some(Instant(at)),
            _ => None,
        }
    }

    /// A whole number at the root.
    pub fn count(&self, key: &str) -> Option<i64> {
        self.instant(key).map(|at| at.0)
    }

    /// True only where the root says so.
    pub fn flag(&self, key: &str) -> bool {
        self.root(key) == Some(Scalar::Flag(true))
    }

    /// An id at the root.
    pub fn id_at(&self, key: &str) -> Option<DocId> {
        match self.root(key) {
            Some(Scalar::Bytes(bytes)) => bytes.try_into().ok().map(DocId::from_bytes),
            _ => None,
        }
    }

    fn current(&self, object: &ObjId, key: &str) -> Option<Scalar> {
        let (value, _) = self.doc.get(object, key).ok()??;
        plain(&value).filter(|scalar| *scalar != Scalar::Null)
    }

    fn said(&self, (limb, key): (Option<&str>, &str), value: &Value<'_>, id: &ObjId) -> Option<Said> {
        let author = self.author(limb, key, id);
        Some(Said {
            value: plain(value)?,
            by: author.map(|(by, _)| by),
            at: author.map_or(Instant(0), |(_, at)| at),
        })
    }

    /// Who put a value where it stands, and when by their clock.
    pub(crate) fn author(&self, limb: Option<&str>, key: &str, id: &ObjId) -> Option<(EnrolmentId, Instant)> {
        let meta = self.doc.get_change_meta_by_hash(&self.doc.hash_for_opid(id)?)?;
        let actor = ActorId::from_slice(meta.actor.to_bytes()).ok()?;
        match self.record().filter(|record| record.is_by(actor)) {
            Some(record) => record.credit(limb, key, actor),
            None => Some((actor.enrolment(), Instant(meta.timestamp))),
        }
    }

    fn limb(&self, key: &str, shape: ObjType) -> Option<ObjId> {
        match self.doc.get(ROOT, key).ok()?? {
            (Value::Object(found), id) if found == shape => Some(id),
            _ => None,
        }
    }

    fn text_object(&self) -> Option<ObjId> {
        self.limb(self.birth().kind.text_key()?, ObjType::Text)
    }
}

/// A scalar this version can show. Counters and types of newer versions are kept in the document and not shown.
fn plain(value: &Value<'_>) -> Option<Scalar> {
    let Value::Scalar(scalar) = value else { return None };
    Some(match scalar.as_ref() {
        ScalarValue::Null => Scalar::Null,
        ScalarValue::Boolean(flag) => Scalar::Flag(*flag),
        ScalarValue::Int(number) | ScalarValue::Timestamp(number) => Scalar::Int(*number),
        ScalarValue::Uint(number) => Scalar::Int(i64::try_from(*number).ok()?),
        ScalarValue::F64(number) => Scalar::Number(*number),
        ScalarValue::Str(text) => Scalar::Text(text.to_string()),
        ScalarValue::Bytes(bytes) => Scalar::Bytes(bytes.clone()),
        _ => return None,
    })
}
