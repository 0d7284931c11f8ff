//! A database in memory, for one tab: used on a device that may store nothing, and as the pure part of the model that tests run on.

use super::{
    rows::{self, Extent, Rows},
    storage::{Chunk, Found, KeptClock, Queued, Settled, Snapshot, Transaction, Trouble},
};
use crate::{
    feeds::Feed,
    ids::{AccountId, ContentHash, DeviceId, LogId},
    protocol::Mark,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future as _,
    pin::pin,
    task::{Context, Poll, Waker},
};

/// What is in it.
#[derive(Debug, Clone)]
pub struct Volatile {
    /// The device.
    pub device: DeviceId,
    /// The database's own name.
    pub born: DeviceId,
    /// The ids of the devices that it becomes are derived from this and a counter.
    seed: DeviceId,
    devices: u32,
    /// The number that the next command gets.
    pub next_number: u64,
    /// How often a tab took over the socket.
    pub epoch: u64,
    /// The log that the feeds are of, and its era.
    pub log: Option<(LogId, u32)>,
    /// How far each feed is stored.
    pub feeds: BTreeMap<Feed, Mark>,
    /// Events, by feed and first number.
    pub chunks: BTreeMap<(Feed, u64), Chunk>,
    /// Commands that wait.
    pub outbox: BTreeMap<u64, Queued>,
    /// Results, oldest first.
    pub results: Vec<Settled>,
    /// Documents.
    pub content: BTreeMap<ContentHash, Vec<u8>>,
    /// Names.
    pub people: BTreeMap<AccountId, String>,
    /// Devices that another log knew.
    pub strange: BTreeSet<DeviceId>,
    /// What is kept of the school's clock.
    pub clock: Option<KeptClock>,
    /// Folds, by name.
    pub snapshots: BTreeMap<String, Snapshot>,
}

/// What a read gives: to be handed over in this order.
#[derive(Debug, Clone)]
pub struct Stored {
    /// First the folds.
    pub snapshots: Vec<Snapshot>,
    /// Then the chunks.
    pub chunks: Vec<Chunk>,
    /// Then all else.
    pub found: Found,
}

impl Volatile {
    /// An empty database of a device, whose id was made at random.
    pub fn new(born: DeviceId) -> Self {
        Self {
            device: born,
            born,
            seed: born,
            devices: 0,
            next_number: 1,
            epoch: 0,
            log: None,
            feeds: BTreeMap::new(),
            chunks: BTreeMap::new(),
            outbox: BTreeMap::new(),
            results: Vec::new(),
            content: BTreeMap::new(),
            people: BTreeMap::new(),
            strange: BTreeSet::new(),
            clock: None,
            snapshots: BTreeMap::new(),
        }
    }

    /// A copy, which takes other device ids from here on than the original does.
    pub fn copied(&self, seed: DeviceId) -> Self {
        Self { seed, ..self.clone() }
    }

    /// Carries out a transaction; the numbers that its changes gave out.
    ///
    /// # Errors
    /// [`Trouble::Fenced`] if another tab has taken over since; then nothing is changed.
    pub fn carry_out(&mut self, transaction: &Transaction) -> Result<Vec<u64>, Trouble> {
        match pin!(rows::carry_out(self, transaction)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => done,
            Poll::Pending => unreachable!("memory never lets anybody wait"),
        }
    }

    /// The devices that this was before, in the order of their first result.
    fn earlier(&self) -> Vec<(DeviceId, u64)> {
        let mut earlier: Vec<(DeviceId, u64)> = Vec::new();
        let is_earlier = |settled: &&Settled| settled.device != self.device && !self.strange.contains(&settled.device);
        for settled in self.results.iter().filter(is_earlier) {
            match earlier.iter_mut().find(|(device, _)| *device == settled.device) {
                Some((_, last)) => *last = settled.number.max(*last),
                None => earlier.push((settled.device, settled.number)),
            }
        }
        earlier
    }

    /// The commands of a device's results, in the order of their numbers.
    fn results_of(&self, device: DeviceId, wanted: impl Fn(u64) -> bool) -> Vec<(u64, Queued)> {
        let results = self.results.iter().filter(|settled| settled.device == device && wanted(settled.number));
        let by_number: BTreeMap<u64, Queued> = results.map(|settled| (settled.number, settled.command.clone())).collect();
        by_number.into_iter().collect()
    }

    /// The chunks of one feed that hold events after a number, in order.
    pub fn feed(&self, feed: Feed, after: u64) -> Vec<Chunk> {
        let of_feed = self.chunks.range((feed, 0)..=(feed, u64::MAX)).map(|(_, chunk)| chunk);
        of_feed.filter(|chunk| chunk.first + chunk.count > after + 1).cloned().collect()
    }

    /// Reads what is stored: the wanted folds, and of each feed what comes after a number, and after what all wanted folds have folded, if all are here.
    pub fn read(&self, after: &BTreeMap<Feed, u64>, wanted: &BTreeMap<String, u32>) -> Stored {
        let useful = wanted.iter().filter_map(|(name, version)| self.snapshots.get(name).filter(|snapshot| snapshot.version == *version));
        let snapshots: Vec<Snapshot> = useful.cloned().collect();
        let folded = |feed: &Feed| {
            let marks = snapshots.iter().map(|snapshot| snapshot.marks.get(feed).map_or(0, |mark| mark.after));
            if snapshots.len() < wanted.len() { 0 } else { marks.min().unwrap_or(0) }
        };
        let from = |feed: &Feed| after.get(feed).copied().unwrap_or(0).max(folded(feed));
        let chunks = self.chunks.values().filter(|chunk| chunk.first + chunk.count > from(&chunk.feed) + 1).cloned().collect();
        let found = Found {
            device: self.device,
            born: self.born,
            earlier: self.earlier(),
            log: self.log,
            feeds: self.feeds.keys().copied().collect(),
            outbox: self.outbox.iter().map(|(number, queued)| (*number, queued.clone())).collect(),
            results: self.results.iter().filter(|settled| !settled.seen).cloned().collect(),
            content: self.content.iter().map(|(hash, bytes)| (*hash, bytes.clone())).collect(),
            people: self.people.clone(),
            clock: self.clock,
        };
        Stored { snapshots, chunks, found }
    }
}

impl Rows for Volatile {
    type Kept = Queued;

    async fn device(&self) -> Result<Option<DeviceId>, Trouble> {
        Ok(Some(self.device))
    }

    fn become_another_device(&mut self) -> Result<(), Trouble> {
        self.devices += 1;
        self.device = DeviceId::derived(&[&self.seed.to_string(), &self.devices.to_string()]);
        Ok(())
    }

    async fn next_number(&self) -> Result<u64, Trouble> {
        Ok(self.next_number)
    }

    fn put_next_number(&mut self, number: u64) -> Result<(), Trouble> {
        self.next_number = number;
        Ok(())
    }

    async fn epoch(&self) -> Result<u64, Trouble> {
        Ok(self.epoch)
    }

    fn put_epoch(&mut self, epoch: u64) -> Result<(), Trouble> {
        self.epoch = epoch;
        Ok(())
    }

    async fn log(&self) -> Result<Option<LogId>, Trouble> {
        Ok(self.log.map(|(log, _)| log))
    }

    fn put_log(&mut self, log: LogId, era: u32) -> Result<(), Trouble> {
        self.log = Some((log, era));
        Ok(())
    }

    async fn strange(&self) -> Result<Vec<DeviceId>, Trouble> {
        Ok(self.strange.iter().copied().collect())
    }

    fn put_strange(&mut self, strange: Vec<DeviceId>) -> Result<(), Trouble> {
        self.strange = strange.into_iter().collect();
        Ok(())
    }

    fn put_clock(&mut self, clock: &KeptClock) -> Result<(), Trouble> {
        self.clock = Some(*clock);
        Ok(())
    }

    async fn mark(&self, feed: &Feed) -> Result<Option<Mark>, Trouble> {
        Ok(self.feeds.get(feed).copied())
    }

    fn put_mark(&mut self, feed: &Feed, mark: &Mark) -> Result<(), Trouble> {
        self.feeds.insert(*feed, *mark);
        Ok(())
    }

    async fn chunks(&self, feed: &Feed) -> Result<Vec<Extent>, Trouble> {
        let of_feed = self.chunks.range((*feed, 0)..=(*feed, u64::MAX)).map(|(_, chunk)| chunk);
        Ok(of_feed.map(|chunk| Extent { first: chunk.first, last: chunk.first + chunk.count - 1, digest: chunk.digest }).collect())
    }

    fn put_chunk(&mut self, chunk: &Chunk) -> Result<(), Trouble> {
        self.chunks.insert((chunk.feed, chunk.first), chunk.clone());
        Ok(())
    }

    fn delete_chunk(&mut self, feed: &Feed, first: u64) -> Result<(), Trouble> {
        self.chunks.remove(&(*feed, first));
        Ok(())
    }

    fn delete_feed(&mut self, feed: &Feed) -> Result<(), Trouble> {
        self.feeds.remove(feed);
        self.chunks.retain(|(of, _), _| of != feed);
        Ok(())
    }

    async fn numbers(&self) -> Result<Vec<u64>, Trouble> {
        Ok(self.outbox.keys().copied().collect())
    }

    async fn waiting(&self) -> Result<Vec<Queued>, Trouble> {
        Ok(self.outbox.values().cloned().collect())
    }

    fn put_given(&mut self, number: u64, command: &Queued) -> Result<(), Trouble> {
        self.put_waiting(number, command.clone())
    }

    fn put_waiting(&mut self, number: u64, command: Queued) -> Result<(), Trouble> {
        self.outbox.insert(number, command);
        Ok(())
    }

    fn delete_waiting(&mut self, number: u64) -> Result<(), Trouble> {
        self.outbox.remove(&number);
        Ok(())
    }

    fn clear_waiting(&mut self) -> Result<(), Trouble> {
        self.outbox.clear();
        Ok(())
    }

    async fn results_after(&self, device: DeviceId, last: u64) -> Result<Vec<(u64, Queued)>, Trouble> {
        Ok(self.results_of(device, |number| number > last))
    }

    async fn results_before(&self, device: DeviceId, before: u64, most: u64) -> Result<Vec<(u64, Queued)>, Trouble> {
        Ok(self.results_of(device, |number| number < before).into_iter().rev().take(most as usize).collect())
    }

    async fn devices_of_results(&self) -> Result<Vec<DeviceId>, Trouble> {
        Ok(self.results.iter().map(|settled| settled.device).collect())
    }

    fn put_result(&mut self, settled: &Settled) -> Result<(), Trouble> {
        match self.results.iter_mut().find(|known| (known.device, known.number) == (settled.device, settled.number)) {
            Some(known) => *known = settled.clone(),
            None => self.results.push(settled.clone()),
        }
        Ok(())
    }

    fn delete_result(&mut self, device: DeviceId, number: u64) -> Result<(), Trouble> {
        self.results.retain(|settled| (settled.device, settled.number) != (device, number));
        Ok(())
    }

    fn put_document(&mut self, hash: ContentHash, bytes: &[u8]) -> Result<(), Trouble> {
        self.content.insert(hash, bytes.to_vec());
        Ok(())
    }

    fn delete_document(&mut self, hash: ContentHash) -> Result<(), Trouble> {
        self.content.remove(&hash);
        Ok(())
    }

    fn put_people(&mut self, people: &BTreeMap<AccountId, String>) -> Result<(), Trouble> {
        self.people.clone_from(people);
        Ok(())
    }

    fn put_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), Trouble> {
        self.snapshots.insert(snapshot.name.clone(), snapshot.clone());
        Ok(())
    }

    fn clear_snapshots(&mut self) -> Result<(), Trouble> {
        self.snapshots.clear();
        Ok(())
    }
}
