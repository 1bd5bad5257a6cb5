//! What a device is told of a scope that lies otherwise on it: all that differs, by who holds the scope alone.
//!
//! What it makes of that is told in the stories of `tests`.

#![allow(clippy::unwrap_used)]

mod story;

use std::{collections::BTreeMap, sync::Arc};

use feltbog_casebook::{Role, member_print};
use feltbog_ids::{ChangeHash, Cursor, DocId, Generation, Position, ScopeId, Span};
use feltbog_protocol::{FeedPage, Found, PRINT, RepairReply, RepairRequest, ServerProblem};
use feltbog_server::PostOffice;
use story::{Town, Worker};

const KEY: [u8; 16] = [7; 16];

/// What a device holds of each scope.
type Held = BTreeMap<ScopeId, BTreeMap<DocId, Vec<ChangeHash>>>;

fn held(pages: &[FeedPage]) -> Held {
    let mut held = Held::new();
    for entry in pages.iter().flat_map(|page| &page.entries) {
        for scope in &entry.scopes {
            let docs = held.entry(*scope).or_default();
            docs.insert(entry.doc, entry.heads.clone());
        }
    }
    held
}

fn request(worker: &Worker, scope: ScopeId, docs: &BTreeMap<DocId, Vec<ChangeHash>>) -> RepairRequest {
    RepairRequest {
        scope,
        key: KEY,
        cursor: worker.cursor.unwrap(),
        prints: docs
            .iter()
            .flat_map(|(doc, heads)| member_print(&KEY, *doc, heads))
            .collect(),
    }
}

fn ask(town: &Town, worker: &Worker, request: &RepairRequest) -> Result<RepairReply, ServerProblem> {
    let workspace = worker.session.workspace;
    town.office.repair(&worker.session, workspace, request, town.now)
}

/// A town, one who works in it and has read all, and the scope of the cases with what it holds.
fn kloever() -> (Town, Worker, ScopeId, Held) {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let mut maja = town.worker("maja", Role::Worker, unit);
    let cases: Vec<_> = (0..5).map(|_| town.case(unit)).collect();
    let held = held(&town.pull(&mut maja));
    let scope = held.iter().find(|(_, docs)| docs.contains_key(&cases[0])).unwrap().0;
    (town, maja, *scope, held)
}

#[test]
fn all_that_differs_is_told_and_nothing_else() {
    let (town, maja, scope, held) = kloever();
    let whole = &held[&scope];
    let reply = ask(&town, &maja, &request(&maja, scope, whole)).unwrap();
    assert_eq!(
        (reply.found, reply.entries.len(), reply.strangers.len()),
        (Found::All, 0, 0)
    );
    assert_eq!(reply.state.count, 5);

    let ids: Vec<_> = whole.keys().copied().collect();
    let mut docs = whole.clone();
    docs.remove(&ids[0]);
    docs.insert(ids[1], vec![ChangeHash([9; 32])]);
    let stranger = DocId::from_bytes([1; 16]);
    docs.insert(stranger, Vec::new());
    let reply = ask(&town, &maja, &request(&maja, scope, &docs)).unwrap();
    let told: Vec<_> = reply.entries.iter().map(|entry| entry.doc).collect();
    assert_eq!(told.len(), 2);
    assert!(told.contains(&ids[0]) && told.contains(&ids[1]));
    assert!(
        reply
            .entries
            .iter()
            .all(|entry| entry.changes.is_empty() && entry.heads == whole[&entry.doc])
    );
    let (strangers, _) = reply.strangers.as_chunks::<PRINT>();
    assert_eq!(strangers.len(), 2, "the version that is none, and the document");
    assert!(strangers.contains(&member_print(&KEY, stranger, &[])));
}

#[test]
fn what_does_not_fit_one_answer_is_told_by_the_next() {
    let (town, maja, scope, held) = kloever();
    let office = PostOffice::new(Arc::clone(&town.store), Arc::clone(&town.dice), Span::days(30)).with_pages_of(2);
    let mut docs = BTreeMap::from([(DocId::from_bytes([1; 16]), Vec::new())]);
    let mut found = Vec::new();
    for _ in 0..3 {
        let request = request(&maja, scope, &docs);
        let workspace = maja.session.workspace;
        let reply = office.repair(&maja.session, workspace, &request, town.now).unwrap();
        assert_eq!(reply.strangers.is_empty(), reply.found == Found::Part);
        docs.extend(reply.entries.into_iter().map(|entry| (entry.doc, entry.heads)));
        found.push(reply.found);
    }
    assert_eq!(found, [Found::Part, Found::Part, Found::All]);
    docs.remove(&DocId::from_bytes([1; 16]));
    assert_eq!(docs, held[&scope]);
}

#[test]
fn one_without_the_right_is_not_even_told_whether_there_is_such_a_scope() {
    let (town, maja, scope, held) = kloever();
    let mut yusuf = town.worker("yusuf", Role::Worker, town.unit("Team Måne", None));
    town.pull(&mut yusuf);
    let asked = request(&yusuf, scope, &held[&scope]);
    assert_eq!(ask(&town, &yusuf, &asked), Err(ServerProblem::NoRight));
    let nowhere = request(&maja, ScopeId::from_bytes([3; 16]), &BTreeMap::new());
    assert_eq!(ask(&town, &maja, &nowhere), Err(ServerProblem::NoRight));
    let mut torn = request(&maja, scope, &held[&scope]);
    torn.prints.pop();
    assert_eq!(ask(&town, &maja, &torn), Err(ServerProblem::Malformed));
    torn.prints.clear();
    let elsewhere = feltbog_ids::WorkspaceId::from_bytes([4; 16]);
    let asked = town.office.repair(&maja.session, elsewhere, &torn, town.now);
    assert_eq!(asked, Err(ServerProblem::NoRight));
}

#[test]
fn where_something_moved_since_the_cursor_nothing_is_told() {
    let (town, maja, scope, held) = kloever();
    let mut asked = request(&maja, scope, &BTreeMap::new());
    let is_moved = |asked: &RepairRequest| {
        let reply = ask(&town, &maja, asked).unwrap();
        assert!(reply.found != Found::Moved || reply.entries.is_empty() && reply.strangers.is_empty());
        reply.found == Found::Moved
    };
    town.case(town.unit("Team Måne", None));
    assert!(!is_moved(&asked), "what moves elsewhere is no matter");
    let case = *held[&scope].keys().next().unwrap();
    town.move_case(case, town.unit("Team Sol", None));
    assert!(is_moved(&asked), "one left");
    let cursor = asked.cursor;
    let ahead = Position(cursor.position.0 + 1_000);
    let other = Generation([1; 16]);
    for cursor in [
        Cursor {
            position: ahead,
            ..cursor
        },
        Cursor {
            generation: other,
            ..cursor
        },
    ] {
        asked.cursor = cursor;
        assert!(is_moved(&asked), "{cursor}");
    }
}
