//! Tells whether anything the page is made of has changed since it was made, by its content and not its times:
//! a checkout makes every file new without changing a word. It does not know how the page is made.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

/// What the page is made of, and what makes it.
const INPUTS: &[&str] = &[
    "ui",
    "crates/ids",
    "crates/views",
    "xtask/src/page",
    "Cargo.toml",
    "Cargo.lock",
];

/// SHA-256 over names and contents of all inputs, in hexadecimal.
#[derive(PartialEq, Eq, Debug)]
pub struct Stamp(String);

impl Stamp {
    /// The stamp of the inputs under `root` as they are now. A page made without wasm-opt is another page.
    pub fn of_inputs(root: &Path, shrunk: bool) -> Result<Self> {
        let mut hash = Sha256::new();
        hash.update([u8::from(shrunk)]);
        for file in INPUTS
            .iter()
            .flat_map(|input| WalkDir::new(root.join(input)).sort_by_file_name())
        {
            let file = file.context("cannot read what the page is made of")?;
            if file.file_type().is_file() {
                let content =
                    fs::read(file.path()).with_context(|| format!("cannot read {}", file.path().display()))?;
                hash.update(file.path().strip_prefix(root)?.to_string_lossy().as_bytes());
                hash.update(Sha256::digest(content));
            }
        }
        Ok(Self(hex::encode(hash.finalize())))
    }

    /// Whether the page in that folder was made of just these inputs.
    pub fn is_on(&self, page: &Path) -> bool {
        page.is_dir() && fs::read_to_string(beside(page)).is_ok_and(|stamp| stamp == self.0)
    }

    /// Remembers what the page in that folder was made of.
    pub fn put_on(&self, page: &Path) -> Result<()> {
        fs::write(beside(page), &self.0).with_context(|| format!("cannot write {}", beside(page).display()))
    }
}

/// Beside the page and not in it, since everything in it is served and weighed.
fn beside(page: &Path) -> PathBuf {
    page.with_extension("stamp")
}

#[cfg(test)]
mod tests {
    use super::{INPUTS, Stamp};
    use std::fs;

    #[test]
    fn a_changed_word_makes_the_page_anew_and_a_new_date_does_not() -> anyhow::Result<()> {
        let root = tempfile::tempdir()?;
        for folder in INPUTS {
            fs::create_dir_all(root.path().join(folder))?;
        }
        let page = root.path().join("page");
        let source = root.path().join("ui/main.rs");
        fs::create_dir(&page)?;
        fs::write(&source, "fn main() {}")?;
        Stamp::of_inputs(root.path(), true)?.put_on(&page)?;

        fs::write(&source, "fn main() {}")?;
        assert!(Stamp::of_inputs(root.path(), true)?.is_on(&page));
        assert!(!Stamp::of_inputs(root.path(), false)?.is_on(&page));
        fs::write(&source, "fn main() { start() }")?;
        assert!(!Stamp::of_inputs(root.path(), true)?.is_on(&page));
        Ok(())
    }
}
