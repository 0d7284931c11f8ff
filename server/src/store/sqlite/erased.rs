//! What was erased from the store is gone from its file too, and listed beside it, so that no backup brings it back.

use crate::store::{Record, StoreError};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rusqlite::Connection;
use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

/// The word before the hash of a document, and the one before the account whose password hash was erased.
const DOCUMENT: &str = "document";
const CREDENTIAL: &str = "credential";

/// What the open transaction erases, and what of earlier ones still stands in the write-ahead log.
pub(super) struct Erased {
    list: PathBuf,
    lines: Vec<String>,
    in_log: bool,
}

impl Erased {
    /// The list beside this store.
    pub(super) fn beside(store: &Path) -> Self {
        Self { list: list_beside(store), lines: Vec::new(), in_log: false }
    }

    /// Notes a record of the open transaction, if it erases something.
    pub(super) fn note(&mut self, record: &Record) {
        match record {
            Record::DocumentErased(hash) => self.lines.push(format!("{DOCUMENT} {hash}")),
            Record::CredentialErased(account) => self.lines.push(format!("{CREDENTIAL} {account}")),
            Record::Claim { .. }
            | Record::Person(..)
            | Record::Credential(..)
            | Record::Document(_)
            | Record::Session(..)
            | Record::SessionEnded(_)
            | Record::SessionUsed(..)
            | Record::Trail(_)
            | Record::TrailCut(..)
            | Record::SessionsOfEnded(_)
            | Record::SessionsOfEndedBut(..)
            | Record::SessionsExpired(_)
            | Record::Setting(..)
            | Record::Entry { .. } => {}
        }
    }

    /// The transaction was rolled back.
    pub(super) fn forget(&mut self) {
        self.lines.clear();
    }

    /// Adds what the transaction erases to the list, and syncs it to disk.
    pub(super) fn list(&mut self) -> Result<(), StoreError> {
        if self.lines.is_empty() {
            return Ok(());
        }
        append(&self.list, &self.lines).map_err(|fault| StoreError::Failed(format!("{}: {fault}", self.list.display())))?;
        self.lines.clear();
        self.in_log = true;
        Ok(())
    }

    /// After the commit: SQLite zeroes freed pages, but their earlier contents stay in the write-ahead log until it is truncated. That fails while
    /// somebody reads; the next commit tries again.
    pub(super) fn wipe(&mut self, connection: &Connection) {
        if self.in_log {
            let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
            self.in_log = busy != Ok(0);
        }
    }
}

fn list_beside(store: &Path) -> PathBuf {
    store.with_extension("erased")
}

fn append(list: &Path, lines: &[String]) -> io::Result<()> {
    let is_new = !list.exists();
    let mut file = OpenOptions::new().create(true).append(true).open(list)?;
    file.write_all((lines.join("\n") + "\n").as_bytes())?;
    file.sync_data()?;
    if is_new && let Some(folder) = list.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Erases from another file, such as a copy of a backup, what was erased from this store. Returns how many documents and credentials were still
/// there.
///
/// # Errors
/// When the list or the file cannot be read or written. An incomplete line, as a crash may leave at the end, is skipped.
pub(crate) fn apply(store: &Path, copy: &Connection) -> Result<usize, StoreError> {
    let mut text = String::new();
    match File::open(list_beside(store)) {
        Ok(mut file) => _ = file.read_to_string(&mut text).map_err(|fault| StoreError::Failed(fault.to_string()))?,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(fault) => return Err(StoreError::Failed(fault.to_string())),
    }
    let mut gone = 0;
    for (what, name) in text.lines().filter_map(|line| line.split_once(' ')) {
        let Ok(name) = URL_SAFE_NO_PAD.decode(name) else { continue };
        gone += match what {
            DOCUMENT => copy.execute("DELETE FROM documents WHERE hash = ?1", [&name])?,
            CREDENTIAL => copy.execute("DELETE FROM credentials WHERE account = ?1", [&name])?,
            _ => 0,
        };
    }
    Ok(gone)
}
