//! What always holds of attempts, tried on arbitrary command sequences.

use super::*;
use domain::attempt::rule::Milestone;
use proptest::prelude::*;

/// A command near enough to the question at hand to be worth deciding.
pub fn command() -> impl Strategy<Value = (u8, i8, u32, u8)> {
    (0..5_u8, prop_oneof![6 => Just(0_i8), 1 => -1..=1_i8], 0..4_u32, 0..4_u8)
}

pub fn build(unit: Unit, state: &Attempt, (kind, off, try_number, entry): (u8, i8, u32, u8)) -> Command {
    let current = state.current();
    let ordinal = current.map_or(1, |current| current.ordinal).saturating_add_signed(off.into());
    let next_try = current.map_or(1, |current| current.tries.len() as u32 + 1);
    match kind {
        0 => unit.start(),
        1 | 2 => {
            let inputs = match (entry, current) {
                (0 | 1, Some(current)) => school::right_inputs(current.question),
                (2, _) => vec![Input::Text("x".into())],
                (_, _) => school::wrong_inputs(),
            };
            Command::SubmitAnswer { ordinal, try_number: if try_number == 0 { next_try } else { try_number }, inputs, ms: None }
        }
        3 => reveal(ordinal),
        _ => next(ordinal),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_a_second_time_writes_nothing(drill in any::<bool>(), commands in prop::collection::vec(command(), 1..60)) {
        let unit = if drill { DRILL } else { SECTION };
        let facts = unit.facts();
        let mut state = Attempt::default();
        for command in commands {
            let command = build(unit, &state, command);
            let events = state.decide(&command, &facts).unwrap_or_default();
            state = events.iter().fold(state, Attempt::evolve);
            prop_assert_eq!(state.decide(&command, &facts).unwrap_or_default(), vec![]);
        }
    }

    #[test]
    fn what_is_counted_follows_from_first_answers_alone(drill in any::<bool>(), commands in prop::collection::vec(command(), 1..80)) {
        let unit = if drill { DRILL } else { SECTION };
        let facts = unit.facts();
        let mut state = Attempt::default();
        let (mut finishes, mut stuck, mut missed_in_a_row, mut asked) = (0, false, 0, 0);
        for command in commands {
            let command = build(unit, &state, command);
            let untouched = state.current().is_some_and(|current| current.tries.is_empty());
            for event in state.decide(&command, &facts).unwrap_or_default() {
                if let Some((_, is_right)) = event.graded().filter(|(answer, _)| answer.try_number == 1) {
                    missed_in_a_row = if is_right { 0 } else { missed_in_a_row + 1 };
                }
                if untouched && event.revealed().is_some() {
                    missed_in_a_row += 1;
                }
                if let Some((ordinal, _)) = event.assigned() {
                    prop_assert_eq!(ordinal, asked + 1);
                    asked += 1;
                }
                match event.milestone() {
                    Some(Milestone::StumblingBlockMet) => {
                        prop_assert!(!stuck && finishes == 0 && missed_in_a_row >= 3);
                        stuck = true;
                    }
                    Some(Milestone::StumblingBlockCleared) => {
                        prop_assert!(stuck && missed_in_a_row == 0);
                        stuck = false;
                    }
                    Some(Milestone::SectionFinished | Milestone::DrillPassed) => {
                        finishes += 1;
                        prop_assert_eq!(finishes, 1);
                    }
                    Some(Milestone::StreakCompleted) | None => {}
                }
                state = state.evolve(&event);
            }
            prop_assert!(drill || finishes > 0 || stuck == (missed_in_a_row >= 3));
        }
    }
}
