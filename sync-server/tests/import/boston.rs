//! A real town's cases: all of them, twice, and a copy spoiled in eleven ways.
//! What an unseen file needs is tested elsewhere.

use feltbog_casebook::{Kind, Scalar, Standing};
use feltbog_server::import::{Mode, Tally};

use crate::desk::{BOSTON, Desk, HEADER, boston, row};

#[test]
fn every_row_of_a_real_town_becomes_a_case_once() {
    let desk = Desk::new();
    let file = boston();
    let rows = (file.iter().filter(|byte| **byte == b'\n').count() - 1) as u64;

    let tried = desk
        .try_import(BOSTON, &file, Mode::DryRun)
        .expect("mapping and file fit");
    assert_eq!(
        tried.tally,
        Tally {
            read: rows,
            imported: rows,
            unchanged: 0,
            refused: 0
        }
    );
    assert_eq!(desk.count(Kind::Case), 0, "a dry run writes nothing");

    let began = std::time::Instant::now();
    let first = desk.import(BOSTON, &file);
    println!("{rows} rows in {:.1} s", began.elapsed().as_secs_f32());
    assert_eq!(first.tally, tried.tally);
    assert_eq!(first.warned, tried.warned);
    assert_eq!(desk.count(Kind::Case) as u64, rows);
    let notes = desk.count(Kind::Note);

    let began = std::time::Instant::now();
    let second = desk.import(BOSTON, &file);
    println!("again in {:.1} s", began.elapsed().as_secs_f32());
    assert_eq!(
        second.tally,
        Tally {
            read: rows,
            imported: 0,
            unchanged: rows,
            refused: 0
        }
    );
    assert_eq!(
        (desk.count(Kind::Case) as u64, desk.count(Kind::Note)),
        (rows, notes),
        "twice makes nothing twice"
    );
}

#[test]
fn a_row_of_a_real_town_reads_as_its_people_wrote_it() {
    let desk = Desk::new();
    let file = boston();
    let first_rows: Vec<_> = file
        .split_inclusive(|byte| *byte == b'\n')
        .take(3)
        .flatten()
        .copied()
        .collect();
    desk.import(BOSTON, &first_rows);
    let (facts, book) = desk.case("101001399360");
    assert_eq!(facts.title, "Building Inspection Request");
    assert_eq!(facts.case_type, "tilsyn_i_byrum");
    assert_eq!(
        facts.opened.map(|at| at.0),
        Some(1_433_132_880_000_000),
        "00:28 in Boston is 04:28 UTC"
    );
    assert_eq!((facts.lat, facts.lon), (Some(42.318), Some(-71.0587)));
    assert_eq!(book.within("fields", "Postnummer"), Some(Scalar::from("02125")));

    let note = desk
        .books(Kind::Note)
        .into_iter()
        .find(|note| note.birth().parent.is_some())
        .expect("a note");
    assert!(note.text().starts_with("Case Closed"), "{}", note.text());
    assert!(note.finished_heads().is_some(), "an imported note is finished");
    assert_eq!(
        note.text_at(&note.finished_heads().expect("heads")).ok(),
        Some(note.text())
    );
    let (closed, _) = desk.case("101001399363");
    assert_eq!((closed.standing, closed.step.as_str()), (Standing::Closed, "afsluttet"));
}

/// Row, what to put there instead, and words of the reason it must be refused for.
type Spoil = (usize, Vec<u8>, &'static str);

fn spoils() -> Vec<Spoil> {
    let opened = ("OPEN_DT", "06/01/2015 12:28:00 AM");
    let made = |cells: &[(&str, &str)]| row(HEADER, cells).into_bytes();
    let id = ("CASE_ENQUIRY_ID", "9");
    let kind = ("TYPE", "Pothole");
    let whole = made(&[id, opened, kind]);
    let with_location = |words: &[u8]| {
        let text = row(HEADER, &[id, opened, kind, ("Location", "@")]);
        let (before, after) = text.split_once('@').expect("the mark just set");
        [before.as_bytes(), words, after.as_bytes()].concat()
    };
    vec![
        (3, made(&[opened, kind]), "no id in CASE_ENQUIRY_ID"),
        (
            5,
            made(&[("CASE_ENQUIRY_ID", "101001399360"), opened, kind]),
            "stood already in row 1",
        ),
        (8, made(&[id, opened]), "no type in TYPE"),
        (11, made(&[id, kind]), "no opening time in OPEN_DT"),
        (
            14,
            made(&[id, kind, ("OPEN_DT", "31/31/2015")]),
            "the opening time \"31/31/2015\" in OPEN_DT fits none",
        ),
        (
            17,
            whole[..whole.len() - 4].to_vec(),
            "29 columns where the header has 33",
        ),
        (
            20,
            [&whole[..], b",one more"].concat(),
            "34 columns where the header has 33",
        ),
        (23, with_location(b"Caf\xe9"), "Location holds bytes that are no UTF-8"),
        (26, with_location(b"a\0b"), "Location holds a NUL byte"),
        (29, with_location(&[b'x'; 40_000]), "Location has 40000 bytes"),
        (32, with_location(b"\"never closed"), "a quote is opened and not closed"),
    ]
}

#[test]
fn a_spoiled_copy_loses_just_the_spoiled_rows() {
    let desk = Desk::new();
    let file = boston();
    let mut lines: Vec<_> = file.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let spoils = spoils();
    for (number, words, _) in &spoils {
        lines[*number].clone_from(words);
    }
    let said = desk.import(BOSTON, &lines.join(&b'\n'));
    for (refused, (number, _, reason)) in said.refused.iter().zip(&spoils) {
        let number = *number as u64;
        assert_eq!(
            (refused.0, refused.1),
            (number, number + 1),
            "row and line of {refused:?}"
        );
        assert!(refused.2.contains(reason), "{refused:?} should say {reason:?}");
    }
    assert_eq!(said.refused.len(), spoils.len(), "{:?}", said.refused);
    assert_eq!(said.tally.refused, spoils.len() as u64);
    assert_eq!(said.tally.exit_code(), 1);
    assert_eq!(said.tally.imported, (lines.len() - 2 - spoils.len()) as u64);
}

#[test]
fn what_is_missing_is_remarked_on_and_kept_out_of_nothing() {
    let desk = Desk::new();
    let said = desk.import(BOSTON, &boston());
    let about = |words: &str| {
        said.warned
            .iter()
            .filter(|(_, warning)| warning.contains(words))
            .count()
    };
    let (due, address) = (about("no due date in TARGET_DT"), about("no address in Location"));
    assert!(due > 0 && address > 0);
    if said.tally.read == 5296 {
        assert_eq!(
            (due, address, about("no coordinate in Geocoded_Location")),
            (1023, 515, 760)
        );
    }
}
