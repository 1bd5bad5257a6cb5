//! Up: batches of changes until nothing can go, then what has no place.
//!
//! It keeps no note of what was sent: only a receipt takes a row out of the outbox, so a lost answer means the same
//! push again.

use feltbog_casebook::caps;
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
        let batch = within(errand.with(|replica| replica.outbox(most))?, most);
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

/// The oldest rows, of at most so many, that fit one message; at least one. A birth carries no time and is judged by the
/// first words that come with it: where more is to follow, it does not go as the last.
fn within(mut batch: Vec<OutboxItem>, most: usize) -> Vec<OutboxItem> {
    let mut bytes = 0_usize;
    let fits = batch.iter().take_while(|item| {
        bytes += item.item.change.len();
        bytes <= BATCH
    });
    let fits = fits.count().max(1);
    let is_cut = fits < batch.len() || fits == most;
    let parts = is_cut && fits > 1 && is_birth(&batch[fits - 1]);
    batch.truncate(if parts { fits - 1 } else { fits });
    batch
}

fn is_birth(item: &OutboxItem) -> bool {
    caps::check_change(&item.item.change).is_ok_and(|header| header.deps.is_empty())
}

#[cfg(test)]
mod tests {
    use feltbog_casebook::{Birth, Kind};
    use feltbog_ids::{ChangeHash, DocId, WorkspaceId};
    use feltbog_protocol::PushItem;
    use feltbog_replica::OutboxItem;

    use super::{BATCH, within};

    fn item(change: Vec<u8>) -> OutboxItem {
        let doc = DocId::from_bytes([1; 16]);
        OutboxItem {
            doc,
            hash: ChangeHash([1; 32]),
            item: PushItem {
                doc,
                kind: "note".to_owned(),
                parent: None,
                change,
                made_on: None,
            },
        }
    }

    fn birth() -> OutboxItem {
        let birth = Birth {
            workspace: WorkspaceId::from_bytes([2; 16]),
            kind: Kind::Note,
            id: DocId::from_bytes([1; 16]),
            parent: Some(DocId::from_bytes([3; 16])),
        };
        item(birth.bytes())
    }

    fn words(bytes: usize) -> OutboxItem {
        item(vec![0; bytes])
    }

    #[test]
    fn a_birth_goes_in_the_push_of_its_first_words() {
        assert_eq!(within(vec![words(9), birth()], 2).len(), 1, "words may follow");
        assert_eq!(
            within(vec![words(9), birth(), words(BATCH)], 9).len(),
            1,
            "they do not fit"
        );
        assert_eq!(within(vec![words(9), birth()], 9).len(), 2, "nothing follows");
        assert_eq!(within(vec![birth(), words(9)], 2).len(), 2);
        assert_eq!(within(vec![words(9), words(9)], 2).len(), 2);
        assert_eq!(
            within(vec![birth(), words(BATCH)], 2).len(),
            1,
            "something goes in every push"
        );
    }
}
