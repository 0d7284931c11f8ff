//! Every answer says under which id the server noted its request, and what took long is in the log under it: the request, and each command in it.

use crate::{
    program::Program,
    school::{Browser, PASSWORD, PATIENCE, School, device_of, sign_in_at},
};
use domain::protocol::Posted;
use reqwest::Client;
use rusqlite::Connection;
use serde_json::Value;
use server::{limits::Limits, operator::folder::store_in};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    net::Ipv4Addr,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::time::{interval, timeout};

#[tokio::test]
async fn every_answer_has_an_id_of_its_own() {
    let mut school = School::open().await;
    school.stop().await;
    school.start_with(Limits { metrics: Some((Ipv4Addr::LOCALHOST, 0).into()), ..Limits::default() }).await;
    let ann = school.sign_in("ann").await;
    let notice: Value = serde_json::from_slice(&fs::read(school.path().join("handover.json")).unwrap()).unwrap();
    let (side_door, metrics) = (notice["address"].as_str().unwrap(), school.running.as_ref().unwrap().metrics.unwrap());
    let mut ids = BTreeSet::new();
    for url in [
        format!("{}/", school.url()),
        format!("{}/api/health", school.url()),
        format!("{}/api/nothing", school.url()),
        format!("{}/api/sync", school.url()),
        format!("{}/api/sessions", school.url()),
        format!("http://{side_door}/api/operations"),
        format!("http://{side_door}/docs/messages"),
        format!("http://{metrics}/metrics"),
        format!("http://{metrics}/nothing"),
    ] {
        for cookie in [None, Some(&ann.cookie)] {
            let asked = Client::new().get(&url);
            let asked = cookie.into_iter().fold(asked, |asked, cookie| asked.header("cookie", cookie));
            let answer = asked.send().await.unwrap();
            let id = answer.headers().get("x-request-id").unwrap_or_else(|| panic!("{url}: {}", answer.status())).to_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{url}: {id} again");
        }
    }
}

/// Ann's command waits until nobody else holds the store: the id that the answer has, what was logged until so many lines tell of it, and who she is.
async fn held_up(slow_ms: &str, lines: usize) -> (String, String, Browser) {
    let mut school = School::open().await;
    school.stop().await;
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("log");
    let environment = [("LEFTFOLD_LOG", "warn"), ("LEFTFOLD_SLOW_MS", slow_ms)];
    let program = Program::start_logging(school.path(), &environment, File::create(&log).unwrap());
    let ann = sign_in_at(&program.url, "ann").await;
    let held = Connection::open(store_in(school.path())).unwrap();
    held.execute_batch("BEGIN IMMEDIATE").unwrap();
    let posted = Posted { device: device_of(ann.me.account, "script"), commands: vec![school.start_attempt(ann.me.account, 1)] };
    let asked = tokio::spawn({
        let ann = ann.clone();
        async move { ann.post("/api/commands", &posted).await }
    });
    let deadline = Instant::now() + PATIENCE;
    loop {
        let health: Value = reqwest::get(format!("{}/api/health", program.url)).await.unwrap().json().await.unwrap();
        if health["writer"]["at_work_ms"].as_u64().is_some_and(|ms| ms >= 600) {
            break;
        }
        assert!(Instant::now() < deadline, "{health}");
    }
    drop(held);
    let answer = asked.await.unwrap();
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert!(answer.text().await.unwrap().contains("Accepted"));
    // The writer notes what it did after it has answered.
    let mut looks = interval(Duration::from_millis(20));
    let told = timeout(PATIENCE, async {
        loop {
            let logged = fs::read_to_string(&log).unwrap();
            if logged.lines().filter(|line| line.contains(&format!("slow request={id} "))).count() >= lines {
                return logged;
            }
            looks.tick().await;
        }
    });
    let logged = told.await.unwrap_or_else(|_| fs::read_to_string(&log).unwrap());
    (id, logged, ann)
}

#[tokio::test]
async fn what_took_long_is_logged_under_the_id_of_its_request_and_tells_nothing_else() {
    let (id, logged, ann) = held_up("500", 2).await;
    let mut own: Vec<&str> = logged.lines().filter(|line| line.contains(&format!("slow request={id} "))).collect();
    assert_eq!(own.len(), 2, "{logged}");
    // Which of the two is told first is nobody's business.
    own.sort_unstable_by_key(|line| line.contains("method="));
    assert!(own[0].contains(r#"what="command" number=1 ms="#), "{logged}");
    assert!(own[1].contains(r#"method=POST route="/api/commands" status=200 ms="#), "{logged}");
    let ms = |line: &str| line.split("ms=").nth(1).unwrap().split(' ').next().unwrap().parse::<u64>().unwrap();
    assert!(own.iter().all(|line| (500..20_000).contains(&ms(line))), "{logged}");
    let token = ann.cookie.split('=').nth(1).unwrap();
    for secret in [token, PASSWORD, "ann", "Ann", &ann.me.account.to_string()] {
        assert!(!logged.contains(secret), "{secret}: {logged}");
    }
    let (id, logged, _) = held_up("600000", 0).await;
    assert!(!logged.contains("slow") && !logged.contains(&id), "{logged}");
}
