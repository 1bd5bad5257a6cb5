//! Notes without a place on the server: whom words reach that their author had no right to write, and what is not told.
//!
//! How a device comes by them is the replica's story.

#![allow(clippy::unwrap_used)]

mod story;

use feltbog_casebook::{Edit, Kind, Projection, Role, Scalar};
use feltbog_ids::{CommandId, DocId, Instant, Span};
use feltbog_protocol::{Answer, Handed, Loose, MAX_LOOSE, MAX_PUSH, PushRequest, Reason, ServerProblem};
use story::{Town, Worker};

const WRITTEN: Instant = Instant(1_795_400_000_000_000);

fn item(number: u8, case: DocId, words: &str) -> Loose {
    Loose {
        id: CommandId::from_bytes([number; 16]),
        case: Some(case),
        note: DocId::from_bytes([number; 16]),
        words: Some(words.to_owned()),
        at: WRITTEN,
        finished: false,
        edition: 1,
    }
}

fn hands_over(town: &Town, worker: &Worker, loose: Vec<Loose>) -> Vec<Handed> {
    let request = PushRequest {
        items: Vec::new(),
        loose,
    };
    let at = worker.session.workspace;
    town.office
        .push(&worker.session, at, &request, town.now)
        .unwrap()
        .handed
}

fn loose_of(town: &Town, worker: &Worker) -> Vec<DocId> {
    let seen = town.may_see(worker).into_iter();
    seen.filter(|doc| town.book(*doc).birth().kind == Kind::Loose).collect()
}

fn words_for(town: &Town, worker: &Worker) -> Vec<String> {
    let docs = loose_of(town, worker).into_iter();
    docs.map(|doc| town.book(doc).words("words")).collect()
}

#[test]
fn words_without_a_right_reach_the_leader_and_nobody_else() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let (maja, yusuf) = (
        town.worker("maja", Role::Worker, unit),
        town.worker("yusuf", Role::Worker, unit),
    );
    let peter = town.worker("peter", Role::Leader, unit);
    let case = town.case(unit);
    town.end(maja.session.person, Role::Worker, unit);
    assert_eq!(
        hands_over(&town, &maja, vec![item(1, case, "Skrevet for sent.")]),
        [Handed::Taken]
    );
    assert_eq!(words_for(&town, &peter), ["Skrevet for sent."]);
    for other in [&maja, &yusuf] {
        assert_eq!(loose_of(&town, other), []);
    }
    let Projection::Loose(facts) = town.book(loose_of(&town, &peter)[0]).project() else {
        panic!("a note without a place")
    };
    assert_eq!((facts.case, facts.author), (Some(case), Some(maja.session.person)));
    assert_eq!((facts.written, facts.received), (WRITTEN, town.now));
}

#[test]
fn sent_twice_it_is_there_once_and_an_earlier_edition_changes_nothing() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let (maja, peter) = (
        town.worker("maja", Role::Worker, unit),
        town.worker("peter", Role::Leader, unit),
    );
    let first = item(1, town.case(unit), "Først.");
    let second = Loose {
        words: Some("Først. Så.".to_owned()),
        finished: true,
        edition: 2,
        ..first.clone()
    };
    for sent in [&first, &first, &second, &first, &second] {
        assert_eq!(hands_over(&town, &maja, vec![sent.clone()]), [Handed::Taken]);
    }
    assert_eq!(words_for(&town, &peter), ["Først. Så."]);
    let finish = Loose {
        words: None,
        edition: 3,
        ..second
    };
    hands_over(&town, &maja, vec![finish]);
    assert_eq!(words_for(&town, &peter), ["Først. Så."]);
}

#[test]
fn two_devices_that_draw_the_same_id_hand_over_two_notes() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let (maja, yusuf) = (
        town.worker("maja", Role::Worker, unit),
        town.worker("yusuf", Role::Worker, unit),
    );
    let peter = town.worker("peter", Role::Leader, unit);
    let case = town.case(unit);
    hands_over(&town, &maja, vec![item(1, case, "Majas.")]);
    hands_over(&town, &yusuf, vec![item(1, case, "Yusufs.")]);
    let mut words = words_for(&town, &peter);
    words.sort_unstable();
    assert_eq!(words, ["Majas.", "Yusufs."]);
}

#[test]
fn who_guesses_a_case_learns_nothing_and_writes_in_no_strangers_list() {
    let town = Town::new();
    let (kloever, oest) = (town.unit("Team Kløver", None), town.unit("Tilsyn Øst", None));
    let maja = town.worker("maja", Role::Worker, kloever);
    let (peter, stig) = (
        town.worker("peter", Role::Leader, kloever),
        town.worker("stig", Role::Leader, oest),
    );
    let (theirs, nowhere) = (town.case(oest), town.doc());
    let answers = hands_over(
        &town,
        &maja,
        vec![item(1, theirs, "Gættet."), item(2, nowhere, "Opdigtet.")],
    );
    assert_eq!(answers, [Handed::Taken, Handed::Taken]);
    assert_eq!(loose_of(&town, &stig), []);
    let docs = loose_of(&town, &peter);
    assert_eq!(docs.len(), 2);
    for doc in docs {
        let Projection::Loose(facts) = town.book(doc).project() else {
            panic!("a note without a place")
        };
        assert_eq!(facts.case, None);
    }
}

#[test]
fn a_case_that_moved_on_is_its_present_leaders_to_know_of() {
    let town = Town::new();
    let (kloever, maane) = (town.unit("Team Kløver", None), town.unit("Team Måne", None));
    let maja = town.worker("maja", Role::Worker, kloever);
    let (peter, stig) = (
        town.worker("peter", Role::Leader, kloever),
        town.worker("stig", Role::Leader, maane),
    );
    let case = town.case(kloever);
    town.move_case(case, maane);
    hands_over(&town, &maja, vec![item(1, case, "Om en sag, der er flyttet.")]);
    assert_eq!(words_for(&town, &stig), ["Om en sag, der er flyttet."]);
    assert_eq!(loose_of(&town, &peter), []);
}

#[test]
fn a_case_that_came_after_its_author_had_gone_was_never_theirs() {
    let town = Town::new();
    let (kloever, maane) = (town.unit("Team Kløver", None), town.unit("Team Måne", None));
    let maja = town.worker("maja", Role::Worker, kloever);
    let stig = town.worker("stig", Role::Leader, maane);
    town.end(maja.session.person, Role::Worker, kloever);
    let case = town.case(kloever);
    town.move_case(case, maane);
    hands_over(&town, &maja, vec![item(1, case, "Gættet.")]);
    assert_eq!(loose_of(&town, &stig), []);
}

#[test]
fn where_a_unit_has_no_leader_the_one_above_has_it_and_one_who_comes_later() {
    let town = Town::new();
    let nord = town.unit("Hjemmeplejen Nord", None);
    let (kloever, maane) = (town.unit("Team Kløver", Some(nord)), town.unit("Team Måne", Some(nord)));
    let maja = town.worker("maja", Role::Worker, kloever);
    let beside = town.worker("stig", Role::Leader, maane);
    hands_over(&town, &maja, vec![item(1, town.case(kloever), "Til lederen.")]);
    assert_eq!(loose_of(&town, &beside), []);
    for (user, unit) in [("peter", nord), ("hanne", kloever)] {
        let leader = town.worker(user, Role::Leader, unit);
        assert_eq!(words_for(&town, &leader), ["Til lederen."]);
    }
}

#[test]
fn who_never_had_a_role_hands_nothing_over() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let stranger = town.device("ny", town.account("ny"));
    let answers = hands_over(&town, &stranger, vec![item(1, town.case(unit), "Ord.")]);
    assert_eq!(answers, [Handed::Refused(Reason::NoRight)]);
}

#[test]
fn a_note_that_was_written_on_a_thousand_times_is_its_authors_again() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let case = town.case(unit);
    let edition = |edition: u32| Loose {
        edition,
        ..item(1, case, &format!("Ord {edition}."))
    };
    let most = u32::try_from(MAX_PUSH).unwrap();
    for first in (1..=1_000).step_by(MAX_PUSH) {
        let answers = hands_over(&town, &maja, (first..first + most).map(edition).collect());
        assert!(answers.iter().all(|answer| *answer == Handed::Taken), "from {first} on");
    }
    let answers = hands_over(&town, &maja, vec![edition(1_001), edition(1_000)]);
    assert_eq!(answers, [Handed::Refused(Reason::TooLarge), Handed::Taken]);
}

#[test]
fn a_device_that_hands_over_hundreds_is_asked_to_wait_a_day() {
    let mut town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let case = town.case(unit);
    let numbered = |number: u16| Loose {
        id: CommandId::from_bytes(
            [[7; 8], [0, 0, 0, 0, 0, 0, (number >> 8) as u8, number as u8]]
                .concat()
                .try_into()
                .unwrap(),
        ),
        ..item(1, case, "Ord.")
    };
    for round in 0..3 {
        let answers = hands_over(
            &town,
            &maja,
            (0..100).map(|number| numbered(round * 100 + number)).collect(),
        );
        assert!(answers.iter().all(|answer| *answer == Handed::Taken));
    }
    assert_eq!(
        hands_over(&town, &maja, vec![numbered(300), numbered(7)]),
        [Handed::Later, Handed::Taken]
    );
    let more = Loose {
        words: Some("Flere ord.".to_owned()),
        edition: 2,
        ..numbered(7)
    };
    assert_eq!(hands_over(&town, &maja, vec![more]), [Handed::Taken]);
    town.now = town.now + Span::days(1) + Span::seconds(1);
    assert_eq!(hands_over(&town, &maja, vec![numbered(300)]), [Handed::Taken]);
}

#[test]
fn what_is_too_large_is_refused_and_what_is_too_many_is_not_read() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let (maja, peter) = (
        town.worker("maja", Role::Worker, unit),
        town.worker("peter", Role::Leader, unit),
    );
    let case = town.case(unit);
    let large = item(1, case, &"æ".repeat(MAX_LOOSE));
    let answers = hands_over(&town, &maja, vec![large, item(2, case, "Lille."), item(3, case, " ")]);
    assert_eq!(
        answers,
        [Handed::Refused(Reason::TooLarge), Handed::Taken, Handed::Taken]
    );
    assert_eq!(words_for(&town, &peter), ["Lille."]);
    let (_, items) = town.note_items(&maja, case, "Ord.");
    let request = PushRequest {
        loose: (0..MAX_PUSH - items.len() + 1).map(|_| item(4, case, "Ord.")).collect(),
        items,
    };
    let answer = town
        .office
        .push(&maja.session, maja.session.workspace, &request, town.now);
    assert!(matches!(answer, Err(ServerProblem::TooLarge { .. })));
}

#[test]
fn a_leader_says_that_it_is_dealt_with_and_alters_nothing_else() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let (maja, peter) = (
        town.worker("maja", Role::Worker, unit),
        town.worker("peter", Role::Leader, unit),
    );
    let case = town.case(unit);
    let first = item(1, case, "Til lederen.");
    hands_over(&town, &maja, vec![first.clone()]);
    let doc = loose_of(&town, &peter)[0];
    for edit in [
        Edit::root("words", "Noget andet."),
        Edit::root("author", Scalar::Bytes(peter.session.person.as_bytes().to_vec())),
        Edit::within("audience", &format!("unit:{unit}"), true),
        Edit::within("fields", "settled", true),
    ] {
        let altered = town.edit(&peter, doc, std::slice::from_ref(&edit));
        assert_eq!(
            town.one(&peter, altered),
            Answer::Refused(Reason::MayNotWrite),
            "{edit:?}"
        );
    }
    let settled = [Edit::root("settled", town.now)];
    assert_eq!(
        town.one(&maja, town.edit(&maja, doc, &settled)),
        Answer::Refused(Reason::NoRight)
    );
    assert!(matches!(
        town.one(&peter, town.edit(&peter, doc, &settled)),
        Answer::Stored(_)
    ));
    let settled_at = || town.book(doc).instant("settled");
    assert_eq!(settled_at(), Some(town.now));
    let more = Loose {
        words: Some("Til lederen. Og mere.".to_owned()),
        edition: 2,
        ..first
    };
    hands_over(&town, &maja, vec![more]);
    assert_eq!(settled_at(), None, "words nobody has seen are on the list again");
}

#[test]
fn nobody_but_the_server_makes_one() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    for (user, role) in [("maja", Role::Worker), ("peter", Role::Leader), ("kim", Role::Editor)] {
        let worker = town.worker(user, role, unit);
        let birth = town.birth(&worker, Kind::Loose, town.doc(), None);
        assert_eq!(
            town.one(&worker, worker.item(&birth, birth.bytes())),
            Answer::Refused(Reason::MayNotCreate)
        );
    }
}
