//! The casebook: what a case, a visit, a note, a news post IS.
//!
//! Owns documents, their births, edits, projections and rules, and every cap on bytes from outside. Pure: no disk, no
//! network, no clock, no dice, no words for the screen.

mod birth;
mod book;
mod calendar;
pub mod caps;
pub mod chunk;
mod digest;
mod edit;
mod epoch;
mod error;
mod expiry;
mod facts;
mod kind;
mod project;
mod reach;
mod read;
mod retell;
mod rules;

pub use birth::{Birth, SCHEMA, neutral_actor};
pub use book::{Book, Pen, Written};
pub use calendar::{Calendar, CalendarError, Civil};
pub use digest::{member_digest, member_print};
pub use edit::{Edit, Intent, Scalar};
pub use epoch::{EpochPen, NewEpoch};
pub use error::BookError;
pub use expiry::days_after_closing;
pub use facts::{
    CaseFacts, LooseFacts, NoteFacts, PROJECTION_VERSION, PartFacts, PersonFacts, PostFacts, Projection, Standing,
    TaskFacts, UnitFacts, VisitFacts,
};
pub use kind::{Kind, Limb};
pub use reach::{Audience, Reach};
pub use read::{Authored, Said};
pub use retell::{merged, retold};
pub use rules::{Author, Fault, Role, judge, may_create, written_by};
