//! The browser's whole sync engine, sans-IO: inputs in, effects out. It keeps what the server confirmed and what is
//! pending, shows fold(confirmed) with the pending commands decided again on top, and says what to store, send and fetch.
//!
//! A tab has one replica. All tabs of a profile share the database; the owner among them has the socket.

mod exchange;
mod line;
mod outbox;
mod reading;
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
use std::collections::{BTreeMap, BTreeSet};
use storage::{Change, Durability, Queued, Settled, Trouble};

pub use crate::feeds::Feed;
pub use exchange::{Effect, Input, Ownership, SyncState, TabWord};

/// The engine.
#[derive(Debug)]
pub struct Replica {
    account: AccountId,
    role: Role,
    build: u32,
    device: Option<DeviceId>,
    log: Option<(LogId, u32)>,
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
    pub fn new(account: AccountId, role: Role, build: u32) -> (Self, Effect) {
        let replica = Self {
            account,
            role,
            build,
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
        (replica, Effect::Read { after: BTreeMap::new(), snapshots: BTreeMap::new() })
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
            Input::Own(ownership) => self.own(ownership != Ownership::None, effects),
            Input::Snapshot(_) | Input::History { .. } => {}
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
        // A tab that was closed in the moment in which it stored something, or that has no channel to this one, could not say so.
        if self.ticks.is_multiple_of(10) && self.line.is_owner() && self.loading == Loading::Ready {
            self.look(effects);
        }
        if self.ticks.is_multiple_of(5) {
            self.fetching.clear();
            self.fetch_missing(effects);
        }
    }
}
