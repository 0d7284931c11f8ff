//! The loop of a tab: inputs to the replica, its effects to those who carry them out, and a signal that something is new.

use crate::{
    device,
    storage::{self, Storage},
    sync::{self, Session, Socket},
    tabs::{self, Tabs},
};
use domain::{
    command::{Command, Refusal},
    event::{Event, StreamId},
    ids::{ContentHash, DeviceId},
    protocol::SignedIn,
    replica::{
        Effect, Input, Replica, TabWord,
        storage::{Found, Transaction, Trouble},
    },
};
use futures::{StreamExt, channel::mpsc};
use leptos::{prelude::*, task::spawn_local};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    time::Duration,
};

/// How long after its start a tab puts its database in order.
const TIDY_AFTER: Duration = Duration::from_secs(20);

/// How long a new try to connect leaves the page alone.
const BEFORE_TRYING_AGAIN: Duration = Duration::from_millis(150);
/// How long folding may hold the page before the page has a turn, in milliseconds.
const SLICE_MS: f64 = 8.0;

/// One tab's replica and all that it works with.
pub struct Client {
    replica: RefCell<Replica>,
    /// Counts what happened; screens follow it.
    revision: RwSignal<u64>,
    /// The session is over, or the app too old: what the person must do.
    pub ended: RwSignal<Option<Ended>>,
    storage: Storage,
    /// Storage does one thing after another.
    work: mpsc::UnboundedSender<Work>,
    tabs: RefCell<Option<Tabs>>,
    socket: RefCell<Option<Socket>>,
    socket_id: Cell<u64>,
    stopped: Cell<bool>,
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
    Read(BTreeMap<domain::feeds::Feed, u64>),
    Merge,
}

impl Client {
    /// Starts the client of whoever is signed in.
    pub fn start(who: &SignedIn) -> Rc<Self> {
        let (replica, first) = Replica::new(who.account, who.role, env!("CARGO_PKG_VERSION"));
        let (work, queued) = mpsc::unbounded();
        let client = Rc::new(Self {
            replica: RefCell::new(replica),
            revision: RwSignal::new(0),
            ended: RwSignal::new(None),
            storage: Storage::of(who.account),
            work,
            tabs: RefCell::default(),
            socket: RefCell::default(),
            socket_id: Cell::new(0),
            stopped: Cell::new(false),
        });
        let heard = client.clone();
        *client.tabs.borrow_mut() = Some(Tabs::join(who.account, move |word| heard.hear(word)));
        spawn_local(client.clone().store(queued));
        client.carry_out(vec![first]);
        let owning = client.clone();
        tabs::wait_for_ownership(who.account, move || owning.step(Input::Own(true)));
        client.carry_out(vec![Effect::Tell(TabWord::HowIsTheLine)]);
        let ticking = client.clone();
        device::every(Duration::from_secs(1), move || ticking.step(Input::Tick));
        let tidying = client.clone();
        device::after(TIDY_AFTER, move || _ = tidying.work.unbounded_send(Work::Merge));
        let waking = client.clone();
        device::on_wake(move || waking.step(Input::Wake));
        client
    }

    /// Reads the replica, and follows it: whoever reads is asked again when something is new.
    pub fn read<T>(&self, read: impl FnOnce(&Replica) -> T) -> T {
        self.revision.track();
        read(&self.replica.borrow())
    }

    /// Reads the replica as it is now.
    pub fn peek<T>(&self, read: impl FnOnce(&Replica) -> T) -> T {
        read(&self.replica.borrow())
    }

    /// Gives a command.
    ///
    /// # Errors
    /// The refusal; then nothing is stored or sent.
    pub fn dispatch(self: &Rc<Self>, stream: StreamId, command: &Command) -> Result<Vec<Event>, Refusal> {
        let mut effects = Vec::new();
        let decided = self.replica.borrow_mut().dispatch(stream, command, device::now(), &mut effects);
        self.revision.update(|revision| *revision += 1);
        self.carry_out(effects);
        decided
    }

    /// Dismisses something from the inbox.
    pub fn dismiss(self: &Rc<Self>, device: DeviceId, number: u64) {
        let mut effects = Vec::new();
        self.replica.borrow_mut().dismiss(device, number, &mut effects);
        self.revision.update(|revision| *revision += 1);
        self.carry_out(effects);
    }

    /// Closes everything, deletes all that is stored here, ends the session, and shows the form. Offline, the end of the
    /// session is owed to the next contact.
    pub async fn sign_out(self: Rc<Self>) {
        let account = self.peek(Replica::account);
        self.stop();
        self.carry_out_word(&TabWord::SignedOut);
        device::forget_signed_in();
        // Where storage fails there is nothing to delete.
        _ = storage::delete_everything(account).await;
        device::owe_sign_out(!sync::sign_out().await);
        device::go_home();
    }

    /// From the socket with this number, unless it is another by now.
    pub fn of_socket(self: &Rc<Self>, id: u64, input: Input<'_>) {
        if self.socket_id.get() == id {
            self.step(input);
        }
    }

    /// The socket with this number closed. One that never opened may mean that the session is over.
    pub async fn socket_closed(self: Rc<Self>, id: u64, opened: bool) {
        if self.socket_id.get() != id || self.stopped.get() {
            return;
        }
        self.socket.borrow_mut().take();
        if !opened {
            let account = self.peek(Replica::account);
            match sync::session().await {
                Session::Of(who) if who.account == account => {}
                Session::Of(_) | Session::None => self.ended.set(Some(Ended::Session)),
                Session::Unknown => {}
            }
        }
        self.of_socket(id, Input::Closed);
    }

    fn step(self: &Rc<Self>, input: Input<'_>) {
        if self.stopped.get() {
            return;
        }
        let tick = matches!(input, Input::Tick);
        let mut effects = Vec::new();
        self.replica.borrow_mut().step(input, &mut effects);
        if !tick || !effects.is_empty() {
            self.revision.update(|revision| *revision += 1);
        }
        self.carry_out(effects);
    }

    fn carry_out(self: &Rc<Self>, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Store(transaction) => _ = self.work.unbounded_send(Work::Transaction(transaction)),
                Effect::Read { after } => _ = self.work.unbounded_send(Work::Read(after)),
                Effect::Connect => self.connect(),
                Effect::Close => {
                    self.socket_id.set(self.socket_id.get() + 1);
                    self.socket.borrow_mut().take();
                }
                Effect::RetryIn(ms) => {
                    let client = self.clone();
                    device::after(device::jittered(ms), move || client.step(Input::Retry));
                }
                Effect::Send(frame) => {
                    if let Some(socket) = self.socket.borrow().as_ref() {
                        socket.send(frame);
                    }
                }
                Effect::Fetch(hash) => spawn_local(self.clone().fetch(hash)),
                Effect::Tell(word) => self.carry_out_word(&word),
                Effect::SignInAgain => self.ended.set(Some(Ended::Session)),
                Effect::Upgrade => self.ended.set(Some(Ended::Upgrade)),
            }
        }
    }

    /// Opens a socket. One that will probably fail again waits until what somebody just did is on the screen.
    fn connect(self: &Rc<Self>) {
        let id = self.socket_id.get() + 1;
        self.socket_id.set(id);
        if !self.replica.borrow().is_offline() {
            *self.socket.borrow_mut() = Socket::open(self, id);
            return;
        }
        let client = self.clone();
        device::after(BEFORE_TRYING_AGAIN, move || {
            if client.socket_id.get() == id {
                *client.socket.borrow_mut() = Socket::open(&client, id);
            }
        });
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
            self.step(Input::Word(word));
        }
    }

    /// Lets go of the socket and the database.
    fn stop(&self) {
        self.stopped.set(true);
        self.socket_id.set(self.socket_id.get() + 1);
        self.socket.borrow_mut().take();
        self.storage.close();
    }

    async fn fetch(self: Rc<Self>, hash: ContentHash) {
        let bytes = sync::content(hash).await;
        self.step(Input::Content { hash, bytes: bytes.as_deref() });
    }

    /// Carries out storage work, one after another, so that answers come in the order of the questions.
    async fn store(self: Rc<Self>, mut queued: mpsc::UnboundedReceiver<Work>) {
        while let Some(work) = queued.next().await {
            if self.stopped.get() {
                return;
            }
            match work {
                Work::Transaction(transaction) => match self.storage.carry_out(&transaction).await {
                    Ok(numbers) => self.step(Input::Committed { transaction: transaction.id, numbers }),
                    Err(why) => self.step(Input::Failed { transaction: transaction.id, why }),
                },
                // Another day will do as well.
                Work::Merge => _ = self.storage.merge().await,
                Work::Read(after) => match self.load(after).await {
                    Ok(found) => self.step(Input::Found(found)),
                    Err(why) => self.step(Input::Unreadable(why)),
                },
            }
        }
    }

    async fn load(self: &Rc<Self>, after: BTreeMap<domain::feeds::Feed, u64>) -> Result<Found, Trouble> {
        let mut since = device::monotonic_ms();
        let fold = async |chunk| {
            let mut effects = Vec::new();
            self.replica.borrow_mut().step(Input::Chunk(&chunk), &mut effects);
            self.carry_out(effects);
            if device::monotonic_ms() - since > SLICE_MS {
                device::turn().await;
                since = device::monotonic_ms();
            }
        };
        self.storage.read(&after, fold).await
    }
}
