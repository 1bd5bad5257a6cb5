//! One long first sync, killed at ten points: does it come to its end, and what comes twice?
//! It counts what the server's log says it gave out, beside what an undisturbed device was given. It writes nothing.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use super::chance::Chance;
use super::go_on;
use super::town::{Player, Town, organisation, person};
use super::verdict::{holds, whole};
use super::witness::{Store, look};
use crate::programs::say;
use crate::test::Tally;

/// Points at which it is killed.
const POINTS: usize = 10;

/// A device asks for so many bodies at once: what one kill can make come twice of them.
const BODIES_AT_ONCE: usize = 100;

/// Every fifth document is too large to travel inline, so that bodies have to be fetched too.
const LARGE_EVERY: usize = 5;

/// Characters of a large one.
const LARGE: usize = 3_000;

/// A page takes about a second from one to the next.
const LATER: usize = 700;

/// The way to the next point is a tenth of a first sync.
const LONGEST_WAY: Duration = Duration::from_secs(120);

/// A server answers what a device asked for well before this.
const LONGEST_ANSWER: Duration = Duration::from_secs(3);

/// Between two looks at how far a device is.
const LOOK_EVERY: Duration = Duration::from_millis(10);

const MAPPING: &str = r#"name = "register"
into_unit = "Holdet"
case_type = "tilsyn_i_byrum"

[time]
formats = ["%F"]

[case]
id = ["id"]
type = "slags"
opened = "modtaget"
subject = ["sted"]

[[field]]
column = "beskrivelse"
"#;

/// Fills a town with so many documents, and holds what must hold.
pub fn hold(documents: usize, folder: &Path, mut chance: Chance, told: &AtomicBool) -> Result<Tally> {
    say(&format!("torture: importing {documents} documents for a first sync"));
    let mut town = Town::starts(folder, &organisation(&["maja", "oliver"], 0))?;
    let (rows, mapping) = (town.place("register.csv"), town.place("register.toml"));
    fs::write(&rows, register(documents)?)?;
    fs::write(&mapping, MAPPING)?;
    town.office().import(&rows, &mapping)?;
    let (mut player, parts) = tortured(&mut town, documents, &mut chance, told)?;
    let given = Given::out(&parts);
    // After it, so that nothing is there for the one that was not there for the other.
    let calm = Given::out(&[undisturbed(&mut town)?]);
    tell(&calm, &given, documents);
    let mut tally = Tally::default();
    let counts = player.door()?.asks(&json!({"do": "sync_page"}))?["counts"].clone();
    let missing = fault(counts["cases"] != documents, format!("the device holds {counts}"));
    holds(&mut tally, "the killed first sync came to its end", &missing);
    judge(&calm, &given, &mut tally);
    town.dies(&mut player);
    town.server_dies();
    let (file, pin) = player.file()?;
    let stores = [
        ("the killed device", Store::Device(file, pin)),
        ("its server", Store::Server(town.server_data())),
    ];
    for (name, store) in &stores {
        whole(&mut tally, name, &look(store, &[], &town.place("questions"))?.integrity);
    }
    Ok(tally)
}

fn tell(calm: &Given, given: &Given, documents: usize) {
    println!(
        "first sync: {documents} documents, killed at {POINTS} points: {} pages and {} bodies were given out; \
         undisturbed {} and {}",
        given.pages, given.bodies, calm.pages, calm.bodies
    );
    println!(
        "  pages that came twice after each kill: {:?}; bodies that came twice: {}",
        given.twice.get(1..).unwrap_or_default(),
        given.bodies.saturating_sub(calm.bodies)
    );
}

fn judge(calm: &Given, given: &Given, tally: &mut Tally) {
    let most = given.twice.iter().copied().max().unwrap_or_default();
    let twice = fault(most > 1, format!("pages that came twice: {:?}", given.twice));
    holds(tally, "at most one page came twice after a kill", &twice);
    // A kill hits a page or an answer of bodies, never both.
    let free = POINTS.saturating_sub(given.twice.iter().sum());
    let more = given.bodies.saturating_sub(calm.bodies);
    let twice = fault(
        more > free * BODIES_AT_ONCE,
        format!("{more} bodies came twice in {free} kills"),
    );
    holds(
        tally,
        "where no page came twice, at most one answer of bodies did",
        &twice,
    );
}

fn fault(is: bool, words: String) -> Vec<String> {
    is.then_some(words).into_iter().collect()
}

/// The server's log of a first sync that nobody disturbs.
fn undisturbed(town: &mut Town) -> Result<String> {
    let from = town.server_log()?.len();
    let mut player = town.new_player(&person("maja"), "undisturbed")?;
    town.lets_in(&player)?;
    player.comes_to_rest()?;
    town.dies(&mut player);
    Ok(town.server_log()?.split_off(from))
}

/// The device that was killed, all fetched at last, and the server's log in parts divided by the kills.
fn tortured(
    town: &mut Town,
    documents: usize,
    chance: &mut Chance,
    told: &AtomicBool,
) -> Result<(Player, Vec<String>)> {
    let mut log = Log::from_now_on(town)?;
    let mut player = town.new_player(&person("oliver"), "killed")?;
    // The last of them well before the end: between two looks at a busy machine a good part goes by.
    let reach = documents * 4 / 5;
    for point in 0..POINTS {
        go_on(told)?;
        town.lets_in(&player)?;
        comes_to(&player, reach * point / POINTS, LONGEST_WAY)?;
        // Somewhere on the way to the next point, and never so late that all is over.
        comes_to(&player, reach * (2 * point + 1) / (2 * POINTS), chance.up_to(LATER))?;
        town.dies(&mut player);
        log.cut(town, player.road.pulls())?;
        town.starts_again(&mut player)?;
    }
    town.lets_in(&player)?;
    player.comes_to_rest()?;
    log.cut(town, player.road.pulls())?;
    Ok((player, log.parts))
}

/// The server's log, cut where a device was killed.
struct Log {
    from: usize,
    pulls: usize,
    parts: Vec<String>,
}

impl Log {
    fn from_now_on(town: &Town) -> Result<Self> {
        Ok(Self {
            from: town.server_log()?.len(),
            pulls: 0,
            parts: Vec::new(),
        })
    }

    /// A server goes on with what a device asked for when that is dead already, and says so only then: it belongs to
    /// the life that ended. A request that was cut off itself is never spoken of.
    fn cut(&mut self, town: &Town, pulls: usize) -> Result<()> {
        let start = Instant::now();
        let mut part = town.server_log()?.split_off(self.from);
        while given_out(&part).count() < pulls - self.pulls && start.elapsed() < LONGEST_ANSWER {
            thread::sleep(LOOK_EVERY);
            part = town.server_log()?.split_off(self.from);
        }
        self.from += part.len();
        self.pulls = pulls;
        self.parts.push(part);
        Ok(())
    }
}

/// The lines about pages and bodies.
fn given_out(log: &str) -> impl Iterator<Item = &str> {
    log.lines()
        .filter(|line| line.contains(" entries=") || line.contains(" bodies="))
}

/// Waits until so many documents are there whole, or for so long. An error when the first sync is over.
fn comes_to(player: &Player, documents: usize, at_most: Duration) -> Result<()> {
    let start = Instant::now();
    loop {
        let chip = player.door()?.asks(&json!({"do": "status"}))?["chip"].clone();
        ensure!(chip["state"] == "first_sync", "the first sync is over: {chip}");
        if chip["done"].as_u64() >= Some(documents as u64) || start.elapsed() >= at_most {
            return Ok(());
        }
        thread::sleep(LOOK_EVERY);
    }
}

/// Which pages and bodies were given out.
struct Given {
    pages: usize,
    bodies: usize,
    /// Pages given out before, in each part of the log.
    twice: Vec<usize>,
}

impl Given {
    /// Reads the server's log. During a first sync a page is known by the place in the log up to which it goes.
    fn out(parts: &[String]) -> Self {
        let (mut pages, mut bodies, mut seen) = (0, 0, BTreeSet::new());
        let mut twice_in = |part: &String| {
            let mut twice = 0;
            for line in given_out(part) {
                bodies += number_after(line, " bodies=").unwrap_or_default();
                // A page without an entry only says that there is nothing new.
                let entries = number_after(line, " entries=").filter(|entries| *entries > 0);
                if let (Some(upto), Some(_)) = (number_after(line, " upto="), entries) {
                    pages += 1;
                    twice += usize::from(!seen.insert(upto));
                }
            }
            twice
        };
        let twice = parts.iter().map(&mut twice_in).collect();
        Self { pages, bodies, twice }
    }
}

fn number_after(line: &str, key: &str) -> Option<usize> {
    let digits = line.split_once(key)?.1.split(' ').next()?;
    digits.parse().ok()
}

/// Rows of invented street reports.
fn register(documents: usize) -> Result<String> {
    let mut rows = "id,slags,modtaget,sted,beskrivelse\n".to_owned();
    for number in 1..=documents {
        let long = if number % LARGE_EVERY == 0 { LARGE } else { 0 };
        // Numbers, because a body of one word over and over would be small again once it is packed.
        let words = (0..long / 8).map(|word| format!("{:08}", number * 7_919 + word * 104_729));
        let words: String = words.collect();
        writeln!(rows, "{number},Stillads,2026-11-01,Prøvevej {number},{words}")?;
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::Given;

    #[test]
    fn a_page_that_was_given_out_before_the_kill_is_seen_after_it() {
        let page = |upto: u32, entries: u32| format!("INFO page enrolment=e upto={upto} entries={entries}\n");
        let before = [page(500, 500), page(1_000, 500)].concat();
        let after = [page(1_000, 500), page(1_200, 200), page(1_200, 0)].concat();
        let given = Given::out(&[before, after + "INFO bodies enrolment=e bodies=40\n"]);
        assert_eq!((given.pages, given.bodies, given.twice), (4, 40, vec![0, 1]));
    }
}
