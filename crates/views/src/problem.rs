//! Why something could not be done, as a case for the page to put into words.
//!
//! It carries no text of its own and nothing a person wrote.

use serde::{Deserialize, Serialize};

/// What stood in the way. Every case leaves all that was written where it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Problem {
    /// The PIN does not open the file.
    WrongPin {
        /// Tries left before waiting begins or the key goes.
        left: u32,
    },
    /// Too many wrong PINs: wait.
    PinWait {
        /// How long.
        seconds: u32,
    },
    /// The PIN is not six digits, or is one of the obvious ones.
    WeakPin,
    /// The file is locked: unlock first.
    Locked,
    /// No one has signed in on this device yet.
    NotEnrolled,
    /// The address is not one that can be used (https, or http on loopback).
    BadAddress,
    /// The server does not answer.
    ServerUnreachable,
    /// The server answers, but not as a Feltbog server of a version this app knows.
    NotOurServer,
    /// The enrolment token is unknown, used or too old.
    BadToken,
    /// User name or password is wrong.
    WrongPassword,
    /// The account has been closed; what waits is kept on the device.
    AccountClosed,
    /// The session has ended: sign in again.
    SessionEnded,
    /// Too many tries: wait.
    TooManyTries {
        /// How long.
        seconds: u32,
    },
    /// What was written is larger than can be sent.
    TooLarge {
        /// The largest text that can be kept, in bytes.
        limit: u64,
    },
    /// There is no such document on this device.
    NotHere,
    /// This person may not do that here.
    NoRight,
    /// The note is finished: write a new note to correct it.
    NoteFinished,
    /// The note has no words yet.
    EmptyNote,
    /// The value does not fit the field.
    BadValue,
    /// The device's disk is full; nothing new can be kept until there is room.
    DiskFull,
    /// The document was set aside because it cannot be read; its bytes are kept.
    Unreadable,
    /// This device's own file, or a part of it, cannot be read: somebody must look at it before anything is done to it.
    Damaged,
    /// This device's file was written by a newer version: update the app.
    NewerFile,
    /// Something that should not happen did; the log has an id.
    Unexpected,
}
