//! A writer that panics in the middle of its work: nobody is answered falsely, the store is opened anew, and the work goes on, also if it was a command that
//! has it panic each time.

use crate::{
    places::{Place as _, Sqlite},
    school::{NOW, School, accepted, device, envelope, reply, school},
};
use domain::{
    command::{Command, Refusal},
    event::{Position, StreamId, Version},
    protocol::{Envelope, Outcome, Reply},
    time::Timestamp,
};
use server::{
    engine::{Answer, Asked, Engine, Wish, Work},
    store::{Append, AppendError, Appended, EventStore, Record, StoreError, StoreReader as _, sqlite::SqliteStore},
    subscription::hub::{End, Hub},
    writer::{Busy, Unanswered, Writer},
};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};
use tokio::sync::oneshot;

/// Whether an append is to panic.
type Due = Arc<dyn Fn(&Append) -> bool + Send + Sync>;

/// A store some of whose appends panic.
struct Panicking<S> {
    store: S,
    is_due: Due,
}

impl<S: EventStore> EventStore for Panicking<S> {
    type Reader = S::Reader;

    fn reader(&self) -> S::Reader {
        self.store.reader()
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.store.begin()
    }

    fn append(&mut self, append: &Append) -> Result<Appended, AppendError> {
        let appended = self.store.append(append);
        assert!(!(self.is_due)(append), "this append panics, as a test wants it");
        appended
    }

    fn put(&mut self, record: &Record) -> Result<(), StoreError> {
        self.store.put(record)
    }

    fn refile(&mut self, kinds: &[&str], events: &[(server::store::Filed, Vec<domain::feeds::Feed>)]) -> Result<(), StoreError> {
        self.store.refile(kinds, events)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.store.commit()
    }

    fn rollback(&mut self) {
        self.store.rollback();
    }

    fn version(&self, stream: &StreamId) -> Result<Version, StoreError> {
        self.store.version(stream)
    }

    fn position(&self, stream: &StreamId, version: Version) -> Result<Option<Position>, StoreError> {
        self.store.position(stream, version)
    }
}

/// A writer over a school's store in which some appends panic.
struct Panicky {
    reader: <SqliteStore as EventStore>::Reader,
    hub: Arc<Hub>,
    writer: Writer,
    closed: oneshot::Receiver<()>,
    lost: u32,
}

impl Panicky {
    fn over(place: Sqlite, is_due: impl Fn(&Append) -> bool + Send + Sync + 'static) -> Self {
        let is_due: Due = Arc::new(is_due);
        let open = move || Engine::open(Panicking { store: place.open(), is_due: Arc::clone(&is_due) });
        let engine = open().unwrap();
        let (reader, hub) = (engine.reader(), Arc::new(Hub::new(Arc::clone(engine.directory()))));
        let (writer, closed) = Writer::start(engine, Arc::clone(&hub), open);
        Self { reader, hub, writer, closed, lost: 0 }
    }

    /// Asks until there is an answer; the store may be away for a while.
    async fn answer(&mut self, work: impl Fn() -> Work) -> Answer {
        loop {
            match self.writer.ask(work()).await {
                Ok(answer) => return answer,
                Err(Unanswered::Lost) => self.lost += 1,
                Err(Unanswered::Busy(_)) => tokio::task::yield_now().await,
            }
        }
    }

    /// Asks until the writer has panicked, which may be at once.
    async fn panics(&mut self, work: impl Fn() -> Work) {
        loop {
            match self.writer.ask(work()).await {
                Ok(answer) => panic!("it was answered: {answer:?}"),
                Err(Unanswered::Lost) => break,
                Err(Unanswered::Busy(_)) => tokio::task::yield_now().await,
            }
        }
        while !self.writer.health().open {
            tokio::task::yield_now().await;
        }
    }

    async fn ends(self) {
        drop(self.writer);
        self.closed.await.unwrap();
    }
}

/// So many times, at the most.
fn times(panics: u32) -> impl Fn() -> bool + Send + Sync {
    let left = AtomicU32::new(panics);
    move || left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

/// The command by which somebody starts their attempt, claimed at so many milliseconds after another.
fn starts<S: EventStore>(school: &School<S>, who: &str, number: u64, after_ms: i64) -> impl Fn() -> Work + use<S> {
    let (account, start, key) = (school.account(who), school.start(), school.key(who));
    let device = device(&format!("{who}'s phone"));
    move || {
        let first = envelope(number, &Command::Attempt(key, start.clone()));
        let envelope = Envelope { at: Timestamp(first.at.0 + after_ms), ..first };
        Work::Command { arrival: None, account, device, envelope }
    }
}

#[tokio::test]
async fn a_panic_loses_nothing_answers_nobody_falsely_and_is_told() {
    let place = Sqlite::default();
    let known = school(&place);
    let (work, account, total) = (starts(&known, "ann", 1, 0), known.account("ann"), known.total());
    drop(known);
    let is_due = times(1);
    let mut panicky = Panicky::over(place, move |_| is_due());
    let seat = panicky.hub.join([1; 32], account);
    assert_eq!(reply(panicky.answer(&work).await), accepted(2, 2));
    assert_eq!(panicky.lost, 1, "what a panic broke off was not done");
    assert_eq!(panicky.reader.last_position().unwrap().0, total + 2, "and when it is sent again, it is done once");
    seat.news().await;
    assert_eq!(seat.take().end, Some(End::Restarted), "nobody knows what the subscribers have missed");
    let health = panicky.writer.health();
    assert_eq!((health.failures, health.trouble()), (1, None));
    panicky.ends().await;
}

fn failed() -> Answer {
    Answer::Reply(Reply::Result(Outcome::Refused(Refusal::Failed)), None)
}

#[tokio::test]
async fn a_command_that_panics_each_time_is_refused_and_the_writer_goes_on() {
    let place = Sqlite::default();
    let known = school(&place);
    let (bad, renumbered, next) = (starts(&known, "ann", 1, 0), starts(&known, "ann", 2, 0), starts(&known, "ann", 3, 7));
    let (good, total) = (starts(&known, "bob", 1, 0), known.total());
    let (account, claimed) = (known.account("ann"), Timestamp(NOW.0 - 500));
    drop(known);
    let mut panicky = Panicky::over(place, move |append| append.actor == account && append.claimed == claimed && !append.events.is_empty());
    // They wait together, so that most often they are one batch.
    let together = [panicky.writer.hand_in(bad()), panicky.writer.hand_in(good())];
    for answer in together.into_iter().flatten() {
        _ = answer.await;
    }
    assert_eq!(panicky.answer(&bad).await, failed());
    assert_eq!(panicky.answer(&bad).await, failed(), "it is stored, and told again");
    assert_eq!(panicky.answer(&renumbered).await, failed(), "nor is it decided under another number");
    assert_eq!(reply(panicky.answer(&good).await), accepted(2, 2), "what was asked with it is decided");
    let last = reply(panicky.answer(&next).await);
    assert_eq!((last, panicky.writer.health().failures), (accepted(2, 2), 2), "and she goes on with the next");
    assert_eq!(panicky.reader.last_position().unwrap().0, total + 4);
    panicky.ends().await;
}

#[tokio::test]
async fn whoever_makes_the_writer_panic_again_and_again_is_turned_away_and_nobody_else() {
    let place = Sqlite::default();
    let known = school(&place);
    let (good, account) = (starts(&known, "bob", 1, 0), known.account("ann"));
    let bad: Vec<_> = (0..8).map(|after_ms| starts(&known, "ann", 1, after_ms)).collect();
    let wish = {
        let (by, class) = (account, known.class());
        move || Work::Asked(Asked { by, device: device("ann's wish"), what: Wish::OpenEnrolment { class, code: "KM4RT9".into() } })
    };
    drop(known);
    // Even what is refused.
    let mut panicky = Panicky::over(place, move |append| append.actor == account);
    for work in &bad[..6] {
        panicky.panics(work).await;
    }
    for work in &bad[5..] {
        assert_eq!(panicky.writer.ask(work()).await, Err(Unanswered::Busy(Busy)), "nothing of hers is decided for a while");
    }
    assert_eq!(panicky.hub.seen(), panicky.reader.last_position().unwrap(), "whoever waits for the log is not forgotten");
    assert_eq!(panicky.writer.ask(wish()).await, Err(Unanswered::Busy(Busy)));
    assert_eq!(panicky.writer.ask(good()).await.map(reply), Ok(accepted(2, 2)));
    assert_eq!(panicky.writer.health().failures, 6);
    panicky.ends().await;
}
