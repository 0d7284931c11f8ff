//! A correction that names choices by their places holds only for editions in which the same places mean the same choices.

use super::*;
use domain::{
    attempt::UnitContent,
    content::{Corrected, Corrections, Field, FieldKey, FieldKind, Html, Rule, Section, UnitKey},
    course::{Event as Recorded, Facts as Known},
    grading::Correctness,
};
use model::school::{question_id, section, unit};
use std::collections::BTreeMap;

fn asked() -> QuestionId {
    question_id("section", 1)
}

/// A section whose first question has these choices, of which this one is right.
fn with_choices(choices: [&str; 3], right: u16) -> (Section, UnitKey) {
    let (mut section, mut key) = section("section", 1, Rule::SECTION_TEST);
    let choices = choices.map(|choice| Html(choice.to_owned())).to_vec();
    section.questions[0].fields = vec![Field { label: "Answer".into(), kind: FieldKind::OneOf { choices } }];
    key.questions.get_mut(&asked()).expect("its key").fields = vec![FieldKey::OneOf { right, feedback: BTreeMap::new() }];
    (section, key)
}

/// The places that are right by the key as it is after a correction.
fn right_places((section, key): &(Section, UnitKey), edition: u32, corrections: &Corrections) -> Vec<u16> {
    let content = UnitContent { unit: domain::content::Unit::Section(section), key, decimal_comma: false, edition, corrections };
    let key = content.corrected_key(asked()).expect("a key");
    let is_right = |place: &u16| matches!(key.grade(&[Input::Chosen(vec![*place])]).outcome, Correctness::Right);
    (0..3).filter(is_right).collect()
}

/// What the course records of a correction of the newest edition, which is the second.
fn recorded(correction: Correction, newest: &(Section, UnitKey)) -> Contents {
    let documents = school::edition(1);
    let published = |number| Recorded::EditionPublished { number, paper: documents.paper, keys: documents.keys.clone() };
    let mut contents = Contents::default();
    [published(1), published(2)].iter().for_each(|event| contents.evolve(event));
    let command = course::Command::Correct { unit: unit("section"), question: asked(), correction, harm_nobody: false };
    let facts = Known { sound: true, fits: true, can_be_entered: true, choices: Some(newest.0.questions[0].choices()) };
    let events = Course::Imported(contents.clone()).decide(&command, &facts).expect("the course takes it");
    events.iter().for_each(|event| contents.evolve(event));
    contents
}

#[test]
fn a_place_means_a_choice_only_where_the_choices_are_the_same() {
    let (before, same, newest) = (with_choices(["A", "B", "C"], 2), with_choices(["C", "A", "B"], 0), with_choices(["C", "A", "B"], 0));
    let replace = Correction::Replace { field: 0, right: Right::OneOf { right: 1 } };
    let accept = Correction::AcceptToo { inputs: vec![Input::Chosen(vec![1])] };
    for (correction, right) in [(replace, vec![1]), (accept, vec![0, 1])] {
        let contents = recorded(correction, &newest);
        assert_eq!(right_places(&newest, 2, &contents.corrections), right, "the choice A");
        assert_eq!(right_places(&same, 1, &contents.corrections), right, "also for those who work on the edition before");
        assert_eq!(right_places(&before, 1, &contents.corrections), [2], "there B stands in that place, and the key stays");
    }
    let dropped = recorded(Correction::FullCredit {}, &newest);
    assert_eq!(right_places(&before, 1, &dropped.corrections), [0, 1, 2], "what speaks of no place holds for all");
}

#[test]
fn what_was_recorded_before_choices_were_holds_by_place() {
    let before = with_choices(["A", "B", "C"], 2);
    let correction = Correction::Replace { field: 0, right: Right::OneOf { right: 1 } };
    let (unit, question, harm_nobody) = (unit("section"), asked(), false);
    let corrected = Corrected { edition: 2, unit, question, correction, harm_nobody, choices: None };
    let mut corrections = Corrections::default();
    corrections.correct(1, corrected);
    assert_eq!(right_places(&before, 1, &corrections), [1]);
}
