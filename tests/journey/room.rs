//! The teacher's room: who is there, notes, joining by a code, new passwords; and that none of it is anybody else's.

use crate::{
    agreement::{holds, only_reply},
    device::{Device, until_all},
    program,
    school::{Browser, PASSWORD, School, Socket, device_of, envelope, operated},
};
use domain::{
    class::{self, Note},
    command::Command,
    event::Event,
    feeds::Feed,
    ids::{AccountId, ContentHash},
    protocol::{ClientMessage, Posted, Presence, Present},
    replica::NoteText,
};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use server::engine::Operation;
use std::time::{Duration, Instant};

/// A second is promised, on a quiet machine; here other tests run at the same time.
const PROMPT: Duration = Duration::from_secs(5);

/// Words that are found nowhere by chance.
const WORDS: &str = "Quixotic zephyrs vex bold Jack";

fn in_class(school: &School, command: class::Command) -> Command {
    Command::Class(school.class, command)
}

/// A command of a script's, the n-th of this browser.
async fn posted(school: &School, who: &Browser, number: u64, command: class::Command) -> Value {
    let command = in_class(school, command);
    let commands = vec![envelope(number, &command)];
    only_reply(who.post("/api/commands", &Posted { device: device_of(who.me.account, "script"), commands }).await).await
}

async fn request(method: Method, who: Option<&Browser>, url: String, body: &Value) -> (u16, String) {
    let mut request = reqwest::Client::new().request(method, url).json(body);
    if let Some(who) = who {
        request = request.header("cookie", &who.cookie);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn join(school: &School, who: Option<&Browser>, code: &str) -> (u16, String) {
    request(Method::POST, who, format!("{}/api/enrolments", school.url()), &json!({ "code": code })).await
}

async fn set_password(school: &School, who: Option<&Browser>, account: &str, password: &str) -> (u16, String) {
    request(Method::PUT, who, format!("{}/api/accounts/{account}/password", school.url()), &json!({ "password": password })).await
}

async fn signs_in_with(school: &School, login: &str, password: &str) -> bool {
    let body = json!({ "login": login, "password": password });
    request(Method::POST, None, format!("{}/api/sessions", school.url()), &body).await.0 == 200
}

/// Listens until a student is as wanted; how that was told.
async fn sees(desk: &mut Socket, student: AccountId, wanted: impl Fn(&Present) -> bool) -> Present {
    loop {
        let told = desk.hear_of("Presence").await;
        if let Some(told) = told["students"].get(student.to_string()) {
            let present: Present = serde_json::from_value(told.clone()).unwrap();
            if wanted(&present) {
                return present;
            }
        }
    }
}

/// Whatever was meant for a socket comes before the answer to its ping.
async fn heard_so_far(socket: &mut Socket) -> Vec<Value> {
    socket.say(&ClientMessage::Ping {}).await;
    socket.hear_until("Pong").await
}

#[tokio::test]
async fn a_teacher_sees_who_is_there_and_nobody_else_does() {
    let mut school = School::open().await;
    let [tess, ann, bob, theo] =
        join_all(["tess", "ann", "bob", "theo"].map(|login| school.sign_in(login))).await.try_into().unwrap_or_else(|_| panic!());
    let ((mut desk, _), (mut office, _), (mut tablet, _)) = (tess.sync("desk").await, theo.sync("office").await, bob.sync("tablet").await);
    sees(&mut desk, bob.me.account, |bob| bob.here).await;
    let (begun, before) = (Instant::now(), school.rows());
    let (mut laptop, _) = ann.sync("laptop").await;
    let here = sees(&mut desk, ann.me.account, |ann| ann.here).await;
    assert_eq!(here.said, Presence::default());
    laptop.say(&ClientMessage::Presence(Presence { away: true, unsent: 3 })).await;
    let away = sees(&mut desk, ann.me.account, |ann| ann.said.away).await;
    assert!((away.here, away.said.unsent) == (true, 3) && away.since >= here.since);
    // Another device: she is there as long as one of them is.
    let (phone, _) = ann.sync("phone").await;
    sees(&mut desk, ann.me.account, |ann| ann.here && !ann.said.away).await;
    drop(phone);
    sees(&mut desk, ann.me.account, |ann| ann.here && ann.said.away).await;
    drop(laptop);
    let gone = sees(&mut desk, ann.me.account, |ann| !ann.here).await;
    assert!(gone.since >= away.since && begun.elapsed() < PROMPT);
    // A teacher who comes later is told at once of all who were here.
    let (mut second, heard) = tess.sync("second desk").await;
    let told = match heard.iter().find_map(|message| message.get("Presence")) {
        Some(told) => told.clone(),
        None => second.hear_of("Presence").await,
    };
    assert_eq!((told["class"].clone(), told["students"].as_object().unwrap().len()), (json!(school.class), 2));
    for socket in [&mut office, &mut tablet] {
        assert!(heard_so_far(socket).await.iter().all(|message| message.get("Presence").is_none()));
    }
    // Nothing of it is stored, and a server that starts again knows of nobody.
    assert_eq!(school.rows(), before);
    school.stop().await;
    school.start().await;
    let tess = school.sign_in("tess").await;
    let (mut desk, heard) = tess.sync("desk").await;
    let all = heard.into_iter().chain(heard_so_far(&mut desk).await);
    assert_eq!(all.filter(|message| message.get("Presence").is_some()).count(), 0);
}

#[tokio::test]
async fn a_crowd_that_comes_at_once_is_told_in_few_messages() {
    let school = School::open().await;
    let (tess, ann) = (school.sign_in("tess").await, school.sign_in("ann").await);
    let (mut desk, _) = tess.sync("desk").await;
    let (mut laptop, _) = ann.sync("laptop").await;
    sees(&mut desk, ann.me.account, |ann| ann.here).await;
    let begun = Instant::now();
    for unsent in 1..=400 {
        laptop.say(&ClientMessage::Presence(Presence { away: false, unsent })).await;
    }
    let mut told = 0;
    while desk.hear_of("Presence").await["students"][ann.me.account.to_string()]["unsent"] != 400 {
        told += 1;
    }
    let most = 2 + begun.elapsed().as_millis() / 250;
    assert!(told <= most, "400 changes were told in {told} messages, within {} ms", begun.elapsed().as_millis());
}

async fn device(school: &School, login: &str) -> Device {
    let browser = school.sign_in(login).await;
    let mut device = Device::open(school, &browser, "device");
    device.until_confirmed().await;
    device
}

/// Every row of every table but the documents', as text.
fn all_but_documents(school: &School) -> String {
    let store = rusqlite::Connection::open(school.path().join("leftfold.sqlite")).unwrap();
    let mut tables = store.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'documents'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(tables.len() > 8);
    let mut all = String::new();
    for table in tables {
        let mut rows = store.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                match row.get_ref(column).unwrap() {
                    rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => {
                        all.push_str(&String::from_utf8_lossy(bytes));
                        all.push('\n');
                    }
                    rusqlite::types::ValueRef::Null | rusqlite::types::ValueRef::Integer(_) | rusqlite::types::ValueRef::Real(_) => {}
                }
            }
        }
    }
    all
}

fn note(words: &str) -> Note {
    Note { note: words.into(), salt: AccountId::derived(&["salt"]) }
}

#[tokio::test]
async fn a_note_reaches_its_student_and_nobody_else_and_no_event_says_it() {
    let school = School::open().await;
    let (mut desk, mut ann, mut bob) = (device(&school, "tess").await, device(&school, "ann").await, device(&school, "bob").await);
    let student = ann.browser.me.account;
    desk.cut().await;
    ann.cut().await;
    let command = in_class(&school, class::Command::WriteNote { student, note: note(WORDS) });
    let events = desk.dispatch(&command).await.unwrap();
    let Some(Event::Class(_, class::Event::NoteWritten { note: hash, .. })) = events.first().cloned() else { panic!("{events:?}") };
    let mut desk = desk.reopened();
    desk.until("the database is read", |desk| desk.replica.is_ready()).await;
    assert_eq!(desk.replica.note(hash), NoteText::Here(WORDS), "written without a network, and read again after a reload");
    desk.mend().await;
    desk.until_confirmed().await;
    ann.mend().await;
    ann.until("the note is there", |ann| ann.replica.note(hash) == NoteText::Here(WORDS)).await;
    let noted = ann.replica.shown().directory.notes.to(school.class, student)[0];
    assert_eq!((noted.note, noted.by), (hash, desk.browser.me.account));
    ann.cut().await;
    let mut ann = ann.reopened();
    ann.until("the database is read", |ann| ann.replica.is_ready()).await;
    assert_eq!(ann.replica.note(hash), NoteText::Here(WORDS), "read again without a network");
    ann.mend().await;
    until_all(&mut [&mut desk, &mut ann, &mut bob], "all is confirmed", |devices| devices.iter().all(|device| device.is_confirmed())).await;
    // Of others not even that there is one.
    assert!(!holds(&bob.received, WORDS) && !holds(&bob.received, &hash.to_string()));
    let path = format!("/api/content/{hash}");
    for (login, status) in [("ann", 200), ("tess", 200), ("bob", 404), ("theo", 404), ("olga", 404)] {
        assert_eq!(school.sign_in(login).await.get(&path).await.status(), status, "{login}");
    }
    let stored = all_but_documents(&school);
    assert!(stored.contains(&hash.to_string()), "the scan finds what is there");
    assert!(!stored.contains(WORDS) && !stored.contains("Quixotic"));
    let staff = Feed::Staff(school.class);
    let page = desk.browser.get(&format!("/api/feeds/{staff}")).await.text().await.unwrap();
    assert!(page.contains("NoteWritten") && !page.contains("Quixotic"));
    for device in [&desk, &ann, &bob] {
        device.assert_agreement().await;
    }
}

#[tokio::test]
async fn a_note_is_deleted_by_a_teacher_of_the_class_or_by_the_operator() {
    let mut school = School::open().await;
    let (tess, ann) = (school.sign_in("tess").await, school.sign_in("ann").await);
    let hashes: Vec<ContentHash> = ["one", "two"].map(|words| note(words).document().hash).into();
    for (number, words) in (1..).zip(["one", "two"]) {
        let write = class::Command::WriteNote { student: ann.me.account, note: note(words) };
        assert!(posted(&school, &tess, number, write).await["Result"]["Accepted"].is_object());
    }
    let path = |hash: &ContentHash| format!("/api/content/{hash}");
    let delete =
        async |who: &Browser, path: &str| request(Method::DELETE, Some(who), format!("{}{path}", school.url()), &json!({})).await.0;
    for login in ["ann", "bob", "theo", "olga"] {
        assert_eq!(delete(&school.sign_in(login).await, &path(&hashes[0])).await, 404, "{login}");
    }
    assert_eq!(delete(&tess, &path(&school.edition.paper)).await, 404, "a paper is no note");
    assert_eq!(delete(&tess, &path(&hashes[0])).await, 204);
    assert_eq!([ann.get(&path(&hashes[0])).await.status(), ann.get(&path(&hashes[1])).await.status()], [404, 200]);
    let said = operated(school.path(), Operation::RemoveNote { note: hashes[1] }).await.unwrap();
    assert!(said.contains(&hashes[1].to_string()));
    assert!(operated(school.path(), Operation::RemoveNote { note: school.edition.paper }).await.is_err());
    let mut device = device(&school, "ann").await;
    device.until("both are known to be gone", |device| hashes.iter().all(|hash| device.replica.note(*hash) == NoteText::Removed)).await;
    assert!(device.replica.shown().directory.notes.to(school.class, ann.me.account).is_empty());
    let own = ann.get(&format!("/api/feeds/{}", Feed::Student(ann.me.account))).await.text().await.unwrap();
    assert_eq!(own.matches("NoteWritten").count(), 2, "that they were written stays");
    device.assert_agreement().await;
    school.stop().await;
    let (said, status) = program::run(school.path(), &["check"]).await;
    assert_eq!(status, 0, "{said}");
}

#[tokio::test]
async fn a_student_joins_the_class_that_is_open_to_the_code() {
    let school = School::open().await;
    let (tess, theo, olga) = (school.sign_in("tess").await, school.sign_in("theo").await, school.sign_in("olga").await);
    let (mut tablet, _) = olga.sync("tablet").await;
    let (mut desk, _) = tess.sync("desk").await;
    let no = |(status, text): (u16, String)| (status, serde_json::from_str::<Value>(&text).unwrap()["error"].as_str().unwrap().to_owned());
    let (status, sentence) = no(join(&school, Some(&olga), "KM4RT9").await);
    assert!(status == 404 && sentence.contains("code"), "{sentence}");
    let open_to = |class: &str| format!("{}/api/enrolments/{class}", school.url());
    let class = school.class.to_string();
    for (who, status) in [(None, 401), (Some(&olga), 403), (Some(&theo), 403)] {
        assert_eq!(request(Method::PUT, who, open_to(&class), &json!({})).await.0, status);
    }
    assert_eq!(request(Method::PUT, Some(&tess), open_to("nonsense"), &json!({})).await.0, 403);
    let of_her_own = class::Command::OpenEnrolment { code: "KM4RT9".into() };
    assert!(posted(&school, &tess, 1, of_her_own).await["Result"]["Forbidden"].is_object(), "the server makes codes");
    assert_eq!(request(Method::PUT, Some(&tess), open_to(&class), &json!({})).await.0, 204);
    let staff = tess.get(&format!("/api/feeds/{}?kinds=EnrolmentOpened", Feed::Staff(school.class))).await;
    let opened: Value = staff.json().await.unwrap();
    let code = opened["events"][0]["body"]["code"].as_str().unwrap();
    let join_by_command = class::Command::Join { student: olga.me.account, code: code.into() };
    assert!(posted(&school, &olga, 1, join_by_command).await["Result"]["Forbidden"].is_object(), "only on the way that counts tries");
    assert_eq!(join(&school, None, code).await.0, 401);
    assert_eq!(join(&school, Some(&theo), code).await.0, 403);
    let url = format!("{}/api/enrolments", school.url());
    assert_eq!(request(Method::POST, Some(&olga), url.clone(), &json!({ "kode": 1 })).await.0, 400);
    assert_eq!(request(Method::POST, Some(&olga), url.clone(), &json!({ "code": "a".repeat(20_000) })).await.0, 413);
    let foreign = reqwest::Client::new().post(&url).header("cookie", &olga.cookie).header("origin", "https://evil.example");
    assert_eq!(foreign.json(&json!({ "code": code })).send().await.unwrap().status(), 403);
    let (status, text) = join(&school, Some(&olga), &format!(" {} ", code.to_lowercase())).await;
    assert_eq!((status, serde_json::from_str::<Value>(&text).unwrap()), (200, json!({ "class": school.class })));
    let granted = tablet.hear_of("Feeds").await;
    assert!(granted["granted"].get(Feed::Class(school.class).to_string()).is_some(), "her open page has the class at once");
    let people = desk.hear_of("People").await;
    assert!(people["people"].as_object().unwrap().values().any(|name| name == "Olga"));
    assert_eq!(join(&school, Some(&olga), code).await.0, 200, "again");
    let device = device(&school, "olga").await;
    device.assert_agreement().await;
}

#[tokio::test]
async fn codes_cannot_be_tried_in_great_numbers() {
    let school = School::open().await;
    let (olga, ann) = (school.sign_in("olga").await, school.sign_in("ann").await);
    let tries = join_all((0..40).map(|n| {
        let code = format!("guess{n}");
        let (school, olga) = (&school, &olga);
        async move { join(school, Some(olga), &code).await.0 }
    }))
    .await;
    let (sent_away, wrong): (Vec<u16>, Vec<u16>) = tries.into_iter().partition(|status| *status == 429);
    assert!(sent_away.len() > 10, "{} of 40 were sent away", sent_away.len());
    assert!(wrong.iter().all(|status| *status == 404));
    assert_eq!(join(&school, Some(&ann), "guess").await.0, 404, "others need not wait");
}

#[tokio::test]
async fn a_teacher_gives_a_student_a_new_password_and_the_old_one_opens_nothing() {
    let school = School::open().await;
    let (tess, ann, again, bob) =
        (school.sign_in("tess").await, school.sign_in("ann").await, school.sign_in("ann").await, school.sign_in("bob").await);
    let (mut laptop, _) = ann.sync("laptop").await;
    let (mut phone, _) = again.sync("phone").await;
    let (mut tablet, _) = bob.sync("tablet").await;
    let before = school.rows()["events"];
    let begun = Instant::now();
    assert_eq!(set_password(&school, Some(&tess), &ann.me.account.to_string(), "a new password").await, (204, String::new()));
    assert_eq!((laptop.closed().await, phone.closed().await), (4001, 4001));
    println!("from the new password to the closed sockets: {} ms", begun.elapsed().as_millis());
    assert!(begun.elapsed() < PROMPT);
    for cookie in [&ann, &again] {
        assert_eq!(cookie.get("/api/sessions").await.status(), 401);
    }
    assert!(!signs_in_with(&school, "ann", PASSWORD).await && signs_in_with(&school, "ann", "a new password").await);
    assert_eq!(heard_so_far(&mut tablet).await.len(), 1, "bob's go on");
    assert_eq!(school.rows()["events"], before + 1, "who did it is on record");
    assert!(!all_but_documents(&school).contains("a new password"));
}

#[tokio::test]
async fn nobody_else_gives_a_password_and_a_short_one_is_none() {
    let school = School::open().await;
    let people = ["tess", "ann", "bob", "theo", "olga"];
    let browsers = join_all(people.map(|login| school.sign_in(login))).await;
    let of = |login: &str| &browsers[people.iter().position(|known| *known == login).unwrap()];
    let before = school.rows();
    for (who, account) in
        [("ann", "ann"), ("ann", "bob"), ("ann", "tess"), ("theo", "ann"), ("tess", "theo"), ("tess", "tess"), ("tess", "olga")]
    {
        let account = of(account).me.account.to_string();
        let (status, text) = set_password(&school, Some(of(who)), &account, "a new password").await;
        assert!(status == 403 && text.contains("may not"), "{who}: {status} {text}");
    }
    for account in ["nonsense", &AccountId::derived(&["nobody"]).to_string()] {
        assert_eq!(set_password(&school, Some(of("tess")), account, "a new password").await.0, 403, "{account}");
    }
    let ann = of("ann").me.account.to_string();
    assert_eq!(set_password(&school, None, &ann, "a new password").await.0, 401);
    let (status, text) = set_password(&school, Some(of("tess")), &ann, "7 signs").await;
    assert!(status == 422 && text.contains("at least 8"), "{text}");
    let url = format!("{}/api/accounts/{ann}/password", school.url());
    assert_eq!(request(Method::PUT, Some(of("tess")), url.clone(), &json!({ "pass": 1 })).await.0, 400);
    let foreign = reqwest::Client::new().put(&url).header("cookie", &of("tess").cookie).header("origin", "https://evil.example");
    assert_eq!(foreign.json(&json!({ "password": "a new password" })).send().await.unwrap().status(), 403);
    assert_eq!(school.rows(), before, "nothing was written");
    for browser in &browsers {
        assert_eq!(browser.get("/api/sessions").await.status(), 200, "and nobody signed out");
    }
    assert!(signs_in_with(&school, "ann", PASSWORD).await);
}
