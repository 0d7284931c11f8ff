//! The reactor gives other streams the commands that recorded events cause, a bounded piece at a time. Its cursor is stored in the same transaction
//! as what it did, so that after a crash it goes on where it was.

use super::{
    Batch, Engine, Open,
    record::{Author, unforeseen},
};
use crate::store::{EventStore, Filed, Record, StoreError, StoreReader};
use domain::{
    decision::{self, World},
    event::{Event, Position, StreamId, Version},
    ids::{AccountId, EventId},
    processes::{self, Errand},
    projections::directory::Directory,
    state::State,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// The most streams that the reactor visits in one transaction.
pub const STREAMS_MAX: usize = 64;
/// A transaction ends once the reactor has replayed this many events, so that commands from devices do not wait longer than that takes.
const EVENTS_MAX: usize = 2_000;
/// How many events are read at once to find those that cause something.
const LOOKED_AT_ONCE: usize = 256;
/// The setting that stores the reactor's cursor.
const PLACE: &str = "reactor";
/// The kind of entry that stores a parked command: what could not be done, and why.
const PARKED: &str = "parked";

/// The reactor's backlog, and what has gone wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reacting {
    /// The backlog: events that cause commands which have not all been given yet.
    pub waiting: usize,
    /// The recorded time of the oldest of them.
    pub since: Option<Timestamp>,
    /// How many commands are parked because they could not be given to their stream.
    pub parked: usize,
    /// Why the reactor has stopped, if it has. It goes on when the server is started again, or when the operator has it retry.
    pub stopped: Option<String>,
}

/// A command that could not be given to its stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// The place in the log of the event that caused it.
    pub cause: Position,
    /// The stream that was to be given a command.
    pub stream: StreamId,
    /// Why that failed.
    pub reason: String,
}

/// The reactor's cursor, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Reached {
    /// Everything that events up to here cause is done, or parked.
    pub done: Position,
    /// How far the next causing event is done: its position, and the number of the last stream that was visited for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub walk: Option<(Position, u64)>,
}

/// An event that causes something.
#[derive(Debug, Clone, Copy)]
struct Cause {
    position: Position,
    id: EventId,
    actor: AccountId,
    recorded: Timestamp,
    errand: Errand,
}

/// The reactor's working state; all of it can be read from the store again.
#[derive(Debug, Default)]
pub(super) struct Reactor {
    place: Option<Reached>,
    /// The log was read up to here.
    seen: Position,
    /// There may be events after `seen`.
    unseen: bool,
    causes: VecDeque<Cause>,
    /// Parked entries with names after this one are still to be retried.
    retry: Option<String>,
    parked: usize,
    stopped: Option<String>,
}

/// The next piece of work.
enum Piece {
    /// Go on with a causing event, with the streams after the one of this number.
    Walk(Cause, u64),
    /// Retry parked entries, those with names after this one.
    Retry(String),
}

/// What became of one stream.
enum Done {
    /// Nothing was to be done, or it is done.
    Yes,
    /// It could not be done.
    No(String),
}

impl Reactor {
    /// Whether there is, or may be, something to do.
    pub(super) fn has_work(&self) -> bool {
        let reads = self.place.is_none() || self.unseen;
        self.stopped.is_none() && (reads || !self.causes.is_empty() || self.retry.is_some())
    }

    pub(super) fn status(&self) -> Reacting {
        let since = self.causes.front().map(|cause| cause.recorded);
        Reacting { waiting: self.causes.len(), since, parked: self.parked, stopped: self.stopped.clone() }
    }

    /// Notes that events were appended to a stream. Only those of courses cause anything.
    pub(super) fn heard(&mut self, stream: &StreamId) {
        self.unseen |= stream.course().is_some();
    }

    /// Has all parked entries retried, and starts the reactor again if it has stopped.
    pub(super) fn try_again(&mut self) {
        self.retry = Some(String::new());
        self.stopped = None;
    }

    /// Reads the cursor, if it is not known yet, and then the events after it, for those that cause something.
    fn look(&mut self, reader: &impl StoreReader, directory: &Directory) -> Result<(), StoreError> {
        let place = match self.place {
            Some(place) => place,
            None => {
                // A cursor that cannot be read counts as the beginning of the log: what is done already is not done twice.
                let place: Reached = reader.setting(PLACE)?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
                (self.seen, self.unseen, self.parked) = (place.done, true, reader.entries(PARKED, "", usize::MAX)?.len());
                self.retry = (self.parked > 0).then(String::new);
                *self.place.insert(place)
            }
        };
        while self.unseen {
            let events = reader.read_log(processes::CAUSING, self.seen, LOOKED_AT_ONCE)?;
            self.unseen = events.len() == LOOKED_AT_ONCE;
            for filed in events {
                self.seen = filed.position;
                let read = filed.recorded(filed.event());
                let (position, id, actor, recorded) = (filed.position, read.id(), filed.actor, filed.recorded);
                let known = place.walk.is_some_and(|(walk, _)| position < walk);
                self.causes.extend(processes::caused_by(&read, directory).filter(|_| !known).map(|errand| Cause {
                    position,
                    id,
                    actor,
                    recorded,
                    errand,
                }));
            }
        }
        Ok(())
    }

    fn next(&self) -> Option<Piece> {
        let after = |cause: &Cause| match self.place {
            Some(Reached { walk: Some((walk, after)), .. }) if walk == cause.position => after,
            Some(_) | None => 0,
        };
        let walk = self.causes.front().map(|cause| Piece::Walk(*cause, after(cause)));
        walk.or_else(|| self.retry.clone().map(Piece::Retry))
    }
}

impl<S: EventStore> Engine<S> {
    /// Whether the reactor may have something to do: commands that recorded events cause, or parked ones to retry.
    pub fn has_reactions(&self) -> bool {
        self.reactor.has_work()
    }

    /// The reactor's backlog, as far as it has read the log.
    pub fn reacting(&self) -> Reacting {
        self.reactor.status()
    }

    /// Has the reactor read the log to its end.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn look_ahead(&mut self) -> Result<(), StoreError> {
        if self.reactor.has_work() { self.reactor.look(&self.reader, &self.directory) } else { Ok(()) }
    }

    /// Does the reactor's next piece of work in one transaction, visiting at most `streams_max` streams. `None` when there is nothing to do.
    ///
    /// # Errors
    /// When the store fails: then nothing of it happened.
    pub fn react(&mut self, streams_max: usize, now: Timestamp) -> Result<Option<Batch>, StoreError> {
        match self.try_to_react(streams_max, now) {
            // Trying again does not mend damage, so the reactor stops; commands go on without it.
            Err(StoreError::Damaged(what)) => {
                tracing::error!(what, "the reactor has stopped; it goes on when the server is started again");
                self.reactor = Reactor { stopped: Some(what), parked: self.reactor.parked, ..Reactor::default() };
                Ok(None)
            }
            reacted => reacted,
        }
    }

    fn try_to_react(&mut self, streams_max: usize, now: Timestamp) -> Result<Option<Batch>, StoreError> {
        self.be_sure()?;
        if !self.reactor.has_work() {
            return Ok(None);
        }
        self.reactor.look(&self.reader, &self.directory)?;
        let Some(piece) = self.reactor.next() else { return Ok(None) };
        let ((), batch) = self.in_one_transaction(now, |engine, open| match piece {
            Piece::Walk(cause, after) => engine.walk(&cause, after, streams_max, open),
            Piece::Retry(after) => engine.retry(&after, streams_max, open),
        })?;
        Ok(Some(batch))
    }

    /// Gives the next streams the command that an event causes, and stores how far it came.
    fn walk(&mut self, cause: &Cause, after: u64, streams_max: usize, open: &mut Open) -> Result<(), StoreError> {
        let (kind, part) = cause.errand.streams();
        let streams = self.reader.streams(kind, &part, after, streams_max)?;
        let (mut last, mut replayed, mut all) = (after, 0, streams.len() < streams_max);
        for (number, stream) in streams {
            if replayed > EVENTS_MAX {
                all = false;
                break;
            }
            if let Done::No(reason) = self.attend(cause, &cause.errand, &stream, &mut replayed, open)? {
                self.park(cause, stream, reason)?;
            }
            last = number;
        }
        let done = self.reactor.place.unwrap_or_default().done;
        let place = if all { Reached { done: cause.position, walk: None } } else { Reached { done, walk: Some((cause.position, last)) } };
        let text = serde_json::to_string(&place).expect("a place has string keys only, so it always serialises");
        self.store.put(&Record::Setting(PLACE, text))?;
        self.reactor.place = Some(place);
        if all {
            self.reactor.causes.pop_front();
            tracing::info!(cause = cause.position.0, process = cause.errand.process(), "what an event causes is done");
        }
        Ok(())
    }

    /// Retries some parked entries, all of the same causing event, so that no stream is visited twice.
    fn retry(&mut self, after: &str, streams_max: usize, open: &mut Open) -> Result<(), StoreError> {
        let entries = self.reader.entries(PARKED, after, streams_max)?;
        self.reactor.retry = None;
        let (mut cause, mut replayed) = (None, 0);
        for (name, value) in entries {
            let Ok(parked) = serde_json::from_str::<Parked>(&value) else {
                self.reactor.retry = Some(name.clone());
                self.unpark(name)?;
                continue;
            };
            let position = *cause.get_or_insert(parked.cause);
            if position != parked.cause || replayed > EVENTS_MAX {
                break;
            }
            self.reactor.retry = Some(name.clone());
            let done = match self.cause_at(position)? {
                Some(cause) => self.attend(&cause, &cause.errand.belated(&self.directory), &parked.stream, &mut replayed, open)?,
                None => Done::Yes,
            };
            match done {
                Done::Yes => self.unpark(name)?,
                Done::No(reason) if reason == parked.reason => {}
                Done::No(reason) => self.store.put(&entry(&Parked { reason, ..parked }))?,
            }
        }
        Ok(())
    }

    /// Gives one stream the command that an event causes.
    fn attend(
        &mut self,
        cause: &Cause,
        errand: &Errand,
        stream: &StreamId,
        replayed: &mut usize,
        open: &mut Open,
    ) -> Result<Done, StoreError> {
        let filed = match self.reader.read_stream(stream, Version(0)) {
            Err(StoreError::Damaged(what)) => return Ok(Done::No(format!("its events cannot be read: {what}"))),
            filed => filed?,
        };
        *replayed += filed.len();
        let events: Vec<Event> = filed.iter().map(Filed::event).collect();
        if !events.iter().all(Event::is_known) {
            return Ok(Done::No("a later build has written to it".to_owned()));
        }
        let Some(state) = caught(|| events.iter().fold(State::before(stream), State::after)) else {
            return Ok(Done::No(PANICKED.to_owned()));
        };
        let Some(command) = errand.command(stream, &state) else { return Ok(Done::Yes) };
        if let (Some((key, _)), Some(work)) = (command.attempt(), state.borrowed().attempt().work()) {
            self.memory.fetch_edition(&self.reader, &work.edition)?;
            if self.memory.library().unit(&work.edition, key.unit).is_none() {
                return Ok(Done::No(format!("the documents of edition {} are not there", work.edition.number)));
            }
        }
        let history: Vec<_> = events.into_iter().filter_map(|event| Some(event.into_attempt()?.1)).collect();
        let world = World { history: &history, ..World::new(&self.directory, self.memory.library(), state, open.now) };
        match caught(|| decision::decide(&command, &world)) {
            None => Ok(Done::No(PANICKED.to_owned())),
            Some(Err(refusal)) => Ok(Done::No(format!("the rules say no: {refusal:?}"))),
            Some(Ok(events)) if events.is_empty() => Ok(Done::Yes),
            Some(Ok(events)) => {
                let author = self.author(cause.actor, processes::device(&cause.errand, cause.id), open.now)?;
                let author = Author { cause: Some(cause.id), ..author };
                self.record(author, &command, events, Vec::new(), open).map_err(unforeseen)?;
                Ok(Done::Yes)
            }
        }
    }

    /// The event at this place in the log, if it causes something.
    fn cause_at(&self, position: Position) -> Result<Option<Cause>, StoreError> {
        let before = Position(position.0.saturating_sub(1));
        let filed = self.reader.read_log(processes::CAUSING, before, 1)?.pop().filter(|filed| filed.position == position);
        Ok(filed.and_then(|filed| {
            let read = filed.recorded(filed.event());
            let (id, actor, recorded) = (read.id(), filed.actor, filed.recorded);
            processes::caused_by(&read, &self.directory).map(|errand| Cause { position, id, actor, recorded, errand })
        }))
    }

    fn park(&mut self, cause: &Cause, stream: StreamId, reason: String) -> Result<(), StoreError> {
        tracing::warn!(
            cause = cause.position.0,
            reason,
            "what an event causes could not be done in a stream; `leftfold reactor` tells which"
        );
        self.store.put(&entry(&Parked { cause: cause.position, stream, reason }))?;
        self.reactor.parked += 1;
        Ok(())
    }

    fn unpark(&mut self, name: String) -> Result<(), StoreError> {
        self.store.put(&Record::Entry { kind: PARKED, name, value: None })?;
        self.reactor.parked = self.reactor.parked.saturating_sub(1);
        Ok(())
    }

    /// What is parked, oldest cause first.
    pub(super) fn parked(&self) -> Result<Vec<Parked>, StoreError> {
        let entries = self.reader.entries(PARKED, "", usize::MAX)?;
        Ok(entries.iter().filter_map(|(_, value)| serde_json::from_str(value).ok()).collect())
    }
}

/// The reason that is stored if the rules panicked.
const PANICKED: &str = "the rules made a mistake over it";

/// The entry that stores a parked command; by name, entries are in the order of their causes.
fn entry(parked: &Parked) -> Record {
    let name = format!("{:020}/{}", parked.cause.0, parked.stream);
    let value = serde_json::to_string(parked).expect("it has string keys only, so it always serialises");
    Record::Entry { kind: PARKED, name, value: Some(value) }
}

/// The result of `look`; `None` if it panics. It changes nothing, so a panic leaves nothing half changed.
fn caught<T>(look: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(look)).ok()
}
