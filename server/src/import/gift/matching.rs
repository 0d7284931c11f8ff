//! Matching: pairs of a left and a right side, and right sides that match nothing.

use super::{
    Made, Refusal,
    draft::{Draft, Texts, joined},
    source::unmarked,
};
use crate::import::rich::{self, Format, Place};
use domain::content::{FieldKey, FieldKind};

/// The most pairs of one question.
const PAIRS_MAX: usize = 100;

/// Matching.
pub(super) fn matching(draft: &Draft<'_>, texts: &mut Texts) -> Result<Made, Refusal> {
    let (mut left, mut texts_right, mut right): (Vec<_>, Vec<String>, Vec<String>) = (Vec::new(), Vec::new(), Vec::new());
    for pair in draft.answers.split('=').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (one, other) = pair.split_once("->").ok_or("One of its pairs has no “->” in it.")?;
        let other = option(other);
        if other.is_empty() {
            return Err("One of its pairs has nothing on the right.".to_owned());
        }
        if !right.contains(&other) {
            right.push(other.clone());
        }
        if one.trim().is_empty() {
            continue;
        }
        let one = texts.inline(one);
        if one.0.is_empty() {
            return Err("One of its pairs has nothing to show on the left.".to_owned());
        }
        left.push(one);
        texts_right.push(other);
    }
    if left.len() < 2 {
        return Err("It has fewer than two pairs.".to_owned());
    }
    if right.len().max(left.len()) > PAIRS_MAX {
        return Err(format!("It has more than {PAIRS_MAX} pairs."));
    }
    if right.len() == 1 {
        texts.remark("Everything on the left has the same match, so no answer can be wrong.".to_owned());
    }
    // Sorted, so that the order of the file does not give the pairs away.
    right.sort_by_cached_key(|text| (text.to_lowercase(), text.clone()));
    let index = |text: &String| right.iter().position(|known| known == text).and_then(|at| u16::try_from(at).ok());
    let key: Vec<u16> = texts_right.iter().map(|text| index(text).expect("every right side of a pair was put into the list")).collect();
    let items: String =
        left.iter().zip(&texts_right).map(|(one, other)| format!("<li>{} → <b>{}</b></li>", one.0, rich::escaped(other))).collect();
    let answer = format!("<p>The pairs are:</p><ul>{items}</ul>");
    Ok(Made::new("Matches", FieldKind::Match { left, right }, FieldKey::Match { right: key }, answer))
}

/// A right side is plain text, whatever the format of the question; tags that somebody put there all the same are taken out.
fn option(text: &str) -> String {
    let text = unmarked(&joined(text));
    if text.contains("</") || text.contains("/>") || text.contains("<br>") {
        rich::words(&rich::read(&text, Format::Moodle, Place::Inline).html)
    } else {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
