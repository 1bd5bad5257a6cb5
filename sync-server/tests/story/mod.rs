//! A small municipality on a real database, and people with devices in it.
//!
//! It goes through the front door: the office, the store's batch, and bytes as they travel.

#![allow(dead_code, clippy::unwrap_used)]

use std::{collections::BTreeSet, sync::Arc};

use clap::Parser;
use feltbog_casebook::{Birth, Book, Edit, Kind, Pen, Role, Scalar};
use feltbog_ids::{ActorId, ChangeHash, Cursor, DocId, EnrolmentId, Instant, PersonId, ShiftId, Span, UnitId};
use feltbog_protocol::{Answer, EnrolRequest, FeedPage, FeedRequest, PushItem, PushRequest};
use feltbog_server::{
    Cli, Dice, PostOffice, Session, Settings, Store, StoreError,
    store::{NewAccount, NewGrant, NewToken, Shift},
};
use tempfile::TempDir;

pub const PASSWORD: &str = "blød regn på bakken";
pub const MORNING: Instant = Instant(1_795_500_000_000_000);

pub struct Town {
    pub office: Arc<PostOffice>,
    pub store: Arc<Store>,
    pub dice: Arc<Dice>,
    pub now: Instant,
    pub folder: TempDir,
}

pub struct Worker {
    pub session: Session,
    pub token: String,
    pub salt: [u8; 8],
    pub cursor: Option<Cursor>,
}

impl Town {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dice = Arc::new(Dice::from_seed([7; 32]));
        let settings = Settings {
            time_zone: "Europe/Copenhagen".to_owned(),
            invented_people: Some(true),
        };
        let store = Arc::new(Store::migrate(folder.path(), &settings, &dice).unwrap());
        let office = Arc::new(PostOffice::new(Arc::clone(&store), Arc::clone(&dice), Span::days(30)));
        Self {
            office,
            store,
            dice,
            now: MORNING,
            folder,
        }
    }

    pub fn doc(&self) -> DocId {
        DocId::from(self.dice.uuid())
    }

    pub fn put(&self, kind: Kind, id: DocId, parent: Option<DocId>, edits: &[Edit]) {
        self.store
            .batch(self.now, |batch| {
                let hand = batch.server_hand(&self.dice);
                batch.put(&hand, &batch.birth(kind, id, parent), edits).map(|_| ())
            })
            .unwrap();
    }

    pub fn unit(&self, name: &str, within: Option<UnitId>) -> UnitId {
        let id = self.doc();
        let above = within.map(|unit| Edit::root("within", Scalar::Bytes(unit.as_bytes().to_vec())));
        let edits: Vec<_> = [Edit::root("name", name)].into_iter().chain(above).collect();
        self.put(Kind::Unit, id, None, &edits);
        UnitId::from(id)
    }

    pub fn person(&self, user: &str, role: Role, unit: UnitId) -> PersonId {
        let person = self.account(user);
        self.grant(person, role, unit);
        person
    }

    /// A person with an account and no role anywhere.
    pub fn account(&self, user: &str) -> PersonId {
        let id = self.doc();
        self.put(Kind::Person, id, None, &[Edit::root("name", user)]);
        let person = PersonId::from(id);
        let password = feltbog_server::password::hash(PASSWORD, &self.dice).unwrap();
        let account = NewAccount {
            user: user.to_owned(),
            person,
            password,
        };
        self.store
            .batch(self.now, |batch| batch.open_account(&account))
            .unwrap();
        person
    }

    pub fn grant(&self, person: PersonId, role: Role, unit: UnitId) {
        self.grants(person, role, unit, None);
    }

    /// A role for cases of one type alone.
    pub fn grant_limited(&self, person: PersonId, role: Role, unit: UnitId, case_type: &str) {
        self.grants(person, role, unit, Some(BTreeSet::from([case_type.to_owned()])));
    }

    fn grants(&self, person: PersonId, role: Role, unit: UnitId, case_types: Option<BTreeSet<String>>) {
        let grant = NewGrant {
            person,
            unit,
            role,
            case_types,
        };
        self.store.batch(self.now, |batch| batch.grant(&grant)).unwrap();
    }

    /// A worker's role that ends by itself so long from now.
    pub fn grant_for(&self, person: PersonId, unit: UnitId, span: Span) {
        let grant = NewGrant {
            person,
            unit,
            role: Role::Worker,
            case_types: None,
        };
        let until = self.now + span;
        self.store
            .batch(self.now, |batch| batch.grant_until(&grant, until))
            .unwrap();
    }

    /// A worker's shift that begins and ends so long from now.
    pub fn plan(&self, person: PersonId, unit: UnitId, begins: Span, ends: Span) -> ShiftId {
        let shift = Shift {
            id: ShiftId::from(self.dice.uuid()),
            person,
            unit,
            role: Role::Worker,
            begins: self.now + begins,
            ends: self.now + ends,
        };
        self.store.batch(self.now, |batch| batch.plan_shift(&shift)).unwrap();
        shift.id
    }

    pub fn end(&self, person: PersonId, role: Role, unit: UnitId) {
        self.store
            .batch(self.now, |batch| batch.end_grant(person, unit, role))
            .unwrap();
    }

    pub fn token(&self, person: PersonId) -> String {
        let token = feltbog_server::password::draw_token(&self.dice);
        let kept = NewToken {
            token: token.clone(),
            person,
            label: "tablet".to_owned(),
            expires: self.now + Span::days(1),
        };
        self.store.batch(self.now, |batch| batch.keep_token(&kept)).unwrap();
        token
    }

    /// A person with an account, a role and an enrolled device.
    pub fn worker(&self, user: &str, role: Role, unit: UnitId) -> Worker {
        let person = self.person(user, role, unit);
        self.device(user, person)
    }

    pub fn device(&self, user: &str, person: PersonId) -> Worker {
        let token = self.token(person);
        let request = EnrolRequest {
            token,
            user: user.to_owned(),
            password: PASSWORD.to_owned(),
        };
        let reply = self.office.enrol(&request, "tests", self.now).unwrap();
        let session = self.office.session(&reply.session, self.now).unwrap();
        Worker {
            session,
            token: reply.session,
            salt: self.dice.bytes(),
            cursor: None,
        }
    }

    pub fn case(&self, unit: UnitId) -> DocId {
        let id = self.doc();
        self.put(Kind::Case, id, None, &case_edits(unit));
        id
    }

    /// A document of its own as this worker's device makes it: the answer to its birth and the one to what it says.
    pub fn makes(&self, worker: &Worker, kind: Kind, edits: &[Edit]) -> (DocId, Vec<Answer>) {
        let birth = self.birth(worker, kind, self.doc(), None);
        let change = worker.write(&mut Book::born(birth), edits, self.now);
        let items = vec![worker.item(&birth, birth.bytes()), worker.item(&birth, change)];
        (birth.id, self.push(worker, items))
    }

    pub fn move_case(&self, case: DocId, unit: UnitId) {
        self.put(Kind::Case, case, None, &[to_unit(unit)]);
    }

    pub fn part(&self, case: DocId, audience: &str, words: &str) -> DocId {
        let id = self.doc();
        let text = Edit::Type {
            before: String::new(),
            after: words.to_owned(),
        };
        self.put(
            Kind::Part,
            id,
            Some(case),
            &[Edit::within("audience", audience, true), text],
        );
        id
    }

    pub fn push(&self, worker: &Worker, items: Vec<PushItem>) -> Vec<Answer> {
        let request = PushRequest {
            items,
            loose: Vec::new(),
        };
        self.office
            .push(&worker.session, worker.session.workspace, &request, self.now)
            .unwrap()
            .answers
    }

    pub fn one(&self, worker: &Worker, item: PushItem) -> Answer {
        self.push(worker, vec![item]).remove(0)
    }

    /// A note with words, pushed whole: its birth and one change.
    pub fn note(&self, worker: &Worker, case: DocId, words: &str) -> (DocId, Vec<Answer>) {
        let (id, items) = self.note_items(worker, case, words);
        (id, self.push(worker, items))
    }

    pub fn note_items(&self, worker: &Worker, case: DocId, words: &str) -> (DocId, Vec<PushItem>) {
        let id = self.doc();
        let birth = self.birth(worker, Kind::Note, id, Some(case));
        let mut book = Book::born(birth);
        let edits = [Edit::Type {
            before: String::new(),
            after: words.to_owned(),
        }];
        let change = worker.write(&mut book, &edits, self.now);
        (
            id,
            vec![worker.item(&birth, birth.bytes()), worker.item(&birth, change)],
        )
    }

    pub fn birth(&self, worker: &Worker, kind: Kind, id: DocId, parent: Option<DocId>) -> Birth {
        Birth {
            workspace: worker.session.workspace,
            kind,
            id,
            parent,
        }
    }

    pub fn book(&self, doc: DocId) -> Book {
        self.store
            .view::<_, StoreError>(self.now, |view| view.book(doc))
            .unwrap()
    }

    /// An edit of a document that is there, as this worker's device would send it.
    pub fn edit(&self, worker: &Worker, doc: DocId, edits: &[Edit]) -> PushItem {
        let mut book = self.book(doc);
        let birth = *book.birth();
        let change = worker.write(&mut book, edits, self.now);
        worker.item(&birth, change)
    }

    /// All pages from the worker's cursor on, which is moved along.
    pub fn pull(&self, worker: &mut Worker) -> Vec<FeedPage> {
        let mut request = FeedRequest {
            cursor: worker.cursor,
            filling: Vec::new(),
            erased: None,
        };
        let mut pages = Vec::new();
        loop {
            let page = self
                .office
                .feed(&worker.session, worker.session.workspace, &request, self.now)
                .unwrap();
            request = FeedRequest {
                cursor: Some(page.cursor),
                filling: page.filling.clone(),
                erased: None,
            };
            worker.cursor = Some(page.cursor);
            let last = page.closing.is_some();
            pages.push(page);
            if last {
                return pages;
            }
        }
    }

    pub fn may_see(&self, worker: &Worker) -> BTreeSet<DocId> {
        let seen = self
            .store
            .view::<_, StoreError>(self.now, |view| view.may_see(worker.session.person));
        seen.unwrap().into_iter().collect()
    }
}

impl Worker {
    pub fn actor(&self) -> ActorId {
        ActorId::new(self.session.enrolment, self.salt)
    }

    pub fn write(&self, book: &mut Book, edits: &[Edit], now: Instant) -> Vec<u8> {
        let pen = Pen {
            actor: self.actor(),
            spare: ActorId::new(self.session.enrolment, [9; 8]),
            time: now,
        };
        let heads = book.heads();
        book.write(&pen, &heads, edits).unwrap().unwrap().bytes
    }

    pub fn item(&self, birth: &Birth, change: Vec<u8>) -> PushItem {
        let kind = birth.kind.word().to_owned();
        PushItem {
            doc: birth.id,
            kind,
            parent: birth.parent,
            change,
            made_on: self.cursor,
        }
    }
}

/// What an admin command says in the town's folder.
pub fn admin(town: &Town, words: &[&str]) -> anyhow::Result<String> {
    let before = [
        "feltbog-server",
        "--data",
        town.folder.path().to_str().unwrap(),
        "admin",
    ];
    let mut out = Vec::new();
    feltbog_server::run(Cli::try_parse_from([&before, words].concat()).unwrap(), &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

pub fn to_unit(unit: UnitId) -> Edit {
    Edit::root("unit", Scalar::Bytes(unit.as_bytes().to_vec()))
}

pub fn case_edits(unit: UnitId) -> [Edit; 3] {
    [
        Edit::root("title", "Sag"),
        Edit::root("type", "helhedspleje"),
        to_unit(unit),
    ]
}

pub fn ids(pages: &[FeedPage]) -> BTreeSet<DocId> {
    pages
        .iter()
        .flat_map(|page| &page.entries)
        .map(|entry| entry.doc)
        .collect()
}

pub fn heads_of(pages: &[FeedPage], doc: DocId) -> Option<Vec<ChangeHash>> {
    let mut entries = pages.iter().flat_map(|page| &page.entries);
    entries.find(|entry| entry.doc == doc).map(|entry| entry.heads.clone())
}

pub fn stored(answers: &[Answer]) -> bool {
    answers.iter().all(|answer| matches!(answer, Answer::Stored(_)))
}

pub fn somebody() -> EnrolmentId {
    EnrolmentId::from_bytes([0xab; 16])
}
