//! A moment as the workspace's own clock and calendar show it.
//!
//! The desk knows the time zone and fills it in, so that the page needs no calendar; the page only puts it into words.

use feltbog_ids::Instant;
use serde::{Deserialize, Serialize};

/// One instant with its civil date and time in the workspace's time zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Copy, Eq)]
pub struct When {
    /// The instant itself, for comparing and sorting.
    pub at: Instant,
    /// Year, such as 2026.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: i8,
    /// Day of the month, 1 to 31.
    pub day: i8,
    /// Day of the week, 1 is Monday and 7 Sunday.
    pub weekday: i8,
    /// ISO 8601 week, 1 to 53.
    pub week: i8,
    /// Hour, 0 to 23.
    pub hour: i8,
    /// Minute, 0 to 59.
    pub minute: i8,
}

impl When {
    /// True when both fall on the same civil day.
    pub fn same_day(&self, other: &Self) -> bool {
        (self.year, self.month, self.day) == (other.year, other.month, other.day)
    }
}
