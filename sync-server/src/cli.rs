//! The command line: what can be asked of the program, and the one place where it meets clock, dice and signals.
//!
//! It holds no rule; each command is a room of its own.

use std::{io::Write, path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::{Config, Dice, PostOffice, Store, admin, import, serve, serve_metrics, system_clock};

/// The server of Feltbog
#[derive(Debug, Parser)]
#[command(name = "feltbog-server", version)]
pub struct Cli {
    /// TOML file with the same keys as the flags; flags and environment are stronger
    #[arg(long, global = true, env = "FELTBOG_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: Config,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Set the database up, or bring it to this version
    Migrate,
    /// Serve until told to stop
    Serve,
    /// Import data
    #[command(subcommand)]
    Import(Import),
    /// Look after units, people, accounts, devices and news
    #[command(subcommand)]
    Admin(Box<admin::Admin>),
}

#[derive(Debug, Subcommand)]
enum Import {
    Csv(import::CsvArgs),
}

/// Does what the command line says, and writes what it has to say on `out`.
pub fn run(cli: Cli, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let config = cli.settings.over(cli.config.as_deref());
    let config = match cli.command {
        Command::Import(_) => config.map_err(import::CsvFault::Usage)?,
        _ => config?,
    };
    let (clock, dice) = (system_clock(), Dice::from_system()?);
    match cli.command {
        Command::Migrate => {
            let store = Store::migrate(&config.folder(), &config.settings(), &dice)?;
            writeln!(out, "workspace {}", store.workspace()?.id)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Serve => serve_until_told(&config, dice, out).map(|()| ExitCode::SUCCESS),
        Command::Import(Import::Csv(args)) => Ok(import::import_csv(&config.folder(), &dice, clock(), &args, out)?),
        Command::Admin(command) => {
            let store = Store::open(&config.folder())?;
            admin::run(
                *command,
                &admin::Office {
                    store: &store,
                    dice: &dice,
                    now: clock(),
                },
                out,
            )?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn serve_until_told(config: &Config, dice: Dice, out: &mut dyn Write) -> anyhow::Result<()> {
    let store = Arc::new(Store::open(&config.folder())?);
    store.begin_serving(&config.folder(), &dice, system_clock()())?;
    let office = Arc::new(PostOffice::new(store, Arc::new(dice), config.session()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(config.address()).await?;
        let counting = match config.metrics {
            Some(address) => Some(TcpListener::bind(address).await?),
            None => None,
        };
        let (stopper, stop) = watch::channel(false);
        let told = told_to_stop()?;
        tokio::spawn(async move {
            told.await;
            stopper.send_replace(true);
        });
        writeln!(out, "listening http://{}", listener.local_addr()?)?;
        if let Some(counting) = &counting {
            writeln!(out, "metrics http://{}/metrics", counting.local_addr()?)?;
        }
        out.flush()?;
        let told_of = || {
            let mut stop = stop.clone();
            async move {
                // Told, or whoever would tell is gone.
                drop(stop.wait_for(|stopped| *stopped).await);
            }
        };
        if let Some(counting) = counting {
            tokio::spawn(serve_metrics(counting, Arc::clone(&office), told_of()));
        }
        serve(listener, office, system_clock(), told_of()).await?;
        Ok(())
    })
}

/// Done at the first SIGTERM or Ctrl-C.
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    let (mut term, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
