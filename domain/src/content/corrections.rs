//! The corrections of a course and what took them back, by the numbers under which they were recorded. A device may hold only those of some
//! units, and may have learnt of them in any order.

use super::{Correction, Question};
use crate::ids::{ContentHash, QuestionId, UnitId};
use serde::{Deserialize, Serialize};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

/// A correction as the course recorded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    /// The newest edition that it corrects.
    pub edition: u32,
    /// The unit that the question is in.
    pub unit: UnitId,
    /// The question.
    pub question: QuestionId,
    /// What is different.
    pub correction: Correction,
    /// No answer that was right becomes wrong.
    pub harm_nobody: bool,
    /// The choices that it speaks of by their places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<ContentHash>,
}

impl Corrected {
    /// Whether it holds for work on this edition: it corrects the editions that there were.
    pub fn holds_for(&self, edition: u32) -> bool {
        self.edition >= edition
    }

    /// Whether it applies to a question as an edition has it: the choices that it names by their places are the same there.
    pub fn speaks_of(&self, asked: &Question) -> bool {
        self.choices.is_none_or(|choices| choices == asked.choices())
    }
}

/// A correction with its number, and whether it was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbered<'c> {
    /// Its number.
    pub number: u32,
    /// The correction.
    pub corrected: &'c Corrected,
    /// The number of what took it back, if that happened.
    pub undone_by: Option<u32>,
}

impl<'c> Numbered<'c> {
    /// What is different.
    pub fn correction(&self) -> &'c Correction {
        &self.corrected.correction
    }

    /// Whether it was not taken back.
    pub fn stands(&self) -> bool {
        self.undone_by.is_none()
    }

    /// Whether it was made by the time that this number was the last, and not taken back by then.
    pub fn stood_at(&self, number: u32) -> bool {
        self.number <= number && self.undone_by.is_none_or(|by| by > number)
    }
}

/// The corrections of a course, and what took them back. They are numbered together, from 1. Nothing here depends on the order in which
/// they were taken in, nor on whether there are holes in the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Corrections {
    /// By number.
    #[serde(with = "pairs")]
    made: BTreeMap<u32, Corrected>,
    /// The number of each correction that was taken back, with the number of what did. It may be known before its correction is.
    taken_back: BTreeSet<(u32, u32)>,
}

static NONE: Corrections = Corrections { made: BTreeMap::new(), taken_back: BTreeSet::new() };

impl Corrections {
    /// Nothing was corrected.
    pub fn none() -> &'static Self {
        &NONE
    }

    /// Takes in a correction.
    pub fn correct(&mut self, number: u32, corrected: Corrected) {
        self.made.insert(number, corrected);
    }

    /// Takes in what took a correction back.
    pub fn take_back(&mut self, number: u32, undoes: u32) {
        self.taken_back.insert((undoes, number));
    }

    /// Nothing was corrected.
    pub fn is_empty(&self) -> bool {
        self.made.is_empty() && self.taken_back.is_empty()
    }

    /// How many there are, with what took them back.
    pub fn len(&self) -> usize {
        self.made.len() + self.taken_back.len()
    }

    /// The correction of this number.
    pub fn get(&self, number: u32) -> Option<Numbered<'_>> {
        self.made.get(&number).map(|corrected| self.numbered(number, corrected))
    }

    /// The number of the correction that was taken back under this number, if one was.
    pub fn undoes(&self, number: u32) -> Option<u32> {
        self.taken_back.iter().find(|(_, by)| *by == number).map(|(undoes, _)| *undoes)
    }

    /// The numbers of all of them, in order.
    pub fn numbers(&self) -> BTreeSet<u32> {
        self.made.keys().copied().chain(self.taken_back.iter().map(|(_, by)| *by)).collect()
    }

    /// All corrections of a question that were ever made, in order, whichever edition they hold for.
    pub fn about(&self, unit: UnitId, question: QuestionId) -> impl DoubleEndedIterator<Item = Numbered<'_>> {
        let about = self.made.iter().filter(move |(_, corrected)| corrected.unit == unit && corrected.question == question);
        about.map(|(number, corrected)| self.numbered(*number, corrected))
    }

    /// Those of a question that stand.
    pub fn standing(&self, unit: UnitId, question: QuestionId) -> impl DoubleEndedIterator<Item = Numbered<'_>> {
        self.about(unit, question).filter(Numbered::stands)
    }

    /// The corrections as they were when this number was the last: those that were taken back later still stand.
    pub fn as_of(&self, number: u32) -> Cow<'_, Self> {
        if self.last() <= number {
            return Cow::Borrowed(self);
        }
        let made = self.made.range(..=number).map(|(number, corrected)| (*number, corrected.clone())).collect();
        let taken_back = self.taken_back.iter().filter(|(_, by)| *by <= number).copied().collect();
        Cow::Owned(Self { made, taken_back })
    }

    /// The last number; 0 for none.
    pub fn last(&self) -> u32 {
        let made = self.made.last_key_value().map_or(0, |(number, _)| *number);
        self.taken_back.iter().map(|(_, by)| *by).fold(made, u32::max)
    }

    /// Whether a question of this unit was ever corrected.
    pub fn concern(&self, unit: UnitId) -> bool {
        self.made.values().any(|corrected| corrected.unit == unit)
    }

    /// The last number that concerns a unit: of a correction of one of its questions, or of what took one back; 0 for none. So whoever holds the
    /// corrections of this unit alone says the same as whoever holds all.
    pub fn last_of(&self, unit: UnitId) -> u32 {
        let of_unit = self.made.iter().filter(|(_, corrected)| corrected.unit == unit).map(|(number, _)| *number);
        of_unit.flat_map(|number| self.undoings(number).chain([number])).max().unwrap_or(0)
    }

    /// The number that comes next, for whoever holds all.
    pub fn next_number(&self) -> u32 {
        self.last().saturating_add(1)
    }

    fn numbered<'c>(&self, number: u32, corrected: &'c Corrected) -> Numbered<'c> {
        Numbered { number, corrected, undone_by: self.undoings(number).next() }
    }

    /// The numbers of what took a correction back; the first is the one that counts.
    fn undoings(&self, number: u32) -> impl Iterator<Item = u32> {
        self.taken_back.range((number, 0)..=(number, u32::MAX)).map(|(_, by)| *by)
    }
}

/// A map by number as a list of pairs: a number that is the key of a map inside a flattened value can be written, but not be read again.
mod pairs {
    use super::{BTreeMap, Corrected};
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(map: &BTreeMap<u32, Corrected>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(map)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<u32, Corrected>, D::Error> {
        Vec::deserialize(from).map(|pairs| pairs.into_iter().collect())
    }
}
