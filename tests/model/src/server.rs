//! A server in memory: decides, numbers, remembers results, and speaks the protocol as text.

use super::school;
use domain::{
    attempt::{Attempt, AttemptKey},
    command::{Command, Refusal},
    decider::Decider,
    decision::{self, World},
    digest::{Digest, Shared},
    event::{Entry, Event, Position, Recorded, Run, StreamId, Version},
    feeds::{self, Feed},
    ids::{AccountId, ContentHash, DeviceId, LogId},
    library::Library,
    projections::{directory::Directory, read_models::ReadModels},
    protocol::{BODY_BYTES_MAX, ClientMessage, Envelope, Hello, Mark, Outcome, PROTOCOL, Presence, Reply, ServerMessage, Welcome},
    rights,
    state::State,
    time::Timestamp,
};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The server. A clone is a backup.
#[derive(Clone)]
pub struct Server {
    /// Which log it keeps.
    pub log_id: LogId,
    /// Raised by each restore.
    pub era: u32,
    /// The oldest build that is welcome.
    pub minimum_build: u32,
    /// The log.
    pub log: Vec<Recorded>,
    /// Who and what there is.
    pub directory: Directory,
    attempts: BTreeMap<AttemptKey, Attempt>,
    versions: BTreeMap<StreamId, u64>,
    /// The documents, read.
    pub library: Library,
    /// The documents' bytes.
    pub documents: BTreeMap<ContentHash, Vec<u8>>,
    feeds: BTreeMap<Feed, Vec<usize>>,
    digests: BTreeMap<Feed, Vec<Digest>>,
    /// Bodies of events of a later build, by index in the log.
    strange: BTreeMap<usize, String>,
    results: BTreeMap<(AccountId, DeviceId), Vec<(ContentHash, Outcome)>>,
    connections: BTreeMap<u64, Connection>,
    connected: u64,
    /// Its clock.
    pub now: i64,
    /// The most events in a frame.
    pub frame_events_max: usize,
    /// Results go out before the events that they speak of.
    pub results_first: bool,
    /// Turns away every command: "busy".
    pub busy: bool,
    /// An event that follows from the next accepted command besides: as with other rules.
    pub add_to_next: Option<Event>,
    /// What students' pages said of themselves.
    pub said: Vec<(AccountId, Presence)>,
    /// Pages of history that were asked for, with the most events.
    pub pages: Vec<(Feed, u64, u64)>,
    /// No page has more.
    pub page_events_max: u64,
    /// The most `Events` frames that ever stood unread at one connection.
    pub unread_max: usize,
}

#[derive(Clone)]
struct Connection {
    account: AccountId,
    device: Option<DeviceId>,
    sent: BTreeMap<Feed, u64>,
    credit: u32,
    /// Feeds that the device has something else of.
    comparing: BTreeSet<Feed>,
    owes_caught_up: bool,
    out: VecDeque<String>,
    closed: bool,
}

impl Server {
    /// A server of the school as it was founded.
    pub fn new(name: &str) -> Self {
        let mut server = Self {
            log_id: LogId::derived(&[name]),
            era: 0,
            minimum_build: 0,
            log: Vec::new(),
            directory: Directory::default(),
            attempts: BTreeMap::new(),
            versions: BTreeMap::new(),
            library: school::LIBRARY.clone(),
            documents: [1, 2].into_iter().flat_map(|number| school::edition(number).bytes).collect(),
            feeds: BTreeMap::new(),
            digests: BTreeMap::new(),
            strange: BTreeMap::new(),
            results: BTreeMap::new(),
            connections: BTreeMap::new(),
            connected: 0,
            now: 0,
            frame_events_max: 4,
            results_first: false,
            busy: false,
            add_to_next: None,
            said: Vec::new(),
            pages: Vec::new(),
            page_events_max: u64::MAX,
            unread_max: 0,
        };
        for event in school::founded() {
            let number = server.log.len() as u64 + 1;
            server.append(school::person("admin"), DeviceId::derived(&["office"]), number, Timestamp(0), vec![event]);
        }
        server
    }

    /// The server is what it was at the backup, in the next era; all sockets are gone.
    pub fn restore(&mut self, backup: Self) {
        let (era, connected) = (self.era + 1, self.connected);
        *self = Self { era, connected, connections: BTreeMap::new(), ..backup };
    }

    /// The digest of a feed after its n-th event.
    pub fn digest(&self, feed: &Feed, after: u64) -> Option<Digest> {
        match after {
            0 => Some(Digest::default()),
            after => self.digests.get(feed)?.get(after as usize - 1).copied(),
        }
    }

    /// A later build wrote this event.
    pub fn record_strange(&mut self, stream: StreamId, body: &str, feeds: &[Feed]) {
        let index = self.log.len();
        self.strange.insert(index, body.to_owned());
        let version = self.versions.entry(stream).or_default();
        *version += 1;
        let recorded = school::recorded(index as u64 + 1, *version, Event::Unknown(stream));
        self.log.push(recorded);
        feeds.iter().for_each(|feed| self.number(*feed, index));
        self.publish();
    }

    fn body(&self, index: usize) -> Box<RawValue> {
        match self.strange.get(&index) {
            Some(body) => RawValue::from_string(body.clone()).expect("JSON"),
            None => self.log[index].event.body(),
        }
    }

    /// Gives an event its number in a feed.
    fn number(&mut self, feed: Feed, index: usize) {
        let body = self.body(index);
        let recorded = &self.log[index];
        let of_run = Shared::of(&recorded.stream(), recorded.actor, recorded.device);
        let digests = self.digests.entry(feed).or_default();
        digests.push(digests.last().copied().unwrap_or_default().then(of_run, &entry(recorded, &body)));
        self.feeds.entry(feed).or_default().push(index);
    }

    /// How many events a feed has.
    pub fn length(&self, feed: &Feed) -> u64 {
        self.feeds.get(feed).map_or(0, |events| events.len() as u64)
    }

    /// What an account's read models must come to: the fold, in the log's order, of the feeds that it may read.
    pub fn fold(&self, account: AccountId) -> ReadModels {
        let role = self.directory.account(account).expect("an account").role;
        let mut models = ReadModels::of(account, role);
        let readable = feeds::readable(account, &self.directory, Timestamp(self.now));
        let indices: BTreeSet<usize> = readable.iter().filter_map(|feed| self.feeds.get(feed)).flatten().copied().collect();
        indices.into_iter().for_each(|index| models.fold(&self.log[index]));
        models
    }

    /// Ann practises the section at a desk of the office: right, next, so many times.
    pub fn practise(&mut self, times: usize) {
        let key = school::attempt("section", 1);
        self.tell("ann", &Command::Attempt(key, domain::attempt::Command::Start { edition: school::edition_ref("section", 1) }));
        for _ in 0..times {
            let state = self.attempts[&key].clone();
            let ordinal = state.current().expect("begun").ordinal;
            self.tell("ann", &Command::Attempt(key, school::right_answer(&state)));
            self.tell("ann", &Command::Attempt(key, domain::attempt::Command::NextQuestion { ordinal }));
        }
    }

    /// The events of a stream.
    pub fn stream(&self, stream: &StreamId) -> Vec<&Event> {
        self.log.iter().filter(|recorded| recorded.stream() == *stream).map(|recorded| &recorded.event).collect()
    }

    /// Carries out a command of somebody in the office, and tells everybody.
    pub fn tell(&mut self, name: &str, command: &Command) -> Outcome {
        let (account, device) = (school::person(name), DeviceId::derived(&["desk", name]));
        let number = self.results.get(&(account, device)).map_or(0, Vec::len) as u64 + 1;
        let envelope = Envelope { number, stream: command.stream().to_string(), at: Timestamp(0), body: command.body() };
        let reply = self.execute(account, device, &envelope);
        self.publish();
        match reply {
            Reply::Result(outcome) => outcome,
            other => panic!("the desk counts right: {other:?}"),
        }
    }

    /// Decides a numbered command, once.
    pub fn execute(&mut self, account: AccountId, device: DeviceId, envelope: &Envelope) -> Reply {
        let hash = ContentHash::of(format!("{} {} {}", envelope.stream, envelope.at.0, envelope.body).as_bytes());
        let results = self.results.entry((account, device)).or_default();
        let expected = results.len() as u64 + 1;
        if envelope.number > expected {
            return Reply::Gap(expected);
        }
        if envelope.number < expected {
            let (known, outcome) = &results[envelope.number as usize - 1];
            return if *known == hash { Reply::Result(outcome.clone()) } else { Reply::Renumber {} };
        }
        if self.busy {
            return Reply::Busy(1_000);
        }
        let outcome = self.decide(account, device, envelope);
        self.results.entry((account, device)).or_default().push((hash, outcome.clone()));
        Reply::Result(outcome)
    }

    fn decide(&mut self, account: AccountId, device: DeviceId, envelope: &Envelope) -> Outcome {
        if envelope.body.get().len() > BODY_BYTES_MAX {
            return Outcome::Refused(Refusal::TooLarge);
        }
        let Ok(stream) = envelope.stream.parse::<StreamId>() else { return Outcome::Refused(Refusal::Unreadable) };
        let Ok(command) = Command::read(&stream, envelope.body.get()) else { return Outcome::Refused(Refusal::Unreadable) };
        if !rights::may_send(account, &command, &self.directory) {
            return Outcome::Forbidden {};
        }
        let none = Attempt::NotStarted;
        let attempt = |key: &AttemptKey| self.attempts.get(key).unwrap_or(&none);
        let (state, earlier) = match command.attempt() {
            Some((key, _)) => (State::Attempt(Cow::Borrowed(attempt(key))), Some(attempt(&AttemptKey { run: key.run - 1, ..*key }))),
            None => (self.directory.state(&stream), None),
        };
        let world = World { earlier, ..World::new(&self.directory, &self.library, state, envelope.at) };
        match decision::decide(&command, &world) {
            Err(refusal) => Outcome::Refused(refusal),
            Ok(mut events) => {
                self.documents.extend(command.note().map(|note| (note.document().hash, note.document().bytes)));
                events.extend(self.add_to_next.take());
                let count = events.len() as u16;
                self.append(account, device, envelope.number, envelope.at, events);
                Outcome::Accepted { version: Version(self.versions.get(&stream).copied().unwrap_or(0)), events: count }
            }
        }
    }

    fn append(&mut self, actor: AccountId, device: DeviceId, command: u64, claimed: Timestamp, events: Vec<Event>) {
        for (index, event) in events.into_iter().enumerate() {
            self.now += 1_000;
            let version = self.versions.entry(event.stream()).or_default();
            *version += 1;
            let recorded = Recorded {
                version: Version(*version),
                position: Position(self.log.len() as u64 + 1),
                actor,
                device,
                command,
                index: index as u16,
                cause: None,
                claimed,
                recorded: Timestamp(self.now),
                event,
            };
            let feeds = feeds::feeds_of(&recorded.event, &self.directory);
            self.directory.fold(&recorded);
            if let Event::Attempt(key, event) = &recorded.event {
                let attempt = self.attempts.entry(*key).or_default();
                *attempt = std::mem::take(attempt).evolve(event);
            }
            self.log.push(recorded);
            feeds.into_iter().for_each(|feed| self.number(feed, self.log.len() - 1));
        }
    }

    /// A socket is opened with somebody's session.
    pub fn connect(&mut self, account: AccountId) -> u64 {
        self.connected += 1;
        let connection = Connection {
            account,
            device: None,
            sent: BTreeMap::new(),
            credit: 0,
            comparing: BTreeSet::new(),
            owes_caught_up: false,
            out: VecDeque::new(),
            closed: false,
        };
        self.connections.insert(self.connected, connection);
        self.connected
    }

    /// A socket is gone.
    pub fn hang_up(&mut self, connection: u64) {
        self.connections.remove(&connection);
    }

    /// Whether there is something to take, or the server closed the socket.
    pub fn has_frames(&self, connection: u64) -> bool {
        self.connections.get(&connection).is_none_or(|connection| connection.closed || !connection.out.is_empty())
    }

    /// The next frame for a client; none when the server has closed the socket.
    pub fn take(&mut self, connection: u64) -> Option<String> {
        self.connections.get_mut(&connection)?.out.pop_front()
    }

    /// Drops a frame on its way, if there is one.
    pub fn lose(&mut self, connection: u64) {
        self.take(connection);
    }

    fn send(&mut self, connection: u64, message: &ServerMessage<'_>) {
        let text = serde_json::to_string(message).expect("messages serialise");
        if let Some(connection) = self.connections.get_mut(&connection) {
            connection.out.push_back(text);
        }
    }

    /// A frame from a client.
    pub fn receive(&mut self, connection: u64, frame: &str) {
        let Ok(message) = serde_json::from_str::<ClientMessage>(frame) else {
            return self.send(connection, &ServerMessage::Problem { text: "not a message".into() });
        };
        match message {
            ClientMessage::Hello(hello) => self.greet(connection, hello),
            ClientMessage::Credit { frames } => {
                self.with(connection, |connection| connection.credit += frames);
                self.send_events(connection);
            }
            ClientMessage::Have { feed, mark } => {
                if self.digest(&feed, mark.after) == Some(mark.digest) {
                    self.with(connection, |connection| _ = connection.sent.insert(feed, mark.after));
                } else {
                    self.with(connection, |connection| _ = connection.comparing.insert(feed));
                    self.send(connection, &ServerMessage::Compare { feed });
                }
            }
            ClientMessage::Rungs { feed, rungs } => {
                assert!(rungs.len() <= 64 && rungs.is_sorted(), "{rungs:?}");
                let agreed = rungs.iter().rev().find(|(number, digest)| self.digest(&feed, *number) == Some(*digest));
                self.send(connection, &ServerMessage::Rewind { feed, after: agreed.map_or(0, |(number, _)| *number) });
            }
            // Who is there is told to people, and changes nothing that is stored.
            ClientMessage::Presence(presence) => self.said.extend(self.connections.get(&connection).map(|of| (of.account, presence))),
            ClientMessage::Ping {} => self.send(connection, &ServerMessage::Pong { server_time: Some(Timestamp(self.now)) }),
            ClientMessage::Command(envelope) => {
                let Some(Connection { account, device: Some(device), .. }) = self.connections.get(&connection) else { return };
                let number = envelope.number;
                let reply = self.execute(*account, *device, &envelope);
                if !self.results_first {
                    self.publish();
                }
                let answer = match reply {
                    Reply::Result(outcome) => ServerMessage::Result { number, outcome, position: None },
                    Reply::Renumber {} | Reply::NotYourDevice {} => ServerMessage::Renumber { number },
                    Reply::Gap(expected) => ServerMessage::Gap { expected },
                    Reply::Busy(retry_after_ms) => ServerMessage::Busy { number, retry_after_ms },
                };
                self.send(connection, &answer);
                self.publish();
            }
        }
    }

    fn greet(&mut self, id: u64, hello: Hello) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let account = connection.account;
        if hello.protocol.0 > PROTOCOL || hello.protocol.1 < PROTOCOL {
            connection.closed = true;
            return self.send(id, &ServerMessage::Upgrade { protocol: PROTOCOL });
        }
        let Some(role) = self.directory.account(account).filter(|_| hello.account == account).map(|known| known.role) else {
            connection.closed = true;
            return self.send(id, &ServerMessage::WrongAccount {});
        };
        connection.device = Some(hello.device);
        connection.sent = hello.feeds.iter().map(|(feed, mark)| (*feed, mark.after)).collect();
        let granted = self.granted(account);
        let last = |device: &DeviceId| self.results.get(&(account, *device)).map_or(0, Vec::len) as u64;
        let welcome = Welcome {
            protocol: PROTOCOL,
            log: self.log_id,
            era: self.era,
            last: last(&hello.device),
            earlier: hello.earlier.iter().map(|device| (*device, last(device))).collect(),
            minimum_build: self.minimum_build,
            server_time: Timestamp(self.now),
            role,
            granted: granted.clone(),
            body_bytes_max: BODY_BYTES_MAX,
        };
        self.send(id, &ServerMessage::Welcome(welcome));
        for (feed, mark) in hello.feeds.iter().filter(|(feed, _)| granted.contains_key(feed)) {
            if mark.generation != feeds::GENERATION {
                return self.send(id, &ServerMessage::Reset { feed: *feed });
            }
            if self.digest(feed, mark.after) != Some(mark.digest) {
                self.with(id, |connection| _ = connection.comparing.insert(*feed));
                self.send(id, &ServerMessage::Compare { feed: *feed });
            }
        }
        self.grant(id, &granted);
        let people = rights::knows(account, &self.directory).into_iter().map(|id| (id, format!("Name of {id}"))).collect();
        self.send(id, &ServerMessage::People { people });
        self.send_events(id);
    }

    fn with(&mut self, id: u64, change: impl FnOnce(&mut Connection)) {
        if let Some(connection) = self.connections.get_mut(&id) {
            change(connection);
        }
    }

    fn granted(&self, account: AccountId) -> BTreeMap<Feed, Mark> {
        let mark = |feed: Feed| {
            let after = self.length(&feed);
            (feed, Mark { generation: feeds::GENERATION, after, digest: self.digest(&feed, after).expect("it is the last") })
        };
        feeds::readable(account, &self.directory, Timestamp(self.now)).into_iter().map(mark).collect()
    }

    fn grant(&mut self, id: u64, granted: &BTreeMap<Feed, Mark>) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.sent = granted.keys().map(|feed| (*feed, connection.sent.get(feed).copied().unwrap_or(0))).collect();
            connection.owes_caught_up = true;
        }
    }

    /// Tells all who listen what is new.
    pub fn publish(&mut self) {
        for id in self.connections.keys().copied().collect::<Vec<_>>() {
            let connection = &self.connections[&id];
            if connection.device.is_none() || connection.closed {
                continue;
            }
            let granted = self.granted(connection.account);
            let changed = !granted.keys().eq(connection.sent.keys());
            if changed {
                self.grant(id, &granted);
                self.send(id, &ServerMessage::Feeds { granted });
            }
            self.send_events(id);
        }
    }

    /// What is new, as far as there is credit; and that this was all.
    fn send_events(&mut self, id: u64) {
        let Some(connection) = self.connections.get(&id) else { return };
        for (feed, sent) in connection.sent.clone() {
            let mut after = sent;
            while after < self.length(&feed) && !self.connections[&id].comparing.contains(&feed) {
                if self.connections[&id].credit == 0 {
                    return;
                }
                let until = (after + self.frame_events_max as u64).min(self.length(&feed));
                let text = self.events(&feed, after, until);
                self.with(id, |connection| {
                    connection.out.push_back(text);
                    connection.credit -= 1;
                    connection.sent.insert(feed, until);
                });
                after = until;
            }
        }
        let unread = self.connections[&id].out.iter().filter(|frame| frame.starts_with("{\"Events\"")).count();
        self.unread_max = self.unread_max.max(unread);
        if self.connections[&id].owes_caught_up && self.connections[&id].credit > 0 {
            self.with(id, |connection| connection.owes_caught_up = false);
            self.send(id, &ServerMessage::CaughtUp {});
        }
    }

    /// An `Events` frame: those of a feed after one number up to another.
    pub fn events(&self, feed: &Feed, after: u64, until: u64) -> String {
        let runs = RawValue::from_string(self.runs(feed, after, until)).expect("runs are JSON");
        let digest = self.digest(feed, until).expect("it is in the feed");
        serde_json::to_string(&ServerMessage::Events { feed: *feed, first: after + 1, digest, runs: &runs }).expect("messages serialise")
    }

    /// A page of a feed's history, for those who may read it.
    pub fn page(&mut self, account: AccountId, feed: Feed, after: u64, limit: u64) -> Option<String> {
        self.pages.push((feed, after, limit));
        let may = feeds::readable(account, &self.directory, Timestamp(self.now)).contains(&feed);
        let limit = limit.min(self.page_events_max);
        (may && after < self.length(&feed)).then(|| self.events(&feed, after, (after + limit).min(self.length(&feed))))
    }

    /// The events of a feed after one number up to another, as they travel.
    pub fn runs(&self, feed: &Feed, after: u64, until: u64) -> String {
        let indices = &self.feeds[feed][after as usize..until as usize];
        let events: Vec<(&Recorded, Box<RawValue>)> = indices.iter().map(|index| (&self.log[*index], self.body(*index))).collect();
        runs_of(&events)
    }
}

fn entry<'b>(recorded: &Recorded, body: &'b RawValue) -> Entry<'b> {
    Entry {
        version: recorded.version,
        position: recorded.position,
        command: recorded.command,
        index: recorded.index,
        claimed: recorded.claimed,
        recorded: recorded.recorded,
        cause: recorded.cause,
        body,
    }
}

/// Events as they travel and are stored.
pub fn as_runs(events: &[&Recorded]) -> String {
    runs_of(&events.iter().map(|recorded| (*recorded, recorded.event.body())).collect::<Vec<_>>())
}

fn runs_of(events: &[(&Recorded, Box<RawValue>)]) -> String {
    let mut runs: Vec<Run<'_>> = Vec::new();
    for (recorded, body) in events {
        let header = (recorded.stream(), recorded.actor, recorded.device);
        if runs.last().is_none_or(|run| (run.stream, run.actor, run.device) != header) {
            runs.push(Run { stream: header.0, actor: header.1, device: header.2, events: Vec::new() });
        }
        runs.last_mut().expect("just put there").events.push(entry(recorded, body));
    }
    serde_json::to_string(&runs).expect("runs serialise")
}
