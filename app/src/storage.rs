//! The only place that touches IndexedDB: it carries out the replica's transactions and reads, no more.
//!
//! On a shared computer commands are sealed before a transaction begins, and opened after it has ended.

mod feed;
mod idb;
mod inspection;
mod leaving;
mod reading;
mod rows;
mod seal;
mod sealing;
mod tidying;
mod writing;

#[cfg(feature = "teach")]
pub use feed::ReadEnd;
pub use inspection::{Checked, Stored};
pub use leaving::{Leaving, Left, forget_others, leave, left, reduce};
pub use reading::Piece;
pub use seal::Seal;

use crate::device;
use domain::{
    feeds::Feed,
    ids::{AccountId, ContentHash, DeviceId},
    protocol::Computer,
    replica::{
        rows::carry_out,
        storage::{Durability, Found, Settled, Transaction, Trouble},
        volatile::Volatile,
    },
};
use futures::future::{AbortHandle, abortable};
use idb::Tx;
use indexed_db_futures::{Build as _, database::Database};
use reading::{Reading, Rest};
use rows::Kept;
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    pin::pin,
    rc::Rc,
    time::Duration,
};
use uuid::Uuid;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use writing::Writing;

/// The version of the database; the browser itself refuses to open one that a newer build has made.
const FORMAT: u32 = 2;
const STORES: [&str; 8] = ["meta", "feeds", "chunks", "content", "people", "outbox", "results", "snapshots"];
/// The names of all databases of the app begin with this.
const PREFIX: &str = "leftfold-";

/// The database of one account.
pub struct Storage {
    name: String,
    computer: Computer,
    seal: RefCell<Option<Seal>>,
    open: RefCell<Option<Rc<Open>>>,
    /// The documents that a read has handed over already.
    given: RefCell<BTreeSet<ContentHash>>,
    /// How many commands the last read left waiting for the key.
    sealed: Cell<usize>,
    /// Storage in memory, if the browser gives this page no database.
    volatile: RefCell<Option<Volatile>>,
    /// Called with what becomes of the connection.
    told: Rc<dyn Fn(Fate)>,
    /// How many times in a row the database could not be opened.
    unopened: Cell<u32>,
}

/// What becomes of the connection to a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The database went away under an open connection.
    Lost {
        /// For how many milliseconds the connection had been open.
        had_ms: u64,
    },
    /// It does not open, because another tab holds on to it.
    Waits,
    /// It could not be opened several times in a row.
    Fails,
    /// It has opened, or could not be opened for a reason of another kind.
    Answers,
}

/// A database that does not open within this time counts as held by another tab.
const WAITS_AFTER: Duration = Duration::from_secs(3);
/// After this many failures in a row, only loading the page again may help.
const UNOPENED_MAX: u32 = 4;

/// An open connection, with what listens on it.
struct Open {
    database: Database,
    died: Rc<Cell<bool>>,
    listening: AbortHandle,
}

impl Storage {
    /// The database of this account; opened at its first use. `told` is called with what becomes of it.
    pub fn of(account: AccountId, computer: Computer, seal: Option<Seal>, told: impl Fn(Fate) + 'static) -> Self {
        Self {
            name: name_of(account),
            computer,
            seal: RefCell::new(seal),
            open: RefCell::default(),
            given: RefCell::default(),
            sealed: Cell::new(0),
            volatile: RefCell::default(),
            told: Rc::new(told),
            unopened: Cell::default(),
        }
    }

    /// Hands over the key, once the server has given it.
    pub fn set_seal(&self, seal: Seal) {
        *self.seal.borrow_mut() = Some(seal);
    }

    /// The key, if this tab has it.
    pub fn seal(&self) -> Option<Seal> {
        self.seal.borrow().clone()
    }

    /// Whether nothing is stored, because the browser gives this page no database.
    pub fn is_volatile(&self) -> bool {
        self.volatile.borrow().is_some()
    }

    /// Whether this tab has the key.
    pub fn has_seal(&self) -> bool {
        self.seal.borrow().is_some()
    }

    /// How many commands the last read left waiting for the key: the first that only the key opens, and all that were given after it.
    pub fn sealed(&self) -> usize {
        self.sealed.get()
    }

    /// Carries out a transaction; returns the numbers that it gave out. If the connection has died, it is opened again and the transaction retried,
    /// once.
    pub async fn carry_out(&self, transaction: &Transaction) -> Result<Vec<u64>, Trouble> {
        if let Some(volatile) = self.volatile.borrow_mut().as_mut() {
            return volatile.carry_out(transaction);
        }
        let mut rows = Vec::with_capacity(transaction.changes.len());
        for change in &transaction.changes {
            rows.push(self.row(change).await);
        }
        match self.try_carry_out(transaction, &rows).await {
            Err(Trouble::Failed) if !device::going::is_going() => {
                self.close();
                self.try_carry_out(transaction, &rows).await
            }
            done => done,
        }
    }

    /// Reads what is stored: folds, and the chunks of each feed after a number, each handed over as it comes, and then returns all the rest.
    pub async fn read(
        &self,
        after: &BTreeMap<Feed, u64>,
        snapshots: &BTreeMap<String, u32>,
        mut each: impl AsyncFnMut(Piece),
    ) -> Result<Found, Trouble> {
        if self.is_volatile() {
            return self.read_volatile(after, snapshots, &mut each).await;
        }
        // A second try hands over again what the first did; the replica ignores events that it has already.
        let read = match self.try_read(after, snapshots, &mut each).await {
            Err(Trouble::Failed) if !device::going::is_going() => {
                self.close();
                self.try_read(after, snapshots, &mut each).await
            }
            read => read,
        };
        if read == Err(Trouble::Denied) {
            // The replica is told of the error and reads once more, then from memory.
            self.volatile.replace(Some(Volatile::new(DeviceId(Uuid::new_v4()))));
        }
        read
    }

    async fn read_volatile(
        &self,
        after: &BTreeMap<Feed, u64>,
        snapshots: &BTreeMap<String, u32>,
        each: &mut impl AsyncFnMut(Piece),
    ) -> Result<Found, Trouble> {
        let stored = self.volatile.borrow().as_ref().ok_or(Trouble::Denied)?.read(after, snapshots);
        for snapshot in stored.snapshots {
            each(Piece::Snapshot(snapshot)).await;
        }
        for chunk in stored.chunks {
            each(Piece::Chunk(chunk)).await;
        }
        Ok(stored.found)
    }

    /// Closes the connection; it opens again when it is needed.
    pub fn close(&self) {
        if let Some(open) = self.open.borrow_mut().take() {
            open.close();
        }
    }

    /// Aborts all transactions and closes the connection at once: the page will be frozen, and no other tab may have to wait for it.
    pub fn let_go(&self) {
        idb::give_up();
        self.close();
    }

    async fn database(&self) -> Result<Rc<Open>, Trouble> {
        if let Some(open) = self.open.borrow().as_ref().filter(|open| !open.died.get()) {
            return Ok(open.clone());
        }
        let database = self.open_and_tell().await?;
        self.keep_apart(&database).await?;
        let open = Rc::new(Open::watch(database, self.told.clone())?);
        *self.open.borrow_mut() = Some(open.clone());
        Ok(open)
    }

    /// Opens the database, and reports it when that takes long or fails again and again, so that the person can do something about it.
    async fn open_and_tell(&self) -> Result<Database, Trouble> {
        let mut opening = pin!(open(&self.name));
        let opened = match device::at_most(WAITS_AFTER, opening.as_mut()).await {
            Some(opened) => opened,
            None => {
                (self.told)(Fate::Waits);
                opening.await
            }
        };
        let unopened = if matches!(opened, Err(Trouble::Failed)) { self.unopened.get() + 1 } else { 0 };
        self.unopened.set(unopened);
        match unopened {
            0 => (self.told)(Fate::Answers),
            UNOPENED_MAX.. => (self.told)(Fate::Fails),
            1.. => {}
        }
        opened
    }

    async fn try_carry_out(&self, transaction: &Transaction, rows: &[Option<JsValue>]) -> Result<Vec<u64>, Trouble> {
        let open = self.database().await?;
        let tx = Tx::writing(&open.database, transaction.durability)?;
        let numbers = carry_out(&mut Writing::of(&tx, rows), transaction).await?;
        tx.commit().await?;
        Ok(numbers)
    }

    async fn try_read(
        &self,
        after: &BTreeMap<Feed, u64>,
        snapshots: &BTreeMap<String, u32>,
        each: &mut impl AsyncFnMut(Piece),
    ) -> Result<Found, Trouble> {
        let open = self.database().await?;
        let seal = self.seal();
        let (mut reading, folds) = Reading::begin(&open.database, after, snapshots, seal.as_ref()).await?;
        for snapshot in folds {
            each(Piece::Snapshot(snapshot)).await;
        }
        loop {
            let given = self.given.borrow().clone();
            let (chunks, rest) = reading.portion(&open.database, &given).await?;
            // Inside a transaction nothing but its requests may be awaited, so folding comes after it.
            for chunk in chunks {
                each(Piece::Chunk(chunk.open(seal.as_ref()).await)).await;
            }
            if let Some(rest) = rest {
                self.given.borrow_mut().extend(rest.content.iter().map(|(hash, _)| *hash));
                return Ok(self.found(&open.database, rest).await);
            }
        }
    }

    /// Opens what is sealed. A command that cannot be opened stays where it is, and commands given after it wait for it.
    async fn found(&self, database: &Database, rest: Rest) -> Found {
        let seal = self.seal.borrow().clone();
        let sealing = self.sealing().is_some();
        let (mut outbox, mut other) = (Vec::new(), Vec::new());
        let waiting = rest.outbox.len();
        for (number, kept) in rest.outbox {
            let Some(queued) = kept.open(seal.as_ref()).await else { break };
            if kept.is_sealed() != sealing {
                let wanted = Kept::of(&queued, self.sealing().as_ref()).await;
                other.push((number, kept, wanted));
            }
            outbox.push((number, queued));
        }
        self.sealed.set(waiting - outbox.len());
        if !other.is_empty() {
            // If this fails, the next read does it.
            _ = exchange(database, &other).await;
        }
        let mut results: Vec<Settled> = Vec::new();
        for kept in rest.results {
            results.extend(kept.open(seal.as_ref()).await);
        }
        results.sort_by_key(|settled| (settled.command.at, settled.number));
        let mut content = Vec::new();
        for (hash, row) in rest.content {
            content.extend(rows::document(&row, seal.as_ref()).await.map(|bytes| (hash, bytes)));
        }
        Found {
            device: rest.device.unwrap_or(DeviceId(Uuid::nil())),
            born: rest.born.unwrap_or(DeviceId(Uuid::nil())),
            earlier: rest.earlier,
            log: rest.log,
            feeds: rest.feeds,
            outbox,
            results,
            content,
            clock: rest.clock,
            people: rows::people(&rest.people, seal.as_ref()).await,
        }
    }
}

impl Open {
    /// Closes the connection and reports it when another tab signs out, a newer build upgrades the database, somebody clears the browser's data, or
    /// the system removes the files: so nobody has to wait for this tab.
    fn watch(database: Database, told: Rc<dyn Fn(Fate)>) -> Result<Self, Trouble> {
        let died = Rc::new(Cell::new(false));
        let since = device::monotonic_ms();
        let (closing, gone) = (database.clone(), died.clone());
        let mut changes = database.version_changes().map_err(idb::trouble)?;
        let (watching, listening) = abortable(async move {
            // This returns when a change of the database is requested, or when the connection has died.
            _ = changes.recv().await;
            closing.close();
            if !gone.replace(true) {
                told(Fate::Lost { had_ms: (device::monotonic_ms() - since) as u64 });
            }
        });
        spawn_local(async move { _ = watching.await });
        Ok(Self { database, died, listening })
    }

    fn close(&self) {
        self.died.set(true);
        self.database.clone().close();
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// The name of an account's database.
fn name_of(account: AccountId) -> String {
    format!("{PREFIX}{account}")
}

/// Opens a database. A new database is a new device. In one of format 1 everything stays except the events, which have no digests there and are
/// fetched again.
async fn open(name: &str) -> Result<Database, Trouble> {
    let database = idb::open(name, FORMAT, |database, before| {
        let stale: &[&str] = if before == 1 { &["feeds", "chunks"] } else { &[] };
        for store in stale {
            // A store that is not there is made below.
            _ = database.delete_object_store(store);
        }
        for store in STORES {
            // Creating a store that is there already fails, which does no harm.
            _ = database.create_object_store(store).build();
        }
    })
    .await?;
    let tx = Tx::writing(&database, Durability::Strict)?;
    for name in ["device", "born"] {
        if writing::meta(&tx, name).await?.is_none() {
            tx.put("meta", &name.into(), &writing::at_random())?;
        }
    }
    tx.put("meta", &"format".into(), &JsValue::from(FORMAT))?;
    tx.commit().await?;
    Ok(database)
}

async fn exchange(database: &Database, rows: &[(u64, Kept, Kept)]) -> Result<(), Trouble> {
    let tx = Tx::writing(database, Durability::Strict)?;
    writing::exchange(&tx, rows).await?;
    tx.commit().await
}

/// The results of commands older than this are deleted once they were seen.
const RESULTS_KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

impl Storage {
    /// Tidies the database: merges small chunks and deletes old results. Nothing is lost if it fails.
    pub async fn tidy(&self) -> Result<(), Trouble> {
        let open = self.database().await?;
        tidying::merge(&open.database).await?;
        tidying::forget_results(&open.database, domain::time::Timestamp(device::now().0 - RESULTS_KEPT_MS)).await
    }
}
