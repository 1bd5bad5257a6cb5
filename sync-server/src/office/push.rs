//! Push: judges a batch of changes and appends the good ones.
//!
//! One transaction, one savepoint per change: a bad one never holds up the next, and no receipt is given before the
//! commit. How one change is judged is said in `judge`; a refusal is final, for its sender may have written the same words
//! anew by the time a late copy arrives.

use std::panic::{AssertUnwindSafe, catch_unwind};

use feltbog_casebook::chunk::change_header;
use feltbog_ids::{Cursor, Instant, WorkspaceId};
use feltbog_protocol::{Answer, Handed, MAX_PUSH, PushItem, PushReply, PushRequest, Reason, ServerProblem};

use super::{
    PostOffice, Session, Trouble,
    judge::{Desk, Verdict},
    loose,
};
use crate::{Batch, store::refusals};

impl PostOffice {
    /// Takes a batch of changes, in order, and answers each.
    pub fn push(
        &self,
        session: &Session,
        workspace: WorkspaceId,
        request: &PushRequest,
        now: Instant,
    ) -> Result<PushReply, ServerProblem> {
        Self::ensure_home(session, workspace)?;
        self.keep_time(now)?;
        if request.items.len() + request.loose.len() > MAX_PUSH {
            return Err(ServerProblem::TooLarge { limit: MAX_PUSH as u64 });
        }
        let taken = self.store.batch(now, |batch| {
            let answers = take_all(batch, session, &request.items)?;
            let handed = loose::take_all(batch, session, &self.dice, &request.loose)?;
            Ok((answers, handed, batch.workspace.generation))
        });
        let taken = match taken {
            Err(Trouble::Here(error)) if error.is_unreadable() => self
                .push_carefully(session, request, now)
                .and_then(|(answers, handed)| Ok((answers, handed, self.store.workspace()?.generation))),
            other => other,
        };
        let (answers, handed, generation) = taken.map_err(Trouble::into_problem)?;
        let is_written = answers.iter().any(|answer| matches!(answer, Answer::Stored(_)));
        if is_written || handed.contains(&Handed::Taken) {
            self.written.notify_one();
        }
        answers.iter().for_each(|answer| self.metrics.answered(answer));
        tracing::info!(enrolment = %session.enrolment, changes = answers.len(), "push");
        Ok(PushReply {
            answers,
            server_time: now,
            generation: Some(generation),
            handed,
        })
    }
}

/// Judges each and appends the good ones, as one fact.
pub(super) fn take_all(batch: &Batch<'_>, session: &Session, items: &[PushItem]) -> Result<Vec<Answer>, Trouble> {
    ensure_open(batch, session)?;
    let desk = Desk::open(batch, session, items)?;
    items.iter().map(|item| take(batch, &desk, item)).collect()
}

/// A device revoked or an account closed since the session was looked up writes nothing more.
fn ensure_open(batch: &Batch<'_>, session: &Session) -> Result<(), Trouble> {
    let enrolled = batch.enrolled(session.enrolment)?;
    let open = enrolled
        .is_some_and(|enrolled| !enrolled.revoked && !enrolled.closed && enrolled.person == Some(session.person));
    if open {
        Ok(())
    } else {
        Err(ServerProblem::AccountClosed.into())
    }
}

fn take(batch: &Batch<'_>, desk: &Desk<'_>, item: &PushItem) -> Result<Answer, Trouble> {
    let (enrolment, hash) = (
        desk.enrolment(),
        change_header(&item.change).ok().map(|header| header.hash),
    );
    if let Some(reason) = refusals::standing(batch.sql, batch.workspace.id, (enrolment, item.doc, hash))? {
        return Ok(Answer::Refused(reason));
    }
    batch.sql.execute_batch("savepoint item")?;
    match judged(desk, item)? {
        Verdict::Answer(answer) => {
            batch.sql.execute_batch("release item")?;
            Ok(answer)
        }
        Verdict::Refused { reason, kept } => {
            batch.sql.execute_batch("rollback to item; release item")?;
            tracing::info!(%enrolment, doc = %item.doc, reason = reason.word(), "refused");
            let bytes = kept.then_some(item.change.as_slice());
            // Whoever knows another life of the log takes no refusal from this one, and asks again: it is not final.
            let of_this_life = |cursor: Cursor| cursor.generation == batch.workspace.generation;
            let refusal = refusals::Refusal {
                enrolment,
                doc: item.doc,
                hash: hash.filter(|_| item.made_on.is_none_or(of_this_life)),
                reason,
                bytes,
                at: batch.now,
            };
            refusals::keep(batch.sql, batch.workspace.id, &refusal)?;
            Ok(Answer::Refused(reason))
        }
    }
}

/// A change that panics the merge engine is refused like any other that cannot be read; the next one goes on.
fn judged(desk: &Desk<'_>, item: &PushItem) -> Result<Verdict, Trouble> {
    catch_unwind(AssertUnwindSafe(|| desk.take(item))).unwrap_or_else(|_| {
        tracing::error!(doc = %item.doc, "judging a change panicked");
        Ok(Verdict::Refused {
            reason: Reason::Unreadable,
            kept: true,
        })
    })
}
