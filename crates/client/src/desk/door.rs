//! Coming in and going out: first sign-in, PIN, lock, and signing in again.
//!
//! It keeps no password and no PIN: each is used once and wiped.

use std::sync::Arc;

use feltbog_protocol::{EnrolReply, EnrolRequest, SignInRequest};
use feltbog_replica::{Identity, Replica};
use feltbog_views::{Changed, Problem};
use zeroize::{Zeroize, Zeroizing};

use super::notebook::Notebook;
use super::{Answer, Desk, from_disk, from_replica, from_vault, hold};
use crate::address::Address;
use crate::disk;
use crate::planner::Event;
use crate::remote::{Remote, RemoteError};
use crate::road::OnRoad;
use crate::vault::{NewKey, Pin};

/// The notebook's file, and what SQLite and the replica put beside it.
const FILES: [&str; 5] = [
    "replica.db",
    "replica.db-wal",
    "replica.db-shm",
    "replica.db-journal",
    "replica.db.twin",
];

/// What a person types at the first sign-in.
pub struct FirstSignIn {
    /// The server's address.
    pub address: String,
    /// The one-time token.
    pub token: String,
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
    /// The chosen PIN.
    pub pin: String,
}

impl<R: Remote> Desk<R> {
    /// First sign-in. The token is spent only when everything else is ready, and the key record is written last: cut
    /// off at any point, the device is either enrolled or as new.
    pub(super) fn enrol(&self, typed: FirstSignIn) -> Answer {
        let _door = hold(&self.door);
        if self.vault.has_key() {
            // Somebody's notebook is here; a first sign-in must never replace it.
            return self.notebook().and_then(|_| self.status());
        }
        let pin = Zeroizing::new(typed.pin);
        let pin = Pin::choose(&pin).map_err(from_vault)?;
        let address = Address::parse(&typed.address).map_err(|_| Problem::BadAddress)?;
        let remote = self.remote(address.clone())?;
        let new_key = self
            .vault
            .draw_key(&pin, &self.setup.effort, &self.setup.world)
            .map_err(from_vault)?;
        let mut request = EnrolRequest {
            token: typed.token,
            user: typed.user,
            password: typed.password,
        };
        let answer = self.setup.runtime.block_on(remote.enrol(&request));
        request.password.zeroize();
        request.token.zeroize();
        let reply = answer.map_err(|error| error.problem())?;
        let replica = self.new_replica(&new_key, &reply, request.user, &address)?;
        self.vault.keep(&new_key).map_err(from_vault)?;
        self.remember_zone(&reply.time_zone)?;
        self.come_in(replica, remote)
    }

    /// Opens the notebook with the PIN; no network is asked.
    pub(super) fn unlock(&self, pin: String) -> Answer {
        let _door = hold(&self.door);
        let pin = Zeroizing::new(pin);
        match self.notebook() {
            Err(Problem::Locked) => {}
            Err(problem) => return Err(problem),
            Ok(_) => return self.status(),
        }
        let key = self.vault.open(&pin, &self.setup.world).map_err(from_vault)?;
        let moment = self.setup.world.moment();
        let replica = Replica::open(&self.setup.folder.join(FILES[0]), &key, &moment).map_err(from_replica)?;
        let address = Address::parse(&replica.identity().address).map_err(|_| Problem::BadAddress)?;
        let remote = self.remote(address)?;
        self.come_in(replica, remote)
    }

    /// Closes the notebook. What waits stays in it, and goes out after the next PIN.
    pub(super) fn lock(&self) -> Answer {
        let _door = hold(&self.door);
        let notebook = hold(&self.open).take();
        drop(notebook);
        self.tell(Changed {
            docs: Vec::new(),
            status: true,
        });
        self.status()
    }

    /// A new session with the password; the courier goes at once.
    pub(super) fn sign_in(&self, password: String) -> Answer {
        let known = self.notebook()?.look(|replica| Ok(replica.identity().clone()))?;
        let remote = self.remote(Address::parse(&known.address).map_err(|_| Problem::BadAddress)?)?;
        let mut request = SignInRequest {
            enrolment: known.enrolment,
            user: known.user,
            password,
        };
        // Neither the door nor the notebook is held meanwhile: nobody waits for the network to lock.
        let answer = self.setup.runtime.block_on(remote.sign_in(&request));
        request.password.zeroize();
        let session = Zeroizing::new(answer.map_err(|error| error.problem())?.session);
        let _door = hold(&self.door);
        let notebook = self.notebook()?;
        notebook.look(|replica| replica.set_session(Some(&session)))?;
        notebook.courier.hear(Event::SignedIn);
        self.status()
    }

    fn remote(&self, address: Address) -> Result<OnRoad<R>, Problem> {
        let remote = (self.reach)(address).map_err(|error: RemoteError| error.problem())?;
        Ok(OnRoad::new(self.road.clone(), remote))
    }

    fn new_replica(
        &self,
        new_key: &NewKey,
        reply: &EnrolReply,
        user: String,
        address: &Address,
    ) -> Result<Replica, Problem> {
        let another_lay_there = self.lay_aside_another()?;
        let identity = Identity {
            workspace: reply.workspace,
            person: reply.person,
            enrolment: reply.enrolment,
            user,
            address: address.to_string(),
            time_zone: reply.time_zone.clone(),
        };
        let moment = self.setup.world.moment();
        let path = self.setup.folder.join(FILES[0]);
        let mut replica = Replica::create(&path, &new_key.key, &identity, &moment).map_err(from_replica)?;
        replica.set_session(Some(&reply.session)).map_err(from_replica)?;
        if another_lay_there {
            replica.tell_of_another_notebook(&moment).map_err(from_replica)?;
        }
        Ok(replica)
    }

    /// A notebook without its key record: a first sign-in was cut off, or the record was lost, and then unsent work may be
    /// in it. Which of the two cannot be told, so nothing of it is deleted.
    fn lay_aside_another(&self) -> Result<bool, Problem> {
        let folder = &self.setup.folder;
        let found = folder.join(FILES[0]).exists();
        let aside = format!("laid-aside-{}", self.setup.world.now().0);
        for name in FILES {
            let to = name.replacen("replica", &aside, 1);
            disk::rename_if_there(&folder.join(name), &folder.join(to)).map_err(from_disk)?;
        }
        if found {
            tracing::warn!("a notebook without its key record was laid aside");
        }
        Ok(found)
    }

    fn remember_zone(&self, time_zone: &str) -> Result<(), Problem> {
        let mut settings = hold(&self.settings);
        settings.time_zone = Some(time_zone.to_owned());
        settings.write(&self.setup.folder).map_err(from_disk)
    }

    fn come_in(&self, replica: Replica, remote: OnRoad<R>) -> Answer {
        let setup = &self.setup;
        let notebook = Notebook::start(replica, remote, &setup.world, &self.road, &self.changes, &setup.runtime);
        *hold(&self.open) = Some(Arc::new(notebook.map_err(from_disk)?));
        self.tell(Changed {
            docs: Vec::new(),
            status: true,
        });
        self.status()
    }
}
