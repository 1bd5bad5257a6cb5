//! Passwords: Argon2id (RFC 9106), and the tokens drawn at random.
//!
//! It counts no tries; the door does.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{Dice, StoreError};

/// Memory in KiB, rounds and lanes: OWASP's first choice for Argon2id.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// A password nobody has, so that an unknown user costs as much time as a wrong password.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$ZmVsdGJvZy1ub2JvZHkhIQ$q7Gmy5MkVUtfrpHRZlSwE4CsRKkqQKqLKbJFyATGSEk";

/// Turns a password into what is kept of it, with a fresh salt.
pub fn hash(password: &str, dice: &Dice) -> Result<String, StoreError> {
    let salt: [u8; 16] = dice.bytes();
    let hashed: Result<PasswordHash, _> = engine()?.hash_password_with_salt(password.as_bytes(), &salt);
    hashed
        .map(|hash| hash.to_string())
        .map_err(|error| StoreError::Word(error.to_string()))
}

/// Whether the password is the one that was kept; always as slow, and compared in constant time.
pub fn fits(password: &str, kept: Option<&str>) -> bool {
    let Ok(parsed) = PasswordHash::new(kept.unwrap_or(NOBODY)) else {
        return false;
    };
    let fits = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    fits && kept.is_some()
}

/// A token of 32 random bytes, as it travels.
pub fn draw_token(dice: &Dice) -> String {
    URL_SAFE_NO_PAD.encode(dice.bytes::<32>())
}

fn engine() -> Result<Argon2<'static>, StoreError> {
    let (memory, rounds, lanes) = COST;
    let params = Params::new(memory, rounds, lanes, None).map_err(|error| StoreError::Word(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}
