//! What a mapping file may say, in the words its author writes. `docs/importing.md` explains it.
//!
//! It does not look at the file to be imported; the plan does.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A mapping from the columns of one kind of file to cases.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Part of every id made by it: never change it once something is imported.
    pub name: String,
    /// The unit that becomes responsible, by name or id.
    pub into_unit: String,
    /// Key of the case type, such as `tilsyn_i_byrum`.
    pub case_type: String,
    /// How the file is written.
    #[serde(default)]
    pub file: FileShape,
    /// How its times are written.
    #[serde(default)]
    pub time: TimeShape,
    /// Which columns say what of the case.
    pub case: CaseColumns,
    /// The case type's own word for where a case stands, by its state.
    #[serde(default)]
    pub steps: Steps,
    /// Columns that become fields.
    #[serde(default, rename = "field")]
    pub fields: Vec<FieldColumn>,
    /// Columns that become notes.
    #[serde(default, rename = "note")]
    pub notes: Vec<NoteColumn>,
    /// Per column: what stands there, and what it means.
    #[serde(default)]
    pub translate: BTreeMap<String, BTreeMap<String, String>>,
}

/// How the file is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileShape {
    /// Between cells: one character.
    pub delimiter: char,
    /// How letters are written.
    pub encoding: Encoding,
    /// Names of the columns, for a file without a header row.
    pub columns: Option<Vec<String>>,
    /// Cells with these words count as empty, in small or capital letters.
    pub empty: Vec<String>,
    /// `.` or `,`.
    pub decimal: Decimal,
}

impl Default for FileShape {
    fn default() -> Self {
        Self {
            delimiter: ',',
            encoding: Encoding::Utf8,
            columns: None,
            empty: Vec::new(),
            decimal: Decimal::Point,
        }
    }
}

/// How letters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252, which older Danish systems write.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl Encoding {
    /// The text of these bytes, if they are text in this encoding.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_owned),
            // The encoding standard gives the five unused bytes to control characters; no program writes them as text.
            Self::Windows1252
                if bytes
                    .iter()
                    .any(|byte| matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)) =>
            {
                None
            }
            Self::Windows1252 => encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
                .into_owned()
                .into(),
        }
    }

    /// Its name in a message.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Windows1252 => "Windows-1252",
        }
    }
}

/// What stands before the fraction of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Decimal {
    /// 1,234.5
    #[serde(rename = ".")]
    Point,
    /// 1.234,5
    #[serde(rename = ",")]
    Comma,
}

/// How times are written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TimeShape {
    /// IANA name of the zone the times are meant in; the workspace's own where none is named.
    pub zone: Option<String>,
    /// Formats in the manner of `strptime`, tried in this order.
    pub formats: Vec<String>,
}

impl Default for TimeShape {
    fn default() -> Self {
        let formats = [
            "%Y-%m-%dT%H:%M:%S%.f%:z",
            "%Y-%m-%dT%H:%M:%S%.f",
            "%Y-%m-%d %H:%M:%S",
            "%Y-%m-%d %H:%M",
        ];
        let formats = formats.into_iter().chain(["%Y-%m-%d"]).map(str::to_owned).collect();
        Self { zone: None, formats }
    }
}

/// Which columns say what of the case. Where several are named, their words are joined.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseColumns {
    /// What tells one row from every other.
    pub id: Vec<String>,
    /// The case number; the id where none is named.
    pub number: Option<String>,
    /// What the row is about: its absence refuses the row.
    #[serde(rename = "type")]
    pub kind: String,
    /// The title; what the row is about where none is named, or where it is empty.
    pub title: Option<String>,
    /// The citizen, place or organisation.
    #[serde(default)]
    pub subject: Vec<String>,
    /// The address.
    #[serde(default)]
    pub address: Vec<String>,
    /// When it began: its absence refuses the row.
    pub opened: String,
    /// The deadline.
    pub due: Option<String>,
    /// When it was closed.
    pub closed: Option<String>,
    /// `open`, `paused` or `closed`, mostly by translation; where none is named, a case with a closing time is closed.
    pub state: Option<String>,
    /// One column such as `(55.4, 10.4)`, or two: latitude and longitude, WGS 84.
    #[serde(default)]
    pub position: Vec<String>,
    /// What stands first in a single column.
    #[serde(default)]
    pub position_order: Order,
    /// What stands between joined words.
    #[serde(default = "comma")]
    pub join: String,
}

fn comma() -> String {
    ", ".to_owned()
}

/// Order of a position in one column. `POINT(…)` says its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Order {
    /// Latitude, longitude.
    #[default]
    #[serde(rename = "lat lon")]
    LatLon,
    /// Longitude, latitude.
    #[serde(rename = "lon lat")]
    LonLat,
}

/// The case type's own words.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Steps {
    /// Of an open case.
    pub open: Option<String>,
    /// Of a paused case.
    pub paused: Option<String>,
    /// Of a closed case.
    pub closed: Option<String>,
}

/// A column that becomes a field.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldColumn {
    /// The column.
    pub column: String,
    /// What people see it called; the column's name where none is given.
    pub label: Option<String>,
    /// How it is read.
    #[serde(default, rename = "type")]
    pub kind: FieldKind,
    /// Taken off the end, such as the `.0` a spreadsheet put on a zip code.
    pub strip_suffix: Option<String>,
    /// Filled with zeros from the left to so many characters, such as 5 for a zip code.
    pub pad_zeros: Option<u8>,
}

/// How a field is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// Words as they stand.
    #[default]
    Text,
    /// A number.
    Number,
    /// A date in one of the mapping's formats.
    Date,
    /// Yes or no.
    Flag,
}

/// A column that becomes a note.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteColumn {
    /// The column.
    pub column: String,
    /// The column that says when it was written; the opening time where none is named, or where it is empty.
    pub at: Option<String>,
}

/// What is wrong with a mapping, and where.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", line.map(|line| format!("line {line} of the mapping: ")).unwrap_or_default())]
pub struct MappingError {
    /// The line of the mapping, where one can be named.
    pub line: Option<usize>,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl Mapping {
    /// Reads a mapping; what it says of columns is checked against the file's header later.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map(|before| before.matches('\n').count() + 1);
            MappingError {
                line,
                message: error.message().to_owned(),
            }
        })
    }
}

/// An error at the first line of the mapping that holds this word.
pub fn at_word(text: &str, word: &str, message: String) -> MappingError {
    let line = text
        .lines()
        .position(|line| !line.trim_start().starts_with('#') && line.contains(word));
    MappingError {
        line: line.map(|nth| nth + 1),
        message,
    }
}
