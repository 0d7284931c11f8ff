//! What a class works with or has worked with: its sections, also those that are not assigned any more.

use crate::{
    attempt::EditionRef,
    decision::{newest_edition, newest_edition_of},
    ids::{ClassId, UnitId},
    projections::read_models::ReadModels,
};
use std::collections::BTreeSet;

/// The units that are assigned to a class, and those that somebody of it has worked on.
pub fn units_of(models: &ReadModels, class: ClassId) -> BTreeSet<UnitId> {
    let assigned = models.directory.class(class).into_iter().flat_map(|members| members.units.keys());
    let students = models.overview.board(class).into_iter().flat_map(|board| board.students.values());
    assigned.chain(students.flat_map(|work| work.units.keys())).copied().collect()
}

/// The newest edition of a unit of a class, assigned or worked on; none of any other.
pub fn edition_of(models: &ReadModels, class: ClassId, unit: UnitId) -> Option<EditionRef> {
    newest_edition(&models.directory, class, unit).or_else(|| {
        let mut students = models.overview.board(class)?.students.values();
        students.find(|work| work.units.contains_key(&unit))?;
        models.directory.courses().find_map(|(course, _)| newest_edition_of(&models.directory, course, unit))
    })
}
