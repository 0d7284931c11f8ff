//! Taking corrections back: as if they had never been.

use super::*;

#[test]
fn what_is_taken_back_is_as_if_it_had_never_been() {
    let histories = ["+-+", "++-++", "---", "--+", "+++++", "++-++---", "0", "1", "01", "++-+1", "?", "-?-"];
    for unit in [SECTION, DRILL] {
        for steps in histories.into_iter().filter(|steps| unit.0 == "section" || !steps.contains("01")) {
            for correction in [accept_too(), replace(), Correction::Drop {}, Correction::FullCredit {}, explain()] {
                for (ordinal, harm_nobody) in [(1, false), (2, false), (3, true)] {
                    let mut work = Work::after(unit, steps);
                    let before = work.essence();
                    let done = work.told(ordinal, correction.clone(), harm_nobody).regrade();
                    let undone = work.undone(1);
                    assert_eq!(done.is_some(), undone.is_some(), "{steps}: {correction:?}");
                    assert_eq!(work.essence(), before, "{}: {steps}: {correction:?} of {ordinal}", unit.0);
                    if let (Some(done), Some(undone)) = (done, undone) {
                        assert_eq!((done.before, done.after), (undone.after, undone.before));
                        let back = |judged: &Judged| Judged { from: judged.to, to: judged.from, ..*judged };
                        assert_eq!(undone.answers, done.answers.iter().map(back).collect::<Vec<_>>());
                    }
                }
            }
        }
    }
}

#[test]
fn a_finish_that_came_by_a_correction_goes_with_it() {
    let mut work = Work::after(SECTION, "++-++");
    assert!(work.corrected(3, accept_too()).expect("it changes").after.finished);
    assert!(!work.undone(1).expect("it changes").after.finished);
    // The same with what was done in between: 2 and 1 are three in a row.
    let mut work = Work::after(SECTION, "++-++");
    work.corrected(3, accept_too());
    work.does("+");
    let undone = work.undone(1).expect("it changes");
    assert_eq!((undone.before, undone.after), (reckoning(1, 0, false, true), reckoning(3, 0, false, false)));
}

#[test]
fn what_was_finished_by_an_event_stays_finished() {
    // Finished by the fifth in a row, with the correction's help.
    let mut work = Work::after(SECTION, "++-+");
    work.corrected(3, accept_too());
    work.does("+");
    assert!(work.history.contains(&Event::SectionFinished {}));
    assert!(work.undone(1).expect("it changes").after.finished);
}

#[test]
fn a_drill_that_was_passed_by_a_correction_goes_on_when_it_is_taken_back() {
    let mut work = Work::after(DRILL, "+-+");
    work.corrected(2, accept_too());
    assert!(matches!(work.state(), Attempt::Ended(..)));
    work.undone(1).expect("it changes");
    assert!(matches!(work.state(), Attempt::Open(..)));
    work.does("++");
    assert!(matches!(work.state(), Attempt::Ended(..)), "one and two are three in a row");
}

#[test]
fn of_two_corrections_one_is_taken_back() {
    let mut work = Work::after(SECTION, "-+");
    work.corrected(1, accept_too());
    work.corrected(2, replace());
    let undone = work.undone(1).expect("it changes");
    assert_eq!(changes(&undone), [(1, 1, Judgement::Right, Judgement::Wrong)], "the other stands");
    let undone = work.undone(2).expect("it changes");
    assert_eq!(changes(&undone), [(2, 1, Judgement::Wrong, Judgement::Right)]);
    assert_eq!(work.essence(), Work::after(SECTION, "-+").essence());
}

#[test]
fn of_two_corrections_of_a_question_the_other_one_is_left() {
    let mut work = Work::after(SECTION, "-");
    work.corrected(1, accept_too());
    assert_eq!(work.corrected(1, Correction::FullCredit {}), None, "right already");
    assert_eq!(work.undone(1), None, "right by the other");
    let undone = work.undone(2).expect("it changes");
    assert_eq!(changes(&undone), [(1, 1, Judgement::Right, Judgement::Wrong)]);
}

#[test]
fn the_same_correction_may_be_made_again() {
    let mut work = Work::after(SECTION, "-");
    let first = work.corrected(1, accept_too()).expect("it changes");
    work.undone(1).expect("it changes");
    let again = work.corrected(1, accept_too()).expect("it changes");
    assert_eq!((again.correction, changes(&again)), (3, changes(&first)));
}

#[test]
fn an_answer_that_was_right_by_a_correction_alone_goes_with_it() {
    for correction in [accept_too(), replace(), Correction::FullCredit {}, Correction::Drop {}] {
        let mut work = Work::begun(SECTION);
        work.told(1, correction.clone(), false);
        work.answer(school::wrong_inputs()).expect("it counts as right");
        let undone = work.undone(1).expect("it changes");
        assert_eq!(changes(&undone), [(1, 1, Judgement::Right, Judgement::Wrong)], "{correction:?}");
    }
    // What nobody could read was accepted all the same; now it counts for nothing.
    let mut work = Work::begun(SECTION);
    work.told(1, Correction::Drop {}, false);
    work.answer(vec![Input::Text("no idea".into())]).expect("anything goes");
    let undone = work.undone(1).expect("it changes");
    assert_eq!(changes(&undone), [(1, 1, Judgement::Right, Judgement::Void)]);
}

#[test]
fn who_comes_late_grades_up_to_its_own_number_only() {
    // The process manager is at number 1 when number 2 has taken it back already.
    let mut work = Work::after(SECTION, "-");
    work.told(1, accept_too(), false).course(&course::Command::UndoCorrection { number: 1 });
    let events = work.ask(&Command::Regrade { correction: 1 }).expect("never refused");
    assert_eq!(events.len(), 1, "at number 1 it stood");
    let events = work.ask(&Command::Regrade { correction: 2 }).expect("never refused");
    assert_eq!(events.len(), 1, "at number 2 it does not");
    assert_eq!(work.essence(), Work::after(SECTION, "-").essence());
    for correction in [1, 2] {
        assert_eq!(work.decide(&Command::Regrade { correction }), Ok(vec![]), "seen: {correction}");
    }
}

#[test]
fn an_attempt_that_has_not_begun_is_not_graded() {
    let work = Work { history: Vec::new(), ..Work::begun(SECTION) };
    assert_eq!(work.decide(&Command::Regrade { correction: 1 }), Ok(vec![]));
}
