//! All read models of one account, folded together, and the attempts that its own commands are decided on.

use super::{class_overview::ClassOverview, directory::Directory, progress::Progress};
use crate::{
    account::Role,
    attempt::{Attempt, AttemptKey},
    command::{Command, Refusal},
    decider::Decider,
    decision::{self, World},
    event::{Event, Position, Recorded, StreamId, Version},
    ids::AccountId,
    library::Library,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What one account sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadModels {
    me: AccountId,
    role: Role,
    /// Who and what there is.
    pub directory: Directory,
    /// A student's own progress.
    pub progress: Progress,
    /// A teacher's classes.
    pub overview: ClassOverview,
    /// A student's own attempts, by key.
    pub attempts: BTreeMap<AttemptKey, Attempt>,
    /// How far each attempt's stream was folded.
    versions: BTreeMap<StreamId, Version>,
    /// The events folded of streams whose events are spread over several feeds; there are few.
    folded: BTreeSet<Position>,
    /// Events that a later build wrote.
    pub unknown: u64,
}

impl ReadModels {
    /// Nothing seen yet.
    pub fn of(me: AccountId, role: Role) -> Self {
        Self {
            me,
            role,
            directory: Directory::default(),
            progress: Progress::of(me),
            overview: ClassOverview::default(),
            attempts: BTreeMap::new(),
            versions: BTreeMap::new(),
            folded: BTreeSet::new(),
            unknown: 0,
        }
    }

    /// Folds a recorded event, once, whichever feeds bring it and in whichever order the feeds come.
    pub fn fold(&mut self, recorded: &Recorded) {
        let new = match &recorded.stream {
            // All events of an attempt are in the same feeds, so they come in order.
            StreamId::Attempt(_) => {
                let version = self.versions.entry(recorded.stream).or_default();
                let new = recorded.version > *version;
                *version = recorded.version.max(*version);
                new
            }
            StreamId::Account(_) | StreamId::Class(_) | StreamId::Course(_) => self.folded.insert(recorded.position),
        };
        if new {
            self.apply(recorded);
        }
    }

    /// Folds a guess: an event that no feed has brought yet.
    pub fn guess(&mut self, recorded: &Recorded) {
        if let StreamId::Attempt(_) = recorded.stream {
            self.versions.insert(recorded.stream, recorded.version);
        }
        self.apply(recorded);
    }

    fn apply(&mut self, recorded: &Recorded) {
        self.directory.fold(recorded);
        match self.role {
            Role::Student => {
                self.progress.fold(recorded);
                self.fold_attempt(recorded);
            }
            Role::Teacher => self.overview.fold(recorded),
            Role::Administrator => {}
        }
        self.unknown += u64::from(recorded.event == Event::Unknown);
    }

    fn fold_attempt(&mut self, recorded: &Recorded) {
        if let (StreamId::Attempt(key), Event::Attempt(event)) = (&recorded.stream, &recorded.event) {
            let attempt = self.attempts.entry(*key).or_default();
            *attempt = std::mem::take(attempt).evolve(event);
        }
    }

    /// An attempt of this account's; not started if there is none.
    pub fn attempt(&self, key: &AttemptKey) -> &Attempt {
        self.attempts.get(key).unwrap_or(&Attempt::NotStarted)
    }

    /// How many events of a stream were folded; only of attempts.
    pub fn version(&self, stream: &StreamId) -> Version {
        self.versions.get(stream).copied().unwrap_or_default()
    }

    /// Decides a command on what is shown here.
    ///
    /// # Errors
    /// The aggregate's refusal.
    pub fn decide(&self, stream: &StreamId, command: &Command, library: &Library) -> Result<Vec<Event>, Refusal> {
        let none = Attempt::NotStarted;
        let (attempt, earlier) = match stream {
            StreamId::Attempt(key) => (self.attempt(key), Some(self.attempt(&AttemptKey { run: key.run.saturating_sub(1), ..*key }))),
            StreamId::Account(_) | StreamId::Class(_) | StreamId::Course(_) => (&none, None),
        };
        decision::decide(stream, command, World { directory: &self.directory, library, attempt, earlier })
    }
}
