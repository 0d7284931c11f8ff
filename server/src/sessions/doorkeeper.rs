//! The doorkeeper: at most two passwords are compared at once, and a login that was tried in vain has to wait, wherever the tries
//! come from. A school is one address, so an address never waits.

use super::password::{self, Memory};
use crate::error::Problem;
use std::{
    collections::HashMap,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep_until},
};

/// How many passwords are compared at once: each comparison takes 19 MiB and a processor.
const COMPARED_AT_ONCE: usize = 2;
/// Typing errors are free.
const FREE_FAILURES: u32 = 3;
/// The wait after the first failure that is not free; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(4);
/// Whoever would have to wait longer is sent away.
const PATIENCE: Duration = Duration::from_secs(8);
/// After such a time failures are forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(15 * 60);
/// The most logins remembered.
const REMEMBERED_MAX: usize = 10_000;

/// Who may try a password, and when.
pub struct Doorkeeper {
    comparing: Arc<Comparing>,
    failures: Mutex<HashMap<String, Failures>>,
}

/// Room for comparing passwords, with the memory that it takes.
struct Comparing {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// Of whoever is done, for as long as somebody waits for a turn: never more than there are turns.
    memories: Mutex<Vec<Memory>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    next_turn: Instant,
}

impl Default for Doorkeeper {
    fn default() -> Self {
        let turns = Arc::new(Semaphore::new(COMPARED_AT_ONCE));
        let comparing = Comparing { turns, waiting: AtomicUsize::new(0), memories: Mutex::default() };
        Self { comparing: Arc::new(comparing), failures: Mutex::default() }
    }
}

impl Doorkeeper {
    /// Waits until this login may be tried. Tries at the same time wait for one another.
    ///
    /// # Errors
    /// [`Problem::TooManyTries`] when the wait would be too long.
    pub async fn wait_for_turn(&self, login: &str) -> Result<(), Problem> {
        let turn = {
            let mut failures = self.failures();
            let Some(known) = failures.get_mut(login) else { return Ok(()) };
            let now = Instant::now();
            let turn = known.next_turn.max(now);
            if turn - now > PATIENCE {
                return Err(Problem::TooManyTries);
            }
            known.next_turn = turn + wait_after(known.count);
            turn
        };
        sleep_until(turn).await;
        Ok(())
    }

    /// Compares a password when it is its turn.
    pub async fn verify(&self, password: String, hash: Option<String>) -> bool {
        self.turn(move |memory| password::fits(memory, &password, hash.as_deref())).await.unwrap_or(false)
    }

    /// Does what takes as much as comparing a password when it is its turn, in memory that is lent; none if it broke. The turn goes with the
    /// work: if whoever asked hangs up, it lasts until the work is done.
    pub async fn turn<T: Send + 'static>(&self, work: impl FnOnce(&mut Memory) -> T + Send + 'static) -> Option<T> {
        let comparing = Arc::clone(&self.comparing);
        let waits = Waits::new(&comparing);
        let turn = Arc::clone(&comparing.turns).acquire_owned().await.expect("nobody closes the semaphore");
        drop(waits);
        let worked = tokio::task::spawn_blocking(move || {
            let mut memory = comparing.lend();
            let done = work(&mut memory);
            comparing.take_back(memory);
            drop(turn);
            done
        });
        worked.await.ok()
    }

    /// A try was in vain.
    pub fn failed(&self, login: &str) {
        let mut failures = self.failures();
        let now = Instant::now();
        if failures.len() >= REMEMBERED_MAX && !failures.contains_key(login) {
            failures.retain(|_, known| known.next_turn + FORGOTTEN_AFTER > now);
            if failures.len() >= REMEMBERED_MAX {
                // So many logins are no school's typing errors: make room by forgetting those that were tried least.
                let least = failures.values().map(|known| known.count).min().unwrap_or(0);
                failures.retain(|_, known| known.count > least);
            }
        }
        let known = failures.entry(login.to_owned()).or_insert(Failures { count: 0, next_turn: now });
        if known.next_turn + FORGOTTEN_AFTER < now {
            known.count = 0;
        }
        known.count = known.count.saturating_add(1);
        known.next_turn = known.next_turn.max(now + wait_after(known.count));
    }

    /// The password was right: what was typed wrong before is forgotten.
    pub fn succeeded(&self, login: &str) {
        self.failures().remove(login);
    }

    fn failures(&self) -> MutexGuard<'_, HashMap<String, Failures>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Comparing {
    fn lend(&self) -> Memory {
        self.memories().pop().unwrap_or_default()
    }

    /// Keeps it if somebody waits. Else all of it goes back to the system: most of the day nobody signs in.
    fn take_back(&self, memory: Memory) {
        let awaited = self.waiting.load(Ordering::Relaxed) > 0;
        let mut memories = self.memories();
        memories.push(memory);
        let dropped = if awaited { Vec::new() } else { mem::take(&mut *memories) };
        drop(memories);
        drop(dropped);
    }

    fn memories(&self) -> MutexGuard<'_, Vec<Memory>> {
        self.memories.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody waits for a turn, until this is dropped.
struct Waits<'c>(&'c AtomicUsize);

impl<'c> Waits<'c> {
    fn new(comparing: &'c Comparing) -> Self {
        comparing.waiting.fetch_add(1, Ordering::Relaxed);
        Self(&comparing.waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn wait_after(failures: u32) -> Duration {
    match failures.checked_sub(FREE_FAILURES + 1) {
        None => Duration::ZERO,
        Some(doublings) => (FIRST_WAIT * 2_u32.saturating_pow(doublings.min(10))).min(LONGEST_WAIT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_free_and_guessing_gets_slow() {
        let waits: Vec<_> = (0..10).map(|failures| wait_after(failures).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 250, 500, 1_000, 2_000, 4_000, 4_000]);
    }
}
