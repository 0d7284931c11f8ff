//! A writer that panics in the middle of its work: nobody is answered falsely, the store is opened anew, and the work goes on.

use crate::{
    places::{Place as _, Sqlite},
    school::{accepted, device, envelope, school},
};
use domain::{
    command::Command,
    event::{StreamId, Version},
};
use server::{
    engine::{Answer, Engine, Work},
    store::{Append, AppendError, Appended, EventStore, Record, StoreError, StoreReader as _},
    subscription::hub::{End, Hub},
    writer::{Unanswered, Writer},
};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

/// A store whose appends panic so many times more.
struct Panicking<S> {
    store: S,
    panics: Arc<AtomicU32>,
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
        let is_due = self.panics.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        assert!(!is_due, "this append panics, as a test wants it");
        appended
    }

    fn put(&mut self, record: &Record) -> Result<(), StoreError> {
        self.store.put(record)
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
}

#[tokio::test]
async fn a_panic_loses_nothing_answers_nobody_falsely_and_is_told() {
    let place = Arc::new(Sqlite::default());
    let known = school(&*place);
    let (account, start, stream) = (known.account("ann"), known.start(), known.stream("ann"));
    let total = known.total();
    drop(known);
    let work = || Work::Command {
        arrival: None,
        account,
        device: device("ann's phone"),
        envelope: envelope(1, stream, &Command::Attempt(start.clone())),
    };
    let panics = Arc::new(AtomicU32::new(0));
    let open = {
        let (place, panics) = (Arc::clone(&place), Arc::clone(&panics));
        move || Engine::open(Panicking { store: place.open(), panics: Arc::clone(&panics) })
    };
    let engine = open().unwrap();
    let reader = engine.reader();
    let hub = Arc::new(Hub::new(Arc::clone(engine.directory())));
    let seat = hub.join([1; 32], account);
    let (writer, closed) = Writer::start(engine, hub, open);
    panics.store(2, Ordering::SeqCst);
    let mut lost = 0;
    let answer = loop {
        match writer.ask(work()).await {
            Ok(answer) => break answer,
            Err(Unanswered::Lost) => lost += 1,
            // Until the store is open again.
            Err(Unanswered::Busy(_)) => tokio::task::yield_now().await,
        }
    };
    assert_eq!((answer, lost), (Answer::Reply(accepted(2, 2)), 2), "what a panic broke off was not done");
    assert_eq!(reader.last_position().unwrap().0, total + 2, "and when it is sent again, it is done once");
    seat.news().await;
    assert_eq!(seat.take().end, Some(End::Restarted), "nobody knows what the subscribers have missed");
    let health = writer.health();
    assert_eq!((health.failures, health.trouble()), (2, None));
    drop(writer);
    closed.await.unwrap();
}
