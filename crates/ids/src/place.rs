//! Where something stands in a workspace's log: position, generation, and the cursor made of both.
//!
//! Positions are handed out by the server alone; a device keeps a cursor and never looks inside it.

use std::{fmt, str::FromStr};

use minicbor::{Decode, Decoder, Encode, Encoder, bytes::ByteArray};

use crate::ParseIdError;

/// Place in a workspace's log, strictly in commit order. The first is 1; 0 stands before all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Position(#[n(0)] pub u64);

impl Position {
    /// Before everything.
    pub const ZERO: Self = Self(0);

    /// The place after this one.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Random name of one life of a log; a restored server draws a new one, and old cursors no longer fit.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Generation(pub [u8; 16]);

impl fmt::Debug for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Generation({})", hex::encode(&self.0[..4]))
    }
}

impl<C> Encode<C> for Generation {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Generation {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let bytes: ByteArray<16> = d.decode_with(ctx)?;
        Ok(Self(bytes.into()))
    }
}

/// How far a device has read in one workspace's log. Opaque to the device, which stores and returns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Cursor {
    /// Which life of the log the position belongs to.
    #[n(0)]
    pub generation: Generation,
    /// Everything up to here has been read.
    #[n(1)]
    pub position: Position,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", hex::encode(self.generation.0), self.position)
    }
}

impl FromStr for Cursor {
    type Err = ParseIdError;

    fn from_str(word: &str) -> Result<Self, ParseIdError> {
        let (generation, position) = word.split_once('-').ok_or(ParseIdError::Cursor)?;
        let mut bytes = [0; 16];
        hex::decode_to_slice(generation, &mut bytes).map_err(|_| ParseIdError::Cursor)?;
        let position = position.parse().map_err(|_| ParseIdError::Cursor)?;
        Ok(Self {
            generation: Generation(bytes),
            position: Position(position),
        })
    }
}
