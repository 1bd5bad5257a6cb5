//! Documents as people meet them: born alike everywhere, written in by two at once, finished for good.

use feltbog_casebook::{Author, Birth, Book, BookError, Edit, Fault, Kind, Pen, Projection, Role, Scalar, judge};
use feltbog_ids::{ActorId, ChangeHash, DocId, EnrolmentId, Instant, PersonId, WorkspaceId};

fn pen(who: u8, time: i64) -> Pen {
    let enrolment = EnrolmentId::from_bytes([who; 16]);
    Pen {
        actor: ActorId::new(enrolment, [who; 8]),
        spare: ActorId::new(enrolment, time.to_be_bytes()),
        time: Instant(time),
    }
}

fn birth(kind: Kind) -> Birth {
    let parent = kind.needs_parent().then(|| DocId::from_bytes([9; 16]));
    Birth {
        workspace: WorkspaceId::from_bytes([1; 16]),
        kind,
        id: DocId::from_bytes([2; 16]),
        parent,
    }
}

fn typed(before: &str, after: &str) -> [Edit; 1] {
    [Edit::Type {
        before: before.to_owned(),
        after: after.to_owned(),
    }]
}

fn worker(who: u8) -> Author {
    Author {
        person: PersonId::from_bytes([who; 16]),
        roles: [Role::Worker].into(),
    }
}

#[test]
fn what_an_import_said_is_told_apart_from_what_people_wrote() {
    let mut book = Book::born(birth(Kind::Case));
    let (import, person) = (EnrolmentId::from_bytes([3; 16]), EnrolmentId::from_bytes([4; 16]));
    let born = book.heads();
    let said = [Edit::root("address", "Torvet 1"), Edit::within("fields", "Areal", "12")];
    let first = book.write(&pen(3, 10), &born, &said).unwrap().unwrap().hash;
    let theirs = [
        Edit::within("fields", "mobilitet", "går selv"),
        Edit::within("fields", "Areal", "13"),
    ];
    book.write(&pen(4, 11), &[first], &theirs).unwrap();
    assert_eq!(book.last_by(import), Some(first));
    let address = (None, "address".to_owned());
    assert_eq!(
        book.said_by(import, &[first]),
        [address.clone(), (Some("fields"), "Areal".to_owned())]
    );
    assert_eq!(
        book.said_by(import, &book.heads()),
        std::slice::from_ref(&address),
        "a person wrote over it"
    );
    assert_eq!(book.said_by(person, &[first]), []);

    let cleared = [Edit::root("address", Scalar::Null)];
    let second = book.write(&pen(3, 12), &[first], &cleared).unwrap().unwrap().hash;
    assert_eq!(book.last_by(import), Some(second));
    assert!(!book.said_by(import, &[second]).contains(&address));
    assert_eq!(book.last_by(EnrolmentId::from_bytes([5; 16])), None);
}

#[test]
fn births_are_the_same_bytes_for_good() {
    // Whoever breaks this breaks every document ever made: a birth with other bytes cannot merge with the old one.
    let hashes: Vec<_> = Kind::ALL
        .iter()
        .map(|kind| format!("{kind} {}", birth(*kind).hash()))
        .collect();
    assert_eq!(hashes, FROZEN_BIRTHS);
    for kind in Kind::ALL {
        assert_eq!(birth(kind).bytes(), Book::born(birth(kind)).changes_since(&[])[0].1);
        assert_eq!(*Book::open(&birth(kind).bytes(), []).unwrap().birth(), birth(kind));
    }
}

#[test]
fn a_row_is_the_same_whoever_heard_of_whom_first() {
    let mut first = Book::born(birth(Kind::Note));
    let mut second = Book::born(birth(Kind::Note));
    // Neither has heard of the other, and each hears of the other after its own words.
    let mine = first.write(&pen(9, 100), &[], &typed("", "Bad. ")).unwrap().unwrap();
    let theirs = second
        .write(&pen(3, 200), &[], &typed("", "Frokost."))
        .unwrap()
        .unwrap();
    first.apply(&theirs.bytes).unwrap();
    second.apply(&mine.bytes).unwrap();
    assert_eq!(first.project().to_bytes(), second.project().to_bytes());
}

const FROZEN_BIRTHS: [&str; 8] = [
    "unit 133873f52ca1e9acce97aebabc4f336afab4c0acc0db1d22d0b03892e313d8ce",
    "person f7b7c0a7a334119db3265e90f6405a3bd1d44c365828ceea0430058edb7c7ab5",
    "case 9b7a8641567e2bef5863fdb31f2220ae3efac6551320f053876c050492551634",
    "part f723fa1d8b13f1b1c2fd62feeb0bff7047e13f487652076129823edac381ed14",
    "visit f8d4eae8ca319bc0e8d7f83ad35afa6703f26cf506f5907059c6c3ebac53cebd",
    "note df23385e6159ef6215bc64800ca697658587975791add7876815ae7cb9f38d0f",
    "post e764e05137a15920c3018b4ad0cf25dde7ca3a38e055875505e3f073627a162f",
    "loose d4a95ca940fe626e7bb157e56908a929bfca7f87d96fa47af97dacbdd1f60228",
];

#[test]
fn two_people_in_one_draft_keep_every_character() {
    let mut maja = Book::born(birth(Kind::Note));
    maja.write(&pen(1, 10), &[], &typed("", "Hun har det godt."))
        .unwrap()
        .unwrap();
    let shared = maja.heads();
    let mut yusuf = maja.clone();
    let hers = maja
        .write(&pen(1, 20), &shared, &typed("Hun har det godt.", "Inger har det godt."))
        .unwrap()
        .unwrap();
    let his = yusuf
        .write(
            &pen(2, 20),
            &shared,
            &typed("Hun har det godt.", "Hun har det godt. Ring fredag."),
        )
        .unwrap()
        .unwrap();
    maja.apply(&his.bytes).unwrap();
    yusuf.apply(&hers.bytes).unwrap();
    assert_eq!(maja.text(), "Inger har det godt. Ring fredag.");
    assert_eq!(maja.text(), yusuf.text());
    assert_eq!(maja.heads(), yusuf.heads());
}

#[test]
fn words_typed_on_an_old_version_do_not_erase_what_arrived_meanwhile() {
    let mut book = Book::born(birth(Kind::Note));
    book.write(&pen(1, 10), &[], &typed("", "Bad.")).unwrap();
    let seen = book.heads();
    book.write(&pen(2, 11), &seen, &typed("Bad.", "Bad. Sår set.")).unwrap();
    let own = book
        .write(&pen(1, 12), &seen, &typed("Bad.", "Bad fravalgt."))
        .unwrap()
        .unwrap();
    assert_eq!(book.text(), "Bad fravalgt. Sår set.");
    assert_eq!(book.text_at(&[own.hash]).unwrap(), "Bad fravalgt.");
    // The same page still holds its first version, although this actor has written since.
    book.write(&pen(1, 13), &seen, &typed("Bad.", "Bad. I dag.")).unwrap();
    for words in ["fravalgt", "Sår set", "I dag"] {
        assert!(book.text().contains(words), "{}", book.text());
    }
}

#[test]
fn text_whose_version_is_gone_is_merged_as_two_peoples_work() {
    let mut book = Book::born(birth(Kind::Note));
    book.write(&pen(2, 11), &[], &typed("", "Bad. Sår set.")).unwrap();
    book.write(&pen(1, 12), &[], &typed("Bad.", "Bad fravalgt.")).unwrap();
    assert_eq!(book.text(), "Bad fravalgt. Sår set.");
}

#[test]
fn two_values_set_at_once_both_stand() {
    let mut book = Book::born(birth(Kind::Case));
    let start = book.heads();
    let mut other = book.clone();
    book.write(&pen(1, 10), &start, &[Edit::within("fields", "mobilitet", "rollator")])
        .unwrap();
    let theirs = other
        .write(&pen(2, 11), &start, &[Edit::within("fields", "mobilitet", "kørestol")])
        .unwrap()
        .unwrap();
    book.apply(&theirs.bytes).unwrap();
    let said = book.all_said("fields", "mobilitet");
    assert_eq!(said.len(), 2);
    assert_eq!(book.within("fields", "mobilitet"), Some(said[0].value.clone()));
    let mut by: Vec<_> = said.iter().map(|said| said.by.unwrap()).collect();
    by.sort_unstable();
    assert_eq!(by, [EnrolmentId::from_bytes([1; 16]), EnrolmentId::from_bytes([2; 16])]);
    let heads = book.heads();
    book.write(&pen(1, 12), &heads, &[Edit::within("fields", "mobilitet", "rollator")])
        .unwrap();
    assert_eq!(book.all_said("fields", "mobilitet").len(), 1, "one tap settles it");
}

#[test]
fn a_finished_note_is_bound_to_the_version_its_author_saw() {
    let mut book = Book::born(birth(Kind::Note));
    book.write(&pen(1, 10), &[], &typed("", "Alt vel.")).unwrap();
    let seen = book.heads();
    let by = PersonId::from_bytes([1; 16]);
    let late = book
        .clone()
        .write(&pen(2, 11), &seen, &typed("Alt vel.", "Alt vel her."))
        .unwrap()
        .unwrap();
    let before = book.clone();
    let finish = book
        .write(&pen(1, 12), &seen, &[Edit::Finish { by, at: Instant(12) }])
        .unwrap()
        .unwrap();
    assert_eq!(judge(&before, &finish.bytes, &worker(1)), Ok(()));
    assert_eq!(
        judge(&before, &finish.bytes, &worker(2)),
        Err(Fault::Finish),
        "nobody finishes for another"
    );
    book.apply(&late.bytes).unwrap();
    assert_eq!(book.standing_text(), "Alt vel.");
    assert_eq!(book.text(), "Alt vel her.");
    let Projection::Note(facts) = book.project() else {
        panic!("a note")
    };
    assert_eq!((facts.finished_by, facts.finished_at), (Some(by), Some(Instant(12))));
    assert_eq!(facts.excerpt, "Alt vel.");
}

#[test]
fn writing_on_a_finished_version_is_refused_and_beside_it_is_not() {
    let mut book = Book::born(birth(Kind::Note));
    book.write(&pen(1, 10), &[], &typed("", "Alt vel.")).unwrap();
    let seen = book.heads();
    let by = PersonId::from_bytes([1; 16]);
    book.write(&pen(1, 12), &seen, &[Edit::Finish { by, at: Instant(12) }])
        .unwrap();
    let finished = book.heads();
    let after = book
        .clone()
        .write(&pen(1, 13), &finished, &typed("Alt vel.", "Alt"))
        .unwrap()
        .unwrap();
    assert_eq!(judge(&book, &after.bytes, &worker(1)), Err(Fault::Finished));
    let beside = book
        .clone()
        .write(&pen(2, 13), &seen, &typed("Alt vel.", "Alt er vel."))
        .unwrap()
        .unwrap();
    assert_eq!(judge(&book, &beside.bytes, &worker(2)), Ok(()));
    let again = book.write(&pen(1, 14), &finished, &[Edit::Finish { by, at: Instant(14) }]);
    assert!(matches!(again, Err(BookError::Finished)));
}

#[test]
fn of_two_who_finish_one_draft_apart_the_first_stands() {
    let mut book = Book::born(birth(Kind::Note));
    book.write(&pen(1, 10), &[], &typed("", "Alt vel.")).unwrap();
    let seen = book.heads();
    let finish = |mut own: Book, who: u8, heads: &[ChangeHash]| {
        let by = PersonId::from_bytes([who; 16]);
        let edit = [Edit::Finish { by, at: Instant(12) }];
        own.write(&pen(who, 12), heads, &edit).unwrap().unwrap().bytes
    };
    let first = finish(book.clone(), 1, &seen);
    let mut apart = book.clone();
    apart
        .write(&pen(2, 11), &seen, &typed("Alt vel.", "Alt vel her."))
        .unwrap();
    let theirs = apart.changes_since(&seen).remove(0).1;
    let second = finish(apart.clone(), 2, &apart.heads());

    book.apply(&first).unwrap();
    book.apply(&theirs).unwrap();
    assert_eq!(judge(&book, &second, &worker(2)), Err(Fault::Finished));
    assert_eq!(book.standing_text(), "Alt vel.");
    let Projection::Note(facts) = book.project() else {
        panic!("a note")
    };
    assert_eq!(facts.finished_by, Some(PersonId::from_bytes([1; 16])));
}

#[test]
fn a_worker_fills_fields_but_does_not_move_a_case() {
    let case = Book::born(birth(Kind::Case));
    let change = |edit: Edit| case.clone().write(&pen(1, 10), &[], &[edit]).unwrap().unwrap().bytes;
    let field = change(Edit::within("fields", "mobilitet", "rollator"));
    let unit = change(Edit::root("unit", Scalar::Bytes(vec![3; 16])));
    let share = change(Edit::within("units", &DocId::from_bytes([3; 16]).to_string(), true));
    assert_eq!(judge(&case, &field, &worker(1)), Ok(()));
    assert_eq!(judge(&case, &unit, &worker(1)), Err(Fault::MayNotWrite));
    assert_eq!(judge(&case, &share, &worker(1)), Err(Fault::MayNotWrite));
}

#[test]
fn a_worker_does_not_change_what_a_case_says_of_its_person() {
    let mut case = Book::born(birth(Kind::Case));
    let known = [
        Edit::root("protected", Scalar::Flag(true)),
        Edit::root("address", "Ågade 3"),
    ];
    case.write(&pen(3, 10), &[], &known).unwrap();
    let mut planner = worker(1);
    planner.roles.insert(Role::Planner);
    for edit in [Edit::root("protected", Scalar::Null), Edit::root("address", "Torvet 1")] {
        let change = case
            .clone()
            .write(&pen(1, 11), &case.heads(), &[edit])
            .unwrap()
            .unwrap();
        assert_eq!(judge(&case, &change.bytes, &worker(1)), Err(Fault::MayNotWrite));
        assert_eq!(judge(&case, &change.bytes, &planner), Ok(()));
    }
}

#[test]
fn what_a_birth_says_cannot_be_changed() {
    let note = Book::born(birth(Kind::Note));
    for edit in [
        Edit::root("kind", "case"),
        Edit::root("parent", Scalar::Null),
        Edit::root("text", "gone"),
    ] {
        let change = note.clone().write(&pen(1, 10), &[], &[edit]).unwrap().unwrap();
        assert_eq!(judge(&note, &change.bytes, &worker(1)), Err(Fault::Shape));
    }
}

#[test]
fn a_change_whose_ground_is_missing_says_what_it_needs() {
    let mut maja = Book::born(birth(Kind::Note));
    let mut yusuf = maja.clone();
    let first = maja.write(&pen(1, 10), &[], &typed("", "a")).unwrap().unwrap();
    let heads = maja.heads();
    let second = maja.write(&pen(1, 11), &heads, &typed("a", "ab")).unwrap().unwrap();
    assert!(matches!(yusuf.apply(&second.bytes), Err(BookError::Needs(missing)) if missing == [first.hash]));
    yusuf.apply(&first.bytes).unwrap();
    yusuf.apply(&second.bytes).unwrap();
    assert_eq!(yusuf.text(), "ab");
}

#[test]
fn a_body_with_changes_laid_beside_it_opens_in_any_order() {
    let mut book = Book::born(birth(Kind::Note));
    let base = book.save();
    let first = book.write(&pen(1, 10), &[], &typed("", "a")).unwrap().unwrap();
    let heads = book.heads();
    let second = book.write(&pen(1, 11), &heads, &typed("a", "ab")).unwrap().unwrap();
    for order in [[&first, &second], [&second, &first]] {
        let apart = order.map(|written| written.bytes.as_slice());
        assert_eq!(Book::open(&base, apart).unwrap().text(), "ab");
    }
}

#[test]
fn a_projection_survives_its_journey() {
    let mut book = Book::born(birth(Kind::Case));
    let edits = [
        Edit::root("title", "Hul i cykelsti"),
        Edit::root("state", "paused"),
        Edit::root("due", Instant(7)),
    ];
    book.write(&pen(1, 10), &[], &edits).unwrap();
    let made = book.project();
    assert_eq!(Projection::from_bytes(&made.to_bytes()), made);
    assert_eq!(Projection::from_bytes(b"\xff\xff"), Projection::Unknown);
}

#[test]
fn a_leader_settles_a_note_without_a_place_and_leaves_its_words() {
    let mut loose = Book::born(birth(Kind::Loose));
    let said = [
        Edit::root("words", "Skrevet uden ret."),
        Edit::root("author", Scalar::Bytes(vec![1; 16])),
        Edit::root("written", Instant(5)),
    ];
    loose.write(&pen(3, 10), &[], &said).unwrap();
    let leader = Author {
        person: PersonId::from_bytes([2; 16]),
        roles: [Role::Leader].into(),
    };
    let heads = loose.heads();
    let change = |edit: Edit| {
        loose
            .clone()
            .write(&pen(2, 11), &heads, &[edit])
            .unwrap()
            .unwrap()
            .bytes
    };
    let (settles, alters) = (
        change(Edit::root("settled", Instant(11))),
        change(Edit::root("words", "Andet.")),
    );
    assert_eq!(judge(&loose, &settles, &leader), Ok(()));
    assert_eq!(judge(&loose, &alters, &leader), Err(Fault::MayNotWrite));
    assert_eq!(judge(&loose, &settles, &worker(1)), Err(Fault::MayNotWrite));
    loose.apply(&settles).unwrap();
    let Projection::Loose(facts) = loose.project() else {
        panic!("a note without a place")
    };
    assert_eq!(facts.author, Some(PersonId::from_bytes([1; 16])));
    assert_eq!(
        (facts.excerpt.as_str(), facts.settled),
        ("Skrevet uden ret.", Some(Instant(11)))
    );
}
