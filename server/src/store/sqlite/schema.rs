//! The tables, and what is done when a database is opened: made if new, refused if a newer program wrote it.

use super::reader::signed;
use crate::store::{Place, StoreError};
use domain::ids::LogId;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

/// The newest format that this program knows.
/// With 5, events of courses are filed into other feeds ([`crate::engine`] files older ones again); an earlier program would file by its older rule.
pub(super) const FORMAT: u32 = 5;

/// A command touches a page in each of six trees, and every page that it touches is written and synced: small pages make
/// commits of few commands quicker, and cost 2 % more room.
const PAGE_BYTES: u32 = 2_048;

/// The write-ahead log goes into the file after this many pages, 16 MB. Pages that are written again and again go over
/// once; more of them would only make the commit that waits for it slower.
const CHECKPOINT_PAGES: u32 = 8_000;

/// What repeats in every event (its stream, its feeds, its account and device) is an integer there and stands in full
/// once. Primary keys and `UNIQUE` forbid what must never be twice: a version, a number in a feed, a result, a claim.
const TABLES: &str = "
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE feeds (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE origins (id INTEGER PRIMARY KEY, account BLOB NOT NULL, device BLOB NOT NULL UNIQUE) STRICT;

-- lag_ms: from the time that the device claims to the time of recording.
CREATE TABLE events (
  position INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  origin INTEGER NOT NULL,
  command INTEGER NOT NULL,
  place INTEGER NOT NULL,
  cause BLOB,
  recorded INTEGER NOT NULL,
  lag_ms INTEGER NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (stream, version)
) STRICT;

-- A hole would be taken for a loss by every reader, so the file forbids it too.
CREATE TRIGGER no_gap_in_a_stream BEFORE INSERT ON events
WHEN NEW.version > 1 AND NOT EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND version = NEW.version - 1)
BEGIN SELECT RAISE(ABORT, 'a gap in a stream'); END;

-- An accepted command has its stream's version and its number of events; any other has its outcome as JSON.
CREATE TABLE results (
  origin INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  hash BLOB NOT NULL,
  version INTEGER,
  events INTEGER,
  other TEXT,
  PRIMARY KEY (origin, number),
  CHECK ((other IS NULL) = (version IS NOT NULL)),
  CHECK ((version IS NULL) = (events IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE claims (kind TEXT NOT NULL, value TEXT NOT NULL, owner TEXT NOT NULL, PRIMARY KEY (kind, value)) STRICT, WITHOUT ROWID;
CREATE TABLE people (account BLOB PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE credentials (account BLOB PRIMARY KEY, hash TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (token_hash BLOB PRIMARY KEY, account BLOB NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE documents (hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;
";

/// The places of events in feeds; with each the feed's digest after it.
const FEED_EVENTS: &str = "
CREATE TABLE feed_events (
  feed INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  position INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  PRIMARY KEY (feed, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER no_gap_in_a_feed BEFORE INSERT ON feed_events
WHEN NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM feed_events WHERE feed = NEW.feed AND number = NEW.number - 1)
BEGIN SELECT RAISE(ABORT, 'a gap in a feed'); END;
";

/// When a session began and was used last, and after how many milliseconds without use it is over (0 for never); from which device, in words.
const SESSIONS: &str = "
ALTER TABLE sessions ADD COLUMN begun INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN idle_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
";

/// The trail. `AUTOINCREMENT`: numbers are never given twice, also when the newest rows were cut off.
const TRAIL: &str = "
CREATE TABLE trail (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  what TEXT NOT NULL,
  who BLOB,
  whom BLOB,
  device TEXT NOT NULL,
  times INTEGER NOT NULL
) STRICT;
";

/// Makes sure that the database is a store that this program knows; says which log it keeps.
pub(super) fn prepare(connection: &mut Connection) -> Result<LogId, StoreError> {
    // Checked before anything is changed, so that a newer program's file stays as it is.
    let known = known_log(connection)?;
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Deleted data is overwritten, not only freed.
    connection.pragma_update(None, "secure_delete", "ON")?;
    match known {
        Some((log, FORMAT)) => Ok(log),
        Some((log, earlier)) => migrate(connection, earlier).map(|()| log),
        None => {
            let log = new_log()?;
            create(connection, log).map(|()| log)
        }
    }
}

/// The log that is kept here, and in which format; none in an empty file.
pub(crate) fn known_log(connection: &Connection) -> Result<Option<(LogId, u32)>, StoreError> {
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables == 0 {
        return Ok(None);
    }
    let foreign = || StoreError::Damaged("this file is a database, but not a store of Leftfold".into());
    let setting = |name: &str| -> Result<String, StoreError> {
        let found = connection.query_row("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0)).optional();
        found.map_err(|_| foreign())?.ok_or_else(foreign)
    };
    let found = setting("format")?.parse().map_err(|_| foreign())?;
    if found > FORMAT {
        return Err(StoreError::TooNew { found, known: FORMAT });
    }
    let log = setting("log")?.parse().map_err(|_| foreign())?;
    Ok(Some((log, found)))
}

/// Makes the tables of an empty file.
pub(super) fn create(connection: &mut Connection, log: LogId) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(TABLES)?;
    transaction.execute_batch(FEED_EVENTS)?;
    transaction.execute_batch(SESSIONS)?;
    transaction.execute_batch(TRAIL)?;
    transaction.execute("INSERT INTO settings (name, value) VALUES ('format', ?1), ('log', ?2)", (FORMAT.to_string(), log.to_string()))?;
    transaction.commit()?;
    Ok(())
}

/// Brings an earlier format to this one: all of it or nothing.
fn migrate(connection: &mut Connection, earlier: u32) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if earlier < 2 {
        give_digests(&transaction)?;
    }
    if earlier < 3 {
        transaction.execute_batch(SESSIONS)?;
    }
    if earlier < 4 {
        transaction.execute_batch(TRAIL)?;
    }
    transaction.execute("UPDATE settings SET value = ?1 WHERE name = 'format'", [FORMAT.to_string()])?;
    transaction.commit()?;
    Ok(())
}

/// Gives the feeds of format 1 their digests.
fn give_digests(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction.execute_batch("DROP TRIGGER no_gap_in_a_feed; ALTER TABLE feed_events RENAME TO feed_events_1")?;
    transaction.execute_batch(FEED_EVENTS)?;
    {
        let mut places = transaction.prepare(super::reader::FEED_EVENTS_1)?;
        let mut insert = transaction.prepare("INSERT INTO feed_events (feed, number, position, digest) VALUES (?1, ?2, ?3, ?4)")?;
        let mut rows = places.query([])?;
        let (mut feed, mut head) = (0, Place::default());
        while let Some(row) = rows.next()? {
            let filed = super::reader::filed(row)?;
            let next: i64 = row.get("feed")?;
            head = if next == feed { head } else { Place::default() }.next(filed.shared(), &filed.entry());
            feed = next;
            insert.execute((feed, signed(head.number), signed(filed.position.0), head.digest.0.cast_signed()))?;
        }
    }
    transaction.execute_batch("DROP TABLE feed_events_1")?;
    Ok(())
}

/// The name of a new log: the one place where chance comes in.
fn new_log() -> Result<LogId, StoreError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Failed(error.to_string()))?;
    Ok(LogId(uuid::Builder::from_random_bytes(bytes).into_uuid()))
}
