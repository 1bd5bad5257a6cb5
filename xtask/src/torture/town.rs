//! The town a torture happens in: a folder of its own, one server, and as many previews as are asked for.
//! It draws no dice: who dies, and when, is said to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::road::Road;
use crate::demo::device::{Device, Running};
use crate::demo::door::Door;
use crate::demo::folder::Folder;
use crate::demo::office::Office;
use crate::demo::people::Person;
use crate::demo::processes::Processes;

/// A device that has a server and nothing to wait for is quiet well before this.
const LONGEST_QUIET: Duration = Duration::from_secs(240);

/// Between two looks at a device.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The town.
pub struct Town {
    folder: Folder,
    office: Office,
    processes: Processes,
    server: Option<(u32, String)>,
}

/// A device of the town, and the road it has to itself.
pub struct Player {
    /// Its road to the server.
    pub road: Road,
    running: Option<Running>,
    device: Option<Device>,
    name: String,
}

impl Town {
    /// Makes the town that an organisation file describes, and starts its server.
    pub fn starts(path: &Path, organisation: &str) -> Result<Self> {
        let folder = Folder::at(path.to_owned())?;
        let paper = folder.mark("town.toml");
        fs::write(&paper, organisation).with_context(|| format!("cannot write {}", paper.display()))?;
        let office = Office::filled(&folder, &paper)?;
        let mut town = Self {
            folder,
            office,
            processes: Processes::default(),
            server: None,
        };
        town.server_starts()?;
        Ok(town)
    }

    /// Starts the server on a free port.
    pub fn server_starts(&mut self) -> Result<()> {
        self.says_nothing_of_panic("server")?;
        self.server = Some(self.office.start_on(0, &self.folder, &mut self.processes)?);
        Ok(())
    }

    /// Kills the server. Returns when it is gone.
    pub fn server_dies(&mut self) {
        if let Some((pid, _)) = self.server.take() {
            self.processes.end(pid);
        }
    }

    /// Where the server listens, while it does.
    pub fn server(&self) -> Option<&str> {
        self.server.as_ref().map(|(_, address)| address.as_str())
    }

    /// The server's own folder.
    pub fn server_data(&self) -> &PathBuf {
        self.office.data()
    }

    /// The server, for what an operator does.
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// A place in the town's folder.
    pub fn place(&self, name: &str) -> PathBuf {
        self.folder.mark(name)
    }

    /// What the server has logged since it was started.
    pub fn server_log(&self) -> Result<String> {
        Ok(fs::read_to_string(self.folder.log("server"))?)
    }

    /// Starts a new device for this person. Nobody has signed in on it yet.
    pub fn new_player(&mut self, person: &Person, name: &str) -> Result<Player> {
        let road = Road::open()?;
        road.leads_to(self.server())?;
        let mut player = Player {
            road,
            running: None,
            device: Some(Device::passing(person, name, &self.folder)?),
            name: name.to_owned(),
        };
        self.starts_again(&mut player)?;
        Ok(player)
    }

    /// Kills a device's preview. Returns when it is gone.
    pub fn dies(&mut self, player: &mut Player) {
        if let Some(running) = player.running.take() {
            self.processes.end(running.pid());
            player.road.falls_quiet();
            player.device = Some(running.into_device());
        }
    }

    /// Starts a device again. It is locked, or as new.
    pub fn starts_again(&mut self, player: &mut Player) -> Result<()> {
        self.says_nothing_of_panic(&player.name)?;
        if let Some(device) = player.device.take() {
            player.running = Some(device.start("tablet", &self.folder, &mut self.processes)?);
        }
        Ok(())
    }

    /// Signs in, or opens with the PIN.
    pub fn lets_in(&self, player: &Player) -> Result<()> {
        player.running()?.lets_in(&self.office, &player.road.address())
    }

    /// The command of a first sign-in on this device.
    pub fn first_sign_in(&self, player: &Player) -> Result<Value> {
        player.running()?.first_sign_in(&self.office, &player.road.address())
    }

    fn says_nothing_of_panic(&self, name: &str) -> Result<()> {
        let log = self.folder.log(name);
        if log.exists() {
            let said = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
            ensure!(!said.contains("panicked at"), "{name} panicked: {said}");
        }
        Ok(())
    }
}

impl Player {
    /// Where its commands go in.
    pub fn door(&self) -> Result<&Door> {
        Ok(self.running()?.door())
    }

    /// The command that opens it with its PIN.
    pub fn unlocking(&self) -> Result<Value> {
        Ok(self.running()?.unlocking())
    }

    /// The file of its notebook, and the PIN, once it was ended for good.
    pub fn file(&self) -> Result<(PathBuf, &str)> {
        let device = self.device.as_ref().context("its preview still runs")?;
        Ok((device.data().join("replica.db"), device.pin()))
    }

    /// Fetches once more, and waits until all is sent and fetched. The server must be up.
    pub fn comes_to_rest(&self) -> Result<()> {
        let door = self.door()?;
        let before = door.asks(&json!({"do": "status"}))?["chip"]["pulled"].clone();
        let (start, mut asked) = (Instant::now(), None::<Instant>);
        while start.elapsed() < LONGEST_QUIET {
            let chip = door.asks(&json!({"do": "status"}))?["chip"].clone();
            if chip["state"] == "all_done" && chip["pulled"]["at"] != before["at"] {
                return Ok(());
            }
            // A courier that rests after failures goes at once when a person asks.
            if asked.is_none_or(|asked| asked.elapsed() > Duration::from_secs(1)) {
                door.asks(&json!({"do": "send_now"}))?;
                asked = Some(Instant::now());
            }
            std::thread::sleep(LOOK_EVERY);
        }
        let page = door.asks(&json!({"do": "sync_page"}))?;
        let parked = page["parked"].as_array().map_or(0, Vec::len);
        bail!(
            "{} never comes to rest: {}, {} of its words are parked",
            self.name,
            page["chip"],
            parked
        )
    }

    fn running(&self) -> Result<&Running> {
        self.running.as_ref().context("its preview does not run")
    }
}

/// An invented person of the town.
pub fn person(user: &str) -> Person {
    Person {
        user: user.to_owned(),
        password: format!("prøve-{user}-1"),
        roles: Vec::new(),
    }
}

/// The organisation file of a unit with so many cases, and these people working in it.
pub fn organisation(users: &[&str], cases: usize) -> String {
    let mut words = "name = \"torturby\"\ninvented = true\n\n[[unit]]\nkey = \"hold\"\nname = \"Holdet\"\n".to_owned();
    for user in users {
        let password = person(user).password;
        words.push_str(&format!(
            "\n[[person]]\nuser = \"{user}\"\nname = \"{user}\"\npassword = \"{password}\"\nroles = [\"worker@hold\"]\n"
        ));
    }
    for number in 1..=cases {
        words.push_str(&format!(
            "\n[[case]]\nkey = \"sag{number}\"\ntype = \"helhedspleje\"\nnumber = \"2026-{number:06}\"\n\
             title = \"Helhedspleje\"\nsubject = \"Bogfinke {number}\"\nunit = \"hold\"\n"
        ));
    }
    words
}
