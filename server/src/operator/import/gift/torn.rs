//! What GIFT's signs tear that their author meant as one: formulas, tags and code with `=`, `#` or `\n` in them. It is read as Moodle
//! reads it; the sentences say what was torn.

use super::{
    answers::{Given, truth},
    source::{mark, shortened, unmarked},
};

/// Commands of LaTeX that begin with n and cannot be the start of a word behind a line end.
const COMMANDS: &[&str] = &[
    "abla",
    "cong",
    "eg",
    "eq",
    "exists",
    "geq",
    "geqslant",
    "gtr",
    "leftarrow",
    "leq",
    "leqslant",
    "less",
    "mid",
    "olimits",
    "otin",
    "parallel",
    "prec",
    "rightarrow",
    "subseteq",
    "succ",
    "u",
    "vdash",
    "warrow",
];

/// Those that may be one: torn where a formula stands around them.
const AMBIGUOUS: &[&str] = &["atural", "e", "earrow", "ewline", "i", "onumber", "ot", "ull"];

/// What the backslashes of a question tore from its formulas, before its marks are read.
pub(super) fn formulas(text: &str) -> Vec<String> {
    let in_formula = text.contains('$') || text.contains("\\(") || text.contains("\\[");
    let mut torn = Vec::new();
    for piece in text.split(mark('\n')).skip(1) {
        let name: &str = &piece[..piece.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(piece.len())];
        if COMMANDS.contains(&name) || (in_formula && AMBIGUOUS.contains(&name)) {
            torn.push(format!("“\\n” ends a line, also in “\\n{name}”; a backslash that is meant as one is written \\\\."));
        }
    }
    if in_formula && text.match_indices(mark('\\')).any(|(at, one)| ends_row(&text[at + one.len()..])) && text.contains("\\begin") {
        torn.push("“\\\\” is one backslash, also at the end of a row of a formula, where \\\\\\\\ is to be written.".to_owned());
    }
    torn.dedup();
    torn
}

fn ends_row(after: &str) -> bool {
    after.starts_with(char::is_whitespace) || after.is_empty()
}

/// Whether the block is an argument of a command of LaTeX, and no answers: `\sqrt{2}`.
pub(super) fn is_argument(head: &str, block: &str) -> bool {
    let block = block.trim();
    let name = head.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let of_command = name.len() < head.len() && name.ends_with('\\');
    let of_index = head.ends_with(['^', '_']) && !head.ends_with("__") && head.contains(['$', '\\']);
    let of_answers = block.is_empty() || block.contains(['=', '~']) || block.starts_with('#') || truth(block).is_some();
    (of_command || of_index) && !of_answers
}

/// A piece of an answer that ends in the midst of a formula or a tag.
pub(super) fn piece(text: &str) -> Option<String> {
    let plain = unmarked(text);
    let count = |what: &str| plain.matches(what).count();
    let of_formula = count("\\(") != count("\\)") || count("\\[") != count("\\]") || count("$$") % 2 == 1;
    let of_tag = plain.rfind('<').is_some_and(|at| {
        let rest = &plain[at + 1..];
        !rest.contains('>') && rest.starts_with(|c: char| c.is_ascii_alphabetic()) && rest.contains(char::is_whitespace)
    });
    (of_formula || of_tag).then(|| {
        format!(
            "“{}” is only part of a {}; an “=”, “~” or “#” in it that is meant as text is written \\=, \\~ or \\#.",
            shortened(text),
            if of_formula { "formula" } else { "tag" }
        )
    })
}

/// What was torn from an answer by its own signs.
pub(super) fn answer(given: &Given<'_>) -> Vec<String> {
    let mut torn: Vec<String> = given.torn.iter().cloned().collect();
    if given.bare && given.weight.is_none() {
        let text = shortened(given.text);
        torn.push(format!("The “#” behind “{text}” begins feedback, and there is none; if it is part of the answer, it is written \\#."));
    }
    if given.feedback.is_some_and(|feedback| feedback.starts_with('#')) {
        let text = shortened(given.text);
        torn.push(format!("The first “#” behind “{text}” begins its feedback, which now begins with another; as text it is written \\#."));
    }
    torn
}

/// The words of true and false where they are no answer to true or false.
pub(super) fn truths(answers: &str) -> Option<String> {
    let words: Vec<&str> =
        answers.split(|c: char| c.is_whitespace() || matches!(c, '/' | ',' | ';' | '|')).filter(|w| !w.is_empty()).collect();
    let all = words.len() > 1 && words.iter().all(|word| truth(word).is_some());
    all.then(|| format!("“{}” is not one of TRUE and FALSE, so it was taken for an answer that is typed.", shortened(answers)))
}
