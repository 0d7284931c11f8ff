//! Courses from files: our own format and those of others.

mod answers;
mod course;
