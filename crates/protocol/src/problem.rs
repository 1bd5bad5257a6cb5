//! What the server answers when it does not do what was asked as a whole.
//!
//! Single changes are answered one by one in a push; this is for the request around them.

use minicbor::{Decode, Encode};

/// Why a request was not served. Rights come first: no case here tells whether something exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, thiserror::Error)]
pub enum ServerProblem {
    /// The enrolment token is unknown, used or too old.
    #[n(0)]
    #[error("the enrolment token is unknown, used or too old; ask for a new one")]
    BadToken,
    /// User or password is wrong.
    #[n(1)]
    #[error("user name or password is wrong")]
    WrongPassword,
    /// The account is closed, or the device or person is revoked.
    #[n(2)]
    #[error("the account is closed; speak to your leader")]
    AccountClosed,
    /// The session is unknown or has ended.
    #[n(3)]
    #[error("the session has ended; sign in again")]
    SessionEnded,
    /// Too many tries.
    #[n(4)]
    #[error("too many tries; wait {seconds} seconds")]
    TooManyTries {
        /// How long to wait.
        #[n(0)]
        seconds: u32,
    },
    /// The request is larger than the server takes, or unpacks to more.
    #[n(5)]
    #[error("the request is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        #[n(0)]
        limit: u64,
    },
    /// The request cannot be read.
    #[n(6)]
    #[error("the request cannot be read")]
    Malformed,
    /// Not this workspace, or no right in it.
    #[n(7)]
    #[error("no right to that")]
    NoRight,
    /// The server cannot serve now; nothing was done.
    #[n(8)]
    #[error("the server cannot serve now; try again later")]
    Unavailable,
}
