//! A student's own progress: by class and unit, what was answered and where it stands.

use super::tally::Tally;
use crate::{
    attempt::AttemptKey,
    event::{Event, Recorded},
    ids::{AccountId, ClassId, UnitId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Raised when the fold changes.
pub const VERSION: u32 = 3;

/// Progress in one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UnitProgress {
    /// The counts over all runs.
    pub tally: Tally,
    /// The latest run; 0 before the first.
    pub run: u32,
    /// When it was last worked on, as claimed.
    pub last: Timestamp,
}

/// The fold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    student: AccountId,
    units: BTreeMap<ClassId, BTreeMap<UnitId, UnitProgress>>,
}

impl Progress {
    /// Nothing done yet.
    pub fn of(student: AccountId) -> Self {
        Self { student, units: BTreeMap::new() }
    }

    /// Folds one event; only this student's attempts count.
    pub fn fold(&mut self, recorded: &Recorded) {
        let Event::Attempt(AttemptKey { student, class, unit, run }, event) = &recorded.event else {
            return;
        };
        if *student != self.student {
            return;
        }
        let progress = self.units.entry(*class).or_default().entry(*unit).or_default();
        progress.run = progress.run.max(*run);
        progress.last = progress.last.max(recorded.claimed);
        progress.tally.fold(*run, recorded.claimed, event);
    }

    /// Progress in a unit.
    pub fn unit(&self, class: ClassId, unit: UnitId) -> UnitProgress {
        self.units.get(&class).and_then(|units| units.get(&unit)).copied().unwrap_or_default()
    }
}
