//! What is passed in from outside: the key, who this is, and the moment with its dice.
//!
//! Nothing here is drawn or remembered by itself.

use feltbog_ids::{EnrolmentId, Instant, PersonId, WorkspaceId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The key of the file: 32 random bytes, wiped from memory when dropped.
#[derive(Clone)]
pub struct FileKey(Zeroizing<[u8; 32]>);

impl FileKey {
    /// Takes over these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for wrapping.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Whose notebook this is. Never changes in the life of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The person.
    pub person: PersonId,
    /// This person on this device.
    pub enrolment: EnrolmentId,
    /// User name, so that only the password is asked again.
    pub user: String,
    /// The server's address.
    pub address: String,
    /// IANA time zone of the workspace.
    pub time_zone: String,
}

/// One moment: the device's clock and eight fresh random bytes.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The device's clock.
    pub now: Instant,
    /// For an actor that is needed in this call; not used twice.
    pub salt: [u8; 8],
}
