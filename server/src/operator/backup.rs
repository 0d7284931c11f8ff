//! `leftfold backup`: a copy of the store as it is at one moment, taken beside a running server without a pause for anybody.

use crate::{
    operator::{
        check::look,
        folder::{replaced::decided, store_in},
    },
    stop::Stop,
};
use rusqlite::{Connection, OpenFlags};
use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// Copies the store of a data folder into a new file, and says what is in it. The copy has everything but the sessions, which are no history.
///
/// # Errors
/// When there is no store, when the file is there already, or when a disk fails. A file that was begun ends in `.part`.
pub fn back_up(data: &Path, file: &Path) -> Result<String, Stop> {
    let store = store_in(data);
    let failed = |fault: &dyn std::fmt::Display| Stop::because(format!("No backup was made: {fault}."));
    if !store.exists() {
        return Err(failed(&format!("there is no store in {}", data.display())));
    }
    if decided(data).is_ok_and(|era| era.is_some()) {
        return Err(failed(&"a restore was broken off in its last step; start the server, which ends it, and then back up"));
    }
    if file.exists() {
        return Err(failed(&format!("{} is there already, and a backup overwrites nothing; give another name", file.display())));
    }
    // What a newer program wrote may be more than a copy can show.
    drop(look(&store).map_err(|fault| failed(&fault))?);
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = begin(part.into()).map_err(|fault| failed(&fault))?;
    let events = copy(&store, &part.path).map_err(|fault| failed(&fault))?;
    finish(&part.path, file).map_err(|fault| failed(&fault))?;
    let bytes = fs::metadata(file).map_or(0, |about| about.len());
    Ok(format!("{} holds the store as it was at event {events}: {} MB.", file.display(), bytes.div_ceil(1_000_000)))
}

/// A file that is being written, locked for as long as that takes.
pub(crate) struct Part {
    /// Where it is.
    pub path: PathBuf,
    _lock: File,
}

/// Begins a file anew, whatever was left by one who broke off. Names and password hashes will be in it: nobody else may read it.
pub(crate) fn begin(path: PathBuf) -> io::Result<Part> {
    let with_path = |fault: io::Error| io::Error::new(fault.kind(), format!("{} cannot be written ({fault})", path.display()));
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let lock = options.open(&path).map_err(with_path)?;
    let locked = lock.try_lock().map_err(|fault| match fault {
        TryLockError::WouldBlock => io::Error::other("another backup is writing to it"),
        TryLockError::Error(fault) => fault,
    });
    locked.and_then(|()| lock.set_len(0)).map_err(with_path)?;
    Ok(Part { path, _lock: lock })
}

/// Copies what is committed at this moment, but the sessions. Writers go on meanwhile, into the write-ahead log. Says how many events the
/// copy has.
pub(crate) fn copy(store: &Path, part: &Path) -> rusqlite::Result<i64> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let from = Connection::open_with_flags(store, flags)?;
    from.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    from.execute("VACUUM INTO ?1", [part.to_string_lossy()])?;
    let to = Connection::open_with_flags(part, flags)?;
    to.pragma_update(None, "synchronous", "FULL")?;
    to.pragma_update(None, "secure_delete", true)?;
    to.execute("DELETE FROM sessions", [])?;
    let events = to.query_row("SELECT coalesce(max(position), 0) FROM events", [], |row| row.get(0))?;
    to.close().map_err(|(_, fault)| fault)?;
    Ok(events)
}

/// Gives a finished file its name, for good: when this returns, both are on the disk.
pub(crate) fn finish(part: &Path, file: &Path) -> io::Result<()> {
    File::open(part)?.sync_all()?;
    fs::rename(part, file)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
