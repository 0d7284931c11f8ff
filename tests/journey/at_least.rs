//! Reading what was written: a reply says where in the log its effect can be seen, and whoever reads can ask for a page that has it.

use crate::{
    measured::told,
    school::{Browser, School, account, device_of, envelope, operated},
    tokens::{get, token},
};
use domain::{
    account::Role,
    attempt, class,
    command::Command,
    feeds::Feed,
    ids::AccountId,
    protocol::{ClientMessage, Envelope, Posted},
};
use reqwest::Response;
use serde_json::Value;
use server::{engine::Operation, limits::Limits};
use std::{
    net::Ipv4Addr,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// A school with an administrator. Whoever waits does so longer than these tests take.
async fn patient() -> School {
    let mut school = School::open_with(vec![account("ada", "Ada", Role::Administrator, None)]).await;
    school.stop().await;
    school.serve_limited(Limits { feed_wait_seconds: 600, request_seconds: 600, ..Limits::default() }).await;
    school
}

async fn post(who: &Browser, device: &str, commands: Vec<Envelope>) -> Vec<Value> {
    who.post("/api/commands", &Posted { device: device_of(who.me.account, device), commands }).await.json().await.unwrap()
}

fn next(school: &School, student: AccountId, number: u64, ordinal: u32) -> Envelope {
    envelope(number, &Command::Attempt(school.attempt(student), attempt::Command::NextQuestion { ordinal }))
}

/// How far the log has come.
fn seen(response: &Response) -> u64 {
    response.headers()["leftfold-seen"].to_str().unwrap().parse().unwrap()
}

/// The places in the log of all events of a page.
fn positions(page: &Value) -> Vec<u64> {
    page["events"].as_array().unwrap().iter().map(|event| event["position"].as_u64().unwrap()).collect()
}

/// A request for a page of a feed.
#[derive(Clone)]
struct Asks {
    url: String,
    with: (&'static str, String),
}

impl Asks {
    fn token(school: &School, token: &str, path: String) -> Self {
        Self { url: format!("{}/api/feeds/{path}", school.url()), with: ("authorization", format!("Bearer {token}")) }
    }

    fn session(who: &Browser, path: String) -> Self {
        Self { url: format!("{}/api/feeds/{path}", who.url), with: ("cookie", who.cookie.clone()) }
    }

    async fn now(&self) -> Response {
        let (name, value) = &self.with;
        reqwest::Client::new().get(&self.url).header(*name, value).send().await.unwrap()
    }

    /// Four ask at once for what is not there yet. Two of them are told so at once, because the other two wait in the places that one may have.
    async fn until_two_wait(&self) -> JoinSet<Response> {
        let mut asking = JoinSet::new();
        for _ in 0..4 {
            let asks = self.clone();
            asking.spawn(async move { asks.now().await });
        }
        for _ in 0..2 {
            assert_eq!(asking.join_next().await.unwrap().unwrap().status(), 202);
        }
        asking
    }
}

#[tokio::test]
async fn a_reply_says_where_its_effect_can_be_seen_and_sent_again_it_says_the_same() {
    let mut school = School::open().await;
    let staff = Feed::Staff(school.class);
    let (ann, ours) = (school.sign_in("ann").await, token(&school, "grades", &[&staff.to_string()]).await);
    let me = ann.me.account;
    // The third is refused, and the fourth never comes to be decided.
    let commands = vec![school.start_attempt(me, 1), next(&school, me, 2, 1), next(&school, me, 3, 9), next(&school, me, 5, 1)];
    let replies = post(&ann, "script", commands.clone()).await;
    let started = replies[0]["position"].as_u64().unwrap();
    assert!(replies[0]["reply"]["Result"]["Accepted"].is_object(), "{replies:?}");
    assert!(replies[2..].iter().all(|reply| reply.get("position").is_none()), "{replies:?}");
    let page = get(&school, &ours, &format!("{staff}?at_least={started}"), None).await;
    assert_eq!((page.status().as_u16(), seen(&page)), (200, started));
    let page: Value = page.json().await.unwrap();
    let last = page["events"].as_array().unwrap().last().unwrap();
    assert_eq!((last["position"].as_u64(), last["device"].as_str()), (Some(started), Some(&*device_of(me, "script").to_string())));
    // Also over a restart, and over a socket; and what is so already was so there.
    school.stop().await;
    school.start().await;
    let ann = school.sign_in("ann").await;
    assert_eq!(post(&ann, "script", commands).await, replies);
    let (mut socket, _) = ann.sync("phone").await;
    socket.say(&ClientMessage::Command(school.start_attempt(me, 1))).await;
    let quiet = socket.hear_of("Result").await;
    assert_eq!((quiet["outcome"]["Accepted"]["events"].as_u64(), quiet["position"].as_u64()), (Some(0), Some(started)), "{quiet}");
}

#[tokio::test]
async fn a_wait_is_over_with_what_another_device_writes_and_nobody_waits_in_more_than_two_places() {
    let school = patient().await;
    let staff = Feed::Staff(school.class);
    let (ann, tess) = (school.sign_in("ann").await, school.sign_in("tess").await);
    let ours = token(&school, "grades", &[&staff.to_string()]).await;
    let before = seen(&get(&school, &ours, &staff.to_string(), None).await);
    let path = format!("{staff}?at_least={}", before + 2);
    let by_token = Asks::token(&school, &ours, path.clone()).until_two_wait().await;
    let by_session = Asks::session(&tess, path).until_two_wait().await;
    // Whoever waits may still read, and others may wait; and nobody else has waited for them.
    assert_eq!(get(&school, &ours, &format!("{staff}?at_least={before}"), None).await.status(), 200);
    let reply = post(&ann, "script", vec![school.start_attempt(ann.me.account, 1)]).await.remove(0);
    assert_eq!(reply["position"], before + 2, "it is begun, and asks");
    for page in by_token.join_all().await {
        assert_eq!((page.status().as_u16(), seen(&page)), (200, before + 2));
        assert_eq!(positions(&page.json().await.unwrap()).last(), Some(&(before + 2)));
    }
    for page in by_session.join_all().await {
        assert_eq!((page.status().as_u16(), seen(&page)), (200, before + 2));
        assert!(page.text().await.unwrap().contains(&ann.me.account.to_string()), "the frame has it, too");
    }
    // The places are free again.
    Asks::token(&school, &ours, format!("{staff}?at_least={}", before + 9)).until_two_wait().await.abort_all();
}

#[tokio::test]
async fn a_wait_ends_at_its_limit_with_how_far_the_log_has_come() {
    let mut school = School::open().await;
    school.stop().await;
    let metrics = Some((Ipv4Addr::LOCALHOST, 0).into());
    school.start_with(Limits { feed_wait_seconds: 1, metrics, ..Limits::default() }).await;
    let staff = Feed::Staff(school.class);
    let ours = token(&school, "grades", &[&staff.to_string()]).await;
    let mut took = Duration::ZERO;
    // The next one, and one of a future that no log has.
    let path = |at_least: u64| format!("{staff}?at_least={at_least}");
    let come = seen(&get(&school, &ours, &staff.to_string(), None).await);
    for at_least in [come + 1, u64::MAX] {
        let begun = Instant::now();
        let behind = get(&school, &ours, &path(at_least), None).await;
        assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
        took += begun.elapsed();
        assert_eq!((behind.status().as_u16(), seen(&behind), &behind.headers()["retry-after"]), (202, come, &"1".parse().unwrap()));
        let said: Value = behind.json().await.unwrap();
        assert_eq!((said["at_least"].as_u64(), said["seen"].as_u64(), said.get("events")), (Some(at_least), Some(come), None));
        assert!(said["said"].as_str().unwrap().starts_with("Accepted, but the view is behind"), "{said}");
    }
    // What a request wanted to wait did not make it slow.
    let begun = Instant::now();
    assert_eq!(get(&school, &ours, &path(come), None).await.status(), 200);
    assert_eq!(get(&school, &ours, "nonsense", None).await.status(), 403);
    let others = begun.elapsed() + Duration::from_secs(2);
    let (text, told) = told(&school).await;
    let sum = told[r#"leftfold_http_request_seconds_sum{route="/api/feeds/{*feed}"}"#];
    assert!(sum <= (took + others).as_secs_f64() - 2.0, "{sum} of {took:?}: {text}");
    for no_number in ["-1", "18446744073709551616", "x", ""] {
        let no = get(&school, &ours, &format!("{staff}?at_least={no_number}"), None).await;
        assert_eq!(no.status(), 400, "{no_number}");
    }
    // Nobody need let others wait.
    school.stop().await;
    school.start_with(Limits { feed_wait_seconds: 0, ..Limits::default() }).await;
    assert_eq!(get(&school, &ours, &path(come + 1), None).await.status(), 202);
}

#[tokio::test]
async fn a_right_that_ends_during_a_wait_is_none_and_one_that_comes_with_it_is_one() {
    let school = patient().await;
    let (staff, members) = (Feed::Staff(school.class), Feed::Class(school.class));
    let (tess, olga, ada) = (school.sign_in("tess").await, school.sign_in("olga").await, school.sign_in("ada").await);
    let ours = token(&school, "grades", &[&staff.to_string()]).await;
    let come = seen(&get(&school, &ours, &staff.to_string(), None).await);
    let path = |feed: Feed| format!("{feed}?at_least={}", come + 1);
    let (with_token, with_session) = (Asks::token(&school, &ours, path(staff)), Asks::session(&tess, path(staff)));
    let with_a_right_to_come = Asks::session(&olga, path(members));
    assert_eq!(Asks::session(&olga, members.to_string()).now().await.status(), 403);
    let (by_token, by_session) = (with_token.until_two_wait().await, with_session.until_two_wait().await);
    let by_olga = with_a_right_to_come.until_two_wait().await;
    operated(school.path(), Operation::RemoveToken { name: "grades".into() }).await.unwrap();
    assert!(tess.sign_out().await.status().is_success());
    let enrol = Command::Class(school.class, class::Command::EnrolStudent { student: olga.me.account });
    let reply = post(&ada, "script", vec![envelope(1, &enrol)]).await.remove(0);
    assert_eq!(reply["position"], come + 1, "{reply}");
    for (answers, status) in [(by_token, 401), (by_session, 401), (by_olga, 200)] {
        for answer in answers.join_all().await {
            assert_eq!(answer.status().as_u16(), status, "{}", answer.text().await.unwrap());
        }
    }
}

#[tokio::test]
async fn a_server_that_ends_lets_nobody_wait() {
    let mut school = patient().await;
    let own = Feed::Student(school.sign_in("ann").await.me.account);
    let asks = Asks::session(&school.sign_in("ann").await, format!("{own}?at_least={}", u64::MAX));
    let waiting = asks.until_two_wait().await;
    let begun = Instant::now();
    school.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(10), "it has not waited for them");
    for answer in waiting.join_all().await {
        assert_eq!(answer.status(), 202);
    }
}
