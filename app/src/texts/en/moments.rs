//! The texts of looking at another moment, in English.

use crate::texts::moments::Moments;

/// English.
pub const MOMENTS: Moments = Moments { title: "Moment" };
