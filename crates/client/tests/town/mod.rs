//! A town in miniature for the app's tests: the notebook's office behind a road with faults, and devices with an app.
//!
//! It is no server: it checks no rights and no caps. The real server meets the real app in the stories of `tests`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code, unused_imports, reason = "each test file uses its own part of the town")]

mod device;
mod exchange;
#[path = "../../../replica/tests/town/office.rs"]
mod office;

use feltbog_ids::{DocId, EnrolmentId, Instant, PersonId, WorkspaceId};

pub use device::{Device, LIMIT};
pub use exchange::{Fault, Line};
pub use office::{Office, SCOPE};

/// 2026-11-24 12:00 in Copenhagen.
pub const NOON: Instant = Instant(1_795_518_000_000_000);

pub const WORKSPACE: WorkspaceId = WorkspaceId::from_bytes([0xfe; 16]);

/// A document named by a number.
pub fn doc(number: u8) -> DocId {
    DocId::from_bytes([number; 16])
}

/// The case that most stories are about.
pub fn case() -> DocId {
    doc(10)
}

pub fn person(number: u8) -> PersonId {
    PersonId::from_bytes([100 + number; 16])
}

pub fn enrolment(number: u8) -> EnrolmentId {
    EnrolmentId::from_bytes([200 + number; 16])
}
