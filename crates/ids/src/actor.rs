//! Who wrote a change: an enrolment and eight random bytes.
//!
//! It does not draw the random bytes, and it does not know automerge's own actor type.

use std::fmt;

use crate::{EnrolmentId, ParseIdError};

/// An automerge actor as Feltbog draws it: sixteen bytes of enrolment, which name the author, and eight random bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActorId([u8; 24]);

impl ActorId {
    /// The actor of `enrolment` with the salt drawn for this replica, run or rewritten branch.
    pub fn new(enrolment: EnrolmentId, salt: [u8; 8]) -> Self {
        let mut bytes = [0; 24];
        bytes[..16].copy_from_slice(enrolment.as_bytes());
        bytes[16..].copy_from_slice(&salt);
        Self(bytes)
    }

    /// Reads an actor from a change. Anything but 24 bytes was not written by an enrolment.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, ParseIdError> {
        bytes.try_into().map(Self).map_err(|_| ParseIdError::Hex { bytes: 24 })
    }

    /// The author: one person on one device.
    pub fn enrolment(&self) -> EnrolmentId {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.0[..16]);
        EnrolmentId::from_bytes(bytes)
    }

    /// All 24 bytes.
    pub fn as_bytes(&self) -> &[u8; 24] {
        &self.0
    }
}

impl fmt::Debug for ActorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ActorId({}, {})", self.enrolment(), hex::encode(&self.0[16..]))
    }
}
