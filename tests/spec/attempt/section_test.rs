//! The section test: stay until right or revealed; only first answers count; five in a row finish; three misses in a row are a stumbling block.

use super::*;
use domain::{
    attempt::{Judgement, QuestionStanding},
    content::Form,
    grading::Unreadable,
};

const S: Unit = SECTION;

fn given<const N: usize>(history: [Vec<Event>; N]) -> Given<Attempt> {
    S.given(history)
}

fn started() -> Vec<Event> {
    S.started()
}

fn missed(ordinal: u32) -> Vec<Event> {
    S.missed(ordinal)
}

fn hit_by(ordinal: u32) -> Vec<Event> {
    S.passed_by(ordinal)
}

/// Four in a row, and at the fifth question.
fn four_right() -> Vec<Event> {
    [started(), hit_by(Q1), hit_by(Q2), hit_by(Q3), hit_by(Q4)].concat()
}

/// The section is finished, and the sixth question asked.
fn section_finished() -> Vec<Event> {
    [four_right(), vec![S.right_event(Q5, 1), finished(), S.asked(Q6)]].concat()
}

fn streak(given: &Given<Attempt>) -> (u8, u8) {
    let work = given.state.work().expect("begun");
    (work.reckoning.streak, work.reckoning.misses)
}

#[test]
fn starting_draws_the_first_question() {
    given([]).when(S.start()).then([S.begun(), S.asked(Q1)]);
}

#[test]
fn starting_twice_is_quiet() {
    given([started()]).when(S.start()).then_nothing();
    let newer = Command::Start { edition: school::edition_ref("section", 2) };
    given([started()]).when(newer).then_nothing();
}

#[test]
fn nothing_starts_without_an_assignment_an_edition_and_its_documents() {
    given([]).where_(|facts| facts.admitted = false).when(S.start()).then_refused(Refusal::NotAssigned);
    given([]).where_(|facts| facts.published = false).when(S.start()).then_refused(Refusal::NotPublished);
    given([]).where_(|facts| facts.unit = None).when(S.start()).then_refused(Refusal::ContentMissing);
    given([]).where_(|facts| facts.earlier_run_ended = false).when(S.start()).then_refused(Refusal::EarlierRunOpen);
}

#[test]
fn nothing_can_be_done_before_the_start() {
    for command in [S.hit(Q1, 1), reveal(Q1), next(Q1)] {
        given([]).when(command).then_refused(Refusal::NotStarted);
    }
}

#[test]
fn nothing_can_be_done_after_removal_from_the_class() {
    for command in [S.start(), S.hit(Q1, 1), reveal(Q1), next(Q1)] {
        given([started()]).where_(|facts| facts.admitted = false).when(command).then_refused(Refusal::NotAssigned);
    }
}

#[test]
fn a_right_answer_is_recorded_with_what_was_entered_and_how_long_it_took() {
    given([started()]).when(S.hit(Q1, 1)).then([S.right_event(Q1, 1)]);
}

#[test]
fn a_wrong_answer_stays_on_the_question_until_it_is_right() {
    given([started()]).when(miss(Q1)).then([S.missed_event(Q1, 1)]);
    given([started(), vec![S.missed_event(Q1, 1)]]).when(next(Q1)).then_refused(Refusal::NotAnsweredYet);
    given([started()]).when(next(Q1)).then_refused(Refusal::NotAnsweredYet);
    given([started(), vec![S.missed_event(Q1, 1)]]).when(S.hit(Q1, 2)).then([S.right_event(Q1, 2)]);
    given([started(), vec![S.missed_event(Q1, 1), S.right_event(Q1, 2)]]).when(next(Q1)).then([S.asked(Q2)]);
}

#[test]
fn a_wrong_answer_stays_on_the_question_until_it_is_revealed() {
    given([started(), vec![S.missed_event(Q1, 1)]]).when(reveal(Q1)).then([S.revealed_event(Q1)]);
    given([started(), vec![S.missed_event(Q1, 1), S.revealed_event(Q1)]]).when(next(Q1)).then([S.asked(Q2)]);
}

#[test]
fn first_time_right_adds_one_to_the_streak_and_only_the_first_answer_counts() {
    assert_eq!(streak(&given([started(), hit_by(Q1), hit_by(Q2)])), (2, 0));
    assert_eq!(streak(&given([started(), hit_by(Q1), missed(Q2)])), (0, 1), "a miss resets, and putting it right does not count");
    let wrong_thrice = vec![S.missed_event(Q1, 1), S.missed_event(Q1, 2), S.missed_event(Q1, 3)];
    assert_eq!(streak(&given([started(), wrong_thrice])), (0, 1), "only the first of three wrong answers counts");
    assert_eq!(streak(&given([started(), missed(Q1), missed(Q2), hit_by(Q3)])), (1, 0), "right first time ends a row of misses");
}

#[test]
fn a_reveal_before_any_answer_resets_and_is_a_miss() {
    assert_eq!(streak(&given([started(), hit_by(Q1), S.looked_up(Q2)])), (0, 1));
    let wrong_then_revealed = vec![S.missed_event(Q1, 1), S.revealed_event(Q1)];
    assert_eq!(streak(&given([started(), wrong_then_revealed])), (0, 1), "one question is one miss");
}

#[test]
fn a_reveal_after_a_right_answer_changes_nothing() {
    given([started(), vec![S.right_event(Q1, 1)]]).when(reveal(Q1)).then_nothing();
    given([started(), vec![S.missed_event(Q1, 1), S.right_event(Q1, 2)]]).when(reveal(Q1)).then_nothing();
}

#[test]
fn after_a_reveal_there_is_nothing_to_answer() {
    given([started(), vec![S.revealed_event(Q1)]]).when(S.hit(Q1, 1)).then_refused(Refusal::AlreadyRevealed);
    given([started(), vec![S.missed_event(Q1, 1), S.revealed_event(Q1)]]).when(S.hit(Q1, 2)).then_refused(Refusal::AlreadyRevealed);
    given([started(), vec![S.revealed_event(Q1)]]).when(reveal(Q1)).then_nothing();
}

#[test]
fn five_in_a_row_finish_the_section_at_next_question() {
    given([four_right()]).when(S.hit(Q5, 1)).then([S.right_event(Q5, 1)]);
    given([four_right(), vec![S.right_event(Q5, 1)]]).when(next(Q5)).then([finished(), S.asked(Q6)]);
    assert!(given([section_finished()]).state.work().expect("begun").reckoning.finished);
}

#[test]
fn four_in_a_row_do_not() {
    given([started(), hit_by(Q1), hit_by(Q2), hit_by(Q3), vec![S.right_event(Q4, 1)]]).when(next(Q4)).then([S.asked(Q5)]);
    given([four_right(), vec![S.missed_event(Q5, 1), S.right_event(Q5, 2)]]).when(next(Q5)).then([S.asked(Q6)]);
}

#[test]
fn a_section_is_finished_once_and_later_fives_are_completed_streaks() {
    assert_eq!(streak(&given([section_finished()])), (0, 0), "the next streak begins at nothing");
    let mut history = section_finished();
    for ordinal in 6..10 {
        history.extend(hit_by(ordinal));
    }
    given([history.clone(), vec![S.right_event(10, 1)]]).when(next(10)).then([completed(), S.asked(11)]);
    history.extend([S.right_event(10, 1), completed(), S.asked(11)]);
    assert_eq!(streak(&given([history.clone()])), (0, 0));
    given([history, vec![S.right_event(11, 1)]]).when(next(11)).then([S.asked(12)]);
}

#[test]
fn three_misses_in_a_row_are_a_stumbling_block_once() {
    given([started(), missed(Q1), missed(Q2)]).when(miss(Q3)).then([S.missed_event(Q3, 1), stumbled()]);
    given([started(), missed(Q1)]).when(miss(Q2)).then([S.missed_event(Q2, 1)]);
    let stuck = [missed(Q1), missed(Q2), vec![S.missed_event(Q3, 1), stumbled()]].concat();
    given([started(), stuck.clone()]).when(miss_again(Q3, 2)).then_nothing();
    given([started(), stuck.clone()]).when(enter(Q3, 2, "999")).then([wrong_again(Q3, "999")]);
    given([started(), stuck, vec![S.right_event(Q3, 2), S.asked(Q4)]]).when(miss(Q4)).then([S.missed_event(Q4, 1)]);
}

fn wrong_again(ordinal: u32, text: &str) -> Event {
    let answer = Answer {
        ordinal,
        question: S.question(ordinal),
        try_number: 2,
        inputs: vec![Input::Text(text.into())],
        ms: Some(900),
        corrections: 0,
    };
    Event::QuestionAnsweredWrongly(answer)
}

#[test]
fn a_second_wrong_answer_to_a_question_is_not_another_miss() {
    given([started(), missed(Q1), missed(Q2), vec![S.right_event(Q3, 1), S.asked(Q4)]]).when(miss(Q4)).then([S.missed_event(Q4, 1)]);
    given([started(), missed(Q1), vec![S.missed_event(Q2, 1)]]).when(enter(Q2, 2, "999")).then([wrong_again(Q2, "999")]);
}

#[test]
fn reveals_count_towards_a_stumbling_block() {
    given([started(), S.looked_up(Q1), missed(Q2)]).when(reveal(Q3)).then([S.revealed_event(Q3), stumbled()]);
    let answered = [started(), S.looked_up(Q1), missed(Q2), vec![S.missed_event(Q3, 1), stumbled()]].concat();
    given([answered]).when(reveal(Q3)).then([S.revealed_event(Q3)]);
}

#[test]
fn the_next_first_time_right_clears_a_stumbling_block() {
    let stuck = [started(), missed(Q1), missed(Q2), vec![S.missed_event(Q3, 1), stumbled()]].concat();
    given([stuck.clone()]).when(S.hit(Q3, 2)).then([S.right_event(Q3, 2)]);
    let at_next = [stuck, vec![S.right_event(Q3, 2), S.asked(Q4)]].concat();
    given([at_next.clone()]).when(S.hit(Q4, 1)).then([S.right_event(Q4, 1), cleared()]);
    let cleared = given([at_next, vec![S.right_event(Q4, 1), cleared()]]);
    assert!(!cleared.state.work().expect("begun").reckoning.stuck);
    assert_eq!(streak(&cleared), (1, 0));
}

#[test]
fn a_stumbling_block_can_be_met_again_after_it_was_cleared() {
    let stuck = [started(), missed(Q1), missed(Q2), vec![S.missed_event(Q3, 1), stumbled(), S.right_event(Q3, 2), S.asked(Q4)]].concat();
    let free = [stuck, vec![S.right_event(Q4, 1), cleared(), S.asked(Q5)], missed(5), missed(6)].concat();
    given([free]).when(miss(7)).then([S.missed_event(7, 1), stumbled()]);
}

#[test]
fn there_is_no_stumbling_block_in_a_finished_section() {
    given([section_finished(), missed(6), missed(7)]).when(miss(8)).then([S.missed_event(8, 1)]);
    given([section_finished(), missed(6), missed(7)]).when(reveal(8)).then([S.revealed_event(8)]);
}

#[test]
fn of_two_answers_made_apart_the_second_is_told_so() {
    given([started(), vec![S.right_event(Q1, 1)]]).when(miss(Q1)).then_refused(Refusal::AlreadyAnswered);
    given([started(), vec![S.missed_event(Q1, 1)]]).when(S.hit(Q1, 1)).then_refused(Refusal::AlreadyAnswered);
    given([started(), vec![S.right_event(Q1, 1)]]).when(S.hit(Q1, 2)).then_refused(Refusal::AlreadyAnswered);
    given([started(), hit_by(Q1)]).when(miss(Q1)).then_refused(Refusal::AlreadyAnswered);
}

#[test]
fn the_same_answer_again_is_quiet() {
    given([started(), vec![S.right_event(Q1, 1)]]).when(S.hit(Q1, 1)).then_nothing();
    given([started(), vec![S.missed_event(Q1, 1)]]).when(miss(Q1)).then_nothing();
    given([started(), vec![S.missed_event(Q1, 1)]]).when(miss_again(Q1, 2)).then_nothing();
    given([started(), vec![S.missed_event(Q1, 1), S.right_event(Q1, 2)]]).when(miss(Q1)).then_nothing();
    given([started(), vec![S.missed_event(Q1, 1), S.revealed_event(Q1)]]).when(miss(Q1)).then_nothing();
}

#[test]
fn a_later_try_whose_earlier_ones_were_refused_still_counts_as_the_next() {
    given([started(), vec![S.missed_event(Q1, 1)]]).when(S.hit(Q1, 5)).then([S.right_event(Q1, 2)]);
}

#[test]
fn the_wrong_form_and_the_unreadable_cost_nothing() {
    let two = S.question(Q1);
    let Some(Input::Text(n)) = school::right_inputs(two).pop() else { panic!("a number") };
    let doubled = format!("{}/2", n.parse::<u32>().expect("a number") * 2);
    given([started()]).when(enter(Q1, 1, &doubled)).then_refused(Refusal::WrongForm { form: Form::Decimal });
    given([started()]).when(enter(Q1, 1, "seven")).then_refused(Refusal::Unreadable { why: Unreadable::NotANumber });
    given([started()]).when(enter(Q1, 1, " ")).then_refused(Refusal::Unreadable { why: Unreadable::Empty });
    let nothing = Command::SubmitAnswer { ordinal: Q1, try_number: 1, inputs: vec![], ms: None };
    given([started()]).when(nothing).then_refused(Refusal::Unreadable { why: Unreadable::Malformed });
    // A refusal is no event, so the first try is still to come.
    assert_eq!(streak(&given([started()])), (0, 0));
}

#[test]
fn an_answer_to_a_question_that_was_not_asked_is_refused() {
    given([started()]).when(S.hit(Q2, 1)).then_refused(another(Q1));
    given([started()]).when(reveal(Q2)).then_refused(another(Q1));
    given([started()]).when(next(Q2)).then_refused(another(Q1));
    given([started(), hit_by(Q1)]).when(reveal(Q1)).then_refused(Refusal::AlreadyAnswered);
}

#[test]
fn leaving_a_question_that_was_left_is_quiet() {
    given([started(), hit_by(Q1)]).when(next(Q1)).then_nothing();
}

#[test]
fn a_question_cannot_be_judged_or_drawn_without_its_documents() {
    given([started()]).where_(|facts| facts.unit = None).when(S.hit(Q1, 1)).then_refused(Refusal::ContentMissing);
    let answered = given([started(), vec![S.right_event(Q1, 1)]]);
    answered.where_(|facts| facts.unit = None).when(next(Q1)).then_refused(Refusal::ContentMissing);
}

#[test]
fn an_attempt_stays_with_the_edition_that_it_began_on() {
    let given = given([started()]);
    assert_eq!(given.state.work().expect("begun").edition, school::edition_ref("section", 1));
    let again = given.state.clone().evolve(&Event::AttemptStarted { edition: school::edition_ref("section", 2), rule: Rule::DRILL });
    assert_eq!(again, given.state);
}

#[test]
fn what_was_entered_is_kept_try_by_try() {
    let given = given([started(), vec![S.missed_event(Q1, 1), S.right_event(Q1, 2)]]);
    let current = given.state.current().cloned().expect("a question");
    let tries: Vec<_> = current.tries.iter().map(|one| (&one.inputs, one.judgement)).collect();
    let entered = (school::wrong_inputs(), school::right_inputs(S.question(Q1)));
    assert_eq!(tries, [(&entered.0, Judgement::Wrong), (&entered.1, Judgement::Right)]);
    assert_eq!(current.standing, QuestionStanding::Right);
}

#[test]
fn five_and_three_are_settings() {
    let rule = Rule::SectionTest { streak: 2, stumble: 1 };
    let started = vec![Event::AttemptStarted { edition: school::edition_ref("section", 1), rule }, S.asked(Q1)];
    given([started.clone()]).when(miss(Q1)).then([S.missed_event(Q1, 1), stumbled()]);
    given([started, hit_by(Q1), vec![S.right_event(Q2, 1)]]).when(next(Q2)).then([finished(), S.asked(Q3)]);
}

/// As many right as a section asks for, the last one before the deadline.
fn five_right() -> Vec<Event> {
    [four_right(), vec![S.right_event(Q5, 1)]].concat()
}

fn closed(facts: &mut Facts<'static>) {
    facts.open_now = false;
}

#[test]
fn what_was_earned_before_the_deadline_counts_after_it() {
    assert_eq!(given([five_right()]).state.completes_at(), Some(Q5));
    given([five_right()]).where_(closed).when(next(Q5)).then([finished()]);
    let finished_late = [five_right(), vec![finished()]];
    let given_late = given(finished_late.clone());
    let work = given_late.state.work().expect("begun");
    assert_eq!((work.reckoning.finished, work.reckoning.streak, given_late.state.completes_at()), (true, 0, None));
    given(finished_late.clone()).where_(closed).when(next(Q5)).then_refused(Refusal::NotOpenNow);
    // A deadline that is put off lets go on, and nothing is earned twice.
    given(finished_late).when(next(Q5)).then([S.asked(Q6)]);
    let mut later = section_finished();
    for ordinal in 6..10 {
        later.extend(hit_by(ordinal));
    }
    given([later, vec![S.right_event(10, 1)]]).where_(closed).when(next(10)).then([completed()]);
}

#[test]
fn after_the_deadline_nothing_more_is_earned() {
    for history in [started(), four_right(), [four_right(), vec![S.missed_event(Q5, 1), S.right_event(Q5, 2)]].concat()] {
        let given = || given([history.clone()]).where_(closed);
        assert_eq!(given().state.completes_at(), None);
        let ordinal = given().state.current().expect("a question").ordinal;
        for command in [S.hit(ordinal, 1), reveal(ordinal), next(ordinal)] {
            given().when(command).then_refused(Refusal::NotOpenNow);
        }
    }
    for command in [S.hit(Q5, 1), reveal(Q5), next(Q4), next(Q6), S.start()] {
        given([five_right()]).where_(closed).when(command).then_refused(Refusal::NotOpenNow);
    }
    given([five_right()]).where_(closed).where_(|facts| facts.admitted = false).when(next(Q5)).then_refused(Refusal::NotAssigned);
}
