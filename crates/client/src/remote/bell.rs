//! The bell's lines: server-sent events of which only `data: N` counts.
//!
//! It opens no connection, and it bounds what a line may hold: the other end is not believed.

use feltbog_ids::Position;

/// A position has at most twenty digits; the rest is room for the field's name.
const LONGEST_LINE: usize = 256;

/// What came in and is not a whole line yet.
#[derive(Default)]
pub struct BellLines {
    part: Vec<u8>,
    skipping: bool,
}

impl BellLines {
    /// Takes bytes as they arrive and returns the highest position they told of, if any.
    pub fn take(&mut self, bytes: &[u8]) -> Option<Position> {
        let mut highest = None;
        for byte in bytes {
            match byte {
                b'\n' | b'\r' => highest = highest.max(self.end_line()),
                _ if self.part.len() < LONGEST_LINE => self.part.push(*byte),
                _ => self.skipping = true,
            }
        }
        highest
    }

    fn end_line(&mut self) -> Option<Position> {
        let line = std::mem::take(&mut self.part);
        if std::mem::take(&mut self.skipping) {
            return None;
        }
        let data = line.strip_prefix(b"data:")?;
        std::str::from_utf8(data).ok()?.trim().parse().ok().map(Position)
    }
}

#[cfg(test)]
mod tests {
    use super::BellLines;
    use feltbog_ids::Position;

    #[test]
    fn a_ring_is_heard_however_its_bytes_arrive() {
        let mut lines = BellLines::default();
        assert_eq!(lines.take(b": hello\n\nda"), None);
        assert_eq!(lines.take(b"ta: 1"), None);
        assert_eq!(lines.take(b"7\r\n\r\n"), Some(Position(17)));
        assert_eq!(lines.take(b"event: x\ndata:18\n\ndata: 16\n\n"), Some(Position(18)));
    }

    #[test]
    fn noise_on_the_line_is_no_ring_and_takes_no_memory() {
        let mut lines = BellLines::default();
        assert_eq!(lines.take(&vec![b'9'; 1_000_000]), None);
        assert!(lines.part.len() <= super::LONGEST_LINE);
        assert_eq!(lines.take(b"\ndata: \xff\ndata: -1\ndata: 3\n"), Some(Position(3)));
    }
}
