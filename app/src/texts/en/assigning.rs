//! The texts of managing a class: units, students, enrolment; and of working as a student, in English.

use crate::texts::assigning::Assigning;

/// English.
pub const ASSIGNING: Assigning = Assigning { title: "Assignments" };
