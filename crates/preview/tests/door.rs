//! Who is let in at the preview's door, and what they are answered, over real connections.
//!
//! What the desk answers has its own stories.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use feltbog_client::{App, World};
use feltbog_preview::{DoorKey, Preview, router};
use feltbog_views::Shape;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

struct Door {
    port: u16,
    key: String,
    folder: TempDir,
    _runtime: Runtime,
}

impl Door {
    fn new() -> Self {
        Self::at(TempDir::new().unwrap())
    }

    fn at(folder: TempDir) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let page = folder.path().join("page");
        std::fs::create_dir_all(&page).unwrap();
        std::fs::write(page.join("index.html"), "<title>Feltbog</title>").unwrap();
        std::fs::write(page.join("app.wasm"), "wasm").unwrap();
        let app = App::open(
            folder.path(),
            World::real().unwrap(),
            Shape::Tablet,
            runtime.handle().clone(),
        )
        .unwrap();
        let key = DoorKey::keep(folder.path(), World::real().unwrap().draw()).unwrap();
        let word = key.word().to_owned();
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let port = listener.local_addr().unwrap().port();
        let door = router(Preview { app, key, page, port });
        runtime.spawn(async move { axum::serve(listener, door).await });
        Self {
            port,
            key: word,
            folder,
            _runtime: runtime,
        }
    }

    fn host(&self) -> String {
        format!("Host: 127.0.0.1:{}", self.port)
    }

    fn bearer(&self) -> String {
        format!("Authorization: Bearer {}", self.key)
    }

    /// Says this, and returns all that is answered.
    fn hears(&self, line: &str, headers: &[&str], body: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        let mut request = format!(
            "{line} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n",
            body.len()
        );
        for header in headers {
            request.push_str(&format!("{header}\r\n"));
        }
        stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn commands(&self, body: &str) -> String {
        let json = "Content-Type: application/json";
        self.hears("POST /command", &[&self.host(), &self.bearer(), json], body)
    }
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[test]
fn without_the_key_nothing_is_answered() {
    let door = Door::new();
    for line in ["GET /", "GET /app.wasm", "GET /changes", "POST /command", "POST /road"] {
        assert_eq!(status(&door.hears(line, &[&door.host()], "")), "403", "{line}");
        let wrong = "Authorization: Bearer 0000";
        assert_eq!(status(&door.hears(line, &[&door.host(), wrong], "")), "403", "{line}");
    }
    assert_eq!(status(&door.hears("GET /?key=0000", &[&door.host()], "")), "403");
}

#[test]
fn the_key_in_the_address_becomes_a_cookie_and_leaves_the_address() {
    let door = Door::new();
    let answer = door.hears(&format!("GET /?key={}", door.key), &[&door.host()], "");
    assert_eq!(status(&answer), "303");
    let header = |name: &str| {
        answer
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap()
            .trim()
            .to_owned()
    };
    assert_eq!(header("location:"), "/");
    let cookie = header("set-cookie:");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    assert!(
        cookie.starts_with(&format!("feltbog-{}=", door.port)),
        "two doors on one machine: {cookie}"
    );
    let cookie = format!("Cookie: other=1; {}", cookie.split(';').next().unwrap());
    let page = door.hears("GET /", &[&door.host(), &cookie], "");
    assert_eq!(status(&page), "200");
    assert!(page.contains("<title>Feltbog</title>"));
}

#[test]
fn another_host_or_another_page_is_not_let_in_even_with_the_key() {
    let door = Door::new();
    let bearer = door.bearer();
    assert_eq!(
        status(&door.hears("GET /", &["Host: feltbog.example", &bearer], "")),
        "403"
    );
    assert_eq!(status(&door.hears("GET /", &["Host: 127.0.0.1:1", &bearer], "")), "403");
    for origin in [
        "Origin: http://evil.example",
        "Origin: null",
        "Origin: http://127.0.0.1:1",
    ] {
        assert_eq!(
            status(&door.hears("POST /command", &[&door.host(), origin, &bearer], "")),
            "403",
            "{origin}"
        );
    }
    let own = format!("Origin: http://127.0.0.1:{}", door.port);
    assert_eq!(status(&door.hears("GET /", &[&door.host(), &own, &bearer], "")), "200");
}

#[test]
fn the_page_comes_with_a_strict_policy_and_the_right_kinds() {
    let door = Door::new();
    let wasm = door.hears("GET /app.wasm", &[&door.host(), &door.bearer()], "");
    assert!(wasm.contains("content-type: application/wasm"), "{wasm}");
    assert!(
        wasm.contains("script-src 'self' 'wasm-unsafe-eval';") && !wasm.contains("unsafe-inline"),
        "{wasm}"
    );
    assert!(
        wasm.contains("x-content-type-options: nosniff") && wasm.contains("cache-control: no-store"),
        "{wasm}"
    );
}

#[test]
fn nothing_outside_the_page_is_served() {
    let door = Door::new();
    std::fs::write(door.folder.path().join("device-secret"), "secret").unwrap();
    for line in [
        "GET /../device-secret",
        "GET /%2e%2e/device-secret",
        "GET //etc/passwd",
        "GET /nothing",
    ] {
        let answer = door.hears(line, &[&door.host(), &door.bearer()], "");
        assert_eq!(status(&answer), "404", "{line}: {answer}");
    }
}

#[test]
fn a_command_is_answered_and_what_is_none_is_told_so() {
    let door = Door::new();
    assert!(door.commands(r#"{"do": "status"}"#).contains(r#""gate":"enrol""#));
    let news = door.commands(r#"{"do": "news"}"#);
    assert_eq!(status(&news), "200");
    assert!(
        news.contains(r#"{"is":"problem","problem":{"why":"not_enrolled"}}"#),
        "{news}"
    );
    for body in [
        "",
        "{",
        "[]",
        r#"{"do": "dance"}"#,
        r#"{"do": "case", "id": 7}"#,
        r#"{"do": "news", "extra": 1}"#,
    ] {
        let answer = door.commands(body);
        assert_eq!(status(&answer), "400", "{body}: {answer}");
        assert!(answer.contains(r#"{"error":"#), "{body}: {answer}");
    }
}

#[test]
fn a_cut_road_stays_cut_and_the_key_stays_the_same_when_the_preview_starts_again() {
    let door = Door::new();
    let json = "Content-Type: application/json";
    let cut = door.hears("POST /road", &[&door.host(), &door.bearer(), json], r#"{"on": false}"#);
    assert!(cut.contains(r#"{"on":false}"#), "{cut}");
    let Door {
        key, folder, _runtime, ..
    } = door;
    drop(_runtime);
    let door = Door::at(folder);
    assert_eq!(door.key, key);
    let enrol = r#"{"do": "enrol", "address": "http://127.0.0.1:9", "token": "t", "user": "u", "password": "p", "pin": "274859"}"#;
    assert!(door.commands(enrol).contains(r#""why":"server_unreachable""#));
    let open = door.hears("POST /road", &[&door.host(), &door.bearer(), json], r#"{"on": true}"#);
    assert!(open.contains(r#"{"on":true}"#), "{open}");
}

#[test]
fn word_of_a_change_reaches_whoever_listens() {
    let door = Door::new();
    let mut listener = TcpStream::connect((Ipv4Addr::LOCALHOST, door.port)).unwrap();
    let request = format!("GET /changes HTTP/1.1\r\n{}\r\n{}\r\n\r\n", door.host(), door.bearer());
    listener.write_all(request.as_bytes()).unwrap();
    let mut head = [0; 512];
    assert!(
        listener.read(&mut head).unwrap() > 0,
        "the line is open before the change"
    );
    door.commands(r#"{"do": "set_settings", "language": "en", "theme": "dark"}"#);
    let mut heard = String::new();
    while !heard.contains(r#"data: {"docs":[],"status":true}"#) {
        let mut bytes = [0; 512];
        let count = listener.read(&mut bytes).unwrap();
        assert!(count > 0, "the line was cut: {heard}");
        heard.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
}
