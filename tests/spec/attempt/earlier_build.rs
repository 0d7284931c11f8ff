//! Work that a page of an earlier build did offline is accepted: an answer that it graded right lets the student go on, as with an earlier key.

use super::*;
use domain::{
    attempt::UnitContent,
    content::{Corrected, Correction, Corrections, Field, FieldKey, FieldKind, Right, Section, UnitKey},
};

/// A section of which every question has this text as its answer.
fn section(pattern: &str, rule: Rule) -> (Section, UnitKey) {
    let (mut section, mut key) = school::section("section", 8, rule);
    for question in &mut section.questions {
        question.fields = vec![Field { label: "Answer".into(), kind: FieldKind::Text }];
    }
    for question in key.questions.values_mut() {
        question.fields = vec![FieldKey::Text { accepted: vec![pattern.into()], case: false, ignore_accents: false, feedback: vec![] }];
    }
    (section, key)
}

/// What becomes of an answer to the first question, and of going on from it.
fn answered(pattern: &str, answer: &str, corrections: &Corrections) -> (bool, Result<Vec<Event>, Refusal>) {
    let (section, key) = section(pattern, Rule::SECTION_TEST);
    let unit = UnitContent { unit: domain::content::Unit::Section(&section), key: &key, decimal_comma: false, edition: 1, corrections };
    let facts = Facts { unit: Some(unit), ..SECTION.facts() };
    let mut history = Attempt::default().decide(&SECTION.start(), &facts).expect("it starts");
    let submit = Command::SubmitAnswer { ordinal: 1, try_number: 1, inputs: vec![Input::Text(answer.into())], ms: None };
    history.extend(Attempt::replay(&history).decide(&submit, &facts).expect("it can be answered"));
    let is_right = matches!(history.last(), Some(Event::QuestionAnsweredCorrectly(_)));
    (is_right, Attempt::replay(&history).decide(&Command::NextQuestion { ordinal: 1 }, &facts))
}

#[test]
fn what_an_earlier_build_graded_right_goes_on_and_what_nobody_did_does_not() {
    // (the key, the answer, whether it is right, whether work goes on)
    let table = [
        ("2³", "2³", true, true),
        ("2³", "23", false, true),
        ("23", "2³", false, true),
        ("m²", "M2", false, true),
        ("m² *", "m2 or so", false, true),
        ("2³", "24", false, false),
        ("istanbul", "İSTANBUL", true, true),
        ("don't", "don´t", true, true),
        ("don't", "dont", false, false),
    ];
    for (pattern, answer, right, goes_on) in table {
        let (is_right, next) = answered(pattern, answer, Corrections::none());
        assert_eq!(is_right, right, "{answer} under {pattern}");
        match next {
            Ok(events) => {
                assert!(goes_on && matches!(events.as_slice(), [Event::QuestionAssigned { ordinal: 2, .. }]), "{answer}: {events:?}")
            }
            Err(refusal) => assert!(!goes_on && refusal == Refusal::NotAnsweredYet, "{answer}: {refusal:?}"),
        }
    }
}

/// The key that there was and the build that there was, together.
#[test]
fn an_earlier_build_knew_the_corrections_of_its_time() {
    let (first, _) = section("eight", Rule::SECTION_TEST);
    let about = |correction| {
        let of = |question: &domain::content::Question| Corrected {
            edition: 1,
            unit: first.id,
            question: question.id,
            correction: Correction::clone(&correction),
            harm_nobody: false,
            choices: None,
        };
        first.questions.iter().map(of).collect::<Vec<_>>()
    };
    let accepted = about(Correction::AcceptToo { inputs: vec![Input::Text("2³".into())] });
    let replaced = about(Correction::Replace { field: 0, right: Right::Text { accepted: vec!["9".into()] } });
    let numbered = |made: Vec<Corrected>| {
        let mut corrections = Corrections::default();
        (1..).zip(made).for_each(|(number, corrected)| corrections.correct(number, corrected));
        corrections
    };
    let (accepted, both) = (numbered(accepted.clone()), numbered([accepted, replaced].concat()));
    assert!(answered("eight", "2³", &accepted).0);
    for corrections in [&accepted, &both] {
        let (is_right, next) = answered("eight", "23", corrections);
        assert!(!is_right && next.is_ok(), "{next:?}");
    }
    assert_eq!(answered("eight", "24", &both), (false, Err(Refusal::NotAnsweredYet)));
}

/// Whatever the key was at any time lets go on, also what was taken back, and what came after that.
#[test]
fn a_try_that_was_right_at_any_time_lets_go_on() {
    let (first, _) = section("eight", Rule::SECTION_TEST);
    let accepted = |text: &str| Correction::AcceptToo { inputs: vec![Input::Text(text.into())] };
    let replaced = |text: &str| Correction::Replace { field: 0, right: Right::Text { accepted: vec![text.into()] } };
    let about = |correction: Correction| Corrected {
        edition: 1,
        unit: first.id,
        question: first.questions[0].id,
        correction,
        harm_nobody: false,
        choices: None,
    };
    let was_right = |corrections: &Corrections, answer: &str| {
        let (section, key) = section("eight", Rule::SECTION_TEST);
        let unit = UnitContent { unit: domain::content::Unit::Section(&section), key: &key, decimal_comma: false, edition: 1, corrections };
        unit.was_right(section.questions[0].id, &[&[Input::Text("wrong".into())], &[Input::Text(answer.into())]])
    };
    let mut history = Corrections::default();
    let made = [(1, accepted("8")), (2, replaced("*9")), (4, accepted("VIII")), (6, replaced("acht")), (7, accepted("otto"))];
    made.into_iter().for_each(|(number, correction)| history.correct(number, about(correction)));
    [(3, 1), (5, 2)].into_iter().for_each(|(number, undoes)| history.take_back(number, undoes));
    // (the answer, whether it was ever right)
    for (answer, expected) in
        [("eight", true), ("8", true), ("19", true), ("viii", true), ("acht", true), ("otto", true), ("wrong", false), ("huit", false)]
    {
        assert_eq!(was_right(&history, answer), expected, "{answer}");
    }
    assert!(!was_right(&history.as_of(1), "19") && was_right(&history.as_of(2), "19"));
}
