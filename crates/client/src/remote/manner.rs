//! How the bell is heard: on a line that stays open, or where something on the way cuts or keeps back such lines, by
//! asking again and again.
//!
//! It asks nobody; it only counts what came of it.

/// Lines in a row that were cut before they said a second word. The server says one every fifteen seconds.
const CUTS: u8 = 3;

/// Questions asked before a line is tried again: half an hour where nobody writes. A device that was carried to another
/// network loses nothing by still asking.
const QUESTIONS: u8 = 72;

/// What has been seen of lines lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    cuts: u8,
    questions: u8,
}

impl Manner {
    /// Whether to ask instead of listening.
    pub const fn is_asking(self) -> bool {
        self.questions > 0
    }

    /// A line said more than where the log stood as it was opened.
    pub const fn spoken(self) -> Self {
        Self { cuts: 0, ..self }
    }

    /// A line was cut before that.
    pub const fn cut(self) -> Self {
        if self.cuts + 1 < CUTS {
            Self {
                cuts: self.cuts + 1,
                ..self
            }
        } else {
            self.deaf()
        }
    }

    /// A line was refused by something that is no server of ours, or was opened and said nothing.
    pub const fn deaf(self) -> Self {
        Self {
            cuts: 0,
            questions: QUESTIONS,
        }
    }

    /// A question was asked.
    pub const fn asked(self) -> Self {
        Self {
            questions: self.questions.saturating_sub(1),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CUTS, Manner, QUESTIONS};

    #[test]
    fn one_who_hears_nothing_asks_for_a_while_and_then_listens_again() {
        let mut manner = Manner::default();
        assert!(!manner.is_asking());
        manner = manner.deaf();
        for _ in 0..QUESTIONS {
            assert!(manner.is_asking());
            manner = manner.asked();
        }
        assert_eq!(manner, Manner::default());
    }

    #[test]
    fn only_lines_cut_in_a_row_make_one_ask() {
        let mut manner = Manner::default();
        for _ in 0..10 {
            for _ in 1..CUTS {
                manner = manner.cut();
            }
            assert!(!manner.is_asking());
            manner = manner.spoken();
        }
        for _ in 0..CUTS {
            manner = manner.cut();
        }
        assert!(manner.is_asking());
    }
}
