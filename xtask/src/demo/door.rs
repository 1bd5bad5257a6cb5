//! The door of a running preview: one command in, one reply out.
//! It knows no command and starts nothing; where the preview listens is told to it.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// No command takes as long: a preview that says nothing meanwhile has stopped.
const LONGEST_ANSWER: Duration = Duration::from_secs(120);

/// A preview's door, as long as the preview runs.
#[derive(Clone)]
pub struct Door {
    name: String,
    address: String,
    command: String,
    key: String,
}

impl Door {
    /// The door at the address a preview printed, key and all.
    pub fn new(name: &str, address: &str) -> Result<Self> {
        let (base, key) = address
            .split_once("/?key=")
            .context("a preview prints an address with its key")?;
        Ok(Self {
            name: name.to_owned(),
            address: address.to_owned(),
            command: format!("{base}/command"),
            key: key.to_owned(),
        })
    }

    /// The address of the page, key and all.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Sends a command and returns the reply, which may be a problem. An error means that no reply came.
    pub fn sends(&self, command: &Value) -> Result<Value> {
        let request = ureq::post(&self.command).config();
        let mut answer = request
            .timeout_global(Some(LONGEST_ANSWER))
            .build()
            .header("authorization", format!("Bearer {}", self.key))
            .send_json(command)
            .with_context(|| format!("{} does not answer", self.name))?;
        Ok(answer.body_mut().read_json()?)
    }

    /// The same; a problem is an error too.
    pub fn asks(&self, command: &Value) -> Result<Value> {
        let reply = self.sends(command)?;
        if reply["is"] == "problem" {
            bail!("{} cannot `{}`: {}", self.name, command["do"], reply["problem"]);
        }
        Ok(reply)
    }
}
