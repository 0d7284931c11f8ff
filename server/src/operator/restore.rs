//! `leftfold restore`: puts a backup in the place of the store. The log keeps its identity and gets a higher era, by which devices see that
//! what they had confirmed after the backup is to be sent again.

mod devices;

use crate::{
    auth::seal,
    operator::{
        backup::{begin, copy},
        check::{check, look},
        folder::{
            DataFolder, NotYours,
            replaced::{self, decide, eras_kept, in_the_making},
        },
    },
    stop::Stop,
    store::{StoreError, sqlite},
};
use devices::Devices;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use std::{fmt::Display, path::Path};

/// The setting that the era is kept as; without one it is 0.
pub const ERA: &str = "era";

/// What is known of a store beside its events.
#[derive(Debug, Default, PartialEq, Eq)]
struct Known {
    log: Option<String>,
    era: u32,
    sealing_secret: Option<String>,
    devices: Devices,
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
    let part = begin(in_the_making(data)).map_err(|fault| failed(&fault))?;
    let events = copy(file, &part.path).map_err(|fault| failed(&fault))?;
    let erased = prepare(&part.path, era, &present, &store).map_err(|fault| failed(&fault))?;
    decide(data, era).map_err(|fault| failed(&fault))?;
    let broken_off = |fault| {
        Stop::because(format!(
            "The restore was broken off in its last step: {fault}. Nothing is lost: the next start, or any other order, ends it."
        ))
    };
    let replaced = replaced::finish(data).map_err(broken_off)?;
    let kept = replaced.and_then(|replaced| replaced.kept);
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
    // A store that is damaged may tell the rest all the same.
    let devices = Devices::of(&connection).unwrap_or_default();
    Ok(Known { log: setting("log")?, era, sealing_secret: setting(seal::SECRET)?, devices })
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
    present.devices.carry_into(&change)?;
    // What was removed since the backup does not come back.
    let erased = sqlite::apply(store, &change)?;
    change.commit()?;
    copy.close().map_err(|(_, fault)| fault)?;
    Ok(erased)
}
