//! Who comes in and who does not, and the same over the wire.
//!
//! The wire is spoken by hand here: the device's own client has its tests elsewhere.

#![allow(clippy::unwrap_used)]

mod story;

use std::sync::Arc;

use feltbog_casebook::{Edit, Role};
use feltbog_ids::{Position, Span};
use feltbog_protocol::{
    BellReply, EnrolRequest, FeedPage, FeedRequest, MAX_MESSAGE, ServerProblem, SignInReply, SignInRequest, pack,
    unpack,
};
use story::{PASSWORD, Town, Worker, admin};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

fn sign_in(town: &Town, worker: &Worker, password: &str) -> Result<SignInReply, ServerProblem> {
    let request = SignInRequest {
        enrolment: worker.session.enrolment,
        user: "Maja ".to_owned(),
        password: password.to_owned(),
    };
    town.office.sign_in(&request, "tests", town.now)
}

fn kloever() -> (Town, Worker) {
    let town = Town::new();
    let unit = town.unit("Team Kløver", None);
    let maja = town.worker("maja", Role::Worker, unit);
    (town, maja)
}

#[test]
fn a_wrong_password_is_told_ten_times_and_then_one_waits() {
    let (mut town, maja) = kloever();
    for _ in 0..10 {
        assert_eq!(
            sign_in(&town, &maja, "forkert").unwrap_err(),
            ServerProblem::WrongPassword
        );
    }
    let Err(ServerProblem::TooManyTries { seconds }) = sign_in(&town, &maja, PASSWORD) else {
        panic!()
    };
    town.now = town.now + Span::seconds(i64::from(seconds));
    assert!(sign_in(&town, &maja, PASSWORD).is_ok());
}

#[test]
fn a_token_is_used_once_by_the_one_it_was_printed_for_while_it_is_fresh() {
    let (mut town, maja) = kloever();
    let unit = town.unit("Team Måne", None);
    let yusuf = town.person("yusuf", Role::Worker, unit);
    let enrol = |town: &Town, token: &str, user: &str, password: &str| {
        let (token, user, password) = (token.to_owned(), user.to_owned(), password.to_owned());
        town.office
            .enrol(&EnrolRequest { token, user, password }, "tests", town.now)
            .map(|_| ())
    };
    let token = town.token(yusuf);
    assert_eq!(enrol(&town, &token, "maja", PASSWORD), Err(ServerProblem::BadToken));
    assert_eq!(
        enrol(&town, &token, "yusuf", "forkert"),
        Err(ServerProblem::WrongPassword)
    );
    assert_eq!(enrol(&town, &token, "yusuf", PASSWORD), Ok(()));
    assert_eq!(enrol(&town, &token, "yusuf", PASSWORD), Err(ServerProblem::BadToken));
    let late = town.token(maja.session.person);
    town.now = town.now + Span::days(1);
    assert_eq!(enrol(&town, &late, "maja", PASSWORD), Err(ServerProblem::BadToken));
}

#[test]
fn a_closed_account_is_told_so_and_one_that_opens_again_signs_in() {
    let (town, maja) = kloever();
    town.store.batch(town.now, |batch| batch.close_account("maja")).unwrap();
    assert_eq!(
        town.office.session(&maja.token, town.now).unwrap_err(),
        ServerProblem::AccountClosed
    );
    assert_eq!(
        sign_in(&town, &maja, PASSWORD).unwrap_err(),
        ServerProblem::AccountClosed
    );
    assert_eq!(
        sign_in(&town, &maja, "forkert").unwrap_err(),
        ServerProblem::WrongPassword
    );
    town.store
        .batch(town.now, |batch| batch.reopen_account("maja"))
        .unwrap();
    assert_eq!(
        town.office.session(&maja.token, town.now).unwrap_err(),
        ServerProblem::SessionEnded
    );
    assert!(sign_in(&town, &maja, PASSWORD).is_ok());
}

#[test]
fn a_session_ends_by_the_clock_and_by_hand() {
    let (town, maja) = kloever();
    let later = town.now + Span::days(30);
    assert_eq!(
        town.office.session(&maja.token, later).unwrap_err(),
        ServerProblem::SessionEnded
    );
    town.store
        .batch(town.now, |batch| batch.end_sessions(maja.session.person))
        .unwrap();
    assert_eq!(
        town.office.session(&maja.token, town.now).unwrap_err(),
        ServerProblem::SessionEnded
    );
    assert_eq!(
        town.office.session("gæt", town.now).unwrap_err(),
        ServerProblem::SessionEnded
    );
}

#[test]
fn an_operator_finds_a_lost_device_by_its_person() {
    let (mut town, maja) = kloever();
    let second = town.device("maja", maja.session.person);
    town.worker("yusuf", Role::Worker, town.unit("Team Måne", None));
    town.now = town.now + Span::seconds(90);
    let lost = maja.session.enrolment;
    town.store.batch(town.now, |batch| batch.revoke(lost)).unwrap();

    let said = admin(&town, &["device", "list", "--user", "Maja"]).unwrap();
    let made = "tablet\t2026-11-24T06:00:00Z";
    let mut wanted = [
        format!("{lost}\t{made}\trevoked 2026-11-24T06:01:30Z\tnothing wiped"),
        format!("{}\t{made}\tnot revoked\tnothing wiped", second.session.enrolment),
    ];
    wanted.sort();
    assert_eq!(said.lines().collect::<Vec<_>>(), wanted);
}

#[test]
fn nobody_is_given_a_hand_of_the_server_itself() {
    let (town, maja) = kloever();
    let rights = town.may_see(&maja);
    for role in ["admin", "importer"] {
        let words = format!("{role}@Team Kløver");
        let refused = admin(&town, &["role", "grant", "--person", "maja", "--role", &words]).unwrap_err();
        assert!(
            refused.to_string().contains("a hand of the server itself"),
            "{refused:#}"
        );
    }
    assert_eq!(town.may_see(&maja), rights);
    admin(
        &town,
        &["role", "grant", "--person", "maja", "--role", "planner@Team Kløver"],
    )
    .unwrap();
}

#[test]
fn neither_database_nor_log_file_holds_a_name_or_a_token_in_clear() {
    let (town, maja) = kloever();
    for entry in std::fs::read_dir(town.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for word in ["maja", "Kløver", "SQLite format", &maja.token] {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()));
        }
    }
}

/// A server on a port of its own, and the way to stop it.
async fn served(town: &Town) -> (std::net::SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let (office, now) = (Arc::clone(&town.office), town.now);
    let served = feltbog_server::serve(listener, office, Arc::new(move || now), async {
        stopped.await.unwrap();
    });
    (address, stop, tokio::spawn(async { served.await.unwrap() }))
}

async fn post(to: std::net::SocketAddr, path: &str, token: &str, body: &[u8]) -> (u16, Vec<u8>) {
    ask(to, &format!("POST {path}"), token, body).await
}

async fn ask(to: std::net::SocketAddr, what: &str, token: &str, body: &[u8]) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect(to).await.unwrap();
    let head = format!(
        "{what} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // A server that refuses a large body may hang up before it has read all of it.
    let sent = stream.write_all(body).await;
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer).await;
    assert!(sent.is_ok() || read.is_ok());
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    let status = std::str::from_utf8(&answer[9..12]).unwrap().parse().unwrap();
    (status, answer[end..].to_vec())
}

#[tokio::test]
async fn over_the_wire_a_page_comes_to_who_may_have_it_and_a_problem_to_who_may_not() {
    let (town, maja) = kloever();
    let (address, stop, server) = served(&town).await;
    let feed = format!("/v1/{}/feed", maja.session.workspace);
    let body = pack(&FeedRequest::default());
    let (status, bytes) = post(address, &feed, &maja.token, &body).await;
    assert_eq!(status, 200);
    assert!(unpack::<FeedPage>(&bytes, MAX_MESSAGE).unwrap().closing.is_some());
    let elsewhere = format!("/v1/{}/feed", town.doc());
    let bomb = pack(&minicbor::bytes::ByteVec::from(vec![0; MAX_MESSAGE + 1]));
    let limit = MAX_MESSAGE as u64;
    let cases = [
        (feed.as_str(), "gæt", body.as_slice(), 401, ServerProblem::SessionEnded),
        (&elsewhere, &maja.token, &body, 403, ServerProblem::NoRight),
        (&feed, &maja.token, b"not a message", 400, ServerProblem::Malformed),
        (&feed, &maja.token, &bomb, 413, ServerProblem::TooLarge { limit }),
    ];
    for (path, token, body, code, problem) in cases {
        let (status, bytes) = post(address, path, token, body).await;
        assert_eq!(
            (status, unpack::<ServerProblem>(&bytes, 1000).unwrap()),
            (code, problem)
        );
    }
    stop.send(()).unwrap();
    server.await.unwrap();
}

#[tokio::test]
async fn the_bell_rings_for_the_own_units_case_and_ends_with_the_server() {
    let (town, maja) = kloever();
    let unit = town.unit("Tilsyn Øst", None);
    let case = town.case(unit);
    let soeren = town.worker("søren", Role::Worker, unit);
    let (address, stop, server) = served(&town).await;
    let mut lines = hang(address, &soeren).await;
    let here = town.store.workspace().unwrap().position;
    assert_eq!(
        rung(&mut lines).await,
        here.to_string(),
        "what was written while it was down"
    );
    let item = town.edit(&soeren, case, &[Edit::within("fields", "tilladelse_nr", "7")]);
    let feltbog_protocol::Answer::Stored(position) = town.one(&soeren, item) else {
        panic!("not stored")
    };
    assert_eq!(rung(&mut lines).await, position.to_string());
    assert!(!town.may_see(&maja).contains(&case));
    stop.send(()).unwrap();
    while lines.next_line().await.unwrap().is_some() {}
    server.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn one_who_names_a_place_is_answered_when_something_of_theirs_has_moved_past_it() {
    let (town, maja) = kloever();
    let unit = town.unit("Tilsyn Øst", None);
    let case = town.case(unit);
    let soeren = town.worker("søren", Role::Worker, unit);
    let (address, stop, server) = served(&town).await;
    let start = town.store.workspace().unwrap().position;
    assert_eq!(asked(address, &soeren, "0").await, Ok(start), "they know nothing yet");
    assert_eq!(
        asked(address, &soeren, "999999").await,
        Ok(start),
        "the log was put back"
    );
    assert_eq!(
        asked(address, &soeren, &start.to_string()).await,
        Ok(start),
        "all quiet"
    );
    assert_eq!(asked(address, &soeren, "x").await, Err(ServerProblem::Malformed));
    let waiting = tokio::spawn({
        let (token, workspace) = (soeren.token.clone(), soeren.session.workspace);
        async move { asked_as(address, &token, workspace, &start.to_string()).await }
    });
    let item = town.edit(&soeren, case, &[Edit::within("fields", "tilladelse_nr", "7")]);
    let feltbog_protocol::Answer::Stored(position) = town.one(&soeren, item) else {
        panic!("not stored")
    };
    assert_eq!(waiting.await.unwrap(), Ok(position));
    assert_eq!(
        asked(address, &soeren, &start.to_string()).await,
        Ok(position),
        "missed"
    );
    assert_eq!(asked(address, &maja, &start.to_string()).await, Ok(start), "not hers");
    stop.send(()).unwrap();
    server.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_bell_ends_with_the_session_whichever_way_it_is_listened_to() {
    let (town, maja) = kloever();
    let (address, stop, server) = served(&town).await;
    let mut lines = hang(address, &maja).await;
    let here = town.store.workspace().unwrap().position;
    assert_eq!(rung(&mut lines).await, here.to_string());
    let waiting = tokio::spawn({
        let (token, workspace) = (maja.token.clone(), maja.session.workspace);
        async move { asked_as(address, &token, workspace, &here.to_string()).await }
    });
    town.store
        .batch(town.now, |batch| batch.end_sessions(maja.session.person))
        .unwrap();
    // The last chunk of a stream is an empty one.
    while lines.next_line().await.unwrap().unwrap() != "0" {}
    assert_eq!(waiting.await.unwrap(), Err(ServerProblem::SessionEnded));
    let elsewhere = feltbog_ids::WorkspaceId::from_bytes([9; 16]);
    let soeren = town.worker("søren", Role::Worker, town.unit("Tilsyn Øst", None));
    let refused = asked_as(address, &soeren.token, elsewhere, "0").await;
    assert_eq!(refused, Err(ServerProblem::NoRight));
    stop.send(()).unwrap();
    server.await.unwrap();
}

async fn asked(to: std::net::SocketAddr, who: &Worker, after: &str) -> Result<Position, ServerProblem> {
    asked_as(to, &who.token, who.session.workspace, after).await
}

async fn asked_as(
    to: std::net::SocketAddr,
    token: &str,
    at: feltbog_ids::WorkspaceId,
    after: &str,
) -> Result<Position, ServerProblem> {
    let (status, bytes) = ask(to, &format!("GET /v1/{at}/bell?after={after}"), token, b"").await;
    match status {
        200 => Ok(unpack::<BellReply>(&bytes, 1000).unwrap().position),
        _ => Err(unpack(&bytes, 1000).unwrap()),
    }
}

/// A line of server-sent events, past its head.
async fn hang(to: std::net::SocketAddr, who: &Worker) -> tokio::io::Lines<BufReader<TcpStream>> {
    let mut stream = TcpStream::connect(to).await.unwrap();
    let head = format!(
        "GET /v1/{}/bell HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n",
        who.session.workspace, who.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut lines = BufReader::new(stream).lines();
    while !lines.next_line().await.unwrap().unwrap().is_empty() {}
    lines
}

/// The next ring of a bell.
async fn rung(lines: &mut tokio::io::Lines<BufReader<TcpStream>>) -> String {
    loop {
        let line = lines.next_line().await.unwrap().unwrap();
        if let Some(data) = line.strip_prefix("data: ") {
            return data.trim().to_owned();
        }
    }
}
