//! What hostile bytes may cost: 16 MB of memory, on the server and on a device, and they are refused.
//!
//! It counts what Rust allocates; the database's own cache is bounded by its settings. One test alone, since every
//! thread of this program is counted together.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use feltbog_ids::{ChangeHash, DocId, Position};
use feltbog_protocol::{Answer, BodiesReply, Body, Entry, FeedPage, PushItem, PushRequest, Reason, Want};
use feltbog_replica::ReplicaError;
use feltbog_tests::{Tablet, World};
use peak_alloc::PeakAlloc;

#[path = "../../crates/casebook/tests/bomb/mod.rs"]
mod bomb;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Bytes.
const LIMIT: usize = 16 << 20;

#[test]
fn the_two_bombs_cost_server_and_device_less_than_16_megabytes_and_are_refused() {
    let world = World::new(1);
    let tablet = world.tablet(world.town.anna);
    let bombs = [bomb::inflating(bomb::PIECES), bomb::runs()];
    for bytes in &bombs {
        costs_little(|| the_server_refuses(&world, &tablet, bytes));
        costs_little(|| a_device_sets_aside_a_body(&world, &tablet, bytes));
        costs_little(|| a_device_sets_aside_a_change(&world, &tablet, bytes));
    }
    let case = world.town.cases[1];
    let note = tablet.writes(case, "Alt andet går videre.");
    tablet.settles();
    assert_eq!(tablet.note(note).unwrap().text, "Alt andet går videre.");
}

fn costs_little(act: impl FnOnce()) {
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    act();
    let cost = HEAP.peak_usage().saturating_sub(before);
    assert!(cost < LIMIT, "it cost {cost} bytes");
}

fn the_server_refuses(world: &World, tablet: &Tablet, bytes: &[u8]) {
    let item = PushItem {
        doc: world.town.cases[0],
        kind: "case".to_owned(),
        parent: None,
        change: bytes.to_vec(),
        made_on: None,
    };
    let at = tablet.replica().identity().workspace;
    let request = PushRequest { items: vec![item] };
    let reply = tablet.remote.forges(&tablet.session(), at, &request).unwrap();
    let refused = matches!(reply.answers[0], Answer::Refused(Reason::TooLarge | Reason::Unreadable));
    assert!(refused, "{:?}", reply.answers[0]);
}

fn a_device_sets_aside_a_body(world: &World, tablet: &Tablet, bytes: &[u8]) {
    let case = world.town.cases[0];
    let body = Body {
        doc: case,
        heads: world.town.book(case).unwrap().heads(),
        whole: true,
        bytes: bytes.to_vec(),
        epoch: None,
    };
    let want = Want {
        doc: case,
        have: Vec::new(),
    };
    let reply = BodiesReply {
        bodies: vec![body],
        absent: Vec::new(),
    };
    tablet.replica().take_bodies(&[want], &reply).unwrap();
    stays_usable(tablet, case);
}

fn a_device_sets_aside_a_change(world: &World, tablet: &Tablet, bytes: &[u8]) {
    let case = world.town.cases[0];
    let request = tablet.replica().feed_request().unwrap();
    let entry = Entry {
        doc: case,
        kind: "case".to_owned(),
        parent: None,
        scopes: Vec::new(),
        heads: vec![ChangeHash([7; 32])],
        size: 100,
        position: Position(1_000_000),
        projection_version: 1,
        projection: bytes.to_vec(),
        changes: vec![bytes.to_vec().into()],
        received: world.clock.now(),
        epoch: None,
    };
    let page = FeedPage {
        lost: Vec::new(),
        left: Vec::new(),
        entries: vec![entry],
        cursor: request.cursor.unwrap(),
        filling: request.filling,
        closing: None,
        server_time: world.clock.now(),
    };
    let moment = tablet.moment();
    tablet.replica().take_page(&page, &moment).unwrap();
    stays_usable(tablet, case);
}

/// A person opens the case and the background indexes it: neither may cost more, whatever they answer.
fn stays_usable(tablet: &Tablet, case: DocId) {
    let opened = tablet.replica().case(case, tablet.clock.now());
    let set_aside = matches!(opened, Err(ReplicaError::Unreadable(_) | ReplicaError::NotHere));
    assert!(opened.is_ok() || set_aside, "{opened:?}");
    tablet.replica().index_some(50).unwrap();
}
