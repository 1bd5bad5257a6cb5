//! What hostile bytes may cost: 16 MB of memory, on the server and on a device, and they are refused.
//!
//! It counts what Rust allocates; the database's own cache is bounded by its settings. One test alone, since every
//! thread of this program is counted together.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use feltbog_ids::{ChangeHash, DocId, Position};
use feltbog_protocol::{
    Answer, BodiesReply, Body, Entry, FeedPage, MAX_MESSAGE, PushItem, PushReply, PushRequest, Reason, Want, unpack,
};
use feltbog_replica::ReplicaError;
use feltbog_tests::{Served, Tablet, World};
use peak_alloc::PeakAlloc;

#[path = "../../../crates/casebook/tests/bomb/mod.rs"]
mod generator;
mod messages;
#[path = "../../../crates/casebook/tests/bomb/relatives.rs"]
mod relatives;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Bytes.
const LIMIT: usize = 16 << 20;

#[test]
fn the_bombs_and_their_relatives_cost_server_and_device_less_than_16_megabytes_and_are_refused() {
    let world = World::new(1);
    let tablet = world.tablet(world.town.anna);
    // What is made once and kept is nobody's bomb.
    the_server_refuses(&world, &tablet, &[7; 90]);
    let mut dearest = (0, String::new());
    for (name, bytes) in relatives::all() {
        let cost = [
            costs_little(&name, || the_server_refuses(&world, &tablet, &bytes)),
            costs_little(&name, || a_device_sets_aside_a_body(&world, &tablet, &bytes)),
            costs_little(&name, || a_device_sets_aside_a_change(&world, &tablet, &bytes)),
        ];
        let cost = cost.into_iter().max().unwrap_or(0);
        dearest = dearest.max((cost, name));
    }
    println!("dearest change or document: {dearest:?}");
    for bytes in projections() {
        costs_little("a projection", || a_device_sets_aside_a_change(&world, &tablet, &bytes));
    }
    messages_are_refused(&world, &tablet);
    let case = world.town.cases[1];
    let note = tablet.writes(case, "Alt andet går videre.");
    tablet.settles();
    assert_eq!(tablet.note(note).unwrap().text, "Alt andet går videre.");
}

/// A case's projection made of nothing but heads.
fn projections() -> Vec<Vec<u8>> {
    let case = |rest: &[u8]| [&[0x82, 3, 0x81, 0x9f][..], rest].concat();
    vec![
        case(&[0x60; 250_000]),
        case(&[0x81; 250_000]),
        case(&[0x60; 1 << 20]),
        vec![0x81; 4 << 20],
        vec![0x9f; 4 << 20],
    ]
}

/// At both ends: by HTTP at the server, and where a device unpacks what it has read.
fn messages_are_refused(world: &World, tablet: &Tablet) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let served = runtime.block_on(Served::of(world)).unwrap();
    let at = tablet.replica().identity().workspace;
    let head = |door: &str, length: usize| {
        format!(
            "POST /v1/{at}/{door} HTTP/1.1\r\nhost: server\r\nauthorization: Bearer {}\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n",
            tablet.session()
        )
    };
    let good = messages::packed(&[0x82, 0xf6, 0x80]);
    assert_eq!(posts(served.address, &head("feed", good.len()), &good), "200");
    let mut dearest = (0, "");
    for (name, bytes) in messages::all() {
        for door in ["push", "feed", "bodies"] {
            let head = head(door, bytes.len());
            let cost = costs_little(name, || {
                let status = posts(served.address, &head, &bytes);
                assert!(["400", "413"].contains(&status.as_str()), "{name} to {door}: {status}");
            });
            dearest = dearest.max((cost, name));
        }
        let read = bytes.clone();
        let cost = costs_little(name, || {
            assert!(unpack::<FeedPage>(read, MAX_MESSAGE).is_err(), "{name}")
        });
        dearest = dearest.max((cost, name));
        costs_little(name, || {
            assert!(unpack::<BodiesReply>(&bytes, MAX_MESSAGE).is_err(), "{name}")
        });
        costs_little(name, || {
            assert!(unpack::<PushReply>(&bytes, MAX_MESSAGE).is_err(), "{name}")
        });
    }
    println!("dearest message: {dearest:?}");
    runtime.block_on(served.stops()).unwrap();
}

/// The status of the answer. A server that has heard enough may hang up before all is said.
fn posts(address: SocketAddr, head: &str, body: &[u8]) -> String {
    let mut line = TcpStream::connect(address).unwrap();
    line.write_all(head.as_bytes()).unwrap();
    line.write_all(body).ok();
    let mut status = [0; 12];
    line.read_exact(&mut status).unwrap();
    String::from_utf8_lossy(&status[9..]).into_owned()
}

fn costs_little(name: &str, act: impl FnOnce()) -> usize {
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    act();
    let cost = HEAP.peak_usage().saturating_sub(before);
    assert!(cost < LIMIT, "{name} cost {cost} bytes");
    cost
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
    let request = PushRequest {
        items: vec![item],
        loose: Vec::new(),
    };
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
        unread: None,
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
        unread: None,
        ends: Vec::new(),
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
