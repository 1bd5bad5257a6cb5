//! Stories of typing: what is kept stands, whoever else types, whatever is repeated.
//!
//! Refusals have stories of their own.

mod town;

use feltbog_casebook::caps;
use feltbog_replica::{Agreement, ReplicaError};
use feltbog_views::{FieldValue, ItemState, NoteState};
use town::{Office, Tablet, doc};

const NOTE: u8 = 40;

#[test]
fn a_draft_typed_offline_is_there_after_a_flat_battery() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    tablet.types(doc(NOTE), &[], "", "Sov godt i nat");
    let tablet = tablet.restarts();
    let note = tablet.reads(doc(NOTE));
    assert_eq!(note.text, "Sov godt i nat");
    assert_eq!(note.item, ItemState::Kept);
    assert_eq!(note.authors, ["Kirsten Nattergal-Sørensen"]);
    assert_eq!(tablet.notebook.waiting().unwrap(), 1);
}

#[test]
fn a_note_typed_offline_reaches_a_colleague() {
    let mut office = Office::new();
    let mut kirsten = Tablet::synced(1, &mut office);
    let mut bo = Tablet::synced(2, &mut office);
    kirsten.types(doc(NOTE), &[], "", "Sov godt i nat");
    kirsten.syncs(&mut office);
    bo.syncs(&mut office);
    assert_eq!(bo.reads(doc(NOTE)).text, "Sov godt i nat");
    assert!(matches!(kirsten.reads(doc(NOTE)).item, ItemState::Sent { .. }));
    assert_eq!(bo.reads(doc(NOTE)).item, ItemState::Received);
    assert_eq!(kirsten.notebook.waiting().unwrap(), 0);
}

#[test]
fn two_people_type_in_one_draft_offline_and_both_texts_stand() {
    let mut office = Office::new();
    let mut kirsten = Tablet::synced(1, &mut office);
    let mut bo = Tablet::synced(2, &mut office);
    let first = kirsten.types(doc(NOTE), &[], "", "Morgen. ");
    kirsten.syncs(&mut office);
    bo.syncs(&mut office);
    kirsten.types(doc(NOTE), &first.typed, "Morgen. ", "Morgen. Spiste grød.");
    let seen = bo.reads(doc(NOTE));
    bo.types(doc(NOTE), &seen.heads, "Morgen. ", "Morgen. Trykket på hælen er væk. ");
    for _ in 0..2 {
        kirsten.syncs(&mut office);
        bo.syncs(&mut office);
    }
    let text = kirsten.reads(doc(NOTE)).text;
    assert_eq!(text, bo.reads(doc(NOTE)).text);
    assert!(text.starts_with("Morgen. "), "{text}");
    assert!(
        text.contains("Spiste grød.") && text.contains("Trykket på hælen er væk. "),
        "{text}"
    );
    assert_eq!(
        text.chars().count(),
        "Morgen. Spiste grød.Trykket på hælen er væk. ".chars().count()
    );
}

#[test]
fn words_that_arrive_while_one_types_stand_beside_ones_own() {
    let mut office = Office::new();
    let mut kirsten = Tablet::synced(1, &mut office);
    let mut bo = Tablet::synced(2, &mut office);
    let first = kirsten.types(doc(NOTE), &[], "", "A");
    kirsten.syncs(&mut office);
    bo.syncs(&mut office);
    let seen = bo.reads(doc(NOTE));
    bo.types(doc(NOTE), &seen.heads, "A", "A-bo");
    bo.syncs(&mut office);
    let second = kirsten.types(doc(NOTE), &first.typed, "A", "AK");
    kirsten.syncs(&mut office);
    let third = kirsten.types(doc(NOTE), &second.typed, "AK", "AKK");
    let fourth = kirsten.types(doc(NOTE), &third.typed, "AKK", "AKKK");
    kirsten.syncs(&mut office);
    bo.syncs(&mut office);
    let text = bo.reads(doc(NOTE)).text;
    assert_eq!(text, kirsten.reads(doc(NOTE)).text);
    assert!(text == "AKKK-bo" || text == "A-boKKK", "{text}");
    assert_eq!(fourth.typed.len(), 1);
}

#[test]
fn text_typed_on_a_version_that_is_gone_is_merged_with_what_stands() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    tablet.types(doc(NOTE), &[], "", "Et. To.");
    let unknown = [feltbog_ids::ChangeHash([3; 32])];
    let reply = tablet.types(doc(NOTE), &unknown, "Et.", "Et. Tre.");
    assert!(
        reply.note.text.contains("To.") && reply.note.text.contains("Tre."),
        "{}",
        reply.note.text
    );
}

#[test]
fn a_repeated_keeping_gets_the_first_reply_and_is_done_once() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let keep = tablet.keeping(doc(NOTE), &[], "", "Én gang");
    let moment = tablet.moment();
    let (first, _) = tablet.notebook.keep_draft(&keep, &moment).unwrap();
    let mut tablet = tablet.restarts();
    let moment = tablet.moment();
    let (again, _) = tablet.notebook.keep_draft(&keep, &moment).unwrap();
    assert_eq!(first, again);
    assert_eq!(tablet.reads(doc(NOTE)).text, "Én gang");
}

#[test]
fn a_keeping_that_changes_nothing_makes_no_change() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let first = tablet.types(doc(NOTE), &[], "", "Samme");
    tablet.syncs(&mut office);
    let again = tablet.types(doc(NOTE), &first.typed, "Samme", "Samme");
    assert_eq!(again.note.text, "Samme");
    assert!(tablet.notebook.outbox(10).unwrap().is_empty());
}

#[test]
fn an_empty_new_note_makes_nothing() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let refused = tablet.tries_to_type(doc(NOTE), &[], "", "  ");
    assert!(matches!(refused, Err(ReplicaError::EmptyNote)), "{refused:?}");
    assert!(tablet.notebook.outbox(10).unwrap().is_empty());
    assert!(tablet.notebook.case(town::case(), town::NOON).unwrap().notes.is_empty());
}

#[test]
fn a_finished_note_is_not_typed_in_by_who_has_seen_the_finish() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let draft = tablet.types(doc(NOTE), &[], "", "Færdig tekst");
    let finished = tablet.finishes(doc(NOTE), &draft.note.heads);
    assert!(matches!(finished.note.state, NoteState::Finished { .. }));
    let refused = tablet.tries_to_type(doc(NOTE), &finished.note.heads, "Færdig tekst", "Færdig tekst!");
    assert!(matches!(refused, Err(ReplicaError::NoteFinished)), "{refused:?}");
}

#[test]
fn words_typed_before_a_finish_arrived_become_an_addition_and_the_finished_text_stands() {
    let mut office = Office::new();
    let mut kirsten = Tablet::synced(1, &mut office);
    let mut bo = Tablet::synced(2, &mut office);
    let draft = kirsten.types(doc(NOTE), &[], "", "Vendt kl. 10.");
    kirsten.syncs(&mut office);
    bo.syncs(&mut office);
    let seen = bo.reads(doc(NOTE));
    kirsten.finishes(doc(NOTE), &draft.note.heads);
    kirsten.syncs(&mut office);
    bo.syncs(&mut office);
    bo.types(doc(NOTE), &seen.heads, "Vendt kl. 10.", "Vendt kl. 10. Huden er rød.");
    bo.syncs(&mut office);
    kirsten.syncs(&mut office);
    let note = kirsten.reads(doc(NOTE));
    assert_eq!(note.text, "Vendt kl. 10.");
    assert!(
        note.additions.iter().any(|words| words.contains("Huden er rød.")),
        "{:?}",
        note.additions
    );
}

#[test]
fn a_text_past_the_limit_is_not_kept_and_one_at_the_limit_can_be_sent() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let refused = tablet.tries_to_type(doc(NOTE), &[], "", &"x".repeat(300_000));
    assert!(matches!(refused, Err(ReplicaError::TooLarge { .. })));
    tablet.types(doc(NOTE), &[], "", &"ordene ".repeat(5_600));
    for item in tablet.notebook.outbox(100).unwrap() {
        caps::check_change(&item.item.change).expect("what is kept can be sent");
        assert!(item.item.change.len() <= feltbog_protocol::MAX_CHANGE);
    }
    tablet.syncs(&mut office);
    assert_eq!(office.text(doc(NOTE)).len(), 39_200);
}

#[test]
fn two_people_set_one_field_offline_and_the_reply_carries_both() {
    let mut office = Office::new();
    let mut kirsten = Tablet::synced(1, &mut office);
    let mut bo = Tablet::synced(2, &mut office);
    let heads = kirsten.notebook.case(town::case(), town::NOON).unwrap().heads;
    bo.sets("mobilitet", &heads, "Kørestol");
    bo.syncs(&mut office);
    kirsten.fetches_pages(&mut office);
    kirsten.fetches_bodies(&mut office);
    let field = kirsten.sets("mobilitet", &heads, "Rollator");
    let mut values: Vec<_> = field
        .others
        .iter()
        .map(|other| (other.value.clone(), other.by.clone()))
        .collect();
    values.push((field.value.clone(), field.by.clone()));
    let said = |words: &str, by: &str| (Some(FieldValue::Text(words.to_owned())), by.to_owned());
    assert!(
        values.contains(&said("Rollator", "Kirsten Nattergal-Sørensen")),
        "{values:?}"
    );
    assert!(values.contains(&said("Kørestol", "Bo Gærdesmutte")), "{values:?}");
    kirsten.syncs(&mut office);
    let heads = kirsten.notebook.case(town::case(), town::NOON).unwrap().heads;
    let settled = kirsten.sets("mobilitet", &heads, "Kørestol");
    assert!(settled.others.is_empty());
}

#[test]
fn a_field_that_is_not_of_the_type_is_not_set() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let (id, moment) = (tablet.command(), tablet.moment());
    let value = FieldValue::Text("x".to_owned());
    let refused = tablet
        .notebook
        .set_field(id, town::case(), "cpr", &[], Some(&value), &moment);
    assert!(matches!(refused, Err(ReplicaError::BadValue)));
}

#[test]
fn nobody_finishes_a_version_they_have_not_seen() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let draft = tablet.types(doc(40), &[], "", "Kladde");
    for unseen in [Vec::new(), vec![feltbog_ids::ChangeHash([0xef; 32])]] {
        let reply = tablet.finishes(doc(40), &unseen);
        let stands = (reply.note.state, reply.note.text.as_str());
        assert_eq!(stands, (NoteState::Draft, "Kladde"));
        assert_eq!(reply.typed, draft.typed);
    }
    let finished = tablet.finishes(doc(40), &draft.typed);
    assert!(matches!(finished.note.state, NoteState::Finished { .. }));
}

#[test]
fn a_value_set_on_a_version_nobody_knows_overwrites_none() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let heads = tablet.notebook.case(town::case(), town::NOON).unwrap().heads;
    tablet.sets("mobilitet", &heads, "Går med rollator");
    let unseen = [feltbog_ids::ChangeHash([0xef; 32])];
    let field = tablet.sets("mobilitet", &unseen, "Går med stok");
    assert_eq!(field.others.len(), 1, "{field:?}");
}

#[test]
fn words_typed_on_an_old_version_stay_on_the_screen_between_receipt_and_body() {
    let mut office = Office::new();
    let mut mine = Tablet::synced(1, &mut office);
    let first = mine.types(doc(40), &[], "", "Sov godt. ");
    mine.syncs(&mut office);
    let mut theirs = Tablet::synced(2, &mut office);
    let seen = theirs.reads(doc(40));
    theirs.types(doc(40), &seen.heads, &seen.text, "Sov godt. Spiste æg. ");
    theirs.syncs(&mut office);
    mine.syncs(&mut office);
    // The page was opened before the colleague's words came, and what it builds on is no head of the base any more.
    mine.types(doc(40), &first.typed, "Sov godt. ", "Kl. 8. Sov godt. ");
    mine.sends(&mut office);
    assert_eq!(mine.notebook.waiting().unwrap(), 0, "it is receipted");
    assert_eq!(mine.reads(doc(40)).text, "Kl. 8. Sov godt. Spiste æg. ");
    assert_eq!(mine.syncs(&mut office), Agreement::Equal);
    assert_eq!(mine.reads(doc(40)).text, office.text(doc(40)));
    assert_eq!(mine.reads(doc(40)).text, "Kl. 8. Sov godt. Spiste æg. ");
}
