//! The hash of a change, and the rolling digest of what a scope holds.
//!
//! It does not hash anything itself: automerge names a change, the casebook digests its heads.

use std::{fmt, str::FromStr};

use minicbor::{Decode, Decoder, Encode, Encoder, bytes::ByteArray};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::ParseIdError;

/// SHA-256 of a change's chunk, as automerge computes it. The key of a change is (document, hash).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(with = "String"))]
pub struct ChangeHash(pub [u8; 32]);

impl FromStr for ChangeHash {
    type Err = ParseIdError;

    fn from_str(word: &str) -> Result<Self, ParseIdError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(word, &mut bytes).map_err(|_| ParseIdError::Hex { bytes: 32 })?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChangeHash({})", hex::encode(&self.0[..4]))
    }
}

impl Serialize for ChangeHash {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ChangeHash {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let word = std::borrow::Cow::<'de, str>::deserialize(d)?;
        word.parse().map_err(de::Error::custom)
    }
}

impl<C> Encode<C> for ChangeHash {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for ChangeHash {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let bytes: ByteArray<32> = d.decode_with(ctx)?;
        Ok(Self(bytes.into()))
    }
}

/// A rolling digest of a set: the exclusive or of sixteen bytes per member, so that members come and go in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DigestOf(pub [u8; 16]);

impl DigestOf {
    /// Adds a member, or takes it out again: the operation is its own inverse.
    pub fn toggle(&mut self, member: Self) {
        for (mine, theirs) in self.0.iter_mut().zip(member.0) {
            *mine ^= theirs;
        }
    }
}

impl<C> Encode<C> for DigestOf {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for DigestOf {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let bytes: ByteArray<16> = d.decode_with(ctx)?;
        Ok(Self(bytes.into()))
    }
}
