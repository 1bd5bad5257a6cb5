//! Both languages say everything the screen asks for.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use feltbog_views::{Language, Refusal, Shape};
use fluent_bundle::FluentResource;

use crate::more::refusal_key;

use super::{DANISH, ENGLISH, Words};

fn keys(source: &str) -> BTreeSet<&str> {
    source
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" =").map(|(key, _)| key))
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.file_name().is_some_and(|name| name != "tests.rs") {
            found.push(path);
        }
    }
}

#[test]
fn both_languages_have_the_same_sentences() {
    assert_eq!(keys(DANISH), keys(ENGLISH));
}

#[test]
fn no_line_of_either_file_is_faulty() {
    for source in [DANISH, ENGLISH] {
        assert!(FluentResource::try_new(source.to_owned()).is_ok());
    }
}

#[test]
fn every_reason_under_needs_you_says_what_happened_and_what_to_do() {
    for source in [DANISH, ENGLISH] {
        let known = keys(source);
        let mut said = BTreeSet::new();
        for reason in Refusal::ALL {
            let key = refusal_key(reason);
            assert!(known.contains(key), "{key}");
            let line = source
                .lines()
                .find(|line| line.starts_with(&format!("{key} =")))
                .unwrap();
            let words = line.split_once('=').unwrap().1.trim();
            assert!(
                words.matches(". ").count() >= 1 && words.ends_with('.'),
                "one thing alone is said: {words}"
            );
            assert!(said.insert(words), "said of another reason too: {words}");
        }
    }
}

#[test]
fn every_sentence_the_code_names_exists() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let known = keys(DANISH);
    let mut missing = BTreeSet::new();
    for file in files {
        let code = fs::read_to_string(&file).unwrap();
        for call in ["say(\"", "say_with(\"", "key: \""] {
            for after in code.split(call).skip(1) {
                let key = after.split('"').next().unwrap();
                if !known.contains(key) {
                    missing.insert(key.to_owned());
                }
            }
        }
    }
    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn a_language_can_be_switched_at_any_time() {
    assert_eq!(Words::of(Language::Da).say("tab-today"), "I dag");
    assert_eq!(Words::of(Language::En).say("tab-today"), "Today");
}

#[test]
fn a_device_is_called_what_it_is() {
    let said = |shape| Words::of(Language::Da).on(shape).say("note-kept");
    assert_eq!(said(Shape::Phone), "Kladden er gemt på telefonen.");
    assert_eq!(said(Shape::Tablet), "Kladden er gemt på tabletten.");
    assert_eq!(said(Shape::Computer), "Kladden er gemt på computeren.");
}
