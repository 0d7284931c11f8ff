//! A correction can be made again when it is needed: for a later edition, or after another correction has replaced it. One that still holds changes
//! nothing.

use crate::{
    agreement::only_reply,
    counting::{published, text, unit},
    school::{Browser, School, device_of, envelope, operated},
};
use domain::{
    attempt,
    command::Command,
    content::{Accepted, Correction, Form, Right, Tolerance},
    course,
    decision::newest_edition,
    event::Event,
    feeds::Feed,
    ids::{CourseId, DeviceId, QuestionId},
    protocol::Posted,
};
use serde_json::Value;
use server::engine::Operation;

fn question(n: usize) -> QuestionId {
    QuestionId::derived(&[&unit("counting", "up").to_string(), &n.to_string()])
}

/// Tess says something of each of these questions, with numbers of her commands from this one on; how many events followed from each.
async fn tess_says(tess: &Browser, first: u64, said: &[(usize, Correction)]) -> Vec<Value> {
    let command = |(number, (n, correction)): (u64, &(usize, Correction))| {
        let (unit, question, correction) = (unit("counting", "up"), question(*n), correction.clone());
        let command = course::Command::Correct { unit, question, correction, harm_nobody: false };
        envelope(number, &Command::Course(CourseId::derived(&["counting"]), command))
    };
    let commands = (first..).zip(said).map(command).collect();
    let posted = Posted { device: DeviceId::derived(&["tess's script"]), commands };
    let replies: Vec<Value> = tess.post("/api/commands", &posted).await.json().await.unwrap();
    replies.iter().map(|reply| reply["reply"]["Result"]["Accepted"]["events"].clone()).collect()
}

/// The same course, with another title: an edition more.
fn second_edition() -> Operation {
    match published("counting", "2B") {
        Operation::PublishCourse { mut edition, class } => {
            edition.paper.title = "counting, second edition".into();
            Operation::PublishCourse { edition, class }
        }
        other => panic!("it publishes: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_accepted_again_for_a_later_edition_is_right_there() {
    let school = School::counting().await;
    let tess = school.sign_in("tess").await;
    let all: Vec<(usize, Correction)> = (1..=10).map(|n| (n, Correction::AcceptToo { inputs: text("1000") })).collect();
    assert_eq!(tess_says(&tess, 1, &all).await, vec![1; 10]);
    assert_eq!(tess_says(&tess, 11, &all).await, vec![0; 10], "they stand");
    operated(school.path(), second_edition()).await.unwrap();
    assert_eq!(tess_says(&tess, 21, &all).await, vec![1; 10], "the later edition needs them");
    assert_eq!(tess_says(&tess, 31, &all).await, vec![0; 10], "they stand for the later edition");

    let bob = school.sign_in("bob").await;
    let edition = newest_edition(&school.directory(), school.class, school.unit).unwrap();
    assert_eq!(edition.number, 2);
    let key = school.attempt(bob.me.account);
    let answer = attempt::Command::SubmitAnswer { ordinal: 1, try_number: 1, inputs: text("1000"), ms: None };
    for (number, command) in (1..).zip([attempt::Command::Start { edition }, answer]) {
        let commands = vec![envelope(number, &Command::Attempt(key, command))];
        let reply = only_reply(bob.post("/api/commands", &Posted { device: device_of(bob.me.account, "laptop"), commands }).await).await;
        assert!(reply["Result"]["Accepted"].is_object(), "{reply}");
    }
    let log = bob.feed(Feed::Student(bob.me.account)).await;
    let right = |event: &Event| matches!(event, Event::Attempt(_, attempt::Event::QuestionAnsweredCorrectly(_)));
    assert!(log.values().any(|(recorded, _)| right(&recorded.event)), "it is right in the second edition");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_right_is_said_again_when_another_answer_came_between() {
    let school = School::counting().await;
    let tess = school.sign_in("tess").await;
    let right_is = |right: &str| {
        let accepted = vec![Accepted { value: right.parse().unwrap(), within: Tolerance::Exact }];
        (1, Correction::Replace { field: 0, right: Right::Number { accepted, form: Form::Any } })
    };
    let said = [right_is("5"), right_is("6"), right_is("5"), right_is("5")];
    assert_eq!(tess_says(&tess, 1, &said).await, [1, 1, 1, 0], "5, 6 and 5 again, which then stands");
    // Each command ends in one result: sent again, the first is not news once more.
    assert_eq!(tess_says(&tess, 1, &said).await, [1, 1, 1, 0]);
    let directory = school.directory();
    let corrections = &directory.course(CourseId::derived(&["counting"])).unwrap().contents.corrections;
    assert_eq!(corrections.len(), 3);
}
