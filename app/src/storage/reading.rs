//! Reading the database: folds and events in portions, each handed over as it comes, and all the rest in the transaction that sees the
//! last of them.

use super::{
    idb::{ALL, Tx},
    rows::{self, Kept, KeptChunk, KeptResult, KeptSnapshot, json, numbered, parsed},
    seal::Seal,
    writing::{meta, strange},
};
use domain::{
    feeds::Feed,
    ids::{ContentHash, DeviceId},
    replica::storage::{Chunk, KeptClock, Snapshot, Trouble},
    time::Timestamp,
};
use indexed_db_futures::database::Database;
use std::collections::{BTreeMap, BTreeSet};
use wasm_bindgen::JsValue;

/// The most chunks that are in memory at once; what a transaction reads is folded after it.
const PORTION_CHUNKS: u32 = 64;

/// What a read hands over as it goes.
pub enum Piece {
    /// A fold.
    Snapshot(Snapshot),
    /// Events.
    Chunk(Chunk),
}

/// The rest, with commands as they are kept.
pub struct Rest {
    /// The device.
    pub device: Option<DeviceId>,
    /// The random mark of the database's birth.
    pub born: Option<DeviceId>,
    /// The devices that this was before and of which results are kept, each with the last number.
    pub earlier: Vec<(DeviceId, u64)>,
    /// The log.
    pub log: Option<(domain::ids::LogId, u32)>,
    /// The feeds of which anything is stored.
    pub feeds: BTreeSet<Feed>,
    /// Commands that wait, by number.
    pub outbox: Vec<(u64, Kept)>,
    /// Results not seen yet.
    pub results: Vec<KeptResult>,
    /// Documents not given yet.
    pub content: Vec<(ContentHash, JsValue)>,
    /// Names.
    pub people: Vec<(JsValue, JsValue)>,
    /// What is stored of the school's clock; earlier builds stored nothing.
    pub clock: Option<KeptClock>,
}

/// How far a read has come.
pub struct Reading {
    /// By feed, the number after which events are needed.
    after: BTreeMap<Feed, u64>,
    /// By feed, where the next portion begins.
    next: BTreeMap<Feed, u64>,
}

impl Reading {
    /// Begins a read: returns those of the wanted folds that are stored. If all are, only events after what every one of them has folded are read.
    pub async fn begin(
        database: &Database,
        after: &BTreeMap<Feed, u64>,
        wanted: &BTreeMap<String, u32>,
        seal: Option<&Seal>,
    ) -> Result<(Self, Vec<Snapshot>), Trouble> {
        let mut kept = Vec::new();
        if !wanted.is_empty() {
            let tx = Tx::reading(database)?;
            for (name, version) in wanted {
                let snapshot = tx.get("snapshots", &JsValue::from(name)).await?.as_ref().and_then(KeptSnapshot::of);
                kept.extend(snapshot.filter(|snapshot| snapshot.is_of(*version)));
            }
        }
        // Inside a transaction nothing but its requests may be awaited, so opening comes after it.
        let mut found = Vec::new();
        for snapshot in kept {
            found.extend(snapshot.open(seal).await);
        }
        let mut after = after.clone();
        if let (Some(first), true) = (found.first(), found.len() == wanted.len()) {
            for feed in first.marks.keys() {
                let had = |snapshot: &Snapshot| snapshot.marks.get(feed).map_or(0, |mark| mark.after);
                let all = found.iter().map(had).min().unwrap_or(0);
                let from = after.entry(*feed).or_default();
                *from = all.max(*from);
            }
        }
        Ok((Self { after, next: BTreeMap::new() }, found))
    }

    /// The next portion of events, and with the last portion all the rest.
    pub async fn portion(&mut self, database: &Database, given: &BTreeSet<ContentHash>) -> Result<(Vec<KeptChunk>, Option<Rest>), Trouble> {
        let tx = Tx::reading(database)?;
        let feeds: BTreeSet<Feed> = tx.keys("feeds", None, ALL).await?.iter().filter_map(parsed).collect();
        let (mut chunks, mut room) = (Vec::new(), PORTION_CHUNKS);
        for feed in &feeds {
            let after = self.after.get(feed).copied().unwrap_or(0);
            let next = self.next.entry(*feed).or_insert_with(|| after.saturating_sub(rows::CHUNK_EVENTS_MAX));
            let rows = tx.rows("chunks", Some(&rows::chunks_from(feed, *next)), room).await?;
            room -= rows.len() as u32;
            for chunk in rows.iter().filter_map(|row| KeptChunk::of(*feed, row)) {
                *next = chunk.first() + 1;
                if chunk.last() > after {
                    chunks.push(chunk);
                }
            }
            if room == 0 {
                return Ok((chunks, None));
            }
        }
        Ok((chunks, Some(rest(&tx, feeds, given).await?)))
    }
}

/// The chunks of one feed that hold events after a number, from where the last portion ended (none at first) and at most so many; and where the next
/// portion begins, none after the last.
pub async fn portion_of(
    database: &Database,
    feed: Feed,
    after: u64,
    from: Option<u64>,
    at_most: u32,
) -> Result<(Vec<KeptChunk>, Option<u64>), Trouble> {
    let from = from.unwrap_or_else(|| after.saturating_sub(rows::CHUNK_EVENTS_MAX));
    let rows = Tx::reading(database)?.rows("chunks", Some(&rows::chunks_from(&feed, from)), at_most).await?;
    let chunks: Vec<KeptChunk> = rows.iter().filter_map(|row| KeptChunk::of(feed, row)).collect();
    let next = chunks.last().map(|last| last.first() + 1).filter(|_| rows.len() as u32 == at_most);
    Ok((chunks.into_iter().filter(|chunk| chunk.last() > after).collect(), next))
}

async fn rest(tx: &Tx<'_>, feeds: BTreeSet<Feed>, given: &BTreeSet<ContentHash>) -> Result<Rest, Trouble> {
    let log = meta(tx, "log").await?.as_ref().and_then(parsed);
    let era = meta(tx, "era").await?.as_ref().and_then(numbered).unwrap_or(0);
    let outbox = tx.pairs("outbox").await?;
    let results: Vec<KeptResult> = tx.rows("results", None, ALL).await?.iter().filter_map(json).collect();
    let device: Option<DeviceId> = meta(tx, "device").await?.as_ref().and_then(parsed);
    Ok(Rest {
        device,
        born: meta(tx, "born").await?.as_ref().and_then(parsed),
        earlier: earlier(&results, device, &strange(tx).await?),
        log: log.map(|log| (log, era as u32)),
        feeds,
        outbox: outbox.iter().filter_map(|(number, row)| Some((numbered(number)?, json(row)?))).collect(),
        results: results.into_iter().filter(|result| !result.seen).collect(),
        content: new_content(tx, given).await?,
        people: tx.pairs("people").await?,
        clock: meta(tx, "clock").await?.as_ref().and_then(json),
    })
}

/// In the order in which the commands of their first results were given. Rows come by device and number.
fn earlier(results: &[KeptResult], present: Option<DeviceId>, strange: &[DeviceId]) -> Vec<(DeviceId, u64)> {
    let mut earlier: Vec<(Timestamp, DeviceId, u64)> = Vec::new();
    let is_earlier = |result: &&KeptResult| Some(result.device) != present && !strange.contains(&result.device);
    for result in results.iter().filter(is_earlier) {
        match earlier.last_mut().filter(|(_, device, _)| *device == result.device) {
            Some((_, _, last)) => *last = result.number.max(*last),
            None => earlier.push((result.command.at(), result.device, result.number)),
        }
    }
    earlier.sort_by_key(|(first, ..)| *first);
    earlier.into_iter().map(|(_, device, last)| (device, last)).collect()
}

async fn new_content(tx: &Tx<'_>, given: &BTreeSet<ContentHash>) -> Result<Vec<(ContentHash, JsValue)>, Trouble> {
    let mut content = Vec::new();
    for key in tx.keys("content", None, ALL).await? {
        let Some(hash) = parsed(&key).filter(|hash| !given.contains(hash)) else { continue };
        content.extend(tx.get("content", &key).await?.map(|row| (hash, row)));
    }
    Ok(content)
}
