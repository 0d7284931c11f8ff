//! An edition: one immutable, numbered state of a course. Its paper and its keys are documents named by their hash.

use super::{Question, UnitKey};
use crate::ids::{ContentHash, CourseId, UnitId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The whole course without keys: what every member may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// The course that this is an edition of.
    pub course: CourseId,
    /// The course's title.
    pub title: String,
    /// The decimal sign is a comma.
    #[serde(default)]
    pub decimal_comma: bool,
    /// In order.
    pub chapters: Vec<Chapter>,
}

/// A part of a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chapter {
    /// Its title.
    pub title: String,
    /// In order.
    pub sections: Vec<Section>,
}

/// A unit of practice: explanations and questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The same unit in every edition.
    pub id: UnitId,
    /// Its title.
    pub title: String,
    /// How it is practised.
    pub rule: Rule,
    /// The explanation to read, and to re-read at a stumbling block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<super::Html>,
    /// The questions to draw from; never empty in a published edition.
    pub questions: Vec<Question>,
}

/// How a unit is practised: data, so that a school can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rule {
    /// Any answer moves on; this many right in a row pass.
    Drill {
        /// Right answers in a row that pass; 3 unless set.
        streak: u8,
    },
    /// Only first answers count; stay until right or revealed.
    SectionTest {
        /// First-time-right in a row that finish; 5 unless set.
        streak: u8,
        /// Questions in a row not right first time that make a stumbling block; 3 unless set.
        stumble: u8,
    },
}

impl Rule {
    /// The drill of the product description: three in a row.
    pub const DRILL: Self = Self::Drill { streak: 3 };
    /// The section test of the product description: five in a row; three misses make a stumbling block.
    pub const SECTION_TEST: Self = Self::SectionTest { streak: 5, stumble: 3 };

    /// How many in a row finish or pass.
    pub fn goal(self) -> u8 {
        match self {
            Self::Drill { streak } | Self::SectionTest { streak, .. } => streak,
        }
    }

    /// How many misses in a row are a stumbling block, where there is such a thing.
    pub fn stumbles_at(self) -> Option<u8> {
        match self {
            Self::Drill { .. } => None,
            Self::SectionTest { stumble, .. } => Some(stumble),
        }
    }

    /// Whether any answer moves on, and not only a right one.
    pub fn moves_on_when_missed(self) -> bool {
        match self {
            Self::Drill { .. } => true,
            Self::SectionTest { .. } => false,
        }
    }

    /// Whether a run ends when the goal is reached; then the next one begins. Otherwise work goes on.
    pub fn ends(self) -> bool {
        match self {
            Self::Drill { .. } => true,
            Self::SectionTest { .. } => false,
        }
    }
}

/// An edition in full, as authors and importers make it: the paper and the key of each unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// What everybody sees.
    pub paper: Paper,
    /// A key for each section.
    pub keys: BTreeMap<UnitId, UnitKey>,
}

/// A document as it is stored, sent and hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The name: SHA-256 of the bytes.
    pub hash: ContentHash,
    /// JSON.
    pub bytes: Vec<u8>,
}

impl Document {
    /// The stored form of a paper or a key.
    pub fn of(value: &impl Serialize) -> Self {
        let bytes = serde_json::to_vec(value).expect("content has string keys only, so it always serialises");
        Self { hash: ContentHash::of(&bytes), bytes }
    }
}

/// Why an edition cannot be published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is nothing to practise.
    #[error("the course has no sections")]
    NoSections,
    /// A section has no questions.
    #[error("section “{0}” has no questions")]
    NoQuestions(String),
    /// Two sections or two questions of the course share an identifier.
    #[error("section “{0}” repeats an identifier")]
    Repeated(String),
    /// A question's text does not place each of its fields exactly once.
    #[error("question {1} of section “{0}” does not place each field once")]
    Misplaced(String, usize),
    /// The key does not fit the question's fields.
    #[error("question {1} of section “{0}” has no key that fits its fields")]
    Unkeyed(String, usize),
    /// Zero in a row is no goal.
    #[error("section “{0}” has a streak of zero")]
    NoGoal(String),
}

impl Edition {
    /// The faults that forbid publishing, in reading order; none for a sound edition. Numbers of questions count from 1.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut units = std::collections::BTreeSet::new();
        let mut questions = std::collections::BTreeSet::new();
        if self.paper.units().next().is_none() {
            faults.push(Fault::NoSections);
        }
        for unit in self.paper.units() {
            let title = || unit.title().to_owned();
            if unit.questions().is_empty() {
                faults.push(Fault::NoQuestions(title()));
            }
            if unit.rule().goal() == 0 {
                faults.push(Fault::NoGoal(title()));
            }
            let fresh = units.insert(unit.id()) & unit.questions().iter().all(|question| questions.insert(question.id));
            if !fresh {
                faults.push(Fault::Repeated(title()));
            }
            for (index, question) in unit.questions().iter().enumerate() {
                if !question.places_each_field_once() {
                    faults.push(Fault::Misplaced(title(), index + 1));
                }
                let key = self.keys.get(&unit.id()).and_then(|key| key.questions.get(&question.id));
                if !key.is_some_and(|key| key.fits(question)) {
                    faults.push(Fault::Unkeyed(title(), index + 1));
                }
            }
        }
        faults
    }
}
