//! `leftfold check`: reads a store as it lies on the disk, beside a running server too, and says in sentences what is wrong with it and where.

mod caused;
mod log;
mod names;
mod records;

use crate::store::{StoreError, sqlite::known_log};
use names::Names;
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::{collections::BTreeMap, fmt, path::Path, time::Duration};

/// Of each kind of fault so many are told one by one; nobody reads more.
const TOLD_MAX: u64 = 10;
/// How long to wait for a lock that only a checkpoint or a recovery takes.
const BUSY: Duration = Duration::from_secs(5);

/// What a check has looked at, and what it has found.
#[derive(Debug, Default)]
pub struct Report {
    /// What there is.
    pub counted: Counted,
    told: Vec<String>,
    noted: Vec<String>,
    found: BTreeMap<&'static str, u64>,
}

/// What there is in a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Events in the log.
    pub events: u64,
    /// Of them, those of a later build, which this one cannot read.
    pub unknown: u64,
    /// Streams.
    pub streams: u64,
    /// Feeds.
    pub feeds: u64,
    /// Devices.
    pub devices: u64,
    /// Results of commands.
    pub results: u64,
    /// Papers and keys.
    pub documents: u64,
}

impl Report {
    /// Nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.told.is_empty()
    }

    /// What is wrong, a sentence each.
    pub fn faults(&self) -> &[String] {
        &self.told
    }

    /// What is sound and still worth knowing, a sentence each.
    pub fn notes(&self) -> &[String] {
        &self.noted
    }

    fn note(&mut self, sentence: impl Into<String>) {
        self.noted.push(sentence.into());
    }

    fn fault(&mut self, kind: &'static str, sentence: impl Into<String>) {
        let found = self.found.entry(kind).or_default();
        *found += 1;
        if *found <= TOLD_MAX {
            self.told.push(sentence.into());
        }
    }

    /// Looks at a part of the store; if it cannot be read to its end, that is a fault too, and the next part is looked at.
    fn part(&mut self, what: &'static str, look: impl FnOnce(&mut Self) -> Result<(), StoreError>) {
        if let Err(fault) = look(self) {
            self.fault("unread", format!("{what} cannot be read to the end: {fault}."));
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counted { events, unknown, streams, feeds, devices, results, documents } = self.counted;
        for fault in &self.told {
            writeln!(f, "{fault}")?;
        }
        for (kind, found) in self.found.iter().filter(|(_, found)| **found > TOLD_MAX) {
            writeln!(f, "… and {} more of this kind: {kind}.", found - TOLD_MAX)?;
        }
        for note in &self.noted {
            writeln!(f, "{note}")?;
        }
        let faults: u64 = self.found.values().sum();
        let verdict = match faults {
            0 => "Sound".to_owned(),
            1 => "1 fault".to_owned(),
            many => format!("{many} faults"),
        };
        write!(
            f,
            "{verdict}: {events} events in {streams} streams and {feeds} feeds, {results} results of {devices} devices, {documents} documents."
        )?;
        if unknown > 0 {
            write!(f, " {unknown} events are of a later build; what they say was not looked at.")?;
        }
        Ok(())
    }
}

/// Checks the store in this file. `progress` is told now and then how many of how many events have been looked at. A server that writes to
/// the same file is not held up; its write-ahead log grows until the check is done.
///
/// # Errors
/// When the file cannot be opened, or is no store that this program knows.
pub fn check(file: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Report, StoreError> {
    let connection = look(file)?;
    let mut report = Report::default();
    report.part("The file", |report| integrity(&connection, report));
    let mut names = Names::default();
    report.part("The names", |report| {
        names = Names::read(&connection, report)?;
        Ok(())
    });
    report.part("The order", |report| names.check_order(&connection, report));
    let mut told = log::Told::default();
    report.part("The log", |report| {
        told = log::check(&connection, &names, report, progress)?;
        Ok(())
    });
    report.part("The results", |report| log::check_results(&connection, &names, &told, report));
    report.part("The reactor's place", |report| caused::check_reactor(&connection, &names, report));
    report.part("What belongs to accounts", |report| records::check_accounts(&connection, &told, report));
    report.part("The documents", |report| records::check_documents(&connection, &told, report));
    Ok(report)
}

/// Opens a store to look at it as it is at this moment: nothing is changed, not even by closing it.
///
/// # Errors
/// When it cannot be opened, or is no store that this program knows.
pub fn look(file: &Path) -> Result<Connection, StoreError> {
    // Not a read-only connection: such a one cannot mend the index of the write-ahead log after a crash.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.execute_batch("BEGIN")?;
    match known_log(&connection)? {
        Some(_) => Ok(connection),
        None => Err(StoreError::Damaged("this file is empty".into())),
    }
}

fn integrity(connection: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let mut check = connection.prepare("PRAGMA integrity_check(100)")?;
    let mut rows = check.query([])?;
    while let Some(row) = rows.next()? {
        let found: String = row.get(0)?;
        if found != "ok" {
            report.fault("the file", format!("The file itself is damaged, SQLite says: {}.", found.trim()));
        }
    }
    Ok(())
}
