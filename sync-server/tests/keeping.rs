//! Keeping house: what is put in order while the server runs, by its own clock, and what is counted of it all.

#![allow(clippy::unwrap_used)]

mod story;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use clap::Parser;
use feltbog_casebook::{Edit, Kind, Role};
use feltbog_ids::{DocId, Span};
use feltbog_protocol::FeedRequest;
use feltbog_server::{Cli, store::Tidied};
use story::{MORNING, Town, Worker, ids};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

fn kloever() -> (Town, Worker, DocId) {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let mut maja = town.worker("maja", Role::Worker, unit);
    let case = town.case(unit);
    town.pull(&mut maja);
    (town, maja, case)
}

fn says(town: &Town, case: DocId, key: &str, word: &str) {
    town.put(Kind::Case, case, None, &[Edit::root(key, word)]);
}

#[test]
fn each_type_of_case_has_its_time_and_a_change_begins_it_anew() {
    for (case_type, days) in [("helhedspleje", 365), ("tilsyn_i_byrum", 180), ("et_nyt_slags", 365)] {
        let (mut town, mut maja, case) = kloever();
        says(&town, case, "type", case_type);
        says(&town, case, "state", "closed");
        town.now = MORNING + Span::days(days - 1);
        says(&town, case, "title", "Rettet");
        town.now = MORNING + Span::days(2 * days - 2);
        assert_eq!(town.store.tidy(town.now).unwrap().expired, 0, "{case_type}");
        town.pull(&mut maja);
        let (note, _) = town.note(&maja, case, "Til sidst.");
        town.pull(&mut maja);
        town.now = MORNING + Span::days(2 * days - 1);
        assert_eq!(
            town.store.tidy(town.now).unwrap().expired,
            1,
            "{case_type}: a note is no change of its case"
        );
        let pages = town.pull(&mut maja);
        let left: Vec<_> = pages.iter().flat_map(|page| page.left.clone()).collect();
        assert!(left.contains(&case) && left.contains(&note), "{case_type}");
        assert_eq!(
            town.store.tidy(town.now).unwrap(),
            Tidied::default(),
            "{case_type}: twice"
        );
        assert!(ids(&town.pull(&mut maja)).is_empty(), "{case_type}");
        says(&town, case, "title", "Set igen");
        let pages = town.pull(&mut maja);
        assert!(
            ids(&pages).contains(&case) && ids(&pages).contains(&note),
            "{case_type}"
        );
    }
}

#[test]
fn an_open_case_stays_however_old() {
    let (mut town, maja, case) = kloever();
    town.now = MORNING + Span::days(10_000);
    assert_eq!(town.store.tidy(town.now).unwrap().expired, 0);
    assert!(town.may_see(&maja).contains(&case));
}

#[test]
fn an_operator_tidies_by_hand_and_is_told_what_was_done() {
    let (mut town, mut maja, case) = kloever();
    // The command reads the machine's clock, which is years past this.
    town.now = feltbog_ids::Instant(1_000_000_000_000_000);
    says(&town, case, "state", "closed");
    let words = [
        "feltbog-server",
        "--data",
        town.folder.path().to_str().unwrap(),
        "admin",
        "tidy",
    ];
    let mut said = Vec::new();
    feltbog_server::run(Cli::try_parse_from(words).unwrap(), &mut said).unwrap();
    let said = String::from_utf8(said).unwrap();
    assert_eq!(
        said,
        "1 closed cases left all devices\n1 records of what left were forgotten\n"
    );
    assert!(!town.may_see(&maja).contains(&case));
    town.pull(&mut maja);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_runs_keeps_house_by_its_clock() {
    let (town, maja, case) = kloever();
    says(&town, case, "state", "closed");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (stop, mut stopped) = watch::channel(false);
    let later = MORNING + Span::days(400);
    let office = Arc::clone(&town.office);
    let served = tokio::spawn(feltbog_server::serve(
        listener,
        office,
        Arc::new(move || later),
        async move {
            stopped.wait_for(|stopped| *stopped).await.unwrap();
        },
    ));
    tokio::time::sleep(Duration::from_secs(3_000)).await;
    assert!(town.may_see(&maja).contains(&case), "it had enough to do at first");
    tokio::time::sleep(Duration::from_secs(700)).await;
    assert!(!town.may_see(&maja).contains(&case));
    stop.send(true).unwrap();
    served.await.unwrap().unwrap();
}

async fn page(to: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(to).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn what_the_server_did_stands_on_its_page_of_metrics_and_nobodys_name_does() {
    let (town, mut maja, case) = kloever();
    let (note, _) = town.note(&maja, case, "Asta ringede.");
    town.pull(&mut maja);
    let (stop, stopped) = watch::channel(false);
    let told = || {
        let mut stopped = stopped.clone();
        async move {
            stopped.wait_for(|stopped| *stopped).await.unwrap();
        }
    };
    let (door, side) = (
        TcpListener::bind("127.0.0.1:0").await.unwrap(),
        TcpListener::bind("127.0.0.1:0").await.unwrap(),
    );
    let (at, aside) = (door.local_addr().unwrap(), side.local_addr().unwrap());
    let now = town.now;
    let office = Arc::clone(&town.office);
    let served = tokio::spawn(feltbog_server::serve(door, office, Arc::new(move || now), told()));
    let counted = tokio::spawn(feltbog_server::serve_metrics(side, Arc::clone(&town.office), told()));
    assert!(page(at, "/health").await.ends_with("ok"));
    let feed = format!("/v1/{}/feed", maja.session.workspace);
    assert!(page(at, &feed).await.starts_with("HTTP/1.1 405"));
    assert!(
        page(at, "/metrics").await.starts_with("HTTP/1.1 404"),
        "not where devices come"
    );

    let text = page(aside, "/metrics").await;
    let position = town.store.workspace().unwrap().position;
    for line in [
        "feltbog_requests_total{route=\"feed\",answer=\"refused\"} 1",
        "feltbog_changes_total{answer=\"stored\"} 2",
        "feltbog_feed_pages_total 2",
        &format!("feltbog_log_position {position}"),
    ] {
        assert!(text.lines().any(|here| here == line), "{line}\n{text}");
    }
    let bytes = text
        .lines()
        .find_map(|line| line.strip_prefix("feltbog_database_bytes "));
    assert!(bytes.unwrap().parse::<u64>().unwrap() > 4096);
    for word in [
        "maja",
        "Asta",
        "Kløver",
        &note.to_string(),
        &maja.session.enrolment.to_string(),
    ] {
        assert!(!text.contains(word), "{word}");
    }
    stop.send(true).unwrap();
    served.await.unwrap().unwrap();
    counted.await.unwrap().unwrap();
}

#[test]
fn what_a_device_wiped_is_noted_only_where_it_goes_on() {
    let (town, mut maja, _) = kloever();
    let wiped = |maja: &Worker| {
        let devices = town
            .store
            .view::<_, feltbog_server::StoreError>(town.now, |view| view.devices_of(maja.session.person));
        devices.unwrap().remove(0).wiped
    };
    assert_eq!(wiped(&maja), None);
    let request = FeedRequest {
        cursor: maja.cursor,
        filling: Vec::new(),
        erased: maja.cursor,
    };
    let workspace = maja.session.workspace;
    for later in [0, 60] {
        let now = town.now + Span::seconds(later);
        town.office.feed(&maja.session, workspace, &request, now).unwrap();
        let upto = maja.cursor.unwrap().position;
        assert_eq!(wiped(&maja), Some((upto, town.now)), "what stands is not written again");
    }
    town.store
        .batch(town.now, |batch| batch.begin_life(&town.dice))
        .unwrap();
    assert_eq!(wiped(&maja), None, "positions of another life say nothing");
    maja.cursor = None;
    town.pull(&mut maja);
    assert_eq!(wiped(&maja), None);
}
