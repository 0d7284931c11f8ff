//! A question's text as blocks, with the field in its sentence where it can stand there.

use super::source::FIELD;
use crate::operator::import::rich::{
    is_block,
    markup::{Token, tokens},
};
use domain::content::{Block, Html, Piece};

/// What stands in a sentence for something that is filled in below it.
const BLANK: &str = "_____";

/// The text, and the one field of the question: within the sentence if it may be there and was, else below.
pub(super) fn body(html: &Html, may_be_inline: bool) -> Vec<Block> {
    if may_be_inline && let Some(blocks) = with_field(&html.0) {
        return blocks;
    }
    vec![Block::Html(Html(html.0.replace(FIELD, BLANK))), Block::Field(0)]
}

/// The paragraph with the field becomes a line, and what comes before and after it stays. None where there is no field, or it stands deeper
/// than in a paragraph: in a list, a table, an attribute.
fn with_field(html: &str) -> Option<Vec<Block>> {
    let mut open: Vec<(&str, &str)> = Vec::new();
    let (mut at, mut start) = (0, 0);
    let mut found: Option<(usize, Vec<(&str, &str)>)> = None;
    for token in tokens(html) {
        match token {
            Token::Text(text) => {
                if let Some(offset) = text.find(FIELD) {
                    let in_paragraph = open.iter().enumerate().all(|(depth, (name, _))| !is_block(name) || (depth == 0 && *name == "p"));
                    let flows = !open.iter().any(|(name, _)| matches!(*name, "math" | "code" | "a"));
                    if found.is_some() || !in_paragraph || !flows {
                        return None;
                    }
                    found = Some((at + offset, open.clone()));
                }
                at += text.len();
            }
            Token::Tag(tag) => {
                let boundary = is_block(tag.name);
                if let (true, Some((field, within))) = (boundary, &found) {
                    return Some(blocks(html, start, at, *field, within));
                }
                at += tag.whole.len();
                if boundary {
                    start = at;
                }
                if tag.closes {
                    open.pop();
                } else if !matches!(tag.name, "br" | "hr" | "wbr" | "img") {
                    open.push((tag.name, tag.whole));
                }
            }
        }
    }
    let (field, within) = found?;
    Some(blocks(html, start, html.len(), field, &within))
}

/// `start..end` is the line's inner HTML; `open` are the elements that the field stands in.
fn blocks(html: &str, start: usize, end: usize, field: usize, open: &[(&str, &str)]) -> Vec<Block> {
    let inline = || open.iter().filter(|(name, _)| !is_block(name));
    let closing: String = inline().rev().map(|(name, _)| format!("</{name}>")).collect();
    let opening: String = inline().map(|(_, whole)| *whole).collect();
    // The paragraph's own tags go with it.
    let paragraph = open.iter().find(|(name, _)| is_block(name)).map_or("", |(_, whole)| *whole);
    let before = html[..start].strip_suffix(paragraph).unwrap_or_default();
    let after = if paragraph.is_empty() { &html[end..] } else { html[end..].strip_prefix("</p>").unwrap_or(&html[end..]) };
    let pieces = [
        (!html[start..field].trim().is_empty()).then(|| Piece::Html(Html(format!("{}{closing}", &html[start..field])))),
        Some(Piece::Field(0)),
        Some(&html[field + FIELD.len_utf8()..end])
            .filter(|rest| !rest.trim().is_empty())
            .map(|rest| Piece::Html(Html(format!("{opening}{rest}")))),
    ];
    let block = |html: &str| (!html.trim().is_empty()).then(|| Block::Html(Html(html.trim().to_owned())));
    [block(before), Some(Block::Line(pieces.into_iter().flatten().collect())), block(after)].into_iter().flatten().collect()
}
