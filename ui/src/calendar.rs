//! Times, dates and numbers as people in Denmark read them: *kl. 14.02*, *man. 23. nov.*, *1.234,5*.
//!
//! It computes no dates: the desk has already said which day it is.

use feltbog_views::{FieldValue, Language, When};

use crate::words::Words;

/// `14.02`, in English `14:02`.
pub fn clock(words: &Words, when: &When) -> String {
    let mark = match words.language() {
        Language::Da => '.',
        Language::En => ':',
    };
    format!("{:02}{mark}{:02}", when.hour, when.minute)
}

/// `man. 23. nov.`, in English `Mon 23 Nov`.
pub fn short_day(words: &Words, when: &When) -> String {
    let weekday = words.say(&format!("weekday-{}-short", when.weekday));
    let month = words.say(&format!("month-{}-short", when.month));
    match words.language() {
        Language::Da => format!("{weekday} {}. {month}", when.day),
        Language::En => format!("{weekday} {} {month}", when.day),
    }
}

/// `mandag den 23. november`, in English `Monday 23 November`.
pub fn long_day(words: &Words, when: &When) -> String {
    let weekday = words.say(&format!("weekday-{}", when.weekday));
    let month = words.say(&format!("month-{}", when.month));
    match words.language() {
        Language::Da => format!("{weekday} den {}. {month}", when.day),
        Language::En => format!("{weekday} {} {month}", when.day),
    }
}

/// `kl. 14.02`; on another day than `now` with the day before it, and in another year with the year.
pub fn moment(words: &Words, when: &When, now: &When) -> String {
    let clock = words.say_with("clock", &[("time", clock(words, when).into())]);
    if when.same_day(now) {
        clock
    } else {
        format!("{} {clock}", day(words, when, now))
    }
}

/// `man. 23. nov.`, in another year than `now` with the year.
pub fn day(words: &Words, when: &When, now: &When) -> String {
    let day = short_day(words, when);
    if when.year == now.year {
        day
    } else {
        format!("{day} {}", when.year)
    }
}

/// A civil date such as `2026-11-24` as `24. nov. 2026`; other words as they are.
pub fn civil_date(words: &Words, date: &str) -> String {
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts[..] else {
        return date.to_owned();
    };
    let (Ok(month), Ok(day)) = (month.parse::<u8>(), day.parse::<u8>()) else {
        return date.to_owned();
    };
    let Some(month) = words.try_say(&format!("month-{month}-short")) else {
        return date.to_owned();
    };
    match words.language() {
        Language::Da => format!("{day}. {month} {year}"),
        Language::En => format!("{day} {month} {year}"),
    }
}

/// `1.234`, in English `1,234`.
pub fn count(words: &Words, number: u32) -> String {
    grouped(words, &number.to_string())
}

/// A number with the decimal mark of the language: `1.234,5`.
pub fn number(words: &Words, number: f64) -> String {
    let plain = number.abs().to_string();
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    let mark = match words.language() {
        Language::Da => ',',
        Language::En => '.',
    };
    let sign = if number < 0.0 { "-" } else { "" };
    let whole = grouped(words, whole);
    if rest.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}{mark}{rest}")
    }
}

fn grouped(words: &Words, digits: &str) -> String {
    let mark = match words.language() {
        Language::Da => '.',
        Language::En => ',',
    };
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

/// A field's value in words.
pub fn value(words: &Words, value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) => text.clone(),
        FieldValue::Number(amount) => number(words, *amount),
        FieldValue::Date(date) => civil_date(words, date),
        FieldValue::Flag(true) => words.say("yes"),
        FieldValue::Flag(false) => words.say("no"),
    }
}

#[cfg(test)]
mod tests {
    use feltbog_ids::Instant;
    use feltbog_views::{Language, When};

    use super::{civil_date, clock, count, long_day, moment, number, short_day};
    use crate::words::Words;

    fn monday() -> When {
        When {
            at: Instant(0),
            year: 2026,
            month: 11,
            day: 23,
            weekday: 1,
            week: 48,
            hour: 14,
            minute: 2,
        }
    }

    #[test]
    fn a_danish_screen_reads_as_danes_write() {
        let da = Words::of(Language::Da);
        assert_eq!(clock(&da, &monday()), "14.02");
        assert_eq!(short_day(&da, &monday()), "man. 23. nov.");
        assert_eq!(long_day(&da, &monday()), "mandag den 23. november");
        assert_eq!(civil_date(&da, "2026-11-04"), "4. nov. 2026");
        assert_eq!(number(&da, 1234.5), "1.234,5");
        assert_eq!(count(&da, 5296), "5.296");
    }

    #[test]
    fn an_english_screen_reads_as_the_english_write() {
        let en = Words::of(Language::En);
        assert_eq!(clock(&en, &monday()), "14:02");
        assert_eq!(long_day(&en, &monday()), "Monday 23 November");
        assert_eq!(number(&en, -1234.5), "-1,234.5");
    }

    #[test]
    fn a_time_of_another_day_says_which_day() {
        let da = Words::of(Language::Da);
        let later = When {
            day: 24,
            weekday: 2,
            ..monday()
        };
        assert_eq!(moment(&da, &monday(), &monday()), "kl. 14.02");
        assert_eq!(moment(&da, &monday(), &later), "man. 23. nov. kl. 14.02");
    }

    #[test]
    fn words_that_are_no_date_stay_as_they_are() {
        assert_eq!(civil_date(&Words::of(Language::Da), "snart"), "snart");
    }
}
