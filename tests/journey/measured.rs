//! The metrics for Prometheus, at an address of their own: they contain nobody's name, and as many lines whatever students send.

use crate::{
    device::Device,
    school::{Browser, PATIENCE, School, device_of, envelope},
};
use domain::{
    attempt,
    command::Command,
    ids::AccountId,
    protocol::{Envelope, Posted},
    time::Timestamp,
};
use reqwest::{Client, Method};
use serde_json::{Value, value::RawValue};
use server::limits::Limits;
use std::{collections::BTreeMap, net::Ipv4Addr, time::Instant};

async fn measured() -> School {
    let mut school = School::open().await;
    school.stop().await;
    school.start_with(Limits { metrics: Some((Ipv4Addr::LOCALHOST, 0).into()), ..Limits::default() }).await;
    school
}

/// What is told: each line's name with its labels, and its value.
pub async fn told(school: &School) -> (String, BTreeMap<String, f64>) {
    let address = school.running.as_ref().unwrap().metrics.expect("it is asked for");
    let answer = reqwest::get(format!("http://{address}/metrics")).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"text/plain; version=0.0.4; charset=utf-8".parse().unwrap())
    );
    let text = answer.text().await.unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let values = lines.map(|line| {
        let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}"));
        (name.to_owned(), value.parse().unwrap_or_else(|fault| panic!("{line}: {fault}")))
    });
    let values = values.collect();
    (text, values)
}

async fn post(browser: &Browser, device: &str, commands: Vec<Envelope>) -> Vec<Value> {
    let posted = Posted { device: device_of(browser.me.account, device), commands };
    browser.post("/api/commands", &posted).await.json().await.unwrap()
}

fn raw(number: u64, stream: &str, body: &str) -> Envelope {
    Envelope { number, stream: stream.to_owned(), at: Timestamp(1_000), body: RawValue::from_string(body.to_owned()).unwrap() }
}

#[tokio::test]
async fn what_commands_come_to_and_how_long_it_takes_is_told() {
    let school = measured().await;
    let ann = school.sign_in("ann").await;
    let mut device = Device::open(&school, &ann, "laptop");
    device.until("it is equipped", |device| device.replica.is_live() && device.replica.is_caught_up()).await;
    let heard = device.received.len();
    let own = school.attempt(ann.me.account);
    let next = |key| Command::Attempt(key, attempt::Command::NextQuestion { ordinal: 7 });
    let commands = vec![
        school.start_attempt(ann.me.account, 1),
        envelope(2, &next(own)),
        envelope(3, &next(school.attempt(AccountId::derived(&["bob"])))),
        raw(4, "recipe/1", "{}"),
        envelope(9, &next(own)),
    ];
    let replies = post(&ann, "script", commands).await;
    assert_eq!(replies.len(), 5);
    device.until("it is told", |device| device.received.len() > heard).await;
    let expected = [
        (r#"leftfold_commands_total{kind="Attempt.Start",outcome="accepted",refusal=""}"#, 1.0),
        (r#"leftfold_commands_total{kind="Attempt.NextQuestion",outcome="forbidden",refusal=""}"#, 1.0),
        (r#"leftfold_commands_total{kind="",outcome="refused",refusal="Unreadable"}"#, 1.0),
        (r#"leftfold_commands_undecided_total{answer="gap"}"#, 1.0),
        ("leftfold_sockets", 1.0),
        ("leftfold_store_open", 1.0),
        ("leftfold_reactor_parked", 0.0),
        ("leftfold_queue", 0.0),
        ("leftfold_work_turned_away_total", 0.0),
    ];
    // The writer, the socket and the request note what they did after they have done it.
    let noted = ["leftfold_work_seconds_count", "leftfold_work_waited_seconds_count"];
    let route = r#"leftfold_http_requests_total{route="/api/commands",status="200"}"#;
    let deadline = Instant::now() + PATIENCE;
    let (text, told) = loop {
        let (text, now) = told(&school).await;
        let at_least = |name: &str, least: f64| now.get(name).is_some_and(|value| *value >= least);
        let all = at_least("leftfold_delivery_seconds_count", 1.0)
            && at_least(route, 1.0)
            && noted.iter().all(|name| at_least(name, 5.0))
            && expected.iter().all(|(name, value)| now.get(*name) == Some(value));
        if all || Instant::now() > deadline {
            break (text, now);
        }
    };
    assert!(told["leftfold_delivery_seconds_count"] >= 1.0, "{text}");
    for (name, value) in expected {
        assert_eq!(told.get(name), Some(&value), "{name}:\n{text}");
    }
    let refused = told
        .keys()
        .find(|name| name.starts_with(r#"leftfold_commands_total{kind="Attempt.NextQuestion",outcome="refused",refusal="Attempt."#));
    assert!(refused.is_some(), "{text}");
    for step in ["decide", "append", "fold", "commit", "fan_out"] {
        let count = told[&format!(r#"leftfold_step_seconds_count{{step="{step}"}}"#)];
        assert!(count >= 1.0, "{step}:\n{text}");
        // Half of them, and nearly all, can be placed: the last bucket has as many as there are.
        let all = told[&format!(r#"leftfold_step_seconds_bucket{{step="{step}",le="+Inf"}}"#)];
        assert_eq!(all, count, "{step}:\n{text}");
    }
    for name in noted {
        assert!(told[name] >= 5.0, "{name}:\n{text}");
    }
    assert!(told[route] >= 1.0, "{text}");
    if cfg!(target_os = "linux") {
        assert!(told["leftfold_resident_bytes"] > 1_000_000.0, "{text}");
    }
    let secret = [ann.me.account.to_string(), school.class.to_string(), "ann".into(), "Ann".into(), "2B".into()];
    assert!(!secret.iter().any(|secret| text.contains(secret.as_str())), "{text}");
}

#[tokio::test]
async fn whatever_a_pupil_sends_makes_no_line_more() {
    let school = measured().await;
    let ann = school.sign_in("ann").await;
    let own = school.attempt(ann.me.account).to_string();
    let client = Client::new();
    // Round by round the same kinds of nonsense, each time with other words in it.
    let nonsense = async |round: u64| {
        let commands = (1..=20).map(|n| {
            let number = round * 20 + n;
            match n % 5 {
                0 => raw(number, &format!("recipe/{number}"), "{}"),
                1 => raw(number, &own, &format!(r#"{{"Word{number}":{{}}}}"#)),
                2 => raw(number, &own, &format!(r#"{{"NextQuestion":{{"ordinal":{number}}}}}"#)),
                3 => raw(number, &own, &format!(r#"{{"Next\u0051uestion":{{"ordinal":{number},"word{number}":"{number}"}}}}"#)),
                _ => raw(number, &own, &format!(r#""word{number}""#)),
            }
        });
        post(&ann, "script", commands.collect()).await;
        for n in 1..=5 {
            let word = format!("word{round}x{n}");
            for path in ["/", "/api/", "/api/feeds/student/", "/api/content/", "/api/sessions/"] {
                let asked =
                    client.request(Method::from_bytes(word.to_uppercase().as_bytes()).unwrap(), format!("{}{path}{word}", school.url()));
                asked.header("cookie", &ann.cookie).send().await.unwrap();
                ann.get(&format!("{path}{word}")).await;
            }
        }
        let address = school.running.as_ref().unwrap().metrics.unwrap();
        assert_eq!(reqwest::get(format!("http://{address}/word{round}")).await.unwrap().status(), 404);
        told(&school).await
    };
    nonsense(0).await;
    let (_, before) = nonsense(1).await;
    let (text, after) = nonsense(2).await;
    let more: Vec<_> = after.keys().filter(|name| !before.contains_key(*name)).collect();
    assert!(more.is_empty(), "{more:?}");
    assert!(!text.contains("Word") && !text.contains("word"), "{text}");
    assert!(after.len() < 1_000, "{}", after.len());
}

#[tokio::test]
async fn nothing_is_measured_unless_it_is_asked_for_and_never_where_pupils_are() {
    let school = School::open().await;
    assert_eq!(school.running.as_ref().unwrap().metrics, None);
    let school = measured().await;
    for path in ["/metrics", "/api/metrics"] {
        let answer = reqwest::get(format!("{}{path}", school.url())).await.unwrap().text().await.unwrap();
        assert!(!answer.contains("leftfold_commands"), "{path}: {answer}");
    }
}
