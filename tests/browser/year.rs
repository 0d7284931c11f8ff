//! A class that has worked for a long time: its history goes into the store by the server's own engine, before the server runs.

use crate::answers::unit;
use domain::{
    attempt::{AttemptKey, Command as Ask},
    command::Command,
    content::Input,
    decision::newest_edition,
    event::StreamId,
    feeds::Feed,
    ids::DeviceId,
    protocol::{Envelope, Outcome, Reply},
    time::Timestamp,
};
use server::{
    engine::{Answer, Work},
    operator::folder::DataFolder,
    store::StoreReader as _,
};
use std::path::Path;

/// 2026-09-01.
const FIRST_DAY: Timestamp = Timestamp(1_788_220_800_000);
/// Commands of one student in one batch.
const AT_ONCE: usize = 60;

/// What the class has done.
#[derive(Debug, Clone, Copy)]
pub struct Year {
    /// Events in the feed of its teachers.
    pub events: u64,
    /// Questions that each student has answered.
    pub answered_each: u64,
}

/// Has every student of the demo class answer, be shown the answer and go on, until the staff's feed holds at least so many events.
pub fn work(data: &Path, class: &str, events: u64) -> Year {
    let folder = DataFolder::lock(data).expect("nobody else has it");
    let mut engine = folder.engine().expect("the store can be read");
    let class = engine.class_titled(class).expect("the demo has that class");
    let section = unit("Order of operations").section;
    assert!(section.questions.iter().all(|question| question.fields.len() == 1), "each question is one number");
    let directory = engine.directory().clone();
    let edition = newest_edition(&directory, class, section.id).expect("the course is published");
    let students: Vec<_> = directory.class(class).expect("it is open").students.iter().copied().collect();
    let mut count = 0;
    let mut next = vec![0_u64; students.len()];
    while count < events {
        let mut work = Vec::new();
        let mut now = FIRST_DAY;
        for (student, number) in students.iter().zip(&mut next) {
            let key = AttemptKey { student: *student, class, unit: section.id, run: 1 };
            for _ in 0..AT_ONCE {
                let ordinal = (number.saturating_sub(1) / 3 + 1) as u32;
                let asked = match (*number, number.saturating_sub(1) % 3) {
                    (0, _) => Ask::Start { edition },
                    (_, 0) => Ask::SubmitAnswer { ordinal, try_number: 1, inputs: vec![Input::Text("98761".to_owned())], ms: Some(9_000) },
                    (_, 1) => Ask::RevealAnswer { ordinal },
                    (_, _) => Ask::NextQuestion { ordinal },
                };
                *number += 1;
                let at = Timestamp(FIRST_DAY.0 + *number as i64 * 15_000);
                now = now.max(at);
                let (stream, body) = (StreamId::Attempt(key).to_string(), Command::Attempt(key, asked).body());
                let envelope = Envelope { number: *number, stream, at, body };
                work.push(Work::Command { account: *student, device: DeviceId::derived(&[&student.to_string()]), envelope, arrival: None });
            }
        }
        let batch = engine.run(work, now).expect("the store works");
        for answer in batch.answers {
            assert!(matches!(answer, Answer::Reply(Reply::Result(Outcome::Accepted { .. }), _)), "{answer:?}");
        }
        count = engine.reader().feed_head(&Feed::Staff(class)).expect("the store can be read").number;
    }
    Year { events: count, answered_each: (next[0] - 1).div_ceil(3) }
}
