//! Answers in words, as teachers look at them: what was entered, what is right, and what a correction says of it.

use crate::{markup, texts::texts, wording::in_words};
use domain::{
    content::{Accepted, Field, FieldKey, FieldKind, Form, Html, Input, Measure, Number, Question, Right, Tolerance},
    grading::{self, bounds::shortened_input},
};

/// The most decimals that a number is written out with.
const DECIMALS_MAX: usize = 6;

/// A true minus sign.
const MINUS: &str = "\u{2212}";

/// A whole answer on one line; where there are several fields, each with its name.
pub fn entered(question: &Question, inputs: &[Input]) -> String {
    let of = |(index, input): (usize, &Input)| {
        let field = question.fields.get(index);
        let words = in_words(field, &shortened_input(input)).replace('\n', "; ");
        field.filter(|_| question.fields.len() > 1).map_or_else(|| words.clone(), |field| format!("{}: {words}", field.label))
    };
    inputs.iter().enumerate().map(of).collect::<Vec<_>>().join(" · ")
}

/// A normalised answer on one line: choices stand in it as their indices.
pub fn normalised(question: &Question, answer: &[String]) -> String {
    let input = |(field, text): (&Field, &String)| match &field.kind {
        FieldKind::Number { .. } | FieldKind::Text => Input::Text(text.clone()),
        kind @ (FieldKind::OneOf { .. } | FieldKind::ManyOf { .. } | FieldKind::Match { .. }) => {
            Input::Chosen(grading::indices(kind, text).unwrap_or_default())
        }
    };
    entered(question, &question.fields.iter().zip(answer).map(input).collect::<Vec<_>>())
}

/// A choice, by its text.
pub fn choice(choices: &[Html], index: u16) -> String {
    let nth = || (texts().nth_choice)(usize::from(index) + 1);
    choices.get(usize::from(index)).map_or_else(nth, |html| markup::words(&html.0))
}

fn pairs(left: &[Html], right: &[String], chosen: &[u16]) -> Vec<String> {
    let name = |(html, index): (&Html, &u16)| {
        let right = right.get(usize::from(*index)).map_or(texts().nothing_entered, String::as_str);
        (texts().pair)(&markup::words(&html.0), right)
    };
    left.iter().zip(chosen).map(name).collect()
}

/// What is right in one field: the part of its key that decides.
pub fn right_of(key: &FieldKey) -> Right {
    match key {
        FieldKey::Number { accepted, form, .. } => Right::Number { accepted: accepted.clone(), form: *form },
        FieldKey::Text { accepted, .. } => Right::Text { accepted: accepted.clone() },
        FieldKey::OneOf { right, .. } => Right::OneOf { right: *right },
        FieldKey::ManyOf { right, .. } => Right::ManyOf { right: right.clone() },
        FieldKey::Match { right } => Right::Match { right: right.clone() },
    }
}

/// The unit that the right answers of a field are in.
pub fn unit_of(key: Option<&FieldKey>) -> Option<Measure> {
    match key {
        Some(FieldKey::Number { unit, .. }) => *unit,
        Some(FieldKey::Text { .. } | FieldKey::OneOf { .. } | FieldKey::ManyOf { .. } | FieldKey::Match { .. }) | None => None,
    }
}

/// What is right in a field, as a list.
pub fn right_in_words(field: &Field, right: &Right, unit: Option<Measure>, comma: bool) -> Vec<String> {
    match (right, &field.kind) {
        (Right::Number { accepted, form }, _) => {
            let said = (*form != Form::Any).then(|| (texts().regrading.form)(*form));
            let one = |accepted: &Accepted| {
                let value = accepted_in_words(accepted, *form, unit, comma);
                said.map_or_else(|| value.clone(), |form| format!("{value}, {form}"))
            };
            accepted.iter().map(one).collect()
        }
        (Right::Text { accepted }, _) => accepted.clone(),
        (Right::OneOf { right }, FieldKind::OneOf { choices }) => vec![choice(choices, *right)],
        (Right::ManyOf { right }, FieldKind::ManyOf { choices }) => right.iter().map(|index| choice(choices, *index)).collect(),
        (Right::Match { right: key }, FieldKind::Match { left, right }) => pairs(left, right, key),
        (Right::OneOf { .. } | Right::ManyOf { .. } | Right::Match { .. }, _) => Vec::new(),
    }
}

fn accepted_in_words(accepted: &Accepted, form: Form, unit: Option<Measure>, comma: bool) -> String {
    let unit = unit.map_or_else(String::new, |unit| format!(" {unit}"));
    let value = match form {
        Form::Simplest | Form::Mixed => fraction(&accepted.value),
        Form::Any | Form::Decimal => number(&accepted.value, comma),
        Form::Percent => format!("{}%", number(&percent(&accepted.value), comma)),
    };
    let value = format!("{value}{unit}");
    match &accepted.within {
        Tolerance::Exact => value,
        Tolerance::Absolute(by) => format!("{value} ± {}{unit}", number(by, comma)),
        Tolerance::Relative(by) => format!("{value} ± {}%", number(&percent(by), comma)),
        Tolerance::Decimals(places) => (texts().regrading.rounded)(&value, *places, true),
        Tolerance::Figures(places) => (texts().regrading.rounded)(&value, *places, false),
    }
}

/// A share as a percentage.
pub fn percent(share: &Number) -> Number {
    Number(share.0.clone() * whole("100").0)
}

/// A percentage as a share.
pub fn share(percent: &Number) -> Number {
    Number(percent.0.clone() / whole("100").0)
}

fn whole(digits: &str) -> Number {
    digits.parse().expect("figures are a number")
}

/// A number as people here write it: as a decimal where that ends soon, else as a fraction.
pub fn number(number: &Number, comma: bool) -> String {
    decimal(number, comma).unwrap_or_else(|| fraction(number))
}

/// A number as an integer or a fraction.
pub fn fraction(number: &Number) -> String {
    number.to_string().replace('-', MINUS)
}

fn decimal(number: &Number, comma: bool) -> Option<String> {
    let mut scaled = number.0.clone();
    for places in 0..=DECIMALS_MAX {
        if scaled.is_integer() {
            let digits = scaled.to_integer().to_string();
            let (sign, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |digits| (MINUS, digits));
            let digits = format!("{digits:0>width$}", width = places + 1);
            let (whole, decimals) = digits.split_at(digits.len() - places);
            let point = match (places, comma) {
                (0, _) => "",
                (_, true) => ",",
                (_, false) => ".",
            };
            return Some(format!("{sign}{whole}{point}{decimals}"));
        }
        scaled *= whole("10").0;
    }
    None
}
