//! The texts of the statistics of a class, in English.

use crate::texts::statistics::Statistics;

/// English.
pub const STATISTICS: Statistics = Statistics { title: "Statistics" };
