//! Regrading: a corrected key, or a correction taken back, has every attempt at its unit graded again.

use crate::{
    attempt::{Attempt, AttemptKey, Command},
    course::{Contents, Event},
    ids::{CourseId, UnitId},
    projections::directory::Directory,
};

/// Attempts that are to be graded again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Regrading {
    /// The course that was corrected.
    pub course: CourseId,
    /// The unit that the question is in.
    pub unit: UnitId,
    /// The newest edition that is corrected.
    pub edition: u32,
    /// The number of the correction, or of what took one back.
    pub number: u32,
}

/// What an event of a course causes, in a course with these contents.
pub fn caused_by(course: CourseId, event: &Event, contents: &Contents) -> Option<Regrading> {
    match event {
        Event::AnswerKeyCorrected { number, edition, unit, question: _, correction, harm_nobody: _, choices: _ } => {
            correction.regrades().then_some(Regrading { course, unit: *unit, edition: *edition, number: *number })
        }
        Event::CorrectionUndone { number, undoes } => {
            let undone = contents.corrections.get(*undoes)?.corrected;
            let regrading = Regrading { course, unit: undone.unit, edition: undone.edition, number: *number };
            undone.correction.regrades().then_some(regrading)
        }
        Event::CourseImported { .. } | Event::EditionPublished { .. } => None,
    }
}

impl Regrading {
    /// The command for an attempt; `None` if it is at another unit, of another course or at a later edition.
    pub fn command(&self, key: &AttemptKey, attempt: &Attempt) -> Option<Command> {
        let edition = attempt.work()?.edition;
        let concerned = key.unit == self.unit && edition.course == self.course && edition.number <= self.edition;
        concerned.then_some(Command::Regrade { correction: self.number })
    }

    /// The same, by all corrections that the unit has by now.
    #[must_use]
    pub fn belated(self, directory: &Directory) -> Self {
        let last = directory.course(self.course).map_or(0, |course| course.contents.corrections.last_of(self.unit));
        Self { number: self.number.max(last), ..self }
    }
}
