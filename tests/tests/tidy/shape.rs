//! Rules on a Rust file's shape: its head, its length, its functions' length, its name, its tests' attributes.
//! It does not judge what the code does.

use crate::tree::{Source, expect_none, rust_files};

/// Lines. Past the first a file or function is listed, past the second the rule fails.
const FILE: (usize, usize) = (300, 500);
const FUNCTION: (usize, usize) = (40, 60);

const NO_JOB: [&str; 8] = [
    "common", "helper", "helpers", "manager", "managers", "prelude", "util", "utils",
];

/// Split in two so that this file does not break its own rule.
const HIDDEN_TESTS: [&str; 2] = [concat!("#[", "ignore"), concat!("#[", "should_panic")];

#[test]
fn every_file_says_first_what_it_owns() {
    let headless = rust_files().into_iter().filter(|file| !file.text.starts_with("//! "));
    let faults: Vec<_> = headless.map(|file| file.path).collect();
    expect_none(
        "these files do not open with `//!`: say what they own, and one thing they do not do",
        &faults,
    );
}

#[test]
fn no_file_has_two_jobs() {
    let lengths = rust_files()
        .into_iter()
        .map(|file| (file.path, file.text.lines().count()));
    judge("file", lengths.collect(), FILE);
}

#[test]
fn functions_fit_on_a_screen() {
    let lengths = rust_files().iter().flat_map(function_lengths).collect();
    judge("function", lengths, FUNCTION);
}

#[test]
fn files_are_named_by_their_job() {
    let faults: Vec<_> = rust_files()
        .into_iter()
        .map(|file| file.path)
        .filter(|path| has_no_job(path))
        .collect();
    expect_none("these names say nothing about the job", &faults);
}

#[test]
fn no_test_is_skipped_or_hopes_for_a_panic() {
    let hides = |file: &Source| HIDDEN_TESTS.iter().any(|attribute| file.text.contains(attribute));
    let faults: Vec<_> = rust_files().into_iter().filter(hides).map(|file| file.path).collect();
    expect_none("tests that are ignored, or that should panic, guard nothing", &faults);
}

fn judge(what: &str, lengths: Vec<(String, usize)>, (hold, wall): (usize, usize)) {
    let say = |(name, lines): &(String, usize)| format!("{name}: {lines} lines");
    for long in lengths.iter().filter(|(_, lines)| *lines > hold) {
        println!("{what} longer than the {hold} lines to hold: {}", say(long));
    }
    let faults: Vec<_> = lengths.iter().filter(|(_, lines)| *lines > wall).map(say).collect();
    expect_none(&format!("past {wall} lines a {what} has two jobs"), &faults);
}

/// Every function with the lines of its body that are neither empty nor a comment. In formatted code a function
/// ends at the first brace that stands as far in as its head.
fn function_lengths(file: &Source) -> Vec<(String, usize)> {
    let lines: Vec<_> = file.text.lines().collect();
    let mut lengths = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else {
            continue;
        };
        let indent = &line[..line.len() - line.trim_start().len()];
        let is_end = |line: &&&str| line.strip_prefix(indent).is_some_and(|rest| rest == "}");
        let after = &lines[start + 1..];
        let one_line = line.ends_with(['}', ';']);
        if let (false, Some(length)) = (one_line, after.iter().position(|line| is_end(&line))) {
            let counts = |line: &&&str| !line.trim().is_empty() && !line.trim().starts_with("//");
            lengths.push((
                format!("{} {name}", file.path),
                after[..length].iter().filter(counts).count(),
            ));
        }
    }
    lengths
}

fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.trim_start().split_once("fn ")?;
    let is_modifier =
        |word: &str| matches!(word, "const" | "async" | "unsafe" | "extern" | "\"C\"") || word.starts_with("pub");
    let is_head = before.split_whitespace().all(is_modifier) && (before.is_empty() || before.ends_with(' '));
    is_head.then(|| after.split(['(', '<']).next().unwrap_or(after))
}

fn has_no_job(path: &str) -> bool {
    path.trim_end_matches(".rs")
        .split(['/', '_'])
        .any(|word| NO_JOB.contains(&word))
}

#[test]
fn a_long_function_is_seen() {
    let long = format!(
        "pub async fn long<T>(\n    t: T,\n) {{\n{}}}\n\nfn short() {{}}\n",
        "    step();\n".repeat(61)
    );
    let file = Source {
        path: "a.rs".to_owned(),
        text: long,
    };
    assert_eq!(function_lengths(&file), [("a.rs long".to_owned(), 63)]);
    assert_eq!(function_name("let f = fn (x)"), None);
}

#[test]
fn a_name_without_a_job_is_seen() {
    assert!(has_no_job("crates/ids/src/date_utils.rs"));
    assert!(has_no_job("crates/ids/src/common/mod.rs"));
    assert!(!has_no_job("crates/ids/src/hash.rs"));
}
