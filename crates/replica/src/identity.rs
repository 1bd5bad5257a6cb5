//! Whose notebook it is, what opens it, and what each call brings along: key, identity, moment.
//!
//! It derives no key and draws no dice; the vault does the first and the client the second.

use std::fmt;

use feltbog_ids::{ChangeHash, CommandId, DocId, EnrolmentId, Instant, PersonId, WorkspaceId};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The random key of the file. Zeroed when dropped, and never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct FileKey([u8; 32]);

impl FileKey {
    /// The key of these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for wrapping them.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey(…)")
    }
}

/// Who this notebook belongs to. It never changes in the life of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The person.
    pub person: PersonId,
    /// This person on this device.
    pub enrolment: EnrolmentId,
    /// The account's user name.
    pub user: String,
    /// The server's address.
    pub address: String,
    /// IANA time zone of the workspace.
    pub time_zone: String,
}

/// When a call is made, and eight fresh random bytes should it need an actor of its own.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The device's clock.
    pub now: Instant,
    /// Drawn anew for every call.
    pub salt: [u8; 8],
}

/// What is typed, as the page sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepDraft {
    /// Drawn by the page for this keeping.
    pub id: CommandId,
    /// The note.
    pub note: DocId,
    /// Its case.
    pub case: DocId,
    /// Its visit, when there is one.
    pub visit: Option<DocId>,
    /// The version the text was typed on; empty for a new note.
    pub heads: Vec<ChangeHash>,
    /// The text at those heads.
    pub before: String,
    /// The text as it now stands in the page.
    pub after: String,
}

/// What the device holds compared with what the server announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Every scope is equal.
    Equal,
    /// Something announced is not in yet; comparing now would say nothing.
    NotYet,
    /// So many scopes differ and are fetched anew.
    Refetching(u32),
}
