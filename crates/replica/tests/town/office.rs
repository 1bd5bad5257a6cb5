//! The office of the miniature town: documents, a log, and answers to push, feed and bodies.
//!
//! It keeps everything in memory and refuses only what a test told it to refuse.

use std::collections::{BTreeMap, BTreeSet};

use feltbog_casebook::{Birth, Book, Edit, Kind, PROJECTION_VERSION, Pen, member_digest, member_print};
use feltbog_ids::{ActorId, ChangeHash, Cursor, DigestOf, DocId, EnrolmentId, Generation, Instant, Position, ScopeId};
use feltbog_protocol::{
    Answer, BodiesReply, Body, Closing, Entry, FeedPage, FeedRequest, Found, PRINT, PushItem, PushReply, Reason,
    RepairReply, RepairRequest, ScopeEnd, ScopeState, Want,
};

use super::{NOON, WORKSPACE, case, enrolment, person};

/// Everything in the town lies in this one scope.
pub const SCOPE: ScopeId = ScopeId::from_bytes([0x5c; 16]);

struct Kept {
    book: Book,
    position: u64,
    log: Vec<(u64, Vec<u8>)>,
}

/// The post office.
pub struct Office {
    docs: BTreeMap<DocId, Kept>,
    left: Vec<(u64, DocId)>,
    end: u64,
    /// Entries of one page.
    pub page_size: usize,
    /// Small changes travel with the feed.
    pub inline: bool,
    /// Documents whose bodies are spoiled on the way.
    pub spoiled: BTreeSet<DocId>,
    /// Changes that are refused, and why. A birth is refused by its hash too.
    pub refused: BTreeMap<ChangeHash, Reason>,
    /// What to answer to a push of these documents instead.
    pub answers: BTreeMap<DocId, Answer>,
    /// Scopes that end by the clock.
    pub ends: Vec<ScopeEnd>,
}

impl Office {
    /// A town with the two workers of tablets 1 and 2, and one home-care case assigned to both.
    pub fn new() -> Self {
        let mut office = Self {
            docs: BTreeMap::new(),
            left: Vec::new(),
            end: 0,
            page_size: 100,
            inline: true,
            spoiled: BTreeSet::new(),
            refused: BTreeMap::new(),
            answers: BTreeMap::new(),
            ends: Vec::new(),
        };
        for (number, name) in [(1, "Kirsten Nattergal-Sørensen"), (2, "Bo Gærdesmutte")] {
            let edits = [
                Edit::root("schema", feltbog_casebook::Scalar::Int(1)),
                Edit::root("name", name),
                Edit::root("title", "SSH"),
                Edit::within("enrolments", &enrolment(number).to_string(), "tablet"),
            ];
            office.put(Kind::Person, DocId::from(person(number)), None, &edits);
        }
        office.put_case(case(), "Solveig Lærke", "Ågade 3");
        office
    }

    /// A home-care case assigned to both workers.
    pub fn put_case(&mut self, id: DocId, subject: &str, address: &str) {
        let number = format!("2026-{:06}", id.as_bytes()[15]);
        let edits = [
            Edit::root("schema", feltbog_casebook::Scalar::Int(1)),
            Edit::root("number", number.as_str()),
            Edit::root("title", "Helhedspleje"),
            Edit::root("type", "helhedspleje"),
            Edit::root("subject", subject),
            Edit::root("cpr", "1403391234"),
            Edit::root("address", address),
            Edit::root("state", "open"),
            Edit::within("people", &person(1).to_string(), true),
            Edit::within("people", &person(2).to_string(), true),
        ];
        self.put(Kind::Case, id, None, &edits);
    }

    /// Writes with the server's own hand; makes the document when it is new.
    pub fn put(&mut self, kind: Kind, id: DocId, parent: Option<DocId>, edits: &[Edit]) {
        let birth = Birth {
            workspace: WORKSPACE,
            kind,
            id,
            parent,
        };
        let mut book = self
            .docs
            .get(&id)
            .map_or_else(|| Book::born(birth), |kept| kept.book.clone());
        let fresh = !self.docs.contains_key(&id);
        let server = EnrolmentId::from_bytes([9; 16]);
        let actor = ActorId::new(server, [9; 8]);
        let pen = Pen {
            actor,
            spare: ActorId::new(server, self.end.to_be_bytes()),
            time: NOON,
        };
        let written = book.write(&pen, &[], edits).unwrap();
        if fresh {
            self.store(id, Book::born(birth), birth.bytes());
        }
        if let Some(written) = written {
            self.store(id, book, written.bytes);
        }
    }

    fn store(&mut self, id: DocId, book: Book, bytes: Vec<u8>) -> Position {
        self.end += 1;
        let log = self.docs.remove(&id).map(|kept| kept.log).unwrap_or_default();
        let mut kept = Kept {
            book,
            position: self.end,
            log,
        };
        kept.log.push((self.end, bytes));
        self.docs.insert(id, kept);
        Position(self.end)
    }

    /// The document leaves every scope.
    pub fn withdraws(&mut self, id: DocId) {
        self.end += 1;
        self.docs.remove(&id);
        self.left.push((self.end, id));
    }

    pub fn text(&self, id: DocId) -> String {
        self.docs[&id].book.text()
    }

    pub fn holds(&self, id: DocId) -> bool {
        self.docs.contains_key(&id)
    }

    pub fn push<'a>(&mut self, items: impl IntoIterator<Item = &'a PushItem>) -> PushReply {
        let answers = items.into_iter().map(|item| self.judge(item)).collect();
        PushReply {
            answers,
            server_time: NOON,
            generation: Some(Generation([7; 16])),
            handed: Vec::new(),
        }
    }

    fn judge(&mut self, item: &PushItem) -> Answer {
        let header = feltbog_casebook::caps::check_change(&item.change).unwrap();
        if let Some(reason) = self.refused.get(&header.hash) {
            return Answer::Refused(*reason);
        }
        if let Some(answer) = self.answers.get(&item.doc) {
            return answer.clone();
        }
        let Some(kept) = self.docs.get(&item.doc) else {
            return match (header.deps.is_empty(), item.parent) {
                (false, _) => Answer::Needs(header.deps),
                (true, Some(parent)) if !self.docs.contains_key(&parent) => Answer::NeedsParent(parent),
                (true, parent) => {
                    let kind = Kind::parse(&item.kind).unwrap();
                    let birth = Birth {
                        workspace: WORKSPACE,
                        kind,
                        id: item.doc,
                        parent,
                    };
                    assert_eq!(birth.bytes(), item.change, "a birth is canonical");
                    Answer::Stored(self.store(item.doc, Book::born(birth), item.change.clone()))
                }
            };
        };
        if kept.book.has(&[header.hash]) {
            return Answer::Known(Position(kept.position));
        }
        let mut book = kept.book.clone();
        match book.apply(&item.change) {
            Ok(_) => Answer::Stored(self.store(item.doc, book, item.change.clone())),
            Err(feltbog_casebook::BookError::Needs(missing)) => Answer::Needs(missing),
            Err(_) => Answer::Refused(Reason::Unreadable),
        }
    }

    pub fn page(&self, request: &FeedRequest) -> FeedPage {
        let from = request.cursor.map_or(0, |cursor| cursor.position.0);
        let since = request
            .filling
            .iter()
            .map(|filling| filling.upto.0)
            .min()
            .unwrap_or(from)
            .min(from);
        let mut fresh: Vec<_> = self.docs.iter().filter(|(_, kept)| kept.position > since).collect();
        fresh.sort_by_key(|(_, kept)| kept.position);
        let more = fresh.len() > self.page_size;
        fresh.truncate(self.page_size);
        let upto = if more {
            fresh.last().unwrap().1.position
        } else {
            self.end
        };
        let gone = self
            .left
            .iter()
            .filter(|(position, _)| *position > from && *position <= upto);
        FeedPage {
            lost: Vec::new(),
            left: gone
                .map(|(_, doc)| *doc)
                .filter(|doc| !self.docs.contains_key(doc))
                .collect(),
            entries: fresh.iter().map(|(id, kept)| self.entry(**id, kept, since)).collect(),
            cursor: Cursor {
                generation: Generation([7; 16]),
                position: Position(upto),
            },
            filling: Vec::new(),
            closing: (!more).then(|| self.closing()),
            server_time: NOON,
            unread: None,
            ends: self.ends.clone(),
        }
    }

    fn entry(&self, id: DocId, kept: &Kept, since: u64) -> Entry {
        let small = kept.log.iter().filter(|(at, _)| self.inline && *at > since);
        let birth = kept.book.birth();
        Entry {
            doc: id,
            kind: birth.kind.word().to_owned(),
            parent: birth.parent,
            scopes: vec![SCOPE],
            heads: kept.book.heads(),
            size: 1,
            position: Position(kept.position),
            projection_version: PROJECTION_VERSION,
            projection: kept.book.project().to_bytes(),
            changes: small.map(|(_, bytes)| bytes.clone().into()).collect(),
            received: Instant(NOON.0),
            epoch: None,
        }
    }

    fn closing(&self) -> Closing {
        let mut digest = DigestOf::default();
        for (id, kept) in &self.docs {
            digest.toggle(member_digest(*id, &kept.book.heads()));
        }
        let count = u32::try_from(self.docs.len()).unwrap();
        Closing {
            position: Position(self.end),
            scopes: vec![ScopeState {
                scope: SCOPE,
                count,
                digest,
                reads_only: None,
            }],
        }
    }

    /// What differs of what a tablet holds.
    pub fn repair(&self, request: &RepairRequest) -> RepairReply {
        let mut strangers: Vec<&[u8]> = request.prints.chunks(PRINT).collect();
        let mut entries = Vec::new();
        for (id, kept) in &self.docs {
            let print = member_print(&request.key, *id, &kept.book.heads());
            match strangers.iter().position(|theirs| *theirs == print) {
                Some(at) => drop(strangers.remove(at)),
                None => entries.push(self.entry(*id, kept, 0)),
            }
        }
        let state = self.closing().scopes.remove(0);
        RepairReply {
            found: if request.cursor.position.0 < self.end {
                Found::Moved
            } else {
                Found::All
            },
            entries,
            strangers: strangers.concat(),
            state,
            cursor: Cursor {
                generation: Generation([7; 16]),
                position: Position(self.end),
            },
            server_time: NOON,
        }
    }

    /// A page with nothing but a lost scope.
    pub fn page_of_a_lost_scope(&self) -> FeedPage {
        let cursor = Cursor {
            generation: Generation([7; 16]),
            position: Position(self.end),
        };
        FeedPage {
            lost: vec![SCOPE],
            left: Vec::new(),
            entries: Vec::new(),
            cursor,
            filling: Vec::new(),
            closing: Some(Closing {
                position: Position(self.end),
                scopes: Vec::new(),
            }),
            server_time: NOON,
            unread: None,
            ends: Vec::new(),
        }
    }

    pub fn bodies(&self, wants: &[Want]) -> BodiesReply {
        let (here, absent): (Vec<_>, Vec<_>) = wants.iter().partition(|want| self.docs.contains_key(&want.doc));
        let body = |want: &Want| {
            let book = &self.docs[&want.doc].book;
            let whole = want.have.is_empty() || !book.has(&want.have);
            let mut bytes = if whole {
                book.save()
            } else {
                book.changes_since(&want.have)
                    .into_iter()
                    .flat_map(|(_, bytes)| bytes)
                    .collect()
            };
            if self.spoiled.contains(&want.doc) {
                bytes = (0..200_u32)
                    .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
                    .collect();
            }
            Body {
                doc: want.doc,
                heads: book.heads(),
                whole,
                bytes,
                epoch: None,
            }
        };
        let bodies = here.into_iter().map(body).collect();
        BodiesReply {
            bodies,
            absent: absent.iter().map(|want| want.doc).collect(),
            unread: None,
        }
    }
}
