//! The gate, the chip and the settings.
//!
//! It does not decide what the chip says in words: it says which sentence is true, and with which numbers.

use serde::{Deserialize, Serialize};

use crate::{Problem, When};

/// Language of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[derive(Default)]
pub enum Language {
    /// Dansk.
    #[default]
    Da,
    /// English.
    En,
}

/// Appearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[derive(Default)]
pub enum Theme {
    /// As the device says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What kind of machine this is, for the right noun on the chip: tabletten, telefonen, computeren.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[derive(Default)]
pub enum Shape {
    /// A phone.
    Phone,
    /// A tablet.
    #[default]
    Tablet,
    /// A computer.
    Computer,
}

/// What stands between the person and their notebook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// Nobody has signed in here yet.
    Enrol,
    /// The file is closed: the PIN opens it.
    Locked,
    /// Open.
    Open,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct PersonView {
    /// Name.
    pub name: String,
    /// Title, such as SSH.
    pub title: String,
    /// Their units, nearest first.
    pub units: Vec<String>,
    /// True when the person is invented for a demonstration.
    pub invented: bool,
}

/// Which sentence the chip says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ChipState {
    /// All is sent and fetched, proved by equal content.
    AllDone {
        /// When the last pull was complete.
        at: When,
    },
    /// Sending or fetching right now.
    Sending {
        /// Notes and fields on their way; 0 while only fetching.
        items: u32,
    },
    /// The first synchronisation is under way.
    FirstSync {
        /// Documents in.
        done: u32,
        /// Documents announced; 0 while unknown.
        total: u32,
        /// Seconds until all are in, by the pace so far; none while too little was seen to say so.
        #[serde(default)]
        left: Option<u32>,
    },
    /// There is a network, and something waits to be sent.
    Waiting {
        /// Notes and fields.
        items: u32,
    },
    /// Fetched, but what arrived is not yet equal to what the server announced.
    Fetching,
    /// No network.
    Offline {
        /// Notes and fields kept on the device alone.
        kept: u32,
    },
    /// The session has ended.
    SignIn {
        /// Notes and fields waiting.
        items: u32,
    },
    /// The account is closed.
    Closed {
        /// Notes and fields waiting.
        items: u32,
    },
}

/// The chip: always there, always true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct ChipView {
    /// Which sentence.
    #[serde(flatten)]
    pub state: ChipState,
    /// How many things need this person.
    pub handling: u32,
    /// When the last complete pull ended.
    pub pulled: Option<When>,
}

/// Everything around the screen itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct StatusView {
    /// Closed, locked or open.
    pub gate: Gate,
    /// The chip, once open.
    pub chip: Option<ChipView>,
    /// Who is signed in, once open.
    pub person: Option<PersonView>,
    /// Language chosen on this device.
    pub language: Language,
    /// Appearance chosen on this device.
    pub theme: Theme,
    /// What kind of device.
    pub shape: Shape,
    /// Now, by the workspace's calendar.
    pub now: When,
    /// The user name this device was enrolled for, so that only the password is asked again.
    pub user: Option<String>,
    /// How many documents need this person, for the badge.
    pub unread_news: u32,
    /// How many notes without a place this person, as a leader, has to deal with.
    pub loose: u32,
    /// The last thing that went wrong with the road to the server, if it still stands.
    pub problem: Option<Problem>,
    /// The shift that ended within the last day and whose cases are no longer here; none once another has begun.
    #[serde(default)]
    pub shift_ended: Option<ShiftEndedView>,
}

/// A shift that ended by the clock: its cases were taken off this device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct ShiftEndedView {
    /// When it ended.
    pub at: When,
    /// Notes and fields that were written and still wait to be sent.
    pub waiting: u32,
}

/// The settings page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Eq)]
pub struct SettingsView {
    /// Language of the screen.
    pub language: Language,
    /// Appearance.
    pub theme: Theme,
    /// The server's address, once enrolled.
    pub address: Option<String>,
    /// The user name, once enrolled.
    pub user: Option<String>,
    /// Version of the app.
    pub version: String,
    /// Bytes the encrypted file takes on this device.
    pub bytes: u64,
}
