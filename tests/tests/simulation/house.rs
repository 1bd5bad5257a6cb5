//! What is put in order when there is nothing else to do: on a device the search, the audit and the folding of bases, on
//! the server the letting go of changes that lie in their documents.
//!
//! None of it may change anything anybody sees. What time takes away is in `years`.

use feltbog_casebook::Book;
use feltbog_ids::{ChangeHash, DocId, Span};
use feltbog_server::store::FRESH;

use crate::day::Day;

/// Keepings after which a base has surely grown enough to be folded.
const ON_AND_ON: usize = 34;

/// A version of a document that was there at some time.
pub struct Version {
    /// Which one.
    pub doc: DocId,
    heads: Vec<ChangeHash>,
}

impl Day {
    /// A device has nothing else to do for a while.
    pub fn a_device_is_idle(&mut self, who: usize) {
        let moment = self.tablets[who].moment();
        let mut replica = self.tablets[who].replica();
        let mut folded = 0;
        while !replica.index_some(100).unwrap().docs.is_empty() {}
        replica.rewrite_when_due(&moment).unwrap();
        while let more @ 1.. = replica.fold_some(1).unwrap() {
            folded += more;
        }
        let dropped = replica.audit_some(100).unwrap().docs;
        drop(replica);
        assert!(
            dropped.is_empty() || self.astray.contains(&who),
            "I7: {dropped:?} on {}'s tablet do not hold the version they are held for",
            self.tablets[who].worker.user
        );
        self.world.tally.add("idle: base folded", folded.into());
    }

    /// Somebody writes a note in many keepings, going now and then.
    pub fn somebody_types_on_and_on(&mut self, who: usize) {
        let Some((note, case)) = self.a_note_for(who) else {
            return;
        };
        for _ in 0..ON_AND_ON {
            self.somebody_goes_on(who, note, case);
            if self.chance.percent(10) {
                self.somebody_goes(who);
            }
        }
        self.somebody_goes(who);
        let idle = self.chance.below(self.tablets.len());
        self.a_device_is_idle(idle);
    }

    /// The server lets go of what lies in the documents: of all, or of what is older than so long.
    pub fn the_log_is_compacted(&mut self) {
        self.notes_versions();
        let (server, now) = (&self.world.server, self.world.server.now());
        let age = *self.chance.one(&[Span(-1), Span::seconds(3_600), Span::days(3), FRESH]);
        let before = now + Span(-age.0);
        let done = server.store().compact(before, now, || true).unwrap();
        assert_eq!(done.left, 0, "every document holds its changes");
        let name = if age.0 < 0 {
            "house: all changes let go"
        } else {
            "house: old changes let go"
        };
        self.world.tally.add(name, done.changes as u64);
    }

    /// Remembers the version of every note and case that the server has.
    pub fn notes_versions(&mut self) {
        let version = |(doc, book): (DocId, Book)| Version {
            doc,
            heads: book.heads(),
        };
        let versions = self.documents().into_iter().map(version).collect();
        self.versions = versions;
    }

    /// Every note and case that the server has.
    pub fn documents(&self) -> Vec<(DocId, Book)> {
        let notes = self.notes.iter().map(|(note, _)| *note);
        let docs = notes.chain(self.world.town.cases.iter().copied());
        docs.filter_map(|doc| Some((doc, self.world.town.book(doc)?))).collect()
    }

    /// I9: whatever was there of a document is in its history still.
    pub fn history_holds_what_it_held(&self) {
        for Version { doc, heads } in &self.versions {
            let book: Option<Book> = self.world.town.book(*doc);
            assert!(
                book.is_some_and(|book| book.has(heads)),
                "I9: the history of {doc} lacks a version it had"
            );
            self.world.tally.count("end: looked for a version");
        }
    }
}
