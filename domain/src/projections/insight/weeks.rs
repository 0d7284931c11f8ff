//! Weeks, from Monday to Sunday where the school is, and the class's work in each.

use crate::{
    attempt::{Judgement, rule::Milestone},
    projections::journal::Journal,
    statistics::Share,
    time::Timestamp,
};
use std::collections::BTreeMap;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const MINUTE_MS: i64 = 60 * 1_000;
/// 1970-01-01 was a Thursday.
const THURSDAY: i64 = 3;

/// How far the school's clocks are ahead of UTC. One number for all of a history: around a change of clocks an hour of Monday may count as Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Zone {
    /// Minutes ahead of UTC; less than 0 in the west.
    pub minutes_ahead: i32,
}

impl Zone {
    /// The Monday of the week that a moment is in: midnight there, as a moment.
    pub fn monday(self, at: Timestamp) -> Timestamp {
        let ahead = i64::from(self.minutes_ahead) * MINUTE_MS;
        let day = (at.0 + ahead).div_euclid(DAY_MS);
        let monday = day - (day + THURSDAY).rem_euclid(7);
        Timestamp(monday * DAY_MS - ahead)
    }
}

/// First answers in a week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Week {
    /// When it began.
    pub monday: Timestamp,
    /// First answers to assigned questions that were right, of all of them, also to questions met before.
    pub right: Share,
}

/// What a class did in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WeekOfWork {
    /// When it began.
    pub monday: Timestamp,
    /// First answers to assigned questions.
    pub answered: usize,
    /// Those of them that count as right.
    pub right: usize,
    /// Sections finished and drills passed, each run.
    pub finished: usize,
}

/// The weeks with any first answers, in order.
pub(super) fn trend(firsts: impl Iterator<Item = (Timestamp, bool)>, zone: Zone) -> Vec<Week> {
    let mut weeks: BTreeMap<Timestamp, (usize, usize)> = BTreeMap::new();
    for (at, right) in firsts {
        let week = weeks.entry(zone.monday(at)).or_default();
        week.0 += usize::from(right);
        week.1 += 1;
    }
    weeks.into_iter().filter_map(|(monday, (right, n))| Some(Week { monday, right: Share::of(right, n)? })).collect()
}

/// A class's work week by week up to event k, weeks without any of it left out. What was done offline counts when it was recorded: the clock of a
/// device may be off by years.
pub fn weeks_of_work(journal: &Journal, k: usize, zone: Zone) -> Vec<WeekOfWork> {
    let mut weeks: BTreeMap<Timestamp, WeekOfWork> = BTreeMap::new();
    let week = |weeks: &mut BTreeMap<Timestamp, WeekOfWork>, at: Timestamp, change: fn(&mut WeekOfWork)| {
        let monday = zone.monday(at);
        change(weeks.entry(monday).or_insert(WeekOfWork { monday, ..WeekOfWork::default() }));
    };
    for worked in journal.work(k) {
        if let Some(Milestone::SectionFinished | Milestone::DrillPassed) = worked.event.milestone() {
            week(&mut weeks, worked.at, |week| week.finished += 1);
        }
    }
    for answered in journal.answers(None, k).filter(|answered| answered.try_number == 1) {
        match answered.judgement {
            Judgement::Void => {}
            Judgement::Wrong => week(&mut weeks, answered.at, |week| week.answered += 1),
            Judgement::Right => week(&mut weeks, answered.at, |week| {
                week.answered += 1;
                week.right += 1;
            }),
        }
    }
    weeks.into_values().collect()
}
