//! Stories of the idle auditor: bodies that are stored unopened, and are not what they were sent as.
//!
//! Each comes in through the feed, as a server would send it that left something out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod town;

use feltbog_casebook::{Book, BookError, Edit, Kind, caps};
use feltbog_ids::{ChangeHash, DocId};
use feltbog_protocol::{BodiesReply, Body};
use sha2::{Digest, Sha256};
use town::{NOON, Office, Tablet, case, doc};

/// A colleague's sentence, in the office before the tablet's own.
fn types(office: &mut Office, note: DocId, before: &str, after: &str) {
    let typed = Edit::Type {
        before: before.to_owned(),
        after: after.to_owned(),
    };
    office.put(Kind::Note, note, Some(case()), &[typed]);
}

/// A tablet whose base of a note lacks one of two sentences it is said to hold: the feed left it out.
fn tablet_with_a_gap(office: &mut Office) -> Tablet {
    types(office, doc(40), "", "Først. ");
    let mut tablet = Tablet::synced(1, office);
    let heads = tablet.reads(doc(40)).heads;
    tablet.types(doc(40), &heads, "Først. ", "Først. Min. ");
    types(office, doc(40), "Først. ", "Først. Din. ");
    tablet.sends(office);
    types(office, doc(40), &office.text(doc(40)), "Først. Min. Din. Sidst.");
    let mut page = office.page(&tablet.notebook.feed_request().unwrap());
    let entry = page.entries.iter_mut().find(|entry| entry.doc == doc(40)).unwrap();
    assert_eq!(entry.changes.len(), 3);
    entry.changes.remove(0);
    let moment = tablet.moment();
    tablet.notebook.take_page(&page, &moment).unwrap();
    assert!(tablet.notebook.wants(9, NOON).unwrap().is_empty(), "it looks whole");
    tablet
}

fn is_mended(tablet: &mut Tablet, office: &mut Office) {
    assert_eq!(tablet.notebook.dropped_bodies().unwrap(), 1);
    assert_eq!(tablet.notebook.wants(9, NOON).unwrap().len(), 1);
    tablet.syncs(office);
    tablet.notebook.index_some(50).unwrap();
    assert_eq!(tablet.reads(doc(40)).text, "Først. Min. Din. Sidst.");
    assert_eq!(tablet.notebook.handling().unwrap(), 0);
    assert!(tablet.notebook.audit_some(50).unwrap().docs.is_empty());
    assert_eq!(tablet.notebook.dropped_bodies().unwrap(), 1);
}

#[test]
fn a_body_that_lacks_what_it_was_sent_as_is_noticed_as_it_is_indexed_and_fetched_anew() {
    let mut office = Office::new();
    let mut tablet = tablet_with_a_gap(&mut office);
    tablet.notebook.index_some(50).unwrap();
    is_mended(&mut tablet, &mut office);
}

#[test]
fn the_auditor_notices_it_too_and_leaves_everything_else() {
    let mut office = Office::new();
    let mut tablet = tablet_with_a_gap(&mut office);
    let found = tablet.notebook.audit_some(50).unwrap();
    assert_eq!(found.docs, [doc(40)]);
    is_mended(&mut tablet, &mut office);
}

#[test]
fn what_a_person_found_otherwise_is_audited_before_its_turn() {
    let mut office = Office::new();
    let mut tablet = tablet_with_a_gap(&mut office);
    for _ in 0..2 {
        assert!(tablet.notebook.audit_some(1).unwrap().docs.is_empty(), "not its turn");
    }
    assert!(tablet.notebook.note(doc(40)).is_err(), "it cannot be opened so");
    let case = tablet.notebook.case(case(), NOON).unwrap();
    assert_eq!(case.notes.len(), 1, "the case shows what the list knows of it");
    assert_eq!(tablet.notebook.audit_some(1).unwrap().docs, [doc(40)]);
    is_mended(&mut tablet, &mut office);
}

#[test]
fn the_auditor_goes_round_a_few_at_a_time() {
    let mut office = Office::new();
    let mut tablet = tablet_with_a_gap(&mut office);
    let mut rounds = 0;
    while tablet.notebook.audit_some(1).unwrap().docs.is_empty() {
        rounds += 1;
        assert!(rounds < 10, "it never comes to the document");
    }
    is_mended(&mut tablet, &mut office);
}

#[test]
fn a_body_that_comes_no_better_the_second_time_is_set_aside_and_not_asked_for_without_end() {
    let mut office = Office::new();
    let mut tablet = tablet_with_a_gap(&mut office);
    tablet.notebook.index_some(50).unwrap();
    let wants = tablet.notebook.wants(9, NOON).unwrap();
    let mut reply = office.bodies(&wants);
    let before = tablet.notebook.handling().unwrap();
    let book = Book::open(&reply.bodies[0].bytes, []).unwrap();
    let lacking = book
        .changes_since(&[])
        .into_iter()
        .filter(|(_, bytes)| !has(bytes, "Din"));
    reply.bodies[0].bytes = lacking.flat_map(|(_, bytes)| bytes).collect();
    tablet.notebook.take_bodies(&wants, &reply).unwrap();
    tablet.notebook.index_some(50).unwrap();
    assert_eq!((before, tablet.notebook.handling().unwrap()), (0, 1));
    assert!(tablet.notebook.wants(9, NOON).unwrap().is_empty());
    assert_eq!(tablet.notebook.dropped_bodies().unwrap(), 1);
}

fn has(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|here| here == words.as_bytes())
}

#[test]
fn a_body_that_makes_the_merge_engine_panic_is_set_aside_and_everything_else_goes_on() {
    let mut office = Office::new();
    types(&mut office, doc(41), "", "Rolig. ");
    let mut tablet = Tablet::synced(1, &mut office);
    types(&mut office, doc(40), "", "Forskrækket.");
    types(&mut office, doc(42), "", "Også rolig. ");
    let (bytes, head) = panicking(&mut office);
    let mut page = office.page(&tablet.notebook.feed_request().unwrap());
    let entry = page.entries.iter_mut().find(|entry| entry.doc == doc(40)).unwrap();
    (entry.heads, entry.changes) = (vec![head], Vec::new());
    let moment = tablet.moment();
    tablet.notebook.take_page(&page, &moment).unwrap();
    for times in 0..2 {
        let wants = tablet.notebook.wants(9, NOON).unwrap();
        assert_eq!(wants.len(), 1);
        let body = Body {
            doc: doc(40),
            heads: vec![head],
            whole: true,
            bytes: bytes.clone(),
            epoch: None,
        };
        let reply = BodiesReply {
            bodies: vec![body],
            absent: Vec::new(),
            unread: None,
        };
        tablet.notebook.take_bodies(&wants, &reply).unwrap();
        assert!(
            tablet.notebook.wants(9, NOON).unwrap().is_empty(),
            "nothing is opened while syncing"
        );
        while !tablet.notebook.index_some(1).unwrap().docs.is_empty() {}
        assert_eq!(tablet.notebook.handling().unwrap(), times);
    }
    assert!(tablet.notebook.wants(9, NOON).unwrap().is_empty());
    assert!(tablet.notebook.audit_some(50).unwrap().docs.is_empty());
    assert_eq!(tablet.reads(doc(41)).text, "Rolig. ");
    assert_eq!(tablet.reads(doc(42)).text, "Også rolig. ");
}

/// The body of the note in the office with one bit of its last change turned, so that it passes every cap, fits its sum,
/// and makes the merge engine panic.
fn panicking(office: &mut Office) -> (Vec<u8>, ChangeHash) {
    let wants = [feltbog_protocol::Want {
        doc: doc(40),
        have: Vec::new(),
    }];
    let book = Book::open(&office.bodies(&wants).bodies[0].bytes, []).unwrap();
    let changes: Vec<_> = book.changes_since(&[]).into_iter().map(|(_, bytes)| bytes).collect();
    let (last, before) = changes.split_last().unwrap();
    for bit in 9 * 8..last.len() * 8 {
        let mut turned = last.clone();
        turned[bit / 8] ^= 1 << (bit % 8);
        let body = [before.concat(), summed(&turned)].concat();
        if let Err(BookError::Unreadable(why)) = Book::open(&body, [])
            && why.contains("gave up")
        {
            let head = caps::check_body(&body).unwrap().loose.last().unwrap().hash;
            return (body, head);
        }
    }
    panic!("this version of the merge engine takes all of them");
}

/// With the sum that fits: four bytes after the first four, over all that follows.
fn summed(change: &[u8]) -> Vec<u8> {
    let sum = Sha256::digest(&change[8..]);
    [&change[..4], &sum[..4], &change[8..]].concat()
}
