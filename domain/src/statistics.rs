//! Statistics over marks: the numbers of Moodle's quiz statistics report and a few more, for screens and tables; they decide nothing.
//!
//! Attempts are called s, questions p; x is a student's mark on a question, M its maximum, T the student's total, y = T − x the rest.
//! Variances V and covariances C divide by s − 1. A number that is not defined is `None`, never NaN or an infinity. Every sum is taken
//! in the order in which the values came and with its rounding errors carried along, so that all machines see the same digits.
//!
//! A [`MarkTable`] is what goes in, [`Report`] is what comes out for a fixed set of questions; [`practice()`] is for drawn ones, [`answers()`]
//! for the answers to one question, [`Share`] and [`median_time_ms`] for whatever is counted and timed.
//!
//! Floats are allowed in here and nowhere else in the domain (`tests/tidy`): a standard deviation is a float by nature, and what is
//! computed here is shown, never stored, replayed or decided upon.

mod answers;
mod histogram;
mod marks;
mod moments;
mod practice;
mod report;
mod share;

pub use answers::{AnswerLine, Doubt, Given, NormalAnswer, answers};
pub use histogram::{Bin, histogram};
pub use marks::{MARK_MAX, MarkTable, Unfit, Why};
pub use practice::{DRAWN_MIN, Drawn, practice};
pub use report::{Discrimination, QuestionFigures, Reliability, Report, TotalFigures};
pub use share::{Share, completion, median_time_ms, median_time_whole_ms};
