//! What the screens ask: views made from projections, and from the one document a person opens.
//!
//! It writes nothing but what has been read here, and decides nothing about rights.

mod case;
mod cases;
mod loose;
mod news;
mod note;
mod today;
mod who;
