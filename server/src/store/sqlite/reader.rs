//! The reading side of the SQLite store: connections of its own, lent out and taken back, that see what is committed.

use crate::store::{Filed, KeptSession, Place, StoreError, StoreReader, StoredResult, Trailed};
use domain::{
    digest::Digest,
    event::{Position, StreamId, Version},
    feeds::Feed,
    ids::{AccountId, ContentHash, DeviceId, EventId, LogId},
    protocol::Outcome,
    time::Timestamp,
};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Params, Row};
use serde_json::value::RawValue;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use uuid::Uuid;

/// How many idle connections are kept; more are opened while more threads read at once, and closed afterwards.
const IDLE_MAX: usize = 8;

/// How long to wait for a lock that only a checkpoint or a recovery takes.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// Reads what is committed, from any thread.
#[derive(Clone)]
pub struct SqliteReader(Arc<Pool>);

struct Pool {
    path: PathBuf,
    log: LogId,
    idle: Mutex<Vec<Connection>>,
}

/// The columns of [`Filed`] after its number and digest, of `events e` with its stream `s` and its origin `o`.
macro_rules! select_filed {
    ($place:literal, $from:literal) => {
        concat!(
            "SELECT ",
            $place,
            ", s.name, e.version, e.position, o.account, o.device, e.command, e.place, e.cause, e.recorded, e.lag_ms, \
             e.body FROM ",
            $from
        )
    };
}
pub(super) use select_filed;

impl SqliteReader {
    pub(super) fn new(path: &Path, log: LogId) -> Self {
        Self(Arc::new(Pool { path: path.to_owned(), log, idle: Mutex::new(Vec::new()) }))
    }

    /// Reads with a connection from the pool. A connection that met an error is not put back.
    fn with<T>(&self, read: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.open()?,
        };
        let value = read(&connection)?;
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX {
            idle.push(connection);
        }
        Ok(value)
    }

    fn open(&self) -> Result<Connection, StoreError> {
        // Not a read-only connection: that could not repair the index of the write-ahead log after a crash.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.0.path, flags)?;
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(32);
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.with(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params)?;
            rows.next()?.map(read).transpose()
        })
    }

    fn all<T>(&self, sql: &str, params: impl Params, read: impl Fn(&Row<'_>) -> Result<T, StoreError>) -> Result<Vec<T>, StoreError> {
        self.with(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params)?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(read(row)?);
            }
            Ok(found)
        })
    }

    fn many(&self, sql: &str, params: impl Params) -> Result<Vec<Filed>, StoreError> {
        self.all(sql, params, filed)
    }
}

impl StoreReader for SqliteReader {
    fn log(&self) -> LogId {
        self.0.log
    }

    fn read_stream(&self, stream: &StreamId, after: Version) -> Result<Vec<Filed>, StoreError> {
        const SQL: &str = select_filed!(
            "0, 0",
            "streams s JOIN events e ON e.stream = s.id JOIN origins o ON o.id = e.origin \
             WHERE s.name = ?1 AND e.version > ?2 ORDER BY e.version"
        );
        self.many(SQL, (stream.to_string(), signed(after.0)))
    }

    fn read_feed(&self, feed: &Feed, after: u64, limit: usize) -> Result<Vec<Filed>, StoreError> {
        const SQL: &str = select_filed!(
            "f.number, f.digest",
            "feed_events f JOIN events e ON e.position = f.position JOIN streams s ON s.id = e.stream JOIN origins o ON o.id = e.origin \
             WHERE f.feed = (SELECT id FROM feeds WHERE name = ?1) AND f.number > ?2 ORDER BY f.number LIMIT ?3"
        );
        self.many(SQL, (feed.to_string(), signed(after), signed(limit as u64)))
    }

    fn feed_head(&self, feed: &Feed) -> Result<Place, StoreError> {
        const SQL: &str = "SELECT number, digest FROM feed_events WHERE feed = (SELECT id FROM feeds WHERE name = ?1) \
             ORDER BY number DESC LIMIT 1";
        Ok(self.one(SQL, [feed.to_string()], |row| Ok(place(row, 0)?))?.unwrap_or_default())
    }

    fn digest_at(&self, feed: &Feed, number: u64) -> Result<Option<Digest>, StoreError> {
        const SQL: &str = "SELECT number, digest FROM feed_events WHERE feed = (SELECT id FROM feeds WHERE name = ?1) AND number = ?2";
        if number == 0 {
            return Ok(Some(Digest::default()));
        }
        self.one(SQL, (feed.to_string(), signed(number)), |row| Ok(place(row, 0)?.digest))
    }

    fn read_directory(&self) -> Result<Vec<Filed>, StoreError> {
        // Goes through the streams, which are few, and never scans the log, which is long.
        const SQL: &str = select_filed!(
            "0, 0",
            "events e JOIN streams s ON s.id = e.stream JOIN origins o ON o.id = e.origin WHERE e.stream IN ( \
             SELECT id FROM streams WHERE name >= 'account/' AND name < 'account0' \
             UNION ALL SELECT id FROM streams WHERE name >= 'class/' AND name < 'class0' \
             UNION ALL SELECT id FROM streams WHERE name >= 'course/' AND name < 'course0') ORDER BY e.position"
        );
        self.many(SQL, [])
    }

    fn read_log(&self, kind: &str, after: Position, limit: usize) -> Result<Vec<Filed>, StoreError> {
        // Through the streams again: the plus keeps SQLite from scanning the log.
        const SQL: &str = select_filed!(
            "0, 0",
            "events e JOIN streams s ON s.id = e.stream JOIN origins o ON o.id = e.origin WHERE e.stream IN ( \
             SELECT id FROM streams WHERE name >= ?1 || '/' AND name < ?1 || '0') AND +e.position > ?2 ORDER BY +e.position LIMIT ?3"
        );
        self.many(SQL, (kind, signed(after.0), signed(limit as u64)))
    }

    fn streams(&self, kind: &str, part: &str, after: u64, limit: usize) -> Result<Vec<(u64, StreamId)>, StoreError> {
        // In the order of the table, which is that of their creation; the plus keeps SQLite from finding them by name and sorting.
        const SQL: &str = "SELECT id, name FROM streams \
             WHERE id > ?1 AND +name >= ?2 || '/' AND +name < ?2 || '0' AND instr(name, ?3) > 0 ORDER BY id LIMIT ?4";
        self.all(SQL, (signed(after), kind, part, signed(limit as u64)), |row| {
            Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get_ref(1)?.as_str().map_err(damaged)?.parse().map_err(damaged)?))
        })
    }

    fn last_position(&self) -> Result<Position, StoreError> {
        self.with(|connection| Ok(Position(last_position(connection)?)))
    }

    fn result(&self, device: DeviceId, number: u64) -> Result<Option<StoredResult>, StoreError> {
        const SQL: &str = "SELECT hash, version, events, other FROM results \
             WHERE origin = (SELECT id FROM origins WHERE device = ?1) AND number = ?2";
        self.one(SQL, (device.0.as_bytes(), signed(number)), |row| {
            Ok(StoredResult { command_hash: row.get(0)?, outcome: outcome(row, 1)? })
        })
    }

    fn device(&self, device: DeviceId) -> Result<Option<(AccountId, u64)>, StoreError> {
        const SQL: &str = "SELECT account, (SELECT max(number) FROM results WHERE origin = o.id) FROM origins o WHERE device = ?1";
        self.one(SQL, [device.0.as_bytes()], |row| {
            let last: Option<i64> = row.get(1)?;
            Ok((AccountId(id(row, 0)?), last.unwrap_or(0).cast_unsigned()))
        })
    }

    fn claim(&self, kind: &str, value: &str) -> Result<Option<String>, StoreError> {
        self.with(|connection| claim(connection, kind, value))
    }

    fn claims_beyond_ascii(&self, kind: &str) -> Result<Vec<(String, String)>, StoreError> {
        const SQL: &str = "SELECT value, owner FROM claims WHERE kind = ?1 AND value GLOB '*[^ -~]*' ORDER BY value";
        self.all(SQL, [kind], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn claims_of(&self, kind: &str, owner: &str) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "SELECT value FROM claims WHERE kind = ?1 AND owner = ?2 ORDER BY value";
        self.all(SQL, (kind, owner), |row| Ok(row.get(0)?))
    }

    fn person(&self, account: AccountId) -> Result<Option<String>, StoreError> {
        self.one("SELECT name FROM people WHERE account = ?1", [account.0.as_bytes()], |row| Ok(row.get(0)?))
    }

    fn credential(&self, account: AccountId) -> Result<Option<String>, StoreError> {
        self.one("SELECT hash FROM credentials WHERE account = ?1", [account.0.as_bytes()], |row| Ok(row.get(0)?))
    }

    fn kept_session(&self, token_hash: &[u8; 32]) -> Result<Option<KeptSession>, StoreError> {
        const SQL: &str = "SELECT token_hash, account, expires, begun, used, idle_ms, device FROM sessions WHERE token_hash = ?1";
        self.one(SQL, [token_hash], kept_session)
    }

    fn sessions_of(&self, account: AccountId) -> Result<Vec<KeptSession>, StoreError> {
        const SQL: &str = "SELECT token_hash, account, expires, begun, used, idle_ms, device FROM sessions \
             WHERE account = ?1 ORDER BY begun DESC, token_hash";
        self.all(SQL, [account.0.as_bytes()], kept_session)
    }

    fn trail(&self, before: u64, limit: usize) -> Result<Vec<(u64, Trailed)>, StoreError> {
        const SQL: &str = "SELECT number, at, what, who, whom, device, times FROM trail WHERE number < ?1 ORDER BY number DESC LIMIT ?2";
        self.all(SQL, (signed(before), signed(limit as u64)), |row| {
            let account =
                |column: usize| row.get::<_, Option<[u8; 16]>>(column).map(|bytes| bytes.map(|bytes| AccountId(Uuid::from_bytes(bytes))));
            let (at, who, whom) = (Timestamp(row.get(1)?), account(3)?, account(4)?);
            let row_of = Trailed { at, what: row.get(2)?, who, whom, device: row.get(5)?, times: row.get(6)? };
            Ok((row.get::<_, i64>(0)?.cast_unsigned(), row_of))
        })
    }

    fn document(&self, hash: ContentHash) -> Result<Option<Vec<u8>>, StoreError> {
        self.one("SELECT bytes FROM documents WHERE hash = ?1", [hash.0], |row| Ok(row.get(0)?))
    }

    fn entries(&self, kind: &str, after: &str, limit: usize) -> Result<Vec<(String, String)>, StoreError> {
        const SQL: &str = "SELECT substr(name, length(?1) + 2), value FROM settings \
             WHERE name > ?1 || '/' || ?2 AND name < ?1 || '0' ORDER BY name LIMIT ?3";
        self.all(SQL, (kind, after, signed(limit as u64)), |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.one("SELECT value FROM settings WHERE name = ?1", [name], |row| Ok(row.get(0)?))
    }
}

/// A count as SQLite has it. No stored count comes near the limit; one in a request may.
pub(super) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(super) fn last_position(connection: &Connection) -> Result<u64, StoreError> {
    let last: Option<i64> = connection.prepare_cached("SELECT max(position) FROM events")?.query_row([], |row| row.get(0))?;
    Ok(last.unwrap_or(0).cast_unsigned())
}

pub(super) fn claim(connection: &Connection, kind: &str, value: &str) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT owner FROM claims WHERE kind = ?1 AND value = ?2")?;
    Ok(statement.query_row([kind, value], |row| row.get(0)).optional()?)
}

fn kept_session(row: &Row<'_>) -> Result<KeptSession, StoreError> {
    let time = |column: usize| row.get(column).map(Timestamp);
    Ok(KeptSession {
        token_hash: row.get(0)?,
        account: AccountId(id(row, 1)?),
        expires: time(2)?,
        begun: time(3)?,
        used: time(4)?,
        idle_ms: row.get(5)?,
        device: row.get(6)?,
    })
}

/// What became of a command, from three columns: version, events, other.
pub(super) fn outcome(row: &Row<'_>, column: usize) -> Result<Outcome, StoreError> {
    match row.get::<_, Option<String>>(column + 2)? {
        Some(json) => serde_json::from_str(&json).map_err(damaged),
        None => Ok(Outcome::Accepted {
            version: Version(row.get::<_, i64>(column)?.cast_unsigned()),
            events: u16::try_from(row.get::<_, i64>(column + 1)?).map_err(damaged)?,
        }),
    }
}

/// A place in a feed, from two columns.
pub(super) fn place(row: &Row<'_>, column: usize) -> rusqlite::Result<Place> {
    let (number, digest): (i64, i64) = (row.get(column)?, row.get(column + 1)?);
    Ok(Place { number: number.cast_unsigned(), digest: Digest(digest.cast_unsigned()) })
}

pub(super) fn filed(row: &Row<'_>) -> Result<Filed, StoreError> {
    let count = |column: usize| row.get::<_, i64>(column).map(i64::cast_unsigned);
    let (recorded, lag_ms): (i64, i64) = (row.get(10)?, row.get(11)?);
    Ok(Filed {
        place: place(row, 0)?,
        stream: row.get_ref(2)?.as_str().map_err(damaged)?.parse().map_err(damaged)?,
        version: Version(count(3)?),
        position: Position(count(4)?),
        actor: AccountId(id(row, 5)?),
        device: DeviceId(id(row, 6)?),
        command: count(7)?,
        index: u16::try_from(count(8)?).map_err(damaged)?,
        cause: row.get::<_, Option<[u8; 16]>>(9)?.map(|bytes| EventId(Uuid::from_bytes(bytes))),
        claimed: Timestamp(recorded.wrapping_sub(lag_ms)),
        recorded: Timestamp(recorded),
        body: RawValue::from_string(row.get(12)?).map_err(damaged)?,
    })
}

/// The places of format 1, feed by feed, with their events; the feed is the last column. (Its numbers have no digests yet.)
pub(super) const FEED_EVENTS_1: &str = concat!(
    "SELECT f.number, 0, s.name, e.version, e.position, o.account, o.device, e.command, e.place, e.cause, e.recorded, e.lag_ms, e.body, f.feed ",
    "FROM feed_events_1 f JOIN events e ON e.position = f.position JOIN streams s ON s.id = e.stream JOIN origins o ON o.id = e.origin ",
    "ORDER BY f.feed, f.number"
);

pub(super) fn id(row: &Row<'_>, column: usize) -> Result<Uuid, StoreError> {
    Ok(Uuid::from_bytes(row.get(column)?))
}

fn damaged(what: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged(what.to_string())
}
