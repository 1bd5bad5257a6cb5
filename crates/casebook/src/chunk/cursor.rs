//! Reads the small parts that automerge's chunks are made of: bytes, LEB128 numbers, hashes, lists with a length before them.
//!
//! It does not know what the parts mean, and it never allocates for a length it was only told.

use feltbog_ids::ChangeHash;

use super::ChunkError;

/// A place in borrowed bytes. Every read moves it on or fails; none panics.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next `length` bytes. A length past the end is an error.
    pub(crate) fn take(&mut self, length: u64) -> Result<&'a [u8], ChunkError> {
        let (taken, rest) = usize::try_from(length)
            .ok()
            .and_then(|length| self.rest.split_at_checked(length))
            .ok_or(ChunkError::Malformed { part: "a length" })?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next bytes as an array of fixed size.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], ChunkError> {
        let (taken, rest) = self
            .rest
            .split_first_chunk()
            .ok_or(ChunkError::Malformed { part: "the end" })?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(crate) fn uleb(&mut self) -> Result<u64, ChunkError> {
        read_uleb(|| self.array().map(|[byte]| byte))
    }

    pub(crate) fn sleb(&mut self) -> Result<i64, ChunkError> {
        read_sleb(|| self.array().map(|[byte]| byte))
    }

    /// Bytes with their length before them: an actor, a message.
    pub(crate) fn prefixed(&mut self) -> Result<&'a [u8], ChunkError> {
        let length = self.uleb()?;
        self.take(length)
    }

    /// Hashes with their number before them, left where they lie.
    pub(crate) fn hashes(&mut self) -> Result<Hashes<'a>, ChunkError> {
        let count = self.uleb()?;
        let length = count.checked_mul(32).ok_or(ChunkError::Malformed {
            part: "a list of hashes",
        })?;
        let (list, _) = self.take(length)?.as_chunks();
        Ok(Hashes(list))
    }

    /// Skips actors with their number before them, and gives back where they lie: so many ids, one after the other.
    pub(crate) fn actors(&mut self) -> Result<Actors<'a>, ChunkError> {
        let count = self.uleb()?;
        let list = *self;
        for _ in 0..count {
            self.prefixed()?;
        }
        Ok(Actors { list, count })
    }
}

/// A list of hashes as it lies in a chunk, not copied before somebody has counted it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hashes<'a>(&'a [[u8; 32]]);

impl Hashes<'_> {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn collect(&self) -> Vec<ChangeHash> {
        self.0.iter().copied().map(ChangeHash).collect()
    }
}

/// A list of actors as it lies in a chunk, read but not copied: a byte of input must not become a pointer in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Actors<'a> {
    list: Cursor<'a>,
    pub(crate) count: u64,
}

impl<'a> Iterator for Actors<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.count = self.count.checked_sub(1)?;
        self.list.prefixed().ok()
    }
}

/// Reads an unsigned LEB128 number of at most 64 bits in its shortest form, as automerge demands it in headers.
pub(crate) fn read_uleb<E: From<ChunkError>>(mut next: impl FnMut() -> Result<u8, E>) -> Result<u64, E> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = next()?;
        let overlong = shift > 0 && byte == 0;
        let overflows = shift == 63 && byte > 1;
        if overlong || overflows {
            return Err(ChunkError::Malformed { part: "a number" }.into());
        }
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(ChunkError::Malformed { part: "a number" }.into())
}

/// Reads a signed LEB128 number of at most 64 bits in its shortest form.
pub(crate) fn read_sleb<E: From<ChunkError>>(mut next: impl FnMut() -> Result<u8, E>) -> Result<i64, E> {
    let mut value = 0_i64;
    let mut before = 0_u8;
    for shift in (0..64).step_by(7) {
        let byte = next()?;
        let negative_before = before & 0x40 != 0;
        let overlong = shift > 0 && ((byte == 0 && !negative_before) || (byte == 0x7f && negative_before));
        let overflows = shift == 63 && byte != 0 && byte != 0x7f;
        if overlong || overflows {
            return Err(ChunkError::Malformed { part: "a number" }.into());
        }
        value |= i64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            let sign_extends = byte & 0x40 != 0 && shift < 57;
            return Ok(if sign_extends {
                value | (-1 << (shift + 7))
            } else {
                value
            });
        }
        before = byte;
    }
    Err(ChunkError::Malformed { part: "a number" }.into())
}
