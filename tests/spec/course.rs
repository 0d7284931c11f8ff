//! The rules of a course.

use crate::given::Given;
use domain::{
    content::{Accepted, Correction, Form, Right, Tolerance, correction::EXPLANATION_CHARS_MAX},
    course::{Command, Course, Event, Facts, Refusal},
    decider::Decider,
};
use model::school::{edition, question_id, unit, wrong_inputs};

const FACTS: Facts = Facts { sound: true, fits: true, can_be_entered: true, choices: None };

fn given(history: impl IntoIterator<Item = Event>) -> Given<Course> {
    Given::new(history, FACTS)
}

/// What is recorded already stays no news, also if it is longer than what may be entered since.
#[test]
fn a_correction_that_names_too_long_an_answer_is_turned_down() {
    let correct = Command::Correct {
        unit: unit("section"),
        question: question_id("section", 1),
        correction: Correction::AcceptToo { inputs: wrong_inputs() },
        harm_nobody: false,
    };
    let recorded = given([imported(), published(1, 1)]).state.decide(&correct, &FACTS).expect("it fits");
    let too_long = |facts: &mut Facts| facts.can_be_entered = false;
    given([imported(), published(1, 1)]).where_(too_long).when(correct.clone()).then_refused(Refusal::TooLongToEnter);
    given([imported(), published(1, 1)].into_iter().chain(recorded)).where_(too_long).when(correct).then_nothing();
}

fn import(title: &str) -> Command {
    Command::Import { title: title.into() }
}

fn imported() -> Event {
    Event::CourseImported { title: "Arithmetic".into() }
}

fn publish(documents: u32) -> Command {
    let documents = edition(documents);
    Command::Publish { paper: documents.paper, keys: documents.keys }
}

fn published(number: u32, documents: u32) -> Event {
    let documents = edition(documents);
    Event::EditionPublished { number, paper: documents.paper, keys: documents.keys }
}

#[test]
fn a_course_is_imported_once() {
    given([]).when(import(" Arithmetic ")).then([imported()]);
    given([imported()]).when(import("Arithmetic")).then_nothing();
}

#[test]
fn a_title_has_1_to_120_characters() {
    given([]).when(import(" ")).then_refused(Refusal::BadTitle);
    given([]).when(import(&"é".repeat(121))).then_refused(Refusal::BadTitle);
    given([]).when(import(&"é".repeat(120))).then([Event::CourseImported { title: "é".repeat(120) }]);
}

#[test]
fn editions_are_numbered_from_1() {
    given([imported()]).when(publish(1)).then([published(1, 1)]);
    given([imported(), published(1, 1)]).when(publish(2)).then([published(2, 2)]);
    given([imported(), published(1, 1), published(2, 2)]).when(publish(1)).then([published(3, 1)]);
}

#[test]
fn publishing_what_is_published_is_quiet() {
    given([imported(), published(1, 1)]).when(publish(1)).then_nothing();
}

#[test]
fn a_changed_key_alone_makes_an_edition() {
    let Command::Publish { paper, mut keys } = publish(1) else { panic!("it publishes") };
    keys.pop_last();
    let event = Event::EditionPublished { number: 2, paper, keys: keys.clone() };
    given([imported(), published(1, 1)]).when(Command::Publish { paper, keys }).then([event]);
}

#[test]
fn only_an_imported_course_with_sound_documents_is_published() {
    given([]).when(publish(1)).then_refused(Refusal::NotImported);
    given([imported()]).where_(|facts| facts.sound = false).when(publish(1)).then_refused(Refusal::Unsound);
}

fn there() -> Vec<Event> {
    vec![imported(), published(1, 1)]
}

fn accept_too() -> Correction {
    Correction::AcceptToo { inputs: wrong_inputs() }
}

fn correct(n: usize, correction: Correction) -> Command {
    Command::Correct { unit: unit("drill"), question: question_id("drill", n), correction, harm_nobody: false }
}

fn corrected(number: u32, edition: u32, n: usize, correction: Correction) -> Event {
    let (unit, question) = (unit("drill"), question_id("drill", n));
    Event::AnswerKeyCorrected { number, edition, unit, question, correction, harm_nobody: false, choices: None }
}

fn undo(number: u32) -> Command {
    Command::UndoCorrection { number }
}

fn undone(number: u32, undoes: u32) -> Event {
    Event::CorrectionUndone { number, undoes }
}

#[test]
fn corrections_and_what_takes_them_back_are_numbered_together() {
    given(there()).when(correct(1, accept_too())).then([corrected(1, 1, 1, accept_too())]);
    let history = [there(), vec![corrected(1, 1, 1, accept_too())]].concat();
    given(history.clone()).when(correct(2, Correction::Drop {})).then([corrected(2, 1, 2, Correction::Drop {})]);
    given(history.clone()).when(undo(1)).then([undone(2, 1)]);
    given([history, vec![undone(2, 1)]].concat()).when(correct(1, accept_too())).then([corrected(3, 1, 1, accept_too())]);
}

#[test]
fn a_correction_says_which_edition_was_the_newest() {
    let history = [there(), vec![published(2, 2)]].concat();
    given(history).when(correct(1, accept_too())).then([corrected(1, 2, 1, accept_too())]);
}

#[test]
fn the_same_correction_twice_is_quiet() {
    let history = [there(), vec![corrected(1, 1, 1, accept_too())]].concat();
    given(history.clone()).when(correct(1, accept_too())).then_nothing();
    given(history).when(correct(1, Correction::FullCredit {})).then([corrected(2, 1, 1, Correction::FullCredit {})]);
}

#[test]
fn a_correction_is_taken_back_once() {
    let history = [there(), vec![corrected(1, 1, 1, accept_too()), undone(2, 1)]].concat();
    given(history.clone()).when(undo(1)).then_nothing();
    given(history.clone()).when(undo(2)).then_refused(Refusal::NoSuchCorrection);
    given(history.clone()).when(undo(3)).then_refused(Refusal::NoSuchCorrection);
    given(history).when(undo(0)).then_refused(Refusal::NoSuchCorrection);
}

#[test]
fn of_two_corrections_one_is_taken_back_and_the_other_stands() {
    let history = [there(), vec![corrected(1, 1, 1, accept_too()), corrected(2, 1, 2, accept_too()), undone(3, 1)]].concat();
    given(history.clone()).when(correct(2, accept_too())).then_nothing();
    given(history.clone()).when(correct(1, accept_too())).then([corrected(4, 1, 1, accept_too())]);
    given(history).when(undo(2)).then([undone(4, 2)]);
}

#[test]
fn only_what_fits_is_corrected() {
    for command in [correct(1, accept_too()), undo(1)] {
        given([]).when(command).then_refused(Refusal::NotImported);
    }
    given(there()).where_(|facts| facts.fits = false).when(correct(1, accept_too())).then_refused(Refusal::DoesNotFit);
    let explain = |text: String| Correction::Explain { inputs: wrong_inputs(), text };
    for text in [String::new(), "  ".into(), "é".repeat(EXPLANATION_CHARS_MAX + 1)] {
        given(there()).when(correct(1, explain(text))).then_refused(Refusal::DoesNotFit);
    }
    let longest = explain("é".repeat(EXPLANATION_CHARS_MAX));
    given(there()).when(correct(1, longest.clone())).then([corrected(1, 1, 1, longest)]);
}

fn right_is(field: u16, right: &str) -> Correction {
    let accepted = vec![Accepted { value: right.parse().expect("a number"), within: Tolerance::Exact }];
    Correction::Replace { field, right: Right::Number { accepted, form: Form::Any } }
}

fn explain(text: &str) -> Correction {
    Correction::Explain { inputs: wrong_inputs(), text: text.into() }
}

/// The course's only edition, and one that was published after the first correction.
#[test]
fn a_correction_is_made_again_for_a_later_edition_and_then_stands() {
    for correction in [accept_too(), right_is(0, "5"), Correction::Drop {}, Correction::FullCredit {}, explain("No.")] {
        let history = [there(), vec![corrected(1, 1, 1, correction.clone()), published(2, 2)]].concat();
        given(history.clone()).when(correct(1, correction.clone())).then([corrected(2, 2, 1, correction.clone())]);
        let history = [history, vec![corrected(2, 2, 1, correction.clone())]].concat();
        given(history.clone()).when(correct(1, correction.clone())).then_nothing();
        // What was said of the later edition is taken back: what was said of the one before does not say it.
        let history = [history, vec![undone(3, 2)]].concat();
        given(history).when(correct(1, correction.clone())).then([corrected(4, 2, 1, correction)]);
    }
}

#[test]
fn an_edition_without_the_unit_needs_no_correction_of_it() {
    let Command::Publish { paper, mut keys } = publish(2) else { panic!("it publishes") };
    keys.remove(&unit("drill"));
    let history = [there(), vec![corrected(1, 1, 1, accept_too()), Event::EditionPublished { number: 2, paper, keys }]].concat();
    given(history).when(correct(1, accept_too())).then_nothing();
}

#[test]
fn a_correction_is_made_again_when_a_later_one_holds_instead_and_only_then() {
    let again = [
        (right_is(0, "5"), right_is(0, "6"), true),
        (right_is(0, "5"), right_is(1, "6"), false),
        (right_is(0, "5"), accept_too(), false),
        (right_is(0, "5"), Correction::Drop {}, false),
        (accept_too(), right_is(0, "6"), true),
        (accept_too(), Correction::FullCredit {}, false),
        (accept_too(), explain("No."), false),
        (Correction::Drop {}, Correction::FullCredit {}, true),
        (Correction::FullCredit {}, Correction::Drop {}, true),
        (Correction::Drop {}, right_is(0, "6"), false),
        (explain("No."), explain("Not so."), true),
        (explain("No."), right_is(0, "6"), false),
    ];
    for (first, between, news) in again {
        let history = [there(), vec![corrected(1, 1, 1, first.clone()), corrected(2, 1, 1, between.clone())]].concat();
        let course = given(history.clone()).state;
        let events = course.decide(&correct(1, first.clone()), &FACTS).expect("it fits");
        assert_eq!(!events.is_empty(), news, "{first:?}, then {between:?}");
        if news {
            assert_eq!(events, [corrected(3, 1, 1, first.clone())]);
            // It was taken back: the first stands again.
            given([history, vec![undone(3, 2)]].concat()).when(correct(1, first)).then_nothing();
        } else {
            given(history).when(correct(1, first)).then_nothing();
        }
    }
}

#[test]
fn what_may_harm_is_news_where_the_same_harms_nobody() {
    let say = |harm_nobody| Command::Correct {
        unit: unit("drill"),
        question: question_id("drill", 1),
        correction: right_is(0, "5"),
        harm_nobody,
    };
    let said = |number, harm_nobody| Event::AnswerKeyCorrected {
        number,
        edition: 1,
        unit: unit("drill"),
        question: question_id("drill", 1),
        correction: right_is(0, "5"),
        harm_nobody,
        choices: None,
    };
    given([there(), vec![said(1, true)]].concat()).when(say(false)).then([said(2, false)]);
    given([there(), vec![said(1, true)]].concat()).when(say(true)).then_nothing();
    // What was right is wrong already: saying that nobody is to be harmed says nothing more.
    given([there(), vec![said(1, false)]].concat()).when(say(true)).then_nothing();
}
