//! A teacher and her students at the same time: who sees what, how soon, and who sees nothing.

use crate::{
    agreement::{holds, only_reply},
    counting::{published, unit},
    device::{Device, until_all},
    school::{Browser, PASSWORD, School, account, device_of, envelope, operated},
};
use domain::{
    account::Role,
    attempt, class,
    command::{Command, Refusal},
    feeds::Feed,
    ids::UnitId,
    protocol::{Outcome, Posted},
    replica::SyncState,
};
use futures_util::future::join_all;
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

/// A second is promised, on a quiet machine; here other tests run at the same time.
const PROMPT: Duration = Duration::from_secs(5);

/// Answers that are found nowhere by chance, as a short number would be in a time.
const WILS_WORK: &str = "47114711471147114711";
const XANS_WORK: &str = "81581581581581581581";

async fn counting_school() -> School {
    School::open_with(vec![
        published("counting", "2B"),
        account("wil", "Wilhelmina Quist", Role::Student, Some("2B")),
        account("xan", "Xanthippe Rood", Role::Student, Some("2B")),
    ])
    .await
}

fn up() -> UnitId {
    unit("counting", "up")
}

async fn student(school: &School, login: &str) -> Device {
    let browser = school.sign_in(login).await;
    let mut device = Device::open(school, &browser, "tablet");
    device.until("everything to work with is there", Device::is_equipped).await;
    device
}

async fn teacher(school: &School) -> Device {
    let browser = school.sign_in("tess").await;
    let mut desk = Device::open(school, &browser, "desk");
    desk.until_confirmed().await;
    desk
}

#[tokio::test]
async fn the_teacher_sees_each_answer_at_once_and_a_classmate_gets_no_name_no_id_and_no_work() {
    let school = counting_school().await;
    let (mut desk, mut wil, mut xan) = (teacher(&school).await, student(&school, "wil").await, student(&school, "xan").await);
    let (wil_id, xan_id) = (wil.browser.me.account, xan.browser.me.account);
    assert_eq!(desk.replica.people().get(&wil_id).map(String::as_str), Some("Wilhelmina Quist"));
    wil.begin(up()).await.unwrap();
    wil.enter(up(), WILS_WORK).await.unwrap();
    wil.answer_right(up()).await.unwrap();
    let mut latencies = Vec::new();
    for right in 1..=20 {
        wil.next_question(up()).await.unwrap();
        let begun = Instant::now();
        wil.answer_right(up()).await.unwrap();
        until_all(&mut [&mut desk, &mut wil, &mut xan], "the teacher sees it", |devices| {
            let overview = &devices[0].replica.shown().overview;
            overview.student(school.class, wil_id).is_some_and(|row| (row.answered, row.right) == (right + 1, right))
        })
        .await;
        latencies.push(begun.elapsed());
        wil.until_confirmed().await;
    }
    latencies.sort();
    println!("from answer to the teacher's replica: median {} ms, worst {} ms", latencies[10].as_millis(), latencies[19].as_millis());
    assert!(latencies[19] < PROMPT, "{latencies:?}");
    xan.begin(up()).await.unwrap();
    xan.enter(up(), XANS_WORK).await.unwrap();
    until_all(&mut [&mut desk, &mut wil, &mut xan], "all is confirmed", |devices| {
        let row = devices[0].replica.shown().overview.student(school.class, xan_id);
        devices.iter().all(|device| device.is_confirmed()) && row.is_some_and(|row| row.answered == 1)
    })
    .await;
    // A connection keeps order: whatever was meant for it before comes before the answer to a new command.
    wil.next_question(up()).await.unwrap();
    wil.until_confirmed().await;
    xan.answer_right(up()).await.unwrap();
    xan.until_confirmed().await;
    let staff = Feed::Staff(school.class);
    let all = desk.browser.feed(staff).await.len();
    desk.until("the teacher has all", |desk| desk.log(staff).len() == all).await;
    for (device, others) in [(&wil, ["Xanthippe", XANS_WORK, &xan_id.to_string()]), (&xan, ["Wilhelmina", WILS_WORK, &wil_id.to_string()])]
    {
        assert!(device.received.len() > 5);
        for secret in others.into_iter().chain(["tess", "Tess", "$argon2"]) {
            assert!(!holds(&device.received, secret), "{secret} reached a student's device");
        }
        assert_eq!(device.replica.people().len(), 1);
    }
    assert!(holds(&desk.received, WILS_WORK) && holds(&desk.received, XANS_WORK), "the scan finds what is there");
    for device in [&desk, &wil, &xan] {
        device.assert_agreement().await;
    }
}

async fn remove(school: &School, tess: &Browser, student: &Device, number: u64) {
    let command = Command::Class(school.class, class::Command::RemoveStudent { student: student.browser.me.account });
    let commands = vec![envelope(number, &command)];
    let posted = Posted { device: device_of(tess.me.account, "script"), commands };
    assert!(only_reply(tess.post("/api/commands", &posted).await).await["Result"]["Accepted"].is_object());
}

fn class_is_gone(school: &School, device: &Device) -> bool {
    let gone = |feed: &Feed| *feed == Feed::Class(school.class);
    let data = device.database.data();
    !device.replica.marks().keys().any(gone) && !data.feeds.keys().any(gone) && !data.chunks.keys().any(|(feed, _)| gone(feed))
}

#[tokio::test]
async fn a_right_that_is_lost_takes_its_feed_from_the_device_and_the_line_goes_on() {
    let school = counting_school().await;
    let tess = school.sign_in("tess").await;
    let (mut wil, mut xan) = (student(&school, "wil").await, student(&school, "xan").await);
    for device in [&mut wil, &mut xan] {
        device.begin(up()).await.unwrap();
        device.until_confirmed().await;
    }
    xan.cut().await;
    xan.enter(up(), "4711").await.unwrap();

    let begun = Instant::now();
    remove(&school, &tess, &wil, 1).await;
    wil.until("the class is purged", |wil| class_is_gone(&school, wil)).await;
    println!("from the removal to the purged feed: {} ms", begun.elapsed().as_millis());
    assert!(begun.elapsed() < PROMPT);
    wil.until_confirmed().await;
    assert_eq!(wil.enter(up(), "1").await.unwrap_err(), Refusal::Attempt(attempt::Refusal::NotAssigned));
    wil.assert_agreement().await;

    // What was answered before the student heard of it is refused and kept.
    remove(&school, &tess, &xan, 2).await;
    xan.mend().await;
    xan.until("the class is purged", |xan| class_is_gone(&school, xan)).await;
    xan.until_confirmed().await;
    assert_eq!(xan.says(), SyncState::Refused);
    let refused = &xan.replica.inbox()[0];
    assert_eq!(refused.outcome, Outcome::Refused(Refusal::Attempt(attempt::Refusal::NotAssigned)));
    assert!(refused.command.body.contains("4711"));
    xan.assert_agreement().await;
}

#[tokio::test]
async fn work_under_another_session_is_kept_and_never_recorded_as_the_other_s() {
    let school = counting_school().await;
    let (mut wil, xan) = (student(&school, "wil").await, school.sign_in("xan").await);
    let own = wil.browser.clone();
    wil.begin(up()).await.unwrap();
    wil.until_confirmed().await;
    wil.cut().await;
    wil.answer_right(up()).await.unwrap();
    let before = school.rows();
    wil.browser.cookie = xan.cookie.clone();
    wil.mend().await;
    wil.until("it is told to sign in again", |wil| wil.sign_in_again).await;
    assert!(!wil.replica.is_live());
    assert_eq!((wil.says(), wil.database.data().outbox.len()), (SyncState::Offline { answers: 1 }, 1));
    assert_eq!(school.rows(), before);
    let mut wil = wil.reopened();
    wil.browser = own;
    wil.mend().await;
    wil.until_confirmed().await;
    wil.assert_agreement().await;
}

#[tokio::test]
async fn a_course_brought_in_while_serving_is_there_without_a_reload() {
    let school = counting_school().await;
    let (mut desk, mut wil) = (teacher(&school).await, student(&school, "wil").await);
    let new = unit("more counting", "up");
    let publish = operated(school.path(), published("more counting", "2B"));
    let (said, ()) = tokio::join!(publish, wil.until("the new unit is there", |wil| wil.has_unit(new)));
    assert_eq!(said.unwrap(), "edition 1 published, 3 sections, 30 questions, assigned to 2B");
    wil.begin(new).await.unwrap();
    wil.answer_right(new).await.unwrap();
    let id = wil.browser.me.account;
    until_all(&mut [&mut desk, &mut wil], "the teacher sees work on it", |devices| {
        let row = devices[0].replica.shown().overview.student(school.class, id);
        devices.iter().all(|device| device.is_confirmed()) && row.is_some_and(|row| row.right == 1)
    })
    .await;
    assert_eq!((wil.connects, desk.connects), (1, 1), "over the line that was open");
    wil.assert_agreement().await;
    desk.assert_agreement().await;
}

#[tokio::test]
async fn twenty_sign_in_at_once_and_of_a_hundred_accounts_with_one_login_one_is_made() {
    let school = counting_school().await;
    let begun = Instant::now();
    let logins = ["ann", "bob", "tess", "wil", "xan"];
    let browsers = join_all((0..20).map(|n| school.sign_in(logins[n % logins.len()]))).await;
    println!("20 sign-ins at once: {} ms", begun.elapsed().as_millis());
    let cookies: BTreeSet<_> = browsers.iter().map(|browser| &browser.cookie).collect();
    assert_eq!(cookies.len(), 20);
    for browser in &browsers {
        assert_eq!(browser.get("/api/sessions").await.status(), 200);
    }

    let before = school.rows();
    let adding = (0..100).map(|n| operated(school.path(), account("Yorick", &format!("Yorick {n}"), Role::Student, Some("2B"))));
    let (added, refused): (Vec<_>, Vec<_>) = join_all(adding).await.into_iter().partition(Result::is_ok);
    assert_eq!((added.len(), refused.len()), (1, 99));
    assert!(refused.into_iter().all(|refused| refused.unwrap_err().to_string().contains("yorick is taken")));
    let after = school.rows();
    assert_eq!([after["people"] - before["people"], after["claims"] - before["claims"], after["events"] - before["events"]], [1, 1, 2]);
    let sent = reqwest::Client::new().post(format!("{}/api/sessions", school.url()));
    let response = sent.json(&serde_json::json!({ "login": "yorick", "password": PASSWORD })).send().await.unwrap();
    assert_eq!(response.status(), 200);
}
