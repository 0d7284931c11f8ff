//! The class at a glance: for each student what was answered, what was right, the streak, and where the work stands.

use super::tally::{Standing, Tally};
use crate::{
    event::{Event, Recorded, StreamId},
    ids::{AccountId, ClassId, UnitId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Raised when the fold changes.
pub const VERSION: u32 = 1;

/// A student's work in a class.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StudentOverview {
    /// By unit.
    pub units: BTreeMap<UnitId, Tally>,
    /// First answers to assigned questions, over all units.
    pub answered: u32,
    /// Those of them that were right.
    pub right: u32,
    /// The unit worked on last.
    pub current: Option<UnitId>,
    /// When, as the server recorded.
    pub last: Timestamp,
}

impl StudentOverview {
    /// The tally of the unit worked on last.
    pub fn now(&self) -> Tally {
        self.current.and_then(|unit| self.units.get(&unit)).copied().unwrap_or_default()
    }

    /// Where the unit worked on last stands.
    pub fn standing(&self) -> Standing {
        self.now().standing()
    }
}

/// The fold, over as many classes as the reader teaches. Who is in a class is in the directory: here is who did something.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClassOverview {
    classes: BTreeMap<ClassId, BTreeMap<AccountId, StudentOverview>>,
}

impl ClassOverview {
    /// Folds one event.
    pub fn fold(&mut self, recorded: &Recorded) {
        let (StreamId::Attempt(key), Event::Attempt(event)) = (&recorded.stream, &recorded.event) else { return };
        let student = self.classes.entry(key.class).or_default().entry(key.student).or_default();
        let tally = student.units.entry(key.unit).or_default();
        let before = (tally.answered, tally.right);
        tally.fold(event);
        student.answered += tally.answered - before.0;
        student.right += tally.right - before.1;
        student.current = Some(key.unit);
        student.last = student.last.max(recorded.recorded);
    }

    /// A student's work in a class, once there is some.
    pub fn student(&self, class: ClassId, student: AccountId) -> Option<&StudentOverview> {
        self.classes.get(&class)?.get(&student)
    }
}
