//! Browsers that stop reading: they cost the server little, and nobody else notices.

use crate::{
    counting::wrong_work,
    school::{Browser, School, Socket, device_of, envelope},
};
use domain::{
    attempt::AttemptKey,
    command::Command,
    event::{StreamId, Version},
    feeds::Feed,
    protocol::{CREDIT_FRAMES, ClientMessage, Outcome},
    time::Timestamp,
};
use server::store::{Append, EventStore as _, NewEvent, StoreReader as _, sqlite::SqliteStore};
use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command as Program, Stdio},
    time::{Duration, Instant},
};

const STALLED: usize = 200;
const ANSWERS: u64 = 300;

impl School {
    /// The server stops, a student's work of a year is put into its store, and it starts again. Says how long the staff's feed is then.
    pub async fn live_through_a_year(&mut self, student: &Browser, events: usize) -> u64 {
        self.stop().await;
        self.write_a_year(student, events);
        self.start().await;
        let store = SqliteStore::open(&self.path().join("leftfold.sqlite")).unwrap();
        store.reader().feed_head(&Feed::Staff(self.class)).unwrap().number
    }

    /// Appends events as answers leave them, two by two.
    pub fn write_a_year(&self, student: &Browser, events: usize) {
        let mut store = SqliteStore::open(&self.path().join("leftfold.sqlite")).unwrap();
        let account = student.me.account;
        let stream = |run| StreamId::Attempt(AttemptKey { student: account, class: self.class, unit: self.unit, run });
        store.begin().unwrap();
        for number in 1..=events as u64 / 2 {
            let (run, place) = (1_000 + number / 100, number % 100);
            let expected = Version(if number < 100 { (place - 1) * 2 } else { place * 2 });
            let event = |body: String| {
                let body = serde_json::value::RawValue::from_string(body).unwrap();
                NewEvent { body, feeds: vec![Feed::Student(account), Feed::Staff(self.class)] }
            };
            let answered = format!(
                r#"{{"QuestionAnsweredCorrectly":{{"ordinal":{place},"try_number":1,"inputs":[{{"Text":"{number}"}}],"ms":{}}}}}"#,
                number * 37 % 60_000
            );
            let asked = format!(r#"{{"QuestionAsked":{{"ordinal":{place},"question":"{}"}}}}"#, uuid::Uuid::from_u128(u128::from(number)));
            let at = Timestamp(1_788_220_800_000 + number as i64 * 9_973);
            store
                .append(&Append {
                    stream: stream(run as u32),
                    expected,
                    actor: account,
                    device: device_of(account, "year"),
                    number,
                    command_hash: [0; 16],
                    claimed: at,
                    recorded: Timestamp(at.0 + 40),
                    cause: None,
                    events: vec![event(answered), event(asked)],
                    outcome: Outcome::Accepted { version: Version(expected.0 + 2), events: 2 },
                    records: vec![],
                })
                .unwrap();
        }
        store.commit().unwrap();
    }
}

/// The program, serving a data folder.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

impl Serving {
    fn start(school: &School) -> (Self, String, BufReader<std::process::ChildStdout>) {
        let mut program = Program::new(env!("CARGO_BIN_EXE_leftfold"));
        program.arg("--data").arg(school.path()).args(["serve", "--listen", "127.0.0.1:0"]).env("LEFTFOLD_LOG", "error");
        // More than anybody may have open otherwise.
        program.env("LEFTFOLD_SOCKETS_MAX", "1000");
        // One student works as fast as the line carries it.
        program.env("LEFTFOLD_COMMANDS_PER_SECOND", "1000000");
        let mut process = program.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("Leftfold listens on ").expect("it says where it listens").to_owned();
        (Self(process), url, said)
    }

    /// What it has in memory, in kB.
    fn memory(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
    }

    /// How many files and sockets it has open.
    fn open_files(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.0.id())).unwrap().count()
    }
}

/// Somebody at work: wrong answers, one after the other.
struct Worker {
    browser: Browser,
    socket: Socket,
    sent: u64,
}

impl Worker {
    async fn open(browser: Browser, school: &School) -> Self {
        let mut socket = browser.socket().await;
        socket.greet(browser.hello("desk")).await;
        socket.hear_until("People").await;
        socket.say(&ClientMessage::Command(school.start_attempt(browser.me.account, 1))).await;
        socket.hear_of("Result").await;
        Self { browser, socket, sent: 1 }
    }

    /// How long each answer took, from sending to the result, ascending.
    async fn work(&mut self, school: &School, answers: u64) -> Vec<Duration> {
        let mut took = Vec::new();
        for _ in 0..answers {
            let command = wrong_work(self.sent + 1);
            let begun = Instant::now();
            let key = school.attempt(self.browser.me.account);
            self.socket.say(&ClientMessage::Command(envelope(self.sent + 1, &Command::Attempt(key, command)))).await;
            let result = self.socket.hear_of("Result").await;
            assert!(result["outcome"]["Accepted"].is_object(), "{result}");
            took.push(begun.elapsed());
            self.socket.say(&ClientMessage::Credit { frames: 1 }).await;
            self.sent += 1;
        }
        took.sort_unstable();
        took
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn two_hundred_sockets_that_stop_reading_cost_little_and_nobody_notices() {
    let mut school = School::counting().await;
    let (tess, ann, bob) = (school.sign_in("tess").await, school.sign_in("ann").await, school.sign_in("bob").await);
    school.stop().await;
    // More than all the sockets together may take in before they have stored any of it.
    school.write_a_year(&bob, 40_000);
    let (serving, url, _said) = Serving::start(&school);
    let at = |browser: &Browser| Browser { url: url.clone(), ..browser.clone() };
    let (tess, ann) = (at(&tess), at(&ann));
    let mut worker = Worker::open(ann, &school).await;
    worker.work(&school, 50).await;
    let alone = worker.work(&school, ANSWERS).await;
    let (memory, files) = (serving.memory(), serving.open_files());

    // Half of them never let any event come; the other half let all come that they may, and read nothing of it.
    let mut stalled = Vec::new();
    for n in 0..STALLED {
        let mut socket = tess.socket().await;
        socket.say(&ClientMessage::Hello(tess.hello(&format!("device {n}")))).await;
        if n % 2 == 0 {
            socket.hear_until("People").await;
        } else {
            socket.say(&ClientMessage::Credit { frames: CREDIT_FRAMES }).await;
        }
        stalled.push(socket);
    }
    let beside = worker.work(&school, ANSWERS).await;
    let with = serving.memory();
    let more = worker.work(&school, ANSWERS).await;
    let (later, open) = (serving.memory(), serving.open_files());
    let p95 = |took: &[Duration]| took[took.len() * 95 / 100];
    println!(
        "{STALLED} stalled sockets: {} kB before, {with} kB with them, {later} kB after {ANSWERS} more commands: {} kB each; a command takes {:?} (p95 {:?}) alone, {:?} (p95 {:?}) beside them",
        memory,
        later.saturating_sub(memory) / STALLED,
        alone[alone.len() / 2],
        p95(&alone),
        more[more.len() / 2],
        p95(&more),
    );
    assert!(open >= files + STALLED, "they are all still there: {open}, {files} before");
    assert!(later.saturating_sub(memory) / STALLED < 512, "{memory} kB before, {later} kB after");
    assert!(later.saturating_sub(with) < 16_000, "what happens meanwhile is not kept for them: {with} kB, then {later} kB");
    assert!(p95(&beside) < p95(&alone) * 5 + Duration::from_millis(50), "{:?} {:?}", p95(&beside), p95(&alone));

    // And when they are gone, nothing of them stays: what is still open is the store, at most for as many readers as may read at once.
    drop(stalled);
    let deadline = Instant::now() + crate::school::PATIENCE;
    while serving.open_files() > files + STALLED / 4 {
        worker.work(&school, 1).await;
        assert!(Instant::now() < deadline, "{} files are open, {files} before", serving.open_files());
    }
}
