//! The store under the simulated server: the real ones, with a fuse that burns down in the middle of a batch, and with the places where a
//! mutation gets in.

use crate::mutation::Mutation;
use domain::{
    digest::Digest,
    event::{Position, StreamId, Version},
    feeds::Feed,
    ids::{AccountId, ContentHash, DeviceId, LogId},
};
use serde_json::value::RawValue;
use server::store::{
    Append, AppendError, Appended, EventStore, Filed, KeptSession, Place, Record, StoreError, StoreReader, StoredResult, Trailed,
    memory::{MemoryReader, MemoryStore},
    sqlite::{SqliteReader, SqliteStore},
};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

/// Calls that are still answered; then the disk is gone. `NEVER` is no fuse at all.
#[derive(Debug, Clone)]
pub struct Fuse(Arc<AtomicU32>);

const NEVER: u32 = u32::MAX;

impl Default for Fuse {
    fn default() -> Self {
        Self(Arc::new(AtomicU32::new(NEVER)))
    }
}

impl Fuse {
    /// After so many more calls nothing is answered any more.
    pub fn light(&self, calls: u32) {
        self.0.store(calls, Ordering::Relaxed);
    }

    fn burn(&self) -> Result<(), StoreError> {
        match self.0.load(Ordering::Relaxed) {
            NEVER => Ok(()),
            0 => Err(StoreError::Failed("the disk is gone".into())),
            left => {
                self.0.store(left - 1, Ordering::Relaxed);
                Ok(())
            }
        }
    }
}

/// Which store.
pub enum Kept {
    /// In memory.
    Memory(MemoryStore),
    /// In a file.
    Sqlite(SqliteStore),
}

/// A store as the engine sees it.
pub struct Store {
    kept: Kept,
    fuse: Fuse,
    mutation: Option<Mutation>,
    appends: u64,
    /// Something was appended since the last commit.
    unsynced: bool,
}

/// Its reading side.
#[derive(Clone)]
pub struct Reader {
    kept: KeptReader,
    mutation: Option<Mutation>,
}

#[derive(Clone)]
enum KeptReader {
    Memory(MemoryReader),
    Sqlite(SqliteReader),
}

/// Does the same with either kind.
macro_rules! either {
    ($kept:expr, $kind:ident, $it:ident => $done:expr) => {
        match $kept {
            $kind::Memory($it) => $done,
            $kind::Sqlite($it) => $done,
        }
    };
}

impl Store {
    /// A store with a fuse and, perhaps, a fault.
    pub fn of(kept: Kept, fuse: Fuse, mutation: Option<Mutation>) -> Self {
        Self { kept, fuse, mutation, appends: 0, unsynced: false }
    }

    fn has(&self, mutation: Mutation) -> bool {
        self.mutation == Some(mutation)
    }
}

impl EventStore for Store {
    type Reader = Reader;

    fn reader(&self) -> Reader {
        let kept = match &self.kept {
            Kept::Memory(store) => KeptReader::Memory(store.reader()),
            Kept::Sqlite(store) => KeptReader::Sqlite(store.reader()),
        };
        Reader { kept, mutation: self.mutation }
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.fuse.burn()?;
        either!(&mut self.kept, Kept, store => store.begin())
    }

    fn append(&mut self, append: &Append) -> Result<Appended, AppendError> {
        self.fuse.burn()?;
        self.appends += 1;
        let mut append = append.clone();
        if self.has(Mutation::DropTheDedupe) && self.reader().result(append.device, append.number)?.is_some() {
            append.number += 1_000_000 * self.appends;
        }
        self.unsynced = true;
        if self.has(Mutation::NameInAnEvent) {
            append.events.iter_mut().for_each(|event| event.body = with_a_name(&event.body));
        }
        let appended = either!(&mut self.kept, Kept, store => store.append(&append))?;
        if self.has(Mutation::ReactTwice) && append.cause.is_some() {
            append.number += 1;
            append.expected = appended.version;
            either!(&mut self.kept, Kept, store => store.append(&append))?;
        }
        Ok(appended)
    }

    fn put(&mut self, record: &Record) -> Result<(), StoreError> {
        self.fuse.burn()?;
        either!(&mut self.kept, Kept, store => store.put(record))
    }

    fn refile(&mut self, kinds: &[&str], events: &[(Filed, Vec<Feed>)]) -> Result<(), StoreError> {
        self.fuse.burn()?;
        either!(&mut self.kept, Kept, store => store.refile(kinds, events))
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.fuse.burn()?;
        let appended = std::mem::take(&mut self.unsynced);
        if self.has(Mutation::AckBeforeSync) && appended && self.appends.is_multiple_of(3) {
            self.rollback();
            return Ok(());
        }
        either!(&mut self.kept, Kept, store => store.commit())
    }

    fn rollback(&mut self) {
        either!(&mut self.kept, Kept, store => store.rollback());
    }

    fn version(&self, stream: &StreamId) -> Result<Version, StoreError> {
        self.fuse.burn()?;
        either!(&self.kept, Kept, store => store.version(stream))
    }

    fn position(&self, stream: &StreamId, version: Version) -> Result<Option<Position>, StoreError> {
        self.fuse.burn()?;
        either!(&self.kept, Kept, store => store.position(stream, version))
    }
}

/// The body with a field more, which readers pass over.
fn with_a_name(body: &RawValue) -> Box<RawValue> {
    let text = body.get().strip_suffix("}}").filter(|text| !text.ends_with('{'));
    let named = text.map(|text| format!("{text},\"name\":\"{}\"}}}}", crate::founding::name_of("bob")));
    named.map_or_else(|| body.to_owned(), |named| RawValue::from_string(named).expect("it is JSON still"))
}

impl Reader {
    /// The same store, read as it is.
    pub fn honest(&self) -> Self {
        Self { kept: self.kept.clone(), mutation: None }
    }
}

impl StoreReader for Reader {
    fn log(&self) -> LogId {
        either!(&self.kept, KeptReader, reader => reader.log())
    }

    fn read_stream(&self, stream: &StreamId, after: Version) -> Result<Vec<Filed>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.read_stream(stream, after))
    }

    fn read_feed(&self, feed: &Feed, after: u64, limit: usize) -> Result<Vec<Filed>, StoreError> {
        let mut events = either!(&self.kept, KeptReader, reader => reader.read_feed(feed, after, limit))?;
        match self.mutation {
            Some(Mutation::SkipAFeedNumber) if events.len() > 2 => {
                events.remove(1);
                events.iter_mut().zip(after + 1..).for_each(|(event, number)| event.place.number = number);
            }
            Some(Mutation::DeliverTwice) if events.len() > 2 => {
                let twice = events[1].clone();
                events.insert(1, twice);
                events.iter_mut().zip(after + 1..).for_each(|(event, number)| event.place.number = number);
            }
            _ => {}
        }
        Ok(events)
    }

    fn feed_head(&self, feed: &Feed) -> Result<Place, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.feed_head(feed))
    }

    fn digest_at(&self, feed: &Feed, number: u64) -> Result<Option<Digest>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.digest_at(feed, number))
    }

    fn read_directory(&self) -> Result<Vec<Filed>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.read_directory())
    }

    fn read_log(&self, kind: &str, after: Position, limit: usize) -> Result<Vec<Filed>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.read_log(kind, after, limit))
    }

    fn streams(&self, kind: &str, part: &str, after: u64, limit: usize) -> Result<Vec<(u64, StreamId)>, StoreError> {
        let mut streams = either!(&self.kept, KeptReader, reader => reader.streams(kind, part, after, limit))?;
        if self.mutation == Some(Mutation::SkipAStream) {
            streams.retain(|(number, _)| number % 2 == 0);
        }
        Ok(streams)
    }

    fn last_position(&self) -> Result<Position, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.last_position())
    }

    fn result(&self, device: DeviceId, number: u64) -> Result<Option<StoredResult>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.result(device, number))
    }

    fn device(&self, device: DeviceId) -> Result<Option<(AccountId, u64)>, StoreError> {
        let found = either!(&self.kept, KeptReader, reader => reader.device(device))?;
        if self.mutation == Some(Mutation::DropTheDedupe) {
            return Ok(found.map(|(account, last)| (account, last % 1_000_000 - u64::from(last % 1_000_000 > 0))));
        }
        Ok(found)
    }

    fn claim(&self, kind: &str, value: &str) -> Result<Option<String>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.claim(kind, value))
    }

    fn claims_beyond_ascii(&self, kind: &str) -> Result<Vec<(String, String)>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.claims_beyond_ascii(kind))
    }

    fn person(&self, account: AccountId) -> Result<Option<String>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.person(account))
    }

    fn credential(&self, account: AccountId) -> Result<Option<String>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.credential(account))
    }

    fn claims_of(&self, kind: &str, owner: &str) -> Result<Vec<String>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.claims_of(kind, owner))
    }

    fn kept_session(&self, token_hash: &[u8; 32]) -> Result<Option<KeptSession>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.kept_session(token_hash))
    }

    fn sessions_of(&self, account: AccountId) -> Result<Vec<KeptSession>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.sessions_of(account))
    }

    fn trail(&self, before: u64, limit: usize) -> Result<Vec<(u64, Trailed)>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.trail(before, limit))
    }

    fn document(&self, hash: ContentHash) -> Result<Option<Vec<u8>>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.document(hash))
    }

    fn entries(&self, kind: &str, after: &str, limit: usize) -> Result<Vec<(String, String)>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.entries(kind, after, limit))
    }

    fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        either!(&self.kept, KeptReader, reader => reader.setting(name))
    }
}
