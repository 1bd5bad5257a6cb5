//! A store with the unit *Importprøve* in it, and what an import into it said. It judges nothing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use feltbog_casebook::{Book, CaseFacts, Edit, Kind, Projection};
use feltbog_ids::{DocId, Instant};
use feltbog_server::{
    Dice, Settings, Store, StoreError,
    import::{Event, ImportError, Mode, Source, Tally, import},
};
use tempfile::TempDir;

/// 24 November 2026, in the morning.
pub const NOW: Instant = Instant(1_795_503_600_000_000);

pub const BOSTON: &str = include_str!("../../../docs/import/boston311.toml");

pub struct Desk {
    pub store: Store,
    pub dice: Dice,
    _folder: TempDir,
}

/// What an import said.
pub struct Said {
    pub tally: Tally,
    /// Row, line, reason.
    pub refused: Vec<(u64, u64, String)>,
    /// Row, warning.
    pub warned: Vec<(u64, String)>,
}

impl Desk {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let dice = Dice::from_seed([7; 32]);
        let settings = Settings {
            time_zone: "Europe/Copenhagen".to_owned(),
            invented_people: Some(true),
        };
        let store = Store::migrate(folder.path(), &settings, &dice).expect("a new database");
        let unit = DocId::from(dice.uuid());
        let made: Result<_, StoreError> = store.batch(NOW, |batch| {
            let birth = batch.birth(Kind::Unit, unit, None);
            batch.put(&batch.server_hand(&dice), &birth, &[Edit::root("name", "Importprøve")])
        });
        made.expect("a unit");
        Self {
            store,
            dice,
            _folder: folder,
        }
    }

    pub fn try_import(&self, mapping: &str, bytes: &[u8], mode: Mode) -> Result<Said, ImportError> {
        let (mut refused, mut warned) = (Vec::new(), Vec::new());
        let mut tell = |event| match event {
            Event::Refused(place, reason) => refused.push((place.row, place.line, reason)),
            Event::Warned(place, warning) => warned.push((place.row, warning.to_string())),
            Event::Read(_) => {}
        };
        let tally = import(&self.store, &self.dice, NOW, Source { bytes, mapping }, mode, &mut tell)?;
        assert_eq!(tally.read, tally.imported + tally.unchanged + tally.refused);
        Ok(Said { tally, refused, warned })
    }

    pub fn import(&self, mapping: &str, bytes: &[u8]) -> Said {
        self.try_import(mapping, bytes, Mode::Write)
            .expect("mapping and file fit")
    }

    pub fn count(&self, kind: Kind) -> usize {
        self.books(kind).len()
    }

    pub fn books(&self, kind: Kind) -> Vec<Book> {
        let read: Result<_, StoreError> = self.store.view(NOW, |batch| {
            batch
                .documents_of(kind)?
                .iter()
                .map(|row| batch.book(row.doc))
                .collect()
        });
        read.expect("documents that open")
    }

    /// The case of this number, as lists show it and as a document.
    pub fn case(&self, number: &str) -> (CaseFacts, Book) {
        let books = self.books(Kind::Case).into_iter();
        let cases = books.filter_map(|book| match book.project() {
            Projection::Case(facts) => Some((facts, book)),
            _ => None,
        });
        cases
            .into_iter()
            .find(|(facts, _)| facts.number == number)
            .expect("a case of that number")
    }
}

/// Boston's file: the real one where it lies beside the repository or where FELTBOG_DATA_DIR says, else a small one in
/// the same shape.
pub fn boston() -> Vec<u8> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("FELTBOG_DATA_DIR").map_or_else(beside, PathBuf::from);
    fs::read(folder.join("street/boston311.csv")).unwrap_or_else(|_| small_boston())
}

fn small_boston() -> Vec<u8> {
    println!("the real file is not here: a small one in its shape is used");
    let mut file = format!("{HEADER}\n");
    for nth in 0..60 {
        let id = (101_001_399_360_u64 + 3 * nth).to_string();
        let closed = if nth % 3 == 0 { "" } else { "06/02/2015 07:40:13 AM" };
        let state = if nth % 3 == 0 { "Open" } else { "Closed" };
        let cells = [
            ("CASE_ENQUIRY_ID", id.as_str()),
            ("OPEN_DT", "06/01/2015 12:28:00 AM"),
            ("TARGET_DT", if nth % 5 == 0 { "" } else { "06/04/2015 08:30:00 AM" }),
            ("CLOSED_DT", closed),
            ("CASE_STATUS", state),
            (
                "CLOSURE_REASON",
                if nth % 3 == 0 { "" } else { "Case Closed Case Resolved" },
            ),
            ("CASE_TITLE", "Building Inspection Request"),
            ("TYPE", "Building Inspection Request"),
            (
                "Location",
                if nth % 10 == 0 {
                    ""
                } else {
                    "10 Pleasant St  Dorchester  MA  02125"
                },
            ),
            ("LOCATION_ZIPCODE", "2125.0"),
            ("Geocoded_Location", "\"(42.318, -71.0587)\""),
        ];
        file.push_str(&row(HEADER, &cells));
        file.push('\n');
    }
    file.into_bytes()
}

/// A row with these cells where the header names them, and nothing elsewhere.
pub fn row(header: &str, cells: &[(&str, &str)]) -> String {
    let cell = |column: &str| {
        cells
            .iter()
            .find(|(name, _)| *name == column)
            .map_or("", |(_, words)| words)
    };
    header.split(',').map(cell).collect::<Vec<_>>().join(",")
}

pub const HEADER: &str = "CASE_ENQUIRY_ID,OPEN_DT,TARGET_DT,CLOSED_DT,OnTime_Status,CASE_STATUS,CLOSURE_REASON,\
CASE_TITLE,SUBJECT,REASON,TYPE,QUEUE,Department,SubmittedPhoto,ClosedPhoto,Location,fire_district,pwd_district,\
city_council_district,police_district,neighborhood,neighborhood_services_district,ward,precinct,land_usage,\
LOCATION_STREET_NAME,LOCATION_ZIPCODE,Property_Type,Property_ID,LATITUDE,LONGITUDE,Source,Geocoded_Location";
