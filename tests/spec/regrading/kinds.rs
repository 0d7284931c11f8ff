//! Each kind of correction, and what it makes of right and of wrong answers.

use super::*;
use Judgement::{Right as R, Void as V, Wrong as W};

#[test]
fn each_kind_of_correction_does_to_answers_what_it_says() {
    // (what is said of question 2, harm nobody, the steps, what changes, streak after)
    let table = [
        ("accept too, a wrong one", accept_too(), false, "+-+", vec![(2, 1, W, R)], 3),
        ("accept too, a right one", accept_too(), false, "+++", vec![], 3),
        ("replace, a wrong one", replace(), false, "+-+", vec![(2, 1, W, R), (2, 2, R, W)], 3),
        ("replace, a right one", replace(), false, "+++", vec![(2, 1, R, W)], 1),
        ("replace, harm nobody, a wrong one", replace(), true, "+-+", vec![(2, 1, W, R)], 3),
        ("replace, harm nobody, a right one", replace(), true, "+++", vec![], 3),
        ("drop, a wrong one", Correction::Drop {}, false, "+-+", vec![(2, 1, W, V), (2, 2, R, V)], 2),
        ("drop, a right one", Correction::Drop {}, false, "+++", vec![(2, 1, R, V)], 2),
        ("drop, harm nobody, a wrong one", Correction::Drop {}, true, "+-+", vec![(2, 1, W, V)], 2),
        ("drop, harm nobody, a right one", Correction::Drop {}, true, "+++", vec![], 3),
        ("full credit, a wrong one", Correction::FullCredit {}, false, "+-+", vec![(2, 1, W, R)], 3),
        ("full credit, a right one", Correction::FullCredit {}, false, "+++", vec![], 3),
        ("full credit, one looked up", Correction::FullCredit {}, false, "+?+", vec![], 1),
        ("explain", explain(), false, "+-+", vec![], 1),
    ];
    for (what, correction, harm_nobody, steps, expected, streak) in table {
        let mut work = Work::after(SECTION, steps);
        let before = work.state().work().expect("begun").reckoning.streak;
        let regraded = work.told(2, correction, harm_nobody).regrade();
        assert_eq!(regraded.as_ref().map(changes).unwrap_or_default(), expected, "{what}");
        assert_eq!(regraded.is_some(), !expected.is_empty(), "{what}: nothing is recorded of nothing");
        assert_eq!(work.state().work().expect("begun").reckoning.streak, streak, "{what}");
        if let Some(regraded) = regraded {
            assert_eq!((regraded.correction, regraded.before.streak, regraded.after.streak), (1, before, streak), "{what}");
        }
    }
}

#[test]
fn only_the_question_that_is_corrected_is_graded_again() {
    let mut work = Work::after(SECTION, "---");
    let regraded = work.corrected(2, accept_too()).expect("it changes");
    assert_eq!(changes(&regraded), [(2, 1, W, R)]);
    let mut elsewhere = Work::after(DRILL, "--");
    let (unit, question) = (school::unit("section"), SECTION.question(2));
    let correction = course::Command::Correct { unit, question, correction: accept_too(), harm_nobody: false };
    assert_eq!(elsewhere.course(&correction).regrade(), None);
}

#[test]
fn what_the_corrected_key_cannot_judge_stays_what_it_was() {
    // The right value, and now in the wrong form: had it been entered then, it would have cost nothing.
    let mut work = Work::after(SECTION, "+");
    let right = school::right_inputs(SECTION.question(1));
    let [Input::Text(value)] = right.as_slice() else { panic!("one number") };
    assert_eq!(work.corrected(1, replace_by(value, Form::Percent)), None);
}

#[test]
fn the_later_word_counts() {
    let mut work = Work::after(SECTION, "-");
    let first = work.corrected(1, accept_too()).expect("it changes");
    assert_eq!(changes(&first), [(1, 1, W, R)]);
    let second = work.corrected(1, replace_by("77", Form::Any)).expect("another key takes back what was accepted besides the first");
    assert_eq!(changes(&second), [(1, 1, R, W), (1, 2, R, W)]);
    let third = work.corrected(1, Correction::Drop {}).expect("it changes");
    assert_eq!(changes(&third), [(1, 1, W, V), (1, 2, W, V)]);
    let fourth = work.corrected(1, Correction::FullCredit {}).expect("it changes");
    assert_eq!(changes(&fourth), [(1, 1, V, R), (1, 2, V, R)]);
}

#[test]
fn an_answer_given_after_a_correction_is_graded_by_it_and_not_again() {
    for (correction, second) in [(accept_too(), None), (replace(), None), (Correction::Drop {}, None), (Correction::FullCredit {}, None)] {
        let mut work = Work::begun(SECTION);
        work.told(1, correction, false);
        let events = work.answer(school::wrong_inputs()).expect("it can be answered");
        let [Event::QuestionAnsweredCorrectly(answer)] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!(answer.corrections, 1);
        assert_eq!(work.regrade(), second);
    }
}

#[test]
fn what_was_known_when_an_answer_was_graded_is_in_its_event() {
    let mut work = Work::begun(SECTION);
    for (known, ordinal) in [(0, 1), (1, 2), (2, 3)] {
        let events = work.answer(school::right_inputs(work.at().1)).expect("it can be answered");
        assert_eq!(events[0].graded().map(|(answer, _)| (answer.corrections, answer.ordinal)), Some((known, ordinal)));
        work.does(">").told(9, if known == 0 { accept_too() } else { explain() }, false);
    }
}

#[test]
fn a_correction_holds_for_the_editions_that_there_were() {
    let second = school::edition(2);
    let published = course::Command::Publish { paper: second.paper, keys: second.keys };
    // (published before the correction or after it, the edition of the attempt, whether it is corrected)
    for (before, edition, corrected) in [(true, 1, true), (true, 2, true), (false, 1, true), (false, 2, false)] {
        let mut work = Work::after(SECTION, "-");
        work.edition = edition;
        if before {
            work.course(&published);
        }
        work.told(1, accept_too(), false);
        if !before {
            work.course(&published);
        }
        assert_eq!(work.regrade().is_some(), corrected, "published before: {before}, edition {edition}");
    }
}
