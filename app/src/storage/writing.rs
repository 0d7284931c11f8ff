//! Changes the rows of the database. What each change means is defined in the domain, once for all databases.

use super::{
    idb::{ALL, Tx},
    rows::{self, Kept, KeptChunk, KeptResult, json, number, numbered, parsed, to_json},
};
use domain::{
    feeds::Feed,
    ids::{AccountId, ContentHash, DeviceId, LogId},
    protocol::Mark,
    replica::{
        rows::{Extent, Rows},
        storage::{Chunk, KeptClock, Queued, Settled, Snapshot, Trouble},
    },
};
use js_sys::Uint8Array;
use std::collections::BTreeMap;
use uuid::Uuid;
use wasm_bindgen::JsValue;

/// A value in `meta`.
pub async fn meta(tx: &Tx<'_>, name: &str) -> Result<Option<JsValue>, Trouble> {
    tx.get("meta", &name.into()).await
}

/// The number of the tab that has the socket: raised by each that takes it over.
pub async fn epoch(tx: &Tx<'_>) -> Result<u64, Trouble> {
    Ok(meta(tx, "epoch").await?.as_ref().and_then(numbered).unwrap_or(0))
}

/// A random value: a new device, or the mark of a database's birth.
pub fn at_random() -> JsValue {
    JsValue::from(DeviceId(Uuid::new_v4()).to_string())
}

/// The rows within a transaction, and for each change the row that was prepared for it: for commands and results always, on a shared computer for
/// everything personal.
pub struct Writing<'t, 'd> {
    tx: &'t Tx<'d>,
    prepared: &'t [Option<JsValue>],
    /// Which change is being made, from 1 on.
    place: usize,
}

impl<'t, 'd> Writing<'t, 'd> {
    /// The rows within this transaction, with what was prepared for each of its changes.
    pub fn of(tx: &'t Tx<'d>, prepared: &'t [Option<JsValue>]) -> Self {
        Self { tx, prepared, place: 0 }
    }

    /// The row that was prepared for the change that is being made.
    fn prepared(&self) -> Option<&'t JsValue> {
        self.prepared.get(self.place.checked_sub(1)?)?.as_ref()
    }

    fn put_meta(&self, name: &str, row: &JsValue) -> Result<(), Trouble> {
        self.tx.put("meta", &name.into(), row)
    }
}

impl Rows for Writing<'_, '_> {
    type Kept = JsValue;

    fn next_change(&mut self) {
        self.place += 1;
    }

    async fn device(&self) -> Result<Option<DeviceId>, Trouble> {
        Ok(meta(self.tx, "device").await?.as_ref().and_then(parsed))
    }

    fn become_another_device(&mut self) -> Result<(), Trouble> {
        self.put_meta("device", &at_random())
    }

    async fn next_number(&self) -> Result<u64, Trouble> {
        Ok(meta(self.tx, "next").await?.as_ref().and_then(numbered).unwrap_or(1))
    }

    fn put_next_number(&mut self, next: u64) -> Result<(), Trouble> {
        self.put_meta("next", &number(next))
    }

    async fn epoch(&self) -> Result<u64, Trouble> {
        epoch(self.tx).await
    }

    fn put_epoch(&mut self, epoch: u64) -> Result<(), Trouble> {
        self.put_meta("epoch", &number(epoch))
    }

    async fn log(&self) -> Result<Option<LogId>, Trouble> {
        Ok(meta(self.tx, "log").await?.as_ref().and_then(parsed))
    }

    fn put_log(&mut self, log: LogId, era: u32) -> Result<(), Trouble> {
        self.put_meta("log", &JsValue::from(log.to_string()))?;
        self.put_meta("era", &JsValue::from(era))
    }

    async fn strange(&self) -> Result<Vec<DeviceId>, Trouble> {
        strange(self.tx).await
    }

    fn put_strange(&mut self, strange: Vec<DeviceId>) -> Result<(), Trouble> {
        self.put_meta("strange", &to_json(&strange))
    }

    fn put_clock(&mut self, clock: &KeptClock) -> Result<(), Trouble> {
        self.put_meta("clock", &to_json(clock))
    }

    async fn mark(&self, feed: &Feed) -> Result<Option<Mark>, Trouble> {
        Ok(self.tx.get("feeds", &JsValue::from(feed.to_string())).await?.as_ref().and_then(json))
    }

    fn put_mark(&mut self, feed: &Feed, mark: &Mark) -> Result<(), Trouble> {
        self.tx.put("feeds", &JsValue::from(feed.to_string()), &to_json(mark))
    }

    async fn chunks(&self, feed: &Feed) -> Result<Vec<Extent>, Trouble> {
        let rows = self.tx.rows("chunks", Some(&rows::chunks_from(feed, 0)), ALL).await?;
        let chunks = rows.iter().filter_map(|row| KeptChunk::of(*feed, row));
        Ok(chunks.map(|chunk| Extent { first: chunk.first(), last: chunk.last(), digest: chunk.digest() }).collect())
    }

    fn put_chunk(&mut self, chunk: &Chunk) -> Result<(), Trouble> {
        let row = self.prepared().cloned().unwrap_or_else(|| rows::chunk_row(chunk));
        self.tx.put("chunks", &rows::chunk_key(&chunk.feed, chunk.first), &row)
    }

    fn delete_chunk(&mut self, feed: &Feed, first: u64) -> Result<(), Trouble> {
        self.tx.delete("chunks", &rows::chunk_key(feed, first))
    }

    fn delete_feed(&mut self, feed: &Feed) -> Result<(), Trouble> {
        self.tx.delete_range("chunks", &rows::chunks_from(feed, 0))?;
        self.tx.delete("feeds", &JsValue::from(feed.to_string()))
    }

    async fn numbers(&self) -> Result<Vec<u64>, Trouble> {
        Ok(self.tx.keys("outbox", None, ALL).await?.iter().filter_map(numbered).collect())
    }

    async fn waiting(&self) -> Result<Vec<JsValue>, Trouble> {
        self.tx.rows("outbox", None, ALL).await
    }

    fn put_given(&mut self, of: u64, _: &Queued) -> Result<(), Trouble> {
        self.tx.put("outbox", &number(of), self.prepared().ok_or(Trouble::Failed)?)
    }

    fn put_waiting(&mut self, of: u64, command: JsValue) -> Result<(), Trouble> {
        self.tx.put("outbox", &number(of), &command)
    }

    fn delete_waiting(&mut self, of: u64) -> Result<(), Trouble> {
        self.tx.delete("outbox", &number(of))
    }

    fn clear_waiting(&mut self) -> Result<(), Trouble> {
        self.tx.clear("outbox")
    }

    async fn results_after(&self, device: DeviceId, last: u64) -> Result<Vec<(u64, JsValue)>, Trouble> {
        let rows = self.tx.rows("results", Some(&rows::results_from(device, last + 1)), ALL).await?;
        Ok(rows.iter().filter_map(json).map(command_of).collect())
    }

    async fn results_before(&self, device: DeviceId, before: u64, most: u64) -> Result<Vec<(u64, JsValue)>, Trouble> {
        let keys = self.tx.keys("results", Some(&rows::results_before(device, before)), ALL).await?;
        let mut results = Vec::new();
        for key in keys.iter().rev().take(most as usize) {
            results.extend(self.tx.get("results", key).await?.as_ref().and_then(json).map(command_of));
        }
        Ok(results)
    }

    async fn devices_of_results(&self) -> Result<Vec<DeviceId>, Trouble> {
        let rows = self.tx.rows("results", None, ALL).await?;
        Ok(rows.iter().filter_map(json::<KeptResult>).map(|result| result.device).collect())
    }

    fn put_result(&mut self, settled: &Settled) -> Result<(), Trouble> {
        let row = self.prepared().ok_or(Trouble::Failed)?;
        self.tx.put("results", &rows::result_key(settled.device, settled.number), row)
    }

    fn delete_result(&mut self, device: DeviceId, of: u64) -> Result<(), Trouble> {
        self.tx.delete("results", &rows::result_key(device, of))
    }

    fn put_document(&mut self, hash: ContentHash, bytes: &[u8]) -> Result<(), Trouble> {
        let row = self.prepared().cloned().unwrap_or_else(|| Uint8Array::from(bytes).into());
        self.tx.put("content", &JsValue::from(hash.to_string()), &row)
    }

    fn delete_document(&mut self, hash: ContentHash) -> Result<(), Trouble> {
        self.tx.delete("content", &JsValue::from(hash.to_string()))
    }

    fn put_people(&mut self, people: &BTreeMap<AccountId, String>) -> Result<(), Trouble> {
        self.tx.clear("people")?;
        if let Some(row) = self.prepared() {
            return self.tx.put("people", &rows::SEALED_PEOPLE.into(), row);
        }
        people.iter().try_for_each(|(account, name)| self.tx.put("people", &JsValue::from(account.to_string()), &JsValue::from(name)))
    }

    fn put_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), Trouble> {
        let row = self.prepared().cloned().unwrap_or_else(|| rows::snapshot_row(snapshot));
        self.tx.put("snapshots", &JsValue::from(&snapshot.name), &row)
    }

    fn clear_snapshots(&mut self) -> Result<(), Trouble> {
        self.tx.clear("snapshots")
    }
}

/// The command of a result, sealed if it is, by its number.
fn command_of(result: KeptResult) -> (u64, JsValue) {
    (result.number, to_json(&result.command))
}

/// The devices that another log knew.
pub async fn strange(tx: &Tx<'_>) -> Result<Vec<DeviceId>, Trouble> {
    Ok(meta(tx, "strange").await?.as_ref().and_then(json).unwrap_or_default())
}

/// Replaces commands that wait by their sealed, or opened, form; those that are gone meanwhile stay gone.
pub async fn exchange(tx: &Tx<'_>, rows: &[(u64, Kept, Kept)]) -> Result<(), Trouble> {
    for (of, before, after) in rows {
        let key = number(*of);
        if tx.get("outbox", &key).await?.as_ref().and_then(json::<Kept>).as_ref() == Some(before) {
            tx.put("outbox", &key, &to_json(after))?;
        }
    }
    Ok(())
}
