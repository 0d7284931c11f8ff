//! A disk that fails now and then: what was not committed did not happen, for the engine's cache too.

use crate::{
    places::Place,
    school::{NOW, School, accepted, add, answer, envelope, school},
};
use domain::{
    account::Role,
    command::Command,
    event::{Position, StreamId, Version},
};
use server::{
    engine::{Engine, Work},
    store::{Append, AppendError, Appended, EventStore, Record, StoreError},
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

crate::over_every_store! { rules: a_failed_batch_never_was }

mod rules {
    use super::*;

    pub fn a_failed_batch_never_was(place: &impl Place) {
        drop(school(place));
        let (store, [commits, appends]) = Failing::over(place.open());
        let mut school = School { engine: Engine::open(store).unwrap() };
        school.attempt("ann", 1, school.start());
        let (total, directory) = (school.total(), school.engine.directory().as_ref().clone());

        for switch in [commits, appends] {
            switch.store(true, Ordering::Relaxed);
            let give = envelope(2, &Command::Attempt(school.key("ann"), answer(1, "5")));
            let give = school.work("ann", "ann's phone", give);
            let work = vec![Work::Operation(add("new", Role::Student, Some("3C"))), give];
            assert!(school.engine.run(work, NOW).is_err());
            switch.store(false, Ordering::Relaxed);
            assert_eq!(school.total(), total);
            assert_eq!(school.engine.directory().as_ref(), &directory);
        }
        // The number is free, the question open, the login untaken: as before.
        assert_eq!(school.attempt("ann", 2, answer(1, "4")), accepted(3, 1));
        assert_eq!(school.operate(add("new", Role::Student, None)), Ok("account new added".into()));
    }
}

/// Fails while told to.
pub struct Failing<S> {
    store: S,
    commits: Arc<AtomicBool>,
    appends: Arc<AtomicBool>,
}

impl<S> Failing<S> {
    /// A store whose commits fail, and whose appends, while these switches are on.
    pub fn over(store: S) -> (Self, [Arc<AtomicBool>; 2]) {
        let (commits, appends) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        (Self { store, commits: commits.clone(), appends: appends.clone() }, [commits, appends])
    }
}

fn fail(switch: &AtomicBool) -> Result<(), StoreError> {
    if switch.load(Ordering::Relaxed) { Err(StoreError::Failed("the disk is full".into())) } else { Ok(()) }
}

impl<S: EventStore> EventStore for Failing<S> {
    type Reader = S::Reader;

    fn reader(&self) -> S::Reader {
        self.store.reader()
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.store.begin()
    }

    fn append(&mut self, append: &Append) -> Result<Appended, AppendError> {
        let appended = self.store.append(append)?;
        fail(&self.appends)?;
        Ok(appended)
    }

    fn put(&mut self, record: &Record) -> Result<(), StoreError> {
        self.store.put(record)
    }

    fn refile(&mut self, kinds: &[&str], events: &[(server::store::Filed, Vec<domain::feeds::Feed>)]) -> Result<(), StoreError> {
        self.store.refile(kinds, events)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        fail(&self.commits)?;
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
