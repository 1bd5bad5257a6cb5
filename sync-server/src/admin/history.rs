//! `admin epoch` and `admin compact`: what is kept of a document's history, and how.
//!
//! It does not find out what has to be erased; a person with the law in hand does.

use std::io::Write;

use clap::Subcommand;
use feltbog_ids::{DocId, Span};

use super::Office;
use crate::store::FRESH;

#[derive(Debug, Subcommand)]
pub enum Epoch {
    /// Erase everything a document said before, keep what it says now, and print what went
    Begin(Begin),
    /// Take what was erased from the gaps of the database's files, where that could not be done at once
    Sweep,
}

#[derive(Debug, clap::Args)]
pub struct Begin {
    /// The document
    doc: DocId,
    /// Why: the law, the decision, the retention rule
    #[arg(long)]
    reason: String,
    /// A case together with its visits, notes and parts
    #[arg(long)]
    with_children: bool,
}

#[derive(Debug, clap::Args)]
pub struct Compact {
    /// Changes of today too; otherwise those of more than 30 days
    #[arg(long)]
    all: bool,
}

pub(super) fn run_epoch(command: Epoch, office: &Office<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    if let Epoch::Begin(begin) = command {
        anyhow::ensure!(!begin.reason.trim().is_empty(), "say why: an erasure cannot be undone");
        let erased = office.store.batch(office.now, |batch| match begin.with_children {
            true => batch.erase_history_of_case(begin.doc, &begin.reason, office.dice),
            false => Ok(vec![Ok(batch.erase_history(begin.doc, &begin.reason, office.dice)?)]),
        })?;
        for one in erased {
            match one {
                Ok(one) => writeln!(
                    out,
                    "{} {} changes erased, position {}",
                    one.doc, one.changes, one.position
                )?,
                Err(doc) => writeln!(out, "{doc} was erased after this copy of the database was made")?,
            }
        }
    }
    if office.store.sweep()? {
        writeln!(out, "the database's files hold nothing of it")?;
    }
    Ok(())
}

pub(super) fn run_compact(command: &Compact, office: &Office<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    // It may take a while; whoever started it sees that it has begun.
    writeln!(out, "compacting")?;
    out.flush()?;
    // What was received at this very moment is of before the next one.
    let age = if command.all { Span(1) } else { Span(-FRESH.0) };
    let done = office.store.compact(office.now + age, office.now, || true)?;
    writeln!(
        out,
        "{} documents, {} changes and {} bytes let go, {} documents left as they are",
        done.documents, done.changes, done.bytes, done.left
    )?;
    Ok(())
}
