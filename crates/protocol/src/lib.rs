//! What travels between device and server: messages, their bytes, and the packing around them.
//!
//! Frozen by tests: additions get a new number, nothing is renumbered or reused, and the server speaks to clients two
//! versions back. It knows no document's inside: projections and changes are bytes here.

mod bell;
mod enrol;
mod feed;
mod problem;
mod push;
mod repair;
mod wire;

pub use bell::BellReply;
pub use enrol::{EnrolReply, EnrolRequest, SignInReply, SignInRequest};
pub use feed::{BodiesReply, BodiesRequest, Body, Closing, Entry, FeedPage, FeedRequest, Filling, ScopeState, Want};
pub use problem::ServerProblem;
pub use push::{Answer, PushItem, PushReply, PushRequest, Reason};
pub use repair::{Found, PRINT, RepairReply, RepairRequest};
pub use wire::{MEDIA_TYPE, WireError, pack, unpack};

/// Largest request or answer after unpacking, in bytes.
pub const MAX_MESSAGE: usize = 8 * 1024 * 1024;

/// Largest change a device may send, in bytes. A note's text of this size is a short book.
pub const MAX_CHANGE: usize = 256 * 1024;

/// Most changes in one push.
pub const MAX_PUSH: usize = 100;

/// Most documents asked for at once.
pub const MAX_WANTS: usize = 1_000;
