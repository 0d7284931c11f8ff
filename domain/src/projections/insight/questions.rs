//! All questions of a class at a glance, to see which is going wrong.

use super::first::{Met, is_right};
use crate::{
    attempt::Judgement,
    content::Paper,
    grading,
    ids::{QuestionId, UnitId},
    projections::journal::Journal,
    statistics::Share,
};
use std::collections::BTreeMap;

/// A question in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionRow {
    /// The unit that it is in.
    pub unit: UnitId,
    /// The question.
    pub question: QuestionId,
    /// Students whose first answer to it was right, of all who answered; none if nobody has.
    pub right: Option<Share>,
    /// The wrong answer given most often, normalised, and how often; of equally frequent ones the first in the alphabet.
    pub wrong: Option<(Vec<String>, usize)>,
}

#[derive(Default)]
struct Counted {
    right: usize,
    n: usize,
    /// By the place of what was entered.
    wrong: BTreeMap<u32, usize>,
}

/// The questions that were answered up to event k and that the paper has, the hardest first: by the share that was right, then by n. A question
/// that the paper does not have any more is left out.
pub fn questions(journal: &Journal, paper: &Paper, k: usize) -> Vec<QuestionRow> {
    let mut met = Met::nothing_of(journal);
    let mut counted: Vec<Counted> = Vec::new();
    counted.resize_with(journal.questions(), Counted::default);
    for answered in journal.answers(None, k) {
        let of = &mut counted[answered.question as usize];
        if answered.judgement == Judgement::Wrong {
            *of.wrong.entry(answered.entered).or_default() += 1;
        }
        if met.is_first(&answered)
            && let Some(right) = is_right(answered.judgement)
        {
            of.right += usize::from(right);
            of.n += 1;
        }
    }
    let places: BTreeMap<QuestionId, u32> = (0..).zip(&counted).map(|(place, _)| (journal.question(place), place)).collect();
    let all = paper.units().flat_map(|unit| unit.questions().iter().map(move |question| (unit.id(), question)));
    let row = |(unit, question): (UnitId, &crate::content::Question)| {
        let of = &counted[*places.get(&question.id)? as usize];
        let mut wrong: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        for (entered, count) in &of.wrong {
            *wrong.entry(grading::normalised(question, journal.entered(*entered), paper.decimal_comma)).or_default() += count;
        }
        let most = wrong.into_iter().rev().max_by_key(|(_, count)| *count);
        (of.n > 0 || most.is_some()).then(|| QuestionRow { unit, question: question.id, right: Share::of(of.right, of.n), wrong: most })
    };
    let mut rows: Vec<QuestionRow> = all.filter_map(row).collect();
    rows.sort_by_key(hardness);
    rows
}

/// Exactly comparable: thousandths of thousandths that were right, then the most answers first.
fn hardness(row: &QuestionRow) -> (usize, std::cmp::Reverse<usize>) {
    row.right.map_or((usize::MAX, std::cmp::Reverse(0)), |right| (right.count * 1_000_000 / right.n, std::cmp::Reverse(right.n)))
}
