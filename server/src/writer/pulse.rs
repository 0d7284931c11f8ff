//! The writer's pulse: whether its store is open, for how long it has been at its present work, and how often it failed.

use serde::Serialize;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// A batch takes a few milliseconds. A writer that has been at one for this long is stuck: the disk does not answer, or a command does not come to an
/// end.
const STUCK_AFTER: Duration = Duration::from_secs(4);

/// How the writer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Health {
    /// The store is open.
    #[serde(skip)]
    pub open: bool,
    /// It has been at its present work for so many milliseconds; 0 if it has nothing to do.
    pub at_work_ms: u64,
    /// How often it has failed or panicked, and started again from what is on the disk, since the server started.
    pub failures: u64,
}

impl Health {
    /// What is wrong, in a sentence; none if all is well.
    pub fn trouble(&self) -> Option<&'static str> {
        if !self.open {
            Some("the store is not open")
        } else if self.at_work_ms >= STUCK_AFTER.as_millis() as u64 {
            Some("the writer is stuck: what is sent is not recorded now")
        } else {
            None
        }
    }
}

/// What the thread says of itself.
#[derive(Debug, Default)]
pub struct Pulse(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    closed: bool,
    at_work_since: Option<Instant>,
    failures: u64,
}

impl Pulse {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It begins with another piece of work.
    pub fn begins(&self) {
        self.state().at_work_since = Some(Instant::now());
    }

    /// It has finished its piece of work.
    pub fn rests(&self) {
        self.state().at_work_since = None;
    }

    /// It failed, and its store is not open until it has recovered.
    pub fn failed(&self) {
        let mut state = self.state();
        state.closed = true;
        state.failures += 1;
    }

    /// The store is open again.
    pub fn recovered(&self) {
        let mut state = self.state();
        *state = State { failures: state.failures, ..State::default() };
    }

    /// Whether the store is open.
    pub fn is_open(&self) -> bool {
        !self.state().closed
    }

    /// How it is now.
    pub fn health(&self) -> Health {
        let state = self.state();
        let at_work_ms = state.at_work_since.map_or(0, |since| since.elapsed().as_millis().try_into().unwrap_or(u64::MAX));
        Health { open: !state.closed, at_work_ms, failures: state.failures }
    }
}
