//! The demo's running programs: started, waited for until they say they are ready, and ended together.
//! It does not know what they are, and does not start one again that died: a person should see that.

use std::fs::File;
use std::io::{BufRead, BufReader, Write, copy};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::programs::{cannot_start, say};

/// Often enough that Ctrl-C feels at once, seldom enough to cost nothing.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Programs that end when this is dropped, in whatever way that comes about.
#[derive(Default)]
pub struct Processes(Vec<Process>);

/// What it means when a program ends by itself.
pub enum End {
    /// Nothing works without it.
    Fatal,
    /// A person may have killed it to see what happens: the rest goes on, and this is how to go on with it.
    Told(String),
    /// The person has had enough.
    Enough,
}

struct Process {
    name: String,
    child: Child,
    end: End,
}

impl Processes {
    /// Starts a program and returns its process id, and what `recognise` made of the first line it took for the sign
    /// of readiness. What the program prints goes to `log`.
    pub fn start<T>(
        &mut self,
        name: &str,
        command: &mut Command,
        log: &Path,
        end: End,
        recognise: impl Fn(&str) -> Option<T>,
    ) -> Result<(u32, T)> {
        let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file.try_clone()?);
        let mut child = command.spawn().with_context(|| cannot_start(command))?;
        let printed = BufReader::new(child.stdout.take().expect("standard output was asked for just above"));
        let pid = child.id();
        self.0.push(Process {
            name: name.to_owned(),
            child,
            end,
        });
        let sign = first_sign(printed, file, recognise)?
            .with_context(|| format!("{name} ended before it was ready: {} says why", log.display()))?;
        Ok((pid, sign))
    }

    /// Starts a program that a person works with: it shows itself, and what it prints goes where ours goes.
    pub fn show(&mut self, name: &str, command: &mut Command, end: End) -> Result<()> {
        let child = command.stdin(Stdio::null()).spawn();
        self.0.push(Process {
            name: name.to_owned(),
            child: child.with_context(|| cannot_start(command))?,
            end,
        });
        Ok(())
    }

    /// Ends the program with this process id, if it still runs.
    pub fn end(&mut self, pid: u32) {
        if let Some(at) = self.0.iter().position(|process| process.child.id() == pid) {
            self.0.remove(at).ends_now();
        }
    }

    /// Waits for Ctrl-C, or for the end of a program that is the end of all.
    pub fn wait(mut self, signals: &mut Signals) -> Result<()> {
        while signals.pending().next().is_none() {
            let ended = self.next_ended()?;
            match ended {
                None => thread::sleep(LOOK_EVERY),
                Some((process, status)) => match process.end {
                    End::Fatal => bail!("{} ended by itself with {status}", process.name),
                    End::Told(how) => say(&format!("{} ended with {status}; {how}", process.name)),
                    End::Enough => break,
                },
            }
        }
        Ok(())
    }

    fn next_ended(&mut self) -> Result<Option<(Process, ExitStatus)>> {
        for at in 0..self.0.len() {
            if let Some(status) = self.0[at].child.try_wait()? {
                return Ok(Some((self.0.remove(at), status)));
            }
        }
        Ok(None)
    }
}

impl Process {
    /// A hard end is fair: every program here promises to lose nothing by it. One that is gone already cannot be
    /// ended, and need not be.
    fn ends_now(mut self) {
        if self.child.kill().is_ok() && self.child.wait().is_err() {
            eprintln!("xtask: cannot see the end of {}", self.name);
        }
    }
}

/// Ctrl-C and its kin, heard from now on: nothing that was started is left behind by them.
pub fn told_to_end() -> Result<Signals> {
    Ok(Signals::new([SIGINT, SIGTERM])?)
}

impl Drop for Processes {
    fn drop(&mut self) {
        // The last one first, so that no client sees its server go.
        while let Some(process) = self.0.pop() {
            process.ends_now();
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
    use super::{End, Processes, told_to_end};
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
        let mut server = Command::new("sh");
        server.args(["-c", script]);
        let (_, found) = processes.start("the server", &mut server, &log, End::Fatal, port)?;
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
            .start("the server", &mut broken, &log, End::Fatal, port)
            .expect_err("it never listens");
        assert!(
            failure.to_string().contains("the server ended before it was ready"),
            "{failure}"
        );
        assert_eq!(fs::read_to_string(&log)?, "no such flag\n");
        Ok(())
    }

    #[test]
    fn a_server_that_dies_ends_the_demo_and_is_named() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut processes = Processes::default();
        let script = "echo listening on 1; exit 7";
        let log = folder.path().join("server.log");
        let mut server = Command::new("sh");
        processes.start("the server", server.args(["-c", script]), &log, End::Fatal, port)?;
        let failure = processes.wait(&mut told_to_end()?).expect_err("a program died");
        assert_eq!(failure.to_string(), "the server ended by itself with exit status: 7");
        Ok(())
    }

    #[test]
    fn a_client_that_is_killed_is_told_and_the_rest_goes_on() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut processes = Processes::default();
        let log = folder.path().join("a.log");
        let mut client = Command::new("sh");
        let told = End::Told("start it again".to_owned());
        let (pid, _) = processes.start(
            "a",
            client.args(["-c", "echo listening on 1; sleep 600"]),
            &log,
            told,
            port,
        )?;
        assert!(
            Command::new("kill")
                .args(["-KILL", &pid.to_string()])
                .status()?
                .success()
        );
        // What ends the demo comes after the client's end, and is seen after it.
        processes.show("the window", &mut Command::new("true"), End::Enough)?;
        processes.wait(&mut told_to_end()?)
    }
}
