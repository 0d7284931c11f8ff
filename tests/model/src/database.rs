//! A browser profile's database in memory: transactions are all or nothing, may be refused, and may be lost in a power cut
//! when they were relaxed. Tabs of one profile share it; a copied profile is a copy of it.

use domain::{
    feeds::Feed,
    ids::DeviceId,
    replica::{
        storage::{Chunk, Durability, Found, Transaction, Trouble},
        volatile::{Stored, Volatile},
    },
};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

/// What is in it.
pub type Data = Volatile;

/// A database that tabs share.
#[derive(Debug, Clone)]
pub struct Database {
    now: Rc<RefCell<Data>>,
    durable: Rc<RefCell<Data>>,
    refusing: Rc<RefCell<Option<Trouble>>>,
    unreadable: Rc<RefCell<Option<Trouble>>>,
    committed: Rc<Cell<usize>>,
    made: Rc<Cell<u32>>,
}

impl Database {
    /// A new profile's.
    pub fn new(name: &str) -> Self {
        Self::of(Volatile::new(DeviceId::derived(&[name])))
    }

    fn of(data: Data) -> Self {
        Self {
            durable: Rc::new(RefCell::new(data.clone())),
            now: Rc::new(RefCell::new(data)),
            refusing: Rc::default(),
            unreadable: Rc::default(),
            committed: Rc::default(),
            made: Rc::default(),
        }
    }

    /// What a copy of the whole profile has; it makes other device ids from here on.
    pub fn copied(&self, name: &str) -> Self {
        Self::of(self.data().copied(DeviceId::derived(&[name])))
    }

    /// All that is in it now.
    pub fn data(&self) -> Data {
        self.now.borrow().clone()
    }

    /// Something happens to what is stored that no transaction did: durable at once.
    pub fn spoil(&self, how: impl FnOnce(&mut Data)) {
        how(&mut self.now.borrow_mut());
        *self.durable.borrow_mut() = self.data();
    }

    /// The browser deletes it; the next use makes a new one, under another name and device.
    pub fn delete(&self) {
        self.made.set(self.made.get() + 1);
        let born = DeviceId::derived(&[&self.now.borrow().born.to_string(), "again", &self.made.get().to_string()]);
        self.spoil(|data| *data = Volatile::new(born));
    }

    /// From now on every transaction is refused, or none.
    pub fn refuse(&self, why: Option<Trouble>) {
        *self.refusing.borrow_mut() = why;
    }

    /// From now on nothing can be read, or everything.
    pub fn hide(&self, why: Option<Trouble>) {
        *self.unreadable.borrow_mut() = why;
    }

    /// There is no database here.
    pub fn deny(&self) {
        self.refuse(Some(Trouble::Denied));
        self.hide(Some(Trouble::Denied));
    }

    /// The power goes: what was not made durable is lost.
    pub fn cut_power(&self) {
        let durable = self.durable.borrow().clone();
        *self.now.borrow_mut() = durable;
    }

    /// How many transactions were committed.
    pub fn commits(&self) -> usize {
        self.committed.get()
    }

    /// Carries out a transaction; returns the numbers given out.
    pub fn carry_out(&self, transaction: &Transaction) -> Result<Vec<u64>, Trouble> {
        if let Some(why) = *self.refusing.borrow() {
            return Err(why);
        }
        let mut data = self.now.borrow_mut();
        let numbers = data.carry_out(transaction)?;
        self.committed.set(self.committed.get() + 1);
        if transaction.durability == Durability::Strict {
            *self.durable.borrow_mut() = data.clone();
        }
        Ok(numbers)
    }

    /// What is stored; of these feeds only what comes after.
    pub fn read(&self, after: &BTreeMap<Feed, u64>) -> Result<(Vec<Chunk>, Found), Trouble> {
        self.read_with(after, &BTreeMap::new()).map(|stored| (stored.chunks, stored.found))
    }

    /// The same, with the folds that are wanted.
    pub fn read_with(&self, after: &BTreeMap<Feed, u64>, snapshots: &BTreeMap<String, u32>) -> Result<Stored, Trouble> {
        match *self.unreadable.borrow() {
            Some(why) => Err(why),
            None => Ok(self.now.borrow().read(after, snapshots)),
        }
    }
}
