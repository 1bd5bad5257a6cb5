//! Makes target/page out of the crate `ui`: compile, bind, shrink, lay out, weigh.
//! It serves nothing, and knows nothing of what the page shows.

mod layout;
mod stamp;
mod weight;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::programs::{run, say};
use crate::setup::webassembly::Compiler;
use crate::tree;

/// The crate, its program, and by that the stem of the files that `ui/boot.js` imports.
const PROGRAM: &str = "feltbog-ui";

/// Builds the page, unless nothing it is made of has changed since, and prints what it weighs.
/// The old page stays until the new one is whole.
pub fn build() -> Result<()> {
    let page = tree::page();
    let shrinker = tree::npm_program("wasm-opt");
    let stamp = stamp::Stamp::of_inputs(tree::root(), shrinker.is_file())?;
    if stamp.is_on(&page) {
        return weight::report(&page);
    }
    say("building the page, which takes two to four minutes the first time");
    let unfinished = page.with_extension("unfinished");
    empty(&unfinished)?;
    compile_and_bind(&unfinished)?;
    shrink(&unfinished, &shrinker)?;
    layout::lay_out(&tree::root().join("ui"), &unfinished)?;
    remove(&page)?;
    fs::rename(&unfinished, &page).with_context(|| format!("cannot put the new page at {}", page.display()))?;
    weight::report(&page)?;
    stamp.put_on(&page)
}

fn compile_and_bind(folder: &Path) -> Result<()> {
    let compiler = Compiler::found().context("no compiler for WebAssembly here: run `cargo xtask setup`")?;
    let (mut build, wasm) = compiler.build(PROGRAM);
    run(&mut build)?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(&wasm)
        .web(true)?
        // The loader calls `init()` without saying where the wasm lies, so that the name is written in one place.
        .omit_default_module_path(false)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen
        .generate(folder)
        .with_context(|| format!("cannot bind {} to JavaScript", wasm.display()))
}

fn shrink(folder: &Path, shrinker: &Path) -> Result<()> {
    if !shrinker.is_file() {
        say("wasm-opt is missing, so the page is heavier than need be: `cargo xtask setup` brings it");
        return Ok(());
    }
    let wasm = folder.join(format!("{PROGRAM}_bg.wasm"));
    // What the compiler turned on is written in the file; wasm-opt reads it there.
    run(Command::new(shrinker).args(["-Oz", "--output"]).arg(&wasm).arg(&wasm))
}

fn empty(folder: &Path) -> Result<()> {
    remove(folder)?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove the old {}", folder.display()))?;
    }
    Ok(())
}
