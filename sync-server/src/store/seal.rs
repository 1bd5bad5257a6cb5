//! How bytes of a document lie in the database: sealed with XChaCha20-Poly1305 under the key of the document's epoch.
//!
//! Which document, which epoch and which part of it they are is bound to them, so that none can be laid in another's place.
//! It keeps no key.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use feltbog_ids::{ChangeHash, DocId, Instant, WorkspaceId};
use zeroize::Zeroizing;

/// The key of one epoch of one document.
pub(crate) type EpochKey = Zeroizing<[u8; 32]>;

/// First byte of what is sealed. Neither automerge's chunks nor a projection begin with it.
const SEALED: u8 = 1;

/// Bytes of the nonce, which follows it.
pub(super) const NONCE: usize = 24;

/// Bytes that sealed bytes have more than what is in them: the mark, the nonce and the code at the end.
pub(super) const FRAME: u32 = 1 + NONCE as u32 + 16;

/// One epoch of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The workspace.
    pub(crate) workspace: WorkspaceId,
    /// The document.
    pub(crate) doc: DocId,
    /// When the epoch began; zero for the first.
    pub(crate) epoch: Instant,
}

/// What of a document is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The whole of it.
    Body,
    /// What lists need of it.
    Projection,
    /// One change in the log.
    Change(ChangeHash),
    /// A change that was refused.
    Refused,
}

/// True for bytes that are sealed.
pub(crate) fn is_sealed(stored: &[u8]) -> bool {
    stored.first() == Some(&SEALED)
}

/// Seals; none where there is more than the cipher takes, which is 256 GB.
pub(super) fn seal(key: &EpochKey, nonce: [u8; NONCE], (place, part): (Place, Part), clear: &[u8]) -> Option<Vec<u8>> {
    let payload = Payload {
        msg: clear,
        aad: &bound(place, part),
    };
    let cipher = XChaCha20Poly1305::new((&**key).into());
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).ok()?;
    Some([&[SEALED], nonce.as_slice(), &sealed].concat())
}

/// What is in sealed bytes; none where they are not what was sealed there.
pub(super) fn open(key: &EpochKey, (place, part): (Place, Part), stored: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = stored.strip_prefix(&[SEALED])?.split_at_checked(NONCE)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    let payload = Payload {
        msg: sealed,
        aad: &bound(place, part),
    };
    let cipher = XChaCha20Poly1305::new((&**key).into());
    cipher.decrypt(&XNonce::from(nonce), payload).ok()
}

/// The place and the part, in bytes of which no two are the same.
fn bound(place: Place, part: Part) -> Vec<u8> {
    let (word, hash) = match part {
        Part::Body => (0, None),
        Part::Projection => (1, None),
        Part::Change(hash) => (2, Some(hash)),
        Part::Refused => (3, None),
    };
    let mut bytes = vec![SEALED, word];
    bytes.extend(place.workspace.as_bytes());
    bytes.extend(place.doc.as_bytes());
    bytes.extend(place.epoch.0.to_be_bytes());
    bytes.extend(hash.iter().flat_map(|hash| hash.0));
    bytes
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{ChangeHash, DocId, EpochKey, FRAME, Instant, Part, Place, WorkspaceId, is_sealed, open, seal};

    const PLACE: Place = Place {
        workspace: WorkspaceId::from_bytes([1; 16]),
        doc: DocId::from_bytes([2; 16]),
        epoch: Instant(3),
    };

    fn key() -> EpochKey {
        EpochKey::new([9; 32])
    }

    #[test]
    fn sealed_bytes_are_frozen() {
        // Who changes this makes every database unreadable.
        let sealed = seal(&key(), [5; 24], (PLACE, Part::Body), b"Sov godt.").unwrap();
        assert_eq!(
            hex::encode(&sealed),
            "0105050505050505050505050505050505050505050505050597a902b0d069c6c5e3a802550a7991cbe97ea4d24efd4f5336"
        );
        assert_eq!(sealed.len(), 9 + FRAME as usize);
        assert!(is_sealed(&sealed));
        assert_eq!(open(&key(), (PLACE, Part::Body), &sealed).unwrap(), b"Sov godt.");
    }

    #[test]
    fn what_is_sealed_in_one_place_opens_in_no_other_and_with_no_bit_altered() {
        let sealed = seal(&key(), [5; 24], (PLACE, Part::Body), b"Sov godt.").unwrap();
        let others = [
            (PLACE, Part::Projection),
            (PLACE, Part::Refused),
            (PLACE, Part::Change(ChangeHash([0; 32]))),
            (
                Place {
                    epoch: Instant(4),
                    ..PLACE
                },
                Part::Body,
            ),
            (
                Place {
                    doc: DocId::from_bytes([8; 16]),
                    ..PLACE
                },
                Part::Body,
            ),
            (
                Place {
                    workspace: WorkspaceId::from_bytes([8; 16]),
                    ..PLACE
                },
                Part::Body,
            ),
        ];
        for other in others {
            assert_eq!(open(&key(), other, &sealed), None, "{other:?}");
        }
        assert_eq!(open(&EpochKey::new([8; 32]), (PLACE, Part::Body), &sealed), None);
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert_eq!(open(&key(), (PLACE, Part::Body), &altered), None, "byte {at}");
            assert_eq!(open(&key(), (PLACE, Part::Body), &sealed[..at]), None, "cut at {at}");
        }
    }
}
