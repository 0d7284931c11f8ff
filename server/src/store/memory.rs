//! The store in memory, for tests and simulations. It keeps the same contract, but nothing outlives the process.

mod reader;

use super::{Append, AppendError, Appended, EventStore, Filed, KeptSession, Place, Record, StoreError, StoredResult, Trailed};
use domain::{
    digest::Digest,
    event::{Position, StreamId, Version},
    feeds::Feed,
    ids::{AccountId, ContentHash, DeviceId, LogId},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

/// The writer.
#[derive(Debug)]
pub struct MemoryStore {
    reader: MemoryReader,
    open: Option<Staged>,
}

/// Reads what is committed, from any thread.
#[derive(Debug, Clone)]
pub struct MemoryReader {
    log: LogId,
    committed: Arc<RwLock<Committed>>,
}

#[derive(Debug, Default)]
struct Committed {
    events: Vec<Filed>,
    streams: HashMap<StreamId, Vec<usize>>,
    /// In the order in which they were made.
    names: Vec<StreamId>,
    feeds: HashMap<Feed, Vec<(usize, Digest)>>,
    devices: HashMap<DeviceId, Device>,
    claims: HashMap<(String, String), String>,
    people: HashMap<AccountId, String>,
    credentials: HashMap<AccountId, String>,
    sessions: HashMap<[u8; 32], KeptSession>,
    trail: BTreeMap<u64, Trailed>,
    trailed: u64,
    documents: HashMap<ContentHash, Vec<u8>>,
    settings: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Device {
    account: AccountId,
    results: BTreeMap<u64, StoredResult>,
}

/// An open transaction: what it will write, and what later appends in it must know of that.
#[derive(Debug, Default)]
struct Staged {
    writes: Vec<Write>,
    events: u64,
    versions: HashMap<StreamId, u64>,
    heads: HashMap<Feed, Place>,
    devices: HashMap<DeviceId, AccountId>,
    results: HashMap<DeviceId, Vec<u64>>,
    claims: HashMap<(String, String), String>,
}

#[derive(Debug)]
enum Write {
    Event(Filed, Vec<(Feed, Digest)>),
    Result(DeviceId, AccountId, u64, StoredResult),
    Record(Record),
    /// Empties the feeds of these kinds and fills them with these events, each by its position and with the feed's digest after it.
    Feeds(Vec<String>, Vec<(Feed, Position, Digest)>),
}

impl MemoryStore {
    /// An empty store of this log.
    pub fn of(log: LogId) -> Self {
        Self::reopen(&MemoryReader { log, committed: Arc::default() })
    }

    /// The store as the next process finds it: with all that was committed, and without a transaction. There must be no
    /// other writer any more.
    pub fn reopen(reader: &MemoryReader) -> Self {
        Self { reader: reader.clone(), open: None }
    }

    fn staged(&mut self) -> Result<&mut Staged, StoreError> {
        self.open.as_mut().ok_or_else(no_transaction)
    }

    /// Checks everything that can turn an append down, before anything of it is staged.
    fn check(&self, append: &Append) -> Result<(), AppendError> {
        let staged = self.open.as_ref().ok_or_else(no_transaction)?;
        let committed = self.reader.read();
        let owner = staged.devices.get(&append.device).copied();
        let owner = owner.or_else(|| committed.devices.get(&append.device).map(|device| device.account));
        if owner.is_some_and(|owner| owner != append.actor) {
            return Err(AppendError::NotYourDevice);
        }
        let version = committed.version(staged, &append.stream);
        if !append.events.is_empty() && version != append.expected {
            return Err(AppendError::Conflict(version));
        }
        for (index, record) in append.records.iter().enumerate() {
            let Record::Claim { kind, value, owner } = record else { continue };
            let rival =
                |other: &Record| matches!(other, Record::Claim { kind: k, value: v, owner: o } if k == kind && v == value && o != owner);
            let place = ((*kind).to_owned(), value.clone());
            let holder = staged.claims.get(&place).or_else(|| committed.claims.get(&place));
            if holder.is_some_and(|holder| holder != owner) || append.records[..index].iter().any(rival) {
                return Err(AppendError::Claimed { kind, value: value.clone() });
            }
        }
        let stored = committed.devices.get(&append.device).is_some_and(|device| device.results.contains_key(&append.number));
        if stored || staged.results.get(&append.device).is_some_and(|numbers| numbers.contains(&append.number)) {
            return Err(StoreError::Failed("the command has a result already".into()).into());
        }
        Ok(())
    }
}

impl Default for MemoryStore {
    /// An empty store of a log without a name of its own.
    fn default() -> Self {
        Self::of(LogId::derived(&["memory"]))
    }
}

impl EventStore for MemoryStore {
    type Reader = MemoryReader;

    fn reader(&self) -> MemoryReader {
        self.reader.clone()
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        if self.open.is_some() {
            return Err(StoreError::Failed("a transaction is open already".into()));
        }
        self.open = Some(Staged::default());
        Ok(())
    }

    fn append(&mut self, append: &Append) -> Result<Appended, AppendError> {
        self.check(append)?;
        let reader = self.reader.clone();
        let committed = reader.read();
        let staged = self.staged()?;
        let first = committed.events.len() as u64 + staged.events + 1;
        let before = committed.version(staged, &append.stream).0;
        let mut places = Vec::new();
        for (index, event) in append.events.iter().enumerate() {
            let filed = append.filed(index, Position(first));
            let next: Vec<Place> = event.feeds.iter().map(|feed| staged.next(&committed, feed, &filed)).collect();
            let feeds = event.feeds.iter().copied().zip(next.iter().map(|place| place.digest)).collect();
            staged.writes.push(Write::Event(filed, feeds));
            places.push(next);
        }
        let events = append.events.len() as u64;
        staged.events += events;
        staged.versions.insert(append.stream, before + events);
        staged.devices.insert(append.device, append.actor);
        staged.results.entry(append.device).or_default().push(append.number);
        let result = StoredResult { command_hash: append.command_hash, outcome: append.outcome.clone() };
        staged.writes.push(Write::Result(append.device, append.actor, append.number, result));
        for record in &append.records {
            staged.put(record);
        }
        Ok(Appended { first: Position(first), places, version: Version(before + events) })
    }

    fn put(&mut self, record: &Record) -> Result<(), StoreError> {
        self.staged()?.put(record);
        Ok(())
    }

    fn refile(&mut self, kinds: &[&str], events: &[(Filed, Vec<Feed>)]) -> Result<(), StoreError> {
        let reader = self.reader.clone();
        let committed = reader.read();
        let staged = self.staged()?;
        let is_emptied = |feed: &Feed| is_of_kind(feed, kinds);
        staged.heads.extend(committed.feeds.keys().filter(|feed| is_emptied(feed)).map(|feed| (*feed, Place::default())));
        let placed = events.iter().flat_map(|(filed, feeds)| feeds.iter().map(move |feed| (feed, filed)));
        let placed = placed.map(|(feed, filed)| (*feed, filed.position, staged.next(&committed, feed, filed).digest)).collect();
        staged.writes.push(Write::Feeds(kinds.iter().map(|kind| (*kind).to_owned()).collect(), placed));
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        let staged = self.open.take().ok_or_else(no_transaction)?;
        let mut committed = self.reader.committed.write().unwrap_or_else(PoisonError::into_inner);
        for write in staged.writes {
            committed.apply(write);
        }
        Ok(())
    }

    fn rollback(&mut self) {
        self.open = None;
    }

    fn version(&self, stream: &StreamId) -> Result<Version, StoreError> {
        let none = Staged::default();
        Ok(self.reader.read().version(self.open.as_ref().unwrap_or(&none), stream))
    }

    fn position(&self, stream: &StreamId, version: Version) -> Result<Option<Position>, StoreError> {
        let Some(index) = version.0.checked_sub(1) else { return Ok(None) };
        let committed = self.reader.read();
        let kept = committed.streams.get(stream).and_then(|places| places.get(count(index))).map(|place| committed.events[*place].position);
        let staged = || {
            self.open.iter().flat_map(|staged| &staged.writes).find_map(|write| match write {
                Write::Event(filed, _) if (filed.stream, filed.version) == (*stream, version) => Some(filed.position),
                Write::Event(..) | Write::Result(..) | Write::Record(_) | Write::Feeds(..) => None,
            })
        };
        Ok(kept.or_else(staged))
    }
}

/// Whether a feed's name begins with one of these words.
fn is_of_kind<K: AsRef<str>>(feed: &Feed, kinds: &[K]) -> bool {
    let name = feed.to_string();
    kinds.iter().any(|kind| name.strip_prefix(kind.as_ref()).is_some_and(|rest| rest.starts_with('/')))
}

impl Staged {
    fn next(&mut self, committed: &Committed, feed: &Feed, event: &Filed) -> Place {
        let head = self.heads.entry(*feed).or_insert_with(|| committed.head(feed));
        *head = head.next(event.shared(), &event.entry());
        *head
    }

    fn put(&mut self, record: &Record) {
        if let Record::Claim { kind, value, owner } = record {
            self.claims.insert(((*kind).to_owned(), value.clone()), owner.clone());
        }
        self.writes.push(Write::Record(record.clone()));
    }
}

impl Committed {
    fn version(&self, staged: &Staged, stream: &StreamId) -> Version {
        let kept = || self.streams.get(stream).map_or(0, |events| events.len() as u64);
        Version(staged.versions.get(stream).copied().unwrap_or_else(kept))
    }

    fn head(&self, feed: &Feed) -> Place {
        let places = self.feeds.get(feed).map_or(&[][..], Vec::as_slice);
        places.last().map_or_else(Place::default, |(_, digest)| Place { number: places.len() as u64, digest: *digest })
    }

    fn apply(&mut self, write: Write) {
        match write {
            Write::Event(filed, feeds) => {
                let place = self.events.len();
                let stream = self.streams.entry(filed.stream).or_default();
                if stream.is_empty() {
                    self.names.push(filed.stream);
                }
                stream.push(place);
                for (feed, digest) in feeds {
                    self.feeds.entry(feed).or_default().push((place, digest));
                }
                self.events.push(filed);
            }
            Write::Result(device, account, number, result) => {
                let device = self.devices.entry(device).or_insert_with(|| Device { account, results: BTreeMap::new() });
                device.results.insert(number, result);
            }
            Write::Record(record) => self.keep(record),
            Write::Feeds(kinds, events) => {
                self.feeds.retain(|feed, _| !is_of_kind(feed, &kinds));
                for (feed, position, digest) in events {
                    self.feeds.entry(feed).or_default().push((position.0 as usize - 1, digest));
                }
            }
        }
    }

    fn keep(&mut self, record: Record) {
        match record {
            Record::Claim { kind, value, owner } => _ = self.claims.insert((kind.to_owned(), value), owner),
            Record::Person(account, name) => _ = self.people.insert(account, name),
            Record::Credential(account, hash) => _ = self.credentials.insert(account, hash),
            Record::CredentialErased(account) => _ = self.credentials.remove(&account),
            Record::Document(document) => _ = self.documents.entry(document.hash).or_insert(document.bytes),
            Record::DocumentErased(hash) => _ = self.documents.remove(&hash),
            Record::Session(session) => _ = self.sessions.insert(session.token_hash, session),
            Record::SessionUsed(token_hash, at) => {
                if let Some(session) = self.sessions.get_mut(&token_hash) {
                    session.used = session.used.max(at);
                }
            }
            Record::SessionEnded(token_hash) => _ = self.sessions.remove(&token_hash),
            Record::SessionsOfEnded(of) => self.sessions.retain(|_, session| session.account != of),
            Record::SessionsOfEndedBut(of, but) => self.sessions.retain(|token_hash, session| session.account != of || *token_hash == but),
            Record::SessionsExpired(now) => self.sessions.retain(|_, session| !session.is_over(now)),
            Record::Trail(row) => {
                self.trailed += 1;
                self.trail.insert(self.trailed, row);
            }
            Record::TrailCut(before, newest) => {
                let first = self.trailed.saturating_sub(newest);
                self.trail.retain(|number, row| *number > first && row.at >= before);
            }
            Record::Setting(name, value) => _ = self.settings.insert(name.to_owned(), value),
            Record::Entry { kind, name, value: Some(value) } => _ = self.settings.insert(format!("{kind}/{name}"), value),
            Record::Entry { kind, name, value: None } => _ = self.settings.remove(&format!("{kind}/{name}")),
        }
    }
}

impl MemoryReader {
    fn read(&self) -> RwLockReadGuard<'_, Committed> {
        self.committed.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn no_transaction() -> StoreError {
    StoreError::Failed("no transaction is open".into())
}
