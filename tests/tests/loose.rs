//! Stories of words without a place, from the typing to the leader's list.
//!
//! What goes wrong by chance is the simulation's.

use feltbog_casebook::Role;
use feltbog_ids::{CommandId, DocId, Span};
use feltbog_tests::{Ended, Tablet, World, lies_in};
use feltbog_views::{LooseRow, NoteState, Refusal};

/// What a leader's list shows.
fn list(tablet: &Tablet) -> Vec<LooseRow> {
    tablet.replica().loose_notes().expect("the list is read").rows
}

fn words(tablet: &Tablet) -> Vec<String> {
    list(tablet).into_iter().map(|row| row.words).collect()
}

/// Anna writes a note for which she has no right any more when it is sent, so long after that nothing late is taken.
fn writes_too_late(world: &World, anna: &Tablet, text: &str) -> DocId {
    let note = anna.writes(world.town.cases[0], text);
    world.town.end(world.town.anna.person, Role::Worker, world.town.kloever);
    world.clock.advance(Span::days(8));
    note
}

#[test]
fn words_without_a_right_reach_the_leader_and_no_byte_of_them_anybody_else() {
    let world = World::new(40);
    let peter = world.tablet(world.town.leader("peter", world.town.kloever));
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let note = writes_too_late(&world, &anna, "Zebrastribet xylofon.");
    anna.settles();
    for tablet in [&peter, &bo, &anna] {
        tablet.settles();
    }
    let rows = list(&peter);
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].words.as_str(), rows[0].by.as_str()),
        ("Zebrastribet xylofon.", "anna")
    );
    assert_eq!(rows[0].case, Some(world.town.cases[0]));
    assert!(rows[0].is_whole);
    assert_eq!(
        peter
            .replica()
            .case(world.town.cases[0], peter.clock.now())
            .unwrap()
            .loose,
        1
    );
    assert!(world.town.book(note).is_none_or(|book| book.text().is_empty()));
    for tablet in [&anna, &bo] {
        for bytes in [&b"xylofon"[..], b"Zebra", b"zebra"] {
            assert_eq!(tablet.file().count(bytes), 0, "{}", tablet.worker.user);
            assert!(!lies_in(&tablet.bytes(), bytes));
        }
        assert_eq!(tablet.file().ids(), world.town.may_see(tablet.worker.person));
    }
    assert_eq!(anna.replica().handed_rows().unwrap().len(), 1);
    assert_eq!(anna.replica().handling().unwrap(), 0);
    assert_eq!(anna.replica().waiting().unwrap(), 0);
}

#[test]
fn a_case_that_leaves_while_one_types_takes_no_word_along() {
    let world = World::new(41);
    let stig = world.tablet(world.town.leader("stig", world.town.anemone));
    let anna = world.tablet(world.town.anna);
    let case = world.town.cases[0];
    let note = anna.writes(case, "Hun er faldet");
    let page = anna.page(note).unwrap();
    anna.settles();
    world.town.move_case(case, world.town.anemone);
    anna.settles();
    assert!(anna.note(note).is_err(), "the note left with its case");
    let draft = anna
        .keep(note, case, &page, "Hun er faldet. Ring til datteren.")
        .unwrap();
    assert_eq!(draft.note.text, "Hun er faldet. Ring til datteren.");
    anna.settles();
    stig.settles();
    assert_eq!(words(&stig), ["Hun er faldet. Ring til datteren."]);
    let page = anna.page(note).unwrap();
    anna.keep(note, case, &page, "Hun er faldet. Ring til datteren. Og lægen.")
        .unwrap();
    assert!(matches!(
        anna.finishes(note).unwrap().note.state,
        NoteState::Finished { .. }
    ));
    anna.settles();
    stig.settles();
    assert_eq!(words(&stig), ["Hun er faldet. Ring til datteren. Og lægen."]);
    assert!(list(&stig)[0].finished);
    assert_eq!(anna.file().count(b"datteren"), 0);
}

#[test]
fn a_note_on_a_case_that_never_was_here_goes_to_the_leader_of_its_author() {
    let world = World::new(42);
    let (peter, stig) = (
        world.tablet(world.town.leader("peter", world.town.kloever)),
        world.tablet(world.town.leader("stig", world.town.anemone)),
    );
    let anna = world.tablet(world.town.anna);
    anna.writes(world.town.cases[2], "Gættet sag.");
    anna.writes(DocId::from_bytes([9; 16]), "Ingen sag.");
    for tablet in [&anna, &peter, &stig] {
        tablet.settles();
    }
    assert_eq!(words(&peter), ["Gættet sag.", "Ingen sag."]);
    assert!(list(&peter).iter().all(|row| row.case.is_none()));
    assert_eq!(list(&stig), []);
}

#[test]
fn an_answer_that_never_came_lays_nothing_before_the_leader_twice() {
    let world = World::new(43);
    let peter = world.tablet(world.town.leader("peter", world.town.kloever));
    let anna = world.tablet(world.town.anna);
    anna.writes(DocId::from_bytes([9; 16]), "Kun én gang.");
    anna.road.cut_after_next_request();
    anna.round().unwrap_err();
    assert_eq!(world.town.loose_notes().len(), 1);
    assert_eq!(anna.replica().waiting().unwrap(), 1);
    anna.road.open();
    anna.settles();
    peter.settles();
    assert_eq!(words(&peter), ["Kun én gang."]);
    assert_eq!(anna.replica().waiting().unwrap(), 0);
}

#[test]
fn an_app_killed_anywhere_on_the_way_loses_no_word_and_doubles_none() {
    for waits in 0..12 {
        let world = World::new(100 + waits as u64);
        let peter = world.tablet(world.town.leader("peter", world.town.kloever));
        let mut anna = world.tablet(world.town.anna);
        writes_too_late(&world, &anna, "Uden ret.");
        let ended = anna.round_for(waits);
        assert!(
            waits > 6 || matches!(ended, Ended::Crashed),
            "a round waits oftener than {waits} times"
        );
        anna.loses_power();
        anna.settles();
        peter.settles();
        assert_eq!(words(&peter), ["Uden ret."], "killed after {waits} waits");
        assert_eq!(anna.replica().waiting().unwrap(), 0);
        assert_eq!(anna.file().count(b"Uden ret."), 0);
    }
}

#[test]
fn one_that_the_server_cannot_open_waits_and_holds_up_nothing_else_of_its_author() {
    let world = World::new(48);
    let peter = world.tablet(world.town.leader("peter", world.town.kloever));
    let anna = world.tablet(world.town.anna);
    let (nowhere, case) = (DocId::from_bytes([9; 16]), world.town.cases[0]);
    let loose = anna.writes(nowhere, "Først.");
    anna.settles();
    world
        .server
        .is_altered("update document set body = x'00' where kind = 'loose'");
    let page = (Vec::new(), "Først.".to_owned());
    anna.keep(loose, nowhere, &page, "Først. Så.").unwrap();
    let note = anna.writes(case, "I en sag.");
    anna.round().unwrap();
    assert_eq!(world.town.book(note).unwrap().text(), "I en sag.");
    assert_eq!(anna.replica().waiting().unwrap(), 1, "the words for the leader wait");
    assert_eq!(peter.replica().handling().unwrap(), 0);
}

#[test]
fn what_one_leader_has_dealt_with_leaves_the_list_of_the_other() {
    let world = World::new(44);
    let [peter, hanne] = ["peter", "hanne"].map(|user| world.tablet(world.town.leader(user, world.town.kloever)));
    let anna = world.tablet(world.town.anna);
    writes_too_late(&world, &anna, "Hvem tager den?");
    for tablet in [&anna, &peter, &hanne] {
        tablet.settles();
    }
    let (id, doc, moment) = (CommandId::from_bytes([5; 16]), list(&peter)[0].id, peter.moment());
    peter.replica().settle_loose(id, doc, &moment).unwrap();
    peter.replica().settle_loose(id, doc, &moment).unwrap();
    assert_eq!(list(&peter), []);
    for tablet in [&peter, &hanne, &peter] {
        tablet.settles();
        assert_eq!((list(tablet), tablet.replica().loose_count().unwrap()), (Vec::new(), 0));
    }
}

#[test]
fn a_server_put_back_loses_nothing_that_a_leader_holds() {
    let world = World::new(45);
    let peter = world.tablet(world.town.leader("peter", world.town.kloever));
    let anna = world.tablet(world.town.anna);
    let yesterday = world.server.is_copied();
    anna.writes(DocId::from_bytes([9; 16]), "Kun hos Peter nu.");
    anna.settles();
    peter.settles();
    world.server.is_put_back(&yesterday);
    anna.settles();
    peter.settles();
    assert_eq!(list(&peter), []);
    let parked = peter.replica().parked_rows().unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!(
        (parked[0].words.as_str(), parked[0].reason),
        ("Kun hos Peter nu.", Refusal::OnlyHere)
    );
}

#[test]
fn who_leads_no_more_has_no_note_without_a_place_any_more() {
    let world = World::new(46);
    let leader = world.town.leader("peter", world.town.kloever);
    let peter = world.tablet(leader);
    let anna = world.tablet(world.town.anna);
    writes_too_late(&world, &anna, "Zebrastribet xylofon.");
    anna.settles();
    peter.settles();
    assert_eq!(words(&peter), ["Zebrastribet xylofon."]);
    world.town.end(leader.person, Role::Leader, world.town.kloever);
    peter.settles();
    assert_eq!(list(&peter), []);
    assert_eq!(peter.file().count(b"xylofon"), 0);
}
