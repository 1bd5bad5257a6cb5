//! Making, opening and tidying a file on a disk that fails: there nothing is anybody's yet, or nothing may change.
//!
//! It lists no deeds: those are `device`'s and `server`'s.

use std::path::Path;

use feltbog_replica::{Identity, Replica};
use feltbog_server::{Settings, Store};

use crate::fault::{self, Fault, Unsynced};
use crate::scene::{NOTEBOOK, STORE, Scene, dice, key_of};
use crate::trial::{Again, Files, Told, Trial, laid, left_in, rows};

/// Longer than this, in pages, and a commit empties the log.
const LONG: u64 = 1_000;

/// Makes something in an empty folder at each place where the disk can fail; each time it works afterwards.
fn is_made(name: &str, makes: &dyn Fn(&Path) -> Result<(), String>, is_sound: &dyn Fn(&Path)) {
    crate::shim::install();
    let mut places = 0;
    for fault in [Fault::Once, Fault::Dead, Fault::Full, Fault::PowerCut, Fault::Unread] {
        for nth in 1.. {
            let folder = laid(&Files::new());
            fault::arm(fault, nth);
            let made = makes(folder.path());
            let hit = fault::disarm();
            assert!(
                hit || made.is_ok(),
                "{name}, {fault:?} at {nth}: {made:?} though nothing failed"
            );
            let unsynced = [Unsynced::Lost, Unsynced::Some(u64::from(nth))];
            let cut = (fault == Fault::PowerCut).then_some(unsynced).into_iter().flatten();
            let left: Vec<_> = cut.map(|unsynced| laid(&left_in(folder.path(), unsynced))).collect();
            fault::forget();
            for folder in left.iter().chain([&folder]) {
                if made.is_err() {
                    let again = makes(folder.path());
                    assert_eq!(again, Ok(()), "{name}, {fault:?} at {nth}: the second time");
                }
                is_sound(folder.path());
            }
            if !hit {
                places += nth - 1;
                break;
            }
        }
    }
    println!("{places:>6} places: {name}");
}

#[test]
fn a_notebook_made_on_a_failing_disk_is_made_or_made_again() {
    let scene = Scene::new(21);
    let (_, key) = scene.notebook(&scene.anna);
    let (moment, identity): (_, Identity) = (scene.moment(), scene.anna.replica().identity().clone());
    let makes = |folder: &Path| {
        // As a first sign-in does, which leaves no notebook without a key record.
        for entry in std::fs::read_dir(folder).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
        let made = Replica::create(&folder.join(NOTEBOOK), &key, &identity, &moment);
        made.map(drop).map_err(|error| error.to_string())
    };
    is_made("a notebook is made", &makes, &|folder| {
        let replica = Replica::open(&folder.join(NOTEBOOK), &key, &moment).unwrap();
        assert_eq!(replica.identity(), &identity);
        rows(&folder.join(NOTEBOOK), &key);
    });
}

#[test]
fn a_store_made_on_a_failing_disk_is_made_or_made_again() {
    let settings = Settings {
        time_zone: "Europe/Copenhagen".to_owned(),
        invented_people: None,
    };
    let makes = |folder: &Path| {
        let made = Store::migrate(folder, &settings, &dice());
        made.map(drop).map_err(|error| error.to_string())
    };
    is_made("a store is made", &makes, &|folder| {
        assert_eq!(
            Store::open(folder).unwrap().workspace().unwrap().time_zone,
            settings.time_zone
        );
        rows(
            &folder.join(STORE),
            &key_of(&std::fs::read(folder.join("feltbog.key")).unwrap()),
        );
    });
}

#[test]
fn opening_and_closing_on_a_failing_disk_change_no_word() {
    let scene = Scene::new(22);
    scene.anna.writes(scene.case, "Før uheldet. ");
    let (moment, now) = (scene.moment(), scene.now());
    let (before, key) = scene.notebook(&scene.anna);
    let opens = |folder: &Path| (folder.join(NOTEBOOK), None);
    let trial = Trial {
        name: "the app is opened and closed",
        before,
        database: NOTEBOOK,
        key: key.clone(),
        opens: &opens,
        does: &|(path, replica)| {
            *replica = None;
            *replica = Some(Replica::open(path, &key, &moment)?);
            *replica = None;
            Ok::<_, Told>(())
        },
        again: Again::Same,
        overlooks: &[],
    };
    trial.runs();
    let (before, key) = scene.store();
    let trial = Trial {
        name: "the server is started and stopped",
        before,
        database: STORE,
        key,
        opens: &|folder| folder.to_owned(),
        does: &|folder| {
            let store = Store::open(folder).map_err(crate::server::told)?;
            store.begin_serving(folder, &dice(), now).map_err(crate::server::told)
        },
        again: Again::Same,
        // A start that was cut off begins another life of the log.
        overlooks: &["workspace"],
    };
    trial.runs();
}

#[test]
fn a_commit_that_empties_a_long_log_on_a_failing_disk_is_kept_or_refused() {
    let scene = Scene::new(23);
    let moment = scene.moment();
    let mut nth = 0;
    while scene.anna.log_bytes() < (LONG - 20) * 4_120 {
        nth += 1;
        scene
            .anna
            .sets(scene.case, "mobilitet", &format!("Trin {nth}"))
            .unwrap();
    }
    let keep = scene.keeping(1, "Da loggen var lang. ");
    let (before, key) = scene.notebook(&scene.anna);
    let opens = |folder: &Path| Replica::open(&folder.join(NOTEBOOK), &key, &moment).unwrap();
    let trial = Trial {
        name: "a note is kept and the log emptied",
        before,
        database: NOTEBOOK,
        key: key.clone(),
        opens: &opens,
        does: &|replica| Ok(replica.step(|replica| replica.keep_draft(&keep, &moment)).map(drop)?),
        again: Again::Same,
        overlooks: &[],
    };
    trial.runs();
}
