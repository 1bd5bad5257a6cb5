//! The demo's server: set up, filled with the town and with real data where there is some, and started.
//! It does not say what a town holds (demo/feltby.toml does), nor judge what an import refuses.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::folder::Folder;
use super::port;
use super::processes::{End, Processes};
use crate::programs::{self, ask, say, words};
use crate::tree;

/// The exit code of an import that refused some rows and took the others.
const SOME_REFUSED: i32 = 1;

/// The server of a demo, before and while it runs.
pub struct Office {
    data: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Listens {
    port: u16,
}

impl Office {
    /// Sets the server up, or brings an earlier one up to date: units and people, cases, the visits of today and
    /// tomorrow, and Boston's reports in *Importprøve* where they are found.
    pub fn set_up(folder: &Folder) -> Result<Self> {
        say("filling the town");
        let office = Self::filled(folder, &tree::root().join("demo/feltby.toml"))?;
        office.import_reports(folder)?;
        Ok(office)
    }

    /// The same with what one organisation file says and nothing else.
    pub fn filled(folder: &Folder, town: &Path) -> Result<Self> {
        let office = Self { data: folder.server() };
        ask(office.command().args(["migrate", "--invented-people", "true"]))?;
        ask(office.command().args(["admin", "apply"]).arg(town))?;
        Ok(office)
    }

    /// Starts it where it listened before, since its clients remember the address, and returns that address.
    pub fn start(&self, folder: &Folder, processes: &mut Processes) -> Result<String> {
        let listens = match folder.recall::<Listens>("listens")? {
            Some(listens) => listens,
            None => Listens { port: port::free()? },
        };
        folder.remember("listens", &listens)?;
        let (_, address) = self.start_on(listens.port, folder, processes).with_context(|| {
            format!(
                "port {} may be taken: end what listens there, or start afresh with --reset",
                listens.port
            )
        })?;
        Ok(address)
    }

    /// Starts it on this port, or on a free one for 0, and returns its process id and address.
    pub fn start_on(&self, port: u16, folder: &Folder, processes: &mut Processes) -> Result<(u32, String)> {
        let mut serve = self.command();
        serve.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
        let recognise = |line: &str| line.strip_prefix("listening ").map(str::to_owned);
        processes.start("the server", &mut serve, &folder.log("server"), End::Fatal, recognise)
    }

    /// A token with which this person signs in on one device.
    pub fn token(&self, user: &str) -> Result<String> {
        ask(self.command().args(["admin", "device", "add", "--user", user]))
    }

    /// Begins to compact everything its log holds. Returns once that is under way.
    pub fn compacts(&self) -> Result<Child> {
        let mut compact = self.command();
        compact.args(["admin", "compact", "--all"]);
        let compacting = compact
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = compacting.spawn().with_context(|| programs::cannot_start(&compact))?;
        let mut first = String::new();
        if let Some(out) = child.stdout.as_mut() {
            BufReader::new(out).read_line(&mut first)?;
        }
        ensure!(first.trim_end() == "compacting", "`{}` said: {first}", words(&compact));
        Ok(child)
    }

    /// Where it keeps its database.
    pub fn data(&self) -> &PathBuf {
        &self.data
    }

    fn import_reports(&self, folder: &Folder) -> Result<()> {
        let file = tree::root().join("../shared/data/street/boston311.csv");
        let mark = folder.mark("reports-imported");
        if !file.exists() || mark.exists() {
            return Ok(());
        }
        say("importing 5,296 street reports into Importprøve, which takes half a minute");
        let report = self.import(&file, &tree::root().join("docs/import/boston311.toml"))?;
        fs::write(&mark, report).with_context(|| format!("cannot write {}", mark.display()))
    }

    /// Imports a file of rows by a mapping, and returns the importer's report.
    pub fn import(&self, file: &Path, mapping: &Path) -> Result<Vec<u8>> {
        let mut import = self.command();
        import.args(["import", "csv"]).arg(file).arg("--mapping").arg(mapping);
        let output = import.output().with_context(|| programs::cannot_start(&import))?;
        if !output.status.success() && output.status.code() != Some(SOME_REFUSED) {
            let why = String::from_utf8_lossy(&output.stderr);
            bail!("`{}` ended with {}: {}", words(&import), output.status, why.trim());
        }
        Ok(output.stdout)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(tree::program("feltbog-server"));
        command.arg("--data").arg(&self.data);
        command
    }
}
