//! The browser's whole sync engine, sans-IO: inputs in, effects out. It keeps what the server confirmed and what is
//! pending, shows fold(confirmed) with the pending commands decided again on top, and says what to store, send and fetch.
//!
//! A tab has one replica. All tabs of a profile share the database; the owner among them has the socket.

mod line;
mod outbox;
pub mod storage;

use crate::{
    account::Role,
    command::{Command, Refusal},
    event::{Event, StreamId},
    ids::{AccountId, ContentHash, DeviceId, LogId},
    library::Library,
    projections::read_models::ReadModels,
    protocol::Mark,
    time::Timestamp,
};
use line::Line;
use outbox::Pending;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use storage::{Change, Chunk, Durability, Found, Queued, Settled, Transaction, Trouble};

pub use crate::feeds::Feed;

/// What happens to a replica.
#[derive(Debug)]
pub enum Input<'i> {
    /// A stored chunk, one of those that an [`Effect::Read`] asked for; in order within a feed.
    Chunk(&'i Chunk),
    /// The rest of what an [`Effect::Read`] asked for; comes after its chunks.
    Found(Found),
    /// The database cannot be read.
    Unreadable(Trouble),
    /// A transaction is committed; for each [`Change::Enqueue`] in it, the number that it gave out.
    Committed {
        /// Which.
        transaction: u64,
        /// In the order of the changes.
        numbers: Vec<u64>,
    },
    /// A transaction failed; nothing of it is there.
    Failed {
        /// Which.
        transaction: u64,
        /// Why.
        why: Trouble,
    },
    /// This tab is to have the socket, or no longer.
    Own(bool),
    /// The socket is open.
    Opened,
    /// A frame came.
    Frame(&'i str),
    /// The socket is closed, or could not be opened.
    Closed,
    /// It is time to connect again.
    Retry,
    /// The network is back, or somebody looks at the page again.
    Wake,
    /// A document came, or could not be had.
    Content {
        /// Which.
        hash: ContentHash,
        /// Its bytes.
        bytes: Option<&'i [u8]>,
    },
    /// Another tab said something.
    Word(TabWord),
    /// A second went by.
    Tick,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Carry out a transaction, after all those before it; answer with [`Input::Committed`] or [`Input::Failed`].
    Store(Transaction),
    /// Read what is stored, feeds from after these numbers on (others from the beginning), after all transactions before it;
    /// answer with [`Input::Chunk`]s and [`Input::Found`].
    Read {
        /// By feed.
        after: BTreeMap<Feed, u64>,
    },
    /// Open the socket.
    Connect,
    /// Close the socket.
    Close,
    /// Answer with [`Input::Retry`] after about so many milliseconds, not all devices at once.
    RetryIn(u32),
    /// Send a frame.
    Send(String),
    /// Get a document.
    Fetch(ContentHash),
    /// Say something to the other tabs.
    Tell(TabWord),
    /// The server does not know this session: sign in again. What waits is kept.
    SignInAgain,
    /// The server needs a newer app.
    Upgrade,
}

/// What tabs say to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TabWord {
    /// There is more in the database: look.
    More,
    /// How the owner's connection is, and up to which number it has sent commands.
    Line {
        /// Connected.
        live: bool,
        /// Tried and failed to connect.
        offline: bool,
        /// The last number sent.
        sent: u64,
    },
    /// How is the owner's connection?
    HowIsTheLine,
    /// Somebody signed out: forget everything, close the database.
    SignedOut,
}

/// How settled the least settled command is: what the screen says of saving. From bad to good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SyncState {
    /// The device could not store something.
    NotSaved(Trouble),
    /// The server refused something that nobody has dismissed yet.
    Refused,
    /// Something came out otherwise than shown, and nobody has dismissed it yet.
    Changed,
    /// No connection; so many answers wait on this device.
    Offline {
        /// Answers stored.
        answers: u32,
    },
    /// Being stored.
    Saving,
    /// Stored on this device.
    Saved,
    /// On its way to the server.
    Sent,
    /// Nothing waits.
    Confirmed,
}

/// The engine.
#[derive(Debug)]
pub struct Replica {
    account: AccountId,
    role: Role,
    build: String,
    device: Option<DeviceId>,
    log: Option<LogId>,
    marks: BTreeMap<Feed, Mark>,
    confirmed: ReadModels,
    shown: Option<ReadModels>,
    library: Library,
    fetching: BTreeSet<ContentHash>,
    outbox: Vec<Pending>,
    inbox: Vec<Settled>,
    people: BTreeMap<AccountId, String>,
    line: Line,
    loading: Loading,
    /// Something came into the database after the read under way began.
    look_again: bool,
    /// Reads under way from before everything was forgotten: what they find is of no use.
    stale_reads: u32,
    trouble: Option<Trouble>,
    /// The trouble is that the database cannot be read.
    unreadable: bool,
    transactions: BTreeMap<u64, Purpose>,
    last_transaction: u64,
    last_token: u64,
    ticks: u64,
}

/// What is being read of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loading {
    /// Everything, for the first time: there is nothing to show yet.
    First,
    /// Nothing: it was read.
    Ready,
    /// What came since.
    More,
    /// Everything again; what was shown before is shown until then.
    Anew,
}

/// What a transaction is for, so that its end can be acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Purpose {
    /// To store the pending commands with these tokens.
    Enqueue(Vec<u64>),
    /// To store what the server sent, and the results of these commands.
    Confirm(Vec<u64>),
    /// To make the database such that everything is to be read anew.
    Restart,
    /// To note that this result was seen.
    Dismiss(DeviceId, u64),
    /// Something that can be done again at any time.
    Other,
}

impl Replica {
    /// A replica that knows nothing yet. The first effect to carry out is returned.
    pub fn new(account: AccountId, role: Role, build: &str) -> (Self, Effect) {
        let replica = Self {
            account,
            role,
            build: build.to_owned(),
            device: None,
            log: None,
            marks: BTreeMap::new(),
            confirmed: ReadModels::of(account, role),
            shown: None,
            library: Library::default(),
            fetching: BTreeSet::new(),
            outbox: Vec::new(),
            inbox: Vec::new(),
            people: BTreeMap::new(),
            line: Line::default(),
            loading: Loading::First,
            look_again: false,
            stale_reads: 0,
            trouble: None,
            unreadable: false,
            transactions: BTreeMap::new(),
            last_transaction: 0,
            last_token: 0,
            ticks: 0,
        };
        (replica, Effect::Read { after: BTreeMap::new() })
    }

    /// Whose replica it is.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The account's role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The database has been read: what is shown is what the device has.
    pub fn is_ready(&self) -> bool {
        self.loading != Loading::First
    }

    /// What the screen shows: the fold of what is confirmed, with the pending commands decided on top.
    pub fn shown(&self) -> &ReadModels {
        self.shown.as_ref().unwrap_or(&self.confirmed)
    }

    /// The fold of what the server confirmed, alone.
    pub fn confirmed(&self) -> &ReadModels {
        &self.confirmed
    }

    /// The documents at hand.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The names that this account may know.
    pub fn people(&self) -> &BTreeMap<AccountId, String> {
        &self.people
    }

    /// What was refused or changed and not dismissed yet, oldest first.
    pub fn inbox(&self) -> &[Settled] {
        &self.inbox
    }

    /// How far each feed was had.
    pub fn marks(&self) -> &BTreeMap<Feed, Mark> {
        &self.marks
    }

    /// How many commands wait.
    pub fn waiting(&self) -> usize {
        self.outbox.len()
    }

    /// How many answers wait.
    pub fn waiting_answers(&self) -> usize {
        self.outbox.iter().filter(|pending| pending.is_answer()).count()
    }

    /// Whether the connection was tried and is not there.
    pub fn is_offline(&self) -> bool {
        self.line.is_offline()
    }

    /// Whether the server is about to send what happened elsewhere.
    pub fn is_catching_up(&self) -> bool {
        self.line.is_catching_up()
    }

    /// Whether the connection stands (of this tab, or of the tab that owns it).
    pub fn is_live(&self) -> bool {
        self.line.is_live()
    }

    /// The number of the last event of a feed is had as far as the server said at the welcome.
    pub fn is_caught_up(&self) -> bool {
        self.line.caught_up()
    }

    /// Decides a command at once on what is shown. What follows is shown from now on, and the effects see to it that it is
    /// stored, then sent. A quiet yes stores nothing.
    ///
    /// # Errors
    /// The refusal; then nothing is stored or sent.
    pub fn dispatch(
        &mut self,
        stream: StreamId,
        command: &Command,
        at: Timestamp,
        effects: &mut Vec<Effect>,
    ) -> Result<Vec<Event>, Refusal> {
        let events = self.shown().decide(&stream, command, &self.library)?;
        if events.is_empty() {
            return Ok(events);
        }
        self.last_token += 1;
        let queued = Queued { stream, at, body: command.body().get().to_owned() };
        let pending = Pending::new(self.last_token, queued, command.clone(), events.clone());
        let mut shown = self.shown.take().unwrap_or_else(|| self.confirmed.clone());
        pending.show(&mut shown, self.account);
        self.shown = Some(shown);
        self.outbox.push(pending);
        self.enqueue(effects);
        Ok(events)
    }

    /// Dismisses something from the inbox.
    pub fn dismiss(&mut self, device: DeviceId, number: u64, effects: &mut Vec<Effect>) {
        let Some(index) = self.inbox.iter().position(|settled| settled.device == device && settled.number == number) else { return };
        let settled = Settled { seen: true, ..self.inbox.remove(index) };
        let purpose = Purpose::Dismiss(device, number);
        self.store(Durability::Strict, vec![Change::Dismiss(settled)], purpose, effects);
    }

    /// Takes an input; the effects are to be carried out in order.
    pub fn step(&mut self, input: Input<'_>, effects: &mut Vec<Effect>) {
        match input {
            Input::Chunk(_) | Input::Found(_) if self.stale_reads > 0 => {
                self.stale_reads -= u32::from(matches!(input, Input::Found(_)));
            }
            Input::Chunk(chunk) => _ = self.fold_chunk(&chunk.feed, chunk.first, &chunk.runs),
            Input::Found(found) => self.found(found, effects),
            Input::Unreadable(why) => self.not_found(why, effects),
            Input::Committed { transaction, numbers } => self.committed(transaction, &numbers, effects),
            Input::Failed { transaction, why } => self.failed(transaction, why, effects),
            Input::Own(owner) => self.own(owner, effects),
            Input::Opened => self.opened(effects),
            Input::Frame(text) => self.frame(text, effects),
            Input::Closed => self.closed(effects),
            Input::Retry | Input::Wake => {
                self.line.waited();
                self.connect_if_owner(effects);
            }
            Input::Content { hash, bytes } => self.content(hash, bytes, effects),
            Input::Word(word) => self.word(word, effects),
            Input::Tick => self.tick(effects),
        }
    }

    /// How settled the least settled command is.
    pub fn sync_state(&self) -> SyncState {
        let unsaved = self.outbox.iter().find_map(Pending::not_saved).or(self.trouble);
        let refused = self.inbox.iter().any(|settled| !settled.changed);
        let pending = self.outbox.iter().map(Pending::sync_state).min().unwrap_or(SyncState::Confirmed);
        match unsaved {
            Some(why) => SyncState::NotSaved(why),
            None if refused => SyncState::Refused,
            None if !self.inbox.is_empty() => SyncState::Changed,
            None if self.line.is_offline() && !self.outbox.is_empty() => {
                let answers = self.outbox.iter().filter(|pending| pending.is_saved_answer()).count();
                SyncState::Offline { answers: answers as u32 }
            }
            None => pending,
        }
    }

    /// Shows the pending commands on top of what is confirmed, in order. One that no longer makes sense shows nothing; the
    /// server says what becomes of it.
    fn show_again(&mut self) {
        if self.loading == Loading::Anew {
            return;
        }
        if self.outbox.is_empty() {
            self.shown = None;
            return;
        }
        let mut shown = self.confirmed.clone();
        for pending in &mut self.outbox {
            pending.decide_again(&mut shown, &self.library, self.account);
        }
        self.shown = Some(shown);
    }

    /// Folds the events of a feed that are new here. A hole is left for a refetch.
    fn fold_chunk(&mut self, feed: &Feed, first: u64, runs: &str) -> Folded {
        let mark = self.marks.entry(*feed).or_insert(Mark { generation: crate::feeds::GENERATION, after: 0 });
        if first > mark.after + 1 {
            return Folded::Hole;
        }
        let Ok(runs) = crate::event::read_runs(runs) else { return Folded::Hole };
        let (mut number, mut new) = (first, false);
        for recorded in runs.iter().flat_map(crate::event::Run::recorded) {
            if number == mark.after + 1 {
                mark.after = number;
                new = true;
                self.confirmed.fold(&recorded);
                if Some(recorded.device) == self.device && recorded.actor == self.account {
                    outbox::note_fact(&mut self.outbox, &recorded);
                }
            }
            number += 1;
        }
        if new { Folded::New { count: number - first } } else { Folded::Had }
    }

    fn found(&mut self, found: Found, effects: &mut Vec<Effect>) {
        let moved = self.device.is_some_and(|device| device != found.device);
        self.reconcile_inbox(found.results);
        self.device = Some(found.device);
        self.log = found.log;
        self.people = found.people;
        for (hash, bytes) in &found.content {
            if !self.library.has(*hash) {
                // A document that cannot be used is fetched again.
                _ = self.library.insert(*hash, bytes);
            }
        }
        self.reconcile_outbox(found.outbox, moved);
        if std::mem::take(&mut self.unreadable) {
            self.trouble = None;
        }
        // Feeds that are here but no longer in the database were taken away by another tab.
        let purged = self.marks.iter().any(|(feed, mark)| mark.after > 0 && !found.feeds.contains(feed));
        self.loading = Loading::Ready;
        if purged {
            self.load(effects);
            return;
        }
        self.show_again();
        if moved {
            self.hang_up(effects);
        }
        self.fetch_missing(effects);
        if !self.line.is_waiting() {
            self.connect_if_owner(effects);
        }
        self.flush(effects);
        // A number that the server waits for may have come with what this read did not see.
        if std::mem::take(&mut self.look_again) {
            self.look(effects);
        } else {
            self.look_for_gap(effects);
        }
    }

    /// The database cannot be read: what is here is shown and sent; a second's read may go better.
    fn not_found(&mut self, why: Trouble, effects: &mut Vec<Effect>) {
        self.trouble = Some(why);
        if self.stale_reads > 0 {
            self.stale_reads -= 1;
            return;
        }
        self.unreadable = true;
        self.loading = Loading::Ready;
        self.connect_if_owner(effects);
    }

    /// The database is right about what was refused or changed, but for what this tab has just told it.
    fn reconcile_inbox(&mut self, results: Vec<Settled>) {
        let settling = self.settling();
        let mut inbox = std::mem::take(&mut self.inbox);
        inbox.retain(|settled| Some(settled.device) == self.device && settling.contains(&settled.number));
        let dismissed = |settled: &Settled| {
            self.transactions.values().any(|purpose| *purpose == Purpose::Dismiss(settled.device, settled.number))
                || inbox.contains(settled)
        };
        self.inbox = results.into_iter().filter(|settled| !dismissed(settled)).collect();
        self.inbox.extend(inbox);
    }

    /// Forgets all that was folded and reads everything again.
    fn load(&mut self, effects: &mut Vec<Effect>) {
        self.marks.clear();
        let confirmed = std::mem::replace(&mut self.confirmed, ReadModels::of(self.account, self.role));
        self.shown.get_or_insert(confirmed);
        self.outbox.iter_mut().for_each(Pending::forget_facts);
        self.stale_reads += u32::from(self.loading != Loading::Ready);
        self.loading = Loading::Anew;
        self.look_again = false;
        effects.push(Effect::Read { after: BTreeMap::new() });
    }

    /// Reads what has come since.
    fn look(&mut self, effects: &mut Vec<Effect>) {
        match self.loading {
            Loading::First | Loading::More | Loading::Anew => self.look_again = true,
            Loading::Ready => {
                self.loading = Loading::More;
                let after = self.marks.iter().map(|(feed, mark)| (*feed, mark.after)).collect();
                effects.push(Effect::Read { after });
            }
        }
    }

    fn word(&mut self, word: TabWord, effects: &mut Vec<Effect>) {
        match word {
            TabWord::More => self.look(effects),
            TabWord::Line { live, offline, sent } => {
                if !self.line.is_owner() {
                    self.line.heard(live, offline);
                    self.outbox.iter_mut().for_each(|pending| pending.sent_by_owner(live, sent));
                }
            }
            TabWord::HowIsTheLine => self.tell_line(effects),
            TabWord::SignedOut => {}
        }
    }

    fn store(&mut self, durability: Durability, changes: Vec<Change>, purpose: Purpose, effects: &mut Vec<Effect>) {
        self.last_transaction += 1;
        let id = self.last_transaction;
        self.transactions.insert(id, purpose);
        effects.push(Effect::Store(Transaction { id, durability, changes }));
    }

    fn committed(&mut self, transaction: u64, numbers: &[u64], effects: &mut Vec<Effect>) {
        match self.transactions.remove(&transaction) {
            Some(Purpose::Enqueue(tokens)) => {
                self.enqueued(&tokens, numbers);
                effects.push(Effect::Tell(TabWord::More));
                self.enqueue(effects);
                self.connect_if_owner(effects);
                self.flush(effects);
            }
            Some(Purpose::Confirm(settled)) => {
                if !settled.is_empty() {
                    self.outbox.retain(|pending| !pending.is_settled(&settled));
                    self.show_again();
                }
                self.trouble = None;
                effects.push(Effect::Tell(TabWord::More));
            }
            Some(Purpose::Restart) => {
                self.trouble = None;
                effects.push(Effect::Tell(TabWord::More));
                self.load(effects);
            }
            Some(Purpose::Dismiss(..) | Purpose::Other) => effects.push(Effect::Tell(TabWord::More)),
            None => {}
        }
    }

    fn failed(&mut self, transaction: u64, why: Trouble, effects: &mut Vec<Effect>) {
        match self.transactions.remove(&transaction) {
            Some(Purpose::Enqueue(_)) => self.not_enqueued(why),
            // What the server confirmed is not here: forget it, read what is, and ask for the rest again a little later.
            Some(Purpose::Confirm(_) | Purpose::Restart) => {
                self.trouble = Some(why);
                self.break_off(effects);
                self.load(effects);
            }
            Some(Purpose::Dismiss(..) | Purpose::Other) | None => {}
        }
    }

    fn content(&mut self, hash: ContentHash, bytes: Option<&[u8]>, effects: &mut Vec<Effect>) {
        let Some(bytes) = bytes else { return };
        if self.library.insert(hash, bytes).is_ok() {
            self.fetching.remove(&hash);
            let change = Change::Document { hash, bytes: bytes.to_vec() };
            self.store(Durability::Relaxed, vec![change], Purpose::Other, effects);
            self.show_again();
        }
    }

    /// Asks for the documents that this account works with: of each course the newest paper, for a student also the keys of
    /// the units assigned, and whatever open attempts are pinned to.
    fn fetch_missing(&mut self, effects: &mut Vec<Effect>) {
        let models = self.shown();
        let newest = models.directory.courses().filter_map(|(_, course)| Some(course.editions.last()?.paper));
        let mut wanted: BTreeSet<ContentHash> = newest.collect();
        for (class, members) in models.directory.classes_of_student(self.account) {
            let editions = members.units.keys().filter_map(|unit| crate::decision::newest_edition(&models.directory, class, *unit));
            wanted.extend(editions.flat_map(|edition| [edition.paper, edition.key]));
        }
        let pinned = models.attempts.values().filter_map(|attempt| Some(attempt.work()?.edition));
        wanted.extend(pinned.flat_map(|edition| [edition.paper, edition.key]));
        wanted.retain(|hash| !self.library.has(*hash) && !self.fetching.contains(hash));
        if !self.line.is_live() {
            return;
        }
        for hash in wanted {
            self.fetching.insert(hash);
            effects.push(Effect::Fetch(hash));
        }
    }

    fn tick(&mut self, effects: &mut Vec<Effect>) {
        self.ticks += 1;
        self.listen(effects);
        if self.ticks.is_multiple_of(3) {
            self.enqueue(effects);
            self.flush(effects);
            if self.unreadable && self.loading == Loading::Ready && self.trouble == Some(Trouble::Failed) {
                self.load(effects);
            }
        }
        if self.ticks.is_multiple_of(5) {
            self.fetching.clear();
            self.fetch_missing(effects);
        }
    }
}

/// What became of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Folded {
    /// It begins after what is had, or cannot be read.
    Hole,
    /// All its events are here already.
    Had,
    /// At least one of its events is new here.
    New {
        /// How many it holds.
        count: u64,
    },
}
