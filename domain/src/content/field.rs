//! A field: one thing to fill in, and what a student put into it.

use super::Html;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;

/// One thing to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// What the field is called to someone who cannot see where it stands, e.g. "Answer" or "Eaten".
    pub label: String,
    /// What is filled in.
    pub kind: FieldKind,
}

/// The kinds of field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldKind {
    /// A number, written as the notation allows; with units, the number is followed by a space and a unit's symbol.
    Number {
        /// The ways of writing that are read.
        #[serde(default)]
        notation: Notation,
        /// The units offered beside the number; none for a bare number.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        units: Vec<Measure>,
    },
    /// A line of text.
    Text,
    /// Exactly one of these, as radio buttons.
    OneOf {
        /// In the order shown.
        choices: Vec<Html>,
    },
    /// Any number of these, as check boxes.
    ManyOf {
        /// In the order shown.
        choices: Vec<Html>,
    },
    /// For each on the left one of those on the right.
    Match {
        /// What is to be matched, in the order shown.
        left: Vec<Html>,
        /// What can be chosen, as plain text (it stands in a native select), in an order that tells nothing.
        right: Vec<String>,
    },
}

/// How a number may be written besides as an integer or a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notation {
    /// `3/2`, `1 1/2`, `1½`.
    pub fraction: bool,
    /// `15%`.
    pub percent: bool,
}

impl Default for Notation {
    fn default() -> Self {
        Self { fraction: true, percent: false }
    }
}

/// A unit of measurement out of the small table in [`crate::grading`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// Millimetre.
    Mm,
    /// Centimetre.
    Cm,
    /// Metre.
    M,
    /// Kilometre.
    Km,
    /// Milligram.
    Mg,
    /// Gram.
    G,
    /// Kilogram.
    Kg,
    /// Millilitre.
    Ml,
    /// Centilitre.
    Cl,
    /// Litre.
    L,
    /// Second.
    S,
    /// Minute.
    Min,
    /// Hour.
    H,
}

/// What a student put into a field, raw: as typed, or the indices of what was chosen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Input {
    /// What was typed into a number or text field, as it was.
    Text(String),
    /// One-of: one index; many-of: the indices chosen, ascending; match: for each on the left the index on the right,
    /// in order, [`Input::UNMATCHED`] where nothing was chosen.
    Chosen(Vec<u16>),
}

/// By hand, because what is derived for an untagged enum reads everything twice.
impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> de::Visitor<'de> for Either {
            type Value = Input;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of indices")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Input, E> {
                Ok(Input::Text(text.to_owned()))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut indices: A) -> Result<Input, A::Error> {
                let mut chosen = Vec::new();
                while let Some(index) = indices.next_element()? {
                    chosen.push(index);
                }
                Ok(Input::Chosen(chosen))
            }
        }

        from.deserialize_any(Either)
    }
}

impl Input {
    /// Stands in a match for "nothing chosen yet".
    pub const UNMATCHED: u16 = u16::MAX;
}
