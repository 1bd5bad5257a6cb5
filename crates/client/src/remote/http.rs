//! The server over HTTPS: one factory for the client, our own roots, bounded answers.
//!
//! It trusts no certificate the device's own store knows of; only those passed in.

use std::sync::Arc;
use std::time::Duration;

use feltbog_ids::{Position, WorkspaceId};
use feltbog_protocol::{
    BodiesReply, BodiesRequest, EnrolReply, EnrolRequest, FeedPage, FeedRequest, MAX_MESSAGE, MEDIA_TYPE, PushReply,
    PushRequest, RepairReply, RepairRequest, ServerProblem, SignInReply, SignInRequest, pack, unpack,
};
use minicbor::{Decode, Encode};
use reqwest::{Client, RequestBuilder, Response, StatusCode, header, redirect};
use rustls::pki_types::{CertificateDer, pem::PemObject};

use super::hanging::{Bell, Hanging};
use super::{Remote, RemoteError, patience};
use crate::address::Address;

/// To find the server, and to shake hands with it.
const CONNECT: Duration = Duration::from_secs(10);

/// For a whole question and answer over a thin line.
const WHOLE: Duration = Duration::from_secs(60);

/// Certificates of the authorities that may vouch for the server, in PEM. Empty where only loopback is used.
#[derive(Clone, Debug, Default)]
pub struct Roots(pub Vec<u8>);

/// A server at an address.
pub struct HttpRemote {
    door: Door,
    bell: Hanging,
}

/// Where the server is asked.
pub struct Door {
    client: Client,
    address: Address,
}

impl HttpRemote {
    /// Makes ready to ask; nothing is sent yet. Roots that cannot be read are not ours.
    pub fn new(address: Address, roots: &Roots) -> Result<Self, RemoteError> {
        let client = client(roots)?;
        Ok(Self {
            door: Door { client, address },
            bell: Hanging::default(),
        })
    }

    async fn ask<Q: Encode<()> + Sync, A: for<'b> Decode<'b, ()>>(
        &self,
        path: &str,
        session: Option<&str>,
        question: &Q,
    ) -> Result<A, RemoteError> {
        let mut request = self
            .door
            .client
            .post(self.door.address.door(path))
            .header(header::CONTENT_TYPE, MEDIA_TYPE)
            .body(pack(question));
        if let Some(session) = session {
            request = request.bearer_auth(session);
        }
        self.door.answer(request).await
    }
}

impl Door {
    /// A question without words, not sent yet.
    pub fn gets(&self, path: &str) -> RequestBuilder {
        self.client.get(self.address.door(path))
    }

    /// Asks, and reads the whole answer.
    pub async fn answer<A: for<'b> Decode<'b, ()>>(&self, request: RequestBuilder) -> Result<A, RemoteError> {
        let sent = request.timeout(WHOLE).send().await;
        let response = sent.map_err(|_| RemoteError::Unreachable)?;
        if response.status() == StatusCode::OK {
            let bytes = bounded(response).await?;
            return unpack(bytes, MAX_MESSAGE).map_err(|_| RemoteError::NotOurs);
        }
        Err(refusal(response).await)
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

    async fn repair(
        &self,
        session: &str,
        at: WorkspaceId,
        request: &RepairRequest,
    ) -> Result<RepairReply, RemoteError> {
        self.ask(&format!("v1/{at}/repair"), Some(session), request).await
    }

    async fn bell(&self, session: &str, at: WorkspaceId, heard: Position) -> Result<Position, RemoteError> {
        let door = &self.door;
        self.bell.rings(&Bell { door, session, at }, heard).await
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

/// What a server, or something on the way to it, says instead of an answer.
pub async fn refusal(response: Response) -> RemoteError {
    let status = response.status();
    let wait = patience::asked_for(response.headers());
    let said = match bounded(response).await {
        Ok(bytes) => unpack::<ServerProblem>(bytes, MAX_MESSAGE).ok(),
        Err(_) => None,
    };
    match (said, wait) {
        (None | Some(ServerProblem::Unavailable), Some(seconds)) => RemoteError::Later { seconds },
        (Some(ServerProblem::TooManyTries { seconds }), _) => ServerProblem::TooManyTries {
            seconds: patience::at_most(seconds),
        }
        .into(),
        (Some(problem), _) => RemoteError::Server(problem),
        (None, None) if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => RemoteError::Unreachable,
        (None, None) if status == StatusCode::NOT_FOUND => RemoteError::NoSuchDoor,
        (None, None) => RemoteError::NotOurs,
    }
}
