//! The vault: a PIN of six digits, and a random file key wrapped by it and by a secret of this device.
//!
//! Owns three small files in the app's folder: `vault.json` (the key record), `device-secret` and `tries.json`. It does
//! not open the replica, and it never erases the key: wrong tries only wait (decision 0007).

mod effort;
mod pin;
mod record;
mod tries;

use std::io;
use std::path::{Path, PathBuf};

use feltbog_replica::FileKey;
use feltbog_views::Problem;
use zeroize::Zeroizing;

pub use effort::{Cost, Effort};
pub use pin::Pin;
pub use record::Record;
use tries::Tries;

use crate::disk;
use crate::world::World;

/// Why the vault stays closed.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// Not six digits, or too easily guessed: choose another.
    #[error("choose six digits that are not a row or a repetition")]
    WeakPin,
    /// Wrong; so many tries are left before waiting begins.
    #[error("the PIN is wrong; {left} tries are left before you must wait")]
    WrongPin {
        /// Tries left.
        left: u32,
    },
    /// Too many wrong tries: wait.
    #[error("wait {seconds} seconds before the next try")]
    Wait {
        /// Seconds to wait.
        seconds: u32,
    },
    /// The record or the secret cannot be read: put the folder back from where it was copied.
    #[error("the key record of this device cannot be read")]
    Damaged,
    /// The record was written by a newer version: update the app.
    #[error("the key record was written by a newer version of the app")]
    Newer,
    /// The disk does not take or give the files.
    #[error("the vault's files cannot be read or written")]
    Disk(#[from] io::Error),
}

impl VaultError {
    /// The same as a case for the page.
    pub fn problem(&self) -> Problem {
        match self {
            Self::WeakPin => Problem::WeakPin,
            Self::WrongPin { left } => Problem::WrongPin { left: *left },
            Self::Wait { seconds } => Problem::PinWait { seconds: *seconds },
            Self::Damaged => Problem::Damaged,
            Self::Newer => Problem::NewerFile,
            Self::Disk(error) if error.kind() == io::ErrorKind::StorageFull => Problem::DiskFull,
            Self::Disk(_) => Problem::Unexpected,
        }
    }
}

/// The vault of one person in one folder.
pub struct Vault {
    folder: PathBuf,
}

/// A key that was drawn and wrapped, and is not on the disk yet.
pub struct NewKey {
    /// The key for the new replica.
    pub key: FileKey,
    record: Record,
}

impl Vault {
    /// The vault in `folder`, whether or not there is a key in it yet.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// Whether somebody has a key here.
    pub fn has_key(&self) -> bool {
        self.record_path().exists()
    }

    /// Draws a key and wraps it. Nothing opens with it before `keep`, so that a first sign-in cut off half-way leaves
    /// no device that asks for the PIN of a replica it does not have.
    pub fn draw_key(&self, pin: &Pin, effort: &Effort, world: &World) -> Result<NewKey, VaultError> {
        let secret = self.device_secret_or_new(world)?;
        let cost = effort.cost(world);
        let plain = Zeroizing::new(world.draw::<32>());
        let record = Record::wrap(&plain, pin, &secret, cost, world);
        Ok(NewKey {
            key: FileKey::new(*plain),
            record,
        })
    }

    /// Puts the record on the disk: from here on the PIN opens.
    pub fn keep(&self, new: &NewKey) -> Result<(), VaultError> {
        Tries::default().write(&self.tries_path())?;
        Ok(disk::write_whole(&self.record_path(), &new.record.to_json())?)
    }

    /// Opens with the PIN. A try is counted, and the count is safe on the disk, before the PIN is looked at.
    pub fn open(&self, pin: &str, world: &World) -> Result<FileKey, VaultError> {
        let record = disk::read_if_there(&self.record_path())?.ok_or(VaultError::Damaged)?;
        let record = Record::from_json(&record)?;
        let secret = self.device_secret()?.ok_or(VaultError::Damaged)?;
        let before = Tries::read(&self.tries_path(), world.now())?;
        if let Some(seconds) = before.wait(world.now()) {
            return Err(VaultError::Wait { seconds });
        }
        let counted = before.one_more(world.now());
        counted.write(&self.tries_path())?;
        match record.unwrap(pin, &secret)? {
            Some(key) => {
                Tries::default().write(&self.tries_path())?;
                Ok(FileKey::new(*key))
            }
            None => Err(counted.refusal(world.now())),
        }
    }

    fn device_secret(&self) -> Result<Option<Zeroizing<[u8; 32]>>, VaultError> {
        let Some(bytes) = disk::read_if_there(&self.secret_path())? else {
            return Ok(None);
        };
        let bytes = Zeroizing::new(bytes);
        let secret = bytes.as_slice().try_into().map_err(|_| VaultError::Damaged)?;
        Ok(Some(Zeroizing::new(secret)))
    }

    fn device_secret_or_new(&self, world: &World) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        if let Some(secret) = self.device_secret()? {
            return Ok(secret);
        }
        let secret = Zeroizing::new(world.draw::<32>());
        disk::write_whole(&self.secret_path(), secret.as_slice())?;
        Ok(secret)
    }

    fn record_path(&self) -> PathBuf {
        self.folder.join("vault.json")
    }

    fn secret_path(&self) -> PathBuf {
        self.folder.join("device-secret")
    }

    fn tries_path(&self) -> PathBuf {
        self.folder.join("tries.json")
    }
}
