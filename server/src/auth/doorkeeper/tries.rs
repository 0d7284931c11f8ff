//! Tries at logins: when one may begin, and when a wrong one is answered. Wrong passwords do not delay the answer to a right one: only wrong ones are
//! answered late, and only a few tries may be open at once. Tries are counted by login together with the device or address, never by login alone, so
//! that nobody can lock anybody else out. It has no clock: the caller says what time it is.

use super::super::{
    address::Address,
    guesses::{FORGOTTEN_AFTER, LONGEST_WAIT, REMEMBERED_MAX, wait_after},
    known_devices::DeviceNumber,
};
use std::{collections::HashMap, time::Duration};
use tokio::time::Instant;

/// How many tries at one login may be open at once, from one device or address.
const OPEN_MAX: usize = 6;
/// Whoever would have to wait longer until a try may begin is sent away.
const PATIENCE: Duration = Duration::from_secs(4);
/// A wrong password is answered no sooner than this. It is longer than a comparison takes, so that the time does not reveal whether the login exists.
const TOLD_AFTER: Duration = Duration::from_millis(200);

/// What a try is counted under, together with its login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whence {
    /// A device that is known for the login.
    Device(DeviceNumber),
    /// Any other, by its address.
    Address(Address),
}

/// When a try may begin, and when it is answered if it is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Try {
    /// Not before this moment.
    pub begins: Instant,
    /// Not before this moment.
    pub told: Instant,
}

/// What was tried, and from where.
#[derive(Debug, Default)]
pub struct Tries {
    logins: HashMap<(String, Whence), Tried>,
    addresses: HashMap<Address, Wrong>,
}

#[derive(Debug, Clone, Copy)]
struct Tried {
    count: u32,
    /// When each of the tries that may be open at once ends.
    over: [Instant; OPEN_MAX],
}

#[derive(Debug, Clone, Copy)]
struct Wrong {
    count: u32,
    last: Instant,
}

impl Tries {
    /// Begins a try. It counts as wrong until it turns out right, so that many tries at once are not all free. `None` if it would have to wait too
    /// long.
    pub fn begin(&mut self, login: &str, whence: Whence, address: Address, now: Instant) -> Option<Try> {
        self.make_room(now);
        let of_address = self.addresses.get(&address).map_or(Duration::ZERO, |wrong| wait_of_address(wrong.at(now)));
        let tried = self.logins.entry((login.to_owned(), whence)).or_insert(Tried { count: 0, over: [now; OPEN_MAX] });
        if tried.last() + FORGOTTEN_AFTER < now {
            tried.count = 0;
        }
        let place = tried.over.iter_mut().min().expect("some may be open");
        let begins = (*place).max(now);
        if begins - now > PATIENCE {
            return None;
        }
        tried.count = tried.count.saturating_add(1);
        let told = begins + wait_after(tried.count).max(of_address).max(TOLD_AFTER);
        *place = told;
        Some(Try { begins, told })
    }

    /// The password was right: earlier wrong tries at this login from there are forgotten.
    pub fn right(&mut self, login: &str, whence: Whence) {
        self.logins.remove(&(login.to_owned(), whence));
    }

    /// The password was wrong.
    pub fn wrong(&mut self, address: Address, now: Instant) {
        if self.addresses.len() >= REMEMBERED_MAX && !self.addresses.contains_key(&address) {
            forget(&mut self.addresses, |wrong| wrong.last + FORGOTTEN_AFTER > now, |wrong| wrong.count);
        }
        let wrong = self.addresses.entry(address).or_insert(Wrong { count: 0, last: now });
        *wrong = Wrong { count: wrong.at(now).saturating_add(1), last: now };
    }

    fn make_room(&mut self, now: Instant) {
        if self.logins.len() >= REMEMBERED_MAX {
            forget(&mut self.logins, |tried| tried.last() + FORGOTTEN_AFTER > now, |tried| tried.count);
        }
    }
}

/// Forgets old entries; and if that makes no room, those with the fewest tries. Typing errors in a school never lead to that.
fn forget<K: Eq + std::hash::Hash, T>(known: &mut HashMap<K, T>, is_recent: impl Fn(&T) -> bool, count: impl Fn(&T) -> u32) {
    known.retain(|_, known| is_recent(known));
    if known.len() >= REMEMBERED_MAX {
        let least = known.values().map(&count).min().unwrap_or(0);
        known.retain(|_, known| count(known) > least);
    }
}

impl Tried {
    fn last(&self) -> Instant {
        *self.over.iter().max().expect("some may be open")
    }
}

impl Wrong {
    fn at(&self, now: Instant) -> u32 {
        if self.last + FORGOTTEN_AFTER < now { 0 } else { self.count }
    }
}

/// How long the answer to a wrong password is delayed at an address with this many wrong ones: so briefly that a school which mistypes in the morning
/// does not notice.
fn wait_of_address(wrong: u32) -> Duration {
    match wrong {
        0..=29 => Duration::ZERO,
        30..=99 => LONGEST_WAIT / 8,
        100..=299 => LONGEST_WAIT / 4,
        300.. => LONGEST_WAIT / 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(n: u8) -> Address {
        Address::of([192, 0, 2, n].into())
    }

    fn ms(duration: Duration) -> u128 {
        duration.as_millis()
    }

    #[test]
    fn a_wrong_password_is_told_later_each_time_and_a_right_one_makes_it_as_before() {
        let (mut tries, mut now) = (Tries::default(), Instant::now());
        let from = Whence::Address(at(1));
        let mut told = Vec::new();
        for _ in 0..9 {
            let one = tries.begin("ann", from, at(1), now).unwrap();
            assert_eq!(one.begins, now, "one at a time never waits to begin");
            told.push(ms(one.told - now));
            now = one.told;
        }
        assert_eq!(told, [200, 200, 200, 250, 500, 1_000, 2_000, 4_000, 4_000]);
        tries.right("ann", from);
        assert_eq!(ms(tries.begin("ann", from, at(1), now).unwrap().told - now), 200);
    }

    #[test]
    fn failures_are_forgotten_after_a_while() {
        let (mut tries, mut now) = (Tries::default(), Instant::now());
        for _ in 0..40 {
            now = tries.begin("ann", Whence::Address(at(1)), at(1), now).unwrap().told;
            tries.wrong(at(1), now);
        }
        now += FORGOTTEN_AFTER + Duration::from_millis(1);
        assert_eq!(ms(tries.begin("ann", Whence::Address(at(1)), at(1), now).unwrap().told - now), 200);
    }

    /// Loops that try again as soon as they are told, and what somebody else meets who comes at a moment of theirs.
    fn meets(loops: usize, seconds: u64, whence: Whence) -> Option<Duration> {
        let (mut tries, start) = (Tries::default(), Instant::now());
        let mut next: Vec<Instant> = vec![start; loops];
        let end = start + Duration::from_secs(seconds);
        while let Some(turn) = next.iter_mut().min().filter(|turn| **turn < end) {
            *turn = tries.begin("ann", Whence::Address(at(1)), at(1), *turn).map_or(*turn + Duration::from_secs(1), |one| one.told);
            tries.wrong(at(1), *turn);
        }
        tries.begin("ann", whence, at(1), end).map(|one| one.begins - end)
    }

    #[test]
    fn who_guesses_at_a_login_keeps_nobody_else_out_of_it() {
        for seconds in [10, 60, 600, 3_600] {
            for loops in [1, 3, 5] {
                assert_eq!(meets(loops, seconds, Whence::Address(at(1))), Some(Duration::ZERO), "{loops} loops at the same address");
            }
            for loops in [3, 100] {
                assert_eq!(meets(loops, seconds, Whence::Address(at(2))), Some(Duration::ZERO), "{loops} loops at another address");
                assert_eq!(meets(loops, seconds, Whence::Device([1; 16])), Some(Duration::ZERO), "{loops} loops, a known device");
            }
        }
    }

    #[test]
    fn however_many_guess_at_once_few_guesses_are_made() {
        let (mut tries, start) = (Tries::default(), Instant::now());
        let mut begun = 0;
        for millisecond in 0..60_000 {
            let now = start + Duration::from_millis(millisecond);
            begun += u32::from(tries.begin("ann", Whence::Address(at(1)), at(1), now).is_some());
        }
        // Six open at once, four seconds each, and as many as may wait.
        assert!((80..=120).contains(&begun), "{begun} in a minute");
    }

    #[test]
    fn many_wrong_passwords_at_an_address_make_all_wrong_ones_there_slower_and_none_elsewhere() {
        let (mut tries, now) = (Tries::default(), Instant::now());
        let told = |tries: &mut Tries, login: &str, n| ms(tries.begin(login, Whence::Address(at(n)), at(n), now).unwrap().told - now);
        for (wrong, expected) in [(29, 200), (30, 500), (100, 1_000), (300, 2_000), (5_000, 2_000)] {
            let mut tries = Tries::default();
            (0..wrong).for_each(|_| tries.wrong(at(1), now));
            assert_eq!((told(&mut tries, "ann", 1), told(&mut tries, "ann", 2)), (expected, 200), "{wrong}");
        }
        assert_eq!(told(&mut tries, "ann", 1), 200);
    }

    #[test]
    fn what_is_remembered_is_bounded_and_who_is_guessed_at_most_stays_in_it() {
        let (mut tries, now) = (Tries::default(), Instant::now());
        for _ in 0..6 {
            tries.begin("ann", Whence::Address(at(1)), at(1), now).unwrap();
        }
        for n in 0..3 * REMEMBERED_MAX {
            tries.begin(&format!("made up {n}"), Whence::Address(at(1)), at(1), now).unwrap();
            assert!(tries.logins.len() <= REMEMBERED_MAX);
        }
        let ann = tries.begin("ann", Whence::Address(at(1)), at(1), now).unwrap();
        assert!(ann.told - now >= Duration::from_secs(2), "{:?}", ann.told - now);
    }
}
