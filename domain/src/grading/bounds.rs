//! How long an answer may be: long enough for whatever is shown as right, and so short that grading it takes no time.

use crate::content::{FieldKey, Input};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// The most characters that are typed into a field. All the digits that a number may have fit, however they are written.
pub const ANSWER_CHARS_MAX: usize = 500;

/// No byte becomes more characters than this in NFKC: U+FDFA has three, and becomes eighteen characters.
const EXPANSION_MAX: usize = 6;

/// The most characters that may be typed into a field with this key. A right answer that is longer makes room for itself, so that it can be
/// entered.
pub fn chars_max(key: &FieldKey) -> usize {
    match key {
        FieldKey::Text { accepted, .. } => accepted.iter().map(|pattern| length(pattern)).fold(ANSWER_CHARS_MAX, usize::max),
        FieldKey::Number { .. } | FieldKey::OneOf { .. } | FieldKey::ManyOf { .. } | FieldKey::Match { .. } => ANSWER_CHARS_MAX,
    }
}

/// A text as it is counted and shown among others: its beginning, where it is longer than answers usually may be. Earlier builds took answers of any
/// length, and what is drawn and compared by the thousand must not be as long as somebody likes.
pub fn shortened(text: &str) -> Cow<'_, str> {
    let cut = if text.len() > ANSWER_CHARS_MAX { text.char_indices().nth(ANSWER_CHARS_MAX) } else { None };
    cut.map_or(Cow::Borrowed(text), |(end, _)| Cow::Owned(format!("{}…", &text[..end])))
}

/// The same of what was put into a field.
pub fn shortened_input(input: &Input) -> Input {
    match input {
        Input::Text(text) => Input::Text(shortened(text).into_owned()),
        Input::Chosen(chosen) => Input::Chosen(chosen.clone()),
    }
}

/// Whether a text has more characters than this, as it is or in the form in which texts are compared, where one character may become eighteen.
pub(super) fn is_longer(text: &str, most: usize) -> bool {
    if text.is_ascii() {
        text.len() > most
    } else {
        text.len() > most / EXPANSION_MAX && (text.chars().nth(most).is_some() || text.nfkc().nth(most).is_some())
    }
}

/// The length of a text: as browsers count, to whom the rarest characters are 2, or in the form in which texts are compared, if that is longer.
pub(super) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count().max(text.nfkc().count()) }
}
