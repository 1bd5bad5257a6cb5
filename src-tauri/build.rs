//! Prepares the window's resources, and says which command the page may send. It does not build the page.

use std::path::Path;
use std::process::ExitCode;

use tauri_build::{AppManifest, Attributes};

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=../target/page");
    if !Path::new("../target/page/index.html").is_file() {
        println!("cargo::error=build the page first: cargo xtask ui");
        return ExitCode::FAILURE;
    }
    let manifest = AppManifest::new().commands(&["command"]);
    match tauri_build::try_build(Attributes::new().app_manifest(manifest)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={error:#}");
            ExitCode::FAILURE
        }
    }
}
