//! Makes this machine able to build, show and test Feltbog, out of Debian, crates.io and npm alone.
//! It installs only what is missing; it does not keep up to date what is there.

mod debian;
mod npm;
pub mod webassembly;

use anyhow::Result;

/// How much of Feltbog the machine is to be made ready for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The server, the preview and the page.
    Headless,
    /// That, and the desktop window.
    Window,
    /// That, and the browser and window tests.
    Everything,
}

const HEADLESS: &[&str] = &["libssl-dev", "pkg-config"];
const WINDOW: &[&str] = &["libwebkit2gtk-4.1-dev", "librsvg2-dev", "libxdo-dev"];
/// `curl` runs the examples of the docs; `xauth` is what `xvfb-run` calls; without a font Chromium draws every letter as a box.
const TESTS: &[&str] = &[
    "chromium",
    "curl",
    "fonts-dejavu-core",
    "webkit2gtk-driver",
    "xauth",
    "xvfb",
];

/// Installs what is missing for `reach`. A second call finds nothing to do and takes a moment.
pub fn prepare(reach: Reach) -> Result<()> {
    debian::install(&packages(reach))?;
    webassembly::install()?;
    npm::install()
}

fn packages(reach: Reach) -> Vec<&'static str> {
    let mut packages = HEADLESS.to_vec();
    if reach >= Reach::Window {
        packages.extend(WINDOW);
    }
    if reach >= Reach::Everything {
        packages.extend(TESTS);
    }
    packages
}

#[cfg(test)]
mod tests {
    use super::{Reach, packages};

    #[test]
    fn a_headless_machine_is_spared_webkit_and_chromium() {
        assert_eq!(packages(Reach::Headless), ["libssl-dev", "pkg-config"]);
        assert!(!packages(Reach::Window).contains(&"chromium"));
        assert!(packages(Reach::Everything).contains(&"libwebkit2gtk-4.1-dev"));
    }
}
