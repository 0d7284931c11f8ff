//! Time spent: each activity opens at most five minutes, cut short by the next one.

use crate::{
    attempt,
    event::{Event, Recorded, StreamId},
    ids::{AccountId, UnitId},
    time::Timestamp,
};
use std::collections::BTreeMap;

/// The most time that one activity stands for, in milliseconds.
pub const ACTIVITY_MS_MAX: u64 = 5 * 60 * 1_000;

/// How long a student worked, in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spent {
    /// In all.
    pub total_ms: u64,
    /// By unit; an activity counts for the unit that it was in.
    pub units: BTreeMap<UnitId, u64>,
    last: Option<(UnitId, Timestamp)>,
}

impl Spent {
    /// Of one student's work, in the order in which it was done by the device's clock.
    pub fn of<'r>(student: AccountId, recorded: impl IntoIterator<Item = &'r Recorded>) -> Self {
        let mut done: Vec<(Timestamp, UnitId)> = recorded.into_iter().filter_map(|recorded| activity(student, recorded)).collect();
        done.sort_unstable();
        let mut spent = Self::default();
        for (at, unit) in done {
            spent.cut_short(at);
            spent.last = Some((unit, at));
        }
        spent.cut_short(Timestamp(i64::MAX));
        spent
    }

    fn cut_short(&mut self, at: Timestamp) {
        if let Some((unit, since)) = self.last.take() {
            let ms = ACTIVITY_MS_MAX.min(at.0.saturating_sub(since.0).max(0) as u64);
            self.total_ms += ms;
            *self.units.entry(unit).or_default() += ms;
        }
    }
}

/// When and where somebody did something; being graded again is no work.
fn activity(student: AccountId, recorded: &Recorded) -> Option<(Timestamp, UnitId)> {
    match (&recorded.stream, &recorded.event) {
        (StreamId::Attempt(_), Event::Attempt(attempt::Event::AnswerRegraded(_))) => None,
        (StreamId::Attempt(key), Event::Attempt(_)) if key.student == student => Some((recorded.claimed, key.unit)),
        (StreamId::Attempt(_) | StreamId::Class(_) | StreamId::Course(_) | StreamId::Account(_), _) => None,
    }
}
