//! Runs every test of the repository in order, stops at the first group that fails, and ends with one sum.
//! It holds no test itself, and judges none: each runner's own summary does.

mod runner;
mod tally;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;

use crate::programs::{ask, cargo, find, run as run_program, say};
use crate::{mutants, page, setup, torture, tree, window};
use runner::count;
pub use tally::Tally;

/// A part of the tests that can be run alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Group {
    /// The common layout and clippy's lints, without a warning.
    Lints,
    /// Everything without a screen: rules, stories, simulation, the server and the client.
    Rust,
    /// The page's components, drawn without a browser.
    Ui,
    /// The real programs, killed at random instants.
    Torture,
    /// Broken lines, each of which the simulation must notice.
    Mutants,
    /// The page in Chromium.
    Browser,
    /// The window under Xvfb.
    Window,
}

/// In the order of what speaks up soonest.
const ORDER: [Group; 7] = [
    Group::Lints,
    Group::Rust,
    Group::Ui,
    Group::Torture,
    Group::Browser,
    Group::Window,
    Group::Mutants,
];

/// What the build from scratch and all groups leave on the disk, in gigabytes.
const ROOM: u64 = 8;

/// The programs that browser and window tests start.
pub const SERVED: [&str; 4] = ["--package", "feltbog-server", "--package", "feltbog-preview"];

/// Runs all groups, or the one asked for.
pub fn run(only: Option<Group>) -> Result<()> {
    if only.is_none() {
        ensure_room()?;
    }
    setup::prepare(reach(only))?;
    page::build()?;
    let mut lines = Vec::new();
    let mut sum = Tally::default();
    for group in ORDER.into_iter().filter(|group| only.is_none_or(|only| only == *group)) {
        say(&format!("tests: {group}"));
        let start = Instant::now();
        let mut tally = Tally::default();
        let outcome = group.run(&mut tally);
        lines.push(line(group, &tally, &outcome, start.elapsed()));
        sum.add(tally);
        if outcome.is_err() {
            break;
        }
    }
    println!();
    lines.iter().for_each(|line| println!("{line}"));
    println!("{sum}");
    if sum.failed > 0 {
        bail!("not everything passed: the first failing group is the last one listed");
    }
    Ok(())
}

/// A linker that finds the disk full says so in a thousand words.
fn ensure_room() -> Result<()> {
    if tree::program("feltbog-server").exists() {
        // Most of it lies there already.
        return Ok(());
    }
    // This program lies there, so that the folder exists.
    let said = ask(Command::new("df")
        .args(["--output=avail", "--block-size=G"])
        .arg(tree::target()))?;
    let free = free_gigabytes(&said).with_context(|| format!("`df` said: {said}"))?;
    ensure!(
        free >= ROOM,
        "all tests take some {ROOM} GB of disk, and {free} GB are free here: make room, or let CARGO_TARGET_DIR name another disk"
    );
    Ok(())
}

fn free_gigabytes(said: &str) -> Option<u64> {
    said.lines().last()?.trim().strip_suffix('G')?.parse().ok()
}

impl Group {
    fn run(self, tally: &mut Tally) -> Result<()> {
        let outcome = match self {
            Self::Lints => lints(tally),
            Self::Rust => count(cargo().args(["test", "--no-fail-fast"]), tally),
            Self::Ui => count(cargo().args(["test", "--package", "feltbog-ui"]), tally),
            Self::Torture => tortured(tally),
            Self::Mutants => mutated(tally),
            Self::Browser => browser(tally),
            Self::Window => window(tally),
        };
        if outcome.is_err() && tally.failed == 0 {
            // What did not even build or start has no test to count, and must not look like a success.
            tally.failed = 1;
        }
        outcome
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lints => "lints",
            Self::Rust => "rust",
            Self::Ui => "ui",
            Self::Torture => "torture",
            Self::Mutants => "mutants",
            Self::Browser => "browser",
            Self::Window => "window",
        })
    }
}

fn reach(only: Option<Group>) -> setup::Reach {
    match only {
        Some(Group::Lints | Group::Rust | Group::Ui | Group::Torture | Group::Mutants) => setup::Reach::Headless,
        Some(Group::Browser | Group::Window) | None => setup::Reach::Everything,
    }
}

/// A few rounds of what `cargo xtask torture` does at length.
fn tortured(tally: &mut Tally) -> Result<()> {
    let held = torture::hold_all(&torture::Wishes::short())?;
    tally.add(held);
    ensure!(held.failed == 0, "something was lost, or was not tried");
    Ok(())
}

fn mutated(tally: &mut Tally) -> Result<()> {
    let caught = mutants::run_all()?;
    tally.add(caught);
    ensure!(
        caught.failed == 0,
        "a mutant lives: the simulation does not guard its line"
    );
    Ok(())
}

/// Layout and lints, each counted as one test. Where a toolchain came without one of the two, that is said and not held
/// against the code.
fn lints(tally: &mut Tally) -> Result<()> {
    // The window is left out: checking WebKit's bindings alone takes minutes.
    let lints = [
        "clippy",
        "--quiet",
        "--workspace",
        "--exclude",
        window::PROGRAM,
        "--all-targets",
    ];
    for (tool, arguments) in [
        ("cargo-fmt", vec!["fmt", "--check"]),
        ("cargo-clippy", [&lints[..], &["--", "--deny", "warnings"]].concat()),
    ] {
        if find(tool).is_none() {
            say(&format!("{tool} is not installed: `rustup component add` brings it"));
            continue;
        }
        run_program(cargo().args(arguments))?;
        tally.passed += 1;
    }
    Ok(())
}

/// The stories in Chromium: tests/browser/*.test.mjs.
fn browser(tally: &mut Tally) -> Result<()> {
    let scripts = scripts(&tree::npm())?;
    if scripts.is_empty() {
        return Ok(());
    }
    count(cargo().arg("build").args(SERVED), tally)?;
    count(node(&mut Command::new(tree::npm_program("node")), &scripts), tally)
}

/// The stories in the real window, on a screen that nobody sees: tests/browser/window/*.test.mjs. The window is
/// built even while there is no script, because a window that does not build is a failure too.
fn window(tally: &mut Tally) -> Result<()> {
    count(cargo().args(["build", "--package", window::PROGRAM]), tally)?;
    let scripts = scripts(&tree::npm().join("window"))?;
    if scripts.is_empty() {
        return Ok(());
    }
    count(cargo().arg("build").args(SERVED), tally)?;
    let mut screen = Command::new("xvfb-run");
    screen
        .args(["--auto-servernum", "--server-args=-screen 0 1440x900x24"])
        .arg(tree::npm_program("node"));
    count(node(&mut screen, &scripts), tally)
}

/// Node's own test runner over the scripts, one file after the other: two browsers at once on two cores make
/// each other late.
fn node<'a>(command: &'a mut Command, scripts: &[PathBuf]) -> &'a mut Command {
    command
        .current_dir(tree::root())
        .env("FELTBOG_PROGRAMS", tree::target().join("debug"));
    command
        .args(["--test", "--test-reporter=spec", "--test-concurrency=1"])
        .args(scripts)
}

fn scripts(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut scripts = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            if path.to_string_lossy().ends_with(".test.mjs") {
                scripts.push(path);
            }
        }
    }
    scripts.sort();
    Ok(scripts)
}

fn line(group: Group, tally: &Tally, outcome: &Result<()>, took: Duration) -> String {
    let seconds = took.as_secs();
    let verdict = match outcome {
        Ok(()) if tally.passed == 0 => "no test there yet".to_owned(),
        Ok(()) => "good".to_owned(),
        Err(failure) => format!("failed: {failure:#}"),
    };
    format!(
        "  {group}: {tally}, {} min {:02} s, {verdict}",
        seconds / 60,
        seconds % 60
    )
}

#[cfg(test)]
mod tests {
    use super::free_gigabytes;

    #[test]
    fn the_free_disk_is_read_from_what_df_says() {
        assert_eq!(free_gigabytes("Avail\n  46G"), Some(46));
        assert_eq!(free_gigabytes("df: no such file"), None);
    }
}
