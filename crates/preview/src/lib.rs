//! The desk behind a loopback web page: for trying out, for browser tests, for screenshots.
//!
//! Reading order: the key of the door, who is let in, what the door answers, the page's own files. It decides nothing;
//! the desk does. It is not a way to serve staff.

mod door;
mod files;
mod guard;
mod key;

pub use door::{Preview, router};
pub use key::DoorKey;
