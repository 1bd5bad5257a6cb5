//! The configuration: one struct from flags, environment and one TOML file, in that order of strength.
//!
//! A key the file should not have is an error. The environment belongs to other programs too, so there only the
//! variables of this list are read.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Context;
use feltbog_ids::Span;
use serde::Deserialize;

use crate::Settings;

/// Everything that can be set; what is not set has a default.
#[derive(Clone, Debug, Default, clap::Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Folder of the database and its key
    #[arg(long, global = true, env = "FELTBOG_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Address to listen on; port 0 lets the system choose
    #[arg(long, global = true, env = "FELTBOG_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// IANA time zone of a new workspace
    #[arg(long, global = true, env = "FELTBOG_TIME_ZONE", value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// Take CPR numbers of invented people (month + 80); settled by `migrate`
    #[arg(long, global = true, env = "FELTBOG_INVENTED_PEOPLE", value_name = "true|false")]
    pub invented_people: Option<bool>,
    /// Hours a session lasts
    #[arg(long, global = true, env = "FELTBOG_SESSION_HOURS", value_name = "HOURS")]
    pub session_hours: Option<u32>,
    /// Serve metrics for Prometheus at /metrics of this address; without one, of this machine alone. Off unless it is said
    #[arg(long, global = true, env = "FELTBOG_METRICS", value_name = "ADDRESS", num_args = 0..=1, default_missing_value = METRICS)]
    pub metrics: Option<SocketAddr>,
}

/// Where metrics are served when no address is said with it.
const METRICS: &str = "127.0.0.1:9464";

impl Config {
    /// These settings, and where they are silent those of the file.
    pub fn over(self, file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = file else { return Ok(self) };
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file: Self = toml::from_str(&text).with_context(|| format!("in {}", path.display()))?;
        Ok(Self {
            data: self.data.or(file.data),
            listen: self.listen.or(file.listen),
            time_zone: self.time_zone.or(file.time_zone),
            invented_people: self.invented_people.or(file.invented_people),
            session_hours: self.session_hours.or(file.session_hours),
            metrics: self.metrics.or(file.metrics),
        })
    }

    /// Folder of the database; `feltbog-data` here unless it is set.
    pub fn folder(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from("feltbog-data"))
    }

    /// Where to listen; this machine alone unless it is set.
    pub fn address(&self) -> SocketAddr {
        self.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    /// What a new workspace is given.
    pub fn settings(&self) -> Settings {
        Settings {
            time_zone: self.time_zone.clone().unwrap_or_else(|| "Europe/Copenhagen".to_owned()),
            invented_people: self.invented_people,
        }
    }

    /// How long a session lasts.
    pub fn session(&self) -> Span {
        self.session_hours
            .map_or(crate::office::SESSION, |hours| Span::seconds(i64::from(hours) * 3600))
    }
}
