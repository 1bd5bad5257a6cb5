//! Files nobody has seen before, with mappings written from `docs/importing.md` alone, and mappings that are wrong.
//! A real town's file is tested elsewhere.

use feltbog_casebook::{Kind, Scalar, Standing};
use feltbog_server::import::{ImportError, Mode};

use crate::desk::Desk;

const SAN_FRANCISCO: &str = r#"
name = "unseen"
into_unit = "Importprøve"
case_type = "tilsyn_i_byrum"

[file]
empty = ["NA"]

[time]
zone = "America/Los_Angeles"
formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d"]

[case]
id = ["Region", "Nr"]
type = "Category"
address = ["Street", "City"]
opened = "Opened"
due = "Due"
position = ["Point"]

[[note]]
column = "Comment"
"#;

#[test]
fn a_file_with_lines_in_its_cells_and_one_column_of_coordinates_is_read() {
    let desk = Desk::new();
    let file = "Region,Nr,Category,Street,City,Opened,Due,Point,Comment\n\
        W,1,Pothole,1 Main St,NA,2015-06-01 08:00,2015-06-03,\"(37.7, -122.4)\",\"first line\n\nsecond \"\"line\"\"\"\n\
        W,2,Pothole,NA,na,2015-06-01 08:00,soon,nowhere,NA\n\
        W,2,Pothole,NA,NA,2015-06-01 08:00,NA,NA,NA\n";
    let said = desk.import(SAN_FRANCISCO, file.as_bytes());
    assert_eq!(
        said.refused,
        [(
            3,
            6,
            "the id in Region + Nr stood already in row 2; the first one counts".to_owned()
        )]
    );
    let (facts, book) = desk.case("W/1");
    assert_eq!(
        (facts.lat, facts.lon, facts.address.as_str()),
        (Some(37.7), Some(-122.4), "1 Main St")
    );
    assert_eq!(
        facts.due.map(|at| at.0),
        Some(1_433_401_199_000_000),
        "a day's deadline passes when the day does"
    );
    let notes = desk.books(Kind::Note);
    assert_eq!(
        notes.iter().map(|note| note.text()).collect::<Vec<_>>(),
        ["first line\n\nsecond \"line\""]
    );
    assert_eq!(notes[0].birth().parent, Some(book.birth().id));

    let (_, kept) = desk.case("W/2");
    assert_eq!(kept.within("fields", "Due (som skrevet)"), Some(Scalar::from("soon")));
    assert_eq!(
        kept.within("fields", "Point (som skrevet)"),
        Some(Scalar::from("nowhere"))
    );
    let warnings: Vec<_> = said.warned.iter().map(|(row, words)| (*row, words.as_str())).collect();
    assert_eq!(
        warnings,
        [
            (2, "no address in Street + City"),
            (2, "unreadable due date in Due, kept as words: \"soon\""),
            (2, "unreadable coordinate in Point, kept as words: \"nowhere\""),
        ]
    );
}

const DANISH: &str = r#"
name = "gravetilladelser"
into_unit = "Importprøve"
case_type = "tilsyn_i_byrum"

[file]
delimiter = ";"
encoding = "windows-1252"
decimal = ","
empty = ["-"]

[time]
formats = ["%d-%m-%Y %H.%M", "%d.%m.%Y", "%d. %B %Y"]

[case]
id = ["Løbenr"]
type = "Emne"
subject = ["Ansøger"]
opened = "Modtaget"
closed = "Lukket"
position = ["Bredde", "Længde"]

[[field]]
column = "Areal"
label = "Areal i m²"
type = "number"

[[field]]
column = "Fare"
type = "flag"

[[field]]
column = "Varsel"
type = "date"

[translate.Emne]
GRAV = "Gravetilladelse"
"#;

#[test]
fn a_danish_file_with_semicolons_and_old_letters_is_read() {
    let desk = Desk::new();
    let text = "Løbenr;Emne;Ansøger;Modtaget;Lukket;Bredde;Længde;Areal;Fare;Varsel\r\n\
        7;GRAV;Åse Ærø;01-06-2015 00.28;2.6.2015;55,4;10,4;1.234,5;ja;1. december 2026\r\n\
        8;GRAV;-;24. november 2026;-;55,4;10,4;stort;måske;-\r\n";
    let (bytes, _, lost) = encoding_rs::WINDOWS_1252.encode(text);
    assert!(!lost);
    let said = desk.import(DANISH, &bytes);
    assert_eq!((said.tally.imported, said.tally.refused), (2, 0), "{:?}", said.refused);
    let (facts, book) = desk.case("7");
    assert_eq!(
        (facts.title.as_str(), facts.subject.as_str()),
        ("Gravetilladelse", "Åse Ærø")
    );
    assert_eq!(
        facts.opened.map(|at| at.0),
        Some(1_433_111_280_000_000),
        "00:28 in Copenhagen is 22:28 UTC"
    );
    assert_eq!(
        (facts.lat, facts.lon, facts.standing),
        (Some(55.4), Some(10.4), Standing::Closed)
    );
    let field = |key: &str| book.within("fields", key);
    assert_eq!(field("Areal i m²"), Some(Scalar::Number(1234.5)));
    assert_eq!(
        (field("Fare"), field("Varsel")),
        (Some(Scalar::Flag(true)), Some(Scalar::from("2026-12-01")))
    );
    let (_, unread) = desk.case("8");
    assert_eq!(
        unread.within("fields", "Areal (som skrevet)"),
        Some(Scalar::from("stort"))
    );
}

#[test]
fn a_row_that_changed_at_its_source_changes_its_case() {
    let desk = Desk::new();
    let file = |closed: &str| {
        format!(
            "Løbenr;Emne;Ansøger;Modtaget;Lukket;Bredde;Længde;Areal;Fare;Varsel\n7;GRAV;A;1.6.2015;{closed};1;2;3;ja;-\n"
        )
    };
    let mapping = DANISH.replace("windows-1252", "utf-8");
    desk.import(&mapping, file("-").as_bytes());
    assert_eq!(desk.case("7").0.standing, Standing::Open);
    let said = desk.import(&mapping, file("3.6.2015").as_bytes());
    assert_eq!((said.tally.imported, said.tally.unchanged), (1, 0));
    assert_eq!(desk.case("7").0.standing, Standing::Closed);
    assert_eq!(desk.count(Kind::Case), 1);
}

#[test]
fn a_wrong_mapping_names_its_line_and_the_way_out() {
    let desk = Desk::new();
    let wrong = |from: &str, to: &str| {
        let mapping = SAN_FRANCISCO.replace(from, to);
        let file = b"Region,Nr,Category,Street,City,Opened,Due,Point,Comment\n";
        match desk.try_import(&mapping, file, Mode::Write) {
            Err(error @ (ImportError::Mapping(_) | ImportError::Sheet(_))) => error.to_string(),
            other => panic!("expected an error, got {:?}", other.map(|said| said.tally)),
        }
    };
    for (from, to, line, words) in [
        ("due =", "deu =", 18, "unknown field `deu`, expected one of"),
        (
            "\"Due\"",
            "\"DUE\"",
            18,
            "the file has no column \"DUE\"; it has \"Region\", \"Nr\"",
        ),
        (
            "America/Los_Angeles",
            "America/Atlantis",
            10,
            "such as Europe/Copenhagen",
        ),
        ("%Y-%m-%d %H:%M", "%H:%M", 11, "describes no date"),
        (
            "Importprøve",
            "Importprove",
            3,
            "there is no unit \"Importprove\"; make it first",
        ),
        (
            "[file]",
            "[file]\nencoding = \"latin1\"",
            7,
            "expected `utf-8` or `windows-1252`",
        ),
    ] {
        let said = wrong(from, to);
        assert!(
            said.starts_with(&format!("line {line} of the mapping: ")) && said.contains(words),
            "{said}"
        );
    }
}
