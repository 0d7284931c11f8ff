//! Short answers and numbers: what is typed.

use super::{
    Made, Refusal,
    answers::{Given, Weight, given},
    draft::{Draft, Texts, joined},
    number::{Near, near},
    source::unmarked,
};
use crate::import::rich;
use domain::content::{Accepted, FieldKey, FieldKind, Form, Html, Notation, Tolerance};

/// The most answers of one question.
const ANSWERS_MAX: usize = 100;
/// The longest short answer, in characters.
const ANSWER_CHARS_MAX: usize = 1_000;

/// A short answer.
pub(super) fn short(draft: &Draft<'_>, texts: &mut Texts) -> Result<Made, Refusal> {
    let answers = given(draft.answers, &['=']);
    if answers.first().is_some_and(|first| first.sign.is_none()) {
        texts.remark("The answer has no “=” before it; it was taken for a short answer.".to_owned());
    }
    enough(&answers)?;
    let (mut accepted, mut feedback, mut comfort) = (Vec::new(), Vec::new(), None);
    for answer in &answers {
        let pattern = unmarked(&joined(answer.text)).split_whitespace().collect::<Vec<_>>().join(" ");
        if pattern.is_empty() {
            return Err("One of its answers is empty.".to_owned());
        }
        if pattern.chars().count() > ANSWER_CHARS_MAX {
            return Err(format!("One of its answers is longer than {ANSWER_CHARS_MAX} characters."));
        }
        let html = texts.feedback(answer.feedback);
        if answer.worth() >= Weight::FULL {
            accepted.push(pattern.clone());
        } else if answer.worth() > Weight::ZERO {
            partial(&shown(&pattern), answer.worth(), html.is_some(), texts);
        }
        match html {
            // Whatever else is typed.
            Some(html) if pattern == "*" && answer.worth() < Weight::FULL => comfort = Some(html),
            Some(html) => feedback.push((pattern, answer.worth() >= Weight::FULL, html)),
            // A right answer must not hear what is meant for a wrong one that a wildcard also catches.
            None if answer.worth() >= Weight::FULL => feedback.push((pattern, true, silent())),
            None => {}
        }
    }
    let first = accepted.first().ok_or("None of its answers is fully right.")?;
    if accepted.iter().any(|pattern| pattern == "*") {
        texts.remark("Its answer is “*”, so whatever is typed is right.".to_owned());
    }
    let wild = feedback.iter().any(|(pattern, right, _)| !right && pattern.contains('*'));
    feedback.retain(|(_, _, html)| wild || *html != silent());
    let answer = format!("<p>The answer is <b>{}</b>.</p>", rich::escaped(&shown(first)));
    let feedback = feedback.into_iter().map(|(pattern, _, html)| (pattern, html)).collect();
    let key = FieldKey::Text { accepted, case: false, ignore_accents: false, feedback };
    Ok(Made { comfort, ..Made::new("Answer", FieldKind::Text, key, answer) })
}

/// A number; the text starts after the `#`.
pub(super) fn numerical(text: &str, texts: &mut Texts) -> Result<Made, Refusal> {
    let (text, otherwise) = text.split_once('~').map_or((text, None), |(text, otherwise)| (text, Some(otherwise)));
    let answers = given(text, &['=']);
    if answers.is_empty() {
        return Err("It has no number as its answer.".to_owned());
    }
    enough(&answers)?;
    let mut comfort = otherwise.and_then(|otherwise| texts.feedback(otherwise.split_once('#').map(|(_, feedback)| feedback.trim())));
    let (mut accepted, mut feedback, mut shown) = (Vec::<Accepted>::new(), Vec::new(), None);
    for answer in &answers {
        let text = unmarked(answer.text);
        let html = texts.feedback(answer.feedback);
        let right = answer.worth() >= Weight::FULL;
        if text.trim() == "*" {
            if right {
                return Err("Any number is right.".to_owned());
            }
            comfort = html.or(comfort);
            continue;
        }
        let Near { accepted: value, sentence, remark } = near(&text)?;
        if let Some(remark) = remark {
            texts.remark(remark);
        }
        if right {
            shown.get_or_insert(sentence);
            accepted.push(value.clone());
        } else if answer.worth() > Weight::ZERO {
            partial(&text, answer.worth(), html.is_some(), texts);
        }
        match html {
            Some(html) => feedback.push((value, right, html)),
            None if right => feedback.push((value, true, silent())),
            None => {}
        }
    }
    let shown = shown.ok_or("None of its answers is fully right.")?;
    let near_wrong: Vec<Accepted> = feedback.iter().filter(|(_, right, _)| !right).map(|(value, _, _)| value.clone()).collect();
    feedback.retain(|(value, _, html)| *html != silent() || near_wrong.iter().any(|wrong| overlap(value, wrong)));
    let feedback = feedback.into_iter().map(|(value, _, html)| (value, html)).collect();
    let key = FieldKey::Number { accepted, form: Form::Any, unit: None, feedback };
    let kind = FieldKind::Number { notation: Notation::default(), units: Vec::new() };
    Ok(Made { comfort, ..Made::new("Answer", kind, key, format!("<p>{shown}</p>")) })
}

fn enough(answers: &[Given<'_>]) -> Result<(), Refusal> {
    match answers.len() {
        0 => Err("It has no answer.".to_owned()),
        1..=ANSWERS_MAX => Ok(()),
        _ => Err(format!("It has more than {ANSWERS_MAX} answers.")),
    }
}

fn partial(answer: &str, worth: Weight, has_feedback: bool, texts: &mut Texts) {
    let kept = if has_feedback { "; its feedback is kept" } else { "" };
    texts.remark(format!("“{}” was worth {worth} and counts as wrong here{kept}.", answer.trim()));
}

/// What to say to a right answer without feedback of its own, where the next feedback would otherwise speak.
fn silent() -> Html {
    Html("<p>Correct.</p>".to_owned())
}

/// A pattern as an answer to show.
fn shown(pattern: &str) -> String {
    pattern.replace("\\*", "*")
}

fn overlap(one: &Accepted, other: &Accepted) -> bool {
    let bounds = |accepted: &Accepted| match &accepted.within {
        Tolerance::Absolute(within) => (&accepted.value.0 - &within.0, &accepted.value.0 + &within.0),
        _ => (accepted.value.0.clone(), accepted.value.0.clone()),
    };
    let ((low, high), (other_low, other_high)) = (bounds(one), bounds(other));
    low <= other_high && other_low <= high
}
