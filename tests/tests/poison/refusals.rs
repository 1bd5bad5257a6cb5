//! Every check of a push, in its order: what breaks it is answered as it should be, changes nothing, and the sender's
//! device puts it into words.
//!
//! That each reason has words in both languages, and says what to do, the page's own tests hold.

use feltbog_casebook::{Edit, Kind, Role, Scalar};
use feltbog_ids::{ChangeHash, DocId, EnrolmentId, Span};
use feltbog_protocol::{Answer, MAX_CHANGE, PushItem, PushReply, Reason};
use feltbog_tests::{Tablet, World};
use feltbog_views::Refusal;

use crate::forged::{birth, edit, item, sends, with_extra_bytes, written};

const FIELD: &str = "mobilitet";

/// No document has this id.
const NOWHERE: DocId = DocId::from_bytes([0x77; 16]);

fn field() -> [Edit; 1] {
    [Edit::within("fields", FIELD, "falsk")]
}

/// A finished note of Anna's, and what a device that altered it would send.
fn on_a_finished_note(world: &World, anna: &Tablet) -> PushItem {
    let note = anna.writes(world.town.cases[0], "Alt vel.");
    anna.finishes(note).unwrap();
    anna.settles();
    let me = anna.replica().identity().enrolment;
    let more = Edit::Type {
        before: "Alt vel.".to_owned(),
        after: "Alt vel. Og mere.".to_owned(),
    };
    edit(world, me, note, &[more])
}

/// A change on another one that nobody sent.
fn on_a_lost_one(world: &World, me: EnrolmentId, case: DocId) -> (PushItem, ChangeHash) {
    let mut book = world.town.book(case).unwrap();
    written(&mut book, me, world, &field());
    let lost = book.heads()[0];
    let second = written(&mut book, me, world, &[Edit::within("fields", FIELD, "og igen")]);
    (item(book.birth(), second), lost)
}

/// What is sent, what is wrong with it, and what is answered.
type Row = (&'static str, PushItem, Answer);

fn rights(world: &World, anna: &Tablet) -> Vec<Row> {
    let me = anna.replica().identity().enrolment;
    let (case, theirs) = (world.town.cases[0], world.town.cases[2]);
    let there = edit(world, me, theirs, &field());
    let nowhere = PushItem {
        doc: NOWHERE,
        ..there.clone()
    };
    let no_right = Answer::Refused(Reason::NoRight);
    let born = |kind, parent| {
        let birth = birth(anna, kind, parent);
        item(&birth, birth.bytes())
    };
    vec![
        ("a document out of reach", there, no_right.clone()),
        ("a document that is not there", nowhere, no_right),
        (
            "a child of nothing",
            born(Kind::Note, NOWHERE),
            Answer::NeedsParent(NOWHERE),
        ),
        (
            "a child out of reach",
            born(Kind::Note, theirs),
            Answer::NeedsParent(theirs),
        ),
        (
            "a kind one may not create",
            born(Kind::Part, case),
            Answer::Refused(Reason::MayNotCreate),
        ),
    ]
}

fn bytes(world: &World, anna: &Tablet, good: &PushItem) -> Vec<Row> {
    let case = world.town.cases[0];
    let with = |change: Vec<u8>| PushItem { change, ..good.clone() };
    let mut spoiled = good.change.clone();
    *spoiled.last_mut().unwrap() ^= 1;
    let by = |enrolment| edit(world, enrolment, case, &field());
    let server = world.server.store().workspace().unwrap().server;
    let another = birth(anna, Kind::Note, case).bytes();
    let (unreadable, author) = (Answer::Refused(Reason::Unreadable), Answer::Refused(Reason::Author));
    vec![
        (
            "too many bytes",
            with(vec![0; MAX_CHANGE + 1]),
            Answer::Refused(Reason::TooLarge),
        ),
        ("bytes that are none", with(vec![7; 90]), unreadable.clone()),
        ("a sum that does not fit", with(spoiled), unreadable.clone()),
        (
            "bytes behind its end",
            with([&good.change[..], &[0]].concat()),
            unreadable.clone(),
        ),
        ("extra bytes", with(with_extra_bytes(&good.change)), unreadable),
        (
            "a foreign actor",
            by(EnrolmentId::from_bytes([0xee; 16])),
            author.clone(),
        ),
        ("the server's own name", by(server), author.clone()),
        ("another document's birth", with(another), author),
    ]
}

fn rules(world: &World, anna: &Tablet, finished: PushItem) -> Vec<Row> {
    let me = anna.replica().identity().enrolment;
    let case = world.town.cases[0];
    let (dangling, lost) = on_a_lost_one(world, me, case);
    let moves = Edit::root("unit", Scalar::Bytes(world.town.anemone.as_bytes().to_vec()));
    let moved = edit(world, me, case, &[moves]);
    vec![
        ("what it builds on is missing", dangling, Answer::Needs(vec![lost])),
        ("a case moved by a worker", moved, Answer::Refused(Reason::MayNotWrite)),
        ("a finished note altered", finished, Answer::Refused(Reason::Rule)),
    ]
}

#[test]
fn each_check_of_a_push_refuses_what_breaks_it_and_nothing_of_it_is_stored() {
    let world = World::new(61);
    let anna = world.tablet(world.town.anna);
    let me = anna.replica().identity().enrolment;
    let finished = on_a_finished_note(&world, &anna);
    let good = edit(&world, me, world.town.cases[0], &field());
    let position = || world.server.store().workspace().unwrap().position;
    let before = position();
    // In the order of the checks.
    let mut table = rights(&world, &anna);
    table.extend(bytes(&world, &anna, &good));
    table.extend(rules(&world, &anna, finished));
    for (what, item, expected) in table {
        assert_eq!(sends(&anna, item.clone()), expected, "{what}");
        assert_eq!(sends(&anna, item), expected, "{what}, sent again");
    }
    assert_eq!(position(), before, "nothing was stored");
    assert!(
        matches!(sends(&anna, good), Answer::Stored(_)),
        "and the good one is still taken"
    );
}

#[test]
fn each_refusal_is_told_on_the_device_with_the_words_and_holds_up_nothing() {
    let told = [
        (Reason::NoRight, Refusal::NoRight),
        (Reason::MayNotCreate, Refusal::MayNotCreate),
        (Reason::TooLarge, Refusal::TooLarge),
        (Reason::Author, Refusal::Author),
        (Reason::Unreadable, Refusal::Unreadable),
        (Reason::Rule, Refusal::Rule),
        (Reason::MayNotWrite, Refusal::MayNotWrite),
    ];
    assert_eq!(told.len(), Reason::ALL.len(), "a new reason is told too");
    let world = World::new(63);
    for (reason, shown) in told {
        let anna = world.tablet(world.town.anna);
        anna.writes(world.town.cases[0], "Det, der ikke kom med.");
        let sent = anna.replica().outbox(100).unwrap();
        let reply = PushReply {
            answers: sent.iter().map(|_| Answer::Refused(reason)).collect(),
            server_time: world.clock.now(),
            generation: None,
            handed: Vec::new(),
        };
        let moment = anna.moment();
        anna.replica().take_answers(&sent, &reply, &moment).unwrap();
        if reason == Reason::NoRight {
            // The words of a note go to the leader.
            anna.settles();
            assert_eq!(anna.replica().handed_rows().unwrap().len(), 1);
            continue;
        }
        let parked = anna.replica().parked_rows().unwrap();
        assert!(parked.iter().any(|row| row.reason == shown), "{reason:?}: {parked:?}");
        assert!(
            parked.iter().any(|row| row.words == "Det, der ikke kom med."),
            "{reason:?}"
        );
        assert_eq!(anna.replica().waiting().unwrap(), 0);
        let note = anna.writes(world.town.cases[1], "Det næste.");
        anna.settles();
        assert_eq!(world.town.book(note).unwrap().text(), "Det næste.");
    }
}

#[test]
fn a_device_out_of_reach_for_too_long_hears_of_it_by_the_real_road() {
    let world = World::new(64);
    let anna = world.tablet(world.town.anna);
    let lost = world.town.cases[0];
    anna.writes(lost, "Ordene jeg ikke måtte.");
    world.town.move_case(lost, world.town.anemone);
    world.clock.advance(Span::days(8));
    anna.settles();
    assert_eq!(
        anna.replica().handed_rows().unwrap().len(),
        1,
        "they lie before the leader"
    );
    assert_eq!(anna.replica().handling().unwrap(), 0);
}

#[test]
fn who_may_only_read_is_not_offered_to_write() {
    let world = World::new(65);
    let town = &world.town;
    let (anna, carl) = (world.tablet(town.anna), world.tablet(town.carl));
    town.end(town.carl.person, Role::Worker, town.anemone);
    town.grant(town.carl.person, Role::Authority, town.anemone);
    carl.settles();
    let may_write = |tablet: &Tablet, case| tablet.replica().case(case, tablet.clock.now()).unwrap().may_write;
    assert!(!may_write(&carl, town.cases[2]));
    assert!(may_write(&anna, town.cases[0]));
    town.grant(town.carl.person, Role::Worker, town.anemone);
    carl.settles();
    assert!(may_write(&carl, town.cases[2]));
}
