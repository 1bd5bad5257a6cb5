//! That what left this device is wiped, as a fact the server is told.
//!
//! Nothing is claimed while a mark of the sweeping stands or a document that left waits for an answer. The claim is the
//! cursor of the moment, and goes along with the next question to the feed; what is claimed is read from the file each time,
//! so that an old copy claims no more than is so of itself. It wipes nothing.

use feltbog_ids::Cursor;

use crate::{
    Replica, ReplicaError,
    replica::{GAPS, Sheet, UNSWEPT, set_meta},
};

/// Set from when something left until the server was told that it is wiped.
const LEFT: &str = "left";

impl Replica {
    /// The server has heard what the last question to the feed claimed.
    pub fn wiped_is_told(&mut self) -> Result<(), ReplicaError> {
        self.transact(|sheet| {
            sheet.db.execute("delete from meta where key = ?1", [LEFT])?;
            Ok(())
        })?;
        // So that the log is empty again, as it was. Its one page holds nothing of a document: who reads the file just now
        // may keep it there.
        self.empty_log().ok();
        Ok(())
    }
}

impl Sheet<'_> {
    /// Something left, or may have: it is to be told once it is wiped.
    pub(crate) fn mark_left(&self) -> Result<(), ReplicaError> {
        mark_left(self.db)
    }

    /// The cursor, where something left that the server was not told of yet, and not a byte of it is here any more.
    pub(crate) fn wiped(&self) -> Result<Option<Cursor>, ReplicaError> {
        let sql = "select exists (select 1 from meta where key = ?1) and not exists \
                   (select 1 from meta where key in (?2, ?3)) and not exists (select 1 from doc where gone = 1)";
        let mut query = self.db.prepare_cached(sql)?;
        let is_wiped: bool = query.query_row([LEFT, UNSWEPT, GAPS], |row| row.get(0))?;
        if is_wiped { self.cursor() } else { Ok(None) }
    }
}

/// As above, on a file that is being opened.
pub(crate) fn mark_left(db: &rusqlite::Connection) -> Result<(), ReplicaError> {
    set_meta(db, LEFT, &1)
}
