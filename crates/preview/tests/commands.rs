//! The papers about commands are true: the schema is fresh, and every command has an example that can be read.
//!
//! It runs no example: tests/browser/commands.test.mjs does, against a real server.
//! After a change of the views: `FELTBOG_WRITE_DOCS=1 cargo test -p feltbog-preview --test commands`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use feltbog_views::{Changed, Command, Reply};
use schemars::schema_for;
use serde_json::{Value, json};

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

fn schema() -> Value {
    json!({
        "command": schema_for!(Command),
        "reply": schema_for!(Reply),
        "changed": schema_for!(Changed),
    })
}

#[test]
fn the_schema_in_the_docs_is_the_one_the_code_speaks() {
    let fresh = format!("{:#}\n", schema());
    if std::env::var_os("FELTBOG_WRITE_DOCS").is_some() {
        std::fs::write(docs("commands.json"), &fresh).unwrap();
    }
    let kept = std::fs::read_to_string(docs("commands.json")).unwrap_or_default();
    assert!(
        kept == fresh,
        "docs/commands.json is stale: see the head of this file for how to write it anew"
    );
}

#[test]
fn every_command_has_one_example_that_the_desk_can_read() {
    let words = std::fs::read_to_string(docs("commands.md")).unwrap();
    let examples: Vec<String> = words
        .split("<<JSON\n")
        .skip(1)
        .map(|rest| filled(rest.split("\nJSON\n").next().unwrap()))
        .collect();
    let mut shown = BTreeSet::new();
    for example in &examples {
        let name = serde_json::from_str::<Value>(example).unwrap()["do"]
            .as_str()
            .unwrap()
            .to_owned();
        let read = serde_json::from_str::<Command>(example);
        assert!(read.is_ok(), "{example}: {read:?}");
        assert!(shown.insert(name), "two examples of one command: {example}");
    }
    assert_eq!(shown, commands());
}

/// The example with every variable replaced by something of its shape.
fn filled(example: &str) -> String {
    let mut filled = example.replace("$HEADS", &format!("[\"{}\"]", "3f".repeat(32)));
    for id in ["$CASE", "$NOTE", "$POST", "$PARKED", "$LOOSE", "$FRESH"] {
        filled = filled.replace(id, "018f3c1e-7b5a-7cc2-9b1e-0c6a4d1e2f30");
    }
    for word in ["$SERVER", "$TOKEN", "$USER_NAME", "$PASSWORD", "$PIN"] {
        filled = filled.replace(word, "word");
    }
    assert!(!filled.contains('$'), "a variable the table does not name: {example}");
    filled
}

/// Every command by its name, from the schema, so that a new one cannot be forgotten here.
fn commands() -> BTreeSet<String> {
    let schema = schema();
    let cases = schema["command"]["oneOf"].as_array().unwrap();
    let name = |case: &Value| case["properties"]["do"]["const"].as_str().unwrap().to_owned();
    cases.iter().map(name).collect()
}
