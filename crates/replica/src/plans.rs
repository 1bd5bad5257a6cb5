//! How the engine goes about every statement that the screens and an empty pull ask: none reads through all documents.
//!
//! The statements are those that were run, caught as they ran; their plans are the engine's own. It measures no time.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use feltbog_casebook::{Edit, Kind};
use feltbog_views::{CaseFilter, CaseSort, Show};
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use crate::Replica;

#[path = "../tests/town/mod.rs"]
mod town;

use town::{NOON, Office, Tablet, case, doc, person};

/// What may be read from end to end: tables and indexes that hold only what waits, what is wrong, what was found, or the
/// narrow rows of cases.
const SHORT: [&str; 24] = [
    "scope",
    "tally",
    "s",
    "outbox",
    "o",
    "parked",
    "loose",
    "found",
    "page",
    "visit",
    "v",
    "today",
    "t",
    "family",
    "search",
    "doubted",
    "own",
    "unread_there",
    "(subquery-1)",
    "(subquery-3)",
    "sqlite_sequence",
    "meta",
    "CONSTANT",
    "post",
];

/// Indexes of all documents or rows that hold few of them, or nothing but what lists of cases filter by.
const NARROW: [&str; 11] = [
    "doc_wanted",
    "doc_ready",
    "doc_gone",
    "doc_unreadable",
    "case_due",
    "case_subject",
    "case_number",
    "case_changed",
    "case_type",
    "projection_news",
    "projection_loose",
];

#[test]
fn no_screen_and_no_empty_pull_reads_through_all_documents() {
    let mut office = Office::new();
    let mut tablet = tablet(&mut office);
    let run = statements(&mut tablet.notebook);
    screens(&tablet.notebook);
    rounds(&mut tablet, &mut office);
    let run: BTreeSet<String> = run.lock().unwrap().clone();
    assert!(run.len() > 40, "is anything caught? {run:?}");
    let faults: Vec<_> = run.iter().flat_map(|sql| faults_of(&tablet.notebook, sql)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// One that holds a bit of everything.
fn tablet(office: &mut Office) -> Tablet {
    let word = |before: &str, after: &str| Edit::Type {
        before: before.to_owned(),
        after: after.to_owned(),
    };
    office.put(Kind::Note, doc(40), Some(case()), &[word("", "Et ord.")]);
    office.put(
        Kind::Post,
        doc(50),
        None,
        &[Edit::root("title", "Nyt"), Edit::root("published", NOON)],
    );
    let mine = Edit::within("people", &person(1).to_string(), true);
    office.put(Kind::Visit, doc(30), Some(case()), &[Edit::root("start", NOON), mine]);
    let mut tablet = Tablet::synced(1, office);
    tablet.notebook.index_some(50).unwrap();
    tablet.types(doc(41), &[], "", "Venter.");
    tablet
}

fn statements(notebook: &mut Replica) -> Arc<Mutex<BTreeSet<String>>> {
    let run = Arc::new(Mutex::new(BTreeSet::new()));
    let heard = Arc::clone(&run);
    let hear = move |event: TraceEvent<'_>| {
        if let TraceEvent::Stmt(statement, _) = event {
            heard.lock().unwrap().insert(statement.sql().into_owned());
        }
    };
    notebook
        .connection()
        .trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(hear))
        .unwrap();
    run
}

fn screens(notebook: &Replica) {
    let all = CaseFilter {
        show: Show::All,
        ..CaseFilter::default()
    };
    let every = CaseFilter {
        mine: true,
        overdue: true,
        case_type: Some("helhedspleje".to_owned()),
        show: Show::Open,
    };
    for sort in [
        CaseSort::Deadline,
        CaseSort::Subject,
        CaseSort::Number,
        CaseSort::Changed,
    ] {
        for filter in [&all, &CaseFilter::default(), &every] {
            for words in ["", "et ord"] {
                notebook.cases(words, filter, sort, (0, 60), NOON).unwrap();
            }
        }
    }
    notebook.today(None, NOON).unwrap();
    notebook.case(case(), NOON).unwrap();
    notebook.note(doc(40)).unwrap();
    notebook.news(NOON).unwrap();
    notebook.person().unwrap();
    let around = (
        notebook.waiting(),
        notebook.handling(),
        notebook.pulled(),
        notebook.progress(),
    );
    let page = (
        notebook.counts(),
        notebook.waiting_rows(60),
        notebook.parked_rows(),
        notebook.sent(),
    );
    assert!(around.0.is_ok() && around.1.is_ok() && around.2.is_ok() && around.3.is_ok());
    assert!(page.0.is_ok() && page.1.is_ok() && page.2.is_ok() && page.3.is_ok());
}

fn rounds(tablet: &mut Tablet, office: &mut Office) {
    tablet.syncs(office);
    tablet.syncs(office);
    tablet.notebook.index_some(50).unwrap();
    tablet.notebook.audit_some(50).unwrap();
}

/// The steps of a statement's plan that read something long from end to end.
fn faults_of(notebook: &Replica, sql: &str) -> Vec<String> {
    let sheet = notebook.sheet();
    // What is no question has no plan: savepoints, pragmas.
    let Ok(mut plan) = sheet.db.prepare(&format!("explain query plan {sql}")) else {
        return Vec::new();
    };
    let parameters = vec![rusqlite::types::Null; plan.parameter_count()];
    let steps = plan.query_map(rusqlite::params_from_iter(parameters), |row| row.get::<_, String>(3));
    let steps: Vec<_> = steps.unwrap().map(Result::unwrap).collect();
    let long = steps.iter().filter(|step| is_long(step));
    long.map(|step| format!("{step}: {sql}")).collect()
}

fn is_long(step: &str) -> bool {
    let Some(what) = step.strip_prefix("SCAN ") else {
        return false;
    };
    let table = what.split(' ').next().unwrap_or_default();
    let narrow = NARROW.iter().any(|index| what.contains(&format!("INDEX {index}")));
    !narrow && !SHORT.contains(&table)
}
