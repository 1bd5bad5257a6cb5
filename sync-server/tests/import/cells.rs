//! What cells mean once they are on a case: times with a Z, numbers with two kinds of signs, ids of two columns.
//! Which row is refused for its shape is tested elsewhere.

use feltbog_casebook::{Kind, Scalar};
use feltbog_server::import::Mode;

use crate::desk::Desk;

const PLAIN: &str = r#"
name = "enkel"
into_unit = "Importprøve"
case_type = "tilsyn_i_byrum"

[file]
delimiter = ";"

[case]
id = ["Nr"]
type = "Emne"
opened = "Fra"

[[field]]
column = "Areal"
type = "number"
"#;

/// 1 June 2026, ten in the morning UTC.
const TEN: i64 = 1_780_308_000_000_000;
const HOUR: i64 = 3_600_000_000;

fn opened(mapping: &str, words: &str) -> Option<i64> {
    let desk = Desk::new();
    let said = desk.import(mapping, format!("Nr;Emne;Fra;Areal\n1;GRAV;{words};\n").as_bytes());
    (said.tally.imported == 1).then(|| desk.case("1").0.opened.expect("an opening time").0)
}

#[test]
fn a_time_that_ends_in_z_is_universal_time() {
    for words in [
        "2026-06-01T10:00:00Z",
        "2026-06-01T10:00:00.000Z",
        "2026-06-01T12:00:00+02:00",
    ] {
        assert_eq!(opened(PLAIN, words), Some(TEN), "{words}");
    }
    let own = PLAIN.replace("[case]", "[time]\nformats = [\"%d.%m.%Y %H:%M %z\"]\n[case]");
    assert_eq!(opened(&own, "1.6.2026 10:00 Z"), Some(TEN));
}

#[test]
fn a_time_with_a_t_and_no_offset_is_the_zones_own() {
    for words in ["2026-06-01T12:00:00", "2026-06-01T12:00:00.000", "2026-06-01 12:00"] {
        assert_eq!(opened(PLAIN, words), Some(TEN), "{words}");
    }
    let far = PLAIN.replace("[case]", "[time]\nzone = \"America/New_York\"\n[case]");
    assert_eq!(opened(&far, "2026-06-01T10:00:00"), Some(TEN + 4 * HOUR));
    assert_eq!(opened(&far, "2026-06-01T10:00:00Z"), Some(TEN));
}

#[test]
fn a_format_whose_z_is_a_mere_letter_is_refused_unless_the_zone_is_utc() {
    let with = |zone: &str| {
        let time = format!("[time]\nzone = \"{zone}\"\nformats = [\"%Y-%m-%dT%H:%M:%SZ\"]\n[case]");
        PLAIN.replace("[case]", &time)
    };
    let refused = Desk::new().try_import(&with("Europe/Copenhagen"), b"Nr;Emne;Fra;Areal\n", Mode::Write);
    let said = refused.err().expect("a refused mapping").to_string();
    assert!(
        said.starts_with("line 11 of the mapping: ") && said.contains("write %:z"),
        "{said}"
    );
    assert_eq!(opened(&with("UTC"), "2026-06-01T10:00:00Z"), Some(TEN));
}

#[test]
fn a_number_with_the_other_sign_is_read_in_groups_of_three_or_kept_as_words() {
    let comma = PLAIN.replace("delimiter = \";\"", "delimiter = \";\"\ndecimal = \",\"");
    let read = |mapping: &str, words: &str| {
        let desk = Desk::new();
        let said = desk.import(
            mapping,
            format!("Nr;Emne;Fra;Areal\n1;GRAV;2026-06-01;{words}\n").as_bytes(),
        );
        let book = desk.case("1").1;
        let kept = book.within("fields", "Areal (som skrevet)");
        assert_eq!(said.warned.len(), usize::from(kept.is_some()), "{words}");
        assert!(kept.is_none_or(|kept| kept == Scalar::from(words)));
        book.within("fields", "Areal")
    };
    for (words, with_point, with_comma) in [
        ("1,5", None, Some(1.5)),
        ("1.5", Some(1.5), None),
        ("1,,5", None, None),
        ("1.234,5", None, Some(1234.5)),
        ("1,234.5", Some(1234.5), None),
        ("-1,234,567", Some(-1_234_567.0), None),
        ("1.234", Some(1.234), Some(1234.0)),
        ("1234,56", None, Some(1234.56)),
        ("12,34.5", None, None),
        ("1234,567.8", None, None),
        ("0,123", None, Some(0.123)),
        ("1.5,234", None, None),
        ("+7", Some(7.0), Some(7.0)),
    ] {
        assert_eq!(
            read(PLAIN, words),
            with_point.map(Scalar::Number),
            "{words} with a point"
        );
        assert_eq!(
            read(&comma, words),
            with_comma.map(Scalar::Number),
            "{words} with a comma"
        );
    }
}

#[test]
fn two_rows_whose_ids_of_two_columns_read_alike_are_two_cases() {
    let desk = Desk::new();
    let mapping = PLAIN.replace("id = [\"Nr\"]", "id = [\"Nr\", \"Emne\"]");
    let file = b"Nr;Emne;Fra;Areal\na/b;c;2026-06-01;\na;b/c;2026-06-01;\n1:a;b;2026-06-01;\na;b;2026-06-01;\n";
    let said = desk.import(&mapping, file);
    assert_eq!(said.tally.imported, 4, "{:?}", said.refused);
    assert_eq!(desk.import(&mapping, file).tally.unchanged, 4);
    let mut numbers: Vec<_> = desk.books(Kind::Case).iter().map(|book| book.words("number")).collect();
    numbers.sort();
    assert_eq!(numbers, ["1:a/b", "a/b", "a/b/c", "a/b/c"]);
}

#[test]
fn an_id_that_was_imported_before_is_the_same_case_for_good() {
    // Whoever breaks this makes every imported case a second time.
    let desk = Desk::new();
    let two = PLAIN.replace("id = [\"Nr\"]", "id = [\"Nr\", \"Emne\"]");
    desk.import(PLAIN, b"Nr;Emne;Fra;Areal\na/b;GRAV;2026-06-01;\n");
    desk.import(&two, b"Nr;Emne;Fra;Areal\n\xc3\x98;101;2026-06-01;\n");
    let ids: Vec<_> = ["a/b", "Ø/101"]
        .map(|number| desk.case(number).1.birth().id.to_string())
        .into();
    assert_eq!(
        ids,
        [
            "1a42f025-becd-526f-9745-685f0619be63",
            "246580d4-2d5e-52db-b479-ba56ae5fb5ee"
        ]
    );
}
