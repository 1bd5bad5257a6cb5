//! `admin unit`: making and listing units.
//!
//! It moves none: a unit's place in the tree is set once.

use std::io::Write;

use clap::Subcommand;
use feltbog_casebook::{Edit, Kind, Projection, Scalar};
use feltbog_ids::DocId;

use super::{Office, names};
use crate::StoreError;

#[derive(Debug, Subcommand)]
pub enum Unit {
    /// Make a unit and print its id
    Add {
        /// Its name
        #[arg(long)]
        name: String,
        /// The unit it is part of, by id or name
        #[arg(long)]
        within: Option<String>,
    },
    /// List all units: id, the unit each is part of, name
    List,
}

pub(super) fn run(command: Unit, office: &Office<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    match command {
        Unit::Add { name, within } => {
            let id = add(&name, within.as_deref(), office)?;
            writeln!(out, "{id}")?;
        }
        Unit::List => {
            for (id, above, name) in list(office)? {
                writeln!(out, "{id}\t{above}\t{name}")?;
            }
        }
    }
    Ok(())
}

fn add(name: &str, within: Option<&str>, office: &Office<'_>) -> anyhow::Result<DocId> {
    let id = DocId::from(office.dice.uuid());
    office.store.batch(office.now, |batch| {
        let mut edits = vec![Edit::root("name", name)];
        if let Some(word) = within {
            let above = names::unit(batch, word)?;
            edits.push(Edit::root("within", Scalar::Bytes(above.as_bytes().to_vec())));
        }
        batch.put(
            &batch.server_hand(office.dice),
            &batch.birth(Kind::Unit, id, None),
            &edits,
        )?;
        Ok(id)
    })
}

fn list(office: &Office<'_>) -> Result<Vec<(DocId, String, String)>, StoreError> {
    let units = office.store.view(office.now, |view| {
        let units = view.documents_of(Kind::Unit)?.into_iter();
        units
            .map(|row| Ok((row.doc, view.facts(&row)?)))
            .collect::<Result<Vec<_>, StoreError>>()
    })?;
    let line = |(doc, facts)| match facts {
        Projection::Unit(facts) => (
            doc,
            facts.within.map_or_else(|| "-".to_owned(), |above| above.to_string()),
            facts.name,
        ),
        _ => (doc, "-".to_owned(), String::new()),
    };
    Ok(units.into_iter().map(line).collect())
}
