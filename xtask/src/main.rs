//! The door to this repository's commands: it reads what was asked and calls the one module that does it.
//! It owns no step itself, and nothing the product ships depends on it.

mod bomb;
mod demo;
mod page;
mod programs;
mod setup;
mod test;
mod tree;
mod window;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The commands of the Feltbog repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Door {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Installs what is missing on this machine: Debian packages, WebAssembly, npm packages.
    Setup {
        /// Leaves out what only the window and the tests need.
        #[arg(long)]
        headless: bool,
    },
    /// Builds the page into target/page and weighs it.
    Ui,
    /// Runs every test, and ends with the sum of them.
    Test {
        /// Runs one group only.
        #[arg(long, value_enum)]
        only: Option<test::Group>,
    },
    /// Builds and opens the window.
    Window {
        /// What the window's program is to be told.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Writes the two files a server must refuse: one that inflates, one of endless runs.
    Bomb {
        /// Where to, instead of target/bombs.
        #[arg(long)]
        dir: Option<std::path::PathBuf>,
    },
    /// Makes the demo town and opens it.
    Demo(demo::Wishes),
}

fn main() -> Result<()> {
    match Door::parse().command {
        Command::Setup { headless: true } => setup::prepare(setup::Reach::Headless),
        Command::Setup { headless: false } => setup::prepare(setup::Reach::Everything),
        Command::Ui => {
            setup::prepare(setup::Reach::Headless)?;
            page::build()
        }
        Command::Test { only } => test::run(only),
        Command::Window { arguments } => window::open(&arguments),
        Command::Bomb { dir } => bomb::write(dir),
        Command::Demo(wishes) => demo::run(&wishes),
    }
}
