//! A school with a real server, the browsers in it, and their sockets.

use crate::counting::{published, unit};
use domain::{
    account::Role,
    attempt::{self, AttemptKey, EditionRef},
    command::Command,
    decision::newest_edition,
    feeds::Feed,
    ids::{AccountId, ClassId, DeviceId, UnitId},
    projections::directory::Directory,
    protocol::{CREDIT_FRAMES, ClientMessage, Envelope, Hello, PROTOCOL, SignedIn},
    time::Timestamp,
};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use server::{
    Running, ServerConfig,
    auth::password,
    engine::{Engine, Operation},
    limits::Limits,
    operator::{
        folder::{DataFolder, store_in},
        import::course,
        operate::do_all,
    },
    store::sqlite::SqliteStore,
};
use std::{
    path::Path,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{Error, Message, client::IntoClientRequest as _, error::ProtocolError},
};

/// Longer than anything here takes; whoever waits longer waits in vain.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Everybody's password.
pub const PASSWORD: &str = "correct horse";

/// A school with a running server. Class 2B has tess, ann and bob, and the demo course; class 3C has theo, and no course; olga is nowhere.
pub struct School {
    pub running: Option<Running>,
    pub data: TempDir,
    pub class: ClassId,
    pub unit: UnitId,
    pub edition: EditionRef,
}

impl School {
    pub async fn open() -> Self {
        Self::open_with(Vec::new()).await
    }

    /// The same, with more in it from the beginning.
    pub async fn open_with(more: Vec<Operation>) -> Self {
        Self::open_at(more, None).await
    }

    /// A school whose unit is one in counting.
    pub async fn counting() -> Self {
        Self::open_at(vec![published("counting", "2B")], Some(unit("counting", "up"))).await
    }

    async fn open_at(more: Vec<Operation>, unit: Option<UnitId>) -> Self {
        let data = TempDir::new().unwrap();
        let folder = DataFolder::lock(data.path()).unwrap();
        let course = Box::new(course::demo().into());
        let mut operations = vec![
            account("tess", "Tess", Role::Teacher, Some("2B")),
            account("ann", "Ann", Role::Student, Some("2B")),
            account("bob", "Bob", Role::Student, Some("2B")),
            account("theo", "Theo", Role::Teacher, Some("3C")),
            account("olga", "Olga", Role::Student, None),
            Operation::PublishCourse { edition: course, class: Some("2B".into()) },
        ];
        operations.extend(more);
        for done in do_all(&folder, operations).unwrap() {
            done.unwrap();
        }
        let engine = folder.engine().unwrap();
        let class = engine.class_titled("2B").unwrap();
        let unit = unit.unwrap_or_else(|| *engine.directory().class(class).unwrap().units.keys().next().unwrap());
        let edition = newest_edition(engine.directory(), class, unit).unwrap();
        drop((engine, folder));
        let mut school = Self { running: None, data, class, unit, edition };
        school.start().await;
        school
    }

    pub async fn start(&mut self) {
        self.start_with(Limits::default()).await;
    }

    pub async fn start_with(&mut self, limits: Limits) {
        let config = ServerConfig { limits, ..ServerConfig::local(self.path().to_owned()) };
        self.running = Some(server::start(config).await.unwrap());
    }

    pub async fn stop(&mut self) {
        self.running.take().unwrap().shutdown().await;
    }

    pub fn path(&self) -> &Path {
        self.data.path()
    }

    /// Who and what there is, as the store tells it now.
    pub fn directory(&self) -> Arc<Directory> {
        let store = SqliteStore::open(&store_in(self.path())).unwrap();
        Arc::clone(Engine::open(store).unwrap().directory())
    }

    pub fn url(&self) -> String {
        self.running.as_ref().unwrap().url.clone()
    }

    pub async fn sign_in(&self, login: &str) -> Browser {
        sign_in_at(&self.url(), login).await
    }

    /// A student's first attempt at the unit.
    pub fn attempt(&self, student: AccountId) -> AttemptKey {
        AttemptKey { student, class: self.class, unit: self.unit, run: 1 }
    }

    /// A student's first command.
    pub fn start_attempt(&self, student: AccountId, number: u64) -> Envelope {
        envelope(number, &Command::Attempt(self.attempt(student), attempt::Command::Start { edition: self.edition }))
    }
}

/// Signs somebody in at a server.
pub async fn sign_in_at(url: &str, login: &str) -> Browser {
    let sent = reqwest::Client::new().post(format!("{url}/api/sessions"));
    let response = sent.json(&serde_json::json!({ "login": login, "password": PASSWORD })).send().await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    Browser { url: url.to_owned(), cookie, me: response.json().await.unwrap() }
}

pub fn account(login: &str, name: &str, role: Role, class: Option<&str>) -> Operation {
    static HASH: OnceLock<String> = OnceLock::new();
    let password_hash = HASH.get_or_init(|| password::hash(PASSWORD).unwrap()).clone();
    let account = server::chance::account();
    Operation::AddAccount { account, login: login.into(), name: name.into(), role, password_hash, class: class.map(Into::into) }
}

pub fn envelope(number: u64, command: &Command) -> Envelope {
    Envelope { number, stream: command.stream().to_string(), at: Timestamp(1_000), body: command.body() }
}

/// Does an operation as the command line does it, beside the running server.
pub async fn operated(data: &Path, operation: Operation) -> Result<String, server::Stop> {
    let data = data.to_owned();
    tokio::task::spawn_blocking(move || server::operator::operate::operate(&data, operation)).await.unwrap()
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Browser {
    pub url: String,
    pub cookie: String,
    pub me: SignedIn,
}

impl Browser {
    pub async fn get(&self, path: &str) -> reqwest::Response {
        reqwest::Client::new().get(format!("{}{path}", self.url)).header("cookie", &self.cookie).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &impl serde::Serialize) -> reqwest::Response {
        reqwest::Client::new().post(format!("{}{path}", self.url)).header("cookie", &self.cookie).json(body).send().await.unwrap()
    }

    pub async fn sign_out(&self) -> reqwest::Response {
        reqwest::Client::new().delete(format!("{}/api/sessions", self.url)).header("cookie", &self.cookie).send().await.unwrap()
    }

    /// Opens a socket from a page of this origin; the status if it is refused.
    pub async fn socket_from(&self, origin: Option<&str>) -> Result<Socket, u16> {
        let mut request = format!("{}/api/sync", self.url.replace("http:", "ws:")).into_client_request().unwrap();
        request.headers_mut().insert("cookie", self.cookie.parse().unwrap());
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        match connect_async_with_config(request, None, true).await {
            Ok((stream, _)) => Ok(Socket { stream }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            // Nobody listens, or nobody any more.
            Err(Error::Io(_) | Error::Protocol(ProtocolError::HandshakeIncomplete)) => Err(0),
            Err(other) => panic!("{other}"),
        }
    }

    pub async fn socket(&self) -> Socket {
        self.socket_from(Some(&self.url)).await.unwrap()
    }

    /// Opens a socket, says hello as a new device, and listens until all is there. Also returns what came.
    pub async fn sync(&self, device: &str) -> (Socket, Vec<Value>) {
        let mut socket = self.socket().await;
        socket.greet(self.hello(device)).await;
        let heard = socket.hear_until("CaughtUp").await;
        (socket, heard)
    }

    pub fn hello(&self, device: &str) -> Hello {
        let account = self.me.account;
        let device = device_of(account, device);
        Hello {
            protocol: (PROTOCOL, PROTOCOL),
            build: domain::protocol::BUILD,
            account,
            device,
            feeds: Default::default(),
            earlier: Vec::new(),
        }
    }
}

pub fn device_of(account: AccountId, name: &str) -> DeviceId {
    DeviceId::derived(&[&account.to_string(), name])
}

/// A socket to the server.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Socket {
    pub async fn say(&mut self, message: &ClientMessage) {
        self.send(Message::text(serde_json::to_string(message).unwrap())).await;
    }

    /// Says hello, and lets events come.
    pub async fn greet(&mut self, hello: Hello) {
        self.say(&ClientMessage::Hello(hello)).await;
        self.say(&ClientMessage::Credit { frames: CREDIT_FRAMES }).await;
    }

    pub async fn send(&mut self, message: Message) {
        self.stream.send(message).await.unwrap();
    }

    /// Sends a frame; whether the socket still took it.
    pub async fn try_say(&mut self, frame: String) -> bool {
        self.stream.send(Message::text(frame)).await.is_ok()
    }

    /// The next text frame, for as long as it takes; none once the socket is closed. Nothing is lost if this is dropped.
    pub async fn frame(&mut self) -> Option<String> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Some(text.as_str().to_owned()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next message of the protocol, or the code that the socket is closed with.
    pub async fn next(&mut self) -> Result<Value, u16> {
        loop {
            match timeout(PATIENCE, self.stream.next()).await.expect("the server says something") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => return Err(frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(0),
            }
        }
    }

    pub async fn hear(&mut self) -> Value {
        self.next().await.expect("the socket is open")
    }

    /// All messages up to the first of this kind, which is the last of them.
    pub async fn hear_until(&mut self, kind: &str) -> Vec<Value> {
        let mut heard = Vec::new();
        loop {
            heard.push(self.hear().await);
            if heard.last().unwrap().get(kind).is_some() {
                return heard;
            }
        }
    }

    /// The next message of this kind; others are passed over.
    pub async fn hear_of(&mut self, kind: &str) -> Value {
        self.hear_until(kind).await.pop().unwrap()[kind].clone()
    }

    /// The next so many events of a feed, in one frame or several.
    pub async fn hear_events(&mut self, feed: Feed, count: usize) -> Vec<Value> {
        let mut heard = Vec::new();
        while heard.len() < count {
            heard.extend(events_of(&self.hear_of("Events").await, feed));
        }
        heard
    }

    /// The next result, and so many events of a feed: which of them comes first is nobody's business.
    pub async fn hear_result_and_events(&mut self, feed: Feed, count: usize) -> (Value, Vec<Value>) {
        let (mut result, mut heard) = (None, Vec::new());
        while result.is_none() || heard.len() < count {
            let message = self.hear().await;
            match (message.get("Result"), message.get("Events")) {
                (Some(told), _) => result = Some(told.clone()),
                (_, Some(events)) => heard.extend(events_of(events, feed)),
                (None, None) => {}
            }
        }
        (result.expect("it was waited for"), heard)
    }

    /// The code that the server closes with; what it says before is passed over.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }
}

fn events_of(frame: &Value, feed: Feed) -> Vec<Value> {
    assert_eq!(frame["feed"], feed.to_string());
    let runs = frame["runs"].as_array().unwrap();
    runs.iter().flat_map(|run| run["events"].as_array().unwrap()).cloned().collect()
}
