//! What automerge writes passes the caps, and what would cost too much does not.
//!
//! Owns the proof of `caps` and `chunk` against automerge itself; what a change means is tested with the casebook's rules.

#![allow(clippy::unwrap_used, reason = "a test speaks by failing")]

mod bomb;

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{
    ActorId, AutoCommit, Automerge, Change, ObjId, ObjType, ROOT, ReadDoc, ScalarValue,
    marks::{ExpandMark, Mark},
    transaction::{CommitOptions, Transactable},
};
use feltbog_casebook::{
    caps::{BODY_LIMITS, BodyFacts, CHANGE_LIMITS, Cap, CapError, check_body, check_change},
    chunk::{ChangeHeader, ChunkError, ChunkKind, change_header, claimed_heads, heads_of, split},
};
use feltbog_ids::ChangeHash;
use proptest::{
    collection::vec,
    prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest},
};

/// One thing a person does to a document that two of them share.
#[derive(Debug, Clone)]
enum Step {
    Put(u8, i64),
    Words(u8, String),
    Bytes(Vec<u8>),
    Float(f64),
    Type(usize, usize, String),
    Count(i64),
    Delete(u8),
    Mark(usize, usize, String),
    Insert(usize, i64),
    Nest(u8),
    Commit(i64, String),
    Merge,
    Swap,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (any::<u8>(), any::<i64>()).prop_map(|(key, value)| Step::Put(key % 5, value)),
        (any::<u8>(), ".{0,20}").prop_map(|(key, words)| Step::Words(key % 5, words)),
        vec(any::<u8>(), 0..400).prop_map(Step::Bytes),
        any::<f64>().prop_map(Step::Float),
        (any::<usize>(), 0_usize..6, ".{0,60}").prop_map(|(at, del, words)| Step::Type(at, del, words)),
        (any::<usize>(), 0_usize..6, "[a-zæøå ]{0,400}").prop_map(|(at, del, words)| Step::Type(at, del, words)),
        (-1000_i64..1000).prop_map(Step::Count),
        any::<u8>().prop_map(|key| Step::Delete(key % 5)),
        (any::<usize>(), any::<usize>(), "[a-c]{1,3}").prop_map(|(a, b, name)| Step::Mark(a, b, name)),
        (any::<usize>(), any::<i64>()).prop_map(|(at, value)| Step::Insert(at, value)),
        any::<u8>().prop_map(|key| Step::Nest(key % 3)),
        (i64::MIN / 2..=i64::MAX / 2, ".{0,10}").prop_map(|(time, words)| Step::Commit(time, words)),
        Just(Step::Merge),
        Just(Step::Swap),
    ]
}

/// Two people at one document: the first writes, and `Swap` hands over.
struct Desk {
    docs: Vec<AutoCommit>,
    text: ObjId,
    list: ObjId,
}

impl Desk {
    fn new(actors: &[Vec<u8>]) -> Self {
        let mut first = AutoCommit::new().with_actor(ActorId::from(&actors[0][..]));
        let text = first.put_object(ROOT, "text", ObjType::Text).unwrap();
        let list = first.put_object(ROOT, "list", ObjType::List).unwrap();
        first.put(ROOT, "counter", ScalarValue::counter(1)).unwrap();
        let others = actors[1..]
            .iter()
            .map(|actor| first.fork().with_actor(ActorId::from(&actor[..])));
        let others: Vec<_> = others.collect();
        Self {
            docs: [vec![first], others].concat(),
            text,
            list,
        }
    }

    fn act(&mut self, step: &Step) {
        let (text, list) = (self.text.clone(), self.list.clone());
        let doc = &mut self.docs[0];
        let written = doc.length(&text);
        match step {
            Step::Put(key, value) => doc.put(ROOT, key.to_string(), *value).unwrap(),
            Step::Words(key, words) => doc.put(ROOT, key.to_string(), words.as_str()).unwrap(),
            Step::Bytes(bytes) => doc.put(ROOT, "bytes", bytes.clone()).unwrap(),
            Step::Float(value) => doc.put(ROOT, "float", *value).unwrap(),
            Step::Type(at, del, words) => {
                let at = at % (written + 1);
                let del = (*del).min(written - at) as isize;
                doc.splice_text(&text, at, del, words).unwrap();
            }
            Step::Count(by) => doc.increment(ROOT, "counter", *by).unwrap(),
            Step::Delete(key) if doc.get(ROOT, key.to_string()).unwrap().is_some() => {
                doc.delete(ROOT, key.to_string()).unwrap();
            }
            Step::Mark(a, b, name) if written > 1 => {
                let (a, b) = (a % written, b % written);
                let mark = Mark::new(name.clone(), true, a.min(b), a.max(b) + 1);
                doc.mark(&text, mark, ExpandMark::Both).unwrap();
            }
            Step::Insert(at, value) => {
                let at = at % (doc.length(&list) + 1);
                doc.insert(&list, at, *value).unwrap();
            }
            Step::Nest(key) => {
                let map = doc.put_object(ROOT, format!("map{key}"), ObjType::Map).unwrap();
                doc.put(&map, "inside", ScalarValue::Timestamp(i64::from(*key)))
                    .unwrap();
            }
            Step::Commit(time, words) => {
                doc.commit_with(CommitOptions::default().with_time(*time).with_message(words.clone()));
            }
            Step::Merge => {
                let last = self.docs.len() - 1;
                let (rest, others) = self.docs.split_at_mut(last);
                if let (Some(doc), Some(other)) = (rest.first_mut(), others.first_mut()) {
                    doc.merge(other).unwrap();
                }
            }
            Step::Swap => self.docs.rotate_left(1),
            Step::Delete(_) | Step::Mark(..) => {}
        }
    }

    /// Everything merged, committed.
    fn close(mut self) -> AutoCommit {
        let mut doc = self.docs.remove(0);
        for mut other in self.docs {
            doc.merge(&mut other).unwrap();
        }
        doc.commit();
        doc
    }
}

fn document() -> impl Strategy<Value = AutoCommit> {
    let actors = proptest::collection::btree_set(vec(any::<u8>(), 1..40), 1..4);
    (actors, vec(step(), 0..60)).prop_map(|(actors, steps)| {
        let mut desk = Desk::new(&actors.into_iter().collect::<Vec<_>>());
        for step in &steps {
            desk.act(step);
        }
        desk.close()
    })
}

fn header_of(change: &Change) -> ChangeHeader {
    ChangeHeader {
        hash: ChangeHash(change.hash().0),
        deps: change.deps().iter().map(|dep| ChangeHash(dep.0)).collect(),
        actor: change.actor_id().to_bytes().to_vec(),
        seq: change.seq(),
        start_op: change.start_op().get(),
        time: change.timestamp(),
        message_bytes: change.message().map_or(0, str::len),
        other_actors: change.other_actor_ids().len(),
        extra_bytes: change.extra_bytes().len(),
    }
}

fn heads(doc: &mut AutoCommit) -> Vec<ChangeHash> {
    doc.get_heads().iter().map(|head| ChangeHash(head.0)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_change_automerge_writes_passes_with_automerges_own_facts(mut doc in document()) {
        let mut headers = Vec::new();
        for mut change in doc.get_changes(&[]) {
            let header = header_of(&change);
            prop_assert_eq!(check_change(change.raw_bytes()), Ok(header.clone()));
            prop_assert_eq!(change_header(change.raw_bytes()), Ok(header.clone()));
            let body = check_body(&change.bytes()).unwrap();
            prop_assert_eq!(body.ops, change.len() as u64);
            prop_assert_eq!(&body.loose[..], std::slice::from_ref(&header));
            headers.push(header);
        }
        prop_assert_eq!(heads_of(&headers), heads(&mut doc));
    }

    #[test]
    fn every_body_automerge_saves_passes_with_its_heads(mut doc in document()) {
        let changes = doc.get_changes(&[]);
        let deleted_or_not = changes.iter().map(|change| change.len() as u64).sum::<u64>();
        for body in [doc.save(), doc.save_nocompress()] {
            let facts = check_body(&body).unwrap();
            prop_assert_eq!(&facts.claimed_heads, &heads(&mut doc));
            prop_assert_eq!(claimed_heads(&body), Ok(heads(&mut doc)));
            prop_assert_eq!(facts.changes, changes.len() as u64);
            prop_assert!(facts.ops <= deleted_or_not);
        }
        let mut appended = doc.save_nocompress();
        for change in &changes {
            appended.extend_from_slice(change.raw_bytes());
        }
        let facts = check_body(&appended).unwrap();
        prop_assert_eq!(facts.loose, changes.iter().map(header_of).collect::<Vec<_>>());
        prop_assert_eq!(split(&appended).unwrap().len(), changes.len() + 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_an_error_and_never_a_panic(bytes in vec(any::<u8>(), 0..400), kind in 0_u8..4) {
        prop_assert!(check_change(&bytes).is_err());
        prop_assert!(check_body(&bytes).is_err());
        prop_assert!(split(&bytes).is_err() || bytes.is_empty());
        let sealed = seal(kind, &bytes);
        let _either = (check_change(&sealed), check_body(&sealed), claimed_heads(&sealed));
    }

    #[test]
    fn a_spoiled_chunk_is_refused_or_costs_no_more_than_it_was_counted_for(
        which in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
        flips in vec((any::<prop::sample::Index>(), 0_u8..8), 0..4),
        cuts in prop::bool::weighted(0.3),
    ) {
        let samples = samples();
        let (kind, contents) = which.get(&samples);
        let mut contents = contents.clone();
        if cuts {
            contents.truncate(cut.index(contents.len()));
        }
        for (at, bit) in &flips {
            if !contents.is_empty() {
                let at = at.index(contents.len());
                contents[at] ^= 1 << bit;
            }
        }
        let chunk = seal(*kind, &contents);
        if let Ok(facts) = check_body(&chunk) {
            prop_assert!(facts.ops <= BODY_LIMITS.ops && facts.inflated <= BODY_LIMITS.inflated);
            opens_within(&chunk, &facts);
        }
        if check_change(&chunk).is_ok() {
            let ops = catch_unwind(|| Change::from_bytes(chunk.clone()).map(|change| change.len()));
            prop_assert!(!matches!(ops, Ok(Ok(ops)) if ops as u64 > CHANGE_LIMITS.ops));
        }
    }
}

/// Gives a body that passed to automerge, which may fail or panic, but not make more of it than was counted.
fn opens_within(body: &[u8], facts: &BodyFacts) {
    let loaded = catch_unwind(AssertUnwindSafe(|| {
        let doc = Automerge::load(body).ok()?;
        Some((doc.get_changes(&[]).len() as u64, doc.stats().num_ops))
    }));
    if let Ok(Some((changes, ops))) = loaded {
        assert!(changes <= facts.changes, "{changes} changes came of {}", facts.changes);
        assert!(ops <= facts.ops, "{ops} operations came of {}", facts.ops);
    }
}

/// Contents of real chunks of each kind, to be spoiled.
fn samples() -> Vec<(u8, Vec<u8>)> {
    let steps = [
        Step::Type(0, 0, "Fru Jensen havde det godt i dag. ".repeat(12)),
        Step::Mark(3, 9, "b".into()),
        Step::Commit(1, "besøg".into()),
        Step::Swap,
        Step::Type(0, 0, "Hun spiste frokost.".into()),
        Step::Words(1, "går med rollator".into()),
        Step::Insert(0, 7),
        Step::Nest(1),
        Step::Merge,
        Step::Type(5, 4, "x".into()),
        Step::Count(4),
        Step::Delete(1),
    ];
    let mut desk = Desk::new(&[vec![1; 24], vec![2; 24]]);
    for step in &steps {
        desk.act(step);
    }
    let mut doc = desk.close();
    let mut chunks = vec![doc.save(), doc.save_nocompress()];
    for mut change in doc.get_changes(&[]) {
        chunks.push(change.raw_bytes().to_vec());
        chunks.push(change.bytes().to_vec());
    }
    let contents = |bytes: Vec<u8>| (bytes[8], split(&bytes).unwrap()[0].contents().to_vec());
    chunks.into_iter().map(contents).collect()
}

/// A chunk with a checksum that is right, whatever it holds.
fn seal(kind: u8, contents: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    use std::io::Read;
    let mut hashed = contents.to_vec();
    if kind == 2 {
        hashed.clear();
        let inflater = flate2::bufread::DeflateDecoder::new(contents);
        // Contents that do not inflate get a checksum of what came out before: they are to be refused for it.
        inflater.take(4 << 20).read_to_end(&mut hashed).unwrap_or_default();
    }
    let sum = Sha256::digest(
        [
            header(kind.min(1) * u8::from(kind != 3) + 3 * u8::from(kind == 3), &hashed),
            hashed,
        ]
        .concat(),
    );
    [
        vec![0x85, 0x6f, 0x4a, 0x83],
        sum[..4].to_vec(),
        header(kind, contents),
        contents.to_vec(),
    ]
    .concat()
}

fn header(kind: u8, contents: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind];
    let mut length = contents.len();
    while length >= 0x80 {
        bytes.push(length as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes
}

fn too_large<T>(what: Cap, limit: u64) -> Result<T, CapError> {
    Err(CapError::TooLarge { what, limit })
}

#[test]
fn the_inflating_bomb_is_valid_when_small_and_refused_when_large() {
    let small = bomb::inflating(1);
    let doc = Automerge::load(&small).unwrap();
    assert_eq!(doc.get_heads().len(), 1);
    let facts = check_body(&small).unwrap();
    assert_eq!((facts.ops, facts.changes, facts.inflated), (1, 1, bomb::PIECE));
    let large = bomb::inflating(bomb::PIECES);
    assert!((200_000..210_000).contains(&large.len()), "{} bytes", large.len());
    assert_eq!(check_body(&large), too_large(Cap::Inflated, BODY_LIMITS.inflated));
}

#[test]
fn the_bomb_of_runs_is_refused_alone_and_in_a_body() {
    let runs = bomb::runs();
    assert!(runs.len() < 120, "{} bytes", runs.len());
    assert!(change_header(&runs).is_ok(), "the header and the checksum are right");
    assert_eq!(check_change(&runs), too_large(Cap::Ops, CHANGE_LIMITS.ops));
    assert_eq!(check_body(&runs), too_large(Cap::Ops, BODY_LIMITS.ops));
}

#[test]
fn a_bundle_and_a_chunk_in_the_wrong_place_are_unwanted() {
    let unwanted = Err(CapError::Malformed(ChunkError::Unwanted));
    assert_eq!(
        check_body(&seal(3, b"bundle")),
        Err(CapError::Malformed(ChunkError::Unwanted))
    );
    let document = Automerge::new().save();
    assert_eq!(split(&document).unwrap()[0].kind(), ChunkKind::Document);
    assert_eq!(check_change(&document), unwanted);
}

#[test]
fn a_damaged_change_asks_to_be_fetched_again() {
    let (kind, contents) = samples().remove(2);
    let mut bytes = seal(kind, &contents);
    *bytes.last_mut().unwrap() ^= 1;
    assert_eq!(check_change(&bytes), Err(CapError::Malformed(ChunkError::Damaged)));
}

#[test]
fn nothing_may_stand_before_or_after_a_change() {
    let (kind, contents) = samples().remove(2);
    let bytes = seal(kind, &contents);
    assert!(check_change(&bytes).is_ok());
    assert!(check_change(&[&bytes[..], &[0]].concat()).is_err());
    assert!(check_change(&[&bytes[..], &bytes[..]].concat()).is_err());
    assert!(check_change(&bytes[1..]).is_err());
}

#[test]
fn bytes_past_the_limit_are_not_even_hashed() {
    let long = vec![0; CHANGE_LIMITS.bytes as usize + 1];
    assert_eq!(check_change(&long), too_large(Cap::Bytes, CHANGE_LIMITS.bytes));
}

#[test]
fn many_small_changes_are_counted_together() {
    let mut doc = AutoCommit::new();
    let text = doc.put_object(ROOT, "text", ObjType::Text).unwrap();
    doc.splice_text(&text, 0, 0, &"a".repeat(30_000)).unwrap();
    doc.commit();
    let change = doc.get_changes(&[]).remove(0);
    let body = change.raw_bytes().repeat(14);
    assert!(check_body(&change.raw_bytes().repeat(13)).is_ok());
    assert_eq!(check_body(&body), too_large(Cap::Ops, BODY_LIMITS.ops));
}

#[test]
fn a_repeated_name_is_counted_as_often_as_it_stands() {
    let name = "n".repeat(500);
    let mut doc = AutoCommit::new();
    let mut last = ROOT;
    for _ in 0..10_000 {
        last = doc.put_object(&last, name.as_str(), ObjType::Map).unwrap();
    }
    doc.commit();
    let change = doc.get_changes(&[]).remove(0);
    assert_eq!(
        check_change(change.raw_bytes()),
        too_large(Cap::Inflated, CHANGE_LIMITS.inflated)
    );
}

#[test]
fn a_time_that_automerge_could_not_subtract_is_refused() {
    let mut doc = AutoCommit::new();
    doc.put(ROOT, "k", 1).unwrap();
    doc.commit_with(CommitOptions::default().with_time(i64::MIN));
    let change = doc.get_changes(&[]).remove(0);
    assert!(matches!(check_change(change.raw_bytes()), Err(CapError::Malformed(_))));
}
