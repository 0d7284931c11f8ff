//! Grades a line of text against patterns in which `*` stands for any run of characters.

use super::{Correctness, Unreadable, Verdict, characters};
use crate::content::{FieldKey, Html};

/// Makes a text comparable: whether capitals count, and whether accents do not. [`characters::comparable`], or how earlier builds did it.
pub(super) type Comparable = fn(&str, bool, bool) -> String;

/// Stands for a wildcard in a pattern that has been made alike; a pattern's own ones are dropped.
const WILDCARD: char = '\0';

/// The patterns of a field, in the form in which texts are compared.
#[derive(Debug, Clone, Default)]
pub(super) struct Patterns {
    /// What is right.
    accepted: Vec<String>,
    /// What there is feedback to.
    particular: Vec<String>,
}

impl Patterns {
    /// Of the field's key; none where it is no text.
    pub(super) fn of(key: &FieldKey, comparable: Comparable) -> Self {
        match key {
            FieldKey::Text { accepted, case, ignore_accents, feedback } => {
                let made = |pattern: &String| comparable(&marked(pattern), *case, *ignore_accents);
                Self {
                    accepted: accepted.iter().map(made).collect(),
                    particular: feedback.iter().map(|(pattern, _)| made(pattern)).collect(),
                }
            }
            FieldKey::Number { .. } | FieldKey::OneOf { .. } | FieldKey::ManyOf { .. } | FieldKey::Match { .. } => Self::default(),
        }
    }
}

/// The outcome of a text that was read.
pub(super) fn verdict<'k>(answer: &str, patterns: &Patterns, feedback: &'k [(String, Html)]) -> Verdict<'k> {
    let is_right = patterns.accepted.iter().any(|pattern| matches(pattern, answer));
    let said = patterns.particular.iter().zip(feedback).find(|(pattern, _)| matches(pattern, answer)).map(|(_, (_, html))| html);
    Verdict::whole(if is_right { Correctness::Right } else { Correctness::Wrong }, said)
}

/// The first of the patterns that is right when it is entered as it is shown: its wildcards stay stars, which match themselves.
pub(super) fn right(accepted: &[String], case: bool, ignore_accents: bool) -> Option<String> {
    let made: Vec<String> = accepted.iter().map(|pattern| characters::comparable(&marked(pattern), case, ignore_accents)).collect();
    let is_right = |text: &String| {
        let answer = read(text, case, ignore_accents, characters::comparable);
        answer.is_ok_and(|answer| made.iter().any(|pattern| matches(pattern, &answer)))
    };
    accepted.iter().map(|pattern| unescaped(pattern)).find(is_right)
}

/// A pattern as a text to show.
pub(super) fn unescaped(pattern: &str) -> String {
    pattern.replace(WILDCARD, "").replace("\\*", "*")
}

/// A line of text in the form in which texts are compared.
pub(super) fn read(input: &str, case: bool, ignore_accents: bool, comparable: Comparable) -> Result<String, Unreadable> {
    characters::bounded(input)?;
    let answer = comparable(input, case, ignore_accents);
    if answer.is_empty() { Err(Unreadable::Empty) } else { Ok(answer) }
}

/// Whether any text at all matches the pattern.
pub(super) fn can_match(pattern: &str) -> bool {
    !characters::comparable(&marked(pattern), true, false).is_empty()
}

/// The pattern with each `*` made a wildcard and each `\*` a star.
fn marked(pattern: &str) -> String {
    let mut marked = String::with_capacity(pattern.len());
    let mut rest = pattern.chars().filter(|c| *c != WILDCARD).peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' if rest.next_if_eq(&'*').is_some() => marked.push('*'),
            '*' => marked.push(WILDCARD),
            c => marked.push(c),
        }
    }
    marked
}

/// Whether the pattern matches the whole text. Each run between wildcards is taken where it first occurs: if that fails, so does
/// every later place, so nothing is ever tried twice.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, pattern)) = pattern.split_once(WILDCARD) else {
        return pattern == text;
    };
    let (middle, end) = pattern.rsplit_once(WILDCARD).unwrap_or(("", pattern));
    let Some(mut rest) = text.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)) else {
        return false;
    };
    middle.split(WILDCARD).all(|run| match rest.split_once(run) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}
