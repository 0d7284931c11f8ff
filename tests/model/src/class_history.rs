//! The history of a class as its staff feed brings it, drawn by chance: also what no rule would let happen, numbers at their limits, and events
//! of a later build. Whatever is folded must bear it.

use super::{chance::Chance, school::*};
use domain::{
    attempt::{self, Answer, AttemptKey, Judged, Judgement, Reckoning, Regraded},
    class,
    content::{Input, Rule},
    event::{Event, Position, Recorded, StreamId, Version},
    ids::{AccountId, ContentHash, DeviceId, EventId, QuestionId},
    time::Timestamp,
};
use std::collections::BTreeMap;

/// 2026-09-01, some milliseconds after midnight UTC.
pub const BEGUN: Timestamp = Timestamp(1_788_220_800_123);

/// The n-th student of the class.
pub fn student(n: usize) -> AccountId {
    person(&format!("student {n}"))
}

/// So many events of class 2B with so many students.
pub fn drawn(seed: u64, students: usize, events: usize) -> Vec<Recorded> {
    let mut chance = Chance(seed);
    let mut drawing = Drawing { answers: BTreeMap::new(), versions: BTreeMap::new(), now: BEGUN };
    (1..=events as u64).map(|number| drawing.next(&mut chance, students, number)).collect()
}

struct Drawing {
    /// The answers given, by attempt: which question of the attempt, which try, and how they were judged last.
    answers: BTreeMap<AttemptKey, Vec<(u32, QuestionId, u32, Judgement)>>,
    versions: BTreeMap<StreamId, u64>,
    now: Timestamp,
}

impl Drawing {
    fn next(&mut self, chance: &mut Chance, students: usize, number: u64) -> Recorded {
        self.now.0 += match chance.below(60) {
            0 => 25 * 60_000,
            1 => 3 * 24 * 60 * 60_000,
            2 => -5_000,
            3..20 => 0,
            _ => chance.below(90_000) as i64,
        };
        let who = student(chance.below(students));
        let event = if chance.below(12) == 0 {
            Event::Class(class_of("2B"), of_class(chance, who))
        } else {
            let (unit_name, questions, rule) = UNITS[chance.below(UNITS.len())];
            let key = AttemptKey { student: who, class: class_of("2B"), unit: unit(unit_name), run: 1 + chance.below(2) as u32 };
            let question = question_id(unit_name, 1 + chance.below(questions));
            Event::Attempt(key, self.of_attempt(chance, key, question, rule, unit_name))
        };
        let event = if chance.below(40) == 0 { Event::Unknown(event.stream()) } else { event };
        let version = self.versions.entry(event.stream()).or_default();
        *version += 1;
        let odd = chance.below(50);
        Recorded {
            version: Version(if odd == 0 { u64::MAX } else { *version }),
            position: Position(if odd == 1 { u64::from(u32::MAX) + 1 } else { number * 3 }),
            actor: who,
            device: DeviceId::derived(&[["phone", "desk"][chance.below(2)]]),
            command: if odd == 2 { u64::MAX } else { number },
            index: if odd == 3 { 300 } else { chance.below(3) as u16 },
            cause: (odd == 4).then(|| EventId::derived(&["a correction"])),
            claimed: match odd {
                5 => Timestamp(i64::MIN),
                6 => Timestamp(i64::MAX),
                7..15 => Timestamp(self.now.0 - 3 * 60 * 60_000),
                _ => Timestamp(self.now.0 - chance.below(900) as i64),
            },
            recorded: self.now,
            event,
        }
    }

    fn of_attempt(&mut self, chance: &mut Chance, key: AttemptKey, question: QuestionId, rule: Rule, unit_name: &str) -> attempt::Event {
        let ordinal = if chance.below(60) == 0 { u32::MAX } else { 1 + chance.below(40) as u32 };
        match chance.below(30) {
            0 => attempt::Event::AttemptStarted { edition: edition_ref(unit_name, 1 + chance.below(2) as u32), rule },
            1..5 => attempt::Event::QuestionAssigned { ordinal, question },
            5 => attempt::Event::AnswerRevealed { ordinal, question },
            6 => attempt::Event::StumblingBlockMet {},
            7 => attempt::Event::StumblingBlockCleared {},
            8 => attempt::Event::SectionFinished {},
            9 => attempt::Event::StreakCompleted {},
            10 => attempt::Event::DrillPassed {},
            11..13 => self.regraded(chance, key),
            _ => {
                let right = chance.below(3) > 0;
                let try_number = if chance.below(60) == 0 { 400 } else { 1 + chance.below(4) as u32 / 2 };
                let judgement = if right { Judgement::Right } else { Judgement::Wrong };
                self.answers.entry(key).or_default().push((ordinal, question, try_number, judgement));
                let answer = answer(chance, ordinal, question, try_number);
                if right { attempt::Event::QuestionAnsweredCorrectly(answer) } else { attempt::Event::QuestionAnsweredWrongly(answer) }
            }
        }
    }

    fn regraded(&mut self, chance: &mut Chance, key: AttemptKey) -> attempt::Event {
        let mut answers = Vec::new();
        for (ordinal, question, try_number, judgement) in self.answers.entry(key).or_default() {
            let to = [Judgement::Wrong, Judgement::Void, Judgement::Right][chance.below(3)];
            if chance.below(3) == 0 && to != *judgement {
                answers.push(Judged { ordinal: *ordinal, question: *question, try_number: *try_number, from: *judgement, to });
                *judgement = to;
            }
        }
        let mut reckoning =
            || Reckoning { streak: chance.below(5) as u8, misses: 0, stuck: chance.below(2) == 0, finished: chance.below(2) == 0 };
        attempt::Event::AnswerRegraded(Regraded { correction: 1, answers, before: reckoning(), after: reckoning() })
    }
}

fn answer(chance: &mut Chance, ordinal: u32, question: QuestionId, try_number: u32) -> Answer {
    let inputs = match chance.below(6) {
        0 => vec![Input::Chosen(vec![chance.below(3) as u16])],
        1 => vec![Input::Chosen(vec![0, 2]), Input::Text(String::new())],
        2 => vec![Input::Text(format!(" {} ", chance.below(4)))],
        _ => vec![Input::Text(chance.below(12).to_string())],
    };
    let ms = match chance.below(12) {
        0 => None,
        1 => Some(u32::MAX),
        _ => Some(chance.below(400_000) as u32),
    };
    let corrections = if chance.below(50) == 0 { 70_000 } else { chance.below(3) as u32 };
    Answer { ordinal, question, try_number, inputs, ms, corrections }
}

fn of_class(chance: &mut Chance, student: AccountId) -> class::Event {
    let unit = unit(UNITS[chance.below(UNITS.len())].0);
    match chance.below(9) {
        0..4 => class::Event::StudentEnrolled { student },
        4 => class::Event::StudentRemoved { student },
        5..7 => class::Event::UnitAssigned { unit, course: course_id(), from: None, until: Some(Timestamp(chance.below(9) as i64)) },
        7 => class::Event::AssignmentEnded { unit },
        _ => class::Event::NoteWritten { student, note: ContentHash::of(b"well done") },
    }
}
