//! Rights that begin and end by the clock: written in the log when their time has come, before anybody is answered.
//!
//! It decides nothing about whom that concerns; the feed and the bells do.

use feltbog_ids::Instant;
use feltbog_protocol::ServerProblem;

use super::{PostOffice, Trouble};
use crate::StoreError;

impl PostOffice {
    /// Begins and ends what is due by now. Almost always nothing is, and that costs a look.
    pub(crate) fn keep_time(&self, now: Instant) -> Result<(), ServerProblem> {
        self.begin_and_end(now)
            .map_err(|error| Trouble::from(error).into_problem())
    }

    /// The same for whoever only reads: what has ended counts no more whether or not that is written, and where nothing can
    /// be written, on a full disk, reading goes on.
    pub(super) fn keep_time_if_it_can(&self, now: Instant) {
        if let Err(error) = self.begin_and_end(now) {
            tracing::error!(%error, "what begins or ends by the clock could not be written");
        }
    }

    fn begin_and_end(&self, now: Instant) -> Result<(), StoreError> {
        let due = self.store.view::<_, StoreError>(now, |view| view.next_due())?;
        if due.is_none_or(|due| now < due) {
            return Ok(());
        }
        if self.store.batch(now, |batch| batch.keep_time())? {
            self.written.notify_one();
            tracing::info!("roles began or ended by the clock");
        }
        Ok(())
    }
}
