//! What the server keeps of a document's history: all of it, until it is erased; and in one place, once it is old.
//!
//! It does not read the database behind the server's back.

#![allow(clippy::unwrap_used)]

mod story;

use feltbog_casebook::{Book, Edit, Role, member_digest};
use feltbog_ids::{ChangeHash, DigestOf, DocId, Instant, Span};
use feltbog_protocol::{Answer, BodiesRequest, Body, Want};
use feltbog_server::{
    admin::{self, Admin},
    store::{Compacted, Erased},
};
use story::{Town, Worker, heads_of, stored};

fn typed(before: &str, after: &str) -> [Edit; 1] {
    [Edit::Type {
        before: before.to_owned(),
        after: after.to_owned(),
    }]
}

fn erases(town: &Town, doc: DocId) -> Erased {
    let done = town
        .store
        .batch(town.now, |batch| batch.erase_history(doc, "§", &town.dice));
    let done = done.unwrap();
    assert!(town.store.sweep().unwrap(), "there is something to sweep");
    assert!(!town.store.sweep().unwrap(), "once");
    done
}

fn compacts(town: &Town) -> Compacted {
    let soon = town.now + Span(1);
    town.store.compact(soon, town.now, || true).unwrap()
}

fn fetches(town: &Town, worker: &Worker, doc: DocId, have: Vec<ChangeHash>) -> Body {
    let wants = vec![Want { doc, have }];
    let (session, at) = (&worker.session, worker.session.workspace);
    let reply = town.office.bodies(session, at, &BodiesRequest { wants }, town.now);
    reply.unwrap().bodies.remove(0)
}

/// A note that said more than it says now, and who wrote it.
fn told_too_much() -> (Town, Worker, DocId) {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let (note, answers) = town.note(&maja, town.case(unit), "Bor på Violstien. Sov godt.");
    assert!(stored(&answers));
    let edit = town.edit(&maja, note, &typed("Bor på Violstien. Sov godt.", "Sov godt."));
    assert!(stored(&[town.one(&maja, edit)]));
    (town, maja, note)
}

#[test]
fn an_erased_document_says_what_it_said_and_tells_its_epoch_in_the_feed() {
    let (town, mut maja, note) = told_too_much();
    town.pull(&mut maja);
    let before = town.book(note);
    let erased = erases(&town, note);
    assert_eq!(erased.changes, 2, "the birth stays");
    let after = town.book(note);
    assert_eq!((after.text(), after.project()), (before.text(), before.project()));
    assert!(!after.has(&before.heads()));
    let pages = town.pull(&mut maja);
    let entry = &pages[0].entries[0];
    assert_eq!((entry.doc, entry.epoch), (note, Some(erased.epoch)));
    assert_eq!(entry.position, erased.position);
    let body = fetches(&town, &maja, note, before.heads());
    assert!(body.whole && body.epoch == Some(erased.epoch));
    assert!(!body.bytes.windows(9).any(|window| window == b"Violstien"));
}

#[test]
fn the_digests_are_those_of_what_the_scopes_hold_after_an_erasure() {
    let (town, mut maja, note) = told_too_much();
    erases(&town, note);
    let pages = town.pull(&mut maja);
    for state in &pages.last().unwrap().closing.as_ref().unwrap().scopes {
        let mut digest = DigestOf::default();
        let entries = pages.iter().flat_map(|page| &page.entries);
        for entry in entries.filter(|entry| entry.scopes.contains(&state.scope)) {
            digest.toggle(member_digest(entry.doc, &town.book(entry.doc).heads()));
        }
        assert_eq!(digest, state.digest);
    }
    assert_eq!(heads_of(&pages, note), Some(town.book(note).heads()));
}

#[test]
fn a_late_copy_of_an_erased_change_is_answered_and_never_taken_for_new() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let (maja, omar) = (
        town.worker("maja", Role::Worker, unit),
        town.worker("omar", Role::Worker, unit),
    );
    let (note, items) = town.note_items(&maja, town.case(unit), "Bor på Violstien.");
    let first = town.push(&maja, items.clone());
    let offline = town.edit(&omar, note, &typed("Bor på Violstien.", "Bor på Violstien. Sov godt."));
    erases(&town, note);
    let positions = |answers: &[Answer]| {
        answers
            .iter()
            .map(|answer| match answer {
                Answer::Stored(at) | Answer::Known(at) => at.0,
                _ => 0,
            })
            .collect::<Vec<_>>()
    };
    let again = town.push(&maja, items.clone());
    assert!(again.iter().all(|answer| matches!(answer, Answer::Known(_))));
    assert_eq!(positions(&again), positions(&first));
    assert_eq!(town.book(note).text(), "Bor på Violstien.", "not twice");
    assert!(
        matches!(town.one(&omar, items[1].clone()), Answer::Refused(_)),
        "it is not theirs"
    );
    assert!(matches!(town.one(&omar, offline), Answer::Needs(_)));
}

#[test]
fn what_was_begun_on_the_birth_alone_joins_the_new_epoch() {
    let (town, maja, note) = told_too_much();
    let birth = *town.book(note).birth();
    let change = maja.write(&mut Book::born(birth), &typed("", "Ringet. "), town.now);
    erases(&town, note);
    assert!(stored(&[town.one(&maja, maja.item(&birth, change))]));
    assert!(town.book(note).text().contains("Ringet. "));
}

#[test]
fn two_erasures_under_a_clock_turned_back_are_two_epochs() {
    let (mut town, _, note) = told_too_much();
    let first = erases(&town, note);
    town.now = Instant(town.now.0 - 1_000);
    let second = erases(&town, note);
    assert!(second.epoch > first.epoch);
    assert_eq!(town.book(note).text(), "Sov godt.");
}

#[test]
fn an_operator_erases_a_case_with_all_that_belongs_to_it_and_must_say_why() {
    let (town, _, note) = told_too_much();
    let case = town.book(note).birth().parent.unwrap();
    let says = |words: &[&str]| {
        #[derive(clap::Parser)]
        struct Line {
            #[command(subcommand)]
            admin: Admin,
        }
        let line = <Line as clap::Parser>::try_parse_from([&["admin"], words].concat())?;
        let mut out = Vec::new();
        let office = admin::Office {
            store: &town.store,
            dice: &town.dice,
            now: town.now,
        };
        admin::run(line.admin, &office, &mut out)?;
        Ok::<_, anyhow::Error>(String::from_utf8(out)?)
    };
    let id = case.to_string();
    assert!(says(&["epoch", "begin", &id]).is_err());
    assert!(says(&["epoch", "begin", &id, "--reason", " "]).is_err());
    assert!(says(&["epoch", "begin", &town.doc().to_string(), "--reason", "§"]).is_err());
    let out = says(&[
        "epoch",
        "begin",
        &id,
        "--reason",
        "Beskyttet adresse",
        "--with-children",
    ])
    .unwrap();
    let lines: Vec<_> = out.lines().collect();
    assert!(lines[0].starts_with(&format!("{case} ")) && lines[1].starts_with(&format!("{note} 2 changes erased")));
    assert_eq!(lines[2], "the database's files hold nothing of it");
    assert_eq!(says(&["epoch", "sweep"]).unwrap(), "");
    assert!(
        says(&["compact", "--all"])
            .unwrap()
            .contains(" bytes let go, 0 documents left")
    );
    assert!(says(&["compact"]).unwrap().starts_with("compacting\n0 documents"));
}

#[test]
fn compaction_loses_nothing_and_every_answer_stays_as_it_was() {
    let (town, mut maja, note) = told_too_much();
    let case = town.book(note).birth().parent.unwrap();
    let (late, items) = town.note_items(&maja, case, "Til morgen.");
    let first = town.push(&maja, items.clone());
    town.pull(&mut maja);
    let mut away = Worker {
        cursor: None,
        ..town.device("maja", maja.session.person)
    };
    let edit = town.edit(&maja, note, &typed("Sov godt.", "Sov godt og længe."));
    assert!(stored(&[town.one(&maja, edit)]));
    let before = town.book(note).save();
    let done = compacts(&town);
    assert!(done.changes > 0 && done.bytes > 0 && done.left == 0);
    assert_eq!(compacts(&town), Compacted::default(), "nothing is left to do");
    assert_eq!(town.book(note).save(), before);
    let again = town.push(&maja, items);
    for (first, again) in first.iter().zip(&again) {
        let Answer::Stored(position) = first else {
            panic!("not stored")
        };
        assert_eq!(*again, Answer::Known(*position));
    }
    let pages = town.pull(&mut maja);
    let entry = pages[0].entries.iter().find(|entry| entry.doc == note).unwrap();
    assert!(entry.changes.is_empty(), "its body is fetched");
    let whole = town.pull(&mut away);
    for doc in [note, late] {
        let body = fetches(&town, &away, doc, Vec::new());
        let book = Book::open(&body.bytes, []).unwrap();
        assert_eq!(Some(book.heads()), heads_of(&whole, doc));
    }
}

#[test]
fn compaction_told_to_end_goes_on_the_next_time_and_leaves_what_is_fresh() {
    let (mut town, _, _) = told_too_much();
    let stopped = town.store.compact(town.now + Span(1), town.now, || false).unwrap();
    assert_eq!(stopped, Compacted::default());
    let made = town.now;
    town.now = town.now + Span::days(31);
    town.unit("Tilsyn Øst", None);
    let old = town.store.compact(made + Span(1), town.now, || true).unwrap();
    assert!(old.changes > 0);
    assert!(compacts(&town).changes > 0, "what came since");
}
