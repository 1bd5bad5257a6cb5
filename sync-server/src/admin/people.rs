//! `admin person` and `admin role`: who works where, and as what.
//!
//! It touches no device.

use std::io::Write;

use clap::Subcommand;
use feltbog_casebook::{Edit, Kind};
use feltbog_ids::{DocId, Instant, PersonId};

use super::{
    Office,
    names::{self, PasswordArgs},
};
use crate::{
    Batch, StoreError, password,
    store::{NewAccount, NewGrant},
};

#[derive(Debug, Subcommand)]
pub enum Person {
    /// Make a person with an account and print the person's id
    Add(AddPerson),
}

#[derive(Debug, clap::Args)]
pub struct AddPerson {
    /// Full name
    #[arg(long)]
    name: String,
    /// Title, such as SSH
    #[arg(long, default_value = "")]
    title: String,
    /// User name
    #[arg(long)]
    user: String,
    #[command(flatten)]
    password: PasswordArgs,
    /// A role and its unit, such as `worker@Team Kløver`; may be repeated, the nearest unit first
    #[arg(long, required = true, value_name = "ROLE@UNIT")]
    role: Vec<String>,
    /// The person is invented
    #[arg(long)]
    invented: bool,
}

#[derive(Debug, Subcommand)]
pub enum RoleCommand {
    /// Give a role
    Grant {
        /// Id or user name
        #[arg(long)]
        person: String,
        /// Role and unit
        #[arg(long, value_name = "ROLE@UNIT")]
        role: String,
        /// Limit it to this case type; may be repeated
        #[arg(long)]
        case_type: Vec<String>,
        /// End it by itself at this time of the workspace's day, such as 2026-11-25T15:00
        #[arg(long, value_name = "TIME")]
        until: Option<String>,
    },
    /// End a role
    End {
        /// Id or user name
        #[arg(long)]
        person: String,
        /// Role and unit
        #[arg(long, value_name = "ROLE@UNIT")]
        role: String,
    },
}

pub(super) fn run(command: Person, office: &Office<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    let Person::Add(new) = command;
    let person = add(new, office)?;
    writeln!(out, "{person}")?;
    Ok(())
}

fn add(new: AddPerson, office: &Office<'_>) -> anyhow::Result<PersonId> {
    let person = PersonId::from(DocId::from(office.dice.uuid()));
    let password = password::hash(&new.password.read()?, office.dice)?;
    office.store.batch(office.now, |batch| {
        let mut edits = vec![Edit::root("name", new.name), Edit::root("title", new.title)];
        edits.extend(new.invented.then(|| Edit::root("invented", true)));
        let birth = batch.birth(Kind::Person, DocId::from(person), None);
        batch.put(&batch.server_hand(office.dice), &birth, &edits)?;
        batch.open_account(&NewAccount {
            user: new.user,
            person,
            password,
        })?;
        for word in &new.role {
            let (role, unit) = names::role(batch, word)?;
            batch.grant(&NewGrant {
                person,
                unit,
                role,
                case_types: None,
            })?;
        }
        name_units(batch, office, person)?;
        Ok(person)
    })
}

pub(super) fn run_role(command: RoleCommand, office: &Office<'_>) -> anyhow::Result<()> {
    office.store.batch(office.now, |batch| {
        let person = match command {
            RoleCommand::Grant {
                person,
                role,
                case_type,
                until,
            } => {
                let person = names::person(batch, &person)?;
                let (role, unit) = names::role(batch, &role)?;
                let case_types = (!case_type.is_empty()).then(|| case_type.into_iter().collect());
                let new = NewGrant {
                    person,
                    unit,
                    role,
                    case_types,
                };
                match until {
                    Some(until) => batch.grant_until(&new, ahead(batch, &until)?)?,
                    None => batch.grant(&new)?,
                }
                person
            }
            RoleCommand::End { person, role } => {
                let person = names::person(batch, &person)?;
                let (role, unit) = names::role(batch, &role)?;
                batch.end_grant(person, unit, role)?;
                person
            }
        };
        Ok(name_units(batch, office, person)?)
    })
}

/// A time of the workspace's day that has not passed.
pub(super) fn ahead(batch: &Batch<'_>, word: &str) -> anyhow::Result<Instant> {
    let at = names::civil(batch, word)?;
    if at <= batch.now() {
        anyhow::bail!("{word} has passed: write a time that is still to come");
    }
    Ok(at)
}

/// Writes in a person's document where they work now, or will in a shift that is planned.
pub(super) fn name_units(batch: &Batch<'_>, office: &Office<'_>, person: PersonId) -> Result<(), StoreError> {
    let mut units: Vec<String> = Vec::new();
    for unit in batch.units_of(person)? {
        if !units.contains(&unit.to_string()) {
            units.push(unit.to_string());
        }
    }
    let birth = batch.birth(Kind::Person, DocId::from(person), None);
    batch.put(
        &batch.server_hand(office.dice),
        &birth,
        &[Edit::root("units", units.join(" "))],
    )?;
    Ok(())
}
