//! Rights that end by the clock, on the server and on a tablet that is on no network then.
//!
//! What a tablet must let go of when, is asked of the server beforehand and remembered here. What becomes of the words in
//! the end is said in `holds`.

use std::collections::BTreeSet;

use feltbog_ids::{DocId, Instant, PersonId, Span, UnitId};
use feltbog_replica::ReplicaError;
use feltbog_tests::Town;

use crate::day::{Day, Kept};
use crate::deeds::held_in;

/// What a person may see until a time and no longer, unless the server says more before.
pub struct Lent {
    until: Instant,
    docs: BTreeSet<DocId>,
}

/// A role that ends by itself.
pub struct Loan {
    person: PersonId,
    unit: UnitId,
    begins: Span,
    lasts: Span,
}

impl Loan {
    /// It is given, or planned where it is to begin later.
    pub fn happens(&self, town: &Town) {
        let Self {
            person,
            unit,
            begins,
            lasts,
        } = *self;
        if begins.0 == 0 {
            town.grant_for(person, unit, lasts);
        } else {
            town.plan_shift(person, unit, (begins, Span(begins.0 + lasts.0)));
        }
    }
}

/// A note on a case that is open for this shift alone.
struct OfTheShift {
    note: DocId,
    case: DocId,
    /// Written before its end.
    sign: char,
    until: Instant,
}

impl Day {
    /// What a whole round brought: until when what of it may be seen, as far as that ends by the clock.
    pub fn remembers_what_is_lent(&mut self, who: usize) {
        let (town, now) = (&self.world.town, self.world.clock.now());
        let person = self.tablets[who].worker.person;
        let seen = town.may_see(person);
        let ends: BTreeSet<_> = self.ends.iter().filter(|end| end.0 == person && end.1 > now).collect();
        let lent = ends.into_iter().map(|(_, until)| {
            let then = town.may_see_at(person, *until);
            let docs = seen.difference(&then).copied().collect();
            Lent { until: *until, docs }
        });
        self.lent[who] = lent.filter(|lent| !lent.docs.is_empty()).collect();
    }

    /// Nothing is said any more about what this tablet must let go of: something came to it, or its clock was set.
    pub fn forgets_what_is_lent(&mut self, who: usize) {
        self.lent[who].clear();
    }

    /// A worker's role that begins so long from now, lasts for so long, and ends by itself.
    pub fn a_loan(&mut self, person: PersonId, unit: UnitId) -> Loan {
        let begins = if self.chance.percent(50) {
            0
        } else {
            self.chance.below(14_400)
        };
        let lasts = *self.chance.one(&[600, 3_600, 28_800, 172_800]);
        let [begins, lasts] = [begins, lasts].map(|seconds| Span::seconds(i64::try_from(seconds).unwrap()));
        let until = self.world.clock.now() + Span(begins.0 + lasts.0);
        self.ends.insert((person, until));
        Loan {
            person,
            unit,
            begins,
            lasts,
        }
    }

    /// Before anything a person asks of the desk it looks at the clock. What has ended by it is gone then, to the last byte.
    pub fn somebody_looks_at_the_clock(&mut self, who: usize) {
        let tablet = &self.tablets[who];
        // Where the server was put back, what this device still held of it may be the only copy; it does not know.
        let held = self.copies.put_back.then(|| tablet.file().held());
        if tablet.looks_at_the_clock() {
            self.world.tally.count("shift: ended on the device");
            for doc in held.iter().flatten() {
                if !self.tablets[who].file().held().contains(doc) {
                    self.is_not_asked_for_what_the_server_lacks(who, *doc);
                }
            }
        }
        // A clock that is wrong is known to be since the last round.
        let now = self.world.clock.now();
        let over = self.lent[who].iter().filter(|lent| lent.until <= now);
        let over: BTreeSet<_> = over.flat_map(|lent| lent.docs.iter().copied()).collect();
        if over.is_empty() {
            return;
        }
        self.world.tally.count("shift: looked for what has ended");
        let born_there = self.notes.iter().filter(|(_, case)| over.contains(case));
        let docs: BTreeSet<_> = over.iter().copied().chain(born_there.map(|(note, _)| *note)).collect();
        self.holds_nothing_of(who, &docs);
        self.lent[who].retain(|lent| lent.until > now);
    }

    /// I3 and I4: no screen shows any of these documents, and of what does not wait to be sent no byte is left.
    fn holds_nothing_of(&self, who: usize, docs: &BTreeSet<DocId>) {
        let (tablet, user) = (&self.tablets[who], self.tablets[who].worker.user);
        let (file, now) = (tablet.file(), tablet.clock.now());
        let held = file.held();
        let still: Vec<_> = docs.intersection(&held).collect();
        assert!(
            still.is_empty(),
            "I3: {still:?} on {user}'s tablet though the right to it ended"
        );
        // What its own author typed without a place is shown to them still.
        let loose = file.rows("select distinct note from loose").unwrap();
        for doc in docs {
            let replica = tablet.replica();
            let is_loose = loose.contains(&doc.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect());
            let shown = replica.case(*doc, now).is_ok() || (!is_loose && replica.note(*doc).is_ok());
            assert!(!shown, "I3: {user}'s tablet shows {doc} though the right to it ended");
        }
        let waits = file.unsent();
        let here: BTreeSet<_> = self
            .kept
            .iter()
            .map(|kept| kept.doc)
            .filter(|doc| !docs.contains(doc) || waits.contains(doc))
            .collect();
        self.no_byte_is_left(who, &here);
    }

    /// A shift of somebody's in a unit: they fetch, write in time, are on no network at its end, and write on.
    pub fn a_shift_goes_by(&mut self, who: usize) {
        let Some(until) = self.a_shift_begins(who) else { return };
        let Some(shift) = self.somebody_writes_in_time(who, until) else {
            return;
        };
        let colleague = self.chance.below(self.tablets.len());
        if colleague != who {
            self.somebody_goes_on(colleague, shift.note, shift.case);
            self.somebody_goes(colleague);
        }
        let after = Span::seconds(i64::try_from(self.chance.below(7_200)).unwrap());
        let left = until - self.world.clock.now();
        self.world.clock.advance(Span(left.0 + after.0));
        // An app that hangs looks at no clock.
        if self.chance.percent(80) {
            self.somebody_looks_at_the_clock(who);
        }
        self.somebody_writes_on(who, &shift);
        if self.chance.percent(60) {
            self.the_work_of_the_shift_is_taken(who, &shift);
        }
    }

    /// A round on an open road, if it fetched everything.
    fn a_whole_round(&mut self, who: usize) -> bool {
        self.tablets[who].road.open();
        self.goes_and_fetches_all(who)
    }

    fn a_shift_begins(&mut self, who: usize) -> Option<Instant> {
        let (person, own) = (self.tablets[who].worker.person, self.tablets[who].worker.unit);
        let town = &self.world.town;
        let unit = if own == town.kloever {
            town.anemone
        } else {
            town.kloever
        };
        let lasts = Span::seconds(i64::try_from(1_800 + self.chance.below(28_800)).unwrap());
        self.world.town.grant_for(person, unit, lasts);
        let until = self.world.clock.now() + lasts;
        self.ends.insert((person, until));
        self.world.tally.count("town: role given for a while");
        self.a_whole_round(who).then_some(until)
    }

    /// A note on a case that is open to them for this shift alone.
    fn somebody_writes_in_time(&mut self, who: usize, until: Instant) -> Option<OfTheShift> {
        let lent: BTreeSet<_> = self.lent[who]
            .iter()
            .filter(|lent| lent.until == until)
            .flat_map(|lent| lent.docs.iter().copied())
            .collect();
        let cases: Vec<_> = self
            .world
            .town
            .cases
            .iter()
            .copied()
            .filter(|case| lent.contains(case))
            .collect();
        if cases.is_empty() {
            self.world.tally.count("shift: opened nothing new");
            return None;
        }
        let case = *self.chance.one(&cases);
        let note = DocId::from_bytes(self.chance.bytes());
        let (sign, words) = self.a_sign_and_words();
        let kept = self.tablets[who].keep(note, case, &(Vec::new(), String::new()), &words);
        kept.unwrap_or_else(|error| panic!("I2: a case of the shift cannot be written on: {error:?}"));
        self.notes.push((note, case));
        self.was_kept(Kept::new(who, note, sign, &words));
        Some(OfTheShift {
            note,
            case,
            sign,
            until,
        })
    }

    /// What is typed after the end is refused, or kept for the leader.
    fn somebody_writes_on(&mut self, who: usize, shift: &OfTheShift) {
        let (sign, words) = self.a_sign_and_words();
        if self.chance.percent(20) {
            // No page lies open any more.
            self.tablets[who].restarts();
        }
        if let Ok(page) = self.tablets[who].page(shift.note) {
            let held = held_in(&self.tablets[who], shift.note);
            self.the_page_tells_again(who, (shift.note, &held), &page.1);
        }
        let tablet = &self.tablets[who];
        let kept = tablet.page(shift.note).and_then(|page| {
            let after = format!("{}{words}", page.1);
            tablet.keep(shift.note, shift.case, &page, &after)
        });
        match kept {
            Ok(_) => {
                self.was_kept(Kept::new(who, shift.note, sign, &words));
                self.world.tally.count("shift: typed after its end");
            }
            Err(ReplicaError::NotHere) => self.world.tally.count("shift: nothing to type on after its end"),
            Err(other) => panic!("the notebook could not do it: {other:?}"),
        }
    }

    /// I2: what was written in time and comes within the week is taken as if it had come at once.
    fn the_work_of_the_shift_is_taken(&mut self, who: usize, shift: &OfTheShift) {
        if !self.a_whole_round(who) {
            return;
        }
        let book = self.world.town.book(shift.note);
        assert!(
            book.is_some_and(|book| book.text().contains(shift.sign)),
            "I2: {:?}, written before {:?} in the shift, was not taken into note {}",
            shift.sign,
            shift.until,
            shift.note
        );
        self.world.tally.count("shift: work of before its end taken");
    }
}
