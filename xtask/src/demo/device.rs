//! One person's device in the demo: signed in by commands the first time, and opened by its PIN from then on.
//! It knows the preview's commands; how one is sent is the door's, and what stands behind them the app's.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::door::Door;
use super::folder::Folder;
use super::office::Office;
use super::people::Person;
use super::port;
use super::processes::{End, Processes};
use crate::tree;

/// A first synchronisation takes seconds; a machine that is busy building may need longer.
const LONGEST_SYNC: Duration = Duration::from_secs(180);

/// Between two looks at how far a device is.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A device, and who uses it.
pub struct Device {
    name: String,
    person: Person,
    data: PathBuf,
    drawn: Drawn,
}

/// A device whose preview runs.
pub struct Running {
    device: Device,
    door: Door,
    pid: u32,
}

/// What was drawn for a device the first time.
#[derive(Serialize, Deserialize)]
struct Drawn {
    pin: String,
    port: u16,
}

impl Device {
    /// The device called `name`, with what was drawn for it earlier or is drawn now.
    pub fn of(person: &Person, name: &str, folder: &Folder) -> Result<Self> {
        let drawn = match folder.recall(name)? {
            Some(drawn) => drawn,
            None => Drawn {
                pin: draw_pin()?,
                port: port::free()?,
            },
        };
        folder.remember(name, &drawn)?;
        Ok(Self {
            name: name.to_owned(),
            person: person.clone(),
            data: folder.device(name),
            drawn,
        })
    }

    /// A device that nobody remembers: its preview takes a free port at each start.
    pub fn passing(person: &Person, name: &str, folder: &Folder) -> Result<Self> {
        Ok(Self {
            name: name.to_owned(),
            person: person.clone(),
            data: folder.device(name),
            drawn: Drawn {
                pin: draw_pin()?,
                port: 0,
            },
        })
    }

    /// Starts the preview on this device's folder and port, and opens it: signed in if it never was.
    pub fn start(self, shape: &str, folder: &Folder, processes: &mut Processes) -> Result<Running> {
        let mut preview = Command::new(tree::program("feltbog-preview"));
        preview.arg("--data").arg(&self.data).arg("--page").arg(tree::page());
        preview.args(["--port", &self.drawn.port.to_string(), "--shape", shape]);
        let end = End::Told(format!("start it again with `{}`", crate::programs::words(&preview)));
        let recognise = |line: &str| line.strip_prefix("preview ").map(str::to_owned);
        let (pid, address) = processes
            .start(&self.name, &mut preview, &folder.log(&self.name), end, recognise)
            .with_context(|| format!("port {} may be taken: start afresh with --reset", self.drawn.port))?;
        Ok(Running {
            door: Door::new(&self.name, &address)?,
            device: self,
            pid,
        })
    }

    /// The folder of replica and key.
    pub fn data(&self) -> &PathBuf {
        &self.data
    }

    /// The six digits.
    pub fn pin(&self) -> &str {
        &self.drawn.pin
    }
}

impl Running {
    /// Signs in if nobody has yet, else opens with the PIN, and waits until all is sent and fetched.
    pub fn open(&self, office: &Office, server: &str) -> Result<()> {
        self.lets_in(office, server)?;
        self.waits_until_all_is_here()
    }

    /// Signs in if nobody has yet, else opens with the PIN.
    pub fn lets_in(&self, office: &Office, server: &str) -> Result<()> {
        let status = self.door.asks(&json!({"do": "status"}))?;
        match status["gate"].as_str() {
            Some("enrol") => self.door.asks(&self.first_sign_in(office, server)?).map(drop),
            Some("locked") => self.door.asks(&self.unlocking()).map(drop),
            _ => Ok(()),
        }
    }

    /// The command of a first sign-in, with a token drawn for it.
    pub fn first_sign_in(&self, office: &Office, server: &str) -> Result<Value> {
        let Device { person, drawn, .. } = &self.device;
        Ok(json!({
            "do": "enrol", "address": server, "token": office.token(&person.user)?,
            "user": person.user, "password": person.password, "pin": drawn.pin,
        }))
    }

    /// Where its commands go in.
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// The device, its preview to be ended.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The command that opens it.
    pub fn unlocking(&self) -> Value {
        json!({"do": "unlock", "pin": self.device.drawn.pin})
    }

    /// The device itself.
    pub fn into_device(self) -> Device {
        self.device
    }

    /// The address of its page, key and all.
    pub fn address(&self) -> &str {
        self.door.address()
    }

    /// What a program that drives the demo needs to know of this device.
    pub fn words(&self) -> String {
        let Device {
            name,
            person,
            data,
            drawn,
        } = &self.device;
        format!(
            "{name}={} {name}_user={} {name}_password={} {name}_pin={} {name}_pid={} {name}_data={}",
            self.door.address(),
            person.user,
            person.password,
            drawn.pin,
            self.pid,
            data.display()
        )
    }

    fn waits_until_all_is_here(&self) -> Result<()> {
        let start = Instant::now();
        loop {
            let status = self.door.asks(&json!({"do": "status"}))?;
            match status["chip"]["state"].as_str() {
                Some("all_done") => return Ok(()),
                // A road that was cut when the demo ended, or a session that did: the page says so, and what to do.
                Some("offline" | "sign_in" | "closed") if start.elapsed() > Duration::from_secs(2) => return Ok(()),
                _ => {}
            }
            ensure!(
                start.elapsed() < LONGEST_SYNC,
                "{} has not fetched all after {} s; its chip says {}",
                self.device.name,
                LONGEST_SYNC.as_secs(),
                status["chip"]
            );
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

/// Six digits by chance. The first two are no row, and the first does not come again: so none of them is obvious.
fn draw_pin() -> Result<String> {
    const HEADS: [&str; 8] = ["27", "38", "49", "61", "72", "83", "94", "16"];
    let mut bytes = [0; 5];
    getrandom::fill(&mut bytes).map_err(|why| anyhow::anyhow!("this machine gives no random bytes: {why}"))?;
    let mut pin = HEADS[usize::from(bytes[0] % 8)].to_owned();
    let first = pin.as_bytes()[0];
    let others: Vec<char> = ('0'..='9').filter(|digit| *digit != char::from(first)).collect();
    pin.extend(bytes[1..].iter().map(|byte| others[usize::from(byte % 9)]));
    Ok(pin)
}

#[cfg(test)]
mod tests {
    use super::draw_pin;

    #[test]
    fn a_drawn_pin_has_six_digits_and_is_neither_a_row_nor_a_repetition() -> anyhow::Result<()> {
        for _ in 0..100 {
            let pin = draw_pin()?;
            assert!(
                pin.len() == 6 && pin.bytes().all(|digit| digit.is_ascii_digit()),
                "{pin}"
            );
            let digits = pin.as_bytes();
            assert!(digits[0].abs_diff(digits[1]) > 1, "{pin}");
            assert!(!digits[1..].contains(&digits[0]), "{pin}");
        }
        Ok(())
    }
}
