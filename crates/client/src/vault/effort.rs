//! How dear one guess at a PIN is: Argon2id's memory, passes and lanes.
//!
//! It derives no key. The numbers are stored in the record, so that a better machine later changes nothing for old keys.

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroize;

use crate::world::World;

/// What a guess should cost, in microseconds of this device: half a second is felt once a morning and no more.
const AIM: i64 = 500_000;

/// OWASP's smallest setting with two passes, in KiB.
const LEAST_MEMORY: u32 = 19 * 1024;

/// More would make an old phone close other apps.
const MOST_MEMORY: u32 = 64 * 1024;

/// Bounds what a slow clock, or one that stands still, can make of the measurement.
const MOST_PASSES: u32 = 8;

/// Argon2id's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// How the cost of a new key is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Measured on this device, about half a second.
    Measured,
    /// Given; for tests and simulation.
    Given(Cost),
}

impl Effort {
    /// The cheapest Argon2id there is. Never for a person's key.
    pub const CHEAP: Self = Self::Given(Cost {
        memory: 8,
        passes: 1,
        lanes: 1,
    });

    pub(super) fn cost(&self, world: &World) -> Cost {
        match self {
            Self::Given(cost) => *cost,
            Self::Measured => measured(world),
        }
    }
}

impl Cost {
    /// Argon2id with this cost; none when the numbers are not ones Argon2 takes.
    pub(super) fn argon2(self) -> Option<Argon2<'static>> {
        let params = Params::new(self.memory, self.passes, self.lanes, Some(32)).ok()?;
        Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

fn measured(world: &World) -> Cost {
    let least = Cost {
        memory: LEAST_MEMORY,
        passes: 2,
        lanes: 1,
    };
    let began = world.now();
    let mut out = [0; 32];
    let argon2 = least.argon2().expect("the smallest setting is one of OWASP's");
    argon2
        .hash_password_into(b"274859", b"how fast is this", &mut out)
        .expect("a PIN and a salt are within bounds");
    out.zeroize();
    scaled((world.now() - began).0)
}

/// The cost that should take `AIM` where the least one took `took` microseconds: first more memory, then more passes.
fn scaled(took: i64) -> Cost {
    let least = i64::from(LEAST_MEMORY);
    let memory = (least * AIM / took.max(1)).clamp(least, i64::from(MOST_MEMORY));
    let passes = 2 * least * AIM / took.max(1) / memory;
    let within = |number: i64, most: u32| u32::try_from(number).unwrap_or(most).min(most);
    Cost {
        memory: within(memory, MOST_MEMORY),
        passes: within(passes, MOST_PASSES).max(2),
        lanes: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{LEAST_MEMORY, MOST_MEMORY, MOST_PASSES, scaled};

    #[test]
    fn a_slow_device_gets_the_least_and_a_fast_one_never_more_than_the_most() {
        assert_eq!((scaled(900_000).memory, scaled(900_000).passes), (LEAST_MEMORY, 2));
        assert_eq!((scaled(250_000).memory, scaled(250_000).passes), (2 * LEAST_MEMORY, 2));
        assert_eq!((scaled(50_000).memory, scaled(50_000).passes), (MOST_MEMORY, 5));
        assert_eq!((scaled(0).memory, scaled(0).passes), (MOST_MEMORY, MOST_PASSES));
        assert_eq!((scaled(-5).memory, scaled(-5).passes), (MOST_MEMORY, MOST_PASSES));
    }
}
