//! A free port on this machine. It keeps none: who asks takes it at once.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result};

/// A port on loopback that nobody listens on now.
pub fn free() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("this machine has no free port")?;
    Ok(listener.local_addr()?.port())
}
