//! Reads a number as people write it: signs, fractions, mixed numbers, percent and units; `decimals` reads the rest.

use super::{
    Unreadable, characters,
    decimals::{DIGITS_MAX, Decimal, digits, integer, may_lead_thousands, without_zeros},
};
use crate::content::{FieldKind, Measure, Number};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use std::fmt;

/// What stands between the two halves of a fraction.
const DIVIDERS: [char; 4] = ['/', ':', '÷', '\u{2236}'];

/// What was understood of an input: the value, and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadNumber {
    /// The value, a percentage divided by a hundred, in the unit as written.
    pub value: Number,
    /// It is below zero. The texts have no sign.
    pub negative: bool,
    /// An integer, a decimal, or what stands before the fraction of a mixed number.
    pub whole: Option<String>,
    /// The power of ten that it is times, where one was written; alone, if there is no whole.
    pub power: Option<i32>,
    /// Numerator and denominator, as written.
    pub fraction: Option<(String, String)>,
    /// It was written with `%`.
    pub percent: bool,
    /// The unit, where the field offers some.
    pub unit: Option<Measure>,
    /// The form, for grading.
    pub(super) written: Written,
}

/// The form in which a number was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// `12`.
    Integer,
    /// `0.5`, and whatever has a power of ten.
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
impl fmt::Display for ReadNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.negative { "\u{2212}" } else { "" })?;
        f.write_str(self.whole.as_deref().unwrap_or_default())?;
        if let Some(power) = self.power {
            let (times, minus) = (if self.whole.is_some() { " × " } else { "" }, if power < 0 { "\u{2212}" } else { "" });
            write!(f, "{times}10^{minus}{}", power.unsigned_abs())?;
        }
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
pub fn reading(input: &str, kind: &FieldKind, decimal_comma: bool) -> Result<ReadNumber, Unreadable> {
    let FieldKind::Number { notation, units } = kind else {
        return Err(Unreadable::Malformed);
    };
    characters::bounded(input)?;
    let text = characters::numeral(input);
    if text.is_empty() {
        return Err(Unreadable::Empty);
    }
    if text.bytes().filter(u8::is_ascii_digit).nth(DIGITS_MAX).is_some() {
        return Err(Unreadable::TooLong);
    }
    if input.contains(characters::is_lowered) {
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
    let text = characters::numeral(input);
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let separator = start + text[start..].find(['.', ',', ' '])?;
    let (before, after) = (&text[..separator], &text[separator + 1..]);
    // A leading zero is no group of thousands.
    Some((format!("{before}{after}"), format!("{}0{}", &text[..start], &text[start..])))
}

fn read_number(text: &str, decimal_comma: bool) -> Result<ReadNumber, Unreadable> {
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

fn read_fraction(text: &str) -> Result<ReadNumber, Unreadable> {
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
    // The whole part does not change which numbers divide both halves, so the reduced value tells.
    let lowest = *value.denom() == denominator && under != "1";
    let written = match whole {
        Some(whole) => Written::Mixed { lowest: lowest && proper && whole != "0" },
        None => Written::Fraction { lowest, proper },
    };
    Ok(ReadNumber {
        value: Number(value),
        negative: false,
        whole: whole.map(str::to_owned),
        power: None,
        fraction: Some((over.to_owned(), under.to_owned())),
        percent: false,
        unit: None,
        written,
    })
}

fn read_decimal(text: &str, decimal_comma: bool) -> Result<ReadNumber, Unreadable> {
    let decimal = Decimal::read(text)?;
    let written = if decimal.is_integer() { Written::Integer } else { Written::Decimal };
    Ok(ReadNumber {
        value: Number(decimal.value()),
        negative: false,
        whole: decimal.shown(decimal_comma),
        power: decimal.power,
        fraction: None,
        percent: false,
        unit: None,
        written,
    })
}
