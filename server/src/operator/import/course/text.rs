//! A question's text: Markdown in which `[[1]]` stands for the first field, made into blocks.

use crate::operator::import::rich::{markdown, markdown_inline};
use domain::content::{Block, Field, FieldKind, Html, Piece};
use pulldown_cmark::{Event, Options, Parser, Tag};
use std::{collections::BTreeSet, ops::Range};

/// While the Markdown is made into HTML, a placeholder is its number between these two: private characters that mean nothing to either.
const OPEN: char = '\u{F8FE}';
const CLOSE: char = '\u{F8FF}';

/// The blocks of a text. Fields that the text does not place stand beneath it, in order.
pub(super) fn body(text: &str, fields: &[Field]) -> Result<Vec<Block>, Vec<String>> {
    let marked = mark(text);
    let mut placement = Placement { fields, placed: BTreeSet::new(), problems: Vec::new() };
    let mut body = Vec::new();
    let mut plain: Option<Range<usize>> = None;
    for block in blocks(&marked) {
        if !marked[block.range.clone()].contains(OPEN) {
            plain = Some(plain.map_or(block.range.start, |range| range.start)..block.range.end);
            continue;
        }
        body.extend(plain.take().map(|range| Block::Html(markdown(&marked[range]))));
        match block.refused {
            Some(place) => placement.problems.push(format!("a placeholder stands inside {place}: move it into a paragraph's own text")),
            None => body.extend(placement.line(&marked[block.range])),
        }
    }
    body.extend(plain.map(|range| Block::Html(markdown(&marked[range]))));
    body.extend((0..fields.len()).filter(|field| !placement.placed.contains(field)).map(Block::Field));
    if placement.problems.is_empty() { Ok(body) } else { Err(placement.problems) }
}

/// The text with its placeholders marked by the private characters.
fn mark(text: &str) -> String {
    let mut marked = String::new();
    let clean = text.replace([OPEN, CLOSE], "");
    let mut rest = clean.as_str();
    while let Some((before, after)) = rest.split_once("[[") {
        marked.push_str(before);
        match after.split_once("]]").filter(|(number, _)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())) {
            Some((number, after)) => {
                marked.extend([OPEN]);
                marked.push_str(number);
                marked.extend([CLOSE]);
                rest = after;
            }
            None => {
                marked.push_str("[[");
                rest = after;
            }
        }
    }
    marked.push_str(rest);
    marked
}

/// A block at the top level of the text.
struct TopBlock {
    range: Range<usize>,
    /// What a placeholder stands in that cannot have fields.
    refused: Option<&'static str>,
}

fn blocks(marked: &str) -> Vec<TopBlock> {
    let mut blocks: Vec<TopBlock> = Vec::new();
    let mut depth = 0;
    for (event, range) in Parser::new_ext(marked, Options::ENABLE_MATH | Options::ENABLE_TABLES).into_offset_iter() {
        let place = match &event {
            Event::Start(Tag::Paragraph) => None,
            Event::Start(tag) => Some(name(tag)),
            Event::Code(_) => Some("code"),
            Event::InlineMath(_) | Event::DisplayMath(_) => Some("a formula"),
            Event::Html(_) | Event::InlineHtml(_) => Some("HTML"),
            _ => None,
        };
        if depth == 0 && !matches!(event, Event::End(_)) {
            blocks.push(TopBlock { range: range.clone(), refused: None });
        }
        if let (Some(block), Some(place)) = (blocks.last_mut(), place)
            && marked[if matches!(event, Event::InlineHtml(_)) { block.range.clone() } else { range }].contains(OPEN)
        {
            // The innermost one says best what is wrong. A tag of HTML stands for itself only, and its end somewhere else.
            block.refused = Some(place);
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    blocks
}

fn name(tag: &Tag<'_>) -> &'static str {
    match tag {
        Tag::Heading { .. } => "a heading",
        Tag::List(_) | Tag::Item => "a list",
        Tag::BlockQuote(_) => "a quotation",
        Tag::CodeBlock(_) => "code",
        Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell => "a table",
        Tag::Emphasis | Tag::Strong => "emphasis",
        Tag::Link { .. } | Tag::Image { .. } => "a link",
        _ => "markup",
    }
}

/// Which fields have found their place so far, and what went wrong.
struct Placement<'f> {
    fields: &'f [Field],
    placed: BTreeSet<usize>,
    problems: Vec<String>,
}

impl Placement<'_> {
    /// A paragraph with placeholders in it; nothing for one that is wrong.
    fn line(&mut self, marked: &str) -> Option<Block> {
        // The paragraph is rendered whole and split afterwards, so that spaces around fields stay and a piece that begins
        // with a minus does not become a list.
        let Html(html) = markdown_inline(marked.trim());
        if [OPEN, CLOSE].iter().any(|mark| html.matches(*mark).count() != marked.matches(*mark).count()) {
            self.problems.push("a placeholder is lost in the markup around it: write the paragraph more plainly".to_owned());
            return None;
        }
        let mut parts = html.split(OPEN);
        let mut pieces: Vec<Piece> = parts.next().and_then(piece).into_iter().collect();
        for part in parts {
            let (number, after) = part.split_once(CLOSE)?;
            pieces.push(Piece::Field(self.place(number)?));
            pieces.extend(piece(after));
        }
        if let [Piece::Field(field)] = pieces[..] {
            return Some(Block::Field(field));
        }
        for piece in &pieces {
            if let Piece::Field(field) = piece
                && !matches!(self.fields[*field].kind, FieldKind::Number { .. } | FieldKind::Text)
            {
                self.problems.push(format!("[[{}]] is not a number or a text: give it a paragraph of its own", field + 1));
            }
        }
        Some(Block::Line(pieces))
    }

    fn place(&mut self, number: &str) -> Option<usize> {
        let field = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).filter(|field| *field < self.fields.len());
        let Some(field) = field else {
            self.problems.push(format!("[[{number}]] has no field: there are {}, counted from 1", self.fields.len()));
            return None;
        };
        if !self.placed.insert(field) {
            self.problems.push(format!("[[{number}]] stands in the text more than once: leave one"));
            return None;
        }
        Some(field)
    }
}

fn piece(html: &str) -> Option<Piece> {
    (!html.is_empty()).then(|| Piece::Html(Html(html.to_owned())))
}
