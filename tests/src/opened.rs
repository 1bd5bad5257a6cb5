//! A notebook's file opened with its key, as an examiner would: every id, row and byte that lies in it.
//!
//! It only reads, and only to compare.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

use crate::lies_in;
use feltbog_casebook::{Book, member_digest};
use feltbog_ids::{ChangeHash, DigestOf, DocId};
use feltbog_replica::FileKey;
use rusqlite::{Connection, OpenFlags, types::ValueRef};

/// An opened file.
pub struct Opened(Connection);

impl Opened {
    /// Opens it beside whoever has it open already.
    pub fn with(path: &Path, key: &FileKey) -> Self {
        Self::unlocked(path, key.as_bytes())
    }

    /// Opens a server's file in its folder, by the key beside it.
    pub fn server(folder: &Path) -> Self {
        let key = std::fs::read(folder.join("feltbog.key")).expect("a server has a key");
        Self::unlocked(&folder.join("feltbog.db"), &key)
    }

    /// Opens the keys of a server's documents in its folder, by the key beside them.
    pub fn keys(folder: &Path) -> Self {
        let key = std::fs::read(folder.join("feltbog.key")).expect("a server has a key");
        Self::unlocked(&folder.join("feltbog-keys.db"), &key)
    }

    fn unlocked(path: &Path, key: &[u8]) -> Self {
        let sql = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the file is there");
        sql.pragma_update(None, "key", format!("x'{}'", hex(key)))
            .expect("a key can be said");
        sql.pragma_update(None, "query_only", true)
            .expect("it can be opened for reading");
        Self(sql)
    }

    /// The documents in it.
    pub fn ids(&self) -> BTreeSet<DocId> {
        self.ids_where("true")
    }

    /// Of those, the ones whose content lies here and is not only announced.
    pub fn held(&self) -> BTreeSet<DocId> {
        self.ids_where("gone = 0 and (base_heads = announced_heads or id in (select doc from own))")
    }

    /// Documents of which something of one's own waits, notes without a place among them.
    pub fn unsent(&self) -> BTreeSet<DocId> {
        let mut unsent = self.ids_where("id in (select doc from own) or id in (select doc from outbox)");
        let mut query = self
            .0
            .prepare_cached("select note from loose where handed_at is null")
            .expect("the table is there");
        let rows = query.query_map([], |row| row.get(0).map(DocId::from_bytes));
        unsent.extend(
            rows.expect("the table can be read")
                .map(|row| row.expect("an id is sixteen bytes")),
        );
        unsent
    }

    /// The row the lists show of a document.
    pub fn projection(&self, doc: DocId) -> Option<Vec<u8>> {
        let mut query = self
            .0
            .prepare_cached("select body from projection where doc = ?1")
            .expect("the table is there");
        query.query_row([doc.as_bytes()], |row| row.get(0)).ok()
    }

    /// A document as base and own together say it; none where its base is not there.
    pub fn book(&self, doc: DocId) -> Option<Book> {
        let mut own = self
            .0
            .prepare_cached("select bytes from own where doc = ?1 order by ord")
            .expect("the table is there");
        let own = own.query_map([doc.as_bytes()], |row| row.get::<_, Vec<u8>>(0));
        let own: Vec<_> = own.and_then(Iterator::collect).expect("own changes are bytes");
        let mut base = self
            .0
            .prepare_cached("select base from doc where id = ?1")
            .expect("the table is there");
        let base: Vec<u8> = base.query_row([doc.as_bytes()], |row| row.get(0)).ok()?;
        Book::open(&base, own.iter().map(Vec::as_slice)).ok()
    }

    /// How often these bytes lie in any row of any table, the search index's own among them.
    pub fn count(&self, bytes: &[u8]) -> usize {
        self.tables_with(bytes).iter().map(|(_, count)| count).sum()
    }

    /// In which tables these bytes lie, and how often. Where they are in a file and in none of its tables, they lie in free pages.
    pub fn tables_with(&self, bytes: &[u8]) -> Vec<(String, usize)> {
        let mut tables = self
            .0
            .prepare("select name from sqlite_master where type = 'table'")
            .expect("it has tables");
        let names = tables
            .query_map([], |row| row.get::<_, String>(0))
            .expect("tables have names");
        let names: Vec<_> = names.map(|name| name.expect("a name is text")).collect();
        names
            .into_iter()
            .filter(|name| name != "search")
            .map(|name| (self.count_in(&name, bytes), name))
            .filter_map(|(count, name)| (count > 0).then_some((name, count)))
            .collect()
    }

    /// What is kept as documents change and is not what counting them anew comes to.
    pub fn miscounted(&self) -> Vec<String> {
        let counts = "select 'tally', kind from tally where (here, missing, unindexed) <> (select coalesce(sum(gone = 0), 0), \
                      coalesce(sum(gone = 0 and base_heads <> announced_heads), 0), \
                      coalesce(sum(gone = 0 and indexed is null), 0) from doc where doc.kind = tally.kind) \
                      union all select 'no tally', kind from doc where kind not in (select kind from tally) \
                      union all select 'stray', id from doc where (id in (select doc from stray)) = \
                      (id in (select doc from scope_doc)) \
                      union all select 'family', row from doc where row not in (select row from family)";
        let mut faults = self.rows(counts).expect("the tables are there");
        let members = "select hex(s.scope), d.id, case when d.unreadable = d.announced_heads then d.announced_heads \
                       else d.base_heads end from scope_doc s join doc d on d.id = s.doc";
        let mut query = self.0.prepare(members).expect("the tables are there");
        let rows = query.query_map([], |row| {
            Ok((row.get(0)?, DocId::from_bytes(row.get(1)?), row.get::<_, Vec<u8>>(2)?))
        });
        let mut held: BTreeMap<String, (u32, DigestOf)> = BTreeMap::new();
        for row in rows.expect("the tables can be read") {
            let (scope, doc, heads): (String, _, _) = row.expect("a member has an id");
            let heads: Vec<_> = heads.as_chunks::<32>().0.iter().copied().map(ChangeHash).collect();
            let (count, digest) = held.entry(scope).or_default();
            *count += 1;
            digest.toggle(member_digest(doc, &heads));
        }
        let mut query = self
            .0
            .prepare("select hex(scope), count, digest from scope_held where count <> 0 order by 1")
            .expect("the table is there");
        let kept = query.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, DigestOf(row.get(2)?)))));
        let kept: BTreeMap<String, (u32, DigestOf)> = kept.and_then(Iterator::collect).expect("the table can be read");
        if kept != held {
            faults.push(format!("scopes hold {held:?} and are kept as {kept:?}"));
        }
        faults
    }

    /// The rows of any question, their columns divided by tabs; bytes as hexadecimal digits.
    pub fn rows(&self, sql: &str) -> rusqlite::Result<Vec<String>> {
        let mut query = self.0.prepare(sql)?;
        let columns = query.column_count();
        let mut rows = query.query([])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let cells: Vec<String> = (0..columns)
                .map(|column| row.get_ref(column).map(said))
                .collect::<rusqlite::Result<_>>()?;
            lines.push(cells.join("\t"));
        }
        Ok(lines)
    }

    fn count_in(&self, table: &str, bytes: &[u8]) -> usize {
        let mut query = self
            .0
            .prepare(&format!("select * from \"{table}\""))
            .expect("the table is there");
        let columns = query.column_count();
        let mut rows = query.query([]).expect("the table can be read");
        let mut count = 0;
        while let Some(row) = rows.next().expect("the row can be read") {
            for column in 0..columns {
                let held = match row.get_ref(column).expect("the column is there") {
                    ValueRef::Text(held) | ValueRef::Blob(held) => lies_in(held, bytes),
                    _ => false,
                };
                count += usize::from(held);
            }
        }
        count
    }

    fn ids_where(&self, condition: &str) -> BTreeSet<DocId> {
        let mut query = self
            .0
            .prepare(&format!("select id from doc where {condition}"))
            .expect("the table is there");
        let rows = query
            .query_map([], |row| row.get(0).map(DocId::from_bytes))
            .expect("the table can be read");
        rows.map(|row| row.expect("an id is sixteen bytes")).collect()
    }
}

/// What a program that looks into files ends with: its lines, or why there are none.
pub fn says(answer: Result<Vec<String>, String>) -> ExitCode {
    match answer {
        Ok(lines) => {
            lines.iter().for_each(|line| println!("{line}"));
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn said(cell: ValueRef<'_>) -> String {
    match cell {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(words) => String::from_utf8_lossy(words).into_owned(),
        ValueRef::Blob(bytes) => hex(bytes),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
