//! Views: what screens are about, as tables of what is known and what is shown of it.

mod course_map;
mod mastery;
mod shown;
mod situation;

use domain::{
    account::Role,
    attempt::{self, Answer},
    content::Rule,
    event::Event,
    projections::{read_models::ReadModels, tally::Tally},
    time::Timestamp,
    views::{OnDevice, Reach},
};
use model::school::*;

/// The events of an attempt, by a letter each: `s` start, `+` right, `-` wrong, `!` stuck, `.` cleared, `f` finished.
fn events(steps: &str) -> impl Iterator<Item = attempt::Event> + '_ {
    steps.chars().map(|step| {
        let answer = Answer { ordinal: 1, question: question_id("section", 1), try_number: 1, inputs: vec![], ms: None, corrections: 0 };
        match step {
            's' => attempt::Event::AttemptStarted { edition: edition_ref("section", 1), rule: Rule::SECTION_TEST },
            '+' => attempt::Event::QuestionAnsweredCorrectly(answer),
            '-' => attempt::Event::QuestionAnsweredWrongly(answer),
            '!' => attempt::Event::StumblingBlockMet {},
            '.' => attempt::Event::StumblingBlockCleared {},
            'f' => attempt::Event::SectionFinished {},
            other => panic!("{other} is no step"),
        }
    })
}

/// A tally after some steps, all at moment 0.
fn tally(steps: &str) -> Tally {
    let mut tally = Tally::default();
    events(steps).for_each(|event| tally.fold(1, Timestamp(0), &event));
    tally
}

/// What somebody sees of the school after it was founded and these happened, in order.
fn seen_by(name: &str, role: Role, then: impl IntoIterator<Item = Event>) -> ReadModels {
    let mut models = ReadModels::of(person(name), role);
    as_log(founded().into_iter().chain(then)).iter().for_each(|recorded| models.fold(recorded));
    models
}

/// The same on a device that has all documents, and reaches the school so.
fn on_device(models: &ReadModels, reach: Reach) -> OnDevice<'_> {
    OnDevice { models, library: &LIBRARY, reach }
}
