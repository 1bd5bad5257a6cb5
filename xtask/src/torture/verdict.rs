//! What must hold once the server and both devices are up, the network is on, and all has come to rest.
//! It changes nothing: it asks the devices through their doors, ends them, and has the databases looked into.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::Side;
use super::kinds::{BOTH_SIDES, Kind, SERVER_SIDE};
use super::ledger::{Said, What};
use super::rounds::Rounds;
use super::town::Player;
use super::witness::{Store, look};
use crate::test::Tally;

/// Faults told of one thing that must hold; the rest is like them.
const TOLD: usize = 5;

/// Comes to rest, ends everything, and counts each thing that must hold as one.
pub fn pass(rounds: &mut Rounds) -> Result<Tally> {
    let mut tally = Tally::default();
    let kinds: Vec<_> = match rounds.side {
        Side::Client => BOTH_SIDES.iter().chain(&[Kind::Opening]).collect(),
        Side::Server => SERVER_SIDE.iter().collect(),
    };
    let missed = kinds.into_iter().filter(|kind| rounds.kills.of(**kind) == 0);
    let missed: Vec<_> = missed.map(|kind| format!("{kind}: never")).collect();
    holds(&mut tally, "every kind was hit", &missed);
    // Twice, for what one sends in its first rest the other fetches in its second.
    let rest = rounds
        .pair
        .iter()
        .chain(&rounds.pair)
        .try_for_each(Player::comes_to_rest);
    let faults: Vec<_> = rest.err().map(|why| format!("{why:#}")).into_iter().collect();
    holds(&mut tally, "all is sent and fetched", &faults);
    for who in [0, 1] {
        let faults = seen_by_the_colleague(rounds, who)?;
        let what = format!("what {who} kept stands once at the colleague's");
        holds(&mut tally, &what, &faults);
    }
    rounds.end();
    databases(rounds, &mut tally)?;
    Ok(tally)
}

/// Says whether something holds, and counts it.
pub fn holds(tally: &mut Tally, what: &str, faults: &[String]) {
    if faults.is_empty() {
        println!("  ok: {what}");
        tally.passed += 1;
        return;
    }
    println!("  FAILED: {what}: {} faults", faults.len());
    faults.iter().take(TOLD).for_each(|fault| println!("    {fault}"));
    tally.failed += 1;
}

/// Everything this one said, as the other's device answers it.
fn seen_by_the_colleague(rounds: &Rounds, who: usize) -> Result<Vec<String>> {
    let mut cases = BTreeMap::new();
    let mut faults = Vec::new();
    let all = rounds.ledger.all();
    for (at, said) in all.iter().enumerate().filter(|(_, said)| said.by == who) {
        if !cases.contains_key(&said.case) {
            cases.insert(said.case.clone(), shown(&rounds.pair[1 - who], &said.case)?);
        }
        let times = said.times_in(&cases[&said.case]);
        // An earlier value gives way to a later one, and is looked for in the document's history.
        let gave_way = times == 0 && all[at + 1..].iter().any(|later| follows(later, said));
        if !said.may_stand(times) && !gave_way {
            faults.push(format!("{said:?} stands {times} times"));
        }
    }
    Ok(faults)
}

fn shown(player: &Player, case: &str) -> Result<Value> {
    let shown = player.door()?.asks(&json!({"do": "case", "id": case}))?;
    let notes = shown["notes"].as_array().context("a case has notes")?;
    ensure!(
        shown["notes_total"] == notes.len(),
        "the town has too few cases for so many notes"
    );
    Ok(shown)
}

fn follows(later: &Said, said: &Said) -> bool {
    match (later.what, said.what) {
        (What::Field(one, _), What::Field(other, _)) => later.doc == said.doc && one == other,
        _ => false,
    }
}

fn databases(rounds: &Rounds, tally: &mut Tally) -> Result<()> {
    let said: Vec<_> = rounds
        .ledger
        .all()
        .iter()
        .filter(|said| said.words().is_some())
        .collect();
    let words = |said: &&Said| said.words().map(|words| (said.doc.clone(), words));
    let questions: Vec<_> = said.iter().filter_map(words).collect();
    let scratch = rounds.town.place("questions");
    let (one, other) = (rounds.pair[0].file()?, rounds.pair[1].file()?);
    let stores = [
        ("the server", Store::Server(rounds.town.server_data())),
        ("the first device", Store::Device(one.0, one.1)),
        ("the second device", Store::Device(other.0, other.1)),
    ];
    for (name, store) in &stores {
        let findings = look(store, &questions, &scratch)?;
        whole(tally, name, &findings.integrity);
        let both = said.iter().zip(&findings.times);
        let wrong = both.filter(|(said, times)| !said.may_stand(**times));
        let faults: Vec<_> = wrong
            .map(|(said, times)| format!("{said:?} stands {times} times"))
            .collect();
        holds(
            tally,
            &format!("every word kept stands once in the documents of {name}"),
            &faults,
        );
    }
    newcomers(rounds, tally)
}

fn newcomers(rounds: &Rounds, tally: &mut Tally) -> Result<()> {
    let mut faults = Vec::new();
    for (number, player) in rounds.newcomers.iter().enumerate() {
        let (file, pin) = player.file()?;
        let findings = look(&Store::Device(file, pin), &[], &rounds.town.place("questions"))?;
        if findings.integrity != "ok" {
            faults.push(format!("newcomer {}: {}", number + 1, findings.integrity));
        }
    }
    let many = rounds.newcomers.len();
    holds(tally, &format!("the databases of {many} newcomers are whole"), &faults);
    Ok(())
}

/// Counts whether a database is whole.
pub fn whole(tally: &mut Tally, name: &str, integrity: &str) {
    let faults: Vec<_> = (integrity != "ok").then(|| integrity.to_owned()).into_iter().collect();
    holds(tally, &format!("the database of {name} is whole"), &faults);
}
