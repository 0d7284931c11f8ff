//! Import: foreign question banks become editions, and a report says of each question what became of it.

pub mod course;
mod encoding;
pub mod gift;
pub mod rich;

pub use encoding::{Decoded, decode, decoded};

use domain::content::Edition;
use std::fmt;

/// What came of reading a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The course, without faults; none where nothing could be imported.
    pub edition: Option<Edition>,
    /// A line for each question, in the order of the file.
    pub report: Vec<Line>,
}

/// What became of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line on which it starts, from 1.
    pub line: usize,
    /// Its title, or its first words.
    pub name: String,
    /// What became of it.
    pub verdict: Verdict,
}

/// Whether a question was imported; remarks and reasons are English sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// As it was.
    Imported,
    /// With a difference that its author should know of.
    Remarked(Vec<String>),
    /// Not, for this reason.
    Refused(String),
}

impl Verdict {
    /// Imported, with these remarks.
    fn of(remarks: Vec<String>) -> Self {
        if remarks.is_empty() { Self::Imported } else { Self::Remarked(remarks) }
    }

    /// Adds a remark to what was imported.
    fn remark(&mut self, remark: String) {
        match self {
            Self::Imported => *self = Self::Remarked(vec![remark]),
            Self::Remarked(remarks) => remarks.push(remark),
            Self::Refused(_) => {}
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, name, verdict } = self;
        match verdict {
            Verdict::Imported => write!(f, "line {line}: imported: {name}"),
            Verdict::Remarked(remarks) => write!(f, "line {line}: imported with a remark: {name}: {}", remarks.join(" ")),
            Verdict::Refused(reason) => write!(f, "line {line}: refused: {name}: {reason}"),
        }
    }
}

/// How many questions were imported, and how many not.
pub fn summary(report: &[Line]) -> String {
    let count = |which: fn(&Verdict) -> bool| report.iter().filter(|line| which(&line.verdict)).count();
    let imported = count(|verdict| matches!(verdict, Verdict::Imported));
    let remarked = count(|verdict| matches!(verdict, Verdict::Remarked(_)));
    let refused = count(|verdict| matches!(verdict, Verdict::Refused(_)));
    format!("{} questions: {imported} imported, {remarked} imported with a remark, {refused} refused", report.len())
}
