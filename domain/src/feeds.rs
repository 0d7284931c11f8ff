//! Feeds: which audience an event belongs to, which audiences an account is part of, and what it may ask. The one place
//! for privacy; pure, and the same on both sides.

use crate::{
    account::{self, Role},
    attempt, class,
    command::Command,
    course,
    event::{Event, NoSuchName, StreamId, as_text},
    ids::{AccountId, ClassId, ContentHash, CourseId, SchoolId},
    projections::directory::Directory,
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
    /// What concerns a course.
    Course(CourseId),
    /// What concerns a school as a whole, for its administrators.
    School(SchoolId),
}

/// Raised when a change of [`feeds_of`] would renumber the past; devices then refetch.
pub const GENERATION: u32 = 1;

impl fmt::Display for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Student(id) => write!(f, "student/{id}"),
            Self::Staff(id) => write!(f, "staff/{id}"),
            Self::Class(id) => write!(f, "class/{id}"),
            Self::Course(id) => write!(f, "course/{id}"),
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
            ("school", rest) => Ok(Self::School(id(rest)?)),
            _ => Err(NoSuchName),
        }
    }
}

as_text!(Feed);

/// The feeds that an event belongs to. An event that this build does not know belongs to none: a build that knows it
/// writes it.
pub fn feeds_of(stream: &StreamId, event: &Event) -> Vec<Feed> {
    match (stream, event) {
        (StreamId::Attempt(key), Event::Attempt(_)) => vec![Feed::Student(key.student), Feed::Staff(key.class)],
        (StreamId::Class(class), Event::Class(event)) => match event {
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
        (StreamId::Course(course), Event::Course(_)) => vec![Feed::Course(*course)],
        (StreamId::Account(_), Event::Account(event)) => match event {
            account::Event::AccountOpened { school, .. }
            | account::Event::PasswordSet { school }
            | account::Event::AccountClosed { school } => vec![Feed::School(*school)],
        },
        (StreamId::Attempt(_) | StreamId::Class(_) | StreamId::Course(_) | StreamId::Account(_), Event::Unknown) => vec![],
        (StreamId::Attempt(_), Event::Class(_) | Event::Course(_) | Event::Account(_))
        | (StreamId::Class(_), Event::Attempt(_) | Event::Course(_) | Event::Account(_))
        | (StreamId::Course(_), Event::Attempt(_) | Event::Class(_) | Event::Account(_))
        | (StreamId::Account(_), Event::Attempt(_) | Event::Class(_) | Event::Course(_)) => vec![],
    }
}

/// The feeds that an account may read.
pub fn readable(account: AccountId, directory: &Directory) -> BTreeSet<Feed> {
    let Some(known) = directory.account(account) else { return BTreeSet::new() };
    let mut feeds = BTreeSet::new();
    match known.role {
        Role::Student => {
            feeds.insert(Feed::Student(account));
            for (class, members) in directory.classes_of_student(account) {
                feeds.insert(Feed::Class(class));
                feeds.extend(members.units.values().map(|assignment| Feed::Course(assignment.course)));
            }
        }
        Role::Teacher => {
            for (class, members) in directory.classes_of_teacher(account) {
                feeds.insert(Feed::Staff(class));
                feeds.insert(Feed::Class(class));
                feeds.extend(members.units.values().map(|assignment| Feed::Course(assignment.course)));
            }
        }
        Role::Administrator => {
            feeds.insert(Feed::School(known.school));
        }
    }
    feeds
}

/// The people whose names an account may know: itself; a teacher also the students of her classes.
pub fn knows(account: AccountId, directory: &Directory) -> BTreeSet<AccountId> {
    let students = directory.classes_of_teacher(account).flat_map(|(_, members)| members.students.iter().copied());
    students.chain([account]).collect()
}

/// Whether an account may send a command to a stream at all; what the rules say of it is another question.
pub fn may_send(account: AccountId, stream: &StreamId, command: &Command, directory: &Directory) -> bool {
    let Some(known) = directory.account(account) else { return false };
    let administers = |school: Option<SchoolId>| known.role == Role::Administrator && school == Some(known.school);
    let teaches = |class: &ClassId| directory.class(*class).is_some_and(|members| members.teachers.contains(&account));
    match (stream, command) {
        (StreamId::Attempt(key), Command::Attempt(command)) => match command {
            attempt::Command::Start { .. }
            | attempt::Command::SubmitAnswer { .. }
            | attempt::Command::RevealAnswer { .. }
            | attempt::Command::NextQuestion { .. } => known.role == Role::Student && key.student == account,
            // Only the process manager asks so.
            attempt::Command::Regrade { .. } => false,
        },
        (StreamId::Class(class), Command::Class(command)) => match command {
            class::Command::RemoveStudent { .. }
            | class::Command::AssignUnit { .. }
            | class::Command::EndAssignment { .. }
            | class::Command::CloseEnrolment {} => teaches(class) || administers(directory.school_of(*class)),
            // What a teacher tells a student is between them.
            class::Command::WriteNote { .. } => teaches(class),
            class::Command::Open { school, .. } => administers(Some(*school)),
            // With a code that the server makes, and by the code, on ways of their own; with the note's text, too.
            class::Command::OpenEnrolment { .. } | class::Command::Join { .. } | class::Command::RemoveNote { .. } => false,
            class::Command::AppointTeacher { .. } | class::Command::DismissTeacher { .. } | class::Command::EnrolStudent { .. } => {
                administers(directory.school_of(*class))
            }
        },
        // A course belongs to no school. Whoever teaches with it may correct it.
        (StreamId::Course(course), Command::Course(command)) => match command {
            course::Command::Import { .. } | course::Command::Publish { .. } => known.role == Role::Administrator,
            course::Command::Correct { .. } | course::Command::UndoCorrection { .. } => {
                let mut taught = directory.classes_of_teacher(account).flat_map(|(_, members)| members.units.values());
                known.role == Role::Administrator || taught.any(|assignment| assignment.course == *course)
            }
        },
        (StreamId::Account(_), Command::Account(command)) => match command {
            account::Command::Open { school, .. } => administers(Some(*school)),
            // With the password, on the way of its own; with the sessions, too.
            account::Command::SetPassword { .. } | account::Command::Close { .. } => false,
        },
        (StreamId::Attempt(_), Command::Class(_) | Command::Course(_) | Command::Account(_))
        | (StreamId::Class(_), Command::Attempt(_) | Command::Course(_) | Command::Account(_))
        | (StreamId::Course(_), Command::Attempt(_) | Command::Class(_) | Command::Account(_))
        | (StreamId::Account(_), Command::Attempt(_) | Command::Class(_) | Command::Course(_)) => false,
    }
}

/// Whether an account may give another a new password: a teacher to a student of one of her classes, an administrator to the school's students
/// and teachers.
pub fn may_set_password(account: AccountId, of: AccountId, directory: &Directory) -> bool {
    let (Some(known), Some(other)) = (directory.account(account), directory.account(of)) else { return false };
    match (known.role, other.role) {
        (Role::Teacher, Role::Student) => directory.classes_of_teacher(account).any(|(_, members)| members.students.contains(&of)),
        (Role::Administrator, Role::Student | Role::Teacher) => known.school == other.school,
        (Role::Administrator, Role::Administrator) | (Role::Teacher, Role::Teacher | Role::Administrator) | (Role::Student, _) => false,
    }
}

/// Whether an account may have the server make a code to join a class with: its teachers, and the school's administrators.
pub fn may_open_enrolment(account: AccountId, class: ClassId, directory: &Directory) -> bool {
    let Some(known) = directory.account(account) else { return false };
    match known.role {
        Role::Teacher => directory.class(class).is_some_and(|members| members.teachers.contains(&account)),
        Role::Administrator => directory.school_of(class) == Some(known.school),
        Role::Student => false,
    }
}

/// Whether an account may close another for good: an administrator those of the school, but not her own.
pub fn may_close_account(account: AccountId, of: AccountId, directory: &Directory) -> bool {
    let (Some(known), Some(other)) = (directory.account(account), directory.account(of)) else { return false };
    known.role == Role::Administrator && known.school == other.school && account != of
}

/// Whether an account may take a note back: the teachers of the class in which it was written.
pub fn may_remove_note(account: AccountId, note: ContentHash, directory: &Directory) -> bool {
    let mut classes = directory.classes_of_teacher(account).filter(|_| !directory.is_closed(account));
    classes.any(|(class, _)| directory.notes.of_class(class).any(|(_, noted)| noted.note == note))
}

/// Whether an account may read a note: the student to whom it was written, and the teachers of the class in which it was.
pub fn may_read_note(account: AccountId, note: ContentHash, directory: &Directory) -> bool {
    let own = !directory.is_closed(account) && directory.notes.of_student(account).any(|(_, noted)| noted.note == note);
    own || may_remove_note(account, note, directory)
}
