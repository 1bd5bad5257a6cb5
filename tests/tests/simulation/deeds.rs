//! What people do: write, take words out, finish, set a field.
//!
//! What the notebook says it kept is remembered; what it says it could not do is no fault.

use feltbog_client::courier::CourierError;
use feltbog_ids::DocId;
use feltbog_replica::ReplicaError;
use feltbog_tests::{Ended, Page, Tablet};

use crate::day::{Day, FIRST_SIGN, Kept};

/// Bytes of a note on which nobody types any more: what is refused of a long one is compared letter by letter, time and
/// again.
const LONG_ENOUGH: usize = 2_000;

/// What is typed around the signs.
const WORDS: [&str; 6] = [
    " kaffe ",
    " går til døren. ",
    " spiste æg, ",
    "\nblodtryk målt ",
    " øjendråber givet ",
    " ",
];

/// A field's value with a sign in it.
pub fn field_value(sign: char) -> String {
    format!("{sign} rollator")
}

/// What somebody is about to keep.
struct Typing {
    note: DocId,
    case: DocId,
    page: Page,
    after: String,
    sign: char,
    words: String,
    /// A sign that is typed over.
    over: Option<char>,
    name: &'static str,
}

impl Typing {
    fn happens(&self, tablet: &Tablet) -> Result<(), ReplicaError> {
        tablet.keep(self.note, self.case, &self.page, &self.after).map(drop)
    }
}

/// The next sign from a place on, and the letters up to the following one: what is typed over is one piece.
fn a_sign_to_take_out(text: &[char], from: usize) -> (usize, usize) {
    let Some(ahead) = text[from..].iter().position(|letter| is_sign(*letter)) else {
        return (from, 0);
    };
    let at = from + ahead;
    let letters = text[at + 1..].iter().take_while(|letter| letter.is_ascii()).count();
    (at, 1 + letters)
}

fn is_sign(letter: char) -> bool {
    letter >= FIRST_SIGN
}

/// What a note says on a tablet.
pub fn held_in(tablet: &Tablet, note: DocId) -> String {
    tablet.note(note).map_or(String::new(), |view| view.text)
}

impl Day {
    /// A new note, or more words in one.
    pub fn somebody_writes(&mut self, who: usize) {
        let note = if self.chance.percent(18) {
            None
        } else {
            self.a_note_for(who)
        };
        match note {
            Some((note, case)) => self.somebody_goes_on(who, note, case),
            None => self.somebody_begins_a_note(who),
        }
    }

    /// A note that lies open before this person, rather one of the latest: there people meet.
    pub fn a_note_for(&mut self, who: usize) -> Option<(DocId, DocId)> {
        for _ in 0..6 {
            let latest = self
                .notes
                .len()
                .saturating_sub(if self.chance.percent(70) { 4 } else { usize::MAX });
            let (note, case) = *self
                .chance
                .one(self.notes.get(latest..).filter(|notes| !notes.is_empty())?);
            if self.tablets[who].note(note).is_ok_and(|view| view.may_write) {
                return Some((note, case));
            }
        }
        // Nothing lies open: whatever is tried then must do no harm either.
        self.notes.last().copied()
    }

    /// A few words after a sign, now and then so many that they travel by themselves.
    fn words_after(&mut self, sign: char) -> String {
        let words = *self.chance.one(&WORDS);
        let many = if self.chance.percent(2) { 4_500 / words.len() } else { 1 };
        format!("{sign}{}", words.repeat(many))
    }

    fn somebody_begins_a_note(&mut self, who: usize) {
        let case = *self.chance.one(&self.world.town.cases);
        let note = DocId::from_bytes(self.chance.bytes());
        let (sign, words) = self.a_sign_and_words();
        let kept = self.tablets[who].keep(note, case, &(Vec::new(), String::new()), &words);
        if self.was_done(kept.map(drop), "deed: new note") {
            self.notes.push((note, case));
            self.was_kept(Kept::new(who, note, sign, &words));
        }
    }

    /// A sign not used before, and words that begin with it.
    pub fn a_sign_and_words(&mut self) -> (char, String) {
        let sign = self.sign();
        let words = self.words_after(sign);
        (sign, words)
    }

    /// Words put in somewhere, on the page as it was left or on the note as it now stands.
    pub fn somebody_goes_on(&mut self, who: usize, note: DocId, case: DocId) {
        let Some(typing) = self.a_typing(who, note, case) else {
            return;
        };
        let kept = typing.happens(&self.tablets[who]);
        self.was_typed(who, &typing, kept);
    }

    /// The same while the courier is on its way: what is typed then exists nowhere else when the answer comes.
    pub fn somebody_writes_amid_a_round(&mut self, who: usize) {
        let Some((note, case)) = self.a_note_for(who) else {
            return;
        };
        let Some(typing) = self.a_typing(who, note, case) else {
            return;
        };
        let waits = 1 + self.chance.below(8);
        let mut kept = None;
        self.forgets_what_is_lent(who);
        let tablet = &self.tablets[who];
        tablet.road.open();
        let mut held = String::new();
        let ended = tablet.round_amid(waits, || {
            // What was refused on this round has left the note, and not the page.
            held = held_in(tablet, note);
            kept = Some(typing.happens(tablet));
            true
        });
        assert!(
            matches!(ended, Ended::Round(Ok(_) | Err(CourierError::Remote(_)))),
            "a round failed: {ended:?}"
        );
        self.remembers_what_is_parked(who);
        if let Some(kept) = kept {
            self.world.tally.count("deed: typed amid a round");
            self.the_page_tells_again(who, (note, &held), &typing.page.1);
            self.was_typed(who, &typing, kept);
        }
    }

    fn a_typing(&mut self, who: usize, note: DocId, case: DocId) -> Option<Typing> {
        let looks = self.chance.percent(25);
        let tablet = &self.tablets[who];
        let page = if looks {
            tablet.looks_again(note)
        } else {
            tablet.page(note)
        };
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                self.was_done(Err(error), "deed: none");
                return None;
            }
        };
        if page.1.len() > LONG_ENOUGH {
            self.world.tally.count("deed: not possible");
            return None;
        }
        let is_old = tablet.note(note).is_ok_and(|view| view.heads != page.0);
        let held = held_in(tablet, note);
        self.the_page_tells_again(who, (note, &held), &page.1);
        let mut text: Vec<char> = page.1.chars().collect();
        let mut at = self.chance.below(text.len() + 1);
        let mut over = 0;
        if self.chance.percent(15) {
            over = self.a_word_to_take_out(&text[at..]);
        } else if self.chance.percent(10) {
            (at, over) = a_sign_to_take_out(&text, at);
        }
        let sign_over = text.get(at).copied().filter(|letter| over > 0 && is_sign(*letter));
        let (sign, words) = self.a_sign_and_words();
        text.splice(at..at + over, words.chars());
        let name = if is_old {
            "deed: draft on an old version"
        } else {
            "deed: draft on the present version"
        };
        Some(Typing {
            note,
            case,
            page,
            after: text.into_iter().collect(),
            sign,
            words,
            over: sign_over,
            name,
        })
    }

    /// What a page still shows of words its note does not hold any more goes where the typing on it goes.
    pub fn the_page_tells_again(&mut self, who: usize, (note, held): (DocId, &str), shown: &str) {
        let told = |kept: &&mut Kept| shown.contains(kept.sign) && !held.contains(kept.sign);
        let of_the_note = self.kept.iter_mut().filter(|kept| kept.by == who && kept.doc == note);
        for kept in of_the_note.filter(told) {
            kept.may_be_told_again = true;
        }
    }

    fn was_typed(&mut self, who: usize, typing: &Typing, kept: Result<(), ReplicaError>) {
        if self.was_done(kept, typing.name) {
            if let Some(over) = typing.over {
                self.world.tally.count("deed: sign taken out");
                let taken = self.kept.iter_mut().filter(|kept| kept.sign == over);
                taken.for_each(|kept| kept.may_be_lost = true);
            }
            self.was_kept(Kept::new(who, typing.note, typing.sign, &typing.words));
        }
    }

    /// How many letters in a row are typed over, but no sign. Typed over at one place, for a person has one cursor: of
    /// words taken out at one place and put in at another no difference of texts can tell which of the two stayed.
    fn a_word_to_take_out(&self, ahead: &[char]) -> usize {
        self.world.tally.count("deed: words taken out");
        ahead.iter().take_while(|letter| letter.is_ascii()).count()
    }

    /// A note is finished as its page stands.
    pub fn somebody_finishes(&mut self, who: usize) {
        let Some((note, _)) = self.a_note_for(who) else { return };
        let finished = self.tablets[who].finishes(note);
        self.was_done(finished.map(drop), "deed: note finished");
    }

    /// A field of a case gets another value.
    pub fn somebody_sets_a_field(&mut self, who: usize) {
        let case = *self.chance.one(&self.world.town.cases);
        let key = *self.chance.one(&["mobilitet", "hjaelpemidler"]);
        let sign = self.sign();
        let of_another_epoch = self.values_of_another_epoch(who, case);
        let set = self.tablets[who].sets(case, key, &field_value(sign));
        if self.was_done(set.map(drop), "deed: field set") {
            self.is_not_asked_for_what_was_set_over(who, case, &of_another_epoch);
            let kept = Kept::new(who, case, sign, &field_value(sign));
            self.was_kept(Kept { in_field: true, ..kept });
        }
    }

    /// Remembers what the notebook said it kept.
    pub fn was_kept(&mut self, kept: Kept) {
        let who = self.tablets[kept.by].worker.user;
        self.world
            .tally
            .tells(|| format!("  {:?} kept by {who} in {}", kept.sign, kept.doc));
        self.kept.push(kept);
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
