//! The history of a class over a school year: its size on disk, and how fast it is folded, natively and in Wasm.

use crate::{
    figures::{median, percentile},
    school::School,
    script::Player,
};
use domain::{
    account::Role,
    content::Correction,
    event::{Position, read_runs},
    feeds::Feed,
    ids::{AccountId, DeviceId, UnitId},
    projections::{journal::Journal, read_models::ReadModels},
    protocol::{Outcome, Reply, ServerMessage},
    regrading::{Proposal, preview},
    time::Timestamp,
};
use server::{
    engine::{Answer, Work},
    operator::folder::DataFolder,
    store::StoreReader as _,
    subscription::{
        connection::pieces,
        frames::{FRAME_EVENTS_MAX, frames},
    },
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

const STUDENTS: usize = 30;
/// Sixteen in a school day, about, for each student.
const COMMANDS_EACH: usize = 3_300;
/// 2026-09-01.
const FIRST_DAY: Timestamp = Timestamp(1_788_220_800_000);

/// A class's history as it is stored and as it travels.
pub struct History {
    /// How many events are in the log.
    pub events: u64,
    /// The size of the database, in bytes.
    pub stored: u64,
    /// How many events are in the staff's feed.
    pub folded: usize,
    /// The runs of the staff's feed, a frame each.
    pub frames: Vec<String>,
    /// Who reads it.
    pub teacher: AccountId,
    school: School,
}

impl History {
    /// Lets a class work for a year, in a new data folder.
    pub fn make(path: &Path) -> Self {
        let school = School::make(path, STUDENTS);
        let folder = DataFolder::lock(path).expect("nobody else has it");
        let mut engine = folder.engine().expect("the store can be read");
        let mut players: Vec<_> = (0..STUDENTS).map(|student| Player::new(&school, student, FIRST_DAY)).collect();
        for _ in 0..COMMANDS_EACH {
            let mut now = Timestamp(0);
            let work = players.iter_mut().zip(&school.students).map(|(player, member)| {
                let envelope = player.next();
                now = now.max(Timestamp(envelope.at.0 + 40));
                Work::Command { account: member.account, device: DeviceId::derived(&[&member.login, "phone"]), envelope, arrival: None }
            });
            let batch = engine.run(work.collect(), now).expect("the store works");
            for answer in batch.answers {
                assert!(matches!(answer, Answer::Reply(Reply::Result(Outcome::Accepted { .. }), _)), "{answer:?}");
            }
        }
        let reader = engine.reader();
        let feed = Feed::Staff(school.students[0].class);
        let (mut texts, mut folded) = (Vec::new(), 0);
        loop {
            let events = pieces(&reader, &feed, folded, FRAME_EVENTS_MAX, usize::MAX).expect("the store can be read");
            if events.is_empty() {
                break;
            }
            texts.extend(
                frames(&feed, folded + 1, events.iter().map(|piece| (piece.place.digest, &piece.event))).map(|frame| runs(&frame.text)),
            );
            folded += events.len() as u64;
        }
        let Position(events) = reader.last_position().expect("the store can be read");
        // The last connections that close put everything into the one file.
        drop((reader, engine));
        let stored = fs::metadata(folder.store()).expect("the store is there").len();
        Self { events, stored, folded: folded as usize, frames: texts, teacher: school.teachers[0].account, school }
    }

    /// Folds all of it as the teacher's browser does, natively: events a second, the median.
    pub fn fold(&self) -> f64 {
        median((0..5).map(|_| self.fold_once()).collect())
    }

    fn fold_once(&self) -> f64 {
        let begun = Instant::now();
        let (mut models, mut events) = (ReadModels::of(self.teacher, Role::Teacher), 0);
        for frame in &self.frames {
            for run in read_runs(frame).expect("the frame is as it was written") {
                for recorded in run.recorded() {
                    models.fold(&recorded);
                    events += 1;
                }
            }
        }
        let took = begun.elapsed();
        assert_eq!((events, models.unknown.len()), (self.folded, 0));
        events as f64 / took.as_secs_f64()
    }

    /// Tries, natively, to drop the question that was answered most: how many answers were looked at, and how long that took, the median.
    pub fn preview(&self) -> (u32, Duration) {
        let mut journal = Journal::of(self.school.students[0].class);
        for frame in &self.frames {
            for run in read_runs(frame).expect("the frame is as it was written") {
                run.recorded().for_each(|recorded| journal.push(recorded));
            }
        }
        let members = self.school.directory.class(journal.class()).expect("the class was opened");
        let answers = |unit: &UnitId| {
            let histories = journal.attempts(*unit, journal.len());
            histories.values().flatten().filter_map(|event| Some(event.graded()?.0.question)).collect::<Vec<_>>()
        };
        let unit = *members.units.keys().max_by_key(|unit| answers(unit).len()).expect("units are assigned");
        let question = answers(&unit)[0];
        let course = members.units[&unit].course;
        let contents = &self.school.directory.course(course).expect("the course was published").contents;
        let proposal = Proposal::Correct { unit, question, correction: Correction::Drop {}, harm_nobody: false };
        let mut took = Vec::new();
        let mut looked_at = 0;
        for _ in 0..5 {
            let begun = Instant::now();
            let preview = preview(&journal, course, contents, &self.school.library, &proposal);
            took.push(begun.elapsed());
            assert!(!preview.changes.is_empty() && preview.missing.is_empty(), "somebody answered it");
            looked_at = preview.totals.answers;
        }
        (looked_at, percentile(&mut took, 0.5))
    }

    /// The folding in Wasm, in node: `module` is what wasm-bindgen made of `wasm.rs`.
    pub fn fold_in_wasm(&self, module: &Path, folder: &Path) -> f64 {
        let frames = folder.join("frames.txt");
        fs::write(&frames, self.frames.join("\n")).expect("the folder can be written to");
        let driver = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/bench/wasm.cjs");
        let mut command = Command::new("node");
        let command = command.arg(driver).arg(fs::canonicalize(module).expect("the module was built")).arg(frames);
        let told = command.arg(self.teacher.to_string()).output().expect("node runs");
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        let told: (f64, usize) = serde_json::from_slice(&told.stdout).expect("it tells two numbers");
        assert_eq!(told.1, self.folded);
        told.0
    }
}

/// A class's history of this size kept in Wasm, in node: milliseconds until the board as of any event is there (median and 95th percentile), and
/// the megabytes that all of it takes.
pub fn past_in_wasm(module: &Path, students: usize, units: usize, events: usize) -> (f64, f64, f64) {
    let driver = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/bench/past.cjs");
    let numbers = [students, units, events].map(|number| number.to_string());
    let mut command = Command::new("node");
    let told = command.arg(driver).arg(fs::canonicalize(module).expect("the module was built")).args(numbers).output().expect("node runs");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    serde_json::from_slice(&told.stdout).expect("it tells three numbers")
}

/// What the device keeps of a frame.
fn runs(text: &str) -> String {
    match serde_json::from_str(text) {
        Ok(ServerMessage::Events { runs, .. }) => runs.get().to_owned(),
        other => panic!("a frame of events: {other:?}"),
    }
}
