//! The whole history of a class in memory, to be looked at as of any moment: what its staff feed brought, event by event.
//!
//! An event takes 48 bytes ([`packed`]), and boards are kept along the way ([`checkpoints`]), so that a class of 300 over ten months (660,000
//! events) takes less than 100 MB, and a board as of any event a few milliseconds.

mod checkpoints;
mod lessons;
mod packed;

pub use lessons::{LESSON_EVENTS_MIN, LESSON_PAUSE_MS, Lesson};

use super::class_overview::Board;
use crate::{
    attempt::{self, AttemptKey, Judgement},
    content::Input,
    event::{Event, Recorded, StreamId},
    ids::{AccountId, ClassId, QuestionId, UnitId},
    time::Timestamp,
};
use checkpoints::Checkpoints;
use packed::{Foldable, Packed, Packing};
use std::collections::BTreeMap;

/// The history of a class. Event k (counting from 1) is number k of the class's staff feed; "as of k" is the state after it, and as of 0
/// nothing has happened.
#[derive(Debug, Clone)]
pub struct Journal {
    class: ClassId,
    packing: Packing,
    checkpoints: Checkpoints,
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

/// The same, by places in the journal's tables instead of copies, for views over many answers.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'j> {
    journal: &'j Journal,
    /// Of which attempt.
    pub attempt: AttemptKey,
    /// Which question of the attempt.
    pub ordinal: u32,
    /// Which try at it.
    pub try_number: u32,
    /// When, as the server recorded.
    pub at: Timestamp,
    /// Milliseconds from question to answer, as the device claims.
    pub ms: Option<u32>,
    /// What it was graded as when it was given.
    pub recorded: Judgement,
    /// What it counts as at the moment looked at.
    pub judgement: Judgement,
    /// The student's place among those who worked; equal places, equal students.
    pub student: u32,
    /// The question's place among those that were answered.
    pub question: u32,
    /// The place of what was entered; equal places, equal inputs.
    pub entered: u32,
}

/// A step of somebody's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worked {
    /// Of which attempt.
    pub attempt: AttemptKey,
    /// When, as the server recorded.
    pub at: Timestamp,
    /// When, as the device claims, but not after it was recorded.
    pub claimed: Timestamp,
    /// What happened; what was entered is left out.
    pub event: attempt::Event,
}

impl Journal {
    /// The history of a class, with nothing in it yet.
    pub fn of(class: ClassId) -> Self {
        Self { class, packing: Packing::default(), checkpoints: Checkpoints::default() }
    }

    /// The class.
    pub fn class(&self) -> ClassId {
        self.class
    }

    /// Takes in the next event of the staff feed.
    pub fn push(&mut self, recorded: Recorded) {
        self.packing.push(recorded);
        if let Some(packed) = self.packing.len().checked_sub(1).and_then(|last| self.packing.get(last)) {
            self.checkpoints.fold(&self.packing, packed);
        }
    }

    /// How many events.
    pub fn len(&self) -> usize {
        self.packing.len()
    }

    /// Whether nothing has happened.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Event k as it was recorded.
    pub fn event(&self, k: usize) -> Option<Recorded> {
        self.packing.get(k.checked_sub(1)?).map(|packed| self.packing.unpacked(packed))
    }

    /// When event k was recorded.
    pub fn time(&self, k: usize) -> Option<Timestamp> {
        self.packing.get(k.checked_sub(1)?).map(|packed| packed.recorded)
    }

    /// The number of the last event recorded up to and at this moment. The server's clock may have been set back: what counts is the last.
    pub fn until(&self, at: Timestamp) -> usize {
        let after = self.packing.iter().rev().take_while(|packed| packed.recorded > at).count();
        self.len() - after
    }

    /// The lessons, in order: a pause of more than 20 minutes ends one, and fewer than 10 events make none.
    pub fn lessons(&self) -> Vec<Lesson> {
        lessons::lessons(
            self.up_to(self.len())
                .enumerate()
                .filter(|(_, packed)| self.is_work(packed))
                .map(|(index, packed)| (index + 1, packed.recorded)),
        )
    }

    /// The state of the class after event k.
    pub fn board_at(&self, k: usize) -> Board {
        self.checkpoints.board_at(&self.packing, k)
    }

    /// The events of one student's work, up to event k, with their numbers: the story to tell.
    pub fn story(&self, student: AccountId, k: usize) -> Vec<(usize, Recorded)> {
        let own = self.packing.streams(|stream| stream.attempt().is_some_and(|key| key.student == student));
        let concerns = |packed: &Packed| {
            own[packed.stream as usize]
                || self
                    .packing
                    .as_whole(packed)
                    .and_then(|recorded| recorded.event.class())
                    .is_some_and(|(_, event)| event.student() == Some(student))
        };
        let numbered = (1..).zip(self.up_to(k)).filter(|(_, packed)| concerns(packed));
        numbered.map(|(number, packed)| (number, self.packing.unpacked(packed))).collect()
    }

    /// The attempts at a unit, each with its events up to event k in order.
    pub fn attempts(&self, unit: UnitId, k: usize) -> BTreeMap<AttemptKey, Vec<attempt::Event>> {
        let wanted = self.packing.streams(|stream| is_at(stream, unit));
        let mut attempts: BTreeMap<AttemptKey, Vec<attempt::Event>> = BTreeMap::new();
        for packed in self.up_to(k).filter(|packed| wanted[packed.stream as usize]) {
            if let Recorded { event: Event::Attempt(key, event), .. } = self.packing.unpacked(packed) {
                attempts.entry(key).or_default().push(event);
            }
        }
        attempts
    }

    /// All answers given in a unit up to event k, in order, as they count by then.
    pub fn tried(&self, unit: UnitId, k: usize) -> Vec<Tried> {
        self.answers(Some(unit), k).map(|answered| answered.tried()).collect()
    }

    /// The answers given up to event k, in order, as they count by then: in one unit, or in all.
    pub fn answers(&self, unit: Option<UnitId>, k: usize) -> impl Iterator<Item = Answered<'_>> {
        let wanted = unit.map(|unit| self.packing.streams(|stream| is_at(stream, unit)));
        let regraded = self.regraded(k);
        let of_unit = move |packed: &&Packed| wanted.as_ref().is_none_or(|wanted| wanted[packed.stream as usize]);
        self.up_to(k).filter(of_unit).filter_map(move |packed| {
            let answer = self.packing.answer(packed)?;
            let again = if regraded.is_empty() { None } else { regraded.get(&(packed.stream, answer.ordinal, answer.try_number)) };
            Some(Answered {
                journal: self,
                attempt: answer.key,
                ordinal: answer.ordinal,
                try_number: answer.try_number,
                at: packed.recorded,
                ms: answer.ms,
                recorded: answer.recorded,
                judgement: again.copied().unwrap_or(answer.recorded),
                student: answer.student,
                question: answer.question,
                entered: answer.entered,
            })
        })
    }

    /// How many students have worked: their places are below this.
    pub fn students(&self) -> usize {
        self.packing.students()
    }

    /// The student of a place.
    pub fn student(&self, place: u32) -> AccountId {
        self.packing.student(place)
    }

    /// How many questions there are in it: their places are below this.
    pub fn questions(&self) -> usize {
        self.packing.questions()
    }

    /// The question of a place.
    pub fn question(&self, place: u32) -> QuestionId {
        self.packing.question(place)
    }

    /// What was entered, by its place.
    pub fn entered(&self, place: u32) -> &[Input] {
        self.packing.entered(place)
    }

    /// The work up to event k, in order. Being graded again is no work.
    pub fn work(&self, k: usize) -> impl Iterator<Item = Worked> {
        self.up_to(k).filter(|packed| self.is_work(packed)).filter_map(|packed| {
            let at = packed.recorded;
            let (attempt, claimed, event) = match self.packing.foldable(packed) {
                Foldable::Work(key, event) => (key, packed.claimed(), event),
                Foldable::Whole(recorded) => {
                    let (key, event) = recorded.event.attempt()?;
                    (*key, recorded.claimed, event.clone())
                }
            };
            Some(Worked { attempt, at, claimed: claimed.min(at), event })
        })
    }

    fn up_to(&self, k: usize) -> impl Iterator<Item = &Packed> {
        self.packing.iter().take(k)
    }

    fn is_work(&self, packed: &Packed) -> bool {
        match self.packing.as_whole(packed) {
            None => true,
            Some(recorded) => recorded.event.attempt().is_some_and(|(_, event)| event.is_work()),
        }
    }

    /// The last judgement of each answer that was graded again, by stream, question and try.
    fn regraded(&self, k: usize) -> BTreeMap<(u32, u32, u32), Judgement> {
        let mut judgements = BTreeMap::new();
        for packed in self.up_to(k) {
            if let Some(Recorded { event: Event::Attempt(_, attempt::Event::AnswerRegraded(regraded)), .. }) = self.packing.as_whole(packed)
            {
                let judged = regraded.answers.iter().map(|judged| ((packed.stream, judged.ordinal, judged.try_number), judged.to));
                judgements.extend(judged);
            }
        }
        judgements
    }
}

impl<'j> Answered<'j> {
    /// The question.
    pub fn question(&self) -> QuestionId {
        self.journal.question(self.question)
    }

    /// What was entered, raw.
    pub fn inputs(&self) -> &'j [Input] {
        self.journal.entered(self.entered)
    }

    fn tried(&self) -> Tried {
        Tried {
            attempt: self.attempt,
            ordinal: self.ordinal,
            question: self.question(),
            try_number: self.try_number,
            at: self.at,
            ms: self.ms,
            inputs: self.inputs().to_vec(),
            recorded: self.recorded,
            judgement: self.judgement,
        }
    }
}

fn is_at(stream: &StreamId, unit: UnitId) -> bool {
    stream.attempt().is_some_and(|key| key.unit == unit)
}
