//! Whether a command came within its window is judged by the times that its device can claim, by socket or posted.

use crate::school::{Browser, School, device_of, envelope};
use domain::{
    attempt, class,
    command::Command,
    content::Correction,
    course,
    feeds::Feed,
    ids::QuestionId,
    protocol::{ClientMessage, Envelope, Posted},
    rights::HANDED_OUT_BEFORE_MS,
    time::Timestamp,
};
use serde_json::{Value, json};
use server::clock::now;

const HOUR_MS: i64 = 60 * 60 * 1_000;

fn from_now(hours: i64) -> Timestamp {
    Timestamp(now().0 + hours * HOUR_MS)
}

/// A script's command; its reply.
async fn posted(browser: &Browser, device: &str, command: Envelope) -> Value {
    let posted = Posted { device: device_of(browser.me.account, device), commands: vec![command] };
    browser.post("/api/commands", &posted).await.json::<Value>().await.unwrap()[0]["reply"].clone()
}

/// The same command over a socket of another device.
async fn said(browser: &Browser, device: &str, command: Envelope) -> Value {
    let (mut socket, _) = browser.sync(device).await;
    socket.say(&ClientMessage::Command(command)).await;
    json!({ "Result": socket.hear_of("Result").await["outcome"] })
}

/// Tess opens the unit to the class from and until so many hours from now.
async fn open_between(school: &School, tess: &Browser, number: u64, from: i64, until: i64) {
    let course = school.edition.course;
    let window = class::Command::AssignUnit { unit: school.unit, course, from: Some(from_now(from)), until: Some(from_now(until)) };
    let reply = posted(tess, "desk", envelope(number, &Command::Class(school.class, window))).await;
    assert_eq!(reply["Result"]["Accepted"]["events"], 1, "{reply}");
}

#[tokio::test]
async fn nobody_works_before_a_unit_opens_or_after_it_closes_whatever_the_device_claims() {
    let school = School::counting().await;
    let (tess, ann) = (school.sign_in("tess").await, school.sign_in("ann").await);
    let not_open = json!({ "Result": { "Refused": { "Attempt": "NotOpenNow" } } });
    let start = |at: Timestamp| Envelope { at, ..school.start_attempt(ann.me.account, 1) };
    // It closed an hour ago, and she was not even signed in; it opens next week.
    for (number, from, until, claim) in [(1, -5, -1, -2), (2, 7 * 24, 8 * 24, 7 * 24 + 1)] {
        open_between(&school, &tess, number, from, until).await;
        assert_eq!(posted(&ann, &format!("script {number}"), start(from_now(claim))).await, not_open, "posted {claim}");
        assert_eq!(said(&ann, &format!("phone {number}"), start(from_now(claim))).await, not_open, "said {claim}");
    }
    // It is open, and her clock is two days ahead.
    open_between(&school, &tess, 3, -1, 1).await;
    let reply = said(&ann, "phone 3", start(from_now(48))).await;
    assert_eq!(reply["Result"]["Accepted"]["events"], 2, "{reply}");
    // What is recorded is what the device claimed.
    let answer = attempt::Command::SubmitAnswer { ordinal: 1, try_number: 1, inputs: crate::counting::text("1000"), ms: None };
    let answer = Envelope { at: from_now(49), ..envelope(1, &Command::Attempt(school.attempt(ann.me.account), answer)) };
    assert_eq!(posted(&ann, "script 4", answer).await["Result"]["Accepted"]["events"], 1);
}

/// A unit that opens next week is nobody's to look up today, whatever the page does not show.
#[tokio::test]
async fn paper_and_key_are_handed_out_from_the_opening_on() {
    let school = School::open().await;
    let (paper, key) = (format!("/api/content/{}", school.edition.paper), format!("/api/content/{}", school.edition.key));
    let (tess, ann) = (school.sign_in("tess").await, school.sign_in("ann").await);
    let given = async |who: &Browser| [who.get(&paper).await.status().as_u16(), who.get(&key).await.status().as_u16()];
    assert_eq!(given(&ann).await, [200, 200], "without a window it is always open");
    open_between(&school, &tess, 1, 1, 2).await;
    assert_eq!(given(&ann).await[1], 404, "it opens in an hour");
    assert_eq!(given(&tess).await, [200, 200], "her teacher prepares it");
    open_between(&school, &tess, 2, -1, 1).await;
    assert_eq!(given(&ann).await, [200, 200], "it has opened");
    open_between(&school, &tess, 3, -2, -1).await;
    assert_eq!(given(&ann).await, [200, 200], "it was open, and is hers to read again");
}

/// What was corrected in a unit is what is right in it: it comes with the unit's opening, and until then to nobody but teachers.
#[tokio::test]
async fn corrections_come_with_the_opening_of_their_unit_and_to_nobody_else() {
    const WORDS: &str = "86753091234";
    let school = School::counting().await;
    let (course, unit) = (school.edition.course, school.unit);
    let (of_unit, of_course) = (Feed::Unit(course, unit), Feed::Corrections(course));
    let (tess, ann) = (school.sign_in("tess").await, school.sign_in("ann").await);
    open_between(&school, &tess, 1, 1, 2).await;
    let (mut socket, before) = ann.sync("phone").await;
    let (mut desk, _) = tess.sync("board").await;
    let correction = Correction::AcceptToo { inputs: crate::counting::text(WORDS) };
    let question = QuestionId::derived(&[&unit.to_string(), "1"]);
    let correct = course::Command::Correct { unit, question, correction, harm_nobody: false };
    let reply = posted(&tess, "desk", envelope(2, &Command::Course(course, correct))).await;
    assert_eq!(reply["Result"]["Accepted"]["events"], 1, "{reply}");
    assert!(desk.hear_events(of_course, 1).await[0].to_string().contains(WORDS), "her teacher reads it at once");
    let heard = [Value::from(before), Value::from(socket.hear_all().await)];
    assert!(heard.iter().all(|heard| !heard.to_string().contains(WORDS)), "{heard:?}");
    for feed in [of_unit, of_course] {
        assert_eq!(ann.get(&format!("/api/feeds/{feed}")).await.status(), 403, "{feed}");
    }
    // It opens in some seconds; nothing else happens.
    let (from, until) = (Some(Timestamp(now().0 + HANDED_OUT_BEFORE_MS + 1_500)), Some(from_now(1)));
    let window = class::Command::AssignUnit { unit, course, from, until };
    posted(&tess, "desk", envelope(3, &Command::Class(school.class, window))).await;
    let granted = socket.hear_of("Feeds").await;
    assert!(granted["granted"][of_unit.to_string()].is_object() && granted["granted"][of_course.to_string()].is_null(), "{granted}");
    assert!(now() >= Timestamp(from.unwrap().0 - HANDED_OUT_BEFORE_MS), "not before");
    assert!(socket.hear_events(of_unit, 1).await[0].to_string().contains(WORDS));
    assert_eq!(ann.get(&format!("/api/feeds/{of_course}")).await.status(), 403, "those of other units are not hers");
    // It is closed again: it was open, and what she learnt stays hers.
    open_between(&school, &tess, 4, -2, -1).await;
    assert_eq!(ann.get(&format!("/api/feeds/{of_unit}")).await.status(), 200);
}
