//! What the door answers: commands, word of changes, the switch of the road.
//!
//! Each is a line to the app; nothing is decided here.

use std::convert::Infallible;
use std::path::PathBuf;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use feltbog_client::App;
use feltbog_views::{Changed, Command};
use futures_util::{Stream, stream};
use serde::Deserialize;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tower_http::limit::RequestBodyLimitLayer;

use crate::{DoorKey, files, guard};

/// Largest command in bytes: the longest note twice, escaped.
const MAX_COMMAND: usize = 2 * 1024 * 1024;

/// One person's app behind one door.
#[derive(Clone)]
pub struct Preview {
    /// The app.
    pub app: App,
    /// The key of the door.
    pub key: DoorKey,
    /// Where the page's files lie.
    pub page: PathBuf,
    /// The port it listens on.
    pub port: u16,
}

/// Every way in, all of them guarded.
pub fn router(preview: Preview) -> Router {
    Router::new()
        .route("/command", post(command))
        .route("/changes", get(changes))
        .route("/road", post(road))
        .fallback(get(files::file))
        .layer(middleware::from_fn_with_state(preview.clone(), guard::guard))
        .layer(RequestBodyLimitLayer::new(MAX_COMMAND))
        .with_state(preview)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    on: bool,
}

async fn command(State(preview): State<Preview>, asked: Result<Json<Command>, JsonRejection>) -> Response {
    let Json(command) = match asked {
        Ok(command) => command,
        Err(why) => return malformed(&why),
    };
    match tokio::task::spawn_blocking(move || preview.app.answer(command)).await {
        Ok(reply) => Json(reply).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn road(State(preview): State<Preview>, asked: Result<Json<Switch>, JsonRejection>) -> Response {
    let switch = match asked {
        Ok(Json(switch)) => switch,
        Err(why) => return malformed(&why),
    };
    let road = preview.app.road();
    match if switch.on { road.restore() } else { road.cut() } {
        Ok(()) => Json(serde_json::json!({ "on": road.is_open() })).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn changes(State(preview): State<Preview>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let heard = stream::unfold(preview.app.changes(), next_change);
    Sse::new(heard).keep_alive(KeepAlive::default())
}

/// One who lags behind has missed some: they are told to ask for everything they show.
async fn next_change(mut changes: Receiver<Changed>) -> Option<(Result<Event, Infallible>, Receiver<Changed>)> {
    let changed = match changes.recv().await {
        Ok(changed) => changed,
        Err(RecvError::Lagged(_)) => Changed {
            docs: Vec::new(),
            status: true,
        },
        Err(RecvError::Closed) => return None,
    };
    let event = Event::default().json_data(&changed).unwrap_or_default();
    Some((Ok(event), changes))
}

fn malformed(why: &JsonRejection) -> Response {
    let words = format!("{why}; docs/commands.md shows every command");
    // One answer for all that is no command; only a body that is too large keeps its own.
    let status = match why {
        JsonRejection::BytesRejection(_) => why.status(),
        _ => StatusCode::BAD_REQUEST,
    };
    (status, Json(serde_json::json!({ "error": words }))).into_response()
}
