//! What a student does now, who needs the teacher most, and what is said first of a class.

use domain::{
    projections::{insight::NOW_WITHIN_MS, tally::Standing},
    protocol::{Presence, Present},
    time::Timestamp,
    views::{
        mastery::Sums,
        situation::{Alert, Counts, Doing, Headline, IDLE_AFTER_MS, Need, Situation, situation},
    },
};
use model::{class_history::student, school::*};

const NOW: Timestamp = Timestamp(1_788_220_800_000);
const MINUTE_MS: i64 = 60_000;

fn ago(ms: i64) -> Timestamp {
    Timestamp(NOW.0 - ms)
}

/// Somebody who stands so, and of whom something was recorded then.
fn worked(standing: Standing, last: Timestamp) -> Sums {
    let current = (standing != Standing::NotStarted).then(|| unit("section"));
    Sums { answered: 4, right: 2, finished: 0, standing, current, last }
}

fn here(since: Timestamp) -> Option<Present> {
    Some(Present { here: true, since, said: Presence::default() })
}

fn away(since: Timestamp) -> Option<Present> {
    Some(Present { here: true, since, said: Presence { away: true, unsent: 3 } })
}

fn gone(since: Timestamp) -> Option<Present> {
    Some(Present { here: false, since, said: Presence::default() })
}

#[test]
fn what_a_student_does_follows_from_presence_and_from_what_was_recorded_last() {
    let (recent, long_ago) = (ago(IDLE_AFTER_MS - 1), ago(10 * MINUTE_MS));
    let table = [
        (None, long_ago, Doing::Unknown),
        (None, recent, Doing::Working),
        (gone(recent), recent, Doing::NotHere),
        (away(recent), recent, Doing::Away),
        (here(recent), recent, Doing::Working),
        (here(long_ago), recent, Doing::Working),
        (here(recent), long_ago, Doing::Here),
        (here(ago(IDLE_AFTER_MS)), ago(IDLE_AFTER_MS), Doing::Idle(3)),
        (here(ago(12 * MINUTE_MS)), long_ago, Doing::Idle(10)),
        (here(long_ago), Timestamp(0), Doing::Idle(10)),
    ];
    for (presence, last, expected) in table {
        let found = situation(&worked(Standing::Working, last), presence, NOW);
        assert_eq!(found.doing, expected, "{presence:?}, last {last:?}");
    }
    assert_eq!(situation(&worked(Standing::Working, recent), away(recent), NOW).unsent, 3);
}

#[test]
fn a_stumbling_block_is_about_now_for_a_week_or_while_somebody_is_here() {
    let table = [
        (here(ago(0)), ago(NOW_WITHIN_MS + 1), true),
        (gone(ago(0)), ago(NOW_WITHIN_MS), true),
        (gone(ago(0)), ago(NOW_WITHIN_MS + 1), false),
        (None, ago(NOW_WITHIN_MS + 1), false),
    ];
    for (presence, last, now) in table {
        let found = situation(&worked(Standing::Stuck, last), presence, NOW);
        let need = now.then_some(Need::Stuck(unit("section")));
        assert_eq!((found.need(), found.was_stuck()), (need, (!now).then_some((unit("section"), last))), "{presence:?}, {last:?}");
    }
}

#[test]
fn who_needs_the_teacher_most_comes_first() {
    let old = NOW_WITHIN_MS + MINUTE_MS;
    let rows: [(Standing, Timestamp, Option<Present>); 9] = [
        (Standing::Stuck, ago(0), here(ago(0))),
        (Standing::Working, ago(20 * MINUTE_MS), here(ago(20 * MINUTE_MS))),
        (Standing::Working, ago(5 * MINUTE_MS), here(ago(5 * MINUTE_MS))),
        (Standing::Stuck, ago(0), gone(ago(0))),
        (Standing::Stuck, ago(old), gone(ago(0))),
        (Standing::Stuck, ago(2 * old), gone(ago(0))),
        (Standing::Working, ago(0), here(ago(0))),
        (Standing::NotStarted, Timestamp(0), gone(ago(0))),
        (Standing::Finished, ago(0), here(ago(0))),
    ];
    let ranks: Vec<_> = rows.iter().map(|(standing, last, presence)| situation(&worked(*standing, *last), *presence, NOW).rank()).collect();
    assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{ranks:?}");
}

#[test]
fn an_alert_is_over_when_what_raised_it_is() {
    let unit = unit("section");
    assert_eq!(Alert::stuck(student(1), unit), Alert::stuck(student(1), unit), "a stumbling block is one until it is cleared");
    assert_ne!(Alert::stuck(student(1), unit), Alert::stuck(student(2), unit));
    assert_ne!(Alert::idle(student(1), ago(1)), Alert::idle(student(1), ago(2)), "who worked between is idle anew");
}

fn counted(all: &[Situation]) -> Counts {
    let mut counts = Counts { students: all.len(), ..Counts::default() };
    for found in all {
        counts.add(&worked(found.standing, NOW), found);
    }
    counts
}

#[test]
fn the_headline_says_the_most_urgent() {
    let of = |standing, last, presence| situation(&worked(standing, last), presence, NOW);
    let stuck = of(Standing::Stuck, ago(0), here(ago(0)));
    let was_stuck = of(Standing::Stuck, ago(2 * NOW_WITHIN_MS), gone(ago(0)));
    let (working, finished) = (of(Standing::Working, ago(0), here(ago(0))), of(Standing::Finished, ago(0), here(ago(0))));
    let (idle, fresh) =
        (of(Standing::Working, ago(10 * MINUTE_MS), here(ago(10 * MINUTE_MS))), of(Standing::NotStarted, Timestamp(0), gone(ago(0))));
    let table: &[(&[Situation], Headline)] = &[
        (&[], Headline::Nobody),
        (&[working, stuck, idle], Headline::Stuck),
        (&[working, idle, was_stuck], Headline::Idle),
        (&[fresh, fresh], Headline::NobodyStarted),
        (&[fresh, working], Headline::NobodyIsStuck),
        (&[finished, finished], Headline::EverybodyFinished),
        (&[finished, working, was_stuck, was_stuck], Headline::StuckBefore(2)),
        (&[working, finished], Headline::NobodyIsStuck),
    ];
    for (all, expected) in table {
        let needs = |wanted: fn(&Need) -> bool| all.iter().filter_map(Situation::need).filter(wanted).count();
        let (stuck, idle) = (needs(|need| matches!(need, Need::Stuck(_))), needs(|need| matches!(need, Need::Idle)));
        assert_eq!(Headline::of(&counted(all), stuck, idle), *expected, "{all:?}");
    }
    let counts = counted(&[stuck, was_stuck, working, idle, fresh, finished]);
    assert_eq!((counts.students, counts.working, counts.idle, counts.stuck, counts.was_stuck), (6, 3, 1, 1, 1));
    assert_eq!((counts.not_here, counts.not_started, counts.finished, counts.away), (2, 1, 1, 0));
}
