//! Documents whose history is erased on the server, whoever has words for them that were not sent.
//!
//! What goes and what stays is worked out here from the document as it was. That it is nowhere in the end is in `holds`.

use feltbog_casebook::{Book, Scalar};
use feltbog_client::courier::CourierError;
use feltbog_ids::DocId;
use feltbog_tests::Ended;

use crate::day::{Day, Kept};
use crate::deeds::field_value;

/// Waits of a round, roughly.
const WAITS: usize = 12;

impl Day {
    /// The history of a document is erased.
    pub fn a_history_is_erased(&mut self) {
        if let Some(doc) = self.a_document_to_erase() {
            self.erases(doc);
        }
    }

    /// The same, while somebody's round is under way.
    pub fn a_history_is_erased_amid_a_round(&mut self, who: usize) {
        let Some(doc) = self.a_document_to_erase() else { return };
        let waits = 1 + self.chance.below(WAITS);
        self.forgets_what_is_lent(who);
        // What the server has of it at that moment is not known before.
        let mut before = None;
        self.tablets[who].road.open();
        let ended = self.tablets[who].round_amid(waits, || {
            before = self.world.town.book(doc);
            self.world.server.erases(doc);
            self.world.tally.count("epoch: begun amid a round");
            true
        });
        assert!(
            matches!(ended, Ended::Round(Ok(_) | Err(CourierError::Remote(_)))),
            "a round failed: {ended:?}"
        );
        self.remembers_what_is_parked(who);
        if let Some(before) = before {
            self.remembers_what_was_erased(&before);
        }
    }

    /// A note, rather one of the latest: there words wait. Now and then a case.
    fn a_document_to_erase(&mut self) -> Option<DocId> {
        let doc = if self.chance.percent(30) {
            *self.chance.one(&self.world.town.cases)
        } else {
            let latest = self.notes.len().saturating_sub(6);
            self.chance
                .one(self.notes.get(latest..).filter(|notes| !notes.is_empty())?)
                .0
        };
        // One that nobody has sent yet cannot be erased.
        self.world.town.book(doc).map(|_| doc)
    }

    fn erases(&mut self, doc: DocId) {
        let before = self.world.town.book(doc).unwrap();
        if self.tablets.iter().any(|tablet| tablet.file().unsent().contains(&doc)) {
            self.world.tally.count("epoch: begun with words unsent");
        }
        self.world.server.erases(doc);
        self.world.tally.count("epoch: begun");
        let after = self.world.town.book(doc).unwrap();
        assert_eq!(
            (before.text(), before.standing_text(), before.project().to_bytes()),
            (after.text(), after.standing_text(), after.project().to_bytes()),
            "I2: erasing the history of {doc} changed what stands in it"
        );
        self.remembers_what_was_erased(&before);
        self.is_not_on_the_server();
    }

    /// What was in the history and stood no more is gone; what stood stays.
    fn remembers_what_was_erased(&mut self, before: &Book) {
        let doc = before.birth().id;
        self.versions.retain(|version| version.doc != doc);
        *self.epochs.entry(doc).or_default() += 1;
        for kept in self.kept.iter_mut().filter(|kept| kept.doc == doc) {
            kept.erased |= kept.was_in(before) && !kept.stands_in(before);
        }
    }

    /// I4: of what was erased no byte is left on the server but in what was laid before a leader.
    pub fn is_not_on_the_server(&self) {
        let erased: Vec<_> = self.erased().collect();
        if erased.is_empty() {
            return;
        }
        let bytes = self.world.server.bytes();
        for kept in erased {
            let left = bytes
                .windows(kept.words.len())
                .any(|here| here == kept.words.as_bytes());
            assert!(
                !left,
                "I4: {:?} of {} was erased and lies on the server",
                kept.words, kept.doc
            );
            self.world.tally.count("epoch: looked for what was erased");
        }
    }

    /// I4: nor on a device, but among the words its person is asked about.
    pub fn is_not_on_the_tablet(&self, who: usize) {
        let tablet = &self.tablets[who];
        let parked = tablet.replica().parked_rows().unwrap();
        let bytes = tablet.bytes();
        for kept in self
            .erased()
            .filter(|kept| !parked.iter().any(|row| row.words.contains(kept.sign)))
        {
            let left = bytes
                .windows(kept.words.len())
                .any(|here| here == kept.words.as_bytes());
            let user = tablet.worker.user;
            assert!(
                !left,
                "I4: {:?} of {} was erased and lies on {user}'s tablet",
                kept.words, kept.doc
            );
        }
    }

    /// What was erased and was not handed over with other words by who had it on their page.
    fn erased(&self) -> impl Iterator<Item = &Kept> {
        let handed: String = self
            .world
            .town
            .loose_notes()
            .iter()
            .map(|note| note.words("words"))
            .collect();
        self.kept
            .iter()
            .filter(move |kept| kept.erased && !handed.contains(kept.sign))
    }

    /// The server is as it was: what was erased since is there again, and what came into a new epoch since and stands no
    /// more is nowhere.
    pub fn epochs_are_as_they_were(&mut self, old: &Epochs, before: &[(DocId, Book)]) {
        for kept in &mut self.kept {
            let was_erased = std::mem::replace(&mut kept.erased, old.erased.contains(&kept.sign));
            let is_another = self.epochs.get(&kept.doc) != old.epochs.get(&kept.doc);
            let had = before.iter().find(|(doc, _)| *doc == kept.doc).map(|(_, book)| book);
            let overwritten = had.is_some_and(|book| kept.was_in(book) && !kept.stands_in(book));
            if (was_erased && !kept.erased) || (is_another && overwritten) {
                let now = self.world.town.book(kept.doc);
                kept.may_be_lost |= !now.is_some_and(|book| kept.was_in(&book));
            }
        }
        self.epochs.clone_from(&old.epochs);
    }
}

/// Which histories had been erased how often, and what went with them.
pub struct Epochs {
    epochs: std::collections::HashMap<DocId, u32>,
    erased: std::collections::HashSet<char>,
}

impl Epochs {
    /// As it is now.
    pub fn of(day: &Day) -> Self {
        Self {
            epochs: day.epochs.clone(),
            erased: day
                .kept
                .iter()
                .filter(|kept| kept.erased)
                .map(|kept| kept.sign)
                .collect(),
        }
    }
}

impl Kept {
    /// Whether it stands in the document as it now is.
    fn stands_in(&self, book: &Book) -> bool {
        if !self.in_field {
            return book.text().contains(self.sign) || book.standing_text().contains(self.sign);
        }
        let keys = book.keys_ever("fields").into_iter();
        let mut said = keys.flat_map(|key| book.all_said("fields", &key));
        said.any(|said| said.value == Scalar::from(field_value(self.sign).as_str()))
    }

    /// Whether it ever stood in it, as far as its history tells.
    fn was_in(&self, book: &Book) -> bool {
        let changes = book.changes_since(&[]);
        if self.in_field {
            let value = field_value(self.sign);
            let holds = |bytes: &[u8]| bytes.windows(value.len()).any(|here| here == value.as_bytes());
            return changes.iter().any(|(_, bytes)| holds(bytes));
        }
        let mut texts = changes.iter().map(|(hash, _)| book.text_at(&[*hash]));
        texts.any(|text| text.is_ok_and(|text| text.contains(self.sign)))
    }
}
