//! A page of the server's database that cannot be read: who asks for what lies elsewhere notices nothing.
//!
//! Damage that stops the server from starting is another test's story: see `disk`.

use feltbog_casebook::Book;
use feltbog_ids::{DocId, ScopeId, Span};
use feltbog_protocol::Found;
use feltbog_server::admin::{self, Admin, Office};
use feltbog_tests::{Tablet, World};
use feltbog_views::Refusal;

/// The bytes by which the page of a note's row is known.
pub fn row_of(note: DocId) -> Vec<u8> {
    [note.as_bytes(), &b"note"[..]].concat()
}

/// What `admin check` prints, and whether it was content.
pub fn checks(world: &World) -> (String, bool) {
    let mut said = Vec::new();
    let office = Office {
        store: &world.server.store(),
        dice: &world.server.dice,
        now: world.server.now(),
    };
    let content = admin::run(Admin::Check, &office, &mut said).is_ok();
    (String::from_utf8(said).unwrap(), content)
}

/// Notes with more words than a page of the database holds, so that few share one.
fn long(words: &str) -> String {
    format!("{words} {}", "Lang tekst. ".repeat(700))
}

fn unread(tablet: &Tablet) -> Vec<DocId> {
    let rows = tablet.replica().unshown_rows().unwrap();
    rows.iter()
        .for_each(|row| assert_eq!(row.reason, Refusal::ServerUnread));
    rows.into_iter().map(|row| row.doc).collect()
}

#[test]
fn a_row_that_cannot_be_read_stops_nobody_elses_and_is_named() {
    let world = World::new(71);
    let case = world.town.cases[0];
    let anna = world.tablet(world.town.anna);
    let notes: Vec<_> = (0..40).map(|nth| anna.writes(case, &format!("Notat {nth}."))).collect();
    anna.settles();
    assert!(checks(&world).1);
    assert_eq!(world.server.rots_where(&row_of(notes[20])), 1);

    let bo = world.tablet(world.town.bo);
    let gone = unread(&bo);
    assert!(gone.contains(&notes[20]) && gone.len() < 20, "{}", gone.len());
    let (said, content) = checks(&world);
    assert!(!content);
    for (nth, note) in notes.iter().enumerate() {
        let is_gone = gone.contains(note);
        assert_eq!(said.contains(&note.to_string()), is_gone, "{note} in {said}");
        if !is_gone {
            assert_eq!(bo.note(*note).unwrap().text, format!("Notat {nth}."));
        }
    }
    assert_eq!(bo.replica().handling().unwrap() as usize, gone.len());

    // What is written there waits, and goes nowhere else; everything else goes.
    anna.types(notes[20], " Mere.");
    let other = anna.writes(case, "Et andet.");
    anna.round().ok();
    anna.round().ok();
    assert_eq!(anna.replica().waiting().unwrap(), 1);
    bo.settles();
    assert_eq!(bo.note(other).unwrap().text, "Et andet.");
    assert_eq!(
        anna.note(notes[20]).unwrap().text,
        "Notat 20. Mere.",
        "it is on her own tablet"
    );
}

#[test]
fn a_repair_among_rows_that_cannot_be_read_ends_like_any_other() {
    let world = World::new(75);
    let anna = world.tablet(world.town.anna);
    let case = world.town.cases[0];
    let notes: Vec<_> = (0..40).map(|nth| anna.writes(case, &format!("Notat {nth}."))).collect();
    anna.settles();
    assert_eq!(world.server.rots_where(&row_of(notes[20])), 1);
    let (office, now) = (world.server.office(), world.server.now());
    let session = office.session(&anna.session(), now).unwrap();
    let scopes = anna.file().rows("select hex(id) from scope").unwrap();
    let mut met = 0;
    for scope in scopes {
        let scope = ScopeId::from_bytes(u128::from_str_radix(&scope, 16).unwrap().to_be_bytes());
        let mut request = anna.replica().repair_request(scope, [7; 16]).unwrap().unwrap();
        // A device that holds nothing of it is told of all.
        request.prints.clear();
        let at = anna.replica().identity().workspace;
        let reply = office.repair(&session, at, &request, now).unwrap();
        met += usize::from(reply.found == Found::Moved && reply.entries.is_empty());
    }
    assert_eq!(met, 1, "of one scope nothing is named");
}

#[test]
fn a_body_that_cannot_be_read_leaves_its_row_and_everything_else() {
    let world = World::new(72);
    let case = world.town.cases[0];
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let before = anna.writes(case, &long("Før."));
    let note = anna.writes(case, &format!("{}Kvindsyvskomager.", long("Midt.")));
    let after = anna.writes(case, &long("Efter."));
    anna.settles();
    let copy = world.server.is_copied();
    world.server.rots_within(note);

    bo.settles();
    assert_eq!(unread(&bo), [note]);
    assert!(bo.note(before).unwrap().text.starts_with("Før."));
    assert!(bo.note(after).unwrap().text.starts_with("Efter."));
    assert!(checks(&world).0.contains(&note.to_string()));

    // The operator puts the copy back: it comes by itself.
    world.server.is_put_back(&copy);
    world.clock.advance(Span::days(1));
    [&anna, &bo, &anna, &bo].iter().for_each(|tablet| tablet.settles());
    assert!(bo.note(note).unwrap().text.ends_with("Kvindsyvskomager."));
    assert_eq!(bo.replica().handling().unwrap(), 0);
}

#[test]
fn a_device_that_holds_what_the_server_cannot_read_keeps_it() {
    let world = World::new(73);
    let case = world.town.cases[0];
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    let notes: Vec<_> = (0..40).map(|nth| anna.writes(case, &format!("Notat {nth}."))).collect();
    anna.settles();
    bo.settles();
    assert_eq!(world.server.rots_where(&row_of(notes[20])), 1);
    anna.types(notes[0], " Mere.");
    anna.settles();
    bo.settles();
    for tablet in [&anna, &bo] {
        for (nth, note) in notes.iter().enumerate().skip(1) {
            assert_eq!(tablet.note(*note).unwrap().text, format!("Notat {nth}."));
        }
    }
    let books: Vec<Option<Book>> = notes.iter().map(|note| world.town.book(*note)).collect();
    assert!(books.iter().any(Option::is_none), "the server lacks some");
}
