//! Stories of what the server does not take: the words are parked, and what came after is written anew.
//!
//! What the server takes has its stories elsewhere.

mod town;

use feltbog_protocol::{Answer, Reason};
use feltbog_views::{ItemState, Refusal};
use town::{Office, Tablet, doc};

const NOTE: u8 = 40;

/// A note that both the office and the tablet hold, with its version.
fn shared_note(office: &mut Office, tablet: &mut Tablet) -> Vec<feltbog_ids::ChangeHash> {
    let draft = tablet.types(doc(NOTE), &[], "", "Start. ");
    tablet.syncs(office);
    draft.typed
}

fn parked_words(tablet: &Tablet) -> Vec<String> {
    tablet
        .notebook
        .parked_rows()
        .expect("the list is read")
        .into_iter()
        .map(|row| row.words)
        .collect()
}

#[test]
fn a_refused_change_leaves_its_words_and_later_ones_are_written_anew() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let on = shared_note(&mut office, &mut tablet);
    let bad = tablet.types(doc(NOTE), &on, "Start. ", "Start. Afvist. ");
    tablet.types(doc(NOTE), &bad.typed, "Start. Afvist. ", "Start. Afvist. Senere.");
    office.refused.insert(bad.typed[0], Reason::Rule);
    tablet.syncs(&mut office);
    assert!(
        parked_words(&tablet).iter().any(|words| words.contains("Afvist. ")),
        "{:?}",
        parked_words(&tablet)
    );
    assert_eq!(office.text(doc(NOTE)), "Start. Senere.");
    assert_eq!(tablet.reads(doc(NOTE)).text, "Start. Senere.");
    assert_eq!(tablet.notebook.waiting().unwrap(), 0);
    assert_eq!(tablet.notebook.handling().unwrap(), 1);
}

#[test]
fn words_refused_twice_are_both_kept() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let on = shared_note(&mut office, &mut tablet);
    for words in ["Første tabte ord", "Andre tabte ord"] {
        let bad = tablet.types(doc(NOTE), &on, "Start. ", &format!("Start. {words}"));
        office.refused.insert(bad.typed[0], Reason::Rule);
        tablet.syncs(&mut office);
    }
    let all = parked_words(&tablet).join("\n");
    assert!(
        all.contains("Første tabte ord") && all.contains("Andre tabte ord"),
        "{all}"
    );
}

#[test]
fn a_refused_birth_takes_the_note_off_the_case_and_keeps_its_words() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    tablet.types(doc(NOTE), &[], "", "Aldrig modtaget");
    for item in tablet.notebook.outbox(10).unwrap() {
        office.refused.insert(item.hash, Reason::MayNotCreate);
    }
    tablet.syncs(&mut office);
    assert!(tablet.notebook.case(town::case(), town::NOON).unwrap().notes.is_empty());
    let parked = tablet.notebook.parked_rows().unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!(
        (parked[0].words.as_str(), parked[0].reason),
        ("Aldrig modtaget", Refusal::MayNotCreate)
    );
    assert!(tablet.notebook.outbox(10).unwrap().is_empty());
}

#[test]
fn a_finished_note_that_is_refused_is_one_thing_to_handle() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let draft = tablet.types(doc(NOTE), &[], "", "Afsluttet og afvist");
    tablet.finishes(doc(NOTE), &draft.typed);
    for item in tablet.notebook.outbox(10).unwrap() {
        office.refused.insert(item.hash, Reason::MayNotCreate);
    }
    tablet.syncs(&mut office);
    assert_eq!(parked_words(&tablet), ["Afsluttet og afvist"]);
    assert_eq!(tablet.notebook.handling().unwrap(), 1);
}

#[test]
fn a_note_whose_case_is_out_of_reach_waits_for_the_leader_with_its_words() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    tablet.types(doc(NOTE), &[], "", "Sagen er væk");
    office.withdraws(town::case());
    tablet.sends(&mut office);
    assert_eq!(parked_words(&tablet), [""; 0]);
    assert_eq!(tablet.loose()[0].words.as_deref(), Some("Sagen er væk"));
}

#[test]
fn a_server_that_always_needs_more_does_not_hold_the_outbox() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let on = shared_note(&mut office, &mut tablet);
    tablet.types(doc(NOTE), &on, "Start. ", "Start. Venter.");
    office
        .answers
        .insert(doc(NOTE), Answer::Needs(vec![feltbog_ids::ChangeHash([1; 32])]));
    tablet.sends(&mut office);
    assert!(parked_words(&tablet).iter().any(|words| words.contains("Venter.")));
    assert_eq!(tablet.notebook.parked_rows().unwrap()[0].reason, Refusal::Builds);
}

#[test]
fn one_refused_note_does_not_hold_up_the_next() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let bad = tablet.types(doc(40), &[], "", "Afvises");
    tablet.types(doc(41), &[], "", "Modtages");
    office.refused.insert(bad.typed[0], Reason::Rule);
    tablet.syncs(&mut office);
    assert_eq!(office.text(doc(41)), "Modtages");
    assert!(parked_words(&tablet).contains(&"Afvises".to_owned()));
}

#[test]
fn a_parked_item_stays_over_a_restart_until_it_is_dismissed() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let on = shared_note(&mut office, &mut tablet);
    let bad = tablet.types(doc(NOTE), &on, "Start. ", "Start. Afvist.");
    office.refused.insert(bad.typed[0], Reason::Rule);
    tablet.syncs(&mut office);
    let mut tablet = tablet.restarts();
    assert_eq!(tablet.reads(doc(NOTE)).item, ItemState::NeedsHandling);
    let parked = tablet.notebook.parked_rows().unwrap();
    tablet.notebook.dismiss_parked(parked[0].id).unwrap();
    assert_eq!(tablet.notebook.handling().unwrap(), 0);
}

#[test]
fn a_receipt_that_comes_twice_changes_nothing_more() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    tablet.types(doc(NOTE), &[], "", "Én gang");
    let sent = tablet.notebook.outbox(10).unwrap();
    let first = office.push(sent.iter().map(|item| &item.item));
    let again = office.push(sent.iter().map(|item| &item.item));
    for reply in [&first, &again, &first] {
        let moment = tablet.moment();
        tablet.notebook.take_answers(&sent, reply, &moment).unwrap();
    }
    assert_eq!(tablet.syncs(&mut office), feltbog_replica::Agreement::Equal);
    assert_eq!(tablet.reads(doc(NOTE)).text, "Én gang");
}

#[test]
fn a_lost_receipt_is_made_good_by_the_next_push() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    tablet.types(doc(NOTE), &[], "", "Tabt kvittering");
    let sent = tablet.notebook.outbox(10).unwrap();
    office.push(sent.iter().map(|item| &item.item));
    tablet.fetches_pages(&mut office);
    tablet.fetches_bodies(&mut office);
    assert_eq!(tablet.reads(doc(NOTE)).text, "Tabt kvittering");
    assert_eq!(tablet.syncs(&mut office), feltbog_replica::Agreement::Equal);
    assert_eq!(tablet.reads(doc(NOTE)).text, "Tabt kvittering");
}

#[test]
fn what_the_feed_has_named_again_stays_when_its_old_words_are_refused() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let heads = tablet.notebook.case(town::case(), town::NOON).unwrap().heads;
    tablet.sets("mobilitet", &heads, "rollator");
    office.withdraws(town::case());
    tablet.fetches_pages(&mut office);
    office.put_case(town::case(), "Solveig Lærke", "Ågade 3");
    office.inline = false;
    tablet.fetches_pages(&mut office);
    office.answers.insert(town::case(), Answer::Refused(Reason::NoRight));
    tablet.sends(&mut office);
    tablet.fetches_bodies(&mut office);
    assert_eq!(parked_words(&tablet), ["rollator"]);
    assert_eq!(tablet.settles(), feltbog_replica::Agreement::Equal);
    assert!(tablet.notebook.case(town::case(), town::NOON).is_ok());
}
