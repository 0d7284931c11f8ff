//! `leftfold restore`: puts a backup in the place of the store. The log keeps its identity and gets a higher era, by which devices see that
//! what they had confirmed after the backup is to be sent again.

use crate::{
    backup::{begin, copy, finish},
    check::{check, look},
    folder::{DataFolder, NotYours},
    serve::Stop,
    sessions::seal,
    store::{StoreError, sqlite},
};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use std::{
    fmt::Display,
    fs, io,
    path::{Path, PathBuf},
};

/// The setting that the era is kept as; without one it is 0.
pub const ERA: &str = "era";

/// What is known of a store beside its events.
#[derive(Debug, Default, PartialEq, Eq)]
struct Known {
    log: Option<String>,
    era: u32,
    sealing_secret: Option<String>,
}

/// Puts the backup in the place of the data folder's store, and says what was done and what is to be done. A backup with faults is
/// restored only if that is wanted in spite of them.
///
/// # Errors
/// When a server has the folder, when the backup has faults or is of another log, or when the disk fails: nothing was changed then.
pub fn restore(data: &Path, file: &Path, despite_faults: bool) -> Result<String, Stop> {
    let failed = |fault: &dyn Display| Stop::because(format!("Nothing was restored: {fault}."));
    let folder = DataFolder::lock(data).map_err(|fault| match fault {
        NotYours::Taken(_) => failed(&format!("{fault}; stop it first")),
        NotYours::Unusable(..) => failed(&fault),
    })?;
    if !file.exists() {
        return Err(failed(&format!("there is no file {}", file.display())));
    }
    let report = check(file, &mut |_, _| {}).map_err(|fault| failed(&fault))?;
    if !report.is_sound() && !despite_faults {
        return Err(failed(&format!("{} has faults. To restore it in spite of them, add --despite-faults\n{report}", file.display())));
    }
    let backup = known(file).map_err(|fault| failed(&fault))?;
    let store = folder.store();
    // The store that is replaced may be damaged; that is one reason to restore.
    let present = if store.exists() { known(&store).unwrap_or_default() } else { Known::default() };
    if present.log.is_some() && present.log != backup.log {
        return Err(failed(&format!("{} is of another school's log; restore it into a data folder of its own", file.display())));
    }
    let earlier = eras_kept(data).map_err(|fault| failed(&fault))?;
    let era = present.era.max(backup.era).max(earlier) + 1;
    let part = begin(data.join("leftfold.sqlite.restoring")).map_err(|fault| failed(&fault))?;
    let events = copy(file, &part.path).map_err(|fault| failed(&fault))?;
    let erased = prepare(&part.path, era, &present, &store).map_err(|fault| failed(&fault))?;
    let kept = put_aside(&store, era).map_err(|fault| failed(&fault))?;
    finish(&part.path, &store).map_err(|fault| failed(&fault))?;
    let kept = kept.map(|kept| format!(" What was here before is kept as {}.", kept.display())).unwrap_or_default();
    let erased = match erased {
        0 => String::new(),
        erased => format!(" {erased} notes and passwords that were removed after the backup are removed from it too."),
    };
    Ok(format!(
        "Restored {events} events from {}; this is era {era} of the log.{kept}{erased}\nNow start the server. Everybody has to sign in again; devices then \
         send again what was confirmed after the backup. What the operator did after it (accounts, courses) is to be done again.",
        file.display()
    ))
}

fn known(store: &Path) -> Result<Known, StoreError> {
    let connection = look(store)?;
    let setting = |name: &str| connection.query_row("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0)).optional();
    let era: Option<String> = setting(ERA)?;
    let era = era.and_then(|era| era.parse().ok()).unwrap_or_default();
    Ok(Known { log: setting("log")?, era, sealing_secret: setting(seal::SECRET)? })
}

/// The highest era that a replaced store's name speaks of: the present one, also if the present store cannot be read.
fn eras_kept(data: &Path) -> io::Result<u32> {
    let mut highest = 0;
    for entry in fs::read_dir(data)? {
        let name = entry?.file_name();
        let era = name.to_str().and_then(|name| name.strip_prefix("leftfold.sqlite.before-restore-")?.split('-').next()?.parse().ok());
        highest = highest.max(era.unwrap_or(0));
    }
    Ok(highest)
}

/// Gives the copy of the backup what is the present's.
fn prepare(part: &Path, era: u32, present: &Known, store: &Path) -> Result<usize, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(part, flags)?;
    // One file, so that it can be given its name in one step.
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    copy.pragma_update(None, "synchronous", "FULL")?;
    copy.pragma_update(None, "secure_delete", "ON")?;
    let change = copy.transaction()?;
    change.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)", (ERA, era.to_string()))?;
    if let Some(secret) = &present.sealing_secret {
        // What is sealed on devices was sealed with this one.
        change.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)", (seal::SECRET, secret))?;
    }
    // What was removed since the backup does not come back.
    let erased = sqlite::apply(store, &change)?;
    change.commit()?;
    copy.close().map_err(|(_, fault)| fault)?;
    Ok(erased)
}

/// Takes the present store out of the way, with its write-ahead log, which must never meet another store.
fn put_aside(store: &Path, era: u32) -> io::Result<Option<PathBuf>> {
    if !store.exists() {
        return Ok(None);
    }
    // Closing the only connection takes the write-ahead log in; if the store is damaged, the log goes along with it instead.
    _ = Connection::open(store).and_then(|store| store.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
    let beside = |path: &Path, ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let kept = beside(store, &format!(".before-restore-{era}"));
    match fs::rename(beside(store, "-wal"), beside(&kept, "-wal")) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => return Err(fault),
        Ok(()) | Err(_) => {}
    }
    remove_if_there(&beside(store, "-shm"))?;
    fs::rename(store, &kept)?;
    Ok(Some(kept))
}

fn remove_if_there(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault),
        Ok(()) | Err(_) => Ok(()),
    }
}
