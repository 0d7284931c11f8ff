//! The class: its teachers, its students, and the units assigned to it.

use crate::{
    decider::Decider,
    ids::{AccountId, CourseId, SchoolId, UnitId},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What can be asked of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Open it.
    Open {
        /// The school that it belongs to.
        school: SchoolId,
        /// What the class is called, e.g. 2B; names no person.
        title: String,
    },
    /// Give it a teacher.
    AppointTeacher {
        /// The teacher's account.
        teacher: AccountId,
    },
    /// Put a student in it.
    EnrolStudent {
        /// The student's account.
        student: AccountId,
    },
    /// Take a student out of it.
    RemoveStudent {
        /// The student's account.
        student: AccountId,
    },
    /// Let its students practise a unit.
    AssignUnit {
        /// The unit.
        unit: UnitId,
        /// The course that the unit is part of.
        course: CourseId,
    },
}

/// What can have happened to a class. These names and fields are the stored format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// It exists.
    ClassOpened {
        /// The school that it belongs to.
        school: SchoolId,
        /// What the class is called.
        title: String,
    },
    /// It has a teacher (more).
    TeacherAppointed {
        /// The teacher's account.
        teacher: AccountId,
    },
    /// It has a student (more).
    StudentEnrolled {
        /// The student's account.
        student: AccountId,
    },
    /// It has a student less.
    StudentRemoved {
        /// The student's account.
        student: AccountId,
    },
    /// Its students may practise a unit.
    UnitAssigned {
        /// The unit.
        unit: UnitId,
        /// The course that the unit is part of.
        course: CourseId,
    },
}

/// Why a command of a class is turned down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// There is no such class.
    NotOpen,
    /// The class exists already.
    AlreadyOpen,
    /// Nobody has such an account, or it has another role.
    NoSuchAccount,
    /// The course is not published, or has no such unit.
    NotPublished,
    /// A title has 1 to 60 characters.
    BadTitle,
}

/// What the class must be told of the world.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// The account that the command names exists, with the role that it needs.
    pub account_fits: bool,
    /// The unit that the command names is in a published edition of the course.
    pub published: bool,
}

/// The state of a class.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Class {
    /// There is none.
    #[default]
    NotOpen,
    /// It exists.
    Open(Membership),
}

/// Who and what is in a class.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Membership {
    /// Its teachers.
    pub teachers: BTreeSet<AccountId>,
    /// Its students.
    pub students: BTreeSet<AccountId>,
    /// The units assigned, with their courses.
    pub units: BTreeMap<UnitId, CourseId>,
}

/// The most characters of a class's title.
const TITLE_CHARS_MAX: usize = 60;

impl Decider for Class {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    type Facts<'f> = Facts;

    fn decide(&self, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        let known = |yes: bool| if yes { Ok(()) } else { Err(Refusal::NoSuchAccount) };
        match (self, command) {
            (Self::NotOpen, Command::Open { school, title }) => {
                let title = title.trim();
                if title.is_empty() || title.chars().count() > TITLE_CHARS_MAX {
                    return Err(Refusal::BadTitle);
                }
                Ok(vec![Event::ClassOpened { school: *school, title: title.to_owned() }])
            }
            (Self::Open(_), Command::Open { .. }) => Err(Refusal::AlreadyOpen),
            (
                Self::NotOpen,
                Command::AppointTeacher { .. } | Command::EnrolStudent { .. } | Command::RemoveStudent { .. } | Command::AssignUnit { .. },
            ) => Err(Refusal::NotOpen),
            (Self::Open(class), Command::AppointTeacher { teacher }) => {
                known(facts.account_fits)?;
                Ok(news(!class.teachers.contains(teacher), Event::TeacherAppointed { teacher: *teacher }))
            }
            (Self::Open(class), Command::EnrolStudent { student }) => {
                known(facts.account_fits)?;
                Ok(news(!class.students.contains(student), Event::StudentEnrolled { student: *student }))
            }
            (Self::Open(class), Command::RemoveStudent { student }) => {
                Ok(news(class.students.contains(student), Event::StudentRemoved { student: *student }))
            }
            (Self::Open(class), Command::AssignUnit { unit, course }) => {
                if !facts.published {
                    return Err(Refusal::NotPublished);
                }
                Ok(news(!class.units.contains_key(unit), Event::UnitAssigned { unit: *unit, course: *course }))
            }
        }
    }

    fn evolve(self, event: &Event) -> Self {
        // A reader of one feed sees part of a class's events, so each is folded without the others.
        let mut class = match self {
            Self::NotOpen => Membership::default(),
            Self::Open(class) => class,
        };
        match event {
            Event::ClassOpened { .. } => {}
            Event::TeacherAppointed { teacher } => _ = class.teachers.insert(*teacher),
            Event::StudentEnrolled { student } => _ = class.students.insert(*student),
            Event::StudentRemoved { student } => _ = class.students.remove(student),
            Event::UnitAssigned { unit, course } => _ = class.units.insert(*unit, *course),
        }
        Self::Open(class)
    }
}

/// The event, if it tells anything new.
fn news(new: bool, event: Event) -> Vec<Event> {
    if new { vec![event] } else { vec![] }
}
