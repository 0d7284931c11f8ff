//! Crowds at a server's door: those who guess, who begin and do not end, and who take nothing of what they asked for. And how the server does meanwhile.

use domain::{
    attempt::AttemptKey,
    event::{StreamId, Version},
    feeds::Feed,
    ids::DeviceId,
    protocol::Outcome,
    time::Timestamp,
};
use futures_util::{StreamExt as _, stream};
use serde_json::{json, value::RawValue};
use server::{
    operator::folder::store_in,
    store::{Append, EventStore as _, NewEvent, sqlite::SqliteStore},
};
use std::{
    fs,
    net::{IpAddr, SocketAddr},
    path::Path,
    time::{Duration, Instant},
};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpSocket, TcpStream},
    sync::mpsc,
    task::JoinHandle,
};

/// The beginning of a request whose head never ends.
pub const HALF_HEAD: &str = "GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ";

/// How much memory of a process is resident now, in bytes, as Linux tells it.
pub fn resident_bytes(process: u32) -> u64 {
    told_in_bytes(process, "VmRSS:")
}

/// How much was resident at most since it began, in bytes.
pub fn resident_bytes_max(process: u32) -> u64 {
    told_in_bytes(process, "VmHWM:")
}

fn told_in_bytes(process: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process lives, and this system has /proc");
    let told = status.lines().find_map(|line| line.strip_prefix(name)).expect("the kernel counts memory");
    told.trim().trim_end_matches(" kB").parse::<u64>().expect("a number of kB") * 1_024
}

/// A way to the server from one of this machine's own addresses.
pub fn client_at(last: u8) -> reqwest::Client {
    reqwest::Client::builder().local_address(IpAddr::from([127, 0, 0, last])).build().unwrap()
}

/// Asks how the server is, by a new connection each time.
pub struct Asker {
    client: reqwest::Client,
    url: String,
}

impl Asker {
    /// Of the server at this URL, without a slash at its end.
    pub fn of(url: &str) -> Self {
        let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        Self { client, url: format!("{url}/api/health") }
    }

    /// How long it took to be told that all is well.
    pub async fn health(&self) -> Duration {
        let begun = Instant::now();
        let answer = self.client.get(&self.url).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        begun.elapsed()
    }
}

/// A connection that has sent this and says nothing more.
pub async fn half_said(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// Whether the server has said nothing, and not closed it either.
pub fn is_open(stream: &TcpStream) -> bool {
    matches!(stream.try_read(&mut [0]), Err(fault) if fault.kind() == std::io::ErrorKind::WouldBlock)
}

/// Where people sign in, with the password that is everybody's.
#[derive(Debug, Clone, Copy)]
pub struct Door<'d> {
    /// The server, as `http://…` without a slash at its end.
    pub url: &'d str,
    pub password: &'d str,
}

impl Door<'_> {
    fn sessions(&self) -> String {
        format!("{}/api/sessions", self.url)
    }

    /// Signs in as each of these in turn, so many times in all and so many at once.
    pub async fn sign_in_often(&self, logins: &[String], sign_ins: usize, at_once: usize) {
        let client = client_at(1);
        let signed_in = stream::iter(0..sign_ins).map(|n| {
            let body = json!({ "login": logins[n % logins.len()], "password": self.password });
            let sent = client.post(self.sessions()).json(&body).send();
            async { assert_eq!(sent.await.unwrap().status(), 200) }
        });
        signed_in.buffer_unordered(at_once).for_each(async |()| {}).await;
    }

    /// The cookie of a device that somebody has signed in from.
    pub async fn known_device(&self, login: &str) -> String {
        let body = json!({ "login": login, "password": self.password });
        let answer = client_at(1).post(self.sessions()).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let cookies = answer.headers().get_all("set-cookie").into_iter().map(|cookie| cookie.to_str().unwrap());
        let cookie = cookies.filter_map(|cookie| cookie.split(';').next()).find(|cookie| cookie.starts_with("leftfold-device="));
        cookie.expect("a device is known after somebody has signed in").to_owned()
    }

    /// How long it takes to sign in with the right password, from this address and perhaps from a known device.
    pub async fn right_sign_in(&self, login: &str, from: u8, device: Option<&str>) -> Duration {
        let asked = client_at(from).post(self.sessions()).json(&json!({ "login": login, "password": self.password }));
        let asked = device.into_iter().fold(asked, |asked, device| asked.header("cookie", device));
        let begun = Instant::now();
        assert_eq!(asked.send().await.unwrap().status(), 200, "the right password is right");
        begun.elapsed()
    }

    /// One guess; the status that it is told.
    pub async fn guess(&self, login: &str, from: u8) -> u16 {
        let wrong = json!({ "login": login, "password": "not the password" });
        client_at(from).post(self.sessions()).json(&wrong).send().await.unwrap().status().as_u16()
    }
}

/// Guesses that go on, each as soon as the one before was answered, until they are dropped: so many at once, all from 127.0.0.1.
pub struct Attack(Vec<JoinHandle<()>>);

impl Attack {
    /// Begins; `login` says what is tried by which of the guessers, and in which of its tries.
    pub async fn begin(url: &str, at_once: usize, login: fn(usize, usize) -> String) -> Self {
        let (client, url) = (client_at(1), format!("{url}/api/sessions"));
        let (begun, mut has_begun) = mpsc::unbounded_channel();
        let guess = |guesser| {
            let (client, url, begun) = (client.clone(), url.clone(), begun.clone());
            tokio::spawn(async move {
                for n in 0.. {
                    let body = json!({ "login": login(guesser, n), "password": "not the password" });
                    let answer = client.post(&url).json(&body).send();
                    let status = answer.await.map_or(0, |answer| answer.status().as_u16());
                    assert!([0, 401, 429].contains(&status), "{status}");
                    _ = begun.send(());
                }
            })
        };
        let guessers = (0..at_once).map(guess).collect();
        // It is under way once as many were answered as are in flight.
        for _ in 0..at_once {
            has_begun.recv().await.unwrap();
        }
        Self(guessers)
    }
}

impl Drop for Attack {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// So many events of so many bytes are a student's long answers: three pages and a half.
pub const LONG_EVENTS: u64 = 240;
pub const LONG_EVENT_BYTES: usize = 60_000;

/// Writes a student's work whose answers are as long as can be into a data folder that nobody serves.
pub fn write_long_answers(data: &Path, work: AttemptKey) {
    let mut store = SqliteStore::open(&store_in(data)).unwrap();
    let (account, stream) = (work.student, StreamId::Attempt(work));
    store.begin().unwrap();
    for number in 1..=LONG_EVENTS {
        let body = format!(r#"{{"Sneezed":{{"text":"{}"}}}}"#, "1".repeat(LONG_EVENT_BYTES));
        let event = NewEvent { body: RawValue::from_string(body).unwrap(), feeds: vec![Feed::Student(account), Feed::Staff(work.class)] };
        store
            .append(&Append {
                stream,
                expected: Version(number - 1),
                actor: account,
                device: DeviceId::derived(&[&account.to_string(), "long"]),
                number,
                command_hash: [0; 16],
                claimed: Timestamp(1_788_220_800_000),
                recorded: Timestamp(1_788_220_800_040),
                cause: None,
                events: vec![event],
                outcome: Outcome::Accepted { version: Version(number), events: 1 },
                records: vec![],
            })
            .unwrap();
    }
    store.commit().unwrap();
}

/// A connection that asks for a page of a feed and takes nothing of it.
pub async fn unread(address: SocketAddr, feed: Feed, cookie: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    let head = format!("GET /api/feeds/{feed} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}
