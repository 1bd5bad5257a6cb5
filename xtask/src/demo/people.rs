//! Who of the town plays in the demo, read from demo/feltby.toml. It makes nobody.

use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::tree;

/// A person of the town.
#[derive(Clone, Deserialize)]
pub struct Person {
    /// User name.
    pub user: String,
    /// Password, known to all who can read the town's file.
    pub password: String,
    /// Roles and where, such as `worker@kloever`.
    pub roles: Vec<String>,
}

#[derive(Deserialize)]
struct Town {
    person: Vec<Person>,
}

/// Everybody, in the order of the file.
pub struct People(Vec<Person>);

impl People {
    /// Reads the town's file.
    pub fn read() -> Result<Self> {
        let path = tree::root().join("demo/feltby.toml");
        let words = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let town: Town = toml::from_str(&words).with_context(|| format!("in {}", path.display()))?;
        Ok(Self(town.person))
    }

    /// The home-care worker of Team Kløver who comes so many places after the first.
    pub fn home_care_worker(&self, nth: usize) -> Result<&Person> {
        let mut workers = self.0.iter().filter(|person| person.is("worker@kloever"));
        workers
            .nth(nth)
            .context("demo/feltby.toml has too few workers in Team Kløver")
    }

    /// The street inspector who also works with the imported reports.
    pub fn inspector(&self) -> Result<&Person> {
        let inspects = |person: &&Person| person.is("worker@importproeve") && person.roles.len() > 1;
        self.0
            .iter()
            .find(inspects)
            .context("demo/feltby.toml has no inspector in Importprøve")
    }

    /// A home-care worker of Team Kløver who is not this person.
    pub fn colleague_of(&self, person: &Person) -> Result<&Person> {
        let first = self.home_care_worker(0)?;
        if first.user == person.user {
            self.home_care_worker(1)
        } else {
            Ok(first)
        }
    }

    /// The person with this user name.
    pub fn named(&self, user: &str) -> Result<&Person> {
        if let Some(person) = self.0.iter().find(|person| person.user == user) {
            return Ok(person);
        }
        let known: Vec<_> = self.0.iter().map(|person| person.user.as_str()).collect();
        bail!(
            "nobody in the town has the user name {user}; there are {}",
            known.join(", ")
        )
    }
}

impl Person {
    fn is(&self, role: &str) -> bool {
        self.roles.iter().any(|held| held == role)
    }
}

#[cfg(test)]
mod tests {
    use super::People;

    #[test]
    fn the_demo_s_three_people_are_in_the_town() -> anyhow::Result<()> {
        let people = People::read()?;
        let users = [
            &people.home_care_worker(0)?.user,
            &people.home_care_worker(1)?.user,
            &people.inspector()?.user,
        ];
        assert_eq!(users, ["maja", "yusuf", "soeren"]);
        Ok(())
    }

    #[test]
    fn a_user_nobody_has_is_told_with_those_there_are() -> anyhow::Result<()> {
        let refusal = People::read()?.named("nobody").err().map(|why| why.to_string());
        assert!(refusal.is_some_and(|why| why.contains("maja, yusuf")));
        Ok(())
    }
}
