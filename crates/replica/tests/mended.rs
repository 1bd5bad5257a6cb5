//! Stories of a repair's answer: what it mends, and when it comes too late to be taken.
//!
//! What is asked on the way, and by whom, has its stories elsewhere.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod town;

use feltbog_casebook::{Edit, Kind, member_digest};
use feltbog_ids::{ChangeHash, DigestOf, DocId};
use feltbog_protocol::{Answer, FeedPage};
use feltbog_replica::Agreement;
use town::{Office, SCOPE, Tablet, all_that_is_stored, case, doc};

/// Does something to the file that no app does.
fn alters(tablet: &Tablet, sql: &str, values: &[&dyn rusqlite::ToSql]) {
    let db = rusqlite::Connection::open(tablet.path()).unwrap();
    db.pragma_update(None, "key", format!("x'{}'", "01".repeat(32)))
        .unwrap();
    let flags = rusqlite::functions::FunctionFlags::SQLITE_UTF8;
    db.create_scalar_function("toggled", 3, flags, |call| toggled(call))
        .unwrap();
    assert_eq!(db.execute(sql, values).unwrap(), 1);
}

/// The app's own function, by which the file keeps its digests.
fn toggled(call: &rusqlite::functions::Context<'_>) -> rusqlite::Result<Vec<u8>> {
    let heads: Vec<u8> = call.get(2)?;
    let (heads, _) = heads.as_chunks::<32>();
    let heads: Vec<_> = heads.iter().copied().map(ChangeHash).collect();
    let mut digest = DigestOf(call.get(0)?);
    digest.toggle(member_digest(DocId::from_bytes(call.get(1)?), &heads));
    Ok(digest.0.to_vec())
}

fn types(office: &mut Office, before: &str, after: &str) {
    let (before, after) = (before.to_owned(), after.to_owned());
    office.put(Kind::Note, doc(40), Some(case()), &[Edit::Type { before, after }]);
}

#[test]
fn a_base_that_went_astray_is_not_built_on() {
    let mut office = Office::new();
    office.inline = false;
    types(&mut office, "", "Til fods. ");
    let first = office.page(&Default::default());
    let first = first.entries.iter().find(|entry| entry.doc == doc(40)).unwrap().heads[0];
    types(&mut office, "Til fods. ", "Til fods. Med stok.");
    let mut tablet = Tablet::synced(1, &mut office);
    let note = doc(40);
    let lost = "update doc set base = x'', base_heads = ?2, announced_heads = ?2 where id = ?1";
    alters(&tablet, lost, &[note.as_bytes(), &first.0]);
    assert_eq!(tablet.settles(), Agreement::Repairing(vec![SCOPE]));
    tablet.repairs(&mut office);
    assert!(
        tablet
            .notebook
            .wants(10, town::NOON)
            .unwrap()
            .iter()
            .all(|want| want.have.is_empty())
    );
    tablet.fetches_bodies(&mut office);
    assert_eq!(tablet.syncs(&mut office), Agreement::Equal);
    assert_eq!(tablet.reads(doc(40)).text, "Til fods. Med stok.");
    assert_eq!(tablet.notebook.repairs().unwrap(), (1, 1));
}

#[test]
fn an_answer_that_comes_when_the_cursor_has_gone_on_is_not_taken() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let request = tablet.notebook.repair_request(SCOPE, [1; 16]).unwrap().unwrap();
    let mut reply = office.repair(&request);
    // By this answer the case would leave.
    reply.strangers = request.prints.clone();
    types(&mut office, "", "Ny.");
    tablet.syncs(&mut office);
    let moment = tablet.moment();
    tablet.notebook.take_repair(&request, &reply, &moment).unwrap();
    assert_eq!(tablet.notebook.repairs().unwrap(), (0, 0));
    assert!(tablet.notebook.case(case(), town::NOON).is_ok());
    assert_eq!(tablet.settles(), Agreement::Equal);
}

#[test]
fn an_answer_of_which_more_is_to_come_takes_nothing_away() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let request = tablet.notebook.repair_request(SCOPE, [1; 16]).unwrap().unwrap();
    let mut reply = office.repair(&request);
    reply.strangers = request.prints.clone();
    reply.found = feltbog_protocol::Found::Part;
    let moment = tablet.moment();
    tablet.notebook.take_repair(&request, &reply, &moment).unwrap();
    assert_eq!(tablet.settles(), Agreement::Equal);
}

#[test]
fn a_loss_is_to_be_told_though_nothing_of_it_had_come() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    assert_eq!(tablet.notebook.feed_request().unwrap().erased, None);
    let page = FeedPage {
        lost: vec![feltbog_ids::ScopeId::from_bytes([0x77; 16])],
        ..office.page(&tablet.notebook.feed_request().unwrap())
    };
    let moment = tablet.moment();
    tablet.notebook.take_page(&page, &moment).unwrap();
    assert_eq!(tablet.notebook.feed_request().unwrap().erased, Some(page.cursor));
    tablet.notebook.wiped_is_told().unwrap();
    let tablet = tablet.restarts();
    assert_eq!(tablet.notebook.feed_request().unwrap().erased, None);
}

#[test]
fn of_a_document_whose_row_a_disk_lost_nothing_is_left_once_its_scope_is_lost() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    tablet.sets("mobilitet", &[], "Zebrastribet rollator");
    tablet.syncs(&mut office);
    let row = "(select row from doc where id = ?1)";
    alters(
        &tablet,
        &format!("delete from search where rowid = {row}"),
        &[case().as_bytes()],
    );
    alters(&tablet, "delete from doc where id = ?1", &[case().as_bytes()]);
    let page = office.page_of_a_lost_scope();
    let moment = tablet.moment();
    tablet.notebook.take_page(&page, &moment).unwrap();
    assert!(!all_that_is_stored(&tablet.path(), 1).contains("Zebrastribet"));
}

#[test]
fn what_is_kept_of_a_scope_is_counted_anew_before_the_server_is_asked() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    assert_eq!(tablet.notebook.miscounts().unwrap(), 0);
    let wrong = "update scope_held set count = count + 1, digest = zeroblob(16) where scope = ?1";
    alters(&tablet, wrong, &[SCOPE.as_bytes()]);
    assert_eq!(tablet.settles(), Agreement::Equal);
    assert_eq!(tablet.notebook.miscounts().unwrap(), 1);
    assert_eq!(tablet.notebook.repairs().unwrap(), (0, 0));
}

#[test]
fn counting_anew_goes_on_where_it_stood_and_passes_by_what_changes_meanwhile() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let wrong = "update scope_held set count = count + 1 where scope = ?1";
    alters(&tablet, wrong, &[SCOPE.as_bytes()]);
    assert!(!tablet.notebook.recount_some(1).unwrap(), "one row tells nothing yet");
    types(&mut office, "", "Ny.");
    let page = office.page(&tablet.notebook.feed_request().unwrap());
    let moment = tablet.moment();
    tablet.notebook.take_page(&page, &moment).unwrap();
    assert!(!tablet.notebook.recount_some(500).unwrap(), "it changed since");
    assert!(tablet.notebook.recount_some(500).unwrap());
    assert!(!tablet.notebook.recount_some(500).unwrap());
    assert_eq!(tablet.notebook.miscounts().unwrap(), 1);
    assert_eq!(tablet.syncs(&mut office), Agreement::Equal);
}

#[test]
fn a_change_that_was_to_go_later_is_asked_again_once_its_case_has_left() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    tablet.sets("mobilitet", &[], "Går med stok");
    let sent = tablet.notebook.outbox(10).unwrap();
    let mut reply = office.push(sent.iter().map(|item| &item.item));
    reply.answers.fill(Answer::Later);
    let moment = tablet.moment();
    tablet.notebook.take_answers(&sent, &reply, &moment).unwrap();
    assert!(tablet.notebook.outbox(10).unwrap().is_empty(), "it sleeps");
    let page = office.page_of_a_lost_scope();
    tablet.notebook.take_page(&page, &moment).unwrap();
    assert_eq!(tablet.notebook.outbox(10).unwrap().len(), 1);
}
