//! The demo course graded by its own keys: what it calls right is right, and what it has feedback for is wrong and gets that feedback.

use domain::{
    content::{Accepted, FieldKey, Html, Input, Measure, QuestionKey, Tolerance},
    grading::{Correctness, grade},
};
use server::operator::import::course::demo;
use std::borrow::Cow;

/// An accepted number as an exact fraction; none where the answer has to be rounded first.
fn written(Accepted { value, within }: &Accepted, unit: Option<Measure>) -> Option<Input> {
    let unit = unit.map(|unit| format!(" {unit:?}").to_lowercase()).unwrap_or_default();
    matches!(within, Tolerance::Exact | Tolerance::Absolute(_)).then(|| Input::Text(format!("{value}{unit}")))
}

/// The right answer to each field; none where one of them has to be rounded.
fn right(key: &QuestionKey) -> Option<Vec<Input>> {
    let field = |field: &FieldKey| match field {
        FieldKey::Number { accepted, unit, .. } => written(&accepted[0], *unit),
        FieldKey::Text { accepted, .. } => Some(Input::Text(accepted[0].clone())),
        FieldKey::OneOf { right, .. } => Some(Input::Chosen(vec![*right])),
        FieldKey::ManyOf { right, .. } => Some(Input::Chosen(right.iter().copied().collect())),
        FieldKey::Match { right } => Some(Input::Chosen(right.clone())),
    };
    key.fields.iter().map(field).collect()
}

/// The answers to a field that have feedback, and what it says.
fn mistakes(key: &FieldKey) -> Vec<(Input, &Html)> {
    match key {
        FieldKey::Number { feedback, unit, .. } => feedback.iter().filter_map(|(wrong, say)| Some((written(wrong, *unit)?, say))).collect(),
        FieldKey::Text { feedback, .. } => feedback.iter().map(|(wrong, say)| (Input::Text(wrong.replace('*', " ")), say)).collect(),
        FieldKey::OneOf { feedback, .. } => feedback.iter().map(|(wrong, say)| (Input::Chosen(vec![*wrong]), say)).collect(),
        FieldKey::ManyOf { feedback, right, .. } => {
            let with = |wrong: u16| right.iter().copied().chain([wrong]).collect::<std::collections::BTreeSet<_>>();
            feedback.iter().map(|(wrong, say)| (Input::Chosen(with(*wrong).into_iter().collect()), say)).collect()
        }
        FieldKey::Match { .. } => Vec::new(),
    }
}

#[test]
fn what_the_demo_course_calls_right_is_right_and_a_mistake_it_knows_is_wrong_and_answered() {
    let demo = demo();
    let mut known = 0;
    for section in demo.paper.chapters.iter().flat_map(|chapter| &chapter.sections) {
        for question in &section.questions {
            let key = &demo.keys[&section.id].questions[&question.id];
            let Some(right) = right(key) else { continue };
            let outcome = grade(question, key, &right, false).outcome;
            // A fraction is not the form that some fields ask for, but it is the right value.
            assert!(matches!(outcome, Correctness::Right | Correctness::WrongForm(_)), "{}: {right:?} is {outcome:?}", section.title);
            for (index, field) in key.fields.iter().enumerate() {
                for (wrong, say) in mistakes(field) {
                    let mut inputs = right.clone();
                    inputs[index] = wrong;
                    let grade = grade(question, key, &inputs, false);
                    assert_eq!(grade.outcome, Correctness::Wrong, "{}: {inputs:?}", section.title);
                    assert_eq!(grade.feedback, [Cow::Borrowed(say)], "{}: {inputs:?}", section.title);
                    known += 1;
                }
            }
        }
    }
    assert!(known > 200, "only {known} mistakes are known");
}
