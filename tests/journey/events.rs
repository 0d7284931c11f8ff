//! `leftfold events`: any stream, feed, cause and command on the command line, beside a server that goes on.

use crate::{
    agreement::only_reply,
    checked::at_work,
    counting::{text, unit},
    program::run,
    school::{PATIENCE, School, device_of, envelope, operated},
};
use domain::{
    attempt::AttemptKey,
    command::Command,
    content::Correction,
    course,
    event::StreamId,
    feeds::Feed,
    ids::{AccountId, CourseId, QuestionId},
    protocol::Posted,
};
use serde_json::{Value, json};
use server::{
    auth::token::hash_of,
    engine::Operation,
    operator::{backup::back_up, folder::store_in},
};
use std::{fs, time::Instant};

/// What the program prints for these arguments, line by line.
async fn shown(school: &School, arguments: &[&str]) -> Vec<Value> {
    let (said, status) = run(school.path(), &[&["events"], arguments].concat()).await;
    assert_eq!(status, 0, "{arguments:?}: {said}");
    said.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|fault| panic!("{fault}: {line}"))).collect()
}

fn kinds(lines: &[Value]) -> Vec<&str> {
    lines.iter().filter_map(|line| line["kind"].as_str()).collect()
}

/// A student's attempt at which [`at_work`] lets them work.
fn attempt(school: &School, student: AccountId) -> String {
    StreamId::Attempt(AttemptKey { student, class: school.class, unit: unit("counting", "up"), run: 1 }).to_string()
}

#[tokio::test]
async fn a_stream_and_a_feed_are_printed_as_other_systems_get_them() {
    let school = at_work().await;
    let ann = school.sign_in("ann").await;
    let staff = Feed::Staff(school.class).to_string();
    let token = Operation::AddToken { name: "grades".into(), feeds: vec![staff.clone()], token_hash: hash_of("abc") };
    operated(school.path(), token).await.unwrap();
    let asked = reqwest::Client::new().get(format!("{}/api/feeds/{staff}", school.url())).bearer_auth("abc");
    let exported = asked.header("accept", "application/x-ndjson").send().await.unwrap().text().await.unwrap();
    let (printed, status) = run(school.path(), &["events", "--feed", &staff]).await;
    assert_eq!((&printed, status), (&exported, 0), "byte for byte");
    let part = shown(&school, &["--feed", &staff, "--from", "3", "--limit", "4"]).await;
    assert_eq!(part.iter().map(|line| line["number"].as_u64().unwrap()).collect::<Vec<_>>(), [3, 4, 5, 6]);

    let name = attempt(&school, ann.me.account);
    let stream = shown(&school, &["--stream", &name]).await;
    assert_eq!(kinds(&stream)[..3], ["AttemptStarted", "QuestionAssigned", "QuestionAnsweredWrongly"]);
    for (line, version) in stream.iter().zip(1..) {
        assert_eq!((line["stream"].as_str(), line["version"].as_u64()), (Some(&*name), Some(version)));
        assert!(line.get("number").is_none(), "of no feed: {line}");
        // What the feed has of it is the same, but for the number there.
        let mut exported = exported.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut same = exported.find(|other| other["id"] == line["id"]).expect("an attempt is in its class's feed");
        same.as_object_mut().unwrap().remove("number");
        assert_eq!(&same, line);
    }
    let part = shown(&school, &["--stream", &name, "--from", "2", "--limit", "1"]).await;
    assert_eq!(part, stream[1..2]);
    // A backup is looked at alike, and nobody's name is in either.
    let backup = school.path().join("backup");
    back_up(school.path(), &backup).unwrap();
    assert_eq!(shown(&school, &["--stream", &name, backup.to_str().unwrap()]).await, stream);
    assert!(!printed.contains("Ann") && !printed.contains("Tess") && !printed.contains("ann"), "{printed}");
}

#[tokio::test]
async fn a_command_is_shown_with_its_result_and_those_around_it() {
    let school = at_work().await;
    let ann = school.sign_in("ann").await.me.account;
    let device = device_of(ann, "script").to_string();
    let all = shown(&school, &["--command", &device, "2"]).await;
    let answered = |number: u64, outcome: Value| json!({ "device": device, "command": number, "actor": ann, "outcome": outcome });
    let of = |number: u64| all.iter().filter(|line| line["command"] == number).cloned().collect::<Vec<Value>>();
    assert_eq!(kinds(&of(1)), ["AttemptStarted", "QuestionAssigned"]);
    assert_eq!(of(1).last(), Some(&answered(1, json!({ "Accepted": { "version": 2, "events": 2 } }))));
    assert_eq!(kinds(&of(2)), ["QuestionAnsweredWrongly"]);
    assert_eq!(of(2).last(), Some(&answered(2, json!({ "Accepted": { "version": 3, "events": 1 } }))));
    // A refused one has a result alone.
    assert_eq!(of(4).len(), 1);
    assert!(of(4)[0]["outcome"]["Refused"]["Attempt"].is_object() || of(4)[0]["outcome"]["Refused"]["Attempt"].is_string(), "{:?}", of(4));
    let order: Vec<u64> = all.iter().map(|line| line["command"].as_u64().unwrap()).collect();
    assert!(order.is_sorted() && order.last() == Some(&5), "{order:?}");
    let alone = shown(&school, &["--command", &device, "2", "--from", "2", "--limit", "1"]).await;
    assert_eq!(alone, of(2));
}

#[tokio::test]
async fn what_an_event_caused_is_found() {
    let school = at_work().await;
    let tess = school.sign_in("tess").await;
    let course = CourseId::derived(&["counting"]);
    let up = unit("counting", "up");
    let ann = school.sign_in("ann").await.me.account;
    let stream = shown(&school, &["--stream", &attempt(&school, ann)]).await;
    // What she answered to the first question is right after all.
    let question: QuestionId = stream[1]["body"]["question"].as_str().unwrap().parse().unwrap();
    let accept = Correction::AcceptToo { inputs: text("1001") };
    let correct = course::Command::Correct { unit: up, question, correction: accept, harm_nobody: false };
    let commands = vec![envelope(1, &Command::Course(course, correct))];
    let posted = Posted { device: device_of(tess.me.account, "script"), commands };
    let reply = only_reply(tess.post("/api/commands", &posted).await).await;
    assert_eq!(reply["Result"]["Accepted"]["events"], 1, "{reply}");
    let corrected = shown(&school, &["--stream", &StreamId::Course(course).to_string()]).await;
    let cause = corrected.iter().find(|line| line["kind"] == "AnswerKeyCorrected").expect("it is corrected");
    let position = cause["position"].to_string();
    let deadline = Instant::now() + PATIENCE;
    let caused = loop {
        let (said, status) = run(school.path(), &["events", "--cause", &position]).await;
        assert_eq!(status, 0, "{said}");
        if !said.contains("has caused nothing") {
            break said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>();
        }
        assert!(Instant::now() < deadline, "{said}");
    };
    assert!(!caused.is_empty());
    for line in &caused {
        assert_eq!((line["kind"].as_str(), &line["cause"]), (Some("AnswerRegraded"), &cause["id"]), "{line}");
    }
    // That nothing came of an event is an answer.
    let (said, status) = run(school.path(), &["events", "--cause", "1"]).await;
    assert_eq!((said.as_str(), status), ("The event at position 1 has caused nothing, as far as it is recorded from position 2 on.\n", 0));
}

#[tokio::test]
async fn what_is_not_there_is_said_and_nothing_is_changed() {
    let mut school = at_work().await;
    let ann = school.sign_in("ann").await.me.account;
    let (device, stream) = (device_of(ann, "script").to_string(), attempt(&school, ann));
    let (nobody, staff) = (AccountId::derived(&["nobody"]).to_string(), Feed::Staff(school.class).to_string());
    school.stop().await;
    let before = fs::read(store_in(school.path())).unwrap();
    let length = shown(&school, &["--stream", &stream]).await.len();
    for (arguments, sentence) in [
        (vec!["--stream", "recipe/1"], "this store has no stream recipe/1".to_owned()),
        (vec!["--stream", &format!("class/{nobody}")], format!("this store has no stream class/{nobody}")),
        (vec!["--stream", &stream, "--from", "99"], format!("stream {stream} ends with {length}, before 99")),
        (vec!["--feed", "staff/2B"], "this store has no feed staff/2B".to_owned()),
        (vec!["--feed", &staff, "--from", "9999"], format!("feed {staff} ends with ")),
        (vec!["--cause", "9999"], "the log has no event at position 9999; its last is at 44".to_owned()),
        (vec!["--command", &nobody, "1"], format!("nothing in this store came from a device {nobody}")),
        (vec!["--command", &device, "6"], format!("device {device} has sent no command 6; its commands are numbered from 1 to 5")),
        (vec!["--command", &device, "two"], format!("device {device} has sent no command two")),
    ] {
        let (said, status) = run(school.path(), &[&["events"], &arguments[..]].concat()).await;
        assert_eq!(status, 1, "{arguments:?}: {said}");
        assert!(said.starts_with("Nothing to show: ") && said.contains(&sentence), "{arguments:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    assert!(fs::read(store_in(school.path())).unwrap() == before, "looking changes nothing");
    let (said, status) = run(&school.path().join("nowhere"), &["events", "--cause", "1"]).await;
    assert_eq!(status, 1, "{said}");
    assert!(!school.path().join("nowhere").exists(), "{said}");
}
