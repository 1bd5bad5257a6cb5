//! When to go: a pure function of what the courier knows. What exists only here goes first.
//!
//! It reads no clock, throws no dice and does nothing: clock and jitter are passed in, and the courier acts.

use feltbog_ids::{Instant, Span};

/// Between two pulls when nothing else calls for one, in seconds.
const EVERY: i64 = 300;

/// After the first failure, in seconds, before jitter.
const FIRST_PAUSE: i64 = 1;

/// The longest pause, in seconds, before jitter: a network that came back unseen is found within it.
const LONGEST_PAUSE: i64 = 30;

/// Between two looks at the clock while something is to end by it, in seconds: a device that slept does not count the
/// time it slept, and a clock may be set.
const LOOK: i64 = 15;

/// Before a look that failed is tried again, in seconds.
const LOOK_AGAIN: i64 = 1;

/// How the server sees this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Session {
    /// It lets the device in, as far as is known.
    Open,
    /// A person must sign in.
    Ended,
    /// The account is closed; signing in may be tried by a person.
    Closed,
}

/// What the courier knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Whether anything can be pushed now.
    pub outbox: Outbox,
    /// How the server sees this device.
    pub session: Session,
    /// When the next pull is due.
    pub pull_at: Instant,
    /// Failures in a row.
    pub failures: u32,
    /// Not to go between these two.
    pub rest: Option<(Instant, Instant)>,
    /// Something called for a pull while one was under way, which may have passed that place already.
    pub again: bool,
    /// A person or the road called while an errand was under way: its failure tells of the time before.
    pub called: bool,
}

/// Whether anything waits that can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outbox {
    /// Nothing can be pushed.
    Empty,
    /// Something can.
    Filled,
}

/// What came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Something was written here.
    Wrote,
    /// The person pressed the button.
    Asked,
    /// The bell rang.
    Rang,
    /// The road was opened again, or the bell's line could be opened again.
    RoadBack,
    /// A push ended well.
    Pushed,
    /// An errand sets out.
    SetsOut,
    /// A pull ended, complete and equal.
    Pulled,
    /// A pull ended, complete, and is not yet equal: something moved meanwhile.
    PulledUnequal,
    /// No use going on now; the server may have named seconds to wait.
    Failed(Option<u32>),
    /// The session has ended.
    SessionEnded,
    /// The account is closed.
    AccountClosed,
    /// A person signed in.
    SignedIn,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send what waits.
    Push,
    /// Fetch.
    Pull,
    /// Nothing before this instant, unless something comes about.
    Rest(Instant),
    /// Nothing before a person has signed in.
    SignIn,
}

/// How long to wait before it is looked whether something has ended by the clock, of which the first ends then. None
/// where nothing ends so.
pub fn until_next_look(next_end: Option<Instant>, now: Instant) -> Option<Span> {
    next_end.map(|end| Span((end - now).0.clamp(Span::seconds(LOOK_AGAIN).0, Span::seconds(LOOK).0)))
}

impl State {
    /// As the app opens: go at once.
    pub fn starting(outbox: Outbox, now: Instant) -> Self {
        Self {
            outbox,
            session: Session::Open,
            pull_at: now,
            failures: 0,
            rest: None,
            again: false,
            called: false,
        }
    }

    /// What to do next.
    pub fn step(&self, now: Instant) -> Step {
        if self.session != Session::Open {
            return Step::SignIn;
        }
        // A clock turned back to before the pause began must not make it longer.
        let pause = self.rest.filter(|(from, until)| *from <= now && now < *until);
        if let Some((_, until)) = pause {
            return Step::Rest(until);
        }
        match self.outbox {
            Outbox::Filled => Step::Push,
            Outbox::Empty if self.pull_at <= now => Step::Pull,
            Outbox::Empty => Step::Rest(self.pull_at.min(now + Span::seconds(EVERY))),
        }
    }

    /// The state after an event. `jitter` is from 0 up to 1.
    pub fn after(self, event: Event, now: Instant, jitter: f64) -> Self {
        match event {
            Event::Wrote => Self {
                outbox: Outbox::Filled,
                ..self
            },
            Event::Rang => Self {
                pull_at: now,
                again: true,
                ..self
            },
            Event::Asked | Event::RoadBack => Self {
                again: true,
                called: true,
                ..self.due(now)
            },
            // What was sent comes back in the feed, and only then is all equal.
            Event::Pushed => self.due(now),
            Event::SetsOut => Self {
                again: false,
                called: false,
                ..self
            },
            Event::Pulled if self.again => self.due(now),
            Event::Pulled => Self {
                pull_at: now + Span::seconds(EVERY),
                ..self.due(now)
            },
            Event::PulledUnequal => Self { pull_at: now, ..self }.paused(None, now, jitter),
            Event::Failed(_) | Event::SessionEnded | Event::AccountClosed if self.called => self.due(now),
            Event::Failed(seconds) => self.paused(seconds, now, jitter),
            Event::SessionEnded => Self {
                session: Session::Ended,
                ..self
            },
            Event::AccountClosed => Self {
                session: Session::Closed,
                ..self
            },
            Event::SignedIn => Self {
                session: Session::Open,
                called: true,
                ..self.due(now)
            },
        }
    }

    fn due(self, now: Instant) -> Self {
        Self {
            pull_at: now,
            failures: 0,
            rest: None,
            ..self
        }
    }

    fn paused(self, seconds: Option<u32>, now: Instant, jitter: f64) -> Self {
        let pause = match seconds {
            Some(seconds) => stretched(i64::from(seconds), 1.0, jitter),
            None => stretched(pause_after(self.failures), 0.5, jitter),
        };
        Self {
            failures: self.failures.saturating_add(1),
            rest: Some((now, now + pause)),
            ..self
        }
    }
}

fn pause_after(failures: u32) -> i64 {
    FIRST_PAUSE
        .checked_shl(failures.min(16))
        .unwrap_or(LONGEST_PAUSE)
        .min(LONGEST_PAUSE)
}

/// From `least` times the pause up to half as much again as that, so that a thousand devices do not return in one second.
fn stretched(seconds: i64, least: f64, jitter: f64) -> Span {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an hour in microseconds is far below 2^53"
    )]
    let micros = ((least + jitter * 0.5) * seconds as f64 * 1e6) as i64;
    Span(micros)
}

#[cfg(test)]
mod tests {
    use super::{Event, Outbox, Session, State, Step, until_next_look};
    use feltbog_ids::{Instant, Span};

    const NOW: Instant = Instant(1_000_000_000);

    fn later(seconds: i64) -> Instant {
        NOW + Span::seconds(seconds)
    }

    fn quiet() -> State {
        State::starting(Outbox::Empty, NOW).after(Event::Pulled, NOW, 0.0)
    }

    #[test]
    fn what_exists_only_here_goes_first() {
        let start = State::starting(Outbox::Filled, NOW);
        assert_eq!(start.step(NOW), Step::Push);
        let sent = State {
            outbox: Outbox::Empty,
            ..start.after(Event::Pushed, NOW, 0.0)
        };
        assert_eq!(sent.step(NOW), Step::Pull);
        let done = sent.after(Event::Pulled, NOW, 0.0);
        assert_eq!(done.step(NOW), Step::Rest(later(300)));
    }

    #[test]
    fn a_quiet_device_goes_when_it_has_a_reason() {
        let table = [
            (Event::Wrote, Step::Push),
            (Event::Asked, Step::Pull),
            (Event::Rang, Step::Pull),
            (Event::RoadBack, Step::Pull),
            (Event::SessionEnded, Step::SignIn),
            (Event::AccountClosed, Step::SignIn),
            (Event::PulledUnequal, Step::Rest(NOW + Span(500_000))),
            (Event::Failed(None), Step::Rest(NOW + Span(500_000))),
            (Event::Failed(Some(20)), Step::Rest(later(20))),
        ];
        for (event, step) in table {
            assert_eq!(quiet().after(event, NOW, 0.0).step(NOW), step, "{event:?}");
        }
        assert_eq!(quiet().step(later(300)), Step::Pull);
    }

    #[test]
    fn a_bell_that_rings_during_a_pull_is_not_lost() {
        let pulling = quiet().after(Event::SetsOut, NOW, 0.0);
        assert_eq!(pulling.after(Event::Pulled, NOW, 0.0).step(NOW), Step::Rest(later(300)));
        let rung = pulling.after(Event::Rang, NOW, 0.0).after(Event::Pulled, NOW, 0.0);
        assert_eq!(rung.step(NOW), Step::Pull);
    }

    #[test]
    fn a_failure_from_before_the_road_came_back_delays_nothing() {
        let going = State::starting(Outbox::Filled, NOW).after(Event::SetsOut, NOW, 0.0);
        for called in [Event::RoadBack, Event::Asked, Event::SignedIn] {
            for old in [Event::Failed(None), Event::SessionEnded, Event::AccountClosed] {
                let late = going.after(called, NOW, 0.0).after(old, NOW, 0.0);
                assert_eq!(late.step(NOW), Step::Push, "{old:?} after {called:?}");
                let next = late.after(Event::SetsOut, NOW, 0.0).after(old, NOW, 0.0);
                assert_ne!(next.step(NOW), Step::Push, "{old:?} again");
            }
        }
    }

    #[test]
    fn failures_pause_longer_and_longer_but_never_past_the_longest() {
        let mut state = State::starting(Outbox::Filled, NOW);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            state = state.after(Event::Failed(None), NOW, 0.999);
            let (_, until) = state.rest.expect("it rests");
            pauses.push((until - NOW).0 / 1_000_000);
        }
        assert_eq!(pauses, [0, 1, 3, 7, 15, 29, 29, 29]);
    }

    #[test]
    fn a_pause_ends_when_the_road_is_back_or_the_person_asks_but_not_by_writing_or_a_bell() {
        let failed = quiet()
            .after(Event::Failed(Some(20)), NOW, 0.0)
            .after(Event::Wrote, NOW, 0.0);
        assert_eq!(failed.step(NOW), Step::Rest(later(20)));
        assert_eq!(failed.after(Event::Rang, NOW, 0.0).step(NOW), Step::Rest(later(20)));
        assert_eq!(failed.after(Event::RoadBack, NOW, 0.0).step(NOW), Step::Push);
        assert_eq!(failed.after(Event::Asked, NOW, 0.0).step(NOW), Step::Push);
        assert_eq!(failed.step(later(20)), Step::Push);
    }

    #[test]
    fn devices_that_failed_together_do_not_return_together() {
        for (event, first, last) in [
            (Event::Failed(None), 500_000, 750_000),
            (Event::Failed(Some(20)), 20_000_000, 25_000_000),
        ] {
            for (jitter, micros) in [(0.0, first), (0.5, last)] {
                let failed = quiet().after(event, NOW, jitter);
                assert_eq!(failed.step(NOW), Step::Rest(NOW + Span(micros)), "{event:?}");
            }
        }
    }

    #[test]
    fn an_ended_session_waits_for_a_person_whatever_else_happens() {
        let ended = quiet().after(Event::SessionEnded, NOW, 0.0);
        for event in [Event::Wrote, Event::Rang, Event::Asked, Event::RoadBack] {
            assert_eq!(
                ended.after(event, NOW, 0.0).step(later(9_999)),
                Step::SignIn,
                "{event:?}"
            );
        }
        let written = ended.after(Event::Wrote, NOW, 0.0).after(Event::SignedIn, NOW, 0.0);
        assert_eq!((written.session, written.step(NOW)), (Session::Open, Step::Push));
    }

    #[test]
    fn the_clock_is_looked_at_when_something_ends_and_often_enough_for_a_device_that_slept() {
        let table = [
            (None, None),
            (Some(later(7)), Some(Span::seconds(7))),
            (Some(later(3_600)), Some(Span::seconds(15))),
            (Some(NOW), Some(Span::seconds(1))),
            (Some(later(-3_600)), Some(Span::seconds(1))),
        ];
        for (end, pause) in table {
            assert_eq!(until_next_look(end, NOW), pause, "{end:?}");
        }
    }

    #[test]
    fn a_clock_turned_back_does_not_stop_the_pulls() {
        let years_ahead = quiet().after(Event::Pulled, later(1_000_000_000), 0.0);
        assert_eq!(years_ahead.step(NOW), Step::Rest(later(300)));
        let told_to_wait = quiet().after(Event::Wrote, later(1_000_000_000), 0.0);
        let told_to_wait = told_to_wait.after(Event::Failed(Some(20)), later(1_000_000_000), 0.0);
        assert_eq!(told_to_wait.step(NOW), Step::Push);
    }
}
