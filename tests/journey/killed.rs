//! The real program, killed in the middle of the work of 64 students: what was acknowledged is there, once.

use crate::{
    agreement::Log,
    counting::{published, text},
    school::{Browser, PASSWORD, Socket, account, device_of, envelope},
};
use domain::{
    account::Role,
    attempt::{self, AttemptKey, EditionRef},
    command::Command,
    decision::newest_edition,
    event::StreamId,
    feeds::Feed,
    ids::{ClassId, UnitId},
    protocol::ClientMessage,
};
use serde_json::{Value, json};
use server::{folder::DataFolder, operate::do_all};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, Stdio},
    sync::Arc,
};
use tempfile::TempDir;
use tokio::{sync::Semaphore, task::JoinSet};

const STUDENTS: usize = 64;
/// Results that come before the program is killed.
const RESULTS_BEFORE_KILL: u32 = 2_000;
/// How many commands a student has under way.
const UNDER_WAY: u64 = 16;

/// The program, serving a data folder.
struct Program {
    process: Child,
    url: String,
    // Open as long as the program may print to it.
    _said: BufReader<ChildStdout>,
}

impl Program {
    fn start(data: &Path) -> Self {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_leftfold"));
        command.arg("--data").arg(data).args(["serve", "--listen", "127.0.0.1:0"]).env("LEFTFOLD_LOG", "error");
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("Leftfold listens on ").expect("it says where it listens").to_owned();
        Self { process, url, _said: said }
    }

    /// `kill -9`.
    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// A student who answers as fast as she can, and what she was told.
struct Pupil {
    browser: Browser,
    stream: StreamId,
    edition: EditionRef,
    acknowledged: BTreeMap<u64, Value>,
    sent: u64,
}

impl Pupil {
    /// The commands: a start, then one wrong answer after the other.
    fn command(&self, number: u64) -> ClientMessage {
        let command = match u32::try_from(number).unwrap() {
            1 => attempt::Command::Start { edition: self.edition },
            n => attempt::Command::SubmitAnswer { ordinal: 1, try_number: n - 1, inputs: text(&(1_000 + n).to_string()), ms: None },
        };
        ClientMessage::Command(envelope(number, &self.stream, &Command::Attempt(command)))
    }

    /// Answers until the line breaks, or until this many are acknowledged. Begins a little before the first that was not.
    async fn answer(&mut self, up_to: u64, results: &Semaphore) {
        let Ok(mut socket) = self.browser.socket_from(Some(&self.browser.url)).await else { return };
        let hello = ClientMessage::Hello(self.browser.hello("laptop"));
        if !say(&mut socket, &hello).await {
            return;
        }
        let mut heard = (self.acknowledged.len() as u64).saturating_sub(2);
        let mut next = heard + 1;
        while heard < up_to {
            while next <= up_to && next <= heard + UNDER_WAY {
                if !say(&mut socket, &self.command(next)).await {
                    return;
                }
                self.sent = self.sent.max(next);
                next += 1;
            }
            let Some(frame) = socket.frame().await else { return };
            if !frame.starts_with(r#"{"Result""#) {
                assert!(!frame.starts_with(r#"{"Renumber"#) && !frame.starts_with(r#"{"Gap"#), "{frame}");
                continue;
            }
            let result: Value = serde_json::from_str(&frame).unwrap();
            heard = result["Result"]["number"].as_u64().unwrap();
            let outcome = result["Result"]["outcome"].clone();
            if let Some(before) = self.acknowledged.insert(heard, outcome.clone()) {
                assert_eq!(before, outcome, "a result never changes");
            } else {
                results.add_permits(1);
            }
        }
    }

    /// All that was acknowledged is in the feed, once, and nothing that was not sent.
    fn check(&self, log: &Log) {
        let device = device_of(self.browser.me.account, "laptop");
        let mut recorded: BTreeMap<u64, BTreeSet<u16>> = BTreeMap::new();
        for (event, _) in log.values().filter(|(event, _)| event.device == device) {
            assert!(recorded.entry(event.command).or_default().insert(event.index), "{event:?} is there twice");
        }
        for (number, outcome) in &self.acknowledged {
            let events = outcome["Accepted"]["events"].as_u64().unwrap_or_else(|| panic!("command {number}: {outcome}"));
            let there = recorded.get(number).map_or(0, BTreeSet::len) as u64;
            assert_eq!(there, events, "command {number} was acknowledged");
        }
        assert!(recorded.keys().copied().eq(1..=recorded.len() as u64), "no command was passed over");
        assert!(recorded.len() as u64 <= self.sent);
    }
}

async fn say(socket: &mut Socket, message: &ClientMessage) -> bool {
    socket.try_say(serde_json::to_string(message).unwrap()).await
}

/// A data folder with a class of 64.
fn found(data: &Path) -> (ClassId, UnitId, EditionRef) {
    let folder = DataFolder::lock(data).unwrap();
    let pupils = (0..STUDENTS).map(|n| account(&format!("pupil{n}"), &format!("Pupil {n}"), Role::Student, Some("2B")));
    for done in do_all(&folder, pupils.chain([published("counting", "2B")]).collect()).unwrap() {
        done.unwrap();
    }
    let engine = folder.engine().unwrap();
    let (class, unit) = (engine.class_titled("2B").unwrap(), crate::counting::unit("counting", "up"));
    (class, unit, newest_edition(engine.directory(), class, unit).unwrap())
}

async fn all_sign_in(url: &str, class: ClassId, unit: UnitId, edition: EditionRef) -> Vec<Pupil> {
    let mut signing_in = JoinSet::new();
    for n in 0..STUDENTS {
        let sent = reqwest::Client::new().post(format!("{url}/api/sessions"));
        let sent = sent.json(&json!({ "login": format!("pupil{n}"), "password": PASSWORD }));
        let url = url.to_owned();
        signing_in.spawn(async move {
            let response = sent.send().await.unwrap();
            let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
            Browser { url, cookie, me: response.json().await.unwrap() }
        });
    }
    let pupil = |browser: Browser| {
        let stream = StreamId::Attempt(AttemptKey { student: browser.me.account, class, unit, run: 1 });
        Pupil { browser, stream, edition, acknowledged: BTreeMap::new(), sent: 0 }
    };
    signing_in.join_all().await.into_iter().map(pupil).collect()
}

/// All answer at once, until each has so many results or the line breaks.
fn all_answer(pupils: Vec<Pupil>, url: &str, up_to: impl Fn(&Pupil) -> u64, results: &Arc<Semaphore>) -> JoinSet<Pupil> {
    let mut answering = JoinSet::new();
    for mut pupil in pupils {
        pupil.browser.url = url.to_owned();
        let (up_to, results) = (up_to(&pupil), Arc::clone(results));
        answering.spawn(async move {
            pupil.answer(up_to, &results).await;
            pupil
        });
    }
    answering
}

async fn check_all(pupils: &[Pupil]) {
    for pupil in pupils {
        pupil.check(&pupil.browser.feed(Feed::Student(pupil.browser.me.account)).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_three_times_while_64_answer_every_acknowledged_command_is_there_once() {
    let data = TempDir::new().unwrap();
    let (class, unit, edition) = found(data.path());
    let mut program = Program::start(data.path());
    let mut pupils = all_sign_in(&program.url, class, unit, edition).await;
    for round in 1..=3 {
        let results = Arc::new(Semaphore::new(0));
        let answering = all_answer(pupils, &program.url, |_| u64::MAX, &results);
        results.acquire_many(RESULTS_BEFORE_KILL).await.unwrap().forget();
        program.kill();
        pupils = answering.join_all().await;
        let acknowledged: usize = pupils.iter().map(|pupil| pupil.acknowledged.len()).sum();
        let sent: u64 = pupils.iter().map(|pupil| pupil.sent).sum();
        println!("kill {round}: {acknowledged} acknowledged of {sent} sent");
        program = Program::start(data.path());
        pupils.iter_mut().for_each(|pupil| pupil.browser.url.clone_from(&program.url));
        check_all(&pupils).await;
    }
    // The rest is sent again, and all comes to an end.
    let results = Arc::new(Semaphore::new(0));
    let pupils = all_answer(pupils, &program.url, |pupil| pupil.sent, &results).join_all().await;
    assert!(pupils.iter().all(|pupil| pupil.acknowledged.len() as u64 == pupil.sent));
    check_all(&pupils).await;
    program.kill();
    let store = rusqlite::Connection::open(data.path().join("leftfold.sqlite")).unwrap();
    let sound: String = store.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
}
