//! Disks that fail, fill and rot, under the device's notebook and the server's store.
//!
//! The failing disk is made in `shim` and `fault`; `trial` says what must hold of a deed on it, and `device` and `server`
//! list the deeds. It runs no courier and no sockets.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod damage;
mod device;
mod fault;
mod full;
mod making;
mod rot;
mod scene;
mod server;
mod shim;
mod trial;
