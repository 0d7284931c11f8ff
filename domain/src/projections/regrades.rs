//! What corrections made of a student's own answers: the last changes in each unit, to be told in plain words.

use crate::{
    attempt::{self, AttemptKey, Regraded},
    event::{Event, Recorded},
    ids::{AccountId, ClassId, UnitId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Raised when the fold changes.
pub const VERSION: u32 = 1;

/// So many changes of a unit are kept: older ones were told long ago.
const KEPT_MAX: usize = 5;

/// An attempt was graded again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradedAgain {
    /// Which attempt.
    pub attempt: AttemptKey,
    /// When, as the server recorded.
    pub at: Timestamp,
    /// What came out otherwise.
    pub regraded: Regraded,
}

/// The fold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regrades {
    student: AccountId,
    /// The oldest first.
    units: BTreeMap<ClassId, BTreeMap<UnitId, Vec<GradedAgain>>>,
}

impl Regrades {
    /// Nothing was graded again yet.
    pub fn of(student: AccountId) -> Self {
        Self { student, units: BTreeMap::new() }
    }

    /// Folds one event; only this student's attempts count.
    pub fn fold(&mut self, recorded: &Recorded) {
        let Event::Attempt(key, attempt::Event::AnswerRegraded(regraded)) = &recorded.event else {
            return;
        };
        if key.student != self.student {
            return;
        }
        let changes = self.units.entry(key.class).or_default().entry(key.unit).or_default();
        changes.push(GradedAgain { attempt: *key, at: recorded.recorded, regraded: regraded.clone() });
        let surplus = changes.len().saturating_sub(KEPT_MAX);
        changes.drain(..surplus);
    }

    /// The last changes in a unit, the oldest first.
    pub fn unit(&self, class: ClassId, unit: UnitId) -> &[GradedAgain] {
        self.units.get(&class).and_then(|units| units.get(&unit)).map_or(&[], Vec::as_slice)
    }

    /// The last changes in all units.
    pub fn all(&self) -> impl Iterator<Item = &GradedAgain> {
        self.units.values().flat_map(BTreeMap::values).flatten()
    }
}
