//! Rights that begin and end by the clock: whom they open what for, how late work is judged, and what is written of them.
//!
//! What a device makes of it is told elsewhere.

#![allow(clippy::unwrap_used)]

mod story;

use feltbog_casebook::{Edit, Kind, Role};
use feltbog_ids::{Instant, Position, Span, UnitId};
use feltbog_protocol::{Answer, BodiesRequest, FeedPage, Reason, ScopeEnd, Want};
use feltbog_server::{StoreError, rights::CLOCKS_DIFFER};
use story::{Town, Worker, admin, ids, stored};

const HOUR: Span = Span::seconds(3_600);

/// A unit with a case, and a substitute whose role there ends in eight hours.
fn substitute(town: &Town) -> (UnitId, Worker) {
    let (unit, elsewhere) = (town.unit("Team Kløver", None), town.unit("Udlånt fra", None));
    let worker = town.worker("oliver", Role::Worker, elsewhere);
    town.grant_for(worker.session.person, unit, Span(8 * HOUR.0));
    (unit, worker)
}

fn lost(pages: &[FeedPage]) -> usize {
    pages.iter().map(|page| page.lost.len()).sum()
}

fn ends(pages: &[FeedPage]) -> Vec<Instant> {
    let mut ends: Vec<_> = pages.iter().flat_map(|page| &page.ends).map(|end| end.until).collect();
    ends.dedup();
    ends
}

#[test]
fn a_role_that_ends_by_the_clock_opens_its_scopes_until_then_and_says_so_on_every_page() {
    let mut town = Town::new();
    let (unit, mut oliver) = substitute(&town);
    let case = town.case(unit);
    let until = town.now + Span(8 * HOUR.0);
    let pages = town.pull(&mut oliver);
    assert!(ids(&pages).contains(&case));
    assert!(pages.iter().all(|page| !page.ends.is_empty()), "said on every page");
    assert_eq!(ends(&pages), [until]);
    town.now = until + Span(-1);
    assert!(lost(&town.pull(&mut oliver)) == 0 && town.may_see(&oliver).contains(&case));
    town.now = until;
    assert!(
        !town.may_see(&oliver).contains(&case),
        "also before its end is in the log"
    );
    let pages = town.pull(&mut oliver);
    assert!(lost(&pages) > 0 && ends(&pages).is_empty());
}

#[test]
fn a_scope_that_a_lasting_role_opens_too_has_no_end() {
    let town = Town::new();
    let (unit, mut oliver) = substitute(&town);
    town.case(unit);
    town.grant(oliver.session.person, Role::Planner, unit);
    let case_scope = |page: &FeedPage| {
        let entry = page.entries.iter().find(|entry| entry.kind == "case");
        entry.map(|entry| entry.scopes.clone()).unwrap_or_default()
    };
    let pages = town.pull(&mut oliver);
    let scopes: Vec<_> = pages.iter().flat_map(case_scope).collect();
    let ends: Vec<ScopeEnd> = pages.into_iter().flat_map(|page| page.ends).collect();
    assert!(!scopes.is_empty());
    assert!(ends.iter().all(|end| !scopes.contains(&end.scope)), "{ends:?}");
}

#[test]
fn of_two_roles_the_later_end_counts_and_a_role_that_ends_sooner_changes_nothing() {
    let town = Town::new();
    let (unit, mut oliver) = substitute(&town);
    town.case(unit);
    let before = town.store.workspace().unwrap().position;
    town.grant_for(oliver.session.person, unit, HOUR);
    assert_eq!(town.store.workspace().unwrap().position, before);
    town.grant_for(oliver.session.person, unit, Span(10 * HOUR.0));
    assert_eq!(ends(&town.pull(&mut oliver)), [town.now + Span(10 * HOUR.0)]);
}

#[test]
fn bodies_are_given_to_the_last_second_of_a_shift_and_not_after() {
    let mut town = Town::new();
    let (unit, oliver) = substitute(&town);
    let case = town.case(unit);
    let begun = town.now;
    for (span, given) in [(8 * HOUR.0 - 1, 1), (8 * HOUR.0, 0)] {
        town.now = begun + Span(span);
        let want = Want {
            doc: case,
            have: Vec::new(),
        };
        let request = BodiesRequest { wants: vec![want] };
        let (session, at) = (&oliver.session, oliver.session.workspace);
        let reply = town.office.bodies(session, at, &request, town.now).unwrap();
        assert_eq!(reply.bodies.len(), given);
    }
}

#[test]
fn the_end_is_an_event_of_the_log_as_of_the_time_it_was_for() {
    let mut town = Town::new();
    let (unit, mut oliver) = substitute(&town);
    let case = town.case(unit);
    let until = town.now + Span(8 * HOUR.0);
    town.pull(&mut oliver);
    let before = town.store.workspace().unwrap().position;
    // Nobody asks for a week: the days of late work are counted from the end, not from when it was noticed.
    let (_, late) = town.note_items(&oliver, case, "Skrevet i tide.");
    let (_, later) = town.note_items(&oliver, case, "Også i tide, men sendt for sent.");
    town.now = until + Span::days(7);
    assert!(stored(&town.push(&oliver, late)));
    let position = town.store.workspace().unwrap().position;
    assert_eq!(
        position,
        Position(before.0 + 1 + 2),
        "one event for the end, and the note's two"
    );
    town.now = until + Span::days(7) + Span(1);
    assert!(!stored(&town.push(&oliver, later)[..1]));
}

#[test]
fn words_of_before_the_end_are_taken_the_next_day_and_words_of_after_it_are_not() {
    let mut town = Town::new();
    let (unit, mut oliver) = substitute(&town);
    let case = town.case(unit);
    let until = town.now + Span(8 * HOUR.0);
    let (note, answers) = town.note(&oliver, case, "Kladde.");
    assert!(stored(&answers));
    town.pull(&mut oliver);
    let (mut book, mut before) = (town.book(note), "Kladde.".to_owned());
    let mut items = Vec::new();
    for (moment, say) in [
        (until, "Til sidst."),
        (until + CLOCKS_DIFFER, "Uret går lidt for hurtigt."),
        (until + CLOCKS_DIFFER + Span(1), "Efter vagten."),
    ] {
        let after = format!("{before} {say}");
        let edit = [Edit::Type {
            before,
            after: after.clone(),
        }];
        before = after;
        let birth = *book.birth();
        items.push(oliver.item(&birth, oliver.write(&mut book, &edit, moment)));
    }
    town.now = until + Span::days(1);
    let answers = town.push(&oliver, items);
    assert!(stored(&answers[..2]), "{answers:?}");
    assert_eq!(answers[2], Answer::Refused(Reason::NoRight));
    assert!(!town.book(note).text().contains("Efter vagten."));
}

#[test]
fn a_note_born_after_the_end_is_not_made_at_all_and_one_born_before_it_is() {
    let mut town = Town::new();
    let (unit, mut oliver) = substitute(&town);
    let case = town.case(unit);
    town.pull(&mut oliver);
    let until = town.now + Span(8 * HOUR.0);
    town.now = until + Span::seconds(-60);
    let (in_time, before) = town.note_items(&oliver, case, "Før.");
    town.now = until + Span::seconds(3_600);
    let (late, after) = town.note_items(&oliver, case, "Efter.");
    assert!(stored(&town.push(&oliver, before)));
    assert_eq!(town.book(in_time).text(), "Før.");
    let answers = town.push(&oliver, after);
    assert_eq!(answers, [Answer::NeedsParent(case), Answer::Refused(Reason::NoRight)]);
    let there = town.store.view::<_, StoreError>(town.now, |view| view.document(late));
    assert!(there.unwrap().is_none(), "no empty note is left of it");
}

#[test]
fn a_document_made_after_the_end_is_refused_with_its_first_words() {
    let mut town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let mut oliver = town.worker("oliver", Role::Editor, unit);
    town.grant_for(oliver.session.person, unit, HOUR);
    town.pull(&mut oliver);
    let (_, answers) = town.makes(&oliver, Kind::Case, &story::case_edits(unit));
    assert!(stored(&answers));
    town.now = town.now + Span(2 * HOUR.0);
    let (_, answers) = town.makes(&oliver, Kind::Case, &story::case_edits(unit));
    assert_eq!(answers[0], Answer::Refused(Reason::MayNotCreate));
}

#[test]
fn a_role_ended_by_hand_before_its_time_is_judged_by_the_place_in_the_log_and_by_the_clock() {
    let mut town = Town::new();
    let (unit, mut oliver) = substitute(&town);
    let case = town.case(unit);
    town.pull(&mut oliver);
    let begun = town.now;
    town.end(oliver.session.person, Role::Worker, unit);
    town.now = begun + HOUR;
    let (_, before) = town.note_items(&oliver, case, "Hun vidste det ikke endnu.");
    town.now = begun + Span(9 * HOUR.0);
    let (_, after) = town.note_items(&oliver, case, "Nu er vagten også slut.");
    assert!(stored(&town.push(&oliver, before)));
    assert_eq!(town.push(&oliver, after)[1], Answer::Refused(Reason::NoRight));
}

#[test]
fn a_shift_that_is_planned_opens_nothing_before_its_time_and_everything_then() {
    let mut town = Town::new();
    let (unit, elsewhere) = (town.unit("Team Kløver", None), town.unit("Udlånt fra", None));
    let case = town.case(unit);
    let mut oliver = town.worker("oliver", Role::Worker, elsewhere);
    let begun = town.now;
    town.plan(oliver.session.person, unit, HOUR, Span(9 * HOUR.0));
    assert!(!ids(&town.pull(&mut oliver)).contains(&case));
    town.now = begun + HOUR + Span(-1);
    assert!(!ids(&town.pull(&mut oliver)).contains(&case));
    town.now = begun + HOUR;
    let pages = town.pull(&mut oliver);
    assert!(ids(&pages).contains(&case));
    assert_eq!(ends(&pages), [begun + Span(9 * HOUR.0)]);
    town.now = begun + Span(9 * HOUR.0);
    assert!(lost(&town.pull(&mut oliver)) > 0);
}

#[test]
fn between_two_shifts_that_follow_on_each_other_nothing_leaves() {
    let mut town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let case = town.case(unit);
    let mut oliver = town.worker("oliver", Role::Worker, town.unit("Udlånt fra", None));
    let begun = town.now;
    town.plan(oliver.session.person, unit, Span(0), HOUR);
    town.plan(oliver.session.person, unit, HOUR, Span(2 * HOUR.0));
    assert!(ids(&town.pull(&mut oliver)).contains(&case));
    town.now = begun + HOUR;
    assert_eq!(lost(&town.pull(&mut oliver)), 0);
    assert!(town.may_see(&oliver).contains(&case));
}

#[test]
fn a_shift_taken_back_never_begins_and_one_ended_early_ends_at_once() {
    let mut town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let case = town.case(unit);
    let mut oliver = town.worker("oliver", Role::Worker, town.unit("Udlånt fra", None));
    let (person, begun) = (oliver.session.person, town.now);
    let now = town.plan(person, unit, Span(0), Span(8 * HOUR.0));
    let tomorrow = town.plan(person, unit, Span::days(1), Span(32 * HOUR.0));
    assert!(ids(&town.pull(&mut oliver)).contains(&case));
    for shift in [now, tomorrow] {
        town.store.batch(town.now, |batch| batch.end_shift(shift)).unwrap();
    }
    assert!(lost(&town.pull(&mut oliver)) > 0);
    // Another one begins then, and must not take it along.
    let elsewhere = town.unit("Team Anemone", None);
    let stands = town.plan(person, elsewhere, Span::days(1), Span(32 * HOUR.0));
    town.now = begun + Span::days(1) + HOUR;
    assert!(!ids(&town.pull(&mut oliver)).contains(&case));
    let ahead = town.store.view::<_, StoreError>(town.now, |view| view.shifts());
    let ahead: Vec<_> = ahead.unwrap().into_iter().map(|row| row.shift.id).collect();
    assert_eq!(ahead, [stands]);
}

#[test]
fn where_nothing_is_due_nothing_is_written() {
    let mut town = Town::new();
    let (unit, mut oliver) = substitute(&town);
    town.case(unit);
    town.pull(&mut oliver);
    let before = town.store.workspace().unwrap().position;
    town.now = town.now + HOUR;
    town.pull(&mut oliver);
    assert_eq!(town.store.workspace().unwrap().position, before);
}

#[test]
fn an_operator_plans_a_shift_sees_it_and_takes_it_back() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let oliver = town.worker("oliver", Role::Editor, town.unit("Udlånt fra", None));
    let units = || town.book(oliver.session.person.into()).words("units");
    let evening = ["--from", "2099-11-25T15:00", "--to", "2099-11-25T23:00"];
    let id = admin(
        &town,
        &[&["shift", "add", "oliver", "Team Kløver"], &evening[..]].concat(),
    )
    .unwrap();
    let id = id.trim_end();
    let listed = admin(&town, &["shift", "list"]).unwrap();
    let line = format!("{id}\t2099-11-25T15:00\t2099-11-25T23:00\tworker\tTeam Kløver\toliver\tplanned\n");
    assert_eq!(listed, line);
    assert!(units().contains(&unit.to_string()));
    admin(&town, &["shift", "end", id]).unwrap();
    assert_eq!(admin(&town, &["shift", "list"]).unwrap(), "");
    assert!(!units().contains(&unit.to_string()));
    let again = admin(&town, &["shift", "end", id]).unwrap_err();
    assert!(again.to_string().contains("no such shift"), "{again:#}");
}

#[test]
fn a_role_given_until_a_time_ends_then_by_the_workspaces_clock() {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    town.case(unit);
    let mut oliver = town.worker("oliver", Role::Editor, town.unit("Udlånt fra", None));
    let grant = [
        "role",
        "grant",
        "--person",
        "oliver",
        "--role",
        "worker@Team Kløver",
        "--until",
    ];
    admin(&town, &[&grant[..], &["2099-11-25T23:00"]].concat()).unwrap();
    let eleven_in_copenhagen: jiff::Timestamp = "2099-11-25T22:00:00Z".parse().unwrap();
    assert_eq!(
        ends(&town.pull(&mut oliver)),
        [Instant(eleven_in_copenhagen.as_microsecond())]
    );
}

#[test]
fn times_that_cannot_be_meant_are_told() {
    let town = Town::new();
    town.unit("Team Kløver", None);
    town.worker("oliver", Role::Editor, town.unit("Udlånt fra", None));
    for (from, to, told) in [
        ("2099-11-25T23:00", "2099-11-25T15:00", "a shift ends after it begins"),
        ("2019-11-25T15:00", "2019-11-25T23:00", "has passed"),
        ("kl. 15", "2099-11-25T23:00", "write the time as 2026-11-25T15:00"),
    ] {
        let words = ["shift", "add", "oliver", "Team Kløver", "--from", from, "--to", to];
        let refused = admin(&town, &words).unwrap_err();
        assert!(format!("{refused:#}").contains(told), "{refused:#}");
    }
    let grant = [
        "role",
        "grant",
        "--person",
        "oliver",
        "--role",
        "worker@Team Kløver",
        "--until",
        "2019-11-25T23:00",
    ];
    assert!(admin(&town, &grant).unwrap_err().to_string().contains("has passed"));
    assert_eq!(admin(&town, &["shift", "list"]).unwrap(), "");
}
