//! `leftfold check`: whatever is wrong with a store is found and named, and nothing is found where nothing is wrong.

use crate::{
    agreement::only_reply,
    counting::{published, text, unit},
    program,
    school::{School, device_of, envelope},
};
use domain::{
    attempt::{self, AttemptKey},
    command::Command,
    decision::newest_edition,
    event::{StreamId, Version},
    feeds::Feed,
    protocol::{Outcome, Posted},
    time::Timestamp,
};
use rusqlite::Connection;
use serde_json::{json, value::RawValue};
use server::{
    operator::{
        backup::back_up,
        check::{Report, check},
        folder::store_in,
    },
    store::{Append, EventStore as _, NewEvent, sqlite::SqliteStore},
};
use std::{fs, path::Path};

/// A school where ann and bob have answered, and bob was refused something.
pub async fn at_work() -> School {
    let school = School::open_with(vec![published("counting", "2B")]).await;
    let up = unit("counting", "up");
    for login in ["ann", "bob"] {
        let browser = school.sign_in(login).await;
        let key = AttemptKey { student: browser.me.account, class: school.class, unit: up, run: 1 };
        let edition = newest_edition(school.directory().as_ref(), school.class, up).unwrap();
        let answer =
            |n: u32| attempt::Command::SubmitAnswer { ordinal: 1, try_number: n, inputs: text(&(1_000 + n).to_string()), ms: None };
        let commands =
            [attempt::Command::Start { edition }, answer(1), answer(2), attempt::Command::NextQuestion { ordinal: 9 }, answer(3)];
        for (number, command) in (1..).zip(commands) {
            let commands = vec![envelope(number, &Command::Attempt(key, command))];
            let posted = Posted { device: device_of(browser.me.account, "script"), commands };
            let reply = only_reply(browser.post("/api/commands", &posted).await).await;
            assert!(reply["Result"].is_object(), "{reply}");
        }
    }
    school
}

fn checked(file: &Path) -> Report {
    check(file, &mut |_, _| {}).unwrap()
}

/// The n-th event of an attempt, the last of all, and so on: where the breaks are made.
const ATTEMPT: &str = "(SELECT min(id) FROM streams WHERE name LIKE 'attempt/%')";
const LAST: &str = "(SELECT max(position) FROM events)";
const STAFF: &str = "(SELECT min(id) FROM feeds WHERE name LIKE 'staff/%')";
const SCHOOL: &str = "(SELECT id FROM feeds WHERE name LIKE 'school/%')";
const SCRIPT: &str = "(SELECT max(id) FROM origins)";

fn breaks() -> Vec<(String, &'static [&'static str])> {
    vec![
        (
            format!("DELETE FROM events WHERE stream = {ATTEMPT} AND version = 1"),
            &["version 1 is missing", "no event at position", "where no event is", "those before it are not there"],
        ),
        (format!("DELETE FROM events WHERE stream = {ATTEMPT} AND version = 3"), &["version 3 is missing", "none of them is there"]),
        (
            format!("UPDATE events SET version = version + 10 WHERE position = {LAST}"),
            &["is missing; the last one is", "there are 1 up to 15"],
        ),
        (
            format!("UPDATE events SET position = position + 10 WHERE position = {LAST}"),
            &["The log has no event at position", "is missing in feed"],
        ),
        (format!("UPDATE events SET stream = 999 WHERE position = {LAST}"), &["which has no name"]),
        (format!("UPDATE events SET place = 1 WHERE position = {LAST}"), &["those before it are not there"]),
        (format!("UPDATE events SET body = '{{' WHERE position = {LAST}"), &["is not JSON"]),
        (format!("DELETE FROM feed_events WHERE feed = {STAFF} AND number = 3"), &["number 3 is missing", "is missing in feed staff/"]),
        (
            format!("DELETE FROM feed_events WHERE feed = {STAFF} AND number = (SELECT max(number) FROM feed_events WHERE feed = {STAFF})"),
            &["is missing in feed staff/"],
        ),
        (
            format!("UPDATE feed_events SET position = 9999 WHERE feed = {STAFF} AND number = 3"),
            &["where no event is", "is missing in feed staff/"],
        ),
        (
            format!(
                "UPDATE feed_events SET position = {LAST} WHERE feed = {SCHOOL} AND number = (SELECT max(number) FROM feed_events WHERE feed = {SCHOOL})"
            ),
            &["where it does not belong", "is missing in feed school/"],
        ),
        (
            format!(
                "UPDATE feed_events SET number = CASE number WHEN 3 THEN 4 WHEN 4 THEN 3 END + 1000 WHERE feed = {STAFF} AND number IN (3, 4); UPDATE feed_events SET number = number - 1000 WHERE number > 1000"
            ),
            &["comes after 4 in the log"],
        ),
        (
            "UPDATE streams SET name = 'recipe/1' WHERE id = (SELECT min(id) FROM streams WHERE name LIKE 'course/%')".into(),
            &["stands for “recipe/1”"],
        ),
        (format!("DELETE FROM origins WHERE id = {SCRIPT}"), &["which has no name"]),
        (format!("DELETE FROM results WHERE origin = {SCRIPT} AND number = 2"), &["the result of command 2 is missing", "has no result"]),
        (format!("DELETE FROM results WHERE origin = {SCRIPT} AND number = 5"), &["has no result"]),
        (
            format!(
                "UPDATE results SET version = NULL, events = NULL, other = '{{\"Forbidden\":{{}}}}' WHERE origin = {SCRIPT} AND number = 2"
            ),
            &["was not accepted by its result"],
        ),
        (format!("UPDATE results SET events = events + 1 WHERE origin = {SCRIPT} AND number = 2"), &["speaks of 2 events"]),
        (format!("UPDATE results SET version = version + 1 WHERE origin = {SCRIPT} AND number = 2"), &["up to version"]),
        (
            format!(
                "INSERT INTO results (origin, number, hash, version, events) SELECT origin, 6, hash, 9, 2 FROM results WHERE origin = {SCRIPT} AND number = 2"
            ),
            &["accepted with 2 events, and none of them is there"],
        ),
        (format!("UPDATE results SET other = 'yes' WHERE origin = {SCRIPT} AND other IS NOT NULL"), &["cannot be read"]),
        (
            format!("UPDATE feed_events SET digest = digest + 1 WHERE feed = {STAFF} AND number = 3"),
            &["the digest at number 3 does not fit"],
        ),
        (
            format!("UPDATE events SET body = replace(body, '1003', '1004') WHERE position = {LAST}"),
            &["does not fit the event at position 44"],
        ),
        (format!("UPDATE events SET recorded = recorded + 1 WHERE position = {LAST}"), &["does not fit the event at position 44"]),
        ("UPDATE documents SET bytes = x'7b7d' WHERE rowid = 1".into(), &["is not what it was"]),
        ("DELETE FROM documents WHERE rowid = 1".into(), &["names the document"]),
        (
            "UPDATE claims SET owner = 'AAAAAAAAAAAAAAAAAAAAAA' WHERE value = 'ann'".into(),
            &["The login “ann” is claimed by account AAAAAAAAAAAAAAAAAAAAAA"],
        ),
        ("INSERT INTO credentials SELECT zeroblob(16), hash FROM credentials LIMIT 1".into(), &["There is a password of account"]),
        (
            "UPDATE credentials SET hash = 'secret' WHERE account = (SELECT min(account) FROM credentials)".into(),
            &["in no form that can be compared"],
        ),
        ("INSERT INTO people VALUES (zeroblob(16), 'Nobody')".into(), &["There is a name of account"]),
        ("DROP TABLE feed_events".into(), &["cannot be read to the end"]),
    ]
}

#[tokio::test]
async fn each_way_of_being_wrong_is_found_and_named() {
    let school = at_work().await;
    let folder = tempfile::TempDir::new().unwrap();
    let sound = folder.path().join("sound");
    back_up(school.path(), &sound).unwrap();
    assert!(checked(&sound).is_sound(), "{}", checked(&sound));
    let mut missed = Vec::new();
    for (sql, sentences) in breaks() {
        let broken = folder.path().join("broken");
        fs::copy(&sound, &broken).unwrap();
        Connection::open(&broken).unwrap().execute_batch(&sql).unwrap_or_else(|fault| panic!("{sql}: {fault}"));
        let report = checked(&broken);
        let told = |sentence: &&&str| report.faults().iter().any(|fault| fault.contains(**sentence));
        missed
            .extend(sentences.iter().filter(|sentence| !told(sentence)).map(|sentence| format!("{sql}: “{sentence}” is not in\n{report}")));
    }
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}

#[tokio::test]
async fn a_page_that_went_bad_is_found() {
    let school = at_work().await;
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("backup");
    back_up(school.path(), &file).unwrap();
    let look = |sql: &str| Connection::open(&file).unwrap().query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap() as usize;
    let (size, page) = (look("PRAGMA page_size"), look("SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_events_1'"));
    let mut bytes = fs::read(&file).unwrap();
    bytes[(page - 1) * size..page * size].fill(0x5a);
    fs::write(&file, bytes).unwrap();
    let report = checked(&file);
    assert!(report.faults()[0].starts_with("The file itself is damaged"), "{report}");
}

#[tokio::test]
async fn an_event_of_a_later_build_is_counted_and_is_no_fault() {
    let mut school = at_work().await;
    school.stop().await;
    let before = checked(&store_in(school.path())).counted;
    let mut store = SqliteStore::open(&store_in(school.path())).unwrap();
    let student = domain::ids::AccountId::derived(&["of a later build"]);
    let stream = StreamId::Attempt(AttemptKey { student, class: school.class, unit: school.unit, run: 1 });
    let body = RawValue::from_string(r#"{"Tomorrow":{}}"#.into()).unwrap();
    store.begin().unwrap();
    let append = Append {
        stream,
        expected: Version(0),
        actor: student,
        device: device_of(student, "tablet"),
        number: 1,
        command_hash: [0; 16],
        claimed: Timestamp(1),
        recorded: Timestamp(2),
        cause: None,
        events: vec![NewEvent { body, feeds: vec![Feed::School(domain::ids::SchoolId::derived(&["?"]))] }],
        outcome: Outcome::Accepted { version: Version(1), events: 1 },
        records: Vec::new(),
    };
    store.append(&append).unwrap();
    store.commit().unwrap();
    let report = checked(&store_in(school.path()));
    assert!(report.is_sound(), "{report}");
    assert_eq!((report.counted.events, report.counted.unknown), (before.events + 1, 1));
    assert!(report.to_string().contains("1 events are of a later build"));
}

#[tokio::test]
async fn the_program_says_it_in_a_line_and_its_exit_status_beside_a_server_that_goes_on() {
    let mut school = at_work().await;
    let ann = school.sign_in("ann").await;
    let (said, status) = program::run(school.path(), &["check"]).await;
    assert_eq!(status, 0, "{said}");
    assert!(said.starts_with("Sound: ") && said.trim().lines().count() == 1, "{said}");
    assert_eq!(ann.get("/api/health").await.json::<serde_json::Value>().await.unwrap()["status"], json!("ok"));
    assert_eq!(ann.get("/api/sessions").await.status(), 200);
    school.stop().await;
    let store = store_in(school.path());
    Connection::open(&store).unwrap().execute_batch("DELETE FROM documents").unwrap();
    let before = fs::read(&store).unwrap();
    let (said, status) = program::run(school.path(), &["check"]).await;
    assert_eq!(status, 1);
    assert!(said.contains("names the document") && said.contains("This store is not sound"), "{said}");
    assert!(fs::read(&store).unwrap() == before, "a check changes nothing");
    let (said, status) = program::run(&school.path().join("nowhere"), &["check"]).await;
    assert_eq!(status, 1, "{said}");
    assert!(!school.path().join("nowhere/leftfold.sqlite").exists());
}

#[tokio::test]
async fn an_older_program_refuses_a_newer_store_and_leaves_it_alone() {
    let mut school = at_work().await;
    let backup = school.path().join("backup");
    back_up(school.path(), &backup).unwrap();
    school.stop().await;
    let store = store_in(school.path());
    for file in [&store, &backup] {
        let newer = "PRAGMA journal_mode = DELETE; UPDATE settings SET value = '99' WHERE name = 'format'";
        Connection::open(file).unwrap().execute_batch(newer).unwrap();
    }
    let before = fs::read(&store).unwrap();
    let backup = backup.to_str().unwrap();
    for order in [&["serve", "--listen", "127.0.0.1:0"][..], &["check"], &["backup", "copy"], &["restore", backup], &["check", backup]] {
        let (said, status) = program::run(school.path(), order).await;
        assert_eq!(status, 1, "{order:?}: {said}");
        assert!(said.contains("written by a newer Leftfold (format 99"), "{order:?}: {said}");
        assert!(fs::read(&store).unwrap() == before, "{order:?} changed it");
    }
}
