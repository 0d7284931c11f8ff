//! One school: a log, and all that the server has open of it, from when its store was opened until the last who holds it is gone.

pub mod opened;
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
use opened::Opened;
use shares::{Shares, Whose};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};
use tokio::sync::{Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

/// The reading side of the store that the server keeps.
pub type Reader = <SqliteStore as EventStore>::Reader;

/// The most reads at once; SQLite's readers share the processor with everybody else.
const READS_MAX: usize = 8;

/// A school that is served. *A tenant is a log:* whatever is a school's own is in here, nothing of it is global in the process (`tests/tidy/process.rs`), and
/// whoever needs some of it is given this value, which the router finds.
///
/// Today the server has one. One with several would have several of these, each with its data folder, its side door, its origin and its router, and
/// the host that a request names would say which router answers, where `know_host` in `http/router.rs` now looks whether it is this one: by a path,
/// schools would share cookies, the service worker and the browser's database. Then the turns to hash passwords ([`Doorkeeper`]) and to read
/// ([`Shares`]), which are for the machine's sake, would move to where places for connections are already: beside the school.
pub struct School {
    reader: Reader,
    reads: Arc<Semaphore>,
    /// Shares out reads, answers and waiting requests among accounts and tokens.
    pub shares: Shares,
    /// The way to the writer, which alone has the store's engine.
    pub writer: Writer,
    /// Which connections listen to which feeds.
    pub hub: Arc<Hub>,
    /// Who may try a password, and when.
    pub doorkeeper: Doorkeeper,
    /// Who may try a code to join a class, and when: by account.
    pub joining: Guesses,
    /// The keys that seal outboxes.
    pub sealer: Sealer,
    /// Whether it is the demo school, which is served on this machine only and lets everybody in.
    pub is_demo: bool,
    /// How it is reached.
    pub reach: Reach,
    /// The oldest build of the app that is not asked to load a newer one.
    pub minimum_build: u32,
    /// What anybody may ask of it.
    pub limits: Limits,
    /// Notes how long things take.
    pub watch: Watch,
    refusals: Mutex<Refusals>,
    /// Cancelled when the server ends.
    pub ending: CancellationToken,
}

/// How a school is to be served.
#[derive(Debug, Clone)]
pub struct Serving {
    /// How it is reached.
    pub reach: Reach,
    /// The oldest build of the app that is not asked to load a newer one.
    pub minimum_build: u32,
    /// What anybody may ask of it.
    pub limits: Limits,
    /// Notes how long things take.
    pub watch: Watch,
    /// Cancelled when the server ends.
    pub ending: CancellationToken,
}

impl School {
    /// Serves what was opened: from now on its writer writes. The receiver hears when the writer has ended and the store is closed, which it does once
    /// nobody holds the school any more, nor its writer.
    pub fn serve(opened: Opened, serving: Serving) -> (Self, oneshot::Receiver<()>) {
        let Opened { engine, last, sealer, is_demo, reopen } = opened;
        let Serving { reach, minimum_build, limits, watch, ending } = serving;
        let reader = engine.reader();
        let hub = Arc::new(Hub::new(Arc::clone(engine.directory())).over(last).limited(limits.sockets_max));
        let (writer, closed) = Writer::start(engine, Arc::clone(&hub), reopen);
        let school = Self {
            reader,
            reads: Arc::new(Semaphore::new(READS_MAX)),
            shares: Shares::default(),
            writer,
            hub,
            doorkeeper: Doorkeeper::default(),
            joining: Guesses::default(),
            sealer,
            is_demo,
            reach,
            minimum_build,
            limits,
            watch,
            refusals: Mutex::default(),
            ending,
        };
        (school, closed)
    }

    /// Records on the trail that a password was refused, on this device, and for this account, if there is one. Nobody waits until it is written; of
    /// very many refusals only some are written, see [`Refusals::note`].
    pub fn note_refusal(&self, whom: Option<AccountId>, device: String) {
        let (is_written, before) = self.refusals.lock().unwrap_or_else(PoisonError::into_inner).note(Instant::now());
        let row = What::Refused.row(now(), None, whom, device);
        let counted = (before > 0).then(|| Trailed { times: before, whom: None, device: String::new(), ..row.clone() });
        for row in counted.into_iter().chain(is_written.then_some(row)) {
            // If the store is away, the refusal is not recorded.
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
