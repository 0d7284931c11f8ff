//! What the answers of a class say of one question, and of each question of a unit.

use crate::answers;
use domain::{
    attempt::Judgement,
    content::{FieldKind, Input, Paper, Question, Right},
    grading,
    ids::{AccountId, QuestionId, UnitId},
    projections::journal::{Journal, Tried},
    statistics::{self, AnswerLine, Discrimination, Given, Share},
    time::Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What the answers to a question say.
#[derive(Debug, Clone, PartialEq)]
pub struct Insight {
    /// Those of the times it was met and answered that ended right, by whatever try.
    pub right: Option<Share>,
    /// First answers that were right.
    pub first_try: Option<Share>,
    /// The median time of a first answer, in milliseconds, and of how many.
    pub median_ms: Option<(f64, usize)>,
    /// Against the student's other questions of the section.
    pub discrimination: Option<Discrimination>,
    /// The most frequent first.
    pub wrong: Vec<WrongAnswer>,
    /// For a question of choices: each of them.
    pub options: Vec<AnswerLine>,
    /// First answers by week, in order.
    pub weeks: Vec<Week>,
    /// Answers that count for nothing.
    pub void: usize,
}

/// A wrong answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongAnswer {
    /// As it was entered first.
    pub inputs: Vec<Input>,
    /// How often it was given.
    pub times: usize,
    /// Who gave it.
    pub students: BTreeSet<AccountId>,
}

/// A week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Week {
    /// Its Monday, at midnight UTC.
    pub from: Timestamp,
    /// First answers that were right.
    pub right: Share,
}

/// A question in the list of questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Its unit.
    pub unit: UnitId,
    /// The question.
    pub question: QuestionId,
    /// First answers that were right.
    pub first_try: Share,
    /// The wrong answer given most often, and how often.
    pub common: Option<(String, usize)>,
}

/// The Monday of the week of a moment.
fn monday(at: Timestamp) -> Timestamp {
    let day = at.0.div_euclid(DAY_MS);
    // 1970-01-01 was a Thursday.
    Timestamp((day - (day + 3).rem_euclid(7)) * DAY_MS)
}

fn is_first(tried: &&Tried) -> bool {
    tried.try_number == 1 && tried.judgement != Judgement::Void
}

fn first_share<'t>(tried: impl Iterator<Item = &'t Tried>) -> Option<Share> {
    let (mut right, mut all) = (0, 0);
    for first in tried.filter(is_first) {
        all += 1;
        right += usize::from(first.judgement == Judgement::Right);
    }
    Share::of(right, all)
}

/// The wrong answers, the most frequent first; equal ones are one.
fn wrong_answers(question: &Question, tried: &[&Tried], comma: bool) -> Vec<WrongAnswer> {
    let mut wrong: BTreeMap<Vec<String>, WrongAnswer> = BTreeMap::new();
    for answer in tried.iter().filter(|tried| tried.judgement == Judgement::Wrong) {
        let fresh = || WrongAnswer { inputs: answer.inputs.clone(), times: 0, students: BTreeSet::new() };
        let line = wrong.entry(grading::normalised(question, &answer.inputs, comma)).or_insert_with(fresh);
        line.times += 1;
        line.students.insert(answer.attempt.student);
    }
    let mut wrong: Vec<WrongAnswer> = wrong.into_values().collect();
    wrong.sort_by_key(|line| std::cmp::Reverse(line.times));
    wrong
}

/// What the class's answers up to event k say of a question.
pub fn insight(journal: &Journal, k: usize, unit: UnitId, question: &Question, rights: &[Right], comma: bool) -> Insight {
    let all = journal.tried(unit, k);
    let tried: Vec<&Tried> = all.iter().filter(|tried| tried.question == question.id).collect();
    let mut met: BTreeMap<_, bool> = BTreeMap::new();
    for answer in tried.iter().filter(|tried| tried.judgement != Judgement::Void) {
        *met.entry((answer.attempt, answer.ordinal)).or_default() |= answer.judgement == Judgement::Right;
    }
    let times: Vec<u64> = tried.iter().copied().filter(is_first).filter_map(|tried| tried.ms.map(u64::from)).collect();
    let mut weeks: BTreeMap<Timestamp, Vec<&Tried>> = BTreeMap::new();
    for answer in &tried {
        weeks.entry(monday(answer.at)).or_default().push(answer);
    }
    let week = |(from, tried): (Timestamp, Vec<&Tried>)| Some(Week { from, right: first_share(tried.into_iter())? });
    let firsts = firsts(&all);
    let drawn = statistics::practice(&firsts.values().cloned().collect::<Vec<_>>());
    Insight {
        right: Share::of(met.values().filter(|right| **right).count(), met.len()),
        first_try: first_share(tried.iter().copied()),
        median_ms: statistics::median_time_ms(times.iter().copied()).map(|median| (median, times.len())),
        discrimination: drawn.get(&question.id).map(|drawn| drawn.discrimination),
        wrong: wrong_answers(question, &tried, comma),
        options: options(question, rights, &tried, &firsts),
        weeks: weeks.into_iter().filter_map(week).collect(),
        void: tried.iter().filter(|tried| tried.judgement == Judgement::Void).count(),
    }
}

/// Each student's first answer to each question: right or not.
fn firsts(tried: &[Tried]) -> BTreeMap<AccountId, BTreeMap<QuestionId, bool>> {
    let mut firsts: BTreeMap<AccountId, BTreeMap<QuestionId, bool>> = BTreeMap::new();
    for first in tried.iter().filter(is_first) {
        let right = first.judgement == Judgement::Right;
        firsts.entry(first.attempt.student).or_default().entry(first.question).or_insert(right);
    }
    firsts
}

/// The table of the choices of a question with one field of choices.
fn options(
    question: &Question,
    rights: &[Right],
    tried: &[&Tried],
    firsts: &BTreeMap<AccountId, BTreeMap<QuestionId, bool>>,
) -> Vec<AnswerLine> {
    let ([field], [right]) = (question.fields.as_slice(), rights) else { return Vec::new() };
    let (FieldKind::OneOf { choices } | FieldKind::ManyOf { choices }) = &field.kind else { return Vec::new() };
    let is_right = |index: u16| match right {
        Right::OneOf { right } => *right == index,
        Right::ManyOf { right } => right.contains(&index),
        Right::Number { .. } | Right::Text { .. } | Right::Match { .. } => false,
    };
    let answer = |index: u16| statistics::Answer { text: answers::choice(choices, index), right: is_right(index) };
    let mut given: BTreeMap<AccountId, Given> = BTreeMap::new();
    for first in tried.iter().filter(|tried| tried.try_number == 1) {
        let Some(Input::Chosen(chosen)) = first.inputs.first() else { continue };
        let work = firsts.get(&first.attempt.student).into_iter().flat_map(BTreeMap::values);
        let total = Share::of(work.clone().filter(|right| **right).count(), work.count()).map_or(0.0, |share| share.share);
        let chosen = chosen.iter().map(|index| answer(*index)).collect();
        given.entry(first.attempt.student).or_insert(Given { chosen, total });
    }
    let offered: Vec<_> = (0..choices.len()).filter_map(|index| u16::try_from(index).ok()).map(answer).collect();
    statistics::answers(&offered, &given.into_values().collect::<Vec<_>>())
}

/// The questions of these units that somebody answered, in the order of the course.
pub fn listed(journal: &Journal, k: usize, paper: &Paper, units: &BTreeSet<UnitId>) -> Vec<Listed> {
    let sections = paper.chapters.iter().flat_map(|chapter| &chapter.sections).filter(|section| units.contains(&section.id));
    let of_section = |section: &domain::content::Section| {
        let all = journal.tried(section.id, k);
        let mut by_question: BTreeMap<QuestionId, Vec<&Tried>> = BTreeMap::new();
        for tried in &all {
            by_question.entry(tried.question).or_default().push(tried);
        }
        let line = |question: &Question| {
            let tried = by_question.get(&question.id)?;
            let wrong = wrong_answers(question, tried, paper.decimal_comma).into_iter().next();
            let common = wrong.map(|line| (answers::entered(question, &line.inputs), line.times));
            Some(Listed { unit: section.id, question: question.id, first_try: first_share(tried.iter().copied())?, common })
        };
        section.questions.iter().filter_map(line).collect::<Vec<_>>()
    };
    sections.flat_map(of_section).collect()
}
