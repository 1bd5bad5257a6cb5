//! Finds and reads the repository's files for the rules. It judges none of them.

use std::fs;
use std::path::{Path, PathBuf};

/// A file's path below the root, with `/` between its parts, and its text.
pub struct Source {
    pub path: String,
    pub text: String,
}

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests lies one folder below the root")
}

/// Every Rust file that people write.
pub fn rust_files() -> Vec<Source> {
    let sources = files_below("", ".rs");
    assert!(
        sources.len() > 20,
        "only {} Rust files were found: is the tree whole?",
        sources.len()
    );
    sources
}

/// Every file below a folder whose name ends in `end`, in the order of their paths.
pub fn files_below(folder: &str, end: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    collect(&root().join(folder), end, &mut paths);
    paths.sort();
    paths.into_iter().map(|path| read(&path)).collect()
}

/// Fails with all faults at once, so that one run is enough to mend them.
pub fn expect_none(rule: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{rule}:\n  {}\n", faults.join("\n  "));
}

fn collect(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
    for entry in entries {
        let entry = entry.expect("an entry of a folder just opened");
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().expect("the kind of an entry just read");
        if kind.is_dir() && is_ours(&name) {
            collect(&entry.path(), end, found);
        } else if kind.is_file() && name.ends_with(end) {
            found.push(entry.path());
        }
    }
}

/// What is built, brought or kept by tools is nobody's writing.
fn is_ours(folder: &str) -> bool {
    !folder.starts_with('.') && !["target", "target-wasm", "node_modules", "demo-data", "gen"].contains(&folder)
}

fn read(path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
    let below = path.strip_prefix(root()).expect("every file was found below the root");
    Source {
        path: below.to_string_lossy().replace('\\', "/"),
        text,
    }
}
