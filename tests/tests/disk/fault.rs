//! What fails, and what a power cut leaves: the n-th thing the disk is asked for on this thread, and what was not synced.
//!
//! Each thread has a disk of its own, so that tests fail beside each other. It knows no SQLite.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use feltbog_tests::Chance;

/// How the disk fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// One write, sync, truncation, deletion or new file fails; those after it do not.
    Once,
    /// From one of them on, none succeeds, and nothing can be read either.
    Dead,
    /// From one write on the disk is full.
    Full,
    /// The power goes in the midst of one of them.
    PowerCut,
    /// One read fails.
    Unread,
}

/// What becomes of what the disk was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Passes,
    Fails,
    Full,
    Tears,
}

/// What a power cut leaves of writes that were not synced.
#[derive(Clone, Copy, Debug)]
pub enum Unsynced {
    Kept,
    Lost,
    /// Any of them, by these dice.
    Some(u64),
}

/// A write or a truncation since the last sync, with what stood there before it.
enum Step {
    Write {
        at: u64,
        new: Vec<u8>,
        old: Vec<u8>,
        size: u64,
    },
    Truncate {
        to: u64,
        tail: Vec<u8>,
    },
}

#[derive(Default)]
struct Disk {
    armed: Option<(Fault, u32)>,
    asked: u32,
    hit: bool,
    unsynced: BTreeMap<PathBuf, Vec<Step>>,
}

thread_local! {
    static DISK: RefCell<Disk> = RefCell::default();
}

/// The n-th from now on fails, counted from one.
pub fn arm(fault: Fault, nth: u32) {
    DISK.with_borrow_mut(|disk| (disk.armed, disk.asked, disk.hit) = (Some((fault, nth)), 0, false));
}

/// From now on all goes well. Answers whether anything had failed.
pub fn disarm() -> bool {
    DISK.with_borrow_mut(|disk| {
        disk.armed = None;
        disk.hit
    })
}

/// A file as the power cut leaves it.
pub fn left_of(path: &Path, unsynced: Unsynced) -> Option<Vec<u8>> {
    let now = std::fs::read(path).ok()?;
    DISK.with_borrow(|disk| {
        let steps = disk.unsynced.get(path).map_or(&[][..], Vec::as_slice);
        Some(match unsynced {
            Unsynced::Kept => now,
            Unsynced::Lost => as_synced(now, steps),
            Unsynced::Some(seed) => {
                let mut chance = Chance::of(seed);
                let mut bytes = as_synced(now, steps);
                steps
                    .iter()
                    .filter(|_| chance.percent(50))
                    .for_each(|step| again(&mut bytes, step));
                bytes
            }
        })
    })
}

/// Forgets what was not synced: these files are done with.
pub fn forget() {
    DISK.with_borrow_mut(|disk| disk.unsynced.clear());
}

pub fn makes_file() -> Verdict {
    asked(Verdict::Fails, Verdict::Fails)
}

pub fn writes() -> Verdict {
    asked(Verdict::Full, Verdict::Tears)
}

pub fn maps() -> Verdict {
    asked(Verdict::Fails, Verdict::Fails)
}

pub fn deletes() -> Verdict {
    asked(Verdict::Passes, Verdict::Fails)
}

pub fn truncates() -> Verdict {
    asked(Verdict::Passes, Verdict::Fails)
}

pub fn syncs() -> Verdict {
    asked(Verdict::Passes, Verdict::Fails)
}

pub fn reads() -> Verdict {
    DISK.with_borrow_mut(|disk| {
        let fails = match disk.armed {
            Some((Fault::Unread, nth)) => disk.counts(nth).0,
            Some((Fault::Dead | Fault::PowerCut, _)) => disk.hit,
            _ => false,
        };
        if fails { Verdict::Fails } else { Verdict::Passes }
    })
}

fn asked(when_full: Verdict, when_cut: Verdict) -> Verdict {
    DISK.with_borrow_mut(|disk| {
        let Some((fault, nth)) = disk.armed else {
            return Verdict::Passes;
        };
        if fault == Fault::Unread || fault == Fault::Full && when_full == Verdict::Passes {
            return Verdict::Passes;
        }
        let (now, since) = disk.counts(nth);
        match fault {
            Fault::Once if now => Verdict::Fails,
            Fault::Dead if since => Verdict::Fails,
            Fault::Full if since => when_full,
            Fault::PowerCut if now => when_cut,
            Fault::PowerCut if since => Verdict::Fails,
            _ => Verdict::Passes,
        }
    })
}

impl Disk {
    /// Counts one more. Answers whether it is the n-th, and whether the n-th has been.
    fn counts(&mut self, nth: u32) -> (bool, bool) {
        self.asked += 1;
        self.hit |= self.asked == nth;
        (self.asked == nth, self.asked >= nth)
    }
}

/// Before bytes are written there.
pub fn is_written(path: &Path, at: u64, new: &[u8]) {
    note(path, |file, size| {
        let mut old = vec![0; index(size.saturating_sub(at)).min(new.len())];
        file.read_exact_at(&mut old, at)?;
        let new = new.to_vec();
        Ok(Step::Write { at, new, old, size })
    });
}

/// Before it is made shorter.
pub fn is_truncated(path: &Path, to: u64) {
    note(path, |file, size| {
        let mut tail = vec![0; index(size.saturating_sub(to))];
        file.read_exact_at(&mut tail, to)?;
        Ok(Step::Truncate { to, tail })
    });
}

/// Everything written so far survives.
pub fn is_synced(path: &Path) {
    DISK.with_borrow_mut(|disk| disk.unsynced.remove(path));
}

/// It is gone, and stays gone.
pub fn is_deleted(path: &Path) {
    is_synced(path);
}

fn note(path: &Path, step: impl FnOnce(&File, u64) -> std::io::Result<Step>) {
    if DISK.with_borrow(|disk| matches!(disk.armed, Some((Fault::PowerCut, _)))) {
        let file = File::open(path).expect("SQLite has it open");
        let size = file.metadata().expect("it is there").len();
        let step = step(&file, size).expect("what is there can be read");
        DISK.with_borrow_mut(|disk| disk.unsynced.entry(path.to_owned()).or_default().push(step));
    }
}

/// Takes back what was not synced, the latest first.
fn as_synced(mut bytes: Vec<u8>, steps: &[Step]) -> Vec<u8> {
    for step in steps.iter().rev() {
        match step {
            Step::Write { at, old, size, .. } => {
                bytes[index(*at).min(index(*size))..][..old.len()].copy_from_slice(old);
                bytes.truncate(index(*size));
            }
            Step::Truncate { to, tail } => {
                bytes.truncate(index(*to));
                bytes.extend(tail);
            }
        }
    }
    bytes
}

fn again(bytes: &mut Vec<u8>, step: &Step) {
    match step {
        Step::Write { at, new, .. } => {
            let end = index(*at) + new.len();
            bytes.resize(bytes.len().max(end), 0);
            bytes[index(*at)..end].copy_from_slice(new);
        }
        Step::Truncate { to, .. } => bytes.truncate(index(*to)),
    }
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).expect("files here are small")
}

#[test]
fn a_power_cut_takes_what_was_not_synced_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let write = |at: u64, words: &[u8]| {
        is_written(&path, at, words);
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .unwrap();
        file.write_all_at(words, at).unwrap();
    };
    std::fs::write(&path, b"").unwrap();
    arm(Fault::PowerCut, u32::MAX);
    write(0, b"morgen");
    is_synced(&path);
    write(2, b"dag og aften");
    is_truncated(&path, 7);
    File::options().write(true).open(&path).unwrap().set_len(7).unwrap();
    let left = |unsynced| String::from_utf8(left_of(&path, unsynced).unwrap()).unwrap();
    assert_eq!(
        (left(Unsynced::Kept), left(Unsynced::Lost)),
        ("modag o".to_owned(), "morgen".to_owned())
    );
    let some: std::collections::BTreeSet<_> = (0..40).map(|seed| left(Unsynced::Some(seed))).collect();
    assert_eq!(some.len(), 3, "{some:?}");
    disarm();
    forget();
}
