//! Protocol frames, whatever the bytes: what can be read is written again with the same meaning, and a replica takes every frame that a
//! server could send it, in any order, without forgetting what it has.

use domain::{
    account::Role,
    command::Command,
    event::StreamId,
    ids::{AccountId, DeviceId, LogId},
    protocol::{BUILD, ClientMessage, PROTOCOL, Posted, ServerMessage, SignedIn, Welcome},
    replica::{
        Effect, Incoming, Ownership, Replica, TabWord,
        storage::{Change, Found},
    },
    time::Timestamp,
};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::VecDeque;

/// Steps that a replica takes at most for one frame.
const STEPS_MAX: usize = 2_000;

/// Reads the bytes as frames, one a line.
pub fn hold(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    for line in text.lines() {
        stays::<ClientMessage>(line);
        stays::<Posted>(line);
        stays::<SignedIn>(line);
        stays::<TabWord>(line);
        if let Ok(ClientMessage::Command(envelope)) = serde_json::from_str(line)
            && let Ok(stream) = envelope.stream.parse::<StreamId>()
            && let Ok(command) = Command::read(&stream, envelope.body.get())
        {
            assert_eq!(Command::read(&stream, command.body().get()).ok(), Some(command));
        }
        if let Ok(message) = serde_json::from_str::<ServerMessage<'_>>(line) {
            let written = serde_json::to_string(&message).expect("what was read can be written");
            let again: ServerMessage<'_> = serde_json::from_str(&written).expect("what was written can be read");
            assert_eq!(serde_json::to_string(&again).expect("so it can"), written);
        }
    }
    Device::new().hear(text.lines());
}

fn stays<T: Serialize + DeserializeOwned>(line: &str) {
    let Ok(read) = serde_json::from_str::<T>(line) else { return };
    let written = serde_json::to_string(&read).expect("what was read can be written");
    let again: T = serde_json::from_str(&written).expect("what was written can be read");
    assert_eq!(serde_json::to_string(&again).expect("so it can"), written);
}

/// A device whose database does everything at once and keeps nothing but the numbers.
struct Device {
    replica: Replica,
    work: VecDeque<Effect>,
    next: u64,
    epoch: u64,
}

impl Device {
    fn new() -> Self {
        let (replica, first) = Replica::new(AccountId::derived(&["ann"]), Role::Student, BUILD);
        let mut device = Self { replica, work: VecDeque::from([first]), next: 1, epoch: 0 };
        device.rest();
        device.input(Incoming::Own(Ownership::Alone));
        device
    }

    fn hear<'l>(&mut self, lines: impl Iterator<Item = &'l str>) {
        let welcome = Welcome {
            protocol: PROTOCOL,
            log: LogId::derived(&["log"]),
            era: 0,
            last: 0,
            earlier: Default::default(),
            minimum_build: 0,
            server_time: Timestamp(0),
            role: Role::Student,
            granted: Default::default(),
            body_bytes_max: 1,
        };
        let welcome = serde_json::to_string(&ServerMessage::Welcome(welcome)).expect("a welcome is text");
        self.input(Incoming::Frame(&welcome));
        for line in lines {
            self.input(Incoming::Frame(line));
            self.input(Incoming::Tick);
            self.input(Incoming::Retry);
        }
    }

    fn input(&mut self, input: Incoming<'_>) {
        let effects = self.replica.step(input);
        self.work.extend(effects);
        self.rest();
    }

    fn rest(&mut self) {
        for _ in 0..STEPS_MAX {
            let Some(effect) = self.work.pop_front() else { return };
            let input = match effect {
                Effect::Store(transaction) => {
                    let numbers = transaction.changes.iter().filter_map(|change| self.number(change)).collect();
                    Incoming::Committed { transaction: transaction.id, numbers }
                }
                Effect::Read { .. } => Incoming::Found(found()),
                Effect::Connect => Incoming::Opened,
                Effect::History { feed, after, limit: _ } => Incoming::History { feed, after, page: None },
                Effect::Fetch(hash) => Incoming::Content { hash, bytes: None },
                Effect::Close
                | Effect::RetryIn(_)
                | Effect::Send(_)
                | Effect::Tell(_)
                | Effect::Steal
                | Effect::SignInAgain
                | Effect::Upgrade => {
                    continue;
                }
            };
            let effects = self.replica.step(input);
            self.work.extend(effects);
        }
        panic!("a frame keeps the replica busy for ever");
    }

    fn number(&mut self, change: &Change) -> Option<u64> {
        match change {
            Change::Enqueue(_) => {
                self.next += 1;
                Some(self.next - 1)
            }
            Change::TakeOver => {
                self.epoch += 1;
                Some(self.epoch)
            }
            Change::Requeue(_) | Change::RequeueBefore(..) | Change::RequeueEarlier(_) => Some(0),
            Change::Chunk(_)
            | Change::Mark(..)
            | Change::Purge(_)
            | Change::Cut(..)
            | Change::Settle(_)
            | Change::Dismiss(_)
            | Change::Renumber
            | Change::Document { .. }
            | Change::ForgetDocument(_)
            | Change::People(_)
            | Change::Log(..)
            | Change::Clock(_)
            | Change::Snapshot(_)
            | Change::ForgetSnapshots => None,
        }
    }
}

fn found() -> Found {
    let device = DeviceId::derived(&["device"]);
    Found {
        device,
        born: device,
        earlier: Vec::new(),
        log: None,
        feeds: Default::default(),
        outbox: Vec::new(),
        results: Vec::new(),
        content: Vec::new(),
        people: Default::default(),
        clock: None,
    }
}
