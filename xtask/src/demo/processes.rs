//! The demo's running programs: started, waited for until they say they are ready, and ended together.
//! It does not know what they are, and does not start one again that died: a person should see that.

use std::fs::File;
use std::io::{BufRead, BufReader, Write, copy};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::programs::cannot_start;

/// Often enough that Ctrl-C feels at once, seldom enough to cost nothing.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Programs that end when this is dropped, in whatever way that comes about.
#[derive(Default)]
pub struct Processes(Vec<Process>);

struct Process {
    name: String,
    child: Child,
}

impl Processes {
    /// Starts a program and returns what `recognise` made of the first line it took for the sign of readiness.
    /// What the program prints goes to `log`.
    pub fn start<T>(
        &mut self,
        name: &str,
        command: &mut Command,
        log: &Path,
        recognise: impl Fn(&str) -> Option<T>,
    ) -> Result<T> {
        let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file.try_clone()?);
        let mut child = command.spawn().with_context(|| cannot_start(command))?;
        let printed = BufReader::new(child.stdout.take().expect("standard output was asked for just above"));
        self.0.push(Process {
            name: name.to_owned(),
            child,
        });
        first_sign(printed, file, recognise)?
            .with_context(|| format!("{name} ended before it was ready: {} says why", log.display()))
    }

    /// Waits for Ctrl-C, or for the first program that ends by itself, which is an error.
    pub fn wait(mut self) -> Result<()> {
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        while signals.pending().next().is_none() {
            for process in &mut self.0 {
                if let Some(status) = process.child.try_wait()? {
                    bail!("{} ended by itself with {status}", process.name);
                }
            }
            thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        // The last one first, so that no client sees its server go. A hard end is fair: every program here promises
        // to lose nothing by it. One that is gone already cannot be ended, and need not be.
        for process in self.0.iter_mut().rev() {
            if process.child.kill().is_ok() && process.child.wait().is_err() {
                eprintln!("xtask: cannot see the end of {}", process.name);
            }
        }
    }
}

/// Reads until the sign; whatever comes later is copied to the log by a thread, so that the program is never
/// stopped by a full pipe.
fn first_sign<T>(
    mut printed: BufReader<ChildStdout>,
    mut log: File,
    recognise: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>> {
    let mut line = String::new();
    while printed.read_line(&mut line)? > 0 {
        log.write_all(line.as_bytes())?;
        if let Some(sign) = recognise(line.trim_end()) {
            thread::spawn(move || copy(&mut printed, &mut log));
            return Ok(Some(sign));
        }
        line.clear();
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::Processes;
    use std::fs;
    use std::process::Command;

    fn port(line: &str) -> Option<u16> {
        line.strip_prefix("listening on ")?.parse().ok()
    }

    #[test]
    fn a_program_is_waited_for_until_it_says_where_it_listens() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let log = folder.path().join("server.log");
        let mut processes = Processes::default();
        let script = "echo migrating; echo listening on 8080; exec sleep 600";
        let found = processes.start("the server", Command::new("sh").args(["-c", script]), &log, port)?;
        assert_eq!(found, 8080);
        assert_eq!(fs::read_to_string(&log)?, "migrating\nlistening on 8080\n");
        Ok(())
    }

    #[test]
    fn a_program_that_ends_too_early_names_its_log() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let log = folder.path().join("server.log");
        let mut broken = Command::new("sh");
        broken.args(["-c", "echo no such flag >&2; exit 2"]);
        let failure = Processes::default()
            .start("the server", &mut broken, &log, port)
            .expect_err("it never listens");
        assert!(
            failure.to_string().contains("the server ended before it was ready"),
            "{failure}"
        );
        assert_eq!(fs::read_to_string(&log)?, "no such flag\n");
        Ok(())
    }

    #[test]
    fn a_program_that_dies_ends_the_demo_and_is_named() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut processes = Processes::default();
        let script = "echo listening on 1; exit 7";
        let log = folder.path().join("client.log");
        processes.start("client a", Command::new("sh").args(["-c", script]), &log, port)?;
        let failure = processes.wait().expect_err("a program died");
        assert_eq!(failure.to_string(), "client a ended by itself with exit status: 7");
        Ok(())
    }
}
