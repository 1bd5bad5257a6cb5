//! Stories of fetching: pages, bodies, cuts, repeats, what leaves, and what cannot be read.
//!
//! Sending has its stories elsewhere.

mod town;

use feltbog_casebook::{Edit, Kind};
use feltbog_ids::ScopeId;
use feltbog_protocol::{BodiesReply, Body};
use feltbog_replica::{Agreement, ReplicaError};
use town::{NOON, Office, SCOPE, Tablet, all_that_is_stored, case, doc};

const NOTE: u8 = 40;

fn note_from_the_office(office: &mut Office, id: u8, text: &str) {
    let edits = [
        Edit::root("schema", feltbog_casebook::Scalar::Int(1)),
        Edit::Type {
            before: String::new(),
            after: text.to_owned(),
        },
    ];
    office.put(Kind::Note, doc(id), Some(case()), &edits);
}

#[test]
fn a_page_that_comes_twice_changes_nothing_more() {
    let mut office = Office::new();
    let mut tablet = Tablet::new(1);
    let page = office.page(&tablet.notebook.feed_request().unwrap());
    for _ in 0..2 {
        let moment = tablet.moment();
        tablet.notebook.take_page(&page, &moment).unwrap();
    }
    tablet.fetches_bodies(&mut office);
    assert_eq!(tablet.settles(), Agreement::Equal);
}

#[test]
fn a_pull_cut_between_pages_goes_on_where_it_was() {
    let mut office = Office::new();
    office.page_size = 1;
    let mut tablet = Tablet::new(1);
    let first = office.page(&tablet.notebook.feed_request().unwrap());
    let moment = tablet.moment();
    tablet.notebook.take_page(&first, &moment).unwrap();
    let mut tablet = tablet.restarts();
    assert_eq!(tablet.notebook.feed_request().unwrap().cursor, Some(first.cursor));
    assert_eq!(tablet.settles(), Agreement::NotYet);
    assert_eq!(tablet.syncs(&mut office), Agreement::Equal);
}

#[test]
fn bodies_that_do_not_travel_with_the_feed_are_asked_for() {
    let mut office = Office::new();
    office.inline = false;
    let mut tablet = Tablet::new(1);
    tablet.fetches_pages(&mut office);
    assert_eq!(tablet.notebook.progress().unwrap(), (0, 3));
    let arriving = tablet.notebook.case(case(), NOON).unwrap();
    assert!(arriving.arriving);
    assert_eq!(arriving.row.subject, "Solveig Lærke");
    assert_eq!(tablet.settles(), Agreement::NotYet);
    tablet.fetches_bodies(&mut office);
    assert_eq!(tablet.settles(), Agreement::Equal);
    assert!(!tablet.notebook.case(case(), NOON).unwrap().arriving);
    assert!(tablet.notebook.pulled().unwrap().is_some());
}

#[test]
fn a_note_appears_by_each_way_a_body_can_come() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    for inline in [true, false] {
        office.inline = inline;
        let id = NOTE + u8::from(inline);
        note_from_the_office(&mut office, id, "Fra kontoret");
        tablet.syncs(&mut office);
        office.put(
            Kind::Note,
            doc(id),
            Some(case()),
            &[Edit::root("visit", feltbog_casebook::Scalar::Null)],
        );
        tablet.syncs(&mut office);
        assert_eq!(tablet.reads(doc(id)).text, "Fra kontoret");
        assert_eq!(tablet.settles(), Agreement::Equal);
    }
}

#[test]
fn a_body_that_lost_a_change_is_found_out_and_fetched_anew() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let page = office.page(&Default::default());
    let mut false_page = page.clone();
    let index = false_page
        .closing
        .as_ref()
        .unwrap()
        .scopes
        .iter()
        .position(|state| state.scope == SCOPE)
        .unwrap();
    false_page.closing.as_mut().unwrap().scopes[index].digest.0[0] ^= 1;
    let moment = tablet.moment();
    tablet.notebook.take_page(&false_page, &moment).unwrap();
    assert_eq!(tablet.settles(), Agreement::Repairing(vec![SCOPE]));
    tablet.repairs(&mut office);
    let moment = tablet.moment();
    tablet.notebook.take_page(&false_page, &moment).unwrap();
    assert_eq!(tablet.settles(), Agreement::Refetching(1), "a repair did not help");
    assert!(!tablet.notebook.feed_request().unwrap().filling.is_empty());
    assert_eq!(tablet.syncs(&mut office), Agreement::Equal);
    assert_eq!(tablet.notebook.case(case(), NOON).unwrap().row.subject, "Solveig Lærke");
}

#[test]
fn a_body_of_random_bytes_is_set_aside_and_everything_else_keeps_flowing() {
    let mut office = Office::new();
    office.inline = false;
    note_from_the_office(&mut office, 40, "Læselig");
    note_from_the_office(&mut office, 41, "Ulæselig");
    office.spoiled.insert(doc(41));
    let mut tablet = Tablet::new(1);
    tablet.syncs(&mut office);
    assert_eq!(tablet.reads(doc(40)).text, "Læselig");
    assert!(matches!(
        tablet.notebook.note(doc(41)),
        Err(ReplicaError::Unreadable(_) | ReplicaError::NotHere)
    ));
    assert!(
        tablet.notebook.wants(10, NOON).unwrap().is_empty(),
        "a version that cannot be read is not asked for again"
    );
    office.spoiled.clear();
    office.put(
        Kind::Note,
        doc(41),
        Some(case()),
        &[Edit::root("visit", feltbog_casebook::Scalar::Null)],
    );
    note_from_the_office(&mut office, 41, "");
    office.put(
        Kind::Note,
        doc(41),
        Some(case()),
        &[Edit::Type {
            before: "Ulæselig".into(),
            after: "Nu læselig".into(),
        }],
    );
    assert_eq!(tablet.syncs(&mut office), Agreement::Equal);
    assert_eq!(tablet.reads(doc(41)).text, "Nu læselig");
}

#[test]
fn a_body_nobody_asked_for_is_not_taken() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let body = Body {
        doc: doc(99),
        heads: Vec::new(),
        whole: true,
        bytes: vec![1, 2, 3],
        epoch: None,
    };
    let reply = BodiesReply {
        bodies: vec![body],
        absent: Vec::new(),
        unread: None,
    };
    tablet.notebook.take_bodies(&[], &reply).unwrap();
    assert_eq!(tablet.settles(), Agreement::Equal);
}

#[test]
fn a_page_with_an_unknown_kind_and_a_broken_projection_is_stored() {
    let mut office = Office::new();
    let mut tablet = Tablet::new(1);
    let mut page = office.page(&Default::default());
    let mut strange = page.entries[0].clone();
    strange.doc = doc(77);
    strange.kind = "hologram".to_owned();
    strange.projection = vec![0xff; 40];
    strange.changes.clear();
    page.entries.insert(0, strange);
    let moment = tablet.moment();
    tablet.notebook.take_page(&page, &moment).unwrap();
    tablet.fetches_bodies(&mut office);
    assert_eq!(tablet.notebook.case(case(), NOON).unwrap().row.subject, "Solveig Lærke");
}

#[test]
fn not_one_byte_is_left_of_a_document_that_left() {
    let mut office = Office::new();
    note_from_the_office(&mut office, NOTE, "Kvindsyvskomager ringede");
    let mut tablet = Tablet::synced(1, &mut office);
    tablet.notebook.index_some(100).unwrap();
    let note = tablet.reads(doc(NOTE));
    tablet.types(doc(NOTE), &note.heads, &note.text, "Kvindsyvskomager ringede igen");
    tablet.syncs(&mut office);
    assert!(
        all_that_is_stored(&tablet.path(), 1)
            .to_lowercase()
            .contains("kvindsyvskomager"),
        "the search would find it"
    );
    office.withdraws(doc(NOTE));
    tablet.syncs(&mut office);
    let path = tablet.path();
    assert!(!all_that_is_stored(&path, 1).to_lowercase().contains("kvindsyvskomager"));
    assert_eq!(
        std::fs::metadata(path.with_extension("db-wal")).map_or(0, |log| log.len()),
        0
    );
}

#[test]
fn a_lost_scope_takes_its_documents_along() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let page = office.page_of_a_lost_scope();
    let moment = tablet.moment();
    tablet.notebook.take_page(&page, &moment).unwrap();
    assert!(matches!(tablet.notebook.case(case(), NOON), Err(ReplicaError::NotHere)));
    assert!(!all_that_is_stored(&tablet.path(), 1).contains("Solveig"));
}

#[test]
fn a_half_filled_scope_the_last_page_does_not_name_takes_its_documents_along() {
    let mut office = Office::new();
    note_from_the_office(&mut office, NOTE, "Kommer ikke mere");
    office.page_size = 3;
    let mut tablet = Tablet::new(1);
    let first = office.page(&tablet.notebook.feed_request().unwrap());
    let moment = tablet.moment();
    tablet.notebook.take_page(&first, &moment).unwrap();
    assert!(first.closing.is_none() && tablet.notebook.case(case(), NOON).is_ok());
    let mut page = office.page_of_a_lost_scope();
    page.lost.clear();
    let moment = tablet.moment();
    tablet.notebook.take_page(&page, &moment).unwrap();
    assert!(matches!(tablet.notebook.case(case(), NOON), Err(ReplicaError::NotHere)));
    assert!(!all_that_is_stored(&tablet.path(), 1).contains("Solveig"));
}

#[test]
fn a_lost_scope_takes_nothing_of_one_that_is_fetched_anew() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let mut page = office.page(&Default::default());
    page.closing.as_mut().unwrap().scopes[0].digest.0[0] ^= 1;
    let moment = tablet.moment();
    tablet.notebook.take_page(&page, &moment).unwrap();
    assert_eq!(tablet.settles(), Agreement::Repairing(vec![SCOPE]));
    tablet.repairs(&mut office);
    let mut page = office.page(&Default::default());
    page.closing.as_mut().unwrap().scopes[0].digest.0[0] ^= 1;
    let moment = tablet.moment();
    tablet.notebook.take_page(&page, &moment).unwrap();
    assert_eq!(tablet.settles(), Agreement::Refetching(1));
    let mut page = office.page_of_a_lost_scope();
    page.lost = vec![ScopeId::from_bytes([0x5d; 16])];
    page.closing = None;
    let moment = tablet.moment();
    tablet.notebook.take_page(&page, &moment).unwrap();
    assert!(tablet.notebook.case(case(), NOON).is_ok());
}

#[test]
fn words_unsent_when_their_case_leaves_are_sent_or_handed_over_and_never_gone() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    tablet.types(doc(NOTE), &[], "", "Skrevet om formiddagen");
    let page = office.page_of_a_lost_scope();
    let moment = tablet.moment();
    tablet.notebook.take_page(&page, &moment).unwrap();
    let waits = tablet.notebook.outbox(10).unwrap().len();
    assert_eq!(waits, 2);
    office.withdraws(case());
    tablet.sends(&mut office);
    let moment = tablet.moment();
    let loose = tablet.notebook.loose_waiting(10, &moment).unwrap();
    assert_eq!(loose[0].words.as_deref(), Some("Skrevet om formiddagen"));
}

#[test]
fn a_shown_projection_is_that_of_base_and_own() {
    let mut office = Office::new();
    let mut kirsten = Tablet::synced(1, &mut office);
    let mut bo = Tablet::synced(2, &mut office);
    let draft = kirsten.types(doc(NOTE), &[], "", "Fælles. ");
    kirsten.syncs(&mut office);
    bo.syncs(&mut office);
    let seen = bo.reads(doc(NOTE));
    bo.types(doc(NOTE), &seen.heads, "Fælles. ", "Fælles. Bjørnebær.");
    bo.syncs(&mut office);
    kirsten.types(doc(NOTE), &draft.typed, "Fælles. ", "Rødgrød. Fælles. ");
    kirsten.fetches_pages(&mut office);
    kirsten.fetches_bodies(&mut office);
    let text = kirsten.reads(doc(NOTE)).text;
    assert!(text.contains("Bjørnebær.") && text.contains("Rødgrød."), "{text}");
    let found = |words: &str| {
        let list = kirsten
            .notebook
            .cases(words, &Default::default(), Default::default(), (0, 10), NOON)
            .unwrap();
        list.total
    };
    assert_eq!((found("rødgrød"), found("bjornebaer")), (1, 1));
}

#[test]
fn bodies_of_today_are_fetched_first_then_ones_own_then_notes() {
    let mut office = Office::new();
    office.inline = false;
    let title = |office: &mut Office, kind, id, parent| {
        office.put(kind, id, parent, &[Edit::root("title", "Uden travlhed")]);
    };
    title(&mut office, Kind::Case, doc(20), None);
    title(&mut office, Kind::Case, doc(21), None);
    note_from_the_office(&mut office, 41, "På en sag, der ikke besøges i dag");
    for (id, case, hours) in [(30, 20, 1), (31, 21, 24 * 60)] {
        let start = feltbog_ids::Instant(NOON.0 + hours * 3_600_000_000);
        let edits = [
            Edit::root("start", start),
            Edit::within("people", &town::person(1).to_string(), true),
        ];
        office.put(Kind::Visit, doc(id), Some(doc(case)), &edits);
    }
    let mut tablet = Tablet::new(1);
    tablet.fetches_pages(&mut office);
    let wants = tablet.notebook.wants(7, NOON).unwrap();
    let order: Vec<_> = wants.iter().map(|want| want.doc).collect();
    // Today's visit and its case, then one's own case and the visit of another month, then the note.
    assert_eq!(order[..5], [doc(30), doc(20), case(), doc(31), doc(41)]);
    assert_eq!(tablet.notebook.wants(2, NOON).unwrap().len(), 2);
    let later = feltbog_ids::Instant(NOON.0 + 24 * 60 * 3_600_000_000);
    let first = tablet.notebook.wants(2, later).unwrap();
    assert_eq!(
        [first[0].doc, first[1].doc],
        [doc(31), doc(21)],
        "another day, another need"
    );
}
