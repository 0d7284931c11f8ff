//! The rules of corrections and regrading: what a correction makes of answers given before it, and of the work that they were part of.

mod choices;
mod counting;
mod dropped;
mod kinds;
mod partial;
mod preview;
mod properties;
mod undo;

use crate::attempt::{DRILL, SECTION, Unit};
use domain::{
    attempt::{Attempt, Command, Event, Facts, Judged, Judgement, Reckoning, Refusal, Regraded},
    content::{Accepted, Correction, Form, Input, Right, Tolerance},
    course::{self, Contents, Course},
    decider::Decider,
    ids::QuestionId,
};
use model::school;
use std::collections::BTreeSet;

/// One student's attempt, and the course that corrects it.
#[derive(Debug, Clone)]
pub struct Work {
    pub unit: Unit,
    pub history: Vec<Event>,
    pub contents: Contents,
    pub edition: u32,
}

impl Work {
    /// Begun on the first edition, with nothing corrected.
    pub fn begun(unit: Unit) -> Self {
        let mut contents = Contents::default();
        let documents = school::edition(1);
        contents.evolve(&course::Event::EditionPublished { number: 1, paper: documents.paper, keys: documents.keys });
        let mut work = Self { unit, history: Vec::new(), contents, edition: 1 };
        work.ask(&unit.start()).expect("it starts");
        work
    }

    /// Begun, and then this was done, step by step: `+` right first time, `-` wrong, then right where the rule wants that, `?` looked up, each
    /// with the next question; `1` right and `0` wrong without going on; `>` going on.
    pub fn after(unit: Unit, steps: &str) -> Self {
        let mut work = Self::begun(unit);
        work.does(steps);
        work
    }

    pub fn does(&mut self, steps: &str) -> &mut Self {
        for step in steps.chars() {
            let (right, wrong) = (school::right_inputs(self.at().1), school::wrong_inputs());
            match step {
                '+' => _ = (self.answer(right), self.does(">")),
                '-' => {
                    self.answer(wrong).expect("it is wrong");
                    if matches!(self.unit.rule(), domain::content::Rule::SectionTest { .. }) {
                        self.answer(right).expect("it is put right");
                    }
                    self.does(">");
                }
                '?' => _ = (self.ask(&Command::RevealAnswer { ordinal: self.at().0 }), self.does(">")),
                '1' => _ = self.answer(right).expect("it can be answered"),
                '0' => _ = self.answer(wrong).expect("it can be answered"),
                // A passed drill has no next question.
                '>' => _ = self.ask(&Command::NextQuestion { ordinal: self.at().0 }),
                other => panic!("no step {other}"),
            }
        }
        self
    }

    pub fn answer(&mut self, inputs: Vec<Input>) -> Result<Vec<Event>, Refusal> {
        let state = self.state();
        let current = state.current().cloned().expect("a question");
        let try_number = current.tries.len() as u32 + 1;
        self.ask(&Command::SubmitAnswer { ordinal: current.ordinal, try_number, inputs, ms: None })
    }

    /// Decides a command, and takes in what follows.
    pub fn ask(&mut self, command: &Command) -> Result<Vec<Event>, Refusal> {
        let decided = self.decide(command);
        self.history.extend(decided.iter().flatten().cloned());
        decided
    }

    pub fn decide(&self, command: &Command) -> Result<Vec<Event>, Refusal> {
        let edition = school::edition_ref(self.unit.0, self.edition);
        let unit = school::LIBRARY.unit(&edition, school::unit(self.unit.0)).expect("the documents are here");
        let unit = Some(unit.corrected(&self.contents.corrections));
        let facts = Facts {
            attempt: school::attempt(self.unit.0, 1),
            admitted: true,
            open_now: true,
            published: true,
            earlier_run_ended: true,
            unit,
            history: &self.history,
        };
        self.state().decide(command, &facts)
    }

    pub fn state(&self) -> Attempt {
        Attempt::replay(&self.history)
    }

    /// The state apart from the number of the correction that it was graded by last.
    pub fn essence(&self) -> Attempt {
        let mut state = self.state();
        if let Attempt::Open(work, _) | Attempt::Ended(work, _) = &mut state {
            work.regraded = 0;
        }
        state
    }

    /// Where the attempt is: ordinal and question.
    pub fn at(&self) -> (u32, QuestionId) {
        let state = self.state();
        let current = state.current().expect("a question");
        (current.ordinal, current.question)
    }

    pub fn number(&self) -> u32 {
        self.contents.corrections.last()
    }

    /// The course corrects the question that came at this ordinal; nothing is regraded yet.
    pub fn told(&mut self, ordinal: u32, correction: Correction, harm_nobody: bool) -> &mut Self {
        let (unit, question) = (school::unit(self.unit.0), self.unit.question(ordinal));
        self.course(&course::Command::Correct { unit, question, correction, harm_nobody })
    }

    pub fn course(&mut self, command: &course::Command) -> &mut Self {
        let course = Course::Imported(self.contents.clone());
        let events = course
            .decide(command, &course::Facts { sound: true, fits: true, can_be_entered: true, choices: None })
            .expect("the course takes it");
        events.iter().for_each(|event| self.contents.evolve(event));
        self
    }

    /// The process manager comes by.
    pub fn regrade(&mut self) -> Option<Regraded> {
        let command = Command::Regrade { correction: self.number() };
        let events = self.ask(&command).expect("regrading is never refused");
        assert_eq!(self.decide(&command), Ok(vec![]), "asked twice it must write nothing the second time");
        assert!(events.len() <= 1, "{events:?}");
        events.into_iter().next().map(|event| match event {
            Event::AnswerRegraded(regraded) => regraded,
            other => panic!("{other:?} is not what regrading records"),
        })
    }

    /// Corrected and regraded.
    pub fn corrected(&mut self, ordinal: u32, correction: Correction) -> Option<Regraded> {
        self.told(ordinal, correction, false).regrade()
    }

    /// Corrected so that nobody is harmed, and regraded.
    pub fn mended(&mut self, ordinal: u32, correction: Correction) -> Option<Regraded> {
        self.told(ordinal, correction, true).regrade()
    }

    /// A correction is taken back, and regraded.
    pub fn undone(&mut self, number: u32) -> Option<Regraded> {
        self.course(&course::Command::UndoCorrection { number }).regrade()
    }
}

/// The wrong answer of the steps is right too.
pub fn accept_too() -> Correction {
    Correction::AcceptToo { inputs: school::wrong_inputs() }
}

/// The wrong answer of the steps is what is right, and what was right is wrong.
pub fn replace() -> Correction {
    replace_by("1000", Form::Any)
}

pub fn replace_by(value: &str, form: Form) -> Correction {
    let accepted = vec![Accepted { value: value.parse().expect("a number"), within: Tolerance::Exact }];
    Correction::Replace { field: 0, right: Right::Number { accepted, form } }
}

pub fn explain() -> Correction {
    Correction::Explain { inputs: school::wrong_inputs(), text: "A thousand is too much.".into() }
}

/// The changes as (ordinal, try, from, to).
pub fn changes(regraded: &Regraded) -> Vec<(u32, u32, Judgement, Judgement)> {
    let row = |judged: &Judged| (judged.ordinal, judged.try_number, judged.from, judged.to);
    regraded.answers.iter().map(row).collect()
}

pub fn reckoning(streak: u8, misses: u8, stuck: bool, finished: bool) -> Reckoning {
    Reckoning { streak, misses, stuck, finished }
}

/// The questions of a unit.
pub fn questions(unit: Unit) -> BTreeSet<QuestionId> {
    let count = school::UNITS.iter().find(|(name, ..)| *name == unit.0).expect("a unit").1;
    (1..=count).map(|n| school::question_id(unit.0, n)).collect()
}
