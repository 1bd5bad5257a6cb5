//! A disk that is really full: a small file system of its own under the notebook, and one under the store.
//!
//! It is mounted in a namespace that ends with the test's process, so that nothing of it is left on the machine.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use feltbog_client::RemoteError;
use feltbog_client::courier::CourierError;
use feltbog_client::vault::{Effort, Pin, Vault};
use feltbog_ids::{DocId, Span};
use feltbog_protocol::{EnrolRequest, ServerProblem};
use feltbog_replica::{Agreement, Replica};
use feltbog_server::StoreError;
use feltbog_tests::{Chance, Tablet, World};
use feltbog_views::Problem;
use tempfile::TempDir;

use crate::scene::hands;

/// Said to the process that is already where it may mount.
const INSIDE: &str = "FELTBOG_DISK_INSIDE";

/// Words enough to fill any room that is left in files that are there.
const MANY: usize = 400;

/// A small disk.
struct Disk {
    folder: TempDir,
}

impl Disk {
    fn new(size: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder.path());
        let mounted = mount.output().unwrap();
        assert!(
            mounted.status.success(),
            "a small disk is needed and cannot be mounted: {}",
            said(&mounted)
        );
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Takes all the room there is.
    fn fills(&self) {
        let mut file = File::create(self.filling()).unwrap();
        while let Ok(()) = file.write_all(&[0; 4096]) {}
        let full = file.write_all(&[0]).unwrap_err();
        assert_eq!(full.kind(), ErrorKind::StorageFull);
    }

    /// Somebody deletes something else.
    fn gets_room(&self) {
        fs::remove_file(self.filling()).unwrap();
    }

    fn filling(&self) -> PathBuf {
        self.path().join("something else")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: files may be open still. It would end with the process in any case.
        Command::new("umount").arg("-l").arg(self.path()).status().ok();
    }
}

/// Runs a test where it may mount: as root in a namespace of its own, or else as root of a namespace alone.
fn where_it_may_mount(test: &str, runs: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        return runs();
    }
    let ways: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];
    let may_mount = |way: &&&[&str]| {
        let tried = Command::new("unshare")
            .args(**way)
            .args(["mount", "-t", "tmpfs", "tmpfs", "/mnt"])
            .output();
        tried.is_ok_and(|tried| tried.status.success())
    };
    let Some(way) = ways.iter().find(may_mount) else {
        panic!("a small disk is needed: run as root, or allow unprivileged user namespaces (and install util-linux)");
    };
    let program = std::env::current_exe().unwrap();
    let mut inside = Command::new("unshare");
    inside
        .args(*way)
        .arg(program)
        .args([test, "--exact", "--nocapture"])
        .env(INSIDE, "1");
    let ran = inside.output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    let counted = String::from_utf8_lossy(&ran.stdout).contains("1 passed");
    assert!(counted, "the test did not run: {}", said(&ran));
}

fn said(output: &Output) -> String {
    let words = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    words.concat()
}

#[test]
fn a_person_with_a_full_tablet_reads_on_and_is_told_to_make_room() {
    where_it_may_mount(
        "full::a_person_with_a_full_tablet_reads_on_and_is_told_to_make_room",
        || {
            let (disk, world) = (Disk::new("8m"), World::new(31));
            let tablet = Tablet::enrol(&world, world.town.anna, disk.path().join("tablet"), 1);
            tablet.settles();
            let case = world.town.cases[0];
            let first = tablet.writes(case, "Mens der var plads. ");
            let closed = lies_closed(&tablet);
            disk.fills();
            let (kept, note, problem) = writes_until_it_is_full(&tablet, case);
            assert_eq!(problem, Problem::DiskFull);
            reads_on(&tablet, case, first, &kept);
            // Sent may be what waits, but its receipts find no room, and so it still waits.
            let waits = tablet.replica().waiting().unwrap();
            match tablet.round() {
                Err(CourierError::Replica(error)) => assert_eq!(error.problem(), Problem::DiskFull),
                other => panic!("there was room: {other:?}"),
            }
            assert_eq!(tablet.replica().waiting().unwrap(), waits);
            opens_not_and_says_why(&tablet, &closed);
            disk.gets_room();
            let (_, key) = tablet.file_and_key();
            assert!(Replica::open(&closed, &key, &tablet.moment()).is_ok());
            tablet
                .keep(note, case, &(Vec::new(), String::new()), "Nu er der plads. ")
                .unwrap();
            tablet.restarts();
            tablet.settles();
            for (note, words) in kept.iter().chain([
                &(first, "Mens der var plads. ".to_owned()),
                &(note, "Nu er der plads. ".to_owned()),
            ]) {
                assert_eq!(&world.town.book(*note).unwrap().text(), words);
            }
        },
    );
}

/// What was kept, the note that was not, and what was said of it.
fn writes_until_it_is_full(tablet: &Tablet, case: DocId) -> (Vec<(DocId, String)>, DocId, Problem) {
    let (mut kept, mut chance) = (Vec::new(), Chance::of(5));
    for nth in 0..MANY {
        let (note, words) = (DocId::from_bytes(chance.bytes()), format!("Notat {nth}. "));
        match tablet.keep(note, case, &(Vec::new(), String::new()), &words) {
            Ok(_) => kept.push((note, words)),
            Err(error) => return (kept, note, error.problem()),
        }
    }
    panic!("{MANY} notes found room on a full disk");
}

fn reads_on(tablet: &Tablet, case: DocId, first: DocId, kept: &[(DocId, String)]) {
    let replica = tablet.replica();
    assert_eq!(replica.note(first).unwrap().text, "Mens der var plads. ");
    for (note, words) in kept {
        assert_eq!(&replica.note(*note).unwrap().text, words);
    }
    assert_eq!(
        replica.case(case, tablet.clock.now()).unwrap().notes.len(),
        kept.len() + 1
    );
    assert_eq!(replica.today(None, tablet.clock.now()).unwrap().visits.len(), 1);
    assert!(!replica.outbox(1).unwrap().is_empty());
}

/// Another notebook, which is made and closed while there is room: it has nothing beside it.
fn lies_closed(tablet: &Tablet) -> PathBuf {
    let (path, key) = tablet.file_and_key();
    let closed = path.with_file_name("closed.db");
    let identity = tablet.replica().identity().clone();
    drop(Replica::create(&closed, &key, &identity, &tablet.moment()).unwrap());
    closed
}

/// Unlocking counts the try before it looks at the PIN, and opening says that it was here: neither goes without room.
fn opens_not_and_says_why(tablet: &Tablet, closed: &Path) {
    let (path, key) = tablet.file_and_key();
    for path in [&path, closed] {
        let opened = Replica::open(path, &key, &tablet.moment());
        assert_eq!(opened.err().map(|error| error.problem()), Some(Problem::DiskFull));
    }
    let new = path.with_file_name("new.db");
    let identity = tablet.replica().identity().clone();
    let made = Replica::create(&new, &key, &identity, &tablet.moment());
    assert_eq!(made.err().map(|error| error.problem()), Some(Problem::DiskFull));
}

#[test]
fn the_pin_of_a_full_tablet_opens_once_there_is_room() {
    where_it_may_mount("full::the_pin_of_a_full_tablet_opens_once_there_is_room", || {
        let disk = Disk::new("1m");
        let world = hands();
        let (vault, pin) = (Vault::new(disk.path()), Pin::choose("274859").unwrap());
        disk.fills();
        let drawn = vault.draw_key(&pin, &Effort::CHEAP, &world);
        assert_eq!(drawn.err().map(|error| error.problem()), Some(Problem::DiskFull));
        disk.gets_room();
        let new = vault.draw_key(&pin, &Effort::CHEAP, &world).unwrap();
        vault.keep(&new).unwrap();
        disk.fills();
        let opened = vault.open("274859", &world);
        assert_eq!(opened.err().map(|error| error.problem()), Some(Problem::DiskFull));
        disk.gets_room();
        assert_eq!(vault.open("274859", &world).unwrap().as_bytes(), new.key.as_bytes());
    });
}

#[test]
fn a_server_with_a_full_disk_receipts_nothing_reads_on_and_recovers() {
    where_it_may_mount(
        "full::a_server_with_a_full_disk_receipts_nothing_reads_on_and_recovers",
        || {
            let disk = Disk::new("12m");
            let world = World::with_server_in(32, disk.path().join("server"));
            let (anna, bo) = (world.tablet(world.town.anna), world.tablet(world.town.bo));
            let (case, token) = (world.town.cases[0], world.town.token(world.town.carl.person));
            world
                .town
                .grant_for(world.town.carl.person, world.town.kloever, Span::seconds(60));
            disk.fills();
            let note = writes_until_the_server_is_full(&anna, case);
            // What ends by the clock meanwhile cannot be written down, and keeps nobody from reading.
            world.clock.advance(Span::seconds(120));
            let waits = anna.replica().waiting().unwrap();
            assert!(waits > 0 && world.town.book(note).is_none(), "it was not receipted");
            assert_eq!(bo.round().unwrap(), Agreement::Equal, "reading goes on");
            let server = &world.server;
            let enrols = EnrolRequest {
                token,
                user: "carl".to_owned(),
                password: "blød regn på bakken".to_owned(),
            };
            let enrol = || server.office().enrol(&enrols, "tablet", server.now());
            assert_eq!(enrol().map(drop), Err(ServerProblem::Unavailable));
            let moved = server.store().batch(server.now(), |batch| batch.close_account("carl"));
            assert!(matches!(moved, Err(StoreError::DiskFull)), "{moved:?}");
            disk.gets_room();
            assert_eq!(enrol().map(drop), Ok(()), "the token was not spent");
            anna.settles();
            bo.settles();
            assert_eq!(bo.note(note).unwrap().text, anna.note(note).unwrap().text);
            let office = Arc::clone(&server.office());
            assert!(office.store().workspace().is_ok());
        },
    );
}

/// The note whose push the server had no room for.
fn writes_until_the_server_is_full(tablet: &Tablet, case: DocId) -> DocId {
    for nth in 0..MANY {
        let note = tablet.writes(case, &format!("Notat {nth}. "));
        match tablet.round() {
            Ok(_) => {}
            Err(CourierError::Remote(RemoteError::Server(ServerProblem::Unavailable))) => return note,
            Err(other) => panic!("{other:?}"),
        }
    }
    panic!("{MANY} pushes found room on a full disk");
}
