//! What travels between device and server: messages, their bytes, and the packing around them.
//!
//! Frozen by tests: additions get a new number, nothing is renumbered or reused, and the server speaks to clients two
//! versions back. It knows no document's inside: projections and changes are bytes here.

mod bell;
mod enrol;
mod feed;
mod loose;
mod modest;
mod problem;
mod push;
mod repair;
mod wire;

pub use bell::BellReply;
pub use enrol::{EnrolReply, EnrolRequest, SignInReply, SignInRequest};
pub use feed::{
    BodiesReply, BodiesRequest, Body, Closing, Entry, FeedPage, FeedRequest, Filling, ScopeEnd, ScopeState, Unread,
    Want,
};
pub use loose::{Handed, Loose};
pub use problem::ServerProblem;
pub use push::{Answer, PushItem, PushReply, PushRequest, Reason};
pub use repair::{Found, PRINT, RepairReply, RepairRequest};
pub use wire::{MEDIA_TYPE, WireError, pack, unpack};

/// Largest request or answer, packed and after unpacking, in bytes: while it is read it is held twice, and that stays below
/// 16 MB.
pub const MAX_MESSAGE: usize = 7 * 1024 * 1024;

/// Largest body that fits a message with what stands around it.
pub const MAX_BODY: usize = MAX_MESSAGE - 64 * 1024;

/// Largest change a device may send, in bytes. A note's text of this size is a short book.
pub const MAX_CHANGE: usize = 256 * 1024;

/// Most words of a note without a place, in bytes.
pub const MAX_LOOSE: usize = MAX_CHANGE / 2;

/// Most changes and notes without a place in one push, together.
pub const MAX_PUSH: usize = 100;

/// Most documents asked for at once.
pub const MAX_WANTS: usize = 1_000;
