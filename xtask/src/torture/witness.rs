//! A look into the databases once every program has ended: are they whole, and how often do words stand in a document?
//! It opens no file itself: the tests' own examiner does, and this hands it the questions and reads what it says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::programs::{ask, cargo, examiner};

/// A database to look into.
pub enum Store<'s> {
    /// The server's, by its folder.
    Server(&'s Path),
    /// A device's, by its file and its PIN.
    Device(PathBuf, &'s str),
}

/// What was found.
pub struct Findings {
    /// What `pragma integrity_check` said.
    pub integrity: String,
    /// How often each of the words stands in its document, in the order they were asked for.
    pub times: Vec<usize>,
}

/// Builds the examiner, so that no question waits for a compiler.
pub fn prepare() -> Result<()> {
    crate::programs::run(cargo().args(["build", "--quiet", "--package", "feltbog-tests", "--example", "witness"]))
}

/// Looks into a database. `questions` holds document and words.
pub fn look(store: &Store<'_>, questions: &[(String, String)], scratch: &Path) -> Result<Findings> {
    let lines: Vec<_> = questions.iter().map(|(doc, words)| format!("{doc}\t{words}")).collect();
    fs::write(scratch, lines.join("\n")).with_context(|| format!("cannot write {}", scratch.display()))?;
    let mut witness = examiner("witness");
    match store {
        Store::Server(folder) => witness.arg("server").arg(folder),
        Store::Device(file, pin) => witness.arg("device").arg(file).arg(pin),
    };
    read(&ask(witness.arg(scratch))?, questions)
}

fn read(said: &str, questions: &[(String, String)]) -> Result<Findings> {
    let mut lines = said.lines();
    let integrity = lines.next().and_then(|line| line.strip_prefix("integrity\t"));
    let mut found = BTreeMap::new();
    for line in lines {
        let (question, times) = line.rsplit_once('\t').context("the witness says words and times")?;
        found.insert(question.to_owned(), times.parse::<usize>()?);
    }
    let times = questions
        .iter()
        .map(|(doc, words)| found.get(&format!("{doc}\t{words}")).copied());
    Ok(Findings {
        integrity: integrity
            .context("the witness says first whether a database is whole")?
            .to_owned(),
        times: times
            .collect::<Option<_>>()
            .context("the witness answers every question")?,
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_question_without_an_answer_is_no_answer() -> anyhow::Result<()> {
        let asked = [("a".to_owned(), "七".to_owned())];
        let findings = read("integrity\tok\na\t七\t1", &asked)?;
        assert_eq!(
            (findings.integrity.as_str(), findings.times.as_slice()),
            ("ok", [1].as_slice())
        );
        assert!(read("integrity\tok", &asked).is_err());
        Ok(())
    }
}
