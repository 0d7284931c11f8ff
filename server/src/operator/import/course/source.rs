//! The course files as they are written: TOML in, these types out, and a line number where that fails.

use domain::content::{Form, Marks, Measure};
use serde::{Deserialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// `course.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Course {
    pub title: String,
    /// File names, in order.
    pub chapters: Vec<String>,
    #[serde(default)]
    pub decimal_comma: bool,
}

/// A chapter's file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Chapter {
    pub title: String,
    #[serde(default, rename = "section")]
    pub sections: Vec<Section>,
}

/// `[[section]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    pub key: String,
    pub title: String,
    #[serde(default)]
    pub rule: Practice,
    pub explanation: Option<String>,
    #[serde(default, rename = "question")]
    pub questions: Vec<Question>,
}

/// How a section is practised.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Practice {
    #[default]
    SectionTest,
    Drill,
}

/// `[[section.question]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    pub key: String,
    pub text: String,
    pub field: Option<Field>,
    #[serde(default)]
    pub fields: Vec<Field>,
    pub worked: Option<String>,
    /// Of the only field.
    #[serde(default)]
    pub feedback: Feedback,
    pub praise: Option<String>,
    pub comfort: Option<String>,
    #[serde(default)]
    pub calculator: bool,
}

/// An answer, and what to say to it.
pub(super) type Feedback = BTreeMap<String, String>;

/// One thing to fill in: exactly one of `number`, `text`, `one_of`, `many_of` and `match` says what kind.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Field {
    pub label: Option<String>,
    #[serde(default)]
    pub feedback: Feedback,

    pub number: Option<Numbers>,
    pub form: Option<AskedForm>,
    pub within: Option<String>,
    pub decimals: Option<u8>,
    pub figures: Option<u8>,
    pub unit: Option<Measure>,
    pub units: Option<Vec<Measure>>,
    pub percent: Option<bool>,
    pub fraction: Option<bool>,

    pub text: Option<Texts>,
    pub case: Option<bool>,
    pub ignore_accents: Option<bool>,

    pub one_of: Option<Vec<String>>,

    pub many_of: Option<Vec<String>>,
    pub marks: Option<Marking>,

    #[serde(rename = "match")]
    pub pairs: Option<Vec<(String, String)>>,
    pub distractors: Option<Vec<String>>,
}

/// One accepted number, or several.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a number is written 12, or in quotes: \"0.5\", \"7/12\", \"1 1/2\", \"15%\", or a list of such")]
pub(super) enum Numbers {
    Integer(i64),
    Written(String),
    Several(Vec<Numbers>),
}

impl Numbers {
    /// As they are written.
    pub fn written(&self) -> Vec<String> {
        match self {
            Self::Integer(number) => vec![number.to_string()],
            Self::Written(text) => vec![text.clone()],
            Self::Several(numbers) => numbers.iter().flat_map(Self::written).collect(),
        }
    }
}

/// One accepted text, or several.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "accepted texts are written \"like this\", or as a list of such")]
pub(super) enum Texts {
    One(String),
    Several(Vec<String>),
}

impl Texts {
    /// The accepted texts in order.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Several(texts) => texts,
        }
    }
}

/// The form that a number must have.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum AskedForm {
    Simplest,
    Mixed,
    Decimal,
    Percent,
}

impl From<AskedForm> for Form {
    fn from(form: AskedForm) -> Self {
        match form {
            AskedForm::Simplest => Self::Simplest,
            AskedForm::Mixed => Self::Mixed,
            AskedForm::Decimal => Self::Decimal,
            AskedForm::Percent => Self::Percent,
        }
    }
}

/// How a many-of field is marked.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Marking {
    Whole,
    Parts,
}

impl From<Marking> for Marks {
    fn from(marking: Marking) -> Self {
        match marking {
            Marking::Whole => Self::Whole,
            Marking::Parts => Self::Parts,
        }
    }
}

/// Why a file cannot be read, and where.
#[derive(Debug, Default)]
pub(super) struct Misread {
    pub section: Option<String>,
    pub question: Option<String>,
    pub what: String,
}

/// Reads one file.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Misread> {
    toml::from_str(text).map_err(|error| {
        let Some(at) = error.span().map(|span| span.start) else {
            return Misread { what: error.message().to_owned(), ..Misread::default() };
        };
        let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
        let (section, question) = place(text, at);
        Misread { section, question, what: format!("line {line}: {}", error.message()) }
    })
}

/// The keys of the section and the question that the byte at `at` belongs to, as far as they can be told from the lines alone:
/// the file did not parse, so there is nothing better to ask.
fn place(text: &str, at: usize) -> (Option<String>, Option<String>) {
    let (mut section, mut question) = (None, None);
    let mut in_question = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if trimmed.starts_with("[[section") && start > at {
            break;
        }
        match trimmed {
            "[[section]]" => (section, question, in_question) = (None, None, false),
            "[[section.question]]" => (question, in_question) = (None, true),
            _ => {
                let named = trimmed.strip_prefix("key").map(str::trim_start).and_then(|rest| rest.strip_prefix('='));
                if let Some(name) = named {
                    let place = if in_question { &mut question } else { &mut section };
                    place.get_or_insert_with(|| name.trim().trim_matches(['"', '\'']).to_owned());
                }
            }
        }
        start += line.len();
    }
    (section, question)
}
