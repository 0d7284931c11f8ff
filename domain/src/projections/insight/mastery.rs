//! Mastery: where a student stands in a section, as a cell of the heatmap shows it, and how much of each chapter a class has finished.

use crate::{
    content::{Chapter, Rule},
    ids::{AccountId, UnitId},
    projections::{
        class_overview::Board,
        tally::{Standing, Tally},
    },
    statistics::Share,
    time::Timestamp,
};
use std::collections::BTreeSet;

/// What was finished is due for review when it was not worked on for longer than this: 30 days.
pub const REVIEW_AFTER_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// Where a student stands in a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Cell {
    /// Nothing has begun.
    #[default]
    NotStarted,
    /// At work.
    Progress {
        /// First-time-right in a row.
        streak: u32,
        /// How many finish it.
        goal: u32,
    },
    /// At a stumbling block.
    Stuck,
    /// Finished or passed.
    Finished,
    /// Finished or passed, and long not worked on.
    ReviewDue,
}

/// The cell of a tally, at the moment looked at.
pub fn cell(tally: Option<&Tally>, rule: Rule, at: Timestamp) -> Cell {
    let tally = tally.copied().unwrap_or_default();
    let goal = u32::from(rule.streak());
    match tally.standing() {
        Standing::NotStarted => Cell::NotStarted,
        Standing::Working => Cell::Progress { streak: tally.streak.min(goal), goal },
        Standing::Stuck => Cell::Stuck,
        Standing::Finished if at.0 - tally.last.0 > REVIEW_AFTER_MS => Cell::ReviewDue,
        Standing::Finished => Cell::Finished,
    }
}

/// How much of a chapter a class has finished.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Completion {
    /// Its place in the paper, counting from 0.
    pub chapter: usize,
    /// Those of its sections that are assigned.
    pub sections: usize,
    /// Finished (student, section) pairs of all there are; none if nothing of it is assigned, or nobody is in the class.
    pub finished: Option<Share>,
}

/// By chapter, how much of what is assigned those who are in the class have finished.
pub fn completion(board: &Board, chapters: &[Chapter]) -> Vec<Completion> {
    let of = |(chapter, content): (usize, &Chapter)| {
        let units: BTreeSet<UnitId> = content.sections.iter().map(|section| section.id).filter(|unit| board.units.contains(unit)).collect();
        let finished = |student: &AccountId| board.students.get(student).map_or(0, |work| finished_of(&units, work));
        let pairs = board.members.iter().map(finished).sum();
        Completion { chapter, sections: units.len(), finished: Share::of(pairs, board.members.len() * units.len()) }
    };
    chapters.iter().enumerate().map(of).collect()
}

fn finished_of(units: &BTreeSet<UnitId>, work: &crate::projections::class_overview::StudentOverview) -> usize {
    units.iter().filter(|unit| work.units.get(unit).is_some_and(Tally::finished)).count()
}
