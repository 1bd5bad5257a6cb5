//! Times in an organisation file: a date and time, or so many days from the day it is first applied.
//!
//! It reads no clock; today is passed in.

use feltbog_casebook::Calendar;
use feltbog_ids::Instant;
use jiff::civil::{Date, Time};

/// Today, in the workspace's calendar.
pub struct Today {
    calendar: Calendar,
    date: Date,
}

impl Today {
    /// The day of this instant.
    pub fn new(calendar: Calendar, now: Instant) -> Self {
        let civil = calendar.civil(now);
        Self {
            date: Date::constant(civil.year, civil.month, civil.day),
            calendar,
        }
    }

    /// Reads `2026-11-24 14:02`, or `-3 14:02`: three days ago. None where it is neither.
    pub fn read(&self, words: &str) -> Option<Instant> {
        let (day, time) = words.split_once(' ')?;
        let date = match day.parse::<i64>() {
            Ok(days) => self.in_days(days)?,
            Err(_) => day.parse().ok()?,
        };
        self.at(date, time)
    }

    /// The date so many days from today.
    pub fn in_days(&self, days: i64) -> Option<Date> {
        let span = jiff::Span::new().try_days(days).ok()?;
        self.date.checked_add(span).ok()
    }

    /// The instant of a local time such as `07:15` on a date.
    pub fn at(&self, date: Date, time: &str) -> Option<Instant> {
        let time: Time = time.parse().ok()?;
        self.calendar.instant(date.to_datetime(time)).ok()
    }
}
