//! The simulated server: the real engine over a real store, the real hub, and a real connection for each link. What its threads would do by
//! themselves is done one step at a time, so that it can die between any two.

use crate::{
    founding::{self, FOUNDED},
    mutation::Mutation,
    restoring::Devices,
    store::{Fuse, Kept, Reader, Store},
};
use domain::{
    ids::{AccountId, DeviceId},
    protocol::{Envelope, Reply},
    time::Timestamp,
};
use server::{
    auth::token::TokenHash,
    engine::{Answer, Batch, Engine, Published, Work},
    quota::Quota,
    store::{
        EventStore as _, KeptSession, Record, StoreError, StoreReader as _,
        memory::{MemoryReader, MemoryStore},
        sqlite::SqliteStore,
    },
    subscription::{
        connection::{Connection, Effect, Guest, Input, Look},
        hub::{Hub, Seat},
    },
    writer::Busy,
};
use std::{
    collections::{BTreeMap, VecDeque},
    fs, mem,
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::TempDir;

/// What an account may give: so little that devices are told to wait now and then.
const PACE: Quota = Quota { per_second: 10, burst: 12, catch_up_per_hour: 60 };

/// A session's length: longer than a history.
const SESSION_MS: i64 = 30 * 24 * 3_600_000;

/// A folder in memory, where there is such a thing; nothing in it outlives the test anyway.
pub fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
    made.expect("a folder for a test")
}

/// Where the store is kept.
enum Place {
    Memory(MemoryReader),
    Sqlite { folder: TempDir, life: u32 },
}

impl Place {
    fn path(folder: &TempDir, life: u32) -> PathBuf {
        folder.path().join(format!("{life}.db"))
    }

    /// What the disk holds at this moment: the file and its log of changes.
    fn image(&self) -> Option<Image> {
        let Self::Sqlite { folder, life } = self else { return None };
        let path = Self::path(folder, *life);
        Some([fs::read(&path).expect("the file is there"), fs::read(path.with_extension("db-wal")).unwrap_or_default()])
    }

    /// The store as the next process finds it.
    fn next_life(&mut self, image: Option<Image>) -> Kept {
        match (self, image) {
            (Self::Sqlite { folder, life }, Some([file, changes])) => {
                let old = Self::path(folder, *life);
                *life += 1;
                let path = Self::path(folder, *life);
                fs::write(&path, file).expect("there is room");
                fs::write(path.with_extension("db-wal"), changes).expect("there is room");
                // The process that had it open may be there still.
                _ = fs::remove_file(old);
                Kept::Sqlite(SqliteStore::open(&path).expect("the file opens"))
            }
            (Self::Memory(reader), _) => Kept::Memory(MemoryStore::reopen(reader)),
            (Self::Sqlite { .. }, None) => unreachable!("a file has an image"),
        }
    }
}

type Image = [Vec<u8>; 2];

/// The server's end of a link.
struct End {
    connection: Connection,
    seat: Seat,
    /// Something may wait at the hub.
    news: bool,
    looks: VecDeque<Look>,
    answers: VecDeque<Result<Answer, Busy>>,
    beat: Option<Timestamp>,
    nudge: Option<Timestamp>,
}

impl End {
    /// It asked to be nudged, and the time has come.
    fn is_nudged(&self, now: Timestamp) -> bool {
        self.nudge.is_some_and(|nudge| nudge <= now)
    }
}

/// What the server did that others see.
#[derive(Debug)]
pub enum Happened {
    /// A connection sent a frame.
    Sent(usize, String),
    /// A connection closed.
    Closed(usize),
    /// A command was taken in.
    Asked(usize, DeviceId, Envelope),
}

/// Something that the server can do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stir {
    /// A connection looks something up.
    Look,
    /// A connection takes what waits at the hub.
    News,
    /// A connection is given an answer.
    Answer,
    /// It is time for a connection to look at its session.
    Beat,
}

/// The server.
pub struct Site {
    place: Place,
    fuse: Fuse,
    mutation: Option<Mutation>,
    /// None only while one process follows another.
    engine: Option<Engine<Store>>,
    hub: Arc<Hub>,
    ends: BTreeMap<usize, End>,
    waiting: VecDeque<(usize, Work)>,
    backup: Option<(Image, Timestamp)>,
    /// The oldest build that is welcome.
    pub minimum_build: u32,
    /// The server's clock.
    pub now: Timestamp,
    tokens: u8,
}

impl Site {
    /// A server of the school.
    pub fn new(in_file: bool, mutation: Option<Mutation>) -> Self {
        let (place, kept) = if in_file {
            let mut place = Place::Sqlite { folder: folder(), life: 0 };
            let kept = place.next_life(Some([founding::FILE.clone(), Vec::new()]));
            (place, kept)
        } else {
            let store = founding::in_memory();
            (Place::Memory(store.reader()), Kept::Memory(store))
        };
        let fuse = Fuse::default();
        let engine = Engine::open(Store::of(kept, fuse.clone(), mutation)).expect("the store can be read").limited(PACE);
        let hub = Arc::new(Hub::new(Arc::clone(engine.directory())));
        let now = Timestamp(FOUNDED.0 + 3_600_000);
        let (ends, waiting) = (BTreeMap::new(), VecDeque::new());
        Self { place, fuse, mutation, engine: Some(engine), hub, ends, waiting, backup: None, minimum_build: 0, now, tokens: 0 }
    }

    /// The engine.
    pub fn engine(&self) -> &Engine<Store> {
        self.engine.as_ref().expect("a server between two steps has one")
    }

    /// The store, read as it is.
    pub fn reader(&self) -> Reader {
        self.engine().reader().honest()
    }

    /// Whether there is a backup.
    pub fn has_backup(&self) -> bool {
        self.backup.is_some()
    }

    /// Begins a session.
    pub fn sign_in(&mut self, account: AccountId) -> Guest {
        self.tokens += 1;
        let session = [self.tokens; 32];
        let kept = KeptSession::until(Timestamp(self.now.0 + SESSION_MS), account, session);
        self.run(vec![Work::SignIn { session: kept, instead_of: None }]);
        Guest { account, session }
    }

    /// Ends a session.
    pub fn sign_out(&mut self, session: TokenHash) {
        self.run(vec![Work::SignOut { token_hash: session }]);
        self.hub.end_session(&session);
        self.rouse();
    }

    /// Somebody opens a socket.
    pub fn connect(&mut self, link: usize, guest: Guest) {
        let seat = self.hub.join(guest.session, guest.account);
        let (connection, first) = Connection::open(guest, self.hub.directory(), self.minimum_build);
        let end = End { connection, seat, news: true, looks: VecDeque::new(), answers: VecDeque::new(), beat: None, nudge: None };
        self.ends.insert(link, end);
        self.carry_out(link, vec![first]);
    }

    /// The other side is gone.
    pub fn hang_up(&mut self, link: usize) {
        if let Some(mut end) = self.ends.remove(&link) {
            end.seat.leave(self.now);
            self.rouse();
        }
    }

    /// Whether there is a connection.
    pub fn has(&self, link: usize) -> bool {
        self.ends.contains_key(&link)
    }

    /// Whether something at the hub waits for a connection.
    pub fn has_news(&self, link: usize) -> bool {
        self.ends.get(&link).is_some_and(|end| end.news)
    }

    /// Whether a connection takes a frame now.
    pub fn takes_frames(&self, link: usize) -> bool {
        self.ends.get(&link).is_some_and(|end| end.connection.takes_frames())
    }

    /// A frame came.
    pub fn hear(&mut self, link: usize, text: &str) -> Vec<Happened> {
        self.step(link, Input::Frame(text))
    }

    /// What its connections can do now.
    pub fn stirs(&self) -> impl Iterator<Item = (usize, Stir)> + '_ {
        self.ends.iter().flat_map(|(link, end)| {
            let may = [
                (!end.looks.is_empty(), Stir::Look),
                ((end.news || end.is_nudged(self.now)) && end.connection.takes_news(), Stir::News),
                (!end.answers.is_empty(), Stir::Answer),
                (end.beat.is_some_and(|beat| beat <= self.now) && end.connection.takes_news(), Stir::Beat),
            ];
            may.into_iter().filter(|(may, _)| *may).map(|(_, stir)| (*link, stir))
        })
    }

    /// A connection does something; nothing if it cannot.
    pub fn stir(&mut self, link: usize, stir: Stir) -> Vec<Happened> {
        let reader = self.engine().reader();
        let Some(end) = self.ends.get_mut(&link) else { return Vec::new() };
        if stir == Stir::News && end.is_nudged(self.now) {
            end.nudge = None;
            return self.step(link, Input::Nudge);
        }
        let input = match stir {
            Stir::Look => end.looks.pop_front().map(|look| Input::Seen(look.at(&reader))),
            Stir::News if !mem::take(&mut end.news) => None,
            Stir::News => {
                let waiting = end.seat.take();
                Some(Input::News(waiting, self.hub.directory()))
            }
            Stir::Answer => end.answers.pop_front().map(Input::Answer),
            Stir::Beat => end.beat.take().map(|_| Input::Beat),
        };
        input.map_or_else(Vec::new, |input| self.step(link, input))
    }

    fn step(&mut self, link: usize, input: Input<'_>) -> Vec<Happened> {
        let now = self.now;
        let Some(end) = self.ends.get_mut(&link) else { return Vec::new() };
        let effects = end.connection.step(now, input);
        self.carry_out(link, effects)
    }

    fn carry_out(&mut self, link: usize, effects: Vec<Effect>) -> Vec<Happened> {
        let mut happened = Vec::new();
        for effect in effects {
            let Some(end) = self.ends.get_mut(&link) else { break };
            match effect {
                Effect::Send(text) => happened.push(Happened::Sent(link, text)),
                Effect::Listen(feed) => end.seat.listen(feed),
                Effect::TurnAway(feed) => end.seat.turn_away(&feed),
                Effect::Look(look) => end.looks.push_back(look),
                Effect::HandIn(Work::Greeted { .. }) if self.mutation == Some(Mutation::ForgetHellos) => {
                    end.answers.push_back(Ok(Answer::Done));
                }
                Effect::HandIn(mut work) => {
                    if let Work::Command { device, envelope, arrival, .. } = &mut work {
                        *arrival = arrival.filter(|_| self.mutation != Some(Mutation::BelieveEveryClaim));
                        happened.push(Happened::Asked(link, *device, envelope.clone()));
                    }
                    self.waiting.push_back((link, work));
                }
                Effect::BeatIn(after) => end.beat = Some(Timestamp(self.now.0 + after.as_millis() as i64)),
                Effect::Present(presence) => {
                    end.seat.present(presence, self.now);
                    self.rouse();
                }
                Effect::Watch(class) => end.seat.watch(class),
                // No session here ends because nobody uses it.
                Effect::Used => {}
                Effect::NudgeIn(after) => end.nudge = Some(Timestamp(self.now.0 + after.as_millis() as i64)),
                Effect::Close(_) => {
                    self.hang_up(link);
                    happened.push(Happened::Closed(link));
                }
            }
        }
        happened
    }

    /// How much work waits for the writer.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The writer takes so much of the work, as one batch. Says what is in the log now.
    pub fn write(&mut self, most: usize) -> Vec<Published> {
        let taken: Vec<(usize, Work)> = self.waiting.drain(..most.min(self.waiting.len())).collect();
        let (links, work): (Vec<usize>, Vec<Work>) = taken.into_iter().unzip();
        let (answers, published) = self.run(work);
        for (link, answer) in links.into_iter().zip(answers) {
            if let Some(end) = self.ends.get_mut(&link) {
                end.answers.push_back(answer);
            }
        }
        published
    }

    /// The reactor does a piece. Says what is in the log now.
    pub fn react(&mut self, streams_max: usize) -> Vec<Published> {
        let now = self.now;
        self.in_one(|engine| engine.react(streams_max, now)).flatten().map_or_else(Vec::new, |batch| batch.published)
    }

    /// Runs a batch; what the store cannot do is answered as busy, and the store is opened anew, as the writer does it.
    fn run(&mut self, work: Vec<Work>) -> (Vec<Result<Answer, Busy>>, Vec<Published>) {
        let (asked, now) = (work.len(), self.now);
        match self.in_one(|engine| engine.run(work, now).map(Some)) {
            Some(Some(batch)) => (batch.answers.into_iter().map(Ok).collect(), batch.published),
            Some(None) | None => ((0..asked).map(|_| Err(Busy)).collect(), Vec::new()),
        }
    }

    /// Has the engine do something, and tells everybody; when the store fails, it is opened anew, as the writer does it.
    fn in_one(&mut self, what: impl FnOnce(&mut Engine<Store>) -> Result<Option<Batch>, StoreError>) -> Option<Option<Batch>> {
        let engine = self.engine.as_mut().expect("a server between two steps has one");
        match what(engine) {
            Ok(batch) => {
                if let Some(batch) = &batch {
                    let mut told = batch.published.clone();
                    if self.mutation == Some(Mutation::HubForgets) && told.len() > 1 {
                        told.pop();
                    }
                    drop(self.hub.publish(&told, batch.directory.clone()));
                    self.rouse();
                }
                Some(batch)
            }
            Err(_) => {
                let kept = self.die();
                self.live(kept);
                let last = self.reader().last_position().expect("the store works");
                self.hub.restart(Arc::clone(self.engine().directory()), last);
                self.rouse();
                None
            }
        }
    }

    /// A piece of work of the operator's, alone.
    pub fn operate(&mut self, work: Work) -> (Option<Reply>, Vec<Published>) {
        let (mut answers, published) = self.run(vec![work]);
        let reply = match answers.pop() {
            Some(Ok(Answer::Reply(reply, _))) => Some(reply),
            _ => None,
        };
        (reply, published)
    }

    fn rouse(&mut self) {
        self.ends.values_mut().for_each(|end| end.news = true);
    }

    /// The disk fails after so many more calls.
    pub fn light_fuse(&self, calls: u32) {
        self.fuse.light(calls);
    }

    /// The process dies while it works on what waits, after so many calls to the store; if there are fewer, after the commit and before anybody
    /// is told. Everything that was not on the disk is gone; so are all connections.
    pub fn crash(&mut self, calls: u32) {
        let work: Vec<Work> = mem::take(&mut self.waiting).into_iter().map(|(_, work)| work).collect();
        if !work.is_empty() {
            self.fuse.light(calls);
            let engine = self.engine.as_mut().expect("a server between two steps has one");
            // Whatever it says, nobody hears it.
            _ = engine.run(work, self.now);
        }
        let engine = self.engine.as_mut().expect("a server between two steps has one");
        if engine.has_reactions() {
            self.fuse.light(calls);
            _ = engine.react(1, self.now);
        }
        self.ends.clear();
        let kept = self.die();
        self.live(kept);
        self.hub = Arc::new(Hub::new(Arc::clone(self.engine().directory())));
    }

    /// Drops the engine with all that it has open, and finds what is on the disk.
    fn die(&mut self) -> Kept {
        let image = self.place.image();
        self.fuse = Fuse::default();
        self.engine = None;
        self.place.next_life(image)
    }

    fn live(&mut self, kept: Kept) {
        let store = Store::of(kept, self.fuse.clone(), self.mutation);
        self.engine = Some(Engine::open(store).expect("the store can be read").limited(PACE));
    }

    /// Takes a copy of the log, while serving. (Of a log in memory there is none.)
    pub fn back_up(&mut self) {
        self.backup = self.place.image().map(|image| (image, self.now));
    }

    /// Puts the copy back in place of what there is, and says in it that this was done.
    pub fn restore(&mut self) -> bool {
        let Some((image, taken)) = self.backup.take() else { return false };
        self.waiting.clear();
        self.ends.clear();
        let (era, devices) = (self.era(), Devices::of(&self.reader()));
        self.fuse = Fuse::default();
        self.engine = None;
        let kept = self.place.next_life(Some(image));
        let mut store = Store::of(kept, self.fuse.clone(), self.mutation);
        if self.mutation != Some(Mutation::RestoreWithoutAnEra) {
            store.begin().expect("the store works");
            store.put(&Record::Setting("era", (era + 1).to_string())).expect("the store works");
            for record in devices.carried_into(&store.reader().honest(), taken) {
                store.put(&record).expect("the store works");
            }
            store.commit().expect("the store works");
        }
        self.engine = Some(Engine::open(store).expect("the store can be read").limited(PACE));
        self.hub = Arc::new(Hub::new(Arc::clone(self.engine().directory())));
        true
    }

    /// How often it was restored.
    pub fn era(&self) -> u32 {
        let era = self.reader().setting("era").expect("the store works");
        era.map_or(0, |era| era.parse().expect("a number was written"))
    }
}
