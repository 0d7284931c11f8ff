//! An exact number: a rational, never a float, written `7/12`, `-3` or `0.125` in documents.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Pow};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// The most digits that each half of a number in a document may have: of all that can be typed, and of a percentage of it.
const DIGITS_MAX: usize = 410;

/// An exact rational number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(pub BigRational);

/// The text is not an integer, a decimal with a point, or a fraction of integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an exact number: write 12, -0.5 or 7/12")]
pub struct NotANumber;

impl FromStr for Number {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let text = text.trim();
        if let Some((over, under)) = text.split_once('/') {
            let (over, under) = (integer(over.trim())?, integer(under.trim())?);
            if under == BigInt::ZERO {
                return Err(NotANumber);
            }
            return Ok(Self(BigRational::new(over, under)));
        }
        let Some((whole, decimals)) = text.split_once('.') else {
            return Ok(Self(integer(text)?.into()));
        };
        if decimals.is_empty() || !decimals.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotANumber);
        }
        let digits = integer(&format!("{whole}{decimals}"))?;
        Ok(Self(BigRational::new(digits, BigInt::from(10).pow(decimals.len() as u32))))
    }
}

impl Number {
    /// This number plus a whole one, which may be negative.
    #[must_use]
    pub fn plus(&self, whole: i64) -> Self {
        Self(&self.0 + BigInt::from(whole))
    }
}

fn integer(text: &str) -> Result<BigInt, NotANumber> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || digits.len() > DIGITS_MAX || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NotANumber);
    }
    text.parse().map_err(|_| NotANumber)
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.denom().is_one() { write!(f, "{}", self.0.numer()) } else { write!(f, "{}/{}", self.0.numer(), self.0.denom()) }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}
