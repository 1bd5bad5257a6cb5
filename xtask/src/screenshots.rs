//! Photographs of every screen, made by tests/browser/screenshots.mjs in Chromium. It judges none: people do.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::programs::{cargo, run, say};
use crate::{page, setup, test, tree};

/// Makes them in `dir`, or in target/screenshots.
pub fn take(dir: Option<PathBuf>) -> Result<()> {
    setup::prepare(setup::Reach::Everything)?;
    page::build()?;
    run(cargo().arg("build").args(test::SERVED))?;
    let dir = match dir {
        Some(dir) => std::path::absolute(dir)?,
        None => tree::target().join("screenshots"),
    };
    let mut node = Command::new(tree::npm_program("node"));
    node.current_dir(tree::root())
        .env("FELTBOG_PROGRAMS", tree::target().join("debug"))
        .arg(tree::npm().join("screenshots.mjs"))
        .arg(&dir);
    run(&mut node)?;
    say(&format!("the screenshots lie in {}", dir.display()));
    Ok(())
}
