//! The data folder: the store's file, and the lock that lets only one program write to it.

use crate::{
    engine::Engine,
    store::{StoreError, sqlite::SqliteStore},
};
use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

/// A data folder that this program alone may write to, as long as this lives.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    lock: File,
}

/// Why the folder cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum NotYours {
    /// Another program has it.
    #[error("another Leftfold uses the data folder {0}")]
    Taken(PathBuf),
    /// The disk, or the rights.
    #[error("the data folder {0} cannot be used: {1}")]
    Unusable(PathBuf, #[source] std::io::Error),
}

impl DataFolder {
    /// Makes the folder if there is none, and locks it.
    ///
    /// # Errors
    /// When another program has it, or the disk refuses.
    pub fn lock(path: &Path) -> Result<Self, NotYours> {
        let unusable = |fault| NotYours::Unusable(path.to_owned(), fault);
        if !path.exists() {
            fs::create_dir_all(path).and_then(|()| close_to_others(path)).map_err(unusable)?;
        }
        let lock = File::options().create(true).write(true).truncate(false).open(path.join("lock")).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), lock }),
            Err(TryLockError::WouldBlock) => Err(NotYours::Taken(path.to_owned())),
            Err(TryLockError::Error(fault)) => Err(unusable(fault)),
        }
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

/// Names and password hashes are in it: nobody else on the machine may read it.
#[cfg(unix)]
fn close_to_others(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> std::io::Result<()> {
    Ok(())
}
