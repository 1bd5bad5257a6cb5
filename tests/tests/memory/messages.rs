//! Messages that swell, by name: packed as the road carries them, each refused before it is made.
//!
//! It sends none.

use feltbog_protocol::MAX_MESSAGE;

/// CBOR heads: an array, a byte string and a text of eight-byte length, and one level of nesting.
const ARRAY: u8 = 0x9b;
const BYTES: u8 = 0x5b;
const TEXT: u8 = 0x7b;
const NEST: u8 = 0x81;

/// A message by name.
pub type Named = (&'static str, Vec<u8>);

/// All of them.
pub fn all() -> Vec<Named> {
    let zeros = |length: usize| packed(&vec![0; length]);
    let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4][..], &zeros(4 << 20)].concat();
    let mut lies_less = zeros(4 << 20);
    let mut lies_more = zeros(1 << 10);
    says_size(&mut lies_less, 10);
    says_size(&mut lies_more, 6 << 20);
    let mut all = vec![
        ("64 MiB of zeros", zeros(64 << 20)),
        ("as much as a message may have, and none", zeros(MAX_MESSAGE)),
        ("frame after frame", zeros(1 << 20).repeat(64)),
        (
            "empty frames and a full one",
            [zeros(0).repeat(1_000), zeros(4 << 20)].concat(),
        ),
        ("a frame that is skipped, and one that is not", skipped),
        ("more than its size says", lies_less),
        ("less than its size says", lies_more),
        ("without a size", streamed(&vec![0; 6 << 20], 20)),
        ("a window of 128 MiB", streamed(&vec![0; 1 << 20], 27)),
        ("a message packed twice", packed(&zeros(64 << 20))),
        ("a message packed three times", packed(&packed(&zeros(64 << 20)))),
        ("no frame", vec![7; 1_000]),
        ("as many random bytes as may arrive", noise(MAX_MESSAGE)),
        ("more bytes than may arrive", noise(MAX_MESSAGE + 1)),
    ];
    all.extend(items().into_iter().map(|(name, plain)| (name, packed(&plain))));
    all
}

/// CBOR that says there is more than there is, or is made of nothing but heads.
fn items() -> Vec<Named> {
    let endless = |head: u8| [vec![0x81, head], vec![0xff; 8], vec![1, 2, 3]].concat();
    let long = |head: u8| [vec![0x81, head], (1_u64 << 40).to_be_bytes().to_vec(), vec![1]].concat();
    let row = |row: &[u8]| {
        [
            vec![0x82, 0x9f],
            row.repeat(MAX_MESSAGE / row.len() - 8),
            vec![0xff, 0x80],
        ]
        .concat()
    };
    vec![
        ("an array of 2^64", endless(ARRAY)),
        ("bytes of 2^64", endless(BYTES)),
        ("a text of 2^64", endless(TEXT)),
        ("an array of 2^40", long(ARRAY)),
        ("bytes of 2^40", long(BYTES)),
        ("nested arrays", vec![NEST; MAX_MESSAGE - 1]),
        ("nested arrays without end", vec![0x9f; MAX_MESSAGE - 1]),
        ("nested maps without end", vec![0xbf; MAX_MESSAGE - 1]),
        ("tag on tag", vec![0xc1; MAX_MESSAGE - 1]),
        (
            "nested in what nobody knows",
            [&[0x8c, 0x80, 0x80][..], &[NEST; 200_000]].concat(),
        ),
        ("countless empty strings", row(&[0x40])),
        ("countless empty arrays", row(&[0x80])),
        ("countless nothings", row(&[0xf6])),
        (
            "countless documents wanted",
            row(&[&[0x82, 0x50][..], &[7; 16], &[0x80]].concat()),
        ),
        (
            "countless scopes filling",
            row(&[&[0x82, 0x50][..], &[7; 16], &[0]].concat()),
        ),
        ("countless answers", row(&[0x82, 7, 0x80])),
    ]
}

/// Packed as messages are.
pub fn packed(plain: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(plain, 3).unwrap()
}

/// Packed without its size, with this window.
fn streamed(plain: &[u8], window_log: u32) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 19).unwrap();
    encoder.window_log(window_log).unwrap();
    encoder.long_distance_matching(true).unwrap();
    encoder.include_contentsize(false).unwrap();
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

/// Writes another size into the head of a frame (RFC 8878, 3.1.1.1): the two upper bits of the fifth byte say how wide it is.
fn says_size(frame: &mut [u8], size: u32) {
    let is_single = frame[4] & 0x20 != 0;
    let at = if is_single { 5 } else { 6 };
    match frame[4] >> 6 {
        1 => frame[at..at + 2]
            .copy_from_slice(&(u16::try_from(size.saturating_sub(256)).unwrap_or(u16::MAX)).to_le_bytes()),
        2 => frame[at..at + 4].copy_from_slice(&size.to_le_bytes()),
        _ => frame[at] = u8::try_from(size).unwrap_or(u8::MAX),
    }
}

/// Bytes that no packing makes smaller, the head of a frame before them.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = vec![0x28, 0xb5, 0x2f, 0xfd];
    while bytes.len() < length {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        bytes.extend(state.to_be_bytes());
    }
    bytes.truncate(length);
    bytes
}
