//! Calling other programs: the clean environment they get, and the sentence a person reads when one fails.
//! It does not decide which program is called, nor keep one running.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::tree;

/// Says what is being done. On standard error, because standard output belongs to lines that programs read.
pub fn say(what: &str) {
    eprintln!("xtask: {what}");
}

/// Runs a program to its end, its output going where ours goes.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("`{}` ended with {status}", words(command));
    }
    Ok(())
}

/// Runs a program and returns what it printed, without the last line break.
pub fn ask(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| cannot_start(command))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` ended with {}: {}", words(command), output.status, why.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// Cargo, called at the root as if by hand. `cargo run` tells us about our own package in the environment; build
/// scripts that watch those variables would otherwise build again at each change between us and a person's shell.
pub fn cargo() -> Command {
    cargo_at(Path::new("cargo"))
}

/// A program of the tests that opens encrypted files, to be given what it asks for.
pub fn examiner(name: &str) -> Command {
    let mut examiner = cargo();
    examiner.args(["run", "--quiet", "--package", "feltbog-tests", "--example", name, "--"]);
    examiner
}

/// Another cargo than the one on the search path, called in the same way.
pub fn cargo_at(program: &Path) -> Command {
    let mut cargo = Command::new(program);
    cargo.current_dir(tree::root());
    for (name, _) in env::vars_os() {
        if is_about_our_own_package(&name.to_string_lossy()) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Where a program lies on the search path, if it does.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

/// The command as a person would type it.
pub fn words(command: &Command) -> String {
    let program = command.get_program();
    let all: Vec<_> = std::iter::once(program)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect();
    all.join(" ")
}

/// The sentence for a program that could not even be started.
pub fn cannot_start(command: &Command) -> String {
    format!(
        "cannot start `{}`: is it installed? `cargo xtask setup` installs what is missing",
        words(command)
    )
}

fn is_about_our_own_package(variable: &str) -> bool {
    const OURS: [&str; 4] = ["CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_BIN_", "CARGO_CRATE_"];
    OURS.iter().any(|start| variable.starts_with(start)) || variable == "CARGO" || variable == "OUT_DIR"
}

#[cfg(test)]
mod tests {
    use super::{ask, find, is_about_our_own_package, run, words};
    use std::process::Command;

    #[test]
    fn a_failing_program_is_named_with_its_arguments() {
        let failure = run(Command::new("sh").args(["-c", "exit 3"])).expect_err("the program fails");
        assert_eq!(failure.to_string(), "`sh -c exit 3` ended with exit status: 3");
    }

    #[test]
    fn a_missing_program_tells_how_to_get_it() {
        let failure = ask(&mut Command::new("no-such-program-here")).expect_err("there is no such program");
        assert!(failure.to_string().contains("cargo xtask setup"), "{failure}");
        assert!(find("no-such-program-here").is_none());
    }

    #[test]
    fn a_command_reads_as_typed() {
        assert_eq!(
            words(Command::new("cargo").args(["build", "-p", "feltbog"])),
            "cargo build -p feltbog"
        );
    }

    #[test]
    fn only_what_cargo_said_about_xtask_is_forgotten() {
        assert!(is_about_our_own_package("CARGO_PKG_NAME"));
        assert!(!is_about_our_own_package("CARGO_TARGET_DIR"));
        assert!(!is_about_our_own_package("CARGO_HOME"));
    }
}
