//! True/false and multiple choice: radio buttons, or check boxes where several choices are right.

use super::{
    Made, Refusal,
    answers::{Weight, given},
    draft::{Draft, Texts},
    look::look,
    torn,
};
use crate::operator::import::rich;
use domain::content::{FieldKey, FieldKind, Html, Marks};
use std::collections::{BTreeMap, BTreeSet};

/// The most choices of one question.
const CHOICES_MAX: usize = 100;

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

/// One choice.
struct Choice {
    html: Html,
    worth: Weight,
    /// A weight is written.
    weighted: bool,
    feedback: Option<Html>,
}

/// Multiple choice.
pub(super) fn multiple(draft: &Draft<'_>, texts: &mut Texts) -> Result<Made, Refusal> {
    let options = given(draft.answers, &['=', '~'])?;
    if options.first().is_some_and(|first| first.sign.is_none()) {
        return Err("Text stands before its first choice.".to_owned());
    }
    if options.len() > CHOICES_MAX {
        return Err(format!("It has more than {CHOICES_MAX} choices."));
    }
    let single = options.iter().any(|option| option.sign == Some('='));
    let mut choices: Vec<Choice> = Vec::new();
    let mut dropped = 0;
    for (index, option) in options.iter().enumerate() {
        torn::answer(option).into_iter().for_each(|remark| texts.remark(remark));
        let html = texts.inline(option.text);
        if rich::words(&html).trim().is_empty() && !html.0.contains("<math") {
            if option.worth().counts() {
                return Err(format!("Its choice number {}, which is right, has no text.", index + 1));
            }
            // A picture that cannot be shown is no empty choice.
            if holds_picture(option.text) {
                return Err(format!("Its choice number {} has no text to show.", index + 1));
            }
            dropped += 1;
            continue;
        }
        let feedback = texts.feedback(option.feedback);
        choices.push(Choice { html, worth: option.worth(), weighted: option.weight.is_some(), feedback });
    }
    if dropped > 0 {
        let what = if dropped == 1 { "A choice without text was".to_owned() } else { format!("{dropped} choices without text were") };
        texts.remark(format!("{what} left out."));
    }
    let choices = distinct(choices, texts)?;
    if choices.len() < 2 {
        return Err("It has fewer than two choices.".to_owned());
    }
    let full: Vec<usize> = (0..choices.len()).filter(|index| choices[*index].worth.is_full()).collect();
    match full.as_slice() {
        [right] if single => Ok(one_of(&choices, *right, texts)),
        [] if single => Err("No choice is fully right.".to_owned()),
        _ => many_of(&choices, single, texts),
    }
}

/// Whether something that is seen or heard stands in a text besides words.
fn holds_picture(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let signs = ["<img", "<svg", "<video", "<audio", "<object", "<iframe", "<embed", "<canvas", "<math", "!["];
    signs.iter().any(|sign| text.contains(sign))
}

/// The choices without those that look like another before them; an error where one of such a pair is right and the other wrong.
fn distinct(choices: Vec<Choice>, texts: &mut Texts) -> Result<Vec<Choice>, Refusal> {
    let mut kept: Vec<(String, Choice)> = Vec::new();
    for choice in choices {
        let looks = look(&choice.html);
        let shown = rich::words(&choice.html);
        if let Some((_, other)) = kept.iter().find(|(known, _)| *known == looks) {
            if other.worth.is_full() != choice.worth.is_full() || other.worth.counts() != choice.worth.counts() {
                return Err(format!("“{shown}” is among its choices twice, once right and once wrong."));
            }
            texts.remark(format!("“{shown}” is among its choices twice; one was left out."));
            continue;
        }
        if let Some((_, other)) = kept.iter().find(|(known, _)| known.to_lowercase() == looks.to_lowercase())
            && other.worth.counts() != choice.worth.counts()
        {
            texts.remark(format!("“{}” and “{shown}” differ in capitals only, and one of them is wrong.", rich::words(&other.html)));
        }
        kept.push((looks, choice));
    }
    Ok(kept.into_iter().map(|(_, choice)| choice).collect())
}

fn feedback(choices: &[Choice]) -> BTreeMap<u16, Html> {
    (0_u16..).zip(choices).filter_map(|(index, choice)| Some((index, choice.feedback.clone()?))).collect()
}

fn htmls(choices: &[Choice]) -> Vec<Html> {
    choices.iter().map(|choice| choice.html.clone()).collect()
}

fn one_of(choices: &[Choice], right: usize, texts: &mut Texts) -> Made {
    if choices.iter().any(|choice| choice.worth.counts() && !choice.worth.is_full()) {
        texts.remark("Choices for part of the mark count as wrong here; their feedback is kept.".to_owned());
    } else if choices.iter().any(|choice| choice.worth.costs()) {
        texts.remark("Wrong choices do not cost marks here.".to_owned());
    }
    let answer = format!("<p>The answer is <b>{}</b>.</p>", choices[right].html.0);
    let key = FieldKey::OneOf { right: u16::try_from(right).unwrap_or(u16::MAX), feedback: feedback(choices) };
    Made::new("Your choice", FieldKind::OneOf { choices: htmls(choices) }, key, answer)
}

fn many_of(choices: &[Choice], single: bool, texts: &mut Texts) -> Result<Made, Refusal> {
    let counts = |choice: &Choice| if single { choice.worth.is_full() } else { choice.worth.counts() };
    let right: BTreeSet<u16> = (0_u16..).zip(choices).filter(|(_, choice)| counts(choice)).map(|(index, _)| index).collect();
    if right.is_empty() {
        return Err("None of its choices is right.".to_owned());
    }
    let equal = choices.iter().filter(|choice| counts(choice)).all(|choice| choice.worth.is_share_of(right.len()));
    let marks = if !single && equal { Marks::Parts } else { Marks::Whole };
    texts.remark(match (single, marks) {
        (true, _) if choices.iter().any(|choice| choice.weighted && counts(choice)) => {
            "Several choices are worth the whole mark, so it became check boxes: all right ones must be ticked, where any one was enough."
                .to_owned()
        }
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
    let items: String = right.iter().map(|index| format!("<li>{}</li>", choices[usize::from(*index)].html.0)).collect();
    let answer = format!("<p>To be ticked:</p><ul>{items}</ul>");
    let key = FieldKey::ManyOf { right, marks, feedback: feedback(choices) };
    Ok(Made::new("Your choices", FieldKind::ManyOf { choices: htmls(choices) }, key, answer))
}
