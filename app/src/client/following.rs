//! The history of a class, read from this device's database without freezing the page, and kept up to date as it grows. All pages of a tab share it.
//! Pending events are not in it: only confirmed ones that are stored.

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

/// How long the first read waits, so that the page is drawn first.
const READ_AFTER: Duration = Duration::from_millis(150);
/// How soon pages are redrawn after new events.
const FOLLOWED_AFTER: Duration = Duration::from_millis(40);
/// How soon while many events come at once: later, since a redraw computes everything again.
const MUCH_FOLLOWED_AFTER: Duration = Duration::from_millis(400);
/// More events than this at once are many.
const MUCH: usize = 200;

/// The history of a class as this tab has it.
pub struct Following {
    feed: Feed,
    journal: RefCell<Journal>,
    /// The feed's digest at the journal's last event: if the replica has another one there, the journal is of another history.
    digest: Cell<Digest>,
    /// Raised when the journal is begun again; a read that began before is discarded then.
    generation: Cell<u32>,
    /// A read was begun before.
    begun: Cell<bool>,
    reading: Cell<bool>,
    /// There may be more to read.
    look_again: Cell<bool>,
    /// Stored events were found to be damaged, and the replica was told to fetch them again.
    mending: Cell<bool>,
    /// A redraw of the pages is scheduled already.
    is_following: Cell<bool>,
    /// How many events the journal had at the pages' last redraw.
    told: Cell<usize>,
    /// Rises when there are new events; pages track it.
    revision: ArcRwSignal<u64>,
    /// How many events have been read, of how many.
    progress: ArcRwSignal<(u64, u64)>,
    /// All that was stored when the first page asked has been read.
    ready: ArcRwSignal<bool>,
}

/// The events are not those that were recorded.
struct Damaged;

impl Client {
    /// The history of a class; what is stored and not read yet is read now. A tab keeps the history of one class only: the one looked at last.
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

    /// Takes in the events that a transaction has stored.
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

    /// Takes in stored events, if they are of the class whose history is kept.
    pub(super) fn came(self: &Rc<Self>, chunk: &Chunk) {
        let following = self.following.borrow().as_ref().filter(|following| following.feed == chunk.feed).cloned();
        if let Some(following) = following {
            following.take(self, chunk);
        }
    }
}

impl Following {
    /// Reads the journal and tracks it. `None` until everything was read that was stored when the first page asked.
    pub fn with<T>(&self, read: impl FnOnce(&Journal) -> T) -> Option<T> {
        self.revision.track();
        self.ready.get().then(|| read(&self.journal.borrow()))
    }

    /// How many events have been read, of how many.
    pub fn progress(&self) -> (u64, u64) {
        self.progress.get()
    }

    /// Compares the journal with the replica's mark: begins again if that is of another history, and reads on if not everything was read yet.
    pub fn compare(self: &Rc<Self>, client: &Rc<Client>, mark: Option<Mark>) {
        let (mark, read) = (mark.unwrap_or_default(), self.read());
        let other = mark.after < read || (mark.after == read && mark.digest != self.digest.get());
        let (reading_all, behind) = client.peek(|replica| (replica.is_reading_all(), replica.is_behind(&self.feed)));
        if other && !reading_all {
            self.begin_anew(client);
        } else if !self.ready.get_untracked() && !self.mending.get() && !reading_all && !behind {
            // Only once the replica has read everything and caught up with this feed: the class as it is now comes first.
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
                // The journal was of another history: begin again from what is stored.
                Err(Damaged) => self.begin_anew(client),
            }
        }
    }

    /// Adds the new events of a chunk to the journal. A chunk is short enough for one slice of time.
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

    /// Reads the stored events that follow the journal's last one.
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
            // Stored events are damaged: the replica fetches them again, and they come here when they are stored.
            Ok(ReadEnd::Early) => {
                self.forget();
                if !self.mending.replace(true) {
                    client.mend();
                }
            }
            // It is retried when the next events are stored.
            Err(_) => {}
        }
    }

    fn tell_progress(&self, of: u64) {
        let read = self.read();
        self.progress.update(|progress| *progress = (read, progress.1.max(of).max(read)));
    }

    /// Schedules a redraw of the pages with the new events.
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
