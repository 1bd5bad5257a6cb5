//! A base that goes astray: rows of a notebook's file altered as no app alters them, by a failing disk or another program.
//!
//! It spares what lies only in that file: words that wait, and notes whose row would take with it how far its writer's hand
//! has come. What becomes of an altered file is for others to say.

use std::path::Path;

use feltbog_casebook::member_digest;
use feltbog_ids::{ChangeHash, DigestOf, DocId};
use feltbog_replica::FileKey;
use rusqlite::{Connection, functions::FunctionFlags, params};

use crate::Chance;

/// How a base goes astray.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Astray {
    /// The row of a document is lost, and what the search knows of it.
    RowLost,
    /// A document is said to be at a version that is none.
    OtherVersion,
    /// A document that nobody wrote lies in a scope.
    Stranger,
    /// A document lies in a scope where it does not belong.
    InOneMore,
    /// A document lies no longer in a scope where it belongs.
    InOneFewer,
}

impl Astray {
    /// Every way.
    pub const ALL: [Self; 5] = [
        Self::RowLost,
        Self::OtherVersion,
        Self::Stranger,
        Self::InOneMore,
        Self::InOneFewer,
    ];
}

/// A document and a scope of the file, as bytes.
type Member = (Vec<u8>, Vec<u8>);

/// Alters a file, and answers the document it befell; none where nothing in it can be altered so.
pub fn goes_astray(path: &Path, key: &FileKey, how: Astray, chance: &mut Chance) -> Option<DocId> {
    alters(&opened(path, key.as_bytes()), how, chance)
}

/// As [`goes_astray`], but the file's own triggers do not see it: what they keep stays as it was.
pub fn goes_astray_unseen(path: &Path, key: &FileKey, how: Astray, chance: &mut Chance) -> Option<DocId> {
    let sql = opened(path, key.as_bytes());
    let mut query = sql
        .prepare("select name, sql from sqlite_master where type = 'trigger'")
        .expect("the table is there");
    let triggers = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    let triggers: Vec<(String, String)> = triggers
        .and_then(Iterator::collect)
        .expect("a trigger has a name and a text");
    for (name, _) in &triggers {
        does(&sql, &format!("drop trigger {name}"), &[]);
    }
    let befell = alters(&sql, how, chance);
    for (_, text) in &triggers {
        does(&sql, text, &[]);
    }
    befell
}

fn alters(sql: &Connection, how: Astray, chance: &mut Chance) -> Option<DocId> {
    let members = members(sql, how);
    if members.is_empty() {
        return None;
    }
    let (doc, scope) = chance.one(&members).clone();
    let (fresh, heads): ([u8; 16], [u8; 32]) = (chance.bytes(), chance.bytes());
    match how {
        Astray::RowLost => {
            let search = "delete from search where rowid = (select row from doc where id = ?1)";
            does(sql, search, params![doc]);
            does(sql, "delete from doc where id = ?1", params![doc]);
        }
        Astray::OtherVersion => does(
            sql,
            "update doc set base_heads = ?2, announced_heads = ?2 where id = ?1",
            params![doc, heads],
        ),
        Astray::Stranger => {
            let row = "insert into doc (id, kind, parent, base_heads, announced_heads, announced_position, indexed) \
                       values (?1, 'note', ?2, ?3, ?3, 1, ?3)";
            does(sql, row, params![fresh, doc, heads]);
            let place = "insert into scope_doc (scope, doc) values (?1, ?2)";
            does(sql, place, params![scope, fresh]);
            return Some(DocId::from_bytes(fresh));
        }
        Astray::InOneMore => {
            let place = "insert into scope_doc (scope, doc) select id, ?1 from scope where not exists \
                         (select 1 from scope_doc p where p.scope = scope.id and p.doc = ?1) limit 1";
            does(sql, place, params![doc]);
        }
        Astray::InOneFewer => does(
            sql,
            "delete from scope_doc where scope = ?1 and doc = ?2",
            params![scope, doc],
        ),
    }
    Some(DocId::from_bytes(doc.try_into().expect("an id is sixteen bytes")))
}

/// Something is done to a database that no program of ours does.
pub(crate) fn is_altered(path: &Path, key: &[u8], words: &str) {
    does(&opened(path, key), words, params![]);
}

/// A document's body as it lies in a server's file.
pub(crate) fn body(path: &Path, key: &[u8], doc: DocId) -> Vec<u8> {
    // Through the index: a scan would meet every page that is bad already.
    let text = "select body from document where workspace = (select workspace from workspace) and doc = ?1";
    let body = opened(path, key).query_row(text, [doc.as_bytes()], |row| row.get(0));
    body.expect("the document is there")
}

/// One bit in the midst of it is another.
pub(crate) fn breaks_seal(path: &Path, key: &[u8], doc: DocId) {
    let mut body = body(path, key, doc);
    let middle = body.len() / 2;
    body[middle] ^= 1;
    let text = "update document set body = ?2 where doc = ?1";
    does(&opened(path, key), text, params![doc.as_bytes(), body]);
}

/// Documents that may be altered so, each with a scope that holds it.
fn members(sql: &Connection, how: Astray) -> Vec<Member> {
    let also = match how {
        Astray::RowLost => "d.kind <> 'note'",
        Astray::InOneMore => {
            "exists (select 1 from scope t where not exists \
             (select 1 from scope_doc p where p.scope = t.id and p.doc = d.id))"
        }
        Astray::OtherVersion | Astray::Stranger | Astray::InOneFewer => "true",
    };
    let text = format!(
        "select d.id, s.scope from doc d join scope_doc s on s.doc = d.id join scope t on t.id = s.scope \
         where d.gone = 0 and d.former = 0 and t.count is not null and d.base_heads = d.announced_heads \
             and d.id not in (select doc from own) and d.id not in (select doc from outbox) and {also} \
         order by d.id, s.scope"
    );
    let mut query = sql.prepare(&text).expect("the tables are there");
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    let rows = rows.and_then(Iterator::collect);
    rows.expect("the rows can be read")
}

fn opened(path: &Path, key: &[u8]) -> Connection {
    let sql = Connection::open(path).expect("the file is there");
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    sql.pragma_update(None, "key", format!("x'{hex}'"))
        .expect("a key can be said");
    // The file keeps its digests by the app's own function: what goes astray beside it is seen by counting anew alone.
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let taught = sql.create_scalar_function("toggled", 3, flags, |call| {
        let heads: Vec<u8> = call.get(2)?;
        let (heads, _) = heads.as_chunks::<32>();
        let heads: Vec<_> = heads.iter().copied().map(ChangeHash).collect();
        let mut digest = DigestOf(call.get(0)?);
        digest.toggle(member_digest(DocId::from_bytes(call.get(1)?), &heads));
        Ok(digest.0.to_vec())
    });
    taught.expect("a function can be taught");
    sql
}

fn does(sql: &Connection, text: &str, values: &[&dyn rusqlite::ToSql]) {
    sql.execute(text, values).expect("the row can be altered");
}
