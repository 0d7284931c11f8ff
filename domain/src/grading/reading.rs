//! Reads a number as people write it: signs, decimal commas, thousands, fractions, mixed numbers, percent and units.

use super::{Unreadable, characters};
use crate::content::{FieldKind, Number, Unit};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use std::fmt;

/// The most digits that are read.
const DIGITS_MAX: usize = 400;

/// What stands between the two halves of a fraction.
const DIVIDERS: [char; 4] = ['/', ':', '÷', '\u{2236}'];

/// What was understood of an input: the value, and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The value, a percentage divided by a hundred, in the unit as written.
    pub value: Number,
    /// It is below zero. The texts have no sign.
    pub negative: bool,
    /// An integer, a decimal, or what stands before the fraction of a mixed number.
    pub whole: Option<String>,
    /// Numerator and denominator, as written.
    pub fraction: Option<(String, String)>,
    /// It was written with `%`.
    pub percent: bool,
    /// The unit, where the field offers some.
    pub unit: Option<Unit>,
    /// The form, for grading.
    pub(super) written: Written,
}

/// The form in which a number was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// `12`.
    Integer,
    /// `0.5`.
    Decimal,
    /// `3/2`.
    Fraction {
        /// Nothing divides both halves, and it is no integer.
        lowest: bool,
        /// Less than one.
        proper: bool,
    },
    /// `1 1/2`.
    Mixed {
        /// A whole above zero and a proper fraction in lowest terms.
        lowest: bool,
    },
}

/// Plain text with a true minus sign, which screen readers speak; reads as the same again, but for a decimal such as `1.234`.
impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.negative { "\u{2212}" } else { "" })?;
        f.write_str(self.whole.as_deref().unwrap_or_default())?;
        if let Some((over, under)) = &self.fraction {
            let space = if self.whole.is_some() { " " } else { "" };
            write!(f, "{space}{over}/{under}")?;
        }
        f.write_str(if self.percent { "%" } else { "" })?;
        self.unit.map_or(Ok(()), |unit| write!(f, " {unit}"))
    }
}

/// Reads what was typed into a number field, as grading does. `decimal_comma` is the course's decimal sign: the reading is shown
/// with it; either sign is read where it can only be one.
pub fn reading(input: &str, kind: &FieldKind, decimal_comma: bool) -> Result<Reading, Unreadable> {
    let FieldKind::Number { notation, units } = kind else {
        return Err(Unreadable::Malformed);
    };
    characters::bounded(input)?;
    let text = characters::alike(input);
    if text.is_empty() {
        return Err(Unreadable::Empty);
    }
    if text.bytes().filter(u8::is_ascii_digit).nth(DIGITS_MAX).is_some() {
        return Err(Unreadable::TooLong);
    }
    if input.contains(characters::is_raised) {
        return Err(Unreadable::NotANumber);
    }
    let number = if units.is_empty() { &text } else { text.trim_end_matches(char::is_alphabetic) };
    let symbol = &text[number.len()..];
    let mut reading = read_number(number.trim_end(), decimal_comma)?;
    if (reading.percent && !notation.percent) || (reading.fraction.is_some() && !notation.fraction) {
        return Err(Unreadable::NotHere);
    }
    if !units.is_empty() {
        let unit = symbol.parse().ok().filter(|unit| units.contains(unit));
        reading.unit = Some(unit.ok_or(Unreadable::NoUnit)?);
    }
    Ok(reading)
}

/// The two ways to write an input that is [`Unreadable::Ambiguous`] so that it is not: first with its separator as one of
/// thousands, then as a decimal sign (or before the fraction of a mixed number). None if there is no separator.
pub fn either_way(input: &str) -> Option<(String, String)> {
    characters::bounded(input).ok()?;
    let text = characters::alike(input);
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let separator = start + text[start..].find(['.', ',', ' '])?;
    let (before, after) = (&text[..separator], &text[separator + 1..]);
    // A leading zero is no group of thousands.
    Some((format!("{before}{after}"), format!("{}0{}", &text[..start], &text[start..])))
}

fn read_number(text: &str, decimal_comma: bool) -> Result<Reading, Unreadable> {
    let (text, percent) = text.strip_suffix('%').map_or((text, false), |rest| (rest.trim_end(), true));
    let (negative, text) = text.strip_prefix(['-', '+']).map_or((false, text), |rest| (text.starts_with('-'), rest.trim_start()));
    let mut reading = if text.contains(DIVIDERS) { read_fraction(text)? } else { read_decimal(text, decimal_comma)? };
    if percent {
        reading.percent = true;
        reading.value.0 /= BigInt::from(100);
    }
    if negative && !reading.value.0.is_zero() {
        reading.negative = true;
        reading.value.0 = -reading.value.0;
    }
    Ok(reading)
}

fn read_fraction(text: &str) -> Result<Reading, Unreadable> {
    let (left, under) = text.split_once(DIVIDERS).ok_or(Unreadable::NotANumber)?;
    let (whole, over) = left.trim_end().split_once(' ').map_or((None, left.trim_end()), |(whole, over)| (Some(whole), over));
    let (over, under) = (digits(over)?, digits(under.trim_start())?);
    let whole = whole.map(digits).transpose()?;
    if over.len() == 3 && whole.is_some_and(may_lead_thousands) {
        return Err(Unreadable::Ambiguous);
    }
    let (over, under, whole) = (without_zeros(over), without_zeros(under), whole.map(without_zeros));
    let (numerator, denominator) = (integer(over), integer(under));
    if denominator.is_zero() {
        return Err(Unreadable::OverZero);
    }
    let proper = numerator < denominator;
    let total = whole.map_or(BigInt::ZERO, integer) * &denominator + numerator;
    let value = BigRational::new(total, denominator.clone());
    // A whole changes nothing about what divides both halves, so the reduced value tells.
    let lowest = *value.denom() == denominator && under != "1";
    let written = match whole {
        Some(whole) => Written::Mixed { lowest: lowest && proper && whole != "0" },
        None => Written::Fraction { lowest, proper },
    };
    Ok(Reading {
        value: Number(value),
        negative: false,
        whole: whole.map(str::to_owned),
        fraction: Some((over.to_owned(), under.to_owned())),
        percent: false,
        unit: None,
        written,
    })
}

fn read_decimal(text: &str, decimal_comma: bool) -> Result<Reading, Unreadable> {
    let (whole, decimals) = split_decimal(text)?;
    let under = BigInt::from(10).pow(decimals.len() as u32);
    let value = BigRational::new(integer(&format!("{whole}{decimals}")), under);
    let mut shown = without_zeros(&whole).to_owned();
    if !decimals.is_empty() {
        shown.push(if decimal_comma { ',' } else { '.' });
        shown.push_str(decimals);
    }
    Ok(Reading {
        value: Number(value),
        negative: false,
        whole: Some(shown),
        fraction: None,
        percent: false,
        unit: None,
        written: if decimals.is_empty() { Written::Integer } else { Written::Decimal },
    })
}

/// The digits before and after the decimal sign.
fn split_decimal(text: &str) -> Result<(String, &str), Unreadable> {
    let Some(at) = text.rfind(['.', ',']) else {
        return Ok((ungrouped(text, " ")?, ""));
    };
    let (before, sign, after) = (&text[..at], &text[at..=at], &text[at + 1..]);
    if before.contains(sign) {
        return Ok((ungrouped(text, sign)?, ""));
    }
    let after = digits(after)?;
    if let Some(group) = before.find(['.', ',', ' ']) {
        // Two kinds of separator: the first can only be one of thousands, the last only the decimal sign.
        return Ok((ungrouped(before, &before[group..=group])?, after));
    }
    if before.is_empty() {
        return Ok((String::new(), after));
    }
    if after.len() == 3 && may_lead_thousands(digits(before)?) {
        return Err(Unreadable::Ambiguous);
    }
    Ok((digits(before)?.to_owned(), after))
}

/// The digits of an integer, the separators of its thousands taken out; each must stand where it belongs.
fn ungrouped(text: &str, separator: &str) -> Result<String, Unreadable> {
    let mut groups = text.split(separator);
    let first = digits(groups.next().unwrap_or_default())?;
    let mut all = first.to_owned();
    for group in groups {
        if !may_lead_thousands(first) || digits(group)?.len() != 3 {
            return Err(Unreadable::NotANumber);
        }
        all.push_str(group);
    }
    Ok(all)
}

fn may_lead_thousands(digits: &str) -> bool {
    digits.len() <= 3 && !digits.starts_with('0')
}

/// The text, if it is digits and nothing else: no sign either, so that signs cannot be nested.
fn digits(text: &str) -> Result<&str, Unreadable> {
    let sound = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if sound { Ok(text) } else { Err(Unreadable::NotANumber) }
}

fn without_zeros(digits: &str) -> &str {
    let rest = digits.trim_start_matches('0');
    if rest.is_empty() { "0" } else { rest }
}

fn integer(digits: &str) -> BigInt {
    digits.parse().expect("only digits get here, at least one")
}
