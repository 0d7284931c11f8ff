//! The answers to one question: how often each was given, by whom on the whole, and what to doubt about it.

use super::{
    moments::{at_least, correlation, deviations, size},
    share::Share,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// An answer in the form in which equal ones look equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NormalAnswer {
    /// Its text.
    pub text: String,
    /// Whether it is right: a key.
    pub right: bool,
}

/// What one student answered first, and the student's total.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// The answer; where many may be chosen, each of them.
    pub chosen: BTreeSet<NormalAnswer>,
    /// T, or what stands for it: anything by which the students are ranked.
    pub total: f64,
}

/// One answer in the table of answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswerLine {
    /// The answer.
    pub answer: NormalAnswer,
    /// Whether it was among the options.
    pub offered: bool,
    /// How many gave it, of all who answered.
    pub share: Share,
    /// How many of the upper 27 % of totals.
    pub upper: Share,
    /// How many of the lower 27 %.
    pub lower: Share,
    /// The correlation of giving it (1 or 0) with the total; none where all gave it or nobody, or where all totals are equal.
    pub point_biserial: Option<f64>,
    /// What to doubt.
    pub doubts: Vec<Doubt>,
}

/// Why to look at an option again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Doubt {
    /// A wrong option that the better students choose: its point-biserial is positive.
    WrongYetPositive,
    /// A key that the better students do not choose: its point-biserial is negative.
    RightYetNegative,
    /// An option that hardly anybody (fewer than 5 %) chooses.
    HardlyChosen,
}

/// The table of answers, the most frequent first. All options stand in it, chosen or not; none if nobody answered.
///
/// The upper and lower 27 % (T. L. Kelley, *The selection of upper and lower groups for the validation of test items*, Journal of
/// Educational Psychology 30, 1939) are 0.27 · n students, rounded, at least one, and all whose total is equal to the last of them: so the
/// order of students makes no difference.
pub fn answers(offered: &[NormalAnswer], given: &[Given]) -> Vec<AnswerLine> {
    let mut takers: BTreeMap<&NormalAnswer, Vec<bool>> = offered.iter().map(|option| (option, vec![false; given.len()])).collect();
    for (student, Given { chosen, .. }) in given.iter().enumerate() {
        for answer in chosen {
            takers.entry(answer).or_insert_with(|| vec![false; given.len()])[student] = true;
        }
    }
    let groups = Groups::of(given);
    let mut lines: Vec<_> =
        takers.into_iter().filter_map(|(answer, takers)| line(answer, offered.contains(answer), &takers, &groups)).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.share.count));
    lines
}

/// The students by their totals.
struct Groups {
    totals: Vec<f64>,
    upper: Vec<bool>,
    lower: Vec<bool>,
}

impl Groups {
    fn of(given: &[Given]) -> Self {
        let totals: Vec<f64> = given.iter().map(|given| given.total).collect();
        let mut sorted = totals.clone();
        sorted.sort_by(f64::total_cmp);
        let last = ((27 * sorted.len() + 50) / 100).max(1) - 1;
        let size = size(&totals);
        let group = |is_in: &dyn Fn(f64, f64) -> bool, border: Option<&f64>| {
            totals.iter().map(|total| border.is_some_and(|border| is_in(*total, *border))).collect::<Vec<_>>()
        };
        let upper = group(&|total, border| at_least(total, border, size), sorted.iter().rev().nth(last));
        let lower = group(&|total, border| at_least(border, total, size), sorted.get(last));
        Self { totals, upper, lower }
    }
}

/// None if nobody answered.
fn line(answer: &NormalAnswer, offered: bool, takers: &[bool], groups: &Groups) -> Option<AnswerLine> {
    let share = |group: &[bool]| {
        let count = takers.iter().zip(group).filter(|(took, belongs)| **took && **belongs).count();
        Share::of(count, group.iter().filter(|belongs| **belongs).count())
    };
    let whole = share(&vec![true; takers.len()])?;
    let taken: Vec<f64> = takers.iter().map(|took| f64::from(u8::from(*took))).collect();
    let point_biserial = correlation(&deviations(&taken), &deviations(&groups.totals));
    let doubts = [
        (Doubt::WrongYetPositive, offered && !answer.right && point_biserial.is_some_and(|correlation| correlation > 0.0)),
        (Doubt::RightYetNegative, answer.right && point_biserial.is_some_and(|correlation| correlation < 0.0)),
        (Doubt::HardlyChosen, offered && 100 * whole.count < 5 * whole.n),
    ];
    Some(AnswerLine {
        answer: answer.clone(),
        offered,
        share: whole,
        upper: share(&groups.upper)?,
        lower: share(&groups.lower)?,
        point_biserial,
        doubts: doubts.into_iter().filter(|(_, applies)| *applies).map(|(doubt, _)| doubt).collect(),
    })
}
