//! Files that were torn, cut short or altered by a bit: each is opened, and works or says why not, and stays as it is.
//!
//! What a failing disk does to a file that was whole is not its story: see `trial`.

use std::cell::Cell;
use std::fs;
use std::path::Path;

use feltbog_client::vault::{Effort, Pin, Vault};
use feltbog_ids::DocId;
use feltbog_replica::{FileKey, KeepDraft, Moment, Replica};
use feltbog_tests::Chance;
use feltbog_views::{Problem, Refusal};

use crate::scene::{NOTEBOOK, Scene, hands};
use crate::trial::{Files, files_in, laid};

/// What became of a file.
#[derive(Clone, Copy, Debug)]
pub enum Damage {
    /// It ends here.
    Cut(usize),
    /// From here on it is zeros, as a file system leaves what it had only made room for.
    Torn(usize),
    /// One bit of this byte is another.
    Flipped(usize),
}

impl Damage {
    /// Some of each kind for a file of so many bytes: ends and page borders among them, the rest by the dice.
    pub fn some(length: usize, chance: &mut Chance) -> Vec<Self> {
        let mut points = vec![
            0,
            1,
            15,
            16,
            17,
            31,
            32,
            100,
            4095,
            4096,
            4097,
            length / 2,
            length.saturating_sub(1),
        ];
        points.extend((0..12).map(|_| chance.below(length.max(1))));
        points.retain(|point| *point < length);
        let flips = points
            .iter()
            .copied()
            .chain((0..40).map(|_| chance.below(length.max(1))));
        let flips: Vec<_> = flips.filter(|point| *point < length).map(Self::Flipped).collect();
        points
            .iter()
            .flat_map(|point| [Self::Cut(*point), Self::Torn(*point)])
            .chain(flips)
            .collect()
    }

    /// The file after it.
    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        match self {
            Self::Cut(at) => bytes.truncate(at),
            Self::Torn(at) => bytes[at..].fill(0),
            Self::Flipped(at) => bytes[at] ^= 1 << (at % 8),
        }
        bytes
    }
}

/// Tries every damage of one file of a folder. What `opens` answers: whether it opened.
pub fn damaged(files: &Files, name: &str, opens: &dyn Fn(&Path, &str) -> bool) -> Outcome {
    let mut outcome = Outcome::default();
    for damage in Damage::some(files[name].len(), &mut Chance::of(77)) {
        let mut damaged = files.clone();
        damaged.insert(name.to_owned(), damage.of(&files[name]));
        let folder = laid(&damaged);
        let case = format!("{name}, {damage:?}");
        if opens(folder.path(), &case) {
            outcome.opened += 1;
        } else {
            outcome.refused += 1;
            is_left_alone(folder.path(), &damaged, &case);
        }
    }
    println!("{name}: {outcome:?}");
    outcome
}

/// How often it opened, and how often it did not.
#[derive(Debug, Default)]
pub struct Outcome {
    /// It did, as far as it went.
    pub opened: u32,
    /// It did not.
    pub refused: u32,
}

fn is_left_alone(folder: &Path, files: &Files, case: &str) {
    for (name, bytes) in files {
        let now = fs::read(folder.join(name));
        assert!(now.is_ok_and(|now| now == *bytes), "{case}: {name} was touched");
    }
}

struct Notebook {
    files: Files,
    key: FileKey,
    moment: Moment,
    /// What was kept in it, the first first.
    words: Vec<(DocId, String)>,
}

impl Notebook {
    fn kept(scene: &Scene) -> Self {
        let mut words = Vec::new();
        for nth in 0..6 {
            let case = scene.world.town.cases[nth % 2];
            // Some of them longer than a page.
            let text = format!(
                "Notat {nth}. {}",
                "Lang tekst. ".repeat(if nth % 2 == 0 { 400 } else { 10 })
            );
            words.push((scene.anna.writes(case, &text), text));
            if nth == 3 {
                scene.anna.settles();
            }
        }
        let (files, key) = scene.notebook(&scene.anna);
        let moment = scene.moment();
        Self {
            files,
            key,
            moment,
            words,
        }
    }

    /// The same after the app was closed: everything lies in one file.
    fn closed(self) -> Self {
        let folder = laid(&self.files);
        drop(self.opens(folder.path()).unwrap());
        let files = files_in(folder.path());
        assert!(!files.contains_key("replica.db-wal"));
        Self { files, ..self }
    }

    fn opens(&self, folder: &Path) -> Result<Replica, Problem> {
        Replica::open(&folder.join(NOTEBOOK), &self.key, &self.moment).map_err(|error| error.problem())
    }

    /// How many of the notes are there, each with its words. What is not is damaged, and the person is told so.
    fn readable(&self, replica: &mut Replica, case: &str) -> usize {
        let mut readable = 0;
        for (note, words) in &self.words {
            match replica.step(|replica| replica.note(*note)) {
                Ok(view) => {
                    assert_eq!(&view.text, words, "{case}");
                    readable += 1;
                }
                Err(error) => assert_eq!(error.problem(), Problem::Damaged, "{case}"),
            }
        }
        readable
    }

    /// A new note is kept, or it is said that it cannot be.
    fn takes_a_note(&self, replica: &mut Replica, keep: &KeepDraft, case: &str) {
        let kept = replica.step(|replica| replica.keep_draft(keep, &self.moment));
        match kept.map_err(|error| error.problem()) {
            Ok(_) => assert_eq!(replica.note(keep.note).unwrap().text, keep.after, "{case}"),
            Err(problem) => assert_eq!(problem, Problem::Damaged, "{case}"),
        }
    }
}

#[test]
fn a_damaged_notebook_works_or_says_so_and_stays_as_it_is() {
    let scene = Scene::new(41);
    let notebook = Notebook::kept(&scene).closed();
    let keep = scene.keeping(9, "Skrevet bagefter. ");
    let some_are_gone = Cell::new(0);
    let outcome = damaged(
        &notebook.files,
        NOTEBOOK,
        &|folder, case| match notebook.opens(folder) {
            Ok(mut replica) => {
                let gone = notebook.words.len() - notebook.readable(&mut replica, case);
                some_are_gone.set(some_are_gone.get() + u32::from(gone > 0));
                notebook.takes_a_note(&mut replica, &keep, case);
                true
            }
            Err(problem) => {
                assert_eq!(problem, Problem::Damaged, "{case}");
                false
            }
        },
    );
    assert!(outcome.opened > some_are_gone.get() && some_are_gone.get() > 0 && outcome.refused > 0);
}

/// SQLite lays the log into the file as the last connection closes, and then deletes it.
#[test]
fn a_notebook_that_does_not_open_keeps_its_log() {
    let scene = Scene::new(44);
    let notebook = Notebook::kept(&scene);
    let outcome = damaged(
        &notebook.files,
        NOTEBOOK,
        &|folder, case| match notebook.opens(folder) {
            Ok(_) => true,
            Err(problem) => {
                assert_eq!(problem, Problem::Damaged, "{case}");
                false
            }
        },
    );
    assert!(outcome.refused > 0);
}

#[test]
fn a_damaged_twin_costs_no_word() {
    let scene = Scene::new(42);
    let notebook = Notebook::kept(&scene);
    let outcome = damaged(&notebook.files, "replica.db.twin", &|folder, case| {
        let mut replica = notebook.opens(folder).unwrap();
        assert_eq!(notebook.readable(&mut replica, case), notebook.words.len(), "{case}");
        true
    });
    assert_eq!(outcome.refused, 0);
}

/// SQLite takes a log for ended where its sums do not add up, be it by a power cut or by a damage. So what was kept before
/// that place is there, and what was kept after it and had not been laid into the file is not. The twin knows of it, and the
/// person is told.
#[test]
fn a_damaged_log_gives_back_what_was_kept_before_the_damage() {
    let scene = Scene::new(43);
    let notebook = Notebook::kept(&scene);
    let (fewest, most) = (Cell::new(usize::MAX), Cell::new(0));
    damaged(
        &notebook.files,
        "replica.db-wal",
        &|folder, case| match notebook.opens(folder) {
            Ok(replica) => {
                let there: Vec<_> = notebook
                    .words
                    .iter()
                    .map(|(note, words)| match replica.note(*note) {
                        Ok(view) => {
                            assert_eq!(&view.text, words, "{case}");
                            true
                        }
                        Err(error) => {
                            assert_eq!(error.problem(), Problem::NotHere, "{case}");
                            false
                        }
                    })
                    .collect();
                assert!(there.is_sorted_by(|before, after| before >= after), "{case}: {there:?}");
                let parked = replica.parked_rows().unwrap();
                let is_told = parked.iter().any(|row| row.reason == Refusal::MayBeMissing);
                assert_eq!(is_told, there.contains(&false), "{case}: {there:?}");
                let count = there.iter().filter(|there| **there).count();
                fewest.set(fewest.get().min(count));
                most.set(most.get().max(count));
                true
            }
            Err(problem) => {
                assert_eq!(problem, Problem::Damaged, "{case}");
                false
            }
        },
    );
    assert!(fewest.get() == 0 && most.get() >= 4, "{fewest:?} to {most:?}");
}

#[test]
fn a_damaged_key_record_opens_nothing_and_stays_as_it_is() {
    let world = hands();
    let folder = laid(&Files::new());
    let vault = Vault::new(folder.path());
    let new = vault
        .draw_key(&Pin::choose("274859").unwrap(), &Effort::CHEAP, &world)
        .unwrap();
    vault.keep(&new).unwrap();
    let files = files_in(folder.path());
    for name in ["vault.json", "device-secret"] {
        let outcome = damaged(
            &files,
            name,
            &|folder, case| match Vault::new(folder).open("274859", &world) {
                Ok(key) => {
                    assert_eq!(key.as_bytes(), new.key.as_bytes(), "{case}");
                    true
                }
                Err(error) => {
                    let problem = error.problem();
                    let said = matches!(
                        problem,
                        Problem::Damaged | Problem::NewerFile | Problem::WrongPin { .. }
                    );
                    assert!(said, "{case}: {problem:?}");
                    // A try was counted.
                    fs::copy(folder.join("tries.json"), folder.join("tried")).unwrap();
                    fs::write(folder.join("tries.json"), &files["tries.json"]).unwrap();
                    false
                }
            },
        );
        assert!(outcome.refused > 20);
    }
}
