//! One WebSocket: it passes frames to its connection and carries out the effects that the connection returns, until one side leaves.

use crate::subscription::{
    connection::{Connection, Effect, Guest, Input, Seen},
    half_frame::HalfFrame,
    hub::Seat,
    in_flight::InFlight,
    wire::{CLOSE_CROWDED_OUT, CLOSE_UNFINISHED, DEAD_AFTER, Heard, Leave, in_time, read},
};
use crate::{
    clock::now,
    http::{
        accept::room::ConnectionPlace,
        sessions::{self, USED_WITHIN_MS},
    },
    school::{School, shares::Whose},
    store::StoreError,
};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use domain::{ids::AccountId, time::Timestamp};
use futures_util::SinkExt as _;
use std::{convert::Infallible, pin::pin, sync::Arc, time::Duration};
use tokio::{
    task::{JoinError, JoinSet},
    time::{Instant, sleep_until, timeout},
};

/// How long sending the close frame may take; a client that has not taken it by then sees that the socket is closed.
const FAREWELL_WITHIN: Duration = Duration::from_secs(1);

/// Serves a socket until it ends.
pub async fn serve(mut socket: WebSocket, guest: Guest, place: Option<Arc<ConnectionPlace>>, school: Arc<School>) {
    // Join the hub before the session is checked again, so that a sign-out in between is not missed.
    let seat = school.hub.join(guest.session, guest.account);
    let crowded_out = seat.crowded_out();
    let half = HalfFrame::new(place, Duration::from_secs(school.limits.frame_seconds));
    let account = guest.account;
    let (connection, first) = Connection::open(guest, school.hub.directory(), school.minimum_build);
    let now = Instant::now();
    let mut line = Line {
        socket: &mut socket,
        school,
        account,
        seat,
        connection,
        answers: InFlight::default(),
        looks: JoinSet::new(),
        heard: now,
        beat: now,
        nudge: None,
        half,
        guest,
        used: Timestamp(0),
    };
    let left = tokio::select! {
        // This is watched also while the socket waits for the client to take something.
        biased;
        () = crowded_out => Some(Leave::Close(CLOSE_CROWDED_OUT)),
        left = line.serve(first) => Some(left),
    };
    line.seat.leave(crate::clock::now());
    drop(line);
    if let Some(Leave::Close(code)) = left {
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static("") };
        // A client that does not take it is gone anyway.
        _ = timeout(FAREWELL_WITHIN, socket.send(Message::Close(Some(frame)))).await;
    }
}

/// A connection with its socket.
struct Line<'s> {
    socket: &'s mut WebSocket,
    school: Arc<School>,
    account: AccountId,
    seat: Seat,
    connection: Connection,
    answers: InFlight,
    looks: JoinSet<Result<Seen, StoreError>>,
    heard: Instant,
    beat: Instant,
    nudge: Option<Instant>,
    half: HalfFrame,
    guest: Guest,
    /// When the use of the session was last recorded.
    used: Timestamp,
}

/// What happens next.
enum Next {
    Frame(Option<Result<Message, axum::Error>>),
    Step(Input<'static>),
    News,
    Beat,
    Nudge,
    Half,
}

impl Line<'_> {
    async fn serve(&mut self, first: Effect) -> Leave {
        let begun = self.carry_out(vec![first]).await;
        let Err(leave) = match begun {
            Ok(()) => self.turn().await,
            Err(leave) => Err(leave),
        };
        leave
    }

    async fn turn(&mut self) -> Result<Infallible, Leave> {
        let ending = self.school.ending.clone();
        let mut ending = pin!(ending.cancelled());
        loop {
            let next = tokio::select! {
                answer = self.answers.next() => Next::Step(Input::Answer(answer)),
                frame = self.socket.recv(), if self.connection.takes_frames() => Next::Frame(frame),
                () = self.seat.news(), if self.connection.takes_news() => Next::News,
                Some(seen) = self.looks.join_next() => Next::Step(Input::Seen(found(seen))),
                () = sleep_until(self.beat), if self.connection.takes_news() => Next::Beat,
                () = sleep_until(self.nudge.unwrap_or(self.beat)), if self.nudge.is_some() => Next::Nudge,
                () = sleep_until(self.half.look()) => Next::Half,
                () = &mut ending => Next::Step(Input::Ending),
            };
            let mut answered = matches!(next, Next::Step(Input::Answer(_)));
            match next {
                Next::Frame(frame) => self.hear(frame).await?,
                Next::Step(input) => self.step(input).await?,
                Next::News => self.tell().await?,
                Next::Beat => self.beat().await?,
                Next::Half if self.half.is_overdue(self.connection.takes_frames()) => return Err(Leave::Close(CLOSE_UNFINISHED)),
                Next::Half => {}
                Next::Nudge => {
                    self.nudge = None;
                    self.step(Input::Nudge).await?;
                }
            }
            // Commands of one batch are answered together, with the events that are queued already, in one write.
            while let Some(answer) = self.answers.ready() {
                self.step(Input::Answer(answer)).await?;
                answered = true;
            }
            if answered && self.connection.takes_news() {
                self.tell().await?;
            }
            self.seat.pause(!self.connection.wants_events());
            in_time(self.socket.flush()).await?;
        }
    }

    async fn hear(&mut self, frame: Option<Result<Message, axum::Error>>) -> Result<(), Leave> {
        self.heard = Instant::now();
        self.half.whole();
        match read(frame)? {
            Heard::Text(text) => self.step(Input::Frame(&text)).await,
            Heard::Binary => self.step(Input::Binary).await,
            Heard::Nothing => Ok(()),
        }
    }

    /// Passes on what waits at the hub. The directory is read after the queue is taken.
    async fn tell(&mut self) -> Result<(), Leave> {
        let waiting = self.seat.take();
        self.school.watch.delivered(waiting.since);
        let directory = self.school.hub.directory();
        self.step(Input::News(waiting, directory)).await
    }

    /// At each beat, checks that the client is still there, and pings it.
    async fn beat(&mut self) -> Result<(), Leave> {
        if self.heard.elapsed() > DEAD_AFTER {
            return Err(Leave::Gone);
        }
        in_time(self.socket.feed(Message::Ping(axum::body::Bytes::new()))).await?;
        self.step(Input::Beat).await
    }

    async fn step(&mut self, input: Input<'_>) -> Result<(), Leave> {
        let effects = self.connection.step(now(), input);
        self.carry_out(effects).await
    }

    async fn carry_out(&mut self, effects: Vec<Effect>) -> Result<(), Leave> {
        for effect in effects {
            match effect {
                Effect::Send(text) => in_time(self.socket.feed(Message::Text(text.into()))).await?,
                Effect::Listen(feed) => self.seat.listen(feed),
                Effect::TurnAway(feed) => self.seat.turn_away(&feed),
                Effect::Look(look) => {
                    let (school, whose) = (Arc::clone(&self.school), Whose::Account(self.account));
                    self.looks.spawn(async move {
                        if look.is_of_session() {
                            return school.read(move |reader| look.at(reader)).await;
                        }
                        school.read_for(&whose, move |reader| look.at(reader)).await
                    });
                }
                Effect::HandIn(work) => self.answers.add(self.school.writer.hand_in(work)),
                Effect::BeatIn(pause) => self.beat = Instant::now() + pause,
                Effect::Present(presence) => self.seat.present(presence, now()),
                Effect::Used => self.used(now()),
                Effect::Watch(class) => self.seat.watch(class),
                Effect::NudgeIn(pause) => self.nudge = Some(Instant::now() + pause),
                Effect::Close(code) => return Err(Leave::Close(code)),
            }
        }
        Ok(())
    }
}

impl Line<'_> {
    fn used(&mut self, now: Timestamp) {
        if now.0.saturating_sub(self.used.0) >= USED_WITHIN_MS {
            sessions::used(&self.school, self.guest.session, self.used, now);
            self.used = now;
        }
    }
}

fn found(seen: Result<Result<Seen, StoreError>, JoinError>) -> Result<Seen, StoreError> {
    seen.unwrap_or_else(|broken| Err(StoreError::Failed(broken.to_string())))
}
