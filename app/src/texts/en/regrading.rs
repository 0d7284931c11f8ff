//! The texts of correcting keys, and what corrections made of answers, in English.

use crate::texts::regrading::Regrading;

/// English.
pub const REGRADING: Regrading = Regrading { title: "Corrections" };
