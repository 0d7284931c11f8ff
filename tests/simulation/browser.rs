//! Browsers: their tabs with the real replica, and for each account that used them a profile with the model of its database.

use crate::{
    clocks::Knows,
    database::{Data, Database},
    founding::{self, PEOPLE},
    mutation::Mutation,
    truth::Content,
};
use domain::{
    account::Role,
    digest::{Digest, Shared},
    event::read_runs,
    feeds::Feed,
    ids::{AccountId, ContentHash, DeviceId},
    replica::{
        Effect, Ownership, Replica, TabWord,
        storage::{Change, Chunk, Durability, Transaction, Trouble},
        volatile::Stored,
    },
};
use server::subscription::connection::Guest;
use std::collections::{BTreeMap, VecDeque};

/// The most tabs of an account in a browser.
pub const TABS_MAX: u32 = 3;
/// The browsers that histories begin with.
pub const BROWSERS: u32 = 4;
/// Room for copies of them.
pub const BROWSERS_MAX: u32 = 6;

/// Where a tab stands: in which browser, of whom, which of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(pub u32);

impl Slot {
    /// The slot of a tab.
    pub fn of(browser: u32, person: u32, tab: u32) -> Self {
        Self((browser * PEOPLE.len() as u32 + person) * TABS_MAX + tab)
    }

    /// Its browser.
    pub fn browser(self) -> u32 {
        self.0 / TABS_MAX / PEOPLE.len() as u32
    }

    /// Whose it is.
    pub fn person(self) -> u32 {
        self.0 / TABS_MAX % PEOPLE.len() as u32
    }

    /// The profile that it works on.
    pub fn profile(self) -> (u32, u32) {
        (self.browser(), self.person())
    }
}

/// Who a person is.
pub fn who(person: u32) -> (&'static str, AccountId, Role) {
    let (login, role, _) = PEOPLE[person as usize];
    (login, founding::account(login), role)
}

/// A browser.
#[derive(Clone)]
pub struct Browser {
    /// Whose session its cookie names.
    pub session: Option<Guest>,
    /// There is a network.
    pub online: bool,
    /// Its clock, in milliseconds, and how much a second of it is.
    pub clock: i64,
    /// Milliseconds that its clock counts in a second.
    pub pace: i64,
    /// Milliseconds by a clock that never jumps.
    pub steady: i64,
    /// That one stands still while the device sleeps.
    pub sleeps: bool,
    /// It has locks and a channel between tabs.
    pub has_locks: bool,
}

/// What an account has in a browser.
pub struct Profile {
    /// The database.
    pub database: Database,
    /// The tab that has the lock.
    pub lock: Option<Slot>,
    /// Counts what was committed, and what else changed the database.
    pub version: u64,
    /// What was reported saved, and must be there or settled for ever.
    pub saved: Vec<Content>,
    /// The profile as it was put aside.
    pub aside: Option<(Database, Vec<Content>)>,
    /// It was changed past its tabs, and they may not have looked since.
    pub unnoticed: bool,
    /// A byte flipped in it.
    pub flipped: bool,
    /// What is kept of the school's clock is right.
    pub keeps_time: bool,
    /// Chunks that were found good.
    pub checked: BTreeMap<Feed, Vec<Chunk>>,
    lives: u32,
    name: String,
}

impl Profile {
    /// A new one.
    pub fn new((browser, person): (u32, u32)) -> Self {
        let name = format!("{browser}/{}", who(person).0);
        Self::on(Database::new(&name), name, Vec::new())
    }

    fn on(database: Database, name: String, saved: Vec<Content>) -> Self {
        let (lock, aside, checked) = (None, None, BTreeMap::new());
        let (unnoticed, flipped, keeps_time) = (false, false, false);
        Self { database, lock, version: 0, saved, aside, unnoticed, flipped, keeps_time, checked, lives: 0, name }
    }

    /// The same profile on another machine.
    pub fn copied(&self, (browser, person): (u32, u32)) -> Self {
        let name = format!("{browser}/{} copied", who(person).0);
        Self { keeps_time: self.keeps_time, ..Self::on(self.database.copied(&name), name, self.saved.clone()) }
    }

    fn next_name(&mut self) -> String {
        self.lives += 1;
        format!("{} {}", self.name, self.lives)
    }

    /// The database is another one from now on, without anything; so history itself deleted what was saved.
    pub fn delete(&mut self) {
        self.database.delete();
        self.saved.clear();
        self.changed_from_outside();
    }

    /// The profile is put aside as it is.
    pub fn keep(&mut self) {
        let name = self.next_name();
        self.aside = Some((self.database.copied(&name), self.saved.clone()));
    }

    /// The profile is put back; what was saved since is deleted by that.
    pub fn roll_back(&mut self) -> bool {
        let Some((database, saved)) = self.aside.take() else { return false };
        (self.database, self.saved) = (database, saved);
        self.changed_from_outside();
        true
    }

    fn changed_from_outside(&mut self) {
        self.version += 1;
        self.unnoticed = true;
        self.keeps_time = false;
        self.checked.clear();
    }

    /// The power goes: what was not made durable is lost. Whether the system had written the rest by then is drawn.
    pub fn cut_power(&mut self, written: bool) {
        if written {
            let sync = Transaction { id: 0, durability: Durability::Strict, epoch: None, changes: Vec::new() };
            // A full device writes nothing.
            _ = self.database.carry_out(&sync);
        }
        self.database.cut_power();
        self.changed_from_outside();
    }

    /// The database carries out a transaction, with the fault put in if there is one.
    pub fn carry_out(&mut self, transaction: &Transaction, mutation: Option<Mutation>) -> Result<Vec<u64>, Trouble> {
        let transaction = mutation.map_or_else(|| transaction.clone(), |mutation| self.mutated(transaction.clone(), mutation));
        let numbers = self.database.carry_out(&transaction)?;
        self.version += 1;
        Ok(numbers)
    }

    fn mutated(&self, mut transaction: Transaction, mutation: Mutation) -> Transaction {
        let enqueues = transaction.changes.iter().any(|change| matches!(change, Change::Enqueue(_)));
        match mutation {
            Mutation::ForgetTheEpoch => transaction.epoch = None,
            Mutation::RelaxedOutbox if enqueues => transaction.durability = Durability::Relaxed,
            Mutation::ReuseANumber if enqueues => self.database.spoil(|data| data.next_number = data.next_number.max(2) - 1),
            Mutation::KeepSettledRows => transaction.changes.retain(|change| !matches!(change, Change::Settle(_))),
            Mutation::SettleWithoutAResult => {
                for change in &transaction.changes {
                    if let Change::Settle(settled) = change {
                        self.database.spoil(|data| _ = data.outbox.remove(&settled.number));
                    }
                }
                transaction.changes.retain(|change| !matches!(change, Change::Settle(_)));
            }
            Mutation::ForgetTheRequeue => {
                transaction.changes.retain(|change| !matches!(change, Change::Requeue(_) | Change::RequeueEarlier(_)))
            }
            Mutation::RenumberKeepsNumbers if transaction.changes.contains(&Change::Renumber) => {
                transaction.changes.retain(|change| *change != Change::Renumber);
                self.database.spoil(|data| data.device = DeviceId::derived(&[&self.name, &self.version.to_string(), "mutated"]));
            }
            Mutation::PurgeLeavesChunks => {
                for change in &transaction.changes {
                    if let Change::Purge(feed) = change {
                        self.database.spoil(|data| _ = data.feeds.remove(feed));
                    }
                }
                transaction.changes.retain(|change| !matches!(change, Change::Purge(_)));
            }
            Mutation::ForgetTheClock => transaction.changes.retain(|change| !matches!(change, Change::Clock(_))),
            Mutation::CutLeavesChunks => transaction.changes.retain(|change| !matches!(change, Change::Cut(..))),
            Mutation::MarkAhead => {
                for change in &mut transaction.changes {
                    if let Change::Chunk(chunk) = change {
                        chunk.first += 1;
                    }
                }
            }
            Mutation::ChangeACommand => {
                for change in &mut transaction.changes {
                    if let Change::Enqueue(queued) = change {
                        queued.at.0 += 1;
                    }
                }
            }
            _ => {}
        }
        transaction
    }

    /// What is stored; of these feeds only what comes after.
    pub fn read(&self, after: &BTreeMap<Feed, u64>, snapshots: &BTreeMap<String, u32>) -> Result<Stored, Trouble> {
        self.database.read_with(after, snapshots)
    }

    /// A digit flips somewhere in a stored chunk, which stays JSON. With a digest that is made to fit, nobody could see it.
    pub fn flip(&mut self, which: u32, digest_too: bool) -> bool {
        let data = self.data();
        let Some(key) = data.chunks.keys().nth(which as usize % data.chunks.len().max(1)).copied() else { return false };
        let before = data.chunks.range((key.0, 0)..key).next_back().map(|(_, chunk)| chunk.digest).unwrap_or_default();
        self.database.spoil(|data| {
            let Some(chunk) = data.chunks.get_mut(&key) else { return };
            chunk.runs = flipped(&chunk.runs, which);
            if let Some(digest) = digest_of(before, &chunk.runs).filter(|_| digest_too) {
                chunk.digest = digest;
            }
        });
        true
    }

    /// All that is in the database.
    pub fn data(&self) -> Data {
        self.database.data()
    }
}

fn digest_of(before: Digest, runs: &str) -> Option<Digest> {
    let runs = read_runs(runs).ok()?;
    Some(runs.iter().fold(before, |digest, run| {
        let of_run = Shared::of(&run.stream, run.actor, run.device);
        run.events.iter().fold(digest, |digest, entry| digest.then(of_run, entry))
    }))
}

fn flipped(text: &str, which: u32) -> String {
    let digits: Vec<usize> = text.char_indices().filter(|(_, one)| one.is_ascii_digit()).map(|(index, _)| index).collect();
    let mut bytes = text.as_bytes().to_vec();
    if let Some(index) = digits.get(which as usize % digits.len().max(1)) {
        bytes[*index] ^= 1;
    }
    String::from_utf8(bytes).expect("digits are one byte each")
}

/// What a tab's database did, as the tab will hear of it.
#[derive(Debug)]
pub enum Done {
    /// A transaction is committed.
    Committed(u64, Vec<u64>),
    /// A transaction failed.
    Failed(u64, Trouble),
    /// It was read, when so much had changed; whether what it says of the time was right.
    Read(Box<Stored>, u64, bool),
    /// It cannot be read.
    Unreadable(Trouble),
}

/// A tab.
pub struct Tab {
    /// The replica.
    pub replica: Replica,
    /// It does nothing now.
    pub frozen: bool,
    /// What its database is asked.
    pub storage: VecDeque<Effect>,
    /// What its database has done.
    pub done: VecDeque<Done>,
    /// It opens a socket.
    pub connecting: bool,
    /// Its socket.
    pub link: Option<usize>,
    /// Its socket is closed, and it does not know yet.
    pub closed: bool,
    /// A timer runs.
    pub retry: bool,
    /// Documents that it wants.
    pub fetches: VecDeque<ContentHash>,
    /// Pages that it wants.
    pub pages: VecDeque<(Feed, u64, u64)>,
    /// Words of other tabs.
    pub words: VecDeque<TabWord>,
    /// What it will hear of the lock.
    pub owns: VecDeque<Ownership>,
    /// What it was last told of the lock.
    pub ownership: Ownership,
    /// The server did not know the session.
    pub sign_in_again: bool,
    /// The server wants a newer app.
    pub upgrade: bool,
    /// Up to where it has seen the database.
    pub seen: u64,
    /// What was last found to be so of its fold.
    pub folded: Option<BTreeMap<Feed, u64>>,
    /// What it can be held to know of the time.
    pub knows: Knows,
    /// What it reads of the time is right.
    pub reads_time: bool,
}

impl Tab {
    /// A tab in which the app has just begun.
    pub fn new(replica: Replica, first: Effect) -> Self {
        Self {
            replica,
            frozen: false,
            storage: VecDeque::from([first]),
            done: VecDeque::new(),
            connecting: false,
            link: None,
            closed: false,
            retry: false,
            fetches: VecDeque::new(),
            pages: VecDeque::new(),
            words: VecDeque::new(),
            owns: VecDeque::new(),
            ownership: Ownership::None,
            sign_in_again: false,
            upgrade: false,
            seen: 0,
            folded: None,
            knows: Knows::Nothing,
            reads_time: false,
        }
    }

    /// What its database was asked fails.
    pub fn lose_database(&mut self) {
        for effect in self.storage.drain(..) {
            self.done.push_back(match effect {
                Effect::Store(transaction) => Done::Failed(transaction.id, Trouble::Failed),
                _ => Done::Unreadable(Trouble::Failed),
            });
        }
    }

    /// Nothing is on its way between it and its database.
    pub fn is_settled(&self) -> bool {
        self.storage.is_empty() && self.done.is_empty() && self.words.is_empty() && self.owns.is_empty()
    }
}
