//! Remembers over which commands the writer panicked, and whose they were: a command is tried once more and then given up, and an account that makes
//! the writer panic again and again is turned away for a while. So a mistake in the program harms those whose commands meet it, and nobody else.

use crate::engine::{Named, Suspect};
use domain::{claims::since, ids::AccountId, time::Timestamp};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// After so many panics a command is not decided again. The first may have had nothing to do with it.
const OF_COMMAND_MAX: u32 = 2;
/// After so many panics with no quiet hour in between, nothing of an account is decided for an hour.
const OF_ACCOUNT_MAX: u32 = 6;
const HOUR_MS: i64 = 60 * 60 * 1_000;
/// So many commands are remembered, the newest.
const COMMANDS_MAX: usize = 256;
/// So many accounts are, those that were last.
const ACCOUNTS_MAX: usize = 256;

/// What is remembered: in memory only, since after a restart another version of the program may be running.
#[derive(Debug, Default)]
pub struct Suspects {
    /// Whether anything is remembered: so that the usual case, nothing, costs no lock.
    any: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    commands: VecDeque<((AccountId, [u8; 16]), u32)>,
    accounts: BTreeMap<AccountId, (u32, Timestamp)>,
}

impl Suspects {
    /// The writer panicked at this moment, over this.
    pub fn note(&self, suspect: Suspect, now: Timestamp) {
        let mut state = self.state();
        if let Some(Named { device, number, hash }) = suspect.command {
            let panics = state.panicked((suspect.account, hash));
            let account = suspect.account;
            if panics >= OF_COMMAND_MAX {
                tracing::error!(%account, %device, number, "the writer panicked over this command again; it is given up, and refused from now on");
            } else {
                tracing::error!(%account, %device, number, "the writer panicked over this command; it is tried once more");
            }
        }
        state.blame(suspect.account, now);
        self.any.store(true, Ordering::Relaxed);
    }

    /// Whether anything is remembered.
    pub fn are_any(&self) -> bool {
        self.any.load(Ordering::Relaxed)
    }

    /// Whether a command is not to be decided again.
    pub fn has_given_up(&self, account: AccountId, hash: [u8; 16]) -> bool {
        self.state().commands.iter().any(|(known, panics)| *known == (account, hash) && *panics >= OF_COMMAND_MAX)
    }

    /// Whether nothing of an account is decided at this moment.
    pub fn turn_away(&self, account: AccountId, now: Timestamp) -> bool {
        self.are_any()
            && self.state().accounts.get(&account).is_some_and(|(panics, last)| *panics >= OF_ACCOUNT_MAX && is_recent(*last, now))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts a panic over a command; how many there were.
    fn panicked(&mut self, command: (AccountId, [u8; 16])) -> u32 {
        if let Some((_, panics)) = self.commands.iter_mut().find(|(known, _)| *known == command) {
            *panics += 1;
            return *panics;
        }
        if self.commands.len() >= COMMANDS_MAX {
            self.commands.pop_front();
        }
        self.commands.push_back((command, 1));
        1
    }

    fn blame(&mut self, account: AccountId, now: Timestamp) {
        let (panics, last) = self.accounts.entry(account).or_insert((0, now));
        *panics = if is_recent(*last, now) { *panics + 1 } else { 1 };
        *last = now;
        if self.accounts.len() > ACCOUNTS_MAX
            && let Some(oldest) = self.accounts.iter().min_by_key(|(_, (_, last))| *last).map(|(account, _)| *account)
        {
            self.accounts.remove(&oldest);
        }
    }
}

/// A moment in the future does not count as recent: after a clock was set back, nobody waits until it has caught up.
fn is_recent(last: Timestamp, now: Timestamp) -> bool {
    (0..HOUR_MS).contains(&since(last, now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::DeviceId;

    fn who(name: &str) -> AccountId {
        AccountId::derived(&[name])
    }

    fn over(name: &str, command: u8) -> Suspect {
        let device = DeviceId::derived(&[name]);
        Suspect { account: who(name), command: Some(Named { device, number: u64::from(command), hash: [command; 16] }) }
    }

    #[test]
    fn a_command_is_tried_once_more_and_then_given_up_whatever_its_number() {
        let suspects = Suspects::default();
        assert!(!suspects.are_any());
        suspects.note(over("ann", 1), Timestamp(0));
        assert!(!suspects.has_given_up(who("ann"), [1; 16]));
        let renumbered = Suspect { command: over("ann", 1).command.map(|named| Named { number: 9, ..named }), ..over("ann", 1) };
        suspects.note(renumbered, Timestamp(1));
        assert!(suspects.are_any() && suspects.has_given_up(who("ann"), [1; 16]));
        assert!(!suspects.has_given_up(who("ann"), [2; 16]) && !suspects.has_given_up(who("bob"), [1; 16]));
        assert!(!suspects.turn_away(who("ann"), Timestamp(2)), "two panics are no habit");
    }

    #[test]
    fn whoever_makes_a_habit_of_it_is_turned_away_until_an_hour_has_passed() {
        let suspects = Suspects::default();
        for command in 1..=6 {
            assert!(!suspects.turn_away(who("ann"), Timestamp(i64::from(command))), "{command}");
            suspects.note(over("ann", command), Timestamp(i64::from(command)));
        }
        let turned_away = |name, now| suspects.turn_away(who(name), Timestamp(now));
        assert!(turned_away("ann", 6) && turned_away("ann", 5 + HOUR_MS) && !turned_away("bob", 6));
        assert!(!turned_away("ann", 6 + HOUR_MS) && !turned_away("ann", 0), "nor over a clock that is set back");
        suspects.note(Suspect { account: who("ann"), command: None }, Timestamp(7 + HOUR_MS));
        assert!(!turned_away("ann", 8 + HOUR_MS), "after a quiet hour it is the first");
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let suspects = Suspects::default();
        for number in 0..2_000_u32 {
            let mut suspect = over(&format!("{number}"), 1);
            suspect.command.as_mut().unwrap().hash[..4].copy_from_slice(&number.to_be_bytes());
            suspects.note(suspect, Timestamp(i64::from(number)));
        }
        let state = suspects.state();
        assert_eq!((state.commands.len(), state.accounts.len()), (COMMANDS_MAX, ACCOUNTS_MAX));
        assert!(state.accounts.contains_key(&who("1999")) && !state.accounts.contains_key(&who("0")));
    }
}
