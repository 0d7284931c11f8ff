//! The first answers to first meetings: one for each student and question.

use crate::{
    attempt::Judgement,
    ids::{AccountId, QuestionId},
    projections::journal::{Answered, Journal},
};
use std::collections::BTreeMap;

/// Which (student, question) pairs were met before.
pub(super) struct Met {
    questions: usize,
    met: Vec<bool>,
}

impl Met {
    /// Nobody has met anything.
    pub(super) fn nothing_of(journal: &Journal) -> Self {
        let questions = journal.questions();
        Self { questions, met: vec![false; questions * journal.students()] }
    }

    /// Whether this answer is the student's first to the question.
    pub(super) fn is_first(&mut self, answered: &Answered<'_>) -> bool {
        let met = &mut self.met[answered.student as usize * self.questions + answered.question as usize];
        answered.try_number == 1 && !std::mem::replace(met, true)
    }
}

/// Right or not; none for what counts for nothing.
pub(super) fn is_right(judgement: Judgement) -> Option<bool> {
    match judgement {
        Judgement::Right => Some(true),
        Judgement::Wrong => Some(false),
        Judgement::Void => None,
    }
}

/// By student, the first answers in a section: to which question, right or not.
pub(super) fn by_student<'j>(
    journal: &Journal,
    answers: impl Iterator<Item = Answered<'j>>,
) -> BTreeMap<AccountId, BTreeMap<QuestionId, bool>> {
    let mut met = Met::nothing_of(journal);
    let mut students: BTreeMap<AccountId, BTreeMap<QuestionId, bool>> = BTreeMap::new();
    for answered in answers {
        if met.is_first(&answered)
            && let Some(right) = is_right(answered.judgement)
        {
            students.entry(answered.attempt.student).or_default().insert(answered.question(), right);
        }
    }
    students
}
