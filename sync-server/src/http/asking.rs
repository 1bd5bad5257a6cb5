//! Reading requests and writing answers: packed CBOR, bounded, and the session in the header.
//!
//! It answers nothing by itself but what cannot be read.

use axum::{
    body::{Body, HttpBody},
    extract::{FromRef, FromRequest, FromRequestParts, Path, Request},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use feltbog_ids::WorkspaceId;
use feltbog_protocol::{MAX_MESSAGE, MEDIA_TYPE, ServerProblem, WireError, pack, unpack};
use minicbor::{Decode, Encode};
use std::{future::poll_fn, pin::Pin, sync::Arc, time::Duration};

use super::Counter;
use crate::{PostOffice, Session};

/// How long a device may take to send one request.
const PATIENCE: Duration = Duration::from_secs(120);

/// A message that was packed as it should be.
pub(super) struct Packed<T>(pub(super) T);

/// A problem on its way to the device.
pub(super) struct Refusal(pub(super) ServerProblem);

/// Who asks, and in which workspace. A session that does not count ends the request here.
pub(super) struct Caller {
    pub(super) session: Session,
    pub(super) workspace: WorkspaceId,
}

impl Counter {
    /// Calls the office on a thread that may block, in turn. Whoever hangs up keeps the turn until the call is over.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        call: impl FnOnce(&PostOffice, feltbog_ids::Instant) -> Result<T, ServerProblem> + Send + 'static,
    ) -> Result<T, ServerProblem> {
        let desk = Arc::clone(&self.desks).acquire_owned().await;
        let desk = desk.map_err(|_| ServerProblem::Unavailable)?;
        let (office, now) = (Arc::clone(&self.office), (self.clock)());
        let called = tokio::task::spawn_blocking(move || {
            let _desk = desk;
            call(&office, now)
        });
        match called.await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::error!(%error, "a request was cut short");
                Err(ServerProblem::Unavailable)
            }
        }
    }
}

/// An answer as it travels.
pub(super) fn answer<T: Encode<()>>(answer: Result<T, ServerProblem>) -> Response {
    match answer {
        Ok(message) => packed(StatusCode::OK, &message),
        Err(problem) => Refusal(problem).into_response(),
    }
}

impl<S: Send + Sync, T: for<'b> Decode<'b, ()>> FromRequest<S> for Packed<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let limit = ServerProblem::TooLarge {
            limit: MAX_MESSAGE as u64,
        };
        let body: Body = request.into_body();
        let bytes = match tokio::time::timeout(PATIENCE, gathered(body, MAX_MESSAGE)).await {
            Ok(Ok(Some(bytes))) => bytes,
            Ok(Ok(None)) => return Err(Refusal(limit)),
            Ok(Err(_)) | Err(_) => return Err(Refusal(ServerProblem::Malformed)),
        };
        unpacked(bytes).map(Self)
    }
}

/// The whole body in one place; none when it is longer. Kept in pieces first it would be held twice.
async fn gathered(mut body: Body, most: usize) -> Result<Option<Vec<u8>>, axum::Error> {
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        if let Ok(data) = frame?.into_data() {
            if bytes.len() + data.len() > most {
                return Ok(None);
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(Some(bytes))
}

fn unpacked<T: for<'b> Decode<'b, ()>>(bytes: Vec<u8>) -> Result<T, Refusal> {
    unpack(bytes, MAX_MESSAGE).map_err(|error| {
        Refusal(match error {
            WireError::TooLarge { limit } => ServerProblem::TooLarge { limit: limit as u64 },
            WireError::Unpack(_) | WireError::Read(_) => ServerProblem::Malformed,
        })
    })
}

impl<S: Send + Sync> FromRequestParts<S> for Caller
where
    Counter: FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let counter = Counter::from_ref(state);
        let token = bearer(parts).ok_or(Refusal(ServerProblem::SessionEnded))?;
        let word = Path::<String>::from_request_parts(parts, state).await;
        let workspace = word.ok().and_then(|Path(word)| word.parse().ok());
        let workspace = workspace.ok_or(Refusal(ServerProblem::NoRight))?;
        let session = counter
            .ask(move |office, now| office.session(&token, now))
            .await
            .map_err(Refusal)?;
        Ok(Self { session, workspace })
    }
}

/// The token a request carries.
pub(super) fn bearer(parts: &Parts) -> Option<String> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::to_owned)
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = packed(status(self.0), &self.0);
        if let ServerProblem::TooManyTries { seconds } = self.0 {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

const fn status(problem: ServerProblem) -> StatusCode {
    match problem {
        ServerProblem::BadToken | ServerProblem::WrongPassword | ServerProblem::SessionEnded => {
            StatusCode::UNAUTHORIZED
        }
        ServerProblem::AccountClosed | ServerProblem::NoRight => StatusCode::FORBIDDEN,
        ServerProblem::TooManyTries { .. } => StatusCode::TOO_MANY_REQUESTS,
        ServerProblem::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        ServerProblem::Malformed => StatusCode::BAD_REQUEST,
        ServerProblem::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn packed<T: Encode<()>>(status: StatusCode, message: &T) -> Response {
    let kind = [(header::CONTENT_TYPE, MEDIA_TYPE), (header::CACHE_CONTROL, "no-store")];
    (status, kind, pack(message)).into_response()
}
