//! The school that every history begins with: founded once through the engine, and copied for each history.

use crate::{
    school::{UNITS, course_id, section},
    store::{Fuse, Kept, Store},
};
use domain::{
    account::Role,
    content::{Chapter, Paper},
    ids::{AccountId, ClassId, LogId},
    time::Timestamp,
};
use server::{
    engine::{Answer, EditionDocuments, Engine, Operation, Work},
    store::{EventStore as _, memory::MemoryStore, sqlite::SqliteStore},
};
use std::{fs, sync::LazyLock};

/// Everybody who can sign in, with the class that they begin in.
pub const PEOPLE: [(&str, Role, Option<&str>); 5] = [
    ("ann", Role::Student, Some("2B")),
    ("bob", Role::Student, Some("2B")),
    ("cem", Role::Student, Some("2C")),
    ("tess", Role::Teacher, Some("2B")),
    ("ida", Role::Administrator, None),
];

/// The classes.
pub const CLASSES: [&str; 2] = ["2B", "2C"];

/// When the school was founded, by the server's clock.
pub const FOUNDED: Timestamp = Timestamp(1_790_000_000_000);

/// The log of every history.
pub fn log() -> LogId {
    LogId::derived(&["simulated"])
}

/// A person's account.
pub fn account(login: &str) -> AccountId {
    AccountId::derived(&["somebody", login])
}

/// A class.
pub fn class(title: &str) -> ClassId {
    ClassId::derived(&[&log().to_string(), "class", title])
}

/// A person's name: such as nothing else would ever contain.
pub fn name_of(login: &str) -> String {
    format!("Quixnam {login} Zwolf")
}

/// What a person types to sign in: the same.
pub fn login_of(login: &str) -> String {
    format!("quixlog.{login}")
}

/// The course's n-th edition.
pub fn edition(number: u32) -> EditionDocuments {
    let (sections, keys) = UNITS.map(|(name, count, rule)| section(name, count, rule)).into_iter().unzip();
    let title = format!("Arithmetic, edition {number}");
    let chapters = vec![Chapter::of_sections("All".into(), sections)];
    EditionDocuments { paper: Paper { course: course_id(), title, decimal_comma: false, chapters }, keys }
}

/// The operation that publishes it.
pub fn publish(number: u32, class: Option<&str>) -> Operation {
    Operation::PublishCourse { edition: Box::new(edition(number)), class: class.map(Into::into) }
}

fn found(kept: Kept) {
    let mut engine = Engine::open(Store::of(kept, Fuse::default(), None)).expect("the store can be read");
    let add = |(login, role, class): (&str, Role, Option<&str>)| Operation::AddAccount {
        account: account(login),
        login: login_of(login),
        name: name_of(login),
        role,
        password_hash: "$argon2id$".into(),
        class: class.map(Into::into),
    };
    let operations = PEOPLE.map(add).into_iter().chain([publish(1, Some("2B"))]);
    let batch = engine.run(operations.map(Work::Operation).collect(), FOUNDED).expect("the store works");
    assert!(batch.answers.iter().all(|answer| matches!(answer, Answer::Operated(Ok(_)))), "the school is sound: {:?}", batch.answers);
}

/// A store in memory with the school.
pub fn in_memory() -> MemoryStore {
    let store = MemoryStore::of(log());
    found(Kept::Memory(MemoryStore::reopen(&store.reader())));
    store
}

/// The bytes of a database file with the school.
pub static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = crate::site::folder();
    let path = folder.path().join("log.db");
    drop(SqliteStore::open(&path).expect("a new file"));
    let connection = rusqlite::Connection::open(&path).expect("the file is there");
    // The one thing that is drawn at random: the same history must be the same again.
    connection.execute("UPDATE settings SET value = ?1 WHERE name = 'log'", [log().to_string()]).expect("it has a name");
    drop(connection);
    found(Kept::Sqlite(SqliteStore::open(&path).expect("the file opens")));
    let connection = rusqlite::Connection::open(&path).expect("the file is there");
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("nobody else has it open");
    drop(connection);
    fs::read(&path).expect("the file is there")
});
