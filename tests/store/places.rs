//! Where a store is kept, so that a test can open it again as the next process would.

use domain::{
    event::{StreamId, Version},
    feeds::Feed,
    ids::{AccountId, DeviceId},
    protocol::Outcome,
    time::Timestamp,
};
use serde_json::value::RawValue;
use server::store::{
    Append, EventStore, NewEvent,
    memory::{MemoryReader, MemoryStore},
    sqlite::SqliteStore,
};
use tempfile::TempDir;

/// A place for one store.
pub trait Place {
    /// The kind of store.
    type Store: EventStore + 'static;

    /// Opens the store that is there, an empty one the first time. Nobody else may have it open.
    fn open(&self) -> Self::Store;
}

/// In this process.
#[derive(Default)]
pub struct Memory(std::cell::OnceCell<MemoryReader>);

impl Place for Memory {
    type Store = MemoryStore;

    fn open(&self) -> MemoryStore {
        MemoryStore::reopen(self.0.get_or_init(|| MemoryStore::default().reader()))
    }
}

/// In a file.
pub struct Sqlite(pub TempDir);

impl Default for Sqlite {
    fn default() -> Self {
        Self(TempDir::new().expect("a folder for a test"))
    }
}

impl Sqlite {
    pub fn path(&self) -> std::path::PathBuf {
        self.0.path().join("log.db")
    }
}

impl Place for Sqlite {
    type Store = SqliteStore;

    fn open(&self) -> SqliteStore {
        SqliteStore::open(&self.path()).expect("the store opens")
    }
}

pub fn account(name: &str) -> AccountId {
    AccountId::derived(&[name])
}

pub fn device(name: &str) -> DeviceId {
    DeviceId::derived(&[name])
}

pub fn stream(name: &str) -> StreamId {
    StreamId::Account(account(name))
}

pub fn feed(name: &str) -> Feed {
    Feed::Student(account(name))
}

/// An append of ann's device: `number` is its command, `expected` the version of the stream, `bodies` its events, all in
/// the feed `ann` and the last of them in the feed `all` too.
pub fn append(to: &str, number: u64, expected: u64, bodies: &[&str]) -> Append {
    let feeds = |index: usize| if index + 1 == bodies.len() { vec![feed("ann"), feed("all")] } else { vec![feed("ann")] };
    let event = |(index, body): (usize, &&str)| NewEvent { body: raw(body), feeds: feeds(index) };
    let events: Vec<NewEvent> = bodies.iter().enumerate().map(event).collect();
    let version = Version(expected + events.len() as u64);
    Append {
        stream: stream(to),
        expected: Version(expected),
        actor: account("ann"),
        device: device("ann's phone"),
        number,
        command_hash: [number as u8; 16],
        claimed: Timestamp(1_700_000_000_123),
        recorded: Timestamp(1_700_000_004_000),
        cause: None,
        outcome: Outcome::Accepted { version, events: events.len() as u16 },
        events,
        records: vec![],
    }
}

pub fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).expect("the test writes JSON")
}
