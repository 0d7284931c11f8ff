//! A question taken apart: its title, its text around the answer block, what stands in the block, and the general feedback.

use super::{
    cloze,
    source::{FIELD, shortened, unmarked},
    torn,
};
use crate::operator::import::rich::{self, Format, Rich, Setting};
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
    /// The general feedback, which may stand in several places.
    pub general: Vec<&'t str>,
    /// What the author should know of how it was taken apart.
    pub remarks: Vec<String>,
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
            rich::words(&rich::read(&unmarked(text), format, Setting::Inline).html)
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
    if rest.starts_with('#') && !rest.contains(['{', '}']) {
        return Err(format!("It is feedback (“{}”) that stands apart from its question; {BELONGS}.", shortened(rest)));
    }
    if cloze::has_gap(rest) {
        return Err("It is a Cloze question ({1:SHORTANSWER:=…}), which GIFT does not have; make a question of each gap.".to_owned());
    }
    let (head, block, tail) = match (rest.find('{'), rest.find('}')) {
        (None, None) => return Err("It has no answer block { }, so it is a description, not a question.".to_owned()),
        (Some(open), Some(close)) if open < close => (&rest[..open], &rest[open + 1..close], &rest[close + 1..]),
        _ => return Err(UNMATCHED.to_owned()),
    };
    if block.contains('{') {
        return Err(UNMATCHED.to_owned());
    }
    if tail.contains('{') {
        return Err("It has more than one answer block { }; a brace that is meant as text is written \\{ or \\}.".to_owned());
    }
    if tail.contains('}') {
        return Err(UNMATCHED.to_owned());
    }
    let (format, head) = formatted(head, Format::Moodle);
    if head.contains("####") && !(format == Format::Markdown && has_only_headings(head)) {
        return Err(format!("General feedback (####) stands before its answers, where it would be shown with the question; {BELONGS}."));
    }
    let mut remarks = Vec::new();
    let (answers, inside) = general(block, &mut remarks);
    let (tail, after) = match tail.split_once("####") {
        Some((tail, after)) => (tail.trim_end(), Some(after.trim_start_matches('#').trim()).filter(|after| !after.is_empty())),
        None => (tail, None),
    };
    if tail.trim_start().starts_with('#') {
        return Err(format!(
            "“{}” stands behind the closing brace; {BELONGS}, and a “#” that is meant as text is written \\#.",
            shortened(tail)
        ));
    }
    if after.is_some() {
        remarks.push("Its general feedback stood behind the closing brace; it was taken as if it stood before it.".to_owned());
    }
    if head.chars().count() + tail.chars().count() > PROMPT_CHARS_MAX {
        return Err(format!("Its text is longer than {PROMPT_CHARS_MAX} characters."));
    }
    if torn::is_argument(head, answers) {
        return Err("Its braces belong to a formula; a brace that is meant as text is written \\{ or \\}.".to_owned());
    }
    let mut prompt = prompt(head, tail);
    if prompt.trim().is_empty() {
        let title = title.ok_or("It has no text.")?;
        prompt = if format == Format::Plain { title.to_owned() } else { rich::escaped(title) };
    }
    remarks.extend(torn::formulas(rest));
    Ok(Draft { format, prompt, answers: answers.trim(), general: inside.into_iter().chain(after).collect(), remarks })
}

const UNMATCHED: &str = "Its braces do not match; a brace that is meant as text is written \\{ or \\}.";
/// Where feedback has its place.
const BELONGS: &str = "feedback belongs before the closing brace";

/// The answers, and what follows the last `####`, as Moodle divides them.
fn general<'t>(block: &'t str, remarks: &mut Vec<String>) -> (&'t str, Option<&'t str>) {
    let Some(at) = block.rfind("####") else { return (block, None) };
    let answers = &block[..at];
    if answers.contains("####") {
        remarks.push("“####” stands in its answers more than once; only what follows the last is general feedback.".to_owned());
    }
    (answers, Some(block[at + 4..].trim()).filter(|general| !general.is_empty()))
}

/// Whether each `####` begins a line, as a heading of Markdown does.
fn has_only_headings(text: &str) -> bool {
    let heading = |line: &str| line.trim_start().trim_start_matches('#').starts_with(' ');
    text.lines().all(|line| match line.find("####") {
        None => true,
        Some(at) => line[..at].trim().is_empty() && heading(line) && !line.trim_start().trim_start_matches('#').contains("####"),
    })
}

/// The text with [`FIELD`] where something of the sentence follows the answer block; a full stop after a finished sentence is none.
fn prompt(head: &str, tail: &str) -> String {
    let finished = head.trim_end().ends_with(['.', '?', '!', ':']);
    let stop = tail.trim().chars().all(|c| matches!(c, '.' | '?' | '!' | ';' | ','));
    if tail.trim().is_empty() || (finished && stop) { head.trim().to_owned() } else { format!("{head}{FIELD}{tail}").trim().to_owned() }
}

/// The format that a text names, and the text without the name.
pub(super) fn formatted(text: &str, otherwise: Format) -> (Format, &str) {
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
    /// The format of the question's text.
    pub format: Format,
    /// What the author should know.
    pub remarks: Vec<String>,
}

impl Texts {
    /// For a question whose text has this format, with what is to be remarked already.
    pub fn new(format: Format, remarks: Vec<String>) -> Self {
        let mut texts = Self { format, remarks: Vec::new() };
        remarks.into_iter().for_each(|remark| texts.remark(remark));
        texts
    }

    /// Adds a remark, once.
    pub fn remark(&mut self, remark: String) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// The question's text as blocks, [`FIELD`] still in it.
    pub fn prompt(&mut self, text: &str) -> Html {
        self.html(text, self.format, Setting::Block)
    }

    /// A choice or the left side of a pair.
    pub fn inline(&mut self, text: &str) -> Html {
        if let Some(remark) = torn::piece(text) {
            self.remark(remark);
        }
        self.own(text, Setting::Inline)
    }

    /// An answer that is compared with what is typed, or stands in a list: plain text, in one line. Tags and character references that
    /// somebody put there all the same are read, unless they are all that there is, or `[plain]` stands before them.
    pub fn plain(&mut self, text: &str) -> String {
        let (format, text) = formatted(text, self.format);
        let written = unmarked(&joined(text)).split_whitespace().collect::<Vec<_>>().join(" ");
        if format == Format::Plain {
            return written;
        }
        let words = rich::characters(&written).split_whitespace().collect::<Vec<_>>().join(" ");
        if words == written {
            return written;
        }
        if words.is_empty() {
            self.remark(format!("“{}” looks like HTML; it is compared as it was written.", shortened(&written)));
            return written;
        }
        self.remark(format!(
            "“{}” was read as HTML: what is compared is “{}”; if the HTML itself is to be typed, it needs [plain] before it.",
            shortened(&written),
            shortened(&words)
        ));
        words
    }

    /// Feedback.
    pub fn block(&mut self, text: &str) -> Html {
        self.own(text, Setting::Block)
    }

    /// Feedback, where there is any.
    pub fn feedback(&mut self, text: Option<&str>) -> Option<Html> {
        let html = self.block(text?);
        (!html.0.is_empty()).then_some(html)
    }

    fn own(&mut self, text: &str, place: Setting) -> Html {
        let (format, text) = formatted(text, self.format);
        // Within an answer, the lines of the file are only the author's margin; a line that is meant to end there ends in \n.
        match format {
            Format::Markdown => self.html(text, format, place),
            Format::Plain | Format::Moodle | Format::Html => self.html(&joined(text), format, place),
        }
    }

    fn html(&mut self, text: &str, format: Format, place: Setting) -> Html {
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
