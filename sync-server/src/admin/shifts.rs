//! `admin shift`: roles that begin and end by the clock.
//!
//! It plans; the running server begins and ends them when their time has come.

use std::io::Write;

use clap::Subcommand;
use feltbog_casebook::Projection;
use feltbog_ids::{DocId, ShiftId};

use super::{
    Office, names,
    people::{ahead, name_units},
};
use crate::{
    Batch, StoreError,
    store::{Shift, ShiftRow},
};

#[derive(Debug, Subcommand)]
pub enum ShiftCommand {
    /// Plan a shift and print its id; times are of the workspace's day, such as 2026-11-25T15:00
    Add(AddShift),
    /// Print the shifts that are not over: id, from, to, role, unit, person, and whether it has begun
    List,
    /// Take back a shift that has not begun, or end it early
    End {
        /// Its id
        shift: ShiftId,
    },
}

#[derive(Debug, clap::Args)]
pub struct AddShift {
    /// Id or user name
    person: String,
    /// Id or name of the unit
    unit: String,
    /// When it begins; a time that has passed begins it at once
    #[arg(long, value_name = "TIME")]
    from: String,
    /// When it ends
    #[arg(long, value_name = "TIME")]
    to: String,
    /// The role
    #[arg(long, default_value = "worker")]
    role: String,
}

pub(super) fn run(command: ShiftCommand, office: &Office<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    match command {
        ShiftCommand::Add(new) => {
            let id = office.store.batch(office.now, |batch| add(&new, batch, office))?;
            writeln!(out, "{id}")?;
        }
        ShiftCommand::List => {
            let lines = office.store.view(office.now, list)?;
            lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
        }
        ShiftCommand::End { shift } => office.store.batch(office.now, |batch| {
            let ended = batch.end_shift(shift)?;
            name_units(batch, office, ended.shift.person)?;
            Ok::<_, anyhow::Error>(())
        })?,
    }
    Ok(())
}

fn add(new: &AddShift, batch: &Batch<'_>, office: &Office<'_>) -> anyhow::Result<ShiftId> {
    let person = names::person(batch, &new.person)?;
    let (role, unit) = names::role(batch, &format!("{}@{}", new.role, new.unit))?;
    let shift = Shift {
        id: ShiftId::from(office.dice.uuid()),
        person,
        unit,
        role,
        begins: names::civil(batch, &new.from)?,
        ends: ahead(batch, &new.to)?,
    };
    batch.plan_shift(&shift)?;
    name_units(batch, office, person)?;
    Ok(shift.id)
}

fn list(batch: &Batch<'_>) -> anyhow::Result<Vec<String>> {
    let calendar = names::calendar(batch)?;
    let line = |ShiftRow { shift, begun }: ShiftRow| {
        let when = [shift.begins, shift.ends].map(|at| names::civil_written(&calendar, at));
        let begun = if begun.is_some() { "begun" } else { "planned" };
        let (role, unit) = (shift.role.word(), name(batch, shift.unit.into())?);
        let person = name(batch, shift.person.into())?;
        Ok(format!(
            "{}\t{}\t{}\t{role}\t{unit}\t{person}\t{begun}",
            shift.id, when[0], when[1]
        ))
    };
    batch.shifts()?.into_iter().map(line).collect()
}

/// What a unit or a person is called; the id where its document is not here.
fn name(batch: &Batch<'_>, doc: DocId) -> Result<String, StoreError> {
    let row = batch.document(doc)?;
    Ok(match row.map(|row| batch.facts(&row)).transpose()? {
        Some(Projection::Unit(facts)) => facts.name,
        Some(Projection::Person(facts)) => facts.name,
        _ => doc.to_string(),
    })
}
