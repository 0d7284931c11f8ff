//! One connection without its socket: what comes in, and what is to be done about it, as data. It has no clock, reads nothing by itself and
//! waits for nothing, so that a simulation can drive it as a socket does.

mod commands;
mod comparing;
mod feeding;
mod greeting;
mod look;
mod watching;

pub use look::{Greeting, Look, NewGrant, Piece, Seen, pieces};

use super::{
    hub::{End, Waiting},
    places::Places,
    wire::{CLOSE_FAILED, CLOSE_GOING_AWAY, CLOSE_NO_HELLO, CLOSE_WRONG_ACCOUNT, written},
};
use crate::auth::token::TokenHash;
use crate::{
    engine::{Answer, Work},
    store::StoreError,
    writer::Busy,
};
use commands::InFlight;
use domain::{
    claims::{Arrival, LEEWAY_MS, since},
    feeds::Feed,
    ids::{AccountId, ClassId, DeviceId},
    projections::directory::Directory,
    protocol::{ClientMessage, Hello, Presence, ServerMessage},
    rights,
    time::Timestamp,
};
use std::{collections::BTreeSet, mem, sync::Arc, time::Duration};
use watching::Watching;

/// How long the first message may take.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// How often a connection checks that its session is still valid.
const BEAT: Duration = Duration::from_secs(20);
/// A session that will have ended by the next beat is checked this often.
const LAST_BEATS: Duration = Duration::from_millis(500);

/// Who opened the socket.
#[derive(Debug, Clone, Copy)]
pub struct Guest {
    /// Whose session it is.
    pub account: AccountId,
    /// SHA-256 of its token.
    pub session: TokenHash,
}

/// What happens to a connection.
#[derive(Debug)]
pub enum Input<'i> {
    /// A text frame came.
    Frame(&'i str),
    /// A frame came that is no text.
    Binary,
    /// What waited at the hub, and the directory, which was read after the queue was taken: so a right that was lost before an event is known to be
    /// lost when the event is sent.
    News(Waiting, Arc<Directory>),
    /// The writer's answer to the oldest [`Effect::HandIn`] that has none.
    Answer(Result<Answer, Busy>),
    /// What an [`Effect::Look`] asked for.
    Seen(Result<Seen, StoreError>),
    /// The time of the last [`Effect::BeatIn`] is over.
    Beat,
    /// The time of an [`Effect::NudgeIn`] is over.
    Nudge,
    /// The server ends.
    Ending,
}

/// What is to be done.
#[derive(Debug)]
pub enum Effect {
    /// Send a text frame.
    Send(String),
    /// Listen to a feed at the hub.
    Listen(Feed),
    /// Listen to it no more.
    TurnAway(Feed),
    /// Look something up in the store, after the effects before it; answer with [`Input::Seen`].
    Look(Look),
    /// Hand work to the writer; answer with [`Input::Answer`], in order.
    HandIn(Work),
    /// Come back with [`Input::Beat`] after so long; takes the place of the one before.
    BeatIn(Duration),
    /// Tell the hub how things are at this student's end.
    Present(Presence),
    /// Somebody looks at the page of this session.
    Used,
    /// Have the hub tell who is there, in this class.
    Watch(ClassId),
    /// Come back with [`Input::Nudge`] after so long.
    NudgeIn(Duration),
    /// Close the socket with this code. Nothing comes after it.
    Close(u16),
}

/// A connection.
#[derive(Debug)]
pub struct Connection {
    guest: Guest,
    minimum_build: u32,
    stage: Stage,
    /// A look-up is under way, and everything else waits for it.
    looking: bool,
    /// A part of a feed is being read from the store.
    reading: bool,
    /// The directory that the grants follow from.
    directory: Arc<Directory>,
    places: Places,
    /// How many frames of events may be sent.
    credit: u32,
    /// Whose names were sent.
    named: BTreeSet<AccountId>,
    /// Who is there, as far as it is to be told.
    watching: Watching,
    in_flight: InFlight,
    /// How its commands come in.
    arrival: Arrival,
    /// When the next beat comes.
    beat: Timestamp,
    effects: Vec<Effect>,
}

/// The arrival until the welcome is sent: with it, no command can claim a time before now.
const NOT_YET: Arrival = Arrival { signed_in: Timestamp(i64::MAX), greeted: Timestamp(i64::MAX), heard: Timestamp(i64::MAX) };

/// How far it is.
#[derive(Debug)]
enum Stage {
    /// Nothing was said yet.
    Silent,
    /// A hello is looked into.
    Greeting(Hello),
    /// It goes on.
    Open(DeviceId),
    /// It is closed.
    Over,
}

impl Connection {
    /// A connection of this guest, and what is to be done first.
    pub fn open(guest: Guest, directory: Arc<Directory>, minimum_build: u32) -> (Self, Effect) {
        let connection = Self {
            guest,
            minimum_build,
            stage: Stage::Silent,
            looking: false,
            reading: false,
            directory,
            places: Places::default(),
            credit: 0,
            named: BTreeSet::new(),
            watching: Watching::default(),
            in_flight: InFlight::default(),
            arrival: NOT_YET,
            beat: Timestamp(i64::MAX),
            effects: Vec::new(),
        };
        (connection, Effect::BeatIn(HELLO_WITHIN))
    }

    /// Whether it takes frames now: not while something is looked up, nor while many commands wait for their answers.
    pub fn takes_frames(&self) -> bool {
        !self.looking && self.in_flight.has_room()
    }

    /// Whether it takes news and beats now: not while something is looked up.
    pub fn takes_news(&self) -> bool {
        !self.looking
    }

    /// Whether events may be sent now; while not, the hub need only remember how far each feed has gone.
    pub fn wants_events(&self) -> bool {
        self.credit > 0
    }

    /// Takes in what happened at this moment of the server's clock, and says what is to be done.
    pub fn step(&mut self, now: Timestamp, input: Input<'_>) -> Vec<Effect> {
        match input {
            _ if matches!(self.stage, Stage::Over) => {}
            Input::Frame(text) => {
                // A computer that was asleep may have many commands of that time to send. Its greeting counts from now, so that it is not taken for a
                // device that was connected and had nothing to send.
                if since(self.arrival.heard, now) > LEEWAY_MS {
                    self.arrival.greeted = now;
                }
                self.hear(now, text);
                self.arrival.heard = now;
            }
            Input::Binary => self.problem("messages are JSON in text frames"),
            Input::News(waiting, directory) => self.news(now, waiting, directory),
            Input::Nudge => self.nudge(now),
            Input::Answer(answer) => self.answer(answer),
            Input::Seen(Ok(seen)) => self.see(now, seen),
            Input::Seen(Err(failure)) => {
                tracing::error!(%failure, "a subscription cannot read the store");
                self.close(CLOSE_FAILED);
            }
            Input::Beat => self.beat(now),
            Input::Ending => self.close(CLOSE_GOING_AWAY),
        }
        mem::take(&mut self.effects)
    }

    fn hear(&mut self, now: Timestamp, text: &str) {
        let message = match serde_json::from_str(text) {
            Ok(message) => message,
            Err(fault) => return self.problem(&format!("this message could not be read: {fault}")),
        };
        match (&self.stage, message) {
            (stage, ClientMessage::Ping {}) => {
                let device = if let Stage::Open(device) = stage { Some(*device) } else { None };
                self.say(&ServerMessage::Pong { server_time: Some(now) });
                device.into_iter().for_each(|device| self.is_there(now, device));
            }
            (Stage::Silent, ClientMessage::Hello(hello)) => self.greet(now, hello),
            (_, ClientMessage::Hello(_)) => self.problem("you have said hello already"),
            (Stage::Open(device), ClientMessage::Command(envelope)) => self.command(now, *device, envelope),
            (_, ClientMessage::Command(_)) => self.problem("say hello before you send commands"),
            (Stage::Open(_), ClientMessage::Credit { frames }) => self.credit(frames),
            (Stage::Open(_), ClientMessage::Have { feed, mark }) => self.have(feed, mark),
            (Stage::Open(_), ClientMessage::Rungs { feed, rungs }) => self.rungs(feed, rungs),
            (Stage::Open(_), ClientMessage::Presence(presence)) => self.present(presence),
            (
                Stage::Silent | Stage::Greeting(_) | Stage::Over,
                ClientMessage::Credit { .. } | ClientMessage::Have { .. } | ClientMessage::Rungs { .. } | ClientMessage::Presence(_),
            ) => self.problem("say hello first"),
        }
    }

    fn see(&mut self, now: Timestamp, seen: Seen) {
        match seen {
            Seen::Greeting(greeting) => self.welcome(now, *greeting),
            Seen::Granted(granted) => self.granted(granted),
            Seen::Session { now: holder, next } => self.session(now, holder, next),
            Seen::Mark { feed, mark, found } => self.marked(feed, mark, found),
            Seen::Rungs { feed, agreed } => self.agreed(feed, agreed),
            Seen::History { feed, after, pieces } => self.history(feed, after, &pieces),
        }
    }

    /// Takes in what waited at the hub.
    fn news(&mut self, now: Timestamp, mut waiting: Waiting, directory: Arc<Directory>) {
        match waiting.end {
            Some(End::SignedOut) => return self.wrong_account(),
            Some(End::Restarted) => return self.close(CLOSE_GOING_AWAY),
            None => {}
        }
        let changed = !Arc::ptr_eq(&directory, &self.directory);
        self.directory = directory;
        if let Stage::Open(_) = self.stage {
            // The account was closed meanwhile.
            if self.directory.account(self.guest.account).is_none() {
                return self.wrong_account();
            }
            if changed || !waiting.renamed.is_empty() {
                self.regrant(now, &waiting.renamed);
                self.beat_sooner(now);
            }
            let presence = mem::take(&mut waiting.presence);
            self.happened(waiting);
            self.stirred(now, presence);
        }
    }

    /// At each beat, checks that the session is still valid; a connection that has not said hello by its first beat is closed.
    fn beat(&mut self, now: Timestamp) {
        match self.stage {
            Stage::Silent => self.close(CLOSE_NO_HELLO),
            Stage::Greeting(_) | Stage::Open(_) => {
                let next = Timestamp(now.0.saturating_add(i64::try_from(BEAT.as_millis()).expect("a beat is short")));
                self.look(Look::Session { session: self.guest.session, now, next });
            }
            Stage::Over => {}
        }
    }

    fn session(&mut self, now: Timestamp, holder: Option<AccountId>, next: Option<AccountId>) {
        self.looking = false;
        if holder != Some(self.guest.account) {
            return self.wrong_account();
        }
        if let Stage::Open(_) = self.stage {
            // A unit may have opened since the last beat.
            self.regrant(now, &BTreeSet::new());
        }
        self.beat_again(now, if next == holder { BEAT } else { LAST_BEATS });
    }

    /// Comes back after so long, or when the next unit opens if that is before.
    fn beat_again(&mut self, now: Timestamp, pause: Duration) {
        self.beat = Timestamp(now.0.saturating_add(i64::try_from(pause.as_millis()).expect("a beat is short")));
        self.effects.push(Effect::BeatIn(pause));
        self.beat_sooner(now);
    }

    /// Comes back when the next unit opens, if that is before the next beat.
    fn beat_sooner(&mut self, now: Timestamp) {
        let opening = rights::next_opening(self.guest.account, &self.directory, now).filter(|opening| *opening < self.beat);
        if let Some(opening) = opening {
            self.beat = opening;
            let until = u64::try_from(opening.0.saturating_sub(now.0)).expect("an opening to come is later than now");
            self.effects.push(Effect::BeatIn(Duration::from_millis(until)));
        }
    }

    /// Begins a look-up, for which everything else waits.
    fn look(&mut self, look: Look) {
        self.looking = true;
        self.effects.push(Effect::Look(look));
    }

    fn say(&mut self, message: &ServerMessage<'_>) {
        self.effects.push(Effect::Send(written(message)));
    }

    fn problem(&mut self, text: &str) {
        self.say(&ServerMessage::Problem { text: text.to_owned() });
    }

    /// The session belongs to another account, or to none.
    fn wrong_account(&mut self) {
        self.say(&ServerMessage::WrongAccount {});
        self.close(CLOSE_WRONG_ACCOUNT);
    }

    fn close(&mut self, code: u16) {
        self.stage = Stage::Over;
        self.effects.push(Effect::Close(code));
    }
}
