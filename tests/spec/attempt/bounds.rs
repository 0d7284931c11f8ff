//! Nobody can make deciding slow: the number of tries, of characters and of answers that are graded again is bounded, whatever an attempt's history.

use super::*;
use domain::{
    attempt::{Current, Judgement, QuestionStanding, TRIES_MAX, Try, UnitContent},
    content::{Corrected, Correction, Corrections, Field, FieldKey, FieldKind, Right, Section, UnitKey},
    grading::{Unreadable, bounds::ANSWER_CHARS_MAX},
};

const S: Unit = SECTION;

/// So many wrong tries at the first question, each another text.
fn tries(count: u32) -> Vec<Event> {
    let answer = |try_number| {
        let inputs = vec![Input::Text(format!("{}", 1_000 + try_number))];
        Event::QuestionAnsweredWrongly(Answer { ordinal: Q1, question: S.question(Q1), try_number, inputs, ms: None, corrections: 0 })
    };
    (1..=count).map(answer).collect()
}

fn text_section(pattern: &str) -> (Section, UnitKey) {
    let (mut section, mut key) = school::section("section", 8, Rule::SECTION_TEST);
    for question in &mut section.questions {
        question.fields = vec![Field { label: "Answer".into(), kind: FieldKind::Text }];
    }
    for question in key.questions.values_mut() {
        question.fields = vec![FieldKey::Text { accepted: vec![pattern.into()], case: false, ignore_accents: false, feedback: vec![] }];
    }
    (section, key)
}

/// What becomes of an answer under a key with one text, perhaps corrected.
fn under(pattern: &str, corrections: &Corrections, inputs: Vec<Input>) -> Result<Vec<Event>, Refusal> {
    let (section, key) = text_section(pattern);
    let unit = UnitContent { unit: domain::content::Unit::Section(&section), key: &key, decimal_comma: false, edition: 1, corrections };
    let facts = Facts { unit: Some(unit), ..S.facts() };
    let command = Command::SubmitAnswer { ordinal: Q1, try_number: 1, inputs, ms: None };
    let started = Attempt::default().decide(&S.start(), &facts).expect("it starts");
    Attempt::replay(&started).decide(&command, &facts)
}

fn is_too_long(decided: &Result<Vec<Event>, Refusal>) -> bool {
    *decided == Err(Refusal::Unreadable { why: Unreadable::TooLong })
}

#[test]
fn a_question_has_fifty_tries_and_then_only_its_answer() {
    let most = TRIES_MAX as u32;
    S.given([S.started(), tries(most - 1)]).when(S.hit(Q1, most)).then([S.right_event(Q1, most)]);
    S.given([S.started(), tries(most)]).when(S.hit(Q1, most + 1)).then_refused(Refusal::TriesUsedUp);
    S.given([S.started(), tries(most)]).when(reveal(Q1)).then([S.revealed_event(Q1)]);
}

#[test]
fn what_was_recorded_before_there_was_a_bound_still_folds_and_goes_on() {
    let long = vec![Input::Text("x".repeat(40_000))];
    let answer = Answer { ordinal: Q1, question: S.question(Q1), try_number: 301, inputs: long.clone(), ms: None, corrections: 0 };
    let past = || [S.started(), tries(300), vec![Event::QuestionAnsweredWrongly(answer.clone())]];
    let state = S.given(past()).state;
    let current = state.current().expect("a question");
    assert_eq!((current.tries.len(), current.last_inputs(), current.standing), (301, Some(&long), QuestionStanding::Open));
    S.given(past()).when(S.hit(Q1, 302)).then_refused(Refusal::TriesUsedUp);
    // The very answer that is recorded is no news, as ever.
    S.given(past()).when(Command::SubmitAnswer { ordinal: Q1, try_number: 301, inputs: long, ms: None }).then_nothing();
    S.given(past()).when(reveal(Q1)).then([S.revealed_event(Q1)]);
}

/// Grading everything again at each *Next* let one student stop a school: the work does not grow with what was tried.
#[test]
fn going_on_grades_a_handful_of_tries_again_however_many_there_are() {
    let looked_at = |count: usize| {
        let tries: Vec<Try> = (0..count).map(|n| Try { inputs: vec![Input::Text(n.to_string())], judgement: Judgement::Wrong }).collect();
        let current = Current { ordinal: 1, question: S.question(Q1), tries, standing: QuestionStanding::Open };
        let again: Vec<Try> = current.graded_again().to_vec();
        assert_eq!(again.last(), current.tries.last(), "the last try is the one that a device went on from");
        again.len()
    };
    assert_eq!([0, 1, 3, 50, 300].map(looked_at), [0, 1, 3, 4, 4]);
}

#[test]
fn an_answer_has_at_most_500_characters_however_they_are_written() {
    let most = ANSWER_CHARS_MAX;
    for (text, fits) in [
        ("x".repeat(most), true),
        ("x".repeat(most + 1), false),
        ("é".repeat(most), true),
        ("é".repeat(most + 1), false),
        ("한".repeat(most), true),
        // One character that is compared as eighteen.
        ("\u{fdfa}".repeat(20), true),
        ("\u{fdfa}".repeat(30), false),
        ("x".repeat(40_000), false),
    ] {
        let decided = under("right", Corrections::none(), vec![Input::Text(text.clone())]);
        assert_eq!(is_too_long(&decided), !fits, "{} bytes of {:?}: {decided:?}", text.len(), text.chars().next());
        assert_eq!(decided.is_ok(), fits, "{decided:?}");
    }
    S.given([S.started()]).when(enter(Q1, 1, &"9".repeat(501))).then_refused(Refusal::Unreadable { why: Unreadable::TooLong });
}

#[test]
fn whatever_is_shown_as_right_can_be_entered() {
    let long = |length: usize| "long ".repeat(length / 5);
    let (section, _) = text_section("right");
    let corrected = |correction| {
        let of = |question: &domain::content::Question| Corrected {
            edition: 1,
            unit: section.id,
            question: question.id,
            correction: Correction::clone(&correction),
            harm_nobody: false,
            choices: None,
        };
        let mut corrections = Corrections::default();
        (1..).zip(section.questions.iter().map(of)).for_each(|(number, corrected)| corrections.correct(number, corrected));
        corrections
    };
    let enter = |text: &str| vec![Input::Text(text.into())];
    // Published so before there was a bound, with room for as much that is wrong, and no more.
    let key = long(800);
    assert!(matches!(under(&key, Corrections::none(), enter(key.trim())).as_deref(), Ok([Event::QuestionAnsweredCorrectly(_)])));
    assert!(matches!(under(&key, Corrections::none(), enter(&"x".repeat(800))).as_deref(), Ok([Event::QuestionAnsweredWrongly(_)])));
    assert!(is_too_long(&under(&key, Corrections::none(), enter(&"x".repeat(801)))));
    // One that grows when it is compared makes room for that.
    let halves = "½".repeat(400);
    assert!(matches!(under(&halves, Corrections::none(), enter(&halves)).as_deref(), Ok([Event::QuestionAnsweredCorrectly(_)])));
    // Recorded so before there was a bound.
    let replaced = corrected(Correction::Replace { field: 0, right: Right::Text { accepted: vec![long(900).trim().into()] } });
    let accepted = corrected(Correction::AcceptToo { inputs: enter(long(900).trim()) });
    for corrections in [replaced, accepted] {
        let decided = under("right", &corrections, enter(long(900).trim()));
        assert!(matches!(decided.as_deref(), Ok([Event::QuestionAnsweredCorrectly(_)])), "{decided:?}");
    }
}

#[test]
fn a_correction_names_only_what_can_be_entered() {
    let (section, key) = text_section("right");
    let key = &key.questions[&section.questions[0].id];
    let text = |length: usize| "x".repeat(length);
    let all = |length: usize| {
        let inputs = vec![Input::Text(text(length))];
        [
            Correction::AcceptToo { inputs: inputs.clone() },
            Correction::Explain { inputs, text: "why".into() },
            Correction::Replace { field: 0, right: Right::Text { accepted: vec!["short".into(), text(length)] } },
        ]
    };
    for (length, may) in [(500, true), (501, false), (40_000, false)] {
        for correction in all(length) {
            assert_eq!(domain::grading::can_be_entered(&correction, key), may, "{length}");
        }
    }
    let (section, published) = text_section(&text(700));
    let published = &published.questions[&section.questions[0].id];
    assert!(all(700).iter().all(|correction| domain::grading::can_be_entered(correction, published)));
}
