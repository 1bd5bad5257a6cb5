//! Keeps the caret at its place when a colleague's words come into the text.
//!
//! Counts as the browser does, in UTF-16 units. It does not touch the text area.

/// Where a caret at `caret` in `old` belongs in `new`: what stands unchanged before and after the change stays put.
pub fn carry_caret(old: &str, new: &str, caret: u32) -> u32 {
    let old: Vec<u16> = old.encode_utf16().collect();
    let new: Vec<u16> = new.encode_utf16().collect();
    let caret = (caret as usize).min(old.len());
    let shorter = old.len().min(new.len());
    let before = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let room = shorter - before;
    let after = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(room)
        .take_while(|(a, b)| a == b)
        .count();
    let place = if caret <= before {
        caret
    } else if caret >= old.len() - after {
        new.len() - (old.len() - caret)
    } else {
        new.len() - after
    };
    u32::try_from(place).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::carry_caret;

    #[test]
    fn words_put_in_before_the_caret_push_it_on() {
        assert_eq!(carry_caret("Sov godt", "Hej. Sov godt", 3), 8);
    }

    #[test]
    fn words_put_in_after_the_caret_leave_it() {
        assert_eq!(carry_caret("Sov godt", "Sov godt. Ellen", 3), 3);
    }

    #[test]
    fn a_caret_at_the_end_stays_at_the_end_of_ones_own_words() {
        assert_eq!(carry_caret("Sov", "Hej. Sov", 3), 8);
    }

    #[test]
    fn words_a_colleague_adds_where_the_caret_stands_come_after_it() {
        assert_eq!(carry_caret("Sov", "Sov. Ellen", 3), 3);
    }

    #[test]
    fn a_caret_inside_removed_words_stands_where_they_stood() {
        assert_eq!(carry_caret("Sov meget godt", "Sov godt", 6), 4);
    }

    #[test]
    fn letters_outside_the_basic_plane_count_as_the_browser_counts_them() {
        assert_eq!(carry_caret("🙂Sov", "🙂🙂Sov", 5), 7);
    }

    #[test]
    fn a_caret_past_the_end_is_brought_back() {
        assert_eq!(carry_caret("a", "ab", 99), 1);
    }
}
