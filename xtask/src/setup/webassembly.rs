//! Which compiler makes the page: the ordinary one where it knows WebAssembly, else Debian's.
//! It does not build the page; it returns the call to cargo that does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::debian;
use crate::programs::{ask, cargo, cargo_at, find, run, say};
use crate::tree;

/// The name that compilers give to WebAssembly in a browser.
const WEB: &str = "wasm32-unknown-unknown";
const DEBIAN: &[&str] = &["rustc-web", "cargo-web", "rust-web-src"];
const LINKERS: &str = "/usr/bin";
const LINKER: &str = "wasm-ld-";

/// A way to compile for the browser that works on this machine.
pub enum Compiler {
    /// The compiler that builds everything else, with the standard library that rustup or a distribution brought.
    Ordinary,
    /// Debian's, which has no WebAssembly library and builds it from its own sources.
    Debian { linker: PathBuf },
}

impl Compiler {
    /// The compiler to use here, if there is one.
    pub fn found() -> Option<Self> {
        if ordinary_knows_the_web() {
            return Some(Self::Ordinary);
        }
        let linker = debian::has(DEBIAN).then(newest_linker)??;
        Some(Self::Debian { linker })
    }

    /// The call that builds one program of this workspace for the browser, and the file it leaves.
    pub fn build(&self, program: &str) -> (Command, PathBuf) {
        let (mut cargo, target) = match self {
            Self::Ordinary => (cargo(), tree::target()),
            // Two compilers in one target folder would throw away each other's work at every turn.
            Self::Debian { linker } => (debian_cargo(linker), tree::root().join("target-wasm")),
        };
        cargo.args([
            "build",
            "--profile",
            "wasm",
            "--target",
            WEB,
            "--package",
            program,
            "--bin",
            program,
        ]);
        cargo.arg("--target-dir").arg(&target);
        if matches!(self, Self::Debian { .. }) {
            cargo.arg("-Zbuild-std=std,panic_abort");
        }
        (
            cargo,
            target.join(WEB).join("wasm").join(program).with_extension("wasm"),
        )
    }
}

/// Makes sure that `Compiler::found` finds one. rustup comes first, because its library is ready-made; where it
/// is missing or has no way out to the network, Debian's packages do the same.
pub fn install() -> Result<()> {
    if Compiler::found().is_some() {
        return Ok(());
    }
    if let Some(rustup) = find("rustup") {
        say("asking rustup for WebAssembly, which takes a minute the first time");
        let mut rustup = Command::new(rustup);
        let asked = run(rustup.current_dir(tree::root()).args(["target", "add", WEB]));
        // Its word alone is not enough: it answers for the toolchain it manages, which may not be the one in use.
        if asked.is_ok() && Compiler::found().is_some() {
            return Ok(());
        }
        say("rustup could not bring it, so Debian's compiler makes the page");
    }
    debian::install(DEBIAN)?;
    if newest_linker().is_none() {
        debian::install(&[&debian::newest_numbered("lld-")?])?;
    }
    Compiler::found()
        .map(|_| ())
        .context("no compiler for WebAssembly here: `rustup target add wasm32-unknown-unknown`")
}

fn ordinary_knows_the_web() -> bool {
    let library =
        ask(Command::new("rustc")
            .current_dir(tree::root())
            .args(["--print", "target-libdir", "--target", WEB]));
    // The folder's name is printed whether it is there or not.
    let Ok(Ok(mut files)) = library.map(fs::read_dir) else {
        return false;
    };
    files.any(|file| file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libstd-")))
}

/// Debian names its linkers by LLVM's version, which moves with security updates.
fn newest_linker() -> Option<PathBuf> {
    let names: Vec<String> = fs::read_dir(LINKERS)
        .ok()?
        .flatten()
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .collect();
    let version = debian::highest_numbered(LINKER, names.iter().map(String::as_str))?;
    Some(PathBuf::from(LINKERS).join(format!("{LINKER}{version}")))
}

/// Debian's compiler is a stable one; `RUSTC_BOOTSTRAP` lets it build its own standard library. What rustup and
/// `cargo run` left in the environment belongs to the other compiler.
fn debian_cargo(linker: &Path) -> Command {
    let mut cargo = cargo_at(Path::new("/usr/bin/cargo"));
    for foreign in ["RUSTUP_TOOLCHAIN", "RUSTFLAGS", "LD_LIBRARY_PATH", "RUSTC_WRAPPER"] {
        cargo.env_remove(foreign);
    }
    cargo.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    cargo
}
