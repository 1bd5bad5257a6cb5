//! What was not taken: kept so that it is answered alike for good, and so that an operator can see it.
//!
//! It decides nothing, and keeps only the latest of each enrolment, so that nobody can fill the disk with it.

use feltbog_ids::{ChangeHash, DocId, EnrolmentId, Instant, WorkspaceId};
use feltbog_protocol::Reason;
use rusqlite::{Connection, OptionalExtension, params};

use super::{documents, ledger::Ledger, seal::Part};
use crate::StoreError;

/// Rows kept of one enrolment: several whole pushes, for a copy that arrives late is on its way for minutes.
const KEPT: i64 = 2_000;

/// Of those, the latest whose bytes are kept too.
const KEPT_BYTES: i64 = 100;

/// A change that was refused.
pub(crate) struct Refusal<'a> {
    /// Who sent it.
    pub(crate) enrolment: EnrolmentId,
    /// For which document.
    pub(crate) doc: DocId,
    /// Its hash, where it has one.
    pub(crate) hash: Option<ChangeHash>,
    /// Why.
    pub(crate) reason: Reason,
    /// The bytes, where only they tell what went wrong.
    pub(crate) bytes: Option<&'a [u8]>,
    /// When.
    pub(crate) at: Instant,
}

/// Keeps a refusal and drops the oldest beyond the limit.
pub(crate) fn keep(sql: &Ledger<'_>, workspace: WorkspaceId, refusal: &Refusal<'_>) -> Result<(), StoreError> {
    let seal = |bytes| documents::chest_of(sql, workspace, refusal.doc)?.seal(Part::Refused, bytes);
    let sealed = refusal.bytes.map(seal).transpose()?;
    sql.execute(
        "insert into refusal (workspace, enrolment, doc, hash, reason, bytes, at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            workspace.as_bytes(),
            refusal.enrolment.as_bytes(),
            refusal.doc.as_bytes(),
            refusal.hash.map(|hash| hash.0),
            refusal.reason.word(),
            sealed,
            refusal.at.0
        ],
    )?;
    trim(sql, workspace, refusal.enrolment)
}

/// The answer a change of this sender got before, if it was refused. Of another sender's refusals it says nothing:
/// whoever sends somebody else's change must not be able to have it refused for them.
pub(crate) fn standing(
    sql: &Connection,
    workspace: WorkspaceId,
    (enrolment, doc, hash): (EnrolmentId, DocId, Option<ChangeHash>),
) -> Result<Option<Reason>, StoreError> {
    let Some(hash) = hash else { return Ok(None) };
    let mut statement = sql.prepare_cached(
        "select reason from refusal where workspace = ?1 and enrolment = ?2 and doc = ?3 and hash = ?4 limit 1",
    )?;
    let key = params![workspace.as_bytes(), enrolment.as_bytes(), doc.as_bytes(), hash.0];
    let word: Option<String> = statement.query_row(key, |row| row.get(0)).optional()?;
    Ok(word.and_then(|word| Reason::parse(&word)))
}

fn trim(sql: &Connection, workspace: WorkspaceId, enrolment: EnrolmentId) -> Result<(), StoreError> {
    let beyond = "(select rowid from refusal where workspace = ?1 and enrolment = ?2
                   order by rowid desc limit -1 offset ?3)";
    for (deed, kept) in [
        (format!("delete from refusal where rowid in {beyond}"), KEPT),
        (
            format!("update refusal set bytes = null where bytes is not null and rowid in {beyond}"),
            KEPT_BYTES,
        ),
    ] {
        let mut statement = sql.prepare_cached(&deed)?;
        statement.execute(params![workspace.as_bytes(), enrolment.as_bytes(), kept])?;
    }
    Ok(())
}
