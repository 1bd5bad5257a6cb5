//! Runs one test program: everything it prints goes on to the person at once, and its summary lines are counted.
//! It does not know which program it runs.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::tally::Tally;
use crate::programs::{cannot_start, words};

/// Runs it without standard input and adds what its summaries say to `tally`. An error when it did not end well.
pub fn count(command: &mut Command, tally: &mut Tally) -> Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut running = command.spawn().with_context(|| cannot_start(command))?;
    let mut printed = BufReader::new(running.stdout.take().expect("standard output was asked for just above"));
    let mut line = Vec::new();
    // Read as bytes, since a test may print what is no UTF-8. Passed on by `print!`, which our own tests catch:
    // the summary they make up must not be counted by the run they are part of.
    while printed.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        print!("{text}");
        tally.read(&text);
        line.clear();
    }
    let status = running.wait()?;
    if !status.success() {
        bail!("`{}` ended with {status}", words(command));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Tally, count};
    use std::process::Command;

    #[test]
    fn a_runner_that_fails_is_counted_to_its_end() {
        let mut tally = Tally::default();
        let script = "echo 'test result: FAILED. 2 passed; 1 failed; 0 ignored;'; exit 101";
        let outcome = count(Command::new("sh").args(["-c", script]), &mut tally);
        assert!(outcome.is_err());
        assert_eq!((tally.passed, tally.failed), (2, 1));
    }
}
