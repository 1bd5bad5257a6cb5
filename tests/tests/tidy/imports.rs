//! Rules on `use`: names are brought in one by one, so that a reader finds where each comes from.
//! It does not judge what is imported; `knowing.rs` does.

use crate::tree::{expect_none, rust_files};

#[test]
fn names_are_imported_one_by_one() {
    let mut faults = Vec::new();
    for file in rust_files() {
        faults.extend(
            globs(&file.text)
                .into_iter()
                .map(|import| format!("{}: {import}", file.path)),
        );
    }
    expect_none("these imports bring in names nobody can see", &faults);
}

/// The `use` statements that end in a star, wherever they stand.
fn globs(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut statement: Option<String> = None;
    for line in text.lines().map(str::trim) {
        if statement.is_none() && opens_a_use(line) {
            statement = Some(String::new());
        }
        if let Some(open) = &mut statement {
            open.push_str(line);
            if line.contains(';') {
                found.extend(statement.take().filter(|whole| whole.contains('*')));
            }
        }
    }
    found
}

fn opens_a_use(line: &str) -> bool {
    let after_pub = match line.strip_prefix("pub") {
        Some(rest) => rest.trim_start_matches(|letter| letter != ' ').trim_start(),
        None => line,
    };
    after_pub.starts_with("use ")
}

#[test]
fn a_star_is_seen_on_one_line_and_on_many() {
    let text =
        "use std::fmt;\npub(crate) use super::*;\nuse yew::{\n    html,\n    prelude::*,\n};\nlet user = 2 * 3;\n";
    assert_eq!(
        globs(text),
        ["pub(crate) use super::*;", "use yew::{html,prelude::*,};"]
    );
}
