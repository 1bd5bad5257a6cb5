//! Files in another shape than the mapping says, and rows that spoil no other.
//! What a real town's file loses when it is spoiled is tested elsewhere.

use feltbog_casebook::Kind;
use feltbog_server::import::{Mode, Tally};

use crate::desk::Desk;

const NOTED: &str = r#"
name = "noter"
into_unit = "Importprøve"
case_type = "tilsyn_i_byrum"

[file]
delimiter = ";"

[case]
id = ["Nr"]
type = "Emne"
opened = "Fra"

[[note]]
column = "Bemærkning"
"#;

const HEADER: &str = "Nr;Emne;Fra;Bemærkning\n";

fn refusal(mapping: &str, bytes: &[u8]) -> String {
    let tried = Desk::new().try_import(mapping, bytes, Mode::Write);
    tried.err().expect("nothing can be imported").to_string()
}

#[test]
fn a_row_whose_note_is_refused_leaves_no_case() {
    let desk = Desk::new();
    // The first row has taken the very id the second row's note would have.
    let file =
        format!("{HEADER}7\u{1f}Bemærkning;GRAV;2026-06-01;\n7;GRAV;2026-06-01;En note\n8;GRAV;2026-06-01;En til\n");
    let said = desk.import(NOTED, file.as_bytes());
    assert_eq!(
        said.tally,
        Tally {
            read: 3,
            imported: 2,
            unchanged: 0,
            refused: 1
        }
    );
    assert_eq!(said.refused[0].0, 2);
    assert_eq!((desk.count(Kind::Case), desk.count(Kind::Note)), (2, 1));
    assert_eq!(desk.case("8").0.title, "GRAV");
}

#[test]
fn the_wrong_delimiter_is_asked_about() {
    let said = refusal(&NOTED.replace("\";\"", "\",\""), HEADER.as_bytes());
    assert!(said.ends_with("is the delimiter right?"), "{said}");
    let said = refusal(&NOTED.replace("\"Fra\"", "\"Til\""), HEADER.as_bytes());
    assert!(!said.contains("delimiter"), "{said}");
}

#[test]
fn the_line_in_which_a_spreadsheet_names_its_delimiter_is_passed_over() {
    for first in ["sep=;\r\n", "\u{feff}SEP=;\n", "\"sep=;\"\n"] {
        let desk = Desk::new();
        let said = desk.import(NOTED, format!("{first}{HEADER}7;GRAV;2026-06-01;\n8;;;\n").as_bytes());
        assert_eq!(said.tally.imported, 1, "{first:?}");
        assert_eq!((said.refused[0].0, said.refused[0].1), (2, 4), "its line still counts");
    }
}

#[test]
fn a_file_that_says_it_is_utf_8_is_not_read_as_windows_1252() {
    let old = NOTED.replace("delimiter = \";\"", "delimiter = \";\"\nencoding = \"windows-1252\"");
    let said = refusal(&old, format!("\u{feff}{HEADER}").as_bytes());
    assert!(said.contains("encoding = \"utf-8\""), "{said}");
}

#[test]
fn a_quote_nobody_closed_costs_its_own_row_and_no_other() {
    let desk = Desk::new();
    let file = format!(
        "{HEADER}1;GRAV;2026-06-01;\"aldrig lukket\n2;RØR 19\";2026-06-01;\n3;GRAV;2026-06-01;\"en\nto\"\n4;GRAV;2026-06-01;x\n"
    );
    let said = desk.import(NOTED, file.as_bytes());
    let refused: Vec<_> = said.refused.iter().map(|(row, line, _)| (*row, *line)).collect();
    assert_eq!(refused, [(1, 2)], "{:?}", said.refused);
    assert!(said.refused[0].2.contains("a quote is opened and not closed"));
    assert_eq!((said.tally.read, said.tally.imported), (4, 3));
}
