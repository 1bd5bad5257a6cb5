//! The server behind an address of its own, over real HTTP, on the runtime of whoever starts it.
//!
//! It decides nothing about the network; it is the program's own `serve`.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use feltbog_server::Clock;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::World;

/// A server that is asked over HTTP.
pub struct Served {
    /// Where it is found.
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl Served {
    /// Begins to serve a world's post office.
    pub async fn of(world: &World) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let (office, hands) = (world.server.office(), world.clock.clone());
        let clock: Clock = Arc::new(move || hands.now());
        let task = tokio::spawn(feltbog_server::serve(listener, office, clock, async {
            // Told to, or forgotten: both end it.
            stopped.await.ok();
        }));
        Ok(Self { address, stop, task })
    }

    /// Stops it, and waits until what was begun has ended.
    pub async fn stops(self) -> io::Result<()> {
        // It may have ended by itself; then the task says how.
        self.stop.send(()).ok();
        self.task.await.map_err(io::Error::other)?
    }
}
