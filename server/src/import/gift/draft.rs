//! A question taken apart: its title, its text around the answer block, what stands in the block, and the general feedback.

use super::source::{FIELD, unmarked};
use crate::import::rich::{self, Format, Place, Rich};
use domain::content::Html;

/// The longest question, in characters, with answers and feedback.
const QUESTION_CHARS_MAX: usize = 60_000;
/// The longest text of a question, in characters.
const PROMPT_CHARS_MAX: usize = 20_000;
/// The longest name in a report, in characters.
const NAME_CHARS_MAX: usize = 60;

/// A question taken apart; all texts still have their marks.
#[derive(Debug, Clone)]
pub(super) struct Draft<'t> {
    /// The format of its texts, unless they name their own.
    pub format: Format,
    /// Its text, with [`FIELD`] where the answer block stood within it.
    pub prompt: String,
    /// What stands between the braces, without general feedback.
    pub answers: &'t str,
    /// The general feedback.
    pub general: Option<&'t str>,
}

/// The title and the rest of a question.
pub(super) fn titled(text: &str) -> (Option<String>, &str) {
    let text = text.trim();
    let split = text.strip_prefix("::").and_then(|after| after.split_once("::"));
    match split {
        Some((title, rest)) => {
            let title = unmarked(title).split_whitespace().collect::<Vec<_>>().join(" ");
            ((!title.is_empty()).then_some(title), rest.trim())
        }
        None => (None, text),
    }
}

/// What the report calls a question: its title or its first words.
pub(super) fn name(title: Option<&str>, rest: &str) -> String {
    let full = match title {
        Some(title) => title.to_owned(),
        None => {
            let head: String = rest.split('{').next().unwrap_or_default().chars().take(2_000).collect();
            let (format, text) = formatted(&head, Format::Moodle);
            rich::words(&rich::read(&unmarked(text), format, Place::Inline).html)
        }
    };
    let mut name = String::new();
    for word in full.split_whitespace() {
        if name.chars().count() + word.chars().count() >= NAME_CHARS_MAX {
            // A single endless word has no better place to be cut.
            if name.is_empty() {
                name.extend(word.chars().take(NAME_CHARS_MAX));
            }
            name.push('…');
            break;
        }
        name.push_str(if name.is_empty() { "" } else { " " });
        name.push_str(word);
    }
    if name.is_empty() { "(no text)".to_owned() } else { name }
}

/// Takes a question apart; the error is the reason to refuse it.
pub(super) fn draft<'t>(title: Option<&str>, rest: &'t str) -> Result<Draft<'t>, String> {
    if rest.chars().count() > QUESTION_CHARS_MAX {
        return Err(format!("It is longer than {QUESTION_CHARS_MAX} characters."));
    }
    let (head, block, tail) = match (rest.find('{'), rest.find('}')) {
        (None, None) => return Err("It has no answer block { }, so it is a description, not a question.".to_owned()),
        (Some(open), Some(close)) if open < close => (&rest[..open], &rest[open + 1..close], &rest[close + 1..]),
        _ => return Err("Its braces do not match; a brace that is meant as text is written \\{ or \\}.".to_owned()),
    };
    if block.contains('{') {
        return Err("Its braces do not match; a brace that is meant as text is written \\{ or \\}.".to_owned());
    }
    if tail.contains('{') {
        return Err("It has more than one answer block { }; a brace that is meant as text is written \\{ or \\}.".to_owned());
    }
    if tail.contains('}') {
        return Err("Its braces do not match; a brace that is meant as text is written \\{ or \\}.".to_owned());
    }
    let (format, head) = formatted(head, Format::Moodle);
    if head.chars().count() + tail.chars().count() > PROMPT_CHARS_MAX {
        return Err(format!("Its text is longer than {PROMPT_CHARS_MAX} characters."));
    }
    let (answers, general) = match block.rfind("####") {
        Some(at) => (&block[..at], Some(block[at + 4..].trim()).filter(|general| !general.is_empty())),
        None => (block, None),
    };
    let mut prompt = prompt(head, tail);
    if prompt.trim().is_empty() {
        let title = title.ok_or("It has no text.")?;
        prompt = if format == Format::Plain { title.to_owned() } else { rich::escaped(title) };
    }
    Ok(Draft { format, prompt, answers: answers.trim(), general })
}

/// The text with [`FIELD`] where something of the sentence follows the answer block; a full stop after a finished sentence is none.
fn prompt(head: &str, tail: &str) -> String {
    let finished = head.trim_end().ends_with(['.', '?', '!', ':']);
    let stop = tail.trim().chars().all(|c| matches!(c, '.' | '?' | '!' | ';' | ','));
    if tail.trim().is_empty() || (finished && stop) { head.trim().to_owned() } else { format!("{head}{FIELD}{tail}").trim().to_owned() }
}

/// The format that a text names, and the text without the name.
fn formatted(text: &str, otherwise: Format) -> (Format, &str) {
    let text = text.trim_start();
    let named = text.strip_prefix('[').and_then(|after| after.split_once(']'));
    let format = match named {
        Some(("html", _)) => Format::Html,
        Some(("markdown", _)) => Format::Markdown,
        Some(("plain", _)) => Format::Plain,
        Some(("moodle", _)) => Format::Moodle,
        _ => return (otherwise, text),
    };
    (format, named.map_or(text, |(_, rest)| rest))
}

/// Makes HTML of a question's texts and gathers the remarks.
pub(super) struct Texts {
    format: Format,
    /// What the author should know.
    pub remarks: Vec<String>,
}

impl Texts {
    /// For a question whose text has this format.
    pub fn new(format: Format) -> Self {
        Self { format, remarks: Vec::new() }
    }

    /// Adds a remark, once.
    pub fn remark(&mut self, remark: String) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// The question's text as blocks, [`FIELD`] still in it.
    pub fn prompt(&mut self, text: &str) -> Html {
        self.html(text, self.format, Place::Block)
    }

    /// A choice or the left side of a pair.
    pub fn inline(&mut self, text: &str) -> Html {
        self.own(text, Place::Inline)
    }

    /// Feedback.
    pub fn block(&mut self, text: &str) -> Html {
        self.own(text, Place::Block)
    }

    /// Feedback, where there is any.
    pub fn feedback(&mut self, text: Option<&str>) -> Option<Html> {
        let html = self.block(text?);
        (!html.0.is_empty()).then_some(html)
    }

    fn own(&mut self, text: &str, place: Place) -> Html {
        let (format, text) = formatted(text, self.format);
        // Within an answer, the lines of the file are only the author's margin; a line that is meant to end there ends in \n.
        match format {
            Format::Markdown => self.html(text, format, place),
            Format::Plain | Format::Moodle | Format::Html => self.html(&joined(text), format, place),
        }
    }

    fn html(&mut self, text: &str, format: Format, place: Place) -> Html {
        let Rich { html, remarks } = rich::read(&unmarked(text), format, place);
        for remark in remarks {
            self.remark(remark);
        }
        html
    }
}

/// The lines of a text as one.
pub(super) fn joined(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
