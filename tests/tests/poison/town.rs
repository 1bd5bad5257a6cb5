//! All of it at once in one town: a poisoned document, a refused change, a page that cannot be read, a body that cannot.

use std::collections::BTreeSet;

use feltbog_ids::{DocId, Span};
use feltbog_protocol::{BodiesReply, Body, Want};
use feltbog_tests::{Tablet, World};
use feltbog_views::Refusal;

use crate::rot::row_of;

fn reasons(tablet: &Tablet) -> BTreeSet<&'static str> {
    let mut rows = tablet.replica().parked_rows().unwrap();
    rows.extend(tablet.replica().unshown_rows().unwrap());
    let word = |reason| match reason {
        Refusal::NoRight => "refused",
        Refusal::SetAside => "set aside",
        Refusal::ServerUnread => "unread there",
        _ => "something else",
    };
    rows.iter().map(|row| word(row.reason)).collect()
}

/// What the server sends for a document is no document.
fn is_poisoned(tablet: &Tablet, world: &World, doc: DocId) {
    let (session, at) = (tablet.session(), tablet.replica().identity().workspace);
    let office = world.server.office();
    let session = office.session(&session, world.server.now()).unwrap();
    let request = tablet.replica().feed_request().unwrap();
    let page = office.feed(&session, at, &request, world.server.now()).unwrap();
    let moment = tablet.moment();
    tablet.replica().take_page(&page, &moment).unwrap();
    let want = Want { doc, have: Vec::new() };
    let body = Body {
        doc,
        heads: world.town.book(doc).unwrap().heads(),
        whole: true,
        bytes: vec![0x85; 5_000],
        epoch: None,
    };
    let reply = BodiesReply {
        bodies: vec![body],
        absent: Vec::new(),
        unread: None,
    };
    tablet.replica().take_bodies(&[want], &reply).unwrap();
}

#[test]
fn everything_else_reaches_the_colleague_and_each_is_asked_for_what_needs_them_alone() {
    let world = World::new(91);
    let town = &world.town;
    let (case, lost) = (town.cases[0], town.cases[1]);
    let (anna, bo) = (world.tablet(town.anna), world.tablet(town.bo));
    // Written before the case was moved, and sent too late.
    anna.road.cut();
    let refused = anna.writes(lost, "Ordene jeg ikke måtte.");
    town.move_case(lost, town.anemone);
    world.clock.advance(Span::days(8));
    let long = "Lang tekst. ".repeat(700);
    let good: Vec<_> = (0..30).map(|nth| anna.writes(case, &format!("Notat {nth}."))).collect();
    let unreadable = anna.writes(case, &format!("{long} Kvindsyvskomager."));
    let poisoned = anna.writes(case, &format!("Forgiftet. {long}"));
    let last = anna.writes(case, &format!("Sidst. {long}"));
    anna.road.open();
    anna.settles();
    assert_eq!(reasons(&anna), BTreeSet::new());
    assert_eq!(anna.replica().handed_rows().unwrap().len(), 1, "the leader has them");
    assert!(world.town.book(refused).is_none_or(|book| book.text().is_empty()));

    is_poisoned(&bo, &world, poisoned);
    assert_eq!(world.server.rots_where(&row_of(good[10])), 1);
    world.server.rots_within(unreadable);
    let carl = world.tablet(town.carl);
    let new = world.tablet(town.bo);
    for tablet in [&bo, &new, &anna] {
        tablet.settles();
    }
    let gone: BTreeSet<_> = new
        .replica()
        .unshown_rows()
        .unwrap()
        .iter()
        .map(|row| row.doc)
        .collect();
    assert!(gone.contains(&good[10]) && gone.contains(&unreadable));
    assert!(good.iter().filter(|note| gone.contains(note)).count() < 15);
    for (nth, note) in good.iter().enumerate().filter(|(_, note)| !gone.contains(note)) {
        assert_eq!(new.note(*note).unwrap().text, format!("Notat {nth}."));
        assert_eq!(bo.note(*note).unwrap().text, format!("Notat {nth}."));
    }
    assert!(new.note(last).unwrap().text.starts_with("Sidst."));
    assert_eq!(reasons(&new), BTreeSet::from(["unread there"]));
    assert!(reasons(&bo).contains("set aside"));
    assert!(!reasons(&bo).contains("something else"));
    let rows = bo.replica().unshown_rows().unwrap();
    let set_aside: Vec<_> = rows
        .iter()
        .filter(|row| row.reason == Refusal::SetAside)
        .map(|row| row.doc)
        .collect();
    assert_eq!(set_aside, [poisoned]);
    assert_eq!(carl.replica().handling().unwrap(), 0, "who has none of it is not asked");

    // The day goes on in the same case.
    let note = bo.writes(case, "Videre.");
    bo.settles();
    new.settles();
    assert_eq!(new.note(note).unwrap().text, "Videre.");
    assert!(world.town.book(note).is_some());
}
