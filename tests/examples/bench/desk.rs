//! What a person asks of an app that holds everything: each command so many times, without a network.
//!
//! The time is the desk's, from the command to the finished reply.

use std::time::Instant;

use feltbog_client::App;
use feltbog_ids::{CommandId, DocId};
use feltbog_tests::{COMMON, RARE};
use feltbog_views::{CaseFilter, CaseSort, CaseView, Command, FieldValue, Reply, Show};

use crate::device::{millis, tells};

/// How often each is asked.
const TIMES: usize = 15;

/// Rows of a page.
const ROWS: u32 = 60;

/// Measures every command.
pub fn measure(app: &App) {
    asks(app, "status", &Command::Status {});
    asks(app, "sync page", &Command::SyncPage {});
    asks(app, "news", &Command::News {});
    asks(app, "today", &Command::Today { day: None });
    let list = lists(app);
    searches(app);
    let cases = list.into_iter().map(|id| opened(app, id));
    let case = cases
        .filter(|case| case.row.case_type == "helhedspleje")
        .max_by_key(|case| case.notes_total);
    let case = case.unwrap();
    asks(app, "a case", &Command::Case { id: case.id });
    writes(app, &case);
}

fn lists(app: &App) -> Vec<DocId> {
    let by = |sort, filter: &CaseFilter, offset| list("", sort, filter, offset);
    let all = CaseFilter {
        show: Show::All,
        ..CaseFilter::default()
    };
    for (name, sort) in [
        ("deadline", CaseSort::Deadline),
        ("subject", CaseSort::Subject),
        ("number", CaseSort::Number),
        ("latest change", CaseSort::Changed),
    ] {
        asks(app, &format!("list by {name}"), &by(sort, &CaseFilter::default(), 0));
    }
    let filters = [
        (
            "one's own",
            CaseFilter {
                mine: true,
                ..CaseFilter::default()
            },
        ),
        (
            "overdue",
            CaseFilter {
                overdue: true,
                ..CaseFilter::default()
            },
        ),
        (
            "closed",
            CaseFilter {
                show: Show::Closed,
                ..CaseFilter::default()
            },
        ),
        ("all", all.clone()),
        (
            "of a type",
            CaseFilter {
                case_type: Some("dagsnotater".to_owned()),
                ..CaseFilter::default()
            },
        ),
    ];
    for (name, filter) in &filters {
        asks(app, &format!("list, {name}"), &by(CaseSort::Deadline, filter, 0));
    }
    let Reply::Cases(first) = app.answer(by(CaseSort::Deadline, &all, 0)) else {
        panic!("no list");
    };
    let end = first.total.saturating_sub(ROWS);
    asks(app, "list, its last page", &by(CaseSort::Subject, &all, end));
    first.rows.iter().map(|row| row.id).collect()
}

fn searches(app: &App) {
    let all = CaseFilter {
        show: Show::All,
        ..CaseFilter::default()
    };
    let words = [
        ("a word of most notes", COMMON),
        ("its first two letters", &COMMON[..2]),
        ("its first letter", &COMMON[..1]),
        ("a word of three notes", RARE),
        ("its first four letters", &RARE[..4]),
        ("a word of none", "ukendt"),
        ("a street and a bird", "prøvevej nattergal"),
    ];
    for (name, words) in words {
        asks(
            app,
            &format!("search: {name}"),
            &list(words, CaseSort::Deadline, &all, 0),
        );
    }
}

fn writes(app: &App, case: &CaseView) {
    for number in 0..TIMES {
        let note = DocId::from_bytes(fresh(number, 1));
        let begun = Instant::now();
        let kept = app.answer(Command::KeepDraft {
            id: CommandId::from_bytes(fresh(number, 2)),
            note,
            case: case.id,
            visit: None,
            heads: Vec::new(),
            before: String::new(),
            after: "Borgeren har det godt i dag.".to_owned(),
        });
        tells("keep a draft, ms", millis(begun));
        let Reply::Draft(draft) = kept else { panic!("{kept:?}") };
        let begun = Instant::now();
        let finished = app.answer(Command::FinishNote {
            id: CommandId::from_bytes(fresh(number, 3)),
            note,
            heads: draft.typed.clone(),
        });
        tells("finish a note, ms", millis(begun));
        assert!(matches!(finished, Reply::Draft(_)), "{finished:?}");
        let begun = Instant::now();
        let set = app.answer(Command::SetField {
            id: CommandId::from_bytes(fresh(number, 4)),
            case: case.id,
            key: "mobilitet".to_owned(),
            heads: case.heads.clone(),
            value: Some(FieldValue::Text(format!("aftale {number}"))),
        });
        tells("set a field, ms", millis(begun));
        assert!(matches!(set, Reply::Field(_)), "{set:?}");
    }
}

fn opened(app: &App, id: DocId) -> CaseView {
    let Reply::Case(case) = app.answer(Command::Case { id }) else {
        panic!("no case");
    };
    *case
}

fn list(query: &str, sort: CaseSort, filter: &CaseFilter, offset: u32) -> Command {
    Command::Cases {
        query: query.to_owned(),
        filter: filter.clone(),
        sort,
        offset,
        limit: ROWS,
    }
}

fn asks(app: &App, name: &str, command: &Command) {
    for _ in 0..TIMES {
        let begun = Instant::now();
        let reply = app.answer(command.clone());
        tells(&format!("{name}, ms"), millis(begun));
        assert!(!matches!(reply, Reply::Problem { .. }), "{name}: {reply:?}");
    }
}

fn fresh(number: usize, what: u8) -> [u8; 16] {
    let mut bytes = [what; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes[8..12].copy_from_slice(&std::process::id().to_be_bytes());
    bytes
}
