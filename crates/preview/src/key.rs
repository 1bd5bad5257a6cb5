//! The key of the door: 32 random bytes, kept in the folder so that a preview started again has the same address.
//!
//! It opens the page, not the notebook; that is the PIN's.

use std::io::{self, Write};
use std::path::Path;

use subtle::ConstantTimeEq;

/// The key, as it stands in the address and in the cookie: 64 hexadecimal digits.
#[derive(Clone)]
pub struct DoorKey(String);

impl DoorKey {
    /// The key kept in this folder, or a new one with these bytes.
    pub fn keep(folder: &Path, fresh: [u8; 32]) -> io::Result<Self> {
        let file = folder.join("door-key");
        match std::fs::read_to_string(&file) {
            Ok(kept) if kept.trim().len() == 64 => return Ok(Self(kept.trim().to_owned())),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let word = hex::encode(fresh);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&file)?.write_all(word.as_bytes())?;
        Ok(Self(word))
    }

    /// The word for the address.
    pub fn word(&self) -> &str {
        &self.0
    }

    /// Compares in a time that tells nothing.
    pub fn fits(&self, word: &str) -> bool {
        self.0.as_bytes().ct_eq(word.as_bytes()).into()
    }
}
