//! The fold that a browser does, for `bin/bench`: the app's domain code, built as the app is, without the app around it.

use domain::{account::Role, event::read_runs, ids::AccountId, projections::read_models::ReadModels};
use wasm_bindgen::prelude::wasm_bindgen;

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

fn main() {}
