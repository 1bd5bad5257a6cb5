//! Each decoder over the kept inputs of `fuzz/corpus` and thousands of seeded changes of them: none panics, none takes 16 MB,
//! and what was read is read the same again. `FELTBOG_SEED` runs the same changes again.
//!
//! Longer runs are cargo-fuzz's, over the same functions. One test alone, since its threads are counted together.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::panic::{catch_unwind, set_hook, take_hook};
use std::path::{Path, PathBuf};

use feltbog_tests::Chance;
use feltbog_tests::decoders::{DECODERS, Decoder};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Bytes that one input may cost.
const LIMIT: usize = 16 << 20;

/// Changed inputs for each decoder.
const CHANGED: usize = 5_000;

#[test]
fn no_bytes_from_outside_panic_or_cost_much_and_what_is_read_is_read_the_same_again() {
    let asked = std::env::var("FELTBOG_SEED").ok();
    let seed = asked.map_or_else(|| RandomState::new().hash_one(0) >> 16, |word| word.parse().unwrap());
    println!("seed {seed}");
    for decoder in DECODERS {
        let kept = corpus(decoder.0);
        assert!(!kept.is_empty(), "{} has no kept input", decoder.0);
        let mut chance = Chance::of(seed);
        let mut dearest = 0;
        for input in &kept {
            dearest = dearest.max(costs(decoder, input, seed));
        }
        for _ in 0..CHANGED {
            let input = changed(&mut chance, &kept);
            dearest = dearest.max(costs(decoder, &input, seed));
        }
        println!("{:>10}: {} kept, {dearest} bytes at most", decoder.0, kept.len());
    }
}

/// What an input costs; it fails with the input where that is too much, or where the decoder's promise is broken.
fn costs((name, decode): Decoder, input: &[u8], seed: u64) -> usize {
    // The product catches what panics inside the merge engine; to tell of each would cost more than it does.
    let tells = take_hook();
    set_hook(Box::new(|_| {}));
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    let held = catch_unwind(|| decode(input));
    let cost = HEAP.peak_usage().saturating_sub(before);
    set_hook(tells);
    let hex: String = input.iter().take(2_000).map(|byte| format!("{byte:02x}")).collect();
    if let Err(why) = held {
        let words = why.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| why.downcast_ref::<&str>().copied());
        panic!("{name}, seed {seed}: {}: {hex}", words.unwrap_or("it panicked"));
    }
    assert!(cost < LIMIT, "{name}, seed {seed}: it cost {cost} bytes: {hex}");
    cost
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(name);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// One of the kept inputs with a few things done to it.
fn changed(chance: &mut Chance, kept: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = chance.one(kept).clone();
    for _ in 0..=chance.below(6) {
        let at = chance.below(bytes.len() + 1);
        match chance.below(7) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, chance.bytes::<1>()[0]),
            2 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            3 if at < bytes.len() => bytes[at] = *chance.one(&[0, 0x7f, 0x80, 0xff, 0x1b, 0x9b, 0xbb, b'\n']),
            4 => {
                let other = chance.one(kept);
                let from = chance.below(other.len() + 1);
                bytes.splice(at.., other[from..].iter().copied());
            }
            5 => {
                let end = (at + chance.below(16)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => {
                let end = (at + chance.below(64)).min(bytes.len());
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
        }
    }
    bytes
}
