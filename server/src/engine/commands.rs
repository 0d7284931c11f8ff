//! A device's command: is it its turn, is it allowed, and what do the rules say?

use super::{
    Engine, Named, Open, Suspect,
    record::{Answered, Author, accepted, command_hash, unforeseen},
};
use crate::metrics::Step;
use crate::store::{AppendError, EventStore, Record, StoreError};
use domain::{
    attempt::{self, AttemptKey},
    claims::{Arrival, Contact, since},
    command::{Command, Refusal},
    course,
    decision::{self, World},
    event::{Event, Position, StreamId, Version},
    ids::{AccountId, CourseId, DeviceId},
    processes,
    protocol::{BODY_BYTES_MAX, Envelope, Outcome, Reply},
    rights,
    time::Timestamp,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What became of a command, before it is stored.
struct Ruling {
    stream: StreamId,
    expected: Version,
    decided: Result<Vec<Event>, No>,
    /// What goes with the events.
    records: Vec<Record>,
}

impl Ruling {
    /// For a command that reaches no stream (unreadable, too large, forbidden or given up): its result is stored under the sender's account, without
    /// events.
    fn aside(account: AccountId, no: No) -> Self {
        Self { stream: StreamId::Account(account), expected: Version(0), decided: Err(no), records: Vec::new() }
    }
}

/// Why a command was turned down; this is stored as its result.
enum No {
    Refused(Refusal),
    Forbidden,
}

impl<S: EventStore> Engine<S> {
    /// Decides a command and records its one result; a command that was resent gets the result that it has already. If `can_be_decided` is false, the
    /// command is refused without being read.
    pub(super) fn command(
        &mut self,
        account: AccountId,
        device: DeviceId,
        envelope: &Envelope,
        arrival: Option<Arrival>,
        can_be_decided: bool,
        open: &mut Open,
    ) -> Result<Reply, StoreError> {
        if device == self.operator || processes::is_process(device) {
            return Ok(Reply::NotYourDevice {});
        }
        if let Some(arrival) = arrival
            && let Err(wait_ms) = self.take_from_bucket(account, device, arrival, open.now)?
        {
            return Ok(Reply::Busy(wait_ms));
        }
        let last = match self.memory.device(&self.reader, device)? {
            Some((owner, _)) if owner != account => return Ok(Reply::NotYourDevice {}),
            Some((_, last)) => last,
            None => 0,
        };
        let command_hash = command_hash(&envelope.stream, envelope.at, envelope.body.get());
        if (1..=last).contains(&envelope.number) {
            let stored = self.memory.result(&self.reader, device, envelope.number)?;
            let same = stored.filter(|stored| stored.command_hash == command_hash);
            return Ok(same.map_or(Reply::Renumber {}, |stored| Reply::Result(stored.outcome)));
        }
        if envelope.number != last + 1 {
            return Ok(Reply::Gap(last + 1));
        }
        let (at, contact) = match arrival {
            None => (envelope.at, None),
            Some(arrival) => {
                let known = self.known(account, device, last > 0)?;
                let (at, contact) = Contact::judge(known, arrival, envelope.at, open.now);
                (at, self.memory.heard(device, contact))
            }
        };
        self.deciding = Some(Suspect { account, command: Some(Named { device, number: envelope.number, hash: command_hash }) });
        let Ruling { stream, expected, decided, records } =
            if can_be_decided { self.rule(account, envelope, at)? } else { Ruling::aside(account, No::Refused(Refusal::Failed)) };
        let (events, mut records, outcome) = match decided {
            Ok(events) => {
                let outcome = accepted(expected, &events);
                (events, records, outcome)
            }
            Err(No::Refused(refusal)) => (Vec::new(), Vec::new(), Outcome::Refused(refusal)),
            Err(No::Forbidden) => (Vec::new(), Vec::new(), Outcome::Forbidden {}),
        };
        records.extend(contact);
        if last == 0 && arrival.is_some() && self.memory.greeted(&self.reader, account)?.sends(device) {
            records.extend(self.memory.greeted_kept(account));
        }
        let author = Author { actor: account, device, number: envelope.number, claimed: envelope.at, cause: None };
        let answered = Answered { stream, expected, command_hash, outcome: outcome.clone() };
        match self.record_answer(author, answered, events, records, open) {
            Ok(()) => Ok(Reply::Result(outcome)),
            Err(AppendError::NotYourDevice) => Ok(Reply::NotYourDevice {}),
            Err(error @ (AppendError::Conflict(_) | AppendError::Claimed { .. } | AppendError::Store(_))) => Err(unforeseen(error)),
        }
    }

    /// The position in the log up to which one must read to see the effect of an accepted command: that of its last event, or, if it yielded none,
    /// that of the last event that its stream had. It follows from the stored result, so a resent command is told the same.
    pub(super) fn seen_at(
        &self,
        device: DeviceId,
        envelope: &Envelope,
        reply: &Reply,
        open: &Open,
    ) -> Result<Option<Position>, StoreError> {
        let Reply::Result(Outcome::Accepted { version, events: _ }) = reply else { return Ok(None) };
        let newest = open.published.last().map(|published| &published.event);
        if let Some(own) = newest.filter(|event| (event.device, event.command) == (device, envelope.number)) {
            return Ok(Some(own.position));
        }
        // An accepted command named a stream that can be read, so this never yields `None` for want of one.
        envelope.stream.parse().map_or(Ok(None), |stream| self.store.position(&stream, *version))
    }

    /// Counts a command against the account's quota; if that is used up, returns how many milliseconds to wait.
    fn take_from_bucket(
        &mut self,
        account: AccountId,
        device: DeviceId,
        arrival: Arrival,
        now: Timestamp,
    ) -> Result<Result<(), u32>, StoreError> {
        let away_ms = if self.buckets.knows(account) {
            0
        } else {
            let known = match self.memory.device(&self.reader, device)? {
                Some((owner, _)) if owner != account => None,
                owned => self.known(account, device, owned.is_some())?,
            };
            known.map_or_else(|| since(arrival.signed_in, now), |contact| contact.away_ms(now))
        };
        Ok(self.buckets.take(account, now, away_ms))
    }

    /// The last contact with a device: either it has sent something and is this account's, or it is nobody's yet and has only said hello.
    fn known(&mut self, account: AccountId, device: DeviceId, has_sent: bool) -> Result<Option<Contact>, StoreError> {
        if has_sent { self.memory.contact(&self.reader, device) } else { Ok(self.memory.greeted(&self.reader, account)?.contact(device)) }
    }

    /// Notes that a device has said hello, over a session that began at `signed_in`. Nothing is noted for a device that has sent a command: the store
    /// knows it by that.
    pub(super) fn greet(&mut self, account: AccountId, device: DeviceId, signed_in: Timestamp) -> Result<(), StoreError> {
        let is_news =
            self.memory.device(&self.reader, device)?.is_none() && self.memory.greeted(&self.reader, account)?.greets(device, signed_in);
        if is_news { self.keep_greeted(account) } else { Ok(()) }
    }

    /// Notes that a device has nothing to send at this moment.
    pub(super) fn idle(&mut self, account: AccountId, device: DeviceId, now: Timestamp) -> Result<(), StoreError> {
        match self.memory.device(&self.reader, device)? {
            Some((owner, _)) if owner == account => {
                let Some(known) = self.memory.contact(&self.reader, device)? else { return Ok(()) };
                match self.memory.heard(device, known.idle_at(now)) {
                    Some(record) => self.store.put(&record),
                    None => Ok(()),
                }
            }
            Some(_) => Ok(()),
            None if self.memory.greeted(&self.reader, account)?.is_idle(device, now) => self.keep_greeted(account),
            None => Ok(()),
        }
    }

    fn keep_greeted(&mut self, account: AccountId) -> Result<(), StoreError> {
        self.memory.greeted_kept(account).map_or(Ok(()), |record| self.store.put(&record))
    }

    /// Decides a command, taking `at` for the time when it was given.
    fn rule(&mut self, account: AccountId, envelope: &Envelope, at: Timestamp) -> Result<Ruling, StoreError> {
        let aside = |no| Ruling::aside(account, no);
        let no_command = |refusal: Refusal| {
            self.watch.no_command(&refusal);
            aside(No::Refused(refusal))
        };
        let body = envelope.body.get();
        if body.len() > BODY_BYTES_MAX {
            return Ok(no_command(Refusal::TooLarge));
        }
        let Ok(stream) = envelope.stream.parse::<StreamId>() else { return Ok(no_command(Refusal::Unreadable)) };
        let Ok(command) = Command::read(&stream, body) else { return Ok(no_command(Refusal::Unreadable)) };
        if !rights::may_send(account, &command, &self.directory) {
            self.watch.forbidden(&command);
            return Ok(aside(No::Forbidden));
        }
        let expected = self.prepare(&command)?;
        let decided = self.watch.timed(Step::Decide, || guarded(|| self.decide(&command, at)));
        self.watch.decided(&command, &decided);
        let decided = decided.map_err(No::Refused);
        // The text of a note is not part of the event: it is stored as a document, in the same transaction.
        let records = command.note().map(|note| Record::Document(note.document())).into_iter().collect();
        Ok(Ruling { stream, expected, decided, records })
    }

    /// Loads what deciding this command needs, and returns the version of its stream.
    pub(super) fn prepare(&mut self, command: &Command) -> Result<Version, StoreError> {
        if let Some((key, command)) = command.attempt() {
            self.fetch_for_attempt(key, command)?;
        }
        if let Some((course, command)) = command.course() {
            self.fetch_for_course(course, command)?;
        }
        Ok(self.memory.replay(&self.reader, &command.stream())?.version)
    }

    /// Loads the documents that deciding a command to a course needs.
    fn fetch_for_course(&mut self, course: CourseId, command: &course::Command) -> Result<(), StoreError> {
        match command {
            course::Command::Publish { paper, keys } => {
                for hash in keys.values().chain([paper]) {
                    self.memory.fetch(&self.reader, *hash)?;
                }
            }
            course::Command::Correct { unit, .. } => {
                if let Some(edition) = decision::newest_edition_of(&self.directory, course, *unit) {
                    self.memory.fetch_edition(&self.reader, &edition)?;
                }
            }
            course::Command::Import { .. } | course::Command::UndoCorrection { .. } => {}
        }
        Ok(())
    }

    /// Loads what deciding a command to an attempt needs: the documents of its edition and, for a start, the run before it.
    fn fetch_for_attempt(&mut self, key: &AttemptKey, command: &attempt::Command) -> Result<(), StoreError> {
        self.memory.replay(&self.reader, &StreamId::Attempt(*key))?;
        let pinned = self.memory.attempt(key).and_then(|attempt| Some(attempt.work()?.edition));
        let named = command.edition().filter(|_| pinned.is_none());
        if let Some(earlier) = named.and_then(|_| earlier(key)) {
            self.memory.replay(&self.reader, &StreamId::Attempt(earlier))?;
        }
        // Only what is published is fetched, so that nobody can fill the memory with anything else.
        let published =
            named.filter(|edition| self.directory.published(edition.course, edition.number, edition.paper, key.unit, edition.key));
        match pinned.or(published) {
            Some(edition) => self.memory.fetch_edition(&self.reader, &edition),
            None => Ok(()),
        }
    }

    /// Decides a command on what [`Engine::prepare`] has loaded.
    pub(super) fn decide(&self, command: &Command, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        let state = self.memory.state(&command.stream());
        let earlier = command.attempt().and_then(|(key, _)| self.memory.attempt(&earlier(key)?));
        decision::decide(command, &World { earlier, ..World::new(&self.directory, self.memory.library(), state, at) })
    }
}

/// The run before this one.
fn earlier(key: &AttemptKey) -> Option<AttemptKey> {
    (key.run > 1).then(|| AttemptKey { run: key.run - 1, ..*key })
}

/// Decides, and turns a panic in the rules into a refusal, so that it does not fail the other commands of the batch.
pub(super) fn guarded(decide: impl FnOnce() -> Result<Vec<Event>, Refusal>) -> Result<Vec<Event>, Refusal> {
    // Deciding changes nothing, so a panic leaves nothing half changed.
    catch_unwind(AssertUnwindSafe(decide)).unwrap_or_else(|_| {
        tracing::error!("deciding a command panicked; it is refused");
        Err(Refusal::Failed)
    })
}

#[cfg(test)]
mod tests {
    use super::{Refusal, guarded};

    #[test]
    fn a_panic_in_the_rules_is_a_refusal() {
        assert_eq!(guarded(|| panic!("a mistake in the rules")), Err(Refusal::Failed));
    }
}
