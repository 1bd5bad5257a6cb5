//! The notebook: one encrypted SQLite file of documents, outbox, projections and search, for one person on one device.
//!
//! Owns what survives a flat battery. It knows no network, no clock and no dice: the moment is passed in, and every
//! call that changes something returns what the screen must draw again.

// The town of the tests stands outside the crate, and names it so.
#[cfg(test)]
extern crate self as feltbog_replica;

mod asleep;
mod audit;
mod base;
mod compact;
mod epoch;
mod error;
mod feed;
mod fold;
mod held;
mod index;
mod kept;
mod life;
mod loose;
mod migrate;
mod moment;
mod needs;
mod outbox;
mod parked;
#[cfg(test)]
mod plans;
mod projections;
mod query;
mod recount;
mod refused;
mod repair;
mod replica;
mod settle;
mod shift;
mod stored;
mod twin;
mod unread;
mod wants;
mod wiped;
mod witness;
mod write;

pub use error::ReplicaError;
pub use fold::{fold, sort_key};
pub use kept::KeepDraft;
pub use moment::{FileKey, Identity, Moment};
pub use outbox::OutboxItem;
pub use replica::Replica;
pub use settle::Agreement;
