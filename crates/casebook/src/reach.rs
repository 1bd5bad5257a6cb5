//! Whom a document reaches: its audience, or its parent's.
//!
//! Pure: it reads what the document says. Who belongs to a unit is the server's knowledge.

use std::collections::BTreeSet;

use feltbog_ids::{DocId, PersonId, UnitId};

use crate::{Book, Kind, Role, Standing};

/// Where a document's audience comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The document names its own.
    Own(Audience),
    /// It follows its parent, and moves with it.
    Follows(DocId),
}

/// Who may hold a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audience {
    /// Everyone in these units, and in the units above whose data limit reaches down to them.
    pub units: BTreeSet<UnitId>,
    /// Everyone with this role in the unit.
    pub roles: BTreeSet<(UnitId, Role)>,
    /// These people.
    pub people: BTreeSet<PersonId>,
    /// Everyone in the workspace.
    pub everyone: bool,
    /// The compartment: a case type, `org`, `news` or `part`.
    pub compartment: String,
    /// Closed cases lie in the archive.
    pub archive: bool,
}

impl Book {
    /// Whom this document reaches.
    pub fn reach(&self) -> Reach {
        match (self.birth().kind, self.birth().parent) {
            (kind, Some(parent)) if kind.follows_parent() => Reach::Follows(parent),
            (Kind::Case, _) => Reach::Own(self.case_audience()),
            (Kind::Unit | Kind::Person, _) => Reach::Own(Audience {
                everyone: true,
                compartment: "org".to_owned(),
                ..Audience::default()
            }),
            (Kind::Post, _) => Reach::Own(Audience {
                compartment: "news".to_owned(),
                ..audience_of_map(self)
            }),
            _ => Reach::Own(Audience {
                compartment: "part".to_owned(),
                ..audience_of_map(self)
            }),
        }
    }

    fn case_audience(&self) -> Audience {
        let crate::Projection::Case(facts) = self.project() else {
            return Audience::default();
        };
        let shared = self.keys("units");
        let mut units: BTreeSet<UnitId> = shared.iter().filter_map(|key| key.parse().ok()).collect();
        units.extend(facts.unit);
        Audience {
            units,
            people: facts.people.into_iter().collect(),
            archive: facts.standing == Standing::Closed,
            compartment: facts.case_type,
            ..Audience::default()
        }
    }
}

/// Reads an `audience` map: `everyone`, `unit:ID`, `person:ID`, `role:WORD@ID`. A word of a newer version reaches
/// nobody here: too few is mended later, too many never.
pub(crate) fn audience_of_map(book: &Book) -> Audience {
    let mut audience = Audience::default();
    for key in book.keys("audience") {
        match key.split_once(':') {
            None if key == "everyone" => audience.everyone = true,
            Some(("unit", id)) => audience.units.extend(id.parse::<UnitId>()),
            Some(("person", id)) => audience.people.extend(id.parse::<PersonId>()),
            Some(("role", rest)) => audience.roles.extend(role_at(rest)),
            _ => {}
        }
    }
    audience
}

fn role_at(word: &str) -> Option<(UnitId, Role)> {
    let (role, unit) = word.split_once('@')?;
    Some((unit.parse().ok()?, Role::parse(role)?))
}
