//! The bell over HTTP: a line of server-sent events, and a long poll where such lines do not come through.
//!
//! It does not wait between two tries; the courier does.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use feltbog_ids::{Position, WorkspaceId};
use feltbog_protocol::{BellReply, MEDIA_TYPE};
use reqwest::{RequestBuilder, Response, StatusCode, header};

use super::RemoteError;
use super::bell::BellLines;
use super::http::{Door, refusal};
use super::manner::Manner;

/// A line says where the log stands as soon as it is open; one that has said nothing after this is kept back on its way.
const FIRST_WORD: Duration = Duration::from_secs(15);

/// Silence on a line longer than this means that it is dead; the server speaks more often.
const SILENCE: Duration = Duration::from_secs(75);

/// Between two questions with the same answer. The server takes its time itself; something between may not.
const BREATH: Duration = Duration::from_secs(1);

/// Events, as their media type says it.
const EVENTS: &str = "text/event-stream";

/// The bell of one device.
#[derive(Default)]
pub struct Hanging(Mutex<State>);

#[derive(Default)]
struct State {
    line: Option<Line>,
    manner: Manner,
}

struct Line {
    response: Response,
    lines: BellLines,
    /// It has said more than its first word.
    spoke: bool,
}

/// Whose bell, and where.
pub struct Bell<'a> {
    pub door: &'a Door,
    pub session: &'a str,
    pub at: WorkspaceId,
}

/// Why there is no line.
enum NoLine {
    /// The server is not there, or says why not.
    Said(RemoteError),
    /// Something on the way lets no line through.
    Deaf,
    /// It ended before its first word.
    Cut,
}

impl Hanging {
    /// Waits for a position other than `heard`. The line is kept between two rings; whoever drops this future half-way
    /// only has to open it again.
    pub async fn rings(&self, bell: &Bell<'_>, heard: Position) -> Result<Position, RemoteError> {
        let kept = self.state(|state| state.line.take());
        if let Some(line) = kept {
            return self.hears(line, heard).await;
        }
        if self.state(|state| state.manner.is_asking()) {
            return self.asks(bell, heard).await;
        }
        let opened = tokio::time::timeout(FIRST_WORD, bell.opens()).await;
        match opened.unwrap_or(Err(NoLine::Deaf)) {
            Ok((line, first)) if first > heard => {
                self.state(|state| state.line = Some(line));
                Ok(first)
            }
            Ok((line, _)) => self.hears(line, heard).await,
            Err(NoLine::Said(error)) => Err(error),
            Err(NoLine::Cut) => Err(self.is_cut()),
            Err(NoLine::Deaf) => {
                tracing::info!("the bell's line does not come through; it is asked instead");
                self.state(|state| state.manner = state.manner.deaf());
                self.asks(bell, heard).await
            }
        }
    }

    async fn hears(&self, mut line: Line, heard: Position) -> Result<Position, RemoteError> {
        loop {
            let came = tokio::time::timeout(SILENCE, line.response.chunk()).await;
            let Ok(Ok(Some(bytes))) = came else {
                return Err(if line.spoke {
                    RemoteError::Unreachable
                } else {
                    self.is_cut()
                });
            };
            // What ends its first word may come by itself.
            if bytes.iter().any(|byte| !byte.is_ascii_whitespace()) {
                line.spoke = true;
                self.state(|state| state.manner = state.manner.spoken());
            }
            if let Some(position) = line.lines.take(&bytes).filter(|position| *position > heard) {
                self.state(|state| state.line = Some(line));
                return Ok(position);
            }
        }
    }

    async fn asks(&self, bell: &Bell<'_>, heard: Position) -> Result<Position, RemoteError> {
        loop {
            self.state(|state| state.manner = state.manner.asked());
            let position = bell.asks(heard).await?;
            if position != heard {
                return Ok(position);
            }
            tokio::time::sleep(BREATH).await;
        }
    }

    /// A line ended before it said a second word.
    fn is_cut(&self) -> RemoteError {
        self.state(|state| state.manner = state.manner.cut());
        RemoteError::Unreachable
    }

    fn state<T>(&self, step: impl FnOnce(&mut State) -> T) -> T {
        step(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Bell<'_> {
    /// A line that has said where the log stands.
    async fn opens(&self) -> Result<(Line, Position), NoLine> {
        let request = self.request("").header(header::ACCEPT, EVENTS);
        let sent = request.send().await;
        let mut response = sent.map_err(|_| NoLine::Said(RemoteError::Unreachable))?;
        if response.status() != StatusCode::OK {
            return Err(match refusal(response).await {
                RemoteError::NotOurs | RemoteError::NoSuchDoor => NoLine::Deaf,
                error => NoLine::Said(error),
            });
        }
        let kind = response.headers().get(header::CONTENT_TYPE);
        if !kind.is_some_and(|kind| kind.as_bytes().starts_with(EVENTS.as_bytes())) {
            return Err(NoLine::Deaf);
        }
        let mut lines = BellLines::default();
        loop {
            let Ok(Some(bytes)) = response.chunk().await else {
                return Err(NoLine::Cut);
            };
            if let Some(first) = lines.take(&bytes) {
                let spoke = false;
                return Ok((Line { response, lines, spoke }, first));
            }
        }
    }

    /// Where the log stands for this person, once it has moved past `heard` or after a while.
    async fn asks(&self, heard: Position) -> Result<Position, RemoteError> {
        let request = self.request(&format!("?after={heard}"));
        let reply: BellReply = self.door.answer(request.header(header::ACCEPT, MEDIA_TYPE)).await?;
        Ok(reply.position)
    }

    fn request(&self, query: &str) -> RequestBuilder {
        let path = format!("v1/{}/bell{query}", self.at);
        self.door.gets(&path).bearer_auth(self.session)
    }
}
