//! A mapping set against the header of one file: every column found, every format and word checked, before any row.
//!
//! It reads no row; the draft does.

use std::collections::BTreeMap;

use feltbog_casebook::Calendar;
use feltbog_ids::{UnitId, WorkspaceId};

use super::{
    mapping::{FieldColumn, Mapping, MappingError, at_word},
    moment::{Clock, ends_in_mere_z},
};

/// What the IANA database calls UTC.
const UTC: [&str; 4] = ["UTC", "Etc/UTC", "Zulu", "Etc/Zulu"];

/// Where imported cases go.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The workspace, whose random id is also the namespace of imported ids.
    pub workspace: WorkspaceId,
    /// The unit that becomes responsible.
    pub unit: UnitId,
    /// IANA zone of the workspace.
    pub zone: String,
}

/// A column that was found: where it stands and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its place in a row, from 0.
    pub at: usize,
    /// Its name.
    pub name: String,
}

/// Everything a row is read by.
pub struct Plan {
    /// The mapping.
    pub mapping: Mapping,
    /// Where the cases go.
    pub destination: Destination,
    /// How times are read.
    pub clock: Clock,
    /// What tells rows apart.
    pub id: Vec<Column>,
    /// The number.
    pub number: Option<Column>,
    /// What the row is about.
    pub kind: Column,
    /// The title.
    pub title: Option<Column>,
    /// The citizen or place.
    pub subject: Vec<Column>,
    /// The address.
    pub address: Vec<Column>,
    /// When it began.
    pub opened: Column,
    /// The deadline.
    pub due: Option<Column>,
    /// When it was closed.
    pub closed: Option<Column>,
    /// Where it stands.
    pub state: Option<Column>,
    /// One column or two.
    pub position: Vec<Column>,
    /// Fields.
    pub fields: Vec<(Column, FieldColumn)>,
    /// Notes, with the column of their time.
    pub notes: Vec<(Column, Option<Column>)>,
    translate: BTreeMap<usize, BTreeMap<String, String>>,
    empty: Vec<String>,
}

impl Plan {
    /// Sets a mapping against a header. `text` is the mapping as it was written, so that an error can name its line.
    pub fn new(
        mapping: Mapping,
        text: &str,
        header: &[String],
        destination: Destination,
    ) -> Result<Self, MappingError> {
        check_words(&mapping, text)?;
        let find = Finder { header, text };
        let case = &mapping.case;
        let fields = mapping
            .fields
            .iter()
            .map(|field| Ok((find.one(&field.column)?, field.clone())));
        let notes = mapping
            .notes
            .iter()
            .map(|note| Ok((find.one(&note.column)?, find.maybe(note.at.as_deref())?)));
        let translate = mapping
            .translate
            .iter()
            .map(|(column, words)| Ok((find.one(column)?.at, words.clone())));
        Ok(Self {
            clock: clock(&mapping, text, &destination.zone)?,
            id: find.all(&case.id)?,
            number: find.maybe(case.number.as_deref())?,
            kind: find.one(&case.kind)?,
            title: find.maybe(case.title.as_deref())?,
            subject: find.all(&case.subject)?,
            address: find.all(&case.address)?,
            opened: find.one(&case.opened)?,
            due: find.maybe(case.due.as_deref())?,
            closed: find.maybe(case.closed.as_deref())?,
            state: find.maybe(case.state.as_deref())?,
            position: find.all(&case.position)?,
            fields: fields.collect::<Result<_, MappingError>>()?,
            notes: notes.collect::<Result<_, MappingError>>()?,
            translate: translate.collect::<Result<_, MappingError>>()?,
            empty: mapping.file.empty.iter().map(|word| word.to_lowercase()).collect(),
            destination,
            mapping,
        })
    }

    /// What a cell says: translated, and nothing where its words stand for nothing.
    pub fn said<'a>(&'a self, cells: &'a [String], column: &Column) -> Option<&'a str> {
        let raw = cells.get(column.at)?.as_str();
        let word = match self.translate.get(&column.at).and_then(|words| words.get(raw)) {
            Some(translated) => translated.as_str(),
            None => raw,
        };
        let nothing = word.is_empty() || self.empty.contains(&word.to_lowercase());
        (!nothing).then_some(word)
    }

    /// What several columns say together.
    pub fn joined(&self, cells: &[String], columns: &[Column]) -> Option<String> {
        let words: Vec<_> = columns.iter().filter_map(|column| self.said(cells, column)).collect();
        (!words.is_empty()).then(|| words.join(&self.mapping.case.join))
    }
}

/// The names of columns, for a message.
pub fn names(columns: &[Column]) -> String {
    columns
        .iter()
        .map(|column| column.name.as_str())
        .collect::<Vec<_>>()
        .join(" + ")
}

fn check_words(mapping: &Mapping, text: &str) -> Result<(), MappingError> {
    let fault = |word: &str, message: &str| Err(at_word(text, word, message.to_owned()));
    let delimiter = mapping.file.delimiter;
    if mapping.name.trim().is_empty() {
        return fault(
            "name",
            "name is empty; it becomes part of every id, such as name = \"boston311\"",
        );
    }
    if !delimiter.is_ascii() || matches!(delimiter, '"' | '\n' | '\r') {
        return fault(
            "delimiter",
            "the delimiter must be one character such as \",\", \";\" or \"\\t\"",
        );
    }
    if mapping.case.id.is_empty() {
        return fault(
            "id",
            "id names no column; name those that tell rows apart, such as id = [\"ID\"]",
        );
    }
    if mapping.case.position.len() > 2 {
        return fault("position", "position takes one column, or two: latitude and longitude");
    }
    if mapping.time.formats.is_empty() {
        return fault("formats", "formats is empty; write one such as \"%d-%m-%Y %H:%M\"");
    }
    match doubled_label(mapping) {
        Some(label) => {
            let message = format!("two fields are called {label:?}; give one of them another label");
            fault(label, &message)
        }
        None => Ok(()),
    }
}

/// A field's key is its label, so two of the same name would hide each other.
fn doubled_label(mapping: &Mapping) -> Option<&str> {
    let labels: Vec<_> = mapping
        .fields
        .iter()
        .map(|field| field.label.as_ref().unwrap_or(&field.column))
        .collect();
    let second = labels
        .iter()
        .enumerate()
        .find(|(nth, label)| labels[..*nth].contains(label));
    second.map(|(_, label)| label.as_str())
}

fn clock(mapping: &Mapping, text: &str, workspace_zone: &str) -> Result<Clock, MappingError> {
    let zone = mapping.time.zone.as_deref().unwrap_or(workspace_zone);
    let calendar = Calendar::new(zone).map_err(|error| at_word(text, zone, error.to_string()))?;
    let mere = mapping.time.formats.iter().find(|format| ends_in_mere_z(format));
    if let Some(format) = mere.filter(|_| !UTC.contains(&zone)) {
        let message = format!("the Z in {format:?} means UTC and the zone is {zone}; write %:z in its place");
        return Err(at_word(text, format, message));
    }
    Clock::new(calendar, &mapping.time.formats).map_err(|format| {
        let message = format!("{format:?} describes no date; write one such as \"%d-%m-%Y %H:%M\"");
        at_word(text, &format, message)
    })
}

struct Finder<'a> {
    header: &'a [String],
    text: &'a str,
}

impl Finder<'_> {
    fn one(&self, name: &str) -> Result<Column, MappingError> {
        let mut found = self.header.iter().enumerate().filter(|(_, column)| *column == name);
        let fault = |message: String| at_word(self.text, name, message);
        match (found.next(), found.next()) {
            (Some((at, _)), None) => Ok(Column {
                at,
                name: name.to_owned(),
            }),
            (Some(_), Some(_)) => Err(fault(format!(
                "the file has two columns called {name:?}; rename one of them"
            ))),
            (None, _) => Err(fault(self.without(name))),
        }
    }

    fn without(&self, name: &str) -> String {
        let header: Vec<_> = self.header.iter().map(|column| format!("{column:?}")).collect();
        let doubt = if header.len() == 1 {
            "; is the delimiter right?"
        } else {
            ""
        };
        format!("the file has no column {name:?}; it has {}{doubt}", header.join(", "))
    }

    fn maybe(&self, name: Option<&str>) -> Result<Option<Column>, MappingError> {
        name.map(|name| self.one(name)).transpose()
    }

    fn all(&self, names: &[String]) -> Result<Vec<Column>, MappingError> {
        names.iter().map(|name| self.one(name)).collect()
    }
}
