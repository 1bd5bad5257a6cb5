//! Packing: CBOR (RFC 8949) inside zstd (RFC 8878), bounded on the way in.
//!
//! It does not send anything, and trusts no length it reads: one that lies is an error.

use minicbor::{Decode, Encode};

use crate::modest::is_modest;

/// The media type of every request and answer; a new major version gets a new name.
pub const MEDIA_TYPE: &str = "application/vnd.feltbog.sync.v1+cbor";

/// Fast, and within a few per cent of the best for messages this small.
const LEVEL: i32 = 3;

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

/// Unpacks a message of at most `limit` bytes. What is given away with it is gone before the message is made.
pub fn unpack<T: for<'b> Decode<'b, ()>>(bytes: impl AsRef<[u8]>, limit: usize) -> Result<T, WireError> {
    let plain = inflate(bytes.as_ref(), limit)?;
    drop(bytes);
    if !is_modest(&plain) {
        return Err(WireError::TooLarge { limit });
    }
    Ok(minicbor::decode(&plain)?)
}

fn inflate(bytes: &[u8], limit: usize) -> Result<Vec<u8>, WireError> {
    if bytes.len() > limit {
        return Err(WireError::TooLarge { limit });
    }
    let size = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten();
    let size = size.ok_or_else(|| unpacks_to("nothing that is told beforehand"))?;
    let size = usize::try_from(size).ok().filter(|size| *size <= limit);
    // In one go, into as many bytes as were told: the window a frame asks for is never made, and frames after the first
    // have no room.
    zstd::bulk::decompress(bytes, size.ok_or(WireError::TooLarge { limit })?).map_err(WireError::Unpack)
}

fn unpacks_to(what: &'static str) -> WireError {
    WireError::Unpack(std::io::Error::new(std::io::ErrorKind::InvalidData, what))
}
