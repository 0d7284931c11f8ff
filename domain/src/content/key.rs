//! The key of a unit: what is right, what to say to a particular mistake, and the worked-out answer.

use super::{Html, Measure, Number};
use crate::ids::{QuestionId, UnitId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The keys of all questions of one unit; a document of its own, so that a test's key never travels with practice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitKey {
    /// The unit that it grades.
    pub unit: UnitId,
    /// By question.
    pub questions: BTreeMap<QuestionId, QuestionKey>,
}

/// What grades one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionKey {
    /// One for each field of the question, in order.
    pub fields: Vec<FieldKey>,
    /// The worked-out answer, shown on request.
    pub worked: Html,
    /// What to say to a right answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub praise: Option<Html>,
    /// What to say to a wrong answer that no field has feedback for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comfort: Option<Html>,
}

/// What is right in one field, and what to say to particular answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldKey {
    /// A number: right when any of these accepts it, in the form asked for.
    Number {
        /// The right answers; the first is the one to show.
        accepted: Vec<Accepted>,
        /// The form asked for.
        #[serde(default)]
        form: Form,
        /// The unit that the accepted values are in, where the field offers units.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Measure>,
        /// What to say to particular values, right or wrong; the first that accepts the answer speaks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        feedback: Vec<(Accepted, Html)>,
    },
    /// A text: right when any of these patterns matches the whole of it.
    Text {
        /// `*` stands for any run of characters, `\*` for a star; the first is the one to show.
        accepted: Vec<String>,
        /// Capitals count.
        #[serde(default)]
        case: bool,
        /// Accents do not count.
        #[serde(default)]
        ignore_accents: bool,
        /// What to say to particular texts, right or wrong; the first pattern that matches speaks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        feedback: Vec<(String, Html)>,
    },
    /// One choice.
    OneOf {
        /// The index of the right choice.
        right: u16,
        /// What to say to a choice.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        feedback: BTreeMap<u16, Html>,
    },
    /// Several choices.
    ManyOf {
        /// The indices of the right choices.
        right: BTreeSet<u16>,
        /// How part of them counts.
        #[serde(default)]
        marks: Marks,
        /// What to say where a choice was ticked.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        feedback: BTreeMap<u16, Html>,
    },
    /// For each on the left the index of its match on the right. Two equal texts on the right are one.
    Match {
        /// In the order of the left side.
        right: Vec<u16>,
    },
}

/// A value, and how far from it an answer may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The value, exact.
    pub value: Number,
    /// How near is near enough.
    #[serde(default)]
    pub within: Tolerance,
}

/// How near to a value is near enough; every bound is inclusive and compared exactly.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Tolerance {
    /// The value itself.
    #[default]
    Exact,
    /// |answer − value| ≤ this.
    Absolute(Number),
    /// |answer − value| ≤ this × |value|.
    Relative(Number),
    /// The answer is the value rounded half away from zero to this many decimals.
    Decimals(u8),
    /// The answer is the value rounded half away from zero to this many significant figures.
    Figures(u8),
}

/// The form that a right value must have; another form is "right value in the wrong form" and costs nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Form {
    /// Any that the notation allows.
    #[default]
    Any,
    /// A fraction, mixed number or integer in lowest terms.
    Simplest,
    /// A mixed number (or a proper fraction or integer) in lowest terms.
    Mixed,
    /// A decimal or an integer, no fraction.
    Decimal,
    /// A percentage.
    Percent,
}

/// How a many-of question is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Marks {
    /// All right and none wrong.
    #[default]
    Whole,
    /// +1/n for each right choice, −1/n for each wrong one, never below 0; n right choices.
    Parts,
}

impl QuestionKey {
    /// Whether this key has, for each field, something of the right kind that at least one answer can meet.
    pub fn fits(&self, question: &super::Question) -> bool {
        self.fields.len() == question.fields.len() && self.fields.iter().zip(&question.fields).all(|(key, field)| key.fits(&field.kind))
    }
}

impl FieldKey {
    fn fits(&self, kind: &super::FieldKind) -> bool {
        use super::FieldKind;
        let within = |index: u16, choices: usize| usize::from(index) < choices;
        match (self, kind) {
            (Self::Number { accepted, unit, .. }, FieldKind::Number { units, .. }) => {
                !accepted.is_empty() && unit.is_none_or(|unit| units.contains(&unit)) && unit.is_some() != units.is_empty()
            }
            (Self::Text { accepted, .. }, FieldKind::Text) => !accepted.is_empty(),
            (Self::OneOf { right, .. }, FieldKind::OneOf { choices }) => within(*right, choices.len()),
            (Self::ManyOf { right, .. }, FieldKind::ManyOf { choices }) => {
                !right.is_empty() && right.iter().all(|index| within(*index, choices.len()))
            }
            (Self::Match { right: key }, FieldKind::Match { left, right }) => {
                !left.is_empty() && key.len() == left.len() && key.iter().all(|index| within(*index, right.len()))
            }
            (Self::Number { .. } | Self::Text { .. } | Self::OneOf { .. } | Self::ManyOf { .. } | Self::Match { .. }, _) => false,
        }
    }
}
