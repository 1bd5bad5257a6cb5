//! What an organisation file may say, in the words its author writes.
//!
//! References between its tables are by the keys in it; whether they lead anywhere is checked when it is laid.

use std::collections::BTreeMap;

use serde::Deserialize;

/// An organisation file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// Part of every id made from the file: never change it once the file is applied.
    pub name: String,
    /// Everybody in it is invented for a demonstration.
    #[serde(default)]
    pub invented: bool,
    /// Units, each after the one it is part of.
    #[serde(default, rename = "unit")]
    pub units: Vec<UnitPaper>,
    /// People.
    #[serde(default, rename = "person")]
    pub people: Vec<PersonPaper>,
    /// Shifts that come back every day.
    #[serde(default, rename = "shift")]
    pub shifts: Vec<ShiftPaper>,
    /// Cases.
    #[serde(default, rename = "case")]
    pub cases: Vec<CasePaper>,
    /// Visits that come back every day.
    #[serde(default, rename = "visit")]
    pub visits: Vec<VisitPaper>,
    /// Pieces of cases with a narrower audience.
    #[serde(default, rename = "part")]
    pub parts: Vec<PartPaper>,
    /// News.
    #[serde(default, rename = "post")]
    pub posts: Vec<PostPaper>,
    /// Notes, for invented people alone.
    #[serde(default, rename = "note")]
    pub notes: Vec<NotePaper>,
}

/// A unit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitPaper {
    /// Its key in this file.
    pub key: String,
    /// Its name.
    pub name: String,
    /// The key of the unit it is part of.
    pub within: Option<String>,
}

/// A person.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonPaper {
    /// User name, and the person's key in this file.
    pub user: String,
    /// Name.
    pub name: String,
    /// Title.
    #[serde(default)]
    pub title: String,
    /// First password; a person without one has no account.
    pub password: Option<String>,
    /// Such as `worker@kloever`, the nearest unit first.
    pub roles: Vec<String>,
}

/// A shift that comes back every day, in which a role begins and ends by the clock.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftPaper {
    /// Its key in this file.
    pub key: String,
    /// The user whose shift it is.
    pub person: String,
    /// Such as `worker@kloever`.
    pub role: String,
    /// When it begins, such as `15:00`.
    pub from: String,
    /// When it ends; a time that is not later is one of the next day.
    pub to: String,
}

/// A case. What is not said is not set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CasePaper {
    /// Its key in this file.
    pub key: String,
    /// Key of its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// Citizen or place.
    pub subject: String,
    /// CPR number, `DDMMYY-SSSS`.
    pub cpr: Option<String>,
    /// Address.
    #[serde(default)]
    pub address: String,
    /// Key of the responsible unit.
    pub unit: String,
    /// Users assigned.
    #[serde(default)]
    pub people: Vec<String>,
    /// Keys of further units it is shared with.
    #[serde(default)]
    pub shared: Vec<String>,
    /// `open`, `paused` or `closed`.
    #[serde(default = "open")]
    pub state: String,
    /// The type's own word.
    #[serde(default)]
    pub step: String,
    /// When it began.
    pub opened: Option<String>,
    /// Deadline.
    pub due: Option<String>,
    /// When it was closed.
    pub closed: Option<String>,
    /// Protected address.
    #[serde(default)]
    pub protected: bool,
    /// Latitude and longitude.
    pub position: Option<(f64, f64)>,
    /// Its fields.
    #[serde(default)]
    pub fields: BTreeMap<String, FieldPaper>,
}

fn open() -> String {
    "open".to_owned()
}

/// A field's value.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum FieldPaper {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// Words.
    Text(String),
}

/// A visit that comes back every day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitPaper {
    /// Its key in this file.
    pub key: String,
    /// Key of its case.
    pub case: String,
    /// Local time, `07:15`.
    pub at: String,
    /// Length.
    pub minutes: i64,
    /// What it is about.
    pub title: String,
    /// Users who go.
    pub people: Vec<String>,
    /// Tasks in order.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// How it stands when it is made.
    #[serde(default = "planned")]
    pub state: String,
}

fn planned() -> String {
    "planned".to_owned()
}

/// A piece of a case with a narrower audience.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartPaper {
    /// Its key in this file.
    pub key: String,
    /// Key of its case.
    pub case: String,
    /// Title.
    pub title: String,
    /// Text.
    pub text: String,
    /// Such as `unit:visitation`, `person:hanne`, `role:leader@nord`.
    pub audience: Vec<String>,
}

/// A news post.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostPaper {
    /// Its key in this file.
    pub key: String,
    /// Title.
    pub title: String,
    /// Text.
    pub text: String,
    /// Who publishes it, by name.
    pub by: String,
    /// When.
    pub published: String,
    /// Until when it is shown.
    pub until: Option<String>,
    /// About operations now.
    #[serde(default)]
    pub urgent: bool,
    /// Asks to be read and understood.
    #[serde(default)]
    pub acknowledge: bool,
    /// Such as `everyone`, `unit:nord`.
    pub audience: Vec<String>,
}

/// A note by one of the people in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotePaper {
    /// Its key in this file.
    pub key: String,
    /// Key of its case.
    pub case: String,
    /// User who wrote it.
    pub by: String,
    /// When it was finished; a draft where nothing is said.
    pub finished: Option<String>,
    /// Text.
    pub text: String,
}
