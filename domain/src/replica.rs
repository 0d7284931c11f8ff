//! The browser's whole sync engine, sans-IO: inputs in, effects out. It keeps what the server confirmed and what is
//! pending, shows fold(confirmed) with the pending commands decided again on top, and says what to store, send and fetch.
//!
//! A tab has one replica. All tabs of a profile share the database; the owner among them has the socket.
//!
//! It is made of eight parts and a clock that do not know each other, each with its own state: `feed_log` (what of each feed is here), `line` (how far
//! the connection has come), `outbox` (commands that wait), `inbox` (what was refused), `documents`, `tabs` (who has the socket), `database` (what is
//! being stored and read) and `presence`. They return what they found. `coordinator` alone knows two of them, and says what follows.

pub mod again;
pub mod bundle;
mod clock;
mod coordinator;
mod database;
mod documents;
mod exchange;
mod feed_log;
mod inbox;
mod line;
mod outbox;
mod presence;
pub mod rows;
pub mod storage;
mod tabs;
pub mod volatile;

use crate::{
    account::Role,
    command::{Command, Refusal},
    event::Event,
    ids::AccountId,
    library::Library,
    projections::read_models::ReadModels,
    protocol::Mark,
    time::Timestamp,
    views::{OnDevice, Reach},
};
use database::Purpose;
use std::{collections::BTreeMap, mem};
use storage::{Queued, Trouble};

pub use crate::feeds::Feed;
pub use clock::Reading;
pub use documents::NoteText;
pub use exchange::{Effect, Incoming, Ownership, SyncState, TabWord};
pub use feed_log::SNAPSHOT_EVENTS_MIN;
pub use inbox::Group;
pub use tabs::SILENT_TICKS_MAX;

/// The engine: its parts, and what is to be done.
#[derive(Debug)]
pub struct Replica {
    account: AccountId,
    role: Role,
    build: u32,
    database: database::Database,
    log: feed_log::FeedLog,
    shown: Option<ReadModels>,
    documents: documents::Documents,
    outbox: outbox::Outbox,
    inbox: inbox::Inbox,
    people: BTreeMap<AccountId, String>,
    presence: presence::Watch,
    clock: clock::Clock,
    line: line::Line,
    tabs: tabs::Tabs,
    ticks: u64,
    /// The effects of the input that is being taken, so far.
    effects: Vec<Effect>,
}

impl Replica {
    /// A replica that knows nothing yet. The first effect to carry out is returned.
    pub fn new(account: AccountId, role: Role, build: u32) -> (Self, Effect) {
        let replica = Self {
            account,
            role,
            build,
            database: database::Database::default(),
            log: feed_log::FeedLog::of(account, role),
            shown: None,
            documents: documents::Documents::default(),
            outbox: outbox::Outbox::default(),
            inbox: inbox::Inbox::default(),
            people: BTreeMap::new(),
            presence: presence::Watch::default(),
            clock: clock::Clock::default(),
            line: line::Line::default(),
            tabs: tabs::Tabs::default(),
            ticks: 0,
            effects: Vec::new(),
        };
        (replica, Effect::Read { after: BTreeMap::new(), snapshots: feed_log::wanted() })
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
        self.database.was_read()
    }

    /// What the screen shows: the fold of what is confirmed, with the pending commands decided on top.
    pub fn shown(&self) -> &ReadModels {
        self.shown.as_ref().unwrap_or(self.log.confirmed())
    }

    /// The fold of what the server confirmed, alone.
    pub fn confirmed(&self) -> &ReadModels {
        self.log.confirmed()
    }

    /// The documents at hand.
    pub fn library(&self) -> &Library {
        self.documents.library()
    }

    /// What is on this device, and how far it reaches the school.
    pub fn on_device(&self) -> OnDevice<'_> {
        OnDevice { models: self.shown(), library: self.documents.library(), reach: self.reach() }
    }

    /// How far the connection to the school has come.
    pub fn reach(&self) -> Reach {
        match (self.is_ready(), self.is_live(), self.is_offline()) {
            (false, _, _) => Reach::Reading,
            (true, true, _) if self.is_catching_up() => Reach::CatchingUp,
            (true, true, _) => Reach::Live,
            (true, false, true) => Reach::Offline,
            (true, false, false) => Reach::Connecting,
        }
    }

    /// The names that this account may know.
    pub fn people(&self) -> &BTreeMap<AccountId, String> {
        &self.people
    }

    /// How far each feed is here.
    pub fn marks(&self) -> &BTreeMap<Feed, Mark> {
        self.log.marks()
    }

    /// How many commands wait.
    pub fn waiting(&self) -> usize {
        self.outbox.len()
    }

    /// The commands that wait, in order: the number, if it has one yet, the command, and how settled it is.
    pub fn pending(&self) -> impl Iterator<Item = (Option<u64>, &Queued, SyncState)> {
        self.outbox.described()
    }

    /// How many answers wait.
    pub fn waiting_answers(&self) -> usize {
        self.outbox.answers()
    }

    /// Whether connecting was tried and failed.
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

    /// Whether the device is caught up: the server said that everything that was missing here has come.
    pub fn is_caught_up(&self) -> bool {
        self.line.is_caught_up()
    }

    /// Decides a command at once on what is shown; `at` is the school's time, by [`Replica::school_time`]. The events that follow are shown from now on, and
    /// the returned effects store the command, then send it. A command that is accepted without any event is neither stored nor sent. Where only the server can
    /// tell which events follow, none are shown, and the command is stored and sent like any other.
    ///
    /// # Errors
    /// The refusal; then nothing is stored or sent.
    pub fn dispatch(&mut self, command: &Command, at: Timestamp) -> Result<(Vec<Event>, Vec<Effect>), Refusal> {
        let events = match self.shown().foresee(command, self.documents.library(), at)? {
            Some(events) if events.is_empty() => return Ok((events, Vec::new())),
            Some(events) => events,
            None => Vec::new(),
        };
        let queued = Queued { stream: command.stream(), at, body: command.body().get().to_owned() };
        let shown = self.shown.get_or_insert_with(|| self.log.confirmed().clone());
        self.outbox.give(queued, command.clone(), events.clone(), shown, self.account);
        self.enqueue();
        self.keep_note(command);
        Ok((events, mem::take(&mut self.effects)))
    }

    /// Takes an input, and returns the effects to carry out, in order. The input happens at the time that [`Replica::tell_time`] was last told.
    pub fn step(&mut self, input: Incoming<'_>) -> Vec<Effect> {
        match input {
            Incoming::Snapshot(snapshot) if !self.database.is_reading_in_vain() => self.log.offer(snapshot),
            Incoming::Snapshot(_) => {}
            Incoming::Chunk(chunk) => self.chunk(chunk),
            Incoming::Found(found) => self.found(found),
            Incoming::Unreadable(why) => self.not_found(why),
            Incoming::Committed { transaction, numbers } => self.committed(transaction, &numbers),
            Incoming::Failed { transaction, why } => self.failed(transaction, why),
            Incoming::Own(ownership) => self.own(ownership),
            Incoming::History { feed, after, page } => self.history(feed, after, page),
            Incoming::Opened => self.opened(),
            Incoming::Frame(text) => self.frame(text),
            Incoming::Closed => self.closed(),
            Incoming::Retry | Incoming::Wake => {
                if matches!(input, Incoming::Retry) {
                    self.not_busy();
                }
                self.try_again();
            }
            Incoming::Content { hash, bytes } => self.content(hash, bytes),
            Incoming::NoContent(hash) => self.no_content(hash),
            Incoming::Looking(looking) => self.looking(looking),
            Incoming::Word(word) => self.word(word),
            Incoming::Tick => self.tick(),
        }
        mem::take(&mut self.effects)
    }

    /// How settled the least settled command is.
    pub fn sync_state(&self) -> SyncState {
        let unsaved = self.outbox.not_saved().or(self.database.trouble);
        let unsaved = unsaved.or_else(|| (self.database.is_denied() && !self.outbox.is_empty()).then_some(Trouble::Denied));
        let refused = self.inbox().iter().any(|settled| !settled.changed);
        match unsaved {
            Some(why) => SyncState::NotSaved(why),
            None if refused => SyncState::Refused,
            None if !self.inbox().is_empty() => SyncState::Changed,
            None if self.line.is_offline() && !self.outbox.is_empty() => SyncState::Offline { answers: self.outbox.saved_answers() as u32 },
            None => self.outbox.sync_state(),
        }
    }

    fn tick(&mut self) {
        self.ticks += 1;
        self.heartbeat();
        self.listen();
        if self.ticks.is_multiple_of(3) {
            self.enqueue();
            self.flush();
            if self.database.is_worth_another_try() {
                self.load();
            }
        }
        // Another tab may have stored something without saying so: it was closed at that moment, or has no channel to this tab.
        if self.ticks.is_multiple_of(10) && self.tabs.is_owner() && self.database.is_ready() {
            self.look();
        }
        if self.ticks.is_multiple_of(5) {
            self.documents.give_up_waiting();
            self.fetch_missing();
        }
        self.say_that_somebody_looks();
        self.keep_clock();
        self.keep_folds();
    }
}
