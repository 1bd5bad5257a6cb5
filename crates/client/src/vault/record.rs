//! The key record: a file key wrapped with XChaCha20-Poly1305 under HKDF-SHA256 of Argon2id(PIN) and the device secret.
//!
//! It counts no tries. Version and parameters are bound to the wrapped key, so that none can be swapped for a weaker one.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Cost, Pin, VaultError};
use crate::world::World;

/// The only version so far.
const VERSION: u32 = 1;

/// More than any device here is ever given; a record that asks for more was tampered with.
const MOST: Cost = Cost {
    memory: 1024 * 1024,
    passes: 64,
    lanes: 16,
};

/// What the wrapping key is for, so that no other use of the same secret meets it.
const PURPOSE: &[u8] = b"feltbog vault: file key, version 1";

/// The record as it lies in the file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Record {
    version: u32,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
    nonce: String,
    wrapped: String,
}

impl Record {
    /// Wraps a key.
    pub fn wrap(key: &[u8; 32], pin: &Pin, secret: &[u8; 32], cost: Cost, world: &World) -> Self {
        let mut record = Self {
            version: VERSION,
            memory_kib: cost.memory,
            passes: cost.passes,
            lanes: cost.lanes,
            salt: hex::encode(world.draw::<16>()),
            nonce: hex::encode(world.draw::<24>()),
            wrapped: String::new(),
        };
        let parts = record
            .parts()
            .expect("it was just made of whole parts and a cost Argon2 takes");
        let cipher = parts.cipher(pin.digits(), secret);
        let payload = Payload {
            msg: key.as_slice(),
            aad: &record.bound(),
        };
        let wrapped = cipher
            .encrypt(&parts.nonce.into(), payload)
            .expect("32 bytes fit the cipher");
        record.wrapped = hex::encode(wrapped);
        record
    }

    /// The key, or none when the PIN, the secret or the record is not the one it was wrapped with.
    pub fn unwrap(&self, pin: &str, secret: &[u8; 32]) -> Result<Option<Zeroizing<[u8; 32]>>, VaultError> {
        let parts = self.parts()?;
        let wrapped = hex::decode(&self.wrapped).map_err(|_| VaultError::Damaged)?;
        let payload = Payload {
            msg: wrapped.as_slice(),
            aad: &self.bound(),
        };
        let Ok(plain) = parts.cipher(pin, secret).decrypt(&parts.nonce.into(), payload) else {
            return Ok(None);
        };
        let plain = Zeroizing::new(plain);
        let key = plain.as_slice().try_into().map_err(|_| VaultError::Damaged)?;
        Ok(Some(Zeroizing::new(key)))
    }

    /// The bytes of the file.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).expect("numbers and words are always JSON")
    }

    /// Reads the file.
    pub fn from_json(bytes: &[u8]) -> Result<Self, VaultError> {
        let record: Self = serde_json::from_slice(bytes).map_err(|_| VaultError::Damaged)?;
        match record.version {
            VERSION => Ok(record),
            newer if newer > VERSION => Err(VaultError::Newer),
            _ => Err(VaultError::Damaged),
        }
    }

    fn bound(&self) -> Vec<u8> {
        format!(
            "{}|{}|{}|{}|{}",
            self.version, self.memory_kib, self.passes, self.lanes, self.salt
        )
        .into_bytes()
    }

    fn parts(&self) -> Result<Parts, VaultError> {
        let cost = Cost {
            memory: self.memory_kib,
            passes: self.passes,
            lanes: self.lanes,
        };
        if cost.memory > MOST.memory || cost.passes > MOST.passes || cost.lanes > MOST.lanes {
            return Err(VaultError::Damaged);
        }
        let mut salt = [0; 16];
        let mut nonce = [0; 24];
        hex::decode_to_slice(&self.salt, &mut salt).map_err(|_| VaultError::Damaged)?;
        hex::decode_to_slice(&self.nonce, &mut nonce).map_err(|_| VaultError::Damaged)?;
        Ok(Parts {
            argon2: cost.argon2().ok_or(VaultError::Damaged)?,
            salt,
            nonce,
        })
    }
}

/// A record's parts, parsed.
struct Parts {
    argon2: argon2::Argon2<'static>,
    salt: [u8; 16],
    nonce: [u8; 24],
}

impl Parts {
    fn cipher(&self, pin: &str, secret: &[u8; 32]) -> XChaCha20Poly1305 {
        let mut stretched = Zeroizing::new([0; 32]);
        self.argon2
            .hash_password_into(pin.as_bytes(), &self.salt, stretched.as_mut_slice())
            .expect("any PIN a person can type, and a salt of 16 bytes, are within Argon2's bounds");
        let mut wrapping = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(secret.as_slice()), stretched.as_slice())
            .expand(PURPOSE, wrapping.as_mut_slice())
            .expect("32 bytes are less than HKDF can give");
        XChaCha20Poly1305::new(&(*wrapping).into())
    }
}

#[cfg(test)]
mod tests {
    use super::Record;
    use crate::vault::{Cost, Pin};
    use crate::world::World;

    const SECRET: [u8; 32] = [7; 32];
    const CHEAP: Cost = Cost {
        memory: 8,
        passes: 1,
        lanes: 1,
    };

    fn record() -> Record {
        let world = World::real().expect("this machine has random bytes");
        Record::wrap(
            &[9; 32],
            &Pin::choose("274859").expect("a good PIN"),
            &SECRET,
            CHEAP,
            &world,
        )
    }

    #[test]
    fn only_the_same_pin_on_the_same_device_unwraps() {
        let record = record();
        let open = |pin, secret| record.unwrap(pin, secret).expect("the record is whole").map(|key| *key);
        assert_eq!(open("274859", &SECRET), Some([9; 32]));
        assert_eq!(open("274858", &SECRET), None);
        assert_eq!(open("274859", &[8; 32]), None);
    }

    #[test]
    fn a_record_that_was_altered_opens_nothing() {
        let opens = |record: &Record| matches!(record.unwrap("274859", &SECRET), Ok(Some(_)));
        assert!(opens(&record()));
        assert!(!opens(&Record { passes: 2, ..record() }));
        assert!(!opens(&Record {
            memory_kib: u32::MAX,
            ..record()
        }));
        assert!(!opens(&Record {
            salt: "00".repeat(16),
            ..record()
        }));
        assert!(!opens(&Record {
            nonce: "short".to_owned(),
            ..record()
        }));
        let mut flipped = record();
        let first = if flipped.wrapped.starts_with('0') { "1" } else { "0" };
        flipped.wrapped.replace_range(..1, first);
        assert!(!opens(&flipped));
    }
}
