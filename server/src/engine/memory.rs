//! The engine's cache, so that it need not read the store for each command. It is bounded, and all of it can be read again. It already holds what the
//! open batch has changed, so nothing is evicted before the commit.

use crate::store::{Record, StoreError, StoreReader, StoredResult, recent::Recent};
use domain::{
    attempt::{Attempt, AttemptKey, EditionRef},
    claims::{Contact, Greeted},
    content::edition::Document,
    event::{Event, StreamId, Version},
    ids::{AccountId, ContentHash, DeviceId},
    library::Library,
    state::State,
    time::Timestamp,
};
use std::collections::HashMap;

const STATES_MAX: usize = 20_000;
const DEVICES_MAX: usize = 50_000;
const DOCUMENTS_MAX: usize = 1_000;
const GREETERS_MAX: usize = 10_000;

/// A device's contact is stored again once it differs by this many milliseconds: less than the leeway that claimed times have anyway.
const CONTACT_KEPT_MS: i64 = 60_000;
/// The kind of entry that a device's contact is stored as, under the device's name.
pub const CONTACT: &str = "contact";
/// The kind of entry, named by the account, that lists those of its devices that have said hello and sent nothing.
pub const GREETED: &str = "greeted";

/// The most recently used states, devices and documents.
#[derive(Debug)]
pub(super) struct Memory {
    states: Recent<StreamId, Replayed>,
    devices: Recent<DeviceId, (AccountId, u64)>,
    contacts: Recent<DeviceId, KeptContact>,
    greeted: Recent<AccountId, Greeted>,
    results: HashMap<(DeviceId, u64), StoredResult>,
    library: Library,
    shelf: Recent<ContentHash, ()>,
}

/// The last contact with a device, as it is now and as it is stored.
#[derive(Debug, Clone, Copy)]
struct KeptContact {
    now: Contact,
    stored: Contact,
}

/// The state of an aggregate, and how many events made it.
#[derive(Debug)]
pub(super) struct Replayed {
    pub(super) state: State<'static>,
    pub(super) version: Version,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            states: Recent::of(STATES_MAX),
            devices: Recent::of(DEVICES_MAX),
            contacts: Recent::of(DEVICES_MAX),
            greeted: Recent::of(GREETERS_MAX),
            results: HashMap::new(),
            library: Library::default(),
            shelf: Recent::of(DOCUMENTS_MAX),
        }
    }
}

impl Memory {
    /// Whose a device is, and the last number that has a result; 0 for none.
    pub(super) fn device(&mut self, reader: &impl StoreReader, device: DeviceId) -> Result<Option<(AccountId, u64)>, StoreError> {
        if let Some(known) = self.devices.get(&device) {
            return Ok(Some(*known));
        }
        let found = reader.device(device)?;
        if let Some(known) = found {
            self.devices.insert(device, known);
        }
        Ok(found)
    }

    /// The last contact with a device.
    pub(super) fn contact(&mut self, reader: &impl StoreReader, device: DeviceId) -> Result<Option<Contact>, StoreError> {
        if let Some(kept) = self.contacts.get(&device) {
            return Ok(Some(kept.now));
        }
        // An entry that cannot be read counts as none: then only the session bounds what the device can claim.
        let stored = reader.setting(&format!("{CONTACT}/{device}"))?.and_then(|stored| serde_json::from_str(&stored).ok());
        if let Some(stored) = stored {
            self.contacts.insert(device, KeptContact { now: stored, stored });
        }
        Ok(stored)
    }

    /// Notes a contact with a device, in the open batch. Returns the record to store, unless the stored one is close enough.
    pub(super) fn heard(&mut self, device: DeviceId, now: Contact) -> Option<Record> {
        let stored = self.contacts.get(&device).map(|kept| kept.stored);
        let far = |stored: Timestamp, now: Timestamp| stored.0.abs_diff(now.0) >= CONTACT_KEPT_MS.unsigned_abs();
        let is_news = |stored: Contact| far(stored.heard, now.heard) || far(stored.judged, now.judged) || far(stored.idle, now.idle);
        if let Some(stored) = stored.filter(|stored| !is_news(*stored)) {
            self.contacts.insert(device, KeptContact { now, stored });
            return None;
        }
        self.contacts.insert(device, KeptContact { now, stored: now });
        let value = serde_json::to_string(&now).expect("three moments always serialise");
        Some(Record::Entry { kind: CONTACT, name: device.to_string(), value: Some(value) })
    }

    /// The devices of an account that have said hello and sent nothing.
    pub(super) fn greeted(&mut self, reader: &impl StoreReader, account: AccountId) -> Result<&mut Greeted, StoreError> {
        if self.greeted.get(&account).is_none() {
            // An entry that cannot be read counts as none: then only the sessions bound what these devices can claim.
            let stored = reader.setting(&format!("{GREETED}/{account}"))?.and_then(|stored| serde_json::from_str(&stored).ok());
            self.greeted.insert(account, stored.unwrap_or_default());
        }
        Ok(self.greeted.get(&account).expect("they were put there just now"))
    }

    /// The record that stores these devices; one without a value, which deletes the entry, if there are none.
    pub(super) fn greeted_kept(&self, account: AccountId) -> Option<Record> {
        let greeted = self.greeted.peek(&account)?;
        let is_empty = *greeted == Greeted::default();
        let value = (!is_empty).then(|| serde_json::to_string(greeted).expect("moments by device always serialise"));
        Some(Record::Entry { kind: GREETED, name: account.to_string(), value })
    }

    /// The result of a command that has one.
    pub(super) fn result(&self, reader: &impl StoreReader, device: DeviceId, number: u64) -> Result<Option<StoredResult>, StoreError> {
        match self.results.get(&(device, number)) {
            Some(result) => Ok(Some(result.clone())),
            None => reader.result(device, number),
        }
    }

    /// Notes the result of a command, in the open batch.
    pub(super) fn answered(&mut self, account: AccountId, device: DeviceId, number: u64, result: StoredResult) {
        self.devices.insert(device, (account, number));
        self.results.insert((device, number), result);
    }

    /// Loads the state of an aggregate by replaying its stream, if it is not in memory already.
    pub(super) fn replay(&mut self, reader: &impl StoreReader, stream: &StreamId) -> Result<&Replayed, StoreError> {
        if self.states.get(stream).is_none() {
            let mut replayed = Replayed { state: State::before(stream), version: Version(0) };
            for filed in reader.read_stream(stream, Version(0))? {
                replayed = Replayed { state: replayed.state.after(&filed.event()), version: filed.version };
            }
            self.states.insert(*stream, replayed);
        }
        Ok(self.states.peek(stream).expect("the state was put there just now"))
    }

    /// The state of an aggregate, if it is in memory; otherwise the state before its first event.
    pub(super) fn state(&self, stream: &StreamId) -> State<'_> {
        self.states.peek(stream).map_or_else(|| State::before(stream), |replayed| replayed.state.borrowed())
    }

    /// The state of an attempt, if it is in memory.
    pub(super) fn attempt(&self, key: &AttemptKey) -> Option<&Attempt> {
        self.states.peek(&StreamId::Attempt(*key))?.state.as_attempt()
    }

    /// Folds an event of the open batch into the state of its aggregate.
    pub(super) fn evolve(&mut self, event: &Event) {
        let stream = event.stream();
        if let Some(replayed) = self.states.get(&stream) {
            let before = std::mem::replace(&mut replayed.state, State::before(&stream));
            replayed.state = before.after(event);
            replayed.version.0 += 1;
        }
    }

    /// Loads the documents that an attempt is graded by; one that the store does not have, or that this build cannot read, stays missing.
    pub(super) fn fetch_edition(&mut self, reader: &impl StoreReader, edition: &EditionRef) -> Result<(), StoreError> {
        self.fetch(reader, edition.paper)?;
        self.fetch(reader, edition.key)
    }

    /// Loads a document, if the store has it.
    pub(super) fn fetch(&mut self, reader: &impl StoreReader, hash: ContentHash) -> Result<(), StoreError> {
        if self.shelf.get(&hash).is_some() {
            return Ok(());
        }
        if let Some(bytes) = reader.document(hash)? {
            self.shelve(&Document { hash, bytes });
        }
        Ok(())
    }

    /// Puts a document where deciding finds it, before it is stored.
    pub(super) fn shelve(&mut self, document: &Document) {
        // A document that this build cannot read counts as missing: commands that need it are refused.
        if self.library.insert(document.hash, &document.bytes).is_ok() {
            self.shelf.insert(document.hash, ());
        }
    }

    /// The documents that are in memory.
    pub(super) fn library(&self) -> &Library {
        &self.library
    }

    /// The streams whose states are in memory.
    pub(super) fn streams(&self) -> Vec<StreamId> {
        self.states.keys().copied().collect()
    }

    /// The batch is committed: from now on it can be read from the store, so the least recently used entries are evicted.
    pub(super) fn committed(&mut self) {
        self.results.clear();
        self.states.trim();
        self.devices.trim();
        self.contacts.trim();
        self.greeted.trim();
        for hash in self.shelf.trim() {
            self.library.remove(hash);
        }
    }
}
