//! What all requests share: the reading side of the store, the way to the writer, the hub, and what is known of the address.

pub mod shares;

use crate::{
    auth::{doorkeeper::Doorkeeper, guesses::Guesses, seal::Sealer},
    clock::now,
    engine::Work,
    error::Problem,
    limits::Limits,
    metrics::Watch,
    reach::Reach,
    store::{EventStore, StoreError, Trailed, sqlite::SqliteStore},
    subscription::hub::Hub,
    trail::{Refusals, What},
    writer::Writer,
};
use domain::ids::AccountId;
use shares::{Shares, Whose};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// The reading side of the store that the server keeps.
pub type Reader = <SqliteStore as EventStore>::Reader;

/// The most reads at once; SQLite's readers share the processor with everybody else.
const READS_MAX: usize = 8;

/// What all requests share.
pub struct Site {
    reader: Reader,
    reads: Arc<Semaphore>,
    /// Whose reads and answers are under way.
    pub shares: Shares,
    /// The way to the writer.
    pub writer: Writer,
    /// Who listens to what.
    pub hub: Arc<Hub>,
    /// Who may try a password, and when.
    pub doorkeeper: Doorkeeper,
    /// Who may try a code to join a class, and when: by account.
    pub joining: Guesses,
    /// The keys that seal outboxes.
    pub sealer: Sealer,
    /// The oldest build of the app that is welcome.
    pub minimum_build: u32,
    /// How the server is reached.
    pub reach: Reach,
    /// What anybody may ask of it.
    pub limits: Limits,
    /// Notes how long things take.
    pub watch: Watch,
    /// It is the demo school's, which is served on this machine only and lets everybody in.
    pub is_demo: bool,
    refusals: Mutex<Refusals>,
    /// Cancelled when the server ends.
    pub ending: CancellationToken,
}

impl Site {
    /// Puts it together.
    pub fn new(
        reader: Reader,
        writer: Writer,
        hub: Arc<Hub>,
        sealer: Sealer,
        minimum_build: u32,
        reach: Reach,
        ending: CancellationToken,
    ) -> Self {
        let (reads, doorkeeper, joining) = (Arc::new(Semaphore::new(READS_MAX)), Doorkeeper::default(), Guesses::default());
        Self {
            reader,
            reads,
            shares: Shares::default(),
            writer,
            hub,
            doorkeeper,
            joining,
            sealer,
            minimum_build,
            reach,
            is_demo: false,
            limits: Limits::default(),
            watch: Watch::default(),
            refusals: Mutex::default(),
            ending,
        }
    }

    /// The same, of the demo school if it is.
    pub fn of_demo(self, is_demo: bool) -> Self {
        Self { is_demo, ..self }
    }

    /// The same, with these limits.
    pub fn limited(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The same, watched.
    pub fn watched(self, watch: Watch) -> Self {
        Self { watch, ..self }
    }

    /// Writes down that somebody was refused, perhaps at the login of this account, on a device that is called so. Nobody waits until it is written;
    /// of very many only some are, see [`Refusals::note`].
    pub fn note_refusal(&self, whom: Option<AccountId>, device: String) {
        let (is_written, before) = self.refusals.lock().unwrap_or_else(PoisonError::into_inner).note(Instant::now());
        let row = What::Refused.row(now(), None, whom, device);
        let counted = (before > 0).then(|| Trailed { times: before, whom: None, device: String::new(), ..row.clone() });
        for row in counted.into_iter().chain(is_written.then_some(row)) {
            // A store that is away has no room for it.
            _ = self.writer.hand_in(Work::Trail(row));
        }
    }

    /// Reads from the store on a thread that may block. The turn goes with the read: if whoever asked hangs up, it lasts until the read is done.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = Arc::clone(&self.reads).acquire_owned().await.expect("nobody closes the semaphore");
        let reader = self.reader.clone();
        let read = tokio::task::spawn_blocking(move || {
            let done = job(&reader);
            drop(turn);
            done
        });
        read.await.unwrap_or_else(|broken| Err(StoreError::Failed(broken.to_string())))
    }

    /// Reads from the store for an account or a token, on a thread that may block, when it is its turn.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read_for<T: Send + 'static>(
        &self,
        whose: &Whose,
        job: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = self.shares.turn(whose).await;
        let reader = self.reader.clone();
        // The turn is over when the thread is done, also if nobody waits for it any more.
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            job(&reader)
        });
        done.await.unwrap_or_else(|broken| Err(StoreError::Failed(broken.to_string())))
    }

    /// Whether a page of this origin may speak to the server at this host.
    ///
    /// # Errors
    /// [`Problem::ForeignOrigin`].
    pub fn admit_origin(&self, origin: &str, host: Option<&str>) -> Result<(), Problem> {
        let own = match &self.reach.origin {
            Some(own) => origin == own,
            None => origin.strip_prefix(if self.reach.https { "https://" } else { "http://" }).is_some_and(|named| Some(named) == host),
        };
        if own { Ok(()) } else { Err(Problem::ForeignOrigin) }
    }
}
