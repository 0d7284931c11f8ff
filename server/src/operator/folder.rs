//! The data folder: the store's file, and the lock that lets only one program write to it. Whoever locks it closes it to others, and ends what a
//! restore has left.

pub mod replaced;
mod rights;

use crate::{
    engine::Engine,
    store::{StoreError, sqlite::SqliteStore},
};
use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// A data folder that this program alone may write to, as long as this lives.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    lock: File,
    told: Vec<String>,
}

/// Why the folder cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum NotYours {
    /// Another program has it.
    #[error("another Leftfold uses the data folder {0}")]
    Taken(PathBuf),
    /// The disk, or the rights.
    #[error("the data folder {0} cannot be used: {1}")]
    Unusable(PathBuf, #[source] io::Error),
}

impl DataFolder {
    /// Makes the folder if there is none, and locks it.
    ///
    /// # Errors
    /// When another program has it, or the disk refuses.
    pub fn lock(path: &Path) -> Result<Self, NotYours> {
        let unusable = |fault| NotYours::Unusable(path.to_owned(), fault);
        if !path.exists() {
            fs::create_dir_all(path).map_err(unusable)?;
        }
        let open = rights::close_to_others(path).map_err(unusable)?;
        let lock = File::options().create(true).write(true).truncate(false).open(path.join("lock")).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {
                let mut folder = Self { path: path.to_owned(), lock, told: open.into_iter().collect() };
                folder.end_restore().map_err(unusable)?;
                Ok(folder)
            }
            Err(TryLockError::WouldBlock) => Err(NotYours::Taken(path.to_owned())),
            Err(TryLockError::Error(fault)) => Err(unusable(fault)),
        }
    }

    fn end_restore(&mut self) -> io::Result<()> {
        if replaced::forget_unfinished(&self.path)? {
            self.told.push(
                "A restore was broken off before it was done. The store is as it was before; restore again if you want to.".to_owned(),
            );
        }
        if let Some(replaced::Replaced { era, kept }) = replaced::finish(&self.path)? {
            let kept = kept.map(|kept| format!(" What was here before is kept as {}.", kept.display())).unwrap_or_default();
            self.told.push(format!("A restore was broken off in its last step, which is done now: this is era {era} of the log.{kept}"));
        }
        Ok(())
    }

    /// What was put right when it was locked, a sentence each.
    pub fn told(&self) -> &[String] {
        &self.told
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the store is.
    pub fn store(&self) -> PathBuf {
        store_in(&self.path)
    }

    /// Opens the store with its engine.
    ///
    /// # Errors
    /// When the store cannot be opened or read.
    pub fn engine(&self) -> Result<Engine<SqliteStore>, StoreError> {
        Engine::open(SqliteStore::open(&self.store())?)
    }
}

/// Whether a data folder holds a school: a store that is not empty, or one that a restore is about to put there.
pub fn holds_school(folder: &Path) -> bool {
    fs::metadata(store_in(folder)).is_ok_and(|about| about.len() > 0) || replaced::decided(folder).is_ok_and(|era| era.is_some())
}

/// Why there is no school in a data folder, as far as can be said: what is missing, and what to do.
pub fn says_missing(folder: &Path) -> String {
    let what = match folder.is_dir() {
        false => format!("there is no folder {}", folder.display()),
        true => format!("{} holds no school: there is no {}", folder.display(), store_in(Path::new("")).display()),
    };
    let replaced = match replaced::eras_kept(folder) {
        Ok(era) if era > 0 => format!(" (There is what was replaced by a restore, in leftfold.sqlite.before-restore-{era} and the like.)"),
        Ok(_) | Err(_) => String::new(),
    };
    format!(
        "{what}.{replaced} Nothing was made. If the school is kept elsewhere, name its folder with --data; if its disk is not mounted, mount it"
    )
}

/// Where the store of a data folder is.
pub fn store_in(folder: &Path) -> PathBuf {
    folder.join("leftfold.sqlite")
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        // Said, not left to the closing of the file: a process that is being started holds a copy of every open file for a moment, and with it
        // a lock that was not given back. Whoever locks the folder next would be told that another Leftfold uses it.
        _ = self.lock.unlock();
    }
}
