//! Every decoder of bytes from outside as one function each: what is held of any input, for fuzzing and for tests alike.
//!
//! Each must return: an answer that is an error is as good as any. It draws no input itself.

use std::fmt::Debug;

use feltbog_casebook::{Book, BookError, Edit, Intent, Projection, caps};
use feltbog_client::{BellLines, vault::Record};
use feltbog_ids::{Cursor, Position};
use feltbog_protocol::{
    BellReply, BodiesReply, BodiesRequest, EnrolReply, EnrolRequest, FeedPage, FeedRequest, MAX_MESSAGE, PushReply,
    PushRequest, RepairReply, RepairRequest, ServerProblem, SignInReply, SignInRequest, pack, unpack,
};
use feltbog_server::import::{Encoding, Mapping, Sheet};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

/// A decoder by name.
pub type Decoder = (&'static str, fn(&[u8]));

/// All of them. Each has a folder of inputs in `fuzz/corpus`.
pub const DECODERS: [Decoder; 10] = [
    ("message", message),
    ("change", change),
    ("body", body),
    ("projection", projection),
    ("intent", intent),
    ("cursor", cursor),
    ("vault", vault),
    ("mapping", mapping),
    ("sheet", sheet),
    ("bell", bell),
];

/// A message of the protocol: the first byte says which, and whether the rest is packed or plain.
pub fn message(bytes: &[u8]) {
    let Some((kind, rest)) = bytes.split_first() else {
        return;
    };
    let packed = if kind & 0x80 == 0 {
        pack_plain(rest)
    } else {
        rest.to_vec()
    };
    match kind & 0x7f {
        0 => both_ways::<PushRequest>(&packed),
        1 => both_ways::<PushReply>(&packed),
        2 => both_ways::<FeedRequest>(&packed),
        3 => both_ways::<FeedPage>(&packed),
        4 => both_ways::<BodiesRequest>(&packed),
        5 => both_ways::<BodiesReply>(&packed),
        6 => both_ways::<EnrolRequest>(&packed),
        7 => both_ways::<EnrolReply>(&packed),
        8 => both_ways::<SignInRequest>(&packed),
        9 => both_ways::<SignInReply>(&packed),
        10 => both_ways::<BellReply>(&packed),
        12 => both_ways::<RepairRequest>(&packed),
        13 => both_ways::<RepairReply>(&packed),
        _ => both_ways::<ServerProblem>(&packed),
    }
}

/// A change by itself, and taken in by the document it was written for; and the same with a sum that fits.
pub fn change(bytes: &[u8]) {
    changes(bytes);
    changes(&mended(bytes));
}

fn changes(bytes: &[u8]) {
    let checked = caps::check_change(bytes);
    let applied = example().apply(bytes);
    match (checked, applied) {
        (Ok(header), Ok(hash)) => assert_eq!(header.hash, hash, "the walk and the engine name one change differently"),
        (Err(_), Ok(_)) => panic!("a change past the caps was taken in"),
        (_, Err(_)) => {}
    }
}

/// A body: opened, projected, read and saved; and the same with a sum that fits.
pub fn body(bytes: &[u8]) {
    opens(bytes);
    opens(&mended(bytes));
}

fn opens(bytes: &[u8]) {
    let checked = caps::check_body(bytes);
    let Ok(book) = Book::open(bytes, []) else { return };
    assert!(checked.is_ok(), "a body past the caps was opened");
    let (projection, words) = (book.project(), book.full_text());
    let saved = book.save();
    match Book::open(&saved, []) {
        Ok(again) => {
            assert_eq!(again.heads(), book.heads());
            assert_eq!((again.project(), again.full_text()), (projection, words));
        }
        // What was just inside a cap may be past it when it is saved otherwise.
        Err(error) => assert!(
            matches!(error, BookError::Capped(_)),
            "a saved body does not open: {error}"
        ),
    }
}

/// A projection: what is not one is unknown, and never an error.
pub fn projection(bytes: &[u8]) {
    let read = Projection::from_bytes(bytes);
    assert_eq!(Projection::from_bytes(&read.to_bytes()), read);
    drop(read.search_words());
}

/// The command behind a change.
pub fn intent(bytes: &[u8]) {
    if let Ok(read) = minicbor::decode::<Intent>(bytes) {
        let written = minicbor::to_vec(&read).expect("writing to memory does not fail");
        // Compared as bytes: of a number that is none, no two are equal.
        let again: Intent = minicbor::decode(&written).expect("what was written can be read");
        let twice = minicbor::to_vec(&again).expect("writing to memory does not fail");
        assert_eq!(written, twice);
        drop(read.words());
    }
}

/// A cursor as a word.
pub fn cursor(bytes: &[u8]) {
    let Ok(word) = std::str::from_utf8(bytes) else { return };
    if let Ok(read) = word.parse::<Cursor>() {
        assert_eq!(read.to_string().parse::<Cursor>(), Ok(read));
    }
}

/// The key's record. It is not unwrapped: what a guess costs is meant to be dear.
pub fn vault(bytes: &[u8]) {
    if let Ok(read) = Record::from_json(bytes) {
        let written = read.to_json();
        let again = Record::from_json(&written).expect("what was written can be read");
        assert_eq!(again.to_json(), written);
    }
}

/// An importer's mapping.
pub fn mapping(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        drop(Mapping::parse(text));
    }
}

/// An importer's file: the first byte says how it is written and divided.
pub fn sheet(bytes: &[u8]) {
    let Some((how, rest)) = bytes.split_first() else {
        return;
    };
    let encoding = if how & 1 == 0 {
        Encoding::Utf8
    } else {
        Encoding::Windows1252
    };
    let delimiter = [b',', b';', b'\t', b'|'][usize::from(how >> 1 & 3)];
    let Ok(sheet) = Sheet::open(rest, delimiter, encoding, None) else {
        return;
    };
    let many = sheet.header().len();
    for row in sheet {
        assert!(row.cells.is_err() || row.cells.is_ok_and(|cells| cells.len() == many));
    }
}

/// The bell's line: what is heard does not depend on how the bytes arrive.
pub fn bell(bytes: &[u8]) {
    let whole = BellLines::default().take(bytes);
    let mut lines = BellLines::default();
    let single: Option<Position> = bytes.chunks(1).filter_map(|byte| lines.take(byte)).max();
    assert_eq!(whole, single);
}

/// The document that `change` takes changes into.
pub fn example() -> Book {
    use feltbog_casebook::{Birth, Kind};
    use feltbog_ids::{DocId, WorkspaceId};
    Book::born(Birth {
        workspace: WorkspaceId::from_bytes([1; 16]),
        kind: Kind::Note,
        id: DocId::from_bytes([2; 16]),
        parent: Some(DocId::from_bytes([3; 16])),
    })
}

/// Edits that touch every limb of a document.
pub fn edits() -> Vec<Edit> {
    let text = Edit::Type {
        before: String::new(),
        after: "Sad i kælderen og skrev. ☂".to_owned(),
    };
    vec![Edit::root("title", "Uro"), Edit::within("fields", "nr", "7"), text]
}

/// The first chunk with the length and the sum that fit what is in it: without them hardly any change of a byte gets past
/// the door. The chunk is four bytes of magic, four of the sum, its kind, its length in LEB128, and the rest.
fn mended(bytes: &[u8]) -> Vec<u8> {
    let Some((head, rest)) = bytes.split_at_checked(9) else {
        return bytes.to_vec();
    };
    let length = rest.iter().take_while(|byte| **byte >= 0x80).count() + 1;
    let inside = rest.get(length..).unwrap_or_default();
    let mut summed = vec![head[8]];
    let mut left = inside.len();
    while left >= 0x80 {
        summed.push(u8::try_from(left & 0x7f).expect("seven bits") | 0x80);
        left >>= 7;
    }
    summed.push(u8::try_from(left).expect("seven bits"));
    summed.extend_from_slice(inside);
    let sum = Sha256::digest(&summed);
    [&head[..4], &sum[..4], &summed].concat()
}

fn both_ways<T>(packed: &[u8])
where
    T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + Debug,
{
    if let Ok(read) = unpack::<T>(packed, MAX_MESSAGE) {
        let again = unpack::<T>(&pack(&read), MAX_MESSAGE);
        assert_eq!(again.expect("what was packed can be unpacked"), read);
    }
}

/// Bytes as they lie inside a packed message.
fn pack_plain(bytes: &[u8]) -> Vec<u8> {
    struct Raw<'a>(&'a [u8]);
    impl Encode<()> for Raw<'_> {
        fn encode<W: minicbor::encode::Write>(
            &self,
            e: &mut minicbor::Encoder<W>,
            _: &mut (),
        ) -> Result<(), minicbor::encode::Error<W::Error>> {
            let written = e.writer_mut().write_all(self.0);
            written.map_err(minicbor::encode::Error::write)
        }
    }
    pack(&Raw(bytes))
}
