//! `admin check`: what of the database cannot be read, and what does not agree with itself.
//!
//! It prints ids, numbers of pages and reasons, no word of a document, and mends nothing.

use std::io::Write;

use anyhow::bail;
use feltbog_casebook::Book;
use feltbog_ids::DocId;

use super::Office;
use crate::{
    StoreError,
    store::{documents, outline},
};

/// Most lines of one of SQLite's own checks.
const MOST_LINES: usize = 100;

/// Looks at every page and opens every document. Fails when anything was found, so that a script notices.
pub(super) fn run(office: &Office<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut findings = 0;
    let mut say = |line: String| {
        findings += 1;
        writeln!(out, "{line}")
    };
    for (pragma, word) in [("cipher_integrity_check", "page"), ("integrity_check", "structure")] {
        for line in lines_of(office, pragma)? {
            say(format!("{word}\t{line}"))?;
        }
    }
    let docs = office
        .store
        .view(office.now, |view| outline::ids(view.sql, view.workspace.id))?;
    for doc in &docs {
        if let Some(fault) = fault_of(office, *doc)? {
            say(format!("document\t{doc}\t{fault}"))?;
        }
    }
    if findings == 0 {
        writeln!(out, "{} documents, all of them whole", docs.len())?;
        return Ok(());
    }
    bail!("{findings} findings: put the database back from the backup; devices offer again what it lacks")
}

/// What SQLite or SQLCipher says of the file; nothing when it is whole.
fn lines_of(office: &Office<'_>, pragma: &str) -> anyhow::Result<Vec<String>> {
    let said = office.store.view::<_, StoreError>(office.now, |view| {
        let mut query = view.sql.prepare(&format!("pragma {pragma}"))?;
        let lines = query.query_map([], |row| row.get::<_, String>(0))?;
        let lines = lines.take(MOST_LINES).collect::<Result<Vec<_>, _>>()?;
        Ok(lines.into_iter().filter(|line| line != "ok").collect())
    });
    match said {
        Ok(lines) => Ok(lines),
        Err(StoreError::Damaged) => Ok(vec!["cannot be read to its end".to_owned()]),
        Err(error) => Err(error.into()),
    }
}

/// What is wrong with a document, in a few words; none when it opens and is of the version its row names.
fn fault_of(office: &Office<'_>, doc: DocId) -> anyhow::Result<Option<String>> {
    let looked = office.store.view(office.now, |view| {
        let (sql, workspace) = (view.sql, view.workspace.id);
        let row = documents::find(sql, workspace, doc)?.ok_or(StoreError::NoSuch("document"))?;
        documents::changes_after(sql, workspace, doc, feltbog_ids::Position::ZERO, usize::MAX)?;
        documents::projection(sql, workspace, &row)?;
        Ok::<_, StoreError>((row, documents::body(sql, workspace, doc)?))
    });
    Ok(match looked {
        Ok((row, body)) => match Book::open(&body, []) {
            Ok(book) if book.heads() == row.heads => None,
            Ok(_) => Some("its content is of another version than its row".to_owned()),
            Err(error) => Some(format!("it does not open: {error}")),
        },
        Err(StoreError::Damaged) => Some("a page or a seal of it cannot be read".to_owned()),
        Err(error @ StoreError::Erased) => Some(error.to_string()),
        Err(error) => return Err(error.into()),
    })
}
