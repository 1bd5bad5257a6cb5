//! The program as an operator runs it: what it prints, and the exit code a script looks at.
//! What becomes of single cells is tested elsewhere.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

const GUIDE: &str = include_str!("../../../docs/importing.md");
const EXAMPLE_CSV: &[u8] = include_bytes!("../../../docs/import/example.csv");
const EXAMPLE_TOML: &str = include_str!("../../../docs/import/example.toml");

const SMALL: &str = r#"
name = "lille"
into_unit = "Importprøve"
case_type = "tilsyn_i_byrum"

[case]
id = ["Nr"]
type = "Emne"
opened = "Fra"
due = "Frist"
"#;

const WHOLE: &str = "1,GRAV,2026-06-01,2026-07-01\n";
const REFUSED: &str = "2,,2026-06-01,2026-07-01\n";

/// A folder with a database and the unit *Importprøve*, and files beside it.
struct Place {
    folder: TempDir,
}

/// What a run left behind.
struct Ended {
    code: i32,
    out: String,
    err: String,
}

impl Place {
    fn new() -> Self {
        let place = Self::bare();
        assert_eq!(place.run(&["migrate"]).code, 0);
        assert_eq!(place.run(&["admin", "unit", "add", "--name", "Importprøve"]).code, 0);
        place.write("small.toml", SMALL.as_bytes());
        place
    }

    fn bare() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.path().join(name), bytes).expect("a file beside the database");
    }

    fn run(&self, words: &[&str]) -> Ended {
        self.run_with("data", words)
    }

    fn run_with(&self, data: &str, words: &[&str]) -> Ended {
        let ended = Command::new(env!("CARGO_BIN_EXE_feltbog-server"))
            .args(["--data", data])
            .args(words)
            .current_dir(self.folder.path())
            .env_remove("FELTBOG_CONFIG")
            .output()
            .expect("the program starts");
        Ended {
            code: ended.status.code().expect("it was not killed"),
            out: String::from_utf8(ended.stdout).expect("text"),
            err: String::from_utf8(ended.stderr).expect("text"),
        }
    }

    fn import(&self, rows: &str) -> Ended {
        self.write("rows.csv", format!("Nr,Emne,Fra,Frist\n{rows}").as_bytes());
        self.run(&["import", "csv", "rows.csv", "--mapping", "small.toml"])
    }
}

#[test]
fn the_exit_code_says_whether_no_row_some_rows_or_every_row_was_refused() {
    let place = Place::new();
    assert_eq!(place.import(WHOLE).code, 0);
    assert_eq!(place.import(&[WHOLE, REFUSED].concat()).code, 1);
    assert_eq!(place.import(REFUSED).code, 3);
}

#[test]
fn what_cannot_be_read_is_wrong_usage_and_never_taken_for_refused_rows() {
    let place = Place::new();
    place.import(WHOLE);
    place.write("odd.toml", b"name = \"Importpr\xf8ve\"");
    place.write("empty.csv", b"");
    for (file, mapping, words) in [
        ("gone.csv", "small.toml", "cannot read gone.csv"),
        ("rows.csv", "gone.toml", "cannot read the mapping gone.toml"),
        ("rows.csv", "odd.toml", "the mapping odd.toml is not UTF-8"),
        ("rows.csv", "rows.csv", "rows.csv: line 1 of the mapping"),
        ("empty.csv", "small.toml", "empty.csv: the file is empty"),
    ] {
        let ended = place.run(&["import", "csv", file, "--mapping", mapping]);
        assert_eq!(ended.code, 2, "{file} with {mapping}: {}", ended.err);
        assert!(ended.err.contains(words), "{}", ended.err);
        assert_eq!(ended.out, "");
    }
    let words = [
        "--config",
        "gone.toml",
        "import",
        "csv",
        "rows.csv",
        "--mapping",
        "small.toml",
    ];
    assert_eq!(place.run(&words).code, 2);
}

#[test]
fn a_database_that_is_not_there_has_an_exit_code_of_its_own() {
    let place = Place::new();
    place.import(WHOLE);
    let words = ["import", "csv", "rows.csv", "--mapping", "small.toml"];
    let ended = place.run_with("elsewhere", &words);
    assert_eq!(ended.code, 4, "{}", ended.err);
    assert!(ended.err.contains("run `feltbog-server migrate`"), "{}", ended.err);
}

#[test]
fn a_fault_of_the_data_file_is_told_under_its_own_name() {
    let place = Place::new();
    place.write("utf16.csv", b"\xff\xfeN\0");
    let ended = place.run(&["import", "csv", "utf16.csv", "--mapping", "small.toml"]);
    assert!(
        ended.err.starts_with("feltbog-server: utf16.csv: the file is UTF-16"),
        "{}",
        ended.err
    );
    let other = SMALL.replace("\"Frist\"", "\"Senest\"");
    place.write("other.toml", other.as_bytes());
    let ended = place.run(&["import", "csv", "rows.csv", "--mapping", "other.toml"]);
    assert_eq!(ended.code, 2);
    place.import(WHOLE);
    let ended = place.run(&["import", "csv", "rows.csv", "--mapping", "other.toml"]);
    assert!(
        ended
            .err
            .starts_with("feltbog-server: other.toml: line 10 of the mapping"),
        "{}",
        ended.err
    );
}

#[test]
fn one_warning_is_one() {
    let place = Place::new();
    let ended = place.import("1,GRAV,2026-06-01,\n");
    assert!(
        ended.out.starts_with("1 warning; this row is imported all the same:\n"),
        "{}",
        ended.out
    );
}

#[test]
fn the_example_of_the_guide_does_what_the_guide_says() {
    let place = Place::new();
    place.write("example.csv", EXAMPLE_CSV);
    place.write("example.toml", EXAMPLE_TOML.as_bytes());
    let words = ["import", "csv", "example.csv", "--mapping", "example.toml"];
    let first = place.run(&words);
    assert!(
        first
            .out
            .ends_with("\nread 10 = imported 5 + unchanged 0 + refused 5\n"),
        "{}",
        first.out
    );
    assert_eq!(first.code, 1);
    assert!(
        GUIDE.contains(&format!("```text\n{}exit code 1\n```", first.out)),
        "{}",
        first.out
    );
    let second = place.run(&words);
    assert!(
        second
            .out
            .ends_with("\nread 10 = imported 0 + unchanged 5 + refused 5\n"),
        "{}",
        second.out
    );
}

#[test]
fn the_guide_quotes_its_example_to_the_letter() {
    let (csv, _, lost) = encoding_rs::WINDOWS_1252.decode(EXAMPLE_CSV);
    assert!(!lost);
    assert!(GUIDE.contains(&format!("```text\n{}```", csv.replace("\r\n", "\n"))));
    assert!(GUIDE.contains(&format!("```toml\n{EXAMPLE_TOML}```")));
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/import");
    assert!(beside.join("boston311.toml").exists());
}

#[test]
fn a_check_ends_with_zero_while_all_is_whole_and_names_a_page_that_is_not() {
    let place = Place::new();
    let whole = place.run(&["admin", "check"]);
    assert_eq!(whole.code, 0, "{}", whole.err);
    assert!(whole.out.contains("all of them whole"), "{}", whole.out);
    let path = place.folder.path().join("data").join("feltbog.db");
    let mut bytes = fs::read(&path).expect("the database");
    let middle_of_the_last_page = bytes.len() - 2_000;
    bytes[middle_of_the_last_page] ^= 1;
    fs::write(&path, bytes).expect("the database can be written");
    let spoiled = place.run(&["admin", "check"]);
    assert_eq!(spoiled.code, 1, "{}", spoiled.out);
    assert!(
        spoiled.out.lines().any(|line| line.starts_with("page\t")),
        "{}",
        spoiled.out
    );
    assert!(spoiled.err.contains("put the database back"), "{}", spoiled.err);
}
