//! Stories of the keys under which the server's documents lie: what was erased cannot be told from any old copy of the
//! database either, and everything else can.
//!
//! What erasing is, is told in `epochs`; what a failing disk does to it, in `disk`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use feltbog_ids::{DocId, Span};
use feltbog_server::admin::{self, Admin, Office};
use feltbog_tests::{Tablet, World, lies_in};
use feltbog_views::Refusal;

/// Words that stood in a note and were taken out of it.
const SECRET: &str = "Kornblomstvej";

fn holds(bytes: &[u8], words: &str) -> bool {
    lies_in(bytes, words.as_bytes())
}

/// A note of Anna's that said too much and says it no longer, and another that says what it said.
fn told_too_much(world: &World, anna: &Tablet) -> (DocId, DocId) {
    let case = world.town.cases[0];
    let other = anna.writes(case, "Spiste selv. ");
    let note = anna.writes(case, "Bor på Kornblomstvej 7. Sov godt. ");
    anna.settles();
    let page = anna.page(note).unwrap();
    anna.keep(note, case, &page, "Sov godt. ").unwrap();
    anna.settles();
    (note, other)
}

/// What `admin check` prints, and whether it was content.
fn checks(world: &World) -> (String, bool) {
    let mut said = Vec::new();
    let office = Office {
        store: &world.server.store(),
        dice: &world.server.dice,
        now: world.server.now(),
    };
    let content = admin::run(Admin::Check, &office, &mut said).is_ok();
    (String::from_utf8(said).unwrap(), content)
}

fn unread(tablet: &Tablet) -> Vec<DocId> {
    let rows = tablet.replica().unshown_rows().unwrap().into_iter();
    let unread = rows.filter(|row| row.reason == Refusal::ServerUnread);
    unread.map(|row| row.doc).collect()
}

#[test]
fn no_word_of_a_document_lies_in_the_clear_in_the_servers_database() {
    let world = World::new(111);
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let case = world.town.cases[0];
    anna.writes(case, "Bor på Kornblomstvej 7. ");
    anna.sets(case, "mobilitet", "Går med Kvindsyvskomager").unwrap();
    bo.writes(world.town.cases[1], "Hundens navn er Blåklokke. ");
    anna.settles();
    bo.settles();
    let titles = world.town.book(case).unwrap().words("title");
    let bytes = world.server.bytes();
    assert!(
        !titles.is_empty() && holds(&bytes, "helhedspleje"),
        "it looks where words would be"
    );
    for words in [SECRET, "Kvindsyvskomager", "Blåklokke", "Blåk", titles.as_str()] {
        assert!(!holds(&bytes, words), "{words}");
    }
}

#[test]
fn what_was_erased_is_told_by_no_old_copy_and_everything_else_is() {
    let world = World::new(112);
    let anna = world.tablet(world.town.anna);
    let (note, other) = told_too_much(&world, &anna);
    let yesterday = world.server.is_copied();
    assert!(!holds(&world.server.bytes_of(&yesterday), SECRET));
    world.server.erases(note);
    let (said, content) = checks(&world);
    assert!(content, "what is left of it is whole: {said}");
    let new = world.tablet(world.town.bo);
    assert_eq!(new.note(note).unwrap().text, "Sov godt. ");
    world.server.is_put_back_beside_its_keys(&yesterday);
    assert!(world.town.book(note).is_none(), "its key is destroyed");
    assert_eq!(world.town.book(other).unwrap().text(), "Spiste selv. ");
    let (said, content) = checks(&world);
    let about = said.lines().find(|line| line.contains(&note.to_string())).unwrap();
    assert!(!content && about.contains("erased"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");

    // The past of what can be read still goes, with the case it belongs to.
    let case = world.town.cases[0];
    let store = world.server.store();
    let erased = store.batch(world.server.now(), |batch| {
        batch.erase_history_of_case(case, "a story", &world.server.dice)
    });
    let (erased, passed_over): (Vec<_>, Vec<_>) = erased.unwrap().into_iter().partition(Result::is_ok);
    let erased: Vec<_> = erased.into_iter().flatten().map(|one| one.doc).collect();
    assert!(erased.contains(&case) && erased.contains(&other));
    assert_eq!(passed_over, [Err(note)]);
    drop(store);

    // That is what the key does: with that day's keys it can be told again.
    world.server.is_put_back(&yesterday);
    assert!(world.town.book(note).is_some());
    assert!(checks(&world).1);
}

#[test]
fn devices_keep_what_a_server_put_back_cannot_tell_any_more_and_everything_else_goes_on() {
    let world = World::new(113);
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let (note, other) = told_too_much(&world, &anna);
    bo.settles();
    let yesterday = world.server.is_copied();
    world.server.erases(note);
    let erased = world.server.is_copied();
    anna.settles();
    bo.settles();
    anna.types(note, "Efter. ");
    anna.settles();
    bo.settles();
    let hex: String = note.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let row = format!("select epoch, base_heads, announced_heads from doc where id = x'{hex}'");
    let knew = bo.file().rows(&row).unwrap();
    world.server.is_put_back_beside_its_keys(&yesterday);
    anna.types(other, "Fra i dag. ");
    anna.round().ok();
    anna.settles();
    bo.settles();
    for tablet in [&anna, &bo] {
        assert_eq!(tablet.note(note).unwrap().text, "Sov godt. Efter. ");
        assert_eq!(unread(tablet), [note]);
        assert_eq!(tablet.note(other).unwrap().text, "Spiste selv. Fra i dag. ");
    }
    assert_eq!(
        bo.file().rows(&row).unwrap(),
        knew,
        "nothing is believed of an epoch that is over"
    );
    // A device that never had it is told so, and has everything else.
    let new = world.tablet(world.town.bo);
    assert_eq!(unread(&new), [note]);
    assert_eq!(new.note(other).unwrap().text, "Spiste selv. Fra i dag. ");
    let kept = world.server.store();
    let (now, soon) = (world.server.now(), world.server.now() + Span(1));
    assert_eq!(kept.compact(soon, now, || true).unwrap().left, 1);
    kept.tidy(now).unwrap();
    drop(kept);

    // A copy from after the erasure is found and put back: everything is there again.
    world.server.is_put_back_beside_its_keys(&erased);
    world.clock.advance(Span::days(1));
    [&anna, &bo, &anna, &bo].iter().for_each(|tablet| tablet.settles());
    for tablet in [&anna, &bo] {
        assert_eq!(tablet.note(note).unwrap().text, "Sov godt. Efter. ");
        assert_eq!(tablet.note(other).unwrap().text, "Spiste selv. Fra i dag. ");
        assert_eq!(tablet.replica().handling().unwrap(), 0, "{}", tablet.worker.user);
    }
    assert!(checks(&world).1);
}

#[test]
fn an_erasure_cut_off_before_its_key_was_destroyed_is_made_good_by_the_daily_round() {
    let world = World::new(114);
    let anna = world.tablet(world.town.anna);
    let (note, _) = told_too_much(&world, &anna);
    let yesterday = world.server.is_copied();
    let erased = world.server.store().batch(world.server.now(), |batch| {
        batch.erase_history(note, "§", &world.server.dice)
    });
    erased.unwrap();
    world.server.restarts();
    let cut_off = world.server.is_copied();
    world.server.is_put_back_beside_its_keys(&yesterday);
    assert!(world.town.book(note).is_some(), "its key is there yet");
    world.server.is_put_back_beside_its_keys(&cut_off);
    assert!(world.server.store().sweep().unwrap());
    world.server.is_put_back_beside_its_keys(&yesterday);
    assert!(world.town.book(note).is_none());
}

#[test]
fn a_copy_put_back_for_a_look_destroys_no_key_of_what_came_after_it() {
    let world = World::new(115);
    let anna = world.tablet(world.town.anna);
    let (note, other) = told_too_much(&world, &anna);
    let yesterday = world.server.is_copied();
    let new = anna.writes(world.town.cases[0], "Fra i dag. ");
    anna.settles();
    world.server.erases(note);
    let today = world.server.is_copied();
    world.server.is_put_back_beside_its_keys(&yesterday);
    world.server.erases(other);
    world.server.is_put_back_beside_its_keys(&today);
    assert_eq!(world.town.book(note).unwrap().text(), "Sov godt. ");
    assert_eq!(world.town.book(new).unwrap().text(), "Fra i dag. ");
}

#[test]
fn a_body_whose_seal_is_broken_stops_nobody_elses_and_is_named() {
    let world = World::new(116);
    let case = world.town.cases[0];
    let anna = world.tablet(world.town.anna);
    let long = "Lang tekst. ".repeat(400);
    let notes: Vec<_> = (0..5).map(|nth| anna.writes(case, &format!("{nth}. {long}"))).collect();
    anna.settles();
    world.server.breaks_seal(notes[2]);
    let bo = world.tablet(world.town.bo);
    assert_eq!(unread(&bo), [notes[2]]);
    for nth in [0, 1, 3, 4] {
        assert_eq!(bo.note(notes[nth]).unwrap().text, format!("{nth}. {long}"));
    }
    let (said, content) = checks(&world);
    assert!(!content && said.contains(&notes[2].to_string()), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    anna.types(notes[2], "Mere. ");
    let after = anna.writes(case, "Et andet. ");
    anna.round().ok();
    anna.round().ok();
    assert_eq!(anna.replica().waiting().unwrap(), 1, "it waits, and holds up nothing");
    bo.settles();
    assert_eq!(bo.note(after).unwrap().text, "Et andet. ");
}
