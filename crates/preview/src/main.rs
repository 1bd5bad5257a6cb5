//! `feltbog-preview`: one person's app behind a page on this machine.
//!
//! Owns the arguments, the listener and the end; it keeps nothing itself.

use std::net::Ipv4Addr;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use feltbog_client::{App, World};
use feltbog_preview::{DoorKey, Preview, router};
use feltbog_views::Shape;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// One person's Feltbog behind a page on this machine, for trying out.
#[derive(Parser)]
#[command(version)]
struct Wishes {
    /// The folder of one person on one device: notebook, key and the state of the road.
    #[arg(long)]
    data: PathBuf,
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Where the page was built.
    #[arg(long, default_value = "target/page")]
    page: PathBuf,
    /// What kind of device to be.
    #[arg(long, value_enum, default_value_t = Kind::Tablet)]
    shape: Kind,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Phone,
    Tablet,
    Computer,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let wishes = Wishes::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let shape = match wishes.shape {
        Kind::Phone => Shape::Phone,
        Kind::Tablet => Shape::Tablet,
        Kind::Computer => Shape::Computer,
    };
    let world = World::real()?;
    let fresh = world.draw();
    let app = App::open(&wishes.data, world, shape, tokio::runtime::Handle::current())?;
    let key = DoorKey::keep(&wishes.data, fresh).context("the key of the door cannot be kept in --data")?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, wishes.port))
        .await
        .context("the port is taken")?;
    let port = listener.local_addr()?.port();
    println!("preview http://127.0.0.1:{port}/?key={}", key.word());
    let door = router(Preview {
        app,
        key,
        page: wishes.page,
        port,
    });
    axum::serve(listener, door).with_graceful_shutdown(ended()).await?;
    Ok(())
}

/// Ctrl-C or the end of whoever started it. Pages that still listen are cut; there is nothing to lose in them.
async fn ended() {
    if tokio::signal::ctrl_c().await.is_ok() {
        std::process::exit(0);
    }
}
