//! What was chosen on this device: language and appearance, in `settings.json`. Not personal, and there before sign-in.
//!
//! It does not know who uses the device.

use std::io;
use std::path::{Path, PathBuf};

use feltbog_casebook::Calendar;
use feltbog_views::{Language, Theme};
use serde::{Deserialize, Serialize};

use crate::disk;

/// The calendar of a device that has met no workspace yet.
const FIRST_ZONE: &str = "Europe/Copenhagen";

/// The choices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Language of the screen.
    pub language: Language,
    /// Appearance.
    pub theme: Theme,
    /// The workspace's time zone, so that the clock on the lock screen is right.
    pub time_zone: Option<String>,
}

impl Settings {
    /// Reads them; a file that cannot be understood is as good as none, since nothing in it is anybody's work.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let bytes = disk::read_if_there(&path(folder))?;
        Ok(bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default())
    }

    /// Writes them.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        disk::write_whole(
            &path(folder),
            &serde_json::to_vec_pretty(self).expect("words are always JSON"),
        )
    }

    /// The workspace's calendar as far as it is known.
    pub fn calendar(&self) -> Calendar {
        let known = self.time_zone.as_deref().and_then(|zone| Calendar::new(zone).ok());
        known.unwrap_or_else(|| Calendar::new(FIRST_ZONE).expect("the zone is compiled in"))
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("settings.json")
}
