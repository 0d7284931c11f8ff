//! The whole path under load: commands from many students at once, sign-ins, and connections that do nothing.

use crate::{
    figures::percentile,
    program::Program,
    school::{Member, PASSWORD, School},
    script::Player,
    wire::{Line, credit, frame},
};
use domain::{
    ids::DeviceId,
    protocol::{CREDIT_FRAMES, ClientMessage, Hello, PROTOCOL},
    time::Timestamp,
};
use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Semaphore,
    task::JoinSet,
    time::timeout,
};

/// A run that takes longer is broken.
const RUN_WITHIN: Duration = Duration::from_secs(60);

/// How fast commands went through.
#[derive(Debug, Clone, Copy)]
pub struct Speed {
    /// Durable commands in a second, over all students.
    pub per_second: f64,
    /// From sending to the reply, half of the commands.
    pub p50: Duration,
    /// From sending to the reply, 99 of 100 commands.
    pub p99: Duration,
}

/// A student at work: a connection, and what will be sent by it.
pub struct Desk {
    line: Line,
    frames: VecDeque<(u64, Vec<u8>)>,
}

impl Desk {
    /// Connects a student, and plays out that many commands beforehand.
    pub async fn open(program: &Program, school: &School, student: usize, commands: usize) -> Self {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
        let mut player = Player::new(school, student, Timestamp(started.as_millis() as i64));
        let frames = (0..commands).map(|_| {
            let envelope = player.next();
            let number = envelope.number;
            (number, frame(&serde_json::to_string(&ClientMessage::Command(envelope)).expect("messages serialise")))
        });
        let frames = frames.collect();
        let line = connect(program.address, &school.students[student], "desk").await;
        Self { line, frames }
    }

    /// Sends commands, each after the reply to the one before, and says how long each took.
    async fn work(&mut self, commands: usize) -> Vec<Duration> {
        let mut took = Vec::with_capacity(commands);
        for _ in 0..commands {
            let (number, frame) = self.frames.pop_front().expect("enough was played out");
            let (sent, reply) = (Instant::now(), format!(r#"{{"Result":{{"number":{number},"#));
            self.line.send(&frame).await.expect("the server takes it");
            loop {
                let text = self.line.next().await.expect("the server answers");
                if text.starts_with(&reply) {
                    assert!(text.contains("Accepted"), "{text}");
                    break;
                }
                assert!(text.starts_with(r#"{"Events""#), "{text}");
            }
            took.push(sent.elapsed());
        }
        took
    }
}

/// All these students work at once.
pub async fn run(desks: &mut Vec<Desk>, commands: usize) -> Speed {
    let begun = Instant::now();
    let mut work = JoinSet::new();
    for mut desk in desks.drain(..) {
        work.spawn_local(async move {
            let took = desk.work(commands).await;
            (desk, took)
        });
    }
    let done = timeout(RUN_WITHIN, work.join_all()).await.expect("a run ends in time");
    let whole = begun.elapsed();
    let mut took = Vec::new();
    for (desk, mut times) in done {
        desks.push(desk);
        took.append(&mut times);
    }
    let per_second = took.len() as f64 / whole.as_secs_f64();
    Speed { per_second, p50: percentile(&mut took, 0.5), p99: percentile(&mut took, 0.99) }
}

/// A connection that has said hello and has all there is.
pub async fn connect(address: SocketAddr, member: &Member, device: &str) -> Line {
    let mut line = Line::open(address, "/api/sync", &member.cookie).await.expect("the session is good");
    let hello = Hello {
        protocol: (PROTOCOL, PROTOCOL),
        build: domain::protocol::BUILD,
        account: member.account,
        device: DeviceId::derived(&[&member.login, device]),
        feeds: BTreeMap::new(),
        earlier: Vec::new(),
    };
    let hello = serde_json::to_string(&ClientMessage::Hello(hello)).expect("messages serialise");
    for first in [frame(&hello), credit(CREDIT_FRAMES)] {
        line.send(&first).await.expect("the server takes it");
    }
    line.expect(r#"{"CaughtUp""#).await.expect("the server sends all there is");
    line
}

/// Reads along what comes, as a teacher's page does; never ends.
pub async fn watch(mut line: Line) {
    while line.next().await.is_ok() {}
}

/// All these sign in, so many at once; how long it took in all, and each.
pub async fn sign_in(address: SocketAddr, members: &[Member], at_once: usize) -> (Duration, Vec<Duration>) {
    let begun = Instant::now();
    let turns = Rc::new(Semaphore::new(at_once));
    let mut work = JoinSet::new();
    for member in members {
        let (turns, login) = (Rc::clone(&turns), member.login.clone());
        work.spawn_local(async move {
            let _turn = turns.acquire().await.expect("nobody closes it");
            let begun = Instant::now();
            let body = format!(r#"{{"login":"{login}","password":"{PASSWORD}"}}"#);
            let request = format!(
                "POST /api/sessions HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nContent-Type: application/json\r\n\
                 Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let mut stream = TcpStream::connect(address).await.expect("the server listens");
            stream.write_all(request.as_bytes()).await.expect("the server reads");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.expect("the server answers");
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
            begun.elapsed()
        });
    }
    let each = timeout(RUN_WITHIN, work.join_all()).await.expect("sign-ins end in time");
    (begun.elapsed(), each)
}
