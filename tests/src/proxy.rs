//! A proxy between device and server that treats the bell's line, or everything, as badly as proxies do.
//!
//! It reads the heads of requests and nothing else; each connection carries one request.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, copy_bidirectional, sink};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What the proxy does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Passes everything on.
    Passes,
    /// Reads an answer to its end before it passes it on: an event stream has none.
    KeepsBack,
    /// Ends an event stream after what came first.
    Cuts,
    /// Refuses event streams with a page of its own.
    Refuses,
    /// Answers with a page of its own as if that were the stream.
    Greets,
    /// Says to everybody that the server cannot serve, and for how many seconds.
    Busy(u32),
}

/// A proxy. Copies are the same one.
#[derive(Clone)]
pub struct Proxy(Arc<State>);

struct State {
    server: SocketAddr,
    address: SocketAddr,
    habit: Mutex<Habit>,
    requests: AtomicU32,
    lines: AtomicU32,
    questions: AtomicU32,
    /// One more question about the bell that names a place was passed on.
    questioned: Notify,
}

impl Proxy {
    /// Begins to listen before a server, on the runtime of whoever calls.
    pub async fn before(server: SocketAddr, habit: Habit) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let proxy = Self(Arc::new(State {
            server,
            address: listener.local_addr()?,
            habit: Mutex::new(habit),
            requests: AtomicU32::default(),
            lines: AtomicU32::default(),
            questions: AtomicU32::default(),
            questioned: Notify::new(),
        }));
        let listening = proxy.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let proxy = listening.clone();
                // Whoever hung up meanwhile does not mind.
                tokio::spawn(async move { proxy.carries(stream).await.is_ok() });
            }
        });
        Ok(proxy)
    }

    /// Where it is found.
    pub fn address(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// Changes what it does with requests from now on.
    pub fn takes_to(&self, habit: Habit) {
        *self.0.habit.lock().unwrap_or_else(PoisonError::into_inner) = habit;
    }

    /// Requests so far.
    pub fn requests(&self) -> u32 {
        self.0.requests.load(Ordering::SeqCst)
    }

    /// Event streams asked for so far.
    pub fn lines(&self) -> u32 {
        self.0.lines.load(Ordering::SeqCst)
    }

    /// Waits until somebody has asked once for the bell, naming a place.
    pub async fn is_questioned(&self) {
        while self.0.questions.load(Ordering::SeqCst) == 0 {
            self.0.questioned.notified().await;
        }
    }

    async fn carries(&self, mut device: TcpStream) -> io::Result<()> {
        let mut head = Vec::new();
        while !head.windows(4).any(|four| four == b"\r\n\r\n") {
            if device.read_buf(&mut head).await? == 0 {
                return Ok(());
            }
        }
        let first = String::from_utf8_lossy(&head[..head.len().min(200)]).into_owned();
        let habit = *self.0.habit.lock().unwrap_or_else(PoisonError::into_inner);
        self.counts(&first);
        let is_line = first.contains("/bell HTTP");
        if let Some(page) = page(habit, is_line) {
            return device.write_all(page.as_bytes()).await;
        }
        let mut server = TcpStream::connect(self.0.server).await?;
        server.write_all(&once(&head)).await?;
        match habit {
            Habit::KeepsBack if is_line => {
                copy(&mut server, &mut sink()).await?;
            }
            Habit::Cuts if is_line => first_words(&mut server, &mut device).await?,
            _ => {
                copy_bidirectional(&mut device, &mut server).await?;
            }
        }
        Ok(())
    }

    fn counts(&self, first: &str) {
        self.0.requests.fetch_add(1, Ordering::SeqCst);
        if first.contains("/bell HTTP") {
            self.0.lines.fetch_add(1, Ordering::SeqCst);
        }
        if first.contains("/bell?after=") && !first.contains("/bell?after=0 ") {
            self.0.questions.fetch_add(1, Ordering::SeqCst);
            self.0.questioned.notify_one();
        }
    }
}

/// What the proxy says itself.
fn page(habit: Habit, is_line: bool) -> Option<String> {
    let said = |head: &str| format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: 5\r\n\r\nHello");
    match habit {
        Habit::Refuses if is_line => Some(said("406 Not Acceptable\r\ncontent-type: text/html")),
        Habit::Greets if is_line => Some(said("200 OK\r\ncontent-type: text/html")),
        Habit::Busy(seconds) => Some(said(&format!("503 Service Unavailable\r\nretry-after: {seconds}"))),
        _ => None,
    }
}

/// A request that asks for its connection to be closed after the answer.
fn once(request: &[u8]) -> Vec<u8> {
    let line = request.windows(2).position(|two| two == b"\r\n").unwrap_or(0);
    [&request[..line], b"\r\nconnection: close", &request[line..]].concat()
}

/// Passes on an event stream up to the end of its first event.
async fn first_words(server: &mut TcpStream, device: &mut TcpStream) -> io::Result<()> {
    let mut passed = Vec::new();
    let told = |bytes: &[u8]| {
        let data = bytes.windows(5).position(|five| five == b"data:");
        data.is_some_and(|data| bytes[data..].contains(&b'\n'))
    };
    while !told(&passed) {
        let before = passed.len();
        if server.read_buf(&mut passed).await? == 0 {
            return Ok(());
        }
        device.write_all(&passed[before..]).await?;
    }
    Ok(())
}
