//! The small table of units: their symbols and what they are of one another.

use crate::content::Measure;
use std::{fmt, str::FromStr};

/// The text is no symbol of a unit that we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the symbol of a unit in the table")]
pub struct NoSuchUnit;

#[derive(PartialEq, Eq)]
enum Dimension {
    Length,
    Mass,
    Volume,
    Time,
}

impl Measure {
    /// All units, each dimension from small to large.
    pub const ALL: [Self; 13] =
        [Self::Mm, Self::Cm, Self::M, Self::Km, Self::Mg, Self::G, Self::Kg, Self::Ml, Self::Cl, Self::L, Self::S, Self::Min, Self::H];

    /// The symbol, as it is shown and read.
    pub fn symbol(self) -> &'static str {
        self.row().0
    }

    /// How many of the other unit this one is, as (over, under); none if they measure different things.
    pub(super) fn per(self, other: Self) -> Option<(u32, u32)> {
        let ((_, dimension, size), (_, other_dimension, other_size)) = (self.row(), other.row());
        (dimension == other_dimension).then_some((size, other_size))
    }

    /// The symbol, what it measures, and the size in the smallest unit of that (mm, mg, ml, s).
    fn row(self) -> (&'static str, Dimension, u32) {
        match self {
            Self::Mm => ("mm", Dimension::Length, 1),
            Self::Cm => ("cm", Dimension::Length, 10),
            Self::M => ("m", Dimension::Length, 1_000),
            Self::Km => ("km", Dimension::Length, 1_000_000),
            Self::Mg => ("mg", Dimension::Mass, 1),
            Self::G => ("g", Dimension::Mass, 1_000),
            Self::Kg => ("kg", Dimension::Mass, 1_000_000),
            Self::Ml => ("ml", Dimension::Volume, 1),
            Self::Cl => ("cl", Dimension::Volume, 10),
            Self::L => ("l", Dimension::Volume, 1_000),
            Self::S => ("s", Dimension::Time, 1),
            Self::Min => ("min", Dimension::Time, 60),
            Self::H => ("h", Dimension::Time, 3_600),
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

impl FromStr for Measure {
    type Err = NoSuchUnit;

    /// Capitals count (`Mm` is no millimetre), but for the litre, which is `l` and `L` alike.
    fn from_str(symbol: &str) -> Result<Self, NoSuchUnit> {
        let symbol = symbol.replace('L', "l");
        Self::ALL.into_iter().find(|unit| unit.symbol() == symbol).ok_or(NoSuchUnit)
    }
}
