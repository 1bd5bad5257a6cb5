//! A deed tried on a failing disk: for each way to fail, at the first thing asked of the disk, at the second, and so on
//! until the deed is through.
//!
//! What must hold each time is said here once: an error or a deed that is there, all of it or none, nothing else
//! touched, and the same deed works afterwards. It knows neither device nor server.

use std::collections::BTreeMap;
use std::path::Path;

use feltbog_casebook::Kind;
use feltbog_ids::Instant;
use feltbog_replica::FileKey;
use feltbog_server::{Store, StoreError};
use feltbog_tests::Opened;
use tempfile::TempDir;

use crate::fault::{self, Fault, Unsynced};
use crate::scene::STORE;

/// Facts that may differ where all was done: the token that goes on at every opening, the hand that is drawn anew after one
/// that was cut off, and the marks of a sweeping that the fault stopped and the next opening makes good.
const OVERLOOKED: [&str; 6] = ["twin", "salt", "left", "unswept", "gaps", "rewritten"];

const FAULTS: [Fault; 5] = [Fault::Once, Fault::Dead, Fault::Full, Fault::PowerCut, Fault::Unread];

/// The files of a folder by name, without what SQLite shares in memory.
pub type Files = BTreeMap<String, Vec<u8>>;

/// All that is in a database, table by table.
pub type Rows = BTreeMap<String, Vec<String>>;

/// What a person or a device is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The disk is full.
    Full,
    /// Something else, in the words of the log.
    Other(String),
}

/// A deed and where it is done.
pub struct Trial<'a, T> {
    /// What it is called where it fails.
    pub name: &'a str,
    /// The folder before it.
    pub before: Files,
    /// The database among the files.
    pub database: &'a str,
    /// Its key.
    pub key: FileKey,
    /// Opens what it is done on. Nothing fails meanwhile.
    pub opens: &'a dyn Fn(&Path) -> T,
    /// Does it; done again it finds what the first time left.
    pub does: &'a dyn Fn(&mut T) -> Result<(), Told>,
    /// What is told when it is done once more.
    pub again: Again,
    /// Tables that may differ.
    pub overlooks: &'a [&'a str],
}

/// What is told when a deed that is done is done once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// The same: nothing happens twice.
    Same,
    /// That it is done.
    Refused,
    /// The same; and as the deed is several facts, some of them may be there without the others.
    InSteps,
}

impl<T> Trial<'_, T> {
    /// Tries it. Answers at how many places it was made to fail.
    pub fn runs(&self) -> u32 {
        crate::shim::install();
        let (before, after) = self.goes_well();
        let mut places = 0;
        for fault in FAULTS {
            let mut nth = 1;
            while self.fails(fault, nth, (&before, &after)) {
                nth += 1;
            }
            places += nth - 1;
        }
        println!("{:>6} places: {}", places, self.name);
        assert!(places > 0, "{}: the disk was asked for nothing", self.name);
        places
    }

    fn goes_well(&self) -> (Rows, Rows) {
        let folder = laid(&self.before);
        let before = self.rows(folder.path());
        let mut subject = (self.opens)(folder.path());
        assert_eq!((self.does)(&mut subject), Ok(()), "{} on a good disk", self.name);
        drop(subject);
        (before, self.rows(folder.path()))
    }

    /// Whether it came that far.
    fn fails(&self, fault: Fault, nth: u32, rows: (&Rows, &Rows)) -> bool {
        let case = Case(format!("{}, {fault:?} at {nth}", self.name));
        let folder = laid(&self.before);
        let mut subject = (self.opens)(folder.path());
        fault::arm(fault, nth);
        let told = (self.does)(&mut subject);
        if fault == Fault::PowerCut {
            // Nothing is written any more, not even as the program lets go of its files.
            drop(subject);
            let hit = fault::disarm();
            assert!(hit || told.is_ok(), "{case}: {told:?} though nothing failed");
            self.survives_the_cut(&case, folder.path(), &told, rows);
            return hit;
        }
        let hit = fault::disarm();
        assert!(hit || told.is_ok(), "{case}: {told:?} though nothing failed");
        if let (Fault::Full, Err(told)) = (fault, &told) {
            assert_eq!(told, &Told::Full, "{case}");
        }
        let done = self.is_whole(&case, folder.path(), &told, rows);
        self.is_done_again(&case, &mut subject, done);
        drop(subject);
        self.is_there(&case, folder.path(), rows.1);
        hit
    }

    fn survives_the_cut(&self, case: &Case, folder: &Path, told: &Result<(), Told>, rows: (&Rows, &Rows)) {
        for unsynced in [Unsynced::Kept, Unsynced::Lost, Unsynced::Some(7)] {
            let left = laid(&left_in(folder, unsynced));
            let done = self.is_whole(case, left.path(), told, rows);
            let mut subject = (self.opens)(left.path());
            self.is_done_again(case, &mut subject, done);
            drop(subject);
            self.is_there(case, left.path(), rows.1);
        }
        fault::forget();
    }

    /// Whether the deed is there. All of it is or nothing, and it is when its doer was told so.
    fn is_whole(&self, case: &Case, folder: &Path, told: &Result<(), Told>, (before, after): (&Rows, &Rows)) -> bool {
        let now = self.rows(folder);
        let done = now == *after;
        assert!(
            done || told.is_err(),
            "{case}: it was done, and is not there: {}",
            unlike(&now, after)
        );
        let untouched = now == *before || self.again == Again::InSteps;
        assert!(
            done || untouched,
            "{case}: half of it is there: {}",
            unlike(&now, before)
        );
        done
    }

    fn is_there(&self, case: &Case, folder: &Path, after: &Rows) {
        let now = self.rows(folder);
        assert!(now == *after, "{case}: after the second time {}", unlike(&now, after));
    }

    fn is_done_again(&self, case: &Case, subject: &mut T, done: bool) {
        let again = (self.does)(subject);
        let may_refuse = done && self.again == Again::Refused;
        assert!(again.is_ok() || may_refuse, "{case}: the second time {again:?}");
    }

    fn rows(&self, folder: &Path) -> Rows {
        let mut rows = rows(&folder.join(self.database), &self.key);
        rows.retain(|table, _| !self.overlooks.contains(&table.as_str()));
        rows
    }
}

/// Where it failed, said when something does not hold.
struct Case(String);

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("that was: {self}");
        }
    }
}

/// All rows of a sound database. Of the search index it is the documents in it; what is [`OVERLOOKED`] is left out. What is
/// sealed is told by its length, and by what is in it.
pub fn rows(database: &Path, key: &FileKey) -> Rows {
    let file = Opened::with(database, key);
    let ask = |sql: &str| file.rows(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    assert_eq!(ask("pragma integrity_check"), ["ok"]);
    if !file_has(&database.with_extension("db-wal")) {
        // It looks at the database alone; pages half written there stand whole in the log until it is emptied.
        assert_eq!(ask("pragma cipher_integrity_check"), [""; 0]);
    }
    let tables = "select name from sqlite_master where type = 'table' and name not like 'search%'";
    let mut rows = Rows::new();
    for table in ask(tables) {
        let lines = ask(&format!("select * from \"{table}\""));
        let kept = lines.into_iter().map(|line| told(&line)).filter(|line| {
            !OVERLOOKED
                .iter()
                .any(|key| line.strip_prefix(key).is_some_and(|rest| rest.starts_with('\t')))
        });
        rows.insert(table, kept.collect());
    }
    if let Ok(indexed) = file.rows("select id, sz from search_docsize") {
        rows.insert("search".to_owned(), indexed);
    }
    let folder = database.parent().expect("it lies in a folder");
    if database.ends_with(STORE) && file_has(&folder.join("feltbog-keys.db")) {
        rows.insert("in the clear".to_owned(), opened(folder));
    }
    rows
}

/// A nonce is never the same twice, nor then are the bytes sealed with it.
fn told(line: &str) -> String {
    let told = |cell: &str| match cell.starts_with("01") && cell.len() > 2 * 41 {
        true => format!("sealed {}", cell.len()),
        false => cell.to_owned(),
    };
    line.split('\t').map(told).collect::<Vec<_>>().join("\t")
}

/// What the documents of a server's folder say, through the store.
fn opened(folder: &Path) -> Vec<String> {
    let store = Store::open(folder).unwrap();
    let said = store.view::<_, StoreError>(Instant(0), |view| {
        let mut said = Vec::new();
        for kind in Kind::ALL {
            for row in view.documents_of(kind)? {
                let book = view.book(row.doc)?;
                assert_eq!(book.heads(), row.heads, "{}", row.doc);
                assert_eq!(view.facts(&row)?, book.project(), "{}", row.doc);
                said.push(format!("{} {:?} {}", row.doc, book.heads(), row.size));
            }
        }
        Ok(said)
    });
    said.unwrap()
}

/// These files in a folder of their own, in memory where the machine offers that.
pub fn laid(files: &Files) -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() {
        TempDir::new_in(memory)
    } else {
        TempDir::new()
    };
    let folder = folder.expect("the machine has room for temporary files");
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).expect("a file can be written");
    }
    folder
}

/// What lies in a folder.
pub fn files_in(folder: &Path) -> Files {
    left_in(folder, Unsynced::Kept)
}

/// What a power cut leaves in a folder.
pub fn left_in(folder: &Path, unsynced: Unsynced) -> Files {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let names = entries.map(|entry| {
        entry
            .expect("it can be read")
            .file_name()
            .into_string()
            .expect("names are plain")
    });
    let kept = names.filter(|name| !name.ends_with("-shm"));
    kept.filter_map(|name| Some((name.clone(), fault::left_of(&folder.join(&name), unsynced)?)))
        .collect()
}

fn file_has(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|facts| facts.len() > 0)
}

/// The first table that is not as it should be.
fn unlike(now: &Rows, then: &Rows) -> String {
    let differs = now.iter().find(|(table, rows)| then.get(*table) != Some(rows));
    match differs {
        Some((table, rows)) => format!("{table} is {rows:#?}, not {:#?}", then.get(table)),
        None => "a table is missing".to_owned(),
    }
}
