//! The relatives of the two bombs: each says in a few bytes that there is more of something than anybody can hold.
//!
//! Every one has a length and a sum that fit, so that what is refused is what it says. It opens none of them.

use std::io::Write;

use flate2::{Compression, write::DeflateEncoder};

use super::generator::{
    ACTOR, PIECE, PIECES, RUNS, chunk, inflating, layout, literal, one_put, piece, runs, sleb, uleb,
};

/// More than fits into any memory.
const ENDLESS: u64 = 1 << 60;

/// Columns of operations, by what automerge writes in them: of a change, and of a document where it has others.
const OPS: [(u64, &str); 17] = [
    (0x01, "object actor"),
    (0x02, "object counter"),
    (0x11, "key actor"),
    (0x13, "key counter"),
    (0x15, "key"),
    (0x21, "id actor"),
    (0x23, "id counter"),
    (0x34, "insert"),
    (0x42, "action"),
    (0x56, "value metadata"),
    (0x57, "value"),
    (0x70, "predecessor count"),
    (0x71, "predecessor actor"),
    (0x73, "predecessor counter"),
    (0x80, "successor count"),
    (0x81, "successor actor"),
    (0x83, "successor counter"),
];

/// Columns of the changes of a document.
const CHANGES: [(u64, &str); 9] = [
    (0x01, "actor"),
    (0x03, "sequence"),
    (0x13, "last operation"),
    (0x23, "time"),
    (0x35, "message"),
    (0x40, "dependency count"),
    (0x43, "dependency"),
    (0x56, "extra metadata"),
    (0x57, "extra"),
];

/// A bomb by name.
pub type Named = (String, Vec<u8>);

/// All of them: each is to be thrown as a change and as a document.
pub fn all() -> Vec<Named> {
    let mut all = vec![("inflating".to_owned(), inflating(PIECES)), ("runs".to_owned(), runs())];
    all.extend(columns());
    all.extend(counts());
    all.extend(nested());
    all
}

/// One column that stands for endless rows, in a change, and in either table of a document.
fn columns() -> Vec<Named> {
    let mut made = Vec::new();
    for (spec, name) in OPS {
        for (how, data) in endless(spec) {
            made.push((format!("change, {name}, {how}"), change_of(&[(spec, data.clone())])));
            made.push((
                format!("document, {name}, {how}"),
                document_of(&[], &[(spec, data.clone())]),
            ));
            let deflated = [(spec | 0b1000, deflated(&data))];
            made.push((format!("deflated, {name}, {how}"), document_of(&[], &deflated)));
        }
    }
    for (spec, name) in CHANGES {
        for (how, data) in endless(spec) {
            made.push((format!("changes, {name}, {how}"), document_of(&[(spec, data)], &[])));
        }
    }
    made
}

/// What a column of this kind can say to be endless.
fn endless(spec: u64) -> Vec<(&'static str, Vec<u8>)> {
    let many = |value: Vec<u8>| [sleb(RUNS), value].concat();
    let one = |value: Vec<u8>| [sleb(1), value].concat();
    let most = |value: Vec<u8>| [sleb(i64::MAX), value].concat();
    let mut ways = match spec & 0b111 {
        0 => vec![("a run", many(uleb(1))), ("one large group", one(uleb(ENDLESS)))],
        3 => vec![("a run", many(sleb(0))), ("one large step", one(sleb(i64::MAX)))],
        4 => vec![("a run", uleb(RUNS as u64)), ("a longer run", uleb(u64::MAX))],
        5 => vec![
            ("a run", many(vec![1, b'k'])),
            ("a long word", one([uleb(ENDLESS), vec![b'k']].concat())),
            ("a word repeated", many([uleb(200), vec![b'k'; 200]].concat())),
        ],
        6 => vec![("a run", many(uleb(0x17))), ("one large value", one(uleb(ENDLESS)))],
        7 => vec![("zeros", vec![0; 1 << 10])],
        _ => vec![("a run", many(uleb(0)))],
    };
    if !matches!(spec & 0b111, 4 | 7) {
        ways.push(("the longest run", most(uleb(0))));
        ways.push(("left out", [vec![0], uleb(RUNS as u64)].concat()));
        ways.push(("a list cut short", sleb(-RUNS)));
    }
    ways
}

/// Counts and lengths in the heads of changes.
fn counts() -> Vec<Named> {
    let head = [vec![ACTOR.len() as u8], ACTOR.to_vec()].concat();
    // After dependencies and actor come sequence, first operation, time, message, other actors, columns.
    let after = |rest: &[u8]| chunk(1, &[&[0][..], &head, rest].concat());
    let then = |start: &[u8], more: Vec<u8>| [start.to_vec(), more].concat();
    let many_actors = [vec![1, 1, 0, 0], uleb(200_000), vec![0; 200_000]].concat();
    let longer = [&[0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1][..], &uleb(ENDLESS)].concat();
    let mut made = vec![
        ("endless dependencies", chunk(1, &then(&uleb(ENDLESS), head.clone()))),
        ("an endless actor", chunk(1, &then(&[0], uleb(ENDLESS)))),
        ("endless actors", after(&then(&[1, 1, 0, 0], uleb(ENDLESS)))),
        ("many empty actors", after(&many_actors)),
        ("an endless message", after(&then(&[1, 1, 0], uleb(ENDLESS)))),
        ("endless columns", after(&then(&[1, 1, 0, 0, 0], uleb(ENDLESS)))),
        (
            "an endless column",
            after(&then(&[1, 1, 0, 0, 0, 1, 0x15], uleb(ENDLESS))),
        ),
        ("a number without end", chunk(1, &[0x80; 40])),
        ("a chunk longer than its bytes", longer),
    ];
    made.extend(counts_of_documents());
    made.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect()
}

/// The same of documents.
fn counts_of_documents() -> [(&'static str, Vec<u8>); 4] {
    let then = |start: &[u8], more: Vec<u8>| [start.to_vec(), more].concat();
    [
        ("a document of endless actors", chunk(0, &uleb(ENDLESS))),
        ("a document of endless heads", chunk(0, &then(&[0], uleb(ENDLESS)))),
        (
            "a document of many empty actors",
            chunk(0, &then(&uleb(1_000_000), vec![0; 1_000_000])),
        ),
        (
            "a document of many heads",
            chunk(0, &[vec![0], uleb(60_001), vec![7; 32 * 60_001]].concat()),
        ),
    ]
}

/// One thing inside another.
fn nested() -> Vec<Named> {
    let inside = |bomb: &[u8]| chunk(2, &deflated(bomb));
    let pieces: Vec<u8> = [piece().repeat(8), vec![0x03, 0x00]].concat();
    let twice = deflated(&deflated(&vec![0; PIECE as usize]));
    let made = [
        (
            "a compressed change of runs",
            inside(runs().get(10..).unwrap_or_default()),
        ),
        ("a compressed change that inflates", chunk(2, &pieces)),
        ("a change in a change", change_of(&[(0x57, runs())])),
        (
            "a document in a document",
            document_of(&[], &[(0x56, vec![0x7f, 0x07]), (0x57, inflating(1))]),
        ),
        ("a column deflated twice", document_of(&[], &[(0x57 | 0b1000, twice)])),
        ("document after document", inflating(1).repeat(20)),
        ("a document, then runs", [inflating(1), runs()].concat()),
        ("change after change", one_change().repeat(25_000)),
    ];
    made.map(|(name, bytes)| (name.to_owned(), bytes)).into()
}

/// A small change that is one.
fn one_change() -> Vec<u8> {
    change_of(&[
        (0x15, vec![0x7f, 1, b'k']),
        (0x34, vec![1]),
        (0x42, literal(1)),
        (0x56, literal(0)),
        (0x70, literal(0)),
    ])
}

fn change_of(columns: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut contents = [vec![0, ACTOR.len() as u8], ACTOR.to_vec(), vec![1, 1, 0, 0, 0]].concat();
    contents.extend(layout(columns));
    columns.iter().for_each(|(_, data)| contents.extend(data));
    chunk(1, &contents)
}

fn document_of(changes: &[(u64, Vec<u8>)], ops: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut contents = [vec![1, ACTOR.len() as u8], ACTOR.to_vec(), vec![1], one_put(0).to_vec()].concat();
    contents.extend(layout(changes));
    contents.extend(layout(ops));
    changes.iter().chain(ops).for_each(|(_, data)| contents.extend(data));
    contents.push(0);
    chunk(0, &contents)
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
    deflate.write_all(bytes).expect("the deflater takes any bytes");
    deflate.finish().expect("memory does not fail")
}
