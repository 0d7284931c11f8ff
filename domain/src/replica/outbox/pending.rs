//! A command from the moment it is given until its result is stored: how far it has come, and what followed from it.

use crate::{
    command::Command,
    event::{Event, Position, Recorded, Version},
    feeds::{Feed, feeds_of},
    ids::{AccountId, DeviceId},
    library::Library,
    projections::{directory::Directory, read_models::ReadModels},
    protocol::{Envelope, Outcome},
    replica::{
        exchange::SyncState,
        storage::{Queued, Settled, Trouble},
    },
};
use serde_json::value::RawValue;
use uuid::Uuid;

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
    /// How many of its events are confirmed, from the first on.
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
    /// One that was just given.
    pub(super) fn new(token: u64, queued: Queued, command: Command, guess: Vec<Event>) -> Self {
        Self { token, queued, command: Some(command), stage: Stage::New, guess, facts: 0, differs: false, outcome: None }
    }

    /// One that is stored under this number.
    pub(super) fn stored(number: u64, queued: Queued) -> Self {
        let command = Command::read(&queued.stream, &queued.body).ok();
        Self { token: 0, queued, command, stage: Stage::Saved(number), guess: Vec::new(), facts: 0, differs: false, outcome: None }
    }

    /// The command; none if a later build gave it.
    pub(super) fn command(&self) -> Option<&Command> {
        self.command.as_ref()
    }

    /// Its number, once it is stored.
    pub(super) fn number(&self) -> Option<u64> {
        match self.stage {
            Stage::New | Stage::Saving | Stage::NotSaved(_) => None,
            Stage::Saved(number) | Stage::Sent(number) => Some(number),
        }
    }

    /// Why it could not be stored.
    pub(super) fn not_saved(&self) -> Option<Trouble> {
        match self.stage {
            Stage::NotSaved(why) => Some(why),
            Stage::New | Stage::Saving | Stage::Saved(_) | Stage::Sent(_) => None,
        }
    }

    /// How settled it is.
    pub(super) fn sync_state(&self) -> SyncState {
        match self.stage {
            Stage::NotSaved(why) => SyncState::NotSaved(why),
            Stage::New | Stage::Saving => SyncState::Saving,
            Stage::Saved(_) => SyncState::Saved,
            Stage::Sent(_) => SyncState::Sent,
        }
    }

    /// Its number, the command, and how settled it is.
    pub(super) fn described(&self) -> (Option<u64>, &Queued, SyncState) {
        (self.number(), &self.queued, self.sync_state())
    }

    /// It is an answer, and stored.
    pub(super) fn is_saved_answer(&self) -> bool {
        self.number().is_some() && self.is_answer()
    }

    /// It is an answer.
    pub(super) fn is_answer(&self) -> bool {
        self.command.as_ref().and_then(Command::attempt).is_some_and(|(_, command)| command.inputs().is_some())
    }

    /// Its result came, and it is among these.
    pub(super) fn is_settled(&self, numbers: &[u64]) -> bool {
        self.outcome.is_some() && self.number().is_some_and(|number| numbers.contains(&number))
    }

    /// Its result came.
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

    /// It is this command.
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

    /// Everything is folded anew: forgets how many of its events are confirmed.
    pub(super) fn forget_facts(&mut self) {
        self.facts = 0;
    }

    /// The next event that followed from it is folded.
    fn came(&mut self, event: &Event) {
        let guessed = self.guess.is_empty() || self.guess.get(self.facts) == Some(event);
        self.differs = !guessed || (self.facts > 0 && self.differs);
        self.facts += 1;
    }

    /// The tab with the socket says how its connection is, and up to which number it has sent.
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

    /// Decides the command again, and folds the events that follow now. Once events of it are confirmed, it is not decided again: on top of them it might lead
    /// to others, or to the same once more. While only the first of them are confirmed, the rest of the guess is shown after them.
    pub(super) fn decide_again(&mut self, shown: &mut ReadModels, library: &Library, account: AccountId) {
        let Some(command) = &self.command else { return };
        let events = if self.facts == 0 {
            let Ok(Some(events)) = shown.foresee(command, library, self.queued.at) else { return };
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

    /// The result to store, if it has come and all events that it speaks of are confirmed, or no more of them can come (not `readable`).
    pub(super) fn settled(&self, device: DeviceId, readable: bool) -> Option<Settled> {
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

    /// It is on its way.
    pub(super) fn is_in_flight(&self) -> bool {
        matches!(self.stage, Stage::Sent(_)) && self.outcome.is_none()
    }

    /// Its turn to be stored has come: what to store, and its token. A command whose storing failed is shown as not saved until it is stored.
    pub(super) fn save(&mut self) -> Option<(u64, Queued)> {
        match self.stage {
            Stage::New => self.stage = Stage::Saving,
            Stage::Saving | Stage::NotSaved(_) => {}
            Stage::Saved(_) | Stage::Sent(_) => return None,
        }
        Some((self.token, self.queued.clone()))
    }

    /// It is stored under this number, if it is the one with this token.
    pub(super) fn is_saved(&mut self, token: u64, number: u64) -> bool {
        let is_it = self.token == token && self.number().is_none();
        if is_it {
            self.stage = Stage::Saved(number);
        }
        is_it
    }

    /// It has this token, and is not stored.
    pub(super) fn waits_under(&self, tokens: &[u64]) -> bool {
        self.number().is_none() && tokens.contains(&self.token)
    }

    /// It could not be stored.
    pub(super) fn could_not_be_saved(&mut self, why: Trouble) {
        if self.number().is_none() {
            self.stage = Stage::NotSaved(why);
        }
    }

    /// It is sent, if it is stored and neither on its way nor answered. What cannot be read any more is sent as text: the server refuses it, and the
    /// person is told.
    pub(super) fn send(&mut self) -> Option<Envelope> {
        let (Stage::Saved(number), None) = (self.stage, &self.outcome) else { return None };
        self.stage = Stage::Sent(number);
        let body = RawValue::from_string(self.queued.body.clone())
            .or_else(|_| serde_json::value::to_raw_value(&self.queued.body))
            .expect("text is always JSON");
        Some(Envelope { number, stream: self.queued.stream.to_string(), at: self.queued.at, body })
    }

    /// It may not have arrived: from now on it counts as stored and not sent.
    pub(super) fn unsend(&mut self, from: u64) {
        match self.stage {
            Stage::Sent(number) if number >= from && self.outcome.is_none() => self.stage = Stage::Saved(number),
            Stage::New | Stage::Saving | Stage::NotSaved(_) | Stage::Saved(_) | Stage::Sent(_) => {}
        }
    }

    /// Its result came.
    pub(super) fn take_outcome(&mut self, outcome: Outcome) {
        self.outcome = Some(outcome);
    }

    /// An event was folded that followed from a command of this device: notes it if it is the next of this command. True if it followed from this command;
    /// stream and time are compared, since a copied profile has the same device, and may have given the number to another command.
    pub(super) fn follows(&mut self, recorded: &Recorded) -> bool {
        let Queued { stream, at, .. } = &self.queued;
        let of_this = self.number() == Some(recorded.command) && (*stream, *at) == (recorded.stream(), recorded.claimed);
        if of_this && self.facts == usize::from(recorded.index) {
            self.came(&recorded.event);
        }
        of_this
    }

    /// At least so many of its events are confirmed. True if that is more than was known.
    pub(super) fn has_facts(&mut self, followed: usize) -> bool {
        let more = followed > self.facts;
        self.facts = followed.max(self.facts);
        more
    }

    /// The feeds that bring its first event, as guessed; `before` is the directory of what happened before.
    pub(super) fn feeds(&self, before: &Directory) -> Vec<Feed> {
        self.guess.first().map(|event| feeds_of(event, before)).unwrap_or_default()
    }
}
