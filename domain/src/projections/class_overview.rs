//! The class at a glance: for each student what was answered, what was right, the streak, and where the work stands.

use super::tally::{Standing, Tally};
use crate::{
    attempt, class,
    event::Recorded,
    ids::{AccountId, ClassId, UnitId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Raised when the fold changes.
pub const VERSION: u32 = 3;

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

/// The state of one class: who is in it, what is assigned, and where everybody's work stands. The same fold shows the class now and as of any
/// moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Board {
    /// Who is in the class.
    pub members: BTreeSet<AccountId>,
    /// The units assigned.
    pub units: BTreeSet<UnitId>,
    /// Who did something, also those who have left.
    pub students: BTreeMap<AccountId, StudentOverview>,
}

/// The fold, over as many classes as the reader teaches.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClassOverview {
    classes: BTreeMap<ClassId, Board>,
}

impl Board {
    /// Folds one event of the class or of somebody's work in it.
    pub fn fold(&mut self, recorded: &Recorded) {
        if let Some((key, event)) = recorded.event.attempt() {
            self.fold_work(key.student, key.unit, key.run, recorded.recorded, event);
        }
        if let Some((_, event)) = recorded.event.class() {
            self.fold_class(event);
        }
    }

    /// Folds one event of the class itself.
    pub fn fold_class(&mut self, event: &class::Event) {
        match event {
            class::Event::StudentEnrolled { student } => _ = self.members.insert(*student),
            class::Event::StudentRemoved { student } => _ = self.members.remove(student),
            class::Event::UnitAssigned { unit, .. } => _ = self.units.insert(*unit),
            class::Event::AssignmentEnded { unit } => _ = self.units.remove(unit),
            class::Event::ClassOpened { .. }
            | class::Event::TeacherAppointed { .. }
            | class::Event::TeacherDismissed { .. }
            | class::Event::EnrolmentOpened { .. }
            | class::Event::EnrolmentClosed {}
            | class::Event::NoteWritten { .. }
            | class::Event::NoteRemoved { .. } => {}
        }
    }

    /// Folds one event of somebody's work.
    pub fn fold_work(&mut self, student: AccountId, unit: UnitId, run: u32, at: Timestamp, event: &attempt::Event) {
        let student = self.students.entry(student).or_default();
        let tally = student.units.entry(unit).or_default();
        let before = (tally.answered, tally.right);
        tally.fold(run, at, event);
        student.answered = student.answered + tally.answered - before.0;
        student.right = student.right + tally.right - before.1;
        if event.is_work() {
            student.current = Some(unit);
            student.last = student.last.max(at);
        }
    }
}

impl ClassOverview {
    /// Folds one event.
    pub fn fold(&mut self, recorded: &Recorded) {
        let stream = recorded.stream();
        if let Some(class) = stream.class().or_else(|| Some(stream.attempt()?.class)) {
            self.classes.entry(class).or_default().fold(recorded);
        }
    }

    /// The state of a class, once there is some.
    pub fn board(&self, class: ClassId) -> Option<&Board> {
        self.classes.get(&class)
    }

    /// A student's work in a class, once there is some.
    pub fn student(&self, class: ClassId, student: AccountId) -> Option<&StudentOverview> {
        self.classes.get(&class)?.students.get(&student)
    }
}
