//! The texts of a class at work: presence, alerts, the heatmap, in English.

use crate::texts::board::Board;

/// English.
pub const BOARD: Board = Board {
    class_tab: "Class",
    crumbs: "Where you are",
    tabs: "Pages of this class",
    hide_names: "Hide names",
    student_number: |number: usize| format!("Student {number}"),
};
