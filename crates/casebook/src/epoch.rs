//! A new epoch of a document: its present content written anew on the same birth, and nothing of how it came about.
//!
//! Owns the record of who wrote what still stands, and when. It does not decide that a document is erased, and takes no
//! byte off any disk.

use automerge::{
    Automerge, AutomergeError, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value,
    transaction::{CommitOptions, Transactable, Transaction},
};
use feltbog_ids::{ActorId, ChangeHash, EnrolmentId, Instant};
use minicbor::{Decode, Encode};

use crate::{Authored, Book, BookError, birth::BORN, book::limb_object};

/// Where the record lies at the root. Only the server writes it: the rules refuse it of everybody else.
pub(crate) const RECORD: &str = "epoch";

/// Root keys that are written last, as a person's finish is.
const FINISH: [&str; 3] = ["finished_by", "finished_heads", "finished_at"];

/// A document in its new epoch.
pub struct NewEpoch {
    /// The document.
    pub book: Book,
    /// Hash and chunk of each of its changes but the birth, in an order that can be applied.
    pub changes: Vec<(ChangeHash, Vec<u8>)>,
}

/// Who begins the epoch.
#[derive(Clone, Copy, Debug)]
pub struct EpochPen {
    /// The server's own enrolment.
    pub enrolment: EnrolmentId,
    /// The server's clock.
    pub time: Instant,
}

/// Who wrote what stands. Stored for good, and read by every device: additions only, with a new number each.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub(crate) struct Record {
    /// The salts of the hands that wrote the epoch, of the enrolment that wrote this record.
    #[n(0)]
    salts: Vec<u64>,
    /// The author of each value.
    #[n(1)]
    credits: Vec<Credit>,
    /// Those who wrote in the document, in the finished version alone where there is one.
    #[n(2)]
    standing: Vec<Hand>,
    /// Those who wrote beside the finished version.
    #[n(3)]
    beside: Vec<Hand>,
}

/// A record as it lies in a document.
pub(crate) struct Recorded {
    /// The change that carries it.
    pub(crate) change: ChangeHash,
    writer: EnrolmentId,
    record: Record,
}

/// The author of one value.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
struct Credit {
    /// The map's key at the root; none for the root.
    #[n(0)]
    limb: Option<String>,
    #[n(1)]
    key: String,
    /// The salt of the hand that put it: of several values at one key each has its own.
    #[n(2)]
    salt: u64,
    #[n(3)]
    by: EnrolmentId,
    #[n(4)]
    at: Instant,
}

/// One author's first and last word.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
struct Hand {
    #[n(0)]
    by: EnrolmentId,
    #[n(1)]
    first: Instant,
    #[n(2)]
    last: Instant,
}

/// Everything that stands at one key, the current value last.
struct Place {
    limb: Option<&'static str>,
    key: String,
    values: Vec<(ScalarValue, Option<(EnrolmentId, Instant)>)>,
}

impl Book {
    /// The document as it stands, on its birth, without its history: values with everyone who disagrees, the text, a
    /// finish and what came beside it. Who wrote it and when is told as before; what was there before is not. Fails,
    /// and is then no epoch, where anything would look otherwise than it did.
    pub fn begin_epoch(&self, pen: EpochPen, salt: impl FnMut() -> [u8; 8]) -> Result<NewEpoch, BookError> {
        let places = self.places();
        let layers = places.iter().map(|place| place.values.len()).max().unwrap_or(1);
        let mut salts: Vec<_> = std::iter::repeat_with(salt).take(layers + 1).collect();
        salts.sort_unstable();
        let actor = |salt: [u8; 8]| engine_actor(pen.enrolment, salt);
        let record = self.record_of(&places, &salts);
        let mut doc = self.birth().document();
        for (layer, salt) in salts[..layers].iter().enumerate() {
            let mut one = self.birth().document().with_actor(actor(*salt));
            let top = (layer + 1 == layers).then_some(&record);
            self.lay(&mut one, &places, layers - layer, (top, pen.time))?;
            doc.merge(&mut one)?;
        }
        let mut beside = doc.fork().with_actor(actor(salts[layers]));
        doc.set_actor(actor(salts[layers - 1]));
        self.finish_anew(&mut doc, pen.time)?;
        if self.text() != self.standing_text() {
            let text = text_of(&beside, self.birth().kind.text_key())?;
            commit(&mut beside, pen.time, |tx| tx.update_text(&text, self.text()))?;
            doc.merge(&mut beside)?;
        }
        self.ensured(doc)
    }

    /// Who wrote what stands, if this is not the document's first epoch.
    pub(crate) fn record(&self) -> Option<Recorded> {
        let (value, id) = self.doc.get(ROOT, RECORD).ok()??;
        let Value::Scalar(scalar) = value else { return None };
        let ScalarValue::Bytes(bytes) = scalar.as_ref() else {
            return None;
        };
        let hash = self.doc.hash_for_opid(&id)?;
        let meta = self.doc.get_change_meta_by_hash(&hash)?;
        Some(Recorded {
            change: ChangeHash(hash.0),
            writer: ActorId::from_slice(meta.actor.to_bytes()).ok()?.enrolment(),
            record: minicbor::decode(bytes).ok()?,
        })
    }

    fn places(&self) -> Vec<Place> {
        let limbs = self.birth().kind.limbs();
        let object = |(limb, shape): &(&'static str, ObjType)| match self.doc.get(ROOT, *limb) {
            Ok(Some((Value::Object(found), id))) if found == *shape && found == ObjType::Map => Some((Some(*limb), id)),
            _ => None,
        };
        let mut places = Vec::new();
        for (limb, object) in std::iter::once((None, ROOT)).chain(limbs.iter().filter_map(object)) {
            for key in self.doc.keys(&object) {
                let is_limb = limbs.iter().any(|(limb, _)| *limb == key);
                let is_apart = BORN.contains(&key.as_str()) || FINISH.contains(&key.as_str()) || key == RECORD;
                if limb.is_none() && (is_limb || is_apart) {
                    continue;
                }
                places.extend(self.place(limb, &object, key));
            }
        }
        places
    }

    fn place(&self, limb: Option<&'static str>, object: &ObjId, key: String) -> Option<Place> {
        let standing = self.doc.get_all(object, key.as_str()).ok()?;
        let values: Vec<_> = standing
            .into_iter()
            .filter_map(|(value, id)| match value {
                Value::Scalar(scalar) => Some((scalar.into_owned(), self.author(limb, &key, &id))),
                Value::Object(_) => None,
            })
            .collect();
        (!values.is_empty()).then_some(Place { limb, key, values })
    }

    fn record_of(&self, places: &[Place], salts: &[[u8; 8]]) -> Record {
        let layers = salts.len() - 1;
        let mut credits = Vec::new();
        for place in places {
            let lowest = layers - place.values.len();
            for (rank, (_, author)) in place.values.iter().enumerate() {
                credits.extend(author.map(|(by, at)| Credit {
                    limb: place.limb.map(str::to_owned),
                    key: place.key.clone(),
                    salt: u64::from_be_bytes(salts[lowest + rank]),
                    by,
                    at,
                }));
            }
        }
        let (standing, mut beside) = (self.standing_history(), self.history());
        for known in &standing {
            if let Some(at) = beside.iter().position(|other| other == known) {
                beside.remove(at);
            }
        }
        Record {
            salts: salts.iter().copied().map(u64::from_be_bytes).collect(),
            credits,
            standing: hands(&standing),
            beside: hands(&beside),
        }
    }

    /// One of several versions that stand side by side: the topmost says everything that stands, those under it what
    /// disagrees. Each says its keys in the same order and the topmost its record before them, so that what was current
    /// is so again. `depth` counts from the topmost, which is 1.
    fn lay(
        &self,
        doc: &mut Automerge,
        places: &[Place],
        depth: usize,
        (record, time): (Option<&Record>, Instant),
    ) -> Result<(), BookError> {
        let mut puts = Vec::new();
        if let Some(record) = record {
            let bytes = minicbor::to_vec(record).map_err(|error| BookError::Unreadable(error.to_string()))?;
            puts.push((ROOT, RECORD, ScalarValue::Bytes(bytes)));
        }
        for place in places {
            let rank = place.values.len().checked_sub(depth);
            if let Some((value, _)) = rank.and_then(|rank| place.values.get(rank)) {
                puts.push((map_of(doc, place.limb)?, place.key.as_str(), value.clone()));
            }
        }
        let text_key = self.birth().kind.text_key();
        let text = text_key.filter(|_| record.is_some());
        let text = text.map(|_| text_of(doc, text_key)).transpose()?;
        let words = self.standing_text();
        commit(doc, time, |tx| {
            puts.into_iter()
                .try_for_each(|(object, key, value)| tx.put(&object, key, value))?;
            text.map_or(Ok(()), |text| tx.splice_text(&text, 0, 0, &words))
        })
    }

    /// Binds the finish of a finished note to the version that now holds its text.
    fn finish_anew(&self, doc: &mut Automerge, time: Instant) -> Result<(), BookError> {
        let mut heads = doc.get_heads();
        heads.sort_unstable_by_key(|hash| hash.0);
        let heads: Vec<u8> = heads.iter().flat_map(|hash| hash.0).collect();
        let mut puts = Vec::new();
        for key in FINISH {
            let standing = self.doc.get(ROOT, key)?.map(|(value, _)| value.into_scalar());
            let value = match standing {
                Some(Ok(_)) if key == "finished_heads" && self.finished_heads().is_some() => {
                    ScalarValue::Bytes(heads.clone())
                }
                Some(Ok(value)) => value,
                _ => continue,
            };
            puts.push((key, value));
        }
        commit(doc, time, |tx| {
            puts.into_iter().try_for_each(|(key, value)| tx.put(ROOT, key, value))
        })
    }

    /// The new document, if everything about it looks as it did.
    fn ensured(&self, doc: Automerge) -> Result<NewEpoch, BookError> {
        let book = Self::of(doc)?;
        let alike = book.project().to_bytes() == self.project().to_bytes()
            && book.text() == self.text()
            && book.full_text() == self.full_text()
            && self.birth().kind.limbs().iter().all(|(limb, _)| {
                let keys = self.keys_ever(limb);
                keys == book.keys_ever(limb)
                    && keys
                        .iter()
                        .all(|key| self.all_said(limb, key) == book.all_said(limb, key))
            });
        if !alike {
            return Err(BookError::Unreadable("written anew it would look otherwise".to_owned()));
        }
        let changes = book.changes_since(&[self.birth().hash()]);
        Ok(NewEpoch { book, changes })
    }
}

impl Recorded {
    /// Whether this hand wrote the epoch, on behalf of those the record names.
    pub(crate) fn is_by(&self, actor: ActorId) -> bool {
        actor.enrolment() == self.writer && self.record.salts.contains(&salt_of(actor))
    }

    /// Who put the value that the epoch's hand wrote at a key.
    pub(crate) fn credit(&self, limb: Option<&str>, key: &str, actor: ActorId) -> Option<(EnrolmentId, Instant)> {
        let salt = salt_of(actor);
        let found = self
            .record
            .credits
            .iter()
            .find(|credit| credit.salt == salt && credit.key == key && credit.limb.as_deref() == limb);
        found.map(|credit| (credit.by, credit.at))
    }

    /// First and last word of everyone who wrote what stands.
    pub(crate) fn standing(&self) -> impl Iterator<Item = Authored> {
        self.record.standing.iter().flat_map(Hand::words)
    }

    /// First and last word of everyone who wrote beside a finished version.
    pub(crate) fn beside(&self) -> impl Iterator<Item = Authored> {
        self.record.beside.iter().flat_map(Hand::words)
    }

    /// Whether anything here is of this author.
    pub(crate) fn names(&self, enrolment: EnrolmentId) -> bool {
        let hands = self
            .record
            .standing
            .iter()
            .chain(&self.record.beside)
            .map(|hand| hand.by);
        hands
            .chain(self.record.credits.iter().map(|credit| credit.by))
            .any(|by| by == enrolment)
    }
}

impl Hand {
    fn words(&self) -> [Authored; 2] {
        [self.first, self.last].map(|at| Authored { by: self.by, at })
    }
}

fn hands(history: &[Authored]) -> Vec<Hand> {
    let mut hands: Vec<Hand> = Vec::new();
    for word in history {
        match hands.iter_mut().find(|hand| hand.by == word.by) {
            Some(hand) => hand.last = word.at,
            None => hands.push(Hand {
                by: word.by,
                first: word.at,
                last: word.at,
            }),
        }
    }
    hands
}

fn commit(
    doc: &mut Automerge,
    time: Instant,
    act: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
) -> Result<(), BookError> {
    let mut tx = doc.transaction();
    match act(&mut tx) {
        Ok(()) => {
            tx.commit_with(CommitOptions::default().with_time(time.0));
            Ok(())
        }
        Err(error) => {
            tx.rollback();
            Err(error.into())
        }
    }
}

fn map_of(doc: &Automerge, limb: Option<&str>) -> Result<ObjId, BookError> {
    limb.map_or(Ok(ROOT), |limb| limb_object(doc, limb, ObjType::Map))
}

fn text_of(doc: &Automerge, key: Option<&str>) -> Result<ObjId, BookError> {
    limb_object(doc, key.ok_or(BookError::NoSuchPlace)?, ObjType::Text)
}

fn engine_actor(enrolment: EnrolmentId, salt: [u8; 8]) -> automerge::ActorId {
    automerge::ActorId::from(ActorId::new(enrolment, salt).as_bytes().as_slice())
}

fn salt_of(actor: ActorId) -> u64 {
    let mut salt = [0; 8];
    salt.copy_from_slice(&actor.as_bytes()[16..]);
    u64::from_be_bytes(salt)
}
