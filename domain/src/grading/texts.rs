//! Grades a line of text against patterns in which `*` stands for any run of characters.

use super::{Outcome, Unreadable, Verdict, characters};
use crate::content::Html;

/// Stands for a wildcard in a pattern that has been made alike; a pattern's own ones are dropped.
const WILDCARD: char = '\0';

/// The outcome of a text.
pub(super) fn verdict<'k>(
    input: &str,
    accepted: &[String],
    case: bool,
    ignore_accents: bool,
    feedback: &'k [(String, Html)],
) -> Result<Verdict<'k>, Unreadable> {
    characters::bounded(input)?;
    let comparable = |text: &str| {
        let text = characters::alike(text);
        let text = if ignore_accents { characters::without_accents(&text) } else { text };
        if case { text } else { characters::without_case(&text) }
    };
    let answer = comparable(input);
    if answer.is_empty() {
        return Err(Unreadable::Empty);
    }
    let matches = |pattern: &String| matches(&comparable(&marked(pattern)), &answer);
    let outcome = if accepted.iter().any(matches) { Outcome::Right } else { Outcome::Wrong };
    Ok(Verdict::whole(outcome, feedback.iter().find(|(pattern, _)| matches(pattern)).map(|(_, html)| html)))
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
