//! Up: batches of changes until nothing can go, then what has no place.
//!
//! It keeps no note of what was sent: only a receipt takes a row out of the outbox, so a lost answer means the same
//! push again.

use feltbog_protocol::{Answer, MAX_MESSAGE, MAX_PUSH, PushReply, PushRequest, Reason, ServerProblem};
use feltbog_replica::OutboxItem;

use super::{CourierError, Errand, handover::hand_over};
use crate::remote::{Remote, RemoteError};

/// Bytes of changes in one push; the rest of a message is room for what stands around them.
const BATCH: usize = MAX_MESSAGE / 2;

/// Sends what waits, oldest first.
pub async fn push<R: Remote>(errand: &Errand<'_, R>) -> Result<(), CourierError> {
    push_changes(errand).await?;
    hand_over(errand).await
}

async fn push_changes<R: Remote>(errand: &Errand<'_, R>) -> Result<(), CourierError> {
    let mut most = MAX_PUSH;
    let mut last = Vec::new();
    loop {
        let batch = within(errand.with(|replica| replica.outbox(most))?);
        let sending: Vec<_> = batch.iter().map(|item| (item.doc, item.hash)).collect();
        if batch.is_empty() {
            return Ok(());
        }
        if sending == last {
            // Answered, and nothing moved: going on would go on for ever.
            return Err(RemoteError::NotOurs.into());
        }
        let (session, at) = errand.session()?;
        let request = PushRequest {
            items: batch.iter().map(|item| item.item.clone()).collect(),
            loose: Vec::new(),
        };
        match errand.remote.push(&session, at, &request).await {
            Ok(reply) => {
                take(errand, &batch, &reply)?;
                last = sending;
            }
            Err(RemoteError::Server(ServerProblem::TooLarge { .. })) if batch.len() > 1 => most = batch.len() / 2,
            Err(RemoteError::Server(ServerProblem::TooLarge { .. })) => park(errand, &batch)?,
            Err(error) => return Err(error.into()),
        }
    }
}

fn take<R>(errand: &Errand<'_, R>, batch: &[OutboxItem], reply: &PushReply) -> Result<(), CourierError> {
    if reply.answers.len() != batch.len() {
        return Err(RemoteError::NotOurs.into());
    }
    let moment = errand.world.moment();
    let changed = errand.with(|replica| replica.take_answers(batch, reply, &moment))?;
    errand.tell(changed);
    Ok(())
}

/// A single change the server will not even read: the person hears of it as of any other refusal.
fn park<R>(errand: &Errand<'_, R>, batch: &[OutboxItem]) -> Result<(), CourierError> {
    let answers = batch.iter().map(|_| Answer::Refused(Reason::TooLarge)).collect();
    take(
        errand,
        batch,
        &PushReply {
            answers,
            server_time: errand.world.now(),
            generation: None,
            handed: Vec::new(),
        },
    )
}

/// The oldest rows that fit one message; at least one.
fn within(mut batch: Vec<OutboxItem>) -> Vec<OutboxItem> {
    let mut bytes = 0_usize;
    let fits = batch.iter().take_while(|item| {
        bytes += item.item.change.len();
        bytes <= BATCH
    });
    let fits = fits.count().max(1);
    batch.truncate(fits);
    batch
}
