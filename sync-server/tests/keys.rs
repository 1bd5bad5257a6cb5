//! The key file beside the database: whose it is, how new, and that nothing is made in its place.
//!
//! What becomes of a document whose key was destroyed is a story of several devices: see `tests`.

#![allow(clippy::unwrap_used)]

mod story;

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt, path::Path};

use feltbog_casebook::{Edit, Kind, Role};
use feltbog_ids::DocId;
use feltbog_server::{Dice, Settings, Store, StoreError};
use story::{Town, stored};
use tempfile::TempDir;

const KEYS: &str = "feltbog-keys.db";

/// What lies in a town's folder once it is closed, so that nothing lies in a log.
fn closed(town: Town) -> TempDir {
    let Town {
        office, store, folder, ..
    } = town;
    drop((office, store));
    folder
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    // What SQLite lays beside a file it has looked into.
    let entries = entries.filter(|entry| {
        !["-wal", "-shm"]
            .iter()
            .any(|end| entry.path().to_string_lossy().ends_with(end))
    });
    let read = entries.map(|entry| {
        (
            entry.file_name().into_string().unwrap(),
            fs::read(entry.path()).unwrap(),
        )
    });
    read.collect()
}

/// Why neither opening it nor setting it up does anything; both leave everything as it is.
fn refused(folder: &Path) -> String {
    let before = files(folder);
    let settings = Settings {
        time_zone: "Europe/Copenhagen".to_owned(),
        invented_people: None,
    };
    let opened = Store::open(folder).err().unwrap().to_string();
    let migrated = Store::migrate(folder, &settings, &Dice::from_seed([1; 32]))
        .err()
        .unwrap();
    assert_eq!(migrated.to_string(), opened);
    assert_eq!(
        files(folder).keys().collect::<Vec<_>>(),
        before.keys().collect::<Vec<_>>()
    );
    opened
}

fn with_a_note() -> (Town, DocId) {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    let (note, answers) = town.note(&maja, town.case(unit), "Bor på Violstien.");
    assert!(stored(&answers));
    (town, note)
}

#[test]
fn keys_that_are_lost_are_not_made_anew_and_the_operator_is_told_what_to_put_back() {
    let (town, note) = with_a_note();
    let folder = closed(town);
    let keys = folder.path().join(KEYS);
    let newest = fs::read(&keys).unwrap();
    fs::remove_file(&keys).unwrap();
    assert_eq!(refused(folder.path()), StoreError::KeysMissing.to_string());
    fs::write(&keys, "").unwrap();
    assert_eq!(refused(folder.path()), StoreError::KeysMissing.to_string());
    fs::write(&keys, newest).unwrap();
    let store = Store::open(folder.path()).unwrap();
    let book = store.view::<_, StoreError>(story::MORNING, |view| view.book(note));
    assert_eq!(book.unwrap().text(), "Bor på Violstien.");
}

#[test]
fn keys_older_than_the_database_are_refused_and_newer_ones_taken() {
    let (town, note) = with_a_note();
    let (dice, now) = (town.dice.clone(), town.now);
    let folder = closed(town);
    let (database, keys) = (folder.path().join("feltbog.db"), folder.path().join(KEYS));
    let old = [fs::read(&database).unwrap(), fs::read(&keys).unwrap()];
    let store = Store::open(folder.path()).unwrap();
    store
        .batch(now, |batch| {
            let (id, title) = (DocId::from(dice.uuid()), [Edit::root("title", "Nyt")]);
            batch.put(&batch.server_hand(&dice), &batch.birth(Kind::Unit, id, None), &title)
        })
        .unwrap();
    drop(store);
    let new = [fs::read(&database).unwrap(), fs::read(&keys).unwrap()];
    fs::write(&keys, &old[1]).unwrap();
    assert_eq!(refused(folder.path()), StoreError::KeysOlder.to_string());
    // A database of before that copy fits, and so does an old database with the newest keys.
    for keys_now in [&old[1], &new[1]] {
        fs::write(&database, &old[0]).unwrap();
        fs::write(&keys, keys_now).unwrap();
        let store = Store::open(folder.path()).unwrap();
        let book = store.view::<_, StoreError>(now, |view| view.book(note));
        assert_eq!(book.unwrap().text(), "Bor på Violstien.");
    }
}

#[test]
fn keys_from_before_an_erasure_are_refused_beside_the_database_of_after_it() {
    let (town, note) = with_a_note();
    let before = fs::read(town.folder.path().join(KEYS)).unwrap();
    let log = fs::read(town.folder.path().join(format!("{KEYS}-wal"))).unwrap();
    town.store
        .batch(town.now, |batch| batch.erase_history(note, "§", &town.dice))
        .unwrap();
    assert!(town.store.sweep().unwrap());
    let folder = closed(town);
    fs::write(folder.path().join(KEYS), before).unwrap();
    fs::write(folder.path().join(format!("{KEYS}-wal")), log).unwrap();
    assert_eq!(
        Store::open(folder.path()).err().unwrap().to_string(),
        StoreError::KeysOlder.to_string()
    );
}

#[test]
fn keys_of_another_database_are_refused() {
    let (here, there) = (closed(with_a_note().0), TempDir::new().unwrap());
    let settings = Settings {
        time_zone: "Europe/Copenhagen".to_owned(),
        invented_people: None,
    };
    fs::copy(here.path().join("feltbog.key"), there.path().join("feltbog.key")).unwrap();
    drop(Store::migrate(there.path(), &settings, &Dice::from_seed([3; 32])).unwrap());
    fs::copy(there.path().join(KEYS), here.path().join(KEYS)).unwrap();
    assert_eq!(refused(here.path()), StoreError::KeysForeign.to_string());
}

#[test]
fn the_keys_are_for_the_servers_own_user_alone() {
    let (town, _) = with_a_note();
    let mode = fs::metadata(town.folder.path().join(KEYS))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_batch_that_fails_leaves_no_key_that_is_waited_for() {
    let (town, _) = with_a_note();
    let put = |id: DocId| {
        town.store.batch(town.now, |batch| {
            let birth = batch.birth(Kind::Unit, id, None);
            batch.put(&batch.server_hand(&town.dice), &birth, &[Edit::root("name", "Ny")])?;
            Err::<(), _>(StoreError::NoSuch("reason to go on"))
        })
    };
    let id = town.doc();
    assert!(put(id).is_err());
    // Another process is not held up by it, and the next batch draws what it needs.
    let beside = Store::open(town.folder.path()).unwrap();
    let unit = beside.batch(town.now, |batch| {
        let birth = batch.birth(Kind::Unit, id, None);
        batch.put(&batch.server_hand(&town.dice), &birth, &[Edit::root("name", "Ny")])
    });
    unit.unwrap();
    let book = town.store.view::<_, StoreError>(town.now, |view| view.book(id));
    assert_eq!(book.unwrap().words("name"), "Ny");
}
