//! `admin may-see` and `admin parts`: what a device should and should not hold, for whoever checks one.
//!
//! It prints words of parts: its output is as secret as they are.

use std::io::Write;

use feltbog_casebook::Kind;

use super::{Office, names};
use crate::StoreError;

pub(super) fn may_see(person: &str, office: &Office<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    let docs = office.store.view(office.now, |view| {
        let person = names::person(view, person)?;
        Ok::<_, anyhow::Error>(view.may_see(person)?)
    })?;
    for doc in docs {
        writeln!(out, "{doc}")?;
    }
    Ok(())
}

/// One line per part, its pieces divided by tabs: id, heads divided by spaces, title, text on one line.
pub(super) fn parts(office: &Office<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    let lines = office.store.view(office.now, |view| {
        let mut lines = Vec::new();
        for row in view.documents_of(Kind::Part)? {
            let book = match view.book(row.doc) {
                // Nobody knows its words any more.
                Err(StoreError::Erased) => continue,
                book => book?,
            };
            let heads: Vec<_> = row.heads.iter().map(ToString::to_string).collect();
            let one_line = |words: String| words.split_whitespace().collect::<Vec<_>>().join(" ");
            let (title, text) = (one_line(book.words("title")), one_line(book.text()));
            lines.push(format!("{}\t{}\t{title}\t{text}", row.doc, heads.join(" ")));
        }
        Ok::<_, anyhow::Error>(lines)
    })?;
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(())
}
