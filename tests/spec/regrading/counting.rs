//! What follows from answers that came out otherwise: streak, misses, stumbling block, finish.

use super::*;
use domain::attempt::QuestionStanding;

fn before_and_after(unit: Unit, steps: &str, ordinal: u32, correction: Correction) -> (Reckoning, Reckoning) {
    let mut work = Work::after(unit, steps);
    let regraded = work.corrected(ordinal, correction).expect("it changes");
    let state = work.state();
    let work = state.work().expect("begun");
    assert_eq!(regraded.after, work.reckoning, "the state is what was recorded");
    (regraded.before, regraded.after)
}

#[test]
fn the_work_is_counted_anew() {
    // (unit, steps, ordinal, correction, before, after); a reckoning is streak, misses, stuck, finished.
    let table = [
        ("section", "+-+", 2, accept_too(), (1, 0, false, false), (3, 0, false, false)),
        ("section", "+-", 2, accept_too(), (0, 1, false, false), (2, 0, false, false)),
        ("section", "++-", 3, Correction::Drop {}, (0, 1, false, false), (2, 0, false, false)),
        ("section", "-?-", 2, replace(), (0, 3, true, false), (0, 3, true, false)),
        ("section", "---", 2, accept_too(), (0, 3, true, false), (0, 1, false, false)),
        ("section", "---", 3, accept_too(), (0, 3, true, false), (1, 0, false, false)),
        ("section", "---", 3, Correction::Drop {}, (0, 3, true, false), (0, 2, false, false)),
        ("section", "--?", 3, Correction::Drop {}, (0, 3, true, false), (0, 2, false, false)),
        ("section", "----", 1, accept_too(), (0, 4, true, false), (0, 3, true, false)),
        ("section", "--+", 3, replace(), (1, 0, false, false), (0, 3, true, false)),
        ("section", "--++", 3, replace(), (2, 0, false, false), (1, 0, false, false)),
        ("section", "++-++", 3, accept_too(), (2, 0, false, false), (0, 0, false, true)),
        ("section", "++-+++", 3, accept_too(), (3, 0, false, false), (1, 0, false, true)),
        ("section", "++-+1", 3, accept_too(), (2, 0, false, false), (5, 0, false, false)),
        ("section", "+++++", 3, replace(), (0, 0, false, true), (2, 0, false, true)),
        ("section", "++-++---", 3, accept_too(), (0, 3, true, false), (0, 3, false, true)),
        ("drill", "+-", 2, accept_too(), (0, 1, false, false), (2, 0, false, false)),
        ("drill", "+-+", 2, accept_too(), (1, 0, false, false), (3, 0, false, true)),
        ("drill", "+-+-", 2, accept_too(), (0, 1, false, false), (3, 0, false, true)),
        ("drill", "+++", 2, replace(), (3, 0, false, true), (1, 0, false, true)),
    ];
    let reckoning = |(streak, misses, stuck, finished)| reckoning(streak, misses, stuck, finished);
    for (name, steps, ordinal, correction, before, after) in table {
        let unit = if name == "drill" { DRILL } else { SECTION };
        if before == after {
            assert_eq!(Work::after(unit, steps).corrected(ordinal, correction), None, "{name}: {steps}");
            continue;
        }
        let expected = (reckoning(before), reckoning(after));
        assert_eq!(before_and_after(unit, steps, ordinal, correction), expected, "{name}: {steps}");
    }
}

#[test]
fn what_is_decided_next_goes_on_from_there() {
    let mut granted = Work::after(SECTION, "++-++");
    granted.corrected(3, accept_too());
    let events = granted.does("++++1").ask(&Command::NextQuestion { ordinal: 10 }).expect("it goes on");
    assert_eq!(events[0], Event::StreakCompleted {}, "the section was finished by the correction already");

    let mut ahead = Work::after(SECTION, "++-+1");
    ahead.corrected(3, accept_too());
    let events = ahead.ask(&Command::NextQuestion { ordinal: 5 }).expect("it goes on");
    assert_eq!(events[0], Event::SectionFinished {}, "the fifth in a row");

    let mut stuck = Work::after(SECTION, "--+");
    stuck.corrected(3, replace());
    let events = stuck.answer(school::right_inputs(stuck.at().1)).expect("it can be answered");
    assert_eq!(events[1..], [Event::StumblingBlockCleared {}], "the block came by the correction");

    let mut drill = Work::after(DRILL, "+-1");
    drill.corrected(3, replace());
    assert_eq!(drill.does(">").state().work().expect("begun").reckoning.streak, 0);
    let mut near = Work::after(DRILL, "-+");
    near.corrected(1, accept_too());
    let events = near.answer(school::right_inputs(near.at().1)).expect("it can be answered");
    assert_eq!(events[1..], [Event::DrillPassed {}], "the third in a row");
}

#[test]
fn a_drill_passed_by_a_correction_has_ended_and_the_next_run_may_start() {
    let mut work = Work::after(DRILL, "+-+");
    work.corrected(2, accept_too());
    assert!(matches!(work.state(), Attempt::Ended(..)));
    let (ordinal, _) = work.at();
    assert_eq!(work.ask(&Command::NextQuestion { ordinal }), Err(Refusal::Ended));
    // The question that was being worked on counts no more, whatever is said of it: also once the correction is taken back.
    for inputs in [school::wrong_inputs(), school::right_inputs(work.at().1)] {
        assert_eq!(work.ask(&Command::SubmitAnswer { ordinal, try_number: 1, inputs, ms: None }), Ok(vec![]));
    }
    assert_eq!(work.ask(&Command::RevealAnswer { ordinal }), Ok(vec![]));
}

#[test]
fn who_waits_at_a_wrong_answer_that_becomes_right_goes_on() {
    for correction in [accept_too(), replace(), Correction::FullCredit {}, Correction::Drop {}] {
        let mut work = Work::after(SECTION, "0");
        let next = Command::NextQuestion { ordinal: 1 };
        assert_eq!(work.decide(&next), Err(Refusal::NotAnsweredYet));
        work.corrected(1, correction.clone()).expect("it changes");
        assert!(matches!(work.ask(&next).as_deref(), Ok([Event::QuestionAssigned { .. }])), "{correction:?}");
    }
}

#[test]
fn who_was_about_to_go_on_from_a_right_answer_that_becomes_wrong_goes_on_or_answers_again() {
    let mut work = Work::after(SECTION, "1");
    work.corrected(1, replace()).expect("it changes");
    // A device that does not know yet has gone on, and what follows there must not be lost.
    assert!(matches!(work.decide(&Command::NextQuestion { ordinal: 1 }).as_deref(), Ok([Event::QuestionAssigned { .. }])));
    assert!(
        matches!(work.answer(school::wrong_inputs()).as_deref(), Ok([Event::QuestionAnsweredCorrectly(answer)]) if answer.try_number == 2)
    );
    let mut drill = Work::after(DRILL, "1");
    drill.corrected(1, replace()).expect("it changes");
    assert!(drill.ask(&Command::NextQuestion { ordinal: 1 }).is_ok(), "in a drill any answer moves on");
}

#[test]
fn a_device_that_graded_by_the_key_before_goes_on_and_nothing_that_follows_is_lost() {
    let mut work = Work::begun(SECTION);
    let (ordinal, question) = work.at();
    assert_eq!(work.corrected(1, replace()), None, "nothing was answered yet");
    let answered = work.answer(school::right_inputs(question)).expect("it can be answered");
    assert!(matches!(answered.as_slice(), [Event::QuestionAnsweredWrongly(_)]), "by the key as it is");
    assert!(matches!(work.ask(&Command::NextQuestion { ordinal }).as_deref(), Ok([Event::QuestionAssigned { .. }])));
    work.does("++");
    assert_eq!(work.state().work().expect("begun").reckoning.streak, 2);

    let mut never_right = Work::begun(SECTION);
    never_right.corrected(1, replace());
    never_right.answer(vec![Input::Text("98761".into())]).expect("it can be answered");
    assert_eq!(never_right.ask(&Command::NextQuestion { ordinal: 1 }), Err(Refusal::NotAnsweredYet));
}

#[test]
fn of_several_tries_one_right_one_is_enough_to_go_on() {
    let mut work = Work::after(SECTION, "01");
    let regraded = work.corrected(1, replace()).expect("it changes");
    assert_eq!(changes(&regraded), [(1, 1, Judgement::Wrong, Judgement::Right), (1, 2, Judgement::Right, Judgement::Wrong)]);
    assert_eq!(work.state().current().map(|current| current.standing), Some(QuestionStanding::Right));
}

#[test]
fn a_question_whose_answer_was_shown_stays_shown() {
    let mut work = Work::after(SECTION, "0");
    work.ask(&Command::RevealAnswer { ordinal: 1 }).expect("it is shown");
    work.corrected(1, accept_too()).expect("it changes");
    let state = work.state();
    let streak = state.work().expect("begun").reckoning.streak;
    assert_eq!((state.current().map(|current| current.standing), streak), (Some(QuestionStanding::Revealed), 1));
}

/// A section that was finished after the deadline has no question after it: a correction counts it like any other.
#[test]
fn a_section_that_was_finished_late_is_counted_as_one_that_was_finished_in_time() {
    let late = || {
        let mut work = Work::after(SECTION, "-+++++");
        // What the server records when the unit is closed to the class by the time of the last step.
        assert!(matches!(work.history.pop(), Some(Event::QuestionAssigned { .. })));
        assert_eq!(work.history.last(), Some(&Event::SectionFinished {}));
        work
    };
    assert_eq!(late().corrected(6, Correction::FullCredit {}), None, "nothing comes out otherwise");
    for (ordinal, correction) in [(1, accept_too()), (6, replace())] {
        let (mut late, mut in_time) = (late(), Work::after(SECTION, "-+++++"));
        let [late, in_time] = [&mut late, &mut in_time].map(|work| work.corrected(ordinal, correction.clone()).expect("it changes"));
        assert_eq!((late.after.finished, late.after.streak), (true, in_time.after.streak), "{ordinal}");
        assert_eq!(late.before, in_time.before);
    }
}
