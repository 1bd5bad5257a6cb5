//! Stories of devices that hold something else than the server says they hold, and of what they report wiped.
//!
//! Their files are altered as no app alters them. Nobody who uses such a device sees anything of it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use feltbog_casebook::Role;
use feltbog_client::courier::CourierError;
use feltbog_ids::{Position, Span};
use feltbog_replica::Agreement;
use feltbog_tests::{Astray, Chance, Device, Ended, Fate, Served, Tablet, World, lies_in};

/// Bytes of a repair's question beside its fingerprints.
const FRAME: u64 = 80;

/// What the tablet holds is what its person may see, and every row is the server's.
fn is_whole(world: &World, tablet: &Tablet, case: &str) {
    let file = tablet.file();
    assert_eq!(file.ids(), world.town.may_see(tablet.worker.person), "{case}");
    for doc in file.ids() {
        let book = world.town.book(doc).unwrap();
        assert_eq!(file.book(doc).unwrap().heads(), book.heads(), "{case}");
        assert_eq!(file.projection(doc), Some(book.project().to_bytes()), "{case}");
    }
}

#[test]
fn whatever_goes_astray_in_a_base_is_mended_by_one_repair() {
    for (seed, how) in (40..).zip(Astray::ALL) {
        for again in 0..4 {
            let world = World::new(seed * 10 + again);
            let anna = world.tablet(world.town.anna);
            anna.writes(world.town.cases[0], "Bad og sengetøj.");
            anna.settles();
            let case = format!("{how:?}, {again}");
            let befell = anna.goes_astray(how, &mut Chance::of(again));
            assert!(befell.is_some(), "{case}");
            assert_eq!(anna.round().unwrap(), Agreement::Equal, "{case}");
            is_whole(&world, &anna, &case);
            let (repairs, mended) = anna.replica().repairs().unwrap();
            assert!((1..=2).contains(&repairs) && mended >= 1, "{case}: {repairs}, {mended}");
            assert_eq!(world.tally.of("repair: all found"), repairs, "{case}");
            assert_eq!(anna.replica().refetches().unwrap(), 0, "{case}");
            assert_eq!(anna.replica().miscounts().unwrap(), 0, "{case}: the triggers saw it");
            let (bytes, held) = (world.tally.of("repair: bytes asked"), anna.file().ids().len() as u64);
            assert!(bytes <= repairs * (8 * (held + 1) + FRAME), "{case}: {bytes} bytes");
            assert_eq!(anna.replica().handling().unwrap(), 0, "{case}");
            let pages = world.tally.of("letter: whole");
            assert_eq!(anna.round().unwrap(), Agreement::Equal, "{case}");
            assert_eq!(anna.replica().repairs().unwrap(), (repairs, mended), "{case}");
            assert_eq!(world.tally.of("letter: whole"), pages + 1, "{case}");
        }
    }
}

#[test]
fn whatever_goes_astray_unseen_by_the_files_triggers_is_found_in_idle_time_and_mended() {
    for (seed, how) in (90..).zip(Astray::ALL) {
        for again in 0..4 {
            let world = World::new(seed * 10 + again);
            let anna = world.tablet(world.town.anna);
            anna.writes(world.town.cases[0], "Bad og sengetøj.");
            anna.settles();
            let case = format!("{how:?}, {again}");
            let befell = anna.goes_astray_unseen(how, &mut Chance::of(again));
            assert!(befell.is_some(), "{case}");
            assert_eq!(anna.round().unwrap(), Agreement::Equal, "{case}");
            assert_eq!(anna.replica().repairs().unwrap(), (0, 0), "{case}: nothing tells of it");
            // One row at a time, and never more often than there are rows.
            let found = (0..200).any(|_| anna.replica().recount_some(1).unwrap());
            assert!(found, "{case}");
            assert_eq!(anna.file().miscounted(), [""; 0], "{case}");
            anna.settles();
            is_whole(&world, &anna, &case);
            assert_eq!(anna.replica().miscounts().unwrap(), 1, "{case}");
            assert!(anna.replica().repairs().unwrap().1 >= 1, "{case}");
            assert_eq!(anna.replica().refetches().unwrap(), 0, "{case}");
            assert_eq!(anna.file().miscounted(), [""; 0], "{case}");
            assert!((0..200).all(|_| !anna.replica().recount_some(1).unwrap()), "{case}");
        }
    }
}

#[test]
fn a_server_from_before_repairs_costs_the_scope_anew_and_nobody_a_word() {
    for (seed, how) in (95..).zip([Astray::RowLost, Astray::InOneMore, Astray::InOneFewer]) {
        let world = World::new(seed * 10);
        let anna = world.tablet(world.town.anna);
        anna.settles();
        anna.road.leads_to_an_old_server();
        anna.goes_astray(how, &mut Chance::of(1)).unwrap();
        assert_eq!(anna.round().unwrap(), Agreement::Equal, "{how:?}");
        is_whole(&world, &anna, &format!("{how:?}"));
        assert!(anna.replica().refetches().unwrap() >= 1, "{how:?}");
        assert_eq!(anna.replica().repairs().unwrap(), (0, 0), "{how:?}");
        assert_eq!(anna.replica().handling().unwrap(), 0, "{how:?}");
    }
}

#[test]
fn a_row_of_a_wrong_version_that_the_auditor_meets_first_is_set_right_by_the_next_pull() {
    let mut audited = 0;
    for chance in 0..12 {
        let world = World::new(39);
        let anna = world.tablet(world.town.anna);
        // Of a note this long only what lacks is fetched.
        anna.writes(world.town.cases[0], &"Bad og sengetøj. ".repeat(300));
        anna.settles();
        let case = format!("{chance}");
        anna.goes_astray(Astray::OtherVersion, &mut Chance::of(chance)).unwrap();
        audited += anna.replica().audit_some(100).unwrap().docs.len();
        let asked = world.tally.of("letter: whole");
        assert_eq!(anna.round().unwrap(), Agreement::Equal, "{case}");
        assert!(world.tally.of("letter: whole") <= asked + 4, "{case}");
        is_whole(&world, &anna, &case);
        let (bodies, announced) = anna.replica().progress().unwrap();
        assert_eq!(bodies, announced, "{case}");
    }
    assert_eq!(audited, 12, "each is found by the auditor");
}

/// Lets a device go until all is sent and fetched.
async fn comes_to_rest(device: &Device) {
    let (courier, mut changes) = (device.courier(), device.changes());
    let running = tokio::spawn(async move { courier.run().await });
    let rests = tokio::time::timeout(std::time::Duration::from_secs(600), async {
        while !device.is_at_rest() {
            // One that lags behind has something to look at too.
            changes.recv().await.ok();
        }
    });
    assert!(rests.await.is_ok(), "{:?}", device.courier().standing());
    device.courier().stop();
    running.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_device_that_goes_by_itself_ends_with_all_sent_and_fetched() {
    let world = World::new(59);
    let served = Served::of(&world).await.unwrap();
    let hands = world.clock.another();
    let clock = std::sync::Arc::new(move || hands.now());
    let address = format!("http://{}", served.address);
    let mut bo = Device::enrol(&world, world.town.bo, world.folder("bo"), &address, clock);
    comes_to_rest(&bo).await;
    for how in Astray::ALL {
        bo.goes_astray(how, &mut Chance::of(1)).unwrap();
        bo.restarts();
        let before = bo.with(|replica| replica.repairs()).unwrap().0;
        comes_to_rest(&bo).await;
        assert!(bo.courier().standing().problem.is_none(), "{how:?}");
        assert!(bo.with(|replica| replica.repairs()).unwrap().0 > before, "{how:?}");
    }
    let before = bo.with(|replica| replica.repairs()).unwrap().0;
    bo.goes_astray_unseen(Astray::InOneFewer, &mut Chance::of(1)).unwrap();
    bo.restarts();
    let (courier, mut changes) = (bo.courier(), bo.changes());
    let running = tokio::spawn(async move { courier.run().await });
    let mends = tokio::time::timeout(std::time::Duration::from_secs(600), async {
        while bo.with(|replica| replica.repairs()).unwrap().0 == before {
            changes.recv().await.ok();
        }
    });
    assert!(mends.await.is_ok(), "the idle auditor counts anew");
    bo.courier().stop();
    running.await.unwrap();
    served.stops().await.unwrap();
}

#[test]
fn a_repair_cut_anywhere_is_made_again_and_does_no_harm() {
    let mut mended = 0;
    for how in Astray::ALL {
        for waits in 1..14 {
            let world = World::new(60);
            let anna = world.tablet(world.town.anna);
            anna.goes_astray(how, &mut Chance::of(3)).unwrap();
            if matches!(anna.round_for(waits), Ended::Crashed) {
                anna.restarts();
                mended += anna.replica().repairs().unwrap().0;
            }
            anna.settles();
            is_whole(&world, &anna, &format!("{how:?} after {waits} waits"));
            assert_eq!(anna.replica().refetches().unwrap(), 0);
        }
    }
    assert!(mended > 0, "none was cut after its answer was taken in");
}

#[test]
fn a_repair_whose_answer_is_lost_cut_or_doubled_is_asked_again() {
    for fate in [
        Fate::LostRequest,
        Fate::LostReply,
        Fate::Doubled,
        Fate::Delayed,
        Fate::Cut(60),
    ] {
        let world = World::new(61);
        let anna = world.tablet(world.town.anna);
        anna.goes_astray(Astray::OtherVersion, &mut Chance::of(5)).unwrap();
        // The page before it arrives.
        anna.road.befalls([Fate::Doubled, fate]);
        let went = anna.round();
        assert!(
            matches!(went, Ok(Agreement::Equal) | Err(CourierError::Remote(_))),
            "{fate:?}: {went:?}"
        );
        anna.road.open();
        anna.settles();
        is_whole(&world, &anna, &format!("{fate:?}"));
    }
}

#[test]
fn a_right_lost_before_the_question_arrives_ends_as_any_lost_right() {
    let mut lost = 0;
    for (waits, chance) in (1..6).flat_map(|waits| (0..6).map(move |chance| (waits, chance))) {
        let world = World::new(62);
        let carl = world.tablet(world.town.carl);
        carl.goes_astray(Astray::OtherVersion, &mut Chance::of(chance)).unwrap();
        let ended = carl.round_amid(waits, || {
            world.town.end(world.town.carl.person, Role::Worker, world.town.anemone);
            world
                .town
                .grant(world.town.carl.person, Role::Worker, world.town.kloever);
            true
        });
        assert!(matches!(ended, Ended::Round(Ok(_))), "{ended:?}");
        carl.settles();
        is_whole(&world, &carl, &format!("after {waits} waits"));
        lost += world.tally.of("repair: no right any more");
    }
    assert!(lost > 0, "never between the page and the question");
}

#[test]
fn what_moves_between_the_last_page_and_the_question_is_read_first() {
    let mut moved = 0;
    for (waits, chance) in (1..6).flat_map(|waits| (0..6).map(move |chance| (waits, chance))) {
        let world = World::new(63);
        let anna = world.tablet(world.town.anna);
        anna.goes_astray(Astray::OtherVersion, &mut Chance::of(chance)).unwrap();
        let ended = anna.round_amid(waits, || {
            world.town.case(world.town.kloever);
            world.town.move_case(world.town.cases[1], world.town.anemone);
            true
        });
        assert!(matches!(ended, Ended::Round(Ok(_))), "{ended:?}");
        anna.settles();
        is_whole(&world, &anna, &format!("after {waits} waits"));
        moved += world.tally.of("repair: moved meanwhile");
    }
    assert!(moved > 0, "nothing ever moved between the two");
}

#[test]
fn two_thousand_documents_are_compared_in_one_question_of_sixteen_kilobytes() {
    let world = World::new(64);
    let many = 2_000;
    world.town.cases_of(world.town.kloever, many);
    let anna = world.tablet(world.town.anna);
    anna.goes_astray(Astray::RowLost, &mut Chance::of(1)).unwrap();
    assert_eq!(anna.round().unwrap(), Agreement::Equal);
    is_whole(&world, &anna, "two thousand");
    assert_eq!(anna.replica().repairs().unwrap(), (1, 1));
    let bytes = world.tally.of("repair: bytes asked");
    println!("{bytes} bytes");
    assert!(bytes <= 8 * (many as u64 + 10) + FRAME, "{bytes} bytes");
}

#[test]
fn a_device_that_was_away_longer_than_leavings_are_told_is_repaired() {
    let world = World::new(65);
    let anna = world.tablet(world.town.anna);
    let note = anna.writes(world.town.cases[0], "Kvindsyvskomager ringede.");
    anna.settles();
    anna.road.cut();
    world.town.move_case(world.town.cases[0], world.town.anemone);
    world.clock.advance(Span::days(179));
    assert_eq!(world.server.store().tidy(world.server.now()).unwrap().leavings, 0);
    world.clock.advance(Span::days(2));
    let tidied = world.server.store().tidy(world.server.now()).unwrap();
    assert!(tidied.leavings >= 3, "the case, its visit and its note: {tidied:?}");
    anna.road.open();
    anna.settles();
    is_whole(&world, &anna, "half a year later");
    assert!(anna.note(note).is_err());
    let bytes = anna.bytes();
    assert!(!lies_in(&bytes, b"Kvindsyvskomager"));
    assert!(anna.replica().repairs().unwrap().0 >= 1, "no page told of it");
    assert_eq!(anna.replica().refetches().unwrap(), 0);
}

#[test]
fn a_digest_that_rotted_on_the_server_is_counted_anew_and_no_device_is_troubled_twice() {
    let world = World::new(66);
    let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
    world.server.digests_rot();
    assert_eq!(anna.round().unwrap(), Agreement::Equal);
    assert!(anna.replica().repairs().unwrap().0 >= 1);
    assert_eq!(bo.round().unwrap(), Agreement::Equal);
    assert_eq!(bo.replica().repairs().unwrap(), (0, 0));
}

#[test]
fn a_wiping_is_reported_at_once_and_taken_back_where_an_older_copy_goes_on() {
    let world = World::new(67);
    let mut anna = world.tablet(world.town.anna);
    let wiped = |tablet: &Tablet| -> Option<Position> {
        let devices = world
            .server
            .store()
            .view(world.server.now(), |view| view.devices_of(tablet.worker.person));
        let device = devices
            .unwrap_or_else(|error: feltbog_server::StoreError| panic!("{error}"))
            .remove(0);
        device.wiped.map(|(upto, _)| upto)
    };
    anna.settles();
    let first = wiped(&anna);
    anna.is_copied();
    world.town.move_case(world.town.cases[0], world.town.anemone);
    let there = world.server.store().workspace().unwrap().position;
    anna.settles();
    assert_eq!(wiped(&anna), Some(there), "before: {first:?}");
    anna.settles();
    assert_eq!(wiped(&anna), Some(there), "it is said once");
    anna.is_put_back();
    anna.road.befalls([Fate::LostReply]);
    anna.round().unwrap_err();
    assert!(wiped(&anna) < Some(there), "what was wiped lies on it again");
    anna.road.open();
    anna.settles();
    assert_eq!(wiped(&anna), Some(there));
}

#[test]
fn nothing_is_reported_wiped_while_a_document_that_left_waits_to_be_sent() {
    let world = World::new(68);
    let anna = world.tablet(world.town.anna);
    anna.settles();
    let note = anna.writes(world.town.cases[0], "Skrevet om formiddagen.");
    anna.settles();
    anna.types(note, " Og lidt mere.");
    world.town.move_case(world.town.cases[0], world.town.anemone);
    let page = next_page(&world, &anna);
    let moment = anna.moment();
    anna.replica().take_page(&page, &moment).unwrap();
    assert_eq!(anna.replica().feed_request().unwrap().erased, None, "words of it wait");
    anna.settles();
    let devices = world
        .server
        .store()
        .view(world.server.now(), |view| view.devices_of(anna.worker.person));
    let devices = devices.unwrap_or_else(|error: feltbog_server::StoreError| panic!("{error}"));
    assert!(devices[0].wiped.is_some());
}

/// The page a tablet would get now, for one that fetches before it sends.
fn next_page(world: &World, tablet: &Tablet) -> feltbog_protocol::FeedPage {
    let office = world.server.office();
    let session = office.session(&tablet.session(), world.server.now()).unwrap();
    let request = tablet.replica().feed_request().unwrap();
    office
        .feed(&session, session.workspace, &request, world.server.now())
        .unwrap()
}

#[test]
fn a_closed_case_leaves_devices_when_its_time_is_over_and_comes_back_when_it_is_opened() {
    let world = World::new(69);
    let (anna, carl) = (world.tablet(world.town.anna), world.tablet(world.town.carl));
    let case = world.town.cases[0];
    let note = anna.writes(case, "Kvindsyvskomager ringede.");
    let part = world
        .town
        .part(case, &format!("unit:{}", world.town.kloever), "Kun for teamet.");
    anna.settles();
    world.town.set_state(case, "closed");
    anna.settles();
    carl.settles();
    assert!(anna.file().ids().contains(&case), "closed cases are looked up still");
    let tidied = |days| {
        world.clock.advance(Span::days(days));
        world.server.store().tidy(world.server.now()).unwrap().expired
    };
    assert_eq!((tidied(364), tidied(1), tidied(0)), (0, 1, 0));
    anna.settles();
    is_whole(&world, &anna, "after its time");
    for doc in [case, note, part] {
        assert!(!anna.file().ids().contains(&doc) && world.town.book(doc).is_some());
    }
    assert!(!lies_in(&anna.bytes(), b"Kvindsyvskomager"));
    world.town.set_state(case, "open");
    anna.settles();
    is_whole(&world, &anna, "opened again");
    for doc in [case, note, part] {
        assert!(anna.file().ids().contains(&doc));
    }
    assert_eq!(anna.note(note).unwrap().text, "Kvindsyvskomager ringede.");
    assert_eq!(anna.replica().repairs().unwrap(), (0, 0));
}

#[test]
fn a_late_note_on_a_case_whose_time_was_over_is_judged_as_any_late_work() {
    for (days, is_taken) in [(6, true), (8, false)] {
        let world = World::new(70);
        let anna = world.tablet(world.town.anna);
        let case = world.town.cases[0];
        world.town.set_state(case, "closed");
        anna.settles();
        let note = anna.writes(case, "Skrevet i dækningshullet.");
        world.clock.advance(Span::days(365));
        assert_eq!(world.server.store().tidy(world.server.now()).unwrap().expired, 1);
        world.clock.advance(Span::days(days));
        anna.settles();
        let text = world.town.book(note).map(|book| book.text());
        assert_eq!(text.is_some(), is_taken, "{days} days after");
        let handed = anna.replica().handed_rows().unwrap().len();
        assert_eq!(handed == 1, !is_taken, "{days} days after");
        assert!(!anna.file().ids().contains(&case), "{days} days after");
    }
}
