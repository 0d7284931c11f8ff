//! Whose computer it is: how long a session lasts there, and the key that seals what waits on it.

use crate::school::{Browser, PASSWORD, School};
use domain::protocol::Admission;
use serde_json::{Value, json};

/// The days that a browser, and the hours that the server, remember; none for as long as the browser is open.
const OWN_SECONDS: i64 = 30 * 24 * 60 * 60;
const SHARED_SECONDS: i64 = 12 * 60 * 60;

async fn sign_in(school: &School, login: &str, more: Value) -> (Option<String>, Browser, Admission) {
    let mut body = json!({ "login": login, "password": PASSWORD });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let response = reqwest::Client::new().post(format!("{}/api/sessions", school.url())).json(&body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    let arrival: Admission = response.json().await.unwrap();
    let age = cookie.split("; ").find_map(|part| part.strip_prefix("Max-Age=")).map(str::to_owned);
    let browser = Browser { url: school.url(), cookie: cookie.split(';').next().unwrap().to_owned(), me: arrival.who.clone() };
    (age, browser, arrival)
}

/// In how many seconds the newest session ends by itself.
fn ends_in(school: &School) -> i64 {
    let store = rusqlite::Connection::open(school.path().join("leftfold.sqlite")).unwrap();
    let expires: i64 = store.query_row("SELECT max(expires) FROM sessions", [], |row| row.get(0)).unwrap();
    (expires - server::clock::now().0) / 1_000
}

#[tokio::test]
async fn a_shared_computer_forgets_with_the_browser_and_one_s_own_after_thirty_days() {
    let school = School::open().await;
    for (more, age, lasts) in [
        (json!({}), None, SHARED_SECONDS),
        (json!({ "computer": "shared" }), None, SHARED_SECONDS),
        (json!({ "computer": "own" }), Some(OWN_SECONDS), OWN_SECONDS),
    ] {
        let (told, browser, _) = sign_in(&school, "ann", more.clone()).await;
        assert_eq!(told, age.map(|seconds: i64| seconds.to_string()), "{more}");
        assert!((lasts - 60..=lasts).contains(&ends_in(&school)), "{more}: {}", ends_in(&school));
        assert_eq!(browser.sign_out().await.status(), 204);
    }
    let odd = json!({ "login": "ann", "password": PASSWORD, "computer": "borrowed" });
    let response = reqwest::Client::new().post(format!("{}/api/sessions", school.url())).json(&odd).send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert!(response.json::<Value>().await.unwrap()["error"].as_str().unwrap().contains("own"));
}

#[tokio::test]
async fn the_sealing_key_is_an_account_s_own_and_outlives_sessions_and_restarts() {
    let mut school = School::open().await;
    let (_, ann, first) = sign_in(&school, "ann", json!({})).await;
    let (_, _, bob) = sign_in(&school, "bob", json!({})).await;
    assert_eq!(first.seal.len(), 43, "256 bits in base64url");
    assert_ne!(first.seal, bob.seal);
    let asked: Admission = ann.get("/api/sessions").await.json().await.unwrap();
    assert_eq!(asked, first, "who asks is told the same");
    assert_eq!(ann.sign_out().await.status(), 204);
    school.stop().await;
    school.start().await;
    let (_, _, again) = sign_in(&school, "ann", json!({ "computer": "own" })).await;
    assert_eq!(again, first);
    let elsewhere = School::open().await;
    assert_ne!(sign_in(&elsewhere, "ann", json!({})).await.2.seal, first.seal, "another school has other keys");
}
