//! Stories of a server that was put back from an older copy: what devices hold comes back, what cannot is named.
//!
//! The server notices by itself, by the twin that lies beside its database.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use feltbog_casebook::Role;
use feltbog_ids::{DocId, Span};
use feltbog_tests::{Ended, Tablet, World};
use feltbog_views::{FieldValue, ItemState, Refusal};

fn value(tablet: &Tablet, case: DocId, key: &str) -> Option<FieldValue> {
    let view = tablet.replica().case(case, tablet.clock.now()).unwrap();
    view.fields.into_iter().find(|field| field.key == key).unwrap().value
}

/// Anna and Bo wrote in one note; the server lacks what Bo wrote, Anna has it on her screen, and Bo is out of reach.
fn bos_words_are_lost(world: &World) -> (Tablet, Tablet, DocId) {
    let case = world.town.cases[0];
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let note = anna.writes(case, "Anna. ");
    anna.settles();
    bo.settles();
    let yesterday = world.server.is_copied();
    bo.types(note, "Bo så til hende.");
    bo.settles();
    anna.settles();
    world.server.is_put_back(&yesterday);
    bo.road.cut();
    anna.settles();
    (anna, bo, note)
}

#[test]
fn todays_work_comes_back_from_the_devices_to_a_server_put_back_from_yesterday() {
    let world = World::new(21);
    let case = world.town.cases[0];
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let old = anna.writes(case, "Fra i går.");
    anna.settles();
    let yesterday = world.server.is_copied();
    let note = anna.writes(case, "Fra i dag. ");
    anna.sets(case, "mobilitet", "Går med stok").unwrap();
    anna.settles();
    bo.settles();
    assert_eq!(bo.note(note).unwrap().text, "Fra i dag. ");
    world.server.is_put_back(&yesterday);
    anna.types(note, "Og efter uheldet.");
    anna.settles();
    bo.settles();
    for tablet in [&anna, &bo] {
        assert_eq!(tablet.note(note).unwrap().text, "Fra i dag. Og efter uheldet.");
        assert_eq!(tablet.note(old).unwrap().text, "Fra i går.");
        let stick = FieldValue::Text("Går med stok".to_owned());
        assert_eq!(value(tablet, case, "mobilitet"), Some(stick));
        assert_eq!(tablet.replica().handling().unwrap(), 0);
    }
    assert!(matches!(anna.note(note).unwrap().item, ItemState::Sent { .. }));
}

#[test]
fn a_log_that_has_grown_past_every_cursor_is_still_known_as_another_one() {
    let world = World::new(22);
    let case = world.town.cases[0];
    let anna = world.tablet(world.town.anna);
    let yesterday = world.server.is_copied();
    let note = anna.writes(case, "Kun på tabletten nu.");
    anna.settles();
    world.server.is_put_back(&yesterday);
    let bo = world.tablet(world.town.bo);
    for word in ["Et. ", "To. ", "Tre. ", "Fire. "] {
        bo.writes(case, word);
        bo.settles();
    }
    anna.settles();
    bo.settles();
    assert_eq!(bo.note(note).unwrap().text, "Kun på tabletten nu.");
}

#[test]
fn two_who_wrote_in_one_note_bring_it_back_together() {
    let world = World::new(23);
    let case = world.town.cases[0];
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let yesterday = world.server.is_copied();
    let note = anna.writes(case, "Anna. ");
    anna.settles();
    bo.settles();
    bo.types(note, "Bo.");
    bo.settles();
    anna.settles();
    world.server.is_put_back(&yesterday);
    anna.settles();
    bo.settles();
    anna.settles();
    for tablet in [&anna, &bo] {
        assert_eq!(tablet.note(note).unwrap().text, "Anna. Bo.");
        assert_eq!(tablet.replica().handling().unwrap(), 0);
    }
}

#[test]
fn what_the_server_may_not_take_again_goes_to_the_leader_with_its_words() {
    let world = World::new(24);
    let case = world.town.cases[0];
    let anna = world.tablet(world.town.anna);
    let yesterday = world.server.is_copied();
    anna.writes(case, "Skrevet mens hun måtte.");
    anna.settles();
    world.server.is_put_back(&yesterday);
    world.town.end(world.town.anna.person, Role::Worker, world.town.kloever);
    anna.settles();
    let loose: Vec<_> = world
        .town
        .loose_notes()
        .iter()
        .map(|book| book.words("words"))
        .collect();
    assert_eq!(loose, ["Skrevet mens hun måtte."]);
    assert_eq!(anna.replica().handling().unwrap(), 0);
}

#[test]
fn words_sent_and_words_that_wait_are_laid_before_the_leader_once() {
    let world = World::new(29);
    let case = world.town.cases[0];
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let yesterday = world.server.is_copied();
    let note = bo.writes(case, "Sov godt. ");
    bo.settles();
    anna.settles();
    anna.types(note, "Spiste selv. ");
    anna.settles();
    anna.types(note, "Glad. ");
    anna.types(note, "Gik tur. ");
    world.server.is_put_back(&yesterday);
    bo.road.cut();
    anna.settles();
    world.town.end(world.town.anna.person, Role::Worker, world.town.kloever);
    anna.settles();
    let loose = world.town.loose_notes();
    let words: Vec<_> = loose.iter().map(|book| book.words("words")).collect();
    assert_eq!(words, ["Sov godt. Spiste selv. Glad. Gik tur. "]);
    assert_eq!(anna.replica().handling().unwrap(), 0);
}

#[test]
fn a_colleagues_lost_words_stay_on_the_screen_are_named_after_a_week_and_come_back() {
    let world = World::new(26);
    let (anna, bo, note) = bos_words_are_lost(&world);
    let lost = world.town.book(note).unwrap();
    assert_eq!(lost.text(), "Anna. ", "the server lacks it");
    assert_eq!(anna.note(note).unwrap().text, "Anna. Bo så til hende.");
    // What builds on the lost words waits with them, and is not taken for refused.
    anna.looks_again(note).unwrap();
    anna.types(note, " Anna igen.");
    anna.round().ok();
    assert_eq!(anna.replica().waiting().unwrap(), 1);
    assert_eq!(anna.replica().handling().unwrap(), 0);

    world.clock.advance(Span::days(8));
    anna.round().ok();
    anna.round().ok();
    let parked = anna.replica().parked_rows().unwrap();
    assert!(
        parked
            .iter()
            .any(|row| row.reason == Refusal::OnlyHere && row.words.contains("Bo så til hende.")),
        "{parked:?}"
    );
    assert!(parked.iter().any(|row| row.words.contains("Anna igen.")), "{parked:?}");

    bo.road.open();
    bo.settles();
    anna.settles();
    assert!(anna.note(note).unwrap().text.contains("Bo så til hende."));
    let parked = anna.replica().parked_rows().unwrap();
    assert!(
        parked.iter().all(|row| row.reason != Refusal::OnlyHere),
        "it is back on the screen: {parked:?}"
    );
}

#[test]
fn words_on_lost_words_are_named_with_them_however_late_they_were_written() {
    let world = World::new(27);
    let (anna, _bo, note) = bos_words_are_lost(&world);
    world.clock.advance(Span::days(5));
    anna.looks_again(note).unwrap();
    anna.types(note, " Anna igen.");
    anna.round().ok();
    world.clock.advance(Span::days(3));
    anna.round().unwrap();
    let words: Vec<_> = anna
        .replica()
        .parked_rows()
        .unwrap()
        .into_iter()
        .map(|row| row.words)
        .collect();
    assert!(
        words.iter().any(|words| words.contains("Bo så til hende.")),
        "{words:?}"
    );
    assert!(words.iter().any(|words| words.contains("Anna igen.")), "{words:?}");
    // The note as it stands goes on, in her hand.
    for words in ["Videre. ", "Og videre."] {
        anna.looks_again(note).unwrap();
        anna.types(note, words);
    }
    anna.settles();
    assert_eq!(world.town.book(note).unwrap().text(), "Anna. Videre. Og videre.");
}

#[test]
fn words_of_an_erased_history_are_named_whenever_their_case_moves_while_the_log_is_read_again() {
    for waits in 1.. {
        let world = World::new(70);
        world.server.sends_pages_of(1);
        let (case, anna) = (world.town.cases[0], world.tablet(world.town.anna));
        let note = anna.writes(case, "Sov godt. ");
        anna.settles();
        // The note came into its scope before this, and stands further on in the log.
        anna.writes(case, "En anden.");
        anna.settles();
        anna.types(note, "Spiste. ");
        anna.settles();
        let yesterday = world.server.is_copied();
        anna.types(note, "Gik tur.");
        anna.settles();
        world.server.erases(note);
        anna.settles();
        world.server.is_put_back(&yesterday);
        let mut moved = false;
        let ended = anna.round_amid(waits, || {
            world.town.move_case(case, world.town.anemone);
            moved = true;
            true
        });
        assert!(matches!(ended, Ended::Round(_)), "{ended:?}");
        if !moved {
            break;
        }
        anna.settles();
        assert!(anna.note(note).is_err(), "it is another team's now");
        let parked = anna.replica().parked_rows().unwrap();
        let is_named = parked.iter().any(|row| row.words.contains("Gik tur."));
        assert!(is_named, "moved after {waits} waits: {parked:?}");
    }
}

#[test]
fn a_value_of_an_erased_history_is_named_where_its_case_leaves_with_the_servers_restore() {
    let world = World::new(71);
    let (town, case) = (&world.town, world.town.cases[0]);
    let carl = world.tablet(town.carl);
    carl.settles();
    let yesterday = world.server.is_copied();
    town.grant(town.carl.person, Role::Worker, town.kloever);
    carl.settles();
    carl.sets(case, "mobilitet", "Går med stok").unwrap();
    carl.settles();
    world.server.erases(case);
    carl.settles();
    world.server.is_put_back(&yesterday);
    carl.settles();
    assert!(
        carl.replica().case(case, carl.clock.now()).is_err(),
        "his role is of today"
    );
    let parked = carl.replica().parked_rows().unwrap();
    assert!(
        parked.iter().any(|row| row.words.contains("Går med stok")),
        "no other device has it: {parked:?}"
    );
}

#[test]
fn a_server_that_only_starts_again_begins_no_other_life() {
    let world = World::new(25);
    let before = world.server.store().workspace().unwrap().generation;
    world.server.restarts();
    assert_eq!(world.server.store().workspace().unwrap().generation, before);
}
