//! Prepares the window's resources. It does not build the page; `cargo xtask ui` does.

fn main() {
    tauri_build::build();
}
