//! One bad thing among many good ones: everything else goes on, and a person sees what needs them.
//!
//! What hostile bytes may cost is another test's story: see `memory`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod forged;
mod missing;
mod refusals;
mod rot;
mod town;
