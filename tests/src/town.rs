//! A town small enough to know by heart: two units, three people, a few cases and a visit. All of it is invented.
//!
//! It is made and changed through the store's own door, as `feltbog-server admin` does.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use feltbog_casebook::{Book, Edit, Kind, Role, Scalar};
use feltbog_ids::{DocId, EnrolmentId, Instant, PersonId, ShiftId, Span, UnitId};
use feltbog_server::{
    Dice, StoreError, password,
    store::{NewAccount, NewGrant, NewSession, NewToken, Shift},
};

use crate::Server;

/// The password of everybody in town.
pub const PASSWORD: &str = "blød regn på bakken";

/// A person with an account.
#[derive(Clone, Copy, Debug)]
pub struct Worker {
    /// User name.
    pub user: &'static str,
    /// Who it is.
    pub person: PersonId,
    /// Where they work.
    pub unit: UnitId,
}

/// The town.
pub struct Town {
    server: Arc<Server>,
    /// Team Kløver.
    pub kloever: UnitId,
    /// Team Anemone.
    pub anemone: UnitId,
    /// Works in Team Kløver.
    pub anna: Worker,
    /// Works in Team Kløver.
    pub bo: Worker,
    /// Works in Team Anemone.
    pub carl: Worker,
    /// Cases: two of Team Kløver's, one of Team Anemone's, and one of both.
    pub cases: Vec<DocId>,
}

impl Town {
    /// Makes it.
    pub fn found(server: Arc<Server>) -> Self {
        let kloever = unit(&server, "Team Kløver");
        let anemone = unit(&server, "Team Anemone");
        let mut town = Self {
            anna: worker(&server, "anna", kloever),
            bo: worker(&server, "bo", kloever),
            carl: worker(&server, "carl", anemone),
            server,
            kloever,
            anemone,
            cases: Vec::new(),
        };
        town.cases = [kloever, kloever, anemone, anemone]
            .map(|unit| town.case(unit))
            .to_vec();
        town.share(town.cases[3], kloever, true);
        town.visit(town.cases[0], &[town.anna.person]);
        town
    }

    /// A new case of a unit.
    pub fn case(&self, unit: UnitId) -> DocId {
        self.cases_of(unit, 1)[0]
    }

    /// So many new cases of a unit, made at once.
    pub fn cases_of(&self, unit: UnitId, many: usize) -> Vec<DocId> {
        let ids: Vec<_> = (0..many).map(|_| DocId::from(self.server.dice.uuid())).collect();
        let done = self.server.store().batch::<_, StoreError>(self.server.now(), |batch| {
            let hand = batch.server_hand(&self.server.dice);
            for id in &ids {
                batch.put(&hand, &batch.birth(Kind::Case, *id, None), &case_words(*id, unit))?;
            }
            Ok(())
        });
        done.expect("the server's own hand may write");
        ids
    }

    /// Says where a case stands: open, paused or closed.
    pub fn set_state(&self, case: DocId, state: &str) {
        put(&self.server, Kind::Case, case, None, &[Edit::root("state", state)]);
    }

    /// A case gets a citizen of this name.
    pub fn names_citizen(&self, case: DocId, name: &str) {
        put(&self.server, Kind::Case, case, None, &[Edit::root("subject", name)]);
    }

    /// Moves a case to a unit.
    pub fn move_case(&self, case: DocId, unit: UnitId) {
        put(&self.server, Kind::Case, case, None, &[to_unit(unit)]);
    }

    /// Shares a case with a unit besides its own, or ends that.
    pub fn share(&self, case: DocId, unit: UnitId, shared: bool) {
        let value = if shared { Scalar::Flag(true) } else { Scalar::Null };
        put(
            &self.server,
            Kind::Case,
            case,
            None,
            &[Edit::within("units", &unit.to_string(), value)],
        );
    }

    /// A visit on a case for some people.
    pub fn visit(&self, case: DocId, people: &[PersonId]) -> DocId {
        let id = DocId::from(self.server.dice.uuid());
        let people = people
            .iter()
            .map(|person| Edit::within("people", &person.to_string(), true));
        let when = [
            Edit::root("start", self.server.now()),
            Edit::root("minutes", Scalar::Int(30)),
        ];
        put(
            &self.server,
            Kind::Visit,
            id,
            Some(case),
            &people.chain(when).collect::<Vec<_>>(),
        );
        id
    }

    /// A part of a case for an audience such as `person:UUID`.
    pub fn part(&self, case: DocId, audience: &str, words: &str) -> DocId {
        let id = DocId::from(self.server.dice.uuid());
        let text = Edit::Type {
            before: String::new(),
            after: words.to_owned(),
        };
        put(
            &self.server,
            Kind::Part,
            id,
            Some(case),
            &[Edit::within("audience", audience, true), text],
        );
        id
    }

    /// Somebody more, who leads a unit.
    pub fn leader(&self, user: &'static str, unit: UnitId) -> Worker {
        employee(&self.server, user, unit, Role::Leader)
    }

    /// Notes without a place that the server keeps, as documents.
    pub fn loose_notes(&self) -> Vec<Book> {
        let books = self.server.store().view::<_, StoreError>(self.server.now(), |view| {
            let rows = view.documents_of(Kind::Loose)?.into_iter();
            rows.map(|row| view.book(row.doc)).collect::<Result<_, _>>()
        });
        books.expect("the documents can be read")
    }

    /// Gives a role.
    pub fn grant(&self, person: PersonId, role: Role, unit: UnitId) {
        grant(&self.server, person, role, unit);
    }

    /// Gives a worker's role that ends by itself so long from now.
    pub fn grant_for(&self, person: PersonId, unit: UnitId, span: Span) {
        let new = NewGrant {
            person,
            unit,
            role: Role::Worker,
            case_types: None,
        };
        let (now, store) = (self.server.now(), self.server.store());
        let given = store.batch(now, |batch| batch.grant_until(&new, now + span));
        given.expect("a role can be given for a while");
    }

    /// Plans a worker's shift that begins and ends so long from now.
    pub fn plan_shift(&self, person: PersonId, unit: UnitId, (begins, ends): (Span, Span)) {
        let now = self.server.now();
        let shift = Shift {
            id: ShiftId::from(self.server.dice.uuid()),
            person,
            unit,
            role: Role::Worker,
            begins: now + begins,
            ends: now + ends,
        };
        let planned = self.server.store().batch(now, |batch| batch.plan_shift(&shift));
        planned.expect("a shift can be planned");
    }

    /// Ends a role, if it stands.
    pub fn end(&self, person: PersonId, role: Role, unit: UnitId) {
        let ended = self
            .server
            .store()
            .batch(self.server.now(), |batch| batch.end_grant(person, unit, role));
        assert!(
            matches!(ended, Ok(()) | Err(StoreError::NoSuch("role"))),
            "a role can be ended: {ended:?}"
        );
    }

    /// So many more workers of a unit, each with a device: their sessions.
    pub fn staff(&self, unit: UnitId, many: usize) -> Vec<String> {
        let server = &self.server;
        let joins = |number: usize| {
            let person = PersonId::from(DocId::from(server.dice.uuid()));
            let name = format!("{unit} {number}");
            put(
                server,
                Kind::Person,
                DocId::from(person),
                None,
                &[Edit::root("name", name.as_str())],
            );
            open_account(server, person, &name);
            grant(server, person, Role::Worker, unit);
            let (enrolment, token) = (
                EnrolmentId::from(server.dice.uuid()),
                password::draw_token(&server.dice),
            );
            let session = NewSession {
                token: token.clone(),
                enrolment,
                expires: server.now() + Span::days(1),
            };
            let kept = server.store().batch::<_, StoreError>(server.now(), |batch| {
                batch.enrol(enrolment, person, "tablet")?;
                batch.begin_session(&session)
            });
            kept.expect("a device can be enrolled");
            token
        };
        (0..many).map(joins).collect()
    }

    /// A one-time token for a new device of this person.
    pub fn token(&self, person: PersonId) -> String {
        let token = password::draw_token(&self.server.dice);
        let expires = self.server.now() + Span::days(1);
        let new = NewToken {
            token: token.clone(),
            person,
            label: "tablet".to_owned(),
            expires,
        };
        let kept = self
            .server
            .store()
            .batch(self.server.now(), |batch| batch.keep_token(&new));
        kept.expect("a token can be kept");
        token
    }

    /// What `admin may-see` prints.
    pub fn may_see(&self, person: PersonId) -> BTreeSet<DocId> {
        let seen = self
            .server
            .store()
            .view::<_, StoreError>(self.server.now(), |view| view.may_see(person));
        seen.expect("the rights can be read").into_iter().collect()
    }

    /// What they may see at a later time if nothing happens meanwhile but what ends by the clock.
    pub fn may_see_at(&self, person: PersonId, at: Instant) -> BTreeSet<DocId> {
        let seen = self
            .server
            .store()
            .view::<_, StoreError>(at, |view| view.may_see(person));
        seen.expect("the rights can be read").into_iter().collect()
    }

    /// A document as the server has it, if it has it.
    pub fn book(&self, doc: DocId) -> Option<Book> {
        self.server
            .store()
            .view::<_, StoreError>(self.server.now(), |view| view.book(doc))
            .ok()
    }
}

fn unit(server: &Server, name: &str) -> UnitId {
    let id = DocId::from(server.dice.uuid());
    put(server, Kind::Unit, id, None, &[Edit::root("name", name)]);
    UnitId::from(id)
}

fn worker(server: &Server, user: &'static str, unit: UnitId) -> Worker {
    employee(server, user, unit, Role::Worker)
}

fn employee(server: &Server, user: &'static str, unit: UnitId, role: Role) -> Worker {
    let id = DocId::from(server.dice.uuid());
    put(
        server,
        Kind::Person,
        id,
        None,
        &[Edit::root("name", user), Edit::root("units", unit.to_string())],
    );
    let person = PersonId::from(id);
    open_account(server, person, user);
    grant(server, person, role, unit);
    Worker { user, person, unit }
}

fn open_account(server: &Server, person: PersonId, user: &str) {
    // One hash for all: it is slow by design, and no test here is about it.
    static HASH: OnceLock<String> = OnceLock::new();
    // Dice of its own: whoever is first to need it must not find other dice after it than the next.
    let hash =
        HASH.get_or_init(|| password::hash(PASSWORD, &Dice::from_seed([1; 32])).expect("a password can be hashed"));
    let account = NewAccount {
        user: user.to_owned(),
        person,
        password: hash.clone(),
    };
    let opened = server.store().batch(server.now(), |batch| batch.open_account(&account));
    opened.expect("an account can be opened");
}

fn grant(server: &Server, person: PersonId, role: Role, unit: UnitId) {
    let new = NewGrant {
        person,
        unit,
        role,
        case_types: None,
    };
    server
        .store()
        .batch(server.now(), |batch| batch.grant(&new))
        .expect("a role can be given");
}

fn put(server: &Server, kind: Kind, id: DocId, parent: Option<DocId>, edits: &[Edit]) {
    let done = server.store().batch(server.now(), |batch| {
        let hand = batch.server_hand(&server.dice);
        batch.put(&hand, &batch.birth(kind, id, parent), edits)
    });
    done.expect("the server's own hand may write");
}

fn case_words(id: DocId, unit: UnitId) -> Vec<Edit> {
    let number = Edit::root("number", id.to_string().get(..8).unwrap_or_default());
    let words = [
        ("title", "Hjælp i hjemmet"),
        ("type", "helhedspleje"),
        ("subject", "Asta Nattergal"),
        ("state", "open"),
    ];
    let edits = words.map(|(key, word)| Edit::root(key, word)).into_iter();
    edits.chain([to_unit(unit), number]).collect()
}

fn to_unit(unit: UnitId) -> Edit {
    Edit::root("unit", Scalar::Bytes(unit.as_bytes().to_vec()))
}
