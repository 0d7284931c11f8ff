//! The texts of managing a class: units, students, enrolment; and of working as a student.

/// What a language says of it.
pub struct Assigning {
    pub title: &'static str,
}
