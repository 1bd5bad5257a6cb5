//! Documents whose history is erased on the server, whoever has words for them that were not sent.
//!
//! What goes and what stays is worked out here from the document as it was. That it is nowhere in the end is in `holds`.

use std::collections::HashSet;

use feltbog_casebook::{Book, Scalar};
use feltbog_client::courier::CourierError;
use feltbog_ids::DocId;
use feltbog_tests::{Ended, Opened, lies_in};

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
        if !self.erases {
            return None;
        }
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
        let key = self.world.server.key_of(doc);
        self.world.server.erases(doc);
        assert!(
            !lies_in(&self.world.server.bytes_of_keys(), &key),
            "I4: the key of what was erased of {doc} lies on the server still"
        );
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
        self.world.tally.tells(|| format!("  history of {doc} erased"));
        self.versions.retain(|version| version.doc != doc);
        let ever = Ever::of(before);
        for kept in self.kept.iter_mut().filter(|kept| kept.doc == doc) {
            kept.erased |= ever.had(kept) && !kept.stands_in(before);
        }
    }

    /// I4: of what was erased no byte lies on the server in the clear, but in what was laid before a leader. That what is
    /// sealed can be told no more is looked for with the key, as it is erased.
    pub fn is_not_on_the_server(&self) {
        let erased: Vec<_> = self.erased().collect();
        if erased.is_empty() {
            return;
        }
        let bytes = self.world.server.bytes();
        for kept in erased {
            let left = lies_in(&bytes, kept.words.as_bytes());
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
            let left = lies_in(&bytes, kept.words.as_bytes());
            let user = tablet.worker.user;
            assert!(
                !left,
                "I4: {:?} of {} was erased and lies on {user}'s tablet in {:?}",
                kept.words,
                kept.doc,
                tablet.file().tables_with(kept.words.as_bytes())
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

    /// Which values of a case stand on a tablet in another epoch than the server is in: it erases while they are on their way.
    /// What waits to be sent is not among them, for that is written anew.
    pub fn values_of_another_epoch(&self, who: usize, case: DocId) -> Vec<char> {
        let file = self.tablets[who].file();
        let id = hex(case.as_bytes());
        let server = Opened::server(self.world.server.folder());
        let there = server.rows(&format!("select epoch from document where doc = x'{id}'"));
        let here = file.rows(&format!("select epoch from doc where id = x'{id}'"));
        let Some(book) = file.book(case).filter(|_| here.unwrap() != there.unwrap()) else {
            return Vec::new();
        };
        let waits = |kept: &Kept| {
            let value = hex(field_value(kept.sign).as_bytes());
            let own = format!("select doc from own where doc = x'{id}' and instr(bytes, x'{value}') > 0");
            !file.rows(&own).unwrap().is_empty()
        };
        let kept = self.kept.iter().filter(|kept| kept.in_field && kept.doc == case);
        kept.filter(|kept| kept.stands_in(&book) && !waits(kept))
            .map(|kept| kept.sign)
            .collect()
    }

    /// Another value was set over these. A history they stood in alone went with the epoch, and nobody is asked about what
    /// they have set anew themselves.
    pub fn is_not_asked_for_what_was_set_over(&mut self, who: usize, case: DocId, values: &[char]) {
        let here = self.tablets[who].file().book(case);
        let there = self.world.town.book(case).map(|book| Ever::of(&book));
        let set_over = self.kept.iter_mut().filter(|kept| values.contains(&kept.sign));
        for kept in set_over.filter(|kept| here.as_ref().is_some_and(|book| !kept.stands_in(book))) {
            kept.may_be_lost |= !there.as_ref().is_some_and(|ever| ever.had(kept));
        }
    }
}

/// As SQL writes bytes.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
}

/// All that ever stood in a document, as far as its history tells.
struct Ever {
    signs: HashSet<char>,
    changes: Vec<Vec<u8>>,
}

impl Ever {
    fn of(book: &Book) -> Self {
        let (hashes, changes): (Vec<_>, Vec<_>) = book.changes_since(&[]).into_iter().unzip();
        let texts = hashes.iter().filter_map(|hash| book.text_at(&[*hash]).ok());
        Self {
            signs: texts.flat_map(|text| text.chars().collect::<Vec<_>>()).collect(),
            changes,
        }
    }

    fn had(&self, kept: &Kept) -> bool {
        let value = field_value(kept.sign);
        if kept.in_field {
            self.changes.iter().any(|bytes| lies_in(bytes, value.as_bytes()))
        } else {
            self.signs.contains(&kept.sign)
        }
    }
}
