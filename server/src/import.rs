//! Import: foreign question banks become editions, and a report says of each question what became of it.

pub mod gift;
pub mod rich;

use domain::content::Edition;
use encoding_rs::{Encoding, UTF_8};

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
