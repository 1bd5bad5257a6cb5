//! `admin post`, `admin part` and `admin case`: documents written by the server's own hand.
//!
//! It finishes no note and judges nobody.

use std::{io::Write, path::PathBuf};

use anyhow::Context;
use clap::Subcommand;
use feltbog_casebook::{Edit, Kind, Scalar};
use feltbog_ids::DocId;

use super::{Office, names};
use crate::{Batch, StoreError, rights::Circle};

#[derive(Debug, Subcommand)]
pub enum Post {
    /// Publish a post and print its id
    Publish(Publish),
}

#[derive(Debug, clap::Args)]
pub struct Publish {
    /// Title
    #[arg(long)]
    title: String,
    /// File with the text
    #[arg(long)]
    body_file: PathBuf,
    /// Unit it is for, by id or name, or `everyone`; may be repeated
    #[arg(long, required = true, value_name = "UNIT")]
    to: Vec<String>,
    /// Who publishes it, by name
    #[arg(long, default_value = "")]
    by: String,
    /// About operations now
    #[arg(long)]
    urgent: bool,
    /// Asks to be read and understood
    #[arg(long)]
    acknowledge: bool,
    /// Shown until, such as 2026-11-30T12:00:00Z
    #[arg(long)]
    until: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Part {
    /// Add a part to a case and print its id
    Add {
        /// The case
        #[arg(long)]
        case: DocId,
        /// Whom it is for: `unit:UNIT`, `person:PERSON`, `role:ROLE@UNIT`; may be repeated
        #[arg(long, required = true)]
        audience: Vec<String>,
        /// Title
        #[arg(long)]
        title: String,
        /// Text
        #[arg(long)]
        text: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Case {
    /// Move a case to another unit, its visits and notes along with it
    Move {
        /// The case
        #[arg(long)]
        case: DocId,
        /// The unit, by id or name
        #[arg(long)]
        unit: String,
    },
}

pub(super) fn run_post(command: Post, office: &Office<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    let Post::Publish(post) = command;
    let text = std::fs::read_to_string(&post.body_file);
    let text = text.with_context(|| format!("cannot read {}", post.body_file.display()))?;
    let id = DocId::from(office.dice.uuid());
    office.store.batch(office.now, |batch| {
        let mut edits = vec![
            Edit::root("title", post.title),
            Edit::root("by", post.by),
            Edit::root("published", office.now),
            Edit::root("urgent", post.urgent),
            Edit::root("acknowledge", post.acknowledge),
            typed(text),
        ];
        for word in &post.to {
            let key = if word == "everyone" {
                word.clone()
            } else {
                Circle::Unit(names::unit(batch, word)?).word()
            };
            edits.push(Edit::within("audience", &key, true));
        }
        if let Some(word) = &post.until {
            edits.push(Edit::root("until", names::instant(word)?));
        }
        put(batch, office, (Kind::Post, id, None), &edits)
    })?;
    writeln!(out, "{id}")?;
    Ok(())
}

pub(super) fn run_part(command: Part, office: &Office<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    let Part::Add {
        case,
        audience,
        title,
        text,
    } = command;
    let id = DocId::from(office.dice.uuid());
    office.store.batch(office.now, |batch| {
        let mut edits = vec![Edit::root("title", title), typed(text)];
        for word in &audience {
            edits.push(Edit::within("audience", &circle(batch, word)?.word(), true));
        }
        put(batch, office, (Kind::Part, id, Some(case)), &edits)
    })?;
    writeln!(out, "{id}")?;
    Ok(())
}

pub(super) fn run_case(command: Case, office: &Office<'_>) -> anyhow::Result<()> {
    let Case::Move { case, unit } = command;
    office.store.batch(office.now, |batch| {
        let row = batch.document(case)?.filter(|row| row.kind == Kind::Case.word());
        row.ok_or(StoreError::NoSuch("case"))?;
        let unit = names::unit(batch, &unit)?;
        let moved = [Edit::root("unit", Scalar::Bytes(unit.as_bytes().to_vec()))];
        put(batch, office, (Kind::Case, case, None), &moved)
    })
}

/// Whom a word means. Narrower than the case is the point of a part, so `everyone` is none.
fn circle(batch: &Batch<'_>, word: &str) -> anyhow::Result<Circle> {
    match word.split_once(':') {
        Some(("unit", unit)) => Ok(Circle::Unit(names::unit(batch, unit)?)),
        Some(("person", person)) => Ok(Circle::Person(names::person(batch, person)?)),
        Some(("role", role)) => {
            let (role, unit) = names::role(batch, role)?;
            Ok(Circle::Role(role, unit))
        }
        _ => anyhow::bail!("write the audience as unit:UNIT, person:PERSON or role:ROLE@UNIT"),
    }
}

fn put(
    batch: &Batch<'_>,
    office: &Office<'_>,
    (kind, id, parent): (Kind, DocId, Option<DocId>),
    edits: &[Edit],
) -> anyhow::Result<()> {
    batch.put(&batch.server_hand(office.dice), &batch.birth(kind, id, parent), edits)?;
    Ok(())
}

fn typed(text: String) -> Edit {
    Edit::Type {
        before: String::new(),
        after: text,
    }
}
