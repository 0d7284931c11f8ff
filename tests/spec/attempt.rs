//! The rules of an attempt: drawing, the drill, the section test.

mod bounds;
mod drawing;
mod drill;
mod earlier_build;
mod properties;
mod reckoning;
mod section_test;

use crate::given::Given;
use domain::{
    attempt::{Answer, Attempt, Command, Event, Facts, Refusal},
    content::{Input, Rule},
    decider::Decider,
    ids::QuestionId,
};
use model::school;
use std::collections::BTreeMap;

/// Ordinals of an attempt's questions.
pub const Q1: u32 = 1;
pub const Q2: u32 = 2;
pub const Q3: u32 = 3;
pub const Q4: u32 = 4;
pub const Q5: u32 = 5;
pub const Q6: u32 = 6;

/// A unit at work: its name says which rule holds.
#[derive(Debug, Clone, Copy)]
pub struct Unit(pub &'static str);
pub const SECTION: Unit = Unit("section");
pub const DRILL: Unit = Unit("drill");

impl Unit {
    /// What holds for the first run of a student of the class.
    pub fn facts(self) -> Facts<'static> {
        let edition = school::edition_ref(self.0, 1);
        Facts {
            attempt: school::attempt(self.0, 1),
            admitted: true,
            open_now: true,
            published: true,
            earlier_run_ended: true,
            unit: school::LIBRARY.unit(&edition, school::unit(self.0)),
            history: &[],
        }
    }

    /// An attempt with this past: pieces of history, one after the other.
    pub fn given<const N: usize>(self, history: [Vec<Event>; N]) -> Given<Attempt> {
        Given::new(history.into_iter().flatten(), self.facts())
    }

    pub fn rule(self) -> Rule {
        school::UNITS.iter().find(|(name, ..)| *name == self.0).expect("a unit of the course").2
    }

    pub fn start(self) -> Command {
        Command::Start { edition: school::edition_ref(self.0, 1) }
    }

    pub fn begun(self) -> Event {
        Event::AttemptStarted { edition: school::edition_ref(self.0, 1), rule: self.rule() }
    }

    /// The question that is drawn with this ordinal.
    pub fn question(self, ordinal: u32) -> QuestionId {
        let mut assigned = BTreeMap::new();
        let mut state = Attempt::replay(&[self.begun()]);
        let facts = self.facts();
        let first = Attempt::default().decide(&self.start(), &facts).expect("it starts");
        for event in &first[1..] {
            state = state.evolve(event);
        }
        loop {
            let current = state.current().cloned().expect("a question");
            assigned.insert(current.ordinal, current.question);
            if current.ordinal == ordinal {
                return current.question;
            }
            // A reveal lets any rule go on to the next question.
            let reveal = Command::RevealAnswer { ordinal: current.ordinal };
            let next = Command::NextQuestion { ordinal: current.ordinal };
            for command in [reveal, next] {
                let events = state.decide(&command, &facts).expect("it goes on");
                state = events.iter().fold(state, Attempt::evolve);
            }
        }
    }

    pub fn asked(self, ordinal: u32) -> Event {
        Event::QuestionAssigned { ordinal, question: self.question(ordinal) }
    }

    /// The attempt was begun.
    pub fn started(self) -> Vec<Event> {
        vec![self.begun(), self.asked(Q1)]
    }

    fn answer(self, ordinal: u32, try_number: u32, inputs: Vec<Input>) -> Answer {
        Answer { ordinal, question: self.question(ordinal), try_number, inputs, ms: Some(900), corrections: 0 }
    }

    pub fn right_event(self, ordinal: u32, try_number: u32) -> Event {
        Event::QuestionAnsweredCorrectly(self.answer(ordinal, try_number, school::right_inputs(self.question(ordinal))))
    }

    pub fn missed_event(self, ordinal: u32, try_number: u32) -> Event {
        Event::QuestionAnsweredWrongly(self.answer(ordinal, try_number, school::wrong_inputs()))
    }

    pub fn revealed_event(self, ordinal: u32) -> Event {
        Event::AnswerRevealed { ordinal, question: self.question(ordinal) }
    }

    pub fn hit(self, ordinal: u32, try_number: u32) -> Command {
        Command::SubmitAnswer { ordinal, try_number, inputs: school::right_inputs(self.question(ordinal)), ms: Some(900) }
    }

    /// Right first time, and on to the next question.
    pub fn passed_by(self, ordinal: u32) -> Vec<Event> {
        vec![self.right_event(ordinal, 1), self.asked(ordinal + 1)]
    }

    /// Missed the first time, put right (where the rule wants that), and on to the next question.
    pub fn missed(self, ordinal: u32) -> Vec<Event> {
        let put_right = (!self.rule().moves_on_when_missed()).then(|| self.right_event(ordinal, 2));
        [self.missed_event(ordinal, 1)].into_iter().chain(put_right).chain([self.asked(ordinal + 1)]).collect()
    }

    /// Looked up, and on to the next question.
    pub fn looked_up(self, ordinal: u32) -> Vec<Event> {
        vec![self.revealed_event(ordinal), self.asked(ordinal + 1)]
    }
}

/// An answer with these inputs.
pub fn enter(ordinal: u32, try_number: u32, text: &str) -> Command {
    Command::SubmitAnswer { ordinal, try_number, inputs: vec![Input::Text(text.into())], ms: Some(900) }
}

/// A wrong first answer.
pub fn miss(ordinal: u32) -> Command {
    miss_again(ordinal, 1)
}

pub fn miss_again(ordinal: u32, try_number: u32) -> Command {
    Command::SubmitAnswer { ordinal, try_number, inputs: school::wrong_inputs(), ms: Some(900) }
}

pub fn reveal(ordinal: u32) -> Command {
    Command::RevealAnswer { ordinal }
}

pub fn next(ordinal: u32) -> Command {
    Command::NextQuestion { ordinal }
}

pub fn stumbled() -> Event {
    Event::StumblingBlockMet {}
}

pub fn cleared() -> Event {
    Event::StumblingBlockCleared {}
}

pub fn finished() -> Event {
    Event::SectionFinished {}
}

pub fn completed() -> Event {
    Event::StreakCompleted {}
}

pub fn another(current: u32) -> Refusal {
    Refusal::AnotherQuestion { current }
}
