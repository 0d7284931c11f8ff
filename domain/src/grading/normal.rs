//! Answers in the form in which equal ones are equal: as they are read, not as they were typed.

use super::{
    ReadNumber, Unreadable, bounds, choices, numbers,
    read::{Folding, Read, read},
    texts::Comparable,
};
use crate::content::{Field, FieldKind, Input, Measure, Question, QuestionKey};
use num_bigint::{BigInt, BigUint};
use num_rational::BigRational;
use num_traits::{One, Signed};

/// So many decimals are always written out.
const DECIMALS_MAX: usize = 6;
/// From so many zeros at its end on, an integer is not written out.
const ZEROS_MIN: usize = 10;

/// An answer in the form in which equal answers are equal, one text for each field: a number by its value, with the course's decimal sign and
/// the first unit offered that measures the same; a text without capitals; choices as indices with commas between them, which [`indices`]
/// reads. What cannot be read is left as it was typed. Of a text that is longer than answers may be its beginning counts.
pub fn normalised(question: &Question, inputs: &[Input], decimal_comma: bool) -> Vec<String> {
    let short = inputs.iter().map(bounds::shortened_input);
    let fields = short.enumerate().map(|(index, input)| match question.fields.get(index) {
        Some(field) => normal(field, &input, Folding::USUAL, decimal_comma).unwrap_or_else(|_| raw(&input)),
        None => raw(&input),
    });
    fields.collect()
}

/// The same, with texts compared as the key compares them; none if a field cannot be read.
pub(super) fn comparable(
    question: &Question,
    key: &QuestionKey,
    inputs: &[Input],
    decimal_comma: bool,
    texts: Comparable,
) -> Option<Vec<String>> {
    let count = question.fields.len();
    if inputs.len() != count || key.fields.len() != count {
        return None;
    }
    let fields = question.fields.iter().zip(&key.fields).zip(inputs);
    fields.map(|((field, key), input)| normal(field, input, Folding::of(key, texts), decimal_comma).ok()).collect()
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
    form(&field.kind, &read(&field.kind, input, folding, decimal_comma)?, decimal_comma)
}

/// What was read in a field, in the form in which equal answers are equal.
pub(super) fn form(kind: &FieldKind, read: &Read<'_>, decimal_comma: bool) -> Result<String, Unreadable> {
    match (kind, read) {
        (FieldKind::Number { notation, units }, Read::Number(reading)) => {
            let (value, unit) = in_first_unit(reading, units);
            let number = shown(&value, notation.fraction, decimal_comma);
            Ok(unit.map_or(number.clone(), |unit| format!("{number} {unit}")))
        }
        (FieldKind::Text, Read::Text(text)) => Ok(text.clone()),
        (FieldKind::OneOf { choices }, Read::Chosen(chosen)) => {
            choices::one_of(chosen, choices.len(), 0, &Default::default()).map(|_| listed(chosen))
        }
        (FieldKind::ManyOf { choices }, Read::Chosen(chosen)) => {
            choices::many_of(chosen, choices.len(), &Default::default(), Default::default(), &Default::default()).map(|_| listed(chosen))
        }
        (FieldKind::Match { left, right }, Read::Chosen(chosen)) => {
            choices::matched(chosen, left.len(), right, chosen)?;
            // Entries of equal text are one: the first of them.
            let text = |index: &u16| right.get(usize::from(*index)).map(|text| text.trim());
            let first = |index: &u16| (0..*index).find(|earlier| text(earlier) == text(index)).unwrap_or(*index);
            Ok(listed(&chosen.iter().map(first).collect::<Vec<_>>()))
        }
        (
            FieldKind::Number { .. } | FieldKind::Text | FieldKind::OneOf { .. } | FieldKind::ManyOf { .. } | FieldKind::Match { .. },
            Read::Number(_) | Read::Text(_) | Read::Chosen(_),
        ) => Err(Unreadable::Malformed),
    }
}

/// The value in the first unit offered that measures the same.
fn in_first_unit(reading: &ReadNumber, offered: &[Measure]) -> (BigRational, Option<Measure>) {
    let first = reading.unit.and_then(|unit| offered.iter().copied().find(|other| unit.per(*other).is_some()));
    match numbers::in_unit(reading, first) {
        Some(value) => (value, first),
        None => (reading.value.0.clone(), reading.unit),
    }
}

/// The one text of a value: an integer, or a decimal where it has few enough places; else the shortest of a fraction (where the field takes
/// them), a decimal and a power of ten, if the value ends at all. It reads as the value again, with either decimal sign.
pub(super) fn shown(value: &BigRational, fractions: bool, decimal_comma: bool) -> String {
    let fraction = format!("{}/{}", value.numer(), value.denom());
    let Some(places) = decimals(value) else { return fraction };
    let plain = plain(value, decimal_comma);
    let zeros = plain.len() - plain.trim_end_matches('0').len();
    if places <= DECIMALS_MAX && (places > 0 || zeros < ZEROS_MIN) {
        return plain;
    }
    let ways = [Some(fraction).filter(|_| fractions && places > 0), Some(plain), Some(scientific(value, decimal_comma))];
    ways.into_iter().flatten().min_by_key(|text| text.chars().count()).unwrap_or_default()
}

/// The value written out, all its decimals if it has an end. Three after a whole would be taken for thousands, so they are made four.
pub(super) fn plain(value: &BigRational, decimal_comma: bool) -> String {
    let places = decimals(value).unwrap_or_default();
    let (one, thousand) = (BigRational::one(), BigRational::from(BigInt::from(1_000)));
    let grouped = places == 3 && value.abs() >= one && value.abs() < thousand;
    decimal(value, if grouped { 4 } else { places }, decimal_comma)
}

/// The value as a figure, its other decimals, and a power of ten.
fn scientific(value: &BigRational, decimal_comma: bool) -> String {
    let places = decimals(value).unwrap_or_default();
    let written = decimal(value, places, decimal_comma);
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let leading = digits.len() - digits.trim_start_matches('0').len();
    let power = digits.len() as i64 - places as i64 - leading as i64 - 1;
    let sign = if value.is_negative() { "-" } else { "" };
    let mantissa = match digits.trim_matches('0').split_at_checked(1) {
        None | Some(("1", "")) => String::new(),
        Some((first, "")) => format!("{first} × "),
        Some((first, rest)) => format!("{first}{}{rest} × ", if decimal_comma { ',' } else { '.' }),
    };
    format!("{sign}{mantissa}10^{power}")
}

/// How many decimals write the value exactly; none if no number of them does.
fn decimals(value: &BigRational) -> Option<usize> {
    let under = value.denom().magnitude();
    let twos = under.trailing_zeros().unwrap_or_default();
    let rest = under >> twos;
    // 5ⁿ is as long as n × log₂ 5 says, so the length leaves two possibilities.
    let least = u32::try_from(rest.bits().saturating_sub(1) * 1_000_000 / 2_321_928).ok()?;
    let fives = (least..=least + 1).find(|fives| BigUint::from(5_u8).pow(*fives) == rest)?;
    usize::try_from(twos.max(u64::from(fives))).ok()
}

/// The value with exactly so many decimals; what is beyond them is cut off.
fn decimal(value: &BigRational, places: usize, decimal_comma: bool) -> String {
    let scaled: BigInt = value.numer().abs() * BigInt::from(10).pow(places as u32) / value.denom();
    let digits = format!("{:0>width$}", scaled.to_string(), width = places + 1);
    let (whole, rest) = digits.split_at(digits.len() - places);
    let sign = if value.is_negative() { "-" } else { "" };
    let point = if decimal_comma { "," } else { "." };
    if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}{point}{rest}") }
}
