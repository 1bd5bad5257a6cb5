//! How fast documents come in, and from it how long the rest of a first fetch should take.
//!
//! It reads no clock and is not stored: after a start nothing is said before it has been seen again.

use feltbog_ids::Span;

/// Before so much time on the road nothing is said: the first answers tell little of the next.
const SEEN_FOR: Span = Span::seconds(5);

/// Nor before so many documents.
const SEEN: i64 = 200;

/// What was seen counts half once this much time has gone into it, so that a road that changes is believed.
const FORGETS: Span = Span::seconds(60);

/// No batch takes longer than a request may and its storing: where it seems to, the clock was set.
const LONGEST: Span = Span::seconds(120);

/// Documents that came, and the time on the road they took. Time without a network, and between two tries, is none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    came: i64,
    took: i64,
}

impl Pace {
    /// Takes in a batch that arrived.
    pub(crate) fn takes(&mut self, came: u32, took: Span) {
        if took < Span(0) || took > LONGEST {
            return;
        }
        self.came += i64::from(came);
        self.took += took.0;
        if self.took > FORGETS.0 && self.came >= 2 * SEEN {
            self.came /= 2;
            self.took /= 2;
        }
    }

    /// How long so many documents should take; none while too little was seen to say so.
    pub fn left(&self, documents: u32) -> Option<Span> {
        let is_seen = self.took >= SEEN_FOR.0 && self.came >= SEEN;
        is_seen.then(|| Span(self.took.saturating_mul(documents.into()) / self.came))
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use feltbog_ids::Span;

    fn after(batches: impl IntoIterator<Item = (u32, i64)>) -> Pace {
        let mut pace = Pace::default();
        for (came, seconds) in batches {
            pace.takes(came, Span::seconds(seconds));
        }
        pace
    }

    #[test]
    fn nothing_is_said_before_some_seconds_and_some_documents_were_seen() {
        assert_eq!(after([]).left(1_000), None);
        assert_eq!(after([(1_000, 4)]).left(1_000), None);
        assert_eq!(after([(100, 9)]).left(1_000), None);
        assert_eq!(after([(100, 5), (100, 5)]).left(1_000), Some(Span::seconds(50)));
        assert_eq!(after([(100, 5), (100, 5)]).left(0), Some(Span(0)));
    }

    #[test]
    fn a_road_that_slows_down_is_believed_within_a_few_minutes_and_a_slow_one_is_not_forgotten() {
        let fast = [(100, 1); 120];
        assert_eq!(after(fast).left(1_000), Some(Span::seconds(10)));
        let slower = after(fast.into_iter().chain([(100, 10); 30]));
        let left = slower.left(1_000).expect("much was seen");
        assert!(left > Span::seconds(90) && left <= Span::seconds(100), "{left:?}");
        assert_eq!(after([(10, 60); 60]).left(10), Some(Span::seconds(60)));
    }

    #[test]
    fn a_clock_that_was_set_in_the_midst_of_a_batch_is_no_measure() {
        let mut pace = after([(200, 10)]);
        pace.takes(100, Span::seconds(-3_600));
        pace.takes(100, Span::days(1));
        assert_eq!(pace.left(20), Some(Span::seconds(1)));
    }
}
