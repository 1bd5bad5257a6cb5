//! A first sync of four times as many documents takes no more memory: pages, bodies and words go through a few at a time.
//!
//! It counts what Rust allocates on both ends; the database's own cache is bounded by its settings. One test alone, since
//! every thread of this program is counted together. `cargo xtask bench` measures whole processes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use feltbog_replica::Agreement;
use feltbog_tests::{City, Tablet, World};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Documents of the smaller town.
const FEW: usize = 1_000;

/// Entries of a page of the feed.
const PAGE: usize = 50;

/// Bytes the larger town may take more: its answers of bodies are full where the smaller one's are half empty. Whoever kept
/// all of its documents at once would take twice as much.
const MORE: usize = 3 << 20;

#[test]
fn a_first_sync_of_four_times_as_many_documents_takes_no_more_memory() {
    let (few, many) = (peak_of(FEW), peak_of(4 * FEW));
    println!("{few} bytes for {FEW} documents, {many} for four times as many");
    assert!(many < few + MORE, "{few} bytes became {many}");
}

/// Bytes at the highest of a first sync, until every word is found.
fn peak_of(documents: usize) -> usize {
    let world = World::new(1);
    City::grows(&world, documents);
    world.server.sends_pages_of(PAGE);
    let tablet = Tablet::enrol(&world, world.town.anna, world.folder("tablet"), 2);
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    assert_eq!(tablet.round().unwrap(), Agreement::Equal);
    while !tablet.replica().index_some(50).unwrap().docs.is_empty() {}
    let (here, announced) = tablet.replica().progress().unwrap();
    assert!(here == announced && usize::try_from(here).unwrap() > documents);
    HEAP.peak_usage().saturating_sub(before)
}
