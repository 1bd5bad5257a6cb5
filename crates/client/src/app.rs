//! All of the app but its window: one folder, one desk, one courier while the notebook is open.
//!
//! It draws nothing and listens on nothing; a shell hands it commands and passes its changes on.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use feltbog_views::{Changed, Command, Reply, Shape};
use tokio::runtime::Handle;
use tokio::sync::broadcast;

use crate::address::Address;
use crate::desk::Desk;
use crate::disk;
use crate::remote::{HttpRemote, Remote, RemoteError, Roots};
use crate::road::Road;
use crate::vault::Effort;
use crate::world::World;

/// What an app is made of.
pub struct Setup {
    /// The folder of one person on one device; made when missing.
    pub folder: PathBuf,
    /// Clock and dice.
    pub world: World,
    /// What kind of device this is.
    pub shape: Shape,
    /// A runtime of several threads, for the network.
    pub runtime: Handle,
    /// How dear a guess at the PIN is made for new keys.
    pub effort: Effort,
}

/// The app cannot begin: its folder cannot be made or read.
#[derive(Debug, thiserror::Error)]
#[error("the app's folder cannot be made or read")]
pub struct OpenError(#[from] io::Error);

/// The app. Clones are the same app.
pub struct App<R: Remote = HttpRemote> {
    desk: Arc<Desk<R>>,
}

impl App<HttpRemote> {
    /// The app in a folder, over HTTPS. Authorities that vouch for the server are read from `roots.pem` in the folder.
    pub fn open(folder: &Path, world: World, shape: Shape, runtime: Handle) -> Result<Self, OpenError> {
        let roots = Roots(disk::read_if_there(&folder.join("roots.pem"))?.unwrap_or_default());
        let setup = Setup {
            folder: folder.to_owned(),
            world,
            shape,
            runtime,
            effort: Effort::Measured,
        };
        Self::with(setup, move |address| HttpRemote::new(address, &roots))
    }
}

impl<R: Remote> App<R> {
    /// The app with all that varies passed in; `reach` makes the server at an address.
    pub fn with(
        setup: Setup,
        reach: impl Fn(Address) -> Result<R, RemoteError> + Send + Sync + 'static,
    ) -> Result<Self, OpenError> {
        disk::make_private_folder(&setup.folder)?;
        Ok(Self {
            desk: Arc::new(Desk::new(setup, Box::new(reach))?),
        })
    }

    /// Answers a command. It blocks, on the disk always and on the network for sign-in: call it where that is allowed,
    /// never from an async task itself.
    pub fn answer(&self, command: Command) -> Reply {
        self.desk.answer(command)
    }

    /// Hears of every change from now on. One who lags behind has missed some and should ask for everything shown.
    pub fn changes(&self) -> broadcast::Receiver<Changed> {
        self.desk.changes()
    }

    /// The road to the server, to be cut and opened by hand.
    pub fn road(&self) -> &Road {
        self.desk.road()
    }
}

impl<R: Remote> Clone for App<R> {
    fn clone(&self) -> Self {
        Self {
            desk: Arc::clone(&self.desk),
        }
    }
}
