//! Breaks the code on purpose, one line at a time, in a copy of the tree, and holds that the simulation notices.
//! It never touches the tree itself; which lines are broken is said in tests/mutants/*.toml.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::programs::{ask, cargo, run, say};
use crate::test::Tally;
use crate::tree;

/// Days a mutant gets: each of them shows itself within a few.
const SEEDS: &str = "40";

/// One line to break.
struct Mutant {
    name: String,
    file: String,
    find: String,
    replace: String,
    why: String,
}

/// Runs all of them and counts those that were caught and those that live. Each counts as one test.
pub fn run_all() -> Result<Tally> {
    let folder = tree::target().join("mutants/tree");
    copy_tree(&folder)?;
    say("mutants: the code as it is must live");
    ensure!(
        lives(&folder)?,
        "the simulation fails without any mutant: mend that first"
    );
    let mut tally = Tally::default();
    for mutant in read_all()? {
        let start = Instant::now();
        let caught = mutant.is_caught(&folder)?;
        let verdict = if caught { "caught" } else { "SURVIVED" };
        println!(
            "  {}: {verdict}, {} s ({})",
            mutant.name,
            start.elapsed().as_secs(),
            mutant.why
        );
        *(if caught { &mut tally.passed } else { &mut tally.failed }) += 1;
    }
    Ok(tally)
}

/// One of them, by the name of its file. It fails when the mutant lives.
pub fn run_one(name: &str) -> Result<()> {
    let mutant = Mutant::read(&tree::root().join(format!("tests/mutants/{name}.toml")))?;
    let folder = tree::target().join("mutants/tree");
    copy_tree(&folder)?;
    ensure!(mutant.is_caught(&folder)?, "the mutant {name} lives: {}", mutant.why);
    println!("{name}: caught ({})", mutant.why);
    Ok(())
}

impl Mutant {
    fn read(path: &Path) -> Result<Self> {
        let words: toml::Table = fs::read_to_string(path)?
            .parse()
            .with_context(|| format!("in {}", path.display()))?;
        let word = |key: &str| {
            let word = words.get(key).and_then(toml::Value::as_str);
            word.map(str::to_owned)
                .with_context(|| format!("{} has no `{key}`", path.display()))
        };
        Ok(Self {
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            file: word("file")?,
            find: word("find")?,
            replace: word("replace")?,
            why: word("why")?,
        })
    }

    /// Breaks the line, runs the simulation, and mends it whatever came out.
    fn is_caught(&self, folder: &Path) -> Result<bool> {
        let path = folder.join(&self.file);
        let whole = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let found = whole.matches(&self.find).count();
        ensure!(
            found == 1,
            "mutant {} finds its line {found} times in {}",
            self.name,
            self.file
        );
        say(&format!("mutants: {}", self.name));
        fs::write(&path, whole.replace(&self.find, &self.replace))?;
        let outcome = lives(folder);
        fs::write(&path, whole)?;
        Ok(!outcome?)
    }
}

fn read_all() -> Result<Vec<Mutant>> {
    let entries = fs::read_dir(tree::root().join("tests/mutants"))?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.sort();
    paths.iter().map(|path| Mutant::read(path)).collect()
}

/// Whether the simulation passes. What does not even build is no answer, and an error.
fn lives(folder: &Path) -> Result<bool> {
    run(simulation(folder).arg("--no-run")).context("a mutant must build, or nothing was tried")?;
    let mut program = simulation(folder);
    program
        .env("FELTBOG_SEEDS", SEEDS)
        .env("FELTBOG_FIRST", "1")
        .env_remove("FELTBOG_SEED")
        .stdin(Stdio::null());
    let output = program.output().context("cannot start cargo")?;
    match output.status.code() {
        Some(0) => Ok(true),
        // Cargo's own word for tests that failed.
        Some(101) => Ok(false),
        _ => bail!("the simulation ended with {}", output.status),
    }
}

fn simulation(folder: &Path) -> Command {
    let mut cargo = cargo();
    cargo
        .current_dir(folder)
        // A target folder of its own: cargo takes two trees that differ in their place alone for one, and what was built
        // from broken code must never be taken for this tree's.
        .env("CARGO_TARGET_DIR", tree::target().join("mutants/target"));
    cargo.args(["test", "--quiet", "--package", "feltbog-tests", "--test", "simulation"]);
    cargo
}

/// Copies what belongs to the repository, as it lies on the disk. A file that is there already and alike is left alone,
/// so that cargo builds again only what changed.
fn copy_tree(folder: &Path) -> Result<()> {
    let mut git = Command::new("git");
    git.current_dir(tree::root())
        .args(["ls-files", "--cached", "--others", "--exclude-standard"]);
    let list = ask(&mut git)?;
    let wanted: BTreeSet<_> = list.lines().filter(|name| tree::root().join(name).is_file()).collect();
    for name in &wanted {
        let (from, to) = (tree::root().join(name), folder.join(name));
        let bytes = fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
        if fs::read(&to).is_ok_and(|there| there == bytes) {
            continue;
        }
        fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
        fs::write(&to, bytes)?;
    }
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry?;
        let name = entry.path().strip_prefix(folder)?.to_string_lossy().into_owned();
        if entry.file_type().is_file() && name != "Cargo.lock" && !wanted.contains(name.as_str()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
