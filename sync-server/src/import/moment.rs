//! Reads times and dates as a mapping describes them.
//!
//! It guesses no format: what none of them fits is unreadable.

use feltbog_casebook::Calendar;
use feltbog_ids::Instant;
use jiff::{civil::Date, fmt::strtime};

/// The formats and the zone of one file.
pub struct Clock {
    calendar: Calendar,
    formats: Vec<String>,
}

/// A time as it stood in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When; a date without a time begins the day.
    pub at: Instant,
    /// The last second of a date without a time, which is when a deadline on that day passes.
    pub latest: Instant,
    /// The civil date.
    pub date: Date,
}

/// English names are what `strptime` knows; a Danish file writes its own.
const MONTHS: [(&str, &str); 12] = [
    ("januar", "January"),
    ("februar", "February"),
    ("marts", "March"),
    ("april", "April"),
    ("maj", "May"),
    ("juni", "June"),
    ("juli", "July"),
    ("august", "August"),
    ("september", "September"),
    ("oktober", "October"),
    ("november", "November"),
    ("december", "December"),
];

impl Clock {
    /// A clock for these formats; names the first one that no time can be written in.
    pub fn new(calendar: Calendar, formats: &[String]) -> Result<Self, String> {
        let sample = strtime::BrokenDownTime::from(
            &Date::constant(2026, 11, 23)
                .at(14, 2, 3, 0)
                .to_zoned_datetime(jiff::tz::TimeZone::UTC)
                .map_err(|error| error.to_string())?,
        );
        for format in formats {
            let written = sample.to_string(format).ok().and_then(|text| read(format, &text));
            if written.and_then(|time| time.to_date().ok()).is_none() {
                return Err(format.clone());
            }
        }
        Ok(Self {
            calendar,
            formats: formats.to_vec(),
        })
    }

    /// The time these words mean, by the first format that fits.
    pub fn read(&self, words: &str) -> Option<Moment> {
        let others: Vec<_> = in_english(words).into_iter().chain(with_offset(words)).collect();
        let fits = |format: &String| {
            let other = || others.iter().find_map(|words| read(format, words));
            read(format, words).or_else(other)
        };
        let time = self.formats.iter().find_map(fits)?;
        let date = time.to_date().ok()?;
        if let Ok(stamp) = time.to_timestamp() {
            let at = Instant(stamp.as_microsecond());
            return Some(Moment { at, latest: at, date });
        }
        let at = self.calendar.instant(time.to_datetime().ok()?).ok()?;
        let latest = match time.hour() {
            Some(_) => at,
            None => self.calendar.instant(date.at(23, 59, 59, 0)).ok()?,
        };
        Some(Moment { at, latest, date })
    }
}

fn read(format: &str, words: &str) -> Option<strtime::BrokenDownTime> {
    strtime::parse(format, words).ok()
}

fn in_english(words: &str) -> Option<String> {
    let lower = words.to_lowercase();
    let (danish, english) = MONTHS.iter().find(|(danish, _)| lower.contains(danish))?;
    Some(lower.replace(danish, english))
}

/// A trailing Z means UTC (RFC 3339, ISO 8601); these are the offsets a format with one reads.
fn with_offset(words: &str) -> impl Iterator<Item = String> {
    let bare = words.strip_suffix(['Z', 'z']);
    let written = |bare: &str| ["+00:00", "+0000"].map(|offset| format!("{bare}{offset}"));
    bare.map(written).into_iter().flatten()
}

/// True where a Z at the end of a format is a mere letter, which would make a time of the zone's out of one in UTC.
pub fn ends_in_mere_z(format: &str) -> bool {
    format.ends_with('Z') && !format.ends_with("%Z")
}

#[cfg(test)]
mod tests {
    use super::{Calendar, Clock};

    fn clock(zone: &str, formats: &[&str]) -> Clock {
        let formats: Vec<_> = formats.iter().map(|format| (*format).to_owned()).collect();
        Clock::new(Calendar::new(zone).expect("a zone"), &formats).expect("formats")
    }

    #[test]
    fn american_danish_and_plain_times_are_read() {
        let american = clock("America/New_York", &["%m/%d/%Y %I:%M:%S %p"]);
        assert_eq!(
            american.read("06/01/2015 12:28:00 AM").map(|time| time.at.0),
            Some(1_433_132_880_000_000)
        );
        let danish = clock("Europe/Copenhagen", &["%d-%m-%Y %H.%M", "%d.%m.%Y", "%d. %B %Y"]);
        assert_eq!(
            danish.read("01-06-2015 00.28").map(|time| time.at.0),
            Some(1_433_111_280_000_000)
        );
        let day = danish.read("1. juni 2015").expect("a Danish date");
        assert_eq!((day.at.0, day.latest.0), (1_433_109_600_000_000, 1_433_195_999_000_000));
        assert_eq!(danish.read("1.6.2015"), Some(day));
        assert_eq!(danish.read("31.02.2015"), None);
        let plain = clock("Europe/Copenhagen", &["%Y-%m-%dT%H:%M:%S%:z"]);
        assert_eq!(
            plain.read("2015-06-01T00:28:00-04:00").map(|time| time.at.0),
            Some(1_433_132_880_000_000)
        );
    }

    #[test]
    fn a_format_that_names_no_date_is_found_before_the_first_row() {
        let calendar = Calendar::new("Europe/Copenhagen").expect("a zone");
        assert_eq!(
            Clock::new(calendar, &["%H:%M".to_owned()]).err().as_deref(),
            Some("%H:%M")
        );
    }
}
