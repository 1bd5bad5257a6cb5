//! The desk behind a window: desktop, Android, iOS.
//!
//! One command in, one event out. It decides nothing and stores nothing; the app's folder is the platform's own, unless
//! `--data DIR` or `FELTBOG_DATA` names another.

#![allow(
    clippy::let_underscore_must_use,
    reason = "the macro that makes a command writes one"
)]

use std::path::{Path, PathBuf};

use feltbog_client::{App, World};
use feltbog_views::{Command, Reply, Shape};
use tauri::{AppHandle, Emitter, Manager, State, WebviewWindowBuilder};
use tokio::sync::broadcast::error::RecvError;
use tracing_subscriber::EnvFilter;

/// What kind of device a build is for; a phone and a tablet are told apart by the page's width, not here.
const SHAPE: Shape = if cfg!(mobile) { Shape::Tablet } else { Shape::Computer };

/// Hands a command to the desk, on a thread that may block.
#[tauri::command]
async fn command(app: State<'_, App>, command: Command) -> Result<Reply, String> {
    let app = app.inner().clone();
    let answer = tauri::async_runtime::spawn_blocking(move || app.answer(command)).await;
    answer.map_err(|error| error.to_string())
}

/// Opens the window and returns when it is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let built = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![command])
        .setup(|window| {
            let folder = match named_folder() {
                Some(folder) => folder,
                None => window.path().app_data_dir()?,
            };
            let runtime = tauri::async_runtime::handle().inner().clone();
            let app = App::open(&folder, World::real()?, SHAPE, runtime)?;
            tauri::async_runtime::spawn(pass_on(app.clone(), window.handle().clone()));
            window.manage(app);
            open_windows(window.handle(), &folder)?;
            Ok(())
        });
    if let Err(error) = built.run(tauri::generate_context!()) {
        eprintln!("feltbog: {error}");
        std::process::exit(1);
    }
}

/// Opens what `tauri.conf.json` lists. The webview keeps nothing of its own; only one that is driven by a test has to
/// have a store, since WebKit drives no private window, and that store lies in the app's folder too.
fn open_windows(handle: &AppHandle, folder: &Path) -> tauri::Result<()> {
    let is_driven = std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some();
    for config in &handle.config().app.windows {
        WebviewWindowBuilder::from_config(handle, config)?
            .data_directory(folder.join("webview"))
            .incognito(!is_driven)
            .build()?;
    }
    Ok(())
}

/// The folder named on the command line, or in the environment.
fn named_folder() -> Option<PathBuf> {
    let mut words = std::env::args_os().skip_while(|word| word != "--data").skip(1);
    words
        .next()
        .or_else(|| std::env::var_os("FELTBOG_DATA"))
        .map(PathBuf::from)
}

/// Tells the page of every change for as long as the app lives.
async fn pass_on(app: App, window: AppHandle) {
    let mut changes = app.changes();
    loop {
        let changed = match changes.recv().await {
            Ok(changed) => changed,
            Err(RecvError::Lagged(_)) => feltbog_views::Changed {
                docs: Vec::new(),
                status: true,
            },
            Err(RecvError::Closed) => return,
        };
        if let Err(error) = window.emit("changed", changed) {
            tracing::warn!(%error, "the window did not hear of a change");
        }
    }
}
