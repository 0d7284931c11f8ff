//! A device that holds the corrections of the attempt's unit alone decides and regrades as the server does, which holds all of the course.

use super::properties::{Doing, carry_out, correction, doing};
use super::*;
use domain::{attempt, content::Corrections};
use proptest::prelude::*;

/// The same work, where only the corrections of its unit are known.
fn on_a_device(work: &Work) -> Work {
    let unit = school::unit(work.unit.0);
    let mut corrections = Corrections::default();
    for said in work.contents.corrections.numbers().into_iter().filter_map(|number| work.contents.corrections.get(number)) {
        if said.corrected.unit == unit {
            corrections.correct(said.number, said.corrected.clone());
            said.undone_by.into_iter().for_each(|by| corrections.take_back(by, said.number));
        }
    }
    let contents = Contents { corrections, ..work.contents.clone() };
    Work { contents, ..work.clone() }
}

/// The course corrects, or takes back, something that this work has nothing to do with.
fn elsewhere(work: &mut Work, correction: Correction, undoes: bool) {
    let (unit, question) = (school::unit("lone"), school::question_id("lone", 1));
    let last = work.contents.corrections.standing(unit, question).map(|said| said.number).next_back();
    let command = match last.filter(|_| undoes) {
        Some(number) => course::Command::UndoCorrection { number },
        None => course::Command::Correct { unit, question, correction, harm_nobody: false },
    };
    work.course(&command);
}

/// What the corrections make of a history, up to each number there is.
fn regraded_up_to_each(work: &Work, history: &[Event]) -> Vec<Option<Regraded>> {
    let edition = school::edition_ref(work.unit.0, work.edition);
    let unit = school::LIBRARY.unit(&edition, school::unit(work.unit.0)).expect("the documents are here");
    let unit = unit.corrected(&work.contents.corrections);
    (0..=30).map(|number| attempt::regraded(&school::attempt(work.unit.0, 1), history, &unit, number)).collect()
}

#[test]
fn an_answer_says_the_last_number_that_concerns_its_unit() {
    let mut work = Work::begun(SECTION);
    let says = |work: &mut Work, expected: u32, why: &str| {
        let events = work.answer(school::wrong_inputs()).expect("it can be answered");
        assert_eq!(events[0].graded().map(|(answer, _)| answer.corrections), Some(expected), "{why}");
        work.ask(&Command::RevealAnswer { ordinal: work.at().0 }).expect("it can be looked at");
        work.does(">");
    };
    elsewhere(&mut work, Correction::Drop {}, false);
    says(&mut work, 0, "another unit was corrected");
    work.told(8, replace_by("77", Form::Any), false);
    says(&mut work, 2, "a question of the unit was corrected");
    elsewhere(&mut work, Correction::Drop {}, true);
    says(&mut work, 2, "what was said of another unit was taken back");
    work.course(&course::Command::UndoCorrection { number: 2 });
    says(&mut work, 4, "what was said of the unit was taken back");
}

#[test]
fn an_answer_of_an_earlier_build_that_says_the_courses_last_number_means_the_same() {
    for wide in [1, 2] {
        let mut work = Work::begun(SECTION);
        work.does("0");
        let Some(Event::QuestionAnsweredWrongly(answer)) = work.history.last_mut() else { panic!("it was answered") };
        // As it was recorded: 2 is a correction of another unit.
        answer.corrections = wide;
        elsewhere(&mut work, Correction::Drop {}, false);
        elsewhere(&mut work, Correction::FullCredit {}, false);
        let regraded = work.corrected(1, accept_too()).expect("it came later than the answer");
        assert_eq!(changes(&regraded), [(1, 1, Judgement::Wrong, Judgement::Right)], "known up to {wide}");
        assert_eq!(regraded.correction, 3);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_corrections_of_the_unit_are_enough(
        drill in any::<bool>(),
        doings in prop::collection::vec((doing(), prop::option::weighted(0.3, (correction(), any::<bool>()))), 0..40),
    ) {
        let mut work = Work::begun(if drill { DRILL } else { SECTION });
        // What a build that wrote the course's last number would have recorded.
        let mut wide = work.history.clone();
        for (doing, other) in &doings {
            if let Some((correction, undoes)) = other {
                elsewhere(&mut work, correction.clone(), *undoes);
            }
            carry_out(&mut work, doing);
            let last = work.number();
            wide.extend(work.history[wide.len()..].iter().cloned().map(|mut event| {
                if let Event::QuestionAnsweredCorrectly(answer) | Event::QuestionAnsweredWrongly(answer) = &mut event {
                    answer.corrections = last;
                }
                event
            }));
        }
        let device = on_a_device(&work);
        let (ordinal, question) = work.at();
        let state = work.state();
        let try_number = state.current().map_or(1, |current| current.tries.len() as u32 + 1);
        let submit = |inputs| Command::SubmitAnswer { ordinal, try_number, inputs, ms: None };
        let mut commands = vec![submit(school::right_inputs(question)), submit(school::wrong_inputs())];
        commands.extend([Command::RevealAnswer { ordinal }, Command::NextQuestion { ordinal }]);
        commands.extend((0..=work.number()).map(|correction| Command::Regrade { correction }));
        for command in &commands {
            prop_assert_eq!(work.decide(command), device.decide(command), "{:?}", command);
        }
        let regraded = regraded_up_to_each(&work, &work.history);
        prop_assert_eq!(&regraded, &regraded_up_to_each(&device, &work.history));
        prop_assert_eq!(&regraded, &regraded_up_to_each(&work, &wide));
    }

    #[test]
    fn it_is_as_if_nothing_had_been_said_of_other_units(drill in any::<bool>(), steps in prop::collection::vec(doing(), 0..30)) {
        let steps: Vec<Doing> = steps.into_iter().filter(|doing| matches!(doing, Doing::Step(_))).collect();
        let mut alone = Work::begun(if drill { DRILL } else { SECTION });
        let mut among_others = alone.clone();
        for doing in &steps {
            carry_out(&mut alone, doing);
            elsewhere(&mut among_others, Correction::Drop {}, false);
            elsewhere(&mut among_others, Correction::FullCredit {}, false);
            carry_out(&mut among_others, doing);
        }
        prop_assert_eq!(&alone.history, &among_others.history);
        prop_assert_eq!(among_others.regrade(), None);
    }
}
