//! Reads what was put into one field, before any key says whether it is right.

use super::{
    ReadNumber, Unreadable, characters, reading,
    texts::{self, Comparable},
};
use crate::content::{FieldKey, FieldKind, Input};

/// What was put into one field, as it was read.
#[derive(Debug)]
pub(super) enum Read<'i> {
    /// A number.
    Number(ReadNumber),
    /// A text in the form in which texts are compared.
    Text(String),
    /// Indices as they were sent: whether there are such choices has not been looked at.
    Chosen(&'i [u16]),
}

/// What does not count in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folding {
    case: bool,
    ignore_accents: bool,
    comparable: Comparable,
}

impl Folding {
    /// Where no key says otherwise.
    pub(super) const USUAL: Self = Self { case: false, ignore_accents: false, comparable: characters::comparable };

    /// As the key says.
    pub(super) fn of(key: &FieldKey, comparable: Comparable) -> Self {
        match key {
            FieldKey::Text { case, ignore_accents, .. } => Self { case: *case, ignore_accents: *ignore_accents, comparable },
            FieldKey::Number { .. } | FieldKey::OneOf { .. } | FieldKey::ManyOf { .. } | FieldKey::Match { .. } => Self::USUAL,
        }
    }
}

/// Reads what was put into a field of this kind.
pub(super) fn read<'i>(kind: &FieldKind, input: &'i Input, folding: Folding, decimal_comma: bool) -> Result<Read<'i>, Unreadable> {
    match (kind, input) {
        (FieldKind::Number { .. }, Input::Text(text)) => reading(text, kind, decimal_comma).map(Read::Number),
        (FieldKind::Text, Input::Text(text)) => texts::read(text, folding.case, folding.ignore_accents, folding.comparable).map(Read::Text),
        (FieldKind::OneOf { .. } | FieldKind::ManyOf { .. } | FieldKind::Match { .. }, Input::Chosen(chosen)) => Ok(Read::Chosen(chosen)),
        (
            FieldKind::Number { .. } | FieldKind::Text | FieldKind::OneOf { .. } | FieldKind::ManyOf { .. } | FieldKind::Match { .. },
            Input::Text(_) | Input::Chosen(_),
        ) => Err(Unreadable::Malformed),
    }
}
