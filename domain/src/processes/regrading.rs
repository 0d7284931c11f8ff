//! Regrading: a corrected key, or a correction taken back, has every attempt at its unit graded again.

use crate::{
    attempt::{Attempt, AttemptKey, Command},
    content::Corrected,
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
        Event::CorrectionUndone { number, undoes } => match contents.correction(*undoes)? {
            Corrected::Correction { edition, unit, question: _, correction, harm_nobody: _, choices: _, undone_by: _ } => {
                correction.regrades().then_some(Regrading { course, unit: *unit, edition: *edition, number: *number })
            }
            Corrected::Undoing { .. } => None,
        },
        Event::CourseImported { .. } | Event::EditionPublished { .. } => None,
    }
}

impl Regrading {
    /// What to ask of an attempt; none of one at another unit, of another course or at a later edition.
    pub fn command(&self, key: &AttemptKey, attempt: &Attempt) -> Option<Command> {
        let edition = attempt.work()?.edition;
        let concerned = key.unit == self.unit && edition.course == self.course && edition.number <= self.edition;
        concerned.then_some(Command::Regrade { correction: self.number })
    }

    /// By all corrections that the course has by now.
    #[must_use]
    pub fn belated(self, directory: &Directory) -> Self {
        let corrections = directory.course(self.course).map_or(0, |course| course.contents.corrections.len());
        Self { number: self.number.max(u32::try_from(corrections).unwrap_or(u32::MAX)), ..self }
    }
}
