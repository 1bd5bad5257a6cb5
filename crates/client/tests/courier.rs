//! Stories of one round, cut after every request in every way there is.
//!
//! Longer runs with many devices belong to the simulation.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod town;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use feltbog_client::World;
use feltbog_client::courier::{Errand, Pace, round};
use feltbog_ids::{CommandId, Instant, Span};
use feltbog_replica::{Agreement, FileKey, Identity, KeepDraft, Replica};
use futures_util::FutureExt;
use tempfile::TempDir;
use tokio::sync::broadcast;
use town::{Fault, Line, NOON, WORKSPACE, case, doc, enrolment, person};

struct Tablet {
    notebook: Mutex<Replica>,
    world: World,
    pace: Mutex<Pace>,
    _folder: TempDir,
}

impl Tablet {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let mut world = World::real().unwrap();
        world.clock = Arc::new(|| NOON);
        let identity = Identity {
            workspace: WORKSPACE,
            person: person(1),
            enrolment: enrolment(1),
            user: "maja".to_owned(),
            address: "http://127.0.0.1:1".to_owned(),
            time_zone: "Europe/Copenhagen".to_owned(),
        };
        let path = folder.path().join("replica.db");
        let mut notebook = Replica::create(&path, &FileKey::new([1; 32]), &identity, &world.moment()).unwrap();
        notebook.set_session(Some("first")).unwrap();
        Self {
            notebook: Mutex::new(notebook),
            world,
            pace: Mutex::default(),
            _folder: folder,
        }
    }

    /// One round as far as it goes without waiting; none when it hangs and is dropped there.
    fn goes(&self, line: &Line) -> Option<Result<Agreement, String>> {
        let changes = broadcast::Sender::new(16);
        let errand = Errand {
            replica: &self.notebook,
            remote: line,
            world: &self.world,
            pace: &self.pace,
            changes: &changes,
        };
        round(&errand)
            .now_or_never()
            .map(|ended| ended.map_err(|error| error.to_string()))
    }

    fn types(&self, text: &str) {
        let keep = KeepDraft {
            id: CommandId::from_bytes([5; 16]),
            note: doc(40),
            case: case(),
            visit: None,
            heads: Vec::new(),
            before: String::new(),
            after: text.to_owned(),
        };
        self.notebook
            .lock()
            .unwrap()
            .keep_draft(&keep, &self.world.moment())
            .unwrap();
    }
}

#[test]
fn a_round_sends_fetches_and_proves_that_all_is_equal() {
    let (line, tablet) = (Line::new(), Tablet::new());
    assert_eq!(tablet.goes(&line), Some(Ok(Agreement::Equal)));
    tablet.types("Bad og sengetøj.");
    assert_eq!(tablet.goes(&line), Some(Ok(Agreement::Equal)));
    assert_eq!(line.exchange().office.text(doc(40)), "Bad og sengetøj.");
    assert_eq!(tablet.notebook.lock().unwrap().waiting().unwrap(), 0);
}

#[test]
fn a_round_cut_after_any_request_in_any_way_loses_nothing_and_doubles_nothing() {
    for fault in [Fault::Lost, Fault::AnswerLost, Fault::Hangs] {
        for passed in 0..8 {
            let (line, tablet) = (Line::new(), Tablet::new());
            line.exchange().office.inline = false;
            assert_eq!(tablet.goes(&line), Some(Ok(Agreement::Equal)));
            line.exchange().office.page_size = 1;
            tablet.types("Bad og sengetøj.");
            line.exchange().office.put_case(doc(11), "Egon Stillits", "Prøvevej 7");
            line.exchange().office.put_case(doc(12), "Åse Musvit", "Prøvevej 9");
            let before = line.exchange().requests;
            line.exchange().faults = (0..passed).map(|_| None).chain([Some(fault)]).collect();
            let cut = tablet.goes(&line);
            let whole = line.exchange().requests - before <= passed;
            assert_eq!(cut == Some(Ok(Agreement::Equal)), whole, "{fault:?} after {passed}");
            line.exchange().faults.clear();
            assert_eq!(
                tablet.goes(&line),
                Some(Ok(Agreement::Equal)),
                "{fault:?} after {passed}"
            );
            assert_eq!(
                line.exchange().office.text(doc(40)),
                "Bad og sengetøj.",
                "{fault:?} after {passed}"
            );
            assert_eq!(
                tablet.notebook.lock().unwrap().case(doc(12), NOON).unwrap().row.subject,
                "Åse Musvit"
            );
        }
    }
}

#[test]
fn a_quiet_round_is_one_small_request() {
    let (line, tablet) = (Line::new(), Tablet::new());
    assert_eq!(tablet.goes(&line), Some(Ok(Agreement::Equal)));
    let before = line.exchange().requests;
    assert_eq!(tablet.goes(&line), Some(Ok(Agreement::Equal)));
    assert_eq!(line.exchange().requests, before + 1);
}

#[test]
fn a_first_fetch_learns_from_the_bodies_how_fast_it_goes() {
    for (inline, left) in [(false, Some(Span::seconds(9))), (true, None)] {
        let (line, mut tablet) = (Line::new(), Tablet::new());
        line.exchange().office.inline = inline;
        for number in (11..100).chain(110..250) {
            line.exchange()
                .office
                .put_case(doc(number), "Egon Stillits", "Prøvevej 7");
        }
        let looks = AtomicI64::new(0);
        tablet.world.clock = Arc::new(move || Instant(NOON.0 + looks.fetch_add(3_000_000, Ordering::Relaxed)));
        assert_eq!(tablet.goes(&line), Some(Ok(Agreement::Equal)));
        let (here, _) = tablet.notebook.lock().unwrap().progress().unwrap();
        let pace = *tablet.pace.lock().unwrap();
        assert_eq!(pace.left(here), left, "three answers of three seconds each");
    }
}

#[test]
fn a_server_that_answers_without_moving_on_does_not_hold_the_courier_for_ever() {
    let (line, tablet) = (Line::new(), Tablet::new());
    assert_eq!(tablet.goes(&line), Some(Ok(Agreement::Equal)));
    tablet.types("Bad og sengetøj.");
    let impossible = feltbog_protocol::Answer::Needs(vec![feltbog_ids::ChangeHash([9; 32])]);
    line.exchange().office.answers.insert(doc(40), impossible);
    assert!(tablet.goes(&line).is_some());
    assert!(line.exchange().requests < 20);
}
