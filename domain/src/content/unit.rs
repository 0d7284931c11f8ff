//! A unit of a course: what is assigned to a class, worked on, graded, counted and corrected, whatever kind it is of. All code asks here what it wants to know
//! of a unit, so that another kind of unit has to be added in one place only.

use super::{Chapter, Html, Paper, Question, Rule, Section};
use crate::ids::{QuestionId, UnitId};

/// A unit, as a paper has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit<'p> {
    /// A section of a chapter: an explanation, and questions that are drawn by chance, as a drill or as a section test.
    Section(&'p Section),
}

impl<'p> Unit<'p> {
    /// The same in every edition.
    pub fn id(self) -> UnitId {
        match self {
            Self::Section(section) => section.id,
        }
    }

    /// Its title.
    pub fn title(self) -> &'p str {
        match self {
            Self::Section(section) => &section.title,
        }
    }

    /// How it is practised, counted and finished.
    pub fn rule(self) -> Rule {
        match self {
            Self::Section(section) => section.rule,
        }
    }

    /// The explanation to read, and to re-read at a stumbling block.
    pub fn explanation(self) -> Option<&'p Html> {
        match self {
            Self::Section(section) => section.explanation.as_ref(),
        }
    }

    /// All its questions, in order; never none in a published edition.
    pub fn questions(self) -> &'p [Question] {
        match self {
            Self::Section(section) => &section.questions,
        }
    }

    /// The question with this identifier.
    pub fn question(self, id: QuestionId) -> Option<&'p Question> {
        self.questions().iter().find(|question| question.id == id)
    }
}

impl Chapter {
    /// One that has sections and nothing else.
    pub fn of_sections(title: String, sections: Vec<Section>) -> Self {
        Self { title, sections }
    }

    /// Its units, in order.
    pub fn units(&self) -> impl Iterator<Item = Unit<'_>> {
        self.sections.iter().map(Unit::Section)
    }
}

impl Paper {
    /// Its units, in order.
    pub fn units(&self) -> impl Iterator<Item = Unit<'_>> {
        self.chapters.iter().flat_map(Chapter::units)
    }

    /// The unit with this identifier.
    pub fn unit(&self, id: UnitId) -> Option<Unit<'_>> {
        self.units().find(|unit| unit.id() == id)
    }
}
