//! Stories of words that have no place: kept, sealed for the leader, gone from the device once they are there.
//!
//! Who the leader is, is the server's story.

mod town;

use feltbog_protocol::{Handed, Loose, Reason};
use feltbog_replica::{Replica, ReplicaError};
use feltbog_views::{ItemState, NoteState, Refusal, WaitingKind};
use town::{Office, Tablet, all_that_is_stored, doc};

const NOTE: u8 = 40;

/// A tablet from which the case has just left.
fn without_its_case(office: &mut Office) -> Tablet {
    let mut tablet = Tablet::synced(1, office);
    let page = office.page_of_a_lost_scope();
    let moment = tablet.moment();
    tablet.notebook.take_page(&page, &moment).expect("a page is taken in");
    tablet
}

/// All that waits is refused, since its author has no right to the case.
fn refuses_all(office: &mut Office, tablet: &mut Tablet) {
    for item in tablet.notebook.outbox(10).expect("the outbox can be read") {
        office.refused.insert(item.hash, Reason::NoRight);
    }
    tablet.sends(office);
}

fn words(loose: &[Loose]) -> Vec<&str> {
    loose.iter().filter_map(|one| one.words.as_deref()).collect()
}

#[test]
fn what_is_typed_after_the_case_left_is_kept_and_counted_and_survives_a_flat_battery() {
    let mut office = Office::new();
    let mut tablet = without_its_case(&mut office);
    let draft = tablet.types(doc(NOTE), &[], "", "Hun faldt");
    assert_eq!(
        (draft.note.text.as_str(), draft.note.item),
        ("Hun faldt", ItemState::Kept)
    );
    tablet.types(doc(NOTE), &draft.typed, "Hun faldt", "Hun faldt i nat.");
    let mut tablet = tablet.restarts();
    assert_eq!(words(&tablet.loose()), ["Hun faldt i nat."]);
    assert_eq!(tablet.notebook.waiting().unwrap(), 1);
    assert_eq!(tablet.notebook.waiting_rows(10).unwrap()[0].kind, WaitingKind::Note);
}

#[test]
fn once_handed_over_no_word_is_left_and_its_author_sees_when() {
    let mut office = Office::new();
    let mut tablet = without_its_case(&mut office);
    tablet.types(doc(NOTE), &[], "", "Zebrastribet xylofon");
    let sent = tablet.hands_over(&Handed::Taken);
    assert_eq!(words(&sent), ["Zebrastribet xylofon"]);
    assert_eq!(tablet.loose(), []);
    assert_eq!(tablet.notebook.waiting().unwrap(), 0);
    assert!(!all_that_is_stored(&tablet.path(), 1).contains("xylofon"));
    let handed = tablet.notebook.handed_rows().unwrap();
    assert_eq!(handed.len(), 1);
    assert_eq!(tablet.notebook.handling().unwrap(), 0, "nothing is asked of them");
    tablet.notebook.dismiss_parked(handed[0].id).unwrap();
    assert_eq!(tablet.notebook.handed_rows().unwrap(), []);
    assert!(matches!(
        tablet.notebook.dismiss_parked(handed[0].id),
        Err(ReplicaError::NotHere)
    ));
}

#[test]
fn what_waits_for_the_leader_cannot_be_taken_off() {
    let mut office = Office::new();
    let mut tablet = without_its_case(&mut office);
    tablet.types(doc(NOTE), &[], "", "Endnu ikke afleveret");
    let id = tablet.loose()[0].id;
    assert!(matches!(tablet.notebook.dismiss_parked(id), Err(ReplicaError::NotHere)));
    assert_eq!(words(&tablet.loose()), ["Endnu ikke afleveret"]);
}

#[test]
fn a_keeping_that_is_asked_twice_is_done_once() {
    let mut office = Office::new();
    let mut tablet = without_its_case(&mut office);
    let first = tablet.types(doc(NOTE), &[], "", "Et");
    let keep = tablet.keeping(doc(NOTE), &first.typed, "Et", "Et to");
    for _ in 0..2 {
        let moment = tablet.moment();
        let (draft, _) = tablet.notebook.keep_draft(&keep, &moment).unwrap();
        assert_eq!(draft.note.text, "Et to");
    }
    let loose = tablet.loose();
    assert_eq!((words(&loose), loose[0].edition), (vec!["Et to"], 2));
}

#[test]
fn a_receipt_of_an_earlier_edition_takes_no_later_word() {
    let mut office = Office::new();
    let mut tablet = without_its_case(&mut office);
    let first = tablet.types(doc(NOTE), &[], "", "Først.");
    let sent = tablet.loose();
    tablet.types(doc(NOTE), &first.typed, "Først.", "Først. Så.");
    tablet.takes_handed(&sent, vec![Handed::Taken]);
    assert_eq!(words(&tablet.loose()), ["Først. Så."]);
    assert_eq!(tablet.loose()[0].id, sent[0].id);
}

#[test]
fn typed_on_after_it_was_handed_over_it_goes_on_under_its_name() {
    let mut office = Office::new();
    let mut tablet = without_its_case(&mut office);
    let first = tablet.types(doc(NOTE), &[], "", "Først.");
    let sent = tablet.hands_over(&Handed::Taken);
    tablet.types(doc(NOTE), &first.typed, "Først.", "Først. Så.");
    let again = tablet.loose();
    assert_eq!((words(&again), again[0].id), (vec!["Først. Så."], sent[0].id));
    tablet.hands_over(&Handed::Taken);
    // A page that has not seen those words cannot speak for them.
    tablet.types(doc(NOTE), &[], "", "En anden side.");
    assert_eq!(words(&tablet.loose()), ["En anden side."]);
    assert_ne!(tablet.loose()[0].id, sent[0].id);
}

#[test]
fn it_is_finished_at_the_text_its_author_has_seen_and_takes_no_more() {
    let mut office = Office::new();
    let mut tablet = without_its_case(&mut office);
    let draft = tablet.types(doc(NOTE), &[], "", "Alt vel.");
    let unseen = tablet.finishes(doc(NOTE), &[]);
    assert_eq!(unseen.note.state, NoteState::Draft);
    let done = tablet.finishes(doc(NOTE), &draft.typed);
    assert!(matches!(done.note.state, NoteState::Finished { .. }));
    assert!(tablet.loose()[0].finished);
    let more = tablet.tries_to_type(doc(NOTE), &draft.typed, "Alt vel.", "Alt vel. Mere.");
    assert!(matches!(more, Err(ReplicaError::NoteFinished)));
}

#[test]
fn finished_after_it_was_handed_over_only_that_is_sent() {
    let mut office = Office::new();
    let mut tablet = without_its_case(&mut office);
    let draft = tablet.types(doc(NOTE), &[], "", "Alt vel.");
    tablet.hands_over(&Handed::Taken);
    tablet.finishes(doc(NOTE), &draft.typed);
    let loose = tablet.loose();
    assert_eq!(
        (loose[0].words.as_deref(), loose[0].finished, loose[0].edition),
        (None, true, 2)
    );
}

#[test]
fn a_note_that_was_never_begun_is_not_finished_and_an_empty_one_not_kept() {
    let mut office = Office::new();
    let mut tablet = without_its_case(&mut office);
    let empty = tablet.tries_to_type(doc(NOTE), &[], "", "  ");
    assert!(matches!(empty, Err(ReplicaError::EmptyNote)));
    let (id, moment) = (tablet.command(), tablet.moment());
    let finished = tablet.notebook.finish_note(id, doc(NOTE), &[], &moment);
    assert!(matches!(finished, Err(ReplicaError::NotHere)));
}

#[test]
fn words_refused_while_one_typed_on_are_handed_over_with_the_later_ones_as_one() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let draft = tablet.types(doc(NOTE), &[], "", "Formiddag.");
    let page = office.page_of_a_lost_scope();
    let moment = tablet.moment();
    tablet.notebook.take_page(&page, &moment).unwrap();
    tablet.types(doc(NOTE), &draft.typed, "Formiddag.", "Igen: Formiddag. Eftermiddag.");
    office.withdraws(town::case());
    tablet.sends(&mut office);
    assert_eq!(words(&tablet.loose()), ["Igen: Formiddag. Eftermiddag."]);
    assert_eq!(tablet.notebook.handling().unwrap(), 0);
}

#[test]
fn of_a_shared_note_whose_words_had_left_all_that_was_typed_here_goes_and_once() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let draft = tablet.types(doc(NOTE), &[], "", "Fælles.");
    tablet.syncs(&mut office);
    let one = tablet.types(doc(NOTE), &draft.typed, "Fælles.", "Fælles. Et.");
    tablet.types(doc(NOTE), &draft.typed, "Fælles.", "To. Fælles.");
    tablet.types(doc(NOTE), &one.typed, "Fælles. Et.", "Fælles. Et. Tre.");
    let page = office.page_of_a_lost_scope();
    let moment = tablet.moment();
    tablet.notebook.take_page(&page, &moment).unwrap();
    refuses_all(&mut office, &mut tablet);
    assert_eq!(words(&tablet.loose()), ["To. Fælles. Et. Tre."]);
}

#[test]
fn words_refused_twice_before_the_leader_has_any_are_handed_over_together() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let draft = tablet.types(doc(NOTE), &[], "", "Fælles.");
    tablet.syncs(&mut office);
    for more in ["Fælles. Et.", "To. Fælles."] {
        // The case is still here: the page shows what stands in it.
        tablet.types(doc(NOTE), &draft.typed, "Fælles.", more);
        refuses_all(&mut office, &mut tablet);
    }
    assert_eq!(words(&tablet.loose()), ["To. Fælles. Et."]);
}

#[test]
fn typed_on_while_the_case_is_here_a_refused_note_goes_on_as_the_same() {
    for is_handed_over in [false, true] {
        let mut office = Office::new();
        let mut tablet = Tablet::synced(1, &mut office);
        let draft = tablet.types(doc(NOTE), &[], "", "Hun faldt.");
        refuses_all(&mut office, &mut tablet);
        let first = tablet.loose()[0].id;
        if is_handed_over {
            tablet.hands_over(&Handed::Taken);
        }
        tablet.types(doc(NOTE), &draft.typed, "Hun faldt.", "I nat: Hun faldt.");
        let loose = tablet.loose();
        assert_eq!((words(&loose), loose[0].id), (vec!["I nat: Hun faldt."], first));
        assert!(
            tablet.notebook.outbox(10).unwrap().is_empty(),
            "nothing goes to the case"
        );
    }
}

#[test]
fn of_a_shared_note_what_is_typed_on_the_words_the_leader_has_is_told_with_them() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let draft = tablet.types(doc(NOTE), &[], "", "Fælles.");
    tablet.syncs(&mut office);
    let one = tablet.types(doc(NOTE), &draft.typed, "Fælles.", "Fælles. Et.");
    refuses_all(&mut office, &mut tablet);
    let first = tablet.hands_over(&Handed::Taken)[0].id;
    tablet.types(doc(NOTE), &one.typed, "Fælles. Et.", "Fælles. To. Et.");
    refuses_all(&mut office, &mut tablet);
    let loose = tablet.loose();
    assert_eq!((words(&loose), loose[0].id), (vec!["Fælles. To. Et."], first));
}

#[test]
fn a_refused_field_is_still_its_authors_to_handle() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    tablet.sets("mobilitet", &[], "Går med stok");
    refuses_all(&mut office, &mut tablet);
    assert_eq!(tablet.loose(), []);
    assert_eq!(tablet.notebook.parked_rows().unwrap()[0].words, "Går med stok");
}

#[test]
fn a_server_that_asks_for_patience_or_knows_no_such_notes_is_asked_again_in_an_hour() {
    for answers in [vec![Handed::Later], Vec::new()] {
        let mut office = Office::new();
        let mut tablet = without_its_case(&mut office);
        tablet.types(doc(NOTE), &[], "", "Venter");
        let sent = tablet.loose();
        tablet.takes_handed(&sent, answers);
        assert_eq!(tablet.loose(), []);
        assert_eq!(tablet.notebook.waiting().unwrap(), 1);
        let after = |tablet: &mut Tablet, seconds: i64| {
            let mut moment = tablet.moment();
            moment.now.0 += seconds * 1_000_000;
            tablet.notebook.loose_waiting(10, &moment).unwrap()
        };
        assert_eq!(after(&mut tablet, 3_500), []);
        assert_eq!(words(&after(&mut tablet, 3_700)), ["Venter"]);
        assert_eq!(
            words(&after(&mut tablet, -7_200)),
            ["Venter"],
            "the clock was turned back"
        );
    }
}

#[test]
fn what_no_leader_can_have_is_its_authors_to_handle() {
    let mut office = Office::new();
    let mut tablet = without_its_case(&mut office);
    tablet.types(doc(NOTE), &[], "", "Alt for langt");
    tablet.hands_over(&Handed::Refused(Reason::TooLarge));
    let parked = tablet.notebook.parked_rows().unwrap();
    assert_eq!(
        (parked[0].words.as_str(), parked[0].reason),
        ("Alt for langt", Refusal::TooLarge)
    );
    assert_eq!(tablet.loose(), []);
}

#[test]
fn a_copy_that_was_put_back_goes_on_under_another_name() {
    let mut office = Office::new();
    let mut tablet = without_its_case(&mut office);
    let draft = tablet.types(doc(NOTE), &[], "", "Før.");
    let copy = tablet.folder.path().join("copy.db");
    for suffix in ["", "-wal"] {
        let from = format!("{}{suffix}", tablet.path().display());
        std::fs::copy(from, format!("{}{suffix}", copy.display())).unwrap();
    }
    tablet.types(doc(NOTE), &draft.typed, "Før.", "Før. Efter.");
    let sent = tablet.hands_over(&Handed::Taken);
    let twin = format!("{}.twin", tablet.path().display());
    std::fs::copy(twin, format!("{}.twin", copy.display())).unwrap();
    let moment = tablet.moment();
    let put_back = Replica::open(&copy, &town::key(1), &moment).unwrap();
    let again = put_back.loose_waiting(10, &moment).unwrap();
    assert_eq!(words(&again), ["Før."]);
    assert_ne!(again[0].id, sent[0].id);
}
