//! Answers in the form in which equal ones are equal: as they are read, not as they were typed.

use super::{Reading, Unreadable, choices, numbers, reading, texts};
use crate::content::{Field, FieldKey, FieldKind, Input, Question, QuestionKey, Unit};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// How texts are compared where no key says otherwise.
const USUAL: Folding = Folding { case: false, ignore_accents: false };

/// The most decimals of a number that can also be shown as a fraction.
const DECIMALS_MAX: usize = 4;

/// What does not count in a text.
#[derive(Clone, Copy)]
struct Folding {
    case: bool,
    ignore_accents: bool,
}

impl Folding {
    fn of(key: &FieldKey) -> Self {
        match key {
            FieldKey::Text { case, ignore_accents, .. } => Self { case: *case, ignore_accents: *ignore_accents },
            FieldKey::Number { .. } | FieldKey::OneOf { .. } | FieldKey::ManyOf { .. } | FieldKey::Match { .. } => USUAL,
        }
    }
}

/// An answer in the form in which equal answers are equal, one text for each field: a number by its value, with the course's decimal sign and
/// the first unit offered that measures the same; a text without capitals; choices as indices with commas between them, which [`indices`]
/// reads. What cannot be read is left as it was typed.
pub fn normalised(question: &Question, inputs: &[Input], decimal_comma: bool) -> Vec<String> {
    let fields = inputs.iter().enumerate().map(|(index, input)| match question.fields.get(index) {
        Some(field) => normal(field, input, USUAL, decimal_comma).unwrap_or_else(|_| raw(input)),
        None => raw(input),
    });
    fields.collect()
}

/// The same, with texts compared as the key compares them; none if a field cannot be read.
pub(super) fn comparable(question: &Question, key: &QuestionKey, inputs: &[Input], decimal_comma: bool) -> Option<Vec<String>> {
    let count = question.fields.len();
    if inputs.len() != count || key.fields.len() != count {
        return None;
    }
    let fields = question.fields.iter().zip(&key.fields).zip(inputs);
    fields.map(|((field, key), input)| normal(field, input, Folding::of(key), decimal_comma).ok()).collect()
}

/// The indices that a normalised text of a choice or a match stands for, in order; none for a field that is typed into.
pub fn indices(kind: &FieldKind, normalised: &str) -> Option<Vec<u16>> {
    match kind {
        FieldKind::Number { .. } | FieldKind::Text => None,
        FieldKind::OneOf { .. } | FieldKind::ManyOf { .. } | FieldKind::Match { .. } => {
            Some(normalised.split(',').filter_map(|index| index.parse().ok()).collect())
        }
    }
}

fn raw(input: &Input) -> String {
    match input {
        Input::Text(text) => text.trim().to_owned(),
        Input::Chosen(chosen) => listed(chosen),
    }
}

fn listed(chosen: &[u16]) -> String {
    chosen.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn normal(field: &Field, input: &Input, folding: Folding, decimal_comma: bool) -> Result<String, Unreadable> {
    match (&field.kind, input) {
        (FieldKind::Number { notation, units }, Input::Text(text)) => {
            let reading = reading(text, &field.kind, decimal_comma)?;
            let (value, unit) = in_first_unit(&reading, units);
            let number = shown(&value, notation.fraction, decimal_comma);
            Ok(unit.map_or(number.clone(), |unit| format!("{number} {unit}")))
        }
        (FieldKind::Text, Input::Text(text)) => texts::read(text, folding.case, folding.ignore_accents),
        (FieldKind::OneOf { choices }, Input::Chosen(chosen)) => {
            choices::one_of(chosen, choices.len(), 0, &Default::default()).map(|_| listed(chosen))
        }
        (FieldKind::ManyOf { choices }, Input::Chosen(chosen)) => {
            choices::many_of(chosen, choices.len(), &Default::default(), Default::default(), &Default::default()).map(|_| listed(chosen))
        }
        (FieldKind::Match { left, right }, Input::Chosen(chosen)) => {
            choices::matched(chosen, left.len(), right, chosen)?;
            // Entries of equal text are one: the first of them.
            let text = |index: &u16| right.get(usize::from(*index)).map(|text| text.trim());
            let first = |index: &u16| (0..*index).find(|earlier| text(earlier) == text(index)).unwrap_or(*index);
            Ok(listed(&chosen.iter().map(first).collect::<Vec<_>>()))
        }
        (
            FieldKind::Number { .. } | FieldKind::Text | FieldKind::OneOf { .. } | FieldKind::ManyOf { .. } | FieldKind::Match { .. },
            Input::Text(_) | Input::Chosen(_),
        ) => Err(Unreadable::Malformed),
    }
}

/// The value in the first unit offered that measures the same.
fn in_first_unit(reading: &Reading, offered: &[Unit]) -> (BigRational, Option<Unit>) {
    let first = reading.unit.and_then(|unit| offered.iter().copied().find(|other| unit.per(*other).is_some()));
    match numbers::in_unit(reading, first) {
        Some(value) => (value, first),
        None => (reading.value.0.clone(), reading.unit),
    }
}

/// The one text of a value: an integer, a decimal where it has few enough places, else a fraction in lowest terms.
pub(super) fn shown(value: &BigRational, fractions: bool, decimal_comma: bool) -> String {
    let fraction = || format!("{}/{}", value.numer(), value.denom());
    if value.denom().is_one() {
        return value.numer().to_string();
    }
    // Three decimals after a whole are taken for thousands.
    let plain = |places: usize| places <= DECIMALS_MAX && (places != 3 || value.abs() < BigRational::one());
    match decimals(value) {
        Some(places) if !fractions || plain(places) => decimal(value, places, decimal_comma),
        Some(_) | None => fraction(),
    }
}

/// How many decimals write the value exactly; none if no number of them does.
fn decimals(value: &BigRational) -> Option<usize> {
    let mut rest = value.denom().clone();
    let mut divided = |by: u32| {
        let by = BigInt::from(by);
        let mut times = 0;
        while (&rest % &by).is_zero() {
            rest /= &by;
            times += 1;
        }
        times
    };
    let places = divided(2).max(divided(5));
    rest.is_one().then_some(places)
}

/// The value with exactly so many decimals; what is beyond them is cut off.
pub(super) fn decimal(value: &BigRational, places: usize, decimal_comma: bool) -> String {
    let scaled: BigInt = value.numer().abs() * BigInt::from(10).pow(places as u32) / value.denom();
    let digits = format!("{:0>width$}", scaled.to_string(), width = places + 1);
    let (whole, rest) = digits.split_at(digits.len() - places);
    let sign = if value.is_negative() { "-" } else { "" };
    let point = if decimal_comma { "," } else { "." };
    if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}{point}{rest}") }
}
