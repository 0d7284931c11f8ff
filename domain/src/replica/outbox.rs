//! The outbox: commands from the moment they are given until their result is stored.

use super::{
    Effect, Purpose, Replica, SyncState,
    storage::{Change, Durability, Queued, Settled, Trouble},
};
use crate::{
    command::Command,
    event::{Event, Position, Recorded, Version},
    feeds::feeds_of,
    ids::{AccountId, DeviceId},
    library::Library,
    projections::read_models::ReadModels,
    protocol::{ClientMessage, Envelope, Outcome},
};
use serde_json::value::RawValue;
use uuid::Uuid;

/// The most commands on their way at once.
const IN_FLIGHT_MAX: usize = 32;

/// A command that has no stored result yet.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    token: u64,
    queued: Queued,
    /// None if a later build gave the command.
    command: Option<Command>,
    stage: Stage,
    /// What was shown to follow from it, first.
    guess: Vec<Event>,
    /// How many of the events that followed are in what is confirmed, from the first on.
    facts: usize,
    /// One of those was not what had been guessed.
    differs: bool,
    outcome: Option<Outcome>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Given while others were being stored: its turn comes after them.
    New,
    Saving,
    NotSaved(Trouble),
    Saved(u64),
    Sent(u64),
}

impl Pending {
    pub(super) fn new(token: u64, queued: Queued, command: Command, guess: Vec<Event>) -> Self {
        Self { token, queued, command: Some(command), stage: Stage::New, guess, facts: 0, differs: false, outcome: None }
    }

    fn stored(number: u64, queued: Queued) -> Self {
        let command = Command::read(&queued.stream, &queued.body).ok();
        Self { token: 0, queued, command, stage: Stage::Saved(number), guess: Vec::new(), facts: 0, differs: false, outcome: None }
    }

    pub(super) fn command(&self) -> Option<&Command> {
        self.command.as_ref()
    }

    pub(super) fn number(&self) -> Option<u64> {
        match self.stage {
            Stage::New | Stage::Saving | Stage::NotSaved(_) => None,
            Stage::Saved(number) | Stage::Sent(number) => Some(number),
        }
    }

    pub(super) fn not_saved(&self) -> Option<Trouble> {
        match self.stage {
            Stage::NotSaved(why) => Some(why),
            Stage::New | Stage::Saving | Stage::Saved(_) | Stage::Sent(_) => None,
        }
    }

    pub(super) fn sync_state(&self) -> SyncState {
        match self.stage {
            Stage::NotSaved(why) => SyncState::NotSaved(why),
            Stage::New | Stage::Saving => SyncState::Saving,
            Stage::Saved(_) => SyncState::Saved,
            Stage::Sent(_) => SyncState::Sent,
        }
    }

    pub(super) fn described(&self) -> (Option<u64>, &Queued, SyncState) {
        (self.number(), &self.queued, self.sync_state())
    }

    pub(super) fn is_saved_answer(&self) -> bool {
        self.number().is_some() && self.is_answer()
    }

    pub(super) fn is_answer(&self) -> bool {
        self.command.as_ref().and_then(Command::attempt).is_some_and(|(_, command)| command.inputs().is_some())
    }

    pub(super) fn is_settled(&self, numbers: &[u64]) -> bool {
        self.outcome.is_some() && self.number().is_some_and(|number| numbers.contains(&number))
    }

    pub(super) fn has_outcome(&self) -> bool {
        self.outcome.is_some()
    }

    /// It is to be sent again.
    pub(super) fn forget_outcome(&mut self) {
        self.outcome = None;
        if let Stage::Sent(number) = self.stage {
            self.stage = Stage::Saved(number);
        }
    }

    pub(super) fn is(&self, queued: &Queued) -> bool {
        self.queued == *queued
    }

    /// It is no longer stored: it is to be stored again.
    pub(super) fn put_back(&mut self, token: u64) {
        self.token = token;
        self.stage = Stage::New;
        self.forget_facts();
        self.differs = false;
    }

    /// All is folded anew.
    pub(super) fn forget_facts(&mut self) {
        self.facts = 0;
    }

    /// The next event that followed from it is folded.
    fn came(&mut self, event: &Event) {
        let guessed = self.guess.is_empty() || self.guess.get(self.facts) == Some(event);
        self.differs = !guessed || (self.facts > 0 && self.differs);
        self.facts += 1;
    }

    pub(super) fn sent_by_owner(&mut self, live: bool, sent: u64) {
        match self.stage {
            Stage::Saved(number) if live && number <= sent => self.stage = Stage::Sent(number),
            Stage::Sent(number) if !live => self.stage = Stage::Saved(number),
            Stage::New | Stage::Saving | Stage::NotSaved(_) | Stage::Saved(_) | Stage::Sent(_) => {}
        }
    }

    /// Folds the guess.
    pub(super) fn show(&self, shown: &mut ReadModels, account: AccountId) {
        let version = shown.version(&self.queued.stream).0;
        for (index, event) in self.guess.iter().enumerate() {
            shown.guess(&self.recorded(account, version, index, event));
        }
    }

    fn recorded(&self, account: AccountId, version: u64, index: usize, event: &Event) -> Recorded {
        Recorded {
            version: Version(version + 1 + index as u64),
            position: Position(0),
            actor: account,
            device: DeviceId(Uuid::nil()),
            command: self.number().unwrap_or(0),
            index: index as u16,
            cause: None,
            claimed: self.queued.at,
            recorded: self.queued.at,
            event: event.clone(),
        }
    }

    /// Decides the command again, and folds what follows now. Once its facts are in what is confirmed, they stand for it, and on top of them it
    /// might say something else, or the same once more; while only the first of them are in, the rest of the guess is shown after them.
    pub(super) fn decide_again(&mut self, shown: &mut ReadModels, library: &Library, account: AccountId) {
        let Some(command) = &self.command else { return };
        let events = if self.facts == 0 {
            let Ok(events) = shown.decide(command, library, self.queued.at) else { return };
            events
        } else {
            self.guess.get(self.facts..).filter(|_| !self.differs).map(<[Event]>::to_vec).unwrap_or_default()
        };
        let version = shown.version(&self.queued.stream).0;
        for (index, event) in events.iter().enumerate() {
            shown.guess(&self.recorded(account, version, index, event));
        }
        if self.guess.is_empty() && self.facts == 0 {
            self.guess = events;
        }
    }

    /// The result to store, if there is one and everything that it speaks of is in.
    fn settled(&self, device: DeviceId, readable: bool) -> Option<Settled> {
        let (number, outcome) = (self.number()?, self.outcome.clone()?);
        let (complete, changed) = match &outcome {
            Outcome::Accepted { events, .. } => {
                let otherwise = self.differs || self.facts != self.guess.len();
                let changed = *events > 0 && !self.guess.is_empty() && self.facts > 0 && otherwise;
                (self.facts >= usize::from(*events) || !readable, changed)
            }
            Outcome::Refused(_) | Outcome::Forbidden {} => (true, false),
        };
        complete.then(|| Settled { device, number, command: self.queued.clone(), outcome, changed, seen: !changed, because: None })
    }
}

impl Replica {
    /// An event of this account's was folded: perhaps it follows from what waits here, or from what will turn out to wait.
    pub(super) fn note_own(&mut self, recorded: &Recorded) {
        self.own.note(recorded);
        if Some(recorded.device) != self.database.device() {
            return;
        }
        // A copied profile has the same device: its number may be another command's.
        let of_command = |pending: &&mut Pending| {
            let Queued { stream, at, .. } = &pending.queued;
            pending.number() == Some(recorded.command) && (*stream, *at) == (recorded.stream(), recorded.claimed)
        };
        if let Some(pending) = self.outbox.iter_mut().find(of_command)
            && pending.facts == usize::from(recorded.index)
        {
            pending.came(&recorded.event);
        }
    }

    /// What waits may have led to events that were folded before it was known to wait, before its number or the device was known, or in a kept fold.
    /// True if it did.
    pub(super) fn note_facts(&mut self) -> bool {
        let Some(device) = self.database.device() else { return false };
        let mut any = false;
        for pending in &mut self.outbox {
            let followed = pending.number().map_or(0, |number| self.own.followed(device, number, &pending.queued));
            any |= followed > pending.facts;
            pending.facts = followed.max(pending.facts);
        }
        any
    }

    /// The database is right about what is stored; commands still being stored stay at the end.
    pub(super) fn reconcile_outbox(&mut self, rows: Vec<(u64, Queued)>, moved: bool) {
        let before = std::mem::take(&mut self.outbox);
        let (mut numbered, unstored): (Vec<Pending>, Vec<Pending>) = before.into_iter().partition(|pending| pending.number().is_some());
        if moved {
            numbered.clear();
        }
        for (number, queued) in rows {
            let known = numbered.iter().position(|pending| pending.number() == Some(number) && pending.queued == queued);
            self.outbox.push(known.map_or_else(|| Pending::stored(number, queued), |index| numbered.swap_remove(index)));
        }
        self.outbox.extend(unstored);
    }

    pub(super) fn enqueued(&mut self, tokens: &[u64], numbers: &[u64]) {
        for (token, number) in tokens.iter().zip(numbers) {
            if let Some(pending) = self.outbox.iter_mut().find(|pending| pending.token == *token && pending.number().is_none()) {
                pending.stage = Stage::Saved(*number);
            }
        }
        // Another tab's commands may have come between.
        self.outbox.sort_by_key(|pending| pending.number().unwrap_or(u64::MAX));
        self.outbox.dedup_by(|later, earlier| earlier.number().is_some() && later.number() == earlier.number());
        // With a socket of its own another tab may have sent them before this one heard that they are stored.
        if self.note_facts() {
            self.show_again();
        }
    }

    /// They were stored in a database that is not the one known: reading tells which of them are there.
    pub(super) fn not_numbered(&mut self, tokens: &[u64]) {
        self.outbox.retain(|pending| !tokens.contains(&pending.token) || pending.number().is_some());
    }

    /// Nothing that waits to be stored is: what was given later must not overtake what was given first.
    pub(super) fn not_enqueued(&mut self, why: Trouble) {
        for pending in self.outbox.iter_mut().filter(|pending| pending.number().is_none()) {
            pending.stage = Stage::NotSaved(why);
        }
    }

    /// Stores what is not stored yet, also what could not be before: all of it in one transaction, and one transaction at
    /// a time, so that what was given first is numbered first whatever fails.
    pub(super) fn enqueue(&mut self, effects: &mut Vec<Effect>) {
        if self.database.is_enqueueing() {
            return;
        }
        let (mut changes, mut tokens) = (Vec::new(), Vec::new());
        for pending in self.outbox.iter_mut().filter(|pending| pending.number().is_none()) {
            // One that could not be stored is said to be so until it is.
            if pending.stage == Stage::New {
                pending.stage = Stage::Saving;
            }
            changes.push(Change::Enqueue(pending.queued.clone()));
            tokens.push(pending.token);
        }
        if !changes.is_empty() {
            self.store(Durability::Strict, changes, Purpose::Enqueue(tokens), effects);
        }
    }

    /// Sends what is stored and not sent, in order, as far as there is room.
    pub(super) fn flush(&mut self, effects: &mut Vec<Effect>) {
        if !self.line.may_send() || self.line.is_busy() {
            return;
        }
        let most = if self.is_unsure() { 1 } else { IN_FLIGHT_MAX };
        let mut room = most.saturating_sub(self.outbox.iter().filter(|pending| pending.is_in_flight()).count());
        let mut sent = false;
        for pending in &mut self.outbox {
            let (Stage::Saved(number), true, None) = (pending.stage, room > 0, &pending.outcome) else { continue };
            // What cannot be read any more is sent as text: the server refuses it, and the person is told.
            let body = RawValue::from_string(pending.queued.body.clone())
                .or_else(|_| serde_json::value::to_raw_value(&pending.queued.body))
                .expect("text is always JSON");
            let envelope = Envelope { number, stream: pending.queued.stream.to_string(), at: pending.queued.at, body };
            effects.push(Effect::say(&ClientMessage::Command(envelope)));
            pending.stage = Stage::Sent(number);
            room -= 1;
            sent = true;
        }
        if sent {
            self.tell_line(effects);
        }
    }

    /// The highest number sent and not settled.
    pub(super) fn last_sent(&self) -> u64 {
        let sent = |pending: &Pending| if pending.is_in_flight() { pending.number() } else { None };
        self.outbox.iter().filter_map(sent).max().unwrap_or(0)
    }

    /// The connection is gone: what was on its way is as good as stored.
    pub(super) fn unsend(&mut self, from: u64) {
        for pending in &mut self.outbox {
            match pending.stage {
                Stage::Sent(number) if number >= from && pending.outcome.is_none() => pending.stage = Stage::Saved(number),
                Stage::New | Stage::Saving | Stage::NotSaved(_) | Stage::Saved(_) | Stage::Sent(_) => {}
            }
        }
    }

    pub(super) fn is_on_its_way(&self, number: u64) -> bool {
        self.outbox.iter().any(|pending| pending.number() == Some(number) && pending.is_in_flight())
    }

    pub(super) fn has_command(&self, number: u64) -> bool {
        self.outbox.iter().any(|pending| pending.number() == Some(number))
    }

    pub(super) fn note_outcome(&mut self, number: u64, outcome: Outcome) {
        if let Some(pending) = self.outbox.iter_mut().find(|pending| pending.number() == Some(number)) {
            pending.outcome = Some(outcome);
        }
    }

    /// The changes that store the results that are complete, with the numbers of their commands.
    pub(super) fn settle(&mut self, even_incomplete: bool) -> (Vec<Change>, Vec<u64>) {
        let Some(device) = self.database.device() else { return (Vec::new(), Vec::new()) };
        let underway = self.database.settling();
        let mut changes = Vec::new();
        let mut numbers = Vec::new();
        for pending in &self.outbox {
            let feeds = pending.guess.first().map(|event| feeds_of(event, &self.confirmed.directory)).unwrap_or_default();
            let all_here = pending.number().is_some_and(|number| self.line.has_all_of(number));
            // Without credit no event comes.
            let readable = !even_incomplete && !all_here && !self.line.outdated && feeds.iter().any(|feed| self.line.grants(feed));
            let settled = pending.settled(device, readable).filter(|settled| !underway.contains(&settled.number));
            let Some(mut settled) = settled else { continue };
            self.inbox.take_in(&mut settled, super::inbox::is_worth_a_word(pending.command.as_ref()));
            numbers.push(settled.number);
            changes.push(Change::Settle(settled));
        }
        (changes, numbers)
    }
}

impl Pending {
    fn is_in_flight(&self) -> bool {
        matches!(self.stage, Stage::Sent(_)) && self.outcome.is_none()
    }
}
