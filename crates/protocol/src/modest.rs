//! Counts what a message is made of before anything is made of it: a byte on the road can become a row in memory.
//!
//! It knows only the heads of CBOR items (RFC 8949), not what they mean; decoding does.

/// Most items of a message. The largest honest page, of five hundred documents in fifty scopes each, has a sixth of it.
const MOST_ITEMS: usize = 250_000;

/// True when the bytes are made of no more items than a message may have. Whether they are whole is not said.
pub(crate) fn is_modest(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    for _ in 0..MOST_ITEMS {
        match after_head(rest) {
            Some(after) => rest = after,
            // Cut short, or at its end: the decoder reads no further either.
            None => return true,
        }
    }
    rest.is_empty()
}

/// What follows the next head, and the bytes of the string it announces.
fn after_head(bytes: &[u8]) -> Option<&[u8]> {
    let (first, rest) = bytes.split_first()?;
    let width = match first & 0x1f {
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => 0,
    };
    let (argument, rest) = rest.split_at_checked(width)?;
    let is_string = matches!(first >> 5, 2 | 3) && first & 0x1f < 28;
    if !is_string {
        return Some(rest);
    }
    let told = argument.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let length = if width == 0 { u64::from(first & 0x1f) } else { told };
    rest.get(usize::try_from(length).ok()?..)
}

#[cfg(test)]
mod tests {
    use super::{MOST_ITEMS, is_modest};

    #[test]
    fn a_message_of_countless_small_items_is_not_modest_and_one_long_string_is() {
        assert!(!is_modest(&vec![0x40; MOST_ITEMS + 1]));
        assert!(is_modest(&vec![0x40; MOST_ITEMS]));
        let mut string = vec![0x5a, 0, 0x10, 0, 0];
        string.resize(5 + (1 << 20), 0x40);
        assert!(is_modest(&string), "its bytes are not items");
        assert!(is_modest(&[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
        assert!(is_modest(&[]));
    }
}
