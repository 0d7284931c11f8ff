//! A support bundle: what a device has, without names and without events, so that a fresh replica can be put into the same place.

use super::{
    Feed,
    storage::{Found, KeptClock, Queued, Settled},
};
use crate::{
    account::Role,
    class,
    command::Command,
    digest::Digest,
    ids::{AccountId, DeviceId, LogId},
    protocol::Mark,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The shape of bundles that this build writes.
pub const FORMAT: u32 = 1;

/// What a device has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// The shape of this bundle.
    pub format: u32,
    /// The build that wrote it.
    pub build: u32,
    /// When, by the device's clock.
    pub at: Timestamp,
    /// Whose device it is.
    pub account: AccountId,
    /// Their role.
    pub role: Role,
    /// The device.
    pub device: DeviceId,
    /// The database's own id, made at random when the database was.
    pub born: DeviceId,
    /// The log that the feeds are of, and its era.
    pub log: Option<(LogId, u32)>,
    /// How often the socket changed tabs.
    pub epoch: u64,
    /// What is kept of the school's clock.
    #[serde(default)]
    pub clock: Option<KeptClock>,
    /// How far each feed is stored.
    pub feeds: BTreeMap<Feed, Mark>,
    /// The chunks, without their events.
    pub chunks: Vec<ChunkHeader>,
    /// The folds, without their states: name, version, bytes.
    pub snapshots: Vec<(String, u32, u64)>,
    /// The commands that wait, by number.
    pub outbox: Vec<(u64, Queued)>,
    /// The results that are kept.
    pub results: Vec<Settled>,
    /// What the person was told of late, in the app's own words for it.
    pub notices: Vec<(Timestamp, String)>,
}

/// A chunk without its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkHeader {
    /// The feed.
    pub feed: Feed,
    /// The number of the first event.
    pub first: u64,
    /// How many there are.
    pub count: u64,
    /// The feed's digest after the last of them, as it was recorded.
    pub digest: Digest,
    /// Their size.
    pub bytes: u64,
}

/// A command without what a note in it says: that is for one student to read, and not for support.
pub fn without_note(queued: Queued) -> Queued {
    let Ok(Command::Class(id, class::Command::WriteNote { student, note })) = Command::read(&queued.stream, &queued.body) else {
        return queued;
    };
    let note = class::Note { note: "…".repeat(note.note.chars().count()), ..note };
    let body = Command::Class(id, class::Command::WriteNote { student, note }).body().get().to_owned();
    Queued { body, ..queued }
}

impl Bundle {
    /// What a replica reads from a device like this one that has no events: it fetches them, and sends what waits.
    pub fn found(&self) -> Found {
        Found {
            device: self.device,
            born: self.born,
            earlier: Vec::new(),
            log: self.log,
            feeds: BTreeSet::new(),
            outbox: self.outbox.clone(),
            results: self.results.iter().filter(|settled| !settled.seen).cloned().collect(),
            content: Vec::new(),
            people: BTreeMap::new(),
            clock: self.clock,
        }
    }
}
