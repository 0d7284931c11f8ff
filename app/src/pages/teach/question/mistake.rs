//! One wrong answer to a question: how often it was given and by whom, and what is said to it.

use super::source::Asked;
use crate::{answers, texts::texts};
use domain::{
    content::{Correction, Input},
    grading::Grade,
    ids::AccountId,
    projections::insight::WrongAnswer,
};

/// A wrong answer, as a line of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// Tells it from other lines.
    pub key: String,
    /// As it was entered first.
    pub inputs: Vec<Input>,
    /// The same in words.
    pub answer: String,
    /// How often it was given.
    pub times: usize,
    /// By whom.
    pub students: Vec<AccountId>,
    /// What whoever gives it is told, as HTML.
    pub said: Vec<String>,
    /// What a teacher explained, as it can be changed.
    pub explained: Option<String>,
    /// It is wrong no more, and why.
    pub by_now: Option<String>,
}

impl Mistake {
    /// The answer, and that it is wrong no more if it is so.
    pub fn words(&self) -> String {
        self.by_now.as_ref().map_or_else(|| self.answer.clone(), |by_now| format!("{} ({by_now})", self.answer))
    }

    /// Of a wrong answer to what is asked; none while the question is not here.
    pub fn of(asked: &Asked, wrong: &WrongAnswer) -> Option<Self> {
        let (question, _) = asked.parts()?;
        let explained = wrong.explained.and_then(|number| asked.content.corrections.get(number));
        let explained = explained.and_then(|said| match said.correction() {
            Correction::Explain { text, .. } => Some(text.clone()),
            Correction::Replace { .. } | Correction::AcceptToo { .. } | Correction::Drop {} | Correction::FullCredit {} => None,
        });
        let feedback = |grade: Grade<'_>| grade.feedback.iter().map(|html| html.0.clone()).collect();
        let said = asked.with_grade(&wrong.inputs, feedback).unwrap_or_default();
        let by_now = match (wrong.accepted, wrong.wrong) {
            (Some(correction), _) => Some((texts().question.accepted_by_now)(correction)),
            (None, 0) => Some(texts().question.right_by_now.to_owned()),
            (None, _) => None,
        };
        Some(Self {
            key: wrong.answer.join("\n"),
            inputs: wrong.inputs.clone(),
            answer: answers::entered(question, &wrong.inputs),
            times: wrong.count,
            students: wrong.students.iter().map(|given| given.student).collect(),
            said,
            explained,
            by_now,
        })
    }
}
