//! Dropped questions: they are not drawn any more, and a student who is at one can go on.

use super::*;
use domain::attempt::{QuestionStanding, question_at};

/// The ordinals and questions that come, when these questions are dropped from the start.
fn drawn(dropped: &[QuestionId], count: usize) -> Vec<(u32, QuestionId)> {
    let mut work = Work { history: Vec::new(), ..Work::begun(SECTION) };
    for question in dropped {
        drop_question(&mut work, *question);
    }
    work.ask(&SECTION.start()).expect("it starts");
    let mut drawn = vec![work.at()];
    while drawn.len() < count {
        work.does("+");
        drawn.push(work.at());
    }
    drawn
}

fn drop_question(work: &mut Work, question: QuestionId) {
    let unit = school::unit(work.unit.0);
    work.course(&course::Command::Correct { unit, question, correction: Correction::Drop {}, harm_nobody: false });
}

#[test]
fn a_dropped_question_is_drawn_no_more_and_every_other_ordinal_has_the_question_that_it_had() {
    let usual = drawn(&[], 60);
    let (first, third) = (SECTION.question(1), SECTION.question(3));
    for dropped in [vec![first], vec![third], vec![first, third]] {
        let expected: Vec<_> = usual.iter().filter(|(_, question)| !dropped.contains(question)).copied().collect();
        assert_eq!(drawn(&dropped, expected.len()), expected);
    }
    let (section, _) = school::section("section", 10, domain::content::Rule::SECTION_TEST);
    for (ordinal, question) in usual {
        assert_eq!(question_at(school::attempt("section", 1).id(), ordinal, domain::content::Unit::Section(&section)), Some(question));
    }
}

#[test]
fn where_all_are_dropped_they_are_drawn_as_ever() {
    let all: Vec<QuestionId> = questions(SECTION).into_iter().collect();
    let usual = drawn(&[], 12);
    assert_eq!(drawn(&all, 12), usual);
    let spared = usual[4];
    let but_one: Vec<QuestionId> = all.into_iter().filter(|question| *question != spared.1).collect();
    assert!(drawn(&but_one, 4).iter().all(|(_, question)| *question == spared.1));
    assert_eq!(drawn(&but_one, 1), [spared]);
}

#[test]
fn a_question_that_is_no_longer_dropped_comes_again_where_it_would_have() {
    let mut work = Work::after(SECTION, "+");
    work.told(3, Correction::Drop {}, false);
    work.does("+");
    assert_eq!(work.at(), (4, SECTION.question(4)), "the third is passed over");
    work.course(&course::Command::UndoCorrection { number: 1 });
    for ordinal in 5..40 {
        work.does("+");
        assert_eq!(work.at(), (ordinal, SECTION.question(ordinal)));
    }
}

#[test]
fn what_a_device_entered_that_did_not_know_yet_is_no_news() {
    let mut work = Work::after(SECTION, "+");
    work.told(3, Correction::Drop {}, false);
    work.does("+");
    let stale = [
        Command::SubmitAnswer { ordinal: 3, try_number: 1, inputs: school::wrong_inputs(), ms: None },
        Command::RevealAnswer { ordinal: 3 },
        Command::NextQuestion { ordinal: 3 },
    ];
    for command in stale {
        assert_eq!(work.decide(&command), Ok(vec![]), "{command:?}");
    }
    let answered = Command::SubmitAnswer { ordinal: 2, try_number: 1, inputs: school::wrong_inputs(), ms: None };
    assert_eq!(work.decide(&answered), Err(Refusal::AlreadyAnswered), "one that was not dropped");
    // The next one it has in common with everybody.
    let inputs = school::right_inputs(SECTION.question(4));
    assert!(work.ask(&Command::SubmitAnswer { ordinal: 4, try_number: 1, inputs, ms: None }).is_ok());
}

#[test]
fn whoever_is_at_a_dropped_question_goes_on_with_any_answer() {
    let typed = |text: &str| vec![Input::Text(text.into())];
    for inputs in [school::right_inputs(SECTION.question(1)), school::wrong_inputs(), typed(""), typed("no idea"), typed("1.234")] {
        let mut work = Work::begun(SECTION);
        work.told(1, Correction::Drop {}, false);
        let events = work.answer(inputs.clone()).expect("anything goes");
        assert!(matches!(events.as_slice(), [Event::QuestionAnsweredCorrectly(_)]), "{inputs:?}");
        assert_eq!(work.state().current().map(|current| current.standing), Some(QuestionStanding::Right));
        assert!(work.ask(&Command::NextQuestion { ordinal: 1 }).is_ok());
    }
    let malformed = [vec![], vec![Input::Chosen(vec![0])], [school::wrong_inputs(), school::wrong_inputs()].concat()];
    for inputs in malformed {
        let mut work = Work::begun(SECTION);
        work.told(1, Correction::Drop {}, false);
        let refused = work.answer(inputs.clone());
        assert!(matches!(refused, Err(Refusal::Unreadable { .. })), "not from our own screen: {inputs:?}");
    }
}

#[test]
fn looking_up_a_dropped_question_costs_nothing() {
    let mut work = Work::after(SECTION, "++");
    work.told(3, Correction::Drop {}, false);
    let events = work.ask(&Command::RevealAnswer { ordinal: 3 }).expect("it goes on");
    assert!(matches!(events.as_slice(), [Event::QuestionAnsweredCorrectly(answer)] if answer.inputs == [Input::Text(String::new())]));
    assert_eq!(work.state().work().expect("begun").reckoning.streak, 3);
    assert_eq!(work.decide(&Command::RevealAnswer { ordinal: 3 }), Ok(vec![]));
}
