//! Rules on what is written for people beside the code: decisions are short, and named by their question.
//! It cannot tell whether they are still true.

use crate::tree::{Source, expect_none, files_below};

/// Lines.
const DECISION: usize = 40;

#[test]
fn a_decision_is_read_in_a_minute() {
    let decisions = files_below("docs/decisions", ".md");
    assert!(
        !decisions.is_empty(),
        "docs/decisions has no decision: the first ones came with the first code"
    );
    let faults: Vec<_> = decisions.iter().flat_map(faults_of_decision).collect();
    expect_none(
        "decisions are docs/decisions/NNNN-question.md of at most 40 lines",
        &faults,
    );
}

fn faults_of_decision(decision: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    let lines = decision.text.lines().count();
    if lines > DECISION {
        faults.push(format!("{}: {lines} lines", decision.path));
    }
    let name = decision.path.rsplit('/').next().unwrap_or_default();
    let number = name.split('-').next().unwrap_or_default();
    if number.len() != 4 || number.parse::<u16>().is_err() {
        faults.push(format!("{}: its name has no number of four digits", decision.path));
    }
    faults
}

#[test]
fn a_long_or_nameless_decision_is_seen() {
    let decision = |path: &str, lines: usize| Source {
        path: path.to_owned(),
        text: "a line\n".repeat(lines),
    };
    assert!(faults_of_decision(&decision("docs/decisions/0001-why-changes.md", 40)).is_empty());
    assert_eq!(
        faults_of_decision(&decision("docs/decisions/why-changes.md", 41)).len(),
        2
    );
}
