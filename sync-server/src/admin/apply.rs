//! `admin apply`: makes what an organisation file says and the workspace lacks.
//!
//! It changes nothing that is there.

use std::{io::Write, path::PathBuf};

use anyhow::Context;

use super::Office;
use crate::town;

/// Make what an organisation file says: units, people, cases, news, and visits for the coming days
///
/// What is there already is never changed; run it each day for that day's visits.
#[derive(Debug, clap::Args)]
pub struct Apply {
    /// The organisation file, such as demo/feltby.toml
    file: PathBuf,
    /// For how many days to make visits, today among them
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(..=31))]
    days: u8,
}

/// Applies the file and says how much was made.
pub(super) fn run(command: &Apply, office: &Office<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    let path = command.file.display();
    let text = std::fs::read_to_string(&command.file).with_context(|| format!("cannot read {path}"))?;
    let laid = town::apply(office.store, office.dice, office.now, &text, command.days);
    let laid = laid.with_context(|| path.to_string())?;
    writeln!(out, "made {} documents and {} visits", laid.documents, laid.visits)?;
    Ok(())
}
