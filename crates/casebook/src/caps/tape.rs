//! Plays a column's bytes once from start to end, inflating as it goes, in a few kilobytes of memory whatever the column holds.
//!
//! It counts what came out of the inflater and stops at the limit; it does not know what the bytes mean.

use std::io::Read;

use flate2::bufread::DeflateDecoder;

use super::{Cap, CapError};
use crate::chunk::{
    ChunkError,
    column::Column,
    cursor::{read_sleb, read_uleb},
};

const WINDOW: usize = 4096;

/// A column being read.
pub(super) struct Tape<'a> {
    source: Source<'a>,
    window: [u8; WINDOW],
    at: usize,
    end: usize,
    inflated: u64,
    most: u64,
    limit: u64,
}

enum Source<'a> {
    Plain(&'a [u8]),
    Deflated(Box<DeflateDecoder<&'a [u8]>>),
}

impl<'a> Tape<'a> {
    /// A tape of `column` that may inflate to `most` bytes more; `limit` is what the error names.
    pub(super) fn new(column: &Column<'a>, most: u64, limit: u64) -> Self {
        let source = if column.spec.is_deflated() {
            Source::Deflated(Box::new(DeflateDecoder::new(column.data)))
        } else {
            Source::Plain(column.data)
        };
        Self {
            source,
            window: [0; WINDOW],
            at: 0,
            end: 0,
            inflated: 0,
            most,
            limit,
        }
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&mut self) -> Result<bool, CapError> {
        if self.at == self.end {
            self.fill()?;
        }
        Ok(self.at == self.end)
    }

    pub(super) fn uleb(&mut self) -> Result<u64, CapError> {
        read_uleb(|| self.byte())
    }

    pub(super) fn sleb(&mut self) -> Result<i64, CapError> {
        read_sleb(|| self.byte())
    }

    /// Passes over `count` bytes, which must be there.
    pub(super) fn skip(&mut self, mut count: u64) -> Result<(), CapError> {
        while count > 0 {
            if self.is_done()? {
                return Err(short());
            }
            let step = count.min((self.end - self.at) as u64);
            self.at += step as usize;
            count -= step;
        }
        Ok(())
    }

    /// Passes over everything left and says how much it was.
    pub(super) fn skip_rest(&mut self) -> Result<u64, CapError> {
        let mut skipped = 0;
        while !self.is_done()? {
            skipped += (self.end - self.at) as u64;
            self.at = self.end;
        }
        Ok(skipped)
    }

    /// Ends the tape: how many bytes the inflater gave. Deflated bytes after the end of the stream are an error.
    pub(super) fn finish(self) -> Result<u64, CapError> {
        match self.source {
            Source::Deflated(inflater) if !inflater.get_ref().is_empty() => Err(ChunkError::Malformed {
                part: "what follows a deflated column",
            }
            .into()),
            _ => Ok(self.inflated),
        }
    }

    fn byte(&mut self) -> Result<u8, CapError> {
        if self.is_done()? {
            return Err(short());
        }
        let byte = self.window.get(self.at).copied().ok_or_else(short)?;
        self.at += 1;
        Ok(byte)
    }

    fn fill(&mut self) -> Result<(), CapError> {
        self.at = 0;
        let read = match &mut self.source {
            Source::Plain(rest) => rest.read(&mut self.window),
            Source::Deflated(inflater) => inflater.read(&mut self.window),
        };
        self.end = read.map_err(|_| ChunkError::Malformed {
            part: "a deflated column",
        })?;
        if let Source::Deflated(_) = self.source {
            self.inflated += self.end as u64;
            if self.inflated > self.most {
                return Err(CapError::TooLarge {
                    what: Cap::Inflated,
                    limit: self.limit,
                });
            }
        }
        Ok(())
    }
}

fn short() -> CapError {
    ChunkError::Malformed {
        part: "a column cut short",
    }
    .into()
}
