//! The server over HTTPS: one factory for the client, our own roots, bounded answers.
//!
//! It trusts no certificate the device's own store knows of; only those passed in.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use feltbog_ids::{Position, WorkspaceId};
use feltbog_protocol::{
    BodiesReply, BodiesRequest, EnrolReply, EnrolRequest, FeedPage, FeedRequest, MAX_MESSAGE, MEDIA_TYPE, PushReply,
    PushRequest, ServerProblem, SignInReply, SignInRequest, pack, unpack,
};
use minicbor::{Decode, Encode};
use reqwest::{Client, Response, StatusCode, header, redirect};
use rustls::pki_types::{CertificateDer, pem::PemObject};

use super::bell::BellLines;
use super::{Remote, RemoteError};
use crate::address::Address;

/// To find the server, and to shake hands with it.
const CONNECT: Duration = Duration::from_secs(10);

/// For a whole question and answer over a thin line.
const WHOLE: Duration = Duration::from_secs(60);

/// Silence on the bell's line longer than this means that the line is dead; the server speaks more often.
const SILENCE: Duration = Duration::from_secs(75);

/// Longest wait a server may ask for, in seconds: one of its typing errors should not silence a device for a year.
const LONGEST_WAIT: u32 = 3_600;

/// Certificates of the authorities that may vouch for the server, in PEM. Empty where only loopback is used.
#[derive(Clone, Debug, Default)]
pub struct Roots(pub Vec<u8>);

/// A server at an address.
pub struct HttpRemote {
    client: Client,
    address: Address,
    bell: Mutex<Option<BellLine>>,
}

struct BellLine {
    response: Response,
    lines: BellLines,
}

impl HttpRemote {
    /// Makes ready to ask; nothing is sent yet. Roots that cannot be read are not ours.
    pub fn new(address: Address, roots: &Roots) -> Result<Self, RemoteError> {
        Ok(Self {
            client: client(roots)?,
            address,
            bell: Mutex::new(None),
        })
    }

    async fn ask<Q: Encode<()> + Sync, A: for<'b> Decode<'b, ()>>(
        &self,
        door: &str,
        session: Option<&str>,
        question: &Q,
    ) -> Result<A, RemoteError> {
        let mut request = self
            .client
            .post(self.address.door(door))
            .timeout(WHOLE)
            .header(header::CONTENT_TYPE, MEDIA_TYPE)
            .body(pack(question));
        if let Some(session) = session {
            request = request.bearer_auth(session);
        }
        let response = request.send().await.map_err(|_| RemoteError::Unreachable)?;
        if response.status() == StatusCode::OK {
            let bytes = bounded(response).await?;
            return unpack(&bytes, MAX_MESSAGE).map_err(|_| RemoteError::NotOurs);
        }
        Err(refusal(response).await)
    }

    async fn open_bell(&self, session: &str, at: WorkspaceId) -> Result<BellLine, RemoteError> {
        let request = self
            .client
            .get(self.address.door(&format!("v1/{at}/bell")))
            .header(header::ACCEPT, "text/event-stream")
            .bearer_auth(session);
        let sent = tokio::time::timeout(WHOLE, request.send())
            .await
            .map_err(|_| RemoteError::Unreachable)?;
        let response = sent.map_err(|_| RemoteError::Unreachable)?;
        match response.status() {
            StatusCode::OK => Ok(BellLine {
                response,
                lines: BellLines::default(),
            }),
            _ => Err(refusal(response).await),
        }
    }

    fn take_bell(&self) -> Option<BellLine> {
        self.bell.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put_bell(&self, line: BellLine) {
        *self.bell.lock().unwrap_or_else(PoisonError::into_inner) = Some(line);
    }
}

impl Remote for HttpRemote {
    async fn enrol(&self, request: &EnrolRequest) -> Result<EnrolReply, RemoteError> {
        self.ask("v1/enrol", None, request).await
    }

    async fn sign_in(&self, request: &SignInRequest) -> Result<SignInReply, RemoteError> {
        self.ask("v1/sign_in", None, request).await
    }

    async fn push(&self, session: &str, at: WorkspaceId, request: &PushRequest) -> Result<PushReply, RemoteError> {
        self.ask(&format!("v1/{at}/push"), Some(session), request).await
    }

    async fn feed(&self, session: &str, at: WorkspaceId, request: &FeedRequest) -> Result<FeedPage, RemoteError> {
        self.ask(&format!("v1/{at}/feed"), Some(session), request).await
    }

    async fn bodies(
        &self,
        session: &str,
        at: WorkspaceId,
        request: &BodiesRequest,
    ) -> Result<BodiesReply, RemoteError> {
        self.ask(&format!("v1/{at}/bodies"), Some(session), request).await
    }

    /// The line is kept between two rings; whoever drops this future half-way only has to open it again.
    async fn bell(&self, session: &str, at: WorkspaceId, heard: Position) -> Result<Position, RemoteError> {
        let mut line = match self.take_bell() {
            Some(line) => line,
            None => self.open_bell(session, at).await?,
        };
        loop {
            let came = tokio::time::timeout(SILENCE, line.response.chunk()).await;
            let Ok(Ok(Some(bytes))) = came else {
                return Err(RemoteError::Unreachable);
            };
            if let Some(position) = line.lines.take(&bytes).filter(|position| *position > heard) {
                self.put_bell(line);
                return Ok(position);
            }
        }
    }
}

/// The one place where a client is made, so that every connection has the same roots and bounds.
fn client(roots: &Roots) -> Result<Client, RemoteError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut store = rustls::RootCertStore::empty();
    for root in CertificateDer::pem_slice_iter(&roots.0) {
        store
            .add(root.map_err(|_| RemoteError::NotOurs)?)
            .map_err(|_| RemoteError::NotOurs)?;
    }
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| RemoteError::NotOurs)?
        .with_root_certificates(store)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT)
        .pool_idle_timeout(Duration::from_secs(90))
        .build()
        .map_err(|_| RemoteError::NotOurs)
}

/// Reads no more than a message may hold, whatever the answer says of its own length.
async fn bounded(mut response: Response) -> Result<Vec<u8>, RemoteError> {
    let mut bytes = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|_| RemoteError::Unreachable)? {
        if bytes.len() + part.len() > MAX_MESSAGE {
            return Err(RemoteError::NotOurs);
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

async fn refusal(response: Response) -> RemoteError {
    let status = response.status();
    let wait = response.headers().get(header::RETRY_AFTER);
    let wait: Option<u32> = wait
        .and_then(|value| value.to_str().ok())
        .and_then(|word| word.trim().parse().ok());
    let said = match bounded(response).await {
        Ok(bytes) => unpack::<ServerProblem>(&bytes, MAX_MESSAGE).ok(),
        Err(_) => None,
    };
    match (said, wait) {
        (None | Some(ServerProblem::Unavailable), Some(seconds)) => RemoteError::Later {
            seconds: seconds.min(LONGEST_WAIT),
        },
        (Some(problem), _) => RemoteError::Server(problem),
        (None, None) if status.is_server_error() => RemoteError::Unreachable,
        (None, None) => RemoteError::NotOurs,
    }
}
