//! What rules make of what happened: one step, which the state, regrading and the tallies all fold.

use super::properties::{build, command};
use super::*;
use domain::{
    attempt::{
        Reckoning, Towards,
        rule::{Happened, Milestone, step},
    },
    projections::tally::{Standing, Tally},
    time::Timestamp,
};
use proptest::prelude::*;

fn at(streak: u8, misses: u8) -> Reckoning {
    Reckoning { streak, misses, ..Reckoning::default() }
}

fn stuck(streak: u8, misses: u8) -> Reckoning {
    Reckoning { stuck: true, ..at(streak, misses) }
}

fn finished(streak: u8, misses: u8) -> Reckoning {
    Reckoning { finished: true, ..at(streak, misses) }
}

#[test]
fn a_step_counts_and_says_what_is_reached() {
    use Happened::{Missed, Reached, Right, WentOn};
    use Milestone::{DrillPassed, SectionFinished, StreakCompleted, StumblingBlockCleared, StumblingBlockMet};
    let (section, drill) = (Rule::SECTION_TEST, Rule::DRILL);
    // (rule, before, what happened, after, what is reached)
    let table = [
        (section, at(0, 0), Right, at(1, 0), vec![]),
        (section, at(0, 2), Right, at(1, 0), vec![]),
        (section, at(4, 0), Right, at(5, 0), vec![]),
        (section, at(3, 0), Missed, at(0, 1), vec![]),
        (section, at(0, 2), Missed, at(0, 3), vec![StumblingBlockMet]),
        (section, stuck(0, 3), Missed, stuck(0, 4), vec![]),
        (section, stuck(0, 3), Right, stuck(1, 0), vec![StumblingBlockCleared]),
        (section, finished(0, 2), Missed, finished(0, 3), vec![]),
        (section, at(4, 0), WentOn, at(4, 0), vec![]),
        (section, at(5, 0), WentOn, at(5, 0), vec![SectionFinished]),
        (section, finished(5, 0), WentOn, finished(5, 0), vec![StreakCompleted]),
        (drill, at(1, 0), Right, at(2, 0), vec![]),
        (drill, at(2, 0), Right, at(3, 0), vec![DrillPassed]),
        (drill, at(0, 2), Missed, at(0, 3), vec![]),
        (drill, at(3, 0), WentOn, at(3, 0), vec![]),
        (drill, finished(3, 0), Right, finished(3, 0), vec![]),
        (drill, finished(3, 0), Missed, finished(3, 0), vec![]),
        // What is recorded holds, whatever would be counted.
        (section, at(0, 1), Reached(StumblingBlockMet), stuck(0, 1), vec![]),
        (section, stuck(1, 0), Reached(StumblingBlockCleared), at(1, 0), vec![]),
        (section, at(5, 0), Reached(SectionFinished), finished(0, 0), vec![]),
        (section, finished(5, 0), Reached(StreakCompleted), finished(0, 0), vec![]),
        (drill, at(3, 0), Reached(DrillPassed), finished(3, 0), vec![]),
        // Nothing is counted past what can be written down.
        (section, at(255, 0), Right, at(255, 0), vec![]),
        (drill, at(0, 255), Missed, at(0, 255), vec![]),
    ];
    for (rule, before, happened, after, reached) in table {
        assert_eq!(step(rule, before, happened), (after, reached), "{rule:?}, {before:?}: {happened:?}");
    }
}

#[test]
fn work_comes_towards_its_goal_and_no_further() {
    for (rule, streak, done, goal, left) in
        [(Rule::SECTION_TEST, 0, 0, 5, 5), (Rule::SECTION_TEST, 4, 4, 5, 1), (Rule::SECTION_TEST, 7, 5, 5, 0), (Rule::DRILL, 2, 2, 3, 1)]
    {
        let towards = rule.towards(at(streak, 0));
        assert_eq!((towards, towards.left()), (Towards { done, goal }, left), "{rule:?} at {streak}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_state_and_the_tally_count_the_same(drill in any::<bool>(), commands in prop::collection::vec(command(), 1..80)) {
        let unit = if drill { DRILL } else { SECTION };
        let facts = unit.facts();
        let (mut state, mut tally) = (Attempt::default(), Tally::default());
        for command in commands {
            let command = build(unit, &state, command);
            for event in state.decide(&command, &facts).unwrap_or_default() {
                tally.fold(1, Timestamp(0), &event);
                state = state.evolve(&event);
                let counted = state.work().map(|work| work.reckoning).unwrap_or_default();
                prop_assert_eq!(tally.reckoning(), counted);
                let standing = match (&state, counted) {
                    (Attempt::NotStarted, _) => Standing::NotStarted,
                    (_, Reckoning { stuck: true, .. }) => Standing::Stuck,
                    (_, Reckoning { finished: true, .. }) => Standing::Finished,
                    (_, Reckoning { .. }) => Standing::Working,
                };
                prop_assert_eq!(tally.standing(), standing);
            }
        }
    }
}
