//! What is meant to be done: a correction, or taking one back; and what it would make of everybody's work.

use crate::{pages::question::source::Asked, texts::regrading::Totals};
use domain::{
    attempt::{self, AttemptKey, EditionRef, Event, Judgement, Regraded},
    command::Refusal,
    content::{Corrected, Correction},
    course::{self, Contents, Course},
    decider::Decider as _,
    grading,
    ids::{ContentHash, UnitId},
    library::Library,
    projections::journal::Journal,
};
use std::collections::BTreeSet;

/// What is meant to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// Correct the question of the page.
    Correct {
        /// How.
        correction: Correction,
        /// No answer that was right becomes wrong.
        harm_nobody: bool,
    },
    /// Take a correction back.
    Undo {
        /// Its number.
        number: u32,
    },
}

/// What it would make of the work of a class.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forecast {
    /// The attempts that would come out otherwise, and how.
    pub changes: Vec<(AttemptKey, Regraded)>,
    /// The documents that some attempts are graded by and that are not here.
    pub missing: BTreeSet<ContentHash>,
}

impl Plan {
    /// The command that does it.
    pub fn command(&self, asked: &Asked) -> course::Command {
        match self {
            Self::Correct { correction, harm_nobody } => course::Command::Correct {
                unit: asked.place.unit,
                question: asked.place.question,
                correction: correction.clone(),
                harm_nobody: *harm_nobody,
            },
            Self::Undo { number } => course::Command::UndoCorrection { number: *number },
        }
    }

    /// The course as it would be, and the number of what makes it so; none if nothing would be different.
    ///
    /// # Errors
    /// The course's refusal.
    pub fn after(&self, asked: &Asked, contents: &Contents) -> Result<Option<(Contents, u32)>, Refusal> {
        let fits = match self {
            Self::Correct { correction, .. } => asked.parts().is_some_and(|(question, key)| grading::fits(correction, question, key)),
            Self::Undo { .. } => true,
        };
        let decided = Course::Imported(contents.clone()).decide(&self.command(asked), &course::Facts { sound: true, fits });
        let events = decided.map_err(Refusal::Course)?;
        let mut after = contents.clone();
        events.iter().for_each(|event| after.evolve(event));
        Ok((!events.is_empty()).then(|| {
            let number = after.corrections.len() as u32;
            (after, number)
        }))
    }

    /// The unit whose answers would be graded again.
    pub fn unit(&self, asked: &Asked) -> UnitId {
        match self {
            Self::Correct { .. } => asked.place.unit,
            Self::Undo { number } => match asked.content.corrections.get((*number as usize).saturating_sub(1)) {
                Some(Corrected::Correction { unit, .. }) => *unit,
                Some(Corrected::Undoing { .. }) | None => asked.place.unit,
            },
        }
    }
}

impl Forecast {
    /// Grades all attempts of a class at a unit again, by these corrections: what the server's process manager will do.
    pub fn of(journal: &Journal, library: &Library, unit: UnitId, corrections: &[Corrected], number: u32) -> Self {
        let mut forecast = Self::default();
        for (key, history) in journal.attempts(unit, journal.len()) {
            let Some(edition) = pinned(&history) else { continue };
            match library.unit(&edition, unit) {
                Some(content) => {
                    let regraded = attempt::regraded(&key, &history, &content.corrected(corrections), number);
                    forecast.changes.extend(regraded.map(|regraded| (key, regraded)));
                }
                None => forecast.missing.extend([edition.paper, edition.key].into_iter().filter(|hash| !library.has(*hash))),
            }
        }
        forecast
    }

    /// All of it in numbers.
    pub fn totals(&self) -> Totals {
        let count = |is: fn(&Regraded) -> bool| self.changes.iter().filter(|(_, regraded)| is(regraded)).count();
        let answers = || self.changes.iter().flat_map(|(_, regraded)| &regraded.answers);
        let become_so = |wanted: Judgement| answers().filter(|judged| judged.to == wanted).count();
        Totals {
            students: self.changes.iter().map(|(key, _)| key.student).collect::<BTreeSet<_>>().len(),
            answers: answers().count(),
            up: become_so(Judgement::Right),
            down: become_so(Judgement::Wrong),
            void: become_so(Judgement::Void),
            finished: count(|regraded| regraded.after.finished && !regraded.before.finished),
            unfinished: count(|regraded| regraded.before.finished && !regraded.after.finished),
            unstuck: count(|regraded| regraded.before.stuck && !regraded.after.stuck),
            stuck: count(|regraded| regraded.after.stuck && !regraded.before.stuck),
        }
    }
}

fn pinned(history: &[Event]) -> Option<EditionRef> {
    history.iter().find_map(|event| if let Event::AttemptStarted { edition, .. } = event { Some(*edition) } else { None })
}
