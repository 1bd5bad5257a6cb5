//! A document that is erased: what stands stays, with who wrote it and when, and what stood before is nowhere.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use feltbog_casebook::{Author, Birth, Book, Edit, EpochPen, Fault, Kind, NewEpoch, Pen, Role, Scalar, judge};
use feltbog_ids::{ActorId, ChangeHash, DocId, EnrolmentId, Instant, PersonId, WorkspaceId};

const SECRET: &str = "Violstien 7, bag gården";

fn enrolment(who: u8) -> EnrolmentId {
    EnrolmentId::from_bytes([who; 16])
}

fn pen(who: u8, time: i64) -> Pen {
    Pen {
        actor: ActorId::new(enrolment(who), [who; 8]),
        spare: ActorId::new(enrolment(who), time.to_be_bytes()),
        time: Instant(time),
    }
}

fn born(kind: Kind) -> Book {
    Book::born(Birth {
        workspace: WorkspaceId::from_bytes([1; 16]),
        kind,
        id: DocId::from_bytes([2; 16]),
        parent: kind.needs_parent().then(|| DocId::from_bytes([9; 16])),
    })
}

fn typed(before: &str, after: &str) -> Edit {
    Edit::Type {
        before: before.to_owned(),
        after: after.to_owned(),
    }
}

fn writes(book: &mut Book, who: u8, time: i64, on: &[ChangeHash], edits: &[Edit]) -> ChangeHash {
    book.write(&pen(who, time), on, edits).unwrap().unwrap().hash
}

fn erased(book: &Book) -> NewEpoch {
    let pen = EpochPen {
        enrolment: enrolment(200),
        time: Instant(1_000_000),
    };
    let mut salt = 100_u8;
    let epoch = book.begin_epoch(pen, || {
        // Falling, so that the order of the salts is the epoch's own work.
        salt -= 1;
        [salt; 8]
    });
    epoch.unwrap()
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

/// A draft by two, from which the second took words of the first.
fn draft() -> Book {
    let mut book = born(Kind::Note);
    let heads = book.heads();
    let with = format!("Bor på {SECRET}. Sårpleje i dag");
    writes(&mut book, 3, 10, &heads, &[typed("", &with)]);
    let heads = book.heads();
    writes(&mut book, 4, 20, &heads, &[typed(&with, "Sårpleje i dag")]);
    book
}

#[test]
fn what_was_taken_out_of_a_note_is_nowhere_and_its_authors_are_as_before() {
    let book = draft();
    assert!(holds(&book.save(), SECRET), "before, its history holds it");
    let epoch = erased(&book);
    let bytes = epoch.book.save();
    assert!(!holds(&bytes, SECRET));
    assert!(!holds(&bytes, "Violstien"));
    assert_eq!(epoch.book.text(), "Sårpleje i dag");
    assert_eq!(epoch.book.project(), book.project());
    assert_eq!(epoch.book.history(), book.history());
}

#[test]
fn the_changes_of_an_epoch_are_laid_on_the_same_birth() {
    let book = draft();
    let epoch = erased(&book);
    let mut again = born(Kind::Note);
    for (hash, bytes) in &epoch.changes {
        assert_eq!(again.apply(bytes).unwrap(), *hash);
    }
    assert_eq!(again.heads(), epoch.book.heads());
    assert!(!again.has(&book.heads()));
    let late = book.changes_since(&[book.birth().hash()]).pop().unwrap().1;
    assert!(again.apply(&late).is_err(), "what built on the old epoch fits no more");
}

#[test]
fn a_finished_note_stays_finished_at_its_words_and_what_came_beside_stays_beside() {
    let mut book = draft();
    let heads = book.heads();
    let finish = Edit::Finish {
        by: PersonId::from_bytes([4; 16]),
        at: Instant(30),
    };
    writes(&mut book, 4, 30, &heads, &[finish]);
    writes(
        &mut book,
        5,
        40,
        &heads,
        &[typed("Sårpleje i dag", "Sårpleje i dag og i morgen")],
    );
    let epoch = erased(&book).book;
    assert_eq!(epoch.standing_text(), "Sårpleje i dag");
    assert_eq!(epoch.text(), "Sårpleje i dag og i morgen");
    assert_eq!(epoch.project(), book.project());
    assert_eq!(epoch.standing_history(), book.standing_history());
    assert!(epoch.finished_at(&epoch.heads()));
    let by = |history: &[feltbog_casebook::Authored]| history.iter().any(|word| word.by == enrolment(5));
    assert!(by(&epoch.history()) && !by(&epoch.standing_history()));
}

#[test]
fn values_that_disagree_go_on_disagreeing_with_who_said_which_when() {
    let mut book = born(Kind::Case);
    let heads = book.heads();
    let put = |value: &str| [Edit::within("fields", "mobilitet", value)];
    writes(&mut book, 3, 10, &heads, &[Edit::root("title", "Hjælp i hjemmet")]);
    for (who, value) in [(3, "går selv"), (4, "rollator"), (5, "kørestol")] {
        writes(&mut book, who, 20 + i64::from(who), &heads, &put(value));
    }
    let heads = book.heads();
    writes(
        &mut book,
        4,
        50,
        &heads,
        &[Edit::within("fields", "noegle", Scalar::Null)],
    );
    let said = book.all_said("fields", "mobilitet");
    assert_eq!(said.len(), 3);
    let epoch = erased(&book).book;
    assert_eq!(epoch.all_said("fields", "mobilitet"), said);
    assert_eq!(
        epoch.keys_ever("fields"),
        book.keys_ever("fields"),
        "what was cleared is known as cleared"
    );
    assert_eq!(epoch.project(), book.project());
    let twice = erased(&epoch).book;
    assert_eq!(
        twice.all_said("fields", "mobilitet"),
        said,
        "and through a second erasure"
    );
}

#[test]
fn an_import_that_comes_again_after_an_erasure_knows_what_it_said() {
    let mut book = born(Kind::Case);
    let heads = book.heads();
    let said = [Edit::root("address", "Torvet 1"), Edit::within("fields", "Areal", "12")];
    writes(&mut book, 3, 10, &heads, &said);
    let heads = book.heads();
    writes(&mut book, 4, 20, &heads, &[Edit::within("fields", "Areal", "13")]);
    let epoch = erased(&book).book;
    let on = epoch.last_by(enrolment(3)).unwrap();
    assert_eq!(epoch.said_by(enrolment(3), &[on]), [(None, "address".to_owned())]);
    assert_eq!(epoch.last_by(enrolment(9)), None);
}

#[test]
fn work_goes_on_in_the_new_epoch_and_what_was_begun_on_the_birth_alone_joins_it() {
    let mut apart = born(Kind::Note);
    let heads = apart.heads();
    let first = apart
        .write(&pen(6, 60), &heads, &[typed("", "Ringet til datter. ")])
        .unwrap()
        .unwrap();
    let mut book = erased(&draft()).book;
    book.apply(&first.bytes).unwrap();
    assert!(book.text().contains("Ringet til datter. ") && book.text().contains("Sårpleje i dag"));
    let heads = book.heads();
    writes(&mut book, 3, 70, &heads, &[Edit::root("schema", Scalar::Int(1))]);
    let authors: Vec<_> = book.history().into_iter().map(|word| word.by).collect();
    assert_eq!(authors, [3, 4, 6, 3].map(enrolment));
    assert_eq!(erased(&book).book.project(), book.project());
}

#[test]
fn nobody_but_the_server_says_who_wrote_before_an_erasure() {
    let mut book = draft();
    let before = book.clone();
    let heads = book.heads();
    let forged = book.write(&pen(3, 30), &heads, &[Edit::root("epoch", Scalar::Bytes(vec![0x80]))]);
    let author = Author {
        person: PersonId::from_bytes([3; 16]),
        roles: [Role::Worker].into(),
    };
    assert_eq!(
        judge(&before, &forged.unwrap().unwrap().bytes, &author),
        Err(Fault::Shape)
    );
}
