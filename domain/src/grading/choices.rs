//! Grades what was chosen: one of, many of, and matches.

use super::{Correctness, Unreadable, Verdict};
use crate::content::{Html, Input, Marks};
use std::collections::{BTreeMap, BTreeSet};

/// Exactly one index.
pub(super) fn one_of<'k>(chosen: &[u16], choices: usize, right: u16, feedback: &'k BTreeMap<u16, Html>) -> Result<Verdict<'k>, Unreadable> {
    match chosen {
        [] => Err(Unreadable::Empty),
        [choice] if usize::from(*choice) < choices => {
            let outcome = if *choice == right { Correctness::Right } else { Correctness::Wrong };
            Ok(Verdict::whole(outcome, feedback.get(choice)))
        }
        [..] => Err(Unreadable::Malformed),
    }
}

/// Any number of indices, ascending. The feedback shown is that of the first wrong choice that was ticked and has some, else of the first right one.
pub(super) fn many_of<'k>(
    chosen: &[u16],
    choices: usize,
    right: &BTreeSet<u16>,
    marks: Marks,
    feedback: &'k BTreeMap<u16, Html>,
) -> Result<Verdict<'k>, Unreadable> {
    if !chosen.is_sorted_by(|a, b| a < b) || chosen.last().is_some_and(|last| usize::from(*last) >= choices) {
        return Err(Unreadable::Malformed);
    }
    if chosen.is_empty() {
        return Err(Unreadable::Empty);
    }
    let (good, bad): (Vec<u16>, Vec<u16>) = chosen.iter().partition(|choice| right.contains(choice));
    let outcome = if bad.is_empty() && good.len() == right.len() { Correctness::Right } else { Correctness::Wrong };
    let said = bad.iter().chain(&good).find_map(|choice| feedback.get(choice));
    let verdict = Verdict::whole(outcome, said);
    Ok(match marks {
        Marks::Whole => verdict,
        // A key without right choices is refused by publishing; it has no parts.
        Marks::Parts if right.is_empty() => verdict,
        // Lossless: there are no more choices than indices, which are 16 bits.
        Marks::Parts => Verdict { part: (good.len().saturating_sub(bad.len()) as u32, right.len() as u32), ..verdict },
    })
}

/// For each on the left an index on the right; entries of equal text are one.
pub(super) fn matched<'k>(chosen: &[u16], left: usize, right: &[String], key: &[u16]) -> Result<Verdict<'k>, Unreadable> {
    let text = |index: u16| right.get(usize::from(index)).map(|text| text.trim());
    if chosen.len() != left || key.len() != left || chosen.iter().any(|index| *index != Input::UNMATCHED && text(*index).is_none()) {
        return Err(Unreadable::Malformed);
    }
    if chosen.contains(&Input::UNMATCHED) {
        return Err(Unreadable::Empty);
    }
    let all = chosen.iter().zip(key).all(|(chosen, key)| text(*chosen) == text(*key));
    Ok(Verdict::whole(if all { Correctness::Right } else { Correctness::Wrong }, None))
}
