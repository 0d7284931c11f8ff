//! A school year at the demo school: who answers what and when, and with which mistakes. The same school, the same year, event for event.

use crate::{
    engine::{Answer, Engine, Work},
    stop::Stop,
    store::{StoreReader as _, sqlite::SqliteStore},
};
use domain::{
    attempt::{self, Attempt, AttemptKey, Current, QuestionStanding},
    command::Command,
    content::{Accepted, FieldKey, Input, Number, QuestionKey, edition::Document},
    decider::Decider as _,
    decision::{self, World},
    ids::{AccountId, ClassId, DeviceId, UnitId},
    library::Library,
    projections::directory::Directory,
    protocol::{Envelope, Outcome, Reply},
    state::State,
    time::Timestamp,
};
use sha2::{Digest as _, Sha256};
use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

/// The first school day: Monday 1 September 2025, midnight UTC.
pub const BEGINS: i64 = 1_756_684_800_000;
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// Lessons of a week: the day, counting from Monday, and the minute of the day.
const LESSONS: [(i64, i64); 4] = [(0, 9 * 60), (1, 11 * 60), (3, 13 * 60 + 30), (4, 10 * 60)];
/// Weeks without lessons, counting from the first: autumn, Christmas, spring and May.
const HOLIDAYS: [i64; 6] = [7, 16, 17, 24, 34, 35];
/// A lesson's work is recorded in slices of this length.
const SLICE: i64 = 15_000;
/// Questions that a student does in a lesson: two fewer up to one more.
const QUESTIONS_A_LESSON: u64 = 6;

/// Somebody who works.
struct Student {
    account: AccountId,
    class: ClassId,
    device: DeviceId,
    /// The last number of the device's commands.
    number: u64,
    chance: Chance,
    /// How able, in percent more than others.
    ability: i64,
    /// The mistake that this student tends to.
    habit: usize,
    /// The section worked on, as a place in the course.
    place: usize,
}

/// The year as it is played.
pub struct Year<'e> {
    engine: &'e mut Engine<SqliteStore>,
    library: Library,
    units: Vec<UnitId>,
    directory: Arc<Directory>,
    attempts: BTreeMap<AttemptKey, Attempt>,
    students: Vec<Student>,
}

/// A command that is to be given at a moment.
struct Due {
    at: i64,
    student: usize,
    key: AttemptKey,
    asked: attempt::Command,
}

impl<'e> Year<'e> {
    /// A year for these students, each with the class and login. The course must be published and assigned.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn new(engine: &'e mut Engine<SqliteStore>, edition: &domain::content::Edition, students: &[(AccountId, ClassId, String)]) -> Self {
        let mut library = Library::default();
        for document in edition.keys.values().map(Document::of).chain([Document::of(&edition.paper)]) {
            library.insert(document.hash, &document.bytes).expect("the document is as it was written");
        }
        let units = edition.paper.units().map(|unit| unit.id()).collect();
        let directory = Arc::clone(engine.directory());
        let log = engine.reader().log().to_string();
        let student = |(account, class, login): &(AccountId, ClassId, String)| {
            let mut chance = Chance::of(login);
            let (ability, habit) = (chance.below(46) as i64 - 20, chance.below(3) as usize);
            let device = DeviceId::derived(&[&log, "demo", login]);
            Student { account: *account, class: *class, device, number: 0, chance, ability, habit, place: 0 }
        };
        Self { students: students.iter().map(student).collect(), engine, library, units, directory, attempts: BTreeMap::new() }
    }

    /// Plays so many months, and tells how many events that made.
    ///
    /// # Errors
    /// When the store fails, or a command is not taken as it was foreseen.
    pub fn play(mut self, months: u32, mut tell: impl FnMut(u32)) -> Result<u64, Stop> {
        let mut events = 0;
        for month in 1..=months {
            for week in i64::from(month - 1) * 13 / 3..i64::from(month) * 13 / 3 {
                for (day, minute) in LESSONS {
                    if !HOLIDAYS.contains(&week) {
                        events += self.lesson(BEGINS + (week * 7 + day) * DAY + minute * MINUTE)?;
                    }
                }
            }
            tell(month);
        }
        Ok(events)
    }

    fn lesson(&mut self, begins: i64) -> Result<u64, Stop> {
        let mut due: Vec<Due> = Vec::new();
        for student in 0..self.students.len() {
            // One in twenty is not there.
            if self.students[student].chance.below(20) > 0 {
                due.extend(self.work(student, begins));
            }
        }
        due.sort_by_key(|due| due.at);
        let mut events = 0;
        for slice in due.chunk_by(|one, other| one.at / SLICE == other.at / SLICE) {
            events += self.record(slice)?;
        }
        Ok(events)
    }

    /// What a student does in a lesson, foreseen by the rules.
    fn work(&mut self, student: usize, begins: i64) -> Vec<Due> {
        let mut due = Vec::new();
        let mut at = begins + self.students[student].chance.below(180_000) as i64;
        let questions = QUESTIONS_A_LESSON - 2 + self.students[student].chance.below(4);
        let mut left = questions;
        while left > 0 {
            let unit = self.units[self.students[student].place.min(self.units.len() - 1)];
            let Student { account, class, .. } = self.students[student];
            let key = AttemptKey { student: account, class, unit, run: 1 };
            let (asked, after_ms) = self.wish(student, &key);
            at += after_ms;
            let events = self.foresee(&key, &asked, at);
            left -= u64::from(matches!(asked, attempt::Command::NextQuestion { .. }));
            if events.contains(&attempt::Event::SectionFinished {}) {
                self.students[student].place += 1;
            }
            due.push(Due { at, student, key, asked });
        }
        due
    }

    /// What the student does next, and after how many milliseconds.
    fn wish(&mut self, student: usize, key: &AttemptKey) -> (attempt::Command, i64) {
        let level = (self.students[student].place % 6) as i64;
        let Student { chance, ability, habit, .. } = &mut self.students[student];
        let attempt = self.attempts.get(key);
        let Some((work, current)) = attempt.and_then(|attempt| attempt.work().zip(attempt.current())) else {
            let edition = decision::newest_edition(&self.directory, key.class, key.unit).expect("the course is published");
            return (attempt::Command::Start { edition }, 4_000);
        };
        let ordinal = current.ordinal;
        if current.standing != QuestionStanding::Open {
            return (attempt::Command::NextQuestion { ordinal }, 2_500);
        }
        let content = self.library.unit(&work.edition, key.unit).expect("the edition is at hand");
        let (_, answer) = content.question(current.question).expect("the question is in the edition");
        let tries = current.tries.len();
        // Whoever is stuck is helped; whoever has seen the mistake mostly mends it.
        let help = if work.reckoning.stuck { 20 } else { 0 };
        let practised = i64::from(ordinal.min(12));
        let right_of_100 = match tries {
            0 => 58 + *ability - 4 * level + practised + help,
            1 => 70,
            _ => 40,
        };
        if tries >= 2 && chance.below(3) == 0 {
            return (attempt::Command::RevealAnswer { ordinal }, 4_000);
        }
        let right = (chance.below(100) as i64) < right_of_100.clamp(15, 96);
        let inputs = if right { vec![right_input(answer)] } else { wrong_input(answer, *habit, chance, current) };
        let ms = 6_000 + chance.below(30_000) as u32 + chance.below(30_000) as u32;
        (attempt::Command::SubmitAnswer { ordinal, try_number: tries as u32 + 1, inputs, ms: Some(ms) }, ms.into())
    }

    /// Decides here what the engine will decide, so that the student can go on.
    fn foresee(&mut self, key: &AttemptKey, asked: &attempt::Command, at: i64) -> Vec<attempt::Event> {
        let none = Attempt::NotStarted;
        let attempt = State::Attempt(Cow::Borrowed(self.attempts.get(key).unwrap_or(&none)));
        let world = World::new(&self.directory, &self.library, attempt, Timestamp(at));
        let decided = decision::decide(&Command::Attempt(*key, asked.clone()), &world);
        let decided = decided.expect("the wish is one that the rules allow");
        let events: Vec<_> = decided.into_iter().filter_map(|event| Some(event.into_attempt()?.1)).collect();
        let attempt = self.attempts.entry(*key).or_default();
        for event in &events {
            *attempt = std::mem::take(attempt).evolve(event);
        }
        events
    }

    fn record(&mut self, slice: &[Due]) -> Result<u64, Stop> {
        let now = slice.last().map_or(0, |due| due.at) + 80;
        let mut work = Vec::with_capacity(slice.len());
        for due in slice {
            let student = &mut self.students[due.student];
            student.number += 1;
            let command = Command::Attempt(due.key, due.asked.clone());
            let (stream, body) = (command.stream().to_string(), command.body());
            let envelope = Envelope { number: student.number, stream, at: Timestamp(due.at), body };
            work.push(Work::Command { account: student.account, device: student.device, envelope, arrival: None });
        }
        let broken = |why: String| Stop::because(format!("The demo school is not complete: {why}. Delete its folder and try again."));
        let batch = self.engine.run(work, Timestamp(now)).map_err(|fault| broken(fault.to_string()))?;
        for answer in &batch.answers {
            match answer {
                Answer::Reply(Reply::Result(Outcome::Accepted { .. }), _) => {}
                other => return Err(broken(format!("a command was answered with {other:?}"))),
            }
        }
        Ok(batch.published.len() as u64)
    }
}

fn right_input(key: &QuestionKey) -> Input {
    match &key.fields[0] {
        FieldKey::Number { accepted, .. } => Input::Text(accepted[0].value.to_string()),
        FieldKey::Text { accepted, .. } => Input::Text(accepted[0].clone()),
        FieldKey::OneOf { right, .. } => Input::Chosen(vec![*right]),
        FieldKey::ManyOf { right, .. } => Input::Chosen(right.iter().copied().collect()),
        FieldKey::Match { right } => Input::Chosen(right.clone()),
    }
}

/// Mostly a mistake that the author foresaw, and mostly the one that this student tends to; at times something else. Never the same again.
fn wrong_input(key: &QuestionKey, habit: usize, chance: &mut Chance, current: &Current) -> Vec<Input> {
    let FieldKey::Number { accepted, feedback, .. } = &key.fields[0] else { return vec![right_input(key)] };
    let foreseen = |index: usize| feedback.get(index % feedback.len().max(1)).map(|(Accepted { value, .. }, _)| value.clone());
    let near = |by: i64| accepted[0].value.plus(by);
    let first = if chance.below(10) < 7 { habit } else { chance.below(3) as usize };
    let by = 1 + chance.below(9) as i64;
    let slip = chance.below(10) < 2;
    let wishes = [if slip { Some(near(by)) } else { foreseen(first) }, foreseen(first + 1), Some(near(by)), Some(near(by + 20))];
    let said = |value: &Number| vec![Input::Text(value.to_string())];
    let mut open = wishes.into_iter().flatten().filter(|value| *value != accepted[0].value).map(|value| said(&value));
    let is_new = |inputs: &Vec<Input>| !current.tries.iter().any(|before| before.inputs == *inputs);
    open.find(is_new).unwrap_or_else(|| said(&near(by + 40 + current.tries.len() as i64)))
}

/// A small generator (xorshift), begun from a name.
struct Chance(u64);

impl Chance {
    fn of(name: &str) -> Self {
        let digest = Sha256::digest(name);
        Self(u64::from_be_bytes(digest[..8].try_into().expect("a digest has more than 8 bytes")) | 1)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }
}
