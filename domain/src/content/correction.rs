//! A correction of a question's key: what a teacher can say about answers, in values and plain text, never in HTML.

use super::{Accepted, Form, Input};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most characters of an explanation.
pub const EXPLANATION_CHARS_MAX: usize = 1_000;

/// What is different about a question. Answers are compared in the form in which equal ones are equal (`grading::normalised`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Correction {
    /// These are the right answers of a field.
    Replace {
        /// The field, counting from 0.
        field: u16,
        /// What is right in it.
        right: Right,
    },
    /// This answer is right too.
    AcceptToo {
        /// One for each field.
        inputs: Vec<Input>,
    },
    /// The question was faulty and counts for nothing: answers given are neither right nor wrong, it is drawn no more, and whoever is working
    /// on it goes on with any answer.
    Drop {},
    /// Every answer given is right.
    FullCredit {},
    /// What to say to this wrong answer from now on; nothing is regraded.
    Explain {
        /// One for each field.
        inputs: Vec<Input>,
        /// Plain text.
        text: String,
    },
}

/// What is right in one field: the part of a [`super::FieldKey`] that decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Right {
    /// A number.
    Number {
        /// The right answers; the first is the one to show.
        accepted: Vec<Accepted>,
        /// The form asked for.
        #[serde(default)]
        form: Form,
    },
    /// A text.
    Text {
        /// Patterns, as in a key; the first is the one to show.
        accepted: Vec<String>,
    },
    /// One choice.
    OneOf {
        /// The index of the right choice.
        right: u16,
    },
    /// Several choices.
    ManyOf {
        /// The indices of the right choices.
        right: BTreeSet<u16>,
    },
    /// For each on the left the index of its match on the right.
    Match {
        /// In the order of the left side.
        right: Vec<u16>,
    },
}

impl Correction {
    /// Whether it changes how answers are graded, and not only what is said to them.
    pub fn regrades(&self) -> bool {
        match self {
            Self::Replace { .. } | Self::AcceptToo { .. } | Self::Drop {} | Self::FullCredit {} => true,
            Self::Explain { .. } => false,
        }
    }

    /// Whether it names choices by their places, which another edition may have changed.
    pub fn speaks_of_places(&self) -> bool {
        let chosen = |inputs: &[Input]| inputs.iter().any(|input| matches!(input, Input::Chosen(_)));
        match self {
            Self::Replace { right: Right::OneOf { .. } | Right::ManyOf { .. } | Right::Match { .. }, .. } => true,
            Self::AcceptToo { inputs } | Self::Explain { inputs, .. } => chosen(inputs),
            Self::Replace { right: Right::Number { .. } | Right::Text { .. }, .. } | Self::Drop {} | Self::FullCredit {} => false,
        }
    }

    /// Whether it takes the place of an earlier correction of the same question, so that the earlier one would have to be made again to hold. An equal
    /// correction does not.
    pub fn overrides(&self, earlier: &Self) -> bool {
        self != earlier
            && match (self, earlier) {
                (Self::Replace { field, .. }, Self::Replace { field: replaced, .. }) => field == replaced,
                // An answer that was accepted too was accepted in addition to the key that is replaced now.
                (Self::Replace { .. }, Self::AcceptToo { .. }) => true,
                (Self::Drop {} | Self::FullCredit {}, Self::Drop {} | Self::FullCredit {}) => true,
                // Only the last explanation of an answer is told. Whether two texts are the same answer cannot be seen without the question, so a later
                // explanation is taken to be of the same answer.
                (Self::Explain { .. }, Self::Explain { .. }) => true,
                (Self::Replace { .. }, Self::Drop {} | Self::FullCredit {} | Self::Explain { .. })
                | (Self::AcceptToo { .. }, _)
                | (Self::Drop {} | Self::FullCredit {}, Self::Replace { .. } | Self::AcceptToo { .. } | Self::Explain { .. })
                | (Self::Explain { .. }, Self::Replace { .. } | Self::AcceptToo { .. } | Self::Drop {} | Self::FullCredit {}) => false,
            }
    }

    /// Whether it says something, and not too much; whether it fits the question is asked elsewhere.
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Replace { .. } | Self::AcceptToo { .. } | Self::Drop {} | Self::FullCredit {} => true,
            Self::Explain { text, .. } => !text.trim().is_empty() && text.chars().count() <= EXPLANATION_CHARS_MAX,
        }
    }
}
