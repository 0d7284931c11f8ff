//! The doorkeeper: only a few passwords are compared at once, in memory that is reused. The [`queue`] says who is next; the [`tries`] say when a
//! login may be tried and when the answer to a wrong password is given.

pub mod queue;
pub mod tries;

use super::password::{self, Memory};
use crate::error::Problem;
use queue::{Called, Comer, Full, Queue};
use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::oneshot,
    time::{Instant, sleep, sleep_until},
};
use tries::{Tries, Try, Whence};

/// Whoever is turned away is answered only after this long, so that nobody gains places in the queue by retrying at once.
const TURNED_AWAY_AFTER: Duration = Duration::from_secs(1);

/// Who may try a password, and when.
#[derive(Default)]
pub struct Doorkeeper {
    tries: Mutex<Tries>,
    comparing: Arc<Comparing>,
}

/// Whose password is to be compared, and from where.
#[derive(Debug, Clone, Copy)]
pub struct Visitor<'v> {
    /// The login, as it is claimed.
    pub login: &'v str,
    /// The device or address that tries are counted under.
    pub whence: Whence,
    /// As whom they wait in the queue.
    pub comer: Comer,
}

impl Doorkeeper {
    /// Compares a password with a hash when it is its turn; without a hash it counts as wrong. A right password is answered at once, a wrong one
    /// after a delay.
    ///
    /// # Errors
    /// [`Problem::WrongPassword`]; [`Problem::TooManyTries`] when there is no room to wait.
    pub async fn compare(&self, visitor: Visitor<'_>, password: String, hash: Option<String>) -> Result<(), Problem> {
        let Visitor { login, whence, comer } = visitor;
        let begun = self.tries().begin(login, whence, comer.address, Instant::now());
        let Some(Try { begins, told }) = begun else { return Err(turned_away().await) };
        sleep_until(begins).await;
        let comparing = move |memory: &mut Memory| hash.is_some_and(|hash| password::fits(memory, &password, &hash));
        if self.turn(comer, comparing).await?.unwrap_or(false) {
            self.tries().right(login, whence);
            return Ok(());
        }
        self.tries().wrong(comer.address, Instant::now());
        sleep_until(told).await;
        Err(Problem::WrongPassword)
    }

    /// Runs work that costs as much as comparing a password when it is its turn, in memory that is lent; `None` if the work panicked, or if there was
    /// nothing to compare with. If the client hangs up meanwhile, the turn lasts until the work is done.
    ///
    /// # Errors
    /// [`Problem::TooManyTries`] when there is no room to wait.
    pub async fn turn<T: Send + 'static>(
        &self,
        comer: Comer,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<Option<T>, Problem> {
        let Ok((called, place)) = self.comparing.join(comer) else { return Err(turned_away().await) };
        // The sender was dropped: the queue was full, and the place went to a client at another address.
        let Ok(turn) = called.await else { return Err(turned_away().await) };
        drop(place);
        let Some(turn) = turn else { return Ok(None) };
        let worked = tokio::task::spawn_blocking(move || turn.work(work));
        Ok(worked.await.ok())
    }

    fn tries(&self) -> MutexGuard<'_, Tries> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn turned_away() -> Problem {
    sleep(TURNED_AWAY_AFTER).await;
    Problem::TooManyTries
}

/// Room for comparing passwords.
#[derive(Default)]
struct Comparing(Mutex<State>);

#[derive(Default)]
struct State {
    queue: Queue,
    next: u64,
    /// By ticket, how to tell a waiting client that it is its turn.
    waiting: HashMap<u64, oneshot::Sender<Option<Turn>>>,
    /// Memory of comparisons that are done, kept while others wait for it; never more than are compared at once.
    memories: Vec<Memory>,
}

impl Comparing {
    fn join(self: &Arc<Self>, comer: Comer) -> Result<(oneshot::Receiver<Option<Turn>>, Place), Full> {
        let (caller, called) = oneshot::channel();
        let ticket = {
            let mut state = self.state();
            let ticket = state.next;
            if let Some(turned_away) = state.queue.join(ticket, comer)? {
                state.waiting.remove(&turned_away);
            }
            state.next += 1;
            state.waiting.insert(ticket, caller);
            ticket
        };
        let place = Place { comparing: Arc::clone(self), ticket };
        self.call();
        Ok((called, place))
    }

    /// Calls the next in the queue, for as long as comparisons may begin.
    fn call(self: &Arc<Self>) {
        loop {
            let (caller, turn) = {
                let mut state = self.state();
                let Some(Called { ticket, in_vain }) = state.queue.call() else { return };
                let memory = if in_vain { None } else { Some(state.memories.pop().unwrap_or_default()) };
                let caller = state.waiting.remove(&ticket);
                (caller, memory.map(|memory| Turn { comparing: Arc::clone(self), memory }))
            };
            // If the client has hung up, the turn is dropped here, and dropping it locks the state: so the state is not locked now.
            _ = caller.expect("whoever is in the queue can be called").send(turn);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the queue; given up when this is dropped.
struct Place {
    comparing: Arc<Comparing>,
    ticket: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.comparing.state();
        if state.waiting.remove(&self.ticket).is_some() {
            state.queue.leave(self.ticket);
        }
    }
}

/// The right to compare now, and the memory for it; over when this is dropped.
struct Turn {
    comparing: Arc<Comparing>,
    memory: Memory,
}

impl Turn {
    fn work<T>(mut self, work: impl FnOnce(&mut Memory) -> T) -> T {
        work(&mut self.memory)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let memory = mem::take(&mut self.memory);
        let unused = {
            let mut state = self.comparing.state();
            state.queue.done();
            state.memories.push(memory);
            // When nobody waits, the memory is given back to the system: most of the day nobody signs in.
            if state.queue.is_awaited() { Vec::new() } else { mem::take(&mut state.memories) }
        };
        drop(unused);
        self.comparing.call();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::address::Address;
    use futures_util::FutureExt as _;

    fn comer() -> Comer {
        Comer { known: None, address: Address::of([192, 0, 2, 1].into()), in_vain: false }
    }

    /// Whoever hangs up while the work is done leaves it where it is; whoever hangs up before gives the place up.
    #[tokio::test]
    async fn a_turn_lasts_as_long_as_its_work_whoever_hangs_up() {
        let doorkeeper = Arc::new(Doorkeeper::default());
        let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
        let may_go_on = Arc::new(Mutex::new(may_go_on));
        let mut hung_up = Vec::new();
        for _ in 0..queue::COMPARED_AT_ONCE {
            let (begun, has_begun) = oneshot::channel();
            let (doorkeeper, may_go_on) = (Arc::clone(&doorkeeper), Arc::clone(&may_go_on));
            hung_up.push(tokio::spawn(async move {
                let work = move |_: &mut Memory| {
                    begun.send(()).unwrap();
                    may_go_on.lock().unwrap().recv().unwrap();
                };
                doorkeeper.turn(comer(), work).await
            }));
            has_begun.await.unwrap();
        }
        for task in &mut hung_up {
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
        }
        let mut third = Box::pin(doorkeeper.turn(comer(), |_| 3));
        assert!(third.as_mut().now_or_never().is_none());
        let mut gone = Box::pin(doorkeeper.turn(comer(), |_| 4));
        assert!(gone.as_mut().now_or_never().is_none());
        drop(gone);
        assert!(third.as_mut().now_or_never().is_none(), "both are still at work");
        go_on.send(()).unwrap();
        assert_eq!(third.await.unwrap(), Some(3));
        go_on.send(()).unwrap();
        assert_eq!(doorkeeper.turn(comer(), |_| 5).await.unwrap(), Some(5));
        assert!(doorkeeper.comparing.state().waiting.is_empty());
    }

    #[tokio::test]
    async fn what_breaks_gives_its_turn_back() {
        let doorkeeper = Doorkeeper::default();
        for _ in 0..2 * queue::COMPARED_AT_ONCE {
            assert_eq!(doorkeeper.turn(comer(), |_| assert_eq!(1, 2)).await.unwrap(), None);
        }
        assert_eq!(doorkeeper.turn(comer(), |_| 1).await.unwrap(), Some(1));
        assert_eq!(doorkeeper.turn(Comer { in_vain: true, ..comer() }, |_| 1).await.unwrap(), None, "not worth it");
    }
}
