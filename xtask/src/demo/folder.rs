//! The demo's folder: what lies where in it, and what is remembered from one start to the next.
//! It does not know what the server and the clients keep in theirs.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Wishes;
use crate::programs::say;
use crate::tree;

/// The demo's folder, there and writable.
pub struct Folder(PathBuf);

impl Folder {
    /// Opens it, empty when the person wished to start afresh.
    pub fn open(wishes: &Wishes) -> Result<Self> {
        let path = match &wishes.folder {
            Some(path) => std::path::absolute(path)?,
            None => tree::root().join("demo-data"),
        };
        if wishes.reset {
            Self(path.clone()).forget()?;
        }
        Self::at(path)
    }

    /// A folder at this place, made when missing.
    pub fn at(path: PathBuf) -> Result<Self> {
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }

    /// The server's own folder.
    pub fn server(&self) -> PathBuf {
        self.0.join("server")
    }

    /// The folder of one person on one device.
    pub fn device(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Where a program's words go.
    pub fn log(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.log"))
    }

    /// A file that is there once something was done.
    pub fn mark(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// What was remembered under a name; none the first time.
    pub fn recall<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let path = self.memory(name);
        if !path.exists() {
            return Ok(None);
        }
        let words = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&words)
            .map(Some)
            .with_context(|| format!("{} is damaged: start afresh with --reset", path.display()))
    }

    /// Remembers it for the next start. PINs are among what is remembered, so nobody else may read the file.
    pub fn remember<T: Serialize>(&self, name: &str, what: &T) -> Result<()> {
        let path = self.memory(name);
        let unfinished = path.with_extension("unfinished");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options
            .open(&unfinished)
            .with_context(|| format!("cannot write {}", unfinished.display()))?;
        file.write_all(toml::to_string(what)?.as_bytes())?;
        file.sync_all()?;
        fs::rename(&unfinished, &path).with_context(|| format!("cannot write {}", path.display()))
    }

    fn memory(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.toml"))
    }

    fn forget(&self) -> Result<()> {
        if !self.0.exists() {
            return Ok(());
        }
        // Only what a demo made is ever removed, wherever --folder points.
        anyhow::ensure!(
            self.server().exists() || is_empty(&self.0)?,
            "{} holds no demo, so nothing in it is removed: name the folder of a demo",
            self.0.display()
        );
        say("forgetting the earlier demo");
        fs::remove_dir_all(&self.0)
            .with_context(|| format!("cannot remove {}: is a demo still running?", self.0.display()))
    }
}

fn is_empty(folder: &Path) -> Result<bool> {
    Ok(fs::read_dir(folder)?.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::{Folder, Wishes};
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    fn wishes(folder: &Path, reset: bool) -> Wishes {
        Wishes {
            headless: true,
            user: None,
            reset,
            folder: Some(folder.to_owned()),
        }
    }

    #[test]
    fn what_is_remembered_is_there_at_the_next_start_and_gone_after_a_reset() -> anyhow::Result<()> {
        let place = tempfile::tempdir()?;
        let folder = Folder::open(&wishes(place.path(), false))?;
        fs::create_dir(folder.server())?;
        assert_eq!(folder.recall::<BTreeMap<String, u16>>("a")?, None);
        folder.remember("a", &BTreeMap::from([("port", 4711)]))?;
        let again = Folder::open(&wishes(place.path(), false))?;
        assert_eq!(
            again.recall("a")?,
            Some(BTreeMap::from([("port".to_owned(), 4711_u16)]))
        );
        let afresh = Folder::open(&wishes(place.path(), true))?;
        assert_eq!(afresh.recall::<BTreeMap<String, u16>>("a")?, None);
        Ok(())
    }

    #[test]
    fn a_folder_that_holds_something_else_is_never_removed() -> anyhow::Result<()> {
        let place = tempfile::tempdir()?;
        fs::write(place.path().join("thesis.txt"), "years of work")?;
        let refusal = Folder::open(&wishes(place.path(), true))
            .err()
            .map(|why| why.to_string());
        assert!(refusal.is_some_and(|why| why.contains("holds no demo")));
        assert!(place.path().join("thesis.txt").exists());
        Ok(())
    }
}
