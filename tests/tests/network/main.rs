//! The real server and the real client over a network that breaks: every fault amid every errand.
//! `FELTBOG_SEED` runs one day again.
//!
//! A day is lived in `day`; `wire` joins the two ends. A run in which a fault never met an errand fails.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod day;
mod wire;

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::panic::{AssertUnwindSafe, catch_unwind};

use day::{Day, FAULTS};
use feltbog_tests::Tally;
use wire::ERRANDS;

#[test]
fn whatever_the_network_does_everything_is_sent_and_fetched_and_nothing_is_doubled() {
    let asked = std::env::var("FELTBOG_SEED").ok();
    let seed = asked.map_or_else(|| RandomState::new().hash_one(0) >> 16, |word| word.parse().unwrap());
    let tally = Tally::default();
    let lived = catch_unwind(AssertUnwindSafe(|| {
        let mut day = Day::of(seed, &tally);
        day.goes_by();
        day.holds();
    }));
    println!("seed {seed}\n{tally}");
    assert!(lived.is_ok(), "run again with FELTBOG_SEED={seed}");
    let missing: Vec<_> = FAULTS
        .iter()
        .flat_map(|fault| ERRANDS.map(|errand| fault.amid(errand)))
        .filter(|name| tally.of(name) == 0)
        .collect();
    assert!(missing.is_empty(), "these never occurred: {missing:?}; seed {seed}");
}
