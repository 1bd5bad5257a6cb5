//! What the app makes of servers that are not ours, or not well.
//!
//! The real server's answers are tested with it, in the stories of `tests`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use feltbog_client::{Address, HttpRemote, Remote, RemoteError, Roots};
use feltbog_ids::WorkspaceId;
use feltbog_protocol::{FeedPage, FeedRequest, ServerProblem, pack};

/// Asks a server that says these bytes to whoever comes.
fn ask(said: Vec<u8>) -> Result<FeedPage, RemoteError> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).unwrap() > 0);
        // The other end may have heard enough before all is said.
        stream.write_all(&said).is_ok()
    });
    let answer = ask_at(&address);
    server.join().unwrap();
    answer
}

fn ask_at(address: &str) -> Result<FeedPage, RemoteError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let remote = HttpRemote::new(Address::parse(address).unwrap(), &Roots::default()).unwrap();
    runtime.block_on(remote.feed("session", WorkspaceId::from_bytes([1; 16]), &FeedRequest::default()))
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

#[test]
fn a_server_that_is_down_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(ask_at(&address), Err(RemoteError::Unreachable));
}

#[test]
fn another_server_is_recognised_as_not_ours() {
    assert_eq!(
        ask(answer("200 OK", b"<html>Welcome</html>")),
        Err(RemoteError::NotOurs)
    );
    let none_here = ask(answer("404 Not Found", b"nothing here")).unwrap_err();
    assert_eq!(none_here, RemoteError::NoSuchDoor);
    assert_eq!(none_here.problem(), RemoteError::NotOurs.problem());
    assert_eq!(
        ask(answer("302 Found\r\nlocation: http://127.0.0.1:9/", b"")),
        Err(RemoteError::NotOurs)
    );
}

#[test]
fn a_servers_own_words_are_passed_on() {
    let ended = answer("401 Unauthorized", &pack(&ServerProblem::SessionEnded));
    assert_eq!(ask(ended), Err(RemoteError::Server(ServerProblem::SessionEnded)));
    let busy = answer(
        "503 Service Unavailable\r\nretry-after: 7",
        &pack(&ServerProblem::Unavailable),
    );
    assert_eq!(ask(busy), Err(RemoteError::Later { seconds: 7 }));
    for busy in ["502 Bad Gateway", "429 Too Many Requests"] {
        assert_eq!(ask(answer(busy, b"proxy")), Err(RemoteError::Unreachable));
    }
    let dates = "retry-after: Tue, 24 Nov 2026 12:01:30 GMT\r\ndate: Tue, 24 Nov 2026 12:00:00 GMT";
    for busy in ["503 Service Unavailable", "429 Too Many Requests"] {
        let told = answer(&format!("{busy}\r\n{dates}"), b"proxy");
        assert_eq!(ask(told), Err(RemoteError::Later { seconds: 90 }));
    }
    let years = ServerProblem::TooManyTries { seconds: u32::MAX };
    let an_hour = ServerProblem::TooManyTries { seconds: 3_600 };
    assert_eq!(
        ask(answer("429 Too Many Requests", &pack(&years))),
        Err(RemoteError::Server(an_hour))
    );
}

#[test]
fn an_answer_without_end_is_not_read_to_its_end() {
    let mut endless = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..12 {
        endless.extend_from_slice(b"100000\r\n");
        endless.resize(endless.len() + 0x10_0000, b'x');
        endless.extend_from_slice(b"\r\n");
    }
    assert_eq!(ask(endless), Err(RemoteError::NotOurs));
}
