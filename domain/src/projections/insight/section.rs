//! A section in numbers: its drawn questions, and the table of marks where its questions are a fixed set.

use super::first;
use crate::{
    ids::{AccountId, QuestionId, UnitId},
    projections::journal::Journal,
    statistics::{Drawn, MarkTable, practice},
};
use std::collections::BTreeMap;

/// The statistics of a section whose questions are drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionInsight {
    /// By question that was answered.
    pub questions: BTreeMap<QuestionId, Drawn>,
    /// By student, what was answered first: right or not.
    pub firsts: BTreeMap<AccountId, BTreeMap<QuestionId, bool>>,
}

impl SectionInsight {
    /// As of event k.
    pub fn of(journal: &Journal, unit: UnitId, k: usize) -> Self {
        let firsts = first::by_student(journal, journal.answers(Some(unit), k));
        let students: Vec<_> = firsts.values().cloned().collect();
        Self { questions: practice(&students), firsts }
    }
}

/// The table of marks of a fixed set of questions of one unit, one mark each: a row for each of these students, in order. The mark is the
/// first answer's; a question not answered by then has none.
pub fn mark_table(journal: &Journal, unit: UnitId, questions: &[QuestionId], students: &[AccountId], k: usize) -> MarkTable {
    let firsts = first::by_student(journal, journal.answers(Some(unit), k));
    let row = |student: &AccountId| questions.iter().map(|question| firsts.get(student)?.get(question).copied()).collect();
    MarkTable::of_right(questions.len(), students.iter().map(row).collect())
}
