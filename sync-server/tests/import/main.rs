//! Import through the front door: a store, a file, a mapping, and what became of every row.
//! How one cell is read is tested beside the reading.

mod beside;
mod boston;
mod cells;
mod desk;
mod program;
mod spoiled;
mod unseen;

#[path = "../story/mod.rs"]
mod story;
