//! The loop of a tab: it passes inputs to the replica, has the replica's effects carried out, and signals screens that something has changed.

mod departure;
mod documents;
#[cfg(feature = "teach")]
mod following;
mod keeping;
mod notices;
mod support;

#[cfg(feature = "teach")]
pub use following::Following;
pub use notices::Notice;
use notices::Notices;

use crate::{
    device::{self, upgrade},
    storage::{Piece, Seal, Storage},
    sync::{self, Happened, Session, Socket},
    tabs::Tabs,
};
use domain::{
    attempt,
    command::{Command, Refusal},
    event::Event,
    feeds::Feed,
    ids::DeviceId,
    protocol::{BUILD, Computer, SignedIn},
    replica::{
        Effect, Incoming, Ownership, Replica, TabWord,
        again::Tries,
        storage::{Change, Found, Transaction, Trouble},
    },
    time::Timestamp,
};
use futures::{StreamExt, channel::mpsc};
use leptos::{prelude::*, task::spawn_local};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::{Rc, Weak},
    time::Duration,
};

/// How long after its start a tab puts its database in order.
const TIDY_AFTER: Duration = Duration::from_secs(20);
/// How long a reconnect waits while the device is offline, so that the page first shows what somebody just did.
const BEFORE_TRYING_AGAIN: Duration = Duration::from_millis(150);
/// How long folding may hold the page before the page has a turn, in milliseconds.
const SLICE_MS: f64 = 8.0;
/// While the device is catching up, screens are redrawn no more often than this; with [`VERY_MUCH`] missing, than [`REDRAWN_SELDOM`].
const REDRAWN_EVERY: Duration = Duration::from_millis(50);
const REDRAWN_SELDOM: Duration = Duration::from_millis(250);
/// More missing events than this are very much.
const VERY_MUCH: u64 = 5_000;
/// How often to ask for the key while something waits that only it opens.
const ASK_FOR_KEY_EVERY: Duration = Duration::from_secs(5);

/// One tab's replica and all that it works with.
pub struct Client {
    replica: RefCell<Replica>,
    /// Rises whenever something has changed; screens track it.
    revision: RwSignal<u64>,
    /// A redraw is scheduled already.
    is_redrawing: Cell<bool>,
    /// The session is over, or the app too old: what the person must do.
    pub ended: RwSignal<Option<Ended>>,
    /// Whether this tab owns the socket; `None` until that is known.
    pub ownership: RwSignal<Option<Ownership>>,
    /// Whether this tab has the key to sealed commands.
    pub has_key: RwSignal<bool>,
    notices: Notices,
    storage: Storage,
    /// The class history that pages show, or showed last.
    #[cfg(feature = "teach")]
    following: RefCell<Option<Rc<Following>>>,
    /// The queue of storage work, which is done one piece after another.
    work: mpsc::UnboundedSender<Work>,
    tabs: RefCell<Option<Tabs>>,
    socket: RefCell<Option<Socket>>,
    socket_id: Cell<u64>,
    stopped: Cell<bool>,
    /// The key to what is sealed is being asked for.
    is_opening: Cell<bool>,
    /// How often the database was lost soon after it was opened.
    losses: Cell<Tries>,
}

/// Why this client cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Sign in again; what waits is kept.
    Session,
    /// The server needs a newer app.
    Upgrade,
}

enum Work {
    Transaction(Transaction),
    Read { after: BTreeMap<Feed, u64>, snapshots: BTreeMap<String, u32> },
    Tidy,
}

impl Client {
    /// Starts the client of whoever is signed in.
    pub fn start(who: &SignedIn, computer: Computer, seal: Option<Seal>) -> Rc<Self> {
        let (replica, first) = Replica::new(who.account, who.role, BUILD);
        let (work, queued) = mpsc::unbounded();
        let has_key = seal.is_some();
        let client = Rc::new_cyclic(|client: &Weak<Self>| {
            let client = client.clone();
            let told = move |fate| _ = client.upgrade().map(|client| client.database_is(fate));
            Self {
                replica: RefCell::new(replica),
                revision: RwSignal::new(0),
                is_redrawing: Cell::new(false),
                ended: RwSignal::new(None),
                ownership: RwSignal::new(None),
                has_key: RwSignal::new(has_key),
                notices: Notices::default(),
                storage: Storage::of(who.account, computer, seal, told),
                #[cfg(feature = "teach")]
                following: RefCell::default(),
                work,
                tabs: RefCell::default(),
                socket: RefCell::default(),
                socket_id: Cell::new(0),
                stopped: Cell::new(false),
                is_opening: Cell::new(false),
                losses: Cell::default(),
            }
        });
        spawn_local(client.clone().store(queued));
        client.carry_out(vec![first]);
        let (heard, owning) = (client.clone(), client.clone());
        let tabs = Tabs::join(who.account, move |word| heard.hear(word), move |ownership| owning.own(ownership));
        *client.tabs.borrow_mut() = Some(tabs);
        client.carry_out(vec![Effect::Tell(TabWord::HowIsTheLine)]);
        let ticking = client.clone();
        device::every(Duration::from_secs(1), move || ticking.step(Incoming::Tick));
        let tidying = client.clone();
        device::after(TIDY_AFTER, move || _ = tidying.work.unbounded_send(Work::Tidy));
        let waking = client.clone();
        device::on_wake(move || waking.step(Incoming::Wake));
        let leaving = client.clone();
        device::going::when_kept(move || leaving.storage.let_go());
        let looking = client.clone();
        device::on_look(move |looks| looking.step(Incoming::Looking(looks)));
        client
    }

    /// Reads the replica and tracks it: the reader runs again when something has changed.
    pub fn read<T>(&self, read: impl FnOnce(&Replica) -> T) -> T {
        self.revision.track();
        read(&self.replica.borrow())
    }

    /// Reads the replica as it is now.
    pub fn peek<T>(&self, read: impl FnOnce(&Replica) -> T) -> T {
        read(&self.replica.borrow())
    }

    /// What is stored, to be looked at.
    pub fn storage(&self) -> &Storage {
        &self.storage
    }

    /// Gives a command.
    ///
    /// # Errors
    /// The refusal; then nothing is stored or sent.
    pub fn dispatch(self: &Rc<Self>, command: &Command) -> Result<Vec<Event>, Refusal> {
        let at = self.school_time();
        let given = self.replica.borrow_mut().dispatch(command, at);
        self.redraw();
        let decided = given.map(|(events, effects)| {
            self.carry_out(effects);
            events
        });
        let finished = |event: &Event| matches!(event, Event::Attempt(_, attempt::Event::SectionFinished {}));
        if decided.as_ref().is_ok_and(|events| events.iter().any(finished)) || self.is_anything_unsent() {
            keeping::ask_to_persist();
        }
        decided
    }

    /// Dismisses something from the inbox, with what was built on it.
    pub fn dismiss(self: &Rc<Self>, device: DeviceId, number: u64) {
        let effects = self.replica.borrow_mut().dismiss_group(device, number);
        self.redraw();
        self.carry_out(effects);
    }

    /// Notes that a page shows this feed, so that it comes first if much has to be fetched.
    #[cfg(feature = "teach")]
    pub fn prefer(&self, feed: Feed) {
        self.replica.borrow_mut().prefer(feed);
    }

    /// Has everything stored here read and checked again; what is damaged is fetched from the server again.
    pub fn mend(self: &Rc<Self>) {
        let effects = self.replica.borrow_mut().check_all();
        self.carry_out(effects);
    }

    /// Events that stored folds cover are not read when a page loads, so damage in them would go unnoticed. The tab that owns the socket checks all
    /// stored events once, when the page is quiet.
    async fn check_in_the_background(self: Rc<Self>) {
        if self.peek(Replica::is_owner) && self.storage.check(device::turn).await.is_ok_and(|checked| !checked.bad.is_empty()) {
            self.mend();
        }
    }

    /// The school's time at this moment, as far as the server has told it.
    pub fn school_time(&self) -> Timestamp {
        self.peek(|replica| replica.school_time(device::clocks()))
    }

    /// Opens the socket with this number.
    fn open_socket(self: &Rc<Self>, id: u64) {
        let client = self.clone();
        let socket = Socket::open(move |happened| match happened {
            Happened::Opened => client.of_socket(id, Incoming::Opened),
            Happened::Frame(text) => client.of_socket(id, Incoming::Frame(text)),
            Happened::Closed { heard } => spawn_local(client.clone().socket_closed(id, heard)),
        });
        *self.socket.borrow_mut() = socket;
    }

    /// Passes on what came from the socket with this number, unless another socket has taken its place.
    fn of_socket(self: &Rc<Self>, id: u64, input: Incoming<'_>) {
        if self.socket_id.get() == id {
            self.step(input);
        }
    }

    /// The socket with this number closed. If the server never said anything on it, the session may be over, so the server is asked.
    async fn socket_closed(self: Rc<Self>, id: u64, opened: bool) {
        if self.socket_id.get() != id || self.is_over() {
            return;
        }
        self.socket.borrow_mut().take();
        if !opened {
            let account = self.peek(Replica::account);
            match sync::session().await {
                Session::Of(arrival) if arrival.who.account == account => {}
                Session::Of(_) | Session::None => self.ended.set(Some(Ended::Session)),
                Session::Unknown => {}
            }
        }
        self.of_socket(id, Incoming::Closed);
        if self.is_anything_unsent() {
            keeping::ask_to_persist();
        }
    }

    fn step(self: &Rc<Self>, input: Incoming<'_>) {
        // On a page that is being closed only finished transactions are passed on: nothing is retried, and nothing new begins.
        if self.stopped.get() || (device::going::is_going() && !matches!(input, Incoming::Committed { .. })) {
            return;
        }
        let tick = matches!(input, Incoming::Tick);
        self.replica.borrow_mut().tell_time(device::clocks());
        let effects = self.replica.borrow_mut().step(input);
        if !tick || !effects.is_empty() {
            self.redraw_soon();
        }
        self.carry_out(effects);
    }

    fn redraw(&self) {
        self.revision.update(|revision| *revision += 1);
    }

    /// Redraws the screens: at once, or, while the device is catching up, only now and then.
    fn redraw_soon(self: &Rc<Self>) {
        if !self.peek(Replica::is_catching_up) {
            self.redraw();
        } else if !self.is_redrawing.replace(true) {
            let client = self.clone();
            let missing = self.peek(Replica::catching_up).map_or(0, |(had, of)| of - had);
            device::after(if missing > VERY_MUCH { REDRAWN_SELDOM } else { REDRAWN_EVERY }, move || {
                client.is_redrawing.set(false);
                client.redraw();
            });
        }
    }

    fn carry_out(self: &Rc<Self>, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Store(transaction) => _ = self.work.unbounded_send(Work::Transaction(transaction)),
                Effect::Read { after, snapshots } => _ = self.work.unbounded_send(Work::Read { after, snapshots }),
                Effect::Connect => self.connect(),
                Effect::Close => {
                    self.socket_id.set(self.socket_id.get() + 1);
                    self.socket.borrow_mut().take();
                }
                Effect::RetryIn(ms) => {
                    let client = self.clone();
                    device::after(device::jittered(ms), move || client.step(Incoming::Retry));
                }
                Effect::Send(frame) => {
                    if let Some(socket) = self.socket.borrow().as_ref() {
                        socket.send(frame);
                    }
                }
                Effect::Fetch(hash) => spawn_local(self.clone().fetch(hash)),
                Effect::History { feed, after, limit } => spawn_local(self.clone().fetch_history(feed, after, limit)),
                Effect::Steal => {
                    if let Some(tabs) = self.tabs.borrow().as_ref() {
                        tabs.steal();
                    }
                }
                Effect::Tell(word) => self.carry_out_word(&word),
                Effect::SignInAgain => self.ended.set(Some(Ended::Session)),
                Effect::Upgrade => self.upgrade(),
            }
        }
    }

    /// Opens a socket. While the device is offline, so that this will probably fail, it waits first until what somebody just did is on the screen.
    fn connect(self: &Rc<Self>) {
        let id = self.socket_id.get() + 1;
        self.socket_id.set(id);
        if !self.replica.borrow().is_offline() {
            self.open_socket(id);
            return;
        }
        let client = self.clone();
        device::after(BEFORE_TRYING_AGAIN, move || {
            if client.socket_id.get() == id {
                client.open_socket(id);
            }
        });
    }

    /// Loads the newer app. If somebody is writing, or this tab has tried it already, the person is asked instead.
    fn upgrade(&self) {
        if upgrade::may_load_by_itself() {
            spawn_local(upgrade::load());
        } else {
            self.ended.set(Some(Ended::Upgrade));
        }
    }

    /// This tab has become the owner of the socket, or is it no longer.
    fn own(self: &Rc<Self>, ownership: Ownership) {
        self.ownership.set(Some(ownership));
        self.step(Incoming::Own(ownership));
    }

    fn carry_out_word(&self, word: &TabWord) {
        if let Some(tabs) = self.tabs.borrow().as_ref() {
            tabs.tell(word);
        }
    }

    fn hear(self: &Rc<Self>, word: TabWord) {
        if word == TabWord::SignedOut {
            self.stop();
            device::go_home();
        } else {
            self.step(Incoming::Word(word));
        }
    }

    /// Closes the socket and the database.
    fn stop(&self) {
        self.stopped.set(true);
        self.socket_id.set(self.socket_id.get() + 1);
        self.socket.borrow_mut().take();
        self.storage.close();
    }

    /// Carries out storage work, one piece after another, so that the replica gets results in the order in which it asked for them.
    async fn store(self: Rc<Self>, mut queued: mpsc::UnboundedReceiver<Work>) {
        while let Some(work) = queued.next().await {
            if self.stopped.get() {
                return;
            }
            match work {
                Work::Transaction(transaction) => match self.storage.carry_out(&transaction).await {
                    Ok(numbers) => {
                        if let Some(again) = sent_again(&transaction, &numbers) {
                            self.notice(Notice::SentAgain(again));
                        }
                        self.step(Incoming::Committed { transaction: transaction.id, numbers });
                        #[cfg(feature = "teach")]
                        self.stored(&transaction);
                    }
                    Err(why) => self.step(Incoming::Failed { transaction: transaction.id, why }),
                },
                // If tidying fails, the next page does it.
                Work::Tidy => {
                    _ = self.storage.tidy().await;
                    spawn_local(self.clone().check_in_the_background());
                }
                Work::Read { after, snapshots } => match self.load(after, snapshots).await {
                    Ok(found) => self.found(found),
                    Err(why) => self.step(Incoming::Unreadable(why)),
                },
            }
        }
    }

    async fn load(self: &Rc<Self>, after: BTreeMap<Feed, u64>, snapshots: BTreeMap<String, u32>) -> Result<Found, Trouble> {
        let mut since = device::monotonic_ms();
        let fold = async |piece| {
            let input = match &piece {
                Piece::Snapshot(snapshot) => Incoming::Snapshot(snapshot),
                Piece::Chunk(chunk) => Incoming::Chunk(chunk),
            };
            let effects = self.replica.borrow_mut().step(input);
            self.carry_out(effects);
            #[cfg(feature = "teach")]
            if let Piece::Chunk(chunk) = &piece {
                self.came(chunk);
            }
            if device::monotonic_ms() - since > SLICE_MS {
                device::turn().await;
                since = device::monotonic_ms();
            }
        };
        self.storage.read(&after, &snapshots, fold).await
    }

    /// Whether this client has stopped: somebody signed out, or the page is being closed.
    fn is_over(&self) -> bool {
        self.stopped.get() || device::going::is_going()
    }
}

/// How many commands a transaction put back into the outbox because the server had lost them.
fn sent_again(transaction: &Transaction, numbers: &[u64]) -> Option<u64> {
    let requeues = |change: &Change| matches!(change, Change::Requeue(_) | Change::RequeueEarlier(_));
    let gives_out =
        |change: &&Change| matches!(change, Change::Enqueue(_) | Change::TakeOver | Change::RequeueBefore(..)) || requeues(change);
    let given = transaction.changes.iter().filter(gives_out).zip(numbers);
    let again: u64 = given.filter(|(change, _)| requeues(change)).map(|(_, again)| *again).sum();
    (again > 0).then_some(again)
}
