//! One question: who was right, how long it took, which mistakes were made and by whom, and how that changed over the weeks.

use super::{
    first::{self, Met, is_right},
    weeks::{self, Week, Zone},
};
use crate::{
    attempt::Judgement,
    content::{Correction, Corrections, FieldKey, FieldKind, Input, Question, QuestionKey, Right},
    grading,
    ids::{AccountId, QuestionId, UnitId},
    projections::journal::{Answered, Journal},
    statistics::{AnswerLine, Discrimination, Given, NormalAnswer, Share, answers, median_time_whole_ms, practice},
    time::Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

/// The question that is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'s> {
    /// The unit that it is in.
    pub unit: UnitId,
    /// The question, as one edition has it.
    pub question: &'s Question,
    /// Its key, where it is at hand: it says which of the offered choices are right.
    pub key: Option<&'s QuestionKey>,
    /// The course writes decimals with a comma.
    pub decimal_comma: bool,
    /// The corrections of the course.
    pub corrections: &'s Corrections,
    /// Where the school is.
    pub zone: Zone,
}

/// What is known of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionInsight {
    /// Students whose first answer was right, of all who answered: independent of each other, so the interval holds.
    pub right: Option<Share>,
    /// First answers to the question that were right, of all of them, also when it was met again.
    pub first_try: Option<Share>,
    /// The median of the students' first answers, in milliseconds, each counted as five minutes at most.
    pub median_ms: Option<u32>,
    /// How many of those first answers say how long they took.
    pub timed: usize,
    /// Whether those who do well on the section's other questions do well on this one.
    pub discrimination: Option<Discrimination>,
    /// Every answer that was wrong when it was given or is by now, at any try; the most frequent first.
    pub wrong: Vec<WrongAnswer>,
    /// The table of the students' first answers. Of a single field with choices the text is the choice's index; else the normalised fields,
    /// joined by [`FIELDS_JOINED_BY`].
    pub answers: Vec<AnswerLine>,
    /// By week, of all first answers.
    pub trend: Vec<Week>,
}

/// What stands between the fields of an answer in the table of answers.
pub const FIELDS_JOINED_BY: &str = " · ";

/// A wrong answer, and who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongAnswer {
    /// Field by field, in the form in which equal answers are equal.
    pub answer: Vec<String>,
    /// As it was entered the first time; the beginning of what is longer than answers may be.
    pub inputs: Vec<Input>,
    /// How often it was given.
    pub count: usize,
    /// How often of that it counts as wrong by now.
    pub wrong: usize,
    /// Who gave it, in the order in which they did.
    pub students: Vec<GivenBy>,
    /// The number of the correction by which it is accepted.
    pub accepted: Option<u32>,
    /// The number of the correction that explains it: the latest.
    pub explained: Option<u32>,
}

/// A student who gave an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenBy {
    /// Who.
    pub student: AccountId,
    /// When first.
    pub first: Timestamp,
    /// How often.
    pub count: usize,
}

impl QuestionInsight {
    /// As of event k.
    pub fn of(journal: &Journal, subject: Subject<'_>, k: usize) -> Self {
        let id = subject.question.id;
        let of_section: Vec<Answered<'_>> = journal.answers(Some(subject.unit), k).collect();
        let firsts = first::by_student(journal, of_section.iter().copied());
        let mut drawn = practice(&firsts.values().cloned().collect::<Vec<_>>());
        let drawn = drawn.remove(&id);

        let own: Vec<Answered<'_>> = of_section.into_iter().filter(|answered| answered.question() == id).collect();
        let mut met = Met::nothing_of(journal);
        let counts = |answered: &&Answered<'_>| answered.judgement != Judgement::Void;
        let first: Vec<&Answered<'_>> = own.iter().filter(|answered| met.is_first(answered)).filter(counts).collect();
        let each: Vec<_> =
            own.iter().filter(|answered| answered.try_number == 1).filter_map(|it| Some((it.at, is_right(it.judgement)?))).collect();
        let times = first.iter().filter_map(|answered| answered.ms);
        Self {
            right: drawn.map(|drawn| drawn.first_try),
            first_try: Share::of(each.iter().filter(|(_, right)| *right).count(), each.len()),
            median_ms: median_time_whole_ms(times.clone().map(u64::from)),
            timed: times.count(),
            discrimination: drawn.map(|drawn| drawn.discrimination),
            wrong: wrong_answers(&own, subject),
            answers: table(&first, &firsts, subject),
            trend: weeks::trend(each.into_iter(), subject.zone),
        }
    }
}

fn wrong_answers(own: &[Answered<'_>], subject: Subject<'_>) -> Vec<WrongAnswer> {
    let normalised = |inputs: &[Input]| grading::normalised(subject.question, inputs, subject.decimal_comma);
    // The same inputs are entered again and again.
    let mut known: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut wrong: BTreeMap<Vec<String>, WrongAnswer> = BTreeMap::new();
    for answered in own.iter().filter(|answered| answered.recorded == Judgement::Wrong || answered.judgement == Judgement::Wrong) {
        let answer = known.entry(answered.entered).or_insert_with(|| normalised(answered.inputs()));
        let line = wrong.entry(answer.clone()).or_insert_with(|| WrongAnswer {
            answer: answer.clone(),
            inputs: answered.inputs().iter().map(grading::bounds::shortened_input).collect(),
            count: 0,
            wrong: 0,
            students: Vec::new(),
            accepted: None,
            explained: None,
        });
        line.count += 1;
        line.wrong += usize::from(answered.judgement == Judgement::Wrong);
        let student = answered.attempt.student;
        match line.students.iter_mut().find(|given| given.student == student) {
            Some(given) => given.count += 1,
            None => line.students.push(GivenBy { student, first: answered.at, count: 1 }),
        }
    }
    for said in subject.corrections.standing(subject.unit, subject.question.id) {
        let number = said.number;
        match said.correction() {
            Correction::AcceptToo { inputs } => {
                if let Some(line) = wrong.get_mut(&normalised(inputs)) {
                    line.accepted.get_or_insert(number);
                }
            }
            Correction::Explain { inputs, .. } => {
                if let Some(line) = wrong.get_mut(&normalised(inputs)) {
                    line.explained = Some(number);
                }
            }
            // Answers that were accepted in addition to the key before are not accepted in addition to this one.
            Correction::Replace { .. } => wrong.values_mut().for_each(|line| line.accepted = None),
            Correction::Drop {} | Correction::FullCredit {} => {}
        }
    }
    let mut lines: Vec<WrongAnswer> = wrong.into_values().collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.count));
    lines
}

fn table(first: &[&Answered<'_>], firsts: &BTreeMap<AccountId, BTreeMap<QuestionId, bool>>, subject: Subject<'_>) -> Vec<AnswerLine> {
    let choices = choices(subject);
    let given = first.iter().filter_map(|answered| {
        let section = firsts.get(&answered.attempt.student)?;
        let rate = Share::of(section.values().filter(|right| **right).count(), section.len())?.share;
        let chosen = match (&choices, answered.inputs()) {
            (Some(right), [Input::Chosen(chosen)]) => chosen.iter().map(|index| choice(*index, right)).collect(),
            (Some(_) | None, inputs) => {
                let text = grading::normalised(subject.question, inputs, subject.decimal_comma).join(FIELDS_JOINED_BY);
                BTreeSet::from([NormalAnswer { text, right: answered.judgement == Judgement::Right }])
            }
        };
        Some(Given { chosen, total: rate })
    });
    let offered = match (&choices, subject.question.fields.as_slice()) {
        (Some(right), [field]) => (0..options(&field.kind)).map(|index| choice(index as u16, right)).collect(),
        (Some(_) | None, _) => Vec::new(),
    };
    answers(&offered, &given.collect::<Vec<_>>())
}

fn choice(index: u16, right: &BTreeSet<u16>) -> NormalAnswer {
    NormalAnswer { text: index.to_string(), right: right.contains(&index) }
}

fn options(kind: &FieldKind) -> usize {
    match kind {
        FieldKind::OneOf { choices } | FieldKind::ManyOf { choices } => choices.len(),
        FieldKind::Number { .. } | FieldKind::Text | FieldKind::Match { .. } => 0,
    }
}

/// Which choices are right, where the question is one field with choices and its key is at hand. A correction that replaces the right ones
/// counts.
fn choices(subject: Subject<'_>) -> Option<BTreeSet<u16>> {
    let [field] = subject.question.fields.as_slice() else { return None };
    if options(&field.kind) == 0 {
        return None;
    }
    let mut right = match subject.key?.fields.first()? {
        FieldKey::OneOf { right, .. } => BTreeSet::from([*right]),
        FieldKey::ManyOf { right, .. } => right.clone(),
        FieldKey::Number { .. } | FieldKey::Text { .. } | FieldKey::Match { .. } => return None,
    };
    for said in subject.corrections.standing(subject.unit, subject.question.id) {
        match said.correction() {
            Correction::Replace { right: Right::OneOf { right: other }, .. } => right = BTreeSet::from([*other]),
            Correction::Replace { right: Right::ManyOf { right: others }, .. } => right.clone_from(others),
            Correction::AcceptToo { inputs } => {
                // Where several choices are accepted together, no single one of them became right.
                if let ([Input::Chosen(chosen)], FieldKind::OneOf { .. }) = (inputs.as_slice(), &field.kind) {
                    right.extend(chosen);
                }
            }
            Correction::Replace { .. } | Correction::Drop {} | Correction::FullCredit {} | Correction::Explain { .. } => {}
        }
    }
    Some(right)
}
