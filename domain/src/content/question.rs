//! A question as the student sees it: text with fields in it. It has no key, so no bug can send one.

use super::{Field, FieldKind};
use crate::ids::{ContentHash, QuestionId};
use serde::{Deserialize, Serialize};

/// Sanitised HTML (with MathML), made only where content enters the system; shown as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Html(pub String);

impl Html {
    /// A paragraph that shows a plain text as it was typed, line by line: the one place where plain text becomes HTML.
    pub fn of_plain(text: &str) -> Self {
        let mut html = String::from("<p>");
        for (index, line) in text.trim().lines().enumerate() {
            html.push_str(if index > 0 { "<br>" } else { "" });
            for c in line.chars() {
                match c {
                    '&' => html.push_str("&amp;"),
                    '<' => html.push_str("&lt;"),
                    '>' => html.push_str("&gt;"),
                    '"' => html.push_str("&quot;"),
                    '\'' => html.push_str("&#39;"),
                    other => html.push(other),
                }
            }
        }
        Self(html + "</p>")
    }
}

/// One question of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The same question in every edition.
    pub id: QuestionId,
    /// The text in reading order; each field is placed exactly once.
    pub body: Vec<Block>,
    /// What is to be filled in, in order; [`Piece::Field`] and [`Block::Field`] point into it.
    pub fields: Vec<Field>,
    /// What may be used; nothing said means paper only.
    #[serde(default, skip_serializing_if = "Tools::is_plain")]
    pub tools: Tools,
}

/// A block of a question's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// Block-level HTML without fields.
    Html(Html),
    /// A paragraph with fields in it.
    Line(Vec<Piece>),
    /// A field that stands alone: choices, a matching table, or an answer line under the text.
    Field(usize),
}

/// A piece of a [`Block::Line`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    /// Inline HTML.
    Html(Html),
    /// The field with this index: a number or a text field.
    Field(usize),
}

/// The tools that a question allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tools {
    /// A calculator may be used.
    pub calculator: bool,
}

impl Tools {
    fn is_plain(&self) -> bool {
        !self.calculator
    }
}

impl Question {
    /// A hash of all its choices in their order: where it is equal, the same places mean the same choices.
    pub fn choices(&self) -> ContentHash {
        let mut all = String::new();
        for field in &self.fields {
            let (left, right): (&[Html], Vec<&str>) = match &field.kind {
                FieldKind::Number { .. } | FieldKind::Text => (&[], Vec::new()),
                FieldKind::OneOf { choices } | FieldKind::ManyOf { choices } => (choices, Vec::new()),
                FieldKind::Match { left, right } => (left, right.iter().map(String::as_str).collect()),
            };
            for choice in left.iter().map(|html| html.0.as_str()).chain(right) {
                all.push_str(choice);
                all.push('\u{1f}');
            }
            all.push('\u{1e}');
        }
        ContentHash::of(all.as_bytes())
    }

    /// Whether every field is placed exactly once and no placement points past the fields.
    pub fn places_each_field_once(&self) -> bool {
        let mut placed: Vec<usize> = Vec::new();
        for block in &self.body {
            match block {
                Block::Html(_) => {}
                Block::Field(field) => placed.push(*field),
                Block::Line(pieces) => placed.extend(pieces.iter().filter_map(|piece| match piece {
                    Piece::Field(field) => Some(*field),
                    Piece::Html(_) => None,
                })),
            }
        }
        placed.sort_unstable();
        !self.fields.is_empty() && placed.into_iter().eq(0..self.fields.len())
    }
}
