//! Import through the front door: a store, a file, a mapping, and what became of every row.
//! How one cell is read is tested beside the reading.

mod boston;
mod desk;
mod unseen;
