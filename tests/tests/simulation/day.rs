//! One day: who is in it, what is remembered of it, and how it ends.
//!
//! It judges nothing; `holds` does, from what is remembered here.

use std::collections::BTreeSet;

use feltbog_ids::{CommandId, DocId, Instant, PersonId, Span};
use feltbog_replica::Agreement;
use feltbog_tests::{Chance, Tablet, Tally, World};

use crate::copies::Copies;
use crate::house::Version;
use crate::shifts::Lent;

/// Rounds of everybody after which a quiet world must have come to rest.
const EVENING: usize = 12;

/// Signs begin after this one.
pub const FIRST_SIGN: char = '\u{4e00}';

/// Something that was written and kept.
pub struct Kept {
    /// On which tablet.
    pub by: usize,
    /// In which document.
    pub doc: DocId,
    /// The sign that occurs nowhere else.
    pub sign: char,
    /// A few letters that were written with it, by which its bytes are told from any others.
    pub words: String,
    /// A field's value may be followed by another; it still stands in the document's history.
    pub in_field: bool,
    /// It need not stand anywhere: somebody took it out, or a copy from before it was put back, on the device before it
    /// was sent, or on the server when its writer's device no longer held it.
    pub may_be_lost: bool,
    /// So many times more it may stand: in how many copies of the device, put back after it had been refused and written
    /// anew, it waited.
    pub copies: usize,
    /// More than one text laid before a leader may hold it: it stood in its note on a server that was put back to before
    /// it, or on a page that was typed on when its note held it no more.
    pub may_be_told_again: bool,
    /// It stood no more when the history of its document was erased: nowhere may a byte of it be left.
    pub erased: bool,
}

impl Kept {
    /// Words in a text, of which the first letter is the sign.
    pub fn new(by: usize, doc: DocId, sign: char, words: &str) -> Self {
        Self {
            by,
            doc,
            sign,
            words: words.chars().take(4).collect(),
            in_field: false,
            may_be_lost: false,
            copies: 0,
            may_be_told_again: false,
            erased: false,
        }
    }
}

/// A day.
pub struct Day {
    /// The world.
    pub world: World,
    /// Anna's and Bo's of Team Kløver, Carl's of Team Anemone.
    pub tablets: Vec<Tablet>,
    /// Dice.
    pub chance: Chance,
    /// Everything written and kept.
    pub kept: Vec<Kept>,
    /// Notes and their cases.
    pub notes: Vec<(DocId, DocId)>,
    /// Words that were parked at some time: they must stay until the person takes them off.
    pub parked: BTreeSet<(usize, CommandId)>,
    /// Whose base went astray at some time: only there may anything be found to differ.
    pub astray: BTreeSet<usize>,
    /// Whose base went astray once more before a repair was seen to have mended it: there alone a scope may be fetched anew.
    pub astray_amid_repair: BTreeSet<usize>,
    /// When a role ends by itself, and whose.
    pub ends: BTreeSet<(PersonId, Instant)>,
    /// What each tablet must let go of by the clock, as far as that is known.
    pub lent: Vec<Vec<Lent>>,
    /// Histories are erased on it. On the other days the server is put back: of a day that has both a word may be lost yet.
    pub erases: bool,
    /// Versions of documents that were on the server at some time of this life of its log.
    pub versions: Vec<Version>,
    /// Copies of tablets and of the server, taken at some time.
    pub copies: Copies,
    signs: u32,
}

impl Day {
    /// The morning of a day.
    pub fn of(seed: u64, tally: &Tally) -> Self {
        let world = World::counted(seed, tally.clone());
        let mut chance = Chance::of(seed);
        world.server.sends_pages_of(*chance.one(&[2, 3, 7, 500]));
        let erases = chance.percent(50);
        let people = [world.town.anna, world.town.bo, world.town.carl];
        let tablets: Vec<_> = people.map(|worker| world.tablet(worker)).into();
        tablets.iter().for_each(|tablet| tablet.road.watches_numbers());
        Self {
            world,
            tablets,
            chance,
            kept: Vec::new(),
            notes: Vec::new(),
            parked: BTreeSet::new(),
            astray: BTreeSet::new(),
            astray_amid_repair: BTreeSet::new(),
            ends: BTreeSet::new(),
            lent: people.iter().map(|_| Vec::new()).collect(),
            erases,
            versions: Vec::new(),
            copies: Copies::default(),
            signs: 0,
        }
    }

    /// All its steps.
    pub fn goes_by(&mut self, steps: usize) {
        for _ in 0..steps {
            let seconds = self.chance.below(300);
            self.world
                .clock
                .advance(Span(i64::try_from(seconds * 1_000_003).unwrap()));
            let who = self.chance.below(self.tablets.len());
            if self.chance.percent(90) {
                self.somebody_looks_at_the_clock(who);
            }
            match self.chance.below(110) {
                0..33 => self.somebody_writes(who),
                33..40 => self.somebody_sets_a_field(who),
                40..44 => self.somebody_finishes(who),
                44..66 => self.somebody_goes(who),
                66..72 => self.somebody_writes_amid_a_round(who),
                72..78 => self.the_app_dies_on_the_way(who),
                78..81 => self.the_battery_dies(who),
                81..83 => self.the_server_restarts(),
                83..88 => self.the_town_changes(),
                88..91 => self.the_town_changes_amid_a_round(who),
                91..93 => self.a_clock_jumps(who),
                93..95 => self.somebody_forges(who),
                95 => self.a_copy_of_a_tablet_is_taken_or_put_back(who),
                96 => self.a_copy_of_the_server_is_taken_or_put_back(),
                100 => self.a_base_goes_astray(who),
                101 | 102 => self.a_device_is_idle(who),
                103 => self.the_log_is_compacted(),
                105 | 106 => self.a_shift_goes_by(who),
                107 | 108 => self.a_history_is_erased(),
                109 => self.a_history_is_erased_amid_a_round(who),
                104 => self.somebody_types_on_and_on(who),
                _ => self.something_arrives_late(who),
            }
        }
    }

    /// The roads are open, what was late arrives, and everybody goes until nothing moves any more.
    pub fn ends(&mut self) {
        for tablet in &self.tablets {
            tablet.road.open();
            while tablet.road.late() > 0 {
                tablet.remote.delivers_late();
            }
        }
        self.becomes_quiet();
        if self.tablets.iter().any(|tablet| !tablet.file().unsent().is_empty()) {
            // What waits for a device that has nothing to offer is given up after a week.
            self.world.tally.count("end: waited for others in vain");
            self.world.clock.advance(Span::days(8));
            self.becomes_quiet();
        }
    }

    fn becomes_quiet(&self) {
        for _ in 0..EVENING {
            let before = self.position();
            let rounds: Vec<_> = self.tablets.iter().map(Tablet::round).collect();
            let equal = rounds.iter().all(|round| matches!(round, Ok(Agreement::Equal)));
            let sent = self
                .tablets
                .iter()
                .all(|tablet| tablet.replica().outbox(1).unwrap().is_empty());
            // What was wiped is told with the next question.
            let told = self.tablets.iter().all(|tablet| {
                let request = tablet.replica().feed_request().unwrap();
                request.erased.is_none()
            });
            if equal && sent && told && self.position() == before {
                return;
            }
        }
        let rounds: Vec<_> = self.tablets.iter().map(Tablet::round).collect();
        panic!("I7, I8: the evening never becomes quiet: {rounds:?}");
    }

    /// A sign that was not used before: one ideograph, so that no difference of texts can mistake a part of one for a
    /// part of another.
    pub fn sign(&mut self) -> char {
        self.signs += 1;
        char::from_u32(u32::from(FIRST_SIGN) + self.signs).expect("there are twenty thousand of them")
    }

    fn position(&self) -> feltbog_ids::Position {
        self.world.server.store().workspace().unwrap().position
    }
}
