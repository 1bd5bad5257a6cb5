//! Pushes that no app of ours sends: each must be refused or answered, and change nothing.
//!
//! They go by a real session, past the notebook.

use feltbog_casebook::{Birth, Edit, Kind, Pen};
use feltbog_ids::{ActorId, DocId, EnrolmentId, WorkspaceId};
use feltbog_protocol::{Answer, MAX_CHANGE, PushItem, PushRequest};

use crate::day::Day;

impl Day {
    /// One forged change.
    pub fn somebody_forges(&mut self, who: usize) {
        let identity = self.tablets[who].replica().identity().clone();
        let item = match self.chance.below(7) {
            0 => self.a_stranger(identity.workspace, Kind::Note),
            1 => self.a_stranger(identity.workspace, Kind::Part),
            2 => self.with_bytes(self.world.town.cases[2], vec![7; 90]),
            3 => self.with_bytes(self.world.town.cases[3], vec![7; MAX_CHANGE + 1]),
            4 => self.on_what_nobody_has(identity.enrolment),
            5 => self.by_somebody_else(),
            _ => self.in_a_finished_note(identity.enrolment),
        };
        let Some(item) = item else { return };
        let tablet = &self.tablets[who];
        let request = PushRequest {
            items: vec![item],
            loose: Vec::new(),
        };
        let reply = tablet
            .remote
            .forges(&tablet.session(), identity.workspace, &request)
            .unwrap();
        assert!(
            !matches!(reply.answers[0], Answer::Stored(_)),
            "a forged change was stored"
        );
    }

    /// A child of a case that is not there, or of a kind this person may not make.
    fn a_stranger(&mut self, workspace: WorkspaceId, kind: Kind) -> Option<PushItem> {
        let parent = if kind == Kind::Part {
            self.world.town.cases[3]
        } else {
            DocId::from_bytes(self.chance.bytes())
        };
        let birth = Birth {
            workspace,
            kind,
            id: DocId::from_bytes(self.chance.bytes()),
            parent: Some(parent),
        };
        Some(item(&birth, birth.bytes()))
    }

    fn with_bytes(&self, case: DocId, change: Vec<u8>) -> Option<PushItem> {
        let book = self.world.town.book(case)?;
        Some(item(book.birth(), change))
    }

    /// A change on another change that the server has never seen.
    fn on_what_nobody_has(&mut self, enrolment: EnrolmentId) -> Option<PushItem> {
        let mut book = self.world.town.book(self.world.town.cases[3])?;
        let pen = self.pen(enrolment);
        let heads = book.heads();
        book.write(&pen, &heads, &[Edit::within("fields", "falsk", "en")])
            .unwrap();
        let heads = book.heads();
        let second = book
            .write(&pen, &heads, &[Edit::within("fields", "falsk", "to")])
            .unwrap()?;
        Some(item(book.birth(), second.bytes))
    }

    fn by_somebody_else(&mut self) -> Option<PushItem> {
        let mut book = self.world.town.book(self.world.town.cases[3])?;
        let pen = self.pen(EnrolmentId::from_bytes([0xee; 16]));
        let heads = book.heads();
        let written = book
            .write(&pen, &heads, &[Edit::within("fields", "falsk", "tre")])
            .unwrap()?;
        Some(item(book.birth(), written.bytes))
    }

    /// Words in a note, written on the version that holds its finish.
    fn in_a_finished_note(&mut self, enrolment: EnrolmentId) -> Option<PushItem> {
        let books = self.notes.iter().filter_map(|(note, _)| self.world.town.book(*note));
        let mut book = books.into_iter().find(|book| book.finished_heads().is_some())?;
        let pen = self.pen(enrolment);
        let (heads, before) = (book.heads(), book.text());
        let edit = Edit::Type {
            after: format!("{before} falsk"),
            before,
        };
        let written = book.write(&pen, &heads, &[edit]).unwrap()?;
        Some(item(book.birth(), written.bytes))
    }

    fn pen(&mut self, enrolment: EnrolmentId) -> Pen {
        let actor = ActorId::new(enrolment, self.chance.bytes());
        Pen {
            actor,
            spare: actor,
            time: self.world.clock.now(),
        }
    }
}

fn item(birth: &Birth, change: Vec<u8>) -> PushItem {
    PushItem {
        doc: birth.id,
        kind: birth.kind.word().to_owned(),
        parent: birth.parent,
        change,
        made_on: None,
    }
}
