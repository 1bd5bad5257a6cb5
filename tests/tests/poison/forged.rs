//! Changes no app of ours sends, each wrong in one way.
//!
//! They go by a real session, past the notebook.

use feltbog_casebook::{Birth, Book, Edit, Kind, Pen};
use feltbog_ids::{ActorId, DocId, EnrolmentId};
use feltbog_protocol::{Answer, PushItem, PushRequest};
use feltbog_tests::{Tablet, World};
use sha2::{Digest, Sha256};

/// Sends one item as this person's device.
pub fn sends(tablet: &Tablet, item: PushItem) -> Answer {
    let at = tablet.replica().identity().workspace;
    let request = PushRequest {
        items: vec![item],
        loose: Vec::new(),
    };
    let reply = tablet.remote.forges(&tablet.session(), at, &request).unwrap();
    reply.answers.into_iter().next().unwrap()
}

/// An item of a document as its birth names it.
pub fn item(birth: &Birth, change: Vec<u8>) -> PushItem {
    PushItem {
        doc: birth.id,
        kind: birth.kind.word().to_owned(),
        parent: birth.parent,
        change,
        made_on: None,
    }
}

/// An edit of a document as this enrolment would write it.
pub fn edit(world: &World, enrolment: EnrolmentId, doc: DocId, edits: &[Edit]) -> PushItem {
    let mut book = world.town.book(doc).unwrap();
    let change = written(&mut book, enrolment, world, edits);
    item(book.birth(), change)
}

/// The bytes of an edit.
pub fn written(book: &mut Book, enrolment: EnrolmentId, world: &World, edits: &[Edit]) -> Vec<u8> {
    let actor = ActorId::new(enrolment, [0xab; 8]);
    let pen = Pen {
        actor,
        spare: actor,
        time: world.clock.now(),
    };
    let heads = book.heads();
    book.write(&pen, &heads, edits).unwrap().unwrap().bytes
}

/// A birth of this kind under a parent.
pub fn birth(tablet: &Tablet, kind: Kind, parent: DocId) -> Birth {
    Birth {
        workspace: tablet.replica().identity().workspace,
        kind,
        id: DocId::from_bytes([0x5a; 16]),
        parent: Some(parent),
    }
}

/// The change with bytes behind its columns, and a length and a sum that fit.
pub fn with_extra_bytes(change: &[u8]) -> Vec<u8> {
    let (head, rest) = change.split_at(9);
    let length = rest.iter().take_while(|byte| **byte >= 0x80).count() + 1;
    let mut contents = rest[length..].to_vec();
    contents.extend([1, 2, 3]);
    let mut rest = vec![head[8]];
    let mut left = contents.len();
    while left >= 0x80 {
        rest.push(u8::try_from(left & 0x7f).unwrap() | 0x80);
        left >>= 7;
    }
    rest.push(u8::try_from(left).unwrap());
    rest.extend(contents);
    let sum = Sha256::digest(&rest);
    [&head[..4], &sum[..4], &rest].concat()
}
