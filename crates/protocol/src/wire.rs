//! Packing: CBOR (RFC 8949) inside zstd (RFC 8878), bounded on the way in.
//!
//! It does not send anything, and trusts no length it reads.

use std::io::Read;

use minicbor::{Decode, Encode};

/// The media type of every request and answer; a new major version gets a new name.
pub const MEDIA_TYPE: &str = "application/vnd.feltbog.sync.v1+cbor";

/// Fast, and within a few per cent of the best for messages this small.
const LEVEL: i32 = 3;

/// log2 of the largest window a message may ask the reader to keep: 8 MiB.
const MAX_WINDOW_LOG: u32 = 23;

/// Why bytes from the other end are no message.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// Larger than the reader takes, packed or unpacked.
    #[error("the message is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Not packed as it should be.
    #[error("the message cannot be unpacked")]
    Unpack(#[source] std::io::Error),
    /// Unpacked, but not the message expected.
    #[error("the message cannot be read")]
    Read(#[from] minicbor::decode::Error),
}

/// Packs a message.
pub fn pack<T: Encode<()>>(message: &T) -> Vec<u8> {
    let plain = minicbor::to_vec(message).expect("writing to memory does not fail");
    zstd::bulk::compress(&plain, LEVEL).expect("zstd packs any bytes at a valid level")
}

/// Unpacks a message of at most `limit` bytes.
pub fn unpack<T: for<'b> Decode<'b, ()>>(bytes: &[u8], limit: usize) -> Result<T, WireError> {
    if bytes.len() > limit {
        return Err(WireError::TooLarge { limit });
    }
    let mut reader = zstd::stream::read::Decoder::with_buffer(bytes).map_err(WireError::Unpack)?;
    reader.window_log_max(MAX_WINDOW_LOG).map_err(WireError::Unpack)?;
    let mut plain = Vec::new();
    reader
        .take(limit as u64 + 1)
        .read_to_end(&mut plain)
        .map_err(WireError::Unpack)?;
    if plain.len() > limit {
        return Err(WireError::TooLarge { limit });
    }
    Ok(minicbor::decode(&plain)?)
}
