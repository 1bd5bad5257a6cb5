//! Stories of shifts: what a substitute may see is taken off at the end of the shift, with or without a network, and what
//! they wrote in it is not lost.
//!
//! Carl works in Team Anemone for good, and in Team Kløver for eight hours. How the server judges is tested there.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use feltbog_casebook::Role;
use feltbog_ids::{DocId, Instant, ShiftId, Span};
use feltbog_protocol::MAX_PUSH;
use feltbog_replica::ReplicaError;
use feltbog_server::store::Shift;
use feltbog_tests::{Ended, Tablet, World, lies_in};
use feltbog_views::{CaseFilter, CaseSort, NoteState};

const HOUR: i64 = 3_600;
const SHIFT: Span = Span::seconds(8 * HOUR);

/// What is told of one case of Team Kløver: citizen, field, a colleague's note, a part. In upper and lower case, as the
/// search keeps them.
const SEEDED: [&[u8]; 6] = [
    b"Zebrafinke",
    b"zebrafinke",
    b"unicykel",
    b"xylofon",
    b"ylofo",
    b"Kvartsugle",
];

/// A world with words to look for, and Carl's tablet in the midst of his shift.
struct Evening {
    world: World,
    carl: Tablet,
    case: DocId,
    note: DocId,
}

impl Evening {
    fn begins(seed: u64) -> Self {
        let world = World::new(seed);
        let (town, case) = (&world.town, world.town.cases[0]);
        town.names_citizen(case, "Zacharias Zebrafinke");
        town.part(case, &format!("unit:{}", town.kloever), "Kvartsugle på døren.");
        let bo = world.tablet(town.bo);
        bo.sets(case, "mobilitet", "Kører unicykel").unwrap();
        let note = bo.writes(case, "Spiller xylofon.");
        bo.finishes(note).unwrap();
        bo.settles();
        town.grant_for(town.carl.person, town.kloever, SHIFT);
        let carl = world.tablet(town.carl);
        Self {
            world,
            carl,
            case,
            note,
        }
    }

    /// Time goes by until so long after the end of the shift, without a network.
    fn passes_offline(&self, after: Span) {
        self.carl.road.cut();
        self.world.clock.advance(Span(SHIFT.0 + after.0));
    }

    fn holds_the_shift(&self) -> bool {
        let bytes = self.carl.bytes();
        let seen = SEEDED.map(|words| lies_in(&bytes, words));
        let here = self.carl.note(self.note).is_ok();
        assert!(
            seen.iter().all(|seen| *seen == here),
            "of the shift some is here and some not: {seen:?}, and the note is here: {here}"
        );
        here
    }

    /// Whether the desk can show anything of the shift, wherever one may look for it.
    fn shows_the_shift(&self) -> bool {
        let now = self.carl.clock.now();
        let replica = self.carl.replica();
        let found = |words: &str| {
            let list = replica.cases(words, &CaseFilter::default(), CaseSort::default(), (0, 60), now);
            list.unwrap().rows.iter().any(|row| row.id == self.case)
        };
        let listed = found("") || found("zebrafinke") || found("xylofon");
        let opened = replica.case(self.case, now).is_ok() || replica.note(self.note).is_ok();
        let visited = replica.today(None, now).unwrap().visits;
        listed || opened || visited.iter().any(|visit| visit.case == self.case)
    }
}

fn ended(tablet: &Tablet) -> Option<Instant> {
    tablet.replica().shift_ended(&tablet.moment()).unwrap()
}

#[test]
fn after_a_shift_that_ended_offline_no_byte_of_it_is_on_the_tablet() {
    let evening = Evening::begins(51);
    let carl = &evening.carl;
    assert!(evening.holds_the_shift() && evening.shows_the_shift());
    evening.passes_offline(Span(-1));
    assert!(!carl.looks_at_the_clock());
    assert!(evening.holds_the_shift() && evening.shows_the_shift());
    evening.world.clock.advance(Span(1));
    assert!(carl.looks_at_the_clock());
    assert!(!evening.holds_the_shift() && !evening.shows_the_shift());
    assert_eq!(carl.log_bytes(), 0, "the write-ahead log is empty");
    let bytes = carl.bytes();
    assert!(!lies_in(&bytes, evening.case.as_bytes()) && !lies_in(&bytes, evening.note.as_bytes()));
    assert_eq!(
        carl.file().ids(),
        evening.world.town.may_see(evening.world.town.carl.person),
        "what the lasting role opens stays, a case that both units share among it"
    );
    assert_eq!(ended(carl), Some(carl.clock.now()));
    assert!(!carl.looks_at_the_clock(), "once");
}

#[test]
fn a_note_of_the_shift_is_taken_the_next_day_and_nothing_new_was_readable_in_between() {
    let evening = Evening::begins(52);
    let (carl, town) = (&evening.carl, &evening.world.town);
    let bo = evening.world.tablet(town.bo);
    evening.passes_offline(Span::seconds(-HOUR));
    let written = carl.writes(evening.case, "Sov roligt.");
    carl.finishes(written).unwrap();
    evening.world.clock.advance(Span::seconds(HOUR));
    assert!(carl.looks_at_the_clock());
    let unread = bo.writes(evening.case, "Skrevet efter Carls vagt: pirol.");
    bo.settles();
    assert!(!evening.shows_the_shift());
    assert!(matches!(carl.note(written), Err(ReplicaError::NotHere)));
    assert_eq!(carl.replica().waiting().unwrap(), 1, "it waits, out of sight");

    evening.world.clock.advance(Span::days(1));
    carl.road.open();
    carl.settles();
    bo.settles();
    let note = bo.note(written).unwrap();
    assert_eq!(note.text, "Sov roligt.");
    assert!(matches!(note.state, NoteState::Finished { by, .. } if by == "carl"));
    assert_eq!(carl.replica().handling().unwrap(), 0);
    assert_eq!(carl.file().ids(), town.may_see(town.carl.person));
    let bytes = carl.bytes();
    for left in [
        &b"pirol"[..],
        b"Sov roligt",
        &evening.case.as_bytes()[..],
        &unread.as_bytes()[..],
    ] {
        assert!(!lies_in(&bytes, left), "{:?}", String::from_utf8_lossy(left));
    }
    assert!(!evening.holds_the_shift());
}

#[test]
fn words_of_after_the_shift_go_to_the_leader_and_whoever_wrote_them_sees_it() {
    let evening = Evening::begins(53);
    let carl = &evening.carl;
    // By an app that does not look at the clock.
    evening.passes_offline(Span::seconds(HOUR));
    let late = carl.writes(evening.case, "Efter vagten.");
    carl.road.open();
    carl.settles();
    assert_eq!(carl.replica().parked_rows().unwrap(), []);
    assert_eq!(carl.replica().handed_rows().unwrap().len(), 1);
    assert!(
        !lies_in(&carl.bytes(), "Efter vagten.".as_bytes()),
        "they are the leader's"
    );
    assert!(
        evening.world.town.book(late).is_none(),
        "not even an empty note is made"
    );
    assert!(!evening.holds_the_shift());
}

#[test]
fn a_push_that_is_full_leaves_no_empty_note_of_after_the_shift() {
    for (seed, written) in (70..).zip([MAX_PUSH - 2, MAX_PUSH - 1, MAX_PUSH]) {
        let evening = Evening::begins(seed);
        let carl = &evening.carl;
        evening.passes_offline(Span::seconds(-HOUR));
        let before = carl.writes(evening.case, "Sov roligt.");
        let waiting = || carl.replica().outbox(MAX_PUSH + 1).unwrap().len();
        while waiting() < written {
            carl.types(before, " Og videre.");
        }
        assert_eq!(waiting(), written);
        evening.world.clock.advance(Span::seconds(2 * HOUR));
        // By an app that does not look at the clock.
        let late = carl.writes(evening.case, "Efter vagten.");
        carl.road.open();
        carl.settles();
        let text = evening.world.town.book(before).unwrap().text();
        assert_eq!(text.matches("Og videre.").count(), written - 2);
        assert!(evening.world.town.book(late).is_none(), "{written} wait before it");
        assert_eq!(carl.replica().handed_rows().unwrap().len(), 1, "{written}");
    }
}

#[test]
fn a_shift_that_was_prolonged_meanwhile_comes_back_whole_at_the_next_contact() {
    let evening = Evening::begins(54);
    let (carl, town) = (&evening.carl, &evening.world.town);
    let mine = carl.writes(evening.case, "Jeg bliver lidt længere.");
    evening.passes_offline(Span::seconds(-HOUR));
    town.grant_for(town.carl.person, town.kloever, Span::seconds(9 * HOUR));
    evening.world.clock.advance(Span::seconds(HOUR));
    assert!(carl.looks_at_the_clock() && !evening.shows_the_shift());
    carl.road.open();
    carl.settles();
    assert!(evening.holds_the_shift() && evening.shows_the_shift());
    assert_eq!(carl.note(mine).unwrap().text, "Jeg bliver lidt længere.");
    assert_eq!(carl.replica().refetches().unwrap(), 0, "it was asked for, not repaired");
    assert_eq!(ended(carl), None);
    evening.passes_offline(Span(0));
    assert!(carl.looks_at_the_clock() && !evening.holds_the_shift());
}

#[test]
fn a_shift_of_a_role_this_server_does_not_know_holds_up_none_behind_it() {
    let world = World::new(68);
    let store = world.server.store();
    let (kloever, now) = (world.town.kloever, world.server.now());
    for (number, begins) in [(1, 60), (2, 120)] {
        let shift = Shift {
            id: ShiftId::from_bytes([number; 16]),
            person: world.town.carl.person,
            unit: kloever,
            role: Role::Worker,
            begins: now + Span::seconds(begins),
            ends: now + Span::seconds(7_200),
        };
        store.batch(now, |batch| batch.plan_shift(&shift)).unwrap();
    }
    world
        .server
        .is_altered("update shift set role = 'of a later version' where shift = x'01010101010101010101010101010101'");
    let carl = world.tablet(world.town.carl);
    carl.settles();
    assert!(!carl.file().ids().contains(&world.town.cases[0]));
    world.clock.advance(Span::seconds(180));
    carl.settles();
    assert!(carl.file().ids().contains(&world.town.cases[0]));
}

#[test]
fn a_clock_set_back_reopens_nothing() {
    let evening = Evening::begins(55);
    let carl = &evening.carl;
    evening.passes_offline(Span(0));
    // Opening the file is enough.
    carl.restarts();
    assert!(!evening.holds_the_shift() && !evening.shows_the_shift());
    carl.clock.set_wrong_by(Span::seconds(-10 * HOUR));
    carl.restarts();
    carl.looks_at_the_clock();
    assert!(!evening.holds_the_shift() && !evening.shows_the_shift());
}

#[test]
fn a_clock_set_back_during_the_shift_goes_on_from_the_time_that_was_seen() {
    let evening = Evening::begins(56);
    let carl = &evening.carl;
    evening.passes_offline(Span::seconds(-120));
    assert!(!carl.looks_at_the_clock());
    for days in [-3, -30] {
        carl.clock.set_wrong_by(Span::days(days));
        assert!(!carl.looks_at_the_clock());
        evening.world.clock.advance(Span::seconds(59));
    }
    assert!(!carl.looks_at_the_clock() && evening.holds_the_shift());
    // What is kept once a minute was 59 seconds old: so much was gained.
    evening.world.clock.advance(Span::seconds(60));
    assert!(!carl.looks_at_the_clock());
    evening.world.clock.advance(Span::seconds(1));
    assert!(carl.looks_at_the_clock() && !evening.holds_the_shift());
    carl.road.open();
    let town = &evening.world.town;
    town.grant_for(town.carl.person, town.kloever, SHIFT);
    carl.settles();
    assert!(
        !carl.looks_at_the_clock() && evening.holds_the_shift(),
        "the next one ends in its own time"
    );
}

#[test]
fn a_clock_that_jumped_ahead_by_mistake_is_mended_at_the_next_contact() {
    let evening = Evening::begins(57);
    let carl = &evening.carl;
    carl.road.cut();
    carl.clock.set_wrong_by(Span::days(10));
    assert!(carl.looks_at_the_clock() && !evening.holds_the_shift());
    carl.clock.set_wrong_by(Span(0));
    assert!(
        !carl.looks_at_the_clock() && !evening.holds_the_shift(),
        "only the server knows better"
    );
    carl.clock.set_wrong_by(Span::days(20));
    carl.road.open();
    carl.settles();
    assert!(!carl.looks_at_the_clock());
    assert!(evening.holds_the_shift() && evening.shows_the_shift());
    assert_eq!((ended(carl), carl.replica().refetches().unwrap()), (None, 0));
    evening.passes_offline(Span(0));
    assert!(carl.looks_at_the_clock(), "by a clock that is wrong and known to be");
    assert!(!evening.holds_the_shift());
}

#[test]
fn whoever_has_nothing_but_the_shift_is_left_with_an_empty_notebook() {
    let evening = Evening::begins(58);
    let (carl, town) = (&evening.carl, &evening.world.town);
    town.end(town.carl.person, feltbog_casebook::Role::Worker, town.anemone);
    carl.settles();
    assert!(evening.holds_the_shift());
    evening.passes_offline(Span(0));
    assert!(carl.looks_at_the_clock());
    assert_eq!(carl.file().ids(), std::collections::BTreeSet::new());
    assert_eq!(carl.replica().person().unwrap().name, "carl");
    carl.road.open();
    carl.settles();
    assert_eq!(carl.file().ids(), std::collections::BTreeSet::new());
}

#[test]
fn the_server_taking_it_off_first_is_told_alike_and_the_next_shift_ends_the_telling() {
    let evening = Evening::begins(59);
    let (carl, town) = (&evening.carl, &evening.world.town);
    let end = carl.clock.now() + SHIFT;
    evening.world.clock.advance(SHIFT);
    carl.settles();
    assert!(!evening.holds_the_shift());
    assert_eq!(ended(carl), Some(end));
    town.plan_shift(town.carl.person, town.kloever, (Span::seconds(HOUR), SHIFT));
    carl.settles();
    assert_eq!(ended(carl), Some(end));
    evening.world.clock.advance(Span::seconds(HOUR));
    carl.settles();
    assert!(evening.holds_the_shift());
    assert_eq!(ended(carl), None);
}

#[test]
fn the_end_of_a_shift_is_told_for_a_day() {
    let evening = Evening::begins(60);
    evening.passes_offline(Span(0));
    evening.carl.looks_at_the_clock();
    evening.world.clock.advance(Span(Span::days(1).0 - 1));
    assert!(ended(&evening.carl).is_some());
    evening.world.clock.advance(Span(1));
    assert_eq!(ended(&evening.carl), None);
}

#[test]
fn a_page_that_was_on_its_way_when_the_shift_ended_brings_nothing_back() {
    for waits in 1..12 {
        let evening = Evening::begins(61);
        let (carl, town) = (&evening.carl, &evening.world.town);
        let bo = evening.world.tablet(town.bo);
        bo.writes(evening.case, "Undervejs.");
        bo.settles();
        let ended = carl.round_amid(waits, || {
            town.grant_for(town.carl.person, town.kloever, Span(2 * SHIFT.0));
            evening.world.clock.advance(SHIFT);
            carl.looks_at_the_clock()
        });
        if let Ended::Round(outcome) = ended {
            outcome.unwrap();
        }
        carl.settles();
        assert!(evening.holds_the_shift());
        assert_eq!(carl.replica().refetches().unwrap(), 0, "after {waits} waits");
    }
}
