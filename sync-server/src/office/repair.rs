//! Repair: what of one scope lies otherwise on a device than here, by fingerprints of what it has.
//!
//! It answers of the scope as it stood at the device's cursor, or says that something moved in it since. The digest the
//! scope carries is not believed: it is counted from the documents, and set right where it differs.

use std::collections::{BTreeMap, BTreeSet};

use feltbog_casebook::{member_digest, member_print};
use feltbog_ids::{Cursor, DigestOf, DocId, Instant, ScopeId, WorkspaceId};
use feltbog_protocol::{Entry, Found, PRINT, RepairReply, RepairRequest, ScopeState, ServerProblem};

use super::{
    PostOffice, Session, Trouble,
    page::{ENTRY_FRAME, PAGE_BYTES, bare_entry},
};
use crate::{
    Batch, StoreError,
    store::{ScopeRow, scopes},
};

/// A scope as it stands, beside what a device has of it.
struct Look {
    /// Documents it lacks or has at another version, in order of position.
    lacking: Vec<DocId>,
    /// Fingerprints of none of the scope's documents.
    strangers: Vec<u8>,
    /// What the documents come to.
    state: ScopeState,
}

impl PostOffice {
    /// What differs. Without a right to the scope nothing is told of it, not even whether it is there.
    pub fn repair(
        &self,
        session: &Session,
        workspace: WorkspaceId,
        request: &RepairRequest,
        now: Instant,
    ) -> Result<RepairReply, ServerProblem> {
        Self::ensure_home(session, workspace)?;
        if !request.prints.len().is_multiple_of(PRINT) {
            return Err(ServerProblem::Malformed);
        }
        let asked = (request, self.page);
        let answered = match self.store.view(now, |view| answer(view, session, asked)) {
            // What is damaged is told by the feed and the bodies, document by document; the pull goes on to other scopes.
            Err(Trouble::Here(error)) if error.is_unreadable() => self.store.view(now, |view| {
                let (row, _) = held(view, session, request.scope)?;
                Ok((nothing_named(view, &row), row))
            }),
            other => other,
        };
        let (reply, promised) = answered.map_err(Trouble::into_problem)?;
        if (promised.count, promised.digest) != (reply.state.count, reply.state.digest) {
            self.count_anew(request.scope, now);
        }
        let differs = reply.entries.len() + reply.strangers.len() / PRINT;
        self.metrics.repaired(reply.found, differs);
        tracing::info!(enrolment = %session.enrolment, scope = %request.scope, differs, "repair");
        Ok(reply)
    }

    /// Devices would find the scope unequal for ever. That this fails leaves it to the next repair.
    fn count_anew(&self, scope: ScopeId, now: Instant) {
        tracing::error!(%scope, "a scope's digest was not that of its documents: it is counted anew");
        let counted = self
            .store
            .batch(now, |batch| scopes::count_anew(batch.sql, batch.workspace.id, scope));
        if let Err(error) = counted {
            tracing::error!(%error, "a scope could not be counted anew");
        }
    }
}

/// The answer, and the scope as its row says it is.
fn answer(
    view: &Batch<'_>,
    session: &Session,
    (request, page): (&RepairRequest, usize),
) -> Result<(RepairReply, ScopeRow), Trouble> {
    let (sql, workspace) = (view.sql, &view.workspace);
    let (row, held) = held(view, session, request.scope)?;
    let reply = nothing_named(view, &row);
    let is_of_this_life =
        request.cursor.generation == workspace.generation && request.cursor.position <= workspace.position;
    if !is_of_this_life || scopes::has_moved(sql, workspace.id, row.id, request.cursor.position)? {
        return Ok((reply, row));
    }
    let look = look(view, request)?;
    let entries = entries(view, &held, &look.lacking, page)?;
    let is_all = entries.len() == look.lacking.len();
    let reply = RepairReply {
        found: if is_all { Found::All } else { Found::Part },
        entries,
        // A document of another version is a stranger too, and must not be told without its entry.
        strangers: if is_all { look.strangers } else { Vec::new() },
        state: look.state,
        ..reply
    };
    Ok((reply, row))
}

/// The scope as its row says it is, among all that are held now.
fn held(
    view: &Batch<'_>,
    session: &Session,
    scope: ScopeId,
) -> Result<(ScopeRow, BTreeMap<ScopeId, ScopeRow>), Trouble> {
    let held = scopes::held(view.sql, view.workspace.id, &view.standing(session.person)?.now())?;
    let row = held.get(&scope).cloned().ok_or(ServerProblem::NoRight)?;
    Ok((row, held))
}

/// The answer that names nothing.
fn nothing_named(view: &Batch<'_>, row: &ScopeRow) -> RepairReply {
    RepairReply {
        found: Found::Moved,
        entries: Vec::new(),
        strangers: Vec::new(),
        state: ScopeState {
            scope: row.id,
            count: row.count,
            digest: row.digest,
            reads_only: None,
        },
        cursor: Cursor {
            generation: view.workspace.generation,
            position: view.workspace.position,
        },
        server_time: view.now,
    }
}

fn look(view: &Batch<'_>, request: &RepairRequest) -> Result<Look, StoreError> {
    let (prints, _) = request.prints.as_chunks::<PRINT>();
    let mut theirs: BTreeSet<[u8; PRINT]> = prints.iter().copied().collect();
    let (mut lacking, mut count, mut digest) = (Vec::new(), 0, DigestOf::default());
    for (doc, heads) in scopes::versions(view.sql, view.workspace.id, request.scope)? {
        if !theirs.remove(&member_print(&request.key, doc, &heads)) {
            lacking.push(doc);
        }
        count += 1;
        digest.toggle(member_digest(doc, &heads));
    }
    Ok(Look {
        lacking,
        strangers: theirs.into_iter().flatten().collect(),
        state: ScopeState {
            scope: request.scope,
            count,
            digest,
            reads_only: None,
        },
    })
}

/// As many entries as a page of the feed takes; at least one.
fn entries(
    view: &Batch<'_>,
    held: &BTreeMap<ScopeId, ScopeRow>,
    docs: &[DocId],
    most: usize,
) -> Result<Vec<Entry>, StoreError> {
    let (mut entries, mut bytes) = (Vec::new(), 0);
    for doc in docs.iter().take(most) {
        if bytes > PAGE_BYTES {
            break;
        }
        let entry = bare_entry(view, held, *doc)?;
        bytes += entry.projection.len() + ENTRY_FRAME;
        entries.push(entry);
    }
    Ok(entries)
}
