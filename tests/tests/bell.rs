//! The bell on bad roads: what proxies do to its line, and what devices do when a server asks for patience.
//!
//! Time is tokio's own and leaps while all wait, so the minutes here cost nothing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;
use std::time::Duration;

use feltbog_ids::{Instant, Span};
use feltbog_tests::{Device, Habit, Proxy, Served, Tablet, World};
use tokio::task::JoinHandle;

/// In tokio's time: a test that waits so long waits in vain.
const LIMIT: Duration = Duration::from_secs(3_600);

/// A clock that stands: the device never goes because it is time to, only because something told it to.
fn standing(world: &World) -> Arc<dyn Fn() -> Instant + Send + Sync> {
    let hands = world.clock.another();
    Arc::new(move || hands.now())
}

/// A clock that goes with tokio's.
fn going(world: &World) -> Arc<dyn Fn() -> Instant + Send + Sync> {
    let (hands, start) = (world.clock.another(), tokio::time::Instant::now());
    Arc::new(move || {
        let gone = i64::try_from(start.elapsed().as_micros()).unwrap();
        hands.now() + Span(gone)
    })
}

/// Looks again whenever the device says that something changed.
async fn waits_until(device: &Device, holds: impl Fn(&Device) -> bool) {
    let mut changes = device.changes();
    let waited = tokio::time::timeout(LIMIT, async {
        while !holds(device) {
            // One that lags behind has something to look at too.
            changes.recv().await.ok();
        }
    });
    assert!(
        waited.await.is_ok(),
        "waited in vain: {:?}",
        device.courier().standing()
    );
}

/// A server, a proxy before it, and Bo's device behind the proxy, going by itself.
struct Line {
    served: Served,
    proxy: Proxy,
    bo: Arc<Device>,
    running: JoinHandle<()>,
}

impl Line {
    async fn opens(world: &World, habit: Habit, clock: Arc<dyn Fn() -> Instant + Send + Sync>) -> Self {
        let served = Served::of(world).await.unwrap();
        let proxy = Proxy::before(served.address, habit).await.unwrap();
        let folder = world.folder("bo");
        let bo = Arc::new(Device::enrol(world, world.town.bo, folder, &proxy.address(), clock));
        let courier = bo.courier();
        let running = tokio::spawn(async move { courier.run().await });
        Self {
            served,
            proxy,
            bo,
            running,
        }
    }

    /// Words of Anna's reach Bo by the bell alone.
    async fn hears_of(&self, world: &World, anna: &Tablet, words: &str) {
        let note = anna.writes(world.town.cases[0], words);
        anna.settles();
        waits_until(&self.bo, |bo| bo.text(note).is_some()).await;
    }

    async fn closes(self) {
        self.bo.courier().stop();
        self.running.await.unwrap();
        self.served.stops().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_a_proxy_does_to_the_bells_line_a_device_hears_of_a_colleagues_note() {
    for habit in [Habit::KeepsBack, Habit::Cuts, Habit::Refuses, Habit::Greets] {
        let world = World::new(1);
        let anna = world.tablet(world.town.anna);
        let line = Line::opens(&world, habit, standing(&world)).await;
        waits_until(&line.bo, Device::is_at_rest).await;
        let questioned = tokio::time::timeout(LIMIT, line.proxy.is_questioned()).await;
        assert!(questioned.is_ok(), "{habit:?}: it never asks");
        line.hears_of(&world, &anna, "Bo skal se det her.").await;
        let lines = line.proxy.lines();
        assert!(lines < 10, "{habit:?}: {lines} lines were tried");
        line.closes().await;
    }
}

#[tokio::test(start_paused = true)]
async fn where_nothing_is_in_the_way_a_device_listens_on_one_line_and_asks_nothing() {
    let world = World::new(2);
    let anna = world.tablet(world.town.anna);
    let line = Line::opens(&world, Habit::Passes, standing(&world)).await;
    for words in ["Først", "Så", "Sidst"] {
        waits_until(&line.bo, Device::is_at_rest).await;
        line.hears_of(&world, &anna, words).await;
    }
    assert_eq!(line.proxy.lines(), 1);
    line.closes().await;
}

#[tokio::test(start_paused = true)]
async fn a_shift_that_begins_and_ends_by_the_clock_rings_whoever_it_is_for() {
    let world = World::new(4);
    let (town, case) = (&world.town, world.town.cases[2]);
    town.plan_shift(town.bo.person, town.anemone, (Span::seconds(60), Span::seconds(120)));
    // Its own clock stands before both, so that only the bell can tell it.
    let begun = world.clock.now();
    let line = Line::opens(&world, Habit::Passes, Arc::new(move || begun)).await;
    waits_until(&line.bo, Device::is_at_rest).await;
    assert_eq!(line.bo.notes_of(case), None);
    for is_here in [true, false] {
        let started = tokio::time::Instant::now();
        world.clock.advance(Span::seconds(60));
        waits_until(&line.bo, |bo| bo.notes_of(case).is_some() == is_here).await;
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    }
    line.closes().await;
}

#[tokio::test(start_paused = true)]
async fn a_device_nobody_touches_and_no_server_answers_is_emptied_when_the_shift_ends() {
    let world = World::new(5);
    let (town, case) = (&world.town, world.town.cases[2]);
    town.grant_for(town.bo.person, town.anemone, Span::seconds(90));
    let line = Line::opens(&world, Habit::Passes, going(&world)).await;
    waits_until(&line.bo, Device::is_at_rest).await;
    line.proxy.takes_to(Habit::Refuses);
    line.served.stops().await.unwrap();
    assert!(line.bo.notes_of(case).is_some());
    let started = tokio::time::Instant::now();
    waits_until(&line.bo, |bo| bo.notes_of(case).is_none()).await;
    assert!(started.elapsed() <= Duration::from_secs(91), "{:?}", started.elapsed());
    line.bo.courier().stop();
    line.running.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_for_patience_is_left_alone_for_so_long() {
    let world = World::new(3);
    let line = Line::opens(&world, Habit::Busy(120), going(&world)).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let told = line.proxy.requests();
    assert!((1..=2).contains(&told), "{told} requests");
    tokio::time::sleep(Duration::from_secs(114)).await;
    assert_eq!(line.proxy.requests(), told, "it was told to wait two minutes");
    tokio::time::sleep(Duration::from_secs(62)).await;
    assert!(line.proxy.requests() > told, "three minutes are over");
    line.proxy.takes_to(Habit::Passes);
    waits_until(&line.bo, Device::is_at_rest).await;
    line.closes().await;
}
