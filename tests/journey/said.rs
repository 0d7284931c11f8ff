//! What the server says is true: about a request that took too long, and about a writer that is stuck.

use crate::school::{PATIENCE, School, device_of, envelope};
use domain::{attempt, command::Command, feeds::Feed, protocol::Posted};
use rusqlite::Connection;
use serde_json::{Value, json};
use server::{limits::Limits, operator::folder::store_in};
use std::time::Instant;

impl School {
    /// Nobody writes to the store as long as this lives.
    fn hold_the_store(&self) -> Connection {
        let other = Connection::open(store_in(self.path())).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        other
    }
}

#[tokio::test]
async fn a_request_that_took_too_long_says_what_is_known_and_asking_again_is_safe() {
    let school = School::limited(Limits { request_seconds: 2, ..Limits::default() }).await;
    let ann = school.sign_in("ann").await;
    let next = Command::Attempt(school.attempt(ann.me.account), attempt::Command::NextQuestion { ordinal: 1 });
    let more = (2..=64).map(|number| envelope(number, &next));
    let commands: Vec<_> = [school.start_attempt(ann.me.account, 1)].into_iter().chain(more).collect();
    let posted = Posted { device: device_of(ann.me.account, "script"), commands };
    let own = Feed::Student(ann.me.account);
    let before = ann.feed(own).await.len();
    let held = school.hold_the_store();
    let answer = ann.post("/api/commands", &posted).await;
    assert_eq!(answer.status(), 408);
    let replies: Vec<Value> = answer.json().await.unwrap();
    assert_eq!(replies.len(), 64);
    for (reply, number) in replies.iter().zip(1..) {
        assert_eq!(reply["number"], number);
        assert!(reply["unknown"].as_str().unwrap().contains("Send it again under the same number"), "{reply}");
        assert!(reply.get("reply").is_none());
    }
    drop(held);
    // They are recorded now or later, whatever was said; sent again, each is once.
    let deadline = Instant::now() + PATIENCE;
    let replies = loop {
        let replies: Vec<Value> = ann.post("/api/commands", &posted).await.json().await.unwrap();
        if replies.iter().all(|reply| reply["reply"].get("Result").is_some()) {
            break replies;
        }
        assert!(Instant::now() < deadline, "{replies:?}");
    };
    assert_eq!(
        replies[0],
        json!({ "number": 1, "reply": { "Result": { "Accepted": { "version": 2, "events": 2 } } }, "position": replies[0]["position"] })
    );
    assert_eq!(ann.feed(own).await.len(), before + 2, "begun and asked, once");
}

#[tokio::test]
async fn health_tells_of_a_writer_that_does_not_come_round_and_of_its_recovery() {
    let school = School::open().await;
    let ann = school.sign_in("ann").await;
    let health = async || {
        let answer = reqwest::get(format!("{}/api/health", school.url())).await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let (status, well) = health().await;
    assert_eq!((status, &well["writer"]["failures"]), (200, &json!(0)));
    // It may still be clearing up after the sign-in.
    assert!(well["writer"]["at_work_ms"].as_u64().unwrap() < 4_000, "{well}");
    let held = school.hold_the_store();
    let posted = Posted { device: device_of(ann.me.account, "script"), commands: vec![school.start_attempt(ann.me.account, 1)] };
    let asked = tokio::spawn(async move { ann.post("/api/commands", &posted).await.status() });
    let deadline = Instant::now() + PATIENCE;
    let stuck = loop {
        let (status, said) = health().await;
        if status == 503 {
            break said;
        }
        assert!(Instant::now() < deadline, "{said}");
    };
    assert!(stuck["status"].as_str().unwrap().contains("stuck") && stuck["writer"]["at_work_ms"].as_u64().unwrap() >= 4_000, "{stuck}");
    drop(held);
    while health().await.0 != 200 {
        assert!(Instant::now() < deadline, "it comes round again");
    }
    assert_eq!(asked.await.unwrap(), 200);
}
