//! One row as a case with its notes, or the reason why it is none.
//!
//! Pure: the same row and plan give the same draft, ids included. It writes nothing.

use feltbog_casebook::{Birth, Edit, Kind, Scalar};
use feltbog_ids::Instant;
use sha2::{Digest, Sha256};

use super::{
    coordinates::{self, Place},
    identity::{Identity, birth},
    mapping::{FieldColumn, FieldKind},
    moment::Moment,
    plan::{Column, Plan, names},
    refusal::{About, Refusal, Warning, shortened},
};

/// A case as a row describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The case.
    pub birth: Birth,
    /// What is written in it.
    pub edits: Vec<Edit>,
    /// Its notes.
    pub notes: Vec<NoteDraft>,
    /// What was not as it should be.
    pub warnings: Vec<Warning>,
}

/// A finished note as a cell describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct NoteDraft {
    /// The note.
    pub birth: Birth,
    /// Its text.
    pub text: String,
    /// When it was written.
    pub at: Instant,
}

impl Draft {
    /// What the row says, in 32 bytes: equal digests mean that nothing changed at the source.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(minicbor::to_vec(&self.edits).expect("writing to memory does not fail"));
        for note in &self.notes {
            hasher.update(note.birth.id.as_bytes());
            hasher.update(note.at.0.to_be_bytes());
            hasher.update((note.text.len() as u64).to_be_bytes());
            hasher.update(&note.text);
        }
        hasher.finalize().into()
    }
}

/// Reads a row.
pub fn draft(plan: &Plan, cells: &[String]) -> Result<Draft, Refusal> {
    let Identity { key, shown } = Identity::read(plan, cells)?;
    let kind = plan.said(cells, &plan.kind).ok_or_else(|| Refusal::NoType {
        column: plan.kind.name.clone(),
    })?;
    let opened = opened(plan, cells)?;
    let mut row = Reading {
        plan,
        cells,
        edits: Vec::new(),
        warnings: Vec::new(),
    };
    row.root("type", plan.mapping.case_type.as_str());
    row.root(
        "title",
        plan.title
            .as_ref()
            .and_then(|column| plan.said(cells, column))
            .unwrap_or(kind),
    );
    row.root(
        "number",
        plan.number
            .as_ref()
            .and_then(|column| plan.said(cells, column))
            .unwrap_or(&shown),
    );
    row.root("subject", plan.joined(cells, &plan.subject).unwrap_or_default());
    row.root("unit", Scalar::Bytes(plan.destination.unit.as_bytes().to_vec()));
    row.root("source", format!("{}:{key}", plan.mapping.name));
    row.root("opened", opened.at);
    row.address();
    row.standing();
    row.position();
    plan.fields.iter().for_each(|(column, field)| row.field(column, field));
    let birth = birth(plan, Kind::Case, &key, None);
    let mut notes = Vec::new();
    for (column, at) in &plan.notes {
        notes.extend(row.note((&birth, &key), column, at.as_ref(), opened));
    }
    Ok(Draft {
        birth,
        edits: row.edits,
        notes,
        warnings: row.warnings,
    })
}

fn opened(plan: &Plan, cells: &[String]) -> Result<Moment, Refusal> {
    let column = plan.opened.name.clone();
    let Some(words) = plan.said(cells, &plan.opened) else {
        return Err(Refusal::NoOpening { column });
    };
    plan.clock.read(words).ok_or_else(|| Refusal::UnreadableOpening {
        column,
        words: shortened(words),
    })
}

struct Reading<'a> {
    plan: &'a Plan,
    cells: &'a [String],
    edits: Vec<Edit>,
    warnings: Vec<Warning>,
}

impl Reading<'_> {
    fn root(&mut self, key: &str, value: impl Into<Scalar>) {
        self.edits.push(Edit::root(key, value));
    }

    fn missing(&mut self, about: About, columns: &[Column]) {
        self.warnings.push(Warning {
            about,
            columns: names(columns),
            words: None,
        });
    }

    /// Remarks on words that cannot be read, and keeps them as a field of the case.
    fn unreadable(&mut self, about: About, columns: &[Column], words: &str) {
        let columns = names(columns);
        let kept = Edit::within("fields", &format!("{columns} (som skrevet)"), words);
        // One column may say two things, such as when a case was closed and when its note was written.
        if self.edits.contains(&kept) {
            return;
        }
        self.edits.push(kept);
        self.warnings.push(Warning {
            about,
            columns,
            words: Some(words.to_owned()),
        });
    }

    fn address(&mut self) {
        let columns = self.plan.address.clone();
        match self.plan.joined(self.cells, &columns) {
            Some(address) => self.root("address", address),
            None if columns.is_empty() => {}
            None => self.missing(About::Address, &columns),
        }
    }

    fn time(&mut self, about: About, column: Option<&Column>) -> Option<Moment> {
        let column = column?;
        let words = self.plan.said(self.cells, column)?;
        let read = self.plan.clock.read(words);
        if read.is_none() {
            self.unreadable(about, std::slice::from_ref(column), words);
        }
        read
    }

    fn standing(&mut self) {
        let plan = self.plan;
        if let Some(due) = self.time(About::Due, plan.due.as_ref()) {
            self.root("due", due.latest);
        } else if let Some(column) = plan
            .due
            .as_ref()
            .filter(|column| plan.said(self.cells, column).is_none())
        {
            self.missing(About::Due, std::slice::from_ref(column));
        }
        let closed = self.time(About::Closed, plan.closed.as_ref());
        if let Some(closed) = closed {
            self.root("closed", closed.at);
        }
        let by_time = if closed.is_some() { "closed" } else { "open" };
        let state = self.state().unwrap_or(by_time);
        self.root("state", state);
        let steps = &plan.mapping.steps;
        let step = match state {
            "closed" => &steps.closed,
            "paused" => &steps.paused,
            _ => &steps.open,
        };
        if let Some(step) = step {
            self.root("step", step.as_str());
        }
    }

    fn state(&mut self) -> Option<&'static str> {
        let column = self.plan.state.clone()?;
        let Some(words) = self.plan.said(self.cells, &column) else {
            self.missing(About::State, &[column]);
            return None;
        };
        let known = ["open", "paused", "closed"].into_iter().find(|state| *state == words);
        if known.is_none() {
            let words = words.to_owned();
            self.unreadable(About::State, &[column], &words);
        }
        known
    }

    fn position(&mut self) {
        let columns = self.plan.position.clone();
        if columns.is_empty() {
            return;
        }
        let said: Vec<_> = columns
            .iter()
            .filter_map(|column| self.plan.said(self.cells, column))
            .collect();
        match (self.place(&said), said.join(" ")) {
            (Some((lat, lon)), _) => {
                self.root("lat", Scalar::Number(lat));
                self.root("lon", Scalar::Number(lon));
            }
            (None, words) if words.is_empty() => self.missing(About::Position, &columns),
            (None, words) => self.unreadable(About::Position, &columns, &words),
        }
    }

    fn place(&self, said: &[&str]) -> Option<Place> {
        let decimal = self.plan.mapping.file.decimal;
        match (self.plan.position.len(), said) {
            (1, [both]) => coordinates::from_one(both, self.plan.mapping.case.position_order, decimal),
            (2, [lat, lon]) => coordinates::from_two(lat, lon, decimal),
            _ => None,
        }
    }

    fn field(&mut self, column: &Column, field: &FieldColumn) {
        let Some(words) = self.plan.said(self.cells, column) else {
            return;
        };
        let stripped = field
            .strip_suffix
            .as_deref()
            .and_then(|end| words.strip_suffix(end))
            .unwrap_or(words);
        let width = usize::from(field.pad_zeros.unwrap_or(0));
        let words = format!("{stripped:0>width$}");
        match self.value(&words, field.kind) {
            Some(value) => {
                let label = field.label.as_ref().unwrap_or(&field.column).clone();
                self.edits.push(Edit::within("fields", &label, value));
            }
            None => self.unreadable(About::Field, std::slice::from_ref(column), &words),
        }
    }

    fn value(&self, words: &str, kind: FieldKind) -> Option<Scalar> {
        match kind {
            FieldKind::Text => Some(Scalar::from(words)),
            FieldKind::Number => coordinates::number(words, self.plan.mapping.file.decimal).map(Scalar::Number),
            FieldKind::Date => self
                .plan
                .clock
                .read(words)
                .map(|time| Scalar::from(time.date.to_string())),
            FieldKind::Flag => match words.to_lowercase().as_str() {
                "ja" | "yes" | "true" | "sand" | "1" | "x" | "j" | "y" => Some(Scalar::Flag(true)),
                "nej" | "no" | "false" | "falsk" | "0" | "n" => Some(Scalar::Flag(false)),
                _ => None,
            },
        }
    }

    fn note(
        &mut self,
        (case, key): (&Birth, &str),
        column: &Column,
        at: Option<&Column>,
        opened: Moment,
    ) -> Option<NoteDraft> {
        let text = self.plan.said(self.cells, column)?.to_owned();
        let at = self.time(About::NoteTime, at).unwrap_or(opened).at;
        let name = format!("{key}\u{1f}{}", column.name);
        Some(NoteDraft {
            birth: birth(self.plan, Kind::Note, &name, Some(case.id)),
            text,
            at,
        })
    }
}
