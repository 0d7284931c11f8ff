//! Shares: limits how many reads run at once for one account or token, how many of its answers wait to be taken, and how many of its requests wait
//! for the log. So no account can use up all reads, fill the memory with answers that it does not take, or occupy all waiting places.

use axum::body::{Body, Bytes};
use domain::ids::AccountId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The most reads at once, for everybody together. Sessions are looked up apart from these.
const READS_MAX: usize = 6;
/// The most reads at once for one account or token.
const READS_OF_ONE_MAX: usize = 2;
/// The most answers of one account or token that wait to be taken; a device has two of them under way.
const ANSWERS_OF_ONE_MAX: usize = 8;
/// The most requests that wait for the log at once, for everybody together: each is looked at with every batch that is written.
const WAITS_MAX: usize = 256;
/// The most of them for one account or token.
const WAITS_OF_ONE_MAX: usize = 2;

/// For whom something is read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Whose {
    /// Somebody who is signed in.
    Account(AccountId),
    /// Another system, by its token's name.
    Token(String),
}

/// Who reads, and whose answers wait.
#[derive(Debug)]
pub struct Shares {
    reads: Arc<Semaphore>,
    waits: Arc<Semaphore>,
    of: Mutex<HashMap<Whose, Arc<Share>>>,
}

#[derive(Debug)]
struct Share {
    reads: Arc<Semaphore>,
    answers: Arc<Semaphore>,
    waits: Arc<Semaphore>,
}

/// The turn to read; over when it is dropped.
#[derive(Debug)]
pub struct Turn {
    _one: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

/// An answer that is being made, or waits to be taken; over when it is dropped.
#[derive(Debug)]
pub struct Answering {
    _room: OwnedSemaphorePermit,
}

/// A request that waits for the log; over when it is dropped.
#[derive(Debug)]
pub struct WaitingPlace {
    _one: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Default for Shares {
    fn default() -> Self {
        Self { reads: Arc::new(Semaphore::new(READS_MAX)), waits: Arc::new(Semaphore::new(WAITS_MAX)), of: Mutex::default() }
    }
}

impl Shares {
    /// Waits until it is this account's or token's turn to read.
    pub async fn turn(&self, whose: &Whose) -> Turn {
        // First its own turn, then everybody's: whoever asks for much waits behind its own requests, and not before those of others.
        let one = Arc::clone(&self.share(whose).reads).acquire_owned().await.expect(OPEN);
        let all = Arc::clone(&self.reads).acquire_owned().await.expect(OPEN);
        Turn { _one: one, _all: all }
    }

    /// Waits until there is room for another answer to this account or token.
    pub async fn answer(&self, whose: &Whose) -> Answering {
        Answering { _room: Arc::clone(&self.share(whose).answers).acquire_owned().await.expect(OPEN) }
    }

    /// A place to wait for the log; none if this account or token, or everybody together, has as many as there may be.
    pub fn wait(&self, whose: &Whose) -> Option<WaitingPlace> {
        let one = Arc::clone(&self.share(whose).waits).try_acquire_owned().ok()?;
        let all = Arc::clone(&self.waits).try_acquire_owned().ok()?;
        Some(WaitingPlace { _one: one, _all: all })
    }

    fn share(&self, whose: &Whose) -> Arc<Share> {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        // Accounts and tokens with nothing under way are forgotten.
        of.retain(|_, share| Arc::strong_count(share) > 1 || !share.is_idle());
        let places = |max| Arc::new(Semaphore::new(max));
        let new = || Share { reads: places(READS_OF_ONE_MAX), answers: places(ANSWERS_OF_ONE_MAX), waits: places(WAITS_OF_ONE_MAX) };
        Arc::clone(of.entry(whose.clone()).or_insert_with(|| Arc::new(new())))
    }
}

const OPEN: &str = "nobody closes the semaphore";

impl Share {
    fn is_idle(&self) -> bool {
        let free = [&self.reads, &self.answers, &self.waits].map(|places| places.available_permits());
        free == [READS_OF_ONE_MAX, ANSWERS_OF_ONE_MAX, WAITS_OF_ONE_MAX]
    }
}

impl Answering {
    /// A body that is under way until the last of it was taken.
    pub fn carrying(self, bytes: Vec<u8>) -> Body {
        Body::from(Bytes::from_owner(Carrying { bytes, _answer: self }))
    }
}

struct Carrying {
    bytes: Vec<u8>,
    _answer: Answering,
}

impl AsRef<[u8]> for Carrying {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[test]
    fn nobody_takes_all_the_turns_and_what_is_over_makes_room() {
        let shares = Shares::default();
        let who = |n: u128| Whose::Account(AccountId(uuid::Uuid::from_u128(n)));
        let turn = |whose: &Whose| shares.turn(whose).now_or_never();
        let own: Vec<_> = (0..READS_OF_ONE_MAX).map(|_| turn(&who(1)).expect("it is free")).collect();
        assert!(turn(&who(1)).is_none(), "no more for one");
        let token = turn(&Whose::Token("kiosk".into())).expect("others have their own");
        let others: Vec<_> = (2..).map(|n| turn(&who(n))).take_while(Option::is_some).collect();
        assert_eq!(own.len() + 1 + others.len(), READS_MAX);
        drop(own);
        assert!(turn(&who(1)).is_some());
        drop((token, others));
        let answers: Vec<_> = (0..ANSWERS_OF_ONE_MAX).map(|_| shares.answer(&who(1)).now_or_never().expect("it is free")).collect();
        assert!(shares.answer(&who(1)).now_or_never().is_none() && shares.answer(&who(2)).now_or_never().is_some());
        // A body keeps its room until the last part of it is gone.
        let mut bytes = Bytes::from_owner(Carrying { bytes: vec![1; 10], _answer: answers.into_iter().next().expect("one") });
        assert!(shares.answer(&who(1)).now_or_never().is_some(), "the others were dropped");
        let rest = bytes.split_off(5);
        drop(bytes);
        assert_eq!(shares.share(&who(1)).answers.available_permits(), ANSWERS_OF_ONE_MAX - 1);
        drop(rest);
        assert!(shares.share(&who(1)).is_idle());
        let waits: Vec<_> = (0..WAITS_OF_ONE_MAX).map(|_| shares.wait(&who(1)).expect("it is free")).collect();
        assert!(shares.wait(&who(1)).is_none() && !shares.share(&who(1)).is_idle(), "no more for one");
        let others: Vec<_> = (2..).flat_map(|n| [n; WAITS_OF_ONE_MAX]).map_while(|n| shares.wait(&who(n))).collect();
        assert_eq!(waits.len() + others.len(), WAITS_MAX, "nor for all together");
        drop((waits, others));
        assert!(shares.wait(&who(1)).is_some());
        _ = shares.share(&who(9));
        assert_eq!(shares.of.lock().unwrap_or_else(PoisonError::into_inner).len(), 1, "the idle are forgotten");
    }
}
