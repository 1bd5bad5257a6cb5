//! Stories of the app through its one door: commands in, replies out.
//!
//! The page and the real server have their own stories elsewhere.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod town;

use feltbog_ids::Span;
use feltbog_protocol::{ScopeEnd, ServerProblem};
use feltbog_views::{ChipState, Command, Gate, ItemState, Language, NoteState, Problem, Refusal, Reply, Theme};
use town::{Device, Fault, LIMIT, Line, NOON, SCOPE, case, doc};

const PIN: &str = "274859";

#[test]
fn a_first_sign_in_ends_with_all_fetched() {
    let device = Device::new(1, &Line::new());
    assert_eq!(device.status().gate, Gate::Enrol);
    let status = device.expect_open(device.enrol("1", "korrekt hest", PIN));
    assert_eq!(status.gate, Gate::Open);
    device.waits_until_all_is_done();
    let status = device.status();
    assert_eq!(
        status.person.map(|person| person.name).as_deref(),
        Some("Kirsten Nattergal-Sørensen")
    );
    assert_eq!(status.user.as_deref(), Some("maja"));
}

#[test]
fn a_first_sign_in_that_fails_leaves_the_device_as_new() {
    let line = Line::new();
    let device = Device::new(1, &line);
    assert_eq!(
        device.problem(device.enrol("1", "korrekt hest", "123456")),
        Problem::WeakPin
    );
    assert_eq!(line.exchange().requests, 0, "a weak PIN must not spend the token");
    assert_eq!(
        device.problem(device.enrol("x", "korrekt hest", PIN)),
        Problem::BadToken
    );
    assert_eq!(
        device.problem(device.enrol("1", "gal hest", PIN)),
        Problem::WrongPassword
    );
    line.exchange().faults.push_back(Some(Fault::Lost));
    assert_eq!(
        device.problem(device.enrol("1", "korrekt hest", PIN)),
        Problem::ServerUnreachable
    );
    let device = device.restarts();
    assert_eq!(device.status().gate, Gate::Enrol);
    device.expect_open(device.enrol("1", "korrekt hest", PIN));
}

#[test]
fn a_second_first_sign_in_never_replaces_a_notebook() {
    let mut device = Device::signed_in(1, &Line::new());
    device.app.road().cut().unwrap();
    device.writes(doc(40), "Kun her.");
    device.expect_open(device.enrol("2", "korrekt hest", PIN));
    assert_eq!(device.notes()[0].text, "Kun her.");
    device.app.answer(Command::Lock {});
    assert_eq!(device.problem(device.enrol("2", "korrekt hest", PIN)), Problem::Locked);
}

#[test]
fn a_notebook_whose_key_record_is_gone_is_laid_aside_and_the_person_is_told() {
    let line = Line::new();
    let mut device = Device::signed_in(1, &line);
    device.app.road().cut().unwrap();
    device.writes(doc(40), "Kun her.");
    let device = device.restarts();
    std::fs::remove_file(device.folder.path().join("vault.json")).unwrap();
    let was = std::fs::read(device.folder.path().join("replica.db")).unwrap();
    assert_eq!(device.status().gate, Gate::Enrol);
    device.app.road().restore().unwrap();
    device.expect_open(device.enrol("2", "korrekt hest", PIN));
    let parked = device.sync_page().parked;
    assert_eq!(parked.len(), 1);
    assert_eq!(parked[0].reason, Refusal::LeftBehind);
    let files = std::fs::read_dir(device.folder.path()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let aside: Vec<_> = names
        .filter(|name| name.starts_with("laid-aside-") && name.ends_with(".db"))
        .collect();
    assert_eq!(aside.len(), 1, "{aside:?}");
    assert_eq!(std::fs::read(device.folder.path().join(&aside[0])).unwrap(), was);
    device.app.answer(Command::DismissParked { id: parked[0].id });
    assert_eq!(device.sync_page().parked, []);
}

#[test]
fn a_note_typed_offline_reaches_a_colleague() {
    let line = Line::new();
    let (mut a, b) = (Device::signed_in(1, &line), Device::signed_in(2, &line));
    a.app.road().cut().unwrap();
    a.writes(doc(40), "Inger har det bedre.");
    a.waits_until(|a| a.chip() == Some(ChipState::Offline { kept: 1 }));
    assert_eq!(a.notes()[0].item, ItemState::Kept);
    a.app.road().restore().unwrap();
    b.waits_until(|b| {
        b.notes()
            .iter()
            .any(|note| matches!(note.state, NoteState::Finished { .. }))
    });
    a.waits_until_all_is_done();
    assert!(matches!(a.notes()[0].item, ItemState::Sent { .. }));
}

#[test]
fn an_app_that_was_killed_opens_at_once_without_a_network_and_has_the_note() {
    let line = Line::new();
    let mut device = Device::signed_in(1, &line);
    device.app.road().cut().unwrap();
    device.writes(doc(40), "Strømmen gik.");
    let before = line.exchange().requests;
    let device = device.restarts();
    assert_eq!(device.status().gate, Gate::Locked);
    device.expect_open(device.unlock(PIN));
    assert_eq!(device.notes()[0].text, "Strømmen gik.");
    device.waits_until(|device| device.chip() == Some(ChipState::Offline { kept: 1 }));
    assert_eq!(line.exchange().requests, before, "the road is still cut");
    device.app.road().restore().unwrap();
    device.waits_until_all_is_done();
    assert_eq!(line.exchange().office.text(doc(40)), "Strømmen gik.");
}

#[test]
fn a_lost_answer_means_the_same_push_again_and_no_double() {
    let line = Line::new();
    let mut device = Device::signed_in(1, &line);
    device.app.road().cut().unwrap();
    // The look that a cut road calls for is over: the next letter is the note's.
    device.waits_until(|device| device.status().problem == Some(Problem::ServerUnreachable));
    device.writes(doc(40), "Én gang.");
    line.exchange().faults.push_back(Some(Fault::AnswerLost));
    device.app.road().restore().unwrap();
    // The bell the office rang may have sent the courier again already: how it stands in between is nobody's promise.
    device.waits_until(|_| line.exchange().office.holds(doc(40)));
    device.app.answer(Command::SendNow {});
    device.waits_until(|device| line.exchange().pushes > 1 && device.all_is_done());
    assert_eq!(line.exchange().office.text(doc(40)), "Én gang.");
    assert_eq!(device.notes().len(), 1);
}

#[test]
fn an_ended_session_asks_for_the_password_and_then_sends_what_waited() {
    let line = Line::new();
    let mut device = Device::signed_in(1, &line);
    line.exchange().session = Some(ServerProblem::SessionEnded);
    device.writes(doc(40), "Mens jeg var logget ud.");
    device.waits_until(|device| device.chip() == Some(ChipState::SignIn { items: 1 }));
    assert_eq!(device.status().problem, Some(Problem::SessionEnded));
    let wrong = device.app.answer(Command::SignIn {
        password: "gal hest".to_owned(),
    });
    assert_eq!(device.problem(wrong), Problem::WrongPassword);
    device.expect_open(device.app.answer(Command::SignIn {
        password: "korrekt hest".to_owned(),
    }));
    device.waits_until_all_is_done();
    assert!(line.exchange().office.holds(doc(40)));
}

#[test]
fn one_can_lock_while_a_sign_in_hangs() {
    let line = Line::new();
    let device = Device::signed_in(1, &line);
    line.exchange().session = Some(ServerProblem::SessionEnded);
    device.app.answer(Command::SendNow {});
    device.waits_until(|device| device.status().problem == Some(Problem::SessionEnded));
    line.exchange().faults.push_back(Some(Fault::Hangs));
    let password = "korrekt hest".to_owned();
    let signs_in = device.asks(Command::SignIn { password });
    while !line.exchange().faults.is_empty() {
        std::thread::yield_now();
    }
    let locked = device.asks(Command::Lock {}).recv_timeout(LIMIT);
    assert_eq!(device.expect_open(locked.unwrap()).gate, Gate::Locked);
    device.app.road().cut().unwrap();
    assert_eq!(device.problem(signs_in.recv().unwrap()), Problem::ServerUnreachable);
    assert_eq!(device.status().gate, Gate::Locked);
}

#[test]
fn a_closed_account_is_said_and_the_words_are_kept() {
    let line = Line::new();
    let mut device = Device::signed_in(1, &line);
    line.exchange().session = Some(ServerProblem::AccountClosed);
    device.writes(doc(40), "Min sidste dag.");
    device.waits_until(|device| device.chip() == Some(ChipState::Closed { items: 1 }));
    assert_eq!(device.sync_page().problem, Some(Problem::AccountClosed));
    assert_eq!(device.notes()[0].text, "Min sidste dag.");
}

#[test]
fn what_the_server_will_not_even_read_is_handed_back_with_its_words() {
    let line = Line::new();
    let mut device = Device::signed_in(1, &line);
    device.app.road().cut().unwrap();
    device.types(doc(40), &[], "", "En meget lang historie.");
    let limit = ServerProblem::TooLarge { limit: 10 };
    line.exchange().faults.extend([Some(Fault::Refused(limit)); 8]);
    device.app.road().restore().unwrap();
    device.waits_until(|device| device.status().chip.is_some_and(|chip| chip.handling > 0));
    let parked = device.sync_page().parked;
    assert_eq!(parked[0].reason, Refusal::TooLarge);
    assert!(parked.iter().any(|row| row.words.contains("En meget lang historie.")));
}

#[test]
fn the_same_keeping_sent_twice_is_done_once() {
    let line = Line::new();
    let mut device = Device::signed_in(1, &line);
    let typed = device.types(doc(40), &[], "", "Kaffe");
    let id = feltbog_ids::CommandId::from_bytes([77; 16]);
    let (before, after) = ("Kaffe".to_owned(), "Kaffe og kage".to_owned());
    let keep = Command::KeepDraft {
        id,
        note: doc(40),
        case: town::case(),
        visit: None,
        heads: typed.typed,
        before,
        after,
    };
    let (first, second) = (device.draft(keep.clone()), device.draft(keep));
    assert_eq!(first.note.text, "Kaffe og kage");
    assert_eq!(first, second);
}

#[test]
fn four_wrong_pins_are_counted_and_the_fifth_waits() {
    let device = Device::signed_in(1, &Line::new()).restarts();
    for left in [4, 3, 2, 1] {
        assert_eq!(device.problem(device.unlock("999998")), Problem::WrongPin { left });
    }
    let device = device.restarts();
    assert_eq!(
        device.problem(device.unlock("999998")),
        Problem::PinWait { seconds: 30 }
    );
    device.passes_seconds(10);
    assert_eq!(device.problem(device.unlock(PIN)), Problem::PinWait { seconds: 20 });
    device.passes_seconds(20);
    device.expect_open(device.unlock(PIN));
    device.app.answer(Command::Lock {});
    assert_eq!(device.problem(device.unlock("999998")), Problem::WrongPin { left: 4 });
}

#[test]
fn a_try_that_cannot_be_counted_is_not_made() {
    let device = Device::signed_in(1, &Line::new()).restarts();
    let tries = device.folder.path().join("tries.unfinished");
    std::fs::create_dir(&tries).unwrap();
    assert_eq!(device.problem(device.unlock(PIN)), Problem::Unexpected);
    std::fs::remove_dir(&tries).unwrap();
    device.expect_open(device.unlock(PIN));
}

#[test]
fn a_locked_notebook_shows_nothing_and_a_missing_one_asks_for_sign_in() {
    let device = Device::new(1, &Line::new());
    assert_eq!(
        device.problem(device.app.answer(Command::News {})),
        Problem::NotEnrolled
    );
    assert_eq!(device.problem(device.unlock(PIN)), Problem::NotEnrolled);
    device.expect_open(device.enrol("1", "korrekt hest", PIN));
    let status = device.expect_open(device.app.answer(Command::Lock {}));
    assert_eq!(
        (status.gate, status.person, status.user, status.chip),
        (Gate::Locked, None, None, None)
    );
    assert_eq!(
        device.problem(device.app.answer(Command::Today { day: None })),
        Problem::Locked
    );
}

#[test]
fn the_language_is_chosen_before_sign_in_and_stays_chosen() {
    let device = Device::new(1, &Line::new());
    device.app.answer(Command::SetSettings {
        language: Language::En,
        theme: Theme::Dark,
    });
    let status = device.restarts().status();
    assert_eq!((status.language, status.theme), (Language::En, Theme::Dark));
    assert_eq!((status.now.hour, status.now.week), (12, 48));
}

#[test]
fn every_screen_answers_in_its_own_shape() {
    let device = Device::signed_in(1, &Line::new());
    let list = Command::Cases {
        query: "laerke".to_owned(),
        filter: feltbog_views::CaseFilter::default(),
        sort: feltbog_views::CaseSort::Subject,
        offset: 0,
        limit: 60,
    };
    assert!(matches!(device.app.answer(list), Reply::Cases(list) if list.total == 1));
    assert!(matches!(device.app.answer(Command::Today { day: None }), Reply::Today(day) if day.day.day == 24));
    assert!(matches!(device.app.answer(Command::News {}), Reply::News(news) if news.rows.is_empty()));
    assert!(matches!(device.app.answer(Command::Settings {}), Reply::Settings(page) if page.bytes > 0));
    let nowhere = device.app.answer(Command::Post { id: doc(99) });
    assert_eq!(device.problem(nowhere), Problem::NotHere);
    let no_day = device.app.answer(Command::Today {
        day: Some("i går".to_owned()),
    });
    assert_eq!(device.problem(no_day), Problem::BadValue);
}

#[test]
fn a_shift_that_ends_offline_empties_the_screen_and_says_so() {
    let line = Line::new();
    let until = NOON + Span::seconds(3_600);
    line.exchange().office.ends = vec![ScopeEnd { scope: SCOPE, until }];
    let mut device = Device::signed_in(1, &line);
    device.app.road().cut().unwrap();
    device.writes(doc(60), "Skrevet på vagten.");
    assert_eq!(device.status().shift_ended, None);
    device.passes_seconds(3_600);
    assert_eq!(
        device.problem(device.app.answer(Command::Case { id: case() })),
        Problem::NotHere
    );
    assert!(matches!(device.app.answer(Command::Today { day: None }), Reply::Today(today) if today.visits.is_empty()));
    let told = device.status().shift_ended.unwrap();
    assert_eq!((told.at.at, told.waiting), (until, 1));

    // The app was closed meanwhile: what ended is gone before anything is shown.
    let device = device.restarts();
    let status = device.expect_open(device.unlock(PIN));
    assert_eq!(status.shift_ended.unwrap().waiting, 1);
    assert_eq!(
        device.problem(device.app.answer(Command::Case { id: case() })),
        Problem::NotHere
    );
}
