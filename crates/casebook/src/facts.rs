//! Projections: what lists, boards and search need of one document without opening it.
//!
//! Owns their stored and travelling form (additions only, with a new number each). A projection is a pure function of
//! one document: no clock, no reader, no other document. What it means on the screen is said elsewhere.

use feltbog_ids::{DocId, EnrolmentId, Instant, PersonId, UnitId};
use minicbor::{Decode, Encode};

/// Rises when a projection would come out otherwise for the same document; older rows are then made anew.
pub const PROJECTION_VERSION: u32 = 1;

/// A longer one than this is none: read whole, its smallest pieces could come to forty times their bytes.
const MOST_BYTES: usize = 256 * 1024;

/// What one document looks like from outside.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum Projection {
    /// A kind or shape this version does not know; kept, shown read-only.
    #[n(0)]
    Unknown,
    /// A unit.
    #[n(1)]
    Unit(#[n(0)] UnitFacts),
    /// A person.
    #[n(2)]
    Person(#[n(0)] PersonFacts),
    /// A case.
    #[n(3)]
    Case(#[n(0)] CaseFacts),
    /// A part of a case.
    #[n(4)]
    Part(#[n(0)] PartFacts),
    /// A visit.
    #[n(5)]
    Visit(#[n(0)] VisitFacts),
    /// A note.
    #[n(6)]
    Note(#[n(0)] NoteFacts),
    /// A news post.
    #[n(7)]
    Post(#[n(0)] PostFacts),
    /// A note without a place.
    #[n(8)]
    Loose(#[n(0)] LooseFacts),
}

/// A unit of the organisation.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct UnitFacts {
    /// Name.
    #[n(0)]
    pub name: String,
    /// The unit it is part of.
    #[n(1)]
    pub within: Option<UnitId>,
}

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct PersonFacts {
    /// Name.
    #[n(0)]
    pub name: String,
    /// Title, such as SSH.
    #[n(1)]
    pub title: String,
    /// Everything this person has signed with: enrolments, ended ones among them.
    #[n(2)]
    pub enrolments: Vec<EnrolmentId>,
    /// Invented for a demonstration.
    #[n(3)]
    pub invented: bool,
    /// Units in which the person works, nearest first.
    #[n(4)]
    pub units: Vec<UnitId>,
}

/// Open, paused or closed, for every case type alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Standing {
    /// Work goes on.
    #[default]
    #[n(0)]
    Open,
    /// Paused.
    #[n(1)]
    Paused,
    /// Closed.
    #[n(2)]
    Closed,
}

/// A case.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct CaseFacts {
    /// Number.
    #[n(0)]
    pub number: String,
    /// Title.
    #[n(1)]
    pub title: String,
    /// Key of the case type.
    #[n(2)]
    pub case_type: String,
    /// Name of the citizen, place or organisation.
    #[n(3)]
    pub subject: String,
    /// CPR number, `DDMMYYSSSS`, or empty.
    #[n(4)]
    pub cpr: String,
    /// Address, one line.
    #[n(5)]
    pub address: String,
    /// Responsible unit.
    #[n(6)]
    pub unit: Option<UnitId>,
    /// People assigned.
    #[n(7)]
    pub people: Vec<PersonId>,
    /// Open, paused, closed.
    #[n(8)]
    pub standing: Standing,
    /// The type's own word for where it stands.
    #[n(9)]
    pub step: String,
    /// When it began.
    #[n(10)]
    pub opened: Option<Instant>,
    /// Deadline.
    #[n(11)]
    pub due: Option<Instant>,
    /// When it was closed.
    #[n(12)]
    pub closed: Option<Instant>,
    /// Protected address.
    #[n(13)]
    pub protected: bool,
    /// Invented for a demonstration.
    #[n(14)]
    pub invented: bool,
    /// Latest change, by its author's clock.
    #[n(15)]
    pub changed: Instant,
    /// Latitude, WGS 84 degrees.
    #[n(16)]
    pub lat: Option<f64>,
    /// Longitude, WGS 84 degrees.
    #[n(17)]
    pub lon: Option<f64>,
}

/// A piece of a case with a narrower audience.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct PartFacts {
    /// What it is about, for those in its circle.
    #[n(0)]
    pub title: String,
}

/// A task of a visit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct TaskFacts {
    /// What was agreed.
    #[n(0)]
    pub title: String,
    /// Ticked.
    #[n(1)]
    pub done: bool,
}

/// A visit.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct VisitFacts {
    /// Planned start.
    #[n(0)]
    pub start: Instant,
    /// Planned length in minutes.
    #[n(1)]
    pub minutes: u32,
    /// What it is about.
    #[n(2)]
    pub title: String,
    /// Who goes.
    #[n(3)]
    pub people: Vec<PersonId>,
    /// Tasks in order.
    #[n(4)]
    pub tasks: Vec<TaskFacts>,
    /// `planned`, `done`, `partly`, `cancelled_by_citizen`, `cancelled_by_us`, `moved`, `no_answer`.
    #[n(5)]
    pub state: String,
}

/// A note.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct NoteFacts {
    /// The visit it was written at.
    #[n(0)]
    pub visit: Option<DocId>,
    /// The first words, at most 160 characters.
    #[n(1)]
    pub excerpt: String,
    /// Who finished it.
    #[n(2)]
    pub finished_by: Option<PersonId>,
    /// When it was finished.
    #[n(3)]
    pub finished_at: Option<Instant>,
    /// Everyone whose words are in it, in order of first word.
    #[n(4)]
    pub authors: Vec<EnrolmentId>,
    /// First word.
    #[n(5)]
    pub started: Instant,
    /// Last word.
    #[n(6)]
    pub changed: Instant,
}

/// A news post.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct PostFacts {
    /// Title.
    #[n(0)]
    pub title: String,
    /// The first words, at most 160 characters.
    #[n(1)]
    pub excerpt: String,
    /// Who published it, by name.
    #[n(2)]
    pub by: String,
    /// When.
    #[n(3)]
    pub published: Instant,
    /// Shown until.
    #[n(4)]
    pub until: Option<Instant>,
    /// About operations now.
    #[n(5)]
    pub urgent: bool,
    /// Asks to be read and understood.
    #[n(6)]
    pub acknowledge: bool,
    /// Units it is for.
    #[n(7)]
    pub audience: Vec<UnitId>,
}

/// A note without a place.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct LooseFacts {
    /// The case it was written on, where its author once held that case.
    #[n(0)]
    pub case: Option<DocId>,
    /// Who wrote it.
    #[n(1)]
    pub author: Option<PersonId>,
    /// When, by the author's clock.
    #[n(2)]
    pub written: Instant,
    /// When the server took it.
    #[n(3)]
    pub received: Instant,
    /// The first words, at most 160 characters.
    #[n(4)]
    pub excerpt: String,
    /// Its author had finished it.
    #[n(5)]
    pub finished: bool,
    /// When a leader marked it as dealt with.
    #[n(6)]
    pub settled: Option<Instant>,
}

impl Projection {
    /// The form that is stored and travels.
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory does not fail")
    }

    /// Reads a stored or received projection. What a newer version wrote in a shape unknown here is `Unknown`.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        if bytes.len() > MOST_BYTES {
            return Self::Unknown;
        }
        minicbor::decode(bytes).unwrap_or(Self::Unknown)
    }

    /// The words the list search looks in.
    pub fn search_words(&self) -> String {
        match self {
            Self::Case(case) => [&case.number, &case.title, &case.subject, &case.address]
                .map(String::as_str)
                .join(" "),
            Self::Visit(visit) => visit.title.clone(),
            Self::Note(note) => note.excerpt.clone(),
            Self::Post(post) => format!("{} {}", post.title, post.excerpt),
            Self::Unit(_) | Self::Person(_) | Self::Part(_) | Self::Loose(_) | Self::Unknown => String::new(),
        }
    }
}
