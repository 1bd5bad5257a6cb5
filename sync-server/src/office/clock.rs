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

    fn begin_and_end(&self, now: Instant) -> Result<(), StoreError> {
        let due = self.store.view::<_, StoreError>(now, |view| view.next_due())?;
        if due.is_none_or(|due| now < due) {
            return Ok(());
        }
        self.store.batch(now, |batch| batch.keep_time())?;
        self.written.notify_one();
        tracing::info!("roles began or ended by the clock");
        Ok(())
    }
}
