//! The workspace's calendar: instants as civil dates and times, and back.
//!
//! It reads no clock. Working days and closing days are not here yet.

use feltbog_ids::Instant;
use jiff::{Timestamp, civil, tz::TimeZone};

/// The calendar of one workspace.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
}

/// An instant as people in the workspace say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Year.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: i8,
    /// Day of the month.
    pub day: i8,
    /// 1 is Monday, 7 Sunday.
    pub weekday: i8,
    /// ISO 8601 week.
    pub week: i8,
    /// Hour, 0 to 23.
    pub hour: i8,
    /// Minute.
    pub minute: i8,
}

/// Why a date, time or zone cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// No such time zone in the IANA database.
    #[error("no time zone is called that; write one such as Europe/Copenhagen")]
    Zone(#[source] jiff::Error),
    /// Not a date such as 2026-11-24.
    #[error("expected a date such as 2026-11-24")]
    Date(#[source] jiff::Error),
}

impl Calendar {
    /// The calendar of an IANA time zone, from the database that is compiled in.
    pub fn new(zone: &str) -> Result<Self, CalendarError> {
        TimeZone::get(zone)
            .map(|zone| Self { zone })
            .map_err(CalendarError::Zone)
    }

    /// How people here say this instant. Instants no calendar holds are said as the nearest one.
    pub fn civil(&self, at: Instant) -> Civil {
        let bounded =
            at.0.clamp(Timestamp::MIN.as_microsecond(), Timestamp::MAX.as_microsecond());
        let stamp = Timestamp::from_microsecond(bounded).expect("it was just brought within bounds");
        let zoned = stamp.to_zoned_datetime(self.zone.clone());
        Civil {
            year: zoned.year(),
            month: zoned.month(),
            day: zoned.day(),
            weekday: zoned.weekday().to_monday_one_offset(),
            week: zoned.date().iso_week_date().week(),
            hour: zoned.hour(),
            minute: zoned.minute(),
        }
    }

    /// When a civil date begins and ends: a day of 23 or 25 hours twice a year.
    pub fn day(&self, date: &str) -> Result<(Instant, Instant), CalendarError> {
        let date: civil::Date = date.parse().map_err(CalendarError::Date)?;
        let begin = date.to_zoned_datetime(self.zone.clone()).map_err(CalendarError::Date)?;
        let end = date
            .tomorrow()
            .and_then(|next| next.to_zoned_datetime(self.zone.clone()))
            .map_err(CalendarError::Date)?;
        Ok((stamp(&begin), stamp(&end)))
    }

    /// The civil date of an instant, such as `2026-11-24`.
    pub fn date(&self, at: Instant) -> String {
        let civil = self.civil(at);
        format!("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day)
    }

    /// The instant of a civil date and time. A time the clocks skip is the one after the gap; one they repeat is the first.
    pub fn instant(&self, at: civil::DateTime) -> Result<Instant, CalendarError> {
        at.to_zoned_datetime(self.zone.clone())
            .map(|zoned| stamp(&zoned))
            .map_err(CalendarError::Date)
    }
}

fn stamp(zoned: &jiff::ZonedDateTime) -> Instant {
    Instant(zoned.timestamp().as_microsecond())
}
