//! The open notebook and its courier, from unlocking to locking.
//!
//! It outlives no lock: when it is closed the courier has stopped and the key is gone from memory.

use std::io;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use feltbog_casebook::Calendar;
use feltbog_replica::{Replica, ReplicaError};
use feltbog_views::{Changed, Problem};
use tokio::runtime::Handle;
use tokio::sync::broadcast;

use super::{from_replica, hold};
use crate::courier::{Courier, with};
use crate::remote::Remote;
use crate::road::{OnRoad, Road};
use crate::world::World;

/// An open notebook.
pub struct Notebook<R: Remote> {
    /// Goes to the server and back.
    pub courier: Arc<Courier<OnRoad<R>>>,
    /// The workspace's calendar.
    pub calendar: Calendar,
    replica: Arc<Mutex<Replica>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl<R: Remote> Notebook<R> {
    /// Takes an open replica and sends the courier out.
    pub fn start(
        replica: Replica,
        remote: OnRoad<R>,
        world: &World,
        road: &Road,
        changes: &broadcast::Sender<Changed>,
        runtime: &Handle,
    ) -> io::Result<Self> {
        let calendar = Calendar::new(&replica.identity().time_zone)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let replica = Arc::new(Mutex::new(replica));
        let courier = Courier::new(
            Arc::clone(&replica),
            remote,
            world.clone(),
            road.clone(),
            changes.clone(),
        );
        let courier = Arc::new(courier);
        let (runtime, goes) = (runtime.clone(), Arc::clone(&courier));
        let thread = std::thread::Builder::new()
            .name("courier".to_owned())
            .spawn(move || runtime.block_on(goes.run()))?;
        Ok(Self {
            courier,
            calendar,
            replica,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Asks the notebook something, once what has ended by the clock is off it.
    pub fn look<T>(&self, ask: impl FnOnce(&mut Replica) -> Result<T, ReplicaError>) -> Result<T, Problem> {
        self.courier.end_by_clock().map_err(from_replica)?;
        with(&self.replica, ask).map_err(from_replica)
    }
}

impl<R: Remote> Drop for Notebook<R> {
    /// The courier lets go of the replica before this returns, so that the file is closed when the lock is.
    fn drop(&mut self) {
        self.courier.stop();
        if let Some(thread) = hold(&self.thread).take()
            && thread.join().is_err()
        {
            tracing::error!("the courier's thread had panicked");
        }
    }
}
