//! Tabs, their databases, the network and the server, driven one small step at a time: in order, or in an order drawn by chance.

use super::{
    chance::Chance,
    database::Database,
    school::{self, person},
    server::Server,
};
use domain::{
    attempt::{self, AttemptKey},
    command::{Command, Refusal},
    content::Input as Entered,
    decision::newest_edition,
    event::Event,
    ids::AccountId,
    projections::state_hash,
    replica::{
        Effect, Feed, Incoming, Ownership, Reading, Replica, SyncState, TabWord,
        storage::Trouble,
        volatile::{Stored, Volatile},
    },
    time::Timestamp,
};
use std::collections::{BTreeMap, VecDeque};

/// More steps than any test needs before everything rests.
const STEPS_MAX: usize = 50_000;

/// A tab with its replica.
pub struct Tab {
    /// The replica.
    pub replica: Replica,
    /// Its profile's database.
    pub database: Database,
    account: AccountId,
    session: AccountId,
    profile: usize,
    open: bool,
    owner: bool,
    /// It does nothing, as if the system had put it to sleep.
    frozen: bool,
    /// The lock was taken from it, and it has not heard yet.
    lost_lock: bool,
    /// What it works from once the database is denied to it.
    volatile: Option<Volatile>,
    /// Its build.
    pub build: u32,
    pages: VecDeque<(Feed, u64, u64)>,
    steal: bool,
    storage: VecDeque<Effect>,
    connecting: bool,
    connection: Option<u64>,
    to_server: VecDeque<String>,
    retry: bool,
    fetches: VecDeque<domain::ids::ContentHash>,
    words: VecDeque<TabWord>,
    /// The server did not know the session.
    pub sign_in_again: bool,
    /// The server wants a newer app.
    pub upgrade: bool,
    /// All frames received.
    pub received: Vec<String>,
    /// How often it connected.
    pub connects: usize,
    /// What its device's clocks show, if it has any.
    pub clocks: Option<Reading>,
    /// How often its timer rang to connect again.
    pub retries: usize,
    /// How long it was to wait before, each time, in milliseconds.
    pub waits: Vec<u32>,
}

impl Tab {
    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Whether it stands still.
    pub fn is_frozen(&self) -> bool {
        self.frozen
    }

    /// What its edge was about to do is not done.
    pub fn forget_work(&mut self) {
        self.storage.clear();
        self.words.clear();
    }
}

/// Everything.
pub struct World {
    /// The server.
    pub server: Server,
    /// The tabs, also closed ones.
    pub tabs: Vec<Tab>,
    /// The network is up.
    pub online: bool,
    /// How many frames were delivered, both ways.
    pub frames: usize,
    /// The network is cut for a moment when so many frames were delivered.
    pub cut_at: Option<usize>,
    /// The build of tabs opened from now on.
    pub build: u32,
    /// There are locks; without them each tab has its own socket.
    pub locks: bool,
    /// The databases are slow: they do nothing while anything else can happen.
    pub slow_storage: bool,
    /// How many documents were asked for.
    pub fetched: usize,
    /// Whoever asks for a document is told to try again later.
    pub documents_fail: bool,
    /// Pages of history cannot be had.
    pub no_history: bool,
    /// Of two pages of a feed the later comes first.
    pub pages_overtake: bool,
    chance: Option<Chance>,
    profiles: usize,
    now: i64,
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Storage,
    Connect,
    ToServer,
    ToTab,
    Retry,
    Fetch,
    Word,
    Page,
    Steal,
    LoseLock,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// The school, and nobody at work.
    pub fn new() -> Self {
        Self {
            server: Server::new("log"),
            tabs: vec![],
            online: true,
            frames: 0,
            cut_at: None,
            build: domain::protocol::BUILD,
            locks: true,
            slow_storage: false,
            fetched: 0,
            documents_fail: false,
            no_history: false,
            pages_overtake: false,
            chance: None,
            profiles: 0,
            now: 0,
        }
    }

    /// The same, where everything happens in an order drawn by chance.
    pub fn by_chance(seed: u64) -> Self {
        Self { chance: Some(Chance(seed)), ..Self::new() }
    }

    /// Somebody opens the app in a browser profile of their own.
    pub fn open(&mut self, name: &str) -> usize {
        self.profiles += 1;
        let database = Database::new(&format!("profile {}", self.profiles));
        self.open_on(name, database, self.profiles)
    }

    /// The app is opened in a copy of a tab's profile.
    pub fn open_copy(&mut self, tab: usize, name: &str) -> usize {
        self.profiles += 1;
        let database = self.tabs[tab].database.copied(&format!("copy {}", self.profiles));
        self.open_on(name, database, self.profiles)
    }

    /// Another tab of the same profile.
    pub fn open_beside(&mut self, tab: usize, name: &str) -> usize {
        let (database, profile) = (self.tabs[tab].database.clone(), self.tabs[tab].profile);
        self.open_on(name, database, profile)
    }

    fn open_on(&mut self, name: &str, database: Database, profile: usize) -> usize {
        let account = person(name);
        let role = self.server.directory.account(account).expect("somebody of the school").role;
        let build = self.build;
        let (replica, first) = Replica::new(account, role, build);
        let tab = Tab {
            replica,
            database,
            account,
            session: account,
            profile,
            open: true,
            owner: false,
            frozen: false,
            lost_lock: false,
            volatile: None,
            build,
            pages: VecDeque::new(),
            steal: false,
            storage: VecDeque::from([first]),
            connecting: false,
            connection: None,
            to_server: VecDeque::new(),
            retry: false,
            fetches: VecDeque::new(),
            words: VecDeque::new(),
            sign_in_again: false,
            upgrade: false,
            received: Vec::new(),
            connects: 0,
            clocks: None,
            retries: 0,
            waits: Vec::new(),
        };
        self.tabs.push(tab);
        let opened = self.tabs.len() - 1;
        self.own_socket(profile);
        if !self.tabs[opened].owner {
            self.input(opened, Incoming::Own(Ownership::None));
        }
        opened
    }

    /// A tab stands still, with all that it was about to do.
    pub fn freeze(&mut self, tab: usize) {
        self.tabs[tab].frozen = true;
    }

    /// It goes on where it stood.
    pub fn thaw(&mut self, tab: usize) {
        self.tabs[tab].frozen = false;
    }

    fn own_socket(&mut self, profile: usize) {
        if !self.locks {
            for tab in 0..self.tabs.len() {
                if self.tabs[tab].open && self.tabs[tab].profile == profile && !self.tabs[tab].owner {
                    self.tabs[tab].owner = true;
                    self.input(tab, Incoming::Own(Ownership::Together));
                }
            }
            return;
        }
        let mut open = (0..self.tabs.len()).filter(|tab| self.tabs[*tab].open && self.tabs[*tab].profile == profile);
        if open.clone().any(|tab| self.tabs[tab].owner) {
            return;
        }
        if let Some(tab) = open.next() {
            self.tabs[tab].owner = true;
            self.input(tab, Incoming::Own(Ownership::Alone));
        }
    }

    /// A tab is closed; what it had not yet stored or sent is gone.
    pub fn close(&mut self, tab: usize) {
        self.drop_line(tab);
        self.tabs[tab].open = false;
        self.tabs[tab].owner = false;
        self.own_socket(self.tabs[tab].profile);
    }

    /// A tab is closed and opened again on what its database has.
    pub fn reload(&mut self, tab: usize, name: &str) -> usize {
        self.close(tab);
        self.open_beside(tab, name)
    }

    /// The network goes.
    pub fn cut(&mut self) {
        self.online = false;
        for tab in 0..self.tabs.len() {
            if self.tabs[tab].connection.is_some() {
                self.drop_line(tab);
                self.input(tab, Incoming::Closed);
            }
        }
    }

    /// The network is back.
    pub fn mend(&mut self) {
        self.online = true;
    }

    fn drop_line(&mut self, tab: usize) {
        if let Some(connection) = self.tabs[tab].connection.take() {
            self.server.hang_up(connection);
        }
        self.tabs[tab].connecting = false;
        self.tabs[tab].to_server.clear();
    }

    /// Gives a tab an input and takes in the effects.
    pub fn input(&mut self, tab: usize, input: Incoming<'_>) {
        let here = &mut self.tabs[tab];
        here.clocks.into_iter().for_each(|clocks| here.replica.tell_time(clocks));
        let effects = here.replica.step(input);
        self.take_in(tab, effects);
    }

    /// Carries out what a replica asked for when it was spoken to directly.
    pub fn carry_out(&mut self, tab: usize, effects: Vec<Effect>) {
        self.take_in(tab, effects);
    }

    /// The cookie of a tab's browser is now somebody else's.
    pub fn sign_in_as(&mut self, tab: usize, name: &str) {
        self.tabs[tab].session = person(name);
    }

    fn take_in(&mut self, tab: usize, effects: Vec<Effect>) {
        for effect in effects {
            let here = &mut self.tabs[tab];
            match effect {
                Effect::Store(_) | Effect::Read { .. } => here.storage.push_back(effect),
                Effect::Connect => {
                    here.connecting = true;
                    here.connects += 1;
                }
                Effect::Close => self.drop_line(tab),
                Effect::RetryIn(ms) => {
                    here.retry = true;
                    here.waits.push(ms);
                }
                Effect::Send(frame) => here.to_server.push_back(frame),
                Effect::Fetch(hash) => here.fetches.push_back(hash),
                Effect::Tell(word) => {
                    let profile = here.profile;
                    let others = (0..self.tabs.len()).filter(|other| *other != tab && self.tabs[*other].profile == profile);
                    others.filter(|other| self.tabs[*other].open).collect::<Vec<_>>().into_iter().for_each(|other| {
                        self.tabs[other].words.push_back(word.clone());
                    });
                }
                Effect::SignInAgain => here.sign_in_again = true,
                Effect::Upgrade => here.upgrade = true,
                Effect::History { feed, after, limit } => here.pages.push_back((feed, after, limit)),
                Effect::Steal => here.steal = true,
            }
        }
    }

    fn possible(&self) -> Vec<(usize, Act)> {
        let mut acts = Vec::new();
        for (tab, here) in self.tabs.iter().enumerate().filter(|(_, tab)| tab.open && !tab.frozen) {
            let connected = here.connection.is_some();
            let has_frames = here.connection.is_some_and(|connection| self.server.has_frames(connection));
            let may = [
                (!here.storage.is_empty(), Act::Storage),
                (here.connecting, Act::Connect),
                (connected && !here.to_server.is_empty(), Act::ToServer),
                (has_frames, Act::ToTab),
                // A busy server said when: after it is busy no more.
                (here.retry && self.online && !(connected && self.server.busy), Act::Retry),
                (!here.fetches.is_empty(), Act::Fetch),
                (!here.words.is_empty(), Act::Word),
                (!here.pages.is_empty(), Act::Page),
                (here.steal, Act::Steal),
                (here.lost_lock, Act::LoseLock),
            ];
            acts.extend(may.into_iter().filter_map(|(may, act)| may.then_some((tab, act))));
        }
        if self.slow_storage {
            acts.sort_by_key(|(_, act)| matches!(act, Act::Storage));
        }
        acts
    }

    /// Does one thing that can happen now; false when nothing can.
    pub fn step(&mut self) -> bool {
        let acts = self.possible();
        let Some((tab, act)) = (match &mut self.chance {
            Some(chance) if !acts.is_empty() => Some(acts[chance.below(acts.len())]),
            Some(_) | None => acts.first().copied(),
        }) else {
            return false;
        };
        match act {
            Act::Storage => self.store(tab),
            Act::Connect => {
                self.tabs[tab].connecting = false;
                if self.online {
                    self.tabs[tab].connection = Some(self.server.connect(self.tabs[tab].session));
                    self.input(tab, Incoming::Opened);
                } else {
                    self.input(tab, Incoming::Closed);
                }
            }
            Act::ToServer => {
                let frame = self.tabs[tab].to_server.pop_front().expect("there is one");
                self.server.receive(self.tabs[tab].connection.expect("connected"), &frame);
                self.count_frame();
            }
            Act::ToTab => match self.server.take(self.tabs[tab].connection.expect("connected")) {
                Some(frame) => {
                    self.tabs[tab].received.push(frame.clone());
                    self.input(tab, Incoming::Frame(&frame));
                    self.count_frame();
                }
                None => {
                    self.drop_line(tab);
                    self.input(tab, Incoming::Closed);
                }
            },
            Act::Retry => {
                self.tabs[tab].retry = false;
                self.tabs[tab].retries += 1;
                self.input(tab, Incoming::Retry);
            }
            Act::Fetch => {
                let hash = self.tabs[tab].fetches.pop_front().expect("there is one");
                self.fetched += 1;
                match self.server.documents.get(&hash).cloned().filter(|_| !self.documents_fail) {
                    None if self.online && !self.documents_fail => self.input(tab, Incoming::NoContent(hash)),
                    bytes => self.input(tab, Incoming::Content { hash, bytes: bytes.filter(|_| self.online).as_deref() }),
                }
            }
            Act::Page => {
                let pages = &mut self.tabs[tab].pages;
                let last = pages.iter().rposition(|(feed, ..)| *feed == pages[0].0);
                let next = last.filter(|_| self.pages_overtake).unwrap_or(0);
                let (feed, after, limit) = pages.remove(next).expect("there is one");
                let session = self.tabs[tab].session;
                let page = if self.online && !self.no_history { self.server.page(session, feed, after, limit) } else { None };
                self.input(tab, Incoming::History { feed, after, page: page.as_deref() });
            }
            Act::Steal => {
                self.tabs[tab].steal = false;
                let profile = self.tabs[tab].profile;
                for other in (0..self.tabs.len()).filter(|other| *other != tab && self.tabs[*other].profile == profile).collect::<Vec<_>>()
                {
                    let here = &mut self.tabs[other];
                    here.lost_lock |= std::mem::take(&mut here.owner);
                }
                self.tabs[tab].owner = true;
                self.tabs[tab].lost_lock = false;
                self.input(tab, Incoming::Own(Ownership::Alone));
            }
            Act::LoseLock => {
                self.tabs[tab].lost_lock = false;
                self.input(tab, Incoming::Own(Ownership::None));
            }
            Act::Word => {
                let word = self.tabs[tab].words.pop_front().expect("there is one");
                self.input(tab, Incoming::Word(word));
            }
        }
        true
    }

    fn count_frame(&mut self) {
        self.frames += 1;
        if self.cut_at == Some(self.frames) {
            self.cut();
            self.mend();
        }
    }

    fn store(&mut self, tab: usize) {
        let effect = self.tabs[tab].storage.pop_front().expect("there is one");
        let here = &mut self.tabs[tab];
        match effect {
            Effect::Store(transaction) => {
                let done = match &mut here.volatile {
                    Some(volatile) => volatile.carry_out(&transaction),
                    None => here.database.carry_out(&transaction),
                };
                match done {
                    Ok(numbers) => self.input(tab, Incoming::Committed { transaction: transaction.id, numbers }),
                    Err(why) => self.input(tab, Incoming::Failed { transaction: transaction.id, why }),
                }
            }
            Effect::Read { after, snapshots } => {
                let read = match &here.volatile {
                    Some(volatile) => Ok(volatile.read(&after, &snapshots)),
                    None => here.database.read_with(&after, &snapshots),
                };
                match read {
                    Ok(Stored { snapshots, chunks, found }) => {
                        snapshots.iter().for_each(|snapshot| self.input(tab, Incoming::Snapshot(snapshot)));
                        chunks.iter().for_each(|chunk| self.input(tab, Incoming::Chunk(chunk)));
                        self.input(tab, Incoming::Found(found));
                    }
                    Err(why) => {
                        if why == Trouble::Denied {
                            here.volatile = Some(Volatile::new(domain::ids::DeviceId::derived(&["volatile", &tab.to_string()])));
                        }
                        self.input(tab, Incoming::Unreadable(why));
                    }
                }
            }
            other => panic!("{other:?} is no work for the database"),
        }
    }

    /// Goes on until nothing more can happen.
    pub fn rest(&mut self) {
        assert!((0..STEPS_MAX).any(|_| !self.step()), "it does not come to rest");
    }

    /// So many seconds go by.
    pub fn seconds(&mut self, count: usize) {
        for _ in 0..count {
            (0..self.tabs.len()).filter(|tab| self.tabs[*tab].open && !self.tabs[*tab].frozen).collect::<Vec<_>>().into_iter().for_each(
                |tab| {
                    self.input(tab, Incoming::Tick);
                },
            );
            self.rest();
        }
    }

    /// Somebody asks for something.
    pub fn dispatch(&mut self, tab: usize, command: &Command) -> Result<Vec<Event>, Refusal> {
        self.now += 1_000;
        let here = &mut self.tabs[tab];
        let at = here.clocks.map_or(Timestamp(self.now), |clocks| here.replica.school_time(clocks));
        let (events, effects) = here.replica.dispatch(command, at)?;
        self.take_in(tab, effects);
        Ok(events)
    }

    /// A student asks for something in class 2B.
    pub fn work(&mut self, tab: usize, unit: &str, command: attempt::Command) -> Result<Vec<Event>, Refusal> {
        self.dispatch(tab, &Command::Attempt(self.key(tab, unit), command))
    }

    /// The first run of whoever is at a tab.
    pub fn key(&self, tab: usize, unit: &str) -> AttemptKey {
        AttemptKey { student: self.tabs[tab].account, ..school::attempt(unit, 1) }
    }

    /// The attempt as it is shown.
    pub fn attempt(&self, tab: usize, unit: &str) -> &attempt::Attempt {
        self.tabs[tab].replica.shown().attempt(&self.key(tab, unit))
    }

    /// Begins a unit, on the newest edition.
    pub fn start(&mut self, tab: usize, unit: &str) -> Result<Vec<Event>, Refusal> {
        let directory = &self.tabs[tab].replica.shown().directory;
        let edition =
            newest_edition(directory, school::class_of("2B"), school::unit(unit)).ok_or(Refusal::Attempt(attempt::Refusal::NotAssigned))?;
        self.work(tab, unit, attempt::Command::Start { edition })
    }

    /// Answers right.
    pub fn right(&mut self, tab: usize, unit: &str) -> Result<Vec<Event>, Refusal> {
        let command = school::right_answer(self.attempt(tab, unit));
        self.work(tab, unit, command)
    }

    /// Answers with this.
    pub fn enter(&mut self, tab: usize, unit: &str, text: &str) -> Result<Vec<Event>, Refusal> {
        let command = school::answer_with(self.attempt(tab, unit), vec![Entered::Text(text.into())]);
        self.work(tab, unit, command)
    }

    /// Asks for the next question.
    pub fn next(&mut self, tab: usize, unit: &str) -> Result<Vec<Event>, Refusal> {
        let ordinal = self.ordinal(tab, unit);
        self.work(tab, unit, attempt::Command::NextQuestion { ordinal })
    }

    /// Which question is shown.
    pub fn ordinal(&self, tab: usize, unit: &str) -> u32 {
        self.attempt(tab, unit).current().map_or(0, |current| current.ordinal)
    }

    /// What the screen says of saving.
    pub fn says(&self, tab: usize) -> SyncState {
        self.tabs[tab].replica.sync_state()
    }

    /// From now on the tab's database refuses everything, or nothing.
    pub fn refuse_storage(&self, tab: usize, why: Option<Trouble>) {
        self.tabs[tab].database.refuse(why);
    }

    /// The server is another one, with another log, from now on.
    pub fn replace_server(&mut self, name: &str) {
        self.cut();
        self.server = Server::new(name);
        self.mend();
    }

    /// Everything that waited was settled, and every replica has exactly the fold of the feeds that it may read; so has the database
    /// when it is read again.
    pub fn assert_agreement(&mut self) {
        for tab in (0..self.tabs.len()).filter(|tab| self.tabs[*tab].open && !self.tabs[*tab].frozen).collect::<Vec<_>>() {
            let here = &self.tabs[tab];
            assert_eq!(here.replica.waiting(), 0, "tab {tab}: nothing waits");
            let wanted = self.server.fold(here.account);
            assert_eq!(here.replica.confirmed(), &wanted, "tab {tab}: what is confirmed is the server's fold");
            assert_eq!(state_hash(here.replica.shown()), state_hash(&wanted), "tab {tab}: what is shown is what is confirmed");
            assert!(here.replica.is_caught_up() || !here.owner);
            let (mut again, first) = Replica::new(here.account, here.replica.role(), domain::protocol::BUILD);
            let Effect::Read { snapshots, .. } = first else { panic!("it reads first") };
            if here.volatile.is_some() {
                continue;
            }
            let mut reads = vec![Effect::Read { after: BTreeMap::new(), snapshots }];
            while let Some(Effect::Read { after, snapshots }) = reads.pop() {
                let Stored { snapshots, chunks, found } = here.database.read_with(&after, &snapshots).expect("it can be read");
                snapshots.iter().for_each(|snapshot| _ = again.step(Incoming::Snapshot(snapshot)));
                chunks.iter().for_each(|chunk| _ = again.step(Incoming::Chunk(chunk)));
                let effects = again.step(Incoming::Found(found));
                reads.extend(effects.into_iter().filter(|effect| matches!(effect, Effect::Read { .. })));
            }
            assert_eq!(state_hash(again.shown()), state_hash(&wanted), "tab {tab}: a reload shows the same");
        }
        let ids: std::collections::BTreeSet<_> = self.server.log.iter().map(domain::event::Recorded::id).collect();
        assert_eq!(ids.len(), self.server.log.len(), "no event is there twice");
    }
}
