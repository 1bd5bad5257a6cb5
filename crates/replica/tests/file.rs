//! Stories of the file itself: keys, versions, and copies put back.
//!
//! What lies in the rows has its stories elsewhere.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod town;

use std::path::Path;

use feltbog_ids::Instant;
use feltbog_replica::{FileKey, Moment, Replica, ReplicaError};
use town::{Office, Tablet, doc, identity, key};

fn moment(salt: u8) -> Moment {
    Moment {
        now: Instant(town::NOON.0 + i64::from(salt)),
        salt: [salt; 8],
    }
}

#[test]
fn a_wrong_key_opens_nothing_and_spoils_nothing() {
    let mut office = Office::new();
    let tablet = Tablet::synced(1, &mut office);
    let path = tablet.path();
    let Tablet { notebook, folder, .. } = tablet;
    drop(notebook);
    let wrong = Replica::open(&path, &FileKey::new([99; 32]), &moment(1));
    assert!(matches!(wrong, Err(ReplicaError::WrongKey)), "{:?}", wrong.err());
    assert!(Replica::open(&path, &key(1), &moment(2)).is_ok());
    drop(folder);
}

#[test]
fn nothing_readable_lies_on_the_disk() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    tablet.types(doc(40), &[], "", "Hemmelige ord");
    for file in std::fs::read_dir(tablet.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("Hemmelige") && !text.contains("Solveig") && !text.contains("SQLite format"));
    }
}

#[test]
fn a_file_of_a_newer_version_is_refused() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("notebook.db");
    let newer = rusqlite::Connection::open(&path).unwrap();
    newer
        .pragma_update(None, "key", format!("x'{}'", "07".repeat(32)))
        .unwrap();
    newer
        .execute_batch("create table later (x); pragma user_version = 999")
        .unwrap();
    drop(newer);
    let refused = Replica::open(&path, &key(7), &moment(1));
    assert!(matches!(refused, Err(ReplicaError::NewerFile)), "{:?}", refused.err());
}

#[test]
fn a_file_that_is_there_is_not_made_again() {
    let tablet = Tablet::new(1);
    assert!(Replica::create(&tablet.path(), &key(1), &identity(1), &moment(1)).is_err());
    assert_eq!(tablet.notebook.identity(), &identity(1));
}

#[test]
fn identity_and_session_survive_a_restart() {
    let mut tablet = Tablet::new(1);
    tablet.notebook.set_session(Some("token")).unwrap();
    let mut tablet = tablet.restarts();
    assert_eq!(tablet.notebook.session().unwrap().as_deref(), Some("token"));
    tablet.notebook.set_session(None).unwrap();
    assert_eq!(tablet.restarts().notebook.session().unwrap(), None);
}

/// Keeps more words in the note at the page of the first ones.
fn keeps(notebook: &mut Replica, number: u8, typed: &[feltbog_ids::ChangeHash], after: &str) {
    let keep = feltbog_replica::KeepDraft {
        id: feltbog_ids::CommandId::from_bytes([number; 16]),
        note: doc(40),
        case: town::case(),
        visit: None,
        heads: typed.to_vec(),
        before: "Før. ".to_owned(),
        after: after.to_owned(),
    };
    notebook.keep_draft(&keep, &moment(number)).unwrap();
}

fn sends(notebook: &Replica, office: &mut Office) {
    let sent = notebook.outbox(10).unwrap();
    office.push(sent.iter().map(|item| &item.item));
}

/// What was forgotten with the old file and what is written after it both reach the office.
fn an_old_copy_is_put_back_after(opening_in_between: impl Fn(Replica, &Path) -> Replica) {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let first = tablet.types(doc(40), &[], "", "Før. ");
    tablet.syncs(&mut office);
    let path = tablet.path();
    let Tablet { notebook, folder, .. } = tablet.restarts();
    let log = path.with_extension("db-wal");
    let copy = [std::fs::read(&path).unwrap(), std::fs::read(&log).unwrap()];
    let mut notebook = opening_in_between(notebook, &path);
    keeps(&mut notebook, 11, &first.typed, "Før. Glemt.");
    sends(&notebook, &mut office);
    drop(notebook);
    std::fs::write(&path, &copy[0]).unwrap();
    std::fs::write(&log, &copy[1]).unwrap();
    let mut notebook = Replica::open(&path, &key(1), &moment(3)).unwrap();
    keeps(&mut notebook, 12, &first.typed, "Før. Husket.");
    sends(&notebook, &mut office);
    let text = office.text(doc(40));
    assert!(text.contains("Glemt.") && text.contains("Husket."), "{text}");
    drop(folder);
}

#[test]
fn an_old_copy_put_back_writes_with_a_new_hand() {
    an_old_copy_is_put_back_after(|notebook, path| {
        drop(notebook);
        Replica::open(path, &key(1), &moment(1)).unwrap()
    });
}

#[test]
fn a_copy_of_the_very_opening_that_wrote_more_writes_with_a_new_hand_too() {
    an_old_copy_is_put_back_after(|notebook, _| notebook);
}

/// A look at the file beside the notebook.
fn beside(tablet: &Tablet) -> rusqlite::Connection {
    let db = rusqlite::Connection::open(tablet.path()).unwrap();
    db.pragma_update(None, "key", format!("x'{}'", "01".repeat(32)))
        .unwrap();
    db
}

fn marks(tablet: &Tablet) -> i64 {
    let sql = "select count(*) from meta where key in ('unswept', 'gaps')";
    beside(tablet).query_row(sql, [], |row| row.get(0)).unwrap()
}

fn log_bytes(tablet: &Tablet) -> u64 {
    std::fs::metadata(tablet.path().with_extension("db-wal")).map_or(0, |log| log.len())
}

#[test]
fn a_sweeping_that_was_cut_off_is_made_good_at_the_next_opening() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    tablet.types(doc(40), &[], "", "Kvindsyvskomager ringede");
    tablet.syncs(&mut office);
    office.withdraws(doc(40));
    // Whoever reads keeps the log from being emptied, as the end of the app would.
    let reader = beside(&tablet);
    reader.execute_batch("begin; select count(*) from doc").unwrap();
    tablet.syncs(&mut office);
    assert_eq!(marks(&tablet), 2, "it knows that something is left to do");
    assert!(log_bytes(&tablet) > 0);
    reader.execute_batch("rollback").unwrap();
    drop(reader);
    let tablet = tablet.restarts();
    assert_eq!(marks(&tablet), 0);
    assert_eq!(log_bytes(&tablet), 0);
}

#[test]
fn a_large_file_is_written_anew_when_there_is_time_and_not_all_the_time() {
    let mut office = Office::new();
    let mut tablet = Tablet::synced(1, &mut office);
    let many = "Hun fortalte om gamle dage. ".repeat(1_300);
    for number in 40..100 {
        tablet.types(doc(number), &[], "", &many);
    }
    tablet.syncs(&mut office);
    assert!(tablet.notebook.bytes() > 4 << 20, "{}", tablet.notebook.bytes());
    for (left, pause) in [(40, 0), (41, 3_600), (41, 7 * 3_600)] {
        office.withdraws(doc(left));
        tablet.syncs(&mut office);
        let mut moment = tablet.moment();
        moment.now.0 += pause * 1_000_000;
        tablet.notebook.rewrite_when_due(&moment).unwrap();
        let waits = pause == 3_600;
        assert_eq!(marks(&tablet), i64::from(waits), "after {pause} s");
        let claimed = tablet.notebook.feed_request().unwrap().erased;
        assert_eq!(claimed.is_none(), waits, "after {pause} s");
        assert_eq!(log_bytes(&tablet), 0);
    }
}
