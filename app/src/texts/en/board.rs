//! The texts of a class at work: presence, alerts, the heatmap, in English.

use crate::texts::board::Board;

/// English.
pub const BOARD: Board = Board { class_tab: "Class" };
