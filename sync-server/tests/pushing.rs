//! What a device sends up: every answer the server gives, each caused once.
//!
//! It does not read the database behind the server's back.

#![allow(clippy::unwrap_used)]

mod story;

use std::collections::BTreeSet;

use feltbog_casebook::{Book, Edit, Kind, Role, Scalar};
use feltbog_ids::{ActorId, Position, Span};
use feltbog_protocol::{Answer, PushRequest, Reason, ServerProblem};
use story::{Town, Worker, case_edits, somebody, stored, to_unit};

const NO_RIGHT: Answer = Answer::Refused(Reason::NoRight);

#[test]
fn a_note_is_stored_and_a_repeated_push_is_known() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let (_, items) = town.note_items(&maja, town.case(unit), "Sov godt.");
    let first = town.push(&maja, items.clone());
    let again = town.push(&maja, items);
    assert!(stored(&first));
    for (first, again) in first.into_iter().zip(again) {
        let Answer::Stored(position) = first else {
            panic!("not stored")
        };
        assert_eq!(again, Answer::Known(position));
    }
}

#[test]
fn an_unknown_document_and_one_out_of_reach_get_the_same_refusal() {
    let town = Town::new();
    let (kloever, oest) = (town.unit("Team Kløver", None), town.unit("Tilsyn Øst", None));
    let maja = town.worker("maja", Role::Worker, kloever);
    let theirs = town.case(oest);
    let there = town.edit(&maja, theirs, &[Edit::within("fields", "mobilitet", "går")]);
    let mut nowhere = there.clone();
    nowhere.doc = town.doc();
    assert_eq!(town.push(&maja, vec![there, nowhere]), [NO_RIGHT, NO_RIGHT]);
}

#[test]
fn a_child_of_an_unknown_case_and_of_one_out_of_reach_needs_its_parent_alike() {
    let town = Town::new();
    let (kloever, oest) = (town.unit("Team Kløver", None), town.unit("Tilsyn Øst", None));
    let maja = town.worker("maja", Role::Worker, kloever);
    for case in [town.case(oest), town.doc()] {
        let (_, answers) = town.note(&maja, case, "Sov godt.");
        assert_eq!(answers, [Answer::NeedsParent(case), NO_RIGHT]);
    }
}

#[test]
fn a_worker_makes_no_parts_and_no_visits() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let case = town.case(unit);
    for kind in [Kind::Part, Kind::Visit] {
        let birth = town.birth(&maja, kind, town.doc(), Some(case));
        assert_eq!(
            town.one(&maja, maja.item(&birth, birth.bytes())),
            Answer::Refused(Reason::MayNotCreate)
        );
    }
}

#[test]
fn a_worker_makes_a_case_in_the_own_unit_alone() {
    let town = Town::new();
    let (kloever, oest) = (town.unit("Team Kløver", None), town.unit("Tilsyn Øst", None));
    let maja = town.worker("maja", Role::Worker, kloever);
    for (unit, good) in [(kloever, true), (oest, false)] {
        let (case, answers) = town.makes(&maja, Kind::Case, &case_edits(unit));
        assert!(stored(&answers[..1]));
        assert_eq!(answers[1] == Answer::Refused(Reason::MayNotCreate), !good);
        assert_eq!(town.may_see(&maja).contains(&case), good);
    }
}

#[test]
fn a_worker_limited_to_one_case_type_makes_no_case_of_another() {
    let town = Town::new();
    let (kloever, oest) = (town.unit("Team Kløver", None), town.unit("Tilsyn Øst", None));
    let maja = town.worker("maja", Role::Worker, oest);
    town.grant_limited(maja.session.person, Role::Worker, kloever, "tilsyn");
    for (case_type, good) in [("tilsyn", true), ("helhedspleje", false)] {
        let (_, answers) = town.makes(&maja, Kind::Case, &[Edit::root("type", case_type), to_unit(kloever)]);
        assert_eq!(stored(&answers), good);
        assert_eq!(answers[1] == Answer::Refused(Reason::MayNotCreate), !good);
    }
}

#[test]
fn a_case_is_not_called_what_the_server_calls_news_units_and_parts() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    for word in ["news", "org", "part", "hjemme pleje"] {
        let (case, answers) = town.makes(&maja, Kind::Case, &[Edit::root("type", word), to_unit(unit)]);
        assert_eq!(answers[1], Answer::Refused(Reason::Rule), "{word}");
        assert!(!town.may_see(&maja).contains(&case));
    }
}

#[test]
fn a_leader_does_not_carry_a_post_out_of_the_own_units() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let peter = town.worker("peter", Role::Leader, unit);
    let yusuf = town.worker("yusuf", Role::Worker, town.unit("Team Måne", None));
    let own = Edit::within("audience", &format!("unit:{unit}"), true);
    let (post, answers) = town.makes(&peter, Kind::Post, &[Edit::root("title", "Kage"), own]);
    assert!(stored(&answers));
    let carried = town.edit(&peter, post, &[Edit::within("audience", "everyone", true)]);
    assert_eq!(town.one(&peter, carried), Answer::Refused(Reason::MayNotWrite));
    assert!(town.may_see(&peter).contains(&post) && !town.may_see(&yusuf).contains(&post));
    let corrected = town.edit(&peter, post, &[Edit::root("title", "Kage klokken to")]);
    assert!(stored(&[town.one(&peter, corrected)]));
}

#[test]
fn a_newborn_of_one_worker_is_no_other_workers() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let (maja, yusuf) = (
        town.worker("maja", Role::Worker, unit),
        town.worker("yusuf", Role::Worker, unit),
    );
    let birth = town.birth(&maja, Kind::Case, town.doc(), None);
    assert!(stored(&town.push(&maja, vec![maja.item(&birth, birth.bytes())])));
    let change = yusuf.write(&mut Book::born(birth), &case_edits(unit), town.now);
    assert_eq!(town.one(&yusuf, yusuf.item(&birth, change)), NO_RIGHT);
}

#[test]
fn a_change_signed_by_somebody_else_is_refused() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let forger = Worker {
        session: feltbog_server::Session {
            enrolment: somebody(),
            ..maja.session
        },
        salt: [1; 8],
        token: String::new(),
        cursor: None,
    };
    let forged = town.edit(&forger, town.case(unit), &[Edit::within("fields", "mobilitet", "går")]);
    assert_eq!(town.one(&maja, forged), Answer::Refused(Reason::Author));
}

#[test]
fn a_worker_does_not_move_a_case() {
    let town = Town::new();
    let (kloever, oest) = (town.unit("Team Kløver", None), town.unit("Tilsyn Øst", None));
    let maja = town.worker("maja", Role::Worker, kloever);
    let moved = town.edit(&maja, town.case(kloever), &[to_unit(oest)]);
    assert_eq!(town.one(&maja, moved), Answer::Refused(Reason::MayNotWrite));
}

#[test]
fn a_worker_neither_clears_a_protected_case_nor_changes_its_address() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let case = town.case(unit);
    let known = [
        Edit::root("protected", Scalar::Flag(true)),
        Edit::root("address", "Ågade 3"),
    ];
    town.put(Kind::Case, case, None, &known);
    for edit in [Edit::root("protected", Scalar::Null), Edit::root("address", "Torvet 1")] {
        let item = town.edit(&maja, case, &[edit]);
        assert_eq!(town.one(&maja, item), Answer::Refused(Reason::MayNotWrite));
    }
}

#[test]
fn bytes_that_are_no_change_and_bytes_beyond_the_limit_are_told_apart() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let good = town.edit(&maja, town.case(unit), &[Edit::within("fields", "mobilitet", "går")]);
    let mut broken = good.clone();
    broken.change[12] ^= 0xff;
    let mut trailing = good.clone();
    trailing.change.push(0);
    let mut large = good;
    large.change = vec![0; feltbog_protocol::MAX_CHANGE + 1];
    let unreadable = Answer::Refused(Reason::Unreadable);
    assert_eq!(
        town.push(&maja, vec![broken, trailing, large]),
        [unreadable.clone(), unreadable, Answer::Refused(Reason::TooLarge)]
    );
}

#[test]
fn a_change_that_stands_for_ten_million_operations_is_refused() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let mut item = town.edit(&maja, town.case(unit), &[Edit::within("fields", "mobilitet", "går")]);
    item.change = story_bomb(&maja.actor(), 10_000_000);
    assert!(item.change.len() < 200);
    assert_eq!(town.one(&maja, item), Answer::Refused(Reason::TooLarge));
}

#[test]
fn a_change_whose_forerunner_is_missing_names_it_and_holds_up_nobody() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let case = town.case(unit);
    let mut book = town.book(case);
    let birth = *book.birth();
    let first = maja.write(&mut book, &[Edit::within("fields", "mobilitet", "går")], town.now);
    let missing = book.heads();
    let second = maja.write(&mut book, &[Edit::within("fields", "mobilitet", "løber")], town.now);
    let (_, note) = town.note_items(&maja, case, "Sov godt.");
    let mut items = vec![maja.item(&birth, second.clone())];
    items.extend(note);
    let answers = town.push(&maja, items);
    assert_eq!(answers[0], Answer::Needs(missing));
    assert!(stored(&answers[1..]));
    assert!(stored(
        &town.push(&maja, vec![maja.item(&birth, first), maja.item(&birth, second)])
    ));
}

#[test]
fn a_note_of_the_morning_is_taken_although_the_case_moved_at_noon_and_for_seven_days() {
    let mut town = Town::new();
    let (kloever, maane) = (town.unit("Team Kløver", None), town.unit("Team Måne", None));
    let mut maja = town.worker("maja", Role::Worker, kloever);
    let case = town.case(kloever);
    town.pull(&mut maja);
    town.move_case(case, maane);
    town.now = town.now + Span::days(7);
    assert!(stored(&town.note(&maja, case, "Før flytningen.").1));
    town.now = town.now + Span::seconds(1);
    assert_eq!(town.note(&maja, case, "For sent.").1[0], Answer::NeedsParent(case));
    town.pull(&mut maja);
    assert_eq!(
        town.note(&maja, case, "Efter at tabletten så det.").1[0],
        Answer::NeedsParent(case)
    );
}

#[test]
fn a_role_that_ended_carries_late_work_and_a_revoked_device_carries_none() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let mut maja = town.worker("maja", Role::Worker, unit);
    let case = town.case(unit);
    town.pull(&mut maja);
    town.end(maja.session.person, Role::Worker, unit);
    let (_, items) = town.note_items(&maja, case, "Skrevet før.");
    assert!(stored(&town.push(&maja, items.clone())));
    assert!(town.may_see(&maja).is_empty());
    town.store
        .batch(town.now, |batch| batch.revoke(maja.session.enrolment))
        .unwrap();
    let refused = town.office.push(
        &maja.session,
        maja.session.workspace,
        &PushRequest {
            items,
            loose: Vec::new(),
        },
        town.now,
    );
    assert_eq!(refused.unwrap_err(), ServerProblem::AccountClosed);
}

#[test]
fn an_account_that_closed_since_the_session_was_looked_up_writes_nothing_more() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let case = town.case(unit);
    let (_, items) = town.note_items(&maja, case, "Skrevet i samme sekund.");
    town.store.batch(town.now, |batch| batch.close_account("maja")).unwrap();
    let refused = town.office.push(
        &maja.session,
        maja.session.workspace,
        &PushRequest {
            items,
            loose: Vec::new(),
        },
        town.now,
    );
    assert_eq!(refused.unwrap_err(), ServerProblem::AccountClosed);
}

#[test]
fn a_receipt_outlives_the_right_it_was_given_under() {
    let mut town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let (_, items) = town.note_items(&maja, town.case(unit), "Sov godt.");
    assert!(stored(&town.push(&maja, items.clone())));
    town.end(maja.session.person, Role::Worker, unit);
    town.now = town.now + Span::days(20);
    assert!(
        town.push(&maja, items)
            .iter()
            .all(|answer| matches!(answer, Answer::Known(_)))
    );
}

#[test]
fn what_is_receipted_is_in_the_file_of_a_server_that_is_started_again() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let (note, answers) = town.note(&maja, town.case(unit), "Sov godt.");
    assert!(stored(&answers));
    let again = feltbog_server::Store::open(town.folder.path()).unwrap();
    let text = again
        .view::<_, feltbog_server::StoreError>(town.now, |view| Ok(view.book(note)?.text()))
        .unwrap();
    assert_eq!(text, "Sov godt.");
}

#[test]
fn positions_are_handed_out_once_and_in_order_however_many_push_at_once() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let case = town.case(unit);
    let workers: Vec<_> = (0..4)
        .map(|n| town.worker(&format!("worker{n}"), Role::Worker, unit))
        .collect();
    let taken: Vec<Vec<Position>> = std::thread::scope(|scope| {
        let push = |worker| {
            let town = &town;
            scope.spawn(move || {
                (0..10)
                    .flat_map(|_| positions(&town.note(worker, case, "x").1))
                    .collect()
            })
        };
        let threads: Vec<_> = workers.iter().map(push).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(taken.iter().all(|own| own.is_sorted()));
    let all: BTreeSet<_> = taken.iter().flatten().collect();
    assert_eq!(all.len(), 4 * 10 * 2);
}

fn positions(answers: &[Answer]) -> Vec<Position> {
    let position = |answer: &Answer| match answer {
        Answer::Stored(position) => *position,
        other => panic!("not stored: {other:?}"),
    };
    answers.iter().map(position).collect()
}

/// A change of a few bytes whose one run length stands for `ops` operations.
fn story_bomb(actor: &ActorId, ops: i64) -> Vec<u8> {
    let mut contents = vec![0];
    contents.push(actor.as_bytes().len() as u8);
    contents.extend(actor.as_bytes());
    contents.extend([1, 1, 0, 0, 0]);
    let run = |value: u8| {
        let mut column = sleb(ops);
        column.push(value);
        column
    };
    let mut key = sleb(ops);
    key.extend([1, b'k']);
    let columns = [(21_u8, key), (66, run(1)), (86, run(0))];
    contents.push(columns.len() as u8);
    for (spec, data) in &columns {
        contents.extend([*spec, data.len() as u8]);
    }
    for (_, data) in columns {
        contents.extend(data);
    }
    let mut hashed = vec![1];
    hashed.push(contents.len() as u8);
    hashed.extend(contents);
    let hash = <sha2::Sha256 as sha2::Digest>::digest(&hashed);
    [&[0x85, 0x6f, 0x4a, 0x83], &hash[..4], &hashed].concat()
}

fn sleb(mut value: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        let done = value == 0 && byte & 0x40 == 0;
        bytes.push(if done { byte } else { byte | 0x80 });
        if done {
            return bytes;
        }
    }
}

#[test]
fn a_refusal_is_final_for_its_sender_and_for_nobody_else() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let ida = town.worker("ida", Role::Planner, unit);
    let case = town.case(unit);
    let moved = town.edit(&ida, case, &[Edit::root("state", "closed")]);
    // Somebody sends the planner's change for them: it is refused, and the planner's own push is judged by itself.
    assert_eq!(town.one(&maja, moved.clone()), Answer::Refused(Reason::Author));
    assert!(matches!(town.one(&ida, moved), Answer::Stored(_)));

    let closed = town.edit(&maja, case, &[Edit::root("state", "open")]);
    let first = town.one(&maja, closed.clone());
    assert!(matches!(first, Answer::Refused(_)), "{first:?}");
    town.grant(maja.session.person, Role::Planner, unit);
    // A copy that was on its way all the time: its words may have been written anew since.
    assert_eq!(town.one(&maja, closed), first);
    let anew = town.edit(&maja, case, &[Edit::root("state", "planned")]);
    assert!(matches!(town.one(&maja, anew), Answer::Stored(_)));
}
