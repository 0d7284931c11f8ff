//! A database in memory, of one tab: what a device that may store nothing works from, and the pure part of the model that tests run on.

use super::storage::{Change, Chunk, Found, KeptClock, Queued, Settled, Snapshot, Transaction, Trouble};
use crate::{
    feeds::Feed,
    ids::{AccountId, ContentHash, DeviceId, LogId},
    protocol::Mark,
};
use std::collections::{BTreeMap, BTreeSet};

/// What is in it.
#[derive(Debug, Clone)]
pub struct Volatile {
    /// The device.
    pub device: DeviceId,
    /// The database's own name.
    pub born: DeviceId,
    /// Devices that it becomes are named after this, and counted.
    seed: DeviceId,
    devices: u32,
    /// The number that the next command gets.
    pub next_number: u64,
    /// How often a tab took over the socket.
    pub epoch: u64,
    /// The log that the feeds are of, and its era.
    pub log: Option<(LogId, u32)>,
    /// How far each feed was had.
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
    /// An empty one, of a device made at random.
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

    /// A copy, which becomes other devices from here on.
    pub fn copied(&self, seed: DeviceId) -> Self {
        Self { seed, ..self.clone() }
    }

    /// Carries out a transaction; the numbers that its changes gave out.
    ///
    /// # Errors
    /// [`Trouble::Fenced`] if another tab has taken over since; then nothing is changed.
    pub fn carry_out(&mut self, transaction: &Transaction) -> Result<Vec<u64>, Trouble> {
        if transaction.epoch.is_some_and(|epoch| epoch != self.epoch) {
            return Err(Trouble::Fenced);
        }
        Ok(transaction.changes.iter().filter_map(|change| self.change(change)).collect())
    }

    fn change(&mut self, change: &Change) -> Option<u64> {
        match change {
            Change::Enqueue(queued) => {
                let number = self.next_number;
                self.next_number += 1;
                self.outbox.insert(number, queued.clone());
                return Some(number);
            }
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
            Change::Cut(feed, after) => self.cut(feed, *after),
            Change::Settle(settled) => {
                if settled.device == self.device {
                    self.outbox.remove(&settled.number);
                }
                self.put_result(settled);
            }
            Change::Dismiss(settled) => self.put_result(settled),
            Change::Renumber => self.renumber(),
            Change::Document { hash, bytes } => _ = self.content.insert(*hash, bytes.clone()),
            Change::ForgetDocument(hash) => _ = self.content.remove(hash),
            Change::People(people) => self.people.clone_from(people),
            Change::Log(log, era) => {
                if self.log.is_some_and(|(before, _)| before != *log) {
                    self.strange.extend(self.results.iter().map(|settled| settled.device));
                    self.strange.insert(self.device);
                }
                self.log = Some((*log, *era));
            }
            Change::Requeue(last) => return Some(self.requeue(*last)),
            Change::RequeueBefore(number, most) => return Some(self.requeue_before(*number, *most)),
            Change::RequeueEarlier(lost) => return Some(self.requeue_earlier(lost)),
            Change::TakeOver => {
                self.epoch += 1;
                return Some(self.epoch);
            }
            Change::Clock(clock) => self.clock = Some(*clock),
            Change::Snapshot(snapshot) => _ = self.snapshots.insert(snapshot.name.clone(), snapshot.clone()),
            Change::ForgetSnapshots => self.snapshots.clear(),
        }
        None
    }

    fn cut(&mut self, feed: &Feed, after: u64) {
        self.chunks.retain(|(of, _), chunk| of != feed || chunk.first + chunk.count <= after + 1);
        let last = self.chunks.values().filter(|chunk| chunk.feed == *feed).max_by_key(|chunk| chunk.first + chunk.count);
        if let Some(mark) = self.feeds.get_mut(feed) {
            mark.after = last.map_or(0, |chunk| chunk.first + chunk.count - 1);
            mark.digest = last.map(|chunk| chunk.digest).unwrap_or_default();
        }
    }

    fn put_result(&mut self, settled: &Settled) {
        match self.results.iter_mut().find(|known| (known.device, known.number) == (settled.device, settled.number)) {
            Some(known) => *known = settled.clone(),
            None => self.results.push(settled.clone()),
        }
    }

    fn renumber(&mut self) {
        self.devices += 1;
        self.device = DeviceId::derived(&[&self.seed.to_string(), &self.devices.to_string()]);
        let waiting = std::mem::take(&mut self.outbox);
        self.outbox = (1..).zip(waiting.into_values()).collect();
        self.next_number = self.outbox.len() as u64 + 1;
    }

    fn requeue(&mut self, last: u64) -> u64 {
        // Two tabs may have settled what they sent in any order, so results may stand behind what still waits.
        let settled: Vec<u64> = (last + 1..self.next_number).filter(|number| !self.outbox.contains_key(number)).collect();
        let back: Vec<(u64, Queued)> = settled.iter().filter_map(|number| Some((*number, self.command(*number)?))).collect();
        if back.len() != settled.len() {
            return 0;
        }
        self.results.retain(|settled| settled.device != self.device || settled.number <= last);
        let count = back.len() as u64;
        self.outbox.extend(back);
        if self.outbox.keys().next().is_none_or(|first| *first > last) {
            self.requeue_before(last + 1, 1);
        }
        count
    }

    fn requeue_before(&mut self, before: u64, most: u64) -> u64 {
        let is_before = |settled: &&Settled| settled.device == self.device && settled.number < before;
        let mut kept: Vec<u64> = self.results.iter().filter(is_before).map(|settled| settled.number).collect();
        kept.sort_unstable_by(|one, other| other.cmp(one));
        kept.truncate(most as usize);
        let back: Vec<(u64, Queued)> = kept.iter().filter_map(|number| Some((*number, self.command(*number)?))).collect();
        self.results.retain(|settled| settled.device != self.device || !kept.contains(&settled.number));
        self.outbox.extend(back);
        kept.len() as u64
    }

    fn requeue_earlier(&mut self, lost: &[(DeviceId, u64)]) -> u64 {
        let mut back = Vec::new();
        for (device, last) in lost {
            let is_lost = |settled: &Settled| settled.device == *device && settled.number > *last;
            let mut of_device: Vec<Settled> = self.results.iter().filter(|settled| is_lost(settled)).cloned().collect();
            of_device.sort_by_key(|settled| settled.number);
            self.results.retain(|settled| !is_lost(settled));
            back.extend(of_device.into_iter().map(|settled| settled.command));
        }
        let count = back.len() as u64;
        if count > 0 {
            back.extend(std::mem::take(&mut self.outbox).into_values());
            self.outbox = (1..).zip(back).collect();
            self.renumber();
        }
        count
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

    /// The command of a kept result of this device.
    fn command(&self, number: u64) -> Option<Queued> {
        let settled = self.results.iter().find(|settled| settled.device == self.device && settled.number == number)?;
        Some(settled.command.clone())
    }

    /// The chunks of one feed that hold events after a number, in order.
    pub fn feed(&self, feed: Feed, after: u64) -> Vec<Chunk> {
        let of_feed = self.chunks.range((feed, 0)..=(feed, u64::MAX)).map(|(_, chunk)| chunk);
        of_feed.filter(|chunk| chunk.first + chunk.count > after + 1).cloned().collect()
    }

    /// What is stored: the folds that are wanted, and of each feed what comes after a number, or after what all those folds have folded.
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
