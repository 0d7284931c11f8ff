//! True/false and multiple choice: radio buttons, or check boxes where several choices are right.

use super::{
    Made, Refusal,
    answers::{Given, Weight, commented, given},
    draft::{Draft, Texts},
};
use domain::content::{FieldKey, FieldKind, Html, Marks};
use std::collections::{BTreeMap, BTreeSet};

/// The most choices of one question.
const CHOICES_MAX: usize = 100;

/// Whether the answer is one of true and false, and which.
pub(super) fn truth(answers: &str) -> Option<bool> {
    match commented(answers).0.to_ascii_uppercase().as_str() {
        "T" | "TRUE" => Some(true),
        "F" | "FALSE" => Some(false),
        _ => None,
    }
}

/// True or false. The first feedback is for the wrong response, the second for the right one.
pub(super) fn true_false(draft: &Draft<'_>, right: bool, texts: &mut Texts) -> Made {
    let choices = vec![Html("True".to_owned()), Html("False".to_owned())];
    let (right, wrong) = if right { (0, 1) } else { (1, 0) };
    let mut feedback = BTreeMap::new();
    let mut comments = draft.answers.splitn(3, '#').skip(1).map(str::trim);
    for choice in [wrong, right] {
        if let Some(html) = texts.feedback(comments.next().filter(|comment| !comment.is_empty())) {
            feedback.insert(choice, html);
        }
    }
    let answer = format!("<p>The answer is <b>{}</b>.</p>", choices[usize::from(right)].0);
    Made::new("Your choice", FieldKind::OneOf { choices }, FieldKey::OneOf { right, feedback }, answer)
}

/// Multiple choice.
pub(super) fn multiple(draft: &Draft<'_>, texts: &mut Texts) -> Result<Made, Refusal> {
    let options = given(draft.answers, &['=', '~']);
    if options.first().is_some_and(|first| first.sign.is_none()) {
        return Err("Text stands before its first choice.".to_owned());
    }
    if options.len() < 2 {
        return Err("It has fewer than two choices.".to_owned());
    }
    if options.len() > CHOICES_MAX {
        return Err(format!("It has more than {CHOICES_MAX} choices."));
    }
    let mut choices = Vec::new();
    let mut feedback = BTreeMap::new();
    for (index, option) in (0_u16..).zip(&options) {
        let choice = texts.inline(option.text);
        if choice.0.is_empty() {
            return Err(format!("Its choice number {} has no text.", index + 1));
        }
        choices.push(choice);
        if let Some(html) = texts.feedback(option.feedback) {
            feedback.insert(index, html);
        }
    }
    let worth = |least: Weight| (0_u16..).zip(&options).filter(|(_, option)| option.worth() >= least).map(|(index, _)| index).collect();
    let full: BTreeSet<u16> = worth(Weight::FULL);
    let single = options.iter().any(|option| option.sign == Some('='));
    match full.first().copied() {
        Some(right) if single && full.len() == 1 => Ok(one_of(choices, right, feedback, &options, texts)),
        _ if single && full.is_empty() => Err("No choice is fully right.".to_owned()),
        _ => many_of(choices, feedback, &options, single, texts),
    }
}

fn one_of(choices: Vec<Html>, right: u16, feedback: BTreeMap<u16, Html>, options: &[Given<'_>], texts: &mut Texts) -> Made {
    if options.iter().any(|option| option.worth() > Weight::ZERO && option.worth() < Weight::FULL) {
        texts.remark("Choices for part of the mark count as wrong here; their feedback is kept.".to_owned());
    } else if options.iter().any(|option| option.worth() < Weight::ZERO) {
        texts.remark("Wrong choices do not cost marks here.".to_owned());
    }
    let answer = format!("<p>The answer is <b>{}</b>.</p>", choices[usize::from(right)].0);
    Made::new("Your choice", FieldKind::OneOf { choices }, FieldKey::OneOf { right, feedback }, answer)
}

fn many_of(
    choices: Vec<Html>,
    feedback: BTreeMap<u16, Html>,
    options: &[Given<'_>],
    single: bool,
    texts: &mut Texts,
) -> Result<Made, Refusal> {
    let counts = |option: &Given<'_>| if single { option.worth() >= Weight::FULL } else { option.worth() > Weight::ZERO };
    let right: BTreeSet<u16> = (0_u16..).zip(options).filter(|(_, option)| counts(option)).map(|(index, _)| index).collect();
    let weights: BTreeSet<Weight> = options.iter().filter(|option| counts(option)).map(Given::worth).collect();
    let Some(weight) = weights.first().copied() else {
        return Err("None of its choices is right.".to_owned());
    };
    let marks = if !single && weights.len() == 1 && weight.is_share_of(right.len()) { Marks::Parts } else { Marks::Whole };
    texts.remark(match (single, marks) {
        (true, _) => {
            "Several choices are right, so it became check boxes: all right ones must be ticked, where any one was enough.".to_owned()
        }
        (false, Marks::Parts) if right.len() == 1 => {
            "It is written for check boxes and keeps them, though only one choice is right.".to_owned()
        }
        (false, Marks::Parts) => {
            let count = right.len();
            format!("Several choices are right, so it became check boxes: each right one earns 1/{count}, each wrong one costs 1/{count}.")
        }
        (false, Marks::Whole) => {
            "Its choices have unequal weights, so it became check boxes without part marks: all right ones must be ticked and no other."
                .to_owned()
        }
    });
    let items: String = right.iter().map(|index| format!("<li>{}</li>", choices[usize::from(*index)].0)).collect();
    let answer = format!("<p>To be ticked:</p><ul>{items}</ul>");
    Ok(Made::new("Your choices", FieldKind::ManyOf { choices }, FieldKey::ManyOf { right, marks, feedback }, answer))
}
