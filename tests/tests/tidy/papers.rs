//! Rules on what is written for people beside the code: decisions are short and named by their question, links lead
//! somewhere, and a test that is said to show something exists. It cannot tell whether what is written is still true.

use std::fs;
use std::path::Path;

use crate::tree::{Source, expect_none, files_below, root};

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

#[test]
fn what_is_claimed_of_security_is_shown_by_tests_that_exist() {
    let papers = files_below("docs", "security.md");
    let faults: Vec<_> = papers.iter().flat_map(faults_of_claims).collect();
    expect_none("docs/security.md names code and tests as they are called now", &faults);
    let text = papers.iter().map(|paper| paper.text.as_str()).collect::<String>();
    assert!(claims(&text).count() > 20, "is its table still a table?");
}

/// The rows of its tables: what is claimed, where it is done, which test shows it.
fn claims(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let cells: Vec<_> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        match cells.as_slice() {
            [_, code, test] if !code.starts_with("---") => Some((*code, *test)),
            _ => None,
        }
    })
}

/// A test stands behind the file it is in; *there* is the file that keeps the claim.
fn faults_of_claims(paper: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    for (code, test) in claims(&paper.text) {
        let mut file = None;
        for word in quoted(code).into_iter().filter(|word| word.contains('/')) {
            file = file.or(Some(word));
            faults.extend(missing(word).map(|fault| format!("{}: {fault}", paper.path)));
        }
        for word in quoted(test) {
            if word.contains('/') {
                file = Some(word);
                faults.extend(missing(word).map(|fault| format!("{}: {fault}", paper.path)));
            } else if !holds_test(file.unwrap_or_default(), word) {
                faults.push(format!("{}: no test `{word}` in {file:?}", paper.path));
            }
        }
    }
    faults
}

/// Words between single backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn missing(path: &str) -> Option<String> {
    (!root().join(path).exists()).then(|| format!("there is no {path}"))
}

fn holds_test(path: &str, name: &str) -> bool {
    fs::read_to_string(root().join(path)).is_ok_and(|text| text.contains(&format!("fn {name}(")))
}

#[test]
fn every_link_between_the_papers_leads_somewhere() {
    let papers = files_below("docs", ".md");
    assert!(papers.iter().any(|paper| !links(&paper.text).is_empty()));
    let faults: Vec<_> = papers.iter().flat_map(faults_of_links).collect();
    expect_none("these links lead nowhere", &faults);
}

fn faults_of_links(paper: &Source) -> Vec<String> {
    let folder = Path::new(&paper.path).parent().unwrap_or(Path::new(""));
    let broken = |link: &&str| {
        let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
        let target = root().join(folder).join(file);
        let text = if file.is_empty() {
            Some(paper.text.clone())
        } else {
            fs::read_to_string(&target).ok()
        };
        let has_anchor = || text.is_some_and(|text| anchors(&text).contains(&anchor.to_owned()));
        !(file.is_empty() || target.exists()) || !(anchor.is_empty() || has_anchor())
    };
    let relative = links(&paper.text).into_iter().filter(|link| !link.contains(':'));
    let faults = relative.filter(broken);
    faults.map(|link| format!("{}: {link}", paper.path)).collect()
}

/// Where the links of a text outside its code point to.
fn links(text: &str) -> Vec<&str> {
    let behind = prose(text).flat_map(|line| line.split("](").skip(1));
    behind.filter_map(|rest| Some(rest.split_once(')')?.0)).collect()
}

/// The anchors GitHub gives to the headings of a text.
fn anchors(text: &str) -> Vec<String> {
    let headings = prose(text).filter(|line| line.starts_with('#'));
    let kept = |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    let slug = |line: &str| line.trim_start_matches('#').trim().to_lowercase();
    headings
        .map(|line| slug(line).chars().filter(|letter| kept(*letter)).collect::<String>())
        .map(|slug| slug.replace(' ', "-"))
        .collect()
}

fn prose(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n```").step_by(2).flat_map(str::lines)
}

#[test]
fn a_test_that_is_gone_and_a_broken_link_are_seen() {
    let paper = |text: &str| Source {
        path: "docs/security.md".to_owned(),
        text: text.to_owned(),
    };
    let here = "tests/tests/tidy/papers.rs";
    let whole = format!("| a | `{here}` | there: `a_decision_is_read_in_a_minute`. Not tested yet: b. |");
    assert_eq!(faults_of_claims(&paper(&whole)), Vec::<String>::new());
    let gone = format!("| a | `{here}` | there: `a_test_that_never_was`; `tests/gone.rs`: `gone` |");
    assert_eq!(faults_of_claims(&paper(&gone)).len(), 3);

    let good = "# A `b`: c\n[up](#a-b-c) [out](https://example.dk) [it](../tests/Cargo.toml)\n```sh\n[x](y)\n```\n";
    assert_eq!(faults_of_links(&paper(good)), Vec::<String>::new());
    let broken = "[up](#a) [gone](gone.md) [half](security.md#gone)";
    assert_eq!(faults_of_links(&paper(broken)).len(), 3);
}
