//! Short answers and numbers: what is typed.

use super::{
    Made, Refusal,
    answers::{Given, Weight, given},
    draft::{Draft, Texts},
    number::{Near, Reader, typed},
    source::{mark, shortened},
    torn,
};
use crate::operator::import::rich;
use domain::{
    content::{Accepted, FieldKey, FieldKind, Form, Html, Tolerance},
    grading::bounds::ANSWER_CHARS_MAX,
};

/// The most answers of one question.
const ANSWERS_MAX: usize = 100;

/// A short answer.
pub(super) fn short(draft: &Draft<'_>, texts: &mut Texts) -> Result<Made, Refusal> {
    let answers = given(draft.answers, &['='])?;
    match torn::truths(draft.answers) {
        Some(remark) => texts.remark(remark),
        None if answers.first().is_some_and(|first| first.sign.is_none()) => {
            texts.remark("The answer has no “=” before it; it was taken for a short answer.".to_owned());
        }
        None => {}
    }
    enough(&answers)?;
    if let Some(remark) = within_answer(draft.answers) {
        texts.remark(remark);
    }
    let (mut accepted, mut feedback, mut comfort) = (Vec::new(), Vec::new(), None);
    for answer in &answers {
        torn::answer(answer).into_iter().for_each(|remark| texts.remark(remark));
        if let Some(remark) = torn::piece(answer.text) {
            texts.remark(remark);
        }
        if answer.text.contains(mark('\n')) {
            texts.remark(format!("“{}” has a line end in it, which is compared as a space.", shortened(answer.text)));
        }
        let pattern = texts.plain(answer.text);
        if pattern.is_empty() {
            texts.remark("An empty answer was left out.".to_owned());
            continue;
        }
        if pattern.chars().count() > ANSWER_CHARS_MAX {
            return Err(format!("One of its answers is longer than {ANSWER_CHARS_MAX} characters."));
        }
        let html = texts.feedback(answer.feedback);
        let right = answer.worth().is_full();
        if right {
            accepted.push(pattern.clone());
        } else if answer.worth().counts() {
            partial(&shown(&pattern), answer.worth(), html.is_some(), texts);
        }
        match html {
            // Whatever else is typed.
            Some(html) if pattern == "*" && !right => comfort = Some(html),
            Some(html) => feedback.push((pattern, right, html)),
            // A right answer must not hear what is meant for a wrong one that a wildcard also catches.
            None if right => feedback.push((pattern, true, silent())),
            None => {}
        }
    }
    let empty = answers.iter().all(|answer| answer.text.is_empty());
    // One without wildcards can be read as what to type.
    let first = accepted.iter().find(|pattern| !is_wild(pattern)).or(accepted.first());
    let first = shown(first.ok_or(if empty { "Its answer is empty." } else { "None of its answers is fully right." })?);
    if accepted.iter().any(|pattern| pattern == "*") {
        texts.remark("Its answer is “*”, so whatever is typed is right.".to_owned());
    }
    let wild = feedback.iter().any(|(pattern, right, _)| !right && is_wild(pattern));
    feedback.retain(|(_, _, html)| wild || *html != silent());
    let answer = format!("<p>The answer is <b>{}</b>.</p>", rich::escaped(&first));
    let feedback = feedback.into_iter().map(|(pattern, _, html)| (pattern, html)).collect();
    let key = FieldKey::Text { accepted, case: false, ignore_accents: false, feedback };
    Ok(Made { typed: Some(first), comfort, ..Made::new("Answer", FieldKind::Text, key, answer) })
}

/// A number; the text starts after the `#`.
pub(super) fn numerical(text: &str, texts: &mut Texts) -> Result<Made, Refusal> {
    let (text, otherwise) = text.split_once('~').map_or((text, None), |(text, otherwise)| (text, Some(otherwise)));
    let answers = given(text, &['='])?;
    if answers.is_empty() {
        return Err("It has no number as its answer.".to_owned());
    }
    enough(&answers)?;
    let mut comfort = None;
    if let Some((wrong, feedback)) = otherwise.map(|otherwise| otherwise.split_once('#').unwrap_or((otherwise, ""))) {
        comfort = texts.feedback(Some(feedback.trim()));
        if !wrong.trim().is_empty() {
            texts.remark(format!("“{}” behind “~” was left out: any number that is not right is wrong.", shortened(wrong.trim())));
        }
    }
    let plain: Vec<String> = answers.iter().map(|answer| texts.plain(answer.text)).collect();
    let mut reader = Reader::of(plain.iter().map(String::as_str));
    let (mut accepted, mut feedback, mut shown, mut percent) = (Vec::<Accepted>::new(), Vec::new(), None, false);
    for (answer, text) in answers.iter().zip(&plain) {
        answer.torn.iter().for_each(|remark| texts.remark(remark.clone()));
        let html = texts.feedback(answer.feedback);
        let right = answer.worth().is_full();
        if text == "*" {
            if right {
                return Err("Any number is right.".to_owned());
            }
            comfort = html.or(comfort);
            continue;
        }
        if text.is_empty() {
            texts.remark("An empty answer was left out.".to_owned());
            continue;
        }
        let Near { accepted: value, sentence, typed, percent: as_percentage } = reader.near(text)?;
        percent |= as_percentage;
        if right {
            shown.get_or_insert((sentence, typed));
            accepted.push(value.clone());
        } else if answer.worth().counts() {
            partial(text, answer.worth(), html.is_some(), texts);
        }
        match html {
            Some(html) => feedback.push((value, right, html)),
            None if right => feedback.push((value, true, silent())),
            None => {}
        }
    }
    reader.remarks.into_iter().for_each(|remark| texts.remark(remark));
    let (shown, answer) = shown.ok_or("It has no number that is fully right as its answer.")?;
    let near_wrong: Vec<Accepted> = feedback.iter().filter(|(_, right, _)| !right).map(|(value, _, _)| value.clone()).collect();
    feedback.retain(|(value, _, html)| *html != silent() || near_wrong.iter().any(|wrong| overlap(value, wrong)));
    let feedback = feedback.into_iter().map(|(value, _, html)| (value, html)).collect();
    let key = FieldKey::Number { accepted, form: Form::Any, unit: None, feedback };
    Ok(Made { typed: Some(answer), comfort, ..Made::new("Answer", typed(percent), key, format!("<p>{shown}</p>")) })
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

/// Whether a star in the pattern stands for any text.
fn is_wild(pattern: &str) -> bool {
    pattern.replace("\\*", "").contains('*')
}

/// A sign between two characters without a space divides the answers there, too.
fn within_answer(answers: &str) -> Option<String> {
    let tight = answers.match_indices('=').find(|(at, _)| {
        let is_part = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && c != '=' && c != '%');
        is_part(answers[..*at].chars().next_back()) && is_part(answers[at + 1..].chars().next())
    });
    // An answer before it may have its feedback, behind which a sign is all that divides.
    let (at, _) = tight.filter(|(at, _)| !answers[..*at].rsplit('=').next().is_some_and(|before| before.contains('#')))?;
    let (from, to) = (answers[..at].char_indices().rev().nth(7).map_or(0, |(from, _)| from), at + 1);
    let piece: String = answers[from..to].chars().chain(answers[to..].chars().take(8)).collect();
    Some(format!("The “=” in “{}” divides two answers; one that is meant as text is written \\=.", shortened(&piece)))
}

fn overlap(one: &Accepted, other: &Accepted) -> bool {
    let bounds = |accepted: &Accepted| match &accepted.within {
        Tolerance::Absolute(within) => (&accepted.value.0 - &within.0, &accepted.value.0 + &within.0),
        Tolerance::Relative(part) => {
            let value = &accepted.value.0;
            let (one, other) = (value - value * &part.0, value + value * &part.0);
            if one < other { (one, other) } else { (other, one) }
        }
        _ => (accepted.value.0.clone(), accepted.value.0.clone()),
    };
    let ((low, high), (other_low, other_high)) = (bounds(one), bounds(other));
    low <= other_high && other_low <= high
}
