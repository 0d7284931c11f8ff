//! Matching: pairs of a left and a right side, and right sides that match nothing.

use super::{
    Made, Refusal,
    draft::{Draft, Texts},
    look::look,
    source::shortened,
};
use crate::operator::import::rich;
use domain::content::{FieldKey, FieldKind, Html};

/// The most pairs of one question.
const PAIRS_MAX: usize = 100;

/// A pair with its left side as it looks.
struct Pair {
    left: Html,
    looks: String,
    right: String,
}

/// Matching.
pub(super) fn matching(draft: &Draft<'_>, texts: &mut Texts) -> Result<Made, Refusal> {
    let (mut pairs, mut right): (Vec<Pair>, Vec<String>) = (Vec::new(), Vec::new());
    for pair in draft.answers.split('=').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (one, other) = pair.split_once("->").ok_or("One of its pairs has no “->” in it.")?;
        if other.contains("->") {
            texts.remark(format!("“->” stands in “{}” more than once; the first divides it.", shortened(pair)));
        }
        let other = uncommented(other, texts);
        let other = texts.plain(other);
        if other.is_empty() {
            if one.trim().is_empty() {
                texts.remark("A pair with nothing on either side was left out.".to_owned());
                continue;
            }
            return Err("One of its pairs has nothing on the right.".to_owned());
        }
        if !right.contains(&other) {
            if let Some(known) = right.iter().find(|known| known.to_lowercase() == other.to_lowercase()) {
                let remark = format!("“{known}” and “{other}” on the right differ in capitals only, and are two to choose from.");
                texts.remark(remark);
            }
            right.push(other.clone());
        }
        if one.trim().is_empty() {
            continue;
        }
        let left = texts.inline(one);
        if left.0.is_empty() {
            return Err("One of its pairs has nothing to show on the left.".to_owned());
        }
        add(&mut pairs, Pair { looks: look(&left), left, right: other }, texts)?;
    }
    if pairs.len() < 2 {
        return Err("It has fewer than two pairs.".to_owned());
    }
    if right.len().max(pairs.len()) > PAIRS_MAX {
        return Err(format!("It has more than {PAIRS_MAX} pairs."));
    }
    if right.len() == 1 {
        texts.remark("Everything on the left has the same match, so no answer can be wrong.".to_owned());
    }
    // Sorted, so that the order of the file does not give the pairs away.
    right.sort_by_cached_key(|text| (text.to_lowercase(), text.clone()));
    let index = |text: &String| right.iter().position(|known| known == text).and_then(|at| u16::try_from(at).ok());
    let key: Vec<u16> = pairs.iter().map(|pair| index(&pair.right).expect("every right side of a pair was put into the list")).collect();
    let items: String = pairs.iter().map(|pair| format!("<li>{} → <b>{}</b></li>", pair.left.0, rich::escaped(&pair.right))).collect();
    let answer = format!("<p>The pairs are:</p><ul>{items}</ul>");
    let left = pairs.into_iter().map(|pair| pair.left).collect();
    Ok(Made::new("Matches", FieldKind::Match { left, right }, FieldKey::Match { right: key }, answer))
}

/// Takes in a pair, unless it is there already; an error where its left side has another match, too.
fn add(pairs: &mut Vec<Pair>, pair: Pair, texts: &mut Texts) -> Result<(), Refusal> {
    let shown = rich::words(&pair.left);
    match pairs.iter().find(|known| known.looks == pair.looks) {
        Some(known) if known.right != pair.right => {
            return Err(format!("“{shown}” stands on its left twice, with “{}” and with “{}”.", known.right, pair.right));
        }
        Some(_) => texts.remark(format!("“{shown}” stands on its left twice with the same match; one was left out.")),
        None => {
            if let Some(known) = pairs.iter().find(|known| known.looks.to_lowercase() == pair.looks.to_lowercase()) {
                texts.remark(format!("“{}” and “{shown}” on the left differ in capitals only.", rich::words(&known.left)));
            }
            pairs.push(pair);
        }
    }
    Ok(())
}

/// A right side without what looks like feedback, for which a pair has no place: the sign of C# and of F sharp is none.
fn uncommented<'t>(right: &'t str, texts: &mut Texts) -> &'t str {
    let Some((text, comment)) = right.split_once('#') else { return right };
    let mut before = text.trim_start().chars();
    let is_sharp = before.next().is_some_and(|letter| letter.is_ascii_uppercase()) && before.next().is_none();
    let (text, comment) = (text.trim(), comment.trim());
    if text.is_empty() || is_sharp || comment.is_empty() {
        texts.remark(format!("“{}” on the right has a “#” in it; it was taken for text, and is written \\#.", shortened(right)));
        return right;
    }
    texts.remark(format!("The feedback “{}” was left out: a pair has none.", shortened(comment)));
    text
}
