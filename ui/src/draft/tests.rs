//! The editor's promises, one by one. Nothing here needs a browser.

use feltbog_ids::{ChangeHash, CommandId, DocId, Instant};
use feltbog_views::{Command, DraftView, ItemState, NoteState, NoteView, Problem, When};

use super::{Draft, Finishing, Place};

fn id(n: u8) -> CommandId {
    CommandId::from_bytes([n; 16])
}

fn doc(n: u8) -> DocId {
    DocId::from_bytes([n; 16])
}

fn head(n: u8) -> Vec<ChangeHash> {
    vec![ChangeHash([n; 32])]
}

fn when() -> When {
    When {
        at: Instant(0),
        year: 2026,
        month: 11,
        day: 24,
        weekday: 2,
        week: 48,
        hour: 9,
        minute: 5,
    }
}

fn note(text: &str, version: u8) -> NoteView {
    NoteView {
        id: doc(1),
        case: doc(2),
        visit: None,
        state: NoteState::Draft,
        text: text.into(),
        heads: head(version),
        authors: vec!["Maja Timian".into()],
        started: when(),
        changed: when(),
        late: None,
        item: ItemState::Kept,
        may_write: true,
        additions: Vec::new(),
    }
}

fn finished(text: &str, version: u8) -> NoteView {
    let state = NoteState::Finished {
        by: "Maja Timian".into(),
        title: "SSH".into(),
        with: Vec::new(),
        at: when(),
    };
    NoteView {
        state,
        ..note(text, version)
    }
}

fn reply(text: &str, version: u8, typed: u8) -> DraftView {
    DraftView {
        note: note(text, version),
        typed: head(typed),
    }
}

fn fresh() -> Draft {
    Draft::new(Place {
        note: doc(1),
        case: doc(2),
        visit: None,
    })
}

fn kept(draft: &mut Draft, n: u8) -> (Vec<ChangeHash>, String, String) {
    match draft.next(id(n)) {
        Some(Command::KeepDraft {
            heads, before, after, ..
        }) => (heads, before, after),
        other => panic!("expected a keeping, got {other:?}"),
    }
}

#[test]
fn an_untouched_note_is_never_made() {
    assert_eq!(fresh().next(id(1)), None);
}

#[test]
fn the_first_words_make_the_note() {
    let mut draft = fresh();
    draft.type_text("Sov".into());
    assert_eq!(kept(&mut draft, 1), (Vec::new(), String::new(), "Sov".into()));
}

#[test]
fn one_command_at_a_time() {
    let mut draft = fresh();
    draft.type_text("Sov".into());
    kept(&mut draft, 1);
    draft.type_text("Sov godt".into());
    assert_eq!(draft.next(id(2)), None);
    assert!(!draft.is_kept());
}

#[test]
fn a_colleagues_words_are_taken_over_when_nothing_was_typed_since() {
    let mut draft = fresh();
    draft.type_text("Sov".into());
    kept(&mut draft, 1);
    draft.answered(&reply("Hej. Sov", 7, 5));
    assert_eq!(draft.text(), "Hej. Sov");
    assert!(draft.is_kept());
    draft.type_text("Hej. Sov godt".into());
    assert_eq!(
        kept(&mut draft, 2),
        (head(7), "Hej. Sov".into(), "Hej. Sov godt".into())
    );
}

#[test]
fn words_typed_meanwhile_are_kept_on_the_version_they_were_typed_on() {
    let mut draft = fresh();
    draft.type_text("Sov".into());
    kept(&mut draft, 1);
    draft.type_text("Sov godt".into());
    draft.answered(&reply("Hej. Sov", 7, 5));
    assert_eq!(draft.text(), "Sov godt");
    assert_eq!(kept(&mut draft, 2), (head(5), "Sov".into(), "Sov godt".into()));
    draft.answered(&reply("Hej. Sov godt", 9, 8));
    assert_eq!(draft.text(), "Hej. Sov godt");
    assert_eq!(draft.heads(), head(9));
}

#[test]
fn typing_back_to_what_was_sent_counts_as_not_typed() {
    let mut draft = fresh();
    draft.type_text("Sov".into());
    kept(&mut draft, 1);
    draft.type_text("Sov godt".into());
    draft.type_text("Sov".into());
    draft.answered(&reply("Sov", 5, 5));
    assert!(draft.is_kept());
    assert_eq!(draft.next(id(2)), None);
}

#[test]
fn deleting_all_words_is_kept_too() {
    let mut draft = Draft::of(&note("Sov", 5));
    draft.type_text(String::new());
    assert_eq!(kept(&mut draft, 1), (head(5), "Sov".into(), String::new()));
}

#[test]
fn a_lost_answer_is_asked_for_again_with_the_same_id_and_words() {
    let mut draft = fresh();
    draft.type_text("Sov".into());
    let first = draft.next(id(1));
    draft.type_text("Sov godt".into());
    assert_eq!(draft.again(), first);
    draft.answered(&reply("Sov", 5, 5));
    assert_eq!(kept(&mut draft, 2), (head(5), "Sov".into(), "Sov godt".into()));
}

#[test]
fn a_full_disk_leaves_the_words_on_the_screen_and_the_next_try_sends_them() {
    let mut draft = fresh();
    draft.type_text("Sov".into());
    kept(&mut draft, 1);
    draft.refused(Problem::DiskFull);
    assert_eq!(draft.problem(), Some(&Problem::DiskFull));
    assert_eq!(draft.text(), "Sov");
    assert_eq!(kept(&mut draft, 2).2, "Sov");
    draft.answered(&reply("Sov", 5, 5));
    assert_eq!(draft.problem(), None);
}

#[test]
fn finishing_keeps_the_last_words_first_and_then_binds_the_version_of_the_answer() {
    let mut draft = fresh();
    draft.type_text("Sov".into());
    draft.ask_to_finish();
    assert_eq!(kept(&mut draft, 1).2, "Sov");
    draft.answered(&reply("Sov", 6, 5));
    assert_eq!(
        draft.next(id(2)),
        Some(Command::FinishNote {
            id: id(2),
            note: doc(1),
            heads: head(6)
        })
    );
    draft.answered(&DraftView {
        note: finished("Sov", 6),
        typed: head(6),
    });
    assert_eq!(draft.finishing(), Finishing::Done);
    assert_eq!(draft.next(id(3)), None);
}

#[test]
fn finishing_waits_for_the_keeping_under_way_and_the_words_typed_after_it() {
    let mut draft = fresh();
    draft.type_text("Sov".into());
    kept(&mut draft, 1);
    draft.type_text("Sov godt".into());
    draft.ask_to_finish();
    draft.answered(&reply("Sov", 5, 5));
    assert_eq!(kept(&mut draft, 2).2, "Sov godt");
    draft.answered(&reply("Sov godt", 6, 6));
    assert_eq!(
        draft.next(id(3)),
        Some(Command::FinishNote {
            id: id(3),
            note: doc(1),
            heads: head(6)
        })
    );
}

#[test]
fn nobody_puts_their_name_to_a_colleagues_words_unread() {
    let mut draft = fresh();
    draft.type_text("Sov".into());
    draft.ask_to_finish();
    kept(&mut draft, 1);
    draft.answered(&reply("Hej. Sov", 7, 5));
    assert_eq!(draft.finishing(), Finishing::Held);
    assert_eq!(draft.next(id(2)), None);
    draft.ask_to_finish();
    assert_eq!(
        draft.next(id(2)),
        Some(Command::FinishNote {
            id: id(2),
            note: doc(1),
            heads: head(7)
        })
    );
}

#[test]
fn nothing_is_typed_into_a_note_on_its_way_to_being_finished() {
    let mut draft = Draft::of(&note("Sov", 5));
    draft.ask_to_finish();
    draft.type_text("Sov godt".into());
    assert_eq!(draft.text(), "Sov");
}

#[test]
fn a_refused_finish_opens_the_note_again() {
    let mut draft = Draft::of(&note("Sov", 5));
    draft.ask_to_finish();
    draft.next(id(1));
    draft.refused(Problem::DiskFull);
    draft.type_text("Sov godt".into());
    assert_eq!(draft.text(), "Sov godt");
}

#[test]
fn a_note_without_words_is_not_finished() {
    let mut draft = fresh();
    draft.type_text("  \n".into());
    draft.ask_to_finish();
    assert_eq!(draft.problem(), Some(&Problem::EmptyNote));
    assert_eq!(draft.finishing(), Finishing::No);
}

#[test]
fn a_change_heard_of_while_typing_is_looked_up_once_the_words_are_kept() {
    let mut draft = Draft::of(&note("Sov", 5));
    draft.type_text("Sov godt".into());
    draft.hear_of_change();
    assert!(!draft.wants_refresh());
    kept(&mut draft, 1);
    draft.type_text("Sov godt.".into());
    draft.answered(&reply("Sov godt", 6, 6));
    kept(&mut draft, 2);
    assert!(!draft.wants_refresh());
    draft.answered(&reply("Sov godt.", 7, 7));
    assert!(!draft.wants_refresh(), "the answer already carried what had arrived");
    draft.hear_of_change();
    assert!(draft.wants_refresh());
}

#[test]
fn a_look_up_that_crossed_with_typing_replaces_nothing() {
    let mut draft = Draft::of(&note("Sov", 5));
    draft.hear_of_change();
    draft.type_text("Sov godt".into());
    draft.refreshed(&head(5), &note("Hej. Sov", 6));
    assert_eq!(draft.text(), "Sov godt");
}

#[test]
fn a_look_up_older_than_the_last_keeping_replaces_nothing() {
    let mut draft = Draft::of(&note("Sov", 5));
    draft.type_text("Sov godt".into());
    kept(&mut draft, 1);
    draft.answered(&reply("Sov godt", 6, 6));
    draft.refreshed(&head(5), &note("Sov", 5));
    assert_eq!(draft.text(), "Sov godt");
}

#[test]
fn a_look_up_brings_a_colleagues_words() {
    let mut draft = Draft::of(&note("Sov", 5));
    draft.hear_of_change();
    draft.refreshed(&head(5), &note("Hej. Sov", 6));
    assert_eq!((draft.text(), draft.heads()), ("Hej. Sov", head(6).as_slice()));
    assert!(!draft.wants_refresh());
}

#[test]
fn a_note_a_colleague_finished_closes_the_editor() {
    let mut draft = Draft::of(&note("Sov", 5));
    draft.refreshed(&head(5), &finished("Sov godt", 6));
    assert_eq!(draft.finishing(), Finishing::Done);
}

#[test]
fn words_for_a_note_finished_meanwhile_go_on_as_a_note_of_their_own() {
    let mut draft = Draft::of(&note("Sov", 5));
    draft.type_text("Sov godt".into());
    kept(&mut draft, 1);
    draft.refused(Problem::NoteFinished);
    let mut moved = draft.as_new_note(doc(9));
    match moved.next(id(2)) {
        Some(Command::KeepDraft {
            note,
            heads,
            before,
            after,
            ..
        }) => {
            assert_eq!(
                (note, heads, before.as_str(), after.as_str()),
                (doc(9), Vec::new(), "", "Sov godt")
            );
        }
        other => panic!("{other:?}"),
    }
}
