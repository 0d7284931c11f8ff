//! The right answer of a field as something to show, and to enter.

use super::{normal, numbers, texts, ways};
use crate::content::{FieldKey, FieldKind, Html, Input};

/// An answer to show as the right one, which is right when it is entered as it stands: the first that the key names, if it can be entered.
/// None where nothing that can be entered is right.
pub fn to_show(kind: &FieldKind, key: &FieldKey, decimal_comma: bool) -> Option<Input> {
    match (key, kind) {
        (FieldKey::Number { accepted, form, unit, .. }, FieldKind::Number { .. }) => {
            ways::right(accepted, *form, *unit, kind, decimal_comma).map(Input::Text)
        }
        (FieldKey::Text { accepted, case, ignore_accents, .. }, FieldKind::Text) => {
            texts::right(accepted, *case, *ignore_accents).map(Input::Text)
        }
        (FieldKey::OneOf { right, .. }, FieldKind::OneOf { .. }) => Some(Input::Chosen(vec![*right])),
        (FieldKey::ManyOf { right, .. }, FieldKind::ManyOf { .. }) => Some(Input::Chosen(right.iter().copied().collect())),
        (FieldKey::Match { right }, FieldKind::Match { .. }) => Some(Input::Chosen(right.clone())),
        (
            FieldKey::Number { .. } | FieldKey::Text { .. } | FieldKey::OneOf { .. } | FieldKey::ManyOf { .. } | FieldKey::Match { .. },
            _,
        ) => None,
    }
}

/// The right answer as the page shows it; what cannot be entered as it is written in the key.
pub(super) fn right(kind: &FieldKind, key: &FieldKey, decimal_comma: bool) -> Html {
    let listed = |items: Vec<String>| {
        let items: String = items.into_iter().map(|item| format!("<li>{item}</li>")).collect();
        Html(format!("<ul>{items}</ul>"))
    };
    let choice = |choices: &[Html], index: u16| choices.get(usize::from(index)).cloned().unwrap_or_default();
    match (to_show(kind, key, decimal_comma), kind) {
        (Some(Input::Text(text)), _) => Html::of_plain(&text),
        (None, _) => Html::of_plain(&as_written(key, decimal_comma)),
        (Some(Input::Chosen(chosen)), FieldKind::OneOf { choices }) => {
            chosen.first().map_or_else(Html::default, |index| choice(choices, *index))
        }
        (Some(Input::Chosen(chosen)), FieldKind::ManyOf { choices }) => {
            listed(chosen.iter().map(|index| choice(choices, *index).0).collect())
        }
        (Some(Input::Chosen(chosen)), FieldKind::Match { left, right }) => {
            let text = |index: &u16| right.get(usize::from(*index)).map_or("", String::as_str);
            listed(left.iter().zip(&chosen).map(|(left, index)| format!("{} {}", left.0, Html::of_plain(text(index)).0)).collect())
        }
        (Some(Input::Chosen(_)), FieldKind::Number { .. } | FieldKind::Text) => Html::default(),
    }
}

fn as_written(key: &FieldKey, decimal_comma: bool) -> String {
    match key {
        FieldKey::Number { accepted, unit, .. } => {
            let number = accepted.first().map(|first| normal::shown(&numbers::wanted(first), true, decimal_comma));
            number.unwrap_or_default() + &unit.map_or(String::new(), |unit| format!(" {unit}"))
        }
        FieldKey::Text { accepted, .. } => accepted.first().map_or(String::new(), |pattern| texts::unescaped(pattern)),
        FieldKey::OneOf { .. } | FieldKey::ManyOf { .. } | FieldKey::Match { .. } => String::new(),
    }
}
