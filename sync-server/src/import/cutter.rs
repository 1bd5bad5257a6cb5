//! Cuts a delimited file into records and cells (RFC 4180, any one-byte delimiter).
//!
//! Written here rather than taken from a crate, because one quote that is never closed must cost one row and not the
//! rest of the file: the reader goes on at the next line. It decodes nothing.

use std::borrow::Cow;

use super::refusal::Refusal;

/// Where a record ends at the latest; behind it an open quote counts as one that nobody closed.
const LONGEST_RECORD: usize = 1 << 20;

/// The cells of one record, quotes taken off.
pub type Cells<'a> = Vec<Cow<'a, [u8]>>;

/// Finds where records and cells begin and end.
pub struct Cutter<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
    delimiter: u8,
}

impl<'a> Cutter<'a> {
    /// Begins behind the line in which some spreadsheets name their delimiter.
    pub fn new(bytes: &'a [u8], delimiter: u8) -> Self {
        let mut cutter = Self {
            bytes,
            at: 0,
            line: 1,
            delimiter,
        };
        let first = cutter.line_from(0);
        if names_delimiter(first) {
            cutter.pass(line_end(bytes, first.len()));
        }
        cutter
    }

    /// How many bytes were passed.
    pub fn passed(&self) -> usize {
        self.at
    }

    /// The next record and the line it begins on; empty lines are passed over. A record of several lines and another
    /// number of cells than `wanted` is most likely two rows and a quote that nobody closed, so it costs its first line.
    pub fn record(&mut self, wanted: Option<usize>) -> Option<(u64, Result<Cells<'a>, Refusal>)> {
        while let Some(b'\n' | b'\r') = self.bytes.get(self.at) {
            self.pass(line_end(self.bytes, self.at));
        }
        self.bytes.get(self.at)?;
        let (begin, line) = (self.at, self.line);
        let next = line_end(self.bytes, begin + self.line_from(begin).len());
        let fits = |cells: &Cells<'_>, end| end <= next || wanted.is_none_or(|wanted| cells.len() == wanted);
        match self.cut(begin).filter(|(cells, end)| fits(cells, *end)) {
            Some((cells, end)) => {
                self.pass(end);
                Some((line, Ok(cells)))
            }
            None => {
                self.pass(next);
                Some((line, Err(Refusal::Quote)))
            }
        }
    }

    /// The line that begins at `at`, without its end.
    fn line_from(&self, at: usize) -> &'a [u8] {
        let rest = &self.bytes[at..];
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        &rest[..length.unwrap_or(rest.len())]
    }

    /// The cells of the record at `at` and where the next one begins; none when its quotes are spoiled.
    fn cut(&self, mut at: usize) -> Option<(Cells<'a>, usize)> {
        let begin = at;
        let mut cells = Vec::new();
        loop {
            let (cell, end) = match self.bytes.get(at) {
                Some(b'"') => self.quoted(begin, at + 1)?,
                _ => self.plain(at),
            };
            cells.push(cell);
            match self.bytes.get(end) {
                Some(byte) if *byte == self.delimiter => at = end + 1,
                Some(b'\n' | b'\r') => return Some((cells, line_end(self.bytes, end))),
                None => return Some((cells, end)),
                Some(_) => return None,
            }
        }
    }

    fn plain(&self, at: usize) -> (Cow<'a, [u8]>, usize) {
        let rest = &self.bytes[at..];
        let ends = |byte: &u8| *byte == self.delimiter || matches!(byte, b'\n' | b'\r');
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        (Cow::Borrowed(&rest[..length]), at + length)
    }

    fn quoted(&self, begin: usize, at: usize) -> Option<(Cow<'a, [u8]>, usize)> {
        let mut cell = Cow::Borrowed(&self.bytes[at..at]);
        let mut from = at;
        loop {
            let quote = from + self.bytes[from..].iter().position(|byte| *byte == b'"')?;
            if quote - begin > LONGEST_RECORD {
                return None;
            }
            let doubled = self.bytes.get(quote + 1) == Some(&b'"');
            let piece = &self.bytes[from..quote + usize::from(doubled)];
            if cell.is_empty() {
                cell = Cow::Borrowed(piece);
            } else {
                cell.to_mut().extend_from_slice(piece);
            }
            if !doubled {
                return Some((cell, quote + 1));
            }
            from = quote + 2;
        }
    }

    /// Goes on to `end` and counts the lines on the way.
    fn pass(&mut self, end: usize) {
        let passed = &self.bytes[self.at..end];
        let feeds = passed.iter().filter(|byte| **byte == b'\n').count();
        let bare = passed
            .iter()
            .enumerate()
            .filter(|(nth, byte)| **byte == b'\r' && self.bytes.get(self.at + nth + 1) != Some(&b'\n'));
        self.line += (feeds + bare.count()) as u64;
        self.at = end;
    }
}

/// True for a line such as `sep=;`.
fn names_delimiter(line: &[u8]) -> bool {
    let inside = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\""));
    matches!(inside.unwrap_or(line), [word @ .., b'=', _] if word.eq_ignore_ascii_case(b"sep"))
}

/// Where the next line begins, given where this one ends.
fn line_end(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..) {
        Some([b'\r', b'\n', ..]) => at + 2,
        Some([_, ..]) => at + 1,
        _ => bytes.len(),
    }
}
