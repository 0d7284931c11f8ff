//! The demo school behind the real program, which can be killed and started again on the same port.

use crate::{
    waiting::until,
    year::{self, Year},
};
use domain::{
    attempt,
    event::{Event, read_runs},
    protocol::SignedIn,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    env,
    fs::{self, File},
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
};
use tempfile::TempDir;

/// Everybody's password.
pub const PASSWORD: &str = "leftfold";

/// The program: that of the suites, or the one that is named, as operators install it.
pub fn program() -> String {
    env::var("LEFTFOLD_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_leftfold").to_owned())
}

/// A demo school of its own for each journey.
pub struct School {
    data: TempDir,
    port: u16,
    /// Of all students.
    pub students: Vec<String>,
    program: Option<Child>,
}

impl School {
    /// Makes it, has its class work until the feed of its teachers holds so many events, and serves it.
    pub async fn open_after(events: u64) -> (Self, Year) {
        let data = TempDir::new().expect("a temporary folder can be made");
        let made = Command::new(program()).arg("--data").arg(data.path()).arg("demo").output().expect("the program can be started");
        assert!(made.status.success(), "demo: {}", String::from_utf8_lossy(&made.stderr));
        let students = logins(&String::from_utf8_lossy(&made.stdout));
        let year = if events > 0 { year::work(data.path(), "2B", events) } else { Year { events, answered_each: 0 } };
        let mut school = Self { data, port: free_port(), students, program: None };
        school.start().await;
        (school, year)
    }

    /// Serves a data folder that was made before.
    pub async fn open_in(data: TempDir) -> Self {
        let mut school = Self { data, port: free_port(), students: Vec::new(), program: None };
        school.start().await;
        school
    }

    /// Where its data is.
    pub fn folder(&self) -> &Path {
        self.data.path()
    }

    /// The files of its data, by name, while it is not served: what it logged and its lock are none.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        assert!(self.program.is_none(), "a file that is written to is not read");
        let entries =
            fs::read_dir(self.folder()).expect("the folder can be read").map(|entry| entry.expect("its entries can be read").path());
        let name = |path: &Path| path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let files = entries.map(|path| (name(&path), path)).filter(|(name, _)| name != "told.txt" && name != "lock");
        files.map(|(name, path)| (name, fs::read(path).expect("it can be read"))).collect()
    }

    /// Serves it on the same port as before, with the data it has.
    pub async fn start(&mut self) {
        let (path, port) = (self.data.path().to_owned(), self.port);
        let told = File::options().create(true).append(true).open(path.join("told.txt")).expect("the folder can be written");
        let mut program = Command::new(program())
            .arg("--data")
            .arg(path)
            .args(["serve", "--listen"])
            .arg(format!("127.0.0.1:{port}"))
            .env("LEFTFOLD_LOG", "info")
            .stdout(Stdio::piped())
            .stderr(told)
            .spawn()
            .expect("the program can be started");
        let mut lines = BufReader::new(program.stdout.take().expect("its output is piped")).lines();
        let said = lines.next().and_then(Result::ok).unwrap_or_default();
        self.program = Some(program);
        assert!(said.contains(&self.url()), "it says where it listens, not “{said}”: {}", self.told());
        until("the server to answer", async || {
            let answer = reqwest::get(format!("{}/api/health", self.url())).await.map_err(|error| error.to_string())?;
            if answer.status().is_success() { Ok(()) } else { Err(answer.status().to_string()) }
        })
        .await;
    }

    /// Kills it with −9: nothing is said to anybody.
    pub fn kill(&mut self) {
        if let Some(mut program) = self.program.take() {
            program.kill().expect("a child can be killed");
            program.wait().expect("a killed child ends");
        }
    }

    /// Ends it as an operator does, and waits until it is over.
    pub fn stop(&mut self) {
        if let Some(mut program) = self.program.take() {
            let sent = Command::new("kill").args(["-TERM", &program.id().to_string()]).status().expect("kill is there");
            assert!(sent.success() && program.wait().expect("a child ends").success(), "it ends gracefully: {}", self.told());
        }
    }

    /// Stops it where it is, or has it go on.
    pub fn hold(&self, held: bool) {
        let program = self.program.as_ref().expect("the server runs");
        let signal = if held { "-STOP" } else { "-CONT" };
        let sent = Command::new("kill").args([signal, &program.id().to_string()]).status().expect("kill is there");
        assert!(sent.success());
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What the program has logged.
    pub fn told(&self) -> String {
        std::fs::read_to_string(self.data.path().join("told.txt")).unwrap_or_default()
    }

    /// Adds an account, as the operator does beside the running server.
    pub fn add_account(&self, login: &str, name: &str, role: &str, class: &str) {
        let mut program = Command::new(program());
        let order = ["account", "add", login, "--name", name, "--role", role, "--class", class];
        let added = program.arg("--data").arg(self.data.path()).args(order).env("LEFTFOLD_PASSWORD", PASSWORD).output();
        let added = added.expect("the program can be started");
        assert!(added.status.success(), "{name}: {}", String::from_utf8_lossy(&added.stderr));
    }

    /// Signs in as a script does.
    pub async fn sign_in(&self, login: &str) -> Script {
        let credentials = serde_json::json!({ "login": login, "password": PASSWORD });
        let answer = reqwest::Client::new().post(format!("{}/api/sessions", self.url())).json(&credentials).send().await.unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Script { url: self.url(), cookie, me: answer.json().await.unwrap() }
    }
}

impl Drop for School {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A script with a session of its own.
pub struct Script {
    url: String,
    pub cookie: String,
    pub me: SignedIn,
}

/// An event as it stands in a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub number: u64,
    pub position: u64,
    pub id: String,
    pub event: Event,
}

impl Fact {
    /// The answer that it is, if it is one.
    pub fn answer(&self) -> Option<&attempt::Answer> {
        match &self.event {
            Event::Attempt(_, attempt::Event::QuestionAnsweredCorrectly(answer) | attempt::Event::QuestionAnsweredWrongly(answer)) => {
                Some(answer)
            }
            _ => None,
        }
    }
}

impl Script {
    pub async fn get(&self, path: &str) -> reqwest::Response {
        reqwest::Client::new().get(format!("{}{path}", self.url)).header("cookie", &self.cookie).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &impl serde::Serialize) -> reqwest::Response {
        reqwest::Client::new().post(format!("{}{path}", self.url)).header("cookie", &self.cookie).json(body).send().await.unwrap()
    }

    /// The whole feed of one's own work.
    pub async fn own_feed(&self) -> Vec<Fact> {
        let mut facts: Vec<Fact> = Vec::new();
        loop {
            let after = facts.last().map_or(0, |fact| fact.number);
            let page: Value = self.get(&format!("/api/feeds/student/{}?after={after}", self.me.account)).await.json().await.unwrap();
            let events = &page["Events"];
            let more = self::facts(events["first"].as_u64().unwrap(), &events["runs"].to_string());
            if more.is_empty() {
                return facts;
            }
            facts.extend(more);
        }
    }

    /// One's own answers, in order.
    pub async fn own_answers(&self) -> Vec<attempt::Answer> {
        self.own_feed().await.iter().filter_map(Fact::answer).cloned().collect()
    }
}

/// The events of a page or a chunk of a feed.
pub fn facts(first: u64, runs: &str) -> Vec<Fact> {
    let runs = read_runs(runs).expect("a feed is made of runs");
    let recorded = runs.iter().flat_map(domain::event::Run::recorded);
    let fact = |(number, recorded): (u64, domain::event::Recorded)| Fact {
        number,
        position: recorded.position.0,
        id: recorded.id().to_string(),
        event: recorded.event,
    };
    (first..).zip(recorded).map(fact).collect()
}

/// The logins that the program tells: “Students: ann, bob, cem; also emma, …”.
fn logins(told: &str) -> Vec<String> {
    let line = told.split_once("Students: ").and_then(|(_, rest)| rest.lines().next()).expect("it tells the logins");
    let logins: Vec<String> = line.replace("; also", ",").split(',').map(|login| login.trim_matches([' ', '.']).to_owned()).collect();
    assert!(logins.len() == 28 && logins[0] == "ann", "{logins:?}");
    logins
}

/// A free port below those that the system gives to whoever connects: else, while the server is down, a browser that tries again could be
/// connected to itself.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = 20_000 + (std::process::id() % 100) as u16 * 100;
    let mut ports = (0..10_000).map(|_| start + NEXT.fetch_add(1, Ordering::Relaxed) % 2_000);
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("one of so many ports is free")
}
