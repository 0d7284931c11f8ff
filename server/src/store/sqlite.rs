//! The store in one SQLite file: a writer that appends in one transaction, and readers on connections of their own.

mod erased;
mod looked;
mod reader;
mod schema;

pub(crate) use erased::apply;
pub(crate) use looked::Looked;
pub use reader::SqliteReader;
pub(crate) use schema::known_log;

use super::{Append, AppendError, Appended, EventStore, Filed, KeptSession, Place, Record, StoreError, Trailed, recent::Recent};
use domain::{
    digest::Shared,
    event::{Entry, Position, StreamId, Version},
    feeds::Feed,
    ids::{AccountId, DeviceId, LogId},
    protocol::Outcome,
};
use erased::Erased;
use reader::{BUSY, signed};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;

/// Streams, feeds and devices whose integers and heads are kept in memory.
const INTERNED_MAX: usize = 50_000;

/// The writer. What it keeps in memory includes the open transaction, and is forgotten if that is rolled back.
pub struct SqliteStore {
    connection: Connection,
    reader: SqliteReader,
    streams: Recent<StreamId, Interned>,
    feeds: Recent<Feed, FeedHead>,
    origins: Recent<DeviceId, Origin>,
    last: Option<u64>,
    erased: Erased,
}

/// The integer that stands for a stream, and its last version.
#[derive(Debug, Clone, Copy)]
struct Interned {
    id: i64,
    head: u64,
}

/// The integer that stands for a feed, and its last place.
#[derive(Debug, Clone, Copy)]
struct FeedHead {
    id: i64,
    head: Place,
}

/// The integer that stands for a device, and whose it is.
#[derive(Debug, Clone, Copy)]
struct Origin {
    id: i64,
    account: AccountId,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl SqliteStore {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// When the disk fails, when the file is something else, or when a newer program wrote it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(64);
        connection.pragma_update(None, "cache_size", -64_000)?;
        let log = schema::prepare(&mut connection)?;
        Ok(Self {
            connection,
            reader: SqliteReader::new(path, log),
            streams: Recent::of(INTERNED_MAX),
            feeds: Recent::of(INTERNED_MAX),
            origins: Recent::of(INTERNED_MAX),
            last: None,
            erased: Erased::beside(path),
        })
    }

    /// Makes a store that keeps this log, where there is none.
    ///
    /// # Errors
    /// When there is one, or the disk refuses.
    pub fn create(path: &Path, log: LogId) -> Result<(), StoreError> {
        schema::create(&mut Connection::open(path)?, log)
    }

    fn forget(&mut self) {
        self.streams.clear();
        self.feeds.clear();
        self.origins.clear();
        self.last = None;
        self.erased.forget();
    }

    fn in_transaction(&self) -> Result<(), StoreError> {
        if self.connection.is_autocommit() { Err(StoreError::Failed("no transaction is open".into())) } else { Ok(()) }
    }

    /// Checks everything that can turn an append down, before anything of it is written.
    fn check(&mut self, append: &Append) -> Result<(), AppendError> {
        if origin(&self.connection, &mut self.origins, append.device)?.is_some_and(|origin| origin.account != append.actor) {
            return Err(AppendError::NotYourDevice);
        }
        if !append.events.is_empty() {
            let version = Version(stream(&self.connection, &mut self.streams, &append.stream)?.map_or(0, |stream| stream.head));
            if version != append.expected {
                return Err(AppendError::Conflict(version));
            }
        }
        for (index, record) in append.records.iter().enumerate() {
            let Record::Claim { kind, value, owner } = record else { continue };
            let rival =
                |other: &Record| matches!(other, Record::Claim { kind: k, value: v, owner: o } if k == kind && v == value && o != owner);
            let held = reader::claim(&self.connection, kind, value)?.is_some_and(|holder| holder != *owner);
            if held || append.records[..index].iter().any(rival) {
                return Err(AppendError::Claimed { kind, value: value.clone() });
            }
        }
        Ok(())
    }

    fn write(&mut self, append: &Append) -> Result<Appended, StoreError> {
        let origin = match origin(&self.connection, &mut self.origins, append.device)? {
            Some(origin) => origin,
            None => {
                let mut insert = self.connection.prepare_cached("INSERT INTO origins (account, device) VALUES (?1, ?2)")?;
                let id = insert.insert((append.actor.0.as_bytes(), append.device.0.as_bytes()))?;
                let origin = Origin { id, account: append.actor };
                self.origins.insert(append.device, origin);
                origin
            }
        };
        let last = match self.last {
            Some(last) => last,
            None => reader::last_position(&self.connection)?,
        };
        let appended = if append.events.is_empty() {
            Appended { first: Position(last + 1), places: Vec::new(), version: self.version(&append.stream)? }
        } else {
            self.write_events(append, origin, last + 1)?
        };
        self.last = Some(last + append.events.len() as u64);
        self.write_result(append, origin)?;
        for record in &append.records {
            self.erased.note(record);
            write_record(&self.connection, record)?;
        }
        Ok(appended)
    }

    fn write_events(&mut self, append: &Append, origin: Origin, first: u64) -> Result<Appended, StoreError> {
        let connection = &self.connection;
        if stream(connection, &mut self.streams, &append.stream)?.is_none() {
            let id = intern(connection, "INSERT INTO streams (name) VALUES (?1)", &append.stream)?;
            self.streams.insert(append.stream, Interned { id, head: 0 });
        }
        let stream = self.streams.get(&append.stream).expect("the stream was put there just now");
        let mut insert = connection.prepare_cached(
            "INSERT INTO events (position, stream, version, origin, command, place, cause, recorded, lag_ms, body) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        let lag_ms = append.recorded.0.wrapping_sub(append.claimed.0);
        let cause = append.cause.as_ref().map(|cause| cause.0.as_bytes());
        let command = signed(append.number);
        let shared = Shared::of(&append.stream, append.actor, append.device);
        let mut places = Vec::with_capacity(append.events.len());
        for (index, event) in append.events.iter().enumerate() {
            stream.head += 1;
            let entry = append.entry(index, Position(first));
            let (position, version, place) = (signed(entry.position.0), signed(entry.version.0), signed(index as u64));
            let body = entry.body.get();
            insert.execute(params![position, stream.id, version, origin.id, command, place, cause, append.recorded.0, lag_ms, body])?;
            places.push(write_places(connection, &mut self.feeds, &event.feeds, shared, &entry)?);
        }
        Ok(Appended { first: Position(first), places, version: Version(stream.head) })
    }

    fn write_result(&self, append: &Append, origin: Origin) -> Result<(), StoreError> {
        let (version, events, other) = match &append.outcome {
            Outcome::Accepted { version, events } => (Some(signed(version.0)), Some(i64::from(*events)), None),
            other @ (Outcome::Refused(_) | Outcome::Forbidden {}) => {
                (None, None, Some(serde_json::to_string(other).expect("an outcome has string keys only, so it always serialises")))
            }
        };
        let mut insert = self
            .connection
            .prepare_cached("INSERT INTO results (origin, number, hash, version, events, other) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        insert.execute(params![origin.id, signed(append.number), append.command_hash, version, events, other])?;
        Ok(())
    }
}

impl EventStore for SqliteStore {
    type Reader = SqliteReader;

    fn reader(&self) -> SqliteReader {
        self.reader.clone()
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(())
    }

    fn append(&mut self, append: &Append) -> Result<Appended, AppendError> {
        self.in_transaction()?;
        self.check(append)?;
        Ok(self.write(append)?)
    }

    fn put(&mut self, record: &Record) -> Result<(), StoreError> {
        self.in_transaction()?;
        self.erased.note(record);
        write_record(&self.connection, record)
    }

    fn refile(&mut self, kinds: &[&str], events: &[(Filed, Vec<Feed>)]) -> Result<(), StoreError> {
        self.in_transaction()?;
        for kind in kinds {
            let sql = "DELETE FROM feed_events WHERE feed IN (SELECT id FROM feeds WHERE name >= ?1 || '/' AND name < ?1 || '0')";
            self.connection.prepare_cached(sql)?.execute([kind])?;
        }
        self.feeds.clear();
        for (filed, feeds) in events {
            write_places(&self.connection, &mut self.feeds, feeds, filed.shared(), &filed.entry())?;
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.in_transaction()?;
        // List erasures before the commit: one that a crash leaves listed but not committed is erased when the operator restores a backup.
        if let Err(fault) = self.erased.list() {
            self.rollback();
            return Err(fault);
        }
        let committed = self.connection.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]));
        if let Err(error) = committed {
            self.rollback();
            return Err(error.into());
        }
        self.streams.trim();
        self.feeds.trim();
        self.origins.trim();
        self.erased.wipe(&self.connection);
        Ok(())
    }

    fn rollback(&mut self) {
        self.forget();
        if !self.connection.is_autocommit() {
            // If even this fails, the transaction stays open and the next `begin` says so.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }

    fn version(&self, stream: &StreamId) -> Result<Version, StoreError> {
        let head = match self.streams.peek(stream) {
            Some(interned) => interned.head,
            None => find_stream(&self.connection, stream)?.map_or(0, |interned| interned.head),
        };
        Ok(Version(head))
    }

    fn position(&self, stream: &StreamId, version: Version) -> Result<Option<Position>, StoreError> {
        let sql = "SELECT position FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?1) AND version = ?2";
        let mut find = self.connection.prepare_cached(sql)?;
        let found = find.query_row((stream.to_string(), signed(version.0)), |row| row.get::<_, i64>(0)).optional()?;
        Ok(found.map(|position| Position(position.cast_unsigned())))
    }
}

/// Gives an event its next place in each of its feeds.
fn write_places(
    connection: &Connection,
    heads: &mut Recent<Feed, FeedHead>,
    feeds: &[Feed],
    shared: Shared,
    entry: &Entry<'_>,
) -> Result<Vec<Place>, StoreError> {
    let mut insert = connection.prepare_cached("INSERT INTO feed_events (feed, number, position, digest) VALUES (?1, ?2, ?3, ?4)")?;
    let mut places = Vec::with_capacity(feeds.len());
    for name in feeds {
        let feed = match heads.get(name) {
            Some(feed) => feed,
            None => {
                let found = match find_feed(connection, name)? {
                    Some(feed) => feed,
                    None => FeedHead { id: intern(connection, "INSERT INTO feeds (name) VALUES (?1)", name)?, head: Place::default() },
                };
                heads.insert(*name, found);
                heads.get(name).expect("the feed was put there just now")
            }
        };
        feed.head = feed.head.next(shared, entry);
        insert.execute((feed.id, signed(feed.head.number), signed(entry.position.0), feed.head.digest.0.cast_signed()))?;
        places.push(feed.head);
    }
    Ok(places)
}

fn write_record(connection: &Connection, record: &Record) -> Result<(), StoreError> {
    let run = |sql: &str, params: &[&dyn rusqlite::ToSql]| connection.prepare_cached(sql)?.execute(params);
    match record {
        // The same owner may claim twice. A rival is turned down before anything is written, or else by the table's primary key.
        Record::Claim { kind, value, owner } => {
            if reader::claim(connection, kind, value)?.as_ref() != Some(owner) {
                run("INSERT INTO claims (kind, value, owner) VALUES (?1, ?2, ?3)", &[kind, value, owner])?;
            }
        }
        Record::Person(account, name) => {
            run("INSERT OR REPLACE INTO people (account, name) VALUES (?1, ?2)", &[account.0.as_bytes(), name])?;
        }
        Record::Credential(account, hash) => {
            run("INSERT OR REPLACE INTO credentials (account, hash) VALUES (?1, ?2)", &[account.0.as_bytes(), hash])?;
        }
        Record::CredentialErased(account) => {
            run("DELETE FROM credentials WHERE account = ?1", &[account.0.as_bytes()])?;
        }
        Record::Document(document) => {
            run("INSERT OR IGNORE INTO documents (hash, bytes) VALUES (?1, ?2)", &[&document.hash.0, &document.bytes])?;
        }
        Record::DocumentErased(hash) => {
            run("DELETE FROM documents WHERE hash = ?1", &[&hash.0])?;
        }
        Record::Session(KeptSession { token_hash, account, expires, begun, used, idle_ms, device }) => {
            let sql = "INSERT OR REPLACE INTO sessions (token_hash, account, expires, begun, used, idle_ms, device) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            run(sql, &[token_hash, account.0.as_bytes(), &expires.0, &begun.0, &used.0, idle_ms, device])?;
        }
        Record::SessionUsed(token_hash, at) => {
            run("UPDATE sessions SET used = max(used, ?2) WHERE token_hash = ?1", &[token_hash, &at.0])?;
        }
        Record::SessionEnded(token_hash) => {
            run("DELETE FROM sessions WHERE token_hash = ?1", &[token_hash])?;
        }
        Record::SessionsOfEnded(account) => {
            run("DELETE FROM sessions WHERE account = ?1", &[account.0.as_bytes()])?;
        }
        Record::SessionsOfEndedBut(account, but) => {
            run("DELETE FROM sessions WHERE account = ?1 AND token_hash <> ?2", &[account.0.as_bytes(), but])?;
        }
        Record::SessionsExpired(now) => {
            run("DELETE FROM sessions WHERE expires <= ?1 OR (idle_ms > 0 AND used + idle_ms <= ?1)", &[&now.0])?;
        }
        Record::Trail(Trailed { at, what, who, whom, device, times }) => {
            let bytes = |account: &Option<AccountId>| account.map(|account| account.0.into_bytes());
            let sql = "INSERT INTO trail (at, what, who, whom, device, times) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            run(sql, &[&at.0, what, &bytes(who), &bytes(whom), device, times])?;
        }
        Record::TrailCut(before, newest) => {
            let sql = "DELETE FROM trail WHERE at < ?1 OR number <= (SELECT max(number) FROM trail) - ?2";
            run(sql, &[&before.0, &signed(*newest)])?;
        }
        Record::Setting(name, value) => {
            run("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)", &[name, value])?;
        }
        Record::Entry { kind, name, value: Some(value) } => {
            run("INSERT OR REPLACE INTO settings (name, value) VALUES (?1 || '/' || ?2, ?3)", &[kind, name, value])?;
        }
        Record::Entry { kind, name, value: None } => {
            run("DELETE FROM settings WHERE name = ?1 || '/' || ?2", &[kind, name])?;
        }
    }
    Ok(())
}

fn intern(connection: &Connection, sql: &str, name: &impl ToString) -> Result<i64, StoreError> {
    Ok(connection.prepare_cached(sql)?.insert([name.to_string()])?)
}

fn origin(connection: &Connection, origins: &mut Recent<DeviceId, Origin>, device: DeviceId) -> Result<Option<Origin>, StoreError> {
    if let Some(origin) = origins.get(&device) {
        return Ok(Some(*origin));
    }
    let mut find = connection.prepare_cached("SELECT id, account FROM origins WHERE device = ?1")?;
    let mut rows = find.query([device.0.as_bytes()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let origin = Origin { id: row.get(0)?, account: AccountId(reader::id(row, 1)?) };
    origins.insert(device, origin);
    Ok(Some(origin))
}

fn stream(connection: &Connection, streams: &mut Recent<StreamId, Interned>, stream: &StreamId) -> Result<Option<Interned>, StoreError> {
    if let Some(interned) = streams.get(stream) {
        return Ok(Some(*interned));
    }
    let found = find_stream(connection, stream)?;
    if let Some(interned) = found {
        streams.insert(*stream, interned);
    }
    Ok(found)
}

fn find_stream(connection: &Connection, stream: &StreamId) -> Result<Option<Interned>, StoreError> {
    let sql = "SELECT id, (SELECT max(version) FROM events WHERE stream = s.id) FROM streams s WHERE name = ?1";
    let mut find = connection.prepare_cached(sql)?;
    let found = find.query_row([stream.to_string()], |row| {
        Ok(Interned { id: row.get(0)?, head: row.get::<_, Option<i64>>(1)?.unwrap_or(0).cast_unsigned() })
    });
    Ok(found.optional()?)
}

fn find_feed(connection: &Connection, feed: &Feed) -> Result<Option<FeedHead>, StoreError> {
    let mut find = connection.prepare_cached("SELECT id FROM feeds WHERE name = ?1")?;
    let Some(id) = find.query_row([feed.to_string()], |row| row.get(0)).optional()? else { return Ok(None) };
    let mut last = connection.prepare_cached("SELECT number, digest FROM feed_events WHERE feed = ?1 ORDER BY number DESC LIMIT 1")?;
    let head = last.query_row([id], |row| reader::place(row, 0)).optional()?;
    Ok(Some(FeedHead { id, head: head.unwrap_or_default() }))
}
