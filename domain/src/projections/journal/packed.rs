//! An event of a class in 48 bytes: what repeats stands once in tables, and what does not fit is kept whole.

use super::Judgement;
use crate::{
    attempt::{Answer, AttemptKey, EditionRef, Event as Attempted, rule::Milestone},
    content::{Input, Rule},
    event::{Event, Position, Recorded, StreamId, Version},
    ids::{AccountId, DeviceId, QuestionId},
    time::Timestamp,
};
use std::{borrow::Borrow, collections::BTreeMap, sync::Arc};

/// Memory is taken for so many events at a time: growing by doubling would need three times as much for a moment, and a page never gives memory back.
const BLOCK: usize = 4_096;
/// Stands for "no time".
const NO_MS: u32 = u32::MAX;

const _: () = assert!(size_of::<Packed>() <= 48, "660,000 events are to fit into a page");

/// An event; wide numbers are places in tables.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packed {
    pub(super) recorded: Timestamp,
    /// How long before that it is claimed to have happened, in milliseconds.
    claimed_before: i32,
    position: u32,
    pub(super) stream: u32,
    version: u32,
    command: u32,
    /// What was entered; of a start the edition and the rule; of an event kept whole where it is.
    about: u32,
    ms: u32,
    hand: u16,
    question: u16,
    ordinal: u16,
    corrections: u16,
    try_number: u8,
    index: u8,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Whole,
    Started,
    Assigned,
    Right,
    Wrong,
    Revealed,
    Reached(Milestone),
}

/// Values that repeat, each once.
#[derive(Debug, Clone)]
struct Table<T> {
    values: Vec<T>,
    places: BTreeMap<T, u32>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { values: Vec::new(), places: BTreeMap::new() }
    }
}

impl<T: Ord + Clone> Table<T> {
    fn place<Q: Ord + ?Sized>(&mut self, value: &Q, own: impl FnOnce(&Q) -> T) -> u32
    where
        T: Borrow<Q>,
    {
        if let Some(place) = self.places.get(value) {
            return *place;
        }
        let (place, value) = (self.values.len() as u32, own(value));
        self.values.push(value.clone());
        self.places.insert(value, place);
        place
    }
}

/// All events.
#[derive(Debug, Clone, Default)]
pub(super) struct Packing {
    blocks: Vec<Vec<Packed>>,
    streams: Table<StreamId>,
    /// By stream, the place of the student whose work it is.
    owners: Vec<Option<u32>>,
    students: Table<AccountId>,
    hands: Table<(AccountId, DeviceId)>,
    questions: Table<QuestionId>,
    inputs: Table<Arc<[Input]>>,
    /// There are few: one for each unit and edition.
    beginnings: Vec<(EditionRef, Rule)>,
    whole: Vec<Recorded>,
}

/// An answer; wide numbers are places in tables.
pub(super) struct Packaged {
    pub(super) key: AttemptKey,
    pub(super) student: u32,
    pub(super) question: u32,
    pub(super) entered: u32,
    pub(super) ordinal: u32,
    pub(super) try_number: u32,
    pub(super) ms: Option<u32>,
    pub(super) recorded: Judgement,
}

/// What an event is folded from.
pub(super) enum Foldable<'p> {
    /// Of somebody's work; an answer comes without what was entered.
    Work(AttemptKey, Attempted),
    /// Kept whole.
    Whole(&'p Recorded),
}

impl Packing {
    pub(super) fn len(&self) -> usize {
        self.blocks.last().map_or(0, |last| (self.blocks.len() - 1) * BLOCK + last.len())
    }

    pub(super) fn get(&self, index: usize) -> Option<&Packed> {
        self.blocks.get(index / BLOCK)?.get(index % BLOCK)
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Packed> {
        self.blocks.iter().flatten()
    }

    pub(super) fn push(&mut self, recorded: Recorded) {
        let stream = self.streams.place(&recorded.stream(), |stream| *stream);
        if stream as usize == self.owners.len() {
            let owner = recorded.stream().attempt().map(|key| self.students.place(&key.student, |student| *student));
            self.owners.push(owner);
        }
        let packed = self.packed(stream, &recorded).unwrap_or_else(|| {
            if let Some((answer, _)) = answered(&recorded.event) {
                self.questions.place(&answer.question, |question| *question);
                self.inputs.place(answer.inputs.as_slice(), |inputs| Arc::from(inputs));
            }
            self.whole.push(recorded.clone());
            Packed { recorded: recorded.recorded, stream, about: self.whole.len() as u32 - 1, ..Packed::NOTHING }
        });
        match self.blocks.last_mut() {
            Some(last) if last.len() < BLOCK => last.push(packed),
            Some(_) | None => {
                let mut block = Vec::with_capacity(BLOCK);
                block.push(packed);
                self.blocks.push(block);
            }
        }
    }

    /// `None` for an event that does not fit, or is too rare to be worth packing.
    fn packed(&mut self, stream: u32, recorded: &Recorded) -> Option<Packed> {
        let Recorded { version, position, actor, device, command, index, cause: None, claimed, .. } = recorded else { return None };
        let (_, event) = recorded.event.attempt()?;
        let hand = self.hands.place(&(*actor, *device), |hand| *hand);
        let packed = Packed {
            recorded: recorded.recorded,
            claimed_before: i32::try_from(recorded.recorded.0.checked_sub(claimed.0)?).ok()?,
            position: u32::try_from(position.0).ok()?,
            stream,
            version: u32::try_from(version.0).ok()?,
            command: u32::try_from(*command).ok()?,
            hand: u16::try_from(hand).ok()?,
            index: u8::try_from(*index).ok()?,
            ..Packed::NOTHING
        };
        let mut asked = |ordinal: u32, question: &QuestionId| {
            let question = self.questions.place(question, |question| *question);
            Some((u16::try_from(ordinal).ok()?, u16::try_from(question).ok()?))
        };
        if let Some(beginning) = event.begun() {
            let known = self.beginnings.iter().position(|known| *known == beginning);
            let about = known.unwrap_or_else(|| {
                self.beginnings.push(beginning);
                self.beginnings.len() - 1
            });
            return Some(Packed { kind: Kind::Started, about: about as u32, ..packed });
        }
        if let Some((ordinal, question)) = event.assigned() {
            let (ordinal, question) = asked(ordinal, &question)?;
            return Some(Packed { kind: Kind::Assigned, ordinal, question, ..packed });
        }
        if let Some((answer, is_right)) = event.graded() {
            let (ordinal, question) = asked(answer.ordinal, &answer.question)?;
            return Some(Packed {
                kind: if is_right { Kind::Right } else { Kind::Wrong },
                ordinal,
                question,
                try_number: u8::try_from(answer.try_number).ok()?,
                corrections: u16::try_from(answer.corrections).ok()?,
                ms: match answer.ms {
                    Some(NO_MS) => return None,
                    Some(ms) => ms,
                    None => NO_MS,
                },
                about: self.inputs.place(answer.inputs.as_slice(), |inputs| Arc::from(inputs)),
                ..packed
            });
        }
        if let Some((ordinal, question)) = event.revealed() {
            let (ordinal, question) = asked(ordinal, &question)?;
            return Some(Packed { kind: Kind::Revealed, ordinal, question, ..packed });
        }
        event.milestone().map(|milestone| Packed { kind: Kind::Reached(milestone), ..packed })
    }

    /// The event as it was recorded.
    pub(super) fn unpacked(&self, packed: &Packed) -> Recorded {
        let Some((key, event)) = self.work(packed, |about| self.inputs.values[about as usize].to_vec()) else {
            return self.whole[packed.about as usize].clone();
        };
        let (actor, device) = self.hands.values[usize::from(packed.hand)];
        Recorded {
            version: Version(packed.version.into()),
            position: Position(packed.position.into()),
            actor,
            device,
            command: packed.command.into(),
            index: packed.index.into(),
            cause: None,
            claimed: packed.claimed(),
            recorded: packed.recorded,
            event: Event::Attempt(key, event),
        }
    }

    /// The event as a board folds it, which does not ask what was entered.
    pub(super) fn foldable(&self, packed: &Packed) -> Foldable<'_> {
        match self.work(packed, |_| Vec::new()) {
            Some((key, event)) => Foldable::Work(key, event),
            None => Foldable::Whole(&self.whole[packed.about as usize]),
        }
    }

    /// The attempt and its event; none for one that is kept whole.
    fn work(&self, packed: &Packed, inputs: impl FnOnce(u32) -> Vec<Input>) -> Option<(AttemptKey, Attempted)> {
        Some((*self.stream(packed).attempt()?, self.event(packed, inputs)?))
    }

    /// None for one that is kept whole.
    fn event(&self, packed: &Packed, inputs: impl FnOnce(u32) -> Vec<Input>) -> Option<Attempted> {
        let (ordinal, question) = (u32::from(packed.ordinal), || self.questions.values[usize::from(packed.question)]);
        let answer = || Answer {
            ordinal,
            question: question(),
            try_number: packed.try_number.into(),
            inputs: inputs(packed.about),
            ms: packed.ms(),
            corrections: packed.corrections.into(),
        };
        match packed.kind {
            Kind::Whole => None,
            Kind::Started => {
                let (edition, rule) = self.beginnings[packed.about as usize];
                Some(Attempted::AttemptStarted { edition, rule })
            }
            Kind::Assigned => Some(Attempted::QuestionAssigned { ordinal, question: question() }),
            Kind::Right => Some(Attempted::QuestionAnsweredCorrectly(answer())),
            Kind::Wrong => Some(Attempted::QuestionAnsweredWrongly(answer())),
            Kind::Revealed => Some(Attempted::AnswerRevealed { ordinal, question: question() }),
            Kind::Reached(milestone) => Some(milestone.into()),
        }
    }

    pub(super) fn stream(&self, packed: &Packed) -> &StreamId {
        &self.streams.values[packed.stream as usize]
    }

    /// By the place of each stream, whether it is one of these.
    pub(super) fn streams(&self, wanted: impl Fn(&StreamId) -> bool) -> Vec<bool> {
        self.streams.values.iter().map(wanted).collect()
    }

    /// The student of this place; places are below [`Self::students`].
    pub(super) fn student(&self, place: u32) -> AccountId {
        self.students.values[place as usize]
    }

    pub(super) fn students(&self) -> usize {
        self.students.values.len()
    }

    pub(super) fn question(&self, place: u32) -> QuestionId {
        self.questions.values[place as usize]
    }

    pub(super) fn questions(&self) -> usize {
        self.questions.values.len()
    }

    pub(super) fn entered(&self, place: u32) -> &[Input] {
        &self.inputs.values[place as usize]
    }

    /// The answer, if it is one.
    pub(super) fn answer(&self, packed: &Packed) -> Option<Packaged> {
        let (StreamId::Attempt(key), Some(student)) = (self.stream(packed), self.owners[packed.stream as usize]) else { return None };
        let recorded = match packed.kind {
            Kind::Right => Judgement::Right,
            Kind::Wrong => Judgement::Wrong,
            Kind::Whole => return self.whole_answer(*key, student, &self.whole[packed.about as usize]),
            Kind::Started | Kind::Assigned | Kind::Revealed | Kind::Reached(_) => return None,
        };
        Some(Packaged {
            key: *key,
            student,
            question: packed.question.into(),
            entered: packed.about,
            ordinal: packed.ordinal.into(),
            try_number: packed.try_number.into(),
            ms: packed.ms(),
            recorded,
        })
    }

    fn whole_answer(&self, key: AttemptKey, student: u32, recorded: &Recorded) -> Option<Packaged> {
        let (answer, recorded) = answered(&recorded.event)?;
        let question = *self.questions.places.get(&answer.question)?;
        let entered = *self.inputs.places.get(answer.inputs.as_slice())?;
        let Answer { ordinal, try_number, ms, .. } = *answer;
        Some(Packaged { key, student, question, entered, ordinal, try_number, ms, recorded })
    }

    /// The event, if it is kept whole.
    pub(super) fn as_whole(&self, packed: &Packed) -> Option<&Recorded> {
        (packed.kind == Kind::Whole).then(|| &self.whole[packed.about as usize])
    }
}

fn answered(event: &Event) -> Option<(&Answer, Judgement)> {
    let (answer, is_right) = event.attempt()?.1.graded()?;
    Some((answer, if is_right { Judgement::Right } else { Judgement::Wrong }))
}

impl Packed {
    const NOTHING: Self = Self {
        recorded: Timestamp(0),
        claimed_before: 0,
        position: 0,
        stream: 0,
        version: 0,
        command: 0,
        about: 0,
        ms: NO_MS,
        hand: 0,
        question: 0,
        ordinal: 0,
        corrections: 0,
        try_number: 0,
        index: 0,
        kind: Kind::Whole,
    };

    /// Of an event that is not kept whole.
    pub(super) fn claimed(&self) -> Timestamp {
        Timestamp(self.recorded.0 - i64::from(self.claimed_before))
    }

    fn ms(&self) -> Option<u32> {
        (self.ms != NO_MS).then_some(self.ms)
    }
}
