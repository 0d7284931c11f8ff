//! A device: a replica on a model of the browser's database, with a real socket that a test can cut at any moment.

use crate::{
    counting,
    database::Database,
    school::{Browser, PATIENCE, School, Socket},
};
use domain::{
    attempt::{self, Attempt, AttemptKey},
    command::{Command, Refusal},
    decision::newest_edition,
    event::Event,
    feeds::Feed,
    ids::{ClassId, UnitId},
    replica::{Effect, Incoming, Replica, SyncState},
    time::Timestamp,
};
use futures_util::future::{pending, select_all};
use std::{collections::VecDeque, time::Duration};
use tokio::time::{Instant, timeout_at};

const TICK: Duration = Duration::from_secs(1);

/// One tab of a browser profile, alone in it.
pub struct Device {
    pub replica: Replica,
    pub database: Database,
    pub browser: Browser,
    /// Everything that the server gave it: frames and documents.
    pub received: Vec<String>,
    /// How often it was connected.
    pub connects: usize,
    /// It was told to sign in again.
    pub sign_in_again: bool,
    class: ClassId,
    socket: Option<Socket>,
    online: bool,
    mishap: Option<Mishap>,
    to_do: VecDeque<Effect>,
    retry: Option<Instant>,
    tick: Instant,
    clock: i64,
}

/// What goes wrong on the way, until the socket is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// The network goes when the next command has been sent, before anything comes back.
    CutAfterCommand,
    /// Results do not arrive; all else does.
    NoResults,
}

/// What a device waits for.
enum Happening {
    Frame(Option<String>),
    Retry,
    Tick,
}

impl Device {
    /// The app is opened in a new browser profile.
    pub fn open(school: &School, browser: &Browser, name: &str) -> Self {
        let database = Database::new(&format!("{} {name}", browser.me.account));
        Self::on(school.class, browser.clone(), database)
    }

    /// The app is opened on what a profile has.
    fn on(class: ClassId, browser: Browser, database: Database) -> Self {
        let (replica, first) = Replica::new(browser.me.account, browser.me.role, domain::protocol::BUILD);
        let mut device = Self {
            replica,
            database,
            browser,
            received: Vec::new(),
            connects: 0,
            sign_in_again: false,
            class,
            socket: None,
            online: true,
            mishap: None,
            to_do: VecDeque::from([first]),
            retry: None,
            tick: Instant::now() + TICK,
            clock: 1_000,
        };
        device.input(Incoming::Own(domain::replica::Ownership::Alone));
        device
    }

    /// The browser is closed and opened again; what was not stored is gone.
    pub fn reopened(self) -> Self {
        let class = self.class;
        Self { online: self.online, clock: self.clock, ..Self::on(class, self.browser, self.database) }
    }

    /// The whole profile is copied to another machine, and the app opened there.
    pub fn copied(&self, name: &str) -> Self {
        let database = self.database.copied(&format!("{} {name}", self.browser.me.account));
        Self { online: self.online, clock: self.clock, ..Self::on(self.class, self.browser.clone(), database) }
    }

    /// The network goes.
    pub async fn cut(&mut self) {
        self.online = false;
        self.mishap = None;
        if self.socket.take().is_some() {
            self.input(Incoming::Closed);
        }
        self.carry_out().await;
    }

    /// The network is back, and the browser says so.
    pub async fn mend(&mut self) {
        self.online = true;
        self.input(Incoming::Wake);
        self.carry_out().await;
    }

    /// From now on something goes wrong.
    pub fn expect_mishap(&mut self, mishap: Mishap) {
        self.mishap = Some(mishap);
    }

    fn input(&mut self, input: Incoming<'_>) {
        let effects = self.replica.step(input);
        self.to_do.extend(effects);
    }

    /// Does what the replica asked for, and what it asks for then.
    async fn carry_out(&mut self) {
        while let Some(effect) = self.to_do.pop_front() {
            match effect {
                Effect::Store(transaction) => {
                    let id = transaction.id;
                    match self.database.carry_out(&transaction) {
                        Ok(numbers) => self.input(Incoming::Committed { transaction: id, numbers }),
                        Err(why) => self.input(Incoming::Failed { transaction: id, why }),
                    }
                }
                Effect::Read { after, snapshots } => match self.database.read_with(&after, &snapshots) {
                    Ok(stored) => {
                        stored.snapshots.iter().for_each(|snapshot| self.input(Incoming::Snapshot(snapshot)));
                        stored.chunks.iter().for_each(|chunk| self.input(Incoming::Chunk(chunk)));
                        self.input(Incoming::Found(stored.found));
                    }
                    Err(why) => self.input(Incoming::Unreadable(why)),
                },
                Effect::Connect => self.connect().await,
                Effect::Close => self.socket = None,
                Effect::RetryIn(ms) => self.retry = Some(Instant::now() + Duration::from_millis(ms.into())),
                Effect::Send(frame) => self.send(frame).await,
                Effect::Fetch(hash) => {
                    let response = if self.online { Some(self.browser.get(&format!("/api/content/{hash}")).await) } else { None };
                    if response.as_ref().is_some_and(|response| response.status() == 404) {
                        self.input(Incoming::NoContent(hash));
                        continue;
                    }
                    let bytes = match response.filter(|response| response.status() == 200) {
                        Some(response) => response.bytes().await.ok(),
                        None => None,
                    };
                    self.received.extend(bytes.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned()));
                    self.input(Incoming::Content { hash, bytes: bytes.as_deref() });
                }
                Effect::SignInAgain => self.sign_in_again = true,
                Effect::History { feed, after, limit } => {
                    let page = self.page(feed, after, limit).await;
                    self.input(Incoming::History { feed, after, page: page.as_deref() });
                    self.received.extend(page);
                }
                Effect::Tell(_) | Effect::Upgrade | Effect::Steal => {}
            }
        }
    }

    async fn page(&self, feed: Feed, after: u64, limit: u64) -> Option<String> {
        if !self.online {
            return None;
        }
        let response = self.browser.get(&format!("/api/feeds/{feed}?after={after}&limit={limit}")).await;
        if response.status() == 200 { response.text().await.ok() } else { None }
    }

    async fn connect(&mut self) {
        let opened = if self.online { self.browser.socket_from(Some(&self.browser.url)).await.ok() } else { None };
        self.retry = None;
        self.socket = opened;
        if self.socket.is_some() {
            self.connects += 1;
            self.input(Incoming::Opened);
        } else {
            self.input(Incoming::Closed);
        }
    }

    async fn send(&mut self, frame: String) {
        let is_command = frame.starts_with(r#"{"Command""#);
        let sent = match &mut self.socket {
            Some(socket) => socket.try_say(frame).await,
            None => return,
        };
        if !sent {
            self.socket = None;
            self.input(Incoming::Closed);
        } else if is_command && self.mishap == Some(Mishap::CutAfterCommand) {
            self.mishap = None;
            self.online = false;
            self.socket = None;
            self.input(Incoming::Closed);
        }
    }

    /// Waits for what happens next; nothing is lost if this is dropped.
    async fn next(&mut self) -> Happening {
        let due = self.retry.map_or(self.tick, |retry| retry.min(self.tick));
        let frame = async {
            match &mut self.socket {
                Some(socket) => socket.frame().await,
                None => pending().await,
            }
        };
        match timeout_at(due, frame).await {
            Ok(frame) => Happening::Frame(frame),
            Err(_) if self.retry == Some(due) => Happening::Retry,
            Err(_) => Happening::Tick,
        }
    }

    async fn take(&mut self, happening: Happening) {
        match happening {
            Happening::Frame(Some(frame)) => {
                let lost = self.mishap == Some(Mishap::NoResults) && frame.starts_with(r#"{"Result""#);
                if !lost {
                    self.input(Incoming::Frame(&frame));
                    self.received.push(frame);
                }
            }
            Happening::Frame(None) => {
                self.socket = None;
                self.input(Incoming::Closed);
            }
            Happening::Retry => {
                self.retry = None;
                self.input(Incoming::Retry);
            }
            Happening::Tick => {
                self.tick = Instant::now() + TICK;
                self.input(Incoming::Tick);
            }
        }
        self.carry_out().await;
    }

    /// Goes on until it is so.
    pub async fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        until_all(&mut [self], what, |devices| is_so(devices[0])).await;
    }

    /// Goes on until everything that it did is confirmed, and everything that the server had at the welcome is there.
    pub async fn until_confirmed(&mut self) {
        self.until("all is confirmed", Self::is_confirmed).await;
    }

    pub fn is_confirmed(&self) -> bool {
        self.replica.is_live() && self.replica.is_caught_up() && self.replica.waiting() == 0
    }

    /// Everything to work offline with is there: papers and keys.
    pub fn is_equipped(&self) -> bool {
        self.replica.is_live() && self.replica.is_caught_up() && self.has_unit(counting::unit("counting", "up"))
    }

    /// A unit can be begun.
    pub fn has_unit(&self, unit: UnitId) -> bool {
        let directory = &self.replica.shown().directory;
        let edition = newest_edition(directory, self.class, unit);
        edition.is_some_and(|edition| self.replica.library().unit(&edition, unit).is_some())
    }

    /// Asks for something.
    pub async fn dispatch(&mut self, command: &Command) -> Result<Vec<Event>, Refusal> {
        self.clock += 1_000;
        let (events, effects) = self.replica.dispatch(command, Timestamp(self.clock))?;
        self.to_do.extend(effects);
        self.carry_out().await;
        Ok(events)
    }

    pub fn key(&self, unit: UnitId) -> AttemptKey {
        AttemptKey { student: self.browser.me.account, class: self.class, unit, run: 1 }
    }

    /// The first run at a unit, as it is shown.
    pub fn attempt(&self, unit: UnitId) -> &Attempt {
        self.replica.shown().attempt(&self.key(unit))
    }

    pub fn current(&self, unit: UnitId) -> &attempt::Current {
        self.attempt(unit).current().expect("an attempt with a question")
    }

    async fn work(&mut self, unit: UnitId, command: attempt::Command) -> Result<Vec<Event>, Refusal> {
        self.dispatch(&Command::Attempt(self.key(unit), command)).await
    }

    pub async fn begin(&mut self, unit: UnitId) -> Result<Vec<Event>, Refusal> {
        let edition = newest_edition(&self.replica.shown().directory, self.class, unit).expect("the unit is assigned");
        self.work(unit, attempt::Command::Start { edition }).await
    }

    pub async fn enter(&mut self, unit: UnitId, typed: &str) -> Result<Vec<Event>, Refusal> {
        self.answer(unit, counting::text(typed)).await
    }

    pub async fn answer_right(&mut self, unit: UnitId) -> Result<Vec<Event>, Refusal> {
        let inputs = counting::right(self.current(unit).question);
        self.answer(unit, inputs).await
    }

    async fn answer(&mut self, unit: UnitId, inputs: Vec<domain::content::Input>) -> Result<Vec<Event>, Refusal> {
        let current = self.current(unit);
        let (ordinal, try_number) = (current.ordinal, current.tries.len() as u32 + 1);
        self.work(unit, attempt::Command::SubmitAnswer { ordinal, try_number, inputs, ms: Some(4_000) }).await
    }

    pub async fn next_question(&mut self, unit: UnitId) -> Result<Vec<Event>, Refusal> {
        let ordinal = self.current(unit).ordinal;
        self.work(unit, attempt::Command::NextQuestion { ordinal }).await
    }

    pub fn says(&self) -> SyncState {
        self.replica.sync_state()
    }
}

/// All of these go on until it is so.
pub async fn until_all(devices: &mut [&mut Device], what: &str, is_so: impl Fn(&[&mut Device]) -> bool) {
    let deadline = Instant::now() + PATIENCE;
    for device in devices.iter_mut() {
        device.carry_out().await;
    }
    while !is_so(devices) {
        let next = select_all(devices.iter_mut().map(|device| Box::pin(device.next())));
        let Ok((happening, which, _)) = timeout_at(deadline, next).await else {
            let states: Vec<_> = devices.iter().map(|device| (device.says(), device.replica.waiting(), device.replica.marks())).collect();
            panic!("waited in vain: {what}; {states:?}");
        };
        devices[which].take(happening).await;
        assert!(Instant::now() < deadline, "it goes on and on, but not so: {what}");
    }
}
