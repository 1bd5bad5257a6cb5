//! Which stretch of a long list is in the document: at most sixty rows, however many cases there are.
//!
//! Pure arithmetic over rows. It measures nothing and asks for nothing.

/// Rows in the document at most.
pub const MOST: u32 = 60;

/// Rows kept before the first one on the screen, so that scrolling back a little shows rows at once.
const BEFORE: u32 = 20;

/// The first row to ask for so that `first`, the first row on the screen, and those after it are among the sixty.
pub fn first_to_ask(first: u32, total: u32) -> u32 {
    // In steps of ten, so that a slow scroll does not ask for every row.
    let wanted = first.saturating_sub(BEFORE) / 10 * 10;
    wanted.min(total.saturating_sub(MOST))
}

/// True when rows on the screen, or about to be, are outside the stretch that starts at `offset` with `held` rows.
pub fn runs_out(first: u32, shown: u32, offset: u32, held: u32, total: u32) -> bool {
    let margin = 5;
    let too_early = first < offset + margin && offset > 0;
    let last = first.saturating_add(shown).saturating_add(margin);
    let too_late = last > offset + held && offset + held < total;
    too_early || too_late
}

#[cfg(test)]
mod tests {
    use super::{MOST, first_to_ask, runs_out};

    #[test]
    fn a_short_list_is_asked_for_once() {
        assert_eq!(first_to_ask(0, 12), 0);
        assert!(!runs_out(0, 14, 0, 12, 12));
        assert!(!runs_out(4, 14, 0, 12, 12));
    }

    #[test]
    fn every_row_on_the_screen_is_among_the_sixty_wherever_one_scrolls() {
        let total = 5296;
        for first in 0..total - 20 {
            let offset = first_to_ask(first, total);
            assert!(!runs_out(first, 20, offset, MOST, total), "at row {first}");
        }
    }

    #[test]
    fn the_end_of_the_list_is_reached_with_a_full_stretch() {
        assert_eq!(first_to_ask(5290, 5296), 5236);
    }

    #[test]
    fn scrolling_past_the_stretch_asks_for_the_next() {
        assert!(runs_out(50, 12, 0, 60, 5296));
        assert!(runs_out(100, 12, 200, 60, 5296));
    }
}
