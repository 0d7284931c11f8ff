//! Guesses of codes: after wrong guesses an account has to wait, longer each time, whatever address it guesses from.

use crate::error::Problem;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// Typing errors are free.
const FREE_FAILURES: u32 = 3;
/// The wait after the first failure that is not free; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The longest wait between two guesses.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(4);
/// Whoever would have to wait longer is sent away.
const PATIENCE: Duration = Duration::from_secs(8);
/// After such a time failures are forgotten.
pub(super) const FORGOTTEN_AFTER: Duration = Duration::from_secs(15 * 60);
/// The most guessers remembered.
pub(super) const REMEMBERED_MAX: usize = 10_000;

/// Who may guess, and when.
#[derive(Debug, Default)]
pub struct Guesses(Mutex<HashMap<String, Failures>>);

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    next_turn: Instant,
}

impl Guesses {
    /// Waits until this guesser may try. Tries at the same time wait for one another.
    ///
    /// # Errors
    /// [`Problem::TooManyTries`] when the wait would be too long.
    pub async fn wait_for_turn(&self, guesser: &str) -> Result<(), Problem> {
        let turn = {
            let mut failures = self.failures();
            let Some(known) = failures.get_mut(guesser) else { return Ok(()) };
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

    /// A guess was in vain.
    pub fn failed(&self, guesser: &str) {
        let mut failures = self.failures();
        let now = Instant::now();
        if failures.len() >= REMEMBERED_MAX && !failures.contains_key(guesser) {
            failures.retain(|_, known| known.next_turn + FORGOTTEN_AFTER > now);
            if failures.len() >= REMEMBERED_MAX {
                // So many are no school's typing errors: make room by forgetting those who guessed least.
                let least = failures.values().map(|known| known.count).min().unwrap_or(0);
                failures.retain(|_, known| known.count > least);
            }
        }
        let known = failures.entry(guesser.to_owned()).or_insert(Failures { count: 0, next_turn: now });
        if known.next_turn + FORGOTTEN_AFTER < now {
            known.count = 0;
        }
        known.count = known.count.saturating_add(1);
        known.next_turn = known.next_turn.max(now + wait_after(known.count));
    }

    /// The guess was right: what was guessed wrong before is forgotten.
    pub fn succeeded(&self, guesser: &str) {
        self.failures().remove(guesser);
    }

    fn failures(&self) -> MutexGuard<'_, HashMap<String, Failures>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long to wait after so many failures.
pub(super) fn wait_after(failures: u32) -> Duration {
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
