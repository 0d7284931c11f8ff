//! How far each student of a class is in each section, at any moment, and what is different between two: the heatmap as data.

use super::OnDevice;
use crate::{
    attempt::{Reckoning, Towards},
    content::{Paper, Rule, Unit},
    ids::{AccountId, ClassId, CourseId, UnitId},
    projections::{
        class_overview::{Board, StudentOverview},
        tally::{Standing, Tally},
    },
    time::Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

/// What was finished is due for review when it was not worked on for longer than this: 30 days.
pub const REVIEW_AFTER_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// A section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Which.
    pub unit: UnitId,
    /// Of its chapter and of itself, both from 1; none while the paper is not here.
    pub number: Option<(usize, usize)>,
    /// Its title.
    pub title: String,
    /// How it is practised; none while the paper is not here.
    pub rule: Option<Rule>,
}

/// How far a student is in a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mastery {
    /// It was not assigned then.
    NotAssigned,
    /// Nothing has begun.
    Unstarted,
    /// So many right in a row of those that finish it.
    Streak(u8, u8),
    /// At a stumbling block.
    Stuck,
    /// Finished, not long ago.
    Finished,
    /// Finished so long ago that it should be looked at again.
    ReviewDue,
}

impl Mastery {
    /// Its name in style sheets and tests.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotAssigned => "not-assigned",
            Self::Unstarted => "unstarted",
            Self::Streak(..) => "streak",
            Self::Stuck => "stuck",
            Self::Finished => "finished",
            Self::ReviewDue => "review-due",
        }
    }
}

/// A cell of the heatmap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// How far at the moment looked at.
    pub is: Mastery,
    /// How far at the moment compared with, if that is different.
    pub was: Option<Mastery>,
}

/// All of a student's work, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    /// First answers to assigned questions.
    pub answered: u32,
    /// Those of them that were right.
    pub right: u32,
    /// Sections finished.
    pub finished: usize,
    /// Where the unit worked on last stands.
    pub standing: Standing,
    /// That unit.
    pub current: Option<UnitId>,
    /// When something was recorded last.
    pub last: Timestamp,
}

/// The sections of these units, in the order of their courses: first those that the class works with, each kind in the order given. A unit that is
/// not assigned any more can be of any course.
pub fn columns(device: OnDevice<'_>, class: ClassId, units: &BTreeSet<UnitId>, mut courses: Vec<CourseId>) -> Vec<Column> {
    let directory = &device.models.directory;
    let own: BTreeSet<CourseId> =
        directory.class(class).into_iter().flat_map(|members| members.units.values()).map(|assignment| assignment.course).collect();
    courses.sort_by_key(|course| !own.contains(course));
    let mut missing = units.clone();
    let mut columns = Vec::new();
    let papers = courses.into_iter().filter_map(|course| newest_paper(device, course));
    for paper in papers {
        for (chapter, in_course) in paper.chapters.iter().zip(1..) {
            for (unit, in_chapter) in chapter.units().zip(1..) {
                if missing.remove(&unit.id()) {
                    let number = Some((in_course, in_chapter));
                    columns.push(Column { unit: unit.id(), number, title: unit.title().to_owned(), rule: Some(unit.rule()) });
                }
            }
        }
    }
    columns.extend(missing.into_iter().map(|unit| Column { unit, number: None, title: String::new(), rule: None }));
    columns
}

fn newest_paper(device: OnDevice<'_>, course: CourseId) -> Option<&Paper> {
    let edition = device.models.directory.course(course)?.contents.editions.last()?;
    device.library.paper(edition.paper).map(|paper| &**paper)
}

/// A unit as the newest edition that is here has it.
pub fn unit(device: OnDevice<'_>, id: UnitId) -> Option<Unit<'_>> {
    let courses = device.models.directory.courses().map(|(course, _)| course);
    courses.filter_map(|course| newest_paper(device, course)).find_map(|paper| paper.unit(id))
}

/// How far a student is in a section at a moment.
pub fn mastery(board: &Board, work: Option<&StudentOverview>, column: &Column, at: Timestamp) -> Mastery {
    let tally = work.and_then(|work| work.units.get(&column.unit)).copied().unwrap_or_default();
    match tally.standing() {
        Standing::NotStarted if board.units.contains(&column.unit) => Mastery::Unstarted,
        Standing::NotStarted => Mastery::NotAssigned,
        Standing::Working => {
            let Towards { done, goal } = towards(column.rule, tally.reckoning());
            Mastery::Streak(done, goal)
        }
        Standing::Stuck => Mastery::Stuck,
        Standing::Finished if is_review_due(&tally, at) => Mastery::ReviewDue,
        Standing::Finished => Mastery::Finished,
    }
}

/// How far work has come; of nothing where it is not known what its rule asks for.
fn towards(rule: Option<Rule>, reckoning: Reckoning) -> Towards {
    rule.map_or(Towards { done: reckoning.streak, goal: 0 }, |rule| rule.towards(reckoning))
}

fn is_review_due(tally: &Tally, at: Timestamp) -> bool {
    at.0 - tally.last.0 > REVIEW_AFTER_MS
}

/// The numbers of a student, over these sections.
pub fn sums(work: Option<&StudentOverview>, columns: &[Column]) -> Sums {
    let Some(work) = work else {
        let (standing, last) = (Standing::NotStarted, Timestamp::default());
        return Sums { answered: 0, right: 0, finished: 0, standing, current: None, last };
    };
    let is_finished = |column: &&Column| work.units.get(&column.unit).is_some_and(Tally::finished);
    Sums {
        answered: work.answered,
        right: work.right,
        finished: columns.iter().filter(is_finished).count(),
        standing: work.standing(),
        current: work.current,
        last: work.last,
    }
}

/// What changed between two moments, in kinds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Cells that are different.
    pub cells: usize,
    /// By what became of the sections, and how often.
    pub into: BTreeMap<Became, usize>,
    /// The students with a difference, and how many.
    pub students: Vec<(AccountId, usize)>,
}

/// What became of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    /// Finished, and was not.
    Finished,
    /// Stuck, and was not.
    Stuck,
    /// At work again, after a stumbling block.
    Unstuck,
    /// Begun.
    Begun,
    /// Farther or less far in a row.
    Moved,
    /// Due for review, and was not.
    ReviewDue,
    /// Less than it was: the other moment is the later one, or the work was graded again.
    Back,
    /// Assigned or not assigned any more.
    Assigned,
}

/// What became of a section that was so and is so.
pub fn became(was: Mastery, is: Mastery) -> Became {
    match (was, is) {
        (Mastery::NotAssigned, Mastery::Unstarted) | (_, Mastery::NotAssigned) => Became::Assigned,
        (Mastery::ReviewDue, Mastery::Finished) | (Mastery::Streak(..), Mastery::Streak(..)) => Became::Moved,
        (_, Mastery::Finished) => Became::Finished,
        (_, Mastery::ReviewDue) => Became::ReviewDue,
        (_, Mastery::Stuck) => Became::Stuck,
        (Mastery::Stuck, Mastery::Streak(..)) => Became::Unstuck,
        (Mastery::NotAssigned | Mastery::Unstarted, Mastery::Streak(..)) => Became::Begun,
        (_, Mastery::Unstarted) | (Mastery::Finished | Mastery::ReviewDue, Mastery::Streak(..)) => Became::Back,
    }
}

impl Changes {
    /// Takes in a student's cells.
    pub fn add(&mut self, student: AccountId, cells: &[Cell]) {
        let mut own = 0;
        for (was, is) in cells.iter().filter_map(|cell| Some((cell.was?, cell.is))) {
            own += 1;
            *self.into.entry(became(was, is)).or_default() += 1;
        }
        if own > 0 {
            self.cells += own;
            self.students.push((student, own));
        }
    }
}
