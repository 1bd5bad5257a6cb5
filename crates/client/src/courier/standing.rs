//! What the courier knows at this moment, for the chip and the sync page.
//!
//! It is not stored: after a start nothing is claimed before it has been seen again.

use feltbog_ids::Instant;
use feltbog_replica::Agreement;
use feltbog_views::Problem;

use super::CourierError;
use crate::planner::{Event, Outbox, State};
use crate::remote::RemoteError;

/// What the courier is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// Nothing.
    Idle,
    /// Sending.
    Pushing,
    /// Fetching.
    Pulling,
}

/// The courier's knowledge.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The planner's state.
    pub plan: State,
    /// What it is doing.
    pub busy: Busy,
    /// The last complete pull ended equal, and nothing has been seen since that could make it untrue.
    pub equal: bool,
    /// What went wrong with the last try.
    pub problem: Option<Problem>,
}

impl Standing {
    /// As the app opens.
    pub fn starting(outbox: Outbox, now: Instant) -> Self {
        Self {
            plan: State::starting(outbox, now),
            busy: Busy::Idle,
            equal: false,
            problem: None,
        }
    }

    /// Takes an event in.
    pub fn hear(&mut self, event: Event, now: Instant, jitter: f64) {
        self.plan = self.plan.after(event, now, jitter);
        match event {
            Event::Wrote | Event::Rang | Event::PulledUnequal => self.equal = false,
            Event::Pulled => self.equal = !self.plan.again,
            Event::SignedIn => self.problem = None,
            _ => {}
        }
    }

    /// Takes in how an errand ended, and what can be pushed after it.
    pub fn end(&mut self, outcome: &Result<Ended, CourierError>, outbox: Outbox, now: Instant, jitter: f64) {
        self.busy = Busy::Idle;
        self.problem = outcome.as_ref().err().map(CourierError::problem);
        let event = match outcome {
            Ok(Ended::Push) => Event::Pushed,
            Ok(Ended::Pull(Agreement::Equal)) => Event::Pulled,
            Ok(Ended::Pull(_)) => Event::PulledUnequal,
            Err(error) => event_of(error),
        };
        self.hear(event, now, jitter);
        self.plan.outbox = outbox;
    }
}

/// What ended well.
pub enum Ended {
    /// A push.
    Push,
    /// A pull, and whether all is equal.
    Pull(Agreement),
}

fn event_of(error: &CourierError) -> Event {
    match error.problem() {
        Problem::SessionEnded => Event::SessionEnded,
        Problem::AccountClosed => Event::AccountClosed,
        Problem::TooManyTries { seconds } => Event::Failed(Some(seconds)),
        _ => match error {
            CourierError::Remote(RemoteError::Later { seconds }) => Event::Failed(Some(*seconds)),
            _ => Event::Failed(None),
        },
    }
}
