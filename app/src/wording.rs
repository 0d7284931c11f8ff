//! Questions and answers in plain words, for sentences about them.

use crate::{markup, texts::texts};
use domain::{
    content::{Block, Field, FieldKind, Input, Piece, Question},
    grading::bounds::shortened_input,
};

/// A question in plain words: its text, with a gap for each field.
pub fn prompt(question: &Question) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Html(html) => html.0.clone(),
        Piece::Field(_) => "…".to_owned(),
    };
    let block = |block: &Block| match block {
        Block::Html(html) => html.0.clone(),
        Block::Line(pieces) => pieces.iter().map(piece).collect(),
        Block::Field(_) => String::new(),
    };
    markup::words(&question.body.iter().map(block).collect::<Vec<_>>().join(" "))
}

/// What was entered into a field, in plain words.
pub fn in_words(field: Option<&Field>, input: &Input) -> String {
    let nth = |index: &u16| (texts().nth_choice)(usize::from(*index) + 1);
    let text = match (input, field.map(|field| &field.kind)) {
        (Input::Text(text), _) => text.clone(),
        (Input::Chosen(chosen), Some(FieldKind::OneOf { choices } | FieldKind::ManyOf { choices })) => {
            let name = |index: &u16| choices.get(usize::from(*index)).map_or_else(|| nth(index), |html| markup::words(&html.0));
            chosen.iter().map(name).collect::<Vec<_>>().join(", ")
        }
        (Input::Chosen(chosen), Some(FieldKind::Match { left, right })) => {
            let name = |(html, index): (&domain::content::Html, &u16)| {
                let right = right.get(usize::from(*index)).map_or(texts().nothing_entered, String::as_str);
                (texts().pair)(&markup::words(&html.0), right)
            };
            left.iter().zip(chosen).map(name).collect::<Vec<_>>().join("\n")
        }
        (Input::Chosen(chosen), Some(FieldKind::Number { .. } | FieldKind::Text) | None) => {
            chosen.iter().map(nth).collect::<Vec<_>>().join(", ")
        }
    };
    if text.trim().is_empty() { texts().nothing_entered.to_owned() } else { text }
}

/// A whole answer in plain words; the beginning of what is longer than answers may be.
pub fn answer(question: Option<&Question>, inputs: &[Input]) -> String {
    let field = |index: usize| question.and_then(|question| question.fields.get(index));
    inputs.iter().enumerate().map(|(index, input)| in_words(field(index), &shortened_input(input))).collect::<Vec<_>>().join("; ")
}

/// The beginning of a text, where it is longer than a line.
pub fn beginning(text: &str) -> String {
    const CHARS_MAX: usize = 90;
    if text.chars().count() <= CHARS_MAX { text.to_owned() } else { text.chars().take(CHARS_MAX - 1).chain(['…']).collect() }
}
