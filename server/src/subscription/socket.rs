//! One WebSocket: hello and welcome, commands in and results out in their order, events of the granted feeds, until one side leaves.

use super::{
    frames::{Encoded, FRAME_EVENTS_MAX, frames},
    greeting::{self, wrong_account},
    hub::{End, Live, Seat, TokenHash, Waiting},
    in_flight::InFlight,
    places::Places,
    wire::{CLOSE_GOING_AWAY, DEAD_AFTER, Heard, Leave, in_time, problem, read, send, written},
};
use crate::{
    engine::Work,
    site::Site,
    store::{StoreError, StoreReader as _},
    writer::now,
};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use domain::{
    feeds::{self, Feed, GENERATION},
    ids::{AccountId, DeviceId},
    projections::directory::Directory,
    protocol::{BODY_BYTES_MAX, ClientMessage, Envelope, Hello, Mark, PROTOCOL, ServerMessage, Welcome},
    time::Timestamp,
};
use futures_util::SinkExt as _;
use std::{
    collections::{BTreeMap, BTreeSet},
    future::pending,
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::oneshot,
    time::{Instant, sleep_until},
};

/// How often the server asks whether the other side is there.
const BEAT: Duration = Duration::from_secs(20);
/// A session that ends before the next beat is looked at this often.
const LAST_BEATS: Duration = Duration::from_millis(500);

/// Who opened the socket.
#[derive(Debug, Clone, Copy)]
pub struct Guest {
    /// Whose session it is.
    pub account: AccountId,
    /// SHA-256 of its token.
    pub session: TokenHash,
}

/// Serves a socket until it ends.
pub async fn serve(mut socket: WebSocket, guest: Guest, site: Arc<Site>) {
    // Joined before the session is looked at again: a sign-out in between is not lost.
    let seat = site.hub.join(guest.session);
    let left = match greeting::greet(&mut socket, guest, &site, &seat).await {
        Ok(hello) => run(&mut socket, guest, hello, site, seat).await,
        Err(leave) => leave,
    };
    if let Leave::Close(code) = left {
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static("") };
        // Whoever does not take it is gone anyway.
        _ = in_time(socket.send(Message::Close(Some(frame)))).await;
    }
}

async fn run(socket: &mut WebSocket, guest: Guest, hello: Hello, site: Arc<Site>, seat: Seat) -> Leave {
    let directory = site.hub.directory();
    let mut connection = Connection {
        socket,
        guest,
        device: hello.device,
        site,
        seat,
        directory,
        places: Places::default(),
        named: BTreeSet::new(),
        in_flight: InFlight::default(),
        reading: None,
        heard: Instant::now(),
        beat: Instant::now() + BEAT,
    };
    match connection.welcome(hello).await {
        Ok(()) => connection.turn().await,
        Err(leave) => leave,
    }
}

/// A connection after its hello.
struct Connection<'s> {
    socket: &'s mut WebSocket,
    guest: Guest,
    device: DeviceId,
    site: Arc<Site>,
    seat: Seat,
    /// The directory that the grants follow from.
    directory: Arc<Directory>,
    places: Places,
    /// Whose names were sent.
    named: BTreeSet<AccountId>,
    in_flight: InFlight,
    reading: Option<Reading>,
    heard: Instant,
    beat: Instant,
}

/// A part of the history on its way.
struct Reading {
    feed: Feed,
    after: u64,
    chunk: oneshot::Receiver<Result<Vec<Encoded>, StoreError>>,
}

/// What happens next on a connection.
enum Next {
    Frame(Option<Result<Message, axum::Error>>),
    Answer(ServerMessage<'static>),
    Chunk(Feed, u64, Result<Vec<Encoded>, StoreError>),
    News,
    Beat,
    Ending,
}

impl Connection<'_> {
    async fn turn(&mut self) -> Leave {
        let mut ending = self.site.ending.clone();
        loop {
            let next = tokio::select! {
                answer = self.in_flight.next() => Next::Answer(answer),
                frame = self.socket.recv(), if self.in_flight.has_room() => Next::Frame(frame),
                () = self.seat.news() => Next::News,
                (feed, after, chunk) = next_chunk(&mut self.reading) => Next::Chunk(feed, after, chunk),
                () = sleep_until(self.beat) => Next::Beat,
                () = ending.come() => Next::Ending,
            };
            let done = match next {
                Next::Frame(frame) => self.hear(frame).await,
                Next::Answer(answer) => self.answer(answer).await,
                Next::News => self.tell().await,
                Next::Chunk(feed, after, chunk) => self.history(feed, after, chunk).await,
                Next::Beat => self.beat().await,
                Next::Ending => Err(Leave::Close(CLOSE_GOING_AWAY)),
            };
            if let Err(leave) = done {
                return leave;
            }
        }
    }

    async fn welcome(&mut self, hello: Hello) -> Result<(), Leave> {
        let Some(known) = self.directory.account(self.guest.account) else { return Err(wrong_account(self.socket).await) };
        let granted = self.grant().await?;
        let log = self.site.read(|reader| Ok(reader.log())).await?;
        let server_time = now();
        let granted_marks = granted.clone();
        let body_bytes_max = BODY_BYTES_MAX;
        let welcome = Welcome {
            protocol: PROTOCOL,
            log,
            era: 0,
            last: 0,
            minimum_build: self.site.minimum_build,
            server_time,
            role: known.role,
            granted: granted_marks,
            body_bytes_max,
        };
        self.feed(&ServerMessage::Welcome(welcome)).await?;
        self.name_people().await?;
        for (feed, head) in granted {
            let mark = hello.feeds.get(&feed).copied().unwrap_or_default();
            let fits = mark.after == 0 || (mark.generation == GENERATION && mark.after <= head.after);
            if !fits {
                self.feed(&ServerMessage::Reset { feed }).await?;
            }
            self.places.take_up(feed, if fits { mark.after } else { 0 }, head.after);
        }
        self.places.owe_caught_up();
        self.read_on().await
    }

    /// Listens to all readable feeds, and says how far each is now.
    async fn grant(&mut self) -> Result<BTreeMap<Feed, Mark>, Leave> {
        let readable = feeds::readable(self.guest.account, &self.directory);
        for feed in self.places.keep(&readable) {
            self.seat.turn_away(&feed);
        }
        // First listen, then look: what happens in between comes twice, and never not at all.
        for feed in &readable {
            self.seat.listen(*feed);
        }
        let heads = move |reader: &crate::site::Reader| {
            let mark = |feed| Ok((feed, Mark { generation: GENERATION, after: reader.feed_head(&feed)?, ..Mark::default() }));
            let heads = readable.into_iter().map(mark);
            heads.collect()
        };
        Ok(self.site.read(heads).await?)
    }

    /// Sends the names that the account may know, if they are others than before.
    async fn name_people(&mut self) -> Result<(), Leave> {
        let known = feeds::knows(self.guest.account, &self.directory);
        if known != self.named {
            let people = self.site.people(self.guest.account).await?;
            self.named = known;
            self.feed(&ServerMessage::People { people }).await?;
        }
        Ok(())
    }

    /// Who may read what has changed, perhaps for this account.
    async fn regrant(&mut self) -> Result<(), Leave> {
        let before: BTreeSet<Feed> = self.places.feeds().collect();
        if feeds::readable(self.guest.account, &self.directory) != before {
            let granted = self.grant().await?;
            if self.reading.as_ref().is_some_and(|reading| !granted.contains_key(&reading.feed)) {
                self.reading = None;
            }
            self.feed(&ServerMessage::Feeds { granted: granted.clone() }).await?;
            self.places.owe_caught_up();
            for (feed, head) in granted {
                if !self.places.has(&feed) {
                    self.places.take_up(feed, 0, head.after);
                }
            }
        }
        self.name_people().await
    }

    /// Something waits at the hub.
    async fn tell(&mut self) -> Result<(), Leave> {
        let Waiting { events, skipped, end } = self.seat.take();
        match end {
            Some(End::SignedOut) => return Err(wrong_account(self.socket).await),
            Some(End::Restarted) => return Err(Leave::Close(CLOSE_GOING_AWAY)),
            None => {}
        }
        // Looked at after taking the events: a right that was lost before one of them is seen here.
        let directory = self.site.hub.directory();
        if !Arc::ptr_eq(&directory, &self.directory) {
            self.directory = directory;
            self.regrant().await?;
        }
        let mut next: BTreeMap<Feed, Vec<Live>> = BTreeMap::new();
        for live in events {
            if self.places.is_next(&live.feed, live.number) {
                next.entry(live.feed).or_default().push(live);
            }
        }
        for (feed, number) in skipped {
            self.places.heard_of(&feed, number);
        }
        for (feed, events) in next {
            let first = events.first().map_or(0, |live| live.number);
            for frame in frames(&feed, first, events.iter().map(|live| &*live.event)) {
                self.feed_text(frame).await?;
            }
        }
        self.read_on().await
    }

    /// A part of the history has come.
    async fn history(&mut self, feed: Feed, after: u64, chunk: Result<Vec<Encoded>, StoreError>) -> Result<(), Leave> {
        let chunk = chunk?;
        if chunk.is_empty() {
            self.places.exhausted(&feed);
        }
        // Live events may have come meanwhile; what was sent is not sent again.
        let numbered = (after + 1..).zip(&chunk);
        let fresh: Vec<_> = numbered.filter(|(number, _)| self.places.is_next(&feed, *number)).collect();
        let first = fresh.first().map_or(0, |(number, _)| *number);
        for frame in frames(&feed, first, fresh.into_iter().map(|(_, event)| event)) {
            self.feed_text(frame).await?;
        }
        self.read_on().await
    }

    /// Has the next part of the history read if one is missing, and sends what was put together.
    async fn read_on(&mut self) -> Result<(), Leave> {
        if self.places.caught_up() {
            self.feed(&ServerMessage::CaughtUp {}).await?;
        }
        if let (None, Some((feed, after))) = (&self.reading, self.places.to_read()) {
            let (sender, chunk) = oneshot::channel();
            let site = Arc::clone(&self.site);
            tokio::spawn(async move {
                let read = site.read(move |reader| {
                    let events = reader.read_feed(&feed, after, FRAME_EVENTS_MAX)?;
                    Ok(events.iter().map(Encoded::of).collect())
                });
                // The connection may be gone meanwhile.
                _ = sender.send(read.await);
            });
            self.reading = Some(Reading { feed, after, chunk });
        }
        self.flush().await
    }

    async fn hear(&mut self, frame: Option<Result<Message, axum::Error>>) -> Result<(), Leave> {
        self.heard = Instant::now();
        match read(frame)? {
            Heard::Message(ClientMessage::Command(envelope)) => self.command(envelope),
            Heard::Message(ClientMessage::Ping {}) => send(self.socket, &ServerMessage::Pong {}).await?,
            Heard::Message(ClientMessage::Credit { .. } | ClientMessage::Have { .. } | ClientMessage::Rungs { .. }) => {}
            Heard::Message(ClientMessage::Hello(_)) => problem(self.socket, "you have said hello already").await?,
            Heard::Nonsense(text) => problem(self.socket, &text).await?,
            Heard::Nothing => {}
        }
        Ok(())
    }

    fn command(&mut self, envelope: Envelope) {
        let number = envelope.number;
        let work = Work::Command { account: self.guest.account, device: self.device, envelope };
        self.in_flight.add(number, self.site.writer.hand_in(work));
    }

    async fn answer(&mut self, answer: ServerMessage<'static>) -> Result<(), Leave> {
        self.feed(&answer).await?;
        // Commands of one batch are answered together: one write for all of them.
        while let Some(answer) = self.in_flight.ready() {
            self.feed(&answer).await?;
        }
        // Their events wait already, and go out by the same write.
        self.tell().await
    }

    /// From time to time: is the other side there, and is the session still good?
    async fn beat(&mut self) -> Result<(), Leave> {
        if self.heard.elapsed() > DEAD_AFTER {
            return Err(Leave::Gone);
        }
        let (session, account) = (self.guest.session, self.guest.account);
        let valid_at = |moment| self.site.read(move |reader| Ok(reader.session(&session, moment)? == Some(account)));
        let beat_ms = i64::try_from(BEAT.as_millis()).expect("a beat is short");
        if valid_at(Timestamp(now().0 + beat_ms)).await? {
            self.beat = Instant::now() + BEAT;
            let ping = self.socket.send(Message::Ping(axum::body::Bytes::new()));
            return in_time(ping).await;
        }
        if !valid_at(now()).await? {
            return Err(wrong_account(self.socket).await);
        }
        self.beat = Instant::now() + LAST_BEATS;
        Ok(())
    }

    async fn feed(&mut self, message: &ServerMessage<'_>) -> Result<(), Leave> {
        self.feed_text(written(message)).await
    }

    async fn feed_text(&mut self, text: Utf8Bytes) -> Result<(), Leave> {
        in_time(self.socket.feed(Message::Text(text))).await
    }

    async fn flush(&mut self) -> Result<(), Leave> {
        in_time(self.socket.flush()).await
    }
}

async fn next_chunk(reading: &mut Option<Reading>) -> (Feed, u64, Result<Vec<Encoded>, StoreError>) {
    let Some(under_way) = reading else { return pending().await };
    let chunk = (&mut under_way.chunk).await;
    let (feed, after) = (under_way.feed, under_way.after);
    *reading = None;
    (feed, after, chunk.unwrap_or_else(|_| Err(StoreError::Failed("the reader went away".to_owned()))))
}
