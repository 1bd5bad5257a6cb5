//! Ids that are UUIDs: documents, people, units, workspaces, enrolments, scopes, commands.
//!
//! Each is a type of its own so that the compiler refuses a person where a document is meant. It does not know which
//! version of UUID an id has; identity is all sixteen bytes.

use std::{fmt, str::FromStr};

use minicbor::{Decode, Decoder, Encode, Encoder, bytes::ByteArray};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ParseIdError;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(#[cfg_attr(feature = "schema", schemars(with = "String"))] Uuid);

        impl $name {
            /// The id with these sixteen bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The sixteen bytes, in network order.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// The id that belongs to `name` in this id's namespace (UUID version 5, RFC 9562).
            pub fn named(&self, name: &[u8]) -> Uuid {
                Uuid::new_v5(&self.0, name)
            }

            /// The same sixteen bytes as a plain UUID.
            pub const fn uuid(&self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(word: &str) -> Result<Self, ParseIdError> {
                Uuid::parse_str(word.trim()).map(Self).map_err(|_| ParseIdError::Uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.hyphenated())
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(self.as_bytes())?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
                let bytes: ByteArray<16> = d.decode_with(ctx)?;
                Ok(Self::from_bytes(bytes.into()))
            }
        }
    };
}

uuid_id!(
    /// A document: one automerge document with one life of its own (case, visit, note, post, unit, person, part).
    DocId
);
uuid_id!(
    /// A municipality or a district of one: the unit of ordering and of sharding.
    WorkspaceId
);
uuid_id!(
    /// A person who signs in or is named; the same sixteen bytes as the id of the person's document.
    PersonId
);
uuid_id!(
    /// A unit of the organisation; the same sixteen bytes as the id of the unit's document.
    UnitId
);
uuid_id!(
    /// One person on one device, or the server, or an importer: what names the author of a change.
    EnrolmentId
);
uuid_id!(
    /// A scope: an audience, a compartment, active or archive.
    ScopeId
);
uuid_id!(
    /// A shift as it was planned: a role with a beginning and an end by the clock.
    ShiftId
);
uuid_id!(
    /// A command as the page drew it; repeating the id repeats the reply, not the deed.
    CommandId
);

impl From<DocId> for PersonId {
    fn from(id: DocId) -> Self {
        Self(id.0)
    }
}

impl From<PersonId> for DocId {
    fn from(id: PersonId) -> Self {
        Self(id.0)
    }
}

impl From<DocId> for UnitId {
    fn from(id: DocId) -> Self {
        Self(id.0)
    }
}

impl From<UnitId> for DocId {
    fn from(id: UnitId) -> Self {
        Self(id.0)
    }
}
