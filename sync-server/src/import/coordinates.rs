//! Reads a position from one column or two, WGS 84 degrees.
//!
//! It converts nothing: UTM and other grids are unreadable here.

use super::mapping::{Decimal, Order};

/// Latitude and longitude.
pub type Place = (f64, f64);

/// Reads `(37.7, -122.4)`, `37.7 -122.4`, `37,7;-122,4` or `POINT(-122.4 37.7)`. The point where the equator meets
/// Greenwich is what systems write for "nowhere", and counts as unreadable.
pub fn from_one(words: &str, order: Order, decimal: Decimal) -> Option<Place> {
    let upper = words.to_uppercase();
    let bare = upper
        .split_once(';')
        .filter(|(head, _)| head.starts_with("SRID="))
        .map_or(&*upper, |(_, rest)| rest);
    let point = bare.trim().strip_prefix("POINT");
    let inner = point.unwrap_or(bare).trim().trim_matches(['(', ')', '[', ']']);
    let decimal = if point.is_some() { Decimal::Point } else { decimal };
    let between =
        |letter: char| letter.is_whitespace() || letter == ';' || (letter == ',' && decimal == Decimal::Point);
    let mut numbers = inner.split(between).filter(|word| !word.is_empty());
    let (first, second) = (numbers.next()?, numbers.next()?);
    if numbers.next().is_some() {
        return None;
    }
    let turned = point.is_some() || order == Order::LonLat;
    let (lat, lon) = if turned { (second, first) } else { (first, second) };
    from_two(lat, lon, decimal)
}

/// Reads a latitude and a longitude.
pub fn from_two(lat: &str, lon: &str, decimal: Decimal) -> Option<Place> {
    // No coordinate has thousands, so a point is always a point here.
    let degrees = |words: &str| {
        let bare = words.trim().trim_end_matches(',');
        let plain = if decimal == Decimal::Comma {
            bare.replace(',', ".")
        } else {
            bare.to_owned()
        };
        plain.parse().ok().filter(|degrees: &f64| degrees.is_finite())
    };
    let (lat, lon) = (degrees(lat)?, degrees(lon)?);
    let somewhere = lat != 0.0 || lon != 0.0;
    (somewhere && lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some((lat, lon))
}

/// Reads a number; thousands may be set off, in groups of three digits. Anything else with the other sign is unreadable:
/// it may be a fraction, and a number ten times too large is worse than none.
pub fn number(words: &str, decimal: Decimal) -> Option<f64> {
    let (fraction, group) = match decimal {
        Decimal::Point => ('.', ','),
        Decimal::Comma => (',', '.'),
    };
    let words = words.trim();
    let (whole, rest) = words.split_at(words.find(fraction).unwrap_or(words.len()));
    let whole = ungrouped(whole, group)?;
    let plain = format!("{whole}{}", rest.replacen(fraction, ".", 1));
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The digits before the fraction without what sets off thousands, if that stands where it should.
fn ungrouped(whole: &str, group: char) -> Option<String> {
    let Some((first, others)) = whole.split_once(group) else {
        return Some(whole.to_owned());
    };
    let is_digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let begins = first.trim_start_matches(['+', '-']);
    let begun = (1..=3).contains(&begins.len()) && is_digits(begins) && !begins.starts_with('0');
    let grouped = others.split(group).all(|word| word.len() == 3 && is_digits(word));
    (begun && grouped).then(|| whole.replace(group, ""))
}

#[cfg(test)]
mod tests {
    use super::{Decimal, Order, from_one, from_two};

    #[test]
    fn a_position_is_read_however_it_is_written() {
        let place = Some((37.7, -122.4));
        for words in [
            "(37.7, -122.4)",
            "37.7 -122.4",
            "37.7,-122.4",
            "POINT(-122.4 37.7)",
            "SRID=4326;POINT (-122.4 37.7)",
        ] {
            assert_eq!(from_one(words, Order::LatLon, Decimal::Point), place, "{words}");
        }
        assert_eq!(from_one("-122,4; 37,7", Order::LonLat, Decimal::Comma), place);
        assert_eq!(from_two("37,7", "-122,4", Decimal::Comma), place);
    }

    #[test]
    fn what_is_no_place_is_not_read_as_one() {
        for words in ["(0, 0)", "", "37.7", "91 10", "10 181", "NaN 1", "1 2 3", "Torvet"] {
            assert_eq!(from_one(words, Order::LatLon, Decimal::Point), None, "{words}");
        }
    }
}
