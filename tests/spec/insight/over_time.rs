//! Weeks, and time spent.

use crate::journal::{journal_of, naively_tried};
use domain::{
    attempt::{self, AttemptKey, Judgement},
    event::{Event, Recorded},
    ids::{AccountId, UnitId},
    projections::insight::{WeekOfWork, Zone, time_spent, weeks_of_work},
    time::Timestamp,
};
use model::{
    class_history::{drawn, student},
    school::*,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

const HOUR: i64 = 60 * 60 * 1_000;

#[test]
fn a_week_begins_on_monday_where_the_school_is() {
    // 2026-09-07 was a Monday; midnight UTC.
    let monday = 1_788_739_200_000;
    let table = [
        (0, monday, monday),
        (0, monday - 1, monday - 7 * 24 * HOUR),
        (0, monday + 7 * 24 * HOUR - 1, monday),
        // Two hours ahead the Monday begins at 22:00 UTC on Sunday.
        (120, monday - 2 * HOUR, monday - 2 * HOUR),
        (120, monday - 2 * HOUR - 1, monday - 2 * HOUR - 7 * 24 * HOUR),
        (-300, monday + 4 * HOUR, monday + 5 * HOUR - 7 * 24 * HOUR),
        (-300, monday + 5 * HOUR, monday + 5 * HOUR),
        // 1969-12-29.
        (0, 0, -3 * 24 * HOUR),
        (0, -4 * 24 * HOUR, -10 * 24 * HOUR),
    ];
    for (minutes_ahead, at, expected) in table {
        assert_eq!(Zone { minutes_ahead }.monday(Timestamp(at)), Timestamp(expected), "{at} with {minutes_ahead}");
    }
}

/// Events of work: (student, unit, claimed minute, recorded minute).
fn worked(steps: &[(usize, &str, i64, i64)]) -> Vec<Recorded> {
    let event = |(index, (who, unit_name, claimed, at)): (usize, &(usize, &str, i64, i64))| {
        let key = AttemptKey { student: student(*who), class: class_of("2B"), unit: unit(unit_name), run: 1 };
        let event = Event::Attempt(key, attempt::Event::StumblingBlockMet {});
        let recorded = recorded(index as u64 + 1, index as u64 + 1, event);
        Recorded { claimed: Timestamp(claimed * 60_000), recorded: Timestamp(at * 60_000), ..recorded }
    };
    steps.iter().enumerate().map(event).collect()
}

#[test]
fn an_activity_opens_five_minutes_at_most_cut_short_by_the_next() {
    type Case<'c> = (&'c [(usize, &'c str, i64, i64)], &'c [(&'c str, u64)]);
    let table: [Case; 7] = [
        (&[], &[]),
        (&[(0, "drill", 0, 0)], &[("drill", 5)]),
        (&[(0, "drill", 0, 0), (0, "drill", 2, 2)], &[("drill", 7)]),
        (&[(0, "drill", 0, 0), (0, "drill", 60, 60)], &[("drill", 10)]),
        (&[(0, "drill", 0, 0), (0, "lone", 3, 3), (0, "drill", 4, 4)], &[("drill", 8), ("lone", 1)]),
        // Somebody else's work cuts nothing short.
        (&[(0, "drill", 0, 0), (1, "drill", 1, 1)], &[("drill", 5)]),
        // Done offline and recorded at once: the device says when; but nothing is done later than it is recorded.
        (&[(0, "drill", 0, 90), (0, "drill", 1, 90), (0, "drill", 999, 90)], &[("drill", 11)]),
    ];
    for (steps, expected) in table {
        let journal = journal_of(&worked(steps));
        let minutes: BTreeMap<UnitId, u64> = expected.iter().map(|(name, minutes)| (unit(name), minutes * 60_000)).collect();
        assert_eq!(time_spent(&journal, student(0), steps.len()), minutes, "{steps:?}");
    }
}

/// Minute by minute would be plainer still, but times are in milliseconds: for each activity the nearest later one of the same student.
fn naive_times(events: &[Recorded]) -> BTreeMap<AccountId, BTreeMap<UnitId, u64>> {
    let mut activities = Vec::new();
    for recorded in events {
        if let Event::Attempt(key, event) = &recorded.event
            && !matches!(event, attempt::Event::AnswerRegraded(_))
        {
            activities.push((*key, i128::from(recorded.claimed.min(recorded.recorded).0)));
        }
    }
    let mut times: BTreeMap<AccountId, BTreeMap<UnitId, u64>> = BTreeMap::new();
    for (index, (key, at)) in activities.iter().enumerate() {
        let follows = |(other, (of, when)): (usize, &(AttemptKey, i128))| {
            (of.student == key.student && ((*when, other) > (*at, index))).then_some(when - at)
        };
        let open = activities.iter().enumerate().filter_map(follows).min().unwrap_or(300_000).min(300_000);
        *times.entry(key.student).or_default().entry(key.unit).or_default() += open as u64;
    }
    times
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn times_are_those_of_the_events(seed in any::<u64>(), k in 0..500_usize) {
        let events = drawn(seed, 3, 500);
        let (journal, times) = (journal_of(&events), naive_times(&events[..k]));
        for n in 0..4 {
            prop_assert_eq!(time_spent(&journal, student(n), k), times.get(&student(n)).cloned().unwrap_or_default());
        }
    }

    #[test]
    fn weeks_of_work_add_up(seed in any::<u64>(), k in 0..900_usize, minutes_ahead in -720..840_i32) {
        let (events, zone) = (drawn(seed, 4, 900), Zone { minutes_ahead });
        let mut expected: BTreeMap<Timestamp, WeekOfWork> = BTreeMap::new();
        let mut week = |at| {
            let monday = zone.monday(at);
            *expected.entry(monday).or_insert(WeekOfWork { monday, ..WeekOfWork::default() })
        };
        let mut weeks: Vec<WeekOfWork> = Vec::new();
        for recorded in &events[..k] {
            if let Event::Attempt(_, attempt::Event::SectionFinished {} | attempt::Event::DrillPassed {}) = &recorded.event {
                weeks.push(WeekOfWork { finished: 1, ..week(recorded.recorded) });
            }
        }
        for (name, ..) in UNITS {
            for tried in naively_tried(&events[..k], unit(name)).iter().filter(|tried| tried.try_number == 1) {
                if tried.judgement != Judgement::Void {
                    let right = usize::from(tried.judgement == Judgement::Right);
                    weeks.push(WeekOfWork { answered: 1, right, ..week(tried.at) });
                }
            }
        }
        for one in weeks {
            let sum = expected.get_mut(&one.monday).expect("its week");
            sum.answered += one.answered;
            sum.right += one.right;
            sum.finished += one.finished;
        }
        prop_assert_eq!(weeks_of_work(&journal_of(&events), k, zone), expected.into_values().collect::<Vec<_>>());
    }
}
