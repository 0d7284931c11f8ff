//! The one thread that writes: it takes what waits, has the engine do it in one transaction, answers, and tells the subscribers.

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

/// Whoever waits for an answer.
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

/// There is too much to do, or the store is away: nothing was done. (Where it stands for an answer that was lost, whoever asks again under the
/// same number hears what was.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server has too much to do, or its store is away; nothing was recorded")]
pub struct Busy;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// It was not taken.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The writer failed at it. What it did may be on the disk all the same.
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
        // What cannot be read now is met by the thread again.
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
            // Nobody need be waiting.
            _ = closed.send(());
        };
        thread::Builder::new().name("writer".to_owned()).spawn(work).expect("a program that starts can start a thread");
        (Self { queue, pulse, suspects, reacting, watch }, hears_closed)
    }

    /// Hands in a piece of work without waiting. The answer comes when it is durable; a closed channel means [`Busy`].
    ///
    /// # Errors
    /// When too much waits, or the store is away: nobody has to wait then to hear that it is. Also for whoever made the writer panic again and again.
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
    /// When too much waits: then nothing was done. When the writer fails at it: then that is not known.
    pub async fn ask(&self, work: Work) -> Result<Answer, Unanswered> {
        self.hand_in(work)?.await.map_err(|_| Unanswered::Lost)
    }

    /// How many pieces of work wait.
    pub fn waiting(&self) -> usize {
        WAITING_MAX - self.queue.capacity()
    }

    /// How the thread is.
    pub fn health(&self) -> Health {
        self.pulse.health()
    }

    /// How the reactor gets on.
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
            // Whatever state a panic leaves: all of it is given up, and made anew from what is on the disk.
            let done = catch_unwind(AssertUnwindSafe(|| self.work_once(&mut engine, work, &mut answers)));
            match &done {
                Ok(Ok(())) => self.pulse.rests(),
                Ok(Err(failure)) => tracing::error!(%failure, "the store failed; nobody of this batch was answered"),
                Err(_) => {
                    tracing::error!("the writer panicked; nobody of this batch was answered, and the store is opened anew");
                    // Whoever asks for the others of the batch again has them decided; only this one is remembered.
                    engine.was_deciding().into_iter().for_each(|suspect| self.suspects.note(suspect, now()));
                }
            }
            if !matches!(done, Ok(Ok(()))) {
                self.pulse.failed();
                answers.clear();
                // What is given up may panic once more; it is given up all the same.
                _ = catch_unwind(AssertUnwindSafe(|| drop(engine)));
                match self.recover() {
                    Some(opened) => engine = opened,
                    None => return,
                }
            }
        }
    }

    /// First what was asked, all of it; then a piece of what follows from it by itself, so small that nobody waits long.
    fn work_once<S>(&self, engine: &mut Engine<S>, work: Vec<Work>, answers: &mut Vec<Waits>) -> Result<(), StoreError>
    where
        S: EventStore,
    {
        if !work.is_empty() {
            let batch = engine.run(work, now())?;
            // Whoever is answered can see that something follows from it.
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

    /// Says how the reactor gets on. What cannot be read is met again when it is to react.
    fn note<S: EventStore>(&self, engine: &mut Engine<S>) {
        if engine.look_ahead().is_ok() {
            *self.reacting.lock().unwrap_or_else(PoisonError::into_inner) = engine.reacting();
        }
    }

    /// Takes all the work that is there; if there is nothing else to do, waits for some. None when nobody can bring more.
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
            // Whoever asked may be gone; what was done is done.
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
                    // What was committed, if anything was, nobody was told: everybody has to look again.
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
