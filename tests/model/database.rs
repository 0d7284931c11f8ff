//! A browser profile's database in memory: transactions are all or nothing, may be refused, and may be lost in a power cut
//! when they were relaxed. Tabs of one profile share it; a copied profile is a copy of it.

use domain::{
    event::read_runs,
    feeds::Feed,
    ids::{AccountId, ContentHash, DeviceId, LogId},
    protocol::Mark,
    replica::storage::{Change, Chunk, Durability, Found, Queued, Settled, Transaction, Trouble},
};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

/// What is in it.
#[derive(Debug, Clone)]
pub struct Data {
    name: String,
    devices: u32,
    /// The device.
    pub device: DeviceId,
    /// The number that the next command gets.
    pub next_number: u64,
    /// The log that the feeds are of.
    pub log: Option<(LogId, u32)>,
    /// How far each feed was had.
    pub feeds: BTreeMap<Feed, Mark>,
    /// Events.
    pub chunks: BTreeMap<(Feed, u64), String>,
    /// Commands that wait.
    pub outbox: BTreeMap<u64, Queued>,
    /// Results, oldest first.
    pub results: Vec<Settled>,
    /// Documents.
    pub content: BTreeMap<ContentHash, Vec<u8>>,
    /// Names.
    pub people: BTreeMap<AccountId, String>,
}

impl Data {
    fn become_device(&mut self) {
        self.devices += 1;
        self.device = DeviceId::derived(&[&self.name, &self.devices.to_string()]);
    }

    fn carry_out(&mut self, change: &Change) -> Option<u64> {
        match change {
            Change::Enqueue(queued) => {
                let number = self.next_number;
                self.next_number += 1;
                self.outbox.insert(number, queued.clone());
                return Some(number);
            }
            Change::Chunk(chunk) => {
                // Of two tabs with sockets of their own, one may be behind: what is longer stays.
                let stored = self.chunks.entry((chunk.feed, chunk.first)).or_default();
                if stored.len() <= chunk.runs.len() {
                    stored.clone_from(&chunk.runs);
                }
            }
            Change::Mark(feed, mark) => {
                let stored = self.feeds.entry(*feed).or_insert(*mark);
                stored.after = stored.after.max(mark.after);
            }
            Change::Purge(feed) => {
                self.feeds.remove(feed);
                self.chunks.retain(|(of, _), _| of != feed);
            }
            Change::Settle(settled) => {
                if settled.device == self.device {
                    self.outbox.remove(&settled.number);
                }
                self.put_result(settled);
            }
            Change::Dismiss(settled) => self.put_result(settled),
            Change::Renumber => {
                self.become_device();
                let waiting = std::mem::take(&mut self.outbox);
                self.outbox = (1..).zip(waiting.into_values()).collect();
                self.next_number = self.outbox.len() as u64 + 1;
            }
            Change::Document { hash, bytes } => _ = self.content.insert(*hash, bytes.clone()),
            Change::People(people) => self.people.clone_from(people),
            Change::Log(log, era) => self.log = Some((*log, *era)),
            Change::Cut(..) | Change::Requeue(_) | Change::TakeOver | Change::Snapshot(_) | Change::ForgetSnapshots => {}
        }
        None
    }

    fn put_result(&mut self, settled: &Settled) {
        match self.results.iter_mut().find(|known| (known.device, known.number) == (settled.device, settled.number)) {
            Some(known) => *known = settled.clone(),
            None => self.results.push(settled.clone()),
        }
    }
}

/// A database that tabs share.
#[derive(Debug, Clone)]
pub struct Database {
    now: Rc<RefCell<Data>>,
    durable: Rc<RefCell<Data>>,
    refusing: Rc<RefCell<Option<Trouble>>>,
    unreadable: Rc<RefCell<Option<Trouble>>>,
}

impl Database {
    /// A new profile's.
    pub fn new(name: &str) -> Self {
        let mut data = Data {
            name: name.to_owned(),
            devices: 0,
            device: DeviceId::derived(&[]),
            next_number: 1,
            log: None,
            feeds: BTreeMap::new(),
            chunks: BTreeMap::new(),
            outbox: BTreeMap::new(),
            results: Vec::new(),
            content: BTreeMap::new(),
            people: BTreeMap::new(),
        };
        data.become_device();
        Self::of(data)
    }

    fn of(data: Data) -> Self {
        Self {
            durable: Rc::new(RefCell::new(data.clone())),
            now: Rc::new(RefCell::new(data)),
            refusing: Rc::default(),
            unreadable: Rc::default(),
        }
    }

    /// What a copy of the whole profile has; it makes other device ids from here on.
    pub fn copied(&self, name: &str) -> Self {
        Self::of(Data { name: name.to_owned(), ..self.data() })
    }

    /// All that is in it now.
    pub fn data(&self) -> Data {
        self.now.borrow().clone()
    }

    /// From now on every transaction is refused, or none.
    pub fn refuse(&self, why: Option<Trouble>) {
        *self.refusing.borrow_mut() = why;
    }

    /// From now on nothing can be read, or everything.
    pub fn hide(&self, why: Option<Trouble>) {
        *self.unreadable.borrow_mut() = why;
    }

    /// The power goes: what was not made durable is lost.
    pub fn cut_power(&self) {
        let durable = self.durable.borrow().clone();
        *self.now.borrow_mut() = durable;
    }

    /// Somebody lays hands on it, past all rules; not even a power cut undoes it.
    pub fn tamper(&self, hand: impl Fn(&mut Data)) {
        hand(&mut self.now.borrow_mut());
        hand(&mut self.durable.borrow_mut());
    }

    /// Carries out a transaction; returns the numbers given out.
    pub fn carry_out(&self, transaction: &Transaction) -> Result<Vec<u64>, Trouble> {
        if let Some(why) = *self.refusing.borrow() {
            return Err(why);
        }
        let mut data = self.now.borrow_mut();
        let numbers = transaction.changes.iter().filter_map(|change| data.carry_out(change)).collect();
        if transaction.durability == Durability::Strict {
            *self.durable.borrow_mut() = data.clone();
        }
        Ok(numbers)
    }

    /// What is stored; of these feeds only what comes after.
    pub fn read(&self, after: &BTreeMap<Feed, u64>) -> Result<(Vec<Chunk>, Found), Trouble> {
        if let Some(why) = *self.unreadable.borrow() {
            return Err(why);
        }
        let data = self.now.borrow();
        let count = |runs: &str| -> u64 {
            let runs = read_runs(runs).expect("what came from the server reads");
            runs.iter().map(|run| run.events.len() as u64).sum()
        };
        let chunks = data.chunks.iter().map(|((feed, first), runs)| Chunk {
            feed: *feed,
            first: *first,
            count: count(runs),
            digest: Default::default(),
            runs: runs.clone(),
        });
        let wanted = |chunk: &Chunk| after.get(&chunk.feed).is_none_or(|after| chunk.first + chunk.count > after + 1);
        let chunks = chunks.filter(wanted).collect();
        let found = Found {
            device: data.device,
            born: data.device,
            log: data.log,
            feeds: data.feeds.keys().copied().collect(),
            outbox: data.outbox.iter().map(|(number, queued)| (*number, queued.clone())).collect(),
            results: data.results.iter().filter(|settled| !settled.seen).cloned().collect(),
            content: data.content.iter().map(|(hash, bytes)| (*hash, bytes.clone())).collect(),
            people: data.people.clone(),
        };
        Ok((chunks, found))
    }
}
