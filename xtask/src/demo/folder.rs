//! The folder `demo-data`, where a demo keeps its server, its clients and what it drew for them.
//! It does not know what lies in those.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Wishes;
use crate::programs::say;
use crate::tree;

/// The demo's folder, there and writable.
pub struct Folder(PathBuf);

impl Folder {
    /// Opens it, empty when the person wished to start afresh.
    pub fn open(wishes: &Wishes) -> Result<Self> {
        let folder = Self(tree::root().join("demo-data"));
        if wishes.reset {
            folder.forget()?;
        }
        fs::create_dir_all(&folder.0).with_context(|| format!("cannot make {}", folder.0.display()))?;
        Ok(folder)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }

    fn forget(&self) -> Result<()> {
        if !self.0.exists() {
            return Ok(());
        }
        say("forgetting the earlier demo");
        fs::remove_dir_all(&self.0)
            .with_context(|| format!("cannot remove {}: is a demo still running?", self.0.display()))
    }
}
