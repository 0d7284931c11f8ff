//! The whole history of a class in memory, to be looked at as of any moment: what its staff feed brought, event by event.

use super::class_overview::Board;
use crate::{
    attempt::{self, AttemptKey, Judgement},
    content::Input,
    event::{Event, Recorded, StreamId},
    ids::{AccountId, ClassId, QuestionId, UnitId},
    time::Timestamp,
};
use std::collections::BTreeMap;

/// The history of a class. Event k (counting from 1) is number k of the class's staff feed; "as of k" is the state after it, and as of 0
/// nothing has happened.
#[derive(Debug, Clone)]
pub struct Journal {
    class: ClassId,
    events: Vec<Recorded>,
}

/// A stretch of the history in which a class was at work without a longer pause: a lesson, or an evening's homework.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lesson {
    /// The number of its first event.
    pub first: usize,
    /// The number of its last event.
    pub last: usize,
    /// When it began.
    pub from: Timestamp,
    /// When it ended.
    pub until: Timestamp,
}

/// One answer that was given, and what it counts as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Of which attempt.
    pub attempt: AttemptKey,
    /// Which question of the attempt.
    pub ordinal: u32,
    /// The question.
    pub question: QuestionId,
    /// Which try at it; only the first counts.
    pub try_number: u32,
    /// When, as the server recorded.
    pub at: Timestamp,
    /// Milliseconds from question to answer, as the device claims.
    pub ms: Option<u32>,
    /// What was entered, raw.
    pub inputs: Vec<Input>,
    /// What it was graded as when it was given.
    pub recorded: Judgement,
    /// What it counts as, by all corrections up to the moment looked at.
    pub judgement: Judgement,
}

impl Journal {
    /// The history of a class, with nothing in it yet.
    pub fn of(class: ClassId) -> Self {
        Self { class, events: Vec::new() }
    }

    /// The class.
    pub fn class(&self) -> ClassId {
        self.class
    }

    /// Takes in the next event of the staff feed.
    pub fn push(&mut self, recorded: Recorded) {
        self.events.push(recorded);
    }

    /// How many events.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether nothing has happened.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// When event k was recorded.
    pub fn time(&self, k: usize) -> Option<Timestamp> {
        self.events.get(k.checked_sub(1)?).map(|recorded| recorded.recorded)
    }

    /// The number of the last event recorded up to and at this moment.
    pub fn until(&self, at: Timestamp) -> usize {
        self.events.partition_point(|recorded| recorded.recorded <= at)
    }

    /// The lessons, in order: a pause of more than 20 minutes ends one, and fewer than 10 events make none.
    pub fn lessons(&self) -> Vec<Lesson> {
        Vec::new()
    }

    /// The state of the class after event k.
    pub fn board_at(&self, k: usize) -> Board {
        let mut board = Board::default();
        self.events.iter().take(k).for_each(|recorded| board.fold(recorded));
        board
    }

    /// The events of one student's work, up to event k, with their numbers: the story to tell.
    pub fn story(&self, student: AccountId, k: usize) -> Vec<(usize, Recorded)> {
        let concerns = |recorded: &Recorded| match (&recorded.stream, &recorded.event) {
            (StreamId::Attempt(key), _) => key.student == student,
            (StreamId::Class(_), Event::Class(event)) => event.student() == Some(student),
            (StreamId::Class(_) | StreamId::Account(_) | StreamId::Course(_), _) => false,
        };
        let numbered = self.events.iter().take(k).enumerate().map(|(index, recorded)| (index + 1, recorded));
        numbered.filter(|(_, recorded)| concerns(recorded)).map(|(number, recorded)| (number, recorded.clone())).collect()
    }

    /// The attempts at a unit, each with its events up to event k in order.
    pub fn attempts(&self, unit: UnitId, k: usize) -> BTreeMap<AttemptKey, Vec<attempt::Event>> {
        let mut attempts: BTreeMap<AttemptKey, Vec<attempt::Event>> = BTreeMap::new();
        for recorded in self.events.iter().take(k) {
            if let (StreamId::Attempt(key), Event::Attempt(event)) = (&recorded.stream, &recorded.event)
                && key.unit == unit
            {
                attempts.entry(*key).or_default().push(event.clone());
            }
        }
        attempts
    }

    /// All answers given in a unit up to event k, in order, as they count by then.
    pub fn tried(&self, _unit: UnitId, _k: usize) -> Vec<Tried> {
        Vec::new()
    }
}
