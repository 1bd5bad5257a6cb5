//! What people do: write, take words out, finish, set a field.
//!
//! What the notebook says it kept is remembered; what it says it could not do is no fault.

use feltbog_ids::DocId;
use feltbog_replica::ReplicaError;

use crate::day::{Day, Kept};

/// What is typed around the signs.
const WORDS: [&str; 6] = [" kaffe ", " går til døren. ", " spiste æg, ", "\nblodtryk målt ", " øjendråber givet ", " "];

impl Day {
    /// A new note, or more words in one.
    pub fn somebody_writes(&mut self, who: usize) {
        if self.notes.is_empty() || self.chance.percent(25) {
            self.somebody_begins_a_note(who);
        } else {
            let (note, case) = *self.chance.one(&self.notes);
            self.somebody_goes_on(who, note, case);
        }
    }

    fn somebody_begins_a_note(&mut self, who: usize) {
        let case = *self.chance.one(&self.world.town.cases);
        let note = DocId::from_bytes(self.chance.bytes());
        let sign = self.sign();
        let words = format!("{sign}{}", self.chance.one(&WORDS));
        let kept = self.tablets[who].keep(note, case, &(Vec::new(), String::new()), &words);
        if self.was_done(kept.map(drop), "deed: new note") {
            self.notes.push((note, case));
            self.kept.push(Kept { by: who, doc: note, sign, in_field: false });
        }
    }

    /// Words put in somewhere, on the page as it was left or on the note as it now stands.
    fn somebody_goes_on(&mut self, who: usize, note: DocId, case: DocId) {
        let looks = self.chance.percent(40);
        let tablet = &self.tablets[who];
        let page = if looks { tablet.looks_again(note) } else { tablet.page(note) };
        let Ok(page) = page else { return self.world.tally.count("deed: not possible") };
        let old = tablet.note(note).is_ok_and(|view| view.heads != page.0);
        let name = if old { "deed: draft on an old version" } else { "deed: draft on the present version" };
        let mut text: Vec<char> = page.1.chars().collect();
        if self.chance.percent(15) {
            self.takes_a_word_out(&mut text);
        }
        let sign = self.sign();
        let at = self.chance.below(text.len() + 1);
        let words = format!("{sign}{}", self.chance.one(&WORDS));
        text.splice(at..at, words.chars());
        let kept = self.tablets[who].keep(note, case, &page, &text.into_iter().collect::<String>());
        if self.was_done(kept.map(drop), name) {
            self.kept.push(Kept { by: who, doc: note, sign, in_field: false });
        }
    }

    /// Takes out some letters in a row, but no sign.
    fn takes_a_word_out(&mut self, text: &mut Vec<char>) {
        let from = self.chance.below(text.len().max(1));
        let plain = text[from.min(text.len())..].iter().take_while(|letter| letter.is_ascii()).count();
        text.drain(from..from + plain);
        self.world.tally.count("deed: words taken out");
    }

    /// A note is finished as its page stands.
    pub fn somebody_finishes(&mut self, who: usize) {
        if self.notes.is_empty() {
            return;
        }
        let (note, _) = *self.chance.one(&self.notes);
        let finished = self.tablets[who].finishes(note);
        self.was_done(finished.map(drop), "deed: note finished");
    }

    /// A field of a case gets another value.
    pub fn somebody_sets_a_field(&mut self, who: usize) {
        let case = *self.chance.one(&self.world.town.cases);
        let key = *self.chance.one(&["mobilitet", "hjaelpemidler"]);
        let sign = self.sign();
        let set = self.tablets[who].sets(case, key, &format!("{sign} rollator"));
        if self.was_done(set.map(drop), "deed: field set") {
            self.kept.push(Kept { by: who, doc: case, sign, in_field: true });
        }
    }

    /// Counts it. A refusal by the notebook is said to the person at once, so that nothing was promised.
    fn was_done(&self, outcome: Result<(), ReplicaError>, name: &'static str) -> bool {
        match outcome {
            Ok(()) => {
                self.world.tally.count(name);
                true
            }
            Err(ReplicaError::NotHere | ReplicaError::NoteFinished | ReplicaError::EmptyNote) => {
                self.world.tally.count("deed: not possible");
                false
            }
            Err(other) => panic!("the notebook could not do it: {other:?}"),
        }
    }
}
