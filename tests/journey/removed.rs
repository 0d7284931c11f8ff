//! What is removed is gone: from the file, from what a backup brings back, from devices; and whoever is closed out has no rights from then on.

use crate::{
    program,
    school::{PASSWORD, School, account, operated},
};
use domain::{
    account::Role,
    class::{self, Note},
    command::Command,
    ids::{AccountId, DeviceId},
};
use serde_json::json;
use server::engine::Operation;
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const WORDS: &str = "Quixotic words, seldom found elsewhere";
/// Rights end within this time.
const AT_ONCE: Duration = Duration::from_secs(1);

/// The files below a folder that have these words in them, wherever.
fn files_with(folder: &Path, words: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let found = entries.filter(|path| fs::read(path).unwrap().windows(words.len()).any(|window| window == words.as_bytes()));
    found.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
}

#[tokio::test]
async fn what_a_removed_note_said_is_in_no_file_and_no_backup_brings_it_back() {
    let mut school = School::open().await;
    let elsewhere = TempDir::new().unwrap();
    let backup = elsewhere.path().join("backup.sqlite");
    let (tess, ann) = (school.sign_in("tess").await, school.sign_in("ann").await);
    let note = Note { note: WORDS.into(), salt: AccountId::derived(&["salt"]) };
    let path = format!("/api/content/{}", note.document().hash);
    let write = Command::Class(school.class, class::Command::WriteNote { student: ann.me.account, note });
    let stream = write.stream().to_string();
    let command = json!({ "number": 1, "stream": stream, "at": 1_000, "body": write.body() });
    tess.post("/api/commands", &json!({ "device": DeviceId::derived(&["desk"]), "commands": [command] })).await;
    assert_eq!(ann.get(&path).await.status(), 200);
    assert_ne!(files_with(school.path(), WORDS), [""; 0], "the scan finds what is there");
    let (said, status) = program::run(school.path(), &["backup", backup.to_str().unwrap()]).await;
    assert_eq!(status, 0, "{said}");
    assert_eq!(files_with(elsewhere.path(), WORDS), ["backup.sqlite"]);

    let url = format!("{}{path}", school.url());
    let removed = reqwest::Client::new().delete(url).header("cookie", &tess.cookie).send().await.unwrap();
    assert_eq!(removed.status(), 204);
    assert_eq!(ann.get(&path).await.status(), 404);
    assert_eq!(files_with(school.path(), WORDS), [""; 0]);

    operated(school.path(), Operation::CloseAccount { login: "bob".into() }).await.unwrap();
    school.stop().await;
    let (said, status) = program::run(school.path(), &["restore", backup.to_str().unwrap()]).await;
    assert!(status == 0 && said.contains("2 notes and passwords"), "{said}");
    assert_eq!(files_with(school.path(), WORDS), [""; 0]);
    let (said, status) = program::run(school.path(), &["check"]).await;
    assert_eq!(status, 0, "{said}");
    school.start().await;
    let ann = school.sign_in("ann").await;
    assert_eq!(ann.get(&path).await.status(), 404);
    let bob = reqwest::Client::new().post(format!("{}/api/sessions", school.url())).json(&json!({ "login": "bob", "password": PASSWORD }));
    assert_eq!(bob.send().await.unwrap().status(), 401, "who was closed out stays out");
}

#[tokio::test]
async fn a_closed_account_is_out_within_a_second() {
    let school = School::open_with(vec![account("odile", "Odile", Role::Administrator, None)]).await;
    let (office, tess, ann) = (school.sign_in("odile").await, school.sign_in("tess").await, school.sign_in("ann").await);
    let (mut desk, _) = tess.sync("desk").await;
    let (mut tablet, _) = ann.sync("tablet").await;
    let close = async |who: &crate::school::Browser, of: AccountId| {
        let url = format!("{}/api/accounts/{of}", school.url());
        reqwest::Client::new().delete(url).header("cookie", &who.cookie).send().await.unwrap().status().as_u16()
    };
    assert_eq!(close(&tess, ann.me.account).await, 403);
    assert_eq!(close(&office, office.me.account).await, 403, "somebody must be there to run the school");
    for (who, socket, by_operator) in [(&tess, &mut desk, false), (&ann, &mut tablet, true)] {
        let begun = Instant::now();
        if by_operator {
            operated(school.path(), Operation::CloseAccount { login: "ann".into() }).await.unwrap();
        } else {
            assert_eq!(close(&office, who.me.account).await, 204);
        }
        assert_eq!(socket.closed().await, 4001);
        assert_eq!(who.get("/api/sessions").await.status(), 401);
        assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    }
    let again =
        reqwest::Client::new().post(format!("{}/api/sessions", school.url())).json(&json!({ "login": "ann", "password": PASSWORD }));
    assert_eq!(again.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_dismissed_teacher_reads_the_class_no_more_from_that_second_on() {
    let school = School::open().await;
    let tess = school.sign_in("tess").await;
    let (mut desk, _) = tess.sync("desk").await;
    let staff = format!("/api/feeds/{}", domain::feeds::Feed::Staff(school.class));
    assert_eq!(tess.get(&staff).await.status(), 200);
    let begun = Instant::now();
    let dismiss = Operation::DismissTeacher { login: "tess".into(), class: "2B".into() };
    let said = operated(school.path(), dismiss).await.unwrap();
    assert!(said.contains("not teacher of 2B any more"), "{said}");
    let feeds = desk.hear_of("Feeds").await;
    assert_eq!(feeds["granted"], json!({}));
    assert_eq!(tess.get(&staff).await.status(), 403);
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
}
