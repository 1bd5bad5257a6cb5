//! Opens a notebook's file with its PIN, runs one question in SQL, and prints the rows: for a look at what a device holds.
//!
//! It only reads. The PIN is tried as on the screen: wrong ones count and wait.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use feltbog_client::{World, vault::Vault};
use feltbog_tests::Opened;

const USAGE: &str = "usage: cargo xtask replica FILE --pin PIN --sql QUESTION";

fn main() -> ExitCode {
    feltbog_tests::says(answer())
}

fn answer() -> Result<Vec<String>, String> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [file, pin, sql] = words.as_slice() else {
        return Err(USAGE.to_owned());
    };
    let file = PathBuf::from(file);
    if !file.is_file() {
        return Err(format!(
            "{} is no file: name the replica.db in a device's folder",
            file.display()
        ));
    }
    let folder = file.parent().unwrap_or(Path::new("."));
    let world = World::real().map_err(|why| why.to_string())?;
    let key = Vault::new(folder).open(pin, &world).map_err(|why| why.to_string())?;
    Opened::with(&file, &key).rows(sql).map_err(|why| why.to_string())
}
