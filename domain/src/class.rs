//! The class: its teachers, its students, the units assigned to it, and who may join it.

mod membership;

pub use membership::{Assignment, CODE_LENGTH, CODE_LETTERS, ENROLMENT_MS, Enrolment, Membership};

use crate::{
    content::Document,
    decider::Decider,
    ids::{AccountId, ContentHash, CourseId, SchoolId, UnitId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

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
    /// Let its students practise a unit. If it is assigned again with other moments, the later ones count.
    AssignUnit {
        /// The unit.
        unit: UnitId,
        /// The course that the unit is part of.
        course: CourseId,
        /// Answers given before this moment are refused; none for no such moment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Timestamp>,
        /// Answers given from this moment on are refused; none for no such moment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// Let its students practise a unit no longer. Their work stays.
    EndAssignment {
        /// The unit.
        unit: UnitId,
    },
    /// Let students of the school who know this code join by themselves, for [`ENROLMENT_MS`]. The server makes the code.
    OpenEnrolment {
        /// [`CODE_LENGTH`] of the [`CODE_LETTERS`].
        code: String,
    },
    /// Let nobody join any more.
    CloseEnrolment {},
    /// Join with the code. No device sends this: the server makes it when the student asks to join.
    Join {
        /// The student's account.
        student: AccountId,
        /// The code that the student typed.
        code: String,
    },
    /// Tell a student something. The text is kept as a document, apart from the events, and can be deleted.
    WriteNote {
        /// To whom.
        student: AccountId,
        /// What, and what makes its hash hard to guess.
        note: Note,
    },
    /// Take a note back. Its text is deleted with it, on the server and, at their next contact, on devices.
    RemoveNote {
        /// The document.
        note: ContentHash,
    },
    /// Take a teacher away from it.
    DismissTeacher {
        /// The teacher's account.
        teacher: AccountId,
    },
}

/// What a teacher tells a student: a document, named by its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Plain text.
    pub note: String,
    /// Random, so that nobody can guess the text from the hash.
    pub salt: AccountId,
}

impl Note {
    /// The stored form.
    pub fn document(&self) -> Document {
        Document::of(self)
    }
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
    /// A teacher was appointed.
    TeacherAppointed {
        /// The teacher's account.
        teacher: AccountId,
    },
    /// A student was enrolled.
    StudentEnrolled {
        /// The student's account.
        student: AccountId,
    },
    /// A student was taken out of it.
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
        /// Answers given before this moment are refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Timestamp>,
        /// Answers given from this moment on are refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// Its students may practise a unit no longer.
    AssignmentEnded {
        /// The unit.
        unit: UnitId,
    },
    /// Students who know the code may join by themselves.
    EnrolmentOpened {
        /// The code.
        code: String,
        /// Until this moment. `None` from earlier builds, in which devices made codes that held for ever: nobody joins with those any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// Nobody may join any more.
    EnrolmentClosed {},
    /// A teacher told a student something.
    NoteWritten {
        /// To whom.
        student: AccountId,
        /// What: a document.
        note: ContentHash,
    },
    /// A note was taken back: what it said is deleted.
    NoteRemoved {
        /// To whom it was written.
        student: AccountId,
        /// The document that was deleted.
        note: ContentHash,
    },
    /// A teacher was taken away from it.
    TeacherDismissed {
        /// The teacher's account.
        teacher: AccountId,
    },
}

impl Command {
    /// The note that is written with it, if it is one.
    pub fn note(&self) -> Option<&Note> {
        if let Self::WriteNote { note, .. } = self { Some(note) } else { None }
    }
}

impl Event {
    /// The note that was written, if it is that.
    pub fn note_written(&self) -> Option<ContentHash> {
        if let Self::NoteWritten { note, .. } = self { Some(*note) } else { None }
    }

    /// The student that it is about, if it is about one.
    pub fn student(&self) -> Option<AccountId> {
        match self {
            Self::StudentEnrolled { student }
            | Self::StudentRemoved { student }
            | Self::NoteWritten { student, .. }
            | Self::NoteRemoved { student, .. } => Some(*student),
            Self::ClassOpened { .. }
            | Self::TeacherAppointed { .. }
            | Self::TeacherDismissed { .. }
            | Self::UnitAssigned { .. }
            | Self::AssignmentEnded { .. }
            | Self::EnrolmentOpened { .. }
            | Self::EnrolmentClosed {} => None,
        }
    }
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
    /// An assignment ends after it begins.
    EndsBeforeItBegins,
    /// A code has [`CODE_LENGTH`] of the [`CODE_LETTERS`].
    BadCode,
    /// Another class can be joined with this code already.
    CodeTaken,
    /// Nobody may join now, or not with this code; or the student was taken out, and comes back only through an administrator.
    NotOpenToYou,
    /// The student is not in the class.
    NotInClass,
    /// A note has 1 to 2,000 characters.
    BadNote,
    /// No such note was written in the class, or it was taken back.
    NoSuchNote,
}

/// What the class must be told of the world.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// The account that the command names exists, with the role that it needs.
    pub account_fits: bool,
    /// The unit that the command names is in a published edition of the course.
    pub published: bool,
    /// No other class can be joined with the code that the command names.
    pub code_is_free: bool,
    /// To whom the note was written that the command names, in this class; none if it is not there, or was taken back.
    pub noted: Option<AccountId>,
    /// When the command is given.
    pub at: Timestamp,
}

/// The state of a class.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Class {
    /// The class was not opened yet.
    #[default]
    NotOpen,
    /// It exists.
    Open(Membership),
}

/// The most characters of a class's title.
const TITLE_CHARS_MAX: usize = 60;
/// The most characters of a note.
pub const NOTE_CHARS_MAX: usize = 2_000;

impl Decider for Class {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    type Facts<'f> = Facts;

    fn decide(&self, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        match (self, command) {
            (Self::NotOpen, Command::Open { school, title }) => opened(*school, title.trim()),
            (Self::Open(_), Command::Open { .. }) => Err(Refusal::AlreadyOpen),
            (
                Self::NotOpen,
                Command::AppointTeacher { .. }
                | Command::EnrolStudent { .. }
                | Command::RemoveStudent { .. }
                | Command::AssignUnit { .. }
                | Command::EndAssignment { .. }
                | Command::OpenEnrolment { .. }
                | Command::CloseEnrolment {}
                | Command::Join { .. }
                | Command::WriteNote { .. }
                | Command::RemoveNote { .. }
                | Command::DismissTeacher { .. },
            ) => Err(Refusal::NotOpen),
            (Self::Open(class), Command::AppointTeacher { teacher }) => {
                known(facts)?;
                Ok(news(!class.teachers.contains(teacher), Event::TeacherAppointed { teacher: *teacher }))
            }
            (Self::Open(class), Command::EnrolStudent { student }) => {
                known(facts)?;
                Ok(news(!class.students.contains(student), Event::StudentEnrolled { student: *student }))
            }
            (Self::Open(class), Command::RemoveStudent { student }) => {
                Ok(news(class.students.contains(student), Event::StudentRemoved { student: *student }))
            }
            (Self::Open(class), Command::AssignUnit { unit, course, from, until }) => {
                assigned(class, *unit, Assignment { course: *course, from: *from, until: *until }, facts)
            }
            (Self::Open(class), Command::EndAssignment { unit }) => {
                Ok(news(class.units.contains_key(unit), Event::AssignmentEnded { unit: *unit }))
            }
            (Self::Open(class), Command::OpenEnrolment { code }) => enrolment_opened(class, code, facts),
            (Self::Open(class), Command::CloseEnrolment {}) => Ok(news(class.enrolment.is_some(), Event::EnrolmentClosed {})),
            (Self::Open(class), Command::Join { student, code }) => joined(class, *student, code, facts),
            (Self::Open(class), Command::WriteNote { student, note }) => note_written(class, *student, note),
            (Self::Open(_), Command::RemoveNote { note }) => {
                let student = facts.noted.ok_or(Refusal::NoSuchNote)?;
                Ok(vec![Event::NoteRemoved { student, note: *note }])
            }
            (Self::Open(class), Command::DismissTeacher { teacher }) => {
                Ok(news(class.teachers.contains(teacher), Event::TeacherDismissed { teacher: *teacher }))
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
            Event::TeacherDismissed { teacher } => _ = class.teachers.remove(teacher),
            Event::StudentEnrolled { student } => {
                class.students.insert(*student);
                class.removed.remove(student);
            }
            Event::StudentRemoved { student } => {
                class.students.remove(student);
                class.removed.insert(*student);
            }
            Event::UnitAssigned { unit, course, from, until } => {
                class.units.insert(*unit, Assignment { course: *course, from: *from, until: *until });
            }
            Event::AssignmentEnded { unit } => _ = class.units.remove(unit),
            Event::EnrolmentOpened { code, until } => {
                class.enrolment = until.map(|until| Enrolment { code: code.clone(), until });
            }
            Event::EnrolmentClosed {} => class.enrolment = None,
            Event::NoteWritten { .. } | Event::NoteRemoved { .. } => {}
        }
        Self::Open(class)
    }
}

fn opened(school: SchoolId, title: &str) -> Result<Vec<Event>, Refusal> {
    if title.is_empty() || title.chars().count() > TITLE_CHARS_MAX {
        return Err(Refusal::BadTitle);
    }
    Ok(vec![Event::ClassOpened { school, title: title.to_owned() }])
}

fn known(facts: &Facts) -> Result<(), Refusal> {
    if facts.account_fits { Ok(()) } else { Err(Refusal::NoSuchAccount) }
}

fn assigned(class: &Membership, unit: UnitId, assignment: Assignment, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let Assignment { course, from, until } = assignment;
    if !facts.published {
        return Err(Refusal::NotPublished);
    }
    if from.zip(until).is_some_and(|(from, until)| from >= until) {
        return Err(Refusal::EndsBeforeItBegins);
    }
    Ok(news(class.units.get(&unit) != Some(&assignment), Event::UnitAssigned { unit, course, from, until }))
}

fn enrolment_opened(class: &Membership, code: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    if code.chars().count() != CODE_LENGTH || !code.chars().all(|letter| CODE_LETTERS.contains(&letter)) {
        return Err(Refusal::BadCode);
    }
    if !facts.code_is_free {
        return Err(Refusal::CodeTaken);
    }
    let until = Timestamp(facts.at.0.saturating_add(ENROLMENT_MS));
    let is_open = class.opens_to(code, facts.at);
    Ok(news(!is_open, Event::EnrolmentOpened { code: code.to_owned(), until: Some(until) }))
}

fn joined(class: &Membership, student: AccountId, code: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    known(facts)?;
    if class.students.contains(&student) {
        return Ok(vec![]);
    }
    if !class.opens_to(code, facts.at) || class.removed.contains(&student) {
        return Err(Refusal::NotOpenToYou);
    }
    Ok(vec![Event::StudentEnrolled { student }])
}

fn note_written(class: &Membership, student: AccountId, note: &Note) -> Result<Vec<Event>, Refusal> {
    if !class.students.contains(&student) {
        return Err(Refusal::NotInClass);
    }
    if note.note.trim().is_empty() || note.note.chars().count() > NOTE_CHARS_MAX {
        return Err(Refusal::BadNote);
    }
    Ok(vec![Event::NoteWritten { student, note: note.document().hash }])
}

/// The event, if it tells anything new.
fn news(new: bool, event: Event) -> Vec<Event> {
    if new { vec![event] } else { vec![] }
}
