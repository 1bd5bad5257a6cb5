//! Lays an organisation file over a workspace in one transaction: units and people here, their work in `casework`.
//!
//! Creates only. Every id comes from the workspace, the file's name and a key in it, so that applying it again finds
//! what is there; whatever is there is left as it is.

use std::collections::{BTreeMap, BTreeSet};

use feltbog_casebook::{Birth, Calendar, Edit, Kind, Role, Scalar};
use feltbog_ids::{DocId, EnrolmentId, Instant, PersonId, UnitId};

use super::{
    casework,
    paper::{Paper, PersonPaper, UnitPaper},
    shifts,
    when::Today,
};
use crate::{
    Batch, Dice, Hand, Store, StoreError, password,
    store::{NewAccount, NewGrant},
};

/// How much was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Laid {
    /// Units, people, cases, parts, posts and notes.
    pub documents: usize,
    /// Visits.
    pub visits: usize,
}

/// Why nothing of the file was laid.
#[derive(Debug, thiserror::Error)]
pub enum TownError {
    /// The file is wrong: mend the line.
    #[error("{}{message}", line.map(|line| format!("line {line}: ")).unwrap_or_default())]
    Paper {
        /// The line, where one can be named.
        line: Option<usize>,
        /// What is wrong and what to write instead.
        message: String,
    },
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes what the file says and the workspace lacks, and its visits for today and the days after, `days` in all.
pub fn apply(store: &Store, dice: &Dice, now: Instant, text: &str, days: u8) -> Result<Laid, TownError> {
    let paper: Paper = toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map(|before| before.matches('\n').count() + 1);
        TownError::Paper {
            line,
            message: error.message().to_owned(),
        }
    })?;
    store.batch(now, |batch| {
        let mut town = Town::begin(batch, dice, &paper, text)?;
        paper.units.iter().try_for_each(|unit| town.unit(unit))?;
        paper.people.iter().try_for_each(|person| town.person(person))?;
        shifts::plan(&town, days)?;
        casework::lay(&mut town, days)?;
        Ok(town.laid)
    })
}

/// The work of one application.
pub(super) struct Town<'a> {
    pub(super) batch: &'a Batch<'a>,
    pub(super) paper: &'a Paper,
    pub(super) today: Today,
    pub(super) laid: Laid,
    hand: Hand,
    dice: &'a Dice,
    text: &'a str,
}

impl<'a> Town<'a> {
    fn begin(batch: &'a Batch<'a>, dice: &'a Dice, paper: &'a Paper, text: &'a str) -> Result<Self, TownError> {
        let workspace = batch.workspace();
        let calendar = Calendar::new(&workspace.time_zone).map_err(|error| StoreError::Word(error.to_string()))?;
        let today = Today::new(calendar, batch.now());
        let hand = batch.server_hand(dice);
        Ok(Self {
            batch,
            paper,
            today,
            laid: Laid::default(),
            hand,
            dice,
            text,
        })
    }

    /// The id of what a key names.
    pub(super) fn id(&self, kind: Kind, key: &str) -> DocId {
        self.named(kind.word(), key)
    }

    pub(super) fn named(&self, word: &str, key: &str) -> DocId {
        let name = format!("town:{}:{word}:{key}", self.paper.name);
        DocId::from(self.batch.workspace().id.named(name.as_bytes()))
    }

    /// The enrolment that signs what an invented person wrote.
    fn enrolment(&self, user: &str) -> EnrolmentId {
        EnrolmentId::from(self.named("enrolment", user).uuid())
    }

    /// Makes a document, unless it is there.
    pub(super) fn make(&mut self, birth: &Birth, edits: &[Edit]) -> Result<(), TownError> {
        if self.batch.document(birth.id)?.is_none() {
            self.batch.put(&self.hand, birth, edits)?;
            self.laid.documents += 1;
        }
        Ok(())
    }

    /// Makes a note in its writer's name.
    pub(super) fn make_written(&mut self, user: &str, birth: &Birth, edits: &[Edit]) -> Result<(), TownError> {
        if self.batch.document(birth.id)?.is_none() {
            let hand = Hand::new(self.enrolment(user), Role::Admin, self.dice);
            self.batch.put(&hand, birth, edits)?;
            self.laid.documents += 1;
        }
        Ok(())
    }

    fn unit(&mut self, unit: &UnitPaper) -> Result<(), TownError> {
        let mut edits = vec![Edit::root("name", unit.name.as_str())];
        if let Some(above) = &unit.within {
            let above = self.unit_id(above)?;
            edits.push(Edit::root("within", bytes(above.into())));
        }
        let id = self.id(Kind::Unit, &unit.key);
        self.make(&self.batch.birth(Kind::Unit, id, None), &edits)
    }

    /// A person's roles and account are given when the person is made, and never again: what an operator ended stays so.
    fn person(&mut self, person: &PersonPaper) -> Result<(), TownError> {
        let id = self.id(Kind::Person, &person.user);
        if self.batch.document(id)?.is_some() {
            return Ok(());
        }
        let roles = person
            .roles
            .iter()
            .map(|word| self.role(word))
            .collect::<Result<Vec<_>, _>>()?;
        let mut units: Vec<String> = Vec::new();
        for (_, unit) in &roles {
            let unit = unit.to_string();
            if !units.contains(&unit) {
                units.push(unit);
            }
        }
        let mut edits = vec![
            Edit::root("name", person.name.as_str()),
            Edit::root("title", person.title.as_str()),
            Edit::root("invented", self.paper.invented),
            Edit::root("units", units.join(" ")),
        ];
        if self.paper.notes.iter().any(|note| note.by == person.user) {
            edits.push(self.sign(&person.user, id.into())?);
        }
        self.make(&self.batch.birth(Kind::Person, id, None), &edits)?;
        for (role, unit) in roles {
            self.batch.grant(&NewGrant {
                person: id.into(),
                unit,
                role,
                case_types: None,
            })?;
        }
        self.account(person, id.into())
    }

    /// An enrolment that only signs: it is revoked at once, so that no device ever comes in by it.
    fn sign(&self, user: &str, person: PersonId) -> Result<Edit, TownError> {
        let enrolment = self.enrolment(user);
        self.batch.enrol(enrolment, person, "demo")?;
        self.batch.revoke(enrolment)?;
        Ok(Edit::within("enrolments", &enrolment.to_string(), "demo"))
    }

    fn account(&self, person: &PersonPaper, id: PersonId) -> Result<(), TownError> {
        let Some(words) = &person.password else { return Ok(()) };
        if words.chars().count() < 8 {
            return Err(self.fault(
                words,
                format!("the password of {} has less than 8 characters", person.user),
            ));
        }
        let password = password::hash(words, self.dice)?;
        Ok(self.batch.open_account(&NewAccount {
            user: person.user.clone(),
            person: id,
            password,
        })?)
    }

    /// A role and where, as in `worker@kloever`.
    pub(super) fn role(&self, word: &str) -> Result<(Role, UnitId), TownError> {
        let fault = || {
            self.fault(
                word,
                format!("{word:?} is no role in a unit; write one such as \"worker@north\""),
            )
        };
        let (role, unit) = word.split_once('@').ok_or_else(fault)?;
        let role = Role::parse(role).filter(|role| !matches!(role, Role::Admin | Role::Importer));
        Ok((role.ok_or_else(fault)?, self.unit_id(unit)?))
    }

    pub(super) fn unit_id(&self, key: &str) -> Result<UnitId, TownError> {
        let known = self.paper.units.iter().any(|unit| unit.key == key);
        let fault = || {
            self.fault(
                key,
                format!("no [[unit]] has the key {key:?}; write it before it is named"),
            )
        };
        known.then(|| self.id(Kind::Unit, key).into()).ok_or_else(fault)
    }

    pub(super) fn person_id(&self, user: &str) -> Result<PersonId, TownError> {
        let known = self.paper.people.iter().any(|person| person.user == user);
        let fault = || self.fault(user, format!("no [[person]] has the user {user:?}"));
        known.then(|| self.id(Kind::Person, user).into()).ok_or_else(fault)
    }

    pub(super) fn case_id(&self, key: &str) -> Result<DocId, TownError> {
        let known = self.paper.cases.iter().any(|case| case.key == key);
        let fault = || self.fault(key, format!("no [[case]] has the key {key:?}"));
        known.then(|| self.id(Kind::Case, key)).ok_or_else(fault)
    }

    pub(super) fn time(&self, words: &str) -> Result<Instant, TownError> {
        let fault = || {
            self.fault(
                words,
                format!("{words:?} is no time; write \"2026-11-24 14:02\" or \"-3 14:02\""),
            )
        };
        self.today.read(words).ok_or_else(fault)
    }

    /// The keys of an audience, as documents hold them.
    pub(super) fn audience(&self, words: &[String]) -> Result<BTreeSet<String>, TownError> {
        let key = |word: &String| match word.split_once(':') {
            None if word == "everyone" => Ok(word.clone()),
            Some(("unit", unit)) => Ok(format!("unit:{}", self.unit_id(unit)?)),
            Some(("person", user)) => Ok(format!("person:{}", self.person_id(user)?)),
            Some(("role", role)) => self
                .role(role)
                .map(|(role, unit)| format!("role:{}@{unit}", role.word())),
            _ => Err(self.fault(
                word,
                format!("{word:?} is no audience; write everyone, unit:…, person:… or role:…@…"),
            )),
        };
        words.iter().map(key).collect()
    }

    /// An error at the first line that holds this word.
    pub(super) fn fault(&self, word: &str, message: String) -> TownError {
        let line = self
            .text
            .lines()
            .position(|line| !line.trim_start().starts_with('#') && line.contains(word));
        TownError::Paper {
            line: line.map(|nth| nth + 1),
            message,
        }
    }

    /// Two tables of one kind with the same key would be one document.
    pub(super) fn ensure_different<'k>(&self, keys: impl Iterator<Item = &'k String>) -> Result<(), TownError> {
        let mut seen: BTreeMap<&str, ()> = BTreeMap::new();
        for key in keys {
            if seen.insert(key, ()).is_some() {
                return Err(self.fault(key, format!("the key {key:?} is used twice; give one of them another")));
            }
        }
        Ok(())
    }
}

/// An id as documents hold it.
pub(super) fn bytes(id: DocId) -> Scalar {
    Scalar::Bytes(id.as_bytes().to_vec())
}
