//! Rules on the words of the screen: whatever is said in one language is said in the other, about the same things.
//! It cannot tell whether the words are good.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::tree::{expect_none, root};

const LANGUAGES: [&str; 2] = ["ui/i18n/da.ftl", "ui/i18n/en.ftl"];

/// Messages, with their attributes as `message.attribute`, and the variables each one speaks of.
type Messages = BTreeMap<String, BTreeSet<String>>;

#[test]
fn both_languages_say_the_same_things() {
    let [danish, english] = LANGUAGES.map(|file| {
        let text = fs::read_to_string(root().join(file));
        messages(&text.unwrap_or_else(|error| panic!("cannot read the screen's words in {file}: {error}")))
    });
    assert!(!danish.is_empty(), "{} has no message", LANGUAGES[0]);
    expect_none("the two languages differ", &differences(&danish, &english));
}

fn differences(danish: &Messages, english: &Messages) -> Vec<String> {
    let only = |these: &Messages, those: &Messages, file: &str| -> Vec<String> {
        these
            .keys()
            .filter(|key| !those.contains_key(*key))
            .map(|key| format!("{key} is only in {file}"))
            .collect()
    };
    let mut faults = only(danish, english, LANGUAGES[0]);
    faults.extend(only(english, danish, LANGUAGES[1]));
    let both = danish
        .iter()
        .filter_map(|(key, variables)| Some((key, variables, english.get(key)?)));
    let unequal = both.filter(|(_, one, other)| one != other);
    faults
        .extend(unequal.map(|(key, one, other)| format!("{key} speaks of {one:?} in Danish, of {other:?} in English")));
    faults
}

fn messages(text: &str) -> Messages {
    let mut messages = Messages::new();
    let mut message = String::new();
    let mut key = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(attribute) = line.trim_start().strip_prefix('.').and_then(name_before_equals) {
            key = format!("{message}.{attribute}");
            messages.entry(key.clone()).or_default();
        } else if let (false, Some(name)) = (line.starts_with(' '), name_before_equals(line)) {
            name.clone_into(&mut message);
            name.clone_into(&mut key);
            messages.entry(key.clone()).or_default();
        }
        if let Some(variables) = messages.get_mut(&key) {
            variables.extend(variables_in(line));
        }
    }
    messages
}

fn name_before_equals(line: &str) -> Option<&str> {
    let name = line.split_once('=')?.0.trim_end();
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

fn variables_in(line: &str) -> impl Iterator<Item = String> {
    let ends = |letter: char| !letter.is_ascii_alphanumeric() && letter != '-' && letter != '_';
    line.split('$')
        .skip(1)
        .map(move |after| after.split(ends).next().unwrap_or_default().to_owned())
}

#[test]
fn a_missing_word_and_a_lost_variable_are_seen() {
    let danish = messages(
        "# hilsen\nkept = Gemt kl. { $time }\n    .title = Gemt\nnotes =\n    { $count ->\n        [one] én note\n       *[other] { $count } noter\n    }\n",
    );
    let english = messages("kept = Kept at { $hour }\nnotes = { $count } notes\n");
    let faults = differences(&danish, &english);
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert_eq!(faults[0], "kept.title is only in ui/i18n/da.ftl");
    assert!(faults[1].starts_with("kept speaks of"), "{faults:?}");
}
