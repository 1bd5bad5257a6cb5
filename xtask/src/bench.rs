//! Figures of a device with few documents and with many, of an optimised build. It only hands the question on: the tests'
//! own measurer makes the towns and the devices, and prints the table.

use anyhow::Result;
use clap::Args;

use crate::programs::{cargo, run, say};

/// What a person may ask of a bench.
#[derive(Args)]
pub struct Wishes {
    /// Sizes of the town, in documents.
    #[arg(long, default_value = "1000,10000,50000")]
    sizes: String,
    /// Devices measured at each size, one after the other.
    #[arg(long, default_value_t = 3)]
    runs: usize,
}

/// Measures, and prints one table.
pub fn measure(wishes: &Wishes) -> Result<()> {
    say("bench: building it takes some minutes the first time; nothing else should run meanwhile");
    let mut cargo = cargo();
    cargo.args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "feltbog-tests",
        "--example",
        "bench",
        "--",
    ]);
    run(cargo.arg(&wishes.sizes).arg(wishes.runs.to_string()))
}
