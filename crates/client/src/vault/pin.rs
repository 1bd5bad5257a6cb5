//! A PIN somebody chooses: six digits, and none of those everybody tries first.
//!
//! It does not judge a PIN that is typed to open: an obvious one is simply wrong there.

use zeroize::Zeroizing;

use super::VaultError;

/// Patterns people choose that are neither a repetition nor a row: pairs, keypad columns, well-known words and years.
const OBVIOUS: [&str; 20] = [
    "112233", "223344", "334455", "445566", "556677", "667788", "778899", "332211", "665544", "998877", "147258",
    "258369", "147369", "159357", "159753", "789456", "456123", "123321", "102030", "696969",
];

/// A chosen PIN.
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// Takes six digits that are not obvious.
    pub fn choose(word: &str) -> Result<Self, VaultError> {
        let six_digits = word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
        if six_digits && !is_obvious(word) {
            Ok(Self(Zeroizing::new(word.to_owned())))
        } else {
            Err(VaultError::WeakPin)
        }
    }

    /// The digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

fn is_obvious(word: &str) -> bool {
    let digits = word.as_bytes();
    let repeats = |length: usize| digits.chunks(length).all(|part| part == &digits[..length]);
    let runs_by = |step: u8| {
        digits
            .windows(2)
            .all(|pair| (pair[0] - b'0' + step) % 10 == pair[1] - b'0')
    };
    repeats(1) || repeats(2) || repeats(3) || runs_by(1) || runs_by(9) || OBVIOUS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::Pin;

    #[test]
    fn the_pins_everybody_tries_first_are_refused() {
        for word in [
            "111111", "121212", "123123", "123456", "234567", "890123", "654321", "098765", "112233", "159753",
        ] {
            assert!(Pin::choose(word).is_err(), "{word}");
        }
    }

    #[test]
    fn a_pin_is_six_digits_and_nothing_else() {
        for word in ["", "27485", "2748591", "27485a", "２７４８５９", "27 859", "-27485"] {
            assert!(Pin::choose(word).is_err(), "{word}");
        }
        assert!(Pin::choose("274859").is_ok());
        assert!(Pin::choose("010190").is_ok());
    }
}
