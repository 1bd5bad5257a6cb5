//! What a server that cannot serve now asks for: `retry-after` (RFC 9110, 10.2.3), in seconds or as a date.
//!
//! It reads no clock: a date counts from the one the answer itself bears.

use std::time::SystemTime;

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

/// Longest wait a server may ask for, in seconds: one of its typing errors should not silence a device for a year.
const LONGEST: u32 = 3_600;

/// The seconds asked for, if any, and no more than an hour.
pub fn asked_for(headers: &HeaderMap) -> Option<u32> {
    let word = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are a long time too.
        return Some(at_most(word.parse().unwrap_or(LONGEST)));
    }
    let until = httpdate::parse_http_date(word).ok()?;
    let wait = until.duration_since(date(headers, DATE)?).unwrap_or_default();
    Some(at_most(u32::try_from(wait.as_secs()).unwrap_or(LONGEST)))
}

/// No more than an hour.
pub fn at_most(seconds: u32) -> u32 {
    seconds.min(LONGEST)
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::asked_for;
    use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

    #[test]
    fn a_wait_is_read_in_seconds_or_as_a_date_and_never_past_an_hour() {
        let noon = Some("Tue, 24 Nov 2026 12:00:00 GMT");
        let table = [
            ("7", None, Some(7)),
            (" 0 ", None, Some(0)),
            ("99999999999999", None, Some(3_600)),
            ("Tue, 24 Nov 2026 12:02:00 GMT", noon, Some(120)),
            ("Tue, 24 Nov 2026 11:00:00 GMT", noon, Some(0)),
            ("Tue, 24 Nov 2099 11:00:00 GMT", noon, Some(3_600)),
            ("Tue, 24 Nov 2026 12:02:00 GMT", None, None),
            ("soon", noon, None),
            ("-5", noon, None),
            ("", noon, None),
        ];
        for (word, now, seconds) in table {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(word));
            now.map(|now| headers.insert(DATE, HeaderValue::from_static(now)));
            assert_eq!(asked_for(&headers), seconds, "{word}");
        }
    }
}
