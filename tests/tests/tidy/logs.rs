//! Law 13: no text, name, CPR number, token or place in any log line. It reads the code's words, so a value under an
//! innocent name escapes it; tests/browser/traces.test.mjs searches the logs themselves.

use crate::tree::{Source, expect_none, rust_files};

const LEVELS: [&str; 5] = ["trace!(", "debug!(", "info!(", "warn!(", "error!("];

/// As parts of a variable's or field's name: `full_name` and `token` are both meant.
const PRIVATE: [&str; 17] = [
    "address",
    "body",
    "citizen",
    "cpr",
    "key",
    "latitude",
    "longitude",
    "name",
    "password",
    "phone",
    "pin",
    "place",
    "secret",
    "text",
    "title",
    "token",
    "words",
];

#[test]
fn logs_speak_of_ids_only() {
    let mut faults = Vec::new();
    // This file is full of the very lines it forbids.
    let logging = |file: &Source| file.text.contains("tracing") && !file.path.ends_with("tidy/logs.rs");
    for file in rust_files().into_iter().filter(logging) {
        faults.extend(
            private_logs(&file.text)
                .into_iter()
                .map(|line| format!("{}: {line}", file.path)),
        );
    }
    expect_none("these log lines carry what a person wrote or is", &faults);
}

#[test]
fn no_function_logs_its_arguments_unseen() {
    let files = rust_files().into_iter().filter(|file| logs_arguments(&file.text));
    let faults: Vec<_> = files.map(|file| file.path).collect();
    expect_none("`instrument` logs every argument unless it says skip_all", &faults);
}

fn logs_arguments(text: &str) -> bool {
    let attributes = ["#[instrument", "#[tracing::instrument"]
        .into_iter()
        .flat_map(|start| text.split(start).skip(1));
    attributes
        .filter(|after| after.starts_with([']', '(']))
        .any(|after| !before_bracket(after).contains("skip_all"))
}

fn before_bracket(text: &str) -> &str {
    text.split(']').next().unwrap_or_default()
}

/// Every call of a log macro with a private word among its variables, in one line.
fn private_logs(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for level in LEVELS {
        for (start, _) in text.match_indices(level) {
            let call = call_at(&text[start..]);
            if spoken_of(call)
                .iter()
                .any(|name| name.split('_').any(|part| PRIVATE.contains(&part)))
            {
                found.push(call.split_whitespace().collect::<Vec<_>>().join(" "));
            }
        }
    }
    found
}

/// The call from the macro's name to its closing bracket.
fn call_at(text: &str) -> &str {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 1 => return &text[..=at],
            ')' => depth -= 1,
            _ => {}
        }
    }
    text
}

/// The names in a call: all words outside its strings, and those in braces inside them.
fn spoken_of(call: &str) -> Vec<String> {
    let mut code = String::new();
    for (nth, piece) in call.split('"').enumerate() {
        if nth % 2 == 0 {
            code.push_str(piece);
        } else {
            let in_braces = piece
                .split('{')
                .skip(1)
                .filter_map(|after| after.split(['}', ':']).next());
            in_braces.for_each(|name| code.push_str(&format!(" {name} ")));
        }
    }
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    code.split(|letter| !is_name(letter))
        .filter(|name| !name.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[test]
fn a_name_in_a_log_line_is_seen_in_every_disguise() {
    assert_eq!(
        private_logs("info!(case = %id, \"a note with text was stored\");").len(),
        0
    );
    assert_eq!(private_logs("warn!(\"{} was refused\", person.full_name());").len(), 1);
    assert_eq!(private_logs("tracing::error!(%id, \"refused {token:?}\");").len(), 1);
    assert_eq!(
        private_logs("debug!(\n    cpr = citizen.cpr,\n    \"stored\"\n);"),
        ["debug!( cpr = citizen.cpr, \"stored\" )"]
    );
}

#[test]
fn a_function_that_logs_its_arguments_is_seen() {
    assert!(logs_arguments(concat!(
        "#[",
        "tracing::instrument]\nfn store(note: &Note) {}"
    )));
    assert!(!logs_arguments(concat!(
        "#[",
        "instrument(skip_all, fields(%id))]\nfn store(id: Id) {}"
    )));
}
