//! What a correction would do, before it is made: the real run, tried on the history that a teacher's device holds.

use crate::{
    attempt::{self, AttemptKey, EditionRef, Event, Judged, Judgement, Regraded, regraded},
    content::{Correction, Input},
    course::{self, Command, Contents, Course},
    decider::Decider,
    decision,
    ids::{ContentHash, CourseId, QuestionId, UnitId},
    library::Library,
    projections::journal::Journal,
};
use std::collections::{BTreeMap, BTreeSet};

/// What a teacher is about to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposal {
    /// Correct a question's key.
    Correct {
        /// The unit that the question is in.
        unit: UnitId,
        /// The question.
        question: QuestionId,
        /// What is different.
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

/// What would become of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// The attempt.
    pub attempt: AttemptKey,
    /// What would be recorded of it.
    pub regraded: Regraded,
    /// What was entered in each answer that would come out otherwise, in the order of [`Regraded::answers`].
    pub inputs: Vec<Vec<Input>>,
}

/// Counts over all attempts of the class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Attempts looked at.
    pub attempts: u32,
    /// Answers in them, to whichever question.
    pub answers: u32,
    /// Answers that would be right.
    pub to_right: u32,
    /// Answers that would be wrong.
    pub to_wrong: u32,
    /// Answers that would count for nothing.
    pub to_void: u32,
    /// Sections that would be finished, or drills passed, by it.
    pub finished: u32,
    /// Sections that would no longer be finished, or drills no longer passed: only an earlier correction had made them so.
    pub unfinished: u32,
    /// Students who would be at a stumbling block no more, counted by attempt.
    pub unstuck: u32,
    /// Students who would be at one, counted by attempt.
    pub stuck: u32,
}

/// A dry run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preview {
    /// The number that the correction, or what takes one back, would get; none if the course would refuse it, or has it already.
    pub number: Option<u32>,
    /// The attempts that would change.
    pub changes: Vec<Foreseen>,
    /// Counts.
    pub totals: Totals,
    /// The attempts that could not be looked at.
    pub unseen: Vec<AttemptKey>,
    /// The documents that those need.
    pub missing: BTreeSet<ContentHash>,
}

/// Tries a proposal on a class's history as it is now. Whether the correction fits its question is not asked here: [`crate::grading::fits`].
pub fn preview(journal: &Journal, course: CourseId, contents: &Contents, library: &Library, proposal: &Proposal) -> Preview {
    let mut preview = Preview::default();
    let Some((unit, event)) = proposal.event(course, contents, library) else { return preview };
    let mut then = contents.clone();
    then.evolve(&event);
    let number = then.corrections.last();
    preview.number = Some(number);
    for (attempt, history) in journal.attempts(unit, journal.len()) {
        let Some(edition) = edition(&history).filter(|edition| edition.course == course) else { continue };
        match library.unit(&edition, unit) {
            None => {
                let needed = [edition.paper, edition.key].into_iter().filter(|hash| !library.has(*hash));
                preview.missing.extend(needed);
                preview.unseen.push(attempt);
            }
            Some(content) => {
                preview.totals.attempts += 1;
                preview.totals.answers += history.iter().filter(|event| answer(event).is_some()).count() as u32;
                if let Some(regraded) = regraded(&attempt, &history, &content.corrected(&then.corrections), number) {
                    preview.totals.count(&regraded);
                    preview.changes.push(Foreseen { attempt, inputs: inputs(&history, &regraded.answers), regraded });
                }
            }
        }
    }
    preview
}

impl Proposal {
    /// The command that it becomes.
    pub fn command(&self) -> Command {
        match self {
            Self::Correct { unit, question, correction, harm_nobody } => {
                Command::Correct { unit: *unit, question: *question, correction: correction.clone(), harm_nobody: *harm_nobody }
            }
            Self::Undo { number } => Command::UndoCorrection { number: *number },
        }
    }

    /// The event that the course would record, and the unit that it is about; none if it would refuse, or has it already.
    fn event(&self, course: CourseId, contents: &Contents, library: &Library) -> Option<(UnitId, course::Event)> {
        let (unit, choices) = match self {
            Self::Correct { unit, question, .. } => {
                let edition = decision::newest_edition_in(contents, course, *unit)?;
                let paper = library.paper(edition.paper);
                let asked = paper.and_then(|paper| paper.unit(*unit)).and_then(|unit| unit.question(*question));
                (*unit, asked.map(|asked| asked.choices()))
            }
            Self::Undo { number } => (contents.corrections.get(*number)?.corrected.unit, None),
        };
        let course = Course::Imported(contents.clone());
        let decided = course.decide(&self.command(), &course::Facts { sound: true, fits: true, can_be_entered: true, choices });
        Some((unit, decided.ok()?.pop()?))
    }
}

impl Totals {
    fn count(&mut self, regraded: &Regraded) {
        for judged in &regraded.answers {
            match judged.to {
                Judgement::Right => self.to_right += 1,
                Judgement::Wrong => self.to_wrong += 1,
                Judgement::Void => self.to_void += 1,
            }
        }
        let (before, after) = (regraded.before, regraded.after);
        self.finished += u32::from(!before.finished && after.finished);
        self.unfinished += u32::from(before.finished && !after.finished);
        self.unstuck += u32::from(before.stuck && !after.stuck);
        self.stuck += u32::from(!before.stuck && after.stuck);
    }
}

fn edition(history: &[Event]) -> Option<EditionRef> {
    Some(history.first()?.begun()?.0)
}

fn answer(event: &Event) -> Option<&attempt::Answer> {
    event.graded().map(|(answer, _)| answer)
}

/// What was entered in each of these answers.
fn inputs(history: &[Event], judged: &[Judged]) -> Vec<Vec<Input>> {
    let entered: BTreeMap<(u32, u32), &[Input]> =
        history.iter().filter_map(answer).map(|answer| ((answer.ordinal, answer.try_number), answer.inputs.as_slice())).collect();
    let of = |judged: &Judged| entered.get(&(judged.ordinal, judged.try_number)).map_or_else(Vec::new, |inputs| inputs.to_vec());
    judged.iter().map(of).collect()
}
