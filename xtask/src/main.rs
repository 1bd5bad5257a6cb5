//! The door to this repository's commands: it reads what was asked and calls the one module that does it.
//! It owns no step itself, and nothing the product ships depends on it.

mod bench;
mod bomb;
mod demo;
mod mutants;
mod page;
mod programs;
mod replica;
mod screenshots;
mod setup;
mod simulate;
mod test;
mod torture;
mod tree;
mod window;

use std::process::ExitCode;

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
    /// Photographs every screen into target/screenshots.
    Screenshots {
        /// Where to, instead of target/screenshots.
        #[arg(long)]
        dir: Option<std::path::PathBuf>,
    },
    /// Breaks a line at a time in a copy of the tree, and holds that the simulation notices.
    Mutants,
    /// Writes the two files a server must refuse: one that inflates, one of endless runs.
    Bomb {
        /// Where to, instead of target/bombs.
        #[arg(long)]
        dir: Option<std::path::PathBuf>,
    },
    /// Kills the real programs at random instants, and holds that nothing kept and nothing receipted is lost.
    Torture(torture::Wishes),
    /// Lives unlucky days: real notebooks and a real server, seeded faults, and what must always hold.
    Simulate(simulate::Wishes),
    /// Measures a device with few documents and with many: first sync, memory, every command.
    Bench(bench::Wishes),
    /// Opens the encrypted file of a device for a look, and prints the rows of one question in SQL.
    Replica {
        /// The file: `replica.db` in a device's folder.
        file: std::path::PathBuf,
        /// The six digits that open it.
        #[arg(long)]
        pin: String,
        /// The question, such as "select kind, count(*) from doc group by kind".
        #[arg(long)]
        sql: String,
    },
    /// Makes the demo town and opens it.
    Demo(demo::Wishes),
}

fn main() -> ExitCode {
    match go(Door::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why:#}");
            ExitCode::FAILURE
        }
    }
}

fn go(command: Command) -> Result<()> {
    match command {
        Command::Setup { headless: true } => setup::prepare(setup::Reach::Headless),
        Command::Setup { headless: false } => setup::prepare(setup::Reach::Everything),
        Command::Ui => {
            setup::prepare(setup::Reach::Headless)?;
            page::build()
        }
        Command::Test { only } => test::run(only),
        Command::Window { arguments } => window::open(&arguments),
        Command::Screenshots { dir } => screenshots::take(dir),
        Command::Mutants => test::run(Some(test::Group::Mutants)),
        Command::Bomb { dir } => bomb::write(dir),
        Command::Torture(wishes) => torture::run(&wishes),
        Command::Simulate(wishes) => simulate::run(&wishes),
        Command::Bench(wishes) => bench::measure(&wishes),
        Command::Replica { file, pin, sql } => replica::look(&file, &pin, &sql),
        Command::Demo(wishes) => demo::run(&wishes),
    }
}
