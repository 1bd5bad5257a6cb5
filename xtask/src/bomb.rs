//! Writes the two files automerge must never be given unchecked, for whoever wants to throw them at a server or a device.
//! It makes them with the casebook's own test generator and opens neither.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

#[path = "../../crates/casebook/tests/bomb/mod.rs"]
mod generator;

/// Writes `inflating.automerge` and `runs.automerge` into `dir`, or into target/bombs.
pub fn write(dir: Option<PathBuf>) -> Result<()> {
    let dir = dir.unwrap_or_else(|| Path::new("target").join("bombs"));
    fs::create_dir_all(&dir).with_context(|| format!("make the folder {}", dir.display()))?;
    let bombs = [
        (
            "inflating.automerge",
            generator::inflating(generator::PIECES),
            "inflates to",
            generator::PIECES * generator::PIECE,
        ),
        (
            "runs.automerge",
            generator::runs(),
            "stands for this many operations:",
            generator::RUNS as u64,
        ),
    ];
    for (name, bytes, what, much) in bombs {
        let path = dir.join(name);
        fs::write(&path, &bytes).with_context(|| format!("write {}", path.display()))?;
        println!("{}: {} bytes, {what} {much}", path.display(), bytes.len());
    }
    Ok(())
}
