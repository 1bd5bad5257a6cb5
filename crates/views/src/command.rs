//! What the page may ask of the desk.
//!
//! A command that writes carries an id drawn by the page: sent twice, it is done once and answered alike. Commands that
//! only look carry none.

use feltbog_ids::{ChangeHash, CommandId, DocId};
use serde::{Deserialize, Serialize};

use crate::{CaseFilter, CaseSort, FieldValue, Language, Theme};

/// Everything the page can ask. As JSON: `{"do": "today"}`, `{"do": "case", "id": "…"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Who is here, is it open, and what does the chip say.
    Status {},
    /// First sign-in on this device: the server's address, an enrolment token, an account, and a PIN of six digits.
    Enrol {
        /// `https://…`, or `http://` on loopback alone.
        address: String,
        /// The one-time token that `feltbog-server admin device add` printed.
        token: String,
        /// The account's user name.
        user: String,
        /// The account's password.
        password: String,
        /// Six digits; the obvious ones are refused.
        pin: String,
    },
    /// Opens the file with the PIN, with or without a network.
    Unlock {
        /// Six digits.
        pin: String,
    },
    /// Closes the file and forgets its key.
    Lock {},
    /// Signs in again when the session has ended; what was kept goes out after.
    SignIn {
        /// The account's password.
        password: String,
    },
    /// The visits of a day, today when none is named.
    Today {
        /// A civil date such as `2026-11-24`.
        day: Option<String>,
    },
    /// A page of the list of cases.
    Cases {
        /// Words to search for; empty for all.
        query: String,
        /// Which cases.
        filter: CaseFilter,
        /// In which order.
        sort: CaseSort,
        /// How many rows to skip.
        offset: u32,
        /// How many rows at most, 1 to 200.
        limit: u32,
    },
    /// One case with its facts, visits and notes.
    Case {
        /// The case.
        id: DocId,
    },
    /// Keeps what is typed, as a draft; makes the note when it is new.
    KeepDraft {
        /// Drawn by the page for this keeping.
        id: CommandId,
        /// The note; for a new one the page draws the id.
        note: DocId,
        /// The case the note belongs to.
        case: DocId,
        /// The visit it was written at, when there is one.
        visit: Option<DocId>,
        /// The version the text was typed on; empty for a new note.
        heads: Vec<ChangeHash>,
        /// The text at those heads.
        before: String,
        /// The text as it now stands in the page.
        after: String,
    },
    /// Finishes a note at the heads its author has seen. It never changes after.
    FinishNote {
        /// Drawn by the page for this deed.
        id: CommandId,
        /// The note.
        note: DocId,
        /// The version on the screen.
        heads: Vec<ChangeHash>,
    },
    /// Sets or clears a field of a case.
    SetField {
        /// Drawn by the page for this deed.
        id: CommandId,
        /// The case.
        case: DocId,
        /// The field's key, as in `FieldView::key`.
        key: String,
        /// The version on the screen: a value set by someone meanwhile stands beside this one, it is not overwritten.
        heads: Vec<ChangeHash>,
        /// The new value; none clears it.
        value: Option<FieldValue>,
    },
    /// The list of news.
    News {},
    /// One news post.
    Post {
        /// The post.
        id: DocId,
    },
    /// What waits, what failed and why.
    SyncPage {},
    /// Sends and fetches now.
    SendNow {},
    /// Takes an item off *Kræver handling* once its words are safe elsewhere, or one that was handed over off its list.
    DismissParked {
        /// The item, as in `ParkedRow::id` or `HandedRow::id`.
        id: CommandId,
    },
    /// Notes without a place: what people wrote without a right to, for their leader.
    LooseNotes {},
    /// Marks one as dealt with, on every leader's screen.
    SettleLoose {
        /// Drawn by the page for this deed.
        id: CommandId,
        /// Which one, as in `LooseRow::id`.
        note: DocId,
    },
    /// Language, appearance and facts about this device.
    Settings {},
    /// Chooses language and appearance on this device, before sign-in too.
    SetSettings {
        /// The language of the screen.
        language: Language,
        /// Light, dark or as the device.
        theme: Theme,
    },
}
