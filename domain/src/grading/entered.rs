//! An answer as it was read for a question. No correction of the key changes how answers are read, so that one is read once, by however many keys it is graded.

use super::{
    Unreadable, normal,
    read::{Folding, Read, read},
    texts::Comparable,
};
use crate::content::{FieldKey, FieldKind, Input, Question, QuestionKey};
use std::cell::OnceCell;

/// An answer that was read.
#[derive(Debug)]
pub struct Entered<'i> {
    /// In order.
    pub(super) fields: Vec<Result<Read<'i>, Unreadable>>,
    /// In the form in which equal answers are equal, once that was asked for; none if a field cannot be read.
    comparable: OnceCell<Option<Vec<String>>>,
}

impl<'i> Entered<'i> {
    /// Reads an answer; none if it has not as many fields as the question and the key.
    pub(super) fn read(
        question: &Question,
        key: &QuestionKey,
        inputs: &'i [Input],
        decimal_comma: bool,
        texts: Comparable,
    ) -> Option<Self> {
        let count = question.fields.len();
        if count == 0 || inputs.len() != count || key.fields.len() != count {
            return None;
        }
        let fields = question.fields.iter().zip(&key.fields).zip(inputs).map(|((field, key), input)| {
            let folding = Folding::of(key, texts);
            if is_of(key, &field.kind) { read(&field.kind, input, folding, decimal_comma) } else { Err(Unreadable::Malformed) }
        });
        Some(Self { fields: fields.collect(), comparable: OnceCell::new() })
    }

    /// The answer in the form in which equal answers are equal; none if a field cannot be read.
    pub(super) fn comparable(&self, question: &Question, decimal_comma: bool) -> Option<&Vec<String>> {
        let made = self.comparable.get_or_init(|| {
            let fields = question.fields.iter().zip(&self.fields);
            fields.map(|(field, read)| normal::form(&field.kind, read.as_ref().ok()?, decimal_comma).ok()).collect()
        });
        made.as_ref()
    }
}

/// Whether the key is one of such a field.
fn is_of(key: &FieldKey, kind: &FieldKind) -> bool {
    match key {
        FieldKey::Number { .. } => matches!(kind, FieldKind::Number { .. }),
        FieldKey::Text { .. } => matches!(kind, FieldKind::Text),
        FieldKey::OneOf { .. } => matches!(kind, FieldKind::OneOf { .. }),
        FieldKey::ManyOf { .. } => matches!(kind, FieldKind::ManyOf { .. }),
        FieldKey::Match { .. } => matches!(kind, FieldKind::Match { .. }),
    }
}
