//! IndexedDB as futures: opening, requests, transactions, and what their failures mean. Nothing but a request may be awaited between
//! beginning a transaction and its end.

use domain::replica::storage::{Durability, Trouble};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, Event, IdbDatabase, IdbFactory, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction};

/// The most rows that a request may bring where there is no limit.
pub const ALL: u32 = u32::MAX;

/// The browser's databases.
fn factory() -> Result<IdbFactory, Trouble> {
    let window = web_sys::window().ok_or(Trouble::Denied)?;
    window.indexed_db().ok().flatten().ok_or(Trouble::Denied)
}

/// Opens a database; `upgrade` is called with the version before, 0 for none, if that is older.
pub async fn open(name: &str, version: u32, upgrade: impl FnOnce(&IdbDatabase, u32) + 'static) -> Result<IdbDatabase, Trouble> {
    let request = factory()?.open_with_u32(name, version).map_err(|error| trouble(&error))?;
    let opened = request.clone();
    let upgrade = Closure::once(move |event: web_sys::IdbVersionChangeEvent| {
        if let Some(database) = opened.result().ok().and_then(|result| result.dyn_into().ok()) {
            upgrade(&database, event.old_version() as u32);
        }
    });
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    let opened = asked(&request).await;
    request.set_onupgradeneeded(None);
    opened?.dyn_into().map_err(|_| Trouble::Failed)
}

/// Deletes a database, and waits until it is gone.
pub async fn delete(name: &str) -> Result<(), Trouble> {
    let request = factory()?.delete_database(name).map_err(|error| trouble(&error))?;
    asked(&request).await.map(drop)
}

/// The names of all databases; none where the browser does not tell.
pub async fn names() -> Option<Vec<String>> {
    let factory = factory().ok()?;
    let ask: Function = Reflect::get(&factory, &"databases".into()).ok()?.dyn_into().ok()?;
    let found = JsFuture::from(Promise::from(ask.call0(&factory).ok()?)).await.ok()?;
    Some(Array::from(&found).iter().filter_map(|database| Reflect::get(&database, &"name".into()).ok()?.as_string()).collect())
}

/// What a request brings.
async fn asked(request: &IdbRequest) -> Result<JsValue, Trouble> {
    let answered = Promise::new(&mut |done, _| {
        request.set_onsuccess(Some(&done));
        request.set_onerror(Some(&done));
    });
    // The promise never rejects: that it failed is in the request.
    _ = JsFuture::from(answered).await;
    match request.error() {
        Ok(Some(error)) => Err(trouble(&error)),
        Ok(None) | Err(_) => request.result().map_err(|error| trouble(&error)),
    }
}

/// A transaction over all stores; dropped without [`Tx::commit`], it changes nothing.
pub struct Tx {
    tx: IdbTransaction,
    ended: Promise,
    is_over: bool,
}

impl Tx {
    /// Begins one that only reads.
    pub fn reading(database: &IdbDatabase) -> Result<Self, Trouble> {
        Self::begin(database, "readonly", "default")
    }

    /// Begins one that writes.
    pub fn writing(database: &IdbDatabase, durability: Durability) -> Result<Self, Trouble> {
        let durability = match durability {
            Durability::Strict => "strict",
            Durability::Relaxed => "relaxed",
        };
        Self::begin(database, "readwrite", durability)
    }

    fn begin(database: &IdbDatabase, mode: &str, durability: &str) -> Result<Self, Trouble> {
        let options = Object::new();
        let begun = Reflect::set(&options, &"durability".into(), &durability.into())
            .and_then(|_| Reflect::get(database, &"transaction".into()))
            .and_then(|begin| begin.unchecked_into::<Function>().call3(database, &database.object_store_names(), &mode.into(), &options))
            .map_err(|error| trouble(&error))?;
        let tx: IdbTransaction = begun.unchecked_into();
        let ended = Promise::new(&mut |done, _| {
            tx.set_oncomplete(Some(&done));
            tx.set_onabort(Some(&done));
        });
        Ok(Self { tx, ended, is_over: false })
    }

    fn store(&self, name: &str) -> Result<IdbObjectStore, Trouble> {
        self.tx.object_store(name).map_err(|error| trouble(&error))
    }

    /// A row, if it is there.
    pub async fn get(&self, store: &str, key: &JsValue) -> Result<Option<JsValue>, Trouble> {
        let request = self.store(store)?.get(key).map_err(|error| trouble(&error))?;
        Ok(asked(&request).await?).map(|row| (!row.is_undefined()).then_some(row))
    }

    /// The keys in a range, in order, at most so many.
    pub async fn keys(&self, store: &str, range: Option<&IdbKeyRange>, limit: u32) -> Result<Vec<JsValue>, Trouble> {
        let range = range.map_or(JsValue::UNDEFINED, JsValue::from);
        let request = self.store(store)?.get_all_keys_with_key_and_limit(&range, limit).map_err(|error| trouble(&error))?;
        Ok(Array::from(&asked(&request).await?).iter().collect())
    }

    /// The rows in a range, in the order of their keys, at most so many.
    pub async fn rows(&self, store: &str, range: Option<&IdbKeyRange>, limit: u32) -> Result<Vec<JsValue>, Trouble> {
        let range = range.map_or(JsValue::UNDEFINED, JsValue::from);
        let request = self.store(store)?.get_all_with_key_and_limit(&range, limit).map_err(|error| trouble(&error))?;
        Ok(Array::from(&asked(&request).await?).iter().collect())
    }

    /// All keys with their rows.
    pub async fn pairs(&self, store: &str) -> Result<Vec<(JsValue, JsValue)>, Trouble> {
        let keys = self.keys(store, None, ALL).await?;
        Ok(keys.into_iter().zip(self.rows(store, None, ALL).await?).collect())
    }

    /// Writes a row. If that fails, so does the transaction.
    pub fn put(&self, store: &str, key: &JsValue, row: &JsValue) -> Result<(), Trouble> {
        self.store(store)?.put_with_key(row, key).map(drop).map_err(|error| trouble(&error))
    }

    /// Deletes a row, or the rows in a range. If that fails, so does the transaction.
    pub fn delete(&self, store: &str, key: &JsValue) -> Result<(), Trouble> {
        self.store(store)?.delete(key).map(drop).map_err(|error| trouble(&error))
    }

    /// Deletes all rows of a store. If that fails, so does the transaction.
    pub fn clear(&self, store: &str) -> Result<(), Trouble> {
        self.store(store)?.clear().map(drop).map_err(|error| trouble(&error))
    }

    /// Ends it; when this is done, everything in it is there.
    pub async fn commit(mut self) -> Result<(), Trouble> {
        self.is_over = true;
        if let Ok(commit) = Reflect::get(&self.tx, &"commit".into()).and_then(|commit| commit.dyn_into::<Function>()) {
            // Where there is no such call, or one of the requests has failed already, it ends by itself.
            _ = commit.call0(&self.tx);
        }
        let event = JsFuture::from(self.ended.clone()).await.map_err(|_| Trouble::Failed)?;
        if event.unchecked_ref::<Event>().type_() == "complete" {
            return Ok(());
        }
        Err(self.tx.error().map_or(Trouble::Failed, |error| trouble(&error)))
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if !self.is_over {
            // One that is over already has nothing to undo.
            _ = self.tx.abort();
        }
    }
}

/// What a failure means for who wants to store something.
fn trouble(error: &JsValue) -> Trouble {
    let Some(exception) = error.dyn_ref::<DomException>() else { return Trouble::Failed };
    match exception.name().as_str() {
        "QuotaExceededError" => Trouble::Full,
        "VersionError" => Trouble::TooNew,
        "SecurityError" | "NotAllowedError" => Trouble::Denied,
        _ => Trouble::Failed,
    }
}
