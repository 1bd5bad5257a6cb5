//! `admin account`, `admin device` and `admin session`: who comes in, and with what.
//!
//! A token is printed once and kept hashed; no password is ever printed.

use std::io::Write;

use clap::Subcommand;
use feltbog_ids::{EnrolmentId, Span};

use super::{
    Office,
    names::{self, PasswordArgs},
};
use crate::{StoreError, password, store::NewToken};

/// How long a printed token can be used.
const TOKEN: Span = Span::days(1);

#[derive(Debug, Subcommand)]
pub enum Account {
    /// Close an account: its sessions end
    Close {
        /// User name
        #[arg(long)]
        user: String,
    },
    /// Open a closed account again
    Open {
        /// User name
        #[arg(long)]
        user: String,
    },
    /// Set another password: sessions of the old one end
    Password {
        /// User name
        #[arg(long)]
        user: String,
        #[command(flatten)]
        password: PasswordArgs,
    },
}

#[derive(Debug, Subcommand)]
pub enum Device {
    /// Print a token with which this person enrols one device within 24 hours
    Add {
        /// User name
        #[arg(long)]
        user: String,
        /// What the device is called
        #[arg(long, default_value = "device")]
        label: String,
    },
    /// Print a person's devices: enrolment, label, when it was made, whether it is revoked, and up to where all that left it is wiped
    List {
        /// User name
        #[arg(long)]
        user: String,
    },
    /// Revoke a device: nothing it sends is taken any more
    Revoke {
        /// Its enrolment
        #[arg(long)]
        enrolment: EnrolmentId,
    },
}

#[derive(Debug, Subcommand)]
pub enum Session {
    /// End every session of a person
    End {
        /// User name
        #[arg(long)]
        user: String,
    },
}

pub(super) fn run_account(command: Account, office: &Office<'_>) -> anyhow::Result<()> {
    match command {
        Account::Close { user } => office.store.batch(office.now, |batch| batch.close_account(&user))?,
        Account::Open { user } => office.store.batch(office.now, |batch| batch.reopen_account(&user))?,
        Account::Password { user, password } => {
            let kept = password::hash(&password.read()?, office.dice)?;
            office
                .store
                .batch(office.now, |batch| batch.set_password(&user, &kept))?;
        }
    }
    Ok(())
}

pub(super) fn run_device(command: Device, office: &Office<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    match command {
        Device::Add { user, label } => {
            let token = password::draw_token(office.dice);
            office.store.batch(office.now, |batch| {
                let person = batch.account(&user)?.ok_or(StoreError::NoSuch("account"))?.person;
                batch.keep_token(&NewToken {
                    token: token.clone(),
                    person,
                    label,
                    expires: office.now + TOKEN,
                })
            })?;
            writeln!(out, "{token}")?;
        }
        Device::List { user } => list(&user, office, out)?,
        Device::Revoke { enrolment } => office.store.batch(office.now, |batch| batch.revoke(enrolment))?,
    }
    Ok(())
}

fn list(user: &str, office: &Office<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    let devices = office.store.view(office.now, |view| {
        let person = view.account(user)?.ok_or(StoreError::NoSuch("account"))?.person;
        view.devices_of(person)
    })?;
    for device in devices {
        let (id, label, made) = (device.enrolment, device.label, names::written(device.made)?);
        let revoked = match device.revoked {
            Some(at) => format!("revoked {}", names::written(at)?),
            None => "not revoked".to_owned(),
        };
        let wiped = match device.wiped {
            Some((upto, at)) => format!("wiped up to {upto}, {}", names::written(at)?),
            None => "nothing wiped".to_owned(),
        };
        writeln!(out, "{id}\t{label}\t{made}\t{revoked}\t{wiped}")?;
    }
    Ok(())
}

pub(super) fn run_session(command: Session, office: &Office<'_>) -> anyhow::Result<()> {
    let Session::End { user } = command;
    office.store.batch(office.now, |batch| {
        let person = names::person(batch, &user)?;
        Ok(batch.end_sessions(person)?)
    })
}
