//! A database in memory, for browsers that keep nothing: the work goes on, and is gone with the page.

use domain::{
    feeds::Feed,
    ids::{AccountId, ContentHash, DeviceId, LogId},
    protocol::Mark,
    replica::storage::{Change, Chunk, Found, Queued, Settled, Snapshot, Transaction, Trouble},
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// All that would be stored.
pub struct Volatile {
    device: DeviceId,
    born: DeviceId,
    next: u64,
    epoch: u64,
    log: Option<(LogId, u32)>,
    feeds: BTreeMap<Feed, Mark>,
    chunks: BTreeMap<(Feed, u64), Chunk>,
    outbox: BTreeMap<u64, Queued>,
    results: BTreeMap<(DeviceId, u64), Settled>,
    content: BTreeMap<ContentHash, Vec<u8>>,
    people: BTreeMap<AccountId, String>,
    snapshots: BTreeMap<String, Snapshot>,
}

impl Volatile {
    /// Nothing yet, of a new device.
    pub fn new() -> Self {
        let born = DeviceId(Uuid::new_v4());
        Self {
            device: born,
            born,
            next: 1,
            epoch: 0,
            log: None,
            feeds: BTreeMap::new(),
            chunks: BTreeMap::new(),
            outbox: BTreeMap::new(),
            results: BTreeMap::new(),
            content: BTreeMap::new(),
            people: BTreeMap::new(),
            snapshots: BTreeMap::new(),
        }
    }

    /// Carries out a transaction; the numbers that it gave out.
    pub fn carry_out(&mut self, transaction: &Transaction) -> Result<Vec<u64>, Trouble> {
        if transaction.epoch.is_some_and(|epoch| epoch != self.epoch) {
            return Err(Trouble::Fenced);
        }
        Ok(transaction.changes.iter().filter_map(|change| self.apply(change)).collect())
    }

    fn apply(&mut self, change: &Change) -> Option<u64> {
        match change {
            Change::Enqueue(queued) => {
                self.outbox.insert(self.next, queued.clone());
                self.next += 1;
                return Some(self.next - 1);
            }
            Change::TakeOver => {
                self.epoch += 1;
                return Some(self.epoch);
            }
            Change::Requeue(last) => return Some(self.requeue(*last)),
            Change::Chunk(chunk) => _ = self.chunks.insert((chunk.feed, chunk.first), chunk.clone()),
            Change::Mark(feed, mark) => {
                let stored = self.feeds.entry(*feed).or_insert(*mark);
                if stored.after <= mark.after {
                    *stored = *mark;
                }
            }
            Change::Purge(feed) => {
                self.feeds.remove(feed);
                self.chunks.retain(|(of, _), _| of != feed);
            }
            Change::Cut(feed, after) => {
                self.chunks.retain(|(of, _), chunk| of != feed || chunk.first + chunk.count <= after + 1);
                let generation = self.feeds.get(feed).map_or(0, |mark| mark.generation);
                let last = self.chunks.values().filter(|chunk| chunk.feed == *feed).next_back();
                let end = last.map(|chunk| Mark { generation, after: chunk.first + chunk.count - 1, digest: chunk.digest });
                self.feeds.insert(*feed, end.unwrap_or(Mark { generation, ..Mark::default() }));
            }
            Change::Settle(settled) => {
                if settled.device == self.device {
                    self.outbox.remove(&settled.number);
                }
                self.results.insert((settled.device, settled.number), settled.clone());
            }
            Change::Dismiss(settled) => _ = self.results.insert((settled.device, settled.number), settled.clone()),
            Change::Renumber => {
                self.device = DeviceId(Uuid::new_v4());
                self.outbox = (1..).zip(std::mem::take(&mut self.outbox).into_values()).collect();
                self.next = self.outbox.len() as u64 + 1;
            }
            Change::Document { hash, bytes } => _ = self.content.insert(*hash, bytes.clone()),
            Change::People(people) => self.people.clone_from(people),
            Change::Log(log, era) => self.log = Some((*log, *era)),
            Change::Snapshot(snapshot) => _ = self.snapshots.insert(snapshot.name.clone(), snapshot.clone()),
            Change::ForgetSnapshots => self.snapshots.clear(),
        }
        None
    }

    fn requeue(&mut self, last: u64) -> u64 {
        let of_device = (self.device, last + 1)..=(self.device, u64::MAX);
        let numbers: Vec<u64> = self.results.range(of_device).map(|((_, number), _)| *number).collect();
        let waiting = self.outbox.range(last + 1..).count();
        if (numbers.len() + waiting) as u64 != self.next.saturating_sub(last + 1) {
            return 0;
        }
        let back = numbers.iter().filter_map(|number| self.results.remove(&(self.device, *number)));
        self.outbox.extend(back.map(|settled| (settled.number, settled.command)));
        numbers.len() as u64
    }

    /// What there is: of these feeds only what comes after. A fold saves nothing here, and none is given.
    pub fn read(&self, after: &BTreeMap<Feed, u64>) -> (Vec<Chunk>, Found) {
        let wanted = |chunk: &&Chunk| chunk.first + chunk.count > after.get(&chunk.feed).copied().unwrap_or(0) + 1;
        let found = Found {
            device: self.device,
            born: self.born,
            log: self.log,
            feeds: self.feeds.keys().copied().collect(),
            outbox: self.outbox.iter().map(|(number, queued)| (*number, queued.clone())).collect(),
            results: self.results.values().filter(|settled| !settled.seen).cloned().collect(),
            content: self.content.iter().map(|(hash, bytes)| (*hash, bytes.clone())).collect(),
            people: self.people.clone(),
        };
        (self.chunks.values().filter(wanted).cloned().collect(), found)
    }
}
