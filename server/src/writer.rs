//! The only thread that writes: it takes the work that waits, has the engine do it in one transaction, answers, and publishes the events.

mod handed;
mod pulse;
pub mod suspects;

pub use pulse::Health;

use crate::{
    clock::now,
    engine::{Answer, Batch, Engine, Reacting, STREAMS_MAX, Work, command_hash},
    metrics::{Handed, Step, Watch},
    store::{EventStore, StoreError, StoreReader as _},
    subscription::hub::Hub,
};
use handed::handed_in;
use pulse::Pulse;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};
use suspects::Suspects;
use tokio::sync::{mpsc, oneshot};

/// The most work done in one transaction: enough to share a disk's sync, few enough to answer soon.
const BATCH_MAX: usize = 256;
/// The most work that waits; beyond it the answer is "busy".
const WAITING_MAX: usize = 8_192;
/// How long to wait between two tries to open a store that failed.
const REOPEN_PAUSE: Duration = Duration::from_millis(500);

/// A piece of work, and where its answer goes.
struct Item {
    work: Work,
    to: Waits,
}

/// Where the answer to a piece of work goes.
struct Waits {
    answer: oneshot::Sender<Answer>,
    handed: Handed,
}

/// The way to the writing thread; cheap to clone. The thread ends when the last one is gone.
#[derive(Debug, Clone)]
pub struct Writer {
    queue: mpsc::Sender<Item>,
    pulse: Arc<Pulse>,
    suspects: Arc<Suspects>,
    reacting: Arc<Mutex<Reacting>>,
    watch: Watch,
}

/// There is too much to do, or the store is away: nothing was done. (It also stands for an answer that was lost; a device that resends the command
/// under the same number then gets its result.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server has too much to do, or its store is away; nothing was recorded")]
pub struct Busy;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// It was not taken.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The writer failed while doing it. It may be on the disk all the same.
    #[error("the server failed at this, and it is not known whether it was done")]
    Lost,
}

impl Writer {
    /// Starts the thread. `reopen` makes a new engine after the store has failed. The receiver hears when the thread has ended
    /// and the store is closed.
    pub fn start<S, F>(mut engine: Engine<S>, hub: Arc<Hub>, reopen: F) -> (Self, oneshot::Receiver<()>)
    where
        S: EventStore + 'static,
        F: Fn() -> Result<Engine<S>, StoreError> + Send + 'static,
    {
        let (queue, waiting) = mpsc::channel(WAITING_MAX);
        let pulse = Arc::new(Pulse::default());
        // If the store cannot be read now, the thread meets the same error and handles it.
        _ = engine.look_ahead();
        let reacting = Arc::new(Mutex::new(engine.reacting()));
        let suspects = Arc::new(Suspects::default());
        let watch = engine.watch().clone();
        let desk = Desk {
            waiting,
            watch: watch.clone(),
            hub,
            pulse: Arc::clone(&pulse),
            suspects: Arc::clone(&suspects),
            reacting: Arc::clone(&reacting),
            reopen,
        };
        let (closed, hears_closed) = oneshot::channel();
        let work = move || {
            desk.work(engine);
            // Nobody need be waiting for this.
            _ = closed.send(());
        };
        thread::Builder::new().name("writer".to_owned()).spawn(work).expect("a program that starts can start a thread");
        (Self { queue, pulse, suspects, reacting, watch }, hears_closed)
    }

    /// Hands in a piece of work without waiting. The answer comes when it is durable; a closed channel means [`Busy`].
    ///
    /// # Errors
    /// When too much waits, or the store is away: the caller is told at once and does not wait. Also for an account whose commands made the writer
    /// panic again and again.
    pub fn hand_in(&self, work: Work) -> Result<oneshot::Receiver<Answer>, Busy> {
        let is_turned_away = |account| self.suspects.turn_away(account, now());
        let is_closed = !self.pulse.is_open() || (self.suspects.are_any() && work.asked_by().is_some_and(is_turned_away));
        let (answer, receiver) = oneshot::channel();
        let handed = handed_in(&work);
        if is_closed || self.queue.try_send(Item { work, to: Waits { answer, handed } }).is_err() {
            self.watch.turned_away();
            return Err(Busy);
        }
        Ok(receiver)
    }

    /// Hands in a piece of work and waits for its answer.
    ///
    /// # Errors
    /// When too much waits: then nothing was done. When the writer fails while doing it: then it is not known whether it was done.
    pub async fn ask(&self, work: Work) -> Result<Answer, Unanswered> {
        self.hand_in(work)?.await.map_err(|_| Unanswered::Lost)
    }

    /// How many pieces of work wait.
    pub fn waiting(&self) -> usize {
        WAITING_MAX - self.queue.capacity()
    }

    /// The health of the thread.
    pub fn health(&self) -> Health {
        self.pulse.health()
    }

    /// The reactor's backlog, and what has gone wrong.
    pub fn reacting(&self) -> Reacting {
        self.reacting.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What the thread has.
struct Desk<F> {
    waiting: mpsc::Receiver<Item>,
    watch: Watch,
    hub: Arc<Hub>,
    pulse: Arc<Pulse>,
    suspects: Arc<Suspects>,
    reacting: Arc<Mutex<Reacting>>,
    reopen: F,
}

impl<F> Desk<F> {
    fn work<S>(mut self, mut engine: Engine<S>)
    where
        S: EventStore,
        F: Fn() -> Result<Engine<S>, StoreError>,
    {
        let mut answers = Vec::with_capacity(BATCH_MAX);
        while let Some(work) = self.take(&mut answers, engine.has_reactions()) {
            // After a panic the engine's state cannot be trusted: it is dropped, and a new engine is opened from the store.
            let done = catch_unwind(AssertUnwindSafe(|| self.work_once(&mut engine, work, &mut answers)));
            match &done {
                Ok(Ok(())) => self.pulse.rests(),
                Ok(Err(failure)) => tracing::error!(%failure, "the store failed; nobody of this batch was answered"),
                Err(_) => {
                    tracing::error!("the writer panicked; nobody of this batch was answered, and the store is opened anew");
                    // Only the command that was being decided is remembered; the others of the batch are decided when they are resent.
                    engine.was_deciding().into_iter().for_each(|suspect| self.suspects.note(suspect, now()));
                }
            }
            if !matches!(done, Ok(Ok(()))) {
                self.pulse.failed();
                answers.clear();
                // Dropping the engine may panic once more; that is ignored.
                _ = catch_unwind(AssertUnwindSafe(|| drop(engine)));
                match self.recover() {
                    Some(opened) => engine = opened,
                    None => return,
                }
            }
        }
    }

    /// Does all the work that was handed in, and then one piece of the reactor's work, so small that nobody waits long for it.
    fn work_once<S>(&self, engine: &mut Engine<S>, work: Vec<Work>, answers: &mut Vec<Waits>) -> Result<(), StoreError>
    where
        S: EventStore,
    {
        if !work.is_empty() {
            let batch = engine.run(work, now())?;
            // Before the answers, so that whoever is answered finds the reactor's backlog counted.
            self.note(engine);
            self.tell(answers, batch);
        }
        if engine.has_reactions() {
            if let Some(batch) = engine.react(STREAMS_MAX, now())? {
                self.tell(answers, batch);
            }
            self.note(engine);
        }
        Ok(())
    }

    /// Notes the reactor's backlog. If the store cannot be read, the error is met again, and handled, when the reactor is to work.
    fn note<S: EventStore>(&self, engine: &mut Engine<S>) {
        if engine.look_ahead().is_ok() {
            *self.reacting.lock().unwrap_or_else(PoisonError::into_inner) = engine.reacting();
        }
    }

    /// Takes all the work that waits; if there is nothing else to do, waits for some. `None` when nobody can hand in more.
    fn take(&mut self, answers: &mut Vec<Waits>, has_reactions: bool) -> Option<Vec<Work>> {
        let first = match self.waiting.try_recv() {
            Ok(first) => first,
            Err(mpsc::error::TryRecvError::Disconnected) => return None,
            Err(mpsc::error::TryRecvError::Empty) if has_reactions => {
                self.pulse.begins();
                return Some(Vec::new());
            }
            Err(mpsc::error::TryRecvError::Empty) => self.waiting.blocking_recv()?,
        };
        self.pulse.begins();
        let mut work = Vec::with_capacity(BATCH_MAX.min(self.waiting.len() + 1));
        work.push(self.looked_over(first.work));
        answers.push(first.to);
        while work.len() < BATCH_MAX
            && let Ok(item) = self.waiting.try_recv()
        {
            work.push(self.looked_over(item.work));
            answers.push(item.to);
        }
        answers.iter().for_each(|waits| self.watch.begun(&waits.handed));
        Some(work)
    }

    /// A command over which the writer panicked too often is given up.
    fn looked_over(&self, work: Work) -> Work {
        match work {
            Work::Command { account, device, envelope, arrival }
                if self.suspects.are_any()
                    && self.suspects.has_given_up(account, command_hash(&envelope.stream, envelope.at, envelope.body.get())) =>
            {
                Work::GivenUp { account, device, envelope, arrival }
            }
            other => other,
        }
    }

    fn tell(&self, answers: &mut Vec<Waits>, batch: Batch) {
        debug_assert_eq!(answers.len(), batch.answers.len(), "every piece of work has one answer");
        let news = self.watch.timed(Step::FanOut, || self.hub.publish(&batch.published, batch.directory));
        batch.ended.iter().for_each(|ended| self.hub.end(ended));
        self.hub.rename(&batch.renamed);
        for (to, answer) in answers.drain(..).zip(batch.answers) {
            // Whoever asked may be gone; the work is done all the same.
            _ = to.answer.send(answer);
            self.watch.done(&to.handed);
        }
        drop(news);
    }

    /// Opens the store again, however long it takes. Until then all work is turned away.
    fn recover<S>(&mut self) -> Option<Engine<S>>
    where
        S: EventStore,
        F: Fn() -> Result<Engine<S>, StoreError>,
    {
        loop {
            let reopened = || (self.reopen)().and_then(|engine| Ok((engine.reader().last_position()?, engine)));
            match catch_unwind(AssertUnwindSafe(reopened)) {
                Ok(Ok((last, engine))) => {
                    tracing::info!("the store is open again");
                    // The failed batch may be committed although no connection was told of it: all of them have to connect again.
                    self.hub.restart(Arc::clone(engine.directory()), last);
                    self.pulse.recovered();
                    return Some(engine);
                }
                Ok(Err(failure)) => tracing::error!(%failure, "the store cannot be opened"),
                Err(_) => tracing::error!("opening the store panicked"),
            }
            thread::sleep(REOPEN_PAUSE);
            loop {
                match self.waiting.try_recv() {
                    Ok(item) => drop(item),
                    Err(mpsc::error::TryRecvError::Empty) => break,
                    Err(mpsc::error::TryRecvError::Disconnected) => return None,
                }
            }
        }
    }
}
