//! Who waits for a comparison of passwords, who is next, and who is turned away. It has no clock and sees no passwords.

use super::super::address::Address;
use domain::ids::AccountId;
use std::collections::VecDeque;

/// How many passwords are compared at once: each comparison takes 19 MiB and a processor.
pub const COMPARED_AT_ONCE: usize = 2;
/// The most who wait on known devices.
const KNOWN_MAX: usize = 64;
/// The most who wait on known devices of one account; others wait as strangers.
const KNOWN_OF_ACCOUNT_MAX: usize = 2;
/// The most strangers who wait for a comparison.
const STRANGERS_MAX: usize = 128;
/// The most strangers who wait with a login that does not exist.
const IN_VAIN_MAX: usize = 8_192;
/// After this many on known devices in a row, a stranger is next, if one waits.
const KNOWN_IN_A_ROW: usize = 3;

/// A client that wants a comparison.
#[derive(Debug, Clone, Copy)]
pub struct Comer {
    /// The account, if its device is known for it.
    pub known: Option<AccountId>,
    /// Where from.
    pub address: Address,
    /// The login does not exist, so there is nothing to compare with. Such a client waits as any stranger does, so that the wait does not reveal it,
    /// but it uses up no comparison.
    pub in_vain: bool,
}

/// The client whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Called {
    /// Its number.
    pub ticket: u64,
    /// See [`Comer::in_vain`]; nothing is to be [`Queue::done`] then.
    pub in_vain: bool,
}

/// There is no room to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

/// The queue.
#[derive(Debug, Default)]
pub struct Queue {
    at_work: usize,
    known: VecDeque<(u64, AccountId)>,
    /// A line for each address, none of them empty. The first client of the first line is next; then that address goes to the end.
    strangers: VecDeque<(Address, VecDeque<Called>)>,
    in_a_row: usize,
}

impl Queue {
    /// Adds a client under this number. If another has to leave the queue for it, returns that one: the last of the longest line.
    ///
    /// # Errors
    /// When the queue is full, and nobody else has to leave it.
    pub fn join(&mut self, ticket: u64, comer: Comer) -> Result<Option<u64>, Full> {
        let Comer { known, address, in_vain } = comer;
        if let Some(account) = known
            && self.known.len() < KNOWN_MAX
            && self.known.iter().filter(|(_, waiting)| *waiting == account).count() < KNOWN_OF_ACCOUNT_MAX
        {
            self.known.push_back((ticket, account));
            return Ok(None);
        }
        let waiting = self.strangers_waiting(in_vain);
        let goes = match in_vain {
            true if waiting >= IN_VAIN_MAX => return Err(Full),
            false if waiting >= STRANGERS_MAX => Some(self.last_of_the_longest(address)?),
            true | false => None,
        };
        let called = Called { ticket, in_vain };
        match self.strangers.iter_mut().find(|(of, _)| *of == address) {
            Some((_, line)) => line.push_back(called),
            None => self.strangers.push_back((address, VecDeque::from([called]))),
        }
        Ok(goes)
    }

    /// The next client, if another comparison may begin now. To be called until it returns `None`.
    pub fn call(&mut self) -> Option<Called> {
        if self.at_work >= COMPARED_AT_ONCE {
            return None;
        }
        let strangers_first = self.in_a_row >= KNOWN_IN_A_ROW && !self.strangers.is_empty();
        if !strangers_first && let Some((ticket, _)) = self.known.pop_front() {
            self.at_work += 1;
            self.in_a_row += 1;
            return Some(Called { ticket, in_vain: false });
        }
        let (address, mut line) = self.strangers.pop_front()?;
        let called = line.pop_front().expect("no line is empty");
        if !line.is_empty() {
            self.strangers.push_back((address, line));
        }
        if !called.in_vain {
            self.at_work += 1;
            self.in_a_row = 0;
        }
        Some(called)
    }

    /// A comparison is done.
    pub fn done(&mut self) {
        self.at_work = self.at_work.checked_sub(1).expect("whoever is done was called");
    }

    /// A client no longer waits.
    pub fn leave(&mut self, ticket: u64) {
        self.known.retain(|(waiting, _)| *waiting != ticket);
        self.strangers.iter_mut().for_each(|(_, line)| line.retain(|waiting| waiting.ticket != ticket));
        self.strangers.retain(|(_, line)| !line.is_empty());
    }

    /// Whether anybody waits who will need memory for a comparison.
    pub fn is_awaited(&self) -> bool {
        !self.known.is_empty() || self.strangers_waiting(false) > 0
    }

    fn strangers_waiting(&self, in_vain: bool) -> usize {
        self.strangers.iter().map(|(_, line)| waiting(line, in_vain)).sum()
    }

    /// Removes the last client of the longest line. If the newcomer would make its own address's line as long, it is turned away instead.
    fn last_of_the_longest(&mut self, address: Address) -> Result<u64, Full> {
        let own = self.strangers.iter().find(|(of, _)| *of == address).map_or(0, |(_, line)| waiting(line, false));
        let longest = self.strangers.iter_mut().max_by_key(|(_, line)| waiting(line, false));
        let (_, line) = longest.filter(|(of, line)| *of != address && waiting(line, false) > own + 1).ok_or(Full)?;
        let last = line.iter().rposition(|waiting| !waiting.in_vain).expect("somebody waits in it");
        Ok(line.remove(last).expect("it was found there").ticket)
    }
}

fn waiting(line: &VecDeque<Called>, in_vain: bool) -> usize {
    line.iter().filter(|waiting| waiting.in_vain == in_vain).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: u8) -> Address {
        Address::of([192, 0, 2, n].into())
    }

    fn stranger(n: u8) -> Comer {
        Comer { known: None, address: address(n), in_vain: false }
    }

    fn nobody(n: u8) -> Comer {
        Comer { in_vain: true, ..stranger(n) }
    }

    fn known(name: &str, n: u8) -> Comer {
        Comer { known: Some(AccountId::derived(&[name])), ..stranger(n) }
    }

    /// A queue at which both places are taken.
    fn busy() -> Queue {
        let mut queue = Queue::default();
        for ticket in [1_001, 1_002] {
            queue.join(ticket, stranger(200)).unwrap();
            assert_eq!(queue.call().unwrap().ticket, ticket);
        }
        assert_eq!(queue.call(), None, "two at once, and no more");
        queue
    }

    /// The order in which all who wait are called, one at a time.
    fn order(queue: &mut Queue) -> Vec<u64> {
        let mut order = Vec::new();
        loop {
            queue.done();
            let before = order.len();
            while let Some(called) = queue.call() {
                order.push(called.ticket);
            }
            if order.len() == before {
                return order;
            }
        }
    }

    #[test]
    fn addresses_take_turns_so_that_a_crowd_at_one_keeps_nobody_at_another_waiting() {
        let mut queue = busy();
        for ticket in 0..50 {
            queue.join(ticket, stranger(1)).unwrap();
        }
        queue.join(90, stranger(2)).unwrap();
        queue.join(91, stranger(2)).unwrap();
        assert_eq!(order(&mut queue)[..5], [0, 90, 1, 91, 2]);
    }

    #[test]
    fn a_known_device_goes_first_and_strangers_have_a_share() {
        let mut queue = busy();
        for ticket in 0..4 {
            queue.join(ticket, stranger(1)).unwrap();
        }
        for (ticket, name) in (10..).zip(["ann", "bob", "cem", "dan", "eve"]) {
            queue.join(ticket, known(name, 1)).unwrap();
        }
        assert_eq!(order(&mut queue), [10, 11, 12, 0, 13, 14, 1, 2, 3]);
    }

    #[test]
    fn one_account_does_not_fill_the_share_of_known_devices() {
        let mut queue = busy();
        for ticket in 0..10 {
            queue.join(ticket, known("mallory", 1)).unwrap();
        }
        queue.join(20, known("ann", 1)).unwrap();
        assert_eq!(order(&mut queue)[..3], [0, 1, 20]);
    }

    #[test]
    fn logins_of_nobody_wait_like_any_but_take_nothing_from_anybody() {
        let mut queue = busy();
        for ticket in 0..1_000 {
            queue.join(ticket, nobody(1)).unwrap();
        }
        queue.join(5_000, stranger(1)).unwrap();
        assert!(queue.is_awaited());
        queue.done();
        let called: Vec<Called> = std::iter::from_fn(|| queue.call()).collect();
        assert_eq!(called.len(), 1_001, "one place was free, and it did for all of them");
        assert_eq!(called.last(), Some(&Called { ticket: 5_000, in_vain: false }));
        assert!(!queue.is_awaited());
        // With room, none of them waits at all.
        queue.done();
        queue.join(6_000, nobody(1)).unwrap();
        assert_eq!(queue.call(), Some(Called { ticket: 6_000, in_vain: true }));
    }

    #[test]
    fn a_full_queue_turns_away_where_most_come_from() {
        let mut queue = busy();
        for ticket in 0..STRANGERS_MAX as u64 {
            assert_eq!(queue.join(ticket, stranger(1)), Ok(None));
        }
        assert_eq!(queue.join(900, stranger(1)), Err(Full), "the last of the longest line");
        assert_eq!(queue.join(901, stranger(2)), Ok(Some(STRANGERS_MAX as u64 - 1)), "somebody from elsewhere takes that one's place");
        assert_eq!(queue.join(902, known("ann", 1)), Ok(None), "a known device has room of its own");
        assert_eq!(queue.join(903, nobody(1)), Ok(None), "and who takes nothing needs none");
        assert_eq!(order(&mut queue)[..3], [902, 0, 901]);
    }

    #[test]
    fn whoever_leaves_is_not_called() {
        let mut queue = busy();
        queue.join(1, stranger(1)).unwrap();
        queue.join(2, known("ann", 1)).unwrap();
        queue.join(3, stranger(2)).unwrap();
        for ticket in [1, 2] {
            queue.leave(ticket);
        }
        assert_eq!(order(&mut queue), [3]);
    }
}
