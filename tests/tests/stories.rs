//! The shortest true stories of how a note travels. What goes wrong by chance is the simulation's.

use feltbog_casebook::Role;
use feltbog_client::RemoteError;
use feltbog_client::courier::CourierError;
use feltbog_replica::Agreement;
use feltbog_tests::World;
use feltbog_views::{FieldValue, NoteState};

#[test]
fn a_note_typed_offline_reaches_a_colleague() {
    let world = World::new(1);
    let (mut anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    anna.road.cut();
    let note = anna.writes(world.town.cases[0], "Sad i kælderen og skrev.");
    anna.finishes(note).unwrap();
    anna.loses_power();
    assert_eq!(anna.note(note).unwrap().text, "Sad i kælderen og skrev.");
    anna.road.open();
    anna.settles();
    bo.settles();
    assert!(matches!(bo.note(note).unwrap().state, NoteState::Finished { by, .. } if by == "anna"));
    assert_eq!(bo.note(note).unwrap().text, "Sad i kælderen og skrev.");
    assert_eq!(anna.round().unwrap(), Agreement::Equal);
}

#[test]
fn without_a_road_the_note_waits_and_is_counted() {
    let world = World::new(2);
    let anna = world.tablet(world.town.anna);
    anna.road.cut();
    anna.writes(world.town.cases[0], "Vent på mig.");
    assert!(matches!(
        anna.round(),
        Err(CourierError::Remote(RemoteError::Unreachable))
    ));
    assert_eq!(anna.replica().waiting().unwrap(), 1);
    anna.road.open();
    anna.settles();
    assert_eq!(anna.replica().waiting().unwrap(), 0);
}

#[test]
fn an_answer_that_never_came_sends_nothing_twice() {
    let world = World::new(3);
    let anna = world.tablet(world.town.anna);
    let note = anna.writes(world.town.cases[0], "Kun én gang.");
    anna.road.cut_after_next_request();
    anna.round().unwrap_err();
    anna.round().unwrap_err();
    anna.road.open();
    anna.settles();
    assert_eq!(world.town.book(note).unwrap().text(), "Kun én gang.");
    assert_eq!(world.tally.of("answer: known"), world.tally.of("answer: stored"));
}

#[test]
fn two_people_write_in_one_draft_offline() {
    let world = World::new(4);
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let note = anna.writes(world.town.cases[0], "Midt");
    anna.settles();
    bo.settles();
    anna.road.cut();
    bo.road.cut();
    anna.types(note, " og Annas ord");
    let page = bo.page(note).unwrap();
    bo.keep(note, world.town.cases[0], &page, "Bos ord og Midt").unwrap();
    [&anna, &bo].iter().for_each(|tablet| tablet.road.open());
    [&anna, &bo, &anna].iter().for_each(|tablet| tablet.settles());
    assert_eq!(anna.note(note).unwrap().text, "Bos ord og Midt og Annas ord");
    assert_eq!(bo.note(note).unwrap().text, "Bos ord og Midt og Annas ord");
}

#[test]
fn of_two_who_finish_one_draft_offline_the_first_to_arrive_stands() {
    let world = World::new(12);
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let note = anna.writes(world.town.cases[0], "Alt vel.");
    anna.settles();
    bo.settles();
    [&anna, &bo].iter().for_each(|tablet| tablet.road.cut());
    anna.finishes(note).unwrap();
    bo.types(note, " Ring fredag.");
    bo.finishes(note).unwrap();
    [&anna, &bo].iter().for_each(|tablet| tablet.road.open());
    [&anna, &bo, &anna].iter().for_each(|tablet| tablet.settles());
    for tablet in [&anna, &bo] {
        let view = tablet.note(note).unwrap();
        assert!(matches!(view.state, NoteState::Finished { by, with, .. } if by == "anna" && with.is_empty()));
        assert_eq!(view.text, "Alt vel.");
        assert_eq!(view.additions, ["Alt vel. Ring fredag."]);
    }
    let parked = bo.replica().parked_rows().unwrap();
    let words: Vec<_> = parked.iter().map(|row| row.words.as_str()).collect();
    assert_eq!(words, ["Alt vel. Ring fredag."]);
    assert_eq!(anna.replica().handling().unwrap(), 0);
}

#[test]
fn a_colleagues_words_arrive_while_one_is_typing() {
    let world = World::new(5);
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let note = anna.writes(world.town.cases[0], "Midt");
    anna.settles();
    bo.settles();
    let page = bo.page(note).unwrap();
    bo.keep(note, world.town.cases[0], &page, "Bos ord og Midt").unwrap();
    bo.settles();
    anna.types(note, " og");
    anna.settles();
    anna.types(note, " Annas");
    anna.types(note, " ord");
    anna.settles();
    bo.settles();
    assert_eq!(anna.note(note).unwrap().text, "Bos ord og Midt og Annas ord");
    assert_eq!(bo.note(note).unwrap().text, "Bos ord og Midt og Annas ord");
}

#[test]
fn two_values_of_one_field_both_stand_in_the_reply() {
    let world = World::new(6);
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let case = world.town.cases[0];
    anna.sets(case, "mobilitet", "rollator").unwrap();
    bo.sets(case, "mobilitet", "kørestol").unwrap();
    [&anna, &bo, &anna].iter().for_each(|tablet| tablet.settles());
    let view = anna.replica().case(case, anna.clock.now()).unwrap();
    let field = view.fields.iter().find(|field| field.key == "mobilitet").unwrap();
    let mut values: Vec<_> = field.others.iter().map(|other| other.value.clone()).collect();
    values.push(field.value.clone());
    for word in ["rollator", "kørestol"] {
        assert!(
            values.contains(&Some(FieldValue::Text(word.to_owned()))),
            "{word} is missing: {values:?}"
        );
    }
}

#[test]
fn a_refused_note_is_handed_over_with_its_words_and_later_words_still_go() {
    let world = World::new(7);
    let anna = world.tablet(world.town.anna);
    let lost = world.town.cases[0];
    let refused = anna.writes(lost, "Ordene jeg ikke måtte.");
    world.town.move_case(lost, world.town.anemone);
    world.clock.advance(feltbog_ids::Span::days(8));
    let kept = anna.writes(world.town.cases[1], "Ordene bagefter.");
    anna.settles();
    let loose: Vec<_> = world
        .town
        .loose_notes()
        .iter()
        .map(|book| book.words("words"))
        .collect();
    assert_eq!(loose, ["Ordene jeg ikke måtte."]);
    assert!(world.town.book(refused).is_none_or(|book| book.text().is_empty()));
    assert_eq!(world.town.book(kept).unwrap().text(), "Ordene bagefter.");
    assert_eq!(anna.replica().waiting().unwrap(), 0);
}

#[test]
fn a_note_of_the_morning_is_taken_though_the_case_moved_at_noon() {
    let world = World::new(8);
    let anna = world.tablet(world.town.anna);
    let note = anna.writes(world.town.cases[0], "Skrevet i morges.");
    world.town.move_case(world.town.cases[0], world.town.anemone);
    anna.settles();
    assert_eq!(world.town.book(note).unwrap().text(), "Skrevet i morges.");
    assert_eq!(anna.replica().handling().unwrap(), 0);
}

#[test]
fn a_case_that_moves_takes_its_notes_along_and_leaves_no_byte_behind() {
    let world = World::new(9);
    let (anna, carl) = (world.tablet(world.town.anna), world.tablet(world.town.carl));
    let case = world.town.cases[0];
    // Among many others, so that the search index does not tidy up by chance.
    for number in 0..40 {
        anna.writes(world.town.cases[1], &format!("Nummer {number} bliver her."));
    }
    let note = anna.writes(case, "Zebrastribet xylofon.");
    anna.settles();
    assert!(anna.file().count(b"xylofon") > 0, "the search sees what is there");
    world.town.move_case(case, world.town.anemone);
    anna.settles();
    carl.settles();
    assert_eq!(carl.note(note).unwrap().text, "Zebrastribet xylofon.");
    assert_eq!(anna.log_bytes(), 0);
    for bytes in [
        &case.as_bytes()[..],
        &note.as_bytes()[..],
        b"xylofon",
        b"ylofon",
        b"Zebra",
        b"zebra",
    ] {
        assert_eq!(
            anna.file().count(bytes),
            0,
            "{:?} lies in the file",
            String::from_utf8_lossy(bytes)
        );
    }
    assert_eq!(anna.file().ids(), world.town.may_see(world.town.anna.person));
}

#[test]
fn a_part_outside_the_circle_leaves_no_word_head_or_id() {
    let world = World::new(10);
    let case = world.town.cases[0];
    let audience = format!("person:{}", world.town.bo.person);
    let part = world.town.part(case, &audience, "Hemmelig adresse i Ukendtgade.");
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let heads = world.town.book(part).unwrap().heads();
    let hidden = [
        &part.as_bytes()[..],
        &heads[0].0,
        b"Ukendtgade",
        b"ukendtgade",
        b"Hemmelig",
    ];
    assert!(
        hidden[..3].iter().all(|bytes| bo.file().count(bytes) > 0),
        "who is in the circle has it"
    );
    assert!(
        hidden.iter().all(|bytes| anna.file().count(bytes) == 0),
        "who is not has nothing"
    );
    world.town.end(world.town.bo.person, Role::Worker, world.town.kloever);
    bo.settles();
    assert!(
        hidden.iter().all(|bytes| bo.file().count(bytes) == 0),
        "who left has nothing any more"
    );
}

#[test]
fn a_notebook_holds_exactly_what_its_person_may_see() {
    let world = World::new(11);
    for worker in [world.town.anna, world.town.bo, world.town.carl] {
        let tablet = world.tablet(worker);
        assert_eq!(tablet.file().ids(), world.town.may_see(worker.person));
    }
}

#[test]
fn words_that_came_between_two_pages_of_a_pull_are_not_skipped() {
    let world = World::new(31);
    let case = world.town.cases[0];
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let late = world.tablet(world.town.bo);
    let note = anna.writes(case, "Anna. ");
    for tablet in [&anna, &bo, &late] {
        tablet.settles();
    }
    // Two branches, the second of which `late` does not see before a third change joins them.
    anna.types(note, "Først. ");
    anna.settles();
    late.settles();
    bo.types(note, "Imens. ");
    bo.settles();
    anna.writes(case, "Et andet notat. ");
    anna.settles();
    bo.looks_again(note).unwrap();
    bo.types(note, "Til sidst.");
    bo.settles();
    world.server.sends_pages_of(1);
    late.settles();
    assert_eq!(late.note(note).unwrap().text, world.town.book(note).unwrap().text());
    assert!(late.note(note).unwrap().text.contains("Imens."));
}

#[test]
fn a_case_that_moved_leaves_with_the_role_that_opened_its_new_place_wherever_the_pull_was() {
    for waits in 1..8 {
        let world = World::new(40);
        let (town, case) = (&world.town, world.town.cases[0]);
        world.server.sends_pages_of(2);
        town.grant(town.anna.person, Role::Worker, town.anemone);
        let (anna, bo, carl) = (world.tablet(town.anna), world.tablet(town.bo), world.tablet(town.carl));
        anna.settles();
        bo.settles();
        town.move_case(case, town.anemone);
        for words in ["Et. ", "To. ", "Tre. "] {
            bo.writes(town.cases[1], words);
        }
        bo.settles();
        carl.settles();
        carl.sets(case, "mobilitet", "Går med stok").unwrap();
        carl.settles();
        anna.round_amid(waits, || {
            town.end(town.anna.person, Role::Worker, town.anemone);
            true
        });
        anna.settles();
        assert!(!anna.file().ids().contains(&case), "after {waits} waits");
        assert_eq!(anna.replica().refetches().unwrap(), 0, "after {waits} waits");
    }
}
