//! Opens a school: opens its store, does what an earlier build left undone, and prepares how to open the store again if it fails.

use crate::{
    auth::seal::Sealer,
    clock::now,
    engine::Engine,
    limits::Limits,
    metrics::Watch,
    operator::folder::{DataFolder, holds_school},
    store::{EventStore, Record, StoreError, StoreReader as _, sqlite::SqliteStore},
};
use domain::{event::Position, ids::LogId};

/// What must fit on the disk before a store that failed is trusted again; more than a usual batch of commands writes.
const TRIAL_BYTES: usize = 128 * 1024;

/// Opens a store again.
pub type Reopen = Box<dyn Fn() -> Result<Engine<SqliteStore>, StoreError> + Send>;

/// A school that is open, and nobody is served yet.
pub struct Opened {
    /// What decides.
    pub engine: Engine<SqliteStore>,
    /// How far the log has come.
    pub last: Position,
    /// The keys that seal outboxes.
    pub sealer: Sealer,
    /// It is the demo school.
    pub is_demo: bool,
    /// How its store is opened again after it failed.
    pub reopen: Reopen,
}

impl Opened {
    /// Opens the school in this folder.
    ///
    /// # Errors
    /// When the store cannot be opened or read, or what is kept as its secret is none.
    pub fn of(folder: &DataFolder, limits: &Limits, watch: &Watch) -> Result<Self, StoreError> {
        let mut store = SqliteStore::open(&folder.store())?;
        let sealer = Sealer::of(&mut store)?;
        let (quota, watch) = (limits.quota(), watch.clone());
        let mut engine = Engine::open(store)?.limited(quota).watched(watch.clone());
        catch_up(&mut engine);
        let reader = engine.reader();
        let last = reader.last_position()?;
        let is_demo = reader.setting("demo")?.as_deref() == Some("1");
        let again = reopening(folder, reader.log());
        let reopen = Box::new(move || Ok(again()?.limited(quota).watched(watch.clone())));
        Ok(Self { engine, last, sealer, is_demo, reopen })
    }
}

/// Does what an earlier build left undone.
fn catch_up(engine: &mut Engine<SqliteStore>) {
    match engine.catch_up_on_leaving(now()) {
        Ok(0) => {}
        Ok(left) => tracing::info!(left, "accounts that an earlier build closed were taken out of their classes"),
        // Closed accounts can do nothing anyway, and the next start tries again.
        Err(fault) => tracing::warn!(%fault, "accounts that were closed could not be taken out of their classes"),
    }
}

/// Opens the folder's store again after it failed, if it is still that log's.
fn reopening(folder: &DataFolder, log: LogId) -> impl Fn() -> Result<Engine<SqliteStore>, StoreError> + Send + 'static {
    let (data, store) = (folder.path().to_owned(), folder.store());
    move || {
        // A disk that is gone would be taken for a new school.
        if !holds_school(&data) {
            return Err(StoreError::Failed(format!("{} is not there any more", store.display())));
        }
        let opened = Engine::open(tried(SqliteStore::open(&store)?)?)?;
        if opened.reader().log() != log {
            return Err(StoreError::Damaged(format!("{} is another school's now", store.display())));
        }
        Ok(opened)
    }
}

/// Tests that the store can be written to. That it can be opened says little: after the disk was full, or did not sync, it opens again at once, and
/// the next commands would fail like those before. The test writes some data, and deletes it again.
fn tried<S: EventStore>(mut store: S) -> Result<S, StoreError> {
    for written in ["-".repeat(TRIAL_BYTES), String::new()] {
        store.begin()?;
        store.put(&Record::Setting("trial", written))?;
        store.commit()?;
    }
    Ok(store)
}
