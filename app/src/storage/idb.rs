//! IndexedDB as futures: opening, requests, transactions, and what their failures mean. Nothing but a request may be awaited between
//! beginning a transaction and its end.

use super::STORES;
use domain::replica::storage::{Durability, Trouble};
use indexed_db_futures::{
    KeyRange,
    database::Database,
    error::{Error, OpenDbError},
    factory::DBFactory,
    internals::SystemRepr,
    object_store::ObjectStore,
    prelude::*,
    transaction::{Transaction, TransactionDurability, TransactionMode, TransactionOptions},
};
use js_sys::{Array, Function, Promise, Reflect};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbTransaction};

/// The limit for requests that are to return all rows.
pub const ALL: u32 = u32::MAX;

/// Opens a database; `upgrade` is called with the version before, 0 for none, if that is older.
pub async fn open(name: &str, version: u32, upgrade: impl FnOnce(&Database, u32) + 'static) -> Result<Database, Trouble> {
    let asked = factory()?.open_db(name).with_version(version).with_on_upgrade_needed(move |event, database| {
        upgrade(&database, event.old_version() as u32);
        Ok(())
    });
    // If the browser throws before there is a request, this page may not use IndexedDB.
    asked.build().map_err(|_| Trouble::Denied)?.await.map_err(|error| match error {
        OpenDbError::Base(error) => trouble(error),
        OpenDbError::VersionZero | OpenDbError::UnsupportedEnvironment | OpenDbError::NullFactory => Trouble::Denied,
    })
}

/// Deletes a database, and waits until it is gone.
pub async fn delete(name: &str) -> Result<(), Trouble> {
    factory()?.delete_db(name).map_err(trouble)?.await.map_err(trouble)
}

/// The browser's databases.
fn factory() -> Result<DBFactory, Trouble> {
    DBFactory::new().map_err(|_| Trouble::Denied)
}

/// The names of all databases; none where the browser does not tell.
pub async fn names() -> Option<Vec<String>> {
    let factory = web_sys::window()?.indexed_db().ok()??;
    let ask: Function = Reflect::get(&factory, &"databases".into()).ok()?.dyn_into().ok()?;
    let found = JsFuture::from(Promise::from(ask.call0(&factory).ok()?)).await.ok()?;
    Some(Array::from(&found).iter().filter_map(|database| Reflect::get(&database, &"name".into()).ok()?.as_string()).collect())
}

thread_local! {
    /// The transactions that this page has begun and not ended.
    static RUNNING: RefCell<BTreeMap<u64, IdbTransaction>> = const { RefCell::new(BTreeMap::new()) };
    static BEGUN: Cell<u64> = const { Cell::new(0) };
}

/// Aborts all running transactions: while the page is frozen nothing would end them, and every other tab would wait.
pub fn give_up() {
    for transaction in RUNNING.take().into_values() {
        // A transaction that has just ended need not be aborted.
        _ = transaction.abort();
    }
}

/// The mark that a transaction is running; dropped when it ends.
struct Runs(u64);

impl Runs {
    fn begin(transaction: &Transaction<'_>) -> Self {
        let number = BEGUN.get() + 1;
        BEGUN.set(number);
        RUNNING.with_borrow_mut(|running| running.insert(number, transaction.as_sys().clone().into()));
        Self(number)
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        RUNNING.with_borrow_mut(|running| running.remove(&self.0));
    }
}

/// A transaction over all stores; dropped without [`Tx::commit`], it changes nothing.
pub struct Tx<'a>(Transaction<'a>, #[expect(dead_code, reason = "it ends with the transaction")] Runs);

impl<'a> Tx<'a> {
    fn begin(transaction: Transaction<'a>) -> Self {
        let runs = Runs::begin(&transaction);
        Self(transaction, runs)
    }

    /// Begins one that only reads.
    pub fn reading(database: &'a Database) -> Result<Self, Trouble> {
        database.transaction(STORES).with_mode(TransactionMode::Readonly).build().map(Self::begin).map_err(trouble)
    }

    /// Begins one that writes.
    pub fn writing(database: &'a Database, durability: Durability) -> Result<Self, Trouble> {
        let durability = match durability {
            Durability::Strict => TransactionDurability::Strict,
            Durability::Relaxed => TransactionDurability::Relaxed,
        };
        let options = TransactionOptions::new().with_durability(durability);
        database.transaction(STORES).with_mode(TransactionMode::Readwrite).with_options(options).build().map(Self::begin).map_err(trouble)
    }

    fn store(&self, name: &str) -> Result<ObjectStore<'_>, Trouble> {
        self.0.object_store(name).map_err(trouble)
    }

    /// A row, if it is there.
    pub async fn get(&self, store: &str, key: &JsValue) -> Result<Option<JsValue>, Trouble> {
        let asked = self.store(store)?.get(key).primitive().map_err(trouble)?;
        asked.await.map_err(trouble)
    }

    /// The keys in a range, in order, at most so many.
    pub async fn keys(&self, store: &str, range: Option<&KeyRange<JsValue>>, limit: u32) -> Result<Vec<JsValue>, Trouble> {
        let asked = self.store(store)?.get_all_keys().with_query::<JsValue, _>(within(range)).with_limit(limit).primitive();
        asked.map_err(trouble)?.await.map_err(trouble)?.map(|key| key.map_err(trouble)).collect()
    }

    /// The rows in a range, in the order of their keys, at most so many.
    pub async fn rows(&self, store: &str, range: Option<&KeyRange<JsValue>>, limit: u32) -> Result<Vec<JsValue>, Trouble> {
        let asked = self.store(store)?.get_all().with_query::<JsValue, _>(within(range)).with_limit(limit).primitive();
        asked.map_err(trouble)?.await.map_err(trouble)?.map(|row| row.map_err(trouble)).collect()
    }

    /// All keys with their rows.
    pub async fn pairs(&self, store: &str) -> Result<Vec<(JsValue, JsValue)>, Trouble> {
        let keys = self.keys(store, None, ALL).await?;
        Ok(keys.into_iter().zip(self.rows(store, None, ALL).await?).collect())
    }

    /// Writes a row, without waiting for the request: if it fails, so does the transaction.
    pub fn put(&self, store: &str, key: &JsValue, row: &JsValue) -> Result<(), Trouble> {
        self.store(store)?.put(row).with_key(key).without_key_type().primitive().map(drop).map_err(trouble)
    }

    /// Deletes a row. If that fails, so does the transaction.
    pub fn delete(&self, store: &str, key: &JsValue) -> Result<(), Trouble> {
        self.store(store)?.delete(key).primitive().map(drop).map_err(trouble)
    }

    /// Deletes the rows in a range. If that fails, so does the transaction.
    pub fn delete_range(&self, store: &str, range: &KeyRange<JsValue>) -> Result<(), Trouble> {
        self.store(store)?.delete::<JsValue, _>(range.clone()).primitive().map(drop).map_err(trouble)
    }

    /// Deletes all rows of a store. If that fails, so does the transaction.
    pub fn clear(&self, store: &str) -> Result<(), Trouble> {
        self.store(store)?.clear().map(drop).map_err(trouble)
    }

    /// Commits the transaction: once this has succeeded, everything in it is stored.
    pub async fn commit(self) -> Result<(), Trouble> {
        let tx: IdbTransaction = self.0.as_sys().clone().into();
        // The transaction's own error says best why it was aborted: a full device is often noticed only at the commit.
        self.0.commit().await.map_err(|error| tx.error().map_or_else(|| trouble(error), |exception| meaning(&exception)))
    }
}

/// A range as a query; without a range, everything.
fn within(range: Option<&KeyRange<JsValue>>) -> KeyRange<JsValue> {
    range.cloned().unwrap_or(KeyRange::Only(JsValue::UNDEFINED))
}

/// What a failure means for whoever wants to store something.
pub fn trouble(error: Error) -> Trouble {
    match error {
        Error::DomException(exception) => meaning(&exception.into()),
        Error::Serialisation(_) | Error::MissingData(_) | Error::Unknown(_) => Trouble::Failed,
    }
}

fn meaning(exception: &DomException) -> Trouble {
    match exception.name().as_str() {
        "QuotaExceededError" => Trouble::Full,
        "VersionError" => Trouble::TooNew,
        "SecurityError" | "NotAllowedError" => Trouble::Denied,
        _ => Trouble::Failed,
    }
}
