//! The only file that touches IndexedDB: it carries out the replica's transactions and reads, no more.

use domain::{
    feeds::Feed,
    ids::{AccountId, ContentHash, DeviceId},
    protocol::Mark,
    replica::storage::{Change, Chunk, Durability, Found, Queued, Settled, Transaction, Trouble},
};
use indexed_db_futures::{
    KeyRange, OpenDbResult,
    database::Database,
    error::{DomException, Error, OpenDbError},
    object_store::ObjectStore,
    prelude::*,
    transaction::{Transaction as IdbTransaction, TransactionDurability, TransactionMode, TransactionOptions},
};
use js_sys::{Array, Uint8Array};
use std::{cell::RefCell, collections::BTreeMap, collections::BTreeSet, rc::Rc};
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue};

/// The shape of the database; a newer build's is refused by the browser itself.
const FORMAT: u8 = 1;
const STORES: [&str; 7] = ["meta", "feeds", "chunks", "content", "people", "outbox", "results"];
/// Every database of the app begins so; signing out deletes them all.
const PREFIX: &str = "leftfold-";

/// The database of one account.
pub struct Storage {
    name: String,
    open: RefCell<Option<Rc<Database>>>,
    /// The documents that a read has given already.
    given: RefCell<BTreeSet<ContentHash>>,
}

impl Storage {
    /// The database of this account; opened at its first use.
    pub fn of(account: AccountId) -> Self {
        Self { name: format!("{PREFIX}{account}"), open: RefCell::default(), given: RefCell::default() }
    }

    /// Carries out a transaction; the numbers that its `Enqueue`s gave out. A connection that has died is opened anew, once.
    pub async fn carry_out(&self, transaction: &Transaction) -> Result<Vec<u64>, Trouble> {
        match self.try_carry_out(transaction).await {
            Err(Trouble::Failed) => {
                self.close();
                self.try_carry_out(transaction).await
            }
            done => done,
        }
    }

    /// Reads what is stored: chunks of each feed from after a number on, each handed over as it comes, and all the rest.
    pub async fn read(&self, after: &BTreeMap<Feed, u64>, each: impl AsyncFnMut(Chunk)) -> Result<Found, Trouble> {
        let mut each = each;
        match self.try_read(after, &mut each).await {
            Err(Trouble::Failed) => {
                self.close();
                self.try_read(after, &mut each).await
            }
            read => read,
        }
    }

    /// Makes few chunks of many: what came event by event is read faster together. Nothing is lost if it fails.
    pub async fn merge(&self) -> Result<(), Trouble> {
        let database = self.database().await?;
        merge_chunks(&database).await.map_err(|error| trouble(&error))
    }

    /// Closes the connection; it opens again when it is needed.
    pub fn close(&self) {
        if let Some(database) = self.open.borrow_mut().take()
            && let Ok(database) = Rc::try_unwrap(database)
        {
            database.close();
        }
    }

    async fn database(&self) -> Result<Rc<Database>, Trouble> {
        if let Some(database) = self.open.borrow().as_ref() {
            return Ok(database.clone());
        }
        let database = Rc::new(open(&self.name).await.map_err(|error| open_trouble(&error))?);
        close_when_asked(&database);
        *self.open.borrow_mut() = Some(database.clone());
        Ok(database)
    }

    async fn try_carry_out(&self, transaction: &Transaction) -> Result<Vec<u64>, Trouble> {
        let database = self.database().await?;
        let durability = match transaction.durability {
            Durability::Strict => TransactionDurability::Strict,
            Durability::Relaxed => TransactionDurability::Relaxed,
        };
        let options = TransactionOptions::new().with_durability(durability);
        let building = database.transaction(STORES).with_mode(TransactionMode::Readwrite).with_options(options);
        let tx = building.build().map_err(|error| trouble(&error))?;
        let mut numbers = Vec::new();
        for change in &transaction.changes {
            apply(&tx, change, &mut numbers).await.map_err(|error| trouble(&error))?;
        }
        tx.commit().await.map_err(|error| trouble(&error))?;
        Ok(numbers)
    }

    async fn try_read(&self, after: &BTreeMap<Feed, u64>, each: &mut impl AsyncFnMut(Chunk)) -> Result<Found, Trouble> {
        let database = self.database().await?;
        let feeds = self.read_all(&database, after, each).await;
        feeds.map_err(|error| trouble(&error))
    }

    async fn read_all(
        &self,
        database: &Database,
        after: &BTreeMap<Feed, u64>,
        each: &mut impl AsyncFnMut(Chunk),
    ) -> indexed_db_futures::Result<Found> {
        let tx = database.transaction(STORES).with_mode(TransactionMode::Readonly).build()?;
        let meta = tx.object_store("meta")?;
        let text = |value: Option<JsValue>| value.and_then(|value| value.as_string());
        let device = text(meta.get::<JsValue, JsValue, _>(JsValue::from("device")).primitive()?.await?);
        let log = text(meta.get::<JsValue, JsValue, _>(JsValue::from("log")).primitive()?.await?);
        let feeds: BTreeSet<Feed> = keys(&tx, "feeds").await?.iter().filter_map(|feed| feed.as_string()?.parse().ok()).collect();
        let outbox = rows(&tx, "outbox").await?;
        let results = tx.object_store("results")?.get_all::<JsValue>().primitive()?.await?;
        let people = rows(&tx, "people").await?;
        let mut content = Vec::new();
        for (hash, bytes) in self.new_content(&tx).await? {
            content.push((hash, bytes));
        }
        let mut chunks = Vec::new();
        let store = tx.object_store("chunks")?;
        for feed in &feeds {
            let from = after.get(feed).copied().unwrap_or(0);
            let range = chunk_range(feed, from);
            let found = store.get_all::<JsValue>().with_query::<JsValue, _>(range).primitive()?.await?;
            chunks.extend(
                found.filter_map(Result::ok).filter_map(|row| chunk(*feed, &row)).filter(|chunk| chunk.first + chunk.count > from + 1),
            );
        }
        drop(tx);
        // Nothing else is awaited inside a transaction: folding comes after it.
        for chunk in chunks {
            each(chunk).await;
        }
        Ok(Found {
            device: device.and_then(|device| device.parse().ok()).unwrap_or(DeviceId(Uuid::nil())),
            log: log.and_then(|log| log.parse().ok()),
            feeds,
            outbox: outbox.iter().filter_map(|(number, row)| Some((number.as_f64()? as u64, json(row)?))).collect(),
            results: unseen(results.filter_map(Result::ok)),
            content,
            people: people.iter().filter_map(|(id, name)| Some((id.as_string()?.parse().ok()?, name.as_string()?))).collect(),
        })
    }

    async fn new_content(&self, tx: &IdbTransaction<'_>) -> indexed_db_futures::Result<Vec<(ContentHash, Vec<u8>)>> {
        let store = tx.object_store("content")?;
        let mut content = Vec::new();
        for key in keys(tx, "content").await? {
            let Some(hash) = key.as_string().and_then(|hash| hash.parse::<ContentHash>().ok()) else { continue };
            if self.given.borrow().contains(&hash) {
                continue;
            }
            if let Some(bytes) = store.get::<JsValue, JsValue, _>(key).primitive()?.await? {
                self.given.borrow_mut().insert(hash);
                content.push((hash, Uint8Array::new(&bytes).to_vec()));
            }
        }
        Ok(content)
    }
}

/// Deletes every database of the app and waits until they are gone.
pub async fn delete_everything(account: AccountId) -> Result<(), Trouble> {
    for name in names(account).await {
        Database::delete_by_name(&name).map_err(|error| open_trouble(&error))?.await.map_err(|error| trouble(&error))?;
    }
    Ok(())
}

/// The databases that there are; where the browser does not tell, the one that we know of.
async fn names(account: AccountId) -> Vec<String> {
    let mut names = BTreeSet::from([format!("{PREFIX}{account}")]);
    let factory = web_sys::window().and_then(|window| window.indexed_db().ok().flatten());
    if let Some(factory) = factory
        && let Ok(ask) = js_sys::Reflect::get(&factory, &"databases".into())
        && let Ok(ask) = ask.dyn_into::<js_sys::Function>()
        && let Ok(promise) = ask.call0(&factory)
        && let Ok(found) = wasm_bindgen_futures::JsFuture::from(js_sys::Promise::from(promise)).await
    {
        let found = Array::from(&found);
        let found = found.iter().filter_map(|database| js_sys::Reflect::get(&database, &"name".into()).ok()?.as_string());
        names.extend(found.filter(|name| name.starts_with(PREFIX)));
    }
    names.into_iter().collect()
}

async fn open(name: &str) -> OpenDbResult<Database> {
    let database = Database::open(name)
        .with_version(FORMAT)
        .with_on_upgrade_needed(|_, database| {
            for store in STORES {
                database.create_object_store(store).build()?;
            }
            Ok(())
        })
        .await?;
    make_device(&database).await?;
    Ok(database)
}

/// A new database is a new device.
async fn make_device(database: &Database) -> indexed_db_futures::Result<()> {
    let options = TransactionOptions::new().with_durability(TransactionDurability::Strict);
    let tx = database.transaction(STORES).with_mode(TransactionMode::Readwrite).with_options(options).build()?;
    if get(&tx, "meta", JsValue::from("device")).await?.is_none() {
        put(&tx, "meta", JsValue::from("device"), JsValue::from(DeviceId(Uuid::new_v4()).to_string())).await?;
        put(&tx, "meta", JsValue::from("format"), JsValue::from(FORMAT)).await?;
    }
    tx.commit().await
}

/// Another tab signs out, or a newer build changes the shape: let go, so that it need not wait.
fn close_when_asked(database: &Rc<Database>) {
    let Ok(mut asked) = database.version_changes() else { return };
    let database = Rc::downgrade(database);
    leptos::task::spawn_local(async move {
        if asked.recv().await.is_some()
            && let Some(database) = database.upgrade()
        {
            Database::clone(&database).close();
        }
    });
}

async fn apply(tx: &IdbTransaction<'_>, change: &Change, numbers: &mut Vec<u64>) -> indexed_db_futures::Result<()> {
    match change {
        Change::Enqueue(queued) => numbers.push(enqueue(tx, queued).await?),
        Change::Chunk(chunk) => {
            let bytes = Uint8Array::from(chunk.runs.as_bytes());
            let row = Array::of3(&number(chunk.first), &number(chunk.count), &bytes);
            put(tx, "chunks", chunk_key(&chunk.feed, chunk.first), row.into()).await?;
        }
        Change::Mark(feed, mark) => {
            let key = JsValue::from(feed.to_string());
            let before: Option<Mark> = get(tx, "feeds", key.clone()).await?.as_ref().and_then(json);
            if before.is_none_or(|before| before.after <= mark.after) {
                put(tx, "feeds", key, to_json(mark)).await?;
            }
        }
        Change::Purge(feed) => {
            let range = chunk_range(feed, 0);
            tx.object_store("chunks")?.delete::<JsValue, _>(range).primitive()?.await?;
            delete(tx, "feeds", JsValue::from(feed.to_string())).await?;
        }
        Change::Settle(settled) => {
            put(tx, "results", result_key(settled), to_json(settled)).await?;
            delete(tx, "outbox", number(settled.number)).await?;
        }
        Change::Dismiss(settled) => put(tx, "results", result_key(settled), to_json(settled)).await?,
        Change::Renumber => renumber(tx).await?,
        Change::Document { hash, bytes } => {
            put(tx, "content", JsValue::from(hash.to_string()), Uint8Array::from(bytes.as_slice()).into()).await?;
        }
        Change::People(people) => {
            tx.object_store("people")?.clear()?.await?;
            for (account, name) in people {
                put(tx, "people", JsValue::from(account.to_string()), JsValue::from(name)).await?;
            }
        }
        Change::Log(log) => put(tx, "meta", JsValue::from("log"), JsValue::from(log.to_string())).await?,
    }
    Ok(())
}

async fn enqueue(tx: &IdbTransaction<'_>, queued: &Queued) -> indexed_db_futures::Result<u64> {
    let next = get(tx, "meta", JsValue::from("next")).await?.and_then(|next| next.as_f64()).unwrap_or(1.0) as u64;
    put(tx, "outbox", number(next), to_json(queued)).await?;
    put(tx, "meta", JsValue::from("next"), number(next + 1)).await?;
    Ok(next)
}

/// A feed with fewer chunks than this is left as it is.
const CHUNKS_MERGED_MIN: usize = 32;

async fn merge_chunks(database: &Database) -> indexed_db_futures::Result<()> {
    let options = TransactionOptions::new().with_durability(TransactionDurability::Relaxed);
    let tx = database.transaction(STORES).with_mode(TransactionMode::Readwrite).with_options(options).build()?;
    for feed in keys(&tx, "feeds").await?.iter().filter_map(|feed| feed.as_string()?.parse::<Feed>().ok()) {
        let store = tx.object_store("chunks")?;
        let rows = store.get_all::<JsValue>().with_query::<JsValue, _>(chunk_range(&feed, 0)).primitive()?.await?;
        let chunks: Vec<Chunk> = rows.filter_map(Result::ok).filter_map(|row| chunk(feed, &row)).collect();
        if chunks.len() < CHUNKS_MERGED_MIN {
            continue;
        }
        for merged in merged(chunks) {
            let last = merged.first + merged.count - 1;
            let covered = KeyRange::Bound(chunk_key(&feed, merged.first), false, chunk_key(&feed, last), false);
            store.delete::<JsValue, _>(covered).primitive()?.await?;
            apply(&tx, &Change::Chunk(merged), &mut Vec::new()).await?;
        }
    }
    tx.commit().await
}

/// The same events in as few chunks as may be. Chunks that leave a hole or overlap, as two tabs may write them, stay apart.
fn merged(chunks: Vec<Chunk>) -> Vec<Chunk> {
    let mut merged: Vec<Chunk> = Vec::new();
    for chunk in chunks {
        match merged.last_mut() {
            Some(last) if last.first + last.count == chunk.first && last.count + chunk.count <= CHUNK_EVENTS_MAX => {
                last.count += chunk.count;
                // Two JSON arrays, neither empty, become one.
                last.runs.pop();
                last.runs.push(',');
                last.runs.push_str(chunk.runs.trim_start_matches('['));
            }
            Some(_) | None => merged.push(chunk),
        }
    }
    merged
}

/// Numbers the outbox from 1 under a new device.
async fn renumber(tx: &IdbTransaction<'_>) -> indexed_db_futures::Result<()> {
    let waiting = rows(tx, "outbox").await?;
    tx.object_store("outbox")?.clear()?.await?;
    for (index, (_, row)) in waiting.iter().enumerate() {
        put(tx, "outbox", number(index as u64 + 1), row.clone()).await?;
    }
    put(tx, "meta", JsValue::from("next"), number(waiting.len() as u64 + 1)).await?;
    put(tx, "meta", JsValue::from("device"), JsValue::from(DeviceId(Uuid::new_v4()).to_string())).await
}

async fn get(tx: &IdbTransaction<'_>, store: &str, key: JsValue) -> indexed_db_futures::Result<Option<JsValue>> {
    tx.object_store(store)?.get::<JsValue, JsValue, _>(key).primitive()?.await
}

async fn put(tx: &IdbTransaction<'_>, store: &str, key: JsValue, value: JsValue) -> indexed_db_futures::Result<()> {
    tx.object_store(store)?.put(value).with_key(key).primitive()?.await.map(|_: JsValue| ())
}

async fn delete(tx: &IdbTransaction<'_>, store: &str, key: JsValue) -> indexed_db_futures::Result<()> {
    tx.object_store(store)?.delete::<JsValue, _>(key).primitive()?.await
}

async fn keys(tx: &IdbTransaction<'_>, store: &str) -> indexed_db_futures::Result<Vec<JsValue>> {
    let store: ObjectStore<'_> = tx.object_store(store)?;
    store.get_all_keys::<JsValue>().primitive()?.await?.collect()
}

async fn rows(tx: &IdbTransaction<'_>, store: &str) -> indexed_db_futures::Result<Vec<(JsValue, JsValue)>> {
    let keys = keys(tx, store).await?;
    let values: Vec<JsValue> = tx.object_store(store)?.get_all::<JsValue>().primitive()?.await?.collect::<Result<_, _>>()?;
    Ok(keys.into_iter().zip(values).collect())
}

fn chunk(feed: Feed, row: &JsValue) -> Option<Chunk> {
    let row: &Array = row.dyn_ref()?;
    let runs = String::from_utf8(row.get(2).dyn_ref::<Uint8Array>()?.to_vec()).ok()?;
    Some(Chunk { feed, first: row.get(0).as_f64()? as u64, count: row.get(1).as_f64()? as u64, runs })
}

/// The results not seen yet, oldest first.
fn unseen(rows: impl Iterator<Item = JsValue>) -> Vec<Settled> {
    let mut unseen: Vec<Settled> = rows.filter_map(|row| json::<Settled>(&row)).filter(|settled| !settled.seen).collect();
    unseen.sort_by_key(|settled| (settled.command.at, settled.number));
    unseen
}

fn chunk_key(feed: &Feed, first: u64) -> JsValue {
    Array::of2(&JsValue::from(feed.to_string()), &number(first)).into()
}

/// The most events of one chunk: one that begins earlier than so many before a number cannot hold it.
const CHUNK_EVENTS_MAX: u64 = 2_000;

/// The chunks of a feed that may hold events after a number. An array is more than any number in a key's order.
fn chunk_range(feed: &Feed, after: u64) -> KeyRange<JsValue> {
    let end = Array::of2(&JsValue::from(feed.to_string()), &Array::new());
    KeyRange::Bound(chunk_key(feed, after.saturating_sub(CHUNK_EVENTS_MAX)), false, end.into(), false)
}

fn result_key(settled: &Settled) -> JsValue {
    Array::of2(&JsValue::from(settled.device.to_string()), &number(settled.number)).into()
}

/// Numbers stay far below 2⁵³.
fn number(number: u64) -> JsValue {
    JsValue::from(number as f64)
}

fn to_json(value: &impl serde::Serialize) -> JsValue {
    JsValue::from(serde_json::to_string(value).expect("rows have text keys only, so they always serialise"))
}

fn json<T: serde::de::DeserializeOwned>(row: &JsValue) -> Option<T> {
    serde_json::from_str(&row.as_string()?).ok()
}

fn open_trouble(error: &OpenDbError) -> Trouble {
    match error {
        OpenDbError::Base(error) => trouble(error),
        _ => Trouble::Denied,
    }
}

fn trouble(error: &Error) -> Trouble {
    let Error::DomException(exception) = error else { return Trouble::Failed };
    let name = match exception {
        DomException::Other(exception) => exception.name(),
        _ => return Trouble::Failed,
    };
    match name.as_str() {
        "QuotaExceededError" => Trouble::Full,
        "VersionError" => Trouble::TooNew,
        "SecurityError" => Trouble::Denied,
        _ => Trouble::Failed,
    }
}
