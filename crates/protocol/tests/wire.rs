//! The bytes on the road: frozen, and safe to read from anyone.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use feltbog_ids::{
    ChangeHash, CommandId, Cursor, DigestOf, DocId, EnrolmentId, Generation, Instant, PersonId, Position, ScopeId,
    WorkspaceId,
};
use feltbog_protocol as wire;
use minicbor::{Decode, Encode};
use proptest::prelude::{any, prop, proptest};

fn doc() -> DocId {
    DocId::from_bytes([2; 16])
}

fn cursor() -> Cursor {
    Cursor {
        generation: Generation([3; 16]),
        position: Position(300),
    }
}

/// Encodes and decodes, and returns the hexadecimal form to compare with the frozen one.
fn both_ways<T>(message: &T) -> String
where
    T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + std::fmt::Debug,
{
    let bytes = minicbor::to_vec(message).unwrap();
    assert_eq!(&minicbor::decode::<T>(&bytes).unwrap(), message);
    assert_eq!(
        &wire::unpack::<T>(&wire::pack(message), wire::MAX_MESSAGE).unwrap(),
        message
    );
    hex::encode(bytes)
}

fn entry() -> wire::Entry {
    wire::Entry {
        doc: doc(),
        kind: "note".to_owned(),
        parent: Some(DocId::from_bytes([4; 16])),
        scopes: vec![ScopeId::from_bytes([5; 16])],
        heads: vec![ChangeHash([6; 32])],
        size: 700,
        position: Position(299),
        projection_version: 1,
        projection: vec![7, 7],
        changes: vec![vec![8, 8].into()],
        received: Instant(9),
        epoch: None,
    }
}

#[test]
fn a_push_is_written_as_devices_of_two_versions_back_write_it() {
    let item = wire::PushItem {
        doc: doc(),
        kind: "note".to_owned(),
        parent: None,
        change: vec![1, 2, 3],
        made_on: Some(cursor()),
    };
    assert_eq!(
        both_ways(&wire::PushRequest {
            items: vec![item],
            loose: Vec::new(),
        }),
        concat!(
            "8181855002020202020202020202020202020202646e6f7465f6430102038250030303030303030303030303030303031901",
            "2c",
        )
    );
    let answers = vec![
        wire::Answer::Stored(Position(1)),
        wire::Answer::Known(Position(2)),
        wire::Answer::Needs(vec![ChangeHash([1; 32])]),
        wire::Answer::NeedsParent(doc()),
        wire::Answer::Refused(wire::Reason::Rule),
    ];
    assert_eq!(
        both_ways(&wire::PushReply {
            answers,
            server_time: Instant(5),
            generation: Some(Generation([3; 16])),
            handed: Vec::new(),
        }),
        concat!(
            "8385820081018201810282028181582001010101010101010101010101010101010101010101010101010101010101018203",
            "815002020202020202020202020202020202820481050550030303030303030303030303030303",
            "03",
        )
    );
}

#[test]
fn an_answer_from_before_it_named_its_life_is_read_still() {
    let old = hex::decode("8281820081010 5".replace(' ', "")).unwrap();
    let reply: wire::PushReply = minicbor::decode(&old).unwrap();
    assert_eq!(reply.answers, [wire::Answer::Stored(Position(1))]);
    assert_eq!(reply.generation, None);
    assert_eq!(reply.handed, []);
}

#[test]
fn words_without_a_place_are_written_as_devices_of_two_versions_back_write_them() {
    let loose = wire::Loose {
        id: CommandId::from_bytes([1; 16]),
        case: Some(DocId::from_bytes([4; 16])),
        note: doc(),
        words: Some("Ord".to_owned()),
        at: Instant(9),
        finished: true,
        edition: 2,
    };
    let later = wire::Loose {
        case: None,
        words: None,
        ..loose.clone()
    };
    let request = wire::PushRequest {
        items: Vec::new(),
        loose: vec![loose, later],
    };
    assert_eq!(
        both_ways(&request),
        concat!(
            "8280828750010101010101010101010101010101015004040404040404040404040404040404500202020202020202020202",
            "0202020202634f726409f502875001010101010101010101010101010101f650020202020202020202020202020202",
            "02f609f502",
        )
    );
    let reply = wire::PushReply {
        answers: Vec::new(),
        server_time: Instant(5),
        generation: None,
        handed: vec![
            wire::Handed::Taken,
            wire::Handed::Later,
            wire::Handed::Refused(wire::Reason::TooLarge),
        ],
    };
    assert_eq!(both_ways(&reply), "848005f683820080820180820281 02".replace(' ', ""));
}

#[test]
fn a_page_is_written_as_devices_of_two_versions_back_read_it() {
    let request = wire::FeedRequest {
        cursor: Some(cursor()),
        filling: vec![wire::Filling {
            scope: ScopeId::from_bytes([5; 16]),
            upto: Position(4),
        }],
        erased: None,
    };
    assert_eq!(
        both_ways(&request),
        "8282500303030303030303030303030303030319012c8182500505050505050505050505050505050504"
    );
    let claiming = wire::FeedRequest {
        erased: Some(cursor()),
        filling: Vec::new(),
        ..request
    };
    assert_eq!(
        both_ways(&claiming),
        "8382500303030303030303030303030303030319012c8082500303030303030303030303030303030319012c"
    );
    let scopes = vec![wire::ScopeState {
        scope: ScopeId::from_bytes([5; 16]),
        count: 1,
        digest: DigestOf([1; 16]),
        reads_only: None,
    }];
    let page = wire::FeedPage {
        lost: vec![ScopeId::from_bytes([6; 16])],
        left: vec![doc()],
        entries: vec![entry()],
        cursor: cursor(),
        filling: vec![],
        closing: Some(wire::Closing {
            position: Position(300),
            scopes,
        }),
        server_time: Instant(10),
        ends: vec![wire::ScopeEnd {
            scope: ScopeId::from_bytes([5; 16]),
            until: Instant(11),
        }],
        unread: None,
    };
    assert_eq!(
        both_ways(&page),
        concat!(
            "88815006060606060606060606060606060606815002020202020202020202020202020202818b5002020202020202020202",
            "020202020202646e6f7465500404040404040404040404040404040481500505050505050505050505050505050581582006",
            "060606060606060606060606060606060606060606060606060606060606061902bc19012b01420707814208080982500303",
            "030303030303030303030303030319012c808219012c81835005050505050505050505050505050505015001010101010101",
            "0101010101010101010a818250050505050505050505050505050505050b",
        )
    );
}

#[test]
fn what_the_server_cannot_read_is_written_as_devices_of_two_versions_back_overlook_it() {
    let unread = wire::Unread {
        doc: doc(),
        scopes: vec![ScopeId::from_bytes([5; 16])],
    };
    assert_eq!(
        both_ways(&unread),
        "825002020202020202020202020202020202815005050505050505050505050505050505"
    );
    let bodies = wire::BodiesReply {
        bodies: Vec::new(),
        absent: Vec::new(),
        unread: Some(vec![doc()]),
    };
    assert_eq!(both_ways(&bodies), "858080f6f6815002020202020202020202020202020202");
    let state = wire::ScopeState {
        scope: ScopeId::from_bytes([5; 16]),
        count: 1,
        digest: DigestOf([1; 16]),
        reads_only: Some(true),
    };
    assert_eq!(
        both_ways(&state),
        "8650050505050505050505050505050505050150010101010101010101010101010101 01f6f6f5".replace(' ', "")
    );
    assert_eq!(both_ways(&wire::Answer::Later), "820780");
}

#[test]
fn a_page_from_before_scopes_ended_by_the_clock_is_read_still() {
    let old = hex::decode("878080808250030303030303030303030303030303030180f60a").unwrap();
    let page: wire::FeedPage = minicbor::decode(&old).unwrap();
    assert_eq!((page.server_time, page.ends), (Instant(10), Vec::new()));
}

/// A page as a device reads it that knows nothing of such ends.
#[derive(Debug, PartialEq, Eq, Decode)]
struct OlderPage {
    #[n(3)]
    cursor: Cursor,
    #[n(6)]
    server_time: Instant,
}

#[test]
fn a_device_from_before_scopes_ended_by_the_clock_reads_a_page_still() {
    let page = wire::FeedPage {
        lost: Vec::new(),
        left: Vec::new(),
        entries: Vec::new(),
        cursor: cursor(),
        filling: Vec::new(),
        closing: None,
        server_time: Instant(10),
        ends: vec![wire::ScopeEnd {
            scope: ScopeId::from_bytes([5; 16]),
            until: Instant(11),
        }],
        unread: None,
    };
    let read: OlderPage = minicbor::decode(&minicbor::to_vec(&page).unwrap()).unwrap();
    let (cursor, server_time) = (cursor(), Instant(10));
    assert_eq!(read, OlderPage { cursor, server_time });
}

#[test]
fn a_repair_is_asked_and_answered_as_devices_of_two_versions_back_do() {
    let scope = ScopeId::from_bytes([5; 16]);
    let request = wire::RepairRequest {
        scope,
        key: [9; 16],
        cursor: cursor(),
        prints: vec![1, 2, 3, 4, 5, 6, 7, 8],
    };
    assert_eq!(
        both_ways(&request),
        concat!(
            "84500505050505050505050505050505050550090909090909090909090909090909098250030303030303030303030303030303",
            "0319012c480102030405060708",
        )
    );
    let state = wire::ScopeState {
        scope,
        count: 1,
        digest: DigestOf([1; 16]),
        reads_only: None,
    };
    let reply = |found| wire::RepairReply {
        found,
        entries: Vec::new(),
        strangers: vec![8; 8],
        state,
        cursor: cursor(),
        server_time: Instant(10),
    };
    for (found, byte) in [
        (wire::Found::All, "00"),
        (wire::Found::Part, "01"),
        (wire::Found::Moved, "02"),
    ] {
        assert_eq!(
            both_ways(&reply(found)),
            format!(
                "86{byte}8048080808080808080883500505050505050505050505050505050501500101010101010101010101010101010182\
                 500303030303030303030303030303030319012c0a"
            )
        );
    }
}

#[test]
fn bodies_bell_and_enrolment_are_written_as_before() {
    let want = wire::Want {
        doc: doc(),
        have: vec![ChangeHash([1; 32])],
    };
    assert_eq!(
        both_ways(&wire::BodiesRequest { wants: vec![want] }),
        concat!(
            "8181825002020202020202020202020202020202815820010101010101010101010101010101010101010101010101010101",
            "0101010101",
        )
    );
    let body = wire::Body {
        doc: doc(),
        heads: vec![ChangeHash([1; 32])],
        whole: true,
        bytes: vec![1],
        epoch: None,
    };
    assert_eq!(
        both_ways(&wire::BodiesReply {
            bodies: vec![body],
            absent: vec![doc()],
            unread: None,
        }),
        concat!(
            "8281845002020202020202020202020202020202815820010101010101010101010101010101010101010101010101010101",
            "0101010101f54101815002020202020202020202020202020202",
        )
    );
    let enrolled = wire::EnrolReply {
        workspace: WorkspaceId::from_bytes([1; 16]),
        person: PersonId::from_bytes([2; 16]),
        enrolment: EnrolmentId::from_bytes([3; 16]),
        session: "s".to_owned(),
        time_zone: "Europe/Copenhagen".to_owned(),
        server_time: Instant(1),
    };
    assert_eq!(
        both_ways(&enrolled),
        concat!(
            "8650010101010101010101010101010101015002020202020202020202020202020202500303030303030303030303030303",
            "03036173714575726f70652f436f70656e686167656e01",
        )
    );
    let rung = wire::BellReply {
        position: Position(300),
    };
    assert_eq!(both_ways(&rung), "8119012c");
    assert_eq!(
        both_ways(&wire::ServerProblem::TooManyTries { seconds: 30 }),
        "820481181e"
    );
}

#[test]
fn an_epoch_is_named_where_there_is_one_and_takes_no_byte_where_there_is_none() {
    let mut named = entry();
    named.epoch = Some(Instant(7));
    let (first, later) = (minicbor::to_vec(entry()).unwrap(), both_ways(&named));
    let first = hex::encode(first);
    assert_eq!(first.get(..2), Some("8b"), "eleven pieces, as before there were epochs");
    assert_eq!(later, format!("8c{}07", &first[2..]));
    let body = wire::Body {
        doc: doc(),
        heads: vec![],
        whole: true,
        bytes: vec![1],
        epoch: Some(Instant(7)),
    };
    assert_eq!(
        both_ways(&body),
        "8550020202020202020202020202020202028 0f5410107".replace(' ', "")
    );
}

#[test]
fn a_message_that_swells_past_its_limit_is_refused_unread() {
    let swollen = zstd::bulk::compress(&vec![0; 64 * 1024 * 1024], 19).unwrap();
    assert!(swollen.len() < 10_000);
    let refused = wire::unpack::<wire::PushRequest>(&swollen, wire::MAX_MESSAGE);
    assert!(matches!(refused, Err(wire::WireError::TooLarge { .. })));
}

proptest! {
    #[test]
    fn bytes_from_anyone_are_an_error_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let packed = zstd::bulk::compress(&bytes, 1).unwrap();
        for bytes in [&bytes, &packed] {
            let read = [
                wire::unpack::<wire::PushRequest>(bytes, 4096).is_ok(),
                wire::unpack::<wire::PushReply>(bytes, 4096).is_ok(),
                wire::unpack::<wire::FeedRequest>(bytes, 4096).is_ok(),
                wire::unpack::<wire::FeedPage>(bytes, 4096).is_ok(),
                wire::unpack::<wire::BodiesReply>(bytes, 4096).is_ok(),
                wire::unpack::<wire::BellReply>(bytes, 4096).is_ok(),
                wire::unpack::<wire::RepairRequest>(bytes, 4096).is_ok(),
                wire::unpack::<wire::RepairReply>(bytes, 4096).is_ok(),
                wire::unpack::<wire::ServerProblem>(bytes, 4096).is_ok(),
            ];
            proptest::prop_assert!(read.len() == 9);
        }
    }
}
