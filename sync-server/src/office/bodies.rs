//! Bodies by need: what of a document a device lacks, as changes or as a whole.
//!
//! It keeps no cursor: what is missing is plain from the version the device names.

use feltbog_casebook::Book;
use feltbog_ids::{Instant, WorkspaceId};
use feltbog_protocol::{BodiesReply, BodiesRequest, Body, MAX_WANTS, ServerProblem, Want};

use super::{PostOffice, Session, Trouble};
use crate::{
    Batch, StoreError,
    rights::Rights,
    store::{
        documents::{self, DocRow},
        scopes,
    },
};

/// An answer ends when its bodies come to this many bytes; the rest is asked for again.
pub(super) const ANSWER_BYTES: usize = 2 * 1024 * 1024;

/// Bodies smaller than this are not worth opening to send a part of them.
const SMALL: usize = 2 * 1024;

impl PostOffice {
    /// The bodies that fit one answer, in the order they were asked for.
    pub fn bodies(
        &self,
        session: &Session,
        workspace: WorkspaceId,
        request: &BodiesRequest,
        now: Instant,
    ) -> Result<BodiesReply, ServerProblem> {
        Self::ensure_home(session, workspace)?;
        self.keep_time_if_it_can(now);
        if request.wants.len() > MAX_WANTS {
            return Err(ServerProblem::TooLarge {
                limit: MAX_WANTS as u64,
            });
        }
        let reply = match self.store.view(now, |view| answer(view, session, &request.wants)) {
            Err(error) if error.is_unreadable() => self.bodies_carefully(session, &request.wants, now),
            other => other,
        };
        let reply = reply.map_err(|error: StoreError| Trouble::from(error).into_problem())?;
        self.metrics.bodies.add(reply.bodies.len());
        tracing::info!(enrolment = %session.enrolment, bodies = reply.bodies.len(), "bodies");
        Ok(reply)
    }
}

pub(super) fn answer(view: &Batch<'_>, session: &Session, wants: &[Want]) -> Result<BodiesReply, StoreError> {
    let rights = view.standing(session.person)?.now();
    let mut reply = BodiesReply {
        bodies: Vec::new(),
        absent: Vec::new(),
        unread: None,
    };
    let mut bytes = 0;
    for want in wants {
        if bytes >= ANSWER_BYTES {
            break;
        }
        match readable(view, &rights, want)? {
            Some(row) => {
                let body = body(view, want, row)?;
                bytes += body.bytes.len();
                reply.bodies.push(body);
            }
            None => reply.absent.push(want.doc),
        }
    }
    Ok(reply)
}

/// The document, if it is here and one of the person's scopes holds it.
fn readable(view: &Batch<'_>, rights: &Rights, want: &Want) -> Result<Option<DocRow>, StoreError> {
    let live = scopes::live_of(view.sql, view.workspace.id, want.doc)?;
    if live.iter().all(|scope| rights.roles_in(scope).is_none()) {
        return Ok(None);
    }
    documents::find(view.sql, view.workspace.id, want.doc)
}

fn body(view: &Batch<'_>, want: &Want, row: DocRow) -> Result<Body, StoreError> {
    let saved = documents::body(view.sql, view.workspace.id, want.doc)?;
    let part = if want.have.is_empty() || saved.len() < SMALL {
        None
    } else {
        missing(&saved, want)
    };
    let (whole, bytes) = part.map_or((true, saved), |part| (false, part));
    Ok(Body {
        doc: want.doc,
        heads: row.heads,
        whole,
        bytes,
        epoch: (row.epoch > Instant(0)).then_some(row.epoch),
    })
}

/// The changes the device lacks, unless they are more than a third of the whole or its version is not known here.
fn missing(saved: &[u8], want: &Want) -> Option<Vec<u8>> {
    let book = Book::open(saved, []).ok().filter(|book| book.has(&want.have))?;
    let changes: Vec<u8> = book
        .changes_since(&want.have)
        .into_iter()
        .flat_map(|(_, bytes)| bytes)
        .collect();
    (changes.len() * 3 <= saved.len()).then_some(changes)
}
