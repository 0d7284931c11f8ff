//! What always holds of corrections, tried on arbitrary work with corrections, regrading and undoing in between.

use super::*;
use proptest::prelude::*;

/// A step of work, or something that the course says, or the process manager.
#[derive(Debug, Clone)]
pub enum Doing {
    Step(char),
    Correct { ordinal: u32, correction: Correction, harm_nobody: bool },
    Undo { number: u32 },
    Regrade,
}

pub fn correction() -> impl Strategy<Value = Correction> {
    prop_oneof![
        3 => Just(accept_too()),
        3 => Just(replace()),
        1 => Just(replace_by("77", Form::Any)),
        2 => Just(Correction::Drop {}),
        1 => Just(Correction::FullCredit {}),
        1 => Just(explain()),
    ]
}

fn step() -> impl Strategy<Value = char> {
    prop_oneof![4 => Just('+'), 3 => Just('-'), 1 => Just('?'), 1 => Just('1'), 1 => Just('0'), 1 => Just('>')]
}

pub fn doing() -> impl Strategy<Value = Doing> {
    prop_oneof![
        8 => step().prop_map(Doing::Step),
        2 => (1..12_u32, correction(), prop::bool::weighted(0.3))
            .prop_map(|(ordinal, correction, harm_nobody)| Doing::Correct { ordinal, correction, harm_nobody }),
        1 => (1..8_u32).prop_map(|number| Doing::Undo { number }),
        2 => Just(Doing::Regrade),
    ]
}

/// Does it, as far as it can be done now.
pub fn carry_out(work: &mut Work, doing: &Doing) -> Option<Regraded> {
    match doing {
        Doing::Step(step) => {
            let at = work.at();
            let state = work.state();
            let current = state.current().cloned().expect("a question");
            let try_number = current.tries.len() as u32 + 1;
            let submit = |inputs| Command::SubmitAnswer { ordinal: at.0, try_number, inputs, ms: None };
            let next = Command::NextQuestion { ordinal: at.0 };
            let commands = match step {
                '+' => vec![submit(school::right_inputs(at.1)), next],
                '-' => vec![submit(school::wrong_inputs()), next],
                '?' => vec![Command::RevealAnswer { ordinal: at.0 }, next],
                '1' => vec![submit(school::right_inputs(at.1))],
                '0' => vec![submit(school::wrong_inputs())],
                _ => vec![next],
            };
            // What is refused is not done.
            commands.iter().for_each(|command| _ = work.ask(command));
            None
        }
        Doing::Correct { ordinal, correction, harm_nobody } => {
            work.told(*ordinal, correction.clone(), *harm_nobody);
            None
        }
        Doing::Undo { number } => {
            if work.contents.corrections.get(*number).is_some() {
                work.course(&course::Command::UndoCorrection { number: *number });
            }
            None
        }
        Doing::Regrade => work.regrade(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_correction_that_is_taken_back_leaves_everything_as_it_was(
        drill in any::<bool>(),
        doings in prop::collection::vec(doing(), 0..50),
        ordinal in 1..10_u32,
        correction in correction(),
        harm_nobody in any::<bool>(),
    ) {
        let mut work = Work::begun(if drill { DRILL } else { SECTION });
        doings.iter().for_each(|doing| _ = carry_out(&mut work, doing));
        work.regrade();
        let before = work.essence();
        let known = work.number();
        work.told(ordinal, correction, harm_nobody);
        let number = work.number();
        prop_assume!(number > known);
        work.regrade();
        work.undone(number);
        prop_assert_eq!(work.essence(), before);
    }

    #[test]
    fn what_is_recorded_is_what_the_state_was_and_is(drill in any::<bool>(), doings in prop::collection::vec(doing(), 0..60)) {
        let mut work = Work::begun(if drill { DRILL } else { SECTION });
        for doing in &doings {
            let now = |work: &Work| {
                let state = work.state();
                let work = state.work().expect("begun");
                work.reckoning
            };
            let before = now(&work);
            if let Some(regraded) = carry_out(&mut work, doing) {
                prop_assert_eq!(regraded.before, before);
                prop_assert_eq!(regraded.after, now(&work));
                prop_assert!(!regraded.answers.is_empty() || regraded.before != regraded.after);
                prop_assert!(regraded.answers.iter().all(|judged| judged.from != judged.to));
                prop_assert!(regraded.answers.is_sorted_by_key(|judged| (judged.ordinal, judged.try_number)));
            }
        }
        // Nothing is left to say once everything was said.
        work.regrade();
        prop_assert_eq!(work.regrade(), None);
    }

    #[test]
    fn who_harms_nobody_takes_nothing_from_anybody(
        drill in any::<bool>(),
        steps in prop::collection::vec(step(), 0..50),
        ordinal in 1..10_u32,
        correction in correction(),
    ) {
        let mut work = Work::begun(if drill { DRILL } else { SECTION });
        steps.into_iter().for_each(|step| _ = carry_out(&mut work, &Doing::Step(step)));
        if let Some(regraded) = work.mended(ordinal, correction) {
            prop_assert!(regraded.answers.iter().all(|judged| judged.to > judged.from));
            prop_assert!(regraded.after.finished >= regraded.before.finished);
            prop_assert!(regraded.after.stuck <= regraded.before.stuck);
            prop_assert!(regraded.after.misses <= regraded.before.misses);
        }
    }

    #[test]
    fn it_does_not_matter_when_the_process_manager_comes_by(
        drill in any::<bool>(),
        steps in prop::collection::vec(step(), 1..40),
        corrections in prop::collection::vec((1..10_u32, correction(), any::<bool>()), 1..5),
    ) {
        let mut early = Work::begun(if drill { DRILL } else { SECTION });
        steps.into_iter().for_each(|step| _ = carry_out(&mut early, &Doing::Step(step)));
        let mut late = early.clone();
        for (ordinal, correction, harm_nobody) in corrections {
            early.told(ordinal, correction.clone(), harm_nobody).regrade();
            late.told(ordinal, correction, harm_nobody);
        }
        late.regrade();
        prop_assert_eq!(early.essence(), late.essence());
    }
}
