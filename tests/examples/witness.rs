//! Looks into one database after a torture: says whether it is whole, and how often each of some words stands in its
//! document. It only reads, and knows nothing of what was done to the programs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use feltbog_casebook::{Book, Kind};
use feltbog_client::{World, vault::Vault};
use feltbog_ids::DocId;
use feltbog_server::{Store, StoreError, system_clock};
use feltbog_tests::Opened;

const USAGE: &str = "usage: witness (server FOLDER | device FILE PIN) QUESTIONS";

/// A database, and the store that finds its documents where it is a server's.
struct Database {
    file: Opened,
    store: Option<Store>,
}

fn main() -> ExitCode {
    feltbog_tests::says(answer())
}

fn answer() -> Result<Vec<String>, String> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (database, questions) = match words.as_slice() {
        ["server", folder, questions] => (server(Path::new(folder))?, questions),
        ["device", file, pin, questions] => (device(Path::new(file), pin)?, questions),
        _ => return Err(USAGE.to_owned()),
    };
    let whole = database.file.rows("pragma integrity_check");
    let whole = whole.map_err(|why| why.to_string())?;
    let questions = std::fs::read_to_string(questions).map_err(|why| why.to_string())?;
    let mut lines = vec![format!("integrity\t{}", whole.join("; "))];
    for question in questions.lines() {
        let (doc, words) = question.split_once('\t').ok_or(USAGE)?;
        let doc: DocId = doc.parse().map_err(|_| format!("{doc} is no document's id"))?;
        let times = database.book(doc)?.map_or(0, |book| times_in(&book, words));
        lines.push(format!("{question}\t{times}"));
    }
    Ok(lines)
}

fn server(folder: &Path) -> Result<Database, String> {
    let store = Store::open(folder).map_err(|why| why.to_string())?;
    Ok(Database {
        file: Opened::server(folder),
        store: Some(store),
    })
}

fn device(file: &Path, pin: &str) -> Result<Database, String> {
    let folder = file.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let world = World::real().map_err(|why| why.to_string())?;
    let key = Vault::new(&folder).open(pin, &world).map_err(|why| why.to_string())?;
    Ok(Database {
        file: Opened::with(file, &key),
        store: None,
    })
}

impl Database {
    fn book(&self, doc: DocId) -> Result<Option<Book>, String> {
        let Some(store) = &self.store else {
            return Ok(self.file.book(doc));
        };
        match store.view(system_clock()(), |view| view.book(doc)) {
            Ok(book) => Ok(Some(book)),
            Err(StoreError::NoSuch(_)) => Ok(None),
            Err(why) => Err(why.to_string()),
        }
    }
}

/// In a note: in its text. In a case: in how many changes of its history, for a field's value may be followed by another.
fn times_in(book: &Book, words: &str) -> usize {
    if book.birth().kind == Kind::Note {
        return book.text().matches(words).count();
    }
    let holds = |bytes: &[u8]| bytes.windows(words.len()).any(|here| here == words.as_bytes());
    book.changes_since(&[]).iter().filter(|(_, bytes)| holds(bytes)).count()
}
