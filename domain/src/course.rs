//! The course: imported once, published in numbered editions whose documents are referred to by hash.

use crate::{
    decider::Decider,
    ids::{ContentHash, UnitId},
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
}

/// What can have happened to a course. These names and fields are the stored format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// It exists.
    CourseImported {
        /// The course's title.
        title: String,
    },
    /// It has a new edition.
    EditionPublished {
        /// Counts from 1.
        number: u32,
        /// The document that everybody sees.
        paper: ContentHash,
        /// The key of each unit.
        keys: BTreeMap<UnitId, ContentHash>,
    },
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
}

/// What the course must be told of the world.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// The documents that a `Publish` names are stored, fit each other, and have no faults.
    pub sound: bool,
}

/// The state of a course.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Course {
    /// There is none.
    #[default]
    NotImported,
    /// It exists, with its editions in order.
    Imported(Vec<Published>),
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
            (Self::NotImported, Command::Publish { .. }) => Err(Refusal::NotImported),
            (Self::Imported(editions), Command::Publish { paper, keys }) => {
                if !facts.sound {
                    return Err(Refusal::Unsound);
                }
                if editions.last().is_some_and(|last| last.paper == *paper && last.keys == *keys) {
                    return Ok(vec![]);
                }
                Ok(vec![Event::EditionPublished { number: editions.len() as u32 + 1, paper: *paper, keys: keys.clone() }])
            }
        }
    }

    fn evolve(self, event: &Event) -> Self {
        let mut editions = match self {
            Self::NotImported => Vec::new(),
            Self::Imported(editions) => editions,
        };
        match event {
            Event::CourseImported { .. } => {}
            Event::EditionPublished { number: _, paper, keys } => editions.push(Published { paper: *paper, keys: keys.clone() }),
        }
        Self::Imported(editions)
    }
}
