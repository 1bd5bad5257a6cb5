//! The operator's commands, on the same database while the server runs.
//!
//! Each is one transaction. Those who may run them are those who may read the key file.

mod access;
mod apply;
mod casework;
mod check;
mod history;
mod look;
mod names;
mod people;
mod shifts;
mod units;

use std::io::Write;

use clap::Subcommand;
use feltbog_ids::Instant;

use crate::{Dice, Store};

/// What an admin command works with.
pub struct Office<'o> {
    /// The store.
    pub store: &'o Store,
    /// Fresh ids, tokens and salts.
    pub dice: &'o Dice,
    /// Now.
    pub now: Instant,
}

/// An admin command.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Units
    #[command(subcommand)]
    Unit(units::Unit),
    /// People
    #[command(subcommand)]
    Person(people::Person),
    /// Accounts
    #[command(subcommand)]
    Account(access::Account),
    /// Roles
    #[command(subcommand)]
    Role(people::RoleCommand),
    /// Shifts: roles that begin and end by the clock
    #[command(subcommand)]
    Shift(shifts::ShiftCommand),
    /// Devices
    #[command(subcommand)]
    Device(access::Device),
    /// Sessions
    #[command(subcommand)]
    Session(access::Session),
    /// News
    #[command(subcommand)]
    Post(casework::Post),
    /// Parts of cases with a narrower audience
    #[command(subcommand)]
    Part(casework::Part),
    /// Cases
    #[command(subcommand)]
    Case(casework::Case),
    /// Erasing what stood in a document before
    #[command(subcommand)]
    Epoch(history::Epoch),
    /// Drop from the log the bytes of changes that their documents hold as well
    Compact(history::Compact),
    /// Make what an organisation file says and the workspace lacks; what is there is never changed
    Apply(apply::Apply),
    /// Print the ids of all documents a person may hold
    MaySee {
        /// Id or user name
        person: String,
    },
    /// Look at every page and open every document; fails and lists what cannot be read
    Check,
    /// Say that the database was put back from a copy: devices then offer again what it lacks
    Restored,
    /// Take closed cases whose time is over off all devices, and forget what left more than 180 days ago; `serve` does so daily
    Tidy,
    /// Print what to search a device for: each part's id, heads, title and words
    Parts,
}

/// Runs a command and writes what it has to say.
pub fn run(command: Admin, office: &Office<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    match command {
        Admin::Unit(command) => units::run(command, office, out),
        Admin::Person(command) => people::run(command, office, out),
        Admin::Role(command) => people::run_role(command, office),
        Admin::Shift(command) => shifts::run(command, office, out),
        Admin::Account(command) => access::run_account(command, office),
        Admin::Device(command) => access::run_device(command, office, out),
        Admin::Session(command) => access::run_session(command, office),
        Admin::Post(command) => casework::run_post(command, office, out),
        Admin::Part(command) => casework::run_part(command, office, out),
        Admin::Case(command) => casework::run_case(command, office),
        Admin::Epoch(command) => history::run_epoch(command, office, out),
        Admin::Compact(command) => history::run_compact(&command, office, out),
        Admin::Apply(command) => apply::run(&command, office, out),
        Admin::MaySee { person } => look::may_see(&person, office, out),
        Admin::Check => check::run(office, out),
        Admin::Restored => restored(office),
        Admin::Tidy => tidy(office, out),
        Admin::Parts => look::parts(office, out),
    }
}

fn tidy(office: &Office<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    let tidied = office.store.tidy(office.now)?;
    writeln!(out, "{} closed cases left all devices", tidied.expired)?;
    writeln!(out, "{} records of what left were forgotten", tidied.leavings)?;
    Ok(())
}

fn restored(office: &Office<'_>) -> anyhow::Result<()> {
    Ok(office.store.batch(office.now, |batch| batch.begin_life(office.dice))?)
}
