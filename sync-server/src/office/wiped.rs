//! What a device says it has wiped, noted on its enrolment.
//!
//! It believes the device no further than its cursor, and no longer than the device stands by it: one that comes with an older
//! cursor began from an older copy, in which may lie what it had wiped.

use feltbog_ids::{Cursor, Generation, Position};
use feltbog_protocol::FeedRequest;

/// What is to be noted instead of what is noted; none where that stands.
pub(super) fn noted_anew(
    noted: Option<Position>,
    request: &FeedRequest,
    generation: Generation,
) -> Option<Option<Position>> {
    let here = |cursor: Option<Cursor>| {
        let cursor = cursor.filter(|cursor| cursor.generation == generation);
        cursor.map(|cursor| cursor.position)
    };
    let read = here(request.cursor);
    let said = here(request.erased).filter(|said| read.is_some_and(|read| *said <= read));
    let stands = noted.filter(|noted| read.is_some_and(|read| *noted <= read));
    let wanted = stands.max(said);
    (wanted != noted).then_some(wanted)
}

#[cfg(test)]
mod tests {
    use feltbog_ids::{Cursor, Generation, Position};
    use feltbog_protocol::FeedRequest;

    use super::noted_anew;

    const NOW: Generation = Generation([1; 16]);

    fn asks(read: Option<u64>, said: Option<u64>) -> FeedRequest {
        let at = |position: u64| Cursor {
            generation: NOW,
            position: Position(position),
        };
        FeedRequest {
            cursor: read.map(at),
            filling: Vec::new(),
            erased: said.map(at),
        }
    }

    #[test]
    fn what_a_device_wiped_goes_on_and_is_taken_back_where_it_began_from_an_older_copy() {
        let nine = Some(Position(9));
        let table = [
            ("it says nothing", None, asks(Some(9), None), None),
            ("it says so first", None, asks(Some(9), Some(9)), Some(nine)),
            ("it goes on", Some(Position(4)), asks(Some(9), Some(9)), Some(nine)),
            ("it says no more", nine, asks(Some(12), None), None),
            ("it says the same", nine, asks(Some(9), Some(9)), None),
            ("more than it has read", None, asks(Some(8), Some(9)), None),
            ("an older copy", nine, asks(Some(8), None), Some(None)),
            (
                "an older copy that is wiped",
                nine,
                asks(Some(8), Some(8)),
                Some(Some(Position(8))),
            ),
            ("it begins anew", nine, asks(None, None), Some(None)),
        ];
        for (why, noted, request, anew) in table {
            assert_eq!(noted_anew(noted, &request, NOW), anew, "{why}");
        }
        let other = Generation([2; 16]);
        assert_eq!(noted_anew(nine, &asks(Some(9), Some(9)), other), Some(None));
    }
}
