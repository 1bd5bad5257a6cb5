//! Who may make and write what: the table of births and the judgement of a change.
//!
//! Pure. Whether the author has a right to the document at all is the server's question; this answers what someone with
//! these roles may do in it. Rules only widen: what one version accepts, the next two accept.

use std::collections::BTreeSet;

use automerge::{Change, ObjType, legacy};
use feltbog_ids::{ActorId, ChangeHash, PersonId};

use crate::{
    Birth, Book, Kind, Scalar,
    birth::{BORN, neutral_actor},
    epoch::RECORD,
};

/// What a person is in a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Does the work.
    Worker,
    /// Plans visits.
    Planner,
    /// Leads the unit.
    Leader,
    /// Writes news.
    Editor,
    /// Looks after devices and accounts.
    Operator,
    /// Reads the look-up log.
    Auditor,
    /// Decides what is kept.
    Archivist,
    /// The authority's case worker.
    Authority,
    /// An import, with an enrolment of its own.
    Importer,
    /// The server's own hand: reference data and parts.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 10] = [
        Self::Worker,
        Self::Planner,
        Self::Leader,
        Self::Editor,
        Self::Operator,
        Self::Auditor,
        Self::Archivist,
        Self::Authority,
        Self::Importer,
        Self::Admin,
    ];

    /// The word in commands and scopes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Planner => "planner",
            Self::Leader => "leader",
            Self::Editor => "editor",
            Self::Operator => "operator",
            Self::Auditor => "auditor",
            Self::Archivist => "archivist",
            Self::Authority => "authority",
            Self::Importer => "importer",
            Self::Admin => "admin",
        }
    }

    /// The role of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// Who wrote a change, as the server knows them.
#[derive(Clone, Debug)]
pub struct Author {
    /// The person.
    pub person: PersonId,
    /// Their roles where the document lives.
    pub roles: BTreeSet<Role>,
}

/// Why a change is refused although it can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// This person may not make a document of that kind there.
    #[error("a document of that kind may not be made by this person here")]
    MayNotCreate,
    /// This person may not write that there.
    #[error("this person may not write that here")]
    MayNotWrite,
    /// It alters what a birth says or who wrote before an erasure, makes nested objects, or carries bytes beyond its end.
    #[error("the change has a shape no app of ours writes")]
    Shape,
    /// The note was finished in the version it was written on.
    #[error("the note is finished")]
    Finished,
    /// A finish that does not name its own author and version.
    #[error("a finish must name its author and the version it was written on")]
    Finish,
}

/// True when someone with these roles may make a document of this kind.
pub fn may_create(kind: Kind, roles: &BTreeSet<Role>) -> bool {
    let allowed: &[Role] = match kind {
        Kind::Unit | Kind::Person | Kind::Part | Kind::Loose => &[Role::Admin],
        Kind::Case => &[Role::Worker, Role::Importer, Role::Admin],
        Kind::Visit => &[Role::Planner, Role::Leader, Role::Importer, Role::Admin],
        Kind::Note => &[Role::Worker, Role::Planner, Role::Leader, Role::Importer, Role::Admin],
        Kind::Post => &[Role::Editor, Role::Leader, Role::Admin],
    };
    allowed.iter().any(|role| roles.contains(role))
}

/// Judges one change that is not a birth against the document without it. `bytes` have passed the caps.
pub fn judge(book: &Book, bytes: &[u8], author: &Author) -> Result<(), Fault> {
    let change = Change::from_bytes(bytes.to_vec()).map_err(|_| Fault::Shape)?;
    if change.actor_id().to_bytes() == neutral_actor().as_bytes() || !change.extra_bytes().is_empty() {
        return Err(Fault::Shape);
    }
    let deps: Vec<_> = change.deps().iter().map(|hash| ChangeHash(hash.0)).collect();
    let mut touched = Touched::default();
    for op in &change.decode().operations {
        touched.add(book.birth().kind, op)?;
    }
    judge_kind(book.birth().kind, &touched, author)?;
    judge_finish(book, &touched, &deps, author)
}

/// What a change writes, by name.
#[derive(Default)]
struct Touched {
    root: BTreeSet<String>,
    limbs: BTreeSet<&'static str>,
    finish: Vec<(String, Option<automerge::ScalarValue>)>,
}

impl Touched {
    fn add(&mut self, kind: Kind, op: &legacy::Op) -> Result<(), Fault> {
        if matches!(op.action, automerge::legacy::OpType::Make(_)) {
            return Err(Fault::Shape);
        }
        match &op.obj {
            legacy::ObjectId::Root => self.add_root(kind, op),
            legacy::ObjectId::Id(legacy::OpId(counter, actor)) => {
                let born = actor.to_bytes() == neutral_actor().as_bytes();
                let (name, shape) = Birth::limb_of(kind, *counter).filter(|_| born).ok_or(Fault::Shape)?;
                let marks = matches!(op.action, legacy::OpType::MarkBegin(_) | legacy::OpType::MarkEnd(_));
                let plain = shape == ObjType::Map || (!marks && !matches!(op.action, legacy::OpType::Increment(_)));
                self.limbs.insert(name);
                plain.then_some(()).ok_or(Fault::Shape)
            }
        }
    }

    fn add_root(&mut self, kind: Kind, op: &legacy::Op) -> Result<(), Fault> {
        let legacy::Key::Map(key) = &op.key else {
            return Err(Fault::Shape);
        };
        let key = key.as_str();
        if BORN.contains(&key) || key == RECORD || kind.limbs().iter().any(|(limb, _)| *limb == key) {
            return Err(Fault::Shape);
        }
        if key.starts_with("finished_") {
            self.finish.push((key.to_owned(), op.primitive_value()));
        }
        self.root.insert(key.to_owned());
        Ok(())
    }
}

fn judge_kind(kind: Kind, touched: &Touched, author: &Author) -> Result<(), Fault> {
    let is = |wanted: &[Role]| wanted.iter().any(|role| author.roles.contains(role));
    if is(&[Role::Admin]) {
        return Ok(());
    }
    let allowed = match kind {
        Kind::Unit | Kind::Person | Kind::Part => false,
        Kind::Case => {
            // What a case is, whom it is about, where it stands and who sees it; a worker fills its fields instead.
            let steers = touched.root.iter().any(|key| key != "schema")
                || touched.limbs.contains("people")
                || touched.limbs.contains("units");
            if steers {
                is(&[Role::Planner, Role::Leader, Role::Importer])
            } else {
                is(&[Role::Worker, Role::Planner, Role::Leader, Role::Importer])
            }
        }
        Kind::Visit => is(&[Role::Planner, Role::Leader, Role::Importer]),
        Kind::Note => is(&[Role::Worker, Role::Planner, Role::Leader, Role::Importer]),
        Kind::Post => is(&[Role::Editor, Role::Leader]),
        // A leader says that it is dealt with. The words are its author's and stay as they came.
        Kind::Loose => {
            let settles = touched.limbs.is_empty() && touched.root.iter().all(|key| key == "settled");
            settles && is(&[Role::Leader])
        }
    };
    allowed.then_some(()).ok_or(Fault::MayNotWrite)
}

/// A finish binds its own author to the very version it was written on; nothing that descends from it writes. The first
/// one in the log stands: of two who finish at once the second is told, and the text that was finished stays the same.
fn judge_finish(book: &Book, touched: &Touched, deps: &[ChangeHash], author: &Author) -> Result<(), Fault> {
    let writes_text = book.birth().kind == Kind::Note && touched.limbs.contains("text");
    let finishes_again = !touched.finish.is_empty() && book.root("finished_at").is_some();
    let writes_on = book.birth().kind == Kind::Note && book.finished_at(deps);
    if finishes_again || writes_on {
        return Err(Fault::Finished);
    }
    if touched.finish.is_empty() {
        return Ok(());
    }
    let mut named: Vec<_> = deps.to_vec();
    named.sort_unstable();
    let heads = Scalar::Bytes(named.iter().flat_map(|hash| hash.0).collect());
    let by = Scalar::Bytes(author.person.as_bytes().to_vec());
    let says = |key: &str, value: &Scalar| {
        let wanted = crate::book::engine_scalar(value);
        touched
            .finish
            .iter()
            .any(|(name, said)| name == key && said.as_ref() == Some(&wanted))
    };
    let timed = touched.finish.iter().any(|(name, said)| {
        let is_time = matches!(said, Some(automerge::ScalarValue::Int(_)));
        name == "finished_at" && is_time
    });
    let whole = touched.finish.len() == 3 && timed && says("finished_by", &by) && says("finished_heads", &heads);
    let alone = !writes_text && book.birth().kind == Kind::Note;
    (whole && alone).then_some(()).ok_or(Fault::Finish)
}

/// True when the change claims the author the session has.
pub fn written_by(actor: &[u8], enrolment: feltbog_ids::EnrolmentId) -> bool {
    ActorId::from_slice(actor).is_ok_and(|actor| actor.enrolment() == enrolment)
}
