//! Import: foreign question banks become editions, and a report says of each question what became of it.

pub mod course;
pub mod gift;
pub mod rich;

use domain::content::Edition;
use encoding_rs::{Encoding, UTF_8};
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

/// The text of a file: UTF-8 unless an encoding is named, by any of its usual labels. The error is a sentence.
pub fn decode(bytes: &[u8], encoding: Option<&str>) -> Result<String, String> {
    let known = match encoding {
        None => UTF_8,
        Some(label) => Encoding::for_label(label.trim().as_bytes())
            .ok_or_else(|| format!("“{label}” is not the name of an encoding; try windows-1252."))?,
    };
    // A byte order mark outranks what anybody says about the file.
    let (text, used, broken) = known.decode(bytes);
    match (broken, encoding) {
        (false, _) => Ok(text.into_owned()),
        (true, None) if used == UTF_8 => {
            let line = 1 + valid_prefix(bytes).iter().filter(|byte| **byte == b'\n').count();
            Err(format!("The file is not UTF-8 (line {line}). Name its encoding, for example --encoding windows-1252."))
        }
        (true, _) => Err(format!("The file is not {}.", used.name())),
    }
}

fn valid_prefix(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Ok(_) => bytes,
        Err(error) => &bytes[..error.valid_up_to()],
    }
}
