//! A look into the encrypted file of one device. It only hands the question on: the tests' own examiner opens the file.

use std::path::{Path, absolute};

use anyhow::Result;

use crate::programs::{examiner, run};

/// Prints the rows of a question.
pub fn look(file: &Path, pin: &str, sql: &str) -> Result<()> {
    run(examiner("replica").arg(absolute(file)?).args([pin, sql]))
}
