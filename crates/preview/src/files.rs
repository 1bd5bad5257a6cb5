//! The page's own files, from the folder it was built into.
//!
//! It serves what lies there and nothing above it.

use std::path::{Component, Path};

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use crate::Preview;

/// Answers with a file of the page.
pub(crate) async fn file(State(preview): State<Preview>, uri: Uri) -> Response {
    let wanted = uri.path().trim_start_matches('/');
    let wanted = Path::new(if wanted.is_empty() { "index.html" } else { wanted });
    if !wanted.components().all(|part| matches!(part, Component::Normal(_))) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match tokio::fs::read(preview.page.join(wanted)).await {
        Ok(bytes) => ([(CONTENT_TYPE, kind(wanted))], bytes).into_response(),
        Err(_) if wanted == Path::new("index.html") => {
            (StatusCode::NOT_FOUND, "the page is not built yet: run cargo xtask ui").into_response()
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

fn kind(path: &Path) -> &'static str {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
