//! What each change means for the rows of the database.

use super::{
    idb::{ALL, Tx},
    rows::{self, Kept, KeptChunk, KeptResult, json, number, numbered, parsed, to_json},
};
use domain::{
    feeds::Feed,
    ids::{AccountId, DeviceId, LogId},
    protocol::Mark,
    replica::storage::{Change, Trouble},
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

/// A new random device, or mark of a birth.
pub fn at_random() -> JsValue {
    JsValue::from(DeviceId(Uuid::new_v4()).to_string())
}

/// Makes a change. `row` is what of it is to be kept otherwise than as it is: a command always, on a shared computer all that is personal. The numbers
/// that it gives out are added to the others.
pub async fn apply(tx: &Tx<'_>, change: &Change, row: Option<&JsValue>, numbers: &mut Vec<u64>) -> Result<(), Trouble> {
    let kept = || row.ok_or(Trouble::Failed);
    match change {
        Change::Enqueue(_) => {
            let next = next_number(tx).await?;
            tx.put("outbox", &number(next), kept()?)?;
            tx.put("meta", &"next".into(), &number(next + 1))?;
            numbers.push(next);
        }
        Change::Chunk(chunk) => {
            let row = row.cloned().unwrap_or_else(|| rows::chunk_row(chunk));
            tx.put("chunks", &rows::chunk_key(&chunk.feed, chunk.first), &row)?;
        }
        Change::Mark(feed, mark) => {
            let key = JsValue::from(feed.to_string());
            let before: Option<Mark> = tx.get("feeds", &key).await?.as_ref().and_then(json);
            if before.is_none_or(|before| before.after <= mark.after) {
                tx.put("feeds", &key, &to_json(mark))?;
            }
        }
        Change::Purge(feed) => {
            tx.delete_range("chunks", &rows::chunks_from(feed, 0))?;
            tx.delete("feeds", &JsValue::from(feed.to_string()))?;
        }
        Change::Cut(feed, after) => cut(tx, feed, *after).await?,
        Change::Settle(settled) => {
            tx.put("results", &rows::result_key(settled.device, settled.number), kept()?)?;
            // The result of a device that this was before says nothing of the commands that wait now.
            if device(tx).await? == Some(settled.device) {
                tx.delete("outbox", &number(settled.number))?;
            }
        }
        Change::Dismiss(settled) => tx.put("results", &rows::result_key(settled.device, settled.number), kept()?)?,
        Change::Renumber => renumber(tx).await?,
        Change::Document { hash, bytes } => {
            let row = row.cloned().unwrap_or_else(|| Uint8Array::from(bytes.as_slice()).into());
            tx.put("content", &JsValue::from(hash.to_string()), &row)?;
        }
        Change::ForgetDocument(hash) => tx.delete("content", &JsValue::from(hash.to_string()))?,
        Change::People(people) => put_people(tx, people, row)?,
        Change::Log(log, era) => {
            note_strange(tx, *log).await?;
            tx.put("meta", &"log".into(), &JsValue::from(log.to_string()))?;
            tx.put("meta", &"era".into(), &JsValue::from(*era))?;
        }
        Change::Requeue(last) => numbers.push(requeue(tx, *last).await?),
        Change::RequeueBefore(before, most) => {
            let device = device(tx).await?;
            numbers.push(if let Some(device) = device { requeue_before(tx, device, *before, *most).await? } else { 0 });
        }
        Change::RequeueEarlier(lost) => numbers.push(requeue_earlier(tx, lost).await?),
        Change::TakeOver => {
            let next = epoch(tx).await? + 1;
            tx.put("meta", &"epoch".into(), &number(next))?;
            numbers.push(next);
        }
        Change::Clock(clock) => tx.put("meta", &"clock".into(), &to_json(clock))?,
        Change::Snapshot(snapshot) => {
            let row = row.cloned().unwrap_or_else(|| rows::snapshot_row(snapshot));
            tx.put("snapshots", &JsValue::from(&snapshot.name), &row)?;
        }
        Change::ForgetSnapshots => tx.clear("snapshots")?,
    }
    Ok(())
}

/// Puts these names in the place of all others.
fn put_people(tx: &Tx<'_>, people: &BTreeMap<AccountId, String>, sealed: Option<&JsValue>) -> Result<(), Trouble> {
    tx.clear("people")?;
    if let Some(row) = sealed {
        return tx.put("people", &rows::SEALED_PEOPLE.into(), row);
    }
    people.iter().try_for_each(|(account, name)| tx.put("people", &JsValue::from(account.to_string()), &JsValue::from(name)))
}

async fn next_number(tx: &Tx<'_>) -> Result<u64, Trouble> {
    Ok(meta(tx, "next").await?.as_ref().and_then(numbered).unwrap_or(1))
}

async fn device(tx: &Tx<'_>) -> Result<Option<DeviceId>, Trouble> {
    Ok(meta(tx, "device").await?.as_ref().and_then(parsed))
}

/// Forgets the chunks that hold anything after a number; the mark goes back to where the others end.
async fn cut(tx: &Tx<'_>, feed: &Feed, after: u64) -> Result<(), Trouble> {
    let key = JsValue::from(feed.to_string());
    let generation = tx.get("feeds", &key).await?.as_ref().and_then(json).unwrap_or(Mark::default()).generation;
    let mut end = Mark { generation, ..Mark::default() };
    for row in tx.rows("chunks", Some(&rows::chunks_from(feed, 0)), ALL).await? {
        let Some(chunk) = KeptChunk::of(*feed, &row) else { continue };
        let last = chunk.last();
        if last > after {
            tx.delete("chunks", &rows::chunk_key(feed, chunk.first()))?;
        } else if last > end.after {
            end = Mark { generation, after: last, digest: chunk.digest() };
        }
    }
    tx.put("feeds", &key, &to_json(&end))
}

/// Numbers the outbox from 1 under a new device.
async fn renumber(tx: &Tx<'_>) -> Result<(), Trouble> {
    let waiting = tx.rows("outbox", None, ALL).await?;
    tx.clear("outbox")?;
    for (place, row) in (1..).zip(&waiting) {
        tx.put("outbox", &number(place), row)?;
    }
    tx.put("meta", &"next".into(), &number(waiting.len() as u64 + 1))?;
    tx.put("meta", &"device".into(), &at_random())
}

/// Puts the commands after a number back into the outbox; how many. None of them if one is missing. Sealed ones stay sealed.
async fn requeue(tx: &Tx<'_>, last: u64) -> Result<u64, Trouble> {
    let Some(device) = device(tx).await? else { return Ok(0) };
    let waiting: Vec<u64> = tx.keys("outbox", None, ALL).await?.iter().filter_map(numbered).collect();
    // Two tabs may have settled what they sent in any order, so results may stand behind what still waits.
    let settled = (last + 1..next_number(tx).await?).filter(|number| !waiting.contains(number)).count();
    let results = tx.rows("results", Some(&rows::results_from(device, last + 1)), ALL).await?;
    let results: Vec<KeptResult> =
        results.iter().filter_map(json).filter(|result: &KeptResult| !waiting.contains(&result.number)).collect();
    if results.len() != settled {
        return Ok(0);
    }
    for result in &results {
        tx.put("outbox", &number(result.number), &to_json(&result.command))?;
        tx.delete("results", &rows::result_key(device, result.number))?;
    }
    if waiting.iter().all(|number| *number > last) {
        requeue_before(tx, device, last + 1, 1).await?;
    }
    Ok(results.len() as u64)
}

/// Puts the last kept commands before a number back into the outbox, so many at most; how many.
async fn requeue_before(tx: &Tx<'_>, device: DeviceId, before: u64, most: u64) -> Result<u64, Trouble> {
    let keys = tx.keys("results", Some(&rows::results_before(device, before)), ALL).await?;
    let mut count = 0;
    for key in keys.iter().rev().take(most as usize) {
        // One that cannot be read is left alone: nothing could be sent of it.
        let Some(result) = tx.get("results", key).await?.as_ref().and_then(json::<KeptResult>) else { continue };
        tx.put("outbox", &number(result.number), &to_json(&result.command))?;
        tx.delete("results", key)?;
        count += 1;
    }
    Ok(count)
}

/// The devices that another log knew.
pub async fn strange(tx: &Tx<'_>) -> Result<Vec<DeviceId>, Trouble> {
    Ok(meta(tx, "strange").await?.as_ref().and_then(json).unwrap_or_default())
}

/// If the log is another one from now on, all devices so far are another's.
async fn note_strange(tx: &Tx<'_>, log: LogId) -> Result<(), Trouble> {
    let before: Option<LogId> = meta(tx, "log").await?.as_ref().and_then(parsed);
    if before.is_none_or(|before| before == log) {
        return Ok(());
    }
    let mut strange = strange(tx).await?;
    let results = tx.rows("results", None, ALL).await?;
    let known = results.iter().filter_map(json::<KeptResult>).map(|result| result.device).chain(device(tx).await?);
    for device in known {
        if !strange.contains(&device) {
            strange.push(device);
        }
    }
    tx.put("meta", &"strange".into(), &to_json(&strange))
}

/// Puts the commands of devices that this was before, each after a number, before all that waits, and becomes a new device; how many.
async fn requeue_earlier(tx: &Tx<'_>, lost: &[(DeviceId, u64)]) -> Result<u64, Trouble> {
    let mut back = Vec::new();
    for (device, last) in lost {
        let results = tx.rows("results", Some(&rows::results_from(*device, last + 1)), ALL).await?;
        for result in results.iter().filter_map(json::<KeptResult>) {
            tx.delete("results", &rows::result_key(*device, result.number))?;
            back.push(to_json(&result.command));
        }
    }
    let count = back.len() as u64;
    if count > 0 {
        back.extend(tx.rows("outbox", None, ALL).await?);
        tx.clear("outbox")?;
        for (place, row) in (1..).zip(&back) {
            tx.put("outbox", &number(place), row)?;
        }
        renumber(tx).await?;
    }
    Ok(count)
}

/// Puts commands that wait in the place of what they were before they were sealed, or opened; those that are gone stay gone.
pub async fn exchange(tx: &Tx<'_>, rows: &[(u64, Kept, Kept)]) -> Result<(), Trouble> {
    for (of, before, after) in rows {
        let key = number(*of);
        if tx.get("outbox", &key).await?.as_ref().and_then(json::<Kept>).as_ref() == Some(before) {
            tx.put("outbox", &key, &to_json(after))?;
        }
    }
    Ok(())
}
