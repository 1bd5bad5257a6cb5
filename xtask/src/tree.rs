//! Where things are in this repository. It knows paths only: it makes, reads and removes nothing.

use std::env;
use std::path::{Path, PathBuf};

/// The repository's root. xtask is only ever run from the tree it was built in, so the compiler knows the answer.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies one folder below the root")
}

/// Cargo's target folder, which a person may have moved.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |moved| root().join(moved))
}

/// The finished page. It does not move with the target folder, because the window's settings name it.
pub fn page() -> PathBuf {
    root().join("target/page")
}

/// The one folder with npm packages: the browser tests' and the page build's.
pub fn npm() -> PathBuf {
    root().join("tests/browser")
}

/// A program out of an npm package.
pub fn npm_program(name: &str) -> PathBuf {
    npm().join("node_modules/.bin").join(name)
}

/// A program of this workspace, as `cargo build` leaves it.
pub fn program(name: &str) -> PathBuf {
    target().join("debug").join(name)
}
