//! Danish letters for searching and sorting.
//!
//! Pure functions on words; they know nothing of what the words are.

/// Folds a text so that `sorensen` finds Sørensen and `Aagade` finds Ågade: æ becomes ae, ø oe, å aa, then oe becomes o
/// and aa becomes a. Index and query are folded alike.
pub fn fold(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    for letter in text.to_lowercase().chars() {
        match letter {
            'æ' | 'ä' => spelled.push_str("ae"),
            'ø' | 'ö' => spelled.push_str("oe"),
            'å' => spelled.push_str("aa"),
            other => spelled.push(other),
        }
    }
    spelled.replace("oe", "o").replace("aa", "a")
}

/// A key that sorts as a Danish reader expects: case ignored, æ, ø and å after z, and aa as å.
pub fn sort_key(text: &str) -> String {
    let lower = text.to_lowercase().replace("aa", "å");
    lower
        .chars()
        .map(|letter| match letter {
            'æ' | 'ä' => '\u{7b}',
            'ø' | 'ö' => '\u{7c}',
            'å' => '\u{7d}',
            other => other,
        })
        .collect()
}

/// The words of a query for the index: every word must begin one that stands there. What is written together, such as the
/// number `A-2/Ø`, stands together there too.
pub(crate) fn match_query(query: &str) -> Option<String> {
    let folded = fold(query);
    let terms = folded.split_whitespace().filter_map(|word| {
        let pieces: Vec<_> = word
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|piece| !piece.is_empty())
            .collect();
        (!pieces.is_empty()).then(|| format!("folded : \"{}\" *", pieces.join(" ")))
    });
    let terms: Vec<_> = terms.collect();
    (!terms.is_empty()).then(|| terms.join(" AND "))
}

#[cfg(test)]
mod tests {
    use super::{fold, match_query, sort_key};

    #[test]
    fn sorensen_finds_soerensen_and_aagade_finds_aagade() {
        assert_eq!(fold("Nattergal-Sørensen"), "nattergal-sorensen");
        assert_eq!(fold("Soerensen"), fold("Sørensen"));
        assert_eq!(fold("Aagade"), fold("Ågade"));
        assert_eq!(fold("Gærdesmutte"), fold("Gaerdesmutte"));
    }

    #[test]
    fn danish_order_has_its_three_letters_last() {
        let mut names = ["Åse", "Ørn", "Æble", "Zita", "anna", "Aage"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["anna", "Zita", "Æble", "Ørn", "Aage", "Åse"]);
    }

    #[test]
    fn a_query_cannot_speak_to_the_index() {
        assert_eq!(
            match_query("\" OR 1 *"),
            Some("folded : \"or\" * AND folded : \"1\" *".to_owned())
        );
        assert_eq!(match_query("  -- "), None);
        assert_eq!(match_query("A-2/Ø"), Some("folded : \"a 2 o\" *".to_owned()));
    }
}
