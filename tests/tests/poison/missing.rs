//! A notebook's log that was cut off: the person is told that words may be missing, and only when they may.

use feltbog_ids::DocId;
use feltbog_tests::{Tablet, World};
use feltbog_views::Refusal;

fn told(tablet: &Tablet) -> Vec<Refusal> {
    let rows = tablet.replica().parked_rows().unwrap();
    rows.into_iter().map(|row| row.reason).collect()
}

/// A tablet with a note sent and one not, whose log then ends somewhere before its end.
fn damaged(world: &World, and_sent: bool) -> (Tablet, DocId) {
    let mut anna = world.tablet(world.town.anna);
    anna.writes(world.town.cases[0], "Sendt.");
    anna.settles();
    let whole = anna.log_bytes();
    let note = anna.writes(world.town.cases[0], "Det sidste, jeg skrev.");
    if and_sent {
        anna.settles();
    }
    anna.loses_power_and_its_log_after(whole);
    (anna, note)
}

#[test]
fn words_that_may_be_missing_are_told_and_what_was_sent_comes_back() {
    let world = World::new(81);
    let (anna, note) = damaged(&world, false);
    assert_eq!(told(&anna), [Refusal::MayBeMissing]);
    assert!(anna.note(note).is_err(), "it is gone");
    anna.settles();
    let case = anna.replica().case(world.town.cases[0], anna.clock.now()).unwrap();
    assert!(case.notes.iter().any(|note| note.text == "Sendt."));
    assert_eq!(anna.replica().handling().unwrap(), 1);
    let id = anna.replica().parked_rows().unwrap()[0].id;
    anna.replica().dismiss_parked(id).unwrap();
    anna.restarts();
    assert_eq!(told(&anna), [], "it is told once");
}

#[test]
fn nothing_is_told_when_all_had_been_sent_and_it_comes_back() {
    let world = World::new(82);
    let (anna, note) = damaged(&world, true);
    assert_eq!(told(&anna), []);
    assert!(anna.note(note).is_err(), "it is gone from the file");
    anna.settles();
    assert_eq!(anna.note(note).unwrap().text, "Det sidste, jeg skrev.");
}

#[test]
fn nothing_is_told_after_a_power_cut_that_took_nothing() {
    let world = World::new(83);
    let mut anna = world.tablet(world.town.anna);
    let note = anna.writes(world.town.cases[0], "Ikke sendt.");
    anna.loses_power();
    assert_eq!(told(&anna), []);
    assert_eq!(anna.note(note).unwrap().text, "Ikke sendt.");
}
