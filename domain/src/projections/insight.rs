//! Views over a class's history, as of any moment: questions, sections, and time. Pure, and nothing
//! is decided by them.
//!
//! A *first answer* is a student's answer at the first try. A student meets a drawn question again and again: statistics take the first answer
//! to the first meeting, one for each student, unless they say otherwise. What counts for nothing any more (a question that was dropped) is in
//! none of them.

mod attention;
mod first;
mod question;
mod questions;
mod section;
mod time_spent;
mod weeks;

pub use attention::{NOW_WITHIN_MS, is_about_now};
pub use question::{FIELDS_JOINED_BY, GivenBy, QuestionInsight, Subject, WrongAnswer};
pub use questions::{QuestionRow, questions};
pub use section::{SectionInsight, mark_table};
pub use time_spent::{ACTIVITY_MS_MAX, time_spent};
pub use weeks::{Week, WeekOfWork, Zone, weeks_of_work};
