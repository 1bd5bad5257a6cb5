//! Who holds what: grants, the tree of units, and the scopes a person's grants reach.
//!
//! Pure. It does not know which documents a scope holds, nor where grants are kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use feltbog_casebook::{Audience, Role};
use feltbog_ids::{Instant, PersonId, Position, ScopeId, Span, UnitId, WorkspaceId};

/// A write is judged by the grants of the moment it was made, if they ended no longer ago than this.
pub const LATE: Span = Span::days(7);

/// What was written so shortly after a role's end by the clock still counts as written under it: clocks differ.
pub const CLOCKS_DIFFER: Span = Span::seconds(120);

/// Compartment of units and people.
const ORG: &str = "org";
/// Compartment of news.
const NEWS: &str = "news";

/// Whom a scope is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Circle {
    /// Those who work in a unit.
    Unit(UnitId),
    /// Those with a role in a unit.
    Role(Role, UnitId),
    /// One person.
    Person(PersonId),
    /// All in the workspace.
    Everyone,
}

/// What a scope is, spelt out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScopeName {
    /// Whom it is for.
    pub circle: Circle,
    /// A case type, `org`, `news` or `part`.
    pub compartment: String,
    /// True for closed cases.
    pub archive: bool,
}

/// A role in a unit and all below it, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The unit at the top of the data limit.
    pub unit: UnitId,
    /// The role.
    pub role: Role,
    /// The case types it is limited to; none for all.
    pub case_types: Option<BTreeSet<String>>,
    /// Since when in the log.
    pub from: Position,
    /// When it ends by itself, by the clock; none where it lasts.
    pub until: Option<Instant>,
    /// Until when in the log and by the clock; none while it lasts.
    pub to: Option<(Position, Instant)>,
}

/// Which unit is part of which.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    within: BTreeMap<UnitId, Option<UnitId>>,
}

/// What a person's grants reach, all counted as they stand at one moment.
#[derive(Clone, Debug)]
pub struct Rights {
    person: PersonId,
    grants: Vec<Grant>,
    tree: Arc<Tree>,
}

impl Circle {
    /// As it stands in the database and in the name of a scope.
    pub fn word(&self) -> String {
        match self {
            Self::Unit(unit) => format!("unit:{unit}"),
            Self::Role(role, unit) => format!("role:{}@{unit}", role.word()),
            Self::Person(person) => format!("person:{person}"),
            Self::Everyone => "everyone".to_owned(),
        }
    }

    /// Reads the word again.
    pub fn parse(word: &str) -> Option<Self> {
        match word.split_once(':') {
            None => (word == "everyone").then_some(Self::Everyone),
            Some(("unit", id)) => id.parse().ok().map(Self::Unit),
            Some(("person", id)) => id.parse().ok().map(Self::Person),
            Some(("role", rest)) => {
                let (role, unit) = rest.split_once('@')?;
                Some(Self::Role(Role::parse(role)?, unit.parse().ok()?))
            }
            Some(_) => None,
        }
    }
}

impl ScopeName {
    /// `active` or `archive`.
    pub const fn shelf(&self) -> &'static str {
        if self.archive { "archive" } else { "active" }
    }

    /// Whether cases and what belongs to them lie in it.
    pub fn holds_cases(&self) -> bool {
        ![ORG, NEWS, "part"].contains(&self.compartment.as_str())
    }

    /// The id every server gives this scope (UUIDv5 in the workspace).
    pub fn id(&self, workspace: WorkspaceId) -> ScopeId {
        let name = format!("{}|{}|{}", self.circle.word(), self.compartment, self.shelf());
        ScopeId::from(workspace.named(name.as_bytes()))
    }

    /// The scopes a document with this audience lies in.
    pub fn of_audience(audience: &Audience) -> BTreeSet<Self> {
        let mut circles: Vec<Circle> = audience.units.iter().copied().map(Circle::Unit).collect();
        circles.extend(audience.roles.iter().map(|(unit, role)| Circle::Role(*role, *unit)));
        circles.extend(audience.people.iter().copied().map(Circle::Person));
        circles.extend(audience.everyone.then_some(Circle::Everyone));
        let named = |circle| Self {
            circle,
            compartment: audience.compartment.clone(),
            archive: audience.archive,
        };
        circles.into_iter().map(named).collect()
    }
}

impl Grant {
    /// Whether it stood at that place in the log.
    pub fn stood_at(&self, position: Position) -> bool {
        self.from <= position && self.to.is_none_or(|(end, _)| position < end)
    }

    /// Whether it stands at this moment: nobody ended it, and its time is not over.
    pub fn stands(&self, now: Instant) -> bool {
        self.to.is_none() && self.until.is_none_or(|until| now < until)
    }

    /// Whether it covers what its author's clock says was written then. Only an end by the clock asks for that: any
    /// other is judged by the place in the log alone, and so is what carries no time.
    pub fn covers_what_was_written(&self, written: Option<Instant>) -> bool {
        match (self.until, written) {
            (Some(until), Some(written)) => written <= until + CLOCKS_DIFFER,
            _ => true,
        }
    }

    /// Whether it still stands, or ended so lately that what was written under it is taken.
    pub fn is_fresh(&self, now: Instant) -> bool {
        self.to.is_none_or(|(_, ended)| now - ended <= LATE)
    }

    /// Whether it opens a compartment of cases or parts. A limited grant reaches parts only where it names them, for a
    /// part does not tell the type of its case.
    fn opens(&self, compartment: &str) -> bool {
        let carries = matches!(self.role, Role::Worker | Role::Planner | Role::Leader | Role::Authority);
        carries && self.names(compartment)
    }

    /// Whether a role's own circle is open to it: news and the organisation to every one, cases and parts as above.
    fn opens_circle(&self, compartment: &str) -> bool {
        [NEWS, ORG].contains(&compartment) || self.names(compartment)
    }

    fn names(&self, compartment: &str) -> bool {
        self.case_types.as_ref().is_none_or(|types| types.contains(compartment))
    }
}

impl Tree {
    /// The tree of these units, each with the one it is part of.
    pub fn new(units: impl IntoIterator<Item = (UnitId, Option<UnitId>)>) -> Self {
        Self {
            within: units.into_iter().collect(),
        }
    }

    /// The unit and those above it, nearest first. A ring, which no document should make, ends where it closes.
    pub fn upwards(&self, unit: UnitId) -> Vec<UnitId> {
        let mut path = vec![unit];
        let mut here = unit;
        while let Some(Some(above)) = self.within.get(&here) {
            if path.contains(above) {
                break;
            }
            path.push(*above);
            here = *above;
        }
        path
    }

    /// Whether `unit` is `top` or lies below it.
    pub fn reaches(&self, top: UnitId, unit: UnitId) -> bool {
        self.upwards(unit).contains(&top)
    }

    /// The unit and all below it.
    pub fn downwards(&self, top: UnitId) -> BTreeSet<UnitId> {
        let below = self.within.keys().copied().filter(|unit| self.reaches(top, *unit));
        below.chain([top]).collect()
    }
}

impl Rights {
    /// What these grants reach.
    pub fn new(person: PersonId, grants: impl IntoIterator<Item = Grant>, tree: Arc<Tree>) -> Self {
        Self {
            person,
            grants: grants.into_iter().collect(),
            tree,
        }
    }

    /// Words of every circle that could match; the scopes found by them are then asked one by one.
    pub fn circles(&self) -> BTreeSet<String> {
        let mut words = BTreeSet::new();
        for grant in &self.grants {
            words.insert(Circle::Everyone.word());
            words.insert(Circle::Person(self.person).word());
            for unit in self.tree.downwards(grant.unit) {
                words.insert(Circle::Unit(unit).word());
                words.insert(Circle::Role(grant.role, unit).word());
            }
            words.extend(
                self.tree
                    .upwards(grant.unit)
                    .into_iter()
                    .map(|unit| Circle::Unit(unit).word()),
            );
        }
        words
    }

    /// The roles this person has in a scope; none where the scope is not theirs. To hold is not to write: a scope may
    /// be held with no role at all.
    pub fn roles_in(&self, scope: &ScopeName) -> Option<BTreeSet<Role>> {
        if self.grants.is_empty() {
            return None;
        }
        match &scope.circle {
            Circle::Everyone => Some(self.anywhere(&[Role::Editor])),
            Circle::Person(person) => (*person == self.person).then(|| self.anywhere(&[Role::Worker])),
            Circle::Role(role, unit) => {
                let held = self.grants.iter().any(|grant| {
                    grant.role == *role && self.covers(grant, *unit) && grant.opens_circle(&scope.compartment)
                });
                held.then(|| BTreeSet::from([*role]))
            }
            Circle::Unit(unit) if scope.compartment == NEWS => self.roles_in_news(*unit),
            Circle::Unit(_) if scope.compartment == ORG => None,
            Circle::Unit(unit) => {
                let grants = self.grants.iter();
                let held = grants.filter(|grant| self.covers(grant, *unit) && grant.opens(&scope.compartment));
                let roles: BTreeSet<Role> = held.map(|grant| grant.role).collect();
                (!roles.is_empty()).then_some(roles)
            }
        }
    }

    /// Roles over a unit: those that open a compartment, or all where none is named.
    pub fn roles_over(&self, unit: UnitId, compartment: Option<&str>) -> BTreeSet<Role> {
        self.grants
            .iter()
            .filter(|grant| self.covers(grant, unit))
            .filter(|grant| compartment.is_none_or(|compartment| grant.opens(compartment)))
            .map(|grant| grant.role)
            .collect()
    }

    /// All roles, wherever they are held.
    pub fn roles(&self) -> BTreeSet<Role> {
        self.grants.iter().map(|grant| grant.role).collect()
    }

    /// News for a unit is for those in it, above it and below it; it is written by editors and by its leaders.
    fn roles_in_news(&self, unit: UnitId) -> Option<BTreeSet<Role>> {
        let within = |grant: &Grant| self.covers(grant, unit) || self.tree.reaches(unit, grant.unit);
        let held = self.grants.iter().any(within);
        held.then(|| {
            let mut roles = self.anywhere(&[Role::Editor]);
            roles.extend(
                self.roles_over(unit, None)
                    .contains(&Role::Leader)
                    .then_some(Role::Leader),
            );
            roles
        })
    }

    fn covers(&self, grant: &Grant, unit: UnitId) -> bool {
        self.tree.reaches(grant.unit, unit)
    }

    fn anywhere(&self, wanted: &[Role]) -> BTreeSet<Role> {
        self.roles().into_iter().filter(|role| wanted.contains(role)).collect()
    }
}
