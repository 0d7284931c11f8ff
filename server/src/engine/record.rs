//! The one way of recording: what was decided goes into the store together with its result; then the read models fold it, and whoever subscribes is told.

use super::{Engine, Open, Published};
use crate::{
    metrics::Step,
    store::{Append, AppendError, EventStore, NewEvent, Record, StoreError, StoredResult},
    trail::{self, What},
};
use domain::{
    command::Command,
    event::{Event, StreamId, Version},
    feeds,
    ids::{AccountId, DeviceId, EventId},
    protocol::Outcome,
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Whose command is recorded, and under which number of which device.
#[derive(Debug, Clone, Copy)]
pub(super) struct Author {
    /// Who.
    pub actor: AccountId,
    /// With which device.
    pub device: DeviceId,
    /// The command's number on that device.
    pub number: u64,
    /// When, as the device claims.
    pub claimed: Timestamp,
    /// The event that caused it, if one did.
    pub cause: Option<EventId>,
}

/// What is stored of every command, accepted or not.
#[derive(Debug)]
pub(super) struct Answered {
    /// The stream that it was to.
    pub stream: StreamId,
    /// The stream's version before it.
    pub expected: Version,
    /// The hash that tells the command from another one under the same number.
    pub command_hash: [u8; 16],
    /// What the device is told.
    pub outcome: Outcome,
}

impl<S: EventStore> Engine<S> {
    /// The author of a device's next command, given now.
    pub(super) fn author(&mut self, actor: AccountId, device: DeviceId, now: Timestamp) -> Result<Author, StoreError> {
        let last = self.memory.device(&self.reader, device)?.map_or(0, |(_, last)| last);
        Ok(Author { actor, device, number: last + 1, claimed: now, cause: None })
    }

    /// Records a command that was accepted, and what goes with its events.
    ///
    /// # Errors
    /// As [`EventStore::append`].
    pub(super) fn record(
        &mut self,
        author: Author,
        command: &Command,
        events: Vec<Event>,
        records: Vec<Record>,
        open: &mut Open,
    ) -> Result<(), AppendError> {
        let stream = command.stream();
        let expected = self.store.version(&stream)?;
        let command_hash = command_hash(&stream.to_string(), author.claimed, command.body().get());
        let answered = Answered { stream, expected, command_hash, outcome: accepted(expected, &events) };
        self.record_answer(author, answered, events, records, open)
    }

    /// Records what became of a command: its events, if it was accepted, and its result.
    ///
    /// # Errors
    /// As [`EventStore::append`].
    pub(super) fn record_answer(
        &mut self,
        author: Author,
        answered: Answered,
        events: Vec<Event>,
        records: Vec<Record>,
        open: &mut Open,
    ) -> Result<(), AppendError> {
        let Author { actor, device, number, claimed, cause } = author;
        let Answered { stream, expected, command_hash, outcome } = answered;
        let result = StoredResult { command_hash, outcome: outcome.clone() };
        let new = events.iter().map(|event| NewEvent { body: event.body(), feeds: feeds::feeds_of(event, &self.directory) }).collect();
        let recorded = open.now;
        let append =
            Append { stream, expected, actor, device, number, command_hash, claimed, recorded, cause, events: new, outcome, records };
        let appended = self.watch.timed(Step::Append, || self.store.append(&append))?;
        self.memory.answered(actor, device, number, result);
        if !events.is_empty() {
            self.reactor.heard(&stream);
        }
        for (index, event) in events.into_iter().enumerate() {
            let feeds = append.events[index].feeds.iter().copied().zip(appended.places[index].iter().copied()).collect();
            let filed = append.filed(index, appended.first);
            self.put_on_trail(author, &event, open.now)?;
            self.fold(filed.recorded(event), open);
            open.published.push(Published { feeds, event: Arc::new(filed) });
        }
        Ok(())
    }

    fn put_on_trail(&mut self, author: Author, event: &Event, now: Timestamp) -> Result<(), StoreError> {
        let Some((what, whom)) = What::of(event) else { return Ok(()) };
        let by = (author.device != self.operator).then_some(author.actor);
        let from = if by.is_none() { trail::COMMAND_LINE } else { "" };
        self.store.put(&Record::Trail(what.row(now, by, Some(whom), from)))
    }
}

/// The outcome "accepted", for a stream that was at this version.
pub(super) fn accepted(expected: Version, events: &[Event]) -> Outcome {
    let events = u16::try_from(events.len()).expect("a command yields a handful of events");
    Outcome::Accepted { version: Version(expected.0 + u64::from(events)), events }
}

/// What tells a command from another under the same number: the first 16 bytes of SHA-256(stream ‖ '\n' ‖ at ‖ '\n' ‖ body).
pub fn command_hash(stream: &str, at: Timestamp, body: &str) -> [u8; 16] {
    let digest = Sha256::new().chain_update(stream).chain_update(format!("\n{}\n", at.0)).chain_update(body).finalize();
    digest[..16].try_into().expect("a digest has 32 bytes")
}

/// Makes a store error of an append that was turned down although the engine had checked it: only another writer to the same store can cause that.
/// The batch is rolled back, and the directory read again.
pub(super) fn unforeseen(error: AppendError) -> StoreError {
    match error {
        AppendError::Store(failure) => failure,
        AppendError::Conflict(_) | AppendError::Claimed { .. } | AppendError::NotYourDevice => {
            StoreError::Failed(format!("somebody else writes to this store: {error}"))
        }
    }
}
