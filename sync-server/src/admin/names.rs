//! Reading the words an operator writes for units, people, roles and passwords.
//!
//! A name stands for an id only where it is the only one.

use std::path::PathBuf;

use anyhow::{Context, bail};
use feltbog_casebook::{Calendar, Civil, Kind, Projection, Role};
use feltbog_ids::{Instant, PersonId, UnitId};

use crate::{Batch, StoreError};

/// A unit by its id or its name.
pub(super) fn unit(batch: &Batch<'_>, word: &str) -> anyhow::Result<UnitId> {
    let units = batch.documents_of(Kind::Unit)?;
    let id: Option<UnitId> = word.parse().ok();
    let mut found = Vec::new();
    for row in units {
        let unit = UnitId::from(row.doc);
        let is_named = matches!(batch.facts(&row)?, Projection::Unit(facts) if facts.name == word);
        if id == Some(unit) || is_named {
            found.push(unit);
        }
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(StoreError::NoSuch("unit")).with_context(|| word.to_owned()),
        _ => bail!("several units are called {word}: write the id"),
    }
}

/// A person by id or user name.
pub(super) fn person(batch: &Batch<'_>, word: &str) -> anyhow::Result<PersonId> {
    if let Ok(id) = word.parse::<PersonId>() {
        return Ok(id);
    }
    let account = batch.account(word)?;
    account
        .map(|account| account.person)
        .ok_or(StoreError::NoSuch("person"))
        .with_context(|| word.to_owned())
}

/// A role and where, as in `worker@Team Kløver`.
pub(super) fn role(batch: &Batch<'_>, word: &str) -> anyhow::Result<(Role, UnitId)> {
    let (role, unit_word) = word
        .split_once('@')
        .context("write the role as ROLE@UNIT, such as worker@Team Kløver")?;
    let role = Role::parse(role).with_context(|| format!("there is no role called {role}"))?;
    if matches!(role, Role::Admin | Role::Importer) {
        bail!("{word}: that is a hand of the server itself, which no person is given");
    }
    Ok((role, unit(batch, unit_word)?))
}

/// An instant, such as 2026-11-30T12:00:00Z.
pub(super) fn instant(word: &str) -> anyhow::Result<Instant> {
    let stamp: jiff::Timestamp = word.parse().context("write the time as 2026-11-30T12:00:00Z")?;
    Ok(Instant(stamp.as_microsecond()))
}

/// A time of the workspace's day, such as 2026-11-25T15:00.
pub(super) fn civil(batch: &Batch<'_>, word: &str) -> anyhow::Result<Instant> {
    let at: jiff::civil::DateTime = word.parse().context("write the time as 2026-11-25T15:00")?;
    Ok(calendar(batch)?.instant(at)?)
}

/// The same the other way, to the minute.
pub(super) fn civil_written(calendar: &Calendar, at: Instant) -> String {
    let Civil { hour, minute, .. } = calendar.civil(at);
    format!("{}T{hour:02}:{minute:02}", calendar.date(at))
}

/// The workspace's calendar.
pub(super) fn calendar(batch: &Batch<'_>) -> anyhow::Result<Calendar> {
    Ok(Calendar::new(&batch.workspace().time_zone)?)
}

/// An instant the other way, to the second.
pub(super) fn written(at: Instant) -> anyhow::Result<String> {
    Ok(jiff::Timestamp::from_second(at.0.div_euclid(1_000_000))?.to_string())
}

/// Where a password comes from. On the command line other users of the machine can read it: prefer file or environment.
#[derive(Debug, clap::Args)]
pub struct PasswordArgs {
    /// The password
    #[arg(long, env = "FELTBOG_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// A file with the password in its first line
    #[arg(long, conflicts_with = "password")]
    password_file: Option<PathBuf>,
}

impl PasswordArgs {
    /// The password.
    pub(super) fn read(self) -> anyhow::Result<String> {
        let password = match (self.password, self.password_file) {
            (Some(password), _) => password,
            (None, Some(path)) => {
                let text = std::fs::read_to_string(&path);
                let text = text.with_context(|| format!("cannot read {}", path.display()))?;
                text.lines().next().unwrap_or_default().to_owned()
            }
            (None, None) => bail!("give the password by --password-file or FELTBOG_PASSWORD"),
        };
        if password.chars().count() < 8 {
            bail!("a password has at least 8 characters")
        }
        Ok(password)
    }
}
