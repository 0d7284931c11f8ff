//! Feeds: which audience an event belongs to, and which audiences an account is part of. With [`crate::rights`] the place for privacy; pure, and
//! the same on both sides.

use crate::{
    account::{self, Role},
    attempt, class, course,
    event::{Event, NoSuchName, as_text},
    ids::{AccountId, ClassId, CourseId, SchoolId, UnitId},
    projections::directory::Directory,
    rights,
    time::Timestamp,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// An ordered, gapless list of events that one audience may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feed {
    /// A student's own work and places.
    Student(AccountId),
    /// Everything in a class, for its teachers.
    Staff(ClassId),
    /// What the members of a class may see.
    Class(ClassId),
    /// What a course consists of: for all who work with it.
    Course(CourseId),
    /// How the keys of a course were corrected, in all its units: for those who teach with it.
    Corrections(CourseId),
    /// How the key of one unit of a course was corrected: for the students to whom the unit is open, or was.
    Unit(CourseId, UnitId),
    /// What concerns a school as a whole, for its administrators.
    School(SchoolId),
}

/// Raised when a change of [`feeds_of`] would renumber the past; devices then refetch.
pub const GENERATION: u32 = 2;

impl fmt::Display for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Student(id) => write!(f, "student/{id}"),
            Self::Staff(id) => write!(f, "staff/{id}"),
            Self::Class(id) => write!(f, "class/{id}"),
            Self::Course(id) => write!(f, "course/{id}"),
            Self::Corrections(id) => write!(f, "corrections/{id}"),
            Self::Unit(course, unit) => write!(f, "unit/{course}/{unit}"),
            Self::School(id) => write!(f, "school/{id}"),
        }
    }
}

impl FromStr for Feed {
    type Err = NoSuchName;

    fn from_str(text: &str) -> Result<Self, NoSuchName> {
        fn id<T: FromStr>(text: &str) -> Result<T, NoSuchName> {
            text.parse().map_err(|_| NoSuchName)
        }
        match text.split_once('/').ok_or(NoSuchName)? {
            ("student", rest) => Ok(Self::Student(id(rest)?)),
            ("staff", rest) => Ok(Self::Staff(id(rest)?)),
            ("class", rest) => Ok(Self::Class(id(rest)?)),
            ("course", rest) => Ok(Self::Course(id(rest)?)),
            ("corrections", rest) => Ok(Self::Corrections(id(rest)?)),
            ("unit", rest) => {
                let (course, unit) = rest.split_once('/').ok_or(NoSuchName)?;
                Ok(Self::Unit(id(course)?, id(unit)?))
            }
            ("school", rest) => Ok(Self::School(id(rest)?)),
            _ => Err(NoSuchName),
        }
    }
}

as_text!(Feed);

/// The feeds that an event belongs to; `before` is the directory of what happened before it. An event that this build does not know belongs to none here: the
/// build that wrote it knew its feeds.
pub fn feeds_of(event: &Event, before: &Directory) -> Vec<Feed> {
    match event {
        Event::Attempt(key, event) => match event {
            attempt::Event::AttemptStarted { .. }
            | attempt::Event::QuestionAssigned { .. }
            | attempt::Event::QuestionAnsweredCorrectly(_)
            | attempt::Event::QuestionAnsweredWrongly(_)
            | attempt::Event::AnswerRevealed { .. }
            | attempt::Event::StumblingBlockMet {}
            | attempt::Event::StumblingBlockCleared {}
            | attempt::Event::SectionFinished {}
            | attempt::Event::StreakCompleted {}
            | attempt::Event::DrillPassed {}
            | attempt::Event::AnswerRegraded(_) => vec![Feed::Student(key.student), Feed::Staff(key.class)],
        },
        Event::Class(class, event) => match event {
            class::Event::ClassOpened { school, .. } => vec![Feed::Staff(*class), Feed::Class(*class), Feed::School(*school)],
            class::Event::TeacherAppointed { .. } | class::Event::TeacherDismissed { .. } => vec![Feed::Staff(*class)],
            class::Event::StudentEnrolled { student } | class::Event::StudentRemoved { student } => {
                vec![Feed::Staff(*class), Feed::Student(*student)]
            }
            class::Event::UnitAssigned { .. } | class::Event::AssignmentEnded { .. } => vec![Feed::Staff(*class), Feed::Class(*class)],
            class::Event::EnrolmentOpened { .. } | class::Event::EnrolmentClosed {} => vec![Feed::Staff(*class)],
            class::Event::NoteWritten { student, .. } | class::Event::NoteRemoved { student, .. } => {
                vec![Feed::Staff(*class), Feed::Student(*student)]
            }
        },
        Event::Course(course, event) => match event {
            course::Event::CourseImported { .. } | course::Event::EditionPublished { .. } => vec![Feed::Course(*course)],
            course::Event::AnswerKeyCorrected { unit, .. } => vec![Feed::Corrections(*course), Feed::Unit(*course, *unit)],
            course::Event::CorrectionUndone { undoes, .. } => {
                let unit = before.course(*course).and_then(|entry| Some(entry.contents.corrections.get(*undoes)?.corrected.unit));
                [Feed::Corrections(*course)].into_iter().chain(unit.map(|unit| Feed::Unit(*course, unit))).collect()
            }
        },
        Event::Account(_, event) => match event {
            account::Event::AccountOpened { school, .. }
            | account::Event::PasswordSet { school }
            | account::Event::AccountClosed { school } => vec![Feed::School(*school)],
        },
        Event::Unknown(_) => vec![],
    }
}

/// The feeds that an account may read at this moment. Students read the feed of a unit from its opening on, like its documents, and once something was
/// corrected in it.
pub fn readable(account: AccountId, directory: &Directory, at: Timestamp) -> BTreeSet<Feed> {
    let Some(known) = directory.account(account) else { return BTreeSet::new() };
    let mut feeds = BTreeSet::new();
    match known.role {
        Role::Student => {
            feeds.insert(Feed::Student(account));
            for (class, members) in directory.classes_of_student(account) {
                feeds.insert(Feed::Class(class));
                feeds.extend(members.units.values().map(|assignment| Feed::Course(assignment.course)));
                // Most units are never corrected: a feed for each would be one more for every student to listen to, and empty.
                let corrected = rights::handed_out(members, at)
                    .filter(|(unit, course)| directory.course(*course).is_some_and(|entry| entry.contents.corrections.concern(*unit)));
                feeds.extend(corrected.map(|(unit, course)| Feed::Unit(course, unit)));
            }
        }
        Role::Teacher => {
            for (class, members) in directory.classes_of_teacher(account) {
                feeds.insert(Feed::Staff(class));
                feeds.insert(Feed::Class(class));
                let courses = members.units.values().map(|assignment| assignment.course);
                feeds.extend(courses.flat_map(|course| [Feed::Course(course), Feed::Corrections(course)]));
            }
        }
        Role::Administrator => {
            feeds.insert(Feed::School(known.school));
        }
    }
    feeds
}
