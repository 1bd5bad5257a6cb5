//! Stories of a document that is erased on the server: nothing of what went stays anywhere, and nothing anybody wrote
//! meanwhile goes with it.
//!
//! It searches files in the clear; what an erasure is made of is the casebook's own tests' to say.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use feltbog_ids::{DocId, Span};
use feltbog_tests::{Ended, Fate, Tablet, World, lies_in};
use feltbog_views::FieldValue;

/// Words that stood in a note and were taken out of it.
const SECRET: &str = "Kornblomstvej";

fn holds(bytes: &[u8], words: &str) -> bool {
    // The index keeps words in lower case.
    let lower = words.to_lowercase();
    lies_in(bytes, words.as_bytes()) || lies_in(bytes, lower.as_bytes())
}

/// A note of Anna's that said too much and says it no longer, with everybody at rest.
fn told_too_much(world: &World, anna: &Tablet) -> DocId {
    let case = world.town.cases[0];
    let note = anna.writes(case, "Bor på Kornblomstvej 7. Sov godt. ");
    anna.settles();
    let page = anna.page(note).unwrap();
    anna.keep(note, case, &page, "Sov godt. ").unwrap();
    anna.settles();
    note
}

fn value(tablet: &Tablet, case: DocId, key: &str) -> Option<FieldValue> {
    let view = tablet.replica().case(case, tablet.clock.now()).unwrap();
    view.fields.into_iter().find(|field| field.key == key).unwrap().value
}

#[test]
fn after_an_erasure_no_byte_of_what_left_is_on_any_device_or_on_the_server() {
    let world = World::new(61);
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let note = told_too_much(&world, &anna);
    bo.settles();
    while !bo.replica().index_some(100).unwrap().docs.is_empty() {}
    for bytes in [anna.bytes(), bo.bytes()] {
        assert!(holds(&bytes, SECRET), "it is looked for where it was");
    }
    world.server.erases(note);
    assert!(
        !holds(&world.server.bytes(), SECRET),
        "the server's file, its gaps and its log"
    );
    for tablet in [&anna, &bo] {
        tablet.settles();
        assert_eq!(tablet.note(note).unwrap().text, "Sov godt. ");
        assert!(
            !holds(&tablet.bytes(), SECRET),
            "{}'s file, gaps, index and log",
            tablet.worker.user
        );
        assert_eq!(tablet.replica().handling().unwrap(), 0);
    }
    let names = |tablet: &Tablet| tablet.note(note).unwrap().authors;
    assert_eq!(format!("{:?}", names(&anna)), format!("{:?}", names(&bo)));
    assert!(!names(&bo).is_empty(), "whose note it is, is told as before");
}

#[test]
fn words_typed_offline_on_the_old_epoch_are_written_anew_on_the_new_one() {
    let world = World::new(62);
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let note = told_too_much(&world, &anna);
    bo.settles();
    bo.road.cut();
    bo.types(note, "Spiste selv. ");
    bo.types(note, "Glad. ");
    bo.sets(world.town.cases[0], "mobilitet", "Går med stok").unwrap();
    world.server.erases(note);
    world.server.erases(world.town.cases[0]);
    anna.types(note, "Ny dag. ");
    anna.settles();
    bo.road.open();
    bo.settles();
    anna.settles();
    for tablet in [&anna, &bo] {
        let text = tablet.note(note).unwrap().text;
        for words in ["Sov godt. ", "Spiste selv. ", "Glad. ", "Ny dag. "] {
            assert_eq!(text.matches(words).count(), 1, "{text}");
        }
        let stick = FieldValue::Text("Går med stok".to_owned());
        assert_eq!(value(tablet, world.town.cases[0], "mobilitet"), Some(stick));
        assert_eq!(tablet.replica().handling().unwrap(), 0);
        assert!(!holds(&tablet.bytes(), SECRET));
    }
}

#[test]
fn a_copy_of_words_that_were_written_anew_comes_late_and_changes_nothing() {
    let world = World::new(68);
    let anna = world.tablet(world.town.anna);
    let note = told_too_much(&world, &anna);
    anna.types(note, "Spiste selv. ");
    anna.road.befalls([Fate::Delayed]);
    assert!(anna.round().is_err(), "the push is on its way somewhere");
    world.server.erases(note);
    anna.settles();
    assert_eq!(anna.note(note).unwrap().text, "Sov godt. Spiste selv. ");
    assert_eq!(anna.road.late(), 1);
    anna.remote.delivers_late();
    anna.settles();
    assert_eq!(anna.note(note).unwrap().text, "Sov godt. Spiste selv. ");
    assert_eq!(world.town.book(note).unwrap().text(), "Sov godt. Spiste selv. ");
}

#[test]
fn a_receipt_lost_before_an_erasure_writes_nothing_twice() {
    let world = World::new(63);
    let anna = world.tablet(world.town.anna);
    let note = told_too_much(&world, &anna);
    anna.types(note, "Spiste selv. ");
    anna.road.befalls([Fate::LostReply]);
    assert!(anna.round().is_err(), "the server has it, and Anna does not know");
    world.server.erases(note);
    anna.types(note, "Glad. ");
    anna.settles();
    assert_eq!(anna.note(note).unwrap().text, "Sov godt. Spiste selv. Glad. ");
    assert_eq!(anna.replica().handling().unwrap(), 0);
}

#[test]
fn a_tablet_that_slept_through_two_erasures_ends_where_everybody_is() {
    let world = World::new(64);
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let note = told_too_much(&world, &anna);
    bo.settles();
    bo.types(note, "Bo. ");
    world.server.erases(note);
    anna.settles();
    anna.types(note, "Anna. ");
    anna.settles();
    world.server.erases(note);
    bo.settles();
    anna.settles();
    for tablet in [&anna, &bo] {
        let text = tablet.note(note).unwrap().text;
        assert!(
            text.contains("Bo. ") && text.contains("Anna. ") && text.matches("Sov godt").count() == 1,
            "{text}"
        );
    }
}

#[test]
fn a_notebook_put_back_from_before_an_erasure_ends_in_the_new_epoch() {
    let world = World::new(65);
    let mut anna = world.tablet(world.town.anna);
    let note = told_too_much(&world, &anna);
    anna.is_copied();
    world.server.erases(note);
    anna.settles();
    anna.types(note, "Efter. ");
    anna.settles();
    anna.is_put_back();
    assert!(holds(&anna.bytes(), SECRET), "an old copy holds what it held");
    anna.settles();
    assert_eq!(anna.note(note).unwrap().text, "Sov godt. Efter. ");
    assert!(!holds(&anna.bytes(), SECRET));
}

#[test]
fn a_server_put_back_from_before_an_erasure_takes_everybody_back_and_can_erase_again() {
    let world = World::new(66);
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let note = told_too_much(&world, &anna);
    bo.settles();
    let yesterday = world.server.is_copied();
    world.server.erases(note);
    anna.settles();
    bo.settles();
    anna.types(note, "Efter. ");
    anna.settles();
    world.server.is_put_back(&yesterday);
    anna.settles();
    bo.settles();
    let parked = anna.replica().parked_rows().unwrap();
    assert!(
        parked.iter().any(|row| row.words.contains("Efter. ")),
        "what the server lost is named: {parked:?}"
    );
    world.server.erases(note);
    anna.settles();
    bo.settles();
    for tablet in [&anna, &bo] {
        assert_eq!(tablet.note(note).unwrap().text, "Sov godt. ");
        assert!(!holds(&tablet.bytes(), SECRET));
    }
}

#[test]
fn what_a_server_lost_that_was_put_back_is_named_each_time_also_where_it_erased_once_more() {
    let world = World::new(72);
    let anna = world.tablet(world.town.anna);
    let note = told_too_much(&world, &anna);
    let yesterday = world.server.is_copied();
    for (words, erases_at_once) in [("Efter. ", true), ("Igen. ", false), ("Endnu en gang. ", true)] {
        anna.types(note, words);
        anna.settles();
        // Whose words they are is known after it, and nobody's device has the change they came in.
        world.clock.advance(Span::seconds(60));
        world.server.erases(note);
        anna.settles();
        world.server.is_put_back(&yesterday);
        if erases_at_once {
            world.clock.advance(Span::seconds(60));
            world.server.erases(note);
        }
        anna.settles();
        assert_eq!(anna.note(note).unwrap().text, "Sov godt. ");
    }
    let parked = anna.replica().parked_rows().unwrap();
    for words in ["Efter. ", "Igen. ", "Endnu en gang. "] {
        let named = parked.iter().filter(|row| row.words.contains(words)).count();
        assert_eq!(named, 1, "{words:?} among {parked:?}");
    }
    assert!(!holds(&anna.bytes(), SECRET));
}

/// A note that says too much still, open before Bo, whose page shows it.
fn tells_too_much(world: &World, anna: &Tablet, bo: &Tablet) -> DocId {
    let note = anna.writes(world.town.cases[0], "Bor på Kornblomstvej 7. Sov godt. ");
    anna.settles();
    bo.settles();
    bo.looks_again(note).unwrap();
    note
}

#[test]
fn typing_on_a_page_of_before_an_erasure_keeps_nothing_of_what_had_to_go() {
    let world = World::new(69);
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let note = tells_too_much(&world, &anna, &bo);
    let page = anna.page(note).unwrap();
    anna.keep(note, world.town.cases[0], &page, "Sov godt. ").unwrap();
    anna.settles();
    world.server.erases(note);
    bo.settles();
    bo.types(note, "Glad. ");
    assert_eq!(bo.note(note).unwrap().text, "Sov godt. Glad. ");
    assert!(!holds(&bo.bytes(), SECRET), "before it is sent");
    // The page was typed on all the time, and takes over nothing of what came.
    bo.types(note, "Mæt. ");
    assert_eq!(bo.note(note).unwrap().text, "Sov godt. Glad. Mæt. ");
    assert!(!holds(&bo.bytes(), SECRET), "as it is typed on");
    bo.settles();
    assert_eq!(world.town.book(note).unwrap().text(), "Sov godt. Glad. Mæt. ");
    assert!(!holds(&bo.bytes(), SECRET));
}

#[test]
fn a_receipt_lost_before_an_erasure_leaves_nothing_of_the_page_it_was_typed_on() {
    let world = World::new(70);
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let note = tells_too_much(&world, &anna, &bo);
    bo.types(note, "Glad. ");
    bo.road.befalls([Fate::LostReply]);
    assert!(bo.round().is_err(), "the server has it, and Bo does not know");
    bo.road.open();
    anna.settles();
    let page = anna.looks_again(note).unwrap();
    anna.keep(note, world.town.cases[0], &page, "Sov godt. Glad. ").unwrap();
    anna.settles();
    world.server.erases(note);
    bo.settles();
    assert_eq!(bo.note(note).unwrap().text, "Sov godt. Glad. ");
    assert!(!holds(&bo.bytes(), SECRET));
}

#[test]
fn a_body_of_a_new_epoch_that_does_not_come_holds_nothing_up() {
    let mut unread = 0;
    for (waits, is_put_back) in (1..8).flat_map(|waits| [(waits, false), (waits, true)]) {
        let world = World::new(71);
        let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
        let note = told_too_much(&world, &anna);
        bo.settles();
        bo.types(note, "Bo. ");
        bo.settles();
        let yesterday = world.server.is_copied();
        world.server.erases(note);
        bo.types(note, "Offline. ");
        let cut = bo.round_for(waits);
        unread += usize::from(matches!(cut, Ended::Crashed) && bo.note(note).is_err());
        if is_put_back {
            world.server.is_put_back(&yesterday);
        }
        bo.settles();
        anna.settles();
        let text = world.town.book(note).unwrap().text();
        for words in ["Sov godt. ", "Bo. ", "Offline. "] {
            assert_eq!(
                text.matches(words).count(),
                1,
                "{text} after {waits} waits, {is_put_back}"
            );
        }
        assert_eq!(bo.note(note).unwrap().text, text, "after {waits} waits");
    }
    assert!(unread > 0, "its body is never missing");
}

#[test]
fn a_body_of_a_new_epoch_that_rots_on_the_tablet_holds_nothing_else_up() {
    let world = World::new(73);
    let case = world.town.cases[0];
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let note = told_too_much(&world, &anna);
    bo.settles();
    bo.types(note, "Offline. ");
    world.server.erases(note);
    bo.round().unwrap();
    assert_eq!(
        bo.replica().waiting().unwrap(),
        1,
        "it is to be written anew on the body"
    );
    bo.is_altered("update doc set base = x'00' where kind = 'note' and epoch <> 0");
    let other = bo.writes(case, "Et andet.");
    bo.settles();
    assert_eq!(world.town.book(other).unwrap().text(), "Et andet.");
    assert_eq!(
        bo.replica().waiting().unwrap(),
        1,
        "the words wait for a body that can be read"
    );
}

#[test]
fn what_a_lost_row_left_of_an_erased_history_goes_when_the_row_comes_back() {
    let world = World::new(74);
    let case = world.town.cases[0];
    let anna = world.tablet(world.town.anna);
    anna.sets(case, "mobilitet", "Bor på Kornblomstvej").unwrap();
    anna.sets(case, "mobilitet", "Går med stok").unwrap();
    anna.settles();
    let id: String = case.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    anna.is_altered(&format!("delete from doc where id = x'{id}'"));
    assert!(holds(&anna.bytes(), SECRET), "it is looked for where it was");
    world.server.erases(case);
    anna.settles();
    let stick = FieldValue::Text("Går med stok".to_owned());
    assert_eq!(value(&anna, case, "mobilitet"), Some(stick));
    assert!(!holds(&anna.bytes(), SECRET));
}

#[test]
fn compaction_on_both_ends_changes_nothing_a_person_sees() {
    let world = World::new(67);
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let note = anna.writes(world.town.cases[0], "Først. ");
    for number in 0..40 {
        anna.types(note, &format!("Nr. {number}. "));
        anna.settles();
        if number == 20 {
            world.server.compacts();
            bo.settles();
        }
    }
    let text = anna.note(note).unwrap().text;
    let sizes = "select sum(length(base)) from doc where appended >= 32 or kind = 'note'";
    let size = || anna.file().rows(sizes).unwrap()[0].parse::<usize>().unwrap();
    let before = (anna.file().book(note).unwrap().heads(), size());
    assert!(
        anna.replica().fold_some(10).unwrap() > 0,
        "a base of forty changes is folded"
    );
    assert_eq!(anna.replica().fold_some(10).unwrap(), 0);
    assert_eq!(anna.file().book(note).unwrap().heads(), before.0);
    assert!(size() * 2 < before.1, "from {} to {} bytes", before.1, size());
    world.server.compacts();
    let carl = world.tablet(world.town.bo);
    bo.settles();
    anna.types(note, "Sidst.");
    anna.settles();
    bo.settles();
    carl.settles();
    for tablet in [&anna, &bo, &carl] {
        assert_eq!(tablet.note(note).unwrap().text, format!("{text}Sidst."));
    }
}
