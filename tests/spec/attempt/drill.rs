//! The drill: right or wrong, the next question; three in a row pass.

use super::*;

const D: Unit = DRILL;

fn given<const N: usize>(history: [Vec<Event>; N]) -> Given<Attempt> {
    D.given(history)
}

fn passed() -> Vec<Event> {
    [D.started(), D.passed_by(Q1), D.passed_by(Q2), vec![D.right_event(Q3, 1), Event::DrillPassed {}]].concat()
}

#[test]
fn a_right_answer_moves_on() {
    given([D.started()]).when(D.hit(Q1, 1)).then([D.right_event(Q1, 1)]);
    given([D.started(), vec![D.right_event(Q1, 1)]]).when(next(Q1)).then([D.asked(Q2)]);
}

#[test]
fn a_wrong_answer_starts_over_and_moves_on() {
    given([D.started()]).when(miss(Q1)).then([D.missed_event(Q1, 1)]);
    given([D.started(), vec![D.missed_event(Q1, 1)]]).when(next(Q1)).then([D.asked(Q2)]);
    given([D.started(), vec![D.missed_event(Q1, 1)]]).when(D.hit(Q1, 2)).then_refused(Refusal::AlreadyAnswered);
    let two_then_missed = [D.started(), D.passed_by(Q1), D.passed_by(Q2), D.missed(Q3)].concat();
    given([two_then_missed]).when(D.hit(Q4, 1)).then([D.right_event(Q4, 1)]);
}

#[test]
fn three_in_a_row_pass() {
    given([D.started(), D.passed_by(Q1), D.passed_by(Q2)]).when(D.hit(Q3, 1)).then([D.right_event(Q3, 1), Event::DrillPassed {}]);
    given([D.started(), D.missed(Q1), D.passed_by(Q2)]).when(D.hit(Q3, 1)).then([D.right_event(Q3, 1)]);
}

#[test]
fn three_is_a_setting() {
    let rule = Rule::Drill { streak: 1 };
    let started = vec![Event::AttemptStarted { edition: school::edition_ref("drill", 1), rule }, D.asked(Q1)];
    given([started]).when(D.hit(Q1, 1)).then([D.right_event(Q1, 1), Event::DrillPassed {}]);
}

#[test]
fn a_passed_drill_has_ended() {
    assert!(matches!(given([passed()]).state, Attempt::Ended(..)));
    given([passed()]).when(next(Q3)).then_refused(Refusal::Ended);
    given([passed()]).when(D.hit(Q4, 1)).then_refused(another(Q3));
    given([passed()]).when(D.start()).then_nothing();
    given([passed()]).when(D.hit(Q3, 1)).then_nothing();
    given([passed()]).when(reveal(Q3)).then_nothing();
    let after = given([passed(), vec![D.asked(Q4)]]);
    assert_eq!(after.state, given([passed()]).state, "nothing follows an end");
}

#[test]
fn a_drill_knows_no_stumbling_block() {
    let misses = [D.started(), D.missed(Q1), D.missed(Q2), D.missed(Q3)].concat();
    given([misses.clone()]).when(miss(Q4)).then([D.missed_event(Q4, 1)]);
    given([misses]).when(reveal(Q4)).then([D.revealed_event(Q4)]);
}

#[test]
fn a_reveal_starts_over_too() {
    let looked_up = [D.started(), D.passed_by(Q1), D.passed_by(Q2), D.looked_up(Q3)].concat();
    given([looked_up]).when(D.hit(Q4, 1)).then([D.right_event(Q4, 1)]);
    given([D.started(), vec![D.missed_event(Q1, 1)]]).when(reveal(Q1)).then_nothing();
}

#[test]
fn the_next_run_starts_only_when_this_one_has_ended() {
    let second = || given([]).where_(|facts| facts.attempt.run = 2);
    second().where_(|facts| facts.earlier_run_ended = false).when(D.start()).then_refused(Refusal::EarlierRunOpen);
    let facts = Facts { attempt: school::attempt("drill", 2), ..D.facts() };
    let events = Attempt::default().decide(&D.start(), &facts).expect("the first run has ended");
    assert!(matches!(events[..], [Event::AttemptStarted { .. }, Event::QuestionAssigned { ordinal: 1, .. }]), "{events:?}");
}
