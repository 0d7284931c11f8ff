//! Deciding any command: the facts that its aggregate must know are gathered from the read models, the same way on both
//! sides, and the aggregate decides.

use crate::{
    account::Role,
    attempt::{self, Attempt, AttemptKey},
    class,
    command::{Command, Refusal},
    content::{Corrections, Edition, UnitKey},
    course,
    decider::Decider,
    event::Event,
    grading,
    ids::{ClassId, ContentHash, CourseId, UnitId},
    library::Library,
    projections::directory::{Directory, Known},
    state::State,
    time::Timestamp,
};
use std::collections::BTreeMap;

/// What deciding needs to see.
#[derive(Debug, Clone)]
pub struct World<'w> {
    /// Who and what there is.
    pub directory: &'w Directory,
    /// The documents at hand.
    pub library: &'w Library,
    /// The state of the aggregate that the command is to.
    pub state: State<'w>,
    /// The run before an attempt, if there is one.
    pub earlier: Option<&'w Attempt>,
    /// All events of the attempt so far; only a `Regrade` needs them.
    pub history: &'w [attempt::Event],
    /// When the command was given, as its device claims.
    pub at: Timestamp,
}

impl<'w> World<'w> {
    /// What a command to the aggregate of this state needs to see, given at this moment.
    pub fn new(directory: &'w Directory, library: &'w Library, state: State<'w>, at: Timestamp) -> Self {
        Self { directory, library, state, earlier: None, history: &[], at }
    }
}

/// Decides a command.
///
/// # Errors
/// The aggregate's refusal.
pub fn decide(command: &Command, world: &World<'_>) -> Result<Vec<Event>, Refusal> {
    let state = world.state.borrowed();
    match command {
        Command::Attempt(key, command) => {
            let attempt = state.attempt();
            let facts = attempt_facts(key, command, &attempt, world);
            wrap(attempt.decide(command, &facts), |event| Event::Attempt(*key, event), Refusal::Attempt)
        }
        Command::Class(id, command) => {
            let facts = class_facts(*id, command, world.directory, world.at);
            wrap(state.class().decide(command, &facts), |event| Event::Class(*id, event), Refusal::Class)
        }
        Command::Course(id, command) => {
            let facts = course::Facts { sound: is_sound(*id, command, world.library), ..fits(*id, command, world) };
            wrap(state.course().decide(command, &facts), |event| Event::Course(*id, event), Refusal::Course)
        }
        Command::Account(id, command) => wrap(state.account().decide(command, &()), |event| Event::Account(*id, event), Refusal::Account),
    }
}

fn wrap<E, R>(decided: Result<Vec<E>, R>, event: impl Fn(E) -> Event, refusal: fn(R) -> Refusal) -> Result<Vec<Event>, Refusal> {
    match decided {
        Ok(events) => Ok(events.into_iter().map(event).collect()),
        Err(no) => Err(refusal(no)),
    }
}

fn attempt_facts<'w>(key: &AttemptKey, command: &attempt::Command, attempt: &Attempt, world: &World<'w>) -> attempt::Facts<'w> {
    let named = command.edition();
    let assignment = world.directory.class(key.class).and_then(|members| members.units.get(&key.unit));
    let pinned = attempt.work().map(|work| work.edition).or(named);
    attempt::Facts {
        attempt: *key,
        admitted: world.directory.admits(key.student, key.class, key.unit),
        published: named.is_some_and(|edition| {
            assignment.map(|assignment| assignment.course) == Some(edition.course)
                && world.directory.published(edition.course, edition.number, edition.paper, key.unit, edition.key)
        }),
        earlier_run_ended: key.run == 1 || matches!(world.earlier, Some(Attempt::Ended(..))),
        open_now: assignment.is_none_or(|assignment| assignment.is_open(world.at)),
        unit: pinned.and_then(|edition| {
            let corrections = world.directory.course(edition.course).map_or(Corrections::none(), |course| &course.contents.corrections);
            Some(world.library.unit(&edition, key.unit)?.corrected(corrections))
        }),
        history: world.history,
    }
}

fn class_facts(class: ClassId, command: &class::Command, directory: &Directory, at: Timestamp) -> class::Facts {
    let here = |known: &Known| Some(known.school) == directory.school_of(class);
    let has_role = |account, role| directory.account(account).is_some_and(|known| known.role == role && here(&known));
    // Facts that a command does not ask about are such that they lead to no refusal.
    let plain = class::Facts { account_fits: true, published: true, code_is_free: true, noted: None, at };
    match command {
        class::Command::AppointTeacher { teacher } => class::Facts { account_fits: has_role(*teacher, Role::Teacher), ..plain },
        class::Command::EnrolStudent { student } | class::Command::Join { student, .. } => {
            class::Facts { account_fits: has_role(*student, Role::Student), ..plain }
        }
        class::Command::AssignUnit { unit, course, .. } => {
            let edition = directory.course(*course).and_then(|course| course.contents.editions.last());
            class::Facts { published: edition.is_some_and(|edition| edition.keys.contains_key(unit)), ..plain }
        }
        class::Command::OpenEnrolment { code } => {
            let other = directory.class_joined_with(code, directory.school_of(class), at);
            class::Facts { code_is_free: other.is_none_or(|other| other == class), ..plain }
        }
        class::Command::RemoveNote { note } => {
            let mut noted = directory.notes.of_class(class);
            class::Facts { noted: noted.find(|(_, noted)| noted.note == *note).map(|(student, _)| student), ..plain }
        }
        class::Command::Open { .. }
        | class::Command::RemoveStudent { .. }
        | class::Command::EndAssignment { .. }
        | class::Command::CloseEnrolment {}
        | class::Command::WriteNote { .. }
        | class::Command::DismissTeacher { .. } => plain,
    }
}

/// Whether the documents of a `Publish` are stored, fit each other and the course, and have no faults.
fn is_sound(course: CourseId, command: &course::Command, library: &Library) -> bool {
    match command {
        course::Command::Import { .. } | course::Command::Correct { .. } | course::Command::UndoCorrection { .. } => true,
        course::Command::Publish { paper, keys } => edition(*paper, keys, library).is_some_and(|edition| {
            let belongs = |(unit, key): (&UnitId, &UnitKey)| *unit == key.unit && edition.paper.unit(*unit).is_some();
            edition.paper.course == course && edition.keys.iter().all(belongs) && edition.faults().is_empty()
        }),
    }
}

/// Whether a `Correct` names a question of the newest edition that has its unit, and the correction fits it; and that question's choices.
fn fits(course: CourseId, command: &course::Command, world: &World<'_>) -> course::Facts {
    match command {
        course::Command::Import { .. } | course::Command::Publish { .. } | course::Command::UndoCorrection { .. } => {
            course::Facts { sound: true, fits: true, can_be_entered: true, choices: None }
        }
        course::Command::Correct { unit, question, correction, .. } => {
            let edition = newest_edition_of(world.directory, course, *unit);
            let content = edition.and_then(|edition| world.library.unit(&edition, *unit));
            let found = content.as_ref().and_then(|content| content.question(*question));
            let fits = found.is_some_and(|(question, key)| grading::fits(correction, question, key));
            let can_be_entered = found.is_none_or(|(_, key)| grading::can_be_entered(correction, key));
            course::Facts { sound: true, fits, can_be_entered, choices: found.map(|(question, _)| question.choices()) }
        }
    }
}

fn edition(paper: ContentHash, keys: &BTreeMap<UnitId, ContentHash>, library: &Library) -> Option<Edition> {
    let keys = keys.iter().map(|(unit, hash)| Some((*unit, library.key(*hash)?.as_ref().clone())));
    Some(Edition { paper: library.paper(paper)?.as_ref().clone(), keys: keys.collect::<Option<_>>()? })
}

/// The edition that an attempt begun now should name: the newest of the course that a class's unit comes from.
pub fn newest_edition(directory: &Directory, class: ClassId, unit: UnitId) -> Option<attempt::EditionRef> {
    newest_edition_of(directory, directory.class(class)?.units.get(&unit)?.course, unit)
}

/// The newest edition of a course that has the unit.
pub fn newest_edition_of(directory: &Directory, course: CourseId, unit: UnitId) -> Option<attempt::EditionRef> {
    newest_edition_in(&directory.course(course)?.contents, course, unit)
}

/// The same, of a course with these contents.
pub fn newest_edition_in(contents: &course::Contents, course: CourseId, unit: UnitId) -> Option<attempt::EditionRef> {
    let editions = &contents.editions;
    let (index, edition) = editions.iter().enumerate().rev().find(|(_, edition)| edition.keys.contains_key(&unit))?;
    Some(attempt::EditionRef { course, number: index as u32 + 1, paper: edition.paper, key: *edition.keys.get(&unit)? })
}
