//! What a device is sent: pages, bodies, what comes and what leaves.
//!
//! A model of a device stands beside it: what it holds must be what it may see, and the digests must agree.

#![allow(clippy::unwrap_used)]

mod story;

use std::collections::{BTreeMap, BTreeSet};

use feltbog_casebook::{Book, Role, member_digest};
use feltbog_ids::{ChangeHash, DigestOf, DocId, ScopeId};
use feltbog_protocol::{BodiesRequest, Closing, FeedPage, FeedRequest, Filling, Want, pack};
use story::{Town, Worker, ids, stored};

/// What a device keeps of the feed, nothing else.
#[derive(Default)]
struct Tablet {
    docs: BTreeMap<DocId, (Vec<ChangeHash>, BTreeSet<ScopeId>)>,
    request: FeedRequest,
}

impl Tablet {
    fn take(&mut self, page: &FeedPage) -> Option<Closing> {
        for (_, scopes) in self.docs.values_mut() {
            scopes.retain(|scope| !page.lost.contains(scope));
        }
        for entry in &page.entries {
            self.docs
                .insert(entry.doc, (entry.heads.clone(), entry.scopes.iter().copied().collect()));
        }
        let left = |doc: &DocId| page.left.contains(doc);
        self.docs.retain(|doc, (_, scopes)| !scopes.is_empty() && !left(doc));
        self.request = FeedRequest {
            cursor: Some(page.cursor),
            filling: page.filling.clone(),
            erased: None,
        };
        page.closing.clone()
    }

    fn pull(&mut self, town: &Town, worker: &Worker) {
        while self.takes_a_page(town, worker).closing.is_none() {}
    }

    fn takes_a_page(&mut self, town: &Town, worker: &Worker) -> FeedPage {
        let page = town
            .office
            .feed(&worker.session, worker.session.workspace, &self.request, town.now)
            .unwrap();
        if let Some(closing) = self.take(&page) {
            self.agrees(&closing);
        }
        page
    }

    fn agrees(&self, closing: &Closing) {
        for state in &closing.scopes {
            let members = self
                .docs
                .iter()
                .filter(|(_, (_, scopes))| scopes.contains(&state.scope));
            let (mut digest, mut count) = (DigestOf::default(), 0);
            for (doc, (heads, _)) in members {
                digest.toggle(member_digest(*doc, heads));
                count += 1;
            }
            assert_eq!((count, digest), (state.count, state.digest));
        }
    }

    fn ids(&self) -> BTreeSet<DocId> {
        self.docs.keys().copied().collect()
    }
}

#[test]
fn a_tablet_holds_what_its_person_may_see_and_the_digests_agree() {
    let town = Town::new();
    let area = town.unit("Nord", None);
    let (kloever, maane) = (town.unit("Team Kløver", Some(area)), town.unit("Team Måne", Some(area)));
    let (maja, peter) = (
        town.worker("maja", Role::Worker, kloever),
        town.worker("peter", Role::Leader, area),
    );
    let cases: Vec<_> = (0..20)
        .map(|n| town.case(if n % 2 == 0 { kloever } else { maane }))
        .collect();
    let (mut tablet, mut desk) = (Tablet::default(), Tablet::default());
    tablet.pull(&town, &maja);
    desk.pull(&town, &peter);
    assert_eq!(tablet.ids(), town.may_see(&maja));
    assert_eq!(desk.ids(), town.may_see(&peter));
    assert!(tablet.ids().contains(&cases[0]) && !tablet.ids().contains(&cases[1]));
    assert!(desk.ids().contains(&cases[0]) && desk.ids().contains(&cases[1]));
}

/// More than one page holds.
fn six_hundred_notes(town: &Town, worker: &Worker, case: DocId) {
    for _ in 0..12 {
        let items: Vec<_> = (0..50).flat_map(|_| town.note_items(worker, case, "x").1).collect();
        assert!(stored(&town.push(worker, items)));
    }
}

#[test]
fn a_pull_cut_after_any_page_goes_on_where_it_was() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let case = town.case(unit);
    six_hundred_notes(&town, &maja, case);
    let mut tablet = Tablet::default();
    assert!(tablet.takes_a_page(&town, &maja).closing.is_none());
    let late = town.case(unit);
    town.move_case(case, town.unit("Team Måne", None));
    tablet.pull(&town, &maja);
    assert_eq!(tablet.ids(), town.may_see(&maja));
    assert!(tablet.ids().contains(&late) && !tablet.ids().contains(&case));
}

#[test]
fn a_case_that_moves_takes_its_notes_along_in_both_directions() {
    let town = Town::new();
    let (kloever, maane) = (town.unit("Team Kløver", None), town.unit("Team Måne", None));
    let (maja, yusuf) = (
        town.worker("maja", Role::Worker, kloever),
        town.worker("yusuf", Role::Worker, maane),
    );
    let case = town.case(kloever);
    let (note, _) = town.note(&maja, case, "Sov godt.");
    let (mut majas, mut yusufs) = (Tablet::default(), Tablet::default());
    for (unit, holds) in [(maane, false), (kloever, true), (maane, false)] {
        majas.pull(&town, &maja);
        yusufs.pull(&town, &yusuf);
        town.move_case(case, unit);
        majas.pull(&town, &maja);
        yusufs.pull(&town, &yusuf);
        assert_eq!(majas.ids().is_superset(&BTreeSet::from([case, note])), holds);
        assert_eq!(yusufs.ids().is_superset(&BTreeSet::from([case, note])), !holds);
        assert_eq!((majas.ids(), yusufs.ids()), (town.may_see(&maja), town.may_see(&yusuf)));
    }
}

#[test]
fn a_role_gained_fills_and_a_role_lost_empties() {
    let town = Town::new();
    let (kloever, maane) = (town.unit("Team Kløver", None), town.unit("Team Måne", None));
    let maja = town.worker("maja", Role::Worker, kloever);
    let old = town.case(maane);
    let mut tablet = Tablet::default();
    tablet.pull(&town, &maja);
    town.grant(maja.session.person, Role::Worker, maane);
    tablet.pull(&town, &maja);
    assert!(tablet.ids().contains(&old));
    town.end(maja.session.person, Role::Worker, maane);
    tablet.pull(&town, &maja);
    assert!(!tablet.ids().contains(&old));
    assert_eq!(tablet.ids(), town.may_see(&maja));
}

#[test]
fn a_role_that_ends_while_its_scope_is_filling_leaves_nothing_behind() {
    let town = Town::new();
    let (kloever, maane) = (town.unit("Team Kløver", None), town.unit("Team Måne", None));
    let (maja, yusuf) = (
        town.worker("maja", Role::Worker, kloever),
        town.worker("yusuf", Role::Worker, maane),
    );
    let case = town.case(maane);
    six_hundred_notes(&town, &yusuf, case);
    let mut tablet = Tablet::default();
    tablet.pull(&town, &maja);
    town.grant(maja.session.person, Role::Worker, maane);
    assert!(tablet.takes_a_page(&town, &maja).closing.is_none());
    let half = tablet.docs[&case].1.clone();
    town.end(maja.session.person, Role::Worker, maane);
    let page = tablet.takes_a_page(&town, &maja);
    assert_eq!(BTreeSet::from_iter(page.lost), half);
    assert_eq!(tablet.ids(), town.may_see(&maja));
}

#[test]
fn a_role_lost_and_given_back_while_another_unit_is_filling_fills_again() {
    let town = Town::new();
    let (kloever, maane) = (town.unit("Team Kløver", None), town.unit("Team Måne", None));
    let (maja, yusuf) = (
        town.worker("maja", Role::Worker, kloever),
        town.worker("yusuf", Role::Worker, maane),
    );
    let case = town.case(kloever);
    let many = town.case(maane);
    six_hundred_notes(&town, &yusuf, many);
    let mut tablet = Tablet::default();
    tablet.pull(&town, &maja);
    town.end(maja.session.person, Role::Worker, kloever);
    town.grant(maja.session.person, Role::Worker, maane);
    assert!(tablet.takes_a_page(&town, &maja).closing.is_none());
    assert!(!tablet.ids().contains(&case));
    town.grant(maja.session.person, Role::Worker, kloever);
    tablet.pull(&town, &maja);
    assert!(tablet.ids().contains(&case));
    assert_eq!(tablet.ids(), town.may_see(&maja));
}

#[test]
fn a_case_that_moved_while_the_role_was_paused_leaves_the_tablet() {
    let town = Town::new();
    let (kloever, maane) = (town.unit("Team Kløver", None), town.unit("Team Måne", None));
    let maja = town.worker("maja", Role::Worker, kloever);
    let (case, mut tablet) = (town.case(kloever), Tablet::default());
    tablet.pull(&town, &maja);
    town.end(maja.session.person, Role::Worker, kloever);
    town.move_case(case, maane);
    town.grant(maja.session.person, Role::Worker, kloever);
    tablet.pull(&town, &maja);
    assert!(!tablet.ids().contains(&case));
    assert_eq!(tablet.ids(), town.may_see(&maja));
}

#[test]
fn a_role_limited_to_one_case_type_gets_no_part_for_that_role_of_another() {
    let town = Town::new();
    let (kloever, visitation) = (town.unit("Team Kløver", None), town.unit("Visitationen", None));
    let anna = town.worker("anna", Role::Authority, visitation);
    let limited = town.worker("bente", Role::Worker, kloever);
    town.grant_limited(limited.session.person, Role::Authority, visitation, "tilsyn");
    let audience = format!("role:authority@{visitation}");
    let part = town.part(town.case(kloever), &audience, "Nøglen ligger under potten.");
    for (worker, holds) in [(&anna, true), (&limited, false)] {
        let mut tablet = Tablet::default();
        tablet.pull(&town, worker);
        assert_eq!(tablet.ids().contains(&part), holds);
        assert_eq!(tablet.ids(), town.may_see(worker));
    }
}

#[test]
fn a_part_outside_the_circle_appears_nowhere() {
    let town = Town::new();
    let (kloever, visitation) = (town.unit("Team Kløver", None), town.unit("Visitationen", None));
    let mut maja = town.worker("maja", Role::Worker, kloever);
    let mut anna = town.worker("anna", Role::Authority, visitation);
    let case = town.case(kloever);
    let part = town.part(case, &format!("unit:{visitation}"), "Nøglen ligger under potten.");
    let pages = town.pull(&mut maja);
    let plain: Vec<u8> = pages.iter().flat_map(|page| minicbor::to_vec(page).unwrap()).collect();
    let heads = town.book(part).heads();
    let told = |needle: &[u8]| plain.windows(needle.len()).any(|window| window == needle);
    assert!(!told(part.as_bytes()) && heads.iter().all(|head| !told(&head.0)));
    let want = BodiesRequest {
        wants: vec![
            Want {
                doc: part,
                have: vec![],
            },
            Want {
                doc: town.doc(),
                have: vec![],
            },
        ],
    };
    let reply = town
        .office
        .bodies(&maja.session, maja.session.workspace, &want, town.now)
        .unwrap();
    assert!(reply.bodies.is_empty() && reply.absent.len() == 2);
    assert!(ids(&town.pull(&mut anna)).contains(&part));
}

#[test]
fn nothing_new_is_one_small_page() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let mut maja = town.worker("maja", Role::Worker, unit);
    town.pull(&mut maja);
    let pages = town.pull(&mut maja);
    assert_eq!((pages.len(), pages[0].entries.len()), (1, 0));
    assert!(pack(&pages[0]).len() < 300);
}

#[test]
fn a_small_change_travels_inline_to_a_tablet_that_has_the_note_and_whole_to_one_that_has_not() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let mut maja = town.worker("maja", Role::Worker, unit);
    let mut yusuf = town.worker("yusuf", Role::Worker, unit);
    let (note, _) = town.note(&maja, town.case(unit), "Sov godt.");
    town.pull(&mut maja);
    let before = town.book(note).save();
    let typed = feltbog_casebook::Edit::Type {
        before: "Sov godt.".into(),
        after: "Sov godt. Spiste.".into(),
    };
    assert!(stored(&town.push(&maja, vec![town.edit(&maja, note, &[typed])])));
    for (worker, base, count) in [(&mut maja, before, 1), (&mut yusuf, Vec::new(), 3)] {
        let pages = town.pull(worker);
        let entry = pages
            .iter()
            .flat_map(|page| &page.entries)
            .find(|entry| entry.doc == note)
            .unwrap();
        assert_eq!(entry.changes.len(), count);
        let book = Book::open(&base, entry.changes.iter().map(|change| change.as_slice())).unwrap();
        assert_eq!(
            (book.heads(), book.text()),
            (entry.heads.clone(), "Sov godt. Spiste.".to_owned())
        );
    }
}

#[test]
fn a_body_comes_whole_or_as_what_is_missing() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let words = (0..900).map(|n| format!("ord{n} ")).collect::<String>();
    let (note, _) = town.note(&maja, town.case(unit), &words);
    let (had, base) = (town.book(note).heads(), town.book(note).save());
    let typed = feltbog_casebook::Edit::Type {
        before: words.clone(),
        after: format!("{words}Spiste."),
    };
    assert!(stored(&town.push(&maja, vec![town.edit(&maja, note, &[typed])])));
    for (have, whole) in [(had, false), (vec![], true), (vec![ChangeHash([3; 32])], true)] {
        let request = BodiesRequest {
            wants: vec![Want { doc: note, have }],
        };
        let reply = town
            .office
            .bodies(&maja.session, maja.session.workspace, &request, town.now)
            .unwrap();
        let body = &reply.bodies[0];
        let book = if whole {
            Book::open(&body.bytes, [])
        } else {
            Book::open(&base, [body.bytes.as_slice()])
        };
        assert_eq!((body.whole, book.unwrap().heads()), (whole, body.heads.clone()));
    }
}

#[test]
fn a_scope_that_is_to_be_filled_anew_comes_again_whole() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let case = town.case(unit);
    let mut tablet = Tablet::default();
    tablet.pull(&town, &maja);
    let scope = *tablet.docs[&case].1.first().unwrap();
    tablet.docs.remove(&case);
    tablet.request.filling = vec![Filling {
        scope,
        upto: feltbog_ids::Position::ZERO,
    }];
    tablet.pull(&town, &maja);
    assert!(tablet.ids().contains(&case));
}

#[test]
fn a_cursor_of_another_life_of_the_log_starts_over() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let mut maja = town.worker("maja", Role::Worker, unit);
    let all = ids(&town.pull(&mut maja));
    maja.cursor = maja.cursor.map(|cursor| feltbog_ids::Cursor {
        generation: feltbog_ids::Generation([1; 16]),
        ..cursor
    });
    assert_eq!(ids(&town.pull(&mut maja)), all);
}
