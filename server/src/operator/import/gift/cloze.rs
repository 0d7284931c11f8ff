//! Cloze, Moodle's other format with braces: `{1:SHORTANSWER:=ago}` is a gap of it, and no answer of GIFT.

use super::source::unmarked;

/// The kinds of gap, as Moodle names them and abbreviates them.
const KINDS: &[&str] = &[
    "SHORTANSWER",
    "SA",
    "MW",
    "SHORTANSWER_C",
    "SAC",
    "MWC",
    "NUMERICAL",
    "NM",
    "MULTICHOICE",
    "MC",
    "MULTICHOICE_S",
    "MCS",
    "MULTICHOICE_V",
    "MCV",
    "MULTICHOICE_VS",
    "MCVS",
    "MULTICHOICE_H",
    "MCH",
    "MULTICHOICE_HS",
    "MCHS",
    "MULTIRESPONSE",
    "MR",
    "MULTIRESPONSE_S",
    "MRS",
    "MULTIRESPONSE_H",
    "MRH",
    "MULTIRESPONSE_HS",
    "MRHS",
    "REGEXP",
    "RX",
    "REGEXP_C",
    "RXC",
];

/// How far behind a brace the name of the kind stands at most, in characters.
const HEAD_CHARS_MAX: usize = 60;

/// Whether one of the braces in the text opens a gap of Cloze.
pub(super) fn has_gap(text: &str) -> bool {
    text.split('{').skip(1).any(opens_gap)
}

/// Marks (perhaps), a colon, the kind, a colon. A plugin's kind is told by its capitals.
fn opens_gap(block: &str) -> bool {
    let head: String = block.chars().take(HEAD_CHARS_MAX).collect();
    let head = unmarked(&head);
    let mut parts = head.splitn(3, ':').map(str::trim);
    let (Some(marks), Some(kind), Some(_)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let is_known = KINDS.contains(&kind.to_ascii_uppercase().as_str());
    let is_named = !marks.is_empty() && kind.len() > 1 && kind.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    marks.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && (is_known || is_named)
}
