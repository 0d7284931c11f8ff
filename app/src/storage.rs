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

/// The shape of the database; a newer build's is refused by the browser itself.
const FORMAT: u32 = 2;
const STORES: [&str; 8] = ["meta", "feeds", "chunks", "content", "people", "outbox", "results", "snapshots"];
/// Every database of the app begins so.
const PREFIX: &str = "leftfold-";

/// The database of one account.
pub struct Storage {
    name: String,
    computer: Computer,
    seal: RefCell<Option<Seal>>,
    open: RefCell<Option<Rc<Open>>>,
    /// The documents that a read has given already.
    given: RefCell<BTreeSet<ContentHash>>,
    /// How many commands wait that cannot be opened without the key.
    sealed: Cell<usize>,
    /// What takes the database's place where there is none.
    volatile: RefCell<Option<Volatile>>,
    /// Called with what becomes of the connection.
    told: Rc<dyn Fn(Fate)>,
    /// How often in a row it could not be opened.
    unopened: Cell<u32>,
}

/// What becomes of the connection to a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The database went away under an open connection, which was had for so many milliseconds.
    Lost {
        /// How long.
        had_ms: u64,
    },
    /// It is asked for, and another tab holds on to it.
    Waits,
    /// It could not be opened several times in a row.
    Fails,
    /// It is open, or there is another reason why it is not.
    Answers,
}

/// A database that does not open for so long is held by another tab.
const WAITS_AFTER: Duration = Duration::from_secs(3);
/// So often in a row, and only loading the page anew may help.
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

    /// The key, as soon as it is at hand.
    pub fn set_seal(&self, seal: Seal) {
        *self.seal.borrow_mut() = Some(seal);
    }

    /// The key, if it is at hand.
    pub fn seal(&self) -> Option<Seal> {
        self.seal.borrow().clone()
    }

    /// Nothing is stored: the browser has no database for this page.
    pub fn is_volatile(&self) -> bool {
        self.volatile.borrow().is_some()
    }

    /// The key is at hand.
    pub fn has_seal(&self) -> bool {
        self.seal.borrow().is_some()
    }

    /// How many commands the last read found that cannot be opened without the key; they, and those after them, wait for it.
    pub fn sealed(&self) -> usize {
        self.sealed.get()
    }

    /// Carries out a transaction; the numbers that it gave out. A connection that has died is opened anew, once.
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

    /// Reads what is stored: folds, and the chunks of each feed from after a number on, each handed over as it comes, and all the rest.
    pub async fn read(
        &self,
        after: &BTreeMap<Feed, u64>,
        snapshots: &BTreeMap<String, u32>,
        mut each: impl AsyncFnMut(Piece),
    ) -> Result<Found, Trouble> {
        if self.is_volatile() {
            return self.read_volatile(after, snapshots, &mut each).await;
        }
        // A second try hands over again what the first did: events that are had say nothing new.
        let read = match self.try_read(after, snapshots, &mut each).await {
            Err(Trouble::Failed) if !device::going::is_going() => {
                self.close();
                self.try_read(after, snapshots, &mut each).await
            }
            read => read,
        };
        if read == Err(Trouble::Denied) {
            // The replica hears of it, and reads once more.
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

    /// Lets go of everything at once: the page will stand still, and no other is to wait for it.
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

    /// Opens the database, and says so when that takes long or is in vain: somebody may help.
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
            // Nothing else is awaited inside a transaction: folding comes after it.
            for chunk in chunks {
                each(Piece::Chunk(chunk.open(seal.as_ref()).await)).await;
            }
            if let Some(rest) = rest {
                self.given.borrow_mut().extend(rest.content.iter().map(|(hash, _)| *hash));
                return Ok(self.found(&open.database, rest).await);
            }
        }
    }

    /// Opens what is sealed. What cannot be opened stays where it is, and what was given after it waits for it.
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
            // Where it cannot be done now, the next read does it.
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
    /// Another tab signs out, a newer build changes the shape, somebody clears the browser's data, or the system takes the files away: let go, so
    /// that nobody need wait, and say so.
    fn watch(database: Database, told: Rc<dyn Fn(Fate)>) -> Result<Self, Trouble> {
        let died = Rc::new(Cell::new(false));
        let since = device::monotonic_ms();
        let (closing, gone) = (database.clone(), died.clone());
        let mut changes = database.version_changes().map_err(idb::trouble)?;
        let (watching, listening) = abortable(async move {
            // Some change is asked for, or none can be any more: the connection has died.
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

/// Opens a database. A new one is a new device; in one of an older build everything stays but what has no digests, which is fetched anew.
async fn open(name: &str) -> Result<Database, Trouble> {
    let database = idb::open(name, FORMAT, |database, before| {
        let stale: &[&str] = if before == 1 { &["feeds", "chunks"] } else { &[] };
        for store in stale {
            // A store that is not there is made below.
            _ = database.delete_object_store(store);
        }
        for store in STORES {
            // One that is there already is what it should be.
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

/// The results of commands older than this are forgotten once they were seen.
const RESULTS_KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

impl Storage {
    /// Puts the database in order: few chunks of many, old results forgotten. Nothing is lost if it fails.
    pub async fn tidy(&self) -> Result<(), Trouble> {
        let open = self.database().await?;
        tidying::merge(&open.database).await?;
        tidying::forget_results(&open.database, domain::time::Timestamp(device::now().0 - RESULTS_KEPT_MS)).await
    }
}
