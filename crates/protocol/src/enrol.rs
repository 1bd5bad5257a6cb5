//! Enrolment and sign-in: how a device gets a session.
//!
//! It does not say how a password is checked, nor how the session is kept.

use feltbog_ids::{EnrolmentId, Instant, PersonId, WorkspaceId};
use minicbor::{Decode, Encode};

/// First contact of a device: a one-time token and an account.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EnrolRequest {
    /// The one-time token an operator printed.
    #[n(0)]
    pub token: String,
    /// User name.
    #[n(1)]
    pub user: String,
    /// Password.
    #[n(2)]
    pub password: String,
}

/// What the device needs to begin.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EnrolReply {
    /// The workspace.
    #[n(0)]
    pub workspace: WorkspaceId,
    /// Who signed in.
    #[n(1)]
    pub person: PersonId,
    /// This person on this device.
    #[n(2)]
    pub enrolment: EnrolmentId,
    /// The session, to be sent as a bearer token.
    #[n(3)]
    pub session: String,
    /// IANA time zone of the workspace, such as `Europe/Copenhagen`.
    #[n(4)]
    pub time_zone: String,
    /// The server's clock.
    #[n(5)]
    pub server_time: Instant,
}

/// A new session for an enrolled device.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignInRequest {
    /// The enrolment.
    #[n(0)]
    pub enrolment: EnrolmentId,
    /// User name.
    #[n(1)]
    pub user: String,
    /// Password.
    #[n(2)]
    pub password: String,
}

/// The new session.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignInReply {
    /// The session.
    #[n(0)]
    pub session: String,
    /// The server's clock.
    #[n(1)]
    pub server_time: Instant,
}
