//! Who is let in: only this machine, only pages of this door, only with the key.
//!
//! The key in the address is swapped for a cookie and taken out of the address. It knows nothing of commands.

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, LOCATION, ORIGIN, REFERRER_POLICY, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::Preview;

/// What the page may do: its own script and style, WebAssembly, and questions to this door.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// Lets a request in or says why not.
pub(crate) async fn guard(State(preview): State<Preview>, request: Request, next: Next) -> Response {
    if !is_ours(request.headers(), preview.port) {
        return refuse("this door answers only its own address on this machine");
    }
    if let Some(key) = key_in_address(request.uri().query()) {
        return swap(&preview, &key, request.uri().path());
    }
    if !has_key(&preview, request.headers()) {
        return refuse("open the address that feltbog-preview printed, key and all");
    }
    let mut response = next.run(request).await;
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        (REFERRER_POLICY.as_str(), "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        response
            .headers_mut()
            .insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

fn is_ours(headers: &HeaderMap, port: u16) -> bool {
    let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let said = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let host = said(HOST).is_some_and(|host| hosts.iter().any(|ours| ours == host));
    let origin = said(ORIGIN).is_none_or(|origin| hosts.iter().any(|ours| origin == format!("http://{ours}")));
    host && origin
}

fn key_in_address(query: Option<&str>) -> Option<String> {
    query?
        .split('&')
        .find_map(|pair| pair.strip_prefix("key="))
        .map(str::to_owned)
}

fn has_key(preview: &Preview, headers: &HeaderMap) -> bool {
    let said = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let bearer = said(AUTHORIZATION).and_then(|word| word.strip_prefix("Bearer "));
    let cookies = said(COOKIE).unwrap_or_default().split("; ");
    let ours = cookie_name(preview.port);
    let cookie = cookies
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| *name == ours);
    bearer.is_some_and(|word| preview.key.fits(word)) || cookie.is_some_and(|(_, word)| preview.key.fits(word))
}

fn swap(preview: &Preview, key: &str, path: &str) -> Response {
    if !preview.key.fits(key) {
        return refuse("that is not the key of this door");
    }
    let cookie = format!("{}={key}; Path=/; HttpOnly; SameSite=Strict", cookie_name(preview.port));
    (
        StatusCode::SEE_OTHER,
        [(SET_COOKIE, cookie), (LOCATION, path.to_owned())],
    )
        .into_response()
}

fn refuse(why: &'static str) -> Response {
    (StatusCode::FORBIDDEN, why).into_response()
}

/// Browsers share cookies between the ports of one machine, so that each door needs a name of its own.
fn cookie_name(port: u16) -> String {
    format!("feltbog-{port}")
}
