//! Erasing: a document's history goes, its present content stays, in a new epoch.
//!
//! It decides nobody's erasure. What it leaves behind is the name of each change, so that a late copy of one is answered
//! and not taken for new.

use feltbog_casebook::{EpochPen, Kind};
use feltbog_ids::{DocId, Instant, Position};
use rusqlite::{Connection, params};

use super::{
    Batch, Store,
    append::{Opened, Sender, append},
    documents, empty_log,
    keys::{self, Keys},
    log::Workspace,
    seal::Part,
};
use crate::{Dice, StoreError};

/// What an erasure did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    /// The document.
    pub doc: DocId,
    /// Changes that are gone.
    pub changes: usize,
    /// When its new epoch began.
    pub epoch: Instant,
    /// Where that stands in the log.
    pub position: Position,
}

impl Batch<'_> {
    /// Begins a new epoch of a document from its present content. Afterwards no body, change or refusal here holds a word
    /// that stood in it before; [`Store::sweep`] then takes them from the gaps of the files.
    pub fn erase_history(&self, doc: DocId, reason: &str, dice: &Dice) -> Result<Erased, StoreError> {
        self.attempt(|| self.begin_epoch(doc, reason, dice))
    }

    /// Begins one of a case and of everything that belongs to it. What was erased after this copy of the database was made
    /// has no past here any more, and holds up none of the rest: such a one is named alone.
    pub fn erase_history_of_case(
        &self,
        case: DocId,
        reason: &str,
        dice: &Dice,
    ) -> Result<Vec<Result<Erased, DocId>>, StoreError> {
        let row = self.document(case)?.filter(|row| row.kind == Kind::Case.word());
        row.ok_or(StoreError::NoSuch("case"))?;
        let children = documents::children(self.sql, self.workspace.id, case)?.into_iter();
        let docs = std::iter::once(case).chain(children.map(|child| child.doc));
        let erased = docs.map(|doc| match self.erase_history(doc, reason, dice) {
            Err(StoreError::Erased) => Ok(Err(doc)),
            other => other.map(Ok),
        });
        erased.collect()
    }

    fn begin_epoch(&self, doc: DocId, reason: &str, dice: &Dice) -> Result<Erased, StoreError> {
        let (sql, workspace) = (self.sql, &self.workspace);
        let row = self.document(doc)?.ok_or(StoreError::NoSuch("document"))?;
        let old = Opened::load(sql, workspace, &row)?;
        let enrolment = workspace.server;
        let pen = EpochPen {
            enrolment,
            time: self.now,
        };
        let new = old.book.begin_epoch(pen, || dice.bytes())?;
        // A clock that was turned back must not give the same epoch twice.
        let epoch = self.now.max(Instant(row.epoch.0 + 1));
        let changes = self.forget_changes(doc, old.book.birth().hash().0)?;
        let opened = Opened {
            book: new.book,
            epoch,
            ..old
        };
        self.seal_birth_anew(&opened)?;
        let sender = Sender {
            enrolment,
            now: self.now,
        };
        let position = append(sql, workspace, &opened, &new.changes, sender)?;
        let key = [workspace.id.as_bytes(), doc.as_bytes()];
        let received = "update document set received = ?3 where workspace = ?1 and doc = ?2";
        sql.execute(received, params![key[0], key[1], row.received.0])?;
        let kept = "insert into epoch (workspace, doc, began, reason, changes) values (?1, ?2, ?3, ?4, ?5)";
        let count = i64::try_from(changes).unwrap_or(i64::MAX);
        sql.execute(kept, params![key[0], key[1], epoch.0, reason, count])?;
        sql.execute("update workspace set unswept = 1 where workspace = ?1", [key[0]])?;
        Ok(Erased {
            doc,
            changes,
            epoch,
            position,
        })
    }

    /// The birth stays in the log, where it has not been compacted: under the new epoch's key.
    fn seal_birth_anew(&self, opened: &Opened) -> Result<(), StoreError> {
        let birth = opened.book.birth();
        let (workspace, hash) = (self.workspace.id, birth.hash());
        let mut chest = self.sql.chest(workspace, birth.id, opened.epoch);
        let sealed = chest.seal(Part::Change(hash), &birth.bytes())?;
        self.sql.execute(
            "update change set bytes = ?4 where workspace = ?1 and doc = ?2 and hash = ?3 and length(bytes) > 0",
            params![workspace.as_bytes(), birth.id.as_bytes(), hash.0, sealed],
        )?;
        Ok(())
    }

    /// Takes every change but the birth out of the log, and the bytes of those that were refused. Their names stay.
    fn forget_changes(&self, doc: DocId, birth: [u8; 32]) -> Result<usize, StoreError> {
        let key = params![self.workspace.id.as_bytes(), doc.as_bytes(), birth];
        let named = "insert into erased (workspace, doc, hash, position, enrolment)
                     select workspace, doc, hash, position, enrolment from change
                     where workspace = ?1 and doc = ?2 and hash <> ?3";
        self.sql.execute(named, key)?;
        let changes = self.sql.execute(
            "delete from change where workspace = ?1 and doc = ?2 and hash <> ?3",
            key,
        )?;
        self.sql.execute(
            "update refusal set bytes = null where workspace = ?1 and doc = ?2 and bytes is not null",
            params![self.workspace.id.as_bytes(), doc.as_bytes()],
        )?;
        Ok(changes)
    }
}

impl Store {
    /// After an erasure: destroys the keys of what was erased, so that no copy of the database tells it any more, then writes
    /// the database anew and empties its log, so that nothing erased is left in them. It takes as much room again as the
    /// database for that time, in memory and on the disk, and everybody waits. Answers whether there was something to do; cut
    /// off or refused, it is to be done yet.
    pub fn sweep(&self) -> Result<bool, StoreError> {
        let mut writer = self.writing();
        writer.renew_where_spoilt(&self.folder)?;
        let swept = sweep(&writer.sql, &writer.keys);
        writer.doubtful = swept.is_err();
        swept
    }
}

fn sweep(sql: &Connection, keys: &Keys) -> Result<bool, StoreError> {
    let marked: bool = sql.query_row("select exists (select 1 from workspace where unswept = 1)", [], |row| {
        row.get(0)
    })?;
    if !marked {
        return Ok(false);
    }
    // Statements kept ready would hold their read of the file.
    sql.flush_prepared_statement_cache();
    let (workspace, erasures, epochs) = (Workspace::only(sql)?.id, erasures(sql)?, epochs_of(sql)?);
    // An emptied log means that nobody reads a state of before these, to whom a destroyed key would be missing.
    empty_log(sql)?;
    let turns = keys.destroy_before(workspace, &epochs)?;
    keys::note(sql, turns)?;
    sql.flush_prepared_statement_cache();
    // What it writes besides would lie on the disk unencrypted.
    sql.execute_batch("pragma temp_store = memory; vacuum; pragma temp_store = default;")?;
    empty_log(sql)?;
    // Another process may have erased something meanwhile: that is to be swept yet.
    let done = "update workspace set unswept = 0 where ?1 = (select count(*) from epoch)";
    sql.execute(done, [erasures])?;
    empty_log(sql)?;
    Ok(true)
}

/// How many there were.
fn erasures(sql: &Connection) -> Result<i64, StoreError> {
    Ok(sql.query_row("select count(*) from epoch", [], |row| row.get(0))?)
}

/// The documents that were ever erased, and when the present epoch of each began.
fn epochs_of(sql: &Connection) -> Result<Vec<(DocId, Instant)>, StoreError> {
    let mut statement = sql.prepare(
        "select distinct d.doc, d.epoch from epoch e join document d on d.workspace = e.workspace and d.doc = e.doc",
    )?;
    let rows = statement.query_map([], |row| Ok((DocId::from_bytes(row.get(0)?), Instant(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
