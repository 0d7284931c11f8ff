//! The database as the replica sees it: what is in it, and transactions on it as data.

use crate::{
    digest::Digest,
    event::StreamId,
    feeds::Feed,
    ids::{AccountId, ContentHash, DeviceId, LogId},
    protocol::{Mark, Outcome},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A transaction: all of it or nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Transaction {
    /// Its name in the answer.
    pub id: u64,
    /// Whether its loss would lose anything that cannot be had again.
    pub durability: Durability,
    /// Only if the database's epoch is still this one; otherwise it fails as [`Trouble::Fenced`]. None for what any tab may do.
    pub epoch: Option<u64>,
    /// In order.
    pub changes: Vec<Change>,
}

/// How durable a transaction must be before it counts as committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// On disk.
    Strict,
    /// Handed to the system; losing it only repeats a fetch or a resend.
    Relaxed,
}

/// A change to the database.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Put a command into the outbox under the device's next number, and raise that.
    Enqueue(Queued),
    /// Keep events of a feed.
    Chunk(Chunk),
    /// Set how far a feed is stored; never back to a lower number.
    Mark(Feed, Mark),
    /// Forget a feed.
    Purge(Feed),
    /// Forget the chunks of a feed that hold any event after this number, and set its mark back to the end of the chunks that are left.
    Cut(Feed, u64),
    /// Keep a command's result and take the command out of the outbox.
    Settle(Settled),
    /// Note that a result was seen.
    Dismiss(Settled),
    /// Become a new device: a new random id, the outbox numbered from 1 in the same order.
    Renumber,
    /// Keep a document.
    Document {
        /// Its name.
        hash: ContentHash,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Forget a document.
    ForgetDocument(ContentHash),
    /// Keep these names and no others.
    People(BTreeMap<AccountId, String>),
    /// Set the log that the feeds are of, and its era. If it is another log than before, the results of all devices so far say nothing about this one.
    Log(LogId, u32),
    /// The server was restored from a backup: put this device's commands after this number, whose results are kept, back into the outbox under their numbers.
    /// If one of them is missing, change nothing. The number that this change gives out is how many came back. If no command up to that number waits, the last
    /// kept one up to it is put back as well, uncounted: the answer to it tells whose commands the server knows under this device's numbers.
    Requeue(u64),
    /// Put the last kept commands of this device before a number back into the outbox, so many at most; the number that this change gives out is
    /// how many came back.
    RequeueBefore(u64, u64),
    /// Put the kept commands of earlier devices of this profile, each after a number, back into the outbox: in this order, before all that waits, and all of it
    /// numbered anew under a new device. If there are none, nothing happens. The number that this change gives out is how many came back.
    RequeueEarlier(Vec<(DeviceId, u64)>),
    /// The tab takes over the socket: raise the epoch by one; the number that this change gives out is the new one.
    TakeOver,
    /// Keep how far the school's clock is ahead of the device's.
    Clock(KeptClock),
    /// Keep a fold, in place of an older one of the same name.
    Snapshot(Snapshot),
    /// Forget all folds.
    ForgetSnapshots,
}

/// A fold so far, so that a reload need not begin at the first event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Which fold.
    pub name: String,
    /// The fold's `VERSION`.
    pub version: u32,
    /// How far it has folded each feed.
    pub marks: BTreeMap<Feed, Mark>,
    /// The hash of the state.
    pub hash: ContentHash,
    /// The state, as JSON.
    pub state: String,
}

/// How the school's clock differs from the device's, for a start without a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptClock {
    /// How far the school's clock is ahead of the device's wall clock, in milliseconds.
    pub ahead_ms: i64,
    /// What the school's clock showed when this was kept.
    pub at: Timestamp,
}

/// A command to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// The stream that it is for.
    pub stream: StreamId,
    /// When it was given, by the school's clock as far as the device knew it.
    pub at: Timestamp,
    /// The command's JSON; sent as it stands.
    pub body: String,
}

/// Consecutive events of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The feed.
    pub feed: Feed,
    /// The number of the first event.
    pub first: u64,
    /// How many there are.
    pub count: u64,
    /// The feed's digest after the last of them.
    pub digest: Digest,
    /// A JSON array of [`crate::event::Run`]s, as it came.
    pub runs: String,
}

/// A command with its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The device that numbered it.
    pub device: DeviceId,
    /// Its number.
    pub number: u64,
    /// The command.
    pub command: Queued,
    /// Its result.
    pub outcome: Outcome,
    /// It was accepted, but came out otherwise than was shown.
    pub changed: bool,
    /// Nobody needs to be told (any more).
    pub seen: bool,
    /// The number of an earlier command of the same stream that was refused: this one built on it.
    #[serde(default)]
    pub because: Option<u64>,
}

/// All that is stored but the chunks, which come before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The device; made at random when the database was.
    pub device: DeviceId,
    /// Made at random together with the database, and never changed: another one means that the browser deleted the database before this.
    pub born: DeviceId,
    /// The earlier devices of this profile, with the same log, of which results are kept, in the order of their first result; each with the last number of a
    /// kept result.
    pub earlier: Vec<(DeviceId, u64)>,
    /// The log that the feeds are of, and its era.
    pub log: Option<(LogId, u32)>,
    /// The feeds of which anything is stored.
    pub feeds: BTreeSet<Feed>,
    /// By number.
    pub outbox: Vec<(u64, Queued)>,
    /// Those not seen yet, oldest first.
    pub results: Vec<Settled>,
    /// Documents; a read that is not the first may leave out what it gave before.
    pub content: Vec<(ContentHash, Vec<u8>)>,
    /// Names.
    pub people: BTreeMap<AccountId, String>,
    /// What is kept of the school's clock.
    pub clock: Option<KeptClock>,
}

/// Why the device cannot store. From bad to less bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Trouble {
    /// There is no database here: a private window, or storage is switched off.
    Denied,
    /// The device is full.
    Full,
    /// A newer build of the app made the database.
    TooNew,
    /// Another tab has taken over the socket; nothing was changed.
    Fenced,
    /// Anything else; tried again.
    Failed,
}
