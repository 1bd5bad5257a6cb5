//! Files that earlier versions left behind, opened by this one: whatever was in them is there still.
//!
//! It makes none of them; `tests/examples/kept.rs` does, once for each version.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use feltbog_casebook::Kind;
use feltbog_ids::Instant;
use feltbog_replica::{FileKey, Moment, Replica};
use feltbog_server::{Dice, Settings, Store, StoreError, store::Sealed};
use feltbog_tests::{lies_in, pages};
use feltbog_views::ItemState;
use flate2::read::GzDecoder;
use rusqlite::Connection;
use tempfile::TempDir;

const KEY: [u8; 32] = [7; 32];

/// Of two threads that open the first files of a process at once, one would find no cipher.
static ENGINE_STARTS: Mutex<()> = Mutex::new(());

/// The kept files of a kind, oldest first.
fn kept(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("kept");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_of = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(kind);
    let mut files: Vec<_> = files.filter(is_of).collect();
    files.sort();
    files
}

/// Encrypts a kept file under the tests' key, as its version left it.
fn laid(kept: &Path, to: &Path) {
    let packed = fs::read(kept).unwrap();
    assert!(packed.len() < 100_000, "{} is small", kept.display());
    let mut bytes = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
    let clear = to.with_extension("clear");
    fs::write(&clear, bytes).unwrap();
    let starting = ENGINE_STARTS.lock().unwrap();
    let sql = Connection::open(&clear).unwrap();
    drop(starting);
    let version: i64 = sql.query_row("pragma user_version", [], |row| row.get(0)).unwrap();
    let key: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    let attach = format!("attach ?1 as secret key \"x'{key}'\"");
    sql.execute(&attach, [to.display().to_string()]).unwrap();
    sql.query_row("select sqlcipher_export('secret')", [], |_| Ok(()))
        .unwrap();
    sql.pragma_update(Some("secret"), "user_version", version).unwrap();
}

#[test]
fn the_notebook_of_every_version_opens_with_its_notes_and_what_waits_in_it() {
    let files = kept("notebook-");
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("replica.db");
        laid(&file, &path);
        let moment = Moment {
            now: Instant(1_800_000_000_000_000),
            salt: [9; 8],
        };
        let mut replica = Replica::open(&path, &FileKey::new(KEY), &moment).unwrap();
        while !replica.index_some(100).unwrap().docs.is_empty() {}
        let waits = replica.waiting_rows(10).unwrap();
        assert_eq!(waits.len(), 1, "{}", file.display());
        let waiting = replica.note(waits[0].doc).unwrap();
        assert_eq!(waiting.text, "Ikke sendt endnu.");
        assert!(waiting.may_write && matches!(waiting.item, ItemState::Kept));
        let case = replica.case(waiting.case, moment.now).unwrap();
        let sent = case.notes.iter().find(|note| note.text == "Skrevet og sendt.").unwrap();
        assert!(!sent.may_write, "it is finished");
        assert!(
            case.fields
                .iter()
                .any(|field| field.key == "mobilitet" && field.value.is_some())
        );
        assert_eq!(replica.outbox(10).unwrap().len(), 2, "a birth and its words");
        assert_eq!(replica.handling().unwrap(), 0);
    }
}

#[test]
fn the_database_of_every_version_of_the_server_opens_with_all_its_documents() {
    let files = kept("server-");
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        let folder = TempDir::new().unwrap();
        laid(&file, &folder.path().join("feltbog.db"));
        fs::write(folder.path().join("feltbog.key"), KEY).unwrap();
        let keys = file.with_file_name(file.file_name().unwrap().to_str().unwrap().replace("server", "keys"));
        if keys.exists() {
            laid(&keys, &folder.path().join("feltbog-keys.db"));
        }
        assert!(
            matches!(Store::open(folder.path()), Err(StoreError::NotMigrated) | Ok(_)),
            "{}",
            file.display()
        );
        let settings = Settings {
            time_zone: "Europe/Copenhagen".to_owned(),
            invented_people: None,
        };
        let store = Store::migrate(folder.path(), &settings, &Dice::from_seed([1; 32])).unwrap();
        is_the_finished_note(&store, &file);
        // What lay there in the clear is sealed by the daily round, and reads as before. A round that is told to stop has
        // done nothing wrong, nor has one that is told so after its first step.
        assert_eq!(store.seal_all(Instant(0), || false).unwrap(), Sealed::default());
        let mut steps = [true, false].into_iter();
        let sealed = store.seal_all(Instant(0), || steps.next().unwrap_or(false)).unwrap();
        let rest = store.seal_all(Instant(0), || true).unwrap();
        assert_eq!((rest.documents, rest.left), (0, 0), "{}", file.display());
        assert_eq!(store.seal_all(Instant(0), || true).unwrap(), Sealed::default(), "once");
        assert_eq!(sealed.left, 0);
        assert_eq!(sealed.documents > 0, !keys.exists(), "{}", file.display());
        assert_eq!(store.sweep().unwrap(), sealed.documents > 0, "{}", file.display());
        is_the_finished_note(&store, &file);
        drop(store);
        let bytes = pages::decrypted(&folder.path().join("feltbog.db"), &FileKey::new(KEY));
        let words = ["Skrevet og sendt.", "Skrevet"];
        let found = words.map(|words| lies_in(&bytes, words.as_bytes()));
        assert_eq!(found, [false; 2], "{}: {sealed:?}", file.display());
    }
}

fn is_the_finished_note(store: &Store, file: &Path) {
    let notes = store.view::<_, StoreError>(Instant(0), |view| {
        let rows = view.documents_of(Kind::Note)?.into_iter();
        rows.map(|row| {
            let book = view.book(row.doc)?;
            assert_eq!(view.facts(&row)?, book.project());
            Ok((row.heads, book))
        })
        .collect::<Result<Vec<_>, _>>()
    });
    let notes = notes.unwrap();
    assert_eq!(notes.len(), 1, "{}", file.display());
    let (heads, book) = &notes[0];
    assert_eq!(book.text(), "Skrevet og sendt.");
    assert_eq!(&book.heads(), heads);
    assert!(book.finished_heads().is_some());
}
