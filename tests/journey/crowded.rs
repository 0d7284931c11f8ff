//! Crowds: whoever keeps the server waiting, or opens more than anybody needs, keeps nobody else out.

use crate::{
    crowd::{self, Asker, HALF_HEAD, is_open},
    school::{PASSWORD, PATIENCE, School},
};
use domain::protocol::ClientMessage;
use server::{ServerConfig, limits::Limits};
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// Health has to answer in a tenth of this on a quiet machine; these tests run beside others.
const SOON: Duration = Duration::from_secs(1);

impl School {
    /// A school whose server has these limits.
    pub async fn limited(limits: Limits) -> Self {
        let mut school = Self::open().await;
        school.stop().await;
        school.serve_limited(limits).await;
        school
    }

    /// Starts its server with these limits.
    pub async fn serve_limited(&mut self, limits: Limits) {
        let config = ServerConfig { limits, ..ServerConfig::local(self.path().to_owned()) };
        self.running = Some(server::start(config).await.unwrap());
    }

    /// A connection that has sent this and says nothing more.
    pub async fn half_said(&self, text: &str) -> TcpStream {
        crowd::half_said(self.running.as_ref().unwrap().address, text).await
    }

    /// How long health took to answer that all is well.
    async fn health(&self) -> Duration {
        Asker::of(&self.url()).health().await
    }
}

/// Waits until the server has closed a connection.
pub async fn is_closed(stream: &mut TcpStream) {
    let mut rest = Vec::new();
    // An end or a reset, as it happens.
    _ = timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("the server closes it");
}

#[tokio::test]
async fn heads_that_are_never_finished_keep_nobody_out_and_the_oldest_goes() {
    let school = School::limited(Limits { heads_max: 40, head_seconds: 600, ..Limits::default() }).await;
    let mut half = Vec::new();
    let mut slowest = Duration::ZERO;
    for n in 0..200 {
        half.push(school.half_said(HALF_HEAD).await);
        if n % 20 == 0 {
            slowest = slowest.max(school.health().await);
        }
    }
    println!("health beside 200 unfinished heads, 40 of which are kept: {slowest:?}");
    assert!(slowest < SOON, "{slowest:?}");
    is_closed(&mut half[0]).await;
    is_closed(&mut half[100]).await;
    assert!(half[190..].iter().all(is_open), "the youngest are still waited for");
    school.sign_in("ann").await.sync("laptop").await;
}

#[tokio::test]
async fn a_head_has_its_time_and_so_has_a_connection_that_idles() {
    let school = School::limited(Limits { head_seconds: 1, ..Limits::default() }).await;
    let begun = Instant::now();
    let mut half = school.half_said(HALF_HEAD).await;
    let mut silent = school.half_said("").await;
    is_closed(&mut half).await;
    is_closed(&mut silent).await;
    assert!(begun.elapsed() >= Duration::from_millis(900), "not before its time: {:?}", begun.elapsed());
}

/// A body that never comes is waited for; but not for so long that others find no room.
#[tokio::test]
async fn bodies_that_are_never_finished_keep_nobody_out() {
    let school = School::limited(Limits { connections_max: 24, heads_max: 24, ..Limits::default() }).await;
    let text = "POST /api/sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60\r\n\r\n{";
    let mut half = Vec::new();
    for _ in 0..60 {
        half.push(school.half_said(text).await);
    }
    let took = school.health().await;
    assert!(took < SOON, "{took:?}");
    school.sign_in("ann").await.sync("laptop").await;
    is_closed(&mut half[0]).await;
}

#[tokio::test]
async fn the_oldest_socket_of_an_account_makes_room_for_one_more() {
    let school = School::limited(Limits { sockets_max: 3, ..Limits::default() }).await;
    let (ann, bob) = (school.sign_in("ann").await, school.sign_in("bob").await);
    let (mut his, _) = bob.sync("tablet").await;
    let mut hers = Vec::new();
    for n in 0..5 {
        hers.push(ann.sync(&format!("laptop {n}")).await.0);
    }
    for socket in &mut hers[..2] {
        assert_eq!(socket.closed().await, 4004);
    }
    for socket in hers[2..].iter_mut().chain([&mut his]) {
        socket.say(&ClientMessage::Ping {}).await;
        socket.hear_of("Pong").await;
    }
    // One that has gone gives its place back.
    drop(hers.pop());
    let (mut another, _) = ann.sync("phone").await;
    another.say(&ClientMessage::Ping {}).await;
    another.hear_of("Pong").await;
}

/// Also when each is somebody's good right: how the server is can be asked.
#[tokio::test]
async fn health_answers_when_sockets_have_taken_all_the_room() {
    let school = School::limited(Limits { connections_max: 6, heads_max: 6, ..Limits::default() }).await;
    let (ann, bob) = (school.sign_in("ann").await, school.sign_in("bob").await);
    let mut sockets = Vec::new();
    for (n, who) in [&ann, &bob, &ann, &bob, &ann, &bob].into_iter().enumerate() {
        sockets.push(who.sync(&format!("device {n}")).await.0);
    }
    for _ in 0..100 {
        let took = school.health().await;
        assert!(took < SOON, "{took:?}");
    }
    let credentials = serde_json::json!({ "login": "ann", "password": PASSWORD });
    let asked = reqwest::Client::new().post(format!("{}/api/sessions", school.url())).json(&credentials);
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.text().await.unwrap().contains("no room for another connection"));
    for socket in &mut sockets {
        socket.say(&ClientMessage::Ping {}).await;
        socket.hear_of("Pong").await;
    }
    drop(sockets.pop());
    let deadline = Instant::now() + PATIENCE;
    while bob.get("/api/sessions").await.status() != 200 {
        assert!(Instant::now() < deadline, "there is room again");
    }
}

#[tokio::test]
async fn a_message_that_is_begun_and_not_ended_is_not_waited_for_for_ever() {
    let school = School::limited(Limits { frame_seconds: 1, ..Limits::default() }).await;
    let ann = school.sign_in("ann").await;
    let (mut laptop, _) = ann.sync("laptop").await;
    let head = format!(
        "GET /api/sync HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        host = school.url().strip_prefix("http://").unwrap(),
        cookie = ann.cookie
    );
    let mut half = school.half_said(&head).await;
    let mut answer = [0; 1024];
    let length = half.read(&mut answer).await.unwrap();
    assert!(answer[..length].starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer[..length]));
    // The head of a frame of a million bytes, its mask, and a thousand of the bytes.
    half.write_all(&[0x81, 0xff, 0, 0, 0, 0, 0, 0x0f, 0x42, 0x40, 1, 2, 3, 4]).await.unwrap();
    half.write_all(&[b' '; 1_000]).await.unwrap();
    is_closed(&mut half).await;
    laptop.say(&ClientMessage::Ping {}).await;
    laptop.hear_of("Pong").await;
}
