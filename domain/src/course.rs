//! The course: imported once, published in numbered editions whose documents are referred to by hash, and corrected by events.

use crate::{
    content::{Corrected, Correction, Corrections},
    decider::Decider,
    ids::{ContentHash, QuestionId, UnitId},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What can be asked of a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Take in a course under this title. Taking it in twice is quiet.
    Import {
        /// The course's title.
        title: String,
    },
    /// Publish these documents as the next edition. Publishing what is published already is quiet.
    Publish {
        /// The document that everybody sees.
        paper: ContentHash,
        /// The key of each unit.
        keys: BTreeMap<UnitId, ContentHash>,
    },
    /// Correct the key of a question, in all editions that there are now.
    Correct {
        /// The unit that the question is in.
        unit: UnitId,
        /// The question.
        question: QuestionId,
        /// What is different from now on, and for all answers given before.
        correction: Correction,
        /// No answer that was right becomes wrong.
        harm_nobody: bool,
    },
    /// Take a correction back. Taking it back twice is quiet.
    UndoCorrection {
        /// The correction's number.
        number: u32,
    },
}

/// What can have happened to a course. These names and fields are the stored format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// It exists.
    CourseImported {
        /// The course's title.
        title: String,
    },
    /// A new edition was published.
    EditionPublished {
        /// Counts from 1.
        number: u32,
        /// The document that everybody sees.
        paper: ContentHash,
        /// The key of each unit.
        keys: BTreeMap<UnitId, ContentHash>,
    },
    /// The key of a question was corrected.
    AnswerKeyCorrected {
        /// Counts the corrections of the course, and what takes them back, from 1.
        number: u32,
        /// The newest edition at that moment: it and those before it are corrected, later ones are not.
        edition: u32,
        /// The unit that the question is in.
        unit: UnitId,
        /// The question.
        question: QuestionId,
        /// What is different.
        correction: Correction,
        /// No answer that was right becomes wrong.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        harm_nobody: bool,
        /// The choices that it speaks of by their places ([`crate::content::Question::choices`]); none if it speaks of none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        choices: Option<ContentHash>,
    },
    /// A correction was taken back.
    CorrectionUndone {
        /// Its own number, in the same count as the corrections.
        number: u32,
        /// The number of the correction taken back.
        undoes: u32,
    },
}

impl Event {
    /// The number of the correction that it is, or of what took one back.
    pub fn correction_number(&self) -> Option<u32> {
        match self {
            Self::AnswerKeyCorrected { number, .. } | Self::CorrectionUndone { number, .. } => Some(*number),
            Self::CourseImported { .. } | Self::EditionPublished { .. } => None,
        }
    }
}

/// Why a command of a course is turned down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// There is no such course.
    NotImported,
    /// A title has 1 to 120 characters.
    BadTitle,
    /// The documents are not there, or have faults.
    Unsound,
    /// The newest edition has no such question, or the correction does not fit it.
    DoesNotFit,
    /// An answer that the correction names is longer than what may be typed into its field.
    TooLongToEnter,
    /// The course has no correction of this number.
    NoSuchCorrection,
}

/// What the course must be told of the world.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// The documents that a `Publish` names are stored, fit each other, and have no faults.
    pub sound: bool,
    /// The question that a `Correct` names is in the newest edition that has its unit, and the correction fits it.
    pub fits: bool,
    /// Whatever the correction names as an answer may be typed into that question's fields.
    pub can_be_entered: bool,
    /// The choices of that question.
    pub choices: Option<ContentHash>,
}

/// The state of a course.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Course {
    /// The course was not imported yet.
    #[default]
    NotImported,
    /// It exists.
    Imported(Contents),
}

/// What there is of a course.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contents {
    /// Its editions; number n at index n − 1.
    pub editions: Vec<Published>,
    /// Its corrections, and what took them back. A device may hold only those of some units.
    #[serde(default, skip_serializing_if = "Corrections::is_empty")]
    pub corrections: Corrections,
}

/// An edition's documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The document that everybody sees.
    pub paper: ContentHash,
    /// The key of each unit.
    pub keys: BTreeMap<UnitId, ContentHash>,
}

/// The most characters of a course's title.
const TITLE_CHARS_MAX: usize = 120;

impl Decider for Course {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    type Facts<'f> = Facts;

    fn decide(&self, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        match (self, command) {
            (Self::NotImported, Command::Import { title }) => {
                let title = title.trim();
                if title.is_empty() || title.chars().count() > TITLE_CHARS_MAX {
                    return Err(Refusal::BadTitle);
                }
                Ok(vec![Event::CourseImported { title: title.to_owned() }])
            }
            (Self::Imported(_), Command::Import { .. }) => Ok(vec![]),
            (Self::NotImported, Command::Publish { .. } | Command::Correct { .. } | Command::UndoCorrection { .. }) => {
                Err(Refusal::NotImported)
            }
            (Self::Imported(Contents { editions, .. }), Command::Publish { paper, keys }) => {
                if !facts.sound {
                    return Err(Refusal::Unsound);
                }
                if editions.last().is_some_and(|last| last.paper == *paper && last.keys == *keys) {
                    return Ok(vec![]);
                }
                Ok(vec![Event::EditionPublished { number: editions.len() as u32 + 1, paper: *paper, keys: keys.clone() }])
            }
            (Self::Imported(contents), Command::Correct { unit, question, correction, harm_nobody }) => {
                if !facts.fits || !correction.is_sound() {
                    return Err(Refusal::DoesNotFit);
                }
                let (unit, question, harm_nobody) = (*unit, *question, *harm_nobody);
                let (number, edition) = (contents.corrections.next_number(), contents.editions.len() as u32);
                let stands = contents.says_already(unit, question, correction, harm_nobody);
                if !stands && !facts.can_be_entered {
                    return Err(Refusal::TooLongToEnter);
                }
                let (choices, correction) = (facts.choices.filter(|_| correction.speaks_of_places()), correction.clone());
                let event = Event::AnswerKeyCorrected { number, edition, unit, question, correction, harm_nobody, choices };
                Ok(if stands { vec![] } else { vec![event] })
            }
            (Self::Imported(Contents { corrections, .. }), Command::UndoCorrection { number }) => match corrections.get(*number) {
                Some(said) if said.stands() => Ok(vec![Event::CorrectionUndone { number: corrections.next_number(), undoes: *number }]),
                Some(_) => Ok(vec![]),
                None => Err(Refusal::NoSuchCorrection),
            },
        }
    }

    fn evolve(self, event: &Event) -> Self {
        let mut contents = match self {
            Self::NotImported => Contents::default(),
            Self::Imported(contents) => contents,
        };
        contents.evolve(event);
        Self::Imported(contents)
    }
}

impl Contents {
    /// Takes in what happened. Editions come in their order; corrections may come before them or after, and in any order.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::CourseImported { .. } => {}
            Event::EditionPublished { number: _, paper, keys } => self.editions.push(Published { paper: *paper, keys: keys.clone() }),
            Event::AnswerKeyCorrected { number, edition, unit, question, correction, harm_nobody, choices } => {
                let (edition, unit, question, harm_nobody, choices) = (*edition, *unit, *question, *harm_nobody, *choices);
                let correction = correction.clone();
                self.corrections.correct(*number, Corrected { edition, unit, question, correction, harm_nobody, choices });
            }
            Event::CorrectionUndone { number, undoes } => self.corrections.take_back(*number, *undoes),
        }
    }

    /// Whether what stands says this already of the question as the newest edition with its unit has it: an equal correction was made for that
    /// edition, was not taken back, and no later one holds instead. One that harms nobody does not say what one that may harm says.
    fn says_already(&self, unit: UnitId, question: QuestionId, correction: &Correction, harm_nobody: bool) -> bool {
        let newest = self.editions.iter().rposition(|edition| edition.keys.contains_key(&unit)).map_or(0, |index| index as u32 + 1);
        let standing = self.corrections.standing(unit, question).rev().map(|said| said.corrected);
        let holding = standing.filter(|made| made.holds_for(newest));
        let mut since_another_held = holding.take_while(|made| !made.correction.overrides(correction));
        since_another_held.any(|made| made.correction == *correction && (harm_nobody || !made.harm_nobody))
    }
}
