//! What a person typed, told again without the document it was typed in.
//!
//! Pure: it merges texts and knows neither versions nor authors.

use crate::{BookError, Edit, book::merge_texts};

/// The text in which both went from `before`: one to `mine`, one to `theirs`. Neither loses a word.
pub fn merged(before: &str, mine: &str, theirs: &str) -> Result<String, BookError> {
    match (before == theirs, before == mine) {
        (true, _) => Ok(mine.to_owned()),
        (_, true) => Ok(theirs.to_owned()),
        // Both went to the same text, as a command does that is repeated.
        _ if mine == theirs => Ok(mine.to_owned()),
        _ => merge_texts(before, mine, theirs),
    }
}

/// All that was typed in these edits, in their order, on the text the first of them was typed on. None where nothing was.
pub fn retold<'a>(edits: impl IntoIterator<Item = &'a Edit>) -> Result<Option<String>, BookError> {
    let mut told: Option<String> = None;
    for edit in edits {
        let Edit::Type { before, after } = edit else { continue };
        told = Some(match told {
            None => after.clone(),
            Some(told) => merged(before, after, &told)?,
        });
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{merged, retold};
    use crate::Edit;

    fn typed(before: &str, after: &str) -> Edit {
        Edit::Type {
            before: before.to_owned(),
            after: after.to_owned(),
        }
    }

    #[test]
    fn what_was_typed_after_one_another_is_told_whole_and_once() {
        let edits = [
            typed("", "Sov."),
            typed("Sov.", "Sov. Spiste."),
            typed("Sov. Spiste.", "Spiste."),
        ];
        assert_eq!(retold(&edits).unwrap().unwrap(), "Spiste.");
        assert_eq!(retold(&[]).unwrap(), None);
    }

    #[test]
    fn what_both_typed_alike_is_told_once() {
        assert_eq!(merged("", "Sov.", "Sov.").unwrap(), "Sov.");
    }

    #[test]
    fn what_was_typed_on_an_older_page_is_told_beside_the_rest() {
        let edits = [typed("Sov.", "Sov. Spiste."), typed("Sov.", "I nat: Sov.")];
        assert_eq!(retold(&edits).unwrap().unwrap(), "I nat: Sov. Spiste.");
    }

    #[test]
    fn of_two_texts_that_went_apart_neither_loses_a_word() {
        assert_eq!(merged("b", "ab", "bc").unwrap(), "abc");
        assert_eq!(merged("b", "b", "bc").unwrap(), "bc");
        assert_eq!(merged("b", "ab", "b").unwrap(), "ab");
    }
}
