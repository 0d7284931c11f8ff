//! Who and what there is: accounts, classes with their members and units, courses with their editions. On the server it
//! decides what may be read and sent; on a device it holds as much as that device may know.

use super::notes::Notes;
use crate::{
    account::{self, Account, Role},
    class::{self, Membership},
    course,
    decider::Decider,
    event::{Recorded, StreamId},
    ids::{AccountId, ClassId, ContentHash, CourseId, SchoolId, UnitId},
    state::State,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

/// Raised when the fold changes.
pub const VERSION: u32 = 4;

/// An account as the directory knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Its school.
    pub school: SchoolId,
    /// Its role.
    pub role: Role,
}

/// A course as the directory knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CourseEntry {
    /// Its title.
    pub title: String,
    /// Its editions and corrections.
    #[serde(flatten)]
    pub contents: course::Contents,
}

/// The fold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Directory {
    accounts: BTreeMap<AccountId, Known>,
    /// The accounts that were closed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    closed: BTreeSet<AccountId>,
    classes: BTreeMap<ClassId, Membership>,
    titles: BTreeMap<ClassId, String>,
    schools: BTreeMap<ClassId, SchoolId>,
    courses: BTreeMap<CourseId, CourseEntry>,
    classes_by_student: BTreeMap<AccountId, BTreeSet<ClassId>>,
    classes_by_teacher: BTreeMap<AccountId, BTreeSet<ClassId>>,
    /// What teachers told students.
    #[serde(default, skip_serializing_if = "Notes::is_empty")]
    pub notes: Notes,
}

impl Directory {
    /// Folds one event; only those of accounts, classes and courses say something here.
    pub fn fold(&mut self, recorded: &Recorded) {
        if let Some((id, event)) = recorded.event.account() {
            self.fold_account(id, event);
        }
        if let Some((id, event)) = recorded.event.class() {
            self.fold_class(id, event);
            self.notes.fold(id, recorded, event);
        }
        if let Some((id, event)) = recorded.event.course() {
            self.fold_course(id, event);
        }
    }

    fn fold_account(&mut self, id: AccountId, event: &account::Event) {
        match event {
            account::Event::AccountOpened { school, role } => _ = self.accounts.insert(id, Known { school: *school, role: *role }),
            account::Event::AccountClosed { .. } => {
                self.accounts.remove(&id);
                self.closed.insert(id);
            }
            account::Event::PasswordSet { .. } => {}
        }
    }

    fn fold_class(&mut self, id: ClassId, event: &class::Event) {
        let before = match self.classes.remove(&id) {
            None => class::Class::NotOpen,
            Some(members) => class::Class::Open(members),
        };
        if let class::Class::Open(members) = before.evolve(event) {
            self.classes.insert(id, members);
        }
        match event {
            class::Event::ClassOpened { school, title } => {
                self.titles.insert(id, title.clone());
                self.schools.insert(id, *school);
            }
            class::Event::TeacherAppointed { teacher } => _ = self.classes_by_teacher.entry(*teacher).or_default().insert(id),
            class::Event::TeacherDismissed { teacher } => _ = self.classes_by_teacher.entry(*teacher).or_default().remove(&id),
            class::Event::StudentEnrolled { student } => _ = self.classes_by_student.entry(*student).or_default().insert(id),
            class::Event::StudentRemoved { student } => _ = self.classes_by_student.entry(*student).or_default().remove(&id),
            class::Event::UnitAssigned { .. }
            | class::Event::AssignmentEnded { .. }
            | class::Event::EnrolmentOpened { .. }
            | class::Event::EnrolmentClosed {}
            | class::Event::NoteWritten { .. }
            | class::Event::NoteRemoved { .. } => {}
        }
    }

    fn fold_course(&mut self, id: CourseId, event: &course::Event) {
        let entry = self.courses.entry(id).or_default();
        if let course::Event::CourseImported { title } = event {
            entry.title.clone_from(title);
        }
        entry.contents.evolve(event);
    }

    /// The state of an account, a class or a course, as far as what was folded here tells it: all of it on the server, and on a device whose account may
    /// read all of it.
    pub fn state(&self, stream: &StreamId) -> State<'static> {
        if let Some(id) = stream.account() {
            return State::Account(Cow::Owned(match self.account(id) {
                Some(known) => Account::Open(known.role),
                None if self.is_closed(id) => Account::Closed,
                None => Account::NotOpen,
            }));
        }
        if let Some(id) = stream.class() {
            let members = self.class(id).cloned();
            return State::Class(Cow::Owned(members.map_or(class::Class::NotOpen, class::Class::Open)));
        }
        if let Some(id) = stream.course() {
            let contents = self.course(id).map(|entry| entry.contents.clone());
            return State::Course(Cow::Owned(contents.map_or(course::Course::NotImported, course::Course::Imported)));
        }
        State::before(stream)
    }

    /// An account that is open.
    pub fn account(&self, id: AccountId) -> Option<Known> {
        self.accounts.get(&id).copied()
    }

    /// Whether this account was closed.
    pub fn is_closed(&self, id: AccountId) -> bool {
        self.closed.contains(&id)
    }

    /// All accounts that were closed.
    pub fn closed(&self) -> impl Iterator<Item = AccountId> + '_ {
        self.closed.iter().copied()
    }

    /// All open accounts.
    pub fn accounts(&self) -> impl Iterator<Item = (AccountId, Known)> + '_ {
        self.accounts.iter().map(|(id, known)| (*id, *known))
    }

    /// A class's members and units.
    pub fn class(&self, id: ClassId) -> Option<&Membership> {
        self.classes.get(&id)
    }

    /// All classes.
    pub fn classes(&self) -> impl Iterator<Item = (ClassId, &Membership)> {
        self.classes.iter().map(|(id, members)| (*id, members))
    }

    /// What a class is called; empty while the event that says so has not come.
    pub fn class_title(&self, id: ClassId) -> &str {
        self.titles.get(&id).map_or("", String::as_str)
    }

    /// The school that a class belongs to, once the event that says so has come.
    pub fn school_of(&self, id: ClassId) -> Option<SchoolId> {
        self.schools.get(&id).copied()
    }

    /// The class of a school that can be joined with this code at this moment.
    pub fn class_joined_with(&self, code: &str, school: Option<SchoolId>, at: Timestamp) -> Option<ClassId> {
        let mut open = self.classes.iter().filter(|(_, members)| members.opens_to(code, at)).map(|(id, _)| *id);
        open.find(|id| self.school_of(*id) == school)
    }

    /// The classes that a student is in now.
    pub fn classes_of_student(&self, student: AccountId) -> impl Iterator<Item = (ClassId, &Membership)> {
        self.named(self.classes_by_student.get(&student))
    }

    /// The classes that a teacher teaches.
    pub fn classes_of_teacher(&self, teacher: AccountId) -> impl Iterator<Item = (ClassId, &Membership)> {
        self.named(self.classes_by_teacher.get(&teacher))
    }

    fn named<'d>(&'d self, ids: Option<&'d BTreeSet<ClassId>>) -> impl Iterator<Item = (ClassId, &'d Membership)> {
        ids.into_iter().flatten().filter_map(|id| Some((*id, self.classes.get(id)?)))
    }

    /// A course.
    pub fn course(&self, id: CourseId) -> Option<&CourseEntry> {
        self.courses.get(&id)
    }

    /// All courses.
    pub fn courses(&self) -> impl Iterator<Item = (CourseId, &CourseEntry)> {
        self.courses.iter().map(|(id, entry)| (*id, entry))
    }

    /// Whether a student is in a class that a unit is assigned to.
    pub fn admits(&self, student: AccountId, class: ClassId, unit: UnitId) -> bool {
        self.classes.get(&class).is_some_and(|members| members.students.contains(&student) && members.units.contains_key(&unit))
    }

    /// Whether these documents are an edition of a course, for this unit.
    pub fn published(&self, course: CourseId, number: u32, paper: ContentHash, unit: UnitId, key: ContentHash) -> bool {
        let edition = self.courses.get(&course).and_then(|course| course.contents.editions.get((number as usize).checked_sub(1)?));
        edition.is_some_and(|edition| edition.paper == paper && edition.keys.get(&unit) == Some(&key))
    }
}
