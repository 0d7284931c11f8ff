//! What only a store in a file can get wrong.

use crate::places::{Place, Sqlite, append};
use rusqlite::Connection;
use server::store::{EventStore, StoreError, StoreReader, sqlite::SqliteStore};

#[test]
fn a_newer_format_is_refused_and_left_alone() {
    let place = Sqlite::default();
    drop(place.open());
    let file = Connection::open(place.path()).unwrap();
    file.execute("UPDATE settings SET value = '99' WHERE name = 'format'", []).unwrap();
    assert!(matches!(SqliteStore::open(&place.path()), Err(StoreError::TooNew { found: 99, known: 1 })));
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
        "INSERT INTO feed_events SELECT feed, number + 2, position FROM feed_events",
        "INSERT INTO events SELECT position + 1, stream, version, origin, command, place, cause, recorded, lag_ms, body FROM events",
        "INSERT INTO feed_events SELECT feed, number, position + 1 FROM feed_events",
        "INSERT INTO results SELECT origin, number, hash, version, events, other FROM results",
        "INSERT INTO origins SELECT id + 1, account, device FROM origins",
    ] {
        assert!(file.execute(wrong, []).is_err(), "{wrong}");
    }
}
