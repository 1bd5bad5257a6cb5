//! What was not taken, kept so that an operator can see it.
//!
//! It decides nothing, and keeps only the latest of each enrolment, so that nobody can fill the disk with it.

use feltbog_ids::{ChangeHash, DocId, EnrolmentId, Instant, WorkspaceId};
use rusqlite::{Connection, params};

use crate::StoreError;

/// Rows kept of one enrolment.
const KEPT: i64 = 100;

/// A change that was refused.
pub(crate) struct Refusal<'a> {
    /// Who sent it.
    pub(crate) enrolment: EnrolmentId,
    /// For which document.
    pub(crate) doc: DocId,
    /// Its hash, where it has one.
    pub(crate) hash: Option<ChangeHash>,
    /// Why.
    pub(crate) reason: &'a str,
    /// The bytes, where only they tell what went wrong.
    pub(crate) bytes: Option<&'a [u8]>,
    /// When.
    pub(crate) at: Instant,
}

/// Keeps a refusal and drops the oldest beyond the limit.
pub(crate) fn keep(sql: &Connection, workspace: WorkspaceId, refusal: &Refusal<'_>) -> Result<(), StoreError> {
    sql.execute(
        "insert into refusal (workspace, enrolment, doc, hash, reason, bytes, at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            workspace.as_bytes(),
            refusal.enrolment.as_bytes(),
            refusal.doc.as_bytes(),
            refusal.hash.map(|hash| hash.0),
            refusal.reason,
            refusal.bytes,
            refusal.at.0
        ],
    )?;
    sql.execute(
        "delete from refusal where rowid in (select rowid from refusal where workspace = ?1 and enrolment = ?2
             order by rowid desc limit -1 offset ?3)",
        params![workspace.as_bytes(), refusal.enrolment.as_bytes(), KEPT],
    )?;
    Ok(())
}
