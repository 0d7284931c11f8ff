//! The lines of a GIFT file, divided into categories and questions; escaped characters are set aside as marks.

/// One entry of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The line on which it starts, from 1.
    pub line: usize,
    /// What it is.
    pub kind: Kind,
}

/// The kinds of entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A switch to the category of this path.
    Category(Vec<String>),
    /// A question, with marks, without comments; and what was torn from it on the way, in sentences.
    Question(String, Vec<String>),
}

/// Stands for the field within a question's text.
pub(super) const FIELD: char = '\u{e002}';

/// An escaped character is this plus its code, so that what follows can split at bare control characters.
const MARKS: u32 = 0xe100;

/// The characters that a backslash escapes.
const ESCAPABLE: &str = "~=#{}:\\";

/// The longest piece of a text that is quoted in a sentence, in characters.
const SHORT_CHARS_MAX: usize = 40;

/// Text with its marks read.
pub(super) fn unmarked(text: &str) -> String {
    text.chars().map(|c| u32::from(c).checked_sub(MARKS).filter(|code| *code < 128).and_then(char::from_u32).unwrap_or(c)).collect()
}

/// The entries of a file, in order.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    // Private-use characters are ours; foreign ones would be mistaken for marks.
    let text: String = text.chars().filter(|c| *c != '\u{feff}' && !('\u{e000}'..='\u{e1ff}').contains(c)).collect();
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    let mut reading = Reading::default();
    for (index, line) in lines.iter().enumerate() {
        let trimmed = line.trim();
        if is_comment(trimmed) {
            reading.pass_over(trimmed);
            continue;
        }
        if let Some(path) = trimmed.strip_prefix("$CATEGORY:") {
            reading.end();
            reading.entries.push(Entry { line: index + 1, kind: Kind::Category(category(path)) });
        } else if trimmed.is_empty() {
            // Files made by hand have blank lines between answers; a forgotten brace must not swallow the rest of the file.
            if reading.answering && closes(&lines[index..]) { reading.text.push('\n') } else { reading.end() }
        } else {
            if reading.answered && trimmed.starts_with("::") {
                reading.end();
            }
            reading.take(index + 1, line);
        }
    }
    reading.end();
    reading.entries
}

#[derive(Default)]
struct Reading {
    entries: Vec<Entry>,
    line: usize,
    text: String,
    /// An answer block is open.
    answering: bool,
    /// An answer block has been closed.
    answered: bool,
    /// Code is open: a fence of Markdown or an element of HTML.
    code: Code,
    /// What was taken for a comment and may be none.
    torn: Vec<String>,
}

/// Whether the lines read so far leave code open.
#[derive(Default)]
struct Code {
    fenced: bool,
    element: bool,
}

impl Code {
    fn take(&mut self, line: &str) {
        self.fenced ^= line.trim_start().starts_with("```");
        let line = line.to_ascii_lowercase();
        let last = |names: [&str; 2]| names.iter().filter_map(|name| line.rfind(name)).max();
        match (last(["<pre", "<code"]), last(["</pre", "</code"])) {
            (None, None) => {}
            (opened, closed) => self.element = opened > closed,
        }
    }

    fn is_open(&self) -> bool {
        self.fenced || self.element
    }
}

impl Reading {
    fn take(&mut self, number: usize, line: &str) {
        if self.text.is_empty() {
            self.line = number;
        }
        self.code.take(line);
        for c in marked(line).chars() {
            match c {
                '{' => self.answering = true,
                '}' => (self.answering, self.answered) = (false, true),
                _ => {}
            }
            self.text.push(c);
        }
        self.text.push('\n');
    }

    /// A line of comment: within code, or within the text of a question, it may have been meant as text.
    fn pass_over(&mut self, line: &str) {
        let in_text = !self.text.is_empty() && !self.answering && !self.answered;
        if in_text || self.code.is_open() {
            let line = shortened(line);
            self.torn.push(format!("A line that begins with “//” was taken for a comment and left out: “{line}”."));
        }
    }

    fn end(&mut self) {
        let text = std::mem::take(&mut self.text);
        let torn = std::mem::take(&mut self.torn);
        if !text.trim().is_empty() {
            self.entries.push(Entry { line: self.line, kind: Kind::Question(text, torn) });
        }
        (self.answering, self.answered, self.code) = (false, false, Code::default());
    }
}

/// The start of a text, for a sentence about it.
pub(super) fn shortened(text: &str) -> String {
    let text = unmarked(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > SHORT_CHARS_MAX { text.chars().take(SHORT_CHARS_MAX).chain(['…']).collect() } else { text }
}

fn is_comment(trimmed: &str) -> bool {
    trimmed.starts_with("//")
}

/// Whether an open answer block is closed in these lines before anything else begins.
fn closes(lines: &[&str]) -> bool {
    let begins = |line: &&str| line.trim().starts_with("$CATEGORY:") || line.trim().starts_with("::");
    let mut brace = lines.iter().filter(|line| !is_comment(line.trim())).take_while(|line| !begins(line)).filter_map(|line| {
        let marked = marked(line);
        marked.chars().find(|c| matches!(c, '{' | '}'))
    });
    brace.next() == Some('}')
}

/// The line with marks for escaped characters; other backslashes stay, as in `\(`.
fn marked(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = if c == '\\' { chars.next_if(|next| *next == 'n' || ESCAPABLE.contains(*next)) } else { None };
        out.push(match escaped {
            None => c,
            Some('n') => mark('\n'),
            Some(control) => mark(control),
        });
    }
    out
}

/// What stands for an escaped character.
pub(super) fn mark(c: char) -> char {
    char::from_u32(MARKS + u32::from(c)).expect("an ASCII character's mark is in the private use area")
}

/// The parts of a category's path, without Moodle's own top: `$course$/top/`. Two slashes are one slash in a name.
fn category(path: &str) -> Vec<String> {
    let path = unmarked(&marked(path)).replace("//", "\u{e003}");
    let mut parts: Vec<String> =
        path.split('/').map(|part| part.replace('\u{e003}', "/").trim().to_owned()).filter(|part| !part.is_empty()).collect();
    if parts.first().is_some_and(|first| first.len() > 1 && first.starts_with('$') && first.ends_with('$')) {
        parts.remove(0);
        if parts.first().is_some_and(|first| first == "top") {
            parts.remove(0);
        }
    }
    parts
}
