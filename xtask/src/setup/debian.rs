//! Debian packages: which are missing, and installing those. It removes none, and upgrades none but what those need.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::programs::{ask, find, run, say};

/// Installs the packages that are missing. On another system than Debian it says what is needed and goes on,
/// because the same libraries may be there under other names.
pub fn install(packages: &[&str]) -> Result<()> {
    if find("dpkg-query").is_none() {
        say(&format!(
            "this is not Debian, so nothing was installed; needed is the like of {}",
            packages.join(" ")
        ));
        return Ok(());
    }
    let missing = missing(packages);
    if missing.is_empty() {
        return Ok(());
    }
    let Some(apt_get) = apt_get() else {
        bail!(
            "run this as root first: apt-get update && apt-get install {}",
            missing.join(" ")
        );
    };
    let missing_words = missing.join(" ");
    say(&format!(
        "installing Debian packages, which takes some minutes the first time: {missing_words}"
    ));
    run(apt_get().args(["update", "--quiet=2"]).stdout(Stdio::null()))?;
    let mut install = apt_get();
    install
        .args(["install", "--yes", "--quiet=2", "--no-install-recommends"])
        .args(&missing);
    // Hundreds of lines about unpacking would bury ours; what goes wrong is told on standard error.
    run(install.stdout(Stdio::null()))
}

/// Whether every one of these packages is installed.
pub fn has(packages: &[&str]) -> bool {
    find("dpkg-query").is_some() && missing(packages).is_empty()
}

/// The newest package whose name is `stem` and a number, among those that Debian offers here.
pub fn newest_numbered(stem: &str) -> Result<String> {
    let offered = ask(Command::new("apt-cache").args(["search", "--names-only", &format!("^{stem}[0-9]+$")]))?;
    let names = offered.lines().filter_map(|line| line.split_whitespace().next());
    match highest_numbered(stem, names) {
        Some(number) => Ok(format!("{stem}{number}")),
        None => bail!("Debian offers no package {stem}NN here: run `apt-get update` as root, then try again"),
    }
}

/// The highest number that follows `stem` in any of the names.
pub fn highest_numbered<'a>(stem: &str, names: impl Iterator<Item = &'a str>) -> Option<u32> {
    names.filter_map(|name| name.strip_prefix(stem)?.parse().ok()).max()
}

fn missing<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    packages
        .iter()
        .copied()
        .filter(|package| !is_installed(package))
        .collect()
}

fn is_installed(package: &str) -> bool {
    // dpkg-query fails for a package it never heard of, which is the same as one that is not installed.
    ask(Command::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", package]))
        .is_ok_and(|status| status == "installed")
}

/// How apt-get is called by this person: as it is, through sudo, or not at all.
fn apt_get() -> Option<fn() -> Command> {
    if ask(Command::new("id").arg("-u")).is_ok_and(|user| user == "0") {
        return Some(|| unattended(Command::new("env")));
    }
    find("sudo")?;
    Some(|| {
        let mut sudo = Command::new("sudo");
        sudo.arg("env");
        unattended(sudo)
    })
}

fn unattended(mut env: Command) -> Command {
    env.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    env
}

#[cfg(test)]
mod tests {
    use super::{has, highest_numbered};

    #[test]
    fn the_newest_linker_is_chosen_by_number_and_not_by_spelling() {
        let offered = ["lld-9", "lld-16", "lld-22", "lld", "lld-16-dev"];
        assert_eq!(highest_numbered("lld-", offered.into_iter()), Some(22));
        assert_eq!(highest_numbered("lld-", ["lld"].into_iter()), None);
    }

    #[test]
    fn a_package_nobody_made_is_missing() {
        assert!(!has(&["feltbog-no-such-package"]));
    }
}
