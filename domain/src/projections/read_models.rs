//! All read models of one account, folded together, and the attempts that its own commands are decided on.

use super::{class_overview::ClassOverview, directory::Directory, progress::Progress, regrades::Regrades};
use crate::{
    account::Role,
    attempt::{Attempt, AttemptKey},
    command::{Command, Refusal},
    decider::Decider,
    decision::{self, World},
    event::{Event, Position, Recorded, StreamId, Version},
    ids::{AccountId, ClassId, CourseId, UnitId},
    library::Library,
    rights,
    state::State,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

/// Raised when what is kept of the events seen changes.
pub const SEEN_VERSION: u32 = 1;

/// Raised when the fold of attempts changes.
pub const ATTEMPTS_VERSION: u32 = 3;

/// Which events were folded, so that each is folded once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seen {
    /// How far each attempt's stream was folded.
    versions: BTreeMap<StreamId, Version>,
    /// The events folded of streams whose events are spread over several feeds; there are few.
    folded: BTreeSet<Position>,
}

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
    /// What corrections made of a student's own answers.
    pub regrades: Regrades,
    /// What was folded.
    pub seen: Seen,
    /// The streams with events that a later build wrote: what is shown of them may be out of date.
    pub unknown: BTreeSet<StreamId>,
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
            regrades: Regrades::of(me),
            seen: Seen::default(),
            unknown: BTreeSet::new(),
        }
    }

    /// Whose they are.
    pub fn account(&self) -> AccountId {
        self.me
    }

    /// Folds a recorded event, once, whichever feeds bring it and in whichever order the feeds come.
    pub fn fold(&mut self, recorded: &Recorded) {
        let stream = recorded.stream();
        let new = match stream.attempt() {
            // All events of an attempt are in the same feeds, so they come in order.
            Some(_) => {
                let version = self.seen.versions.entry(stream).or_default();
                let new = recorded.version > *version;
                *version = recorded.version.max(*version);
                new
            }
            None => self.seen.folded.insert(recorded.position),
        };
        if new {
            self.apply(recorded);
        }
    }

    /// Folds a guess: an event that no feed has brought yet.
    pub fn guess(&mut self, recorded: &Recorded) {
        if let StreamId::Attempt(_) = recorded.stream() {
            self.seen.versions.insert(recorded.stream(), recorded.version);
        }
        self.apply(recorded);
    }

    fn apply(&mut self, recorded: &Recorded) {
        self.directory.fold(recorded);
        match self.role {
            Role::Student => {
                self.progress.fold(recorded);
                self.regrades.fold(recorded);
                self.fold_attempt(recorded);
            }
            Role::Teacher => self.overview.fold(recorded),
            Role::Administrator => {}
        }
        if !recorded.event.is_known() {
            self.unknown.insert(recorded.stream());
        }
    }

    fn fold_attempt(&mut self, recorded: &Recorded) {
        if let Event::Attempt(key, event) = &recorded.event {
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
        self.seen.versions.get(stream).copied().unwrap_or_default()
    }

    /// Whether a unit's screen for a student needs a newer app: an event of one of the attempts, of the class or of the course cannot be read here.
    pub fn unit_needs_update(&self, class: ClassId, unit: UnitId, course: CourseId) -> bool {
        let is_shown = |key: &AttemptKey| key.class == class && key.unit == unit && (self.role != Role::Student || key.student == self.me);
        self.unknown.iter().any(|stream| {
            let is_about = stream.class() == Some(class) || stream.course() == Some(course) || stream.account() == Some(self.me);
            is_about || stream.attempt().is_some_and(is_shown)
        })
    }

    /// Whether the overview of a class needs a newer app: an event of the class or of anybody's work in it cannot be read here.
    pub fn class_needs_update(&self, class: ClassId) -> bool {
        let is_taught_with = |course: CourseId| {
            self.directory.class(class).is_some_and(|members| members.units.values().any(|assignment| assignment.course == course))
        };
        self.unknown.iter().any(|stream| {
            let is_of_class = stream.class().or_else(|| Some(stream.attempt()?.class)) == Some(class);
            is_of_class || stream.course().is_some_and(is_taught_with)
        })
    }

    /// Decides a command on what is shown here, as the server will; none where only the server can tell what follows.
    ///
    /// # Errors
    /// The aggregate's refusal.
    pub fn foresee(&self, command: &Command, library: &Library, at: Timestamp) -> Result<Option<Vec<Event>>, Refusal> {
        if rights::foresees(self.role, command) { self.decide(command, library, at).map(Some) } else { Ok(None) }
    }

    /// Decides a command on what is shown here.
    ///
    /// # Errors
    /// The aggregate's refusal.
    fn decide(&self, command: &Command, library: &Library, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        let (state, earlier) = match command.attempt() {
            Some((key, _)) => {
                let earlier = AttemptKey { run: key.run.saturating_sub(1), ..*key };
                (State::Attempt(Cow::Borrowed(self.attempt(key))), Some(self.attempt(&earlier)))
            }
            None => (self.directory.state(&command.stream()), None),
        };
        decision::decide(command, &World { earlier, ..World::new(&self.directory, library, state, at) })
    }
}
