//! What only a store in a file can get wrong.

use crate::{
    contract::assert_digests,
    places::{Place, Sqlite, append, feed},
};
use domain::{ids::AccountId, time::Timestamp};
use rusqlite::Connection;
use server::store::{EventStore, KeptSession, StoreError, StoreReader, sqlite::SqliteStore};

#[test]
fn a_newer_format_is_refused_and_left_alone() {
    let place = Sqlite::default();
    drop(place.open());
    let file = Connection::open(place.path()).unwrap();
    file.execute("UPDATE settings SET value = '99' WHERE name = 'format'", []).unwrap();
    assert!(matches!(SqliteStore::open(&place.path()), Err(StoreError::TooNew { found: 99, known: 5 })));
    let kept: String = file.query_row("SELECT value FROM settings WHERE name = 'format'", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, "99");
}

#[test]
fn another_programs_file_is_refused() {
    let place = Sqlite::default();
    std::fs::write(place.path(), "no database at all, but long enough to be looked at as one".repeat(20)).unwrap();
    assert!(matches!(SqliteStore::open(&place.path()), Err(StoreError::Failed(_))));
    std::fs::remove_file(place.path()).unwrap();
    Connection::open(place.path()).unwrap().execute_batch("CREATE TABLE recipes (name TEXT)").unwrap();
    assert!(matches!(SqliteStore::open(&place.path()), Err(StoreError::Damaged(_))));
}

#[test]
fn two_stores_keep_two_logs() {
    assert_ne!(Sqlite::default().open().reader().log(), Sqlite::default().open().reader().log());
}

#[test]
fn the_log_is_written_ahead() {
    let place = Sqlite::default();
    let store = place.open();
    let mode: String = Connection::open(place.path()).unwrap().pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    drop(store);
}

/// A process that is killed leaves the file and its write-ahead log as they are at that moment.
#[test]
fn a_kill_between_two_commits_loses_neither() {
    let place = Sqlite::default();
    let mut store = place.open();
    for number in 1..=3 {
        store.begin().unwrap();
        store.append(&append("ann", number, number - 1, &["1"])).unwrap();
        if number < 3 {
            store.commit().unwrap();
        }
    }
    let copy = Sqlite::default();
    for name in ["log.db", "log.db-wal"] {
        std::fs::copy(place.0.path().join(name), copy.0.path().join(name)).unwrap();
    }
    assert_eq!(copy.open().reader().last_position().unwrap().0, 2);
}

#[test]
fn the_file_itself_forbids_holes_and_doubles() {
    let place = Sqlite::default();
    let mut store = place.open();
    store.begin().unwrap();
    store.append(&append("ann", 1, 0, &["1"])).unwrap();
    store.commit().unwrap();
    let file = Connection::open(place.path()).unwrap();
    for wrong in [
        "INSERT INTO events SELECT position + 1, stream, version + 2, origin, command, place, cause, recorded, lag_ms, body FROM events",
        "INSERT INTO feed_events SELECT feed, number + 2, position, digest FROM feed_events",
        "INSERT INTO events SELECT position + 1, stream, version, origin, command, place, cause, recorded, lag_ms, body FROM events",
        "INSERT INTO feed_events SELECT feed, number, position + 1, digest FROM feed_events",
        "INSERT INTO results SELECT origin, number, hash, version, events, other FROM results",
        "INSERT INTO origins SELECT id + 1, account, device FROM origins",
    ] {
        assert!(file.execute(wrong, []).is_err(), "{wrong}");
    }
}

/// What a file had of a feed's places in format 1.
const FORMAT_1: &str = "
CREATE TABLE feed_events (
  feed INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  position INTEGER NOT NULL,
  PRIMARY KEY (feed, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER no_gap_in_a_feed BEFORE INSERT ON feed_events
WHEN NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM feed_events WHERE feed = NEW.feed AND number = NEW.number - 1)
BEGIN SELECT RAISE(ABORT, 'a gap in a feed'); END;
";

#[test]
fn a_file_of_format_1_gets_its_digests_when_it_is_opened() {
    let place = Sqlite::default();
    let mut store = place.open();
    store.begin().unwrap();
    for number in 1..=50 {
        store.append(&append("ann", number * 2 - 1, (number - 1) * 3, &["1", "2", r#"{"three":3}"#])).unwrap();
        store.append(&append("bob", number * 2, number - 1, &["4"])).unwrap();
    }
    store.commit().unwrap();
    let digests = ["ann", "all", "none"].map(|name| assert_digests(&store.reader(), &feed(name)));
    let schema = |file: &Connection| -> Vec<String> {
        let mut sql = file.prepare("SELECT replace(sql, '\"', '') FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
        sql.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    drop(store);
    let file = Connection::open(place.path()).unwrap();
    let wanted = schema(&file);
    file.execute_batch("CREATE TABLE kept AS SELECT feed, number, position FROM feed_events; DROP TABLE feed_events;").unwrap();
    file.execute_batch(FORMAT_1).unwrap();
    file.execute_batch("INSERT INTO feed_events SELECT * FROM kept ORDER BY feed, number; DROP TABLE kept;").unwrap();
    file.execute("INSERT INTO sessions (token_hash, account, expires) VALUES (zeroblob(32), zeroblob(16), 100)", []).unwrap();
    file.execute_batch("DROP TABLE trail").unwrap();
    for column in ["begun", "used", "idle_ms", "device"] {
        file.execute_batch(&format!("ALTER TABLE sessions DROP COLUMN {column}")).unwrap();
    }
    file.execute("UPDATE settings SET value = '1' WHERE name = 'format'", []).unwrap();
    drop(file);

    let mut store = place.open();
    assert_eq!(["ann", "all", "none"].map(|name| assert_digests(&store.reader(), &feed(name))), digests);
    store.begin().unwrap();
    store.append(&append("ann", 101, 150, &["5"])).unwrap();
    let session = KeptSession::until(Timestamp(100), AccountId(Default::default()), [0; 32]);
    assert_eq!(store.reader().kept_session(&[0; 32]).unwrap(), Some(session), "whoever was signed in still is");
    store.commit().unwrap();
    assert_digests(&store.reader(), &feed("ann"));
    drop(store);
    let file = Connection::open(place.path()).unwrap();
    assert_eq!(schema(&file), wanted, "as if it had been made so");
    assert_eq!(file.query_row("SELECT value FROM settings WHERE name = 'format'", [], |row| row.get::<_, String>(0)).unwrap(), "5");
    assert_eq!(file.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).unwrap(), "ok");
}
