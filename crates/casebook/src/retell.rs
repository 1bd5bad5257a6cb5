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
        _ => match apart(before, mine, theirs) {
            Some(text) => Ok(text),
            None => merge_texts(before, mine, theirs),
        },
    }
}

/// Both in one text where each changed one piece and the two do not touch: long notes are merged in no time then.
fn apart(before: &str, mine: &str, theirs: &str) -> Option<String> {
    let (here, there) = (Piece::of(before, mine), Piece::of(before, theirs));
    let (first, second) = if here.to < there.from {
        (here, there)
    } else if there.to < here.from {
        (there, here)
    } else {
        return None;
    };
    let between = &before[first.to..second.from];
    Some(
        [
            &before[..first.from],
            first.with,
            between,
            second.with,
            &before[second.to..],
        ]
        .concat(),
    )
}

/// The one piece of a text in which another differs from it, and what stands there instead.
struct Piece<'t> {
    from: usize,
    to: usize,
    with: &'t str,
}

impl<'t> Piece<'t> {
    fn of(before: &str, after: &'t str) -> Self {
        let alike = |(one, other): &(char, char)| one == other;
        let length = |(letter, _): (char, char)| letter.len_utf8();
        let from: usize = before.chars().zip(after.chars()).take_while(alike).map(length).sum();
        let tails = before[from..].chars().rev().zip(after[from..].chars().rev());
        let tail: usize = tails.take_while(alike).map(length).sum();
        Self {
            from,
            to: before.len() - tail,
            with: &after[from..after.len() - tail],
        }
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
    fn pieces_that_do_not_touch_are_told_in_their_places_in_either_order() {
        let (before, mine, theirs) = (
            "Sov. Æble. Ærgrede sig.",
            "Sov godt. Æble. Ærgrede sig.",
            "Sov. Æble. Øvede.",
        );
        let both = "Sov godt. Æble. Øvede.";
        assert_eq!(super::apart(before, mine, theirs).unwrap(), both);
        assert_eq!(super::apart(before, theirs, mine).unwrap(), both);
        assert_eq!(crate::book::merge_texts(before, mine, theirs).unwrap(), both);
    }

    #[test]
    fn pieces_that_touch_are_left_to_the_engine() {
        assert_eq!(super::apart("Sov.", "Sov. Spiste.", "Sov. Glad."), None);
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
