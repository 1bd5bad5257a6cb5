//! A delimited file as its header and rows, decoded.
//!
//! It does not know what a column means, nor where a record ends; the cutter does.

use std::borrow::Cow;

use super::{
    cutter::Cutter,
    mapping::Encoding,
    refusal::{LONGEST_CELL, Refusal},
};

/// The mark some programs put before UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// One row of the file.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number: the first row after the header is 1.
    pub number: u64,
    /// The line it begins on: the first line of the file is 1.
    pub line: u64,
    /// Its cells, or why it is refused.
    pub cells: Result<Vec<String>, Refusal>,
}

/// A file cut into its header and rows, read one after the other.
pub struct Sheet<'a> {
    cutter: Cutter<'a>,
    encoding: Encoding,
    header: Vec<String>,
    number: u64,
}

/// Why nothing of a file can be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// Nothing in it.
    #[error("the file is empty; it needs a header and rows")]
    Empty,
    /// Two bytes a character.
    #[error("the file is UTF-16; save it as UTF-8 or Windows-1252 and say which in the mapping")]
    Utf16,
    /// Marked as UTF-8, and said to be something else.
    #[error("the file begins with the mark of UTF-8; write encoding = \"utf-8\" in the mapping")]
    Utf8,
    /// The header is spoiled.
    #[error("line {line}: the header cannot be read: {why}")]
    Header {
        /// Where it stands.
        line: u64,
        /// Why.
        why: Refusal,
    },
}

impl<'a> Sheet<'a> {
    /// Reads the header, unless the mapping names the columns of a file that has none.
    pub fn open(
        bytes: &'a [u8],
        delimiter: u8,
        encoding: Encoding,
        columns: Option<&[String]>,
    ) -> Result<Self, SheetError> {
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(SheetError::Utf16);
        }
        let marked = bytes.strip_prefix(MARK);
        if marked.is_some() && encoding != Encoding::Utf8 {
            return Err(SheetError::Utf8);
        }
        let mut cutter = Cutter::new(marked.unwrap_or(bytes), delimiter);
        let header = match columns {
            Some(columns) => columns.to_vec(),
            None => {
                let (line, cells) = cutter.record(None).ok_or(SheetError::Empty)?;
                let read = cells.and_then(|cells| decode(&cells, encoding, &[]));
                read.map_err(|why| SheetError::Header { line, why })?
            }
        };
        Ok(Self {
            cutter,
            encoding,
            header,
            number: 0,
        })
    }

    /// Names of the columns, in order.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// How many bytes were read.
    pub fn bytes_read(&self) -> u64 {
        self.cutter.passed() as u64
    }

    fn cells(&self, cells: &[Cow<'_, [u8]>]) -> Result<Vec<String>, Refusal> {
        if cells.len() != self.header.len() {
            return Err(Refusal::Ragged {
                found: cells.len(),
                wanted: self.header.len(),
            });
        }
        decode(cells, self.encoding, &self.header)
    }
}

impl Iterator for Sheet<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let (line, cells) = self.cutter.record(Some(self.header.len()))?;
        self.number += 1;
        Some(Row {
            number: self.number,
            line,
            cells: cells.and_then(|cells| self.cells(&cells)),
        })
    }
}

fn decode(cells: &[Cow<'_, [u8]>], encoding: Encoding, header: &[String]) -> Result<Vec<String>, Refusal> {
    let column = |nth: usize| {
        header
            .get(nth)
            .cloned()
            .unwrap_or_else(|| format!("column {}", nth + 1))
    };
    let mut words = Vec::with_capacity(cells.len());
    for (nth, cell) in cells.iter().enumerate() {
        if cell.len() > LONGEST_CELL {
            return Err(Refusal::TooLong {
                column: column(nth),
                bytes: cell.len(),
            });
        }
        if cell.contains(&0) {
            return Err(Refusal::Nul { column: column(nth) });
        }
        let text = encoding.decode(cell);
        let text = text.ok_or_else(|| Refusal::Encoding {
            column: column(nth),
            encoding: encoding.name(),
        })?;
        words.push(text.replace("\r\n", "\n").trim().to_owned());
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Refusal, Sheet, SheetError};

    fn rows(text: &[u8]) -> Vec<(u64, u64, Result<Vec<String>, Refusal>)> {
        let sheet = Sheet::open(text, b';', Encoding::Utf8, None).expect("a header");
        sheet.map(|row| (row.number, row.line, row.cells)).collect()
    }

    fn words(words: &[&str]) -> Result<Vec<String>, Refusal> {
        Ok(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn a_quoted_cell_may_hold_lines_delimiters_and_quotes() {
        let read = rows(b"\xef\xbb\xbfa;b\r\n1;\"to \"\"x\"\";\r\nlinjer\"\r\n\r\n2;\"\"\n");
        assert_eq!(
            read,
            [(1, 2, words(&["1", "to \"x\";\nlinjer"])), (2, 5, words(&["2", ""]))]
        );
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_line_only() {
        let read = rows(b"a;b\n1;\"aldrig lukket\n2;\"x\ny\"\n3;z");
        assert_eq!(read[0], (1, 2, Err(Refusal::Quote)));
        assert_eq!(read[1..], [(2, 3, words(&["2", "x\ny"])), (3, 5, words(&["3", "z"]))]);
    }

    #[test]
    fn spoiled_cells_are_refused_by_name() {
        let read = rows(b"a;b\n1;\xff\n2\n3;\0\n");
        assert_eq!(
            read[0].2,
            Err(Refusal::Encoding {
                column: "b".to_owned(),
                encoding: "UTF-8"
            })
        );
        assert_eq!(read[1].2, Err(Refusal::Ragged { found: 1, wanted: 2 }));
        assert_eq!(read[2].2, Err(Refusal::Nul { column: "b".to_owned() }));
        let long = [b"a;b\n1;".as_slice(), &[b'x'; 40_000], b"\n2;y\n"].concat();
        assert_eq!(
            rows(&long)[0].2,
            Err(Refusal::TooLong {
                column: "b".to_owned(),
                bytes: 40_000
            })
        );
    }

    #[test]
    fn a_file_in_another_shape_says_so_at_once() {
        assert_eq!(
            Sheet::open(b"", b',', Encoding::Utf8, None).err(),
            Some(SheetError::Empty)
        );
        assert_eq!(
            Sheet::open(b"\xff\xfea\0", b',', Encoding::Utf8, None).err(),
            Some(SheetError::Utf16)
        );
    }
}
