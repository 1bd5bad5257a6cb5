//! Makes the two bombs that automerge would swallow: a document that inflates, and a change of endless runs.
//!
//! Owns their bytes, checksums included. It uses neither automerge nor memory to speak of, and it never opens what it made.

use std::io::Read;

use flate2::{Compress, Compression, FlushCompress, Status, bufread::DeflateDecoder};
use sha2::{Digest, Sha256};

/// Who wrote them.
pub const ACTOR: [u8; 24] = *b"a bomb is not a note....";
/// What one piece inflates to: about a thousand times itself, which is the most deflate can do.
pub const PIECE: u64 = 4 << 20;
/// So many pieces are 204 KB of file. automerge holds the inflated 200 MiB about four times while it loads them.
pub const PIECES: u64 = 50;
/// Operations in the change of runs.
pub const RUNS: i64 = 10_000_000;

/// A valid document: one change that puts `pieces` times four MiB of zeros under one key.
pub fn inflating(pieces: u64) -> Vec<u8> {
    let size = pieces * PIECE;
    let mut values = piece().repeat(pieces as usize);
    // The last block of a deflate stream: final, fixed codes, empty.
    values.extend([0x03, 0x00]);
    let hash = one_put(size);
    let changes = [
        (0x01, literal(0)),
        (0x03, literal(1)),
        (0x13, literal(1)),
        (0x23, literal(0)),
    ];
    let more_changes = [(0x40, literal(0)), (0x56, literal(7))];
    let meta = [vec![0x7f], uleb(size << 4 | 7)].concat();
    let ops = [
        (0x15, vec![0x7f, 1, b'k']),
        (0x21, literal(0)),
        (0x23, literal(1)),
        (0x34, vec![1]),
        (0x42, literal(1)),
        (0x56, meta),
        (0x57 | 0b1000, values),
        (0x80, literal(0)),
    ];
    let mut contents = [vec![1, ACTOR.len() as u8], ACTOR.to_vec(), vec![1], hash.to_vec()].concat();
    let changes = [&changes[..], &more_changes[..]].concat();
    contents.extend(layout(&changes));
    contents.extend(layout(&ops));
    for (_, data) in changes.iter().chain(&ops) {
        contents.extend(data);
    }
    contents.push(0);
    chunk(0, &contents)
}

/// A valid change of about a hundred bytes: ten million times the same null under the same key.
pub fn runs() -> Vec<u8> {
    let run = |value: &[u8]| [sleb(RUNS), value.to_vec()].concat();
    let ops = [
        (0x15, run(&[1, b'k'])),
        (0x34, uleb(RUNS as u64)),
        (0x42, run(&[1])),
        (0x56, run(&[0])),
        (0x70, run(&[0])),
    ];
    let mut contents = change_head();
    contents.extend(layout(&ops));
    for (_, data) in &ops {
        contents.extend(data);
    }
    chunk(1, &contents)
}

/// The hash of the change inside the inflating document, over zeros that are never held at once.
pub fn one_put(size: u64) -> [u8; 32] {
    let meta = [vec![0x7f], uleb(size << 4 | 7)].concat();
    let columns = [
        (0x15, vec![0x7f, 1, b'k']),
        (0x34, vec![1]),
        (0x42, literal(1)),
        (0x56, meta),
    ];
    let mut before = change_head();
    before.push(columns.len() as u8 + 2);
    for (spec, data) in &columns {
        before.extend(uleb(*spec));
        before.extend(uleb(data.len() as u64));
    }
    before.extend([vec![0x57], uleb(size), vec![0x70, 2]].concat());
    for (_, data) in &columns {
        before.extend(data);
    }
    let after = literal(0);
    let length = before.len() as u64 + size + after.len() as u64;
    let mut sha = Sha256::new_with_prefix([1]);
    sha.update(uleb(length));
    sha.update(before);
    let zeros = vec![0; PIECE as usize];
    for _ in 0..size / PIECE {
        sha.update(&zeros);
    }
    sha.update(after);
    sha.finalize().into()
}

/// No dependencies, the actor, sequence 1, first operation 1, time 0, no message, no other actors.
fn change_head() -> Vec<u8> {
    [vec![0, ACTOR.len() as u8], ACTOR.to_vec(), vec![1, 1, 0, 0, 0]].concat()
}

/// Four MiB of zeros deflated up to a byte's edge, so that pieces may follow each other.
pub fn piece() -> Vec<u8> {
    let zeros = vec![0; PIECE as usize];
    let mut deflated = Vec::with_capacity(1 << 16);
    let mut deflate = Compress::new(Compression::best(), false);
    let status = deflate.compress_vec(&zeros, &mut deflated, FlushCompress::Full);
    assert_eq!(status.expect("the deflater takes zeros"), Status::Ok);
    let mut first = Vec::new();
    let inflated = DeflateDecoder::new(&deflated[..]).take(PIECE).read_to_end(&mut first);
    assert_eq!(inflated.expect("what was just deflated inflates") as u64, PIECE);
    deflated
}

/// A list of columns: what they are, and how long.
pub fn layout(columns: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut list = uleb(columns.len() as u64);
    for (spec, data) in columns {
        list.extend(uleb(*spec));
        list.extend(uleb(data.len() as u64));
    }
    list
}

/// A chunk whose sum is right.
pub fn chunk(kind: u8, contents: &[u8]) -> Vec<u8> {
    let rest = [vec![kind], uleb(contents.len() as u64), contents.to_vec()].concat();
    let hash = Sha256::digest(&rest);
    [&[0x85, 0x6f, 0x4a, 0x83], &hash[..4], &rest].concat()
}

/// A column of one row: a list of one small number.
pub fn literal(value: u8) -> Vec<u8> {
    vec![0x7f, value]
}

/// An unsigned number.
pub fn uleb(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A positive number, signed: the bit the sign is read from must be clear.
pub fn sleb(value: i64) -> Vec<u8> {
    let mut bytes = uleb(value as u64);
    if let Some(last) = bytes.last_mut().filter(|last| **last & 0x40 != 0) {
        *last |= 0x80;
        bytes.push(0);
    }
    bytes
}
