//! Which sentence the chip says: a pure function of what the courier knows and what the notebook holds.
//!
//! It says nothing it cannot prove: *all is done* needs an empty outbox, a complete pull and equal content.

use feltbog_casebook::Calendar;
use feltbog_ids::{Instant, Span};
use feltbog_views::{ChipState, ChipView, Problem, When};

use crate::courier::{Busy, Pace, Standing};
use crate::planner::{Outbox, Session, Step};

/// What the notebook holds, and how fast it is filled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Holdings {
    /// Notes and fields without a receipt.
    pub waiting: u32,
    /// What needs the person.
    pub handling: u32,
    /// When the last complete pull ended.
    pub pulled: Option<Instant>,
    /// Documents in, and documents announced.
    pub progress: (u32, u32),
    /// How fast they came.
    pub pace: Pace,
}

/// An instant as this calendar says it.
pub fn when(calendar: &Calendar, at: Instant) -> When {
    let civil = calendar.civil(at);
    When {
        at,
        year: civil.year,
        month: civil.month,
        day: civil.day,
        weekday: civil.weekday,
        week: civil.week,
        hour: civil.hour,
        minute: civil.minute,
    }
}

/// The chip.
pub fn chip(standing: &Standing, holdings: Holdings, calendar: &Calendar, now: Instant) -> ChipView {
    let pulled = holdings.pulled.map(|at| when(calendar, at));
    ChipView {
        state: state(standing, holdings, pulled, now),
        handling: holdings.handling,
        pulled,
    }
}

fn whole_seconds(span: Span) -> u32 {
    u32::try_from(span.0 / Span::seconds(1).0).unwrap_or(u32::MAX)
}

fn state(standing: &Standing, holdings: Holdings, pulled: Option<When>, now: Instant) -> ChipState {
    let items = holdings.waiting;
    match standing.plan.session {
        Session::Ended => return ChipState::SignIn { items },
        Session::Closed => return ChipState::Closed { items },
        Session::Open => {}
    }
    if standing.problem == Some(Problem::ServerUnreachable) {
        return ChipState::Offline { kept: items };
    }
    let Some(at) = pulled else {
        let (done, total) = holdings.progress;
        let left = holdings.pace.left(total.saturating_sub(done));
        let left = left.filter(|_| total > 0).map(whole_seconds);
        return ChipState::FirstSync { done, total, left };
    };
    let sends = standing.busy == Busy::Pushing || standing.plan.step(now) == Step::Push;
    match standing.busy {
        _ if items > 0 && sends => ChipState::Sending { items },
        _ if items > 0 => ChipState::Waiting { items },
        Busy::Pushing | Busy::Pulling => ChipState::Sending { items: 0 },
        Busy::Idle if standing.equal && standing.plan.outbox == Outbox::Empty => ChipState::AllDone { at },
        Busy::Idle => ChipState::Fetching,
    }
}

#[cfg(test)]
mod tests {
    use super::{Holdings, chip};
    use crate::courier::{Busy, Pace, Standing};
    use crate::planner::{Event, Outbox};
    use feltbog_casebook::Calendar;
    use feltbog_ids::{Instant, Span};
    use feltbog_views::{ChipState, Problem};

    const NOW: Instant = Instant(1_700_000_000_000_000);

    fn said(standing: &Standing, waiting: u32, pulled: Option<Instant>) -> ChipState {
        let holdings = Holdings {
            waiting,
            handling: 0,
            pulled,
            progress: (3, 9),
            pace: Pace::default(),
        };
        let calendar = Calendar::new("Europe/Copenhagen").expect("a zone");
        chip(standing, holdings, &calendar, NOW).state
    }

    fn quiet() -> Standing {
        let mut standing = Standing::starting(Outbox::Empty, NOW);
        standing.hear(Event::Pulled, NOW, 0.0);
        standing
    }

    #[test]
    fn all_is_done_only_when_sent_fetched_and_equal() {
        assert!(matches!(said(&quiet(), 0, Some(NOW)), ChipState::AllDone { at } if at.at == NOW));
        assert!(matches!(said(&quiet(), 1, Some(NOW)), ChipState::Waiting { items: 1 }));
        let rung = Standing {
            equal: false,
            ..quiet()
        };
        assert_eq!(said(&rung, 0, Some(NOW)), ChipState::Fetching);
        let starting = Standing::starting(Outbox::Empty, NOW);
        assert_eq!(said(&starting, 0, Some(NOW)), ChipState::Fetching);
        let mut filled = quiet();
        filled.plan.outbox = Outbox::Filled;
        assert_eq!(said(&filled, 0, Some(NOW)), ChipState::Fetching);
    }

    #[test]
    fn without_a_network_the_chip_says_how_much_is_kept_here() {
        let cut = Standing {
            problem: Some(Problem::ServerUnreachable),
            ..quiet()
        };
        assert_eq!(said(&cut, 2, Some(NOW)), ChipState::Offline { kept: 2 });
        let trying = Standing {
            busy: Busy::Pushing,
            ..cut
        };
        assert_eq!(said(&trying, 2, Some(NOW)), ChipState::Offline { kept: 2 });
    }

    #[test]
    fn the_first_fetch_and_each_journey_are_told_as_they_are() {
        let first = ChipState::FirstSync {
            done: 3,
            total: 9,
            left: None,
        };
        assert_eq!(said(&quiet(), 0, None), first);
        let sending = Standing {
            busy: Busy::Pushing,
            ..quiet()
        };
        assert_eq!(said(&sending, 3, Some(NOW)), ChipState::Sending { items: 3 });
        let fetching = Standing {
            busy: Busy::Pulling,
            ..quiet()
        };
        assert_eq!(said(&fetching, 0, Some(NOW)), ChipState::Sending { items: 0 });
    }

    #[test]
    fn the_first_fetch_says_how_long_it_still_takes_once_that_is_known() {
        let mut pace = Pace::default();
        for _ in 0..2 {
            pace.takes(600, Span::seconds(30));
        }
        let says = |progress| {
            let holdings = Holdings {
                progress,
                pace,
                ..Holdings::default()
            };
            let calendar = Calendar::new("Europe/Copenhagen").expect("a zone");
            match chip(&quiet(), holdings, &calendar, NOW).state {
                ChipState::FirstSync { left, .. } => left,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(says((1_200, 5_000)), Some(190));
        assert_eq!(says((5_000, 5_000)), Some(0));
        assert_eq!(says((5_001, 5_000)), Some(0), "never less than nothing");
        assert_eq!(says((0, 0)), None, "nothing is announced yet");
    }

    #[test]
    fn a_person_who_must_sign_in_is_told_before_anything_else() {
        let mut ended = Standing {
            problem: Some(Problem::ServerUnreachable),
            ..quiet()
        };
        ended.hear(Event::SessionEnded, NOW, 0.0);
        assert_eq!(said(&ended, 3, Some(NOW)), ChipState::SignIn { items: 3 });
        ended.hear(Event::AccountClosed, NOW, 0.0);
        assert_eq!(said(&ended, 3, Some(NOW)), ChipState::Closed { items: 3 });
    }
}
