//! The texts of the questions of a class and one of them, in English.

use crate::texts::question::Question;

/// English.
pub const QUESTION: Question = Question { title: "Questions" };
