//! Kills the real programs at random instants, starts them again, and holds that nothing kept and nothing receipted is lost.
//! It owns the order of the parts. A killed program is not a flat battery: that is the simulation's to try.

mod blow;
mod chance;
mod first_sync;
mod kinds;
mod ledger;
mod road;
mod rounds;
mod town;
mod typist;
mod verdict;
mod witness;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::programs::{cargo, run as run_program, say};
use crate::test::{SERVED, Tally};
use chance::Chance;
use rounds::Rounds;

/// Rounds made besides those asked for, as long as a kind was never hit: a blow can miss.
const MORE: usize = 8;

/// What a person may ask of a torture.
#[derive(Args)]
pub struct Wishes {
    /// Kills on each side, besides those of the long first sync.
    #[arg(long, default_value_t = 200)]
    rounds: usize,
    /// Which programs are killed.
    #[arg(long, value_enum, default_value_t = Sides::Both)]
    side: Sides,
    /// Throws the dice as in the run that printed this seed.
    #[arg(long)]
    seed: Option<u64>,
    /// Documents of the long first sync; 0 leaves it out.
    #[arg(long, default_value_t = 10_000)]
    documents: usize,
}

/// Whose programs are killed.
#[derive(Clone, Copy, ValueEnum)]
enum Sides {
    /// People's devices.
    Client,
    /// The server.
    Server,
    /// First the one, then the other.
    Both,
}

/// The side under torture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Client,
    Server,
}

impl Wishes {
    /// A short torture that shows itself whole: what every run of the tests has time for.
    pub fn short() -> Self {
        Self {
            rounds: 8,
            side: Sides::Both,
            seed: None,
            documents: 3_000,
        }
    }
}

/// Builds the programs and puts them under torture. Ends with the sum of what was held.
pub fn run(wishes: &Wishes) -> Result<()> {
    let tally = hold_all(wishes)?;
    println!("{tally}");
    ensure!(tally.failed == 0, "something was lost, or was not tried");
    Ok(())
}

/// Everything, without the last line.
pub fn hold_all(wishes: &Wishes) -> Result<Tally> {
    run_program(cargo().arg("build").args(SERVED))?;
    witness::prepare()?;
    let seed = match wishes.seed {
        Some(seed) => seed,
        None => draw_seed()?,
    };
    say(&format!("torture: the dice are those of --seed {seed}"));
    let folder = tempfile::Builder::new().prefix("feltbog-torture-").tempdir()?;
    let told = told_to_end()?;
    match parts(wishes, &mut Chance::of(seed), folder.path(), &told) {
        Ok(tally) if tally.failed == 0 => Ok(tally),
        other if told.load(Ordering::SeqCst) => other,
        other => {
            let kept = folder.keep();
            say(&format!(
                "torture: --seed {seed}; what is left lies in {}",
                kept.display()
            ));
            other
        }
    }
}

fn parts(wishes: &Wishes, chance: &mut Chance, folder: &Path, told: &AtomicBool) -> Result<Tally> {
    let mut tally = Tally::default();
    for side in wishes.side.each() {
        let dice = chance.another();
        part(&mut tally, || one_side(*side, wishes.rounds, dice, folder, told));
        go_on(told)?;
    }
    if wishes.documents > 0 && wishes.side.each().contains(&Side::Client) {
        let (place, dice) = (folder.join("first-sync"), chance.another());
        part(&mut tally, || first_sync::hold(wishes.documents, &place, dice, told));
        go_on(told)?;
    }
    Ok(tally)
}

/// One part with its time. One that does not come to its end has failed, and stops no other.
fn part(tally: &mut Tally, hold: impl FnOnce() -> Result<Tally>) {
    let start = Instant::now();
    match hold() {
        Ok(held) => tally.add(held),
        Err(why) => {
            println!("  FAILED: {why:#}");
            tally.failed += 1;
        }
    }
    let seconds = start.elapsed().as_secs();
    println!("  that took {} min {:02} s", seconds / 60, seconds % 60);
}

fn one_side(side: Side, rounds: usize, chance: Chance, folder: &Path, told: &AtomicBool) -> Result<Tally> {
    let mut torture = Rounds::begin(side, rounds, &folder.join(side.to_string()), chance)?;
    let mut made = 0;
    while made < rounds || made < rounds + MORE && torture.kills.misses_one() {
        go_on(told)?;
        made += 1;
        torture
            .one()
            .with_context(|| format!("in round {made} on the {side}'s side"))?;
    }
    let (answered, unanswered) = torture.ledger.counts();
    println!("{side}: {made} rounds, {}", torture.kills);
    println!("  {answered} commands were answered, {unanswered} were not");
    verdict::pass(&mut torture)
}

impl Sides {
    fn each(self) -> &'static [Side] {
        match self {
            Self::Client => &[Side::Client],
            Self::Server => &[Side::Server],
            Self::Both => &[Side::Client, Side::Server],
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}

/// An error once a person has had enough, so that every program is ended on the way out.
fn go_on(told: &AtomicBool) -> Result<()> {
    ensure!(!told.load(Ordering::SeqCst), "told to end");
    Ok(())
}

fn told_to_end() -> Result<Arc<AtomicBool>> {
    let told = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // The second time ends at once, whatever is left behind.
        signal_hook::flag::register_conditional_shutdown(signal, 1, Arc::clone(&told))?;
        signal_hook::flag::register(signal, Arc::clone(&told))?;
    }
    Ok(told)
}

fn draw_seed() -> Result<u64> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(|why| anyhow::anyhow!("this machine gives no random bytes: {why}"))?;
    Ok(u32::from_le_bytes(bytes).into())
}
