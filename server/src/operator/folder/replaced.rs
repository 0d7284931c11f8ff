//! The step of a restore that cannot be done at once: a store takes the place of another. It is decided by one renaming, and whoever locks the folder
//! next does what is left of it; so whenever it is broken off, the store is the old one or the new one.

use super::store_in;
use rusqlite::{Connection, OpenFlags};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// A copy that is being made, in the data folder.
const IN_THE_MAKING: &str = "leftfold.sqlite.restoring";
/// A whole one that is to take the place of the store; the era that it begins comes after this.
const DECIDED: &str = "leftfold.sqlite.restored-";
/// A store that was replaced; the era that began then comes after this.
const REPLACED: &str = "leftfold.sqlite.before-restore-";

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The era that begins.
    pub era: u32,
    /// Where the store is that was there before, if there was one.
    pub kept: Option<PathBuf>,
}

/// Where a copy is made that is to take the place of the store.
pub fn in_the_making(folder: &Path) -> PathBuf {
    folder.join(IN_THE_MAKING)
}

/// Decides that the copy, which is whole and synced, takes the place of the store.
///
/// # Errors
/// When the disk fails: the store is the old one then.
pub fn decide(folder: &Path, era: u32) -> io::Result<()> {
    File::open(in_the_making(folder))?.sync_all()?;
    fs::rename(in_the_making(folder), folder.join(format!("{DECIDED}{era}")))?;
    File::open(folder)?.sync_all()
}

/// The era of a copy that was decided on and has not taken its place yet.
pub fn decided(folder: &Path) -> io::Result<Option<u32>> {
    Ok(numbers(folder, DECIDED)?.max())
}

/// The highest era that a replaced store's name speaks of: the present one, also if the present store cannot be read.
///
/// # Errors
/// When the folder cannot be read.
pub fn eras_kept(folder: &Path) -> io::Result<u32> {
    Ok(numbers(folder, REPLACED)?.max().unwrap_or(0))
}

fn numbers(folder: &Path, start: &str) -> io::Result<impl Iterator<Item = u32>> {
    let names = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name())).collect::<Result<Vec<_>, _>>()?;
    let number = move |name: &str| name.strip_prefix(start)?.split('-').next()?.parse().ok();
    Ok(names.into_iter().filter_map(|name| name.to_str().and_then(&number)).collect::<Vec<u32>>().into_iter())
}

/// Does what is left of what was decided. The folder is locked by whoever calls.
///
/// # Errors
/// When the disk fails; what is left then is done by the next one.
pub fn finish(folder: &Path) -> io::Result<Option<Replaced>> {
    let Some(era) = decided(folder)? else { return Ok(None) };
    let (store, kept) = (store_in(folder), folder.join(format!("{REPLACED}{era}")));
    let (log, kept_log) = (beside(&store, "-wal"), beside(&kept, "-wal"));
    // The write-ahead log must never meet another store. Closing the only connection takes it in; if the store is damaged, it goes along with it.
    if !kept_log.exists() {
        let opened = Connection::open_with_flags(&store, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        _ = opened.and_then(|store| store.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
        unless_missing(fs::rename(&log, &kept_log))?;
    }
    unless_missing(fs::remove_file(&log))?;
    unless_missing(fs::remove_file(beside(&store, "-shm")))?;
    if store.exists() && !kept.exists() {
        // So the store's name is never without a store; not every file system can.
        fs::hard_link(&store, &kept).or_else(|_| fs::rename(&store, &kept))?;
    }
    fs::rename(folder.join(format!("{DECIDED}{era}")), &store)?;
    File::open(folder)?.sync_all()?;
    Ok(Some(Replaced { era, kept: kept.exists().then_some(kept) }))
}

/// Takes away a copy that was not finished: the store is as it was. Whether there was one.
///
/// # Errors
/// When the disk fails.
pub(super) fn forget_unfinished(folder: &Path) -> io::Result<bool> {
    match fs::remove_file(in_the_making(folder)) {
        Ok(()) => Ok(true),
        Err(fault) => unless_missing(Err(fault)).map(|()| false),
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn unless_missing(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault),
        Ok(()) | Err(_) => Ok(()),
    }
}
