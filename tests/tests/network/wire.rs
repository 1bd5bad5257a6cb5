//! The two ends of the simulated network: a listener for the real server, and a bridge for the real client.
//!
//! The client's own sockets cannot be replaced (decision 0011), so a bridge on the device carries their bytes over the
//! simulated network, and sees which errand is under way. It changes no byte.

use std::cell::Cell;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;

use feltbog_tests::Tally;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use turmoil::net::{TcpListener, TcpStream};

/// The server's name on the network.
pub const SERVER: &str = "server";

/// Its port.
pub const PORT: u16 = 80;

/// What a device may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    Push,
    Feed,
    Bodies,
    Bell,
}

/// All of them.
pub const ERRANDS: [Errand; 4] = [Errand::Push, Errand::Feed, Errand::Bodies, Errand::Bell];

/// Where the server listens.
pub struct Door(TcpListener);

impl Door {
    pub async fn open() -> io::Result<Self> {
        Ok(Self(TcpListener::bind(("0.0.0.0", PORT)).await?))
    }
}

impl axum::serve::Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            if let Ok(came) = self.0.accept().await {
                return came;
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// What is under way between one device and the server.
#[derive(Clone, Default)]
pub struct Watch {
    under_way: Rc<[Cell<u32>; 4]>,
    tally: Tally,
}

impl Watch {
    pub fn counting(tally: &Tally) -> Self {
        Self {
            under_way: Rc::default(),
            tally: tally.clone(),
        }
    }

    /// Whether the device is about this errand: it has asked and nothing of the answer has come; or for the bell, its
    /// line hangs.
    pub fn sees(&self, errand: Errand) -> bool {
        self.under_way[errand as usize].get() > 0
    }

    /// The device was cut off from everything at once.
    pub fn forgets(&self) {
        self.under_way.iter().for_each(|many| many.set(0));
    }

    fn begins(&self, asked: &[u8]) -> Option<Errand> {
        let line = asked.split(|byte| *byte == b'\r').next()?;
        let line = std::str::from_utf8(line).ok()?;
        let path = line.strip_prefix("POST ").or(line.strip_prefix("GET "))?;
        let (errand, name) = match path.split_once("/v1/")?.1.get(37..41)? {
            "push" => (Errand::Push, "request: push"),
            "feed" => (Errand::Feed, "request: feed"),
            "bodi" => (Errand::Bodies, "request: bodies"),
            "bell" => (Errand::Bell, "request: bell"),
            _ => return None,
        };
        self.tally.count(name);
        let many = &self.under_way[errand as usize];
        many.set(many.get() + 1);
        Some(errand)
    }

    fn ends(&self, errand: Errand) {
        let many = &self.under_way[errand as usize];
        many.set(many.get().saturating_sub(1));
    }
}

/// Carries every connection of one device to the server, until the device is ended.
pub async fn carries(listener: tokio::net::TcpListener, watch: Watch) -> io::Result<()> {
    loop {
        let (device, _) = listener.accept().await?;
        let watch = watch.clone();
        // A connection that breaks is what this is all about.
        tokio::task::spawn_local(async move { carry(device, watch).await.is_ok() });
    }
}

async fn carry(device: tokio::net::TcpStream, watch: Watch) -> io::Result<()> {
    let server = TcpStream::connect((SERVER, PORT)).await?;
    let ((mut asks, mut hears), (mut answers, mut takes)) = (device.into_split(), server.into_split());
    let now = Cell::new(None);
    let up = pump(&mut asks, &mut takes, |bytes| {
        if let Some(errand) = watch.begins(bytes) {
            now.set(Some(errand));
        }
    });
    let down = pump(&mut answers, &mut hears, |_| {
        if now.get() != Some(Errand::Bell) {
            now.take().into_iter().for_each(|errand| watch.ends(errand));
        }
    });
    let ended = tokio::select! {
        ended = up => ended,
        ended = down => ended,
    };
    now.take().into_iter().for_each(|errand| watch.ends(errand));
    ended
}

async fn pump(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    sees: impl Fn(&[u8]),
) -> io::Result<()> {
    let mut bytes = vec![0; 16 << 10];
    loop {
        let many = from.read(&mut bytes).await?;
        if many == 0 {
            return to.shutdown().await;
        }
        sees(&bytes[..many]);
        to.write_all(&bytes[..many]).await?;
    }
}
