//! The read models in parts, each of which can be kept and taken up again by itself.

use super::{class_overview, directory, progress, read_models, read_models::ReadModels, regrades};
use serde::Deserialize;

/// A part of the read models that is kept under a name, with its own version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Which events were folded.
    Seen,
    /// Who and what there is.
    Directory,
    /// A student's own progress.
    Progress,
    /// A teacher's classes.
    Overview,
    /// A student's own attempts.
    Attempts,
    /// What corrections made of a student's own answers.
    Regrades,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Seen, Self::Directory, Self::Progress, Self::Overview, Self::Attempts, Self::Regrades];

    /// The name that it is kept under.
    pub fn name(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Directory => "directory",
            Self::Progress => "progress",
            Self::Overview => "overview",
            Self::Attempts => "attempts",
            Self::Regrades => "regrades",
        }
    }

    /// The part of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }

    /// Raised when its fold changes.
    pub fn version(self) -> u32 {
        match self {
            Self::Seen => read_models::SEEN_VERSION,
            Self::Directory => directory::VERSION,
            Self::Progress => progress::VERSION,
            Self::Overview => class_overview::VERSION,
            Self::Attempts => read_models::ATTEMPTS_VERSION,
            Self::Regrades => regrades::VERSION,
        }
    }
}

impl ReadModels {
    /// A part's state, as JSON.
    pub fn part(&self, part: Part) -> String {
        let state = match part {
            Part::Seen => serde_json::to_string(&self.seen),
            Part::Directory => serde_json::to_string(&self.directory),
            Part::Progress => serde_json::to_string(&self.progress),
            Part::Overview => serde_json::to_string(&self.overview),
            Part::Attempts => serde_json::to_string(&self.attempts),
            Part::Regrades => serde_json::to_string(&self.regrades),
        };
        state.expect("read models have text keys only, so they always serialise")
    }

    /// Takes up a part's state; false, and nothing is changed, if it cannot be read.
    pub fn take_up(&mut self, part: Part, state: &str) -> bool {
        fn read<'s, T: Deserialize<'s>>(state: &'s str, into: &mut T) -> bool {
            serde_json::from_str(state).map(|state| *into = state).is_ok()
        }
        match part {
            Part::Seen => read(state, &mut self.seen),
            Part::Directory => read(state, &mut self.directory),
            Part::Progress => read(state, &mut self.progress),
            Part::Overview => read(state, &mut self.overview),
            Part::Attempts => read(state, &mut self.attempts),
            Part::Regrades => read(state, &mut self.regrades),
        }
    }

    /// Takes a part from another fold of the same events.
    pub fn take_part(&mut self, part: Part, from: &mut Self) {
        match part {
            Part::Seen => self.seen = std::mem::take(&mut from.seen),
            Part::Directory => self.directory = std::mem::take(&mut from.directory),
            Part::Progress => std::mem::swap(&mut self.progress, &mut from.progress),
            Part::Overview => self.overview = std::mem::take(&mut from.overview),
            Part::Attempts => self.attempts = std::mem::take(&mut from.attempts),
            Part::Regrades => std::mem::swap(&mut self.regrades, &mut from.regrades),
        }
    }
}
