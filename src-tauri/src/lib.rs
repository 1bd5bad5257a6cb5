//! The desk behind a window: desktop, Android, iOS.
//!
//! One command in, one event out. It decides nothing and stores nothing; the app's folder is the platform's own, or
//! `FELTBOG_DATA` where that is set.

use std::path::PathBuf;

use feltbog_client::{App, World};
use feltbog_views::{Command, Reply, Shape};
use tauri::{AppHandle, Emitter, Manager, State};
use tokio::sync::broadcast::error::RecvError;

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
    let built = tauri::Builder::default().invoke_handler(tauri::generate_handler![command]).setup(|window| {
        let folder = match std::env::var_os("FELTBOG_DATA") {
            Some(folder) => PathBuf::from(folder),
            None => window.path().app_data_dir()?,
        };
        let runtime = tauri::async_runtime::handle().inner().clone();
        let app = App::open(&folder, World::real()?, SHAPE, runtime)?;
        tauri::async_runtime::spawn(pass_on(app.clone(), window.handle().clone()));
        window.manage(app);
        Ok(())
    });
    if let Err(error) = built.run(tauri::generate_context!()) {
        eprintln!("feltbog: {error}");
        std::process::exit(1);
    }
}

/// Tells the page of every change for as long as the app lives.
async fn pass_on(app: App, window: AppHandle) {
    let mut changes = app.changes();
    loop {
        let changed = match changes.recv().await {
            Ok(changed) => changed,
            Err(RecvError::Lagged(_)) => feltbog_views::Changed { docs: Vec::new(), status: true },
            Err(RecvError::Closed) => return,
        };
        if let Err(error) = window.emit("changed", changed) {
            tracing::warn!(%error, "the window did not hear of a change");
        }
    }
}
