//! The server's folder with a file that was torn, cut short or altered by a bit.
//!
//! How files are damaged is said in `damage`; what devices make of a server put back from a copy is another test's story.

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;

use feltbog_protocol::{BodiesRequest, FeedRequest, PushRequest, ServerProblem, Want};
use feltbog_server::{Session, Settings, Store, StoreError};

use crate::damage::damaged;
use crate::scene::{STORE, Scene, dice, office};
use crate::trial::{Files, files_in, laid};

struct Served {
    files: Files,
    session: Session,
    push: PushRequest,
    now: feltbog_ids::Instant,
    wants: Vec<Want>,
}

impl Served {
    fn new(scene: &Scene) -> Self {
        for nth in 0..6 {
            scene
                .anna
                .writes(scene.case, &format!("Notat {nth}. {}", "Lang tekst. ".repeat(60)));
        }
        scene.anna.settles();
        scene.anna.writes(scene.case, "Ikke sendt. ");
        let want = |doc: &feltbog_ids::DocId| Want {
            doc: *doc,
            have: Vec::new(),
        };
        Self {
            files: scene.store().0,
            session: scene.session(&scene.anna).0,
            push: scene.push(&scene.anna).1,
            now: scene.now(),
            wants: scene
                .world
                .town
                .may_see(scene.world.town.anna.person)
                .iter()
                .map(want)
                .collect(),
        }
    }

    /// The same after the server was stopped: everything lies in one file.
    fn stopped(self) -> Self {
        let folder = laid(&self.files);
        drop(Store::open(folder.path()).unwrap());
        let files = files_in(folder.path());
        assert!(!files.contains_key("feltbog.db-wal"));
        Self { files, ..self }
    }

    /// Which of a device's questions are answered, asked one after the other. What is not is to be asked again later.
    fn answers(&self, store: &Arc<Store>, case: &str) -> Vec<bool> {
        let questions = 0..self.wants.len() + 2;
        questions.map(|nth| self.answers_one(store, nth, case)).collect()
    }

    fn answers_one(&self, store: &Arc<Store>, nth: usize, case: &str) -> bool {
        let office = office(store);
        let (session, at) = (&self.session, self.session.workspace);
        let first = FeedRequest {
            cursor: None,
            filling: Vec::new(),
            erased: None,
        };
        let said = match nth {
            0 => office.feed(session, at, &first, self.now).map(drop),
            1 => office.push(session, at, &self.push, self.now).map(drop),
            nth => {
                let wants = vec![self.wants[nth - 2].clone()];
                office.bodies(session, at, &BodiesRequest { wants }, self.now).map(drop)
            }
        };
        let is_told = matches!(said, Ok(()) | Err(ServerProblem::Unavailable));
        assert!(is_told, "{case}: {said:?}");
        said.is_ok()
    }

    /// Which are answered when each finds the server just started.
    fn answers_alone(&self, folder: &Path, case: &str) -> Vec<bool> {
        let questions = 0..self.wants.len() + 2;
        let alone = |nth| self.answers_one(&Arc::new(Store::open(folder).unwrap()), nth, case);
        questions.map(alone).collect()
    }

    /// Opens it and begins to serve, or is told why that cannot be. Whether it opened.
    fn serves(&self, folder: &Path, case: &str, look: &dyn Fn(&Arc<Store>)) -> bool {
        let store = match Store::open(folder) {
            Ok(store) => Arc::new(store),
            Err(error) => {
                assert!(is_told(&error), "{case}: {error:?}");
                is_not_set_up_anew(folder, case);
                return false;
            }
        };
        match store.begin_serving(folder, &dice(), self.now) {
            Ok(()) => look(&store),
            Err(error) => assert!(matches!(error, StoreError::Damaged), "{case}: {error:?}"),
        }
        true
    }
}

/// The words that say which file it is.
fn is_told(error: &StoreError) -> bool {
    matches!(error, StoreError::Damaged | StoreError::Key | StoreError::KeysMissing)
}

/// An operator who is told nothing else may try to set it up anew: that leaves everything as it is, too.
fn is_not_set_up_anew(folder: &Path, case: &str) {
    let settings = Settings {
        time_zone: "Europe/Copenhagen".to_owned(),
        invented_people: None,
    };
    let migrated = Store::migrate(folder, &settings, &dice());
    assert!(
        matches!(&migrated, Err(error) if is_told(error)),
        "{case}: {:?}",
        migrated.err()
    );
}

#[test]
fn a_damaged_store_serves_what_is_whole_or_says_so_and_stays_as_it_is() {
    let served = Served::new(&Scene::new(51)).stopped();
    let in_part = Cell::new(0);
    let outcome = damaged(&served.files, STORE, &|folder, case| {
        served.serves(folder, case, &|store| {
            let answered = served.answers(store, case);
            if answered.contains(&false) {
                // What could not be read for one stops nobody else.
                assert_eq!(answered, served.answers_alone(folder, case), "{case}");
                in_part.set(in_part.get() + u32::from(answered.contains(&true)));
            }
        })
    });
    assert!(in_part.get() > 0 && outcome.refused > 0, "{in_part:?} {outcome:?}");
}

/// What it says of a notebook's log in `damage` holds of the store's too.
#[test]
fn a_damaged_log_of_a_store_is_taken_as_far_as_it_goes() {
    let served = Served::new(&Scene::new(52));
    damaged(&served.files, "feltbog.db-wal", &|folder, case| {
        served.serves(folder, case, &|_| ())
    });
}

/// Of damaged keys it holds what holds of a damaged store. Keys cut short or gone are not made anew.
#[test]
fn damaged_keys_of_documents_cost_those_documents_or_the_start_and_nothing_is_made_in_their_place() {
    let served = Served::new(&Scene::new(54)).stopped();
    let in_part = Cell::new(0);
    let outcome = damaged(&served.files, "feltbog-keys.db", &|folder, case| {
        served.serves(folder, case, &|store| {
            let answered = served.answers(store, case);
            in_part.set(in_part.get() + u32::from(answered.contains(&true) && answered.contains(&false)));
        })
    });
    assert!(outcome.refused > 0, "{outcome:?}");
    println!("{outcome:?}, {} of them in part", in_part.get());
}

#[test]
fn a_damaged_key_opens_no_store_and_a_damaged_twin_every_one() {
    let served = Served::new(&Scene::new(53));
    let outcome = damaged(&served.files, "feltbog.key", &|folder, case| {
        served.serves(folder, case, &|_| ())
    });
    assert_eq!(outcome.opened, 0);
    let outcome = damaged(&served.files, "feltbog.twin", &|folder, case| {
        served.serves(folder, case, &|store| {
            assert!(!served.answers(store, case).contains(&false), "{case}")
        })
    });
    assert_eq!(outcome.refused, 0);
}
