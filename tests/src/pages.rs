//! The pages of a notebook's file and of its write-ahead log, decrypted one by one: free pages and free space in pages
//! too, which no statement shows.
//!
//! It reads what SQLCipher 4 writes under a raw key: pages of 4,096 bytes whose last 80 are the initialisation vector and
//! the authentication code, AES-256 in CBC mode, the first 16 bytes of the file its salt.

use std::path::Path;

use aes::Aes256;
use cbc::Decryptor;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::NoPadding};
use feltbog_replica::FileKey;

/// Bytes of a page.
pub const PAGE: usize = 4096;
/// Vector and code at the end of each page.
const RESERVE: usize = 80;
const VECTOR: usize = 16;
/// In the first page of the file, in the clear.
const SALT: usize = 16;
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The content of every page of the file and of every frame of its log, one after the other.
pub fn decrypted(path: &Path, key: &FileKey) -> Vec<u8> {
    let file = std::fs::read(path).expect("the file is there");
    let mut clear = Vec::with_capacity(file.len());
    for (number, page) in file.chunks_exact(PAGE).enumerate() {
        clear.extend(content(page, number == 0, key));
    }
    let log = std::fs::read(format!("{}-wal", path.display())).unwrap_or_default();
    for frame in log
        .get(LOG_HEADER..)
        .unwrap_or_default()
        .chunks_exact(FRAME_HEADER + PAGE)
    {
        let (header, page) = frame.split_at(FRAME_HEADER);
        clear.extend(content(page, header.starts_with(&[0, 0, 0, 1]), key));
    }
    clear
}

/// Whether these words lie anywhere in the bytes.
pub fn lies_in(bytes: &[u8], words: &[u8]) -> bool {
    memchr::memmem::find(bytes, words).is_some()
}

/// The numbers of the file's pages that hold these bytes, from zero on.
pub fn holding(path: &Path, key: &FileKey, bytes: &[u8]) -> Vec<usize> {
    let file = std::fs::read(path).expect("the file is there");
    let pages = file.chunks_exact(PAGE).enumerate();
    let holds = pages.filter(|(number, page)| {
        let clear = content(page, *number == 0, key);
        lies_in(&clear, bytes)
    });
    holds.map(|(number, _)| number).collect()
}

fn content(page: &[u8], is_first: bool, key: &FileKey) -> Vec<u8> {
    let (secret, reserve) = page.split_at(PAGE - RESERVE);
    let secret = &secret[if is_first { SALT } else { 0 }..];
    let vector: [u8; VECTOR] = reserve[..VECTOR].try_into().expect("a page has room for its vector");
    let mut clear = secret.to_vec();
    Decryptor::<Aes256>::new(key.as_bytes().into(), &vector.into())
        .decrypt_padded::<NoPadding>(&mut clear)
        .expect("a page is whole blocks");
    clear
}
