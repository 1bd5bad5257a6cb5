//! What was said to a device, and whether the device answered: the one memory of a torture that no kill touches.
//! It does not judge; the verdict does, from what stands here.

use serde_json::Value;

/// What follows a field's sign: three bytes alone would occur in a hash sooner or later.
const BEHIND: &str = " sat undervejs";

/// What a command was to bring about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// A sign in a note.
    Words(char),
    /// A sign in the field of that key.
    Field(&'static str, char),
    /// A note is finished.
    Finish,
}

/// One command that writes.
#[derive(Clone, Debug)]
pub struct Said {
    /// By which of the two.
    pub by: usize,
    /// The document: the note, or the case for a field.
    pub doc: String,
    /// The case.
    pub case: String,
    /// What it was to bring about.
    pub what: What,
    /// The device answered that it is kept. Unanswered, it may be kept or not.
    pub answered: bool,
}

/// Everything said.
#[derive(Default)]
pub struct Ledger(Vec<Said>);

impl Ledger {
    /// Takes these in.
    pub fn add(&mut self, said: impl IntoIterator<Item = Said>) {
        self.0.extend(said);
    }

    /// All of it in order.
    pub fn all(&self) -> &[Said] {
        &self.0
    }

    /// How many were answered, and how many were not.
    pub fn counts(&self) -> (usize, usize) {
        let answered = self.0.iter().filter(|said| said.answered).count();
        (answered, self.0.len() - answered)
    }
}

impl Said {
    /// Whether it may stand so many times.
    pub fn may_stand(&self, times: usize) -> bool {
        times == 1 || times == 0 && !self.answered
    }

    /// The words by which it is found; none for a finish.
    pub fn words(&self) -> Option<String> {
        match self.what {
            What::Words(sign) => Some(sign.to_string()),
            What::Field(_, sign) => Some(field_words(sign)),
            What::Finish => None,
        }
    }

    /// How often it stands in what a device says of its case.
    pub fn times_in(&self, case: &Value) -> usize {
        let notes = case["notes"].as_array().map(Vec::as_slice).unwrap_or_default();
        match self.what {
            What::Words(sign) => notes.iter().map(|note| times_in_note(note, sign)).sum(),
            What::Field(_, sign) => times_in_fields(case, &field_words(sign)),
            What::Finish => notes
                .iter()
                .filter(|note| note["id"] == *self.doc && note["state"]["state"] == "finished")
                .count(),
        }
    }
}

/// What is written in a field.
pub fn field_words(sign: char) -> String {
    format!("{sign}{BEHIND}")
}

/// Where words came beside a finish, the addition is the whole note with them in it.
fn times_in_note(note: &Value, sign: char) -> usize {
    let standing = note["additions"].get(0).unwrap_or(&note["text"]);
    standing.as_str().unwrap_or_default().matches(sign).count()
}

fn times_in_fields(case: &Value, words: &str) -> usize {
    let fields = case["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
    let values = fields.iter().flat_map(|field| {
        let others = field["others"].as_array().map(Vec::as_slice).unwrap_or_default();
        std::iter::once(&field["value"]["value"]).chain(others.iter().map(|other| &other["value"]["value"]))
    });
    values.filter(|value| *value == words).count()
}

#[cfg(test)]
mod tests {
    use super::{Said, What, field_words};
    use serde_json::json;

    fn said(what: What) -> Said {
        Said {
            by: 0,
            doc: "n".to_owned(),
            case: "c".to_owned(),
            what,
            answered: true,
        }
    }

    #[test]
    fn a_sign_is_counted_wherever_a_case_shows_it() {
        let case = json!({
            "notes": [{"id": "n", "text": "her 七", "additions": ["her 七 og 六"], "state": {"state": "finished"}}],
            "fields": [{"value": {"value": field_words('八')}, "others": [{"value": {"value": field_words('九')}}]}],
        });
        assert_eq!(['六', '七'].map(|sign| said(What::Words(sign)).times_in(&case)), [1, 1]);
        assert_eq!(said(What::Field("mobilitet", '八')).times_in(&case), 1);
        assert_eq!(said(What::Field("mobilitet", '九')).times_in(&case), 1);
        assert_eq!(said(What::Finish).times_in(&case), 1);
    }

    #[test]
    fn what_was_answered_stands_once_and_what_was_not_at_most_once() {
        let kept = said(What::Words('七'));
        assert_eq!([0, 1, 2].map(|times| kept.may_stand(times)), [false, true, false]);
        let unsure = Said {
            answered: false,
            ..kept
        };
        assert_eq!([0, 1, 2].map(|times| unsure.may_stand(times)), [true, true, false]);
    }
}
