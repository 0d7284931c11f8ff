//! The right answer of a field as something to show, where there is no worked-out answer that says it.

use super::{normal, numbers};
use crate::content::{FieldKey, FieldKind, Html};

/// The first right answer.
pub(super) fn right(kind: &FieldKind, key: &FieldKey, decimal_comma: bool) -> Html {
    let listed = |items: Vec<String>| {
        let items: String = items.into_iter().map(|item| format!("<li>{item}</li>")).collect();
        Html(format!("<ul>{items}</ul>"))
    };
    let choice = |choices: &[Html], index: u16| choices.get(usize::from(index)).cloned().unwrap_or_default();
    match (key, kind) {
        (FieldKey::Number { accepted, unit, .. }, FieldKind::Number { notation, .. }) => {
            let number = accepted.first().map(|first| normal::shown(&numbers::wanted(first), notation.fraction, decimal_comma));
            let unit = unit.map_or(String::new(), |unit| format!(" {unit}"));
            Html::of_plain(&format!("{}{unit}", number.unwrap_or_default()))
        }
        (FieldKey::Text { accepted, .. }, FieldKind::Text) => {
            Html::of_plain(&accepted.first().map_or(String::new(), |pattern| pattern.replace("\\*", "*")))
        }
        (FieldKey::OneOf { right, .. }, FieldKind::OneOf { choices }) => choice(choices, *right),
        (FieldKey::ManyOf { right, .. }, FieldKind::ManyOf { choices }) => {
            listed(right.iter().map(|index| choice(choices, *index).0).collect())
        }
        (FieldKey::Match { right: matches }, FieldKind::Match { left, right }) => {
            let text = |index: &u16| right.get(usize::from(*index)).map_or("", String::as_str);
            listed(left.iter().zip(matches).map(|(left, index)| format!("{} {}", left.0, Html::of_plain(text(index)).0)).collect())
        }
        (
            FieldKey::Number { .. } | FieldKey::Text { .. } | FieldKey::OneOf { .. } | FieldKey::ManyOf { .. } | FieldKey::Match { .. },
            _,
        ) => Html::default(),
    }
}
