//! Inspects the database: what is stored, and whether every event is as it was recorded.

use super::{
    Storage,
    idb::{ALL, Tx},
    rows::{self, Kept as KeptCommand, KeptChunk, KeptResult, KeptSnapshot, json, numbered, parsed},
    writing,
};
use domain::{
    digest::{Digest, Shared},
    event::read_runs,
    feeds::Feed,
    ids::{DeviceId, LogId},
    protocol::Mark,
    replica::{
        bundle::ChunkHeader,
        storage::{Chunk, KeptClock, Queued, Settled, Trouble},
    },
};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;

/// What is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The device.
    pub device: Option<DeviceId>,
    /// The mark of the database's birth.
    pub born: Option<DeviceId>,
    /// How often the socket changed tabs.
    pub epoch: u64,
    /// What is kept of the school's clock.
    pub clock: Option<KeptClock>,
    /// How far each feed is stored.
    pub feeds: Vec<(Feed, Mark)>,
    /// The chunks, without their events.
    pub chunks: Vec<ChunkHeader>,
    /// The commands that wait, by number, as far as they can be opened.
    pub outbox: Vec<(u64, Queued)>,
    /// How many commands in the outbox only the key opens.
    pub sealed: usize,
    /// The results that are kept, as far as their commands can be opened.
    pub results: Vec<Settled>,
    /// The log that the feeds are of, and its era.
    pub log: Option<(LogId, u32)>,
    /// The folds, without their states: name, version, how many bytes.
    pub snapshots: Vec<(String, u32, u64)>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// How many chunks were read.
    pub chunks: usize,
    /// How many events they hold.
    pub events: u64,
    /// The chunks whose events are not as they were recorded: feed and first number.
    pub bad: Vec<(Feed, u64)>,
}

impl Storage {
    /// Looks at everything but the events.
    pub async fn look(&self) -> Result<Stored, Trouble> {
        let open = self.database().await?;
        let tx = Tx::reading(&open.database)?;
        let feeds = tx.pairs("feeds").await?;
        let feeds: Vec<(Feed, Mark)> = feeds.iter().filter_map(|(feed, mark)| Some((parsed(feed)?, json(mark)?))).collect();
        let mut chunks = Vec::new();
        for (feed, _) in &feeds {
            let mut next = 0;
            // Read a few chunks at a time: a year of a class is more than should be in memory at once.
            loop {
                let rows = tx.rows("chunks", Some(&rows::chunks_from(feed, next)), 64).await?;
                chunks.extend(rows.iter().filter_map(|row| header(*feed, row.dyn_ref()?)));
                match rows.last().and_then(|row| numbered(&row.dyn_ref::<Array>()?.get(0))) {
                    Some(first) => next = first + 1,
                    None => break,
                }
            }
        }
        let outbox = tx.pairs("outbox").await?;
        let results = tx.rows("results", None, ALL).await?;
        let snapshots = tx.rows("snapshots", None, ALL).await?;
        let snapshots = snapshots.iter().filter_map(KeptSnapshot::of);
        let log = writing::meta(&tx, "log").await?.as_ref().and_then(parsed);
        let era = writing::meta(&tx, "era").await?.as_ref().and_then(numbered).unwrap_or(0);
        let mut kept = Stored {
            device: writing::meta(&tx, "device").await?.as_ref().and_then(parsed),
            born: writing::meta(&tx, "born").await?.as_ref().and_then(parsed),
            epoch: writing::epoch(&tx).await?,
            clock: writing::meta(&tx, "clock").await?.as_ref().and_then(json),
            feeds,
            chunks,
            outbox: Vec::new(),
            sealed: 0,
            results: Vec::new(),
            log: log.map(|log| (log, era as u32)),
            snapshots: snapshots.map(KeptSnapshot::header).collect(),
        };
        drop(tx);
        let seal = self.seal();
        for (number, row) in outbox {
            let (Some(number), Some(command)) = (numbered(&number), json::<KeptCommand>(&row)) else { continue };
            kept.sealed += usize::from(command.is_sealed());
            kept.outbox.extend(command.open(seal.as_ref()).await.map(|queued| (number, queued)));
        }
        for result in results.iter().filter_map(json::<KeptResult>) {
            kept.results.extend(result.open(seal.as_ref()).await);
        }
        Ok(kept)
    }

    /// Reads all stored events again and compares each chunk with the digest that was recorded. `turn` is awaited between chunks.
    pub async fn check(&self, turn: impl AsyncFn()) -> Result<Checked, Trouble> {
        let mut checked = Checked::default();
        for (feed, _) in self.look().await?.feeds {
            let (mut next, mut digest, mut after) = (0, Digest::default(), 0);
            loop {
                let open = self.database().await?;
                let tx = Tx::reading(&open.database)?;
                let rows = tx.rows("chunks", Some(&rows::chunks_from(&feed, next)), 1).await?;
                drop(tx);
                let Some(row) = rows.first() else { break };
                let Some(chunk) = KeptChunk::of(feed, row) else {
                    checked.bad.push((feed, next));
                    break;
                };
                let chunk = chunk.open(self.seal().as_ref()).await;
                // Where two tabs wrote the same events, the later chunk goes on from within the earlier one: only what begins where the last
                // one ended can be compared.
                if chunk.first == after + 1 && digest_after(digest, &chunk) != Some(chunk.digest) {
                    checked.bad.push((feed, chunk.first));
                }
                checked.chunks += 1;
                checked.events += chunk.count;
                next = chunk.first + 1;
                (digest, after) = (chunk.digest, chunk.first + chunk.count - 1);
                turn().await;
            }
        }
        Ok(checked)
    }
}

/// The digest after a chunk, computed from its events. None if they cannot be read, or are not as many as they should be.
fn digest_after(before: Digest, chunk: &Chunk) -> Option<Digest> {
    let runs = read_runs(&chunk.runs).ok()?;
    let count: usize = runs.iter().map(|run| run.events.len()).sum();
    let of_run = |digest: Digest, run: &domain::event::Run<'_>| {
        let shared = Shared::of(&run.stream, run.actor, run.device);
        run.events.iter().fold(digest, |digest, entry| digest.then(shared, entry))
    };
    (count as u64 == chunk.count).then(|| runs.iter().fold(before, of_run))
}

fn header(feed: Feed, row: &Array) -> Option<ChunkHeader> {
    let bytes = u64::from(row.get(2).dyn_ref::<Uint8Array>()?.length());
    Some(ChunkHeader { feed, first: numbered(&row.get(0))?, count: numbered(&row.get(1))?, digest: parsed(&row.get(3))?, bytes })
}
