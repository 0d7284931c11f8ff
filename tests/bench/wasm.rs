//! The fold that a browser does, and the history of a class that it keeps, for `bin/bench`: the app's domain code, built as the app is, without
//! the app around it.

use domain::{
    account::Role,
    attempt::{Answer, AttemptKey, EditionRef, Event as Attempted},
    content::{Input, Rule},
    event::{Event, Position, Recorded, StreamId, Version, read_runs},
    ids::{AccountId, ClassId, ContentHash, CourseId, DeviceId, QuestionId, UnitId},
    projections::{journal::Journal, read_models::ReadModels},
    time::Timestamp,
};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// What a teacher sees.
#[wasm_bindgen]
pub struct Fold(ReadModels);

#[wasm_bindgen]
impl Fold {
    /// Nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new(teacher: &str) -> Self {
        let teacher: AccountId = teacher.parse().expect("the account of a teacher");
        Self(ReadModels::of(teacher, Role::Teacher))
    }

    /// Folds one chunk as it is stored; says how many events it has.
    pub fn chunk(&mut self, bytes: &[u8]) -> usize {
        let runs = str::from_utf8(bytes).expect("the chunk is text");
        let mut events = 0;
        for run in read_runs(runs).expect("the chunk is as the server wrote it") {
            for recorded in run.recorded() {
                self.0.fold(&recorded);
                events += 1;
            }
        }
        events
    }

    /// Events that were not understood.
    pub fn unknown(&self) -> u64 {
        self.0.unknown.len() as u64
    }
}

/// The history of a class, made up: as large as is asked for.
#[wasm_bindgen]
pub struct Past {
    journal: Journal,
    chance: u64,
    students: usize,
    units: usize,
    /// By student and unit.
    versions: Vec<u64>,
}

#[wasm_bindgen]
impl Past {
    /// Of a class with so many students and units.
    #[wasm_bindgen(constructor)]
    pub fn new(students: usize, units: usize) -> Self {
        Self { journal: Journal::of(ClassId::derived(&["class"])), chance: 1, students, units, versions: vec![0; students * units] }
    }

    /// Lets so many events happen: students begin units and answer a question every twenty seconds.
    pub fn grow(&mut self, events: usize) {
        for _ in 0..events {
            let next = self.next();
            self.journal.push(next);
        }
    }

    /// How many cells the board has as of event k.
    pub fn cells_at(&self, k: usize) -> usize {
        self.journal.board_at(k).students.values().map(|student| student.units.len()).sum()
    }

    /// The memory of all of it.
    pub fn memory(&self) -> JsValue {
        wasm_bindgen::memory()
    }

    fn next(&mut self) -> Recorded {
        let (student, unit) = (self.below(self.students), self.below(self.units));
        let version = &mut self.versions[student * self.units + unit];
        *version += 1;
        let (version, number) = (*version, self.journal.len() as u64 + 1);
        let actor = AccountId::derived(&["student", &student.to_string()]);
        let unit = UnitId::derived(&[&unit.to_string()]);
        let question = QuestionId::derived(&[&unit.to_string(), &self.below(20).to_string()]);
        let event = if version == 1 {
            let hash = ContentHash::of(b"paper");
            let edition = EditionRef { course: CourseId::derived(&["course"]), number: 1, paper: hash, key: hash };
            Attempted::AttemptStarted { edition, rule: Rule::SECTION_TEST }
        } else {
            let inputs = vec![Input::Text(self.below(50).to_string())];
            let answer = Answer { ordinal: version as u32, question, try_number: 1, inputs, ms: Some(9_000), corrections: 0 };
            if self.below(4) > 0 { Attempted::QuestionAnsweredCorrectly(answer) } else { Attempted::QuestionAnsweredWrongly(answer) }
        };
        let at = Timestamp(1_788_220_800_000 + number as i64 * 20_000);
        Recorded {
            stream: StreamId::Attempt(AttemptKey { student: actor, class: self.journal.class(), unit, run: 1 }),
            version: Version(version),
            position: Position(number),
            actor,
            device: DeviceId::derived(&["phone", &student.to_string()]),
            command: version,
            index: 0,
            cause: None,
            claimed: at,
            recorded: at,
            event: Event::Attempt(_, event),
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        (self.chance >> 11) as usize % bound
    }
}

fn main() {}
