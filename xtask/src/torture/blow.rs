//! When a kill comes, and what it hits: an errand is waited for on the road, and the blow falls somewhere in it.
//! It kills nothing itself, and does not choose what to aim at.

use std::thread;
use std::time::Duration;

use super::Side;
use super::chance::Chance;
use super::kinds::Kind;
use super::road::{Errand, Moment, Road};

/// A busy device comes to any errand well before this.
const LONGEST_AIM: Duration = Duration::from_secs(5);

/// A kill comes up to so many milliseconds after its errand was seen: long enough for the errand's end to be hit too.
const LATER: usize = 25;

/// A first sync is longer: that of some ten cases takes a tenth of a second.
const LATER_AT_FIRST: usize = 60;

/// A writer is killed somewhere in the first dozen commands of some ten milliseconds each.
const AMID_WRITING: usize = 150;

/// While the server is down, people go on writing for up to so many milliseconds.
const DOWN: usize = 150;

/// A kill.
pub struct Blow {
    at: Option<Moment>,
    later: Duration,
    /// For how long what was killed stays away.
    pub down: Duration,
}

impl Blow {
    /// One for this kind, somewhere in it or shortly after.
    pub fn drawn(chance: &mut Chance, side: Side, aim: Kind) -> Self {
        let (at, later) = match aim {
            Kind::Write | Kind::Opening | Kind::Compaction => (None, AMID_WRITING),
            Kind::Push => (Some(Moment::Asked(Errand::Push)), LATER),
            Kind::Receipt => (Some(Moment::Answered(Errand::Push)), LATER),
            Kind::Pull => (Some(Moment::Asked(Errand::Pull)), LATER),
            Kind::FirstSync => (Some(Moment::Asked(Errand::Pull)), LATER_AT_FIRST),
        };
        let down = match side {
            Side::Client => Duration::ZERO,
            Side::Server => chance.up_to(DOWN),
        };
        Self {
            at,
            later: chance.up_to(later),
            down,
        }
    }

    /// One within so long from now.
    pub fn within(chance: &mut Chance, time: Duration) -> Self {
        Self {
            at: None,
            later: time.mul_f64(chance.share()),
            down: Duration::ZERO,
        }
    }

    /// Returns at the instant to strike. An errand that never comes is no reason not to.
    pub fn falls_due(&self, road: &Road) {
        if let Some(moment) = self.at {
            road.waits_for(moment, LONGEST_AIM);
        }
        thread::sleep(self.later);
    }
}

/// What was hit, by what the road and the typist say. What a pull is called depends on whose it is.
pub fn under_way(moment: Moment, pull: Kind, writing: bool) -> Vec<Kind> {
    let errand = match moment {
        Moment::Quiet => None,
        Moment::Asked(Errand::Push) => Some(Kind::Push),
        Moment::Answered(Errand::Push) => Some(Kind::Receipt),
        Moment::Asked(Errand::Pull) | Moment::Answered(Errand::Pull) => Some(pull),
    };
    errand.into_iter().chain(writing.then_some(Kind::Write)).collect()
}
