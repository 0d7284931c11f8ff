//! What is different between two moments of a class.

use crate::{
    ids::{AccountId, UnitId},
    projections::{class_overview::Board, tally::Tally},
};
use std::collections::BTreeSet;

/// What is different.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Differences {
    /// In the class after, and not before.
    pub joined: BTreeSet<AccountId>,
    /// In the class before, and not after.
    pub left: BTreeSet<AccountId>,
    /// Assigned after, and not before.
    pub assigned: BTreeSet<UnitId>,
    /// Assigned before, and not after.
    pub ended: BTreeSet<UnitId>,
    /// The work that is different, by student and unit.
    pub work: Vec<Changed>,
}

/// A student's work on a unit, at both moments; nothing begun is a tally of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// Whose.
    pub student: AccountId,
    /// On what.
    pub unit: UnitId,
    /// At the one moment.
    pub before: Tally,
    /// At the other.
    pub after: Tally,
}

/// What is different between two boards of a class.
pub fn differences(before: &Board, after: &Board) -> Differences {
    let students: BTreeSet<&AccountId> = before.students.keys().chain(after.students.keys()).collect();
    let work = students.into_iter().flat_map(|student| {
        let units =
            |board: &Board| board.students.get(student).map(|work| work.units.keys().copied().collect::<Vec<_>>()).unwrap_or_default();
        let both: BTreeSet<UnitId> = units(before).into_iter().chain(units(after)).collect();
        both.into_iter().filter_map(|unit| {
            let (before, after) = (tally(before, student, &unit), tally(after, student, &unit));
            (before != after).then_some(Changed { student: *student, unit, before, after })
        })
    });
    Differences {
        joined: &after.members - &before.members,
        left: &before.members - &after.members,
        assigned: &after.units - &before.units,
        ended: &before.units - &after.units,
        work: work.collect(),
    }
}

fn tally(board: &Board, student: &AccountId, unit: &UnitId) -> Tally {
    board.students.get(student).and_then(|work| work.units.get(unit)).copied().unwrap_or_default()
}
