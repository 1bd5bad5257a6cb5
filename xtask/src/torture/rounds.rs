//! The rounds of one side: somebody writes, and amid a chosen errand the device or the server is killed and started again.
//! It judges only what can be seen at once, on the device that came back; all the rest is the verdict's.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::json;

use super::Side;
use super::blow::{Blow, under_way};
use super::chance::Chance;
use super::kinds::{BOTH_SIDES, Kills, Kind, SERVER_SIDE};
use super::ledger::{Ledger, Said, What};
use super::town::{Player, Town, organisation, person};
use super::typist::Typist;

/// Commands somebody writes in a round at most.
const MOST: usize = 24;

/// A compaction of so little takes some milliseconds.
const COMPACTS_FOR: usize = 6;

/// A town under torture.
pub struct Rounds {
    /// Whose programs are killed.
    pub side: Side,
    /// The town.
    pub town: Town,
    /// Two colleagues' devices.
    pub pair: [Player; 2],
    /// Devices that were killed, or whose server was, in their first sync.
    pub newcomers: Vec<Player>,
    /// Everything said.
    pub ledger: Ledger,
    /// Every kill.
    pub kills: Kills,
    typists: [Typist; 2],
    chance: Chance,
    /// How long each of the two last took to open: the price of a guess at the PIN is each device's own.
    opens_in: [Duration; 2],
}

impl Rounds {
    /// A new town with two devices that have fetched all.
    pub fn begin(side: Side, rounds: usize, folder: &Path, mut chance: Chance) -> Result<Self> {
        // A device shows sixty notes of a case, and every one of them is to be seen at the end.
        let cases = 8 + rounds / 8;
        let mut town = Town::starts(folder, &organisation(&["maja", "yusuf", "oliver"], cases))?;
        let pair = [
            town.new_player(&person("maja"), "maja")?,
            town.new_player(&person("yusuf"), "yusuf")?,
        ];
        for player in &pair {
            town.lets_in(player)?;
            player.comes_to_rest()?;
        }
        let ids = cases_of(&pair[0])?;
        ensure!(ids.len() == cases.min(200), "{} cases are on the device", ids.len());
        let typists = [0, 1].map(|who| Typist::new(who, chance.another(), ids.clone()));
        Ok(Self {
            side,
            town,
            pair,
            newcomers: Vec::new(),
            ledger: Ledger::default(),
            kills: Kills::aimed_at(side.aims()),
            typists,
            chance,
            opens_in: [Duration::from_millis(100); 2],
        })
    }

    /// One round, aimed at what was hit least.
    pub fn one(&mut self) -> Result<()> {
        match self.kills.least() {
            Kind::FirstSync => self.amid_a_first_sync(),
            Kind::Compaction => self.amid_a_compaction(),
            kind => self.amid_work(kind),
        }
    }

    /// Ends every program. Nothing is said any more.
    pub fn end(&mut self) {
        for player in self.pair.iter_mut().chain(&mut self.newcomers) {
            self.town.dies(player);
        }
        self.town.server_dies();
    }

    /// Somebody writes, and everything that writing brings about may be hit.
    fn amid_work(&mut self, aim: Kind) -> Result<()> {
        let who = self.chance.below(2);
        self.writes_undisturbed(1 - who, 4)?;
        if self.side == Side::Client && self.chance.percent(30) {
            self.writes_without_network(who)?;
        }
        if self.side == Side::Server && aim == Kind::Receipt && self.chance.percent(50) {
            self.pair[who].road.loses_receipts();
        }
        let (door, blow) = (
            self.pair[who].door()?.clone(),
            Blow::drawn(&mut self.chance, self.side, aim),
        );
        let (stop, busy) = (AtomicBool::new(false), AtomicBool::new(false));
        let (typist, player, town) = (&mut self.typists[who], &mut self.pair[who], &mut self.town);
        let (said, moment, writing) = thread::scope(|scope| {
            let writer = scope.spawn(|| typist.writes(&door, MOST, &stop, &busy));
            blow.falls_due(&player.road);
            let (moment, writing) = (player.road.moment(), busy.load(Ordering::SeqCst));
            self.side.strikes(town, player);
            thread::sleep(blow.down);
            stop.store(true, Ordering::SeqCst);
            let said = writer.join().map_err(|_| anyhow!("the typist panicked"))??;
            Ok::<_, anyhow::Error>((said, moment, writing))
        })?;
        let writing = match self.side {
            Side::Client => self.typists[who].waits_for_an_answer(),
            Side::Server => writing,
        };
        self.kills.count(&under_way(moment, Kind::Pull, writing));
        self.ledger.add(said.iter().cloned());
        self.comes_back(who, &said)
    }

    /// A device is signed in for the first time, and its first fetch is hit.
    fn amid_a_first_sync(&mut self) -> Result<()> {
        let name = format!("newcomer-{}", self.newcomers.len() + 1);
        let mut player = self.town.new_player(&person("oliver"), &name)?;
        let (door, sign_in) = (player.door()?.clone(), self.town.first_sign_in(&player)?);
        let blow = Blow::drawn(&mut self.chance, self.side, Kind::FirstSync);
        let town = &mut self.town;
        let moment = thread::scope(|scope| {
            // Answered or not: the device knows afterwards whether somebody is signed in on it.
            scope.spawn(|| drop(door.sends(&sign_in)));
            blow.falls_due(&player.road);
            let moment = player.road.moment();
            self.side.strikes(town, &mut player);
            moment
        });
        self.kills.count(&under_way(moment, Kind::FirstSync, false));
        match self.side {
            Side::Client => self.town.starts_again(&mut player)?,
            Side::Server => self.the_server_comes_back()?,
        }
        player.road.leads_to(self.town.server())?;
        self.town.lets_in(&player)?;
        player.comes_to_rest()?;
        self.town.dies(&mut player);
        self.newcomers.push(player);
        Ok(())
    }

    /// The log is compacted by an operator's command, which is killed together with the server.
    fn amid_a_compaction(&mut self) -> Result<()> {
        let who = self.chance.below(2);
        self.writes_undisturbed(who, MOST)?;
        self.pair[who].comes_to_rest()?;
        let mut compaction = self.town.office().compacts()?;
        thread::sleep(self.chance.up_to(COMPACTS_FOR));
        let is_amid = compaction.try_wait()?.is_none();
        self.town.server_dies();
        compaction.kill()?;
        compaction.wait()?;
        self.kills.count(if is_amid { &[Kind::Compaction] } else { &[] });
        self.the_server_comes_back()
    }

    /// Writes fewer commands than `most`, and every one of them is answered.
    fn writes_undisturbed(&mut self, who: usize, most: usize) -> Result<()> {
        let (stop, busy) = (AtomicBool::new(false), AtomicBool::new(false));
        let most = self.chance.below(most);
        let said = self.typists[who].writes(self.pair[who].door()?, most, &stop, &busy)?;
        self.ledger.add(said);
        ensure!(
            !self.typists[who].waits_for_an_answer(),
            "a device that nobody touched does not answer"
        );
        Ok(())
    }

    /// What was written meanwhile goes out all at once.
    fn writes_without_network(&mut self, who: usize) -> Result<()> {
        self.pair[who].road.leads_to(None)?;
        self.writes_undisturbed(who, MOST)?;
        let player = &self.pair[who];
        player.road.leads_to(self.town.server())?;
        player.door()?.asks(&json!({"do": "send_now"})).map(drop)
    }

    fn comes_back(&mut self, who: usize, said: &[Said]) -> Result<()> {
        match self.side {
            Side::Server => return self.the_server_comes_back(),
            Side::Client => self.town.starts_again(&mut self.pair[who])?,
        }
        if self.kills.of(Kind::Opening) == 0 || self.chance.percent(20) {
            self.dies_opening(who)?;
        }
        let player = &self.pair[who];
        let start = Instant::now();
        self.town.lets_in(player)?;
        self.opens_in[who] = start.elapsed();
        let again = self.typists[who].asks_again(player.door()?)?;
        self.ledger.add(again);
        said.iter().try_for_each(|said| stands_at(player, said))
    }

    /// What a kill left behind is being mended when the next one comes.
    fn dies_opening(&mut self, who: usize) -> Result<()> {
        let (town, player) = (&mut self.town, &mut self.pair[who]);
        let (door, unlocking) = (player.door()?.clone(), player.unlocking()?);
        let blow = Blow::within(&mut self.chance, self.opens_in[who]);
        let (moment, opened) = thread::scope(|scope| {
            let opening = scope.spawn(|| door.sends(&unlocking).is_ok());
            blow.falls_due(&player.road);
            let moment = player.road.moment();
            town.dies(player);
            (moment, opening.join().unwrap_or_default())
        });
        self.kills.count(&if opened {
            under_way(moment, Kind::Pull, false)
        } else {
            vec![Kind::Opening]
        });
        town.starts_again(player)
    }

    fn the_server_comes_back(&mut self) -> Result<()> {
        self.pair.iter().try_for_each(|player| player.road.leads_to(None))?;
        self.town.server_starts()?;
        for player in &self.pair {
            player.road.leads_to(self.town.server())?;
            player.door()?.asks(&json!({"do": "send_now"}))?;
        }
        Ok(())
    }
}

impl Side {
    fn aims(self) -> &'static [Kind] {
        match self {
            Self::Client => &BOTH_SIDES,
            Self::Server => &SERVER_SIDE,
        }
    }

    fn strikes(self, town: &mut Town, player: &mut Player) {
        match self {
            Self::Client => town.dies(player),
            Self::Server => town.server_dies(),
        }
    }
}

/// What this device answered before it was killed stands on it now. A field may have been set anew since.
fn stands_at(player: &Player, said: &Said) -> Result<()> {
    if matches!(said.what, What::Field(..)) {
        return Ok(());
    }
    let case = player.door()?.asks(&json!({"do": "case", "id": said.case}))?;
    let times = said.times_in(&case);
    ensure!(
        said.may_stand(times),
        "after a kill {said:?} stands {times} times on the device it was said to"
    );
    Ok(())
}

fn cases_of(player: &Player) -> Result<Vec<String>> {
    let list = player.door()?.asks(&json!({
        "do": "cases", "query": "", "filter": {"show": "all"}, "sort": "number", "offset": 0, "limit": 200,
    }))?;
    let rows = list["rows"].as_array().context("a list has rows")?;
    let id = |row: &serde_json::Value| row["id"].as_str().map(str::to_owned).context("a case has an id");
    rows.iter().map(id).collect()
}
