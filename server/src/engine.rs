//! The engine decides commands, appends their events to the store and says what to publish. It uses no tokio, no sockets and no clock, so that a
//! simulation can drive it.

mod asked;
mod commands;
mod filing;
mod leaving;
mod memory;
mod operation;
mod operations;
mod reactor;
mod record;
mod suspect;
mod tokens;

pub use crate::logins::login_claimed;
pub use asked::{Asked, Denied, Granted, Wish};
pub use memory::{CONTACT, GREETED};
pub use operation::{EditionDocuments, Holder, Operated, Operation};
pub(crate) use reactor::Reached;
pub use reactor::{Parked, Reacting, STREAMS_MAX};
pub use record::command_hash;
pub use suspect::{Named, Suspect};
pub use tokens::{Token, token};

use crate::{
    metrics::{Step, Watch},
    quota::{Buckets, Quota},
    store::{EventStore, Filed, KeptSession, Place, Record, StoreError, StoreReader, Trailed},
    trail::{self, What},
};
use domain::{
    claims::Arrival,
    event::{Position, Recorded, StreamId},
    feeds::Feed,
    ids::{AccountId, ClassId, CourseId, DeviceId},
    projections::directory::Directory,
    protocol::{Envelope, Reply},
    time::Timestamp,
};
use memory::Memory;
use reactor::Reactor;
use std::{collections::BTreeSet, sync::Arc};

/// Sessions that have expired are cleared away this often, in milliseconds.
const SWEEP_MS: i64 = 60 * 60 * 1_000;

/// Something to do, from outside.
#[derive(Debug)]
pub enum Work {
    /// A command of a device.
    Command {
        /// The account whose session the command came over.
        account: AccountId,
        /// The device.
        device: DeviceId,
        /// The command.
        envelope: Envelope,
        /// How the command came in: this bounds which times it can claim, and makes it count against the account's quota. `None` for commands that
        /// this process makes itself.
        arrival: Option<Arrival>,
    },
    /// A command over which the writer has panicked. It is refused without being decided again, so that the device and everybody else can go on.
    GivenUp {
        /// The account whose session the command came over.
        account: AccountId,
        /// The device.
        device: DeviceId,
        /// The command.
        envelope: Envelope,
        /// How it came in.
        arrival: Option<Arrival>,
    },
    /// A device has said hello.
    Greeted {
        /// The account of its session.
        account: AccountId,
        /// The device.
        device: DeviceId,
        /// When that session began.
        signed_in: Timestamp,
    },
    /// A device is connected and has nothing to send.
    Idle {
        /// The account of its session.
        account: AccountId,
        /// The device.
        device: DeviceId,
    },
    /// Something that the operator asks.
    Operation(Operation),
    /// Something that somebody asks for by HTTP.
    Asked(Asked),
    /// A session begins.
    SignIn {
        /// The session.
        session: KeptSession,
        /// The one that the same browser had before, which ends: SHA-256 of its token.
        instead_of: Option<[u8; 32]>,
    },
    /// A session was used.
    SessionUsed {
        /// SHA-256 of its token.
        token_hash: [u8; 32],
        /// When.
        at: Timestamp,
    },
    /// Something is written on the trail.
    Trail(Trailed),
    /// A session ends.
    SignOut {
        /// SHA-256 of its token.
        token_hash: [u8; 32],
    },
}

impl Work {
    /// The account that asks, for work that an account has decided and may send again and again.
    pub fn asked_by(&self) -> Option<AccountId> {
        match self {
            Self::Command { account, .. } | Self::GivenUp { account, .. } => Some(*account),
            Self::Asked(asked) => Some(asked.by),
            Self::Greeted { .. }
            | Self::Idle { .. }
            | Self::Operation(_)
            | Self::SignIn { .. }
            | Self::SessionUsed { .. }
            | Self::Trail(_)
            | Self::SignOut { .. } => None,
        }
    }
}

/// The answer to one piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To a command; and, if it was accepted, where in the log its effect can be seen.
    Reply(Reply, Option<Position>),
    /// To an operation.
    Operated(Operated),
    /// To what somebody asked for.
    Granted(Granted),
    /// To a sign-in or sign-out, or a device that says hello or is there.
    Done,
}

/// What came of a batch, after its commit.
#[derive(Debug)]
pub struct Batch {
    /// One for each piece of work, in order.
    pub answers: Vec<Answer>,
    /// The events, with their feeds and numbers, in log order.
    pub published: Vec<Published>,
    /// Whose connections have to end.
    pub ended: Vec<Ended>,
    /// The accounts whose names have changed.
    pub renamed: BTreeSet<AccountId>,
    /// The directory after the batch, if it changed: accounts may have gained or lost rights with it.
    pub directory: Option<Arc<Directory>>,
}

/// Sessions that have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The one with this SHA-256 of its token.
    Session([u8; 32]),
    /// All sessions of an account, except `but`, if there is one.
    Of {
        /// The account.
        account: AccountId,
        /// SHA-256 of the token of the session that goes on.
        but: Option<[u8; 32]>,
    },
}

/// An event, and where it can be read.
#[derive(Debug, Clone)]
pub struct Published {
    /// Feeds with the event's place in each.
    pub feeds: Vec<(Feed, Place)>,
    /// The event.
    pub event: Arc<Filed>,
}

/// Decides, appends, answers.
pub struct Engine<S: EventStore> {
    store: S,
    reader: S::Reader,
    directory: Arc<Directory>,
    memory: Memory,
    reactor: Reactor,
    /// How many commands each account may still send.
    buckets: Buckets,
    /// Notes how long it takes.
    watch: Watch,
    /// The device of what the operator asks. Its name can be guessed, so no command is taken from it.
    operator: DeviceId,
    /// What is being decided now. If that panics, the writer learns here which command or request it was.
    deciding: Option<Suspect>,
    /// The store has failed: the directory must be read from it again before anything else is decided.
    doubtful: bool,
    /// The first sign-in, or use of a session, after this moment clears away the sessions that have expired.
    sweep: Timestamp,
}

/// A batch that is not committed yet.
#[derive(Debug)]
struct Open {
    now: Timestamp,
    published: Vec<Published>,
    ended: Vec<Ended>,
    renamed: BTreeSet<AccountId>,
    directory_changed: bool,
}

impl<S: EventStore> Engine<S> {
    /// Opens an engine over a store. Events that an earlier build filed into feeds by an older rule are filed again by today's.
    ///
    /// # Errors
    /// When the store cannot be read, or the newly filed events cannot be written.
    pub fn open(mut store: S) -> Result<Self, StoreError> {
        let directory = Arc::new(filing::filed_by_today_s_rule(&mut store)?);
        let reader = store.reader();
        let operator = DeviceId::derived(&[&reader.log().to_string(), "operator"]);
        let (memory, reactor) = (Memory::default(), Reactor::default());
        let (buckets, watch, deciding) = Default::default();
        let sweep = Timestamp(i64::MIN);
        Ok(Self { store, reader, directory, memory, reactor, buckets, watch, operator, deciding, doubtful: false, sweep })
    }

    /// The same, with a quota of the commands that come from outside.
    #[must_use]
    pub fn limited(self, quota: Quota) -> Self {
        Self { buckets: Buckets::of(quota), ..self }
    }

    /// The same, watched. Nothing that is decided depends on it.
    #[must_use]
    pub fn watched(self, watch: Watch) -> Self {
        Self { watch, ..self }
    }

    /// Who watches it.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// The store's reading side.
    pub fn reader(&self) -> S::Reader {
        self.reader.clone()
    }

    /// The directory as it is now.
    pub fn directory(&self) -> &Arc<Directory> {
        &self.directory
    }

    /// What the engine was deciding when it panicked; `None` if no account had asked for it.
    pub fn was_deciding(&self) -> Option<Suspect> {
        self.deciding
    }

    /// Does a batch of work in one transaction. Nothing is answered before it is durable.
    ///
    /// # Errors
    /// When the store fails: then the whole batch is rolled back, and each piece of it may only be answered with "busy".
    pub fn run(&mut self, work: Vec<Work>, now: Timestamp) -> Result<Batch, StoreError> {
        self.be_sure()?;
        let (answers, batch) = self.in_one_transaction(now, |engine, open| {
            let one = |piece| {
                let answer = engine.run_one(piece, open);
                engine.deciding = None;
                answer
            };
            work.into_iter().map(one).collect::<Result<Vec<Answer>, StoreError>>()
        })?;
        Ok(Batch { answers, ..batch })
    }

    /// Reads the directory from the store again, if the store has failed before.
    fn be_sure(&mut self) -> Result<(), StoreError> {
        if self.doubtful {
            self.directory = Arc::new(filing::directory_of(&self.reader)?);
            self.doubtful = false;
        }
        Ok(())
    }

    /// Runs `what` in one transaction. If it fails, the transaction is rolled back and everything kept in memory is forgotten.
    fn in_one_transaction<T>(
        &mut self,
        now: Timestamp,
        what: impl FnOnce(&mut Self, &mut Open) -> Result<T, StoreError>,
    ) -> Result<(T, Batch), StoreError> {
        let before = Arc::clone(&self.directory);
        let (published, ended, renamed) = Default::default();
        let mut open = Open { now, published, ended, renamed, directory_changed: false };
        let done = self.store.begin().and_then(|()| what(self, &mut open));
        let done = done.and_then(|done| self.watch.timed(Step::Commit, || self.store.commit()).map(|()| done));
        match done {
            Ok(done) => {
                self.memory.committed();
                let directory = open.directory_changed.then(|| Arc::clone(&self.directory));
                let Open { published, ended, renamed, .. } = open;
                Ok((done, Batch { answers: Vec::new(), published, ended, renamed, directory }))
            }
            Err(failure) => {
                self.store.rollback();
                (self.memory, self.reactor) = (Memory::default(), Reactor::default());
                self.directory = before;
                self.doubtful = true;
                Err(failure)
            }
        }
    }

    fn run_one(&mut self, piece: Work, open: &mut Open) -> Result<Answer, StoreError> {
        match piece {
            Work::Command { account, device, envelope, arrival } => {
                let reply = self.command(account, device, &envelope, arrival, true, open)?;
                self.watch.replied(&reply);
                let position = self.seen_at(device, &envelope, &reply, open)?;
                Ok(Answer::Reply(reply, position))
            }
            Work::GivenUp { account, device, envelope, arrival } => {
                let reply = self.command(account, device, &envelope, arrival, false, open)?;
                let position = self.seen_at(device, &envelope, &reply, open)?;
                Ok(Answer::Reply(reply, position))
            }
            Work::Greeted { account, device, signed_in } => self.greet(account, device, signed_in).map(|()| Answer::Done),
            Work::Idle { account, device } => self.idle(account, device, open.now).map(|()| Answer::Done),
            Work::Operation(operation) => self.operate(operation, open).map(Answer::Operated),
            Work::Asked(asked) => self.grant(asked, open).map(Answer::Granted),
            Work::SignIn { session, instead_of } => {
                self.sweep(open)?;
                if let Some(before) = instead_of {
                    self.end_session(before, open)?;
                }
                let row = What::SignedIn.row(open.now, Some(session.account), None, session.device.clone());
                self.store.put(&Record::Session(session))?;
                self.store.put(&Record::Trail(row))?;
                Ok(Answer::Done)
            }
            Work::SessionUsed { token_hash, at } => {
                self.sweep(open)?;
                self.store.put(&Record::SessionUsed(token_hash, at))?;
                Ok(Answer::Done)
            }
            Work::Trail(row) => {
                self.sweep(open)?;
                self.store.put(&Record::Trail(row))?;
                Ok(Answer::Done)
            }
            Work::SignOut { token_hash } => self.end_session(token_hash, open).map(|()| Answer::Done),
        }
    }

    fn end_session(&mut self, token_hash: [u8; 32], open: &mut Open) -> Result<(), StoreError> {
        open.ended.push(Ended::Session(token_hash));
        self.store.put(&Record::SessionEnded(token_hash))
    }

    /// About once an hour, deletes expired sessions and old rows of the trail.
    fn sweep(&mut self, open: &Open) -> Result<(), StoreError> {
        if open.now.0 >= self.sweep.0 {
            self.store.put(&Record::SessionsExpired(open.now))?;
            self.store.put(&Record::TrailCut(Timestamp(open.now.0.saturating_sub(trail::KEPT_MS)), trail::ROWS_MAX))?;
            self.sweep = Timestamp(open.now.0.saturating_add(SWEEP_MS));
        }
        Ok(())
    }

    /// Takes an event that was appended into the states and read models that the next command is decided on.
    fn fold(&mut self, recorded: Recorded, open: &mut Open) {
        self.watch.timed(Step::Fold, || {
            self.memory.evolve(&recorded.event);
            // Events of attempts change nothing in the directory.
            if recorded.event.attempt().is_none() {
                Arc::make_mut(&mut self.directory).fold(&recorded);
                open.directory_changed = true;
            }
        });
    }

    /// The course with this title.
    fn course_titled(&self, title: &str) -> Option<CourseId> {
        self.directory.courses().find(|(_, course)| course.title == title).map(|(id, _)| id)
    }

    /// The class with this title.
    pub fn class_titled(&self, title: &str) -> Option<ClassId> {
        self.directory.classes().map(|(id, _)| id).find(|id| self.directory.class_title(*id) == title)
    }

    /// The streams that are cached, for the curious.
    pub fn cached(&self) -> Vec<StreamId> {
        self.memory.streams()
    }
}
