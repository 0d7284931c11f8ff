//! What a store must do: keep events, results and the records that go with them, together or not at all. It knows nothing of quizzes.

pub mod memory;
pub(crate) mod recent;
pub mod sqlite;

use domain::{
    content::edition::Document,
    digest::{Digest, Shared},
    event::{Entry, Event, Position, Recorded, StreamId, Version},
    feeds::Feed,
    ids::{AccountId, ContentHash, DeviceId, EventId, LogId},
    protocol::Outcome,
    time::Timestamp,
};
use serde_json::value::RawValue;

/// The writing side: one owner, one transaction at a time, many appends in it.
pub trait EventStore: Send {
    /// The reading side; cheap to clone, used from any thread, sees only what is committed.
    type Reader: StoreReader;

    /// A reader.
    fn reader(&self) -> Self::Reader;

    /// Opens a transaction.
    ///
    /// # Errors
    /// When the disk fails.
    fn begin(&mut self) -> Result<(), StoreError>;

    /// Appends to a stream inside the open transaction: events, their places in feeds, the command's result, and what goes
    /// with them. An `Err` other than [`AppendError::Store`] leaves the transaction as it was before this append.
    ///
    /// # Errors
    /// [`AppendError::Conflict`] when the stream is not at the expected version (only looked at when there are events);
    /// [`AppendError::Claimed`] when a claim is held by another owner.
    fn append(&mut self, append: &Append) -> Result<Appended, AppendError>;

    /// Writes a record that is not an event, such as a session or a setting, inside the open transaction.
    ///
    /// # Errors
    /// When the disk fails.
    fn put(&mut self, record: &Record) -> Result<(), StoreError>;

    /// Empties the feeds whose names begin with one of these words, inside the open transaction, and files these events again, in this order, each
    /// into the feeds listed with it.
    ///
    /// # Errors
    /// When the disk fails.
    fn refile(&mut self, kinds: &[&str], events: &[(Filed, Vec<Feed>)]) -> Result<(), StoreError>;

    /// Commits and syncs to disk. After an error nothing of the transaction is there.
    ///
    /// # Errors
    /// When the disk fails: nothing of the transaction may be acknowledged.
    fn commit(&mut self) -> Result<(), StoreError>;

    /// Forgets the open transaction.
    fn rollback(&mut self);

    /// The writer's own view, including the open transaction: the version of a stream.
    ///
    /// # Errors
    /// When the disk fails.
    fn version(&self, stream: &StreamId) -> Result<Version, StoreError>;

    /// The same view: where in the log the event of this version of a stream stands; none if there is no such event.
    ///
    /// # Errors
    /// When the disk fails.
    fn position(&self, stream: &StreamId, version: Version) -> Result<Option<Position>, StoreError>;
}

/// The reading side.
pub trait StoreReader: Clone + Send + Sync + 'static {
    /// The log that this store keeps.
    fn log(&self) -> LogId;
    /// The events of a stream after a version, in order.
    fn read_stream(&self, stream: &StreamId, after: Version) -> Result<Vec<Filed>, StoreError>;
    /// At most `limit` events of a feed after a number, in order.
    fn read_feed(&self, feed: &Feed, after: u64, limit: usize) -> Result<Vec<Filed>, StoreError>;
    /// The last place in a feed; [`Place::default`] for none.
    fn feed_head(&self, feed: &Feed) -> Result<Place, StoreError>;
    /// The digest of a feed after its event of this number, or 0 for the number 0; none if there is no such event.
    fn digest_at(&self, feed: &Feed, number: u64) -> Result<Option<Digest>, StoreError>;
    /// All events of all streams of the kinds that the directory folds (account, class, course), in log order.
    fn read_directory(&self) -> Result<Vec<Filed>, StoreError>;
    /// At most `limit` events after a position in the log, of streams whose names begin with this word, in log order. Meant for kinds with few
    /// streams.
    fn read_log(&self, kind: &str, after: Position, limit: usize) -> Result<Vec<Filed>, StoreError>;
    /// At most `limit` streams whose names begin with this word and contain this part, in the order of their creation, after the stream of this
    /// number; each with its number in that order.
    fn streams(&self, kind: &str, part: &str, after: u64, limit: usize) -> Result<Vec<(u64, StreamId)>, StoreError>;
    /// The last event's place in the log.
    fn last_position(&self) -> Result<Position, StoreError>;
    /// The result of a device's command.
    fn result(&self, device: DeviceId, number: u64) -> Result<Option<StoredResult>, StoreError>;
    /// Whose device it is, and its last number with a result.
    fn device(&self, device: DeviceId) -> Result<Option<(AccountId, u64)>, StoreError>;
    /// Who holds a claim.
    fn claim(&self, kind: &str, value: &str) -> Result<Option<String>, StoreError>;
    /// The claims of this kind that are written with more than ASCII: what is claimed, and who holds it.
    fn claims_beyond_ascii(&self, kind: &str) -> Result<Vec<(String, String)>, StoreError>;
    /// What an owner has claimed of this kind.
    fn claims_of(&self, kind: &str, owner: &str) -> Result<Vec<String>, StoreError>;
    /// The name of a person.
    fn person(&self, account: AccountId) -> Result<Option<String>, StoreError>;
    /// The password hash of an account (PHC string).
    fn credential(&self, account: AccountId) -> Result<Option<String>, StoreError>;
    /// A session, over or not.
    fn kept_session(&self, token_hash: &[u8; 32]) -> Result<Option<KeptSession>, StoreError>;
    /// The sessions of an account, over or not, the one that began last first.
    fn sessions_of(&self, account: AccountId) -> Result<Vec<KeptSession>, StoreError>;
    /// The account of a session that is not over.
    fn session(&self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<AccountId>, StoreError> {
        Ok(self.kept_session(token_hash)?.filter(|session| !session.is_over(now)).map(|session| session.account))
    }
    /// At most `limit` rows of the trail with smaller numbers than this, the newest first, each with its number.
    fn trail(&self, before: u64, limit: usize) -> Result<Vec<(u64, Trailed)>, StoreError>;
    /// A document's bytes.
    fn document(&self, hash: ContentHash) -> Result<Option<Vec<u8>>, StoreError>;
    /// At most `limit` entries of this kind, by name, after this name: names and values.
    fn entries(&self, kind: &str, after: &str, limit: usize) -> Result<Vec<(String, String)>, StoreError>;
    /// A setting of the store itself.
    fn setting(&self, name: &str) -> Result<Option<String>, StoreError>;
}

/// One command's worth of writing.
#[derive(Debug, Clone)]
pub struct Append {
    /// The stream to append to.
    pub stream: StreamId,
    /// The version that the stream must have.
    pub expected: Version,
    /// Who.
    pub actor: AccountId,
    /// With which device; the first append claims it for the actor.
    pub device: DeviceId,
    /// By which command of it.
    pub number: u64,
    /// The first 16 bytes of the SHA-256 of the command.
    pub command_hash: [u8; 16],
    /// The device's time.
    pub claimed: Timestamp,
    /// The server's time.
    pub recorded: Timestamp,
    /// The event that caused the command, if one did.
    pub cause: Option<EventId>,
    /// What happened, in order.
    pub events: Vec<NewEvent>,
    /// What the device is told.
    pub outcome: Outcome,
    /// The records that must be stored together with it.
    pub records: Vec<Record>,
}

/// An event to append.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// The bytes to keep for ever.
    pub body: Box<RawValue>,
    /// The feeds that it belongs to.
    pub feeds: Vec<Feed>,
}

/// What is kept beside events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A value that only one owner may have, such as a login.
    Claim {
        /// What kind of value.
        kind: &'static str,
        /// The value.
        value: String,
        /// Whose it is.
        owner: String,
    },
    /// A person's name.
    Person(AccountId, String),
    /// A password hash.
    Credential(AccountId, String),
    /// The deletion of an account's password hash.
    CredentialErased(AccountId),
    /// A document.
    Document(Document),
    /// The deletion of a document.
    DocumentErased(ContentHash),
    /// A session.
    Session(KeptSession),
    /// A session was used at this moment.
    SessionUsed([u8; 32], Timestamp),
    /// The end of a session.
    SessionEnded([u8; 32]),
    /// The end of all sessions of an account.
    SessionsOfEnded(AccountId),
    /// The end of all sessions of an account but this one.
    SessionsOfEndedBut(AccountId, [u8; 32]),
    /// The end of all sessions that are over at this moment.
    SessionsExpired(Timestamp),
    /// Another row of the trail.
    Trail(Trailed),
    /// The deletion of the trail's rows from before this moment, and of all but the newest of this number.
    TrailCut(Timestamp, u64),
    /// A setting of the store itself.
    Setting(&'static str, String),
    /// One of several settings of a kind, by its name; the value `None` deletes it.
    Entry {
        /// What kind of setting.
        kind: &'static str,
        /// Its name.
        name: String,
        /// What it says.
        value: Option<String>,
    },
}

/// A session as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSession {
    /// SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// Whose it is.
    pub account: AccountId,
    /// When it ends by itself.
    pub expires: Timestamp,
    /// When it began; 0 if an earlier build did not say.
    pub begun: Timestamp,
    /// When it was used last, within a minute; 0 if an earlier build did not say.
    pub used: Timestamp,
    /// It ends after this many milliseconds without use; 0 for never.
    pub idle_ms: i64,
    /// What it was begun from, in words such as "Firefox on Linux"; nothing if that is not known.
    pub device: String,
}

impl KeptSession {
    /// A session of which only the end is known, and which does not end sooner when it is not used.
    pub fn until(expires: Timestamp, account: AccountId, token_hash: [u8; 32]) -> Self {
        let (begun, used) = Default::default();
        Self { token_hash, account, expires, begun, used, idle_ms: 0, device: String::new() }
    }

    /// Whether it is over at this moment.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires <= now || (self.idle_ms > 0 && self.used.0.saturating_add(self.idle_ms) <= now.0)
    }
}

/// A row of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trailed {
    /// When.
    pub at: Timestamp,
    /// What happened, in a word.
    pub what: String,
    /// Who did it.
    pub who: Option<AccountId>,
    /// To whom.
    pub whom: Option<AccountId>,
    /// From which device, in words; nothing if that is not known.
    pub device: String,
    /// How many times.
    pub times: u32,
}

/// Where an append's events went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The place of the first event in the log; the others follow.
    pub first: Position,
    /// For each event, its places in its feeds, in the order of [`NewEvent::feeds`].
    pub places: Vec<Vec<Place>>,
    /// The stream's version after it.
    pub version: Version,
}

/// A place in a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The number, counting from 1.
    pub number: u64,
    /// The feed's digest after the event there.
    pub digest: Digest,
}

impl Place {
    /// The next place, for this event.
    #[must_use]
    pub fn next(self, shared: Shared, entry: &Entry<'_>) -> Self {
        Self { number: self.number + 1, digest: self.digest.then(shared, entry) }
    }
}

/// An event as it is filed; `place` is where it is in the feed that was read ([`Place::default`] when read by stream).
#[derive(Debug, Clone)]
pub struct Filed {
    /// Its place in the feed.
    pub place: Place,
    /// Its stream.
    pub stream: StreamId,
    /// Its place there.
    pub version: Version,
    /// Its place in the log.
    pub position: Position,
    /// Who.
    pub actor: AccountId,
    /// With which device.
    pub device: DeviceId,
    /// By which command.
    pub command: u64,
    /// Which of the command's events.
    pub index: u16,
    /// The event that caused the command.
    pub cause: Option<EventId>,
    /// The device's time.
    pub claimed: Timestamp,
    /// The server's time.
    pub recorded: Timestamp,
    /// The bytes first recorded.
    pub body: Box<RawValue>,
}

impl Filed {
    /// Its event as this build reads it.
    pub fn event(&self) -> Event {
        Event::read(&self.stream, self.body.get())
    }

    /// The form that projections fold, with its event.
    pub fn recorded(&self, event: Event) -> Recorded {
        Recorded {
            version: self.version,
            position: self.position,
            actor: self.actor,
            device: self.device,
            command: self.command,
            index: self.index,
            cause: self.cause,
            claimed: self.claimed,
            recorded: self.recorded,
            event,
        }
    }
}

impl Append {
    /// One of its events, numbered for a log whose next position is `first` and a stream at the expected version.
    pub(crate) fn entry(&self, index: usize, first: Position) -> Entry<'_> {
        Entry {
            version: Version(self.expected.0 + index as u64 + 1),
            position: Position(first.0 + index as u64),
            command: self.number,
            index: index as u16,
            claimed: self.claimed,
            recorded: self.recorded,
            cause: self.cause,
            body: &self.events[index].body,
        }
    }

    /// The same event as it is filed.
    pub(crate) fn filed(&self, index: usize, first: Position) -> Filed {
        let Entry { version, position, command, index, claimed, recorded, cause, body } = self.entry(index, first);
        let (place, body) = (Place::default(), body.to_owned());
        let (stream, actor, device) = (self.stream, self.actor, self.device);
        Filed { place, stream, version, position, actor, device, command, index, cause, claimed, recorded, body }
    }
}

impl Filed {
    /// The event as an entry of a run.
    pub fn entry(&self) -> Entry<'_> {
        Entry {
            version: self.version,
            position: self.position,
            command: self.command,
            index: self.index,
            claimed: self.claimed,
            recorded: self.recorded,
            cause: self.cause,
            body: &self.body,
        }
    }

    /// What it shares with the other events of a run.
    pub fn shared(&self) -> Shared {
        Shared::of(&self.stream, self.actor, self.device)
    }
}

/// A command's result as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResult {
    /// The hash of the command that it is the result of.
    pub command_hash: [u8; 16],
    /// What the device was told.
    pub outcome: Outcome,
}

/// The store cannot do its work.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database, or the disk under it.
    #[error("the store failed: {0}")]
    Failed(String),
    /// A newer program wrote this store.
    #[error("this store was written by a newer Leftfold (format {found}; this program knows {known}): use that one")]
    TooNew {
        /// The format found.
        found: u32,
        /// The newest format that this program knows.
        known: u32,
    },
    /// What is read from the store cannot be what was written to it.
    #[error("the store is damaged: {0}")]
    Damaged(String),
}

/// Why an append did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The stream is not where it was expected to be.
    #[error("the stream is at version {}", .0.0)]
    Conflict(Version),
    /// Another owner holds the claim.
    #[error("taken: {kind} {value}")]
    Claimed {
        /// What kind of value.
        kind: &'static str,
        /// The value.
        value: String,
    },
    /// The device belongs to another account.
    #[error("the device belongs to another account")]
    NotYourDevice,
    /// The store failed; the whole transaction is lost.
    #[error(transparent)]
    Store(#[from] StoreError),
}
