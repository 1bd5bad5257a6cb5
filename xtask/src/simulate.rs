//! The simulation by hand: as many days and steps as wished, in an optimised build, of the code as it is or with one line of
//! it broken. It judges nothing; `tests/tests/simulation` does.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};
use clap::Args;

use crate::mutants;
use crate::programs::{cargo, say};

/// What a person may ask of a simulation.
#[derive(Args)]
pub struct Wishes {
    /// Days, each of them of a fresh seed.
    #[arg(long, default_value_t = 100)]
    seeds: usize,
    /// Steps of a day.
    #[arg(long, default_value_t = 200)]
    steps: usize,
    /// Lives this one day again.
    #[arg(long)]
    seed: Option<u64>,
    /// Tells what happens as it happens.
    #[arg(long)]
    trace: bool,
    /// Breaks this line first: a name from tests/mutants.
    #[arg(long)]
    mutant: Option<String>,
}

/// Lives the days. It fails when a law was broken; with a mutant, that is what is hoped for.
pub fn run(wishes: &Wishes) -> Result<()> {
    if let Some(name) = &wishes.mutant {
        return mutants::run_one(name);
    }
    say("simulation: building it takes some minutes the first time");
    let status = wishes.program().status()?;
    if !status.success() {
        bail!("a law was broken: the line above says how to live that day again");
    }
    Ok(())
}

impl Wishes {
    fn program(&self) -> Command {
        let mut cargo = cargo();
        cargo.args([
            "test",
            "--quiet",
            "--release",
            "--package",
            "feltbog-tests",
            "--test",
            "simulation",
        ]);
        cargo.args(["--", "--nocapture"]).stdin(Stdio::null());
        cargo.env("FELTBOG_SEEDS", self.seeds.to_string());
        cargo.env("FELTBOG_STEPS", self.steps.to_string());
        if let Some(seed) = self.seed {
            cargo.env("FELTBOG_SEED", seed.to_string());
        }
        if self.trace {
            cargo.env("FELTBOG_TRACE", "1");
        }
        cargo
    }
}
