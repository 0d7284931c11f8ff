//! What came of an answer, in words: from the attempt itself, so that it is there again after a reload; or why nothing was counted.

use super::Sheet;
use crate::{markup, texts::texts};
use domain::{
    attempt::QuestionStanding,
    content::{Html, Input},
    grading::By,
};
use leptos::prelude::*;
use std::borrow::Cow;

/// The name of the outcome for the style, and its words as HTML; none while there is nothing to say.
pub fn outcome(sheet: Sheet) -> Memo<Option<(&'static str, String)>> {
    Memo::new(move |_| {
        if let Some(refusal) = sheet.refused.get() {
            let why = markup::escaped((texts().attempt_refusal)(&refusal));
            return Some(("uncounted", sentence(0, texts().not_counted, &[why], "")));
        }
        let current = sheet.current.get()?;
        let tries = current.tries.len();
        let last = current.last_inputs();
        let by = sheet.with_key(|key| key.by()).unwrap_or(By::Key);
        match (current.standing, last) {
            (QuestionStanding::Open | QuestionStanding::Right | QuestionStanding::Missed, _) if by == By::Dropped => {
                let more = if current.standing == QuestionStanding::Open { texts().dropped_open } else { texts().dropped_done };
                Some(("uncounted", sentence(tries, texts().dropped, &[markup::escaped(more)], "")))
            }
            (QuestionStanding::Open, None) => None,
            (QuestionStanding::Right, _) if by == By::FullCredit => {
                Some(("right", sentence(tries, texts().right, &[markup::escaped(texts().full_credit)], "")))
            }
            (QuestionStanding::Right, last) => Some(("right", said(sheet, tries, texts().right, last, ""))),
            (QuestionStanding::Open, last) => Some(("wrong", said(sheet, tries, texts().not_right, last, texts().try_once_more))),
            (QuestionStanding::Missed, last) => Some(("wrong", said(sheet, tries, texts().not_right, last, texts().start_over))),
            (QuestionStanding::Revealed, _) => {
                Some(("revealed", sentence(tries, texts().revealed, &[markup::escaped(texts().revealed_more)], "")))
            }
        }
    })
}

/// The verdict with the key's feedback to these inputs; where there is none, with something else.
fn said(sheet: Sheet, tries: usize, verdict: &str, inputs: Option<&Vec<Input>>, otherwise: &str) -> String {
    let feedback: Vec<Html> = inputs
        .and_then(|inputs| sheet.with_grade(inputs, |grade| grade.feedback.into_iter().map(Cow::into_owned).collect()))
        .unwrap_or_default();
    let (lines, blocks): (Vec<Html>, Vec<Html>) = feedback.into_iter().partition(|html| markup::as_line(html).is_some());
    let mut lines: Vec<String> = lines.iter().filter_map(markup::as_line).map(str::to_owned).collect();
    if lines.is_empty() && blocks.is_empty() {
        lines.push(markup::escaped(otherwise));
    }
    let blocks: String = blocks.iter().map(|html| format!("<div class=\"prose\">{}</div>", html.0)).collect();
    sentence(tries, verdict, &lines, &blocks)
}

/// The try is part of it, so that the same words are said again of another answer.
fn sentence(tries: usize, verdict: &str, lines: &[String], blocks: &str) -> String {
    format!("<p data-try=\"{tries}\"><strong>{}</strong> {}</p>{blocks}", markup::escaped(verdict), lines.join(" "))
}
