//! Rights: whose names an account may know, what it may ask, which documents it may have. Pure, and the same on both sides.

use crate::{
    account::{self, Role},
    attempt,
    class::{self, Assignment, Membership},
    command::Command,
    course,
    ids::{AccountId, ClassId, ContentHash, CourseId, SchoolId, UnitId},
    projections::directory::Directory,
    time::Timestamp,
};
use std::collections::BTreeSet;

/// How long before a unit opens its documents are handed out, in milliseconds: a device's clock may be a little ahead of the school's.
pub const HANDED_OUT_BEFORE_MS: i64 = 10_000;

/// The people whose names an account may know: itself; a teacher also the students of her classes.
pub fn knows(account: AccountId, directory: &Directory) -> BTreeSet<AccountId> {
    let students = directory.classes_of_teacher(account).flat_map(|(_, members)| members.students.iter().copied());
    students.chain([account]).collect()
}

/// Whether an account may send a command at all; what the rules say of it is another question.
pub fn may_send(account: AccountId, command: &Command, directory: &Directory) -> bool {
    let Some(known) = directory.account(account) else { return false };
    let administers = |school: Option<SchoolId>| known.role == Role::Administrator && school == Some(known.school);
    let teaches = |class: &ClassId| directory.class(*class).is_some_and(|members| members.teachers.contains(&account));
    match command {
        Command::Attempt(key, command) => match command {
            attempt::Command::Start { .. }
            | attempt::Command::SubmitAnswer { .. }
            | attempt::Command::RevealAnswer { .. }
            | attempt::Command::NextQuestion { .. } => known.role == Role::Student && key.student == account,
            // Only the process manager sends this.
            attempt::Command::Regrade { .. } => false,
        },
        Command::Class(class, command) => match command {
            class::Command::RemoveStudent { .. }
            | class::Command::AssignUnit { .. }
            | class::Command::EndAssignment { .. }
            | class::Command::CloseEnrolment {} => teaches(class) || administers(directory.school_of(*class)),
            // What a teacher tells a student is between them.
            class::Command::WriteNote { .. } => teaches(class),
            class::Command::Open { school, .. } => administers(Some(*school)),
            // These are asked for in other ways: the server makes the code, takes the code that a student typed, or deletes the note's text with the note.
            class::Command::OpenEnrolment { .. } | class::Command::Join { .. } | class::Command::RemoveNote { .. } => false,
            class::Command::AppointTeacher { .. } | class::Command::DismissTeacher { .. } | class::Command::EnrolStudent { .. } => {
                administers(directory.school_of(*class))
            }
        },
        // A course belongs to no school. Whoever teaches with it may correct it.
        Command::Course(course, command) => match command {
            course::Command::Import { .. } | course::Command::Publish { .. } => known.role == Role::Administrator,
            course::Command::Correct { .. } | course::Command::UndoCorrection { .. } => {
                let mut taught = directory.classes_of_teacher(account).flat_map(|(_, members)| members.units.values());
                known.role == Role::Administrator || taught.any(|assignment| assignment.course == *course)
            }
        },
        Command::Account(_, command) => match command {
            account::Command::Open { school, .. } => administers(Some(*school)),
            // These are asked for in other ways, by which the password is set, or the sessions are ended, too.
            account::Command::SetPassword { .. } | account::Command::Close { .. } => false,
        },
    }
}

/// Whether a device of an account with this role holds all that deciding the command needs. If so, the events that follow are shown at once. If not, only the
/// server can tell what follows; the command is given all the same, and the device shows that it waits.
pub fn foresees(role: Role, command: &Command) -> bool {
    match command {
        Command::Attempt(..) => role == Role::Student,
        // An administrator reads which classes and courses there are, and not who is in them or what they consist of.
        Command::Class(..) | Command::Course(..) => role == Role::Teacher,
        Command::Account(..) => false,
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

/// Whether an account may have a document at this moment: a student the keys of the units that a class of theirs works with, from their opening on,
/// and the papers of those units' courses; a teacher all papers and keys of the courses that a class of theirs works with; notes as
/// [`may_read_note`] says.
pub fn may_have(account: AccountId, document: ContentHash, directory: &Directory, at: Timestamp) -> bool {
    let Some(known) = directory.account(account) else { return false };
    let is_named = match known.role {
        Role::Student => directory
            .classes_of_student(account)
            .any(|(_, members)| handed_out(members, at).any(|(unit, course)| names(directory, course, document, |named| named == unit))),
        Role::Teacher => {
            let mut taught = directory.classes_of_teacher(account).flat_map(|(_, members)| members.units.values());
            taught.any(|assignment| names(directory, assignment.course, document, |_| true))
        }
        Role::Administrator => false,
    };
    is_named || may_read_note(account, document, directory)
}

/// The units of a class whose documents are handed out at this moment, with their courses.
pub fn handed_out(members: &Membership, at: Timestamp) -> impl Iterator<Item = (UnitId, CourseId)> + '_ {
    let units = members.units.iter().filter(move |(_, assignment)| is_handed_out(assignment, at));
    units.map(|(unit, assignment)| (*unit, assignment.course))
}

/// Whether the documents of an assigned unit are handed out at this moment: from its opening on, and after its end as well.
pub fn is_handed_out(assignment: &Assignment, at: Timestamp) -> bool {
    handed_out_from(assignment).is_none_or(|from| from <= at)
}

/// From when on the documents of an assigned unit are handed out; none if they always are.
fn handed_out_from(assignment: &Assignment) -> Option<Timestamp> {
    Some(Timestamp(assignment.from?.0.saturating_sub(HANDED_OUT_BEFORE_MS)))
}

/// The next moment after this one from which more units of a student's classes are handed out, if one is known.
pub fn next_opening(account: AccountId, directory: &Directory, after: Timestamp) -> Option<Timestamp> {
    let assignments = directory.classes_of_student(account).flat_map(|(_, members)| members.units.values());
    assignments.filter_map(handed_out_from).filter(|opening| *opening > after).min()
}

/// Whether an edition of a course has this document as its paper, or as the key of one of these units.
fn names(directory: &Directory, course: CourseId, document: ContentHash, wanted: impl Fn(UnitId) -> bool) -> bool {
    let editions = directory.course(course).map_or(&[][..], |entry| &entry.contents.editions);
    editions.iter().any(|edition| edition.paper == document || edition.keys.iter().any(|(unit, key)| *key == document && wanted(*unit)))
}
