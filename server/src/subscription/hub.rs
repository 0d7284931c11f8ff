//! The hub passes new events from the writer to the connections that listen to their feeds. The writer never waits for a slow connection: what does
//! not fit into its queue the connection reads from the store.

use super::{frames::Encoded, presence::Presences};
use crate::{
    auth::token::TokenHash,
    engine::{Ended, Published},
    store::Place,
};
use domain::{
    event::Position,
    feeds::Feed,
    ids::{AccountId, ClassId},
    projections::directory::Directory,
    protocol::{Presence, Present},
    time::Timestamp,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};
use tokio::sync::{Notify, watch};

/// The most events that wait for one connection.
const QUEUE_MAX: usize = 512;

/// Which connections listen to which feeds, and the current directory.
#[derive(Debug)]
pub struct Hub {
    directory: RwLock<Arc<Directory>>,
    /// The position of the last event that was published.
    seen: watch::Sender<Position>,
    outlets: Mutex<Outlets>,
    presences: Mutex<Presences>,
    next_id: AtomicU64,
    of_account_max: usize,
}

#[derive(Debug, Default)]
struct Outlets {
    by_feed: HashMap<Feed, BTreeMap<u64, Arc<Outlet>>>,
    /// The connections of each account that were not told to close, oldest first.
    by_account: HashMap<AccountId, BTreeSet<u64>>,
    all: BTreeMap<u64, Arc<Outlet>>,
}

/// One connection's side of the hub.
#[derive(Debug)]
pub struct Outlet {
    id: u64,
    session: TokenHash,
    account: AccountId,
    waiting: Mutex<Waiting>,
    /// The students of each class whose presence this connection is to be told. As a set, so that it stays small however often their presence
    /// changes.
    stirred: Mutex<BTreeMap<ClassId, BTreeSet<AccountId>>>,
    /// While paused, only the highest number in each feed is kept, and the connection is not woken.
    paused: AtomicBool,
    news: Notify,
    /// Told when the account has opened more connections than it may have, and this one is the oldest.
    crowded_out: Notify,
}

/// What waits for a connection.
#[derive(Debug, Default)]
pub struct Waiting {
    /// Events in order.
    pub events: VecDeque<Live>,
    /// When the first of them came.
    pub since: Option<Instant>,
    /// The highest numbers of the events that did not fit.
    pub skipped: BTreeMap<Feed, u64>,
    /// The presence of students, as far as it changed.
    pub presence: BTreeMap<ClassId, BTreeMap<AccountId, Present>>,
    /// The accounts whose names have changed.
    pub renamed: BTreeSet<AccountId>,
    /// The connection has to end.
    pub end: Option<End>,
}

/// An event that has just happened.
#[derive(Debug, Clone)]
pub struct Live {
    /// One of its feeds.
    pub feed: Feed,
    /// Its place there.
    pub place: Place,
    /// The event, serialised once for all connections.
    pub event: Arc<Encoded>,
}

/// Why the server ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The session has ended.
    SignedOut,
    /// The store was opened anew.
    Restarted,
}

impl Hub {
    /// A hub without listeners.
    pub fn new(directory: Arc<Directory>) -> Self {
        let (seen, outlets, presences) = Default::default();
        Self { directory: RwLock::new(directory), seen, outlets, presences, next_id: AtomicU64::new(1), of_account_max: usize::MAX }
    }

    /// The same, over a log whose last event is at this position.
    #[must_use]
    pub fn over(self, last: Position) -> Self {
        self.seen.send_replace(last);
        self
    }

    /// The same, with at most so many connections of one account.
    #[must_use]
    pub fn limited(self, of_account_max: usize) -> Self {
        Self { of_account_max, ..self }
    }

    /// The directory as it is now.
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The position up to which the log is published: whoever reads now finds all events up to there, and a directory that is no older.
    pub fn seen(&self) -> Position {
        *self.seen.borrow()
    }

    /// Waits until the log has come so far, which may be never.
    pub async fn comes_to(&self, wanted: Position) {
        // This cannot fail: the hub holds the sender.
        _ = self.seen.subscribe().wait_for(|seen| *seen >= wanted).await;
    }

    /// Adds a connection of this account, at first without feeds; it is removed when the seat is dropped. If the account then has too many
    /// connections, its oldest one is told to close: whoever opened the new page wants it to work, and the oldest is most often a page that nobody
    /// looks at, or a dead connection.
    pub fn join(self: &Arc<Self>, session: TokenHash, account: AccountId) -> Seat {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (waiting, stirred, news, crowded_out) = Default::default();
        let outlet = Arc::new(Outlet { id, session, account, waiting, stirred, paused: AtomicBool::new(false), news, crowded_out });
        self.outlets().add(&outlet, self.of_account_max);
        Seat { hub: Arc::clone(self), outlet, feeds: Vec::new(), last: None }
    }

    /// Queues new events for the connections that listen to their feeds. The directory is replaced first: a connection that finds an event in its
    /// queue also finds the directory that says who may read it. Connections are woken when the returned value is dropped, so that an answer given
    /// before then travels together with its events.
    pub fn publish(&self, published: &[Published], directory: Option<Arc<Directory>>) -> News {
        let changed = directory.is_some();
        if let Some(directory) = directory {
            *self.directory.write().unwrap_or_else(PoisonError::into_inner) = directory;
        }
        let outlets = self.outlets();
        let mut woken = Vec::new();
        for Published { feeds, event } in published {
            let mut encoded = None;
            for (feed, place) in feeds {
                let Some(listeners) = outlets.by_feed.get(feed) else { continue };
                let event = encoded.get_or_insert_with(|| Arc::new(Encoded::of(event)));
                for outlet in listeners.values() {
                    if outlet.push(Live { feed: *feed, place: *place, event: Arc::clone(event) }) {
                        woken.push(Arc::clone(outlet));
                    }
                }
            }
        }
        if changed {
            woken.extend(outlets.all.values().cloned());
        }
        if let Some(last) = published.last() {
            self.seen.send_replace(last.event.position);
        }
        News(woken)
    }

    /// Ends all connections of a session.
    pub fn end_session(&self, session: &TokenHash) {
        self.outlets().all.values().filter(|outlet| outlet.session == *session).for_each(|outlet| outlet.end(End::SignedOut));
    }

    /// Ends all connections of sessions that are over.
    pub fn end(&self, ended: &Ended) {
        let is_of = |outlet: &&Arc<Outlet>| match ended {
            Ended::Session(session) => outlet.session == *session,
            Ended::Of { account, but } => outlet.account == *account && Some(outlet.session) != *but,
        };
        self.outlets().all.values().filter(is_of).for_each(|outlet| outlet.end(End::SignedOut));
    }

    /// Tells all connections whose names have changed; each knows whether its account may know them.
    pub fn rename(&self, people: &BTreeSet<AccountId>) {
        if !people.is_empty() {
            self.outlets().all.values().for_each(|outlet| outlet.rename(people));
        }
    }

    /// Ends all connections after the store was opened again, because nobody knows what they have missed. `last` is the position of the log's last
    /// event.
    pub fn restart(&self, directory: Arc<Directory>, last: Position) {
        *self.directory.write().unwrap_or_else(PoisonError::into_inner) = directory;
        self.seen.send_replace(last);
        self.outlets().all.values().for_each(|outlet| outlet.end(End::Restarted));
    }

    /// How many connections there are.
    pub fn connections(&self) -> usize {
        self.outlets().all.len()
    }

    fn outlets(&self) -> MutexGuard<'_, Outlets> {
        self.outlets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn presences(&self) -> MutexGuard<'_, Presences> {
        self.presences.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Marks the student's presence as changed for all connections that listen to the staff feeds of the student's classes.
    fn stir(&self, student: AccountId) {
        let directory = self.directory();
        let outlets = self.outlets();
        for (class, _) in directory.classes_of_student(student) {
            let listeners = outlets.by_feed.get(&Feed::Staff(class));
            listeners.into_iter().flat_map(BTreeMap::values).for_each(|outlet| outlet.stir(class, [student]));
        }
    }

    /// The present presence of students who were marked, as far as they are still in those classes.
    fn presence_of(&self, stirred: BTreeMap<ClassId, BTreeSet<AccountId>>) -> BTreeMap<ClassId, BTreeMap<AccountId, Present>> {
        let directory = self.directory();
        let presences = self.presences();
        let in_class = |class: ClassId, students: BTreeSet<AccountId>| {
            let members = directory.class(class)?;
            let there = students.into_iter().filter(|student| members.students.contains(student));
            let there: BTreeMap<_, _> = there.filter_map(|student| Some((student, presences.of(student)?))).collect();
            (!there.is_empty()).then_some((class, there))
        };
        stirred.into_iter().filter_map(|(class, students)| in_class(class, students)).collect()
    }
}

/// The connections for which something waits.
#[derive(Debug)]
pub struct News(Vec<Arc<Outlet>>);

impl Drop for News {
    fn drop(&mut self) {
        self.0.iter().for_each(|outlet| outlet.news.notify_one());
    }
}

impl Outlet {
    /// Queues an event. Returns whether the connection must be woken: nothing was queued before, and it is not paused.
    fn push(&self, live: Live) -> bool {
        let mut waiting = self.waiting();
        let paused = self.paused.load(Ordering::Relaxed);
        let first = waiting.events.is_empty() && !paused;
        if waiting.events.len() < QUEUE_MAX && !paused {
            waiting.events.push_back(live);
            waiting.since.get_or_insert_with(Instant::now);
        } else {
            waiting.skipped.insert(live.feed, live.place.number);
        }
        first
    }

    /// Marks students whose presence changed, and wakes the connection only if one of them was not marked already.
    fn stir(&self, class: ClassId, students: impl IntoIterator<Item = AccountId>) {
        let mut stirred = self.stirred();
        let of_class = stirred.entry(class).or_default();
        let before = of_class.len();
        of_class.extend(students);
        if of_class.len() > before {
            self.news.notify_one();
        }
    }

    fn stirred(&self) -> MutexGuard<'_, BTreeMap<ClassId, BTreeSet<AccountId>>> {
        self.stirred.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rename(&self, people: &BTreeSet<AccountId>) {
        self.waiting().renamed.extend(people);
        self.news.notify_one();
    }

    fn end(&self, end: End) {
        self.waiting().end = Some(end);
        self.news.notify_one();
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection's place at the hub.
#[derive(Debug)]
pub struct Seat {
    hub: Arc<Hub>,
    outlet: Arc<Outlet>,
    feeds: Vec<Feed>,
    /// When it last reported a student's presence; `None` if it never did.
    last: Option<Timestamp>,
}

impl Seat {
    /// Takes in what the page of a student reports of their presence.
    pub fn present(&mut self, presence: Presence, now: Timestamp) {
        self.last = Some(now);
        let Outlet { id, account, .. } = *self.outlet;
        if self.hub.presences().say(account, id, presence, now) {
            self.hub.stir(account);
        }
    }

    /// The connection ended at this moment. (If the seat is dropped without this call, the time of its last presence report is taken.)
    pub fn leave(&mut self, now: Timestamp) {
        let Outlet { id, account, .. } = *self.outlet;
        if self.last.take().is_some() && self.hub.presences().leave(account, id, now) {
            self.hub.stir(account);
        }
    }

    /// Has the connection told who is present in a class; it is told of changes for as long as it listens to the class's staff feed.
    pub fn watch(&self, class: ClassId) {
        let directory = self.hub.directory();
        if let Some(members) = directory.class(class) {
            self.outlet.stir(class, members.students.iter().copied());
        }
    }

    /// Listens to a feed from now on.
    pub fn listen(&mut self, feed: Feed) {
        if !self.feeds.contains(&feed) {
            self.feeds.push(feed);
            self.hub.outlets().by_feed.entry(feed).or_default().insert(self.outlet.id, Arc::clone(&self.outlet));
        }
    }

    /// Listens to a feed no more.
    pub fn turn_away(&mut self, feed: &Feed) {
        self.feeds.retain(|listened| listened != feed);
        self.hub.outlets().forget(feed, self.outlet.id);
    }

    /// Pauses or resumes the queue. While it is paused, only the highest number in each feed is remembered.
    pub fn pause(&self, paused: bool) {
        let waiting = self.outlet.waiting();
        if self.outlet.paused.swap(paused, Ordering::Relaxed) && !paused && !waiting.skipped.is_empty() {
            self.outlet.news.notify_one();
        }
    }

    /// Waits until others of this account have taken its place.
    pub fn crowded_out(&self) -> impl Future<Output = ()> + use<> {
        let outlet = Arc::clone(&self.outlet);
        async move { outlet.crowded_out.notified().await }
    }

    /// Waits until there is something to take, or the directory has changed.
    pub async fn news(&self) {
        self.outlet.news.notified().await;
    }

    /// Takes all that waits.
    pub fn take(&self) -> Waiting {
        let mut waiting = mem::take(&mut *self.outlet.waiting());
        let stirred = mem::take(&mut *self.outlet.stirred());
        if !stirred.is_empty() {
            waiting.presence = self.hub.presence_of(stirred);
        }
        waiting
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(last) = self.last {
            self.leave(last);
        }
        let mut outlets = self.hub.outlets();
        outlets.remove(&self.outlet);
        for feed in &self.feeds {
            outlets.forget(feed, self.outlet.id);
        }
    }
}

impl Outlets {
    fn add(&mut self, outlet: &Arc<Outlet>, of_account_max: usize) {
        self.all.insert(outlet.id, Arc::clone(outlet));
        let own = self.by_account.entry(outlet.account).or_default();
        own.insert(outlet.id);
        if own.len() > of_account_max.max(1)
            && let Some(oldest) = own.pop_first().and_then(|oldest| self.all.get(&oldest))
        {
            oldest.crowded_out.notify_one();
        }
    }

    fn remove(&mut self, outlet: &Outlet) {
        self.all.remove(&outlet.id);
        if let Some(own) = self.by_account.get_mut(&outlet.account) {
            own.remove(&outlet.id);
            if own.is_empty() {
                self.by_account.remove(&outlet.account);
            }
        }
    }

    fn forget(&mut self, feed: &Feed, id: u64) {
        if let Some(listeners) = self.by_feed.get_mut(feed) {
            listeners.remove(&id);
            if listeners.is_empty() {
                self.by_feed.remove(feed);
            }
        }
    }
}
