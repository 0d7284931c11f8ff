//! What is watched of the running server: how long each step takes, what commands come to and how much waits, in the Prometheus text form; and what
//! took long, in the log. No name, login or identifier is a label, and each label has few values, whatever anybody sends.

use crate::request::RequestId;
use domain::{
    command::{Command, Refusal},
    event::Event,
    protocol::Reply,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, prometheus_text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};
use std::{
    fmt::{self, Debug, Write as _},
    sync::{Arc, atomic::AtomicU64},
    time::{Duration, Instant},
};

/// Short enough for a few of each; the longest name of a command or a refusal is a third of it.
const NAME_BYTES_MAX: usize = 64;

/// What is watched, by all who do something; cheap to clone. By default nothing is measured.
#[derive(Debug, Clone)]
pub struct Watch {
    slow: Duration,
    figures: Option<Arc<Figures>>,
}

impl Default for Watch {
    fn default() -> Self {
        Self { slow: Duration::from_millis(500), figures: None }
    }
}

/// A step on a command's way through the writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The rules.
    Decide,
    /// Events, their places in feeds and the result are written into the open transaction.
    Append,
    /// The states and the directory in memory fold the events.
    Fold,
    /// The transaction is committed to disk.
    Commit,
    /// The events are queued for the connections.
    FanOut,
}

/// In the order of [`Step`].
const STEPS: [&str; 5] = ["decide", "append", "fold", "commit", "fan_out"];

/// A piece of work that was handed in.
#[derive(Debug, Clone, Copy)]
pub struct Handed {
    since: Instant,
    request: Option<RequestId>,
    what: &'static str,
    number: Option<u64>,
}

impl Handed {
    /// It is handed in now, for the request that is under way: what it is, and its number if it is a command.
    pub fn now(what: &'static str, number: Option<u64>) -> Self {
        Self { since: Instant::now(), request: RequestId::current(), what, number }
    }
}

/// What a decided command came to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Decided {
    kind: String,
    outcome: &'static str,
    refusal: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Undecided {
    answer: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StepLabel {
    step: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Slow {
    what: &'static str,
}

/// The figures.
#[derive(Debug)]
struct Figures {
    registry: Registry,
    decided: Family<Decided, Counter>,
    undecided: Family<Undecided, Counter>,
    steps: [Histogram; STEPS.len()],
    turned_away: Counter,
    command: Histogram,
    waited: Histogram,
    delivery: Histogram,
    answered: Family<Answered, Counter>,
    request: Family<Route, Histogram, fn() -> Histogram>,
    slow: Family<Slow, Counter>,
    now: Now,
}

/// The levels, which are read only when somebody asks.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Levels {
    /// Open sockets.
    pub sockets: u64,
    /// Pieces of work that wait for the writer.
    pub queue: u64,
    /// The store is open.
    pub store_open: bool,
    /// How long the writer has been at its present work.
    pub writer_at_work_ms: u64,
    /// How often the writer has failed and started again.
    pub writer_failures: u64,
    /// The reactor's backlog: events that cause commands which have not all been given yet.
    pub reactor_waiting: u64,
    /// The age of the oldest of them.
    pub reactor_lag_ms: u64,
    /// How many commands the reactor has parked.
    pub reactor_parked: u64,
    /// The reactor has stopped.
    pub reactor_stopped: bool,
    /// Memory that is resident; 0 where the system does not say.
    pub resident_bytes: u64,
}

/// The levels as they are told.
#[derive(Debug, Default)]
struct Now {
    sockets: Gauge,
    queue: Gauge,
    open: Gauge,
    at_work: Gauge<f64, AtomicU64>,
    failures: Gauge,
    waiting: Gauge,
    lag: Gauge<f64, AtomicU64>,
    parked: Gauge,
    stopped: Gauge,
    resident: Gauge,
}

/// From 10 µs to 10 s, each twice the one before: whatever lies between is told within a factor of two.
fn seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.000_01, 2.0, 21))
}

impl Figures {
    fn new() -> Self {
        let mut registry = Registry::with_prefix("leftfold");
        let of_steps = Family::<StepLabel, Histogram, fn() -> Histogram>::new_with_constructor(seconds);
        let figures = Self {
            steps: STEPS.map(|step| of_steps.get_or_create_owned(&StepLabel { step })),
            decided: Family::default(),
            undecided: Family::default(),
            turned_away: Counter::default(),
            command: seconds(),
            waited: seconds(),
            delivery: seconds(),
            answered: Family::default(),
            request: Family::new_with_constructor(seconds),
            slow: Family::default(),
            now: Now::default(),
            registry: Registry::default(),
        };
        registry.register("commands", "Commands that were decided, by kind, outcome and refusal", figures.decided.clone());
        registry.register("commands_undecided", "Commands that were answered without being decided", figures.undecided.clone());
        registry.register("step_seconds", "How long a step of the writer takes", of_steps);
        registry.register(
            "work_turned_away",
            "Pieces of work that were not taken: too much waits, or the store is away",
            figures.turned_away.clone(),
        );
        registry.register("work_seconds", "From a piece of work being handed in to its answer", figures.command.clone());
        registry.register("work_waited_seconds", "How long a piece of work waits for the writer", figures.waited.clone());
        registry.register("delivery_seconds", "From an event being put out to a connection taking it", figures.delivery.clone());
        registry.register("http_requests", "Requests that were answered, by route and status", figures.answered.clone());
        registry.register("http_request_seconds", "How long requests take, by route", figures.request.clone());
        registry.register("slow", "What took longer than --slow-ms", figures.slow.clone());
        let Now { sockets, queue, open, at_work, failures, waiting, lag, parked, stopped, resident } = &figures.now;
        registry.register("sockets", "Open sockets", sockets.clone());
        registry.register("queue", "Pieces of work that wait for the writer", queue.clone());
        registry.register("store_open", "Whether the store is open", open.clone());
        registry.register("writer_at_work_seconds", "For how long the writer has been at its present work", at_work.clone());
        registry.register("writer_failures", "How often the writer failed and began anew", failures.clone());
        registry.register("reactor_waiting", "Events whose consequences are not all drawn yet", waiting.clone());
        registry.register("reactor_lag_seconds", "The age of the oldest of them", lag.clone());
        registry.register("reactor_parked", "Streams that could not be given what an event causes", parked.clone());
        registry.register("reactor_stopped", "Whether the reactor has stopped", stopped.clone());
        registry.register("resident_bytes", "Memory that is resident; 0 where the system does not say", resident.clone());
        Self { registry, ..figures }
    }
}

impl Watch {
    /// Logs what takes longer than so many milliseconds, and measures if figures are wanted.
    pub fn new(slow_ms: u64, measures: bool) -> Self {
        Self { slow: Duration::from_millis(slow_ms), figures: measures.then(|| Arc::new(Figures::new())) }
    }

    /// Everything, in the Prometheus text form; none if nothing is measured.
    pub fn text(&self, levels: &Levels) -> Option<String> {
        let figures = self.figures.as_ref()?;
        figures.now.set(levels);
        let mut text = String::with_capacity(16 * 1024);
        prometheus_text::encode(&mut text, &figures.registry).expect("a text takes whatever is written");
        Some(text)
    }

    /// Does a step, and notes how long it took.
    pub fn timed<T>(&self, step: Step, what: impl FnOnce() -> T) -> T {
        let Some(figures) = &self.figures else { return what() };
        let since = Instant::now();
        let done = what();
        figures.steps[step as usize].observe(since.elapsed().as_secs_f64());
        done
    }

    /// What the rules said to a command.
    pub fn decided(&self, command: &Command, decided: &Result<Vec<Event>, Refusal>) {
        let Some(figures) = &self.figures else { return };
        let (outcome, refusal) = match decided {
            Ok(events) if events.is_empty() => ("quiet", String::new()),
            Ok(_) => ("accepted", String::new()),
            Err(refusal) => ("refused", name_of(refusal)),
        };
        figures.decided.get_or_create(&Decided { kind: name_of_command(command), outcome, refusal }).inc();
    }

    /// Counts something that came as a command and cannot be read as one.
    pub fn no_command(&self, refusal: &Refusal) {
        let Some(figures) = &self.figures else { return };
        figures.decided.get_or_create(&Decided { kind: String::new(), outcome: "refused", refusal: name_of(refusal) }).inc();
    }

    /// Counts a command that its sender has no right to give.
    pub fn forbidden(&self, command: &Command) {
        let Some(figures) = &self.figures else { return };
        figures.decided.get_or_create(&Decided { kind: name_of_command(command), outcome: "forbidden", refusal: String::new() }).inc();
    }

    /// A piece of work was not taken, because too much waits or the store is away.
    pub fn turned_away(&self) {
        if let Some(figures) = &self.figures {
            figures.turned_away.inc();
        }
    }

    /// What a command was answered; counted if it was not decided.
    pub fn replied(&self, reply: &Reply) {
        let Some(figures) = &self.figures else { return };
        let answer = match reply {
            Reply::Result(_) => return,
            Reply::Renumber {} => "renumber",
            Reply::Gap(_) => "gap",
            Reply::NotYourDevice {} => "not_your_device",
            Reply::Busy(_) => "busy",
        };
        figures.undecided.get_or_create(&Undecided { answer }).inc();
    }

    /// The writer begins with a piece of work.
    pub fn begun(&self, handed: &Handed) {
        if let Some(figures) = &self.figures {
            figures.waited.observe(handed.since.elapsed().as_secs_f64());
        }
    }

    /// A piece of work is answered.
    pub fn done(&self, handed: &Handed) {
        let took = handed.since.elapsed();
        if let Some(figures) = &self.figures {
            figures.command.observe(took.as_secs_f64());
        }
        if took >= self.slow {
            let Handed { what, number, .. } = *handed;
            tracing::warn!(request = handed.request.map(tracing::field::display), what, number, ms = took.as_millis(), "slow");
            self.is_slow(what);
        }
    }

    /// Events that wait since this moment are taken by a connection.
    pub fn delivered(&self, since: Option<Instant>) {
        if let (Some(figures), Some(since)) = (&self.figures, since) {
            figures.delivery.observe(since.elapsed().as_secs_f64());
        }
    }

    /// A request is answered. Whether it took long.
    pub fn answered(&self, route: &str, status: u16, took: Duration) -> bool {
        if let Some(figures) = &self.figures {
            figures.answered.get_or_create(&Answered { route: route.to_owned(), status }).inc();
            figures.request.get_or_create(&Route { route: route.to_owned() }).observe(took.as_secs_f64());
        }
        if took >= self.slow {
            self.is_slow("request");
        }
        took >= self.slow
    }

    fn is_slow(&self, what: &'static str) {
        if let Some(figures) = &self.figures {
            figures.slow.get_or_create(&Slow { what }).inc();
        }
    }
}

impl Now {
    fn set(&self, levels: &Levels) {
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        self.sockets.set(count(levels.sockets));
        self.queue.set(count(levels.queue));
        self.open.set(levels.store_open.into());
        self.at_work.set(levels.writer_at_work_ms as f64 / 1_000.0);
        self.failures.set(count(levels.writer_failures));
        self.waiting.set(count(levels.reactor_waiting));
        self.lag.set(levels.reactor_lag_ms as f64 / 1_000.0);
        self.parked.set(count(levels.reactor_parked));
        self.stopped.set(levels.reactor_stopped.into());
        self.resident.set(count(levels.resident_bytes));
    }
}

/// The name of a command: such as `Attempt.SubmitAnswer`.
fn name_of_command(command: &Command) -> String {
    let (aggregate, command) = command.parts();
    format!("{aggregate}.{}", name_of(command))
}

/// The name of a case, as the source has it: such as `Attempt.NotStarted`. There are as many as there are cases, whatever is in them.
fn name_of(case: &dyn Debug) -> String {
    let mut name = CaseName(String::new());
    // It ends what it is given as soon as it knows.
    _ = write!(name, "{case:?}");
    name.0
}

/// Takes the beginning of a case as it is written for people who debug, and refuses the rest.
struct CaseName(String);

impl fmt::Write for CaseName {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for letter in text.chars() {
            match letter {
                '(' if !self.0.contains('.') => self.0.push('.'),
                letter if letter.is_ascii_alphanumeric() && self.0.len() < NAME_BYTES_MAX => self.0.push(letter),
                _ => return Err(fmt::Error),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, Refusal, name_of, name_of_command};
    use domain::{attempt, class, ids::ClassId};

    #[test]
    fn a_case_is_named_without_what_is_in_it() {
        let no = Refusal::Attempt(attempt::Refusal::AnotherQuestion { current: 3 });
        assert_eq!(name_of(&no), "Attempt.AnotherQuestion");
        assert_eq!(name_of(&Refusal::Attempt(attempt::Refusal::Ended)), "Attempt.Ended");
        assert_eq!(name_of(&Refusal::TooLarge), "TooLarge");
        let class = ClassId::derived(&["2B"]);
        let join = class::Command::OpenEnrolment { code: "(Ann.Bob".into() };
        assert_eq!(name_of_command(&Command::Class(class, join)), "Class.OpenEnrolment");
        assert_eq!(name_of_command(&Command::Class(class, class::Command::CloseEnrolment {})), "Class.CloseEnrolment");
    }
}
