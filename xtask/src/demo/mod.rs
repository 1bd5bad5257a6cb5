//! The demo town, from a bare machine to an open app: set up, build, start, fill, open.
//! It owns the order of the steps; what a town holds is the server's, what a person sees is the page's.

mod folder;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "nothing is started before feltbog-server has its `serve`")
)]
mod processes;

use anyhow::{Result, bail};
use clap::Args;

use crate::programs::{cargo, run as run_program, say};
use crate::{page, setup, window};

/// What a person may ask of the demo.
#[derive(Args)]
pub struct Wishes {
    /// Starts the server and three preview clients, and never compiles the window.
    #[arg(long)]
    headless: bool,
    /// Opens the window as this person of the town.
    #[arg(long = "as", value_name = "USER")]
    user: Option<String>,
    /// Forgets what an earlier demo kept.
    #[arg(long)]
    reset: bool,
}

/// Does all of it, and returns when the person has had enough.
pub fn run(wishes: &Wishes) -> Result<()> {
    if wishes.headless && wishes.user.is_some() {
        bail!("--as chooses who opens the window, and --headless opens none: leave one of them out");
    }
    prepare(wishes)?;
    let folder = folder::Folder::open(wishes)?;
    bail!(
        "all is built; starting the town in {} comes with feltbog-server's `serve`",
        folder.path().display()
    )
}

/// Everything that needs no running server: the machine, the page, the programs.
fn prepare(wishes: &Wishes) -> Result<()> {
    say("making the demo ready; the first time takes ten to twenty minutes, later a few seconds");
    setup::prepare(if wishes.headless {
        setup::Reach::Headless
    } else {
        setup::Reach::Window
    })?;
    page::build()?;
    let mut build = cargo();
    build.args(["build", "--package", "feltbog-server", "--package", "feltbog-preview"]);
    if !wishes.headless {
        build.args(["--package", window::PROGRAM]);
    }
    run_program(&mut build)
}
