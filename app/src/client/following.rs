//! The history of a class, read from what is stored on this device without freezing the page, and followed as it grows. All pages of a tab share
//! it. What is pending is not in it: only what the server has confirmed and what has been stored.

use super::{Client, SLICE_MS};
use crate::{device, storage::ReadEnd};
use domain::{
    digest::{Digest, Shared},
    event::read_runs,
    feeds::Feed,
    ids::ClassId,
    projections::journal::Journal,
    protocol::Mark,
    replica::storage::{Change, Chunk, Transaction},
};
use leptos::{prelude::*, task::spawn_local};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

/// The page is drawn first.
const READ_AFTER: Duration = Duration::from_millis(150);
/// Pages follow what is new so soon.
const FOLLOWED_AFTER: Duration = Duration::from_millis(40);
/// While much comes at once, they follow less often: looking at everything again takes its time.
const MUCH_FOLLOWED_AFTER: Duration = Duration::from_millis(400);
/// This many events at once are much.
const MUCH: usize = 200;

/// The history of a class as this tab has it.
pub struct Following {
    feed: Feed,
    journal: RefCell<Journal>,
    /// Of the feed up to where the journal has it: another one than the replica's means that the journal is of another history.
    digest: Cell<Digest>,
    /// Raised when the journal begins anew; a read of before is of no use then.
    generation: Cell<u32>,
    /// It was read from before.
    begun: Cell<bool>,
    reading: Cell<bool>,
    /// Something came while it was being read.
    look_again: Cell<bool>,
    /// What is stored was found to be damaged, and the replica told.
    mending: Cell<bool>,
    /// Pages are about to follow.
    is_following: Cell<bool>,
    /// How many events pages were told of.
    told: Cell<usize>,
    /// Counts what came; pages follow it.
    revision: ArcRwSignal<u64>,
    /// How many events have been read, of how many.
    progress: ArcRwSignal<(u64, u64)>,
    /// All that was stored when the first page asked has been read.
    ready: ArcRwSignal<bool>,
}

/// The events are not those that were recorded.
struct Damaged;

impl Client {
    /// The history of a class; read on if there is more. A tab keeps that of one class only: the one looked at last.
    pub fn history(self: &Rc<Self>, class: ClassId) -> Rc<Following> {
        let feed = Feed::Staff(class);
        let kept = self.following.borrow().as_ref().filter(|following| following.feed == feed).cloned();
        let following = kept.unwrap_or_else(|| {
            let following = Rc::new(Following {
                feed,
                journal: RefCell::new(Journal::of(class)),
                digest: Cell::default(),
                generation: Cell::default(),
                begun: Cell::default(),
                reading: Cell::default(),
                look_again: Cell::default(),
                mending: Cell::default(),
                is_following: Cell::default(),
                told: Cell::default(),
                revision: ArcRwSignal::new(0),
                progress: ArcRwSignal::new((0, 0)),
                ready: ArcRwSignal::new(false),
            });
            *self.following.borrow_mut() = Some(following.clone());
            following
        });
        following.compare(self, self.peek(|replica| replica.marks().get(&feed).copied()));
        following
    }

    /// What a transaction has stored.
    pub(super) fn stored(self: &Rc<Self>, transaction: &Transaction) {
        for change in &transaction.changes {
            match change {
                Change::Chunk(chunk) => self.came(chunk),
                Change::Enqueue(_)
                | Change::Mark(..)
                | Change::Purge(_)
                | Change::Cut(..)
                | Change::Settle(_)
                | Change::Dismiss(_)
                | Change::Renumber
                | Change::Document { .. }
                | Change::ForgetDocument(_)
                | Change::People(_)
                | Change::Log(..)
                | Change::Requeue(_)
                | Change::RequeueBefore(..)
                | Change::RequeueEarlier(_)
                | Change::TakeOver
                | Change::Clock(_)
                | Change::Snapshot(_)
                | Change::ForgetSnapshots => {}
            }
        }
    }

    /// Events that are stored.
    pub(super) fn came(self: &Rc<Self>, chunk: &Chunk) {
        let following = self.following.borrow().as_ref().filter(|following| following.feed == chunk.feed).cloned();
        if let Some(following) = following {
            following.take(self, chunk);
        }
    }
}

impl Following {
    /// Reads the journal, and follows it. None before all has been read that was stored when the first page asked.
    pub fn with<T>(&self, read: impl FnOnce(&Journal) -> T) -> Option<T> {
        self.revision.track();
        self.ready.get().then(|| read(&self.journal.borrow()))
    }

    /// How many events have been read, of how many.
    pub fn progress(&self) -> (u64, u64) {
        self.progress.get()
    }

    /// Compares with what the replica has: begins anew if that is of another history, reads on if not all has been read yet.
    pub fn compare(self: &Rc<Self>, client: &Rc<Client>, mark: Option<Mark>) {
        let (mark, read) = (mark.unwrap_or_default(), self.read());
        let other = mark.after < read || (mark.after == read && mark.digest != self.digest.get());
        let (reading_all, behind) = client.peek(|replica| (replica.is_reading_all(), replica.is_behind(&self.feed)));
        if other && !reading_all {
            self.begin_anew(client);
        } else if !self.ready.get_untracked() && !self.mending.get() && !reading_all && !behind {
            // What shows the class as it is now comes first.
            self.tell_progress(mark.after);
            self.read_on(client);
        }
    }

    fn read(&self) -> u64 {
        self.journal.borrow().len() as u64
    }

    fn begin_anew(self: &Rc<Self>, client: &Rc<Client>) {
        self.forget();
        self.read_on(client);
    }

    fn forget(&self) {
        let class = self.journal.borrow().class();
        *self.journal.borrow_mut() = Journal::of(class);
        self.digest.set(Digest::default());
        self.generation.set(self.generation.get() + 1);
        self.told.set(0);
        self.ready.set(false);
        self.progress.set((0, 0));
    }

    /// Takes events that have just been stored, or that the replica has just read.
    fn take(self: &Rc<Self>, client: &Rc<Client>, chunk: &Chunk) {
        let read = self.read();
        if self.reading.get() {
            self.look_again.set(true);
        } else if !self.ready.get_untracked() {
            self.compare(client, client.peek(|replica| replica.marks().get(&self.feed).copied()));
        } else if chunk.first > read + 1 {
            self.read_on(client);
        } else if chunk.first + chunk.count > read + 1 {
            match self.push(chunk) {
                Ok(()) => self.follow_soon(),
                // What is here was of another history; what is stored says which.
                Err(Damaged) => self.begin_anew(client),
            }
        }
    }

    /// Takes in what is new of a chunk, which holds no more events than fit into a slice.
    fn push(&self, chunk: &Chunk) -> Result<(), Damaged> {
        let runs = read_runs(&chunk.runs).map_err(|_| Damaged)?;
        let (read, mut number, mut digest) = (self.read(), chunk.first - 1, self.digest.get());
        let mut journal = self.journal.borrow_mut();
        for run in &runs {
            let shared = Shared::of(&run.stream, run.actor, run.device);
            for (entry, recorded) in run.events.iter().zip(run.recorded()) {
                number += 1;
                if number > read {
                    digest = digest.then(shared, entry);
                    journal.push(recorded);
                }
            }
        }
        self.digest.set(digest);
        if digest == chunk.digest { Ok(()) } else { Err(Damaged) }
    }

    fn read_on(self: &Rc<Self>, client: &Rc<Client>) {
        self.look_again.set(true);
        if self.reading.replace(true) {
            return;
        }
        let (following, client) = (self.clone(), client.clone());
        spawn_local(async move {
            if !following.begun.replace(true) {
                device::wait(READ_AFTER).await;
            }
            while following.look_again.replace(false) && !device::going::is_going() {
                following.read_stored(&client).await;
            }
            following.reading.set(false);
        });
    }

    /// Reads what is stored after what has been read.
    async fn read_stored(self: &Rc<Self>, client: &Rc<Client>) {
        let (generation, since) = (self.generation.get(), Cell::new(device::monotonic_ms()));
        let read = client.storage().feed(self.feed, self.read(), async |chunk| {
            if self.generation.get() != generation || self.push(&chunk).is_err() {
                return false;
            }
            if device::monotonic_ms() - since.get() > SLICE_MS {
                self.tell_progress(0);
                device::turn().await;
                since.set(device::monotonic_ms());
            }
            self.generation.get() == generation
        });
        match read.await {
            Ok(ReadEnd::AtTheEnd) => {
                self.tell_progress(0);
                self.mending.set(false);
                self.ready.set(true);
                self.follow_soon();
            }
            Ok(ReadEnd::Early) if self.generation.get() != generation => self.look_again.set(true),
            // What is stored is damaged: the replica has it fetched anew, and it comes here as it is stored.
            Ok(ReadEnd::Early) => {
                self.forget();
                if !self.mending.replace(true) {
                    client.mend();
                }
            }
            // Tried again with the next thing that happens.
            Err(_) => {}
        }
    }

    fn tell_progress(&self, of: u64) {
        let read = self.read();
        self.progress.update(|progress| *progress = (read, progress.1.max(of).max(read)));
    }

    /// Has pages follow what came.
    fn follow_soon(self: &Rc<Self>) {
        if self.is_following.replace(true) {
            return;
        }
        let new = self.journal.borrow().len().saturating_sub(self.told.get());
        let following = self.clone();
        device::after(if new > MUCH { MUCH_FOLLOWED_AFTER } else { FOLLOWED_AFTER }, move || {
            following.is_following.set(false);
            following.told.set(following.journal.borrow().len());
            following.revision.update(|revision| *revision += 1);
        });
    }
}
