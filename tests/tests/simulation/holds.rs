//! What must hold once all is quiet (docs: "What must always hold").
//!
//! What is checked here is checked on the files themselves; I9 follows from I2 over every sign as well.

use std::collections::BTreeSet;

use feltbog_casebook::{Book, Kind, Scalar};
use feltbog_ids::DocId;
use feltbog_tests::{Opened, Tablet, lies_in};

use crate::day::{Day, Kept};
use crate::deeds::field_value;

impl Day {
    /// Words that are parked stay parked: nobody here takes any off.
    pub fn remembers_what_is_parked(&mut self, who: usize) {
        let rows = self.tablets[who].replica().parked_rows().unwrap();
        self.parked.extend(rows.iter().map(|row| (who, row.id)));
    }

    /// Everything that must hold.
    pub fn holds(&mut self) {
        for who in 0..self.tablets.len() {
            self.remembers_what_is_parked(who);
            let tablet = &self.tablets[who];
            let file = tablet.file();
            let ids = self.nobody_sees_too_much(tablet, &file);
            ids.iter()
                .for_each(|doc| self.shows_what_the_server_has(tablet, &file, *doc));
            nothing_waits(tablet, &file);
            self.nothing_was_mended_in_vain(who);
            self.what_left_is_reported(who);
            self.notes_are_where_their_case_is(who, &ids);
            self.no_byte_is_left(who, &ids);
            self.is_not_on_the_tablet(who);
        }
        self.is_not_on_the_server();
        self.history_holds_what_it_held();
        self.world.tally.add("end: parked", self.parked.len() as u64);
        self.kept.iter().for_each(|kept| self.is_not_lost(kept));
    }

    /// I3.
    fn nobody_sees_too_much(&self, tablet: &Tablet, file: &Opened) -> BTreeSet<DocId> {
        let (ids, may_see) = (file.ids(), self.world.town.may_see(tablet.worker.person));
        let (more, fewer): (Vec<_>, Vec<_>) = (ids.difference(&may_see).collect(), may_see.difference(&ids).collect());
        assert!(
            ids == may_see,
            "I3: {} holds {more:?} too much, {fewer:?} too little",
            tablet.worker.user
        );
        ids
    }

    /// I3 by another way than the server's own: whoever holds a case holds its notes, and nobody else does.
    fn notes_are_where_their_case_is(&self, who: usize, ids: &BTreeSet<DocId>) {
        let kept = self
            .notes
            .iter()
            .filter(|(note, _)| self.world.town.book(*note).is_some());
        for (note, case) in kept {
            assert_eq!(
                ids.contains(note),
                ids.contains(case),
                "I3: note {note} and its case {case} on {}'s tablet",
                self.tablets[who].worker.user
            );
        }
    }

    /// I4: what left is wiped, and the server was told.
    fn what_left_is_reported(&self, who: usize) {
        let (tablet, user) = (&self.tablets[who], self.tablets[who].worker.user);
        let marks = tablet
            .file()
            .rows("select key from meta where key in ('left', 'unswept', 'gaps')")
            .unwrap();
        assert_eq!(
            marks,
            Vec::<String>::new(),
            "I4: {user}'s tablet has not reported what it wiped"
        );
        let devices = self
            .world
            .server
            .store()
            .view(self.world.server.now(), |view| view.devices_of(tablet.worker.person));
        let devices: Result<_, feltbog_server::StoreError> = devices;
        let said = devices.unwrap().remove(0).wiped.is_some();
        self.world.tally.add("end: wiping reported", u64::from(said));
    }

    /// I7: what differs is found and mended by a repair, and nothing differs but where a base went astray.
    fn nothing_was_mended_in_vain(&self, who: usize) {
        let (tablet, user) = (&self.tablets[who], self.tablets[who].worker.user);
        let replica = tablet.replica();
        assert!(
            replica.refetches().unwrap() == 0 || self.astray_amid_repair.contains(&who),
            "I7: a scope of {user}'s tablet stayed unequal and was fetched anew"
        );
        let (repairs, mended) = replica.repairs().unwrap();
        assert!(
            repairs == 0 || self.astray.contains(&who),
            "I7: {mended} documents on {user}'s tablet differed"
        );
    }

    /// I1 and I6: version, text and row.
    fn shows_what_the_server_has(&self, tablet: &Tablet, file: &Opened, doc: DocId) {
        let who = tablet.worker.user;
        let book = self.world.town.book(doc).expect("what a device holds the server has");
        let row = file.projection(doc);
        assert_eq!(
            row.as_deref(),
            Some(&book.project().to_bytes()[..]),
            "I6: the row of {doc} on {who}'s tablet"
        );
        match book.birth().kind {
            Kind::Note => {
                let note = tablet.note(doc).unwrap();
                assert_eq!(
                    note.heads,
                    book.heads(),
                    "I1: the version of note {doc} on {who}'s tablet"
                );
                assert_eq!(
                    note.text,
                    book.standing_text(),
                    "I1: the text of note {doc} on {who}'s tablet"
                );
            }
            Kind::Case => {
                let case = tablet.replica().case(doc, tablet.clock.now()).unwrap();
                assert_eq!(
                    case.heads,
                    book.heads(),
                    "I1: the version of case {doc} on {who}'s tablet"
                );
            }
            _ => {}
        }
    }

    /// I4: of what is not on a device any more not a byte lies in its file, its log or their free pages. Words that wait
    /// for their writer's decision stay, whatever became of their document.
    pub fn no_byte_is_left(&self, who: usize, ids: &BTreeSet<DocId>) {
        let tablet = &self.tablets[who];
        let parked: String = tablet
            .replica()
            .parked_rows()
            .unwrap()
            .into_iter()
            .map(|row| row.words)
            .collect();
        let bytes = tablet.bytes();
        let gone = self
            .kept
            .iter()
            .filter(|kept| !ids.contains(&kept.doc) && !parked.contains(kept.sign));
        for kept in gone {
            let left = lies_in(&bytes, kept.words.as_bytes());
            assert!(
                !left,
                "I4: {:?} of {} lies on {}'s tablet still",
                kept.words, kept.doc, tablet.worker.user
            );
            self.world.tally.count("looked for what is gone");
        }
    }

    /// I2 and I5: what was kept is in the server's document once, or once in what was laid before a leader, or among the
    /// words its writer is asked about.
    fn is_not_lost(&self, kept: &Kept) {
        let book = self.world.town.book(kept.doc);
        let times = book.as_ref().map_or(0, |book| kept.times_in(book));
        let most = 1 + kept.copies;
        assert!(
            times <= most,
            "I5: {:?} stands {times} times in {}",
            kept.sign,
            kept.doc
        );
        let handed = self.handed_over(kept);
        // What is laid before a leader is the whole text, with words in it that were taken before they were refused.
        assert!(
            times >= 1 || kept.may_be_told_again || handed <= most,
            "I5: {:?} of {} stands {handed} times before leaders",
            kept.sign,
            kept.doc
        );
        let tablet = &self.tablets[kept.by];
        let parked = tablet.replica().parked_rows().unwrap();
        let handed_back = parked.iter().any(|row| row.words.contains(kept.sign));
        let who = tablet.worker.user;
        assert!(
            times + handed >= 1 || handed_back || kept.may_be_lost || kept.erased,
            "I2: {:?}, kept by {who} in {}, is nowhere",
            kept.sign,
            kept.doc
        );
    }

    /// How often it stands in notes without a place that its writer handed over. A colleague who was in the same note may
    /// have handed its text over as well.
    fn handed_over(&self, kept: &Kept) -> usize {
        let writer = Scalar::Bytes(self.tablets[kept.by].worker.person.as_bytes().to_vec());
        let notes = self.world.town.loose_notes().into_iter();
        let signs = |book: Book| {
            book.words("words")
                .chars()
                .filter(|letter| *letter == kept.sign)
                .count()
        };
        let times = notes
            .filter(|book| book.root("author") == Some(writer.clone()))
            .map(signs)
            .sum::<usize>();
        self.world.tally.add("end: handed over", u64::from(times > 0));
        times
    }
}

impl Kept {
    /// How often it stands in its document.
    pub fn times_in(&self, book: &Book) -> usize {
        if self.in_field {
            written(book, self.sign)
        } else {
            said(book, self.sign)
        }
    }
}

/// I7 and I8.
fn nothing_waits(tablet: &Tablet, file: &Opened) {
    let who = tablet.worker.user;
    tablet.tells(file);
    assert_eq!(
        file.unsent(),
        BTreeSet::new(),
        "I8: something still waits on {who}'s tablet"
    );
    let replica = tablet.replica();
    assert_eq!(
        replica.waiting().unwrap(),
        0,
        "I8: {who}'s tablet says that something waits"
    );
    assert_eq!(
        file.miscounted(),
        Vec::<String>::new(),
        "I7: what {who}'s tablet keeps count of is not so"
    );
    let (bodies, announced) = replica.progress().unwrap();
    assert_eq!(bodies, announced, "I7: bodies are missing on {who}'s tablet");
}

fn said(book: &Book, sign: char) -> usize {
    book.text().chars().filter(|letter| *letter == sign).count()
}

/// In how many changes of the document's history it was written.
fn written(book: &Book, sign: char) -> usize {
    // With the words after it: three bytes alone occur in a hash sooner or later.
    let sign = field_value(sign);
    let changes = book.changes_since(&[]);
    changes
        .iter()
        .filter(|(_, bytes)| lies_in(bytes, sign.as_bytes()))
        .count()
}
