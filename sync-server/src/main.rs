//! The server's program. It starts the log and hands over; everything else is the library's.

use std::process::ExitCode;

use clap::Parser;
use feltbog_server::{Cli, import::CsvFault, run};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("FELTBOG_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    match run(Cli::parse(), &mut std::io::stdout()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("feltbog-server: {error:#}");
            ExitCode::from(error.downcast_ref().map_or(1, CsvFault::exit_code))
        }
    }
}
