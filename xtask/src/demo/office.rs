//! The demo's server: set up, filled with the town and with real data where there is some, and started.
//! It does not say what a town holds (demo/feltby.toml does), nor judge what an import refuses.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
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
        let office = Self { data: folder.server() };
        say("filling the town");
        ask(office.command().args(["migrate", "--invented-people", "true"]))?;
        ask(office
            .command()
            .args(["admin", "apply"])
            .arg(tree::root().join("demo/feltby.toml")))?;
        office.import_reports(folder)?;
        Ok(office)
    }

    /// Starts it where it listened before, since its clients remember the address, and returns that address.
    pub fn start(&self, folder: &Folder, processes: &mut Processes) -> Result<String> {
        let listens = match folder.recall::<Listens>("listens")? {
            Some(listens) => listens,
            None => Listens { port: port::free()? },
        };
        folder.remember("listens", &listens)?;
        let mut serve = self.command();
        serve.args(["serve", "--listen", &format!("127.0.0.1:{}", listens.port)]);
        let recognise = |line: &str| line.strip_prefix("listening ").map(str::to_owned);
        let (_, address) = processes
            .start("the server", &mut serve, &folder.log("server"), End::Fatal, recognise)
            .with_context(|| {
                format!(
                    "port {} may be taken: end what listens there, or start afresh with --reset",
                    listens.port
                )
            })?;
        Ok(address)
    }

    /// A token with which this person signs in on one device.
    pub fn token(&self, user: &str) -> Result<String> {
        ask(self.command().args(["admin", "device", "add", "--user", user]))
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
        let mut import = self.command();
        import
            .args(["import", "csv"])
            .arg(&file)
            .arg("--mapping")
            .arg(tree::root().join("docs/import/boston311.toml"));
        let output = import.output().with_context(|| programs::cannot_start(&import))?;
        if !output.status.success() && output.status.code() != Some(SOME_REFUSED) {
            let why = String::from_utf8_lossy(&output.stderr);
            bail!("`{}` ended with {}: {}", words(&import), output.status, why.trim());
        }
        fs::write(&mark, output.stdout).with_context(|| format!("cannot write {}", mark.display()))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(tree::program("feltbog-server"));
        command.arg("--data").arg(&self.data);
        command
    }
}
