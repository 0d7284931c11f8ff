//! Two schools in one process: each has its own log, and nothing of one shows in the other.

use crate::school::{Browser, PASSWORD, School, account, device_of};
use domain::{
    account::Role,
    feeds::Feed,
    protocol::{ClientMessage, Posted},
};
use serde_json::{Value, json};

#[tokio::test]
async fn two_schools_in_one_process_share_nothing() {
    let (mut one, other) = (School::open().await, School::open_with(vec![account("zoe", "Zoe", Role::Student, Some("2B"))]).await);
    let (ann, her_namesake) = (one.sign_in("ann").await, other.sign_in("ann").await);
    let sign_in = |school: &School, login: &str| {
        let body = json!({ "login": login, "password": PASSWORD });
        reqwest::Client::new().post(format!("{}/api/sessions", school.url())).json(&body).send()
    };
    assert_eq!(sign_in(&one, "zoe").await.unwrap().status(), 401, "nobody knows her there");
    assert_eq!(sign_in(&other, "zoe").await.unwrap().status(), 200);

    // A cookie is good where it was given.
    let with_the_cookie_of = |giver: &Browser, asked: &School| {
        reqwest::Client::new().get(format!("{}/api/sessions", asked.url())).header("cookie", &giver.cookie).send()
    };
    assert_eq!(with_the_cookie_of(&ann, &one).await.unwrap().status(), 200);
    assert_eq!(with_the_cookie_of(&ann, &other).await.unwrap().status(), 401);
    assert_eq!(with_the_cookie_of(&her_namesake, &one).await.unwrap().status(), 401);

    // Both have a class 2B: what is done in one is not in the other, nor is one to be read with a session of the other.
    let head = async |teacher: &Browser, class| {
        let page: Value = teacher.get(&format!("/api/feeds/{}?kinds=AttemptStarted", Feed::Staff(class))).await.json().await.unwrap();
        page["head"].as_u64().unwrap()
    };
    let (tess, theirs) = (one.sign_in("tess").await, other.sign_in("tess").await);
    let (before, before_there) = (head(&tess, one.class).await, head(&theirs, other.class).await);
    let (mut listening, _) = her_namesake.sync("phone").await;
    let account = ann.me.account;
    let posted = Posted { device: device_of(account, "laptop"), commands: vec![one.start_attempt(account, 1)] };
    let replies: Value = ann.post("/api/commands", &posted).await.json().await.unwrap();
    assert!(replies[0]["reply"]["Result"]["Accepted"].is_object(), "{replies}");
    assert!(head(&tess, one.class).await > before, "her teacher sees it");
    assert_eq!(theirs.get(&format!("/api/feeds/{}", Feed::Staff(one.class))).await.status(), 403);
    assert_eq!(head(&theirs, other.class).await, before_there, "the other school has nothing of it");

    // One ends, the other goes on, over the socket that was open.
    one.stop().await;
    assert_eq!(her_namesake.get("/api/sessions").await.status(), 200);
    let account = her_namesake.me.account;
    listening.say(&ClientMessage::Command(other.start_attempt(account, 1))).await;
    let (result, _) = listening.hear_result_and_events(Feed::Student(account), 1).await;
    assert_eq!(result["number"], 1, "{result}");
}
