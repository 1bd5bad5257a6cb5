//! Writes the files automerge must never be given unchecked, for whoever wants to throw them at a server or a device.
//! It makes them with the casebook's own test generator and opens neither.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

#[path = "../../crates/casebook/tests/bomb/mod.rs"]
mod generator;
#[path = "../../crates/casebook/tests/bomb/relatives.rs"]
mod relatives;

/// Writes `inflating.automerge`, `runs.automerge` and all their relatives into `dir`, or into target/bombs.
pub fn write(dir: Option<PathBuf>) -> Result<()> {
    let dir = dir.unwrap_or_else(|| Path::new("target").join("bombs"));
    fs::create_dir_all(&dir).with_context(|| format!("make the folder {}", dir.display()))?;
    for (name, bytes) in relatives::all() {
        let path = dir.join(format!(
            "{}.automerge",
            name.replace([' ', ','], "-").replace("--", "-")
        ));
        fs::write(&path, &bytes).with_context(|| format!("write {}", path.display()))?;
        println!("{}: {} bytes", path.display(), bytes.len());
    }
    Ok(())
}
