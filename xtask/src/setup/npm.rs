//! npm packages: Node 22 for the browser tests, wasm-opt for the page, the drivers of Chromium.
//! It does not touch a Node that the machine has; it uses that one only to bring the right one.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::debian;
use crate::programs::{find, run, say};
use crate::tree;

/// Installs what the lock file names, unless the very same lock file was installed before.
pub fn install() -> Result<()> {
    let folder = tree::npm();
    let lock_path = folder.join("package-lock.json");
    let wanted = fs::read(&lock_path).with_context(|| format!("cannot read {}", lock_path.display()))?;
    // A copy of the lock file, written last, tells a finished installation from one that was cut.
    let installed = folder.join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    if find("npm").is_none() {
        debian::install(&["npm"])?;
    }
    say("installing npm packages (Node 22, wasm-opt, playwright-core, axe), which takes a minute the first time");
    // The installed Node is only the one that brings the right one, so its age is not worth a warning.
    let mut npm = Command::new("npm");
    run(npm
        .current_dir(&folder)
        .args(["ci", "--loglevel=error", "--no-audit", "--no-fund"])
        // Standard output belongs to lines that programs read.
        .stdout(Stdio::null()))?;
    fs::write(&installed, wanted).with_context(|| format!("cannot write {}", installed.display()))
}
